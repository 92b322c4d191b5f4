"""Citations as text: APA, Chicago and MLA.

Words and months are English, as the styles themselves are; titles keep the case that they were written in.
"""

# ruff: noqa: RUF001 - quotes and dashes that look like others are what titles are written with
from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from markupsafe import Markup

from broadsheet.archive.person_names import PersonName
from broadsheet.render.formats.citations.reference import Reference

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
# As MLA shortens them: MLA Handbook, 9th edition, appendix 1.
_SHORT_MONTHS = (
    *("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July"),
    *("Aug.", "Sept.", "Oct.", "Nov.", "Dec."),
)
# How titles end, in other scripts too.
_ENDS = (".", "?", "!", "…", "؟", "。", "？", "！")
_CLOSING = "”’\"'»“"
_OPENING_QUOTE = re.compile(r'(^|[\s(\[—-])"')
_SEVERAL_PAGES = re.compile("[,–]|[0-9]-[0-9]")
_FIRST_LETTER = re.compile("[^\\W\\d_][\u0300-\u036f]*")


def cite(reference: Reference, styles: Iterable[str]) -> tuple[tuple[str, Markup], ...]:
    """Return for each of ``styles`` its name and the citation in it, as HTML, in the order given."""
    return tuple((_STYLES[style][0], _STYLES[style][1](reference)) for style in styles)


def _apa(reference: Reference) -> Markup:
    """Publication Manual of the APA, 7th edition, section 10.1, newspaper articles."""
    day = reference.day
    date = f"({day.year:04d}, {_MONTHS[day.month - 1]} {day.day})."
    title = reference.title
    title += f" [{reference.genre}]" if reference.genre else ""
    if reference.retracted:
        gone = reference.retracted
        title += f" (Retraction published {gone.year:04d}, {_MONTHS[gone.month - 1]} {gone.day})"
    names = [name.inverted(_initials(name.given)) for name in reference.names]
    most = 20
    if len(names) > most:
        authors = f"{', '.join(names[: most - 1])}, . . . {names[-1]}"
    else:
        authors = _joined(names, "&")
    head: tuple[str, ...] = (_with_stop(title), date)
    if names:
        head = (_with_stop(authors), date, _with_stop(title))
    paper = Markup("<i>{}</i>").format(reference.paper)
    paper += f", {reference.page}." if reference.page else _missing_stop(reference.paper)
    return Markup(" ").join((*head, paper, reference.url))


def _chicago(reference: Reference) -> Markup:
    """Chicago Manual of Style, 18th edition, chapter 14, newspaper articles in a bibliography.

    Pages are left out, since they differ between editions; without an author the paper stands in its place.
    """
    date = ", ".join(filter(None, (_long_date(reference.day), reference.edition)))
    paper = Markup("<i>{}</i>").format(reference.paper)
    most, kept = 6, 3
    names = _shortened(reference.names, most, kept)
    first = _with_stop(names) if names else paper + _missing_stop(reference.paper)
    last = paper + f", {date}." if names else f"{date}."
    parts = (first, _quote(reference.title), last, f"{reference.url}.")
    return Markup(" ").join((*parts, *_retraction(reference, _long_date)))


def _mla(reference: Reference) -> Markup:
    """MLA Handbook, 9th edition, chapter 5."""
    sign = "pp." if _SEVERAL_PAGES.search(reference.page) else "p."
    pages = f"{sign} {reference.page}" if reference.page else ""
    details = (reference.edition, _short_date(reference.day), pages, reference.url)
    place = Markup("<i>{}</i>").format(reference.paper) + f", {', '.join(filter(None, details))}."
    names = _shortened(reference.names, 2, 1)
    head = (_with_stop(names),) if names else ()
    return Markup(" ").join((*head, _quote(reference.title), place, *_retraction(reference, _short_date)))


_STYLES: Mapping[str, tuple[str, Callable[[Reference], Markup]]] = MappingProxyType(
    {"apa": ("APA", _apa), "chicago": ("Chicago", _chicago), "mla": ("MLA", _mla)}
)


def _initials(given: str) -> str:
    """Return the initials of given names in APA style: ``J.-P. É.`` for ``Jean-Paul Émile``.

    In title case: Georgian has no capitals there.
    """
    words = (word.split("-") for word in given.split(" "))
    return " ".join(
        "-".join(f"{first[0].title()}." for step in steps if (first := _FIRST_LETTER.search(step)))
        for steps in words
    ).strip()


def _joined(names: Sequence[str], last: str) -> str:
    return f"{', '.join(names[:-1])}, {last} {names[-1]}" if len(names) > 1 else "".join(names)


def _shortened(names: Sequence[PersonName], most: int, kept: int) -> str:
    """Return names, the first one inverted; of more than ``most`` only the first ``kept``, and "et al."."""
    written = [name.spoken if number else name.inverted() for number, name in enumerate(names)]
    return f"{', '.join(written[:kept])}, et al." if len(names) > most else _joined(written, "and")


def _long_date(day: dt.date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year:04d}"


def _short_date(day: dt.date) -> str:
    return f"{day.day} {_SHORT_MONTHS[day.month - 1]} {day.year:04d}"


def _retraction(reference: Reference, write: Callable[[dt.date], str]) -> tuple[str, ...]:
    return (f"Retracted {write(reference.retracted)}.",) if reference.retracted else ()


def _missing_stop(text: str) -> str:
    """Return the full stop that ``text`` lacks; empty if it ends like a sentence."""
    return "" if text.rstrip(_CLOSING).endswith(_ENDS) else "."


def _with_stop(text: str) -> str:
    return text + _missing_stop(text)


def _quote(title: str) -> Markup:
    """Return a title in quotation marks, with a full stop inside; double quotes in it become single."""
    inner = _OPENING_QUOTE.sub(r"\1‘", title).replace('"', "’")
    # With only one of the two it is not English: „so“.
    if "“" in title and "”" in title:
        inner = inner.replace("“", "‘").replace("”", "’")
    is_quote = title.endswith(("”", '"')) and inner.endswith("’")
    body, mark = (inner[:-1], "’") if is_quote else (inner, "")
    return Markup("“{}{}{}”").format(body, _missing_stop(body), mark)
