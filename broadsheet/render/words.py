"""The theme's words in one language: the files ``layouts/words/LANGUAGE.toml``.

A file holds words by name, in tables that may hold tables; a table with the forms of a plural is one word.
The layout that uses a word fills its placeholders, such as ``{name}``. Words that a file lacks are taken from
the theme's file of that name, then from the next language, from English last. Nothing here depends on the
page being rendered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from broadsheet.common import date_format, languages, toml
from broadsheet.common.problems import Problem, Problems, find_nearest

_FOLDER = "words/"
_SUFFIX = ".toml"
_DEFAULT = "en"
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class Plural:
    """A word with a form for each plural category, see ``languages.PLURAL_FORMS``."""

    __slots__ = ("_forms",)

    def __init__(self, forms: Mapping[str, str]) -> None:
        """Take the forms by name; ``other`` is one of them."""
        self._forms = dict(forms)

    def form(self, name: str) -> str:
        """Return a form, or ``other`` where there is none of that name."""
        return self._forms.get(name) or self._forms["other"]


class WordTable:
    """Words by name, as layouts see them: ``words.notes.update``, ``words.kinds[kind].index``."""

    __slots__ = ("_words",)

    def __init__(self, words: Mapping[str, Any]) -> None:
        """Take words, plurals and tables."""
        self._words = dict(words)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a word, a plural or a table
        """Return a word; raises ``AttributeError`` where there is none."""
        try:
            return self._words[name]
        except KeyError:
            return object.__getattribute__(self, name)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - a word, a plural or a table
        """Return a word; raises ``KeyError`` where there is none."""
        return self._words[name]

    def __contains__(self, name: object) -> bool:
        """Return whether there is such a word."""
        return name in self._words

    def __dir__(self) -> list[str]:
        """Return the names of all words, from which the nearest to a wrong one is found."""
        return sorted(self._words)


def list_files(*tags: str) -> tuple[str, ...]:
    """Return the names of the files that words are taken from, in order: those for ``tags``, then English."""
    steps = (step for tag in (*tags, _DEFAULT) for step in languages.list_fallbacks(tag))
    return tuple(dict.fromkeys(f"{_FOLDER}{step}{_SUFFIX}" for step in steps))


def list_own_files(tag: str) -> tuple[str, ...]:
    """Return the names of the files in the language ``tag``, in order: those whose words are of no other."""
    return tuple(f"{_FOLDER}{step}{_SUFFIX}" for step in languages.list_fallbacks(tag))


def merge(texts: Iterable[str]) -> WordTable:
    """Return the words of several files without problems, each word from the first file that has it."""
    return _merge_tables([toml.loads(text, _FOLDER) for text in texts])


def look_up(table: WordTable, *path: str) -> str:
    """Return a word by the names of the tables that it is in and its own; empty where there is none."""
    word: object = table
    for step in path:
        word = word[step] if isinstance(word, WordTable) and step in word else ""
    return word if isinstance(word, str) else ""


def fill(word: object, language: str, given: Mapping[str, object]) -> Markup:
    """Return a word with its placeholders filled from ``given``; a plural in the form for ``given["count"]``.

    The digits of ``count`` are grouped as the language does.
    Values are escaped unless they are markup. Raises ``KeyError`` with the name of a value that is missing.
    """
    if isinstance(word, Plural):
        count = given["count"]
        word = word.form(languages.find_plural_form(count, language) if isinstance(count, int) else "other")
    escaped = str(escape(str(word)))
    return Markup(  # noqa: S704 - all escaped
        _PLACEHOLDER.sub(lambda match: _show(given[match[1]], match[1], language), escaped)
    )


def _show(value: object, name: str, language: str) -> str:
    if not isinstance(value, int):
        return str(escape(value))
    # A year is a number, too.
    return (
        languages.format_number(value, language)
        if name == "count"
        else languages.write_digits(str(value), language)
    )


class Alphabet:
    """The order of names in an index, letter by letter, in one language.

    Written as letters with commas between, each in its forms: ``A a, B b, Ch ch``. A letter with a combining
    mark that the alphabet does not have is sorted as the letter without it; letters of other scripts come
    after the alphabet, everything that is not a letter before it.
    """

    def __init__(self, written: str) -> None:
        """Read an alphabet as a file of words writes it."""
        letters = [each.split() for each in written.split(",") if each.strip()]
        self._first = [forms[0] for forms in letters]
        self._ranks = {form: rank for rank, forms in enumerate(letters) for form in forms}
        longest_first = sorted(self._ranks, key=lambda form: (-len(form), form))
        forms = "|".join([*map(re.escape, longest_first), "."])
        self._steps = re.compile(forms, re.DOTALL)

    def sort_key(self, name: str) -> tuple[tuple[int, int], ...]:
        """Return the key by which a name is sorted."""
        return tuple(rank for rank, _ in self._letters(name))

    def letter(self, name: str) -> str:
        """Return the letter that a name is listed under: the first form of its first letter."""
        for _, shown in self._letters(name):
            return shown
        return name[:1]

    def _letters(self, name: str) -> Iterator[tuple[tuple[int, int], str]]:
        for step in self._steps.findall(unicodedata.normalize("NFC", name)):
            bare = step if step in self._ranks else unicodedata.normalize("NFD", step)[0]
            category = unicodedata.category(step[0])[0]
            if bare in self._ranks:
                rank = self._ranks[bare]
                yield (1, rank), self._first[rank]
            elif category == "L":
                yield (2, ord(step.casefold()[0])), step.title()  # Georgian has no capitals in titles
            elif category != "M":
                yield (0, ord(step)), step


@lru_cache(maxsize=16)
def parse_alphabet(written: str) -> Alphabet:
    """Return an alphabet as a file of words writes it."""
    return Alphabet(written)


def check(texts: Mapping[str, str], folder: str, theirs: str = "") -> list[Problem]:
    """Return what is wrong with files of words, by name; ``folder`` is where they are, for the problems.

    ``theirs`` is the theme's English, from which a site's takes the words that it lacks.
    """
    problems: list[Problem] = []
    tables: dict[str, Mapping[str, Any]] = {}
    for name, text in sorted(texts.items()):
        problems += _check_name(name, folder)
        try:
            tables[name] = toml.loads(text, f"{folder}/{name}")
        except Problems as error:
            problems += error.problems
    english = dict(_leaves(toml.loads(theirs, folder)))
    english |= _leaves(tables.get(f"{_FOLDER}{_DEFAULT}{_SUFFIX}", {}))
    for name, table in tables.items():
        problems += _FileCheck(f"{folder}/{name}", texts[name], english).check(table, ())
    return problems


def _check_name(name: str, folder: str) -> Iterator[Problem]:
    tag = name.removeprefix(_FOLDER).removesuffix(_SUFFIX)
    if tag != tag.lower() and languages.is_language(tag):
        hint = f"Rename it {tag.lower()}{_SUFFIX}."
        yield Problem(path=f"{folder}/{name}", message="has capital letters in its name", hint=hint)
    elif not languages.is_language(tag):
        hint = "Name it after its language: en.toml, az.toml, pt-br.toml."
        yield Problem(
            path=f"{folder}/{name}", message="is not named after a language that Babel knows", hint=hint
        )


class _FileCheck:
    """Finds what is wrong with one file."""

    def __init__(self, path: str, text: str, english: Mapping[tuple[str, ...], object]) -> None:
        self._path = path
        self._rows = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
        self._places = toml.locate_keys(text)
        self._english = english

    def check(self, table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Problem]:
        """Yield what is wrong with a table of the file, which lies at ``path``."""
        plural = _is_plural(table)
        if plural and "other" not in table:
            hint = 'Add the form for all other numbers: other = "…"'
            yield self._problem(path, f"{'.'.join(path)}: has no other", hint)
        for name, value in table.items():
            own = (*path, name)
            if plural and name not in languages.PLURAL_FORMS:
                hint = f"There are {', '.join(languages.PLURAL_FORMS)}."
                yield self._problem(own, f"{'.'.join(own)}: is not a form of a plural", hint)
            elif isinstance(value, dict):
                yield from self.check(value, own)
            elif not isinstance(value, str):
                yield self._problem(own, f"{'.'.join(own)}: wants text", "Write it in quotes.")
            else:
                yield from self._check_text(value, own, path if plural else own)

    def _check_text(self, text: str, path: tuple[str, ...], word: tuple[str, ...]) -> Iterator[Problem]:
        label = ".".join(path)
        if path[0] == "dates":
            fault = date_format.find_unknown_directive(text)
            if fault:
                yield self._problem(path, f"{label}: there is no {fault}", "Write it as strftime does.")
            return
        english = self._english.get(word)
        if english is None:
            return
        known = sorted({match[1] for each in _forms(english) for match in _PLACEHOLDER.finditer(each)})
        for match in _PLACEHOLDER.finditer(text):
            if match[1] not in known:
                meant = find_nearest(match[1], known)
                hint = f"Did you mean {{{meant}}}?" if meant else _list_placeholders(known)
                yield self._problem(path, f"{label}: nothing is called {match[0]} there", hint)

    def _problem(self, path: tuple[str, ...], message: str, hint: str) -> Problem:
        line, column = self._places.get(path, (1, 0))
        source = self._rows[line - 1] if line <= len(self._rows) else ""
        return Problem(path=self._path, line=line, column=column, message=message, hint=hint, source=source)


def _list_placeholders(known: list[str]) -> str:
    return f"There is {', '.join(f'{{{name}}}' for name in known)}." if known else "Nothing is put in there."


def _is_plural(table: Mapping[str, Any]) -> bool:
    return any(isinstance(table.get(form), str) for form in languages.PLURAL_FORMS)


def _leaves(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield the words of a table by their paths; a plural is one word."""
    for name, value in table.items():
        if isinstance(value, dict) and not _is_plural(value):
            yield from _leaves(value, (*path, name))
        else:
            yield (*path, name), value


def _forms(word: object) -> tuple[str, ...]:
    if isinstance(word, dict):
        return tuple(map(str, word.values()))
    return (str(word),)


def _merge_tables(tables: list[Mapping[str, Any]]) -> WordTable:
    words: dict[str, str | Plural | WordTable] = {}
    for name in dict.fromkeys(name for table in tables for name in table):
        values = [table[name] for table in tables if name in table]
        if not isinstance(values[0], dict):
            words[name] = values[0]
        elif _is_plural(values[0]):
            words[name] = Plural(values[0])
        else:
            words[name] = _merge_tables([value for value in values if isinstance(value, dict)])
    return WordTable(words)
