"""Problems: what is wrong, where, and what to do about it.

A problem is a value. A stage collects its problems and raises them together as one ``Problems``; only the
command line prints them. Nothing here reads a file or prints.
"""

from __future__ import annotations

import dataclasses
import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from broadsheet.common.credentials import hide_passwords
from broadsheet.common.text_style import PLAIN, TextStyle, escape_controls

_SOURCE_WIDTH = 100
_LEAST_WIDTH = 20
# Of a terminal's columns: the bar before an excerpt, and the ellipses around it.
_MARGIN = 6
_LONGEST_TEXT = 600
# So many that say the same are shown one by one.
_MOST_ALIKE = 12
# Of a misspelt name; and of how many letters a name is short, so that one of them makes another word.
_MOST_EDITS = 2
_SHORT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Write ``new`` for ``old``, the first such text of ``line`` from ``column`` on; both count from 1.

    An ``old`` that is not there has been changed since, and is left alone. Neither text has a line break.
    """

    line: int
    column: int
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """One thing that is wrong.

    ``path`` is the file's path relative to the site's folder, POSIX. ``line`` and ``column`` count
    from 1; 0 means the whole file (or the whole line). ``message`` says what is wrong, ``hint`` what
    to do about it; ``source`` is the line of the file that ``line`` names, without its line ending.
    ``remedy`` is a hint too: the one change that ends the problem in all files, where there is one.
    ``kind`` is what many problems with other words say together, after their number: "articles have moved".
    ``edit`` does what ``hint`` says, where there is one right way to do it. None of the texts repeats a
    password that stands in an address.
    """

    path: str
    line: int = 0
    column: int = 0
    message: str
    hint: str = ""
    source: str = ""
    remedy: str = ""
    kind: str = ""
    edit: Edit | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        """Hide the passwords in addresses."""
        for name in ("path", "message", "hint", "source", "remedy"):
            text = getattr(self, name)
            if "@" in text:
                object.__setattr__(self, name, hide_passwords(text))


def replace_row(line: int, row: str, new: str | None) -> Edit | None:
    """Return the edit that writes ``new`` for a whole ``row``; None if that changes nothing."""
    return None if new is None or new == row else Edit(line=line, column=1, old=row, new=new)


class Problems(Exception):  # noqa: N818 - it carries many problems
    """All the problems of one stage, sorted by place, each once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep ``problems`` in the order in which they are shown, by place."""
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Return all problems as text for a person."""
        return "\n".join(map(format_problem, fold(self.problems)))


def fold(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return problems as a person reads them: of many that say the same only the first, with their number.

    Problems say the same if they are of one kind, or else if their messages are equal. The hint is the remedy
    that most of them name, if one of them has any.
    """
    alike: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        alike.setdefault(_kind(problem), []).append(problem)
    shown = []
    for problem in problems:
        same = alike[_kind(problem)]
        if len(same) <= _MOST_ALIKE:
            shown.append(problem)
        elif problem is same[0]:
            shown.append(_folded(problem, same[1:]))
    return tuple(shown)


def _kind(problem: Problem) -> tuple[str, str]:
    return problem.kind, "" if problem.kind else problem.message


def _folded(first: Problem, others: Sequence[Problem]) -> Problem:
    """Return ``first`` with the number of ``others``, which say the same elsewhere."""
    if first.kind:
        message = f"{len(others) + 1:,} {first.kind}; the first: {first.message}"
        return dataclasses.replace(first, message=message, hint=_find_remedy(first, others))
    files = len({problem.path for problem in others} - {first.path})
    places = f"{len(others):,} other places"
    if not files:
        where = f"in {places} of this file"
    elif files == len(others):
        where = f"in {files:,} other files"
    else:
        where = f"in {places}, of {files:,} other file{'' if files == 1 else 's'}"
    message = f"{first.message} (and {where})"
    return dataclasses.replace(first, message=message, hint=_find_remedy(first, others))


def _find_remedy(first: Problem, others: Sequence[Problem]) -> str:
    """Return the remedy that the most problems name, else the hint of the first."""
    remedies = Counter(problem.remedy for problem in (first, *others) if problem.remedy)
    return min(remedies, key=lambda remedy: (-remedies[remedy], remedy)) if remedies else first.hint


def format_problems(problems: Sequence[Problem], style: TextStyle = PLAIN) -> str:
    """Return ``problems`` as text for a person, with an empty line between two of them."""
    return "\n\n".join(format_problem(problem, style) for problem in problems)


def format_problem(problem: Problem, style: TextStyle = PLAIN, *, note: bool = False) -> str:
    """Return ``problem`` as text for a person: place and message, source with a caret, hint.

    ``note``: it is no problem but a note of ``check``.
    """
    role = "note" if note else "problem"
    message = escape_controls(_shorten(f"note: {problem.message}" if note else problem.message))
    place = escape_controls(problem.path)
    if problem.line:
        place += f":{problem.line}"
        if problem.column:
            place += f":{problem.column}"
    rows = [f"{style.paint(f'{place}:', 'place')} {style.paint(message, role)}"]
    if problem.line and problem.source.strip():
        line, *mark = _excerpt(problem.source, problem.column, style.width)
        rows += [line, *(style.paint(each, role) for each in mark)]
    if problem.hint:
        hint = map(escape_controls, _shorten(problem.hint).split("\n"))
        rows += [style.paint(f"  {row}", "hint") for row in hint]
    return "\n".join(rows)


def format_json(problem: Problem, **more: str) -> str:
    """Return ``problem`` as one line of JSON: the fields of ``Problem``, and ``more``."""
    members = {name: getattr(problem, name) for name in Problem.__slots__} | more
    return json.dumps(members, ensure_ascii=False, sort_keys=True, default=_list_members)


def _list_members(edit: Edit) -> dict[str, object]:
    """Return an edit for JSON, without the passwords in addresses."""
    hidden = dataclasses.replace(edit, old=hide_passwords(edit.old), new=hide_passwords(edit.new))
    return dataclasses.asdict(hidden)


def format_annotation(problem: Problem, level: str = "error") -> str:
    """Return ``problem`` as a workflow command that GitHub shows on the line of a pull request.

    ``level`` is ``error``, ``warning`` or ``notice``.
    Format: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    words = problem.message if not problem.hint else f"{problem.message}\n{problem.hint}"
    body = words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    place = [f"file={_escaped_property(problem.path)}"]
    if problem.line:
        place.append(f"line={problem.line}")
    if problem.column:
        place.append(f"col={problem.column}")
    return f"::{level} {','.join(place)}::{body}"


def find_nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the name among ``known`` that ``name`` most likely misspells, or None.

    That is one letter too many, too few, wrong or swapped with the next; or two in a name that begins and
    ends as it should. Another ending makes another word: ``translator`` is not ``translations``.
    """
    wanted = name.casefold()
    found = ((_count_edits(wanted, each.casefold()), each) for each in known)
    likely = [
        (edits, each) for edits, each in found if edits <= _MOST_EDITS and _is_likely(wanted, each, edits)
    ]
    return min(likely)[1] if likely else None


def suggest_choices(name: str, known: Sequence[str], these: str = "There are") -> str:
    """Return the hint for a name that is not among ``known``: the one it most likely misspells, else all."""
    meant = find_nearest(name, known)
    return f'Did you mean "{meant}"?' if meant else f"{these} {', '.join(known)}."


def _is_likely(name: str, known: str, edits: int) -> bool:
    known = known.casefold()
    longest = max(len(name), len(known))
    if edits <= 1:
        return edits == 0 or longest > _SHORT or (longest == _SHORT and name[:1] == known[:1])
    return longest > 2 * _SHORT and name[0] == known[0] and name.rstrip("s")[-1:] == known.rstrip("s")[-1:]


def _count_edits(one: str, other: str) -> int:
    """Return how many letters to insert, delete, replace or swap with the next make one text the other.

    It counts no further than one more than ``_MOST_EDITS``. The algorithm: "optimal string alignment",
    https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance
    """
    if abs(len(one) - len(other)) > _MOST_EDITS:
        return _MOST_EDITS + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, char in enumerate(one):
        last, before, row = before, row, [at + 1]
        for column, their in enumerate(other):
            edits = min(before[column] + (char != their), before[column + 1] + 1, row[column] + 1)
            if at and column and char == other[column - 1] and their == one[at - 1]:
                edits = min(edits, last[column - 1] + 1)
            row.append(edits)
        if min(row) > _MOST_EDITS:
            return _MOST_EDITS + 1
    return row[-1]


def _escaped_property(text: str) -> str:
    pairs = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C"))
    for plain, escaped in pairs:
        text = text.replace(plain, escaped)
    return text


def _shorten(text: str) -> str:
    """Return text without its middle if a value makes it longer than a person reads."""
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 100]} … {text[-100:]}"


def _excerpt(source: str, column: int, columns: int) -> list[str]:
    """Return the source line, cut to a readable width around ``column``, and its caret.

    ``columns`` is the width of the terminal, 0 if there is none: a line that it breaks parts from its caret.
    Tabs become one space and control characters are shown as ``·``, so that the caret is where the
    terminal shows the fault.
    """
    width = min(_SOURCE_WIDTH, max(columns - _MARGIN, _LEAST_WIDTH)) if columns else _SOURCE_WIDTH
    line = "".join("·" if _invisible(char) else char for char in source.replace("\t", " "))
    at = min(column, len(line) + 1) - 1
    start = max(0, at - width // 2) if len(line) > width else 0
    shown = line[start : start + width].rstrip()
    before = "…" if start else ""
    after = "…" if start + width < len(line) else ""
    rows = [f"  | {before}{shown}{after}"]
    if column:
        cells = sum(_cells(char) for char in before + line[start:at])
        rows.append(f"  | {' ' * cells}^")
    return rows


def _invisible(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}


def _cells(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
