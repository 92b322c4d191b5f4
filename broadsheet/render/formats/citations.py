"""How an article is cited: as text in the usual styles, as BibTeX, RIS and CSL-JSON, and in meta tags.

Functions from references to text and bytes. Each reference is made of one article alone, so a key stays
for ever and a new article changes no other record. Nothing here asks anything. The words and months of
the styles are English, as the styles themselves are; titles keep the case that they were written in.
"""

# ruff: noqa: RUF001 - quotes and dashes that look like others are what titles are written with
from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from urllib.parse import unquote

from markupsafe import Markup

from broadsheet.render import views
from broadsheet.render.formats.feeds import as_json, legible

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
# As MLA shortens them: MLA Handbook, 9th edition, appendix 1.
_SHORT_MONTHS = (
    *("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July"),
    *("Aug.", "Sept.", "Oct.", "Nov.", "Dec."),
)
# What BibTeX calls them, whatever the language: "BibTeXing", section 2.
_MACROS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_SUFFIXES = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv"))
# Han, kana and hangul: the family name comes first there, and nothing is turned round. Compiled when it is
# first needed: that takes 3 ms, and most archives never need it.
_FAMILY_FIRST = (
    "[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)
# As titles end, in other scripts too.
_ENDS = (".", "?", "!", "…", "؟", "。", "？", "！")
_CLOSING = "”’\"'»“"
_STRAIGHT = re.compile(r'(^|[\s(\[—-])"')
_FIRST = re.compile("[^\\W\\d_][\u0300-\u036f]*")

# https://www.ctan.org/pkg/comprehensive: how LaTeX prints what it takes for its own.
_IN_BIBTEX = str.maketrans(
    {
        "\\": "\\textbackslash{}",
        "{": "\\textbraceleft{}",
        "}": "\\textbraceright{}",
        "^": "\\textasciicircum{}",
        "~": "\\textasciitilde{}",
        **{char: f"\\{char}" for char in "#$%&_"},
    }
)
# In a name these have a meaning of their own, a backslash another than in a title: "BibTeXing", section 4.
_APART = re.compile(r"[,\\{}^~#$%&_]|(?:^| )and(?: |$)", re.IGNORECASE)
_SEVERAL_PAGES = re.compile("[,–]|[0-9]-[0-9]")
_KEY_WORDS = re.compile("[a-z0-9]+")
_KEY_BYTES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name as bibliographies sort it.

    What has no ``given`` stands as it is: an organization, a single name, a name in Chinese.
    """

    family: str
    given: str = ""
    suffix: str = ""

    @property
    def straight(self) -> str:
        """The name as it is spoken: Ana Ruiz Jr."""
        return " ".join(filter(None, (self.given, self.family, self.suffix)))

    def turned(self, given: str = "") -> str:
        """Return the name by its family: Ruiz, Ana, Jr.; with another form of what is ``given``."""
        return ", ".join(filter(None, (self.family, given or self.given, self.suffix)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What a citation says of an article.

    ``paper`` is the newspaper's name; ``edition`` is empty where the print edition is called by its day.
    ``genre`` is Opinion, Analysis, Background, Review, or empty.
    """

    key: str
    title: str
    names: tuple[Name, ...]
    day: dt.date
    paper: str
    section: str
    edition: str
    page: str
    genre: str
    url: str
    language: str
    retracted: dt.date | None


def reference(article: views.Teaser, paper: str, bylines: Iterable[views.Byline]) -> Reference:
    """Return what a citation says of ``article``; ``bylines`` tell what is known of its authors' names."""
    known = {each.slug: each for each in bylines}
    return Reference(
        key=key(article),
        title=_plain(article.title),
        names=tuple(_name(author.name, known.get(author.slug)) for author in article.authors),
        day=article.day,
        paper=_plain(paper),
        section=_plain(article.section.name) if article.section else "",
        edition=_edition(article.edition),
        page=_plain(article.page),
        genre="" if article.genre == "report" else article.genre.capitalize(),
        url=article.permalink,
        language=article.language,
        retracted=article.retracted.day if article.retracted else None,
    )


def key(article: views.Teaser) -> str:
    """Return the key of an article in bibliographies: ``2022-11-05-flood-4f1c9a02be``.

    Letters, digits and hyphens. Made of the article's id, which a new headline, author or address leaves
    as it is; words of the id to be read, and a digest of the whole to be the only one.
    """
    own = unquote(article.id.split(":", 2)[2])
    words = "-".join(_KEY_WORDS.findall(own))[:_KEY_BYTES].strip("-")
    digest = hashlib.blake2b(article.id.encode(), digest_size=5).hexdigest()
    return "-".join(filter(None, (words, digest)))


def _name(written: str, byline: views.Byline | None) -> Name:
    name = _plain(written)
    if byline and byline.kind == "organization":
        return Name(family=name)
    if byline and byline.family:
        before, family, after = f" {name} ".partition(f" {byline.family} ")
        if family:
            return Name(family=byline.family, given=_plain(f"{before} {after}"))
    return parted(name)


def parted(name: str) -> Name:
    """Return a person's name in its parts.

    The last word is the family's, with the small words before it (``van``, ``de la``), as BibTeX reads
    names; or what stands before a comma. Who is called otherwise writes the comma.
    """
    parts = [part for part in map(_plain, name.split(",")) if part]
    if not parts:
        return Name(family=_plain(name.replace(",", " ")))
    if len(parts) > 1 and parts[1].casefold() not in _SUFFIXES:
        last = parts[-1] if len(parts) > 2 and parts[-1].casefold() in _SUFFIXES else ""  # noqa: PLR2004
        given = " ".join(parts[1:-1] if last else parts[1:])
        return Name(family=parts[0], given=given, suffix=last)
    words = parts[0].split(" ")
    suffix = " ".join(parts[1:])
    if not suffix and len(words) > 2 and words[-1].casefold() in _SUFFIXES:  # noqa: PLR2004 - a name beside it
        suffix = words.pop()
    if len(words) == 1 or (not name.isascii() and re.search(_FAMILY_FIRST, name)):
        return Name(family=" ".join(filter(None, (*words, suffix))))
    small = [number for number, word in enumerate(words[1:-1], 1) if word[0].islower()]
    first = small[0] if small and words[-1][0].isupper() else len(words) - 1
    return Name(family=" ".join(words[first:]), given=" ".join(words[:first]), suffix=suffix)


def texts(article: Reference, styles: Iterable[str]) -> tuple[tuple[str, Markup], ...]:
    """Return pairs of a style's name and the citation in it, as HTML, in the order of ``styles``."""
    return tuple((_STYLES[style][0], _STYLES[style][1](article)) for style in styles)


def tags(article: Reference) -> tuple[tuple[str, str], ...]:
    """Return meta tags, as pairs of name and content, that tell reference managers what Open Graph does not.

    Highwire's, as https://scholar.google.com/intl/en/scholar/inclusion.html#indexing lists them, with PRISM's
    edition. Zotero takes the type from Dublin Core's.
    """
    pairs = (
        ("DC.type", "newspaperArticle"),
        *(("citation_author", name.turned()) for name in article.names),
        ("citation_publication_date", article.day.isoformat().replace("-", "/")),
        ("citation_language", article.language),
        ("prism.edition", article.edition),
        ("citation_firstpage", article.page),
    )
    return tuple((name, content) for name, content in pairs if content)


def bibtex(articles: Iterable[Reference]) -> bytes:
    """Return a database of BibTeX, which biblatex reads too, in UTF-8.

    Format: https://ctan.org/pkg/bibtex, "BibTeXing"; ``date``, ``entrysubtype`` and ``titleaddon`` are
    biblatex's, https://ctan.org/pkg/biblatex. Titles are in braces of their own, so that no style takes
    capitals from them.
    """
    return "\n".join(map(_bibtex, articles)).encode()


def ris(articles: Iterable[Reference]) -> bytes:
    """Return records in RIS, in UTF-8, with lines that end in CR and LF.

    Format: "RIS Format Specifications", Research Information Systems, 2011. It allows no asterisk in names.
    """
    rows = chain.from_iterable(map(_ris, articles))
    return "".join(f"{tag}  - {value}\r\n" for tag, value in rows).encode()


def csl_json(articles: Iterable[Reference]) -> bytes:
    """Return a list of CSL-JSON, a line for each article.

    Format: https://docs.citationstyles.org/en/stable/specification.html, appendices III and IV, and
    https://github.com/citation-style-language/schema, csl-data.json.
    """
    rows = ",\n".join(as_json(_csl(article)) for article in articles)
    return f"[\n{rows}\n]\n".encode()


# By the suffix of the file.
FORMATS: Mapping[str, Callable[[Iterable[Reference]], bytes]] = MappingProxyType(
    {"bib": bibtex, "ris": ris, "json": csl_json}
)


def _plain(text: str) -> str:
    return " ".join(legible(text).split())


def _edition(edition: views.Facet | None) -> str:
    """Return the name of a print edition, unless it is called by its day: that is the date of the article."""
    if edition is None:
        return ""
    try:
        dt.date.fromisoformat(edition.slug)
    except ValueError:
        return _plain(edition.name)
    return ""


def _apa(article: Reference) -> Markup:
    """Publication Manual of the APA, 7th edition, section 10.1, newspaper articles."""
    day = article.day
    date = f"({day.year:04d}, {_MONTHS[day.month - 1]} {day.day})."
    title = article.title
    title += f" [{article.genre}]" if article.genre else ""
    if article.retracted:
        gone = article.retracted
        title += f" (Retraction published {gone.year:04d}, {_MONTHS[gone.month - 1]} {gone.day})"
    names = [name.turned(_initials(name.given)) for name in article.names]
    whole = 20
    if len(names) > whole:
        authors = f"{', '.join(names[: whole - 1])}, . . . {names[-1]}"
    else:
        authors = _joined(names, "&")
    head: tuple[str, ...] = (_stopped(title), date)
    if names:
        head = (_stopped(authors), date, _stopped(title))
    paper = Markup("<i>{}</i>").format(article.paper)
    paper += f", {article.page}." if article.page else _stop_of(article.paper)
    return Markup(" ").join((*head, paper, article.url))


def _chicago(article: Reference) -> Markup:
    """Chicago Manual of Style, 18th edition, chapter 14, newspaper articles in a bibliography.

    Pages are left out, since they differ between editions; without an author the paper stands in its place.
    """
    date = ", ".join(filter(None, (_long(article.day), article.edition)))
    paper = Markup("<i>{}</i>").format(article.paper)
    most, kept = 6, 3
    names = _from_the_first(article.names, most, kept)
    first = _stopped(names) if names else paper + _stop_of(article.paper)
    last = paper + f", {date}." if names else f"{date}."
    parts = (first, _quoted(article.title), last, f"{article.url}.")
    return Markup(" ").join((*parts, *_retracted(article, _long)))


def _mla(article: Reference) -> Markup:
    """MLA Handbook, 9th edition, chapter 5."""
    sign = "pp." if _SEVERAL_PAGES.search(article.page) else "p."
    pages = f"{sign} {article.page}" if article.page else ""
    details = (article.edition, _short(article.day), pages, article.url)
    place = Markup("<i>{}</i>").format(article.paper) + f", {', '.join(filter(None, details))}."
    names = _from_the_first(article.names, 2, 1)
    head = (_stopped(names),) if names else ()
    return Markup(" ").join((*head, _quoted(article.title), place, *_retracted(article, _short)))


_STYLES: Mapping[str, tuple[str, Callable[[Reference], Markup]]] = MappingProxyType(
    {"apa": ("APA", _apa), "chicago": ("Chicago", _chicago), "mla": ("MLA", _mla)}
)


def _initials(given: str) -> str:
    """Return what APA makes of given names: ``Jean-Paul Émile`` becomes ``J.-P. É.``."""
    words = (word.split("-") for word in given.split(" "))
    return " ".join(
        "-".join(f"{first[0].upper()}." for step in steps if (first := _FIRST.search(step)))
        for steps in words
    ).strip()


def _joined(names: Sequence[str], last: str) -> str:
    return f"{', '.join(names[:-1])}, {last} {names[-1]}" if len(names) > 1 else "".join(names)


def _from_the_first(names: Sequence[Name], most: int, kept: int) -> str:
    """Return names of which the first is turned; of more than ``most`` only those that are ``kept``."""
    written = [name.straight if number else name.turned() for number, name in enumerate(names)]
    return f"{', '.join(written[:kept])}, et al." if len(names) > most else _joined(written, "and")


def _long(day: dt.date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year:04d}"


def _short(day: dt.date) -> str:
    return f"{day.day} {_SHORT_MONTHS[day.month - 1]} {day.year:04d}"


def _retracted(article: Reference, shown: Callable[[dt.date], str]) -> tuple[str, ...]:
    return (f"Retracted {shown(article.retracted)}.",) if article.retracted else ()


def _stop_of(text: str) -> str:
    """Return the full stop that ``text`` needs, if it does."""
    return "" if text.rstrip(_CLOSING).endswith(_ENDS) else "."


def _stopped(text: str) -> str:
    return text + _stop_of(text)


def _quoted(title: str) -> Markup:
    """Return a title in quotes, a full stop within; double quotes in it become single."""
    inner = _STRAIGHT.sub(r"\1‘", title).replace('"', "’")
    # Where only one of the two stands, it is not English: „so“.
    if "“" in title and "”" in title:
        inner = inner.replace("“", "‘").replace("”", "’")
    is_quote = title.endswith(("”", '"')) and inner.endswith("’")
    body, mark = (inner[:-1], "’") if is_quote else (inner, "")
    return Markup("“{}{}{}”").format(body, _stop_of(body), mark)


def _bibtex(article: Reference) -> str:
    day = article.day
    fields = {
        "author": " and ".join(map(_bibtex_name, article.names)),
        "title": f"{{{_escaped(article.title)}}}" if article.title else "",
        "titleaddon": _escaped(article.genre),
        "journal": _escaped(article.paper),
        "entrysubtype": "newspaper",
        "edition": _escaped(article.edition),
        "date": day.isoformat(),
        "year": f"{day.year:04d}",
        "month": _MACROS[day.month - 1],
        "pages": _escaped(article.page),
        "language": article.language,
        "note": "Retracted" if article.retracted else "",
        "url": article.url,
    }
    rows = (
        f"  {name} = {value if name == 'month' else f'{{{value}}}'},\n"
        for name, value in fields.items()
        if value
    )
    return f"@article{{{article.key},\n{''.join(rows)}}}\n"


def _bibtex_name(name: Name) -> str:
    if not name.given:
        return f"{{{_escaped(name.family)}}}"
    parts = filter(None, (name.family, name.suffix, name.given))
    return ", ".join(f"{{{_escaped(part)}}}" if _APART.search(part) else _escaped(part) for part in parts)


def _escaped(text: str) -> str:
    return text.translate(_IN_BIBTEX)


def _ris(article: Reference) -> list[tuple[str, str]]:
    day = article.day.isoformat().replace("-", "/")
    rows = (
        ("TY", "NEWS"),
        ("ID", article.key),
        *(("AU", name.turned().replace("*", "")) for name in article.names),
        ("TI", article.title),
        ("T2", article.paper.replace("*", "")),
        ("M3", article.genre),
        ("SE", article.section),
        ("ET", article.edition),
        ("PY", day[:4]),
        ("DA", f"{day}/"),
        ("SP", article.page),
        ("LA", article.language),
        ("N1", "Retracted" if article.retracted else ""),
        ("UR", article.url),
    )
    return [*((tag, value) for tag, value in rows if value), ("ER", "")]


def _csl(article: Reference) -> dict[str, object]:
    day = article.day
    told = {
        "id": article.key,
        "type": "article-newspaper",
        "title": article.title,
        "author": [_csl_name(name) for name in article.names],
        "container-title": article.paper,
        "genre": article.genre,
        "section": article.section,
        "edition": article.edition,
        "issued": {"date-parts": [[day.year, day.month, day.day]]},
        "page": article.page,
        "language": article.language,
        "status": "Retracted" if article.retracted else "",
        "URL": article.url,
    }
    return {name: value for name, value in told.items() if value}


def _csl_name(name: Name) -> dict[str, str]:
    if not name.given:
        return {"literal": name.family}
    parts = {"family": name.family, "given": name.given, "suffix": name.suffix}
    return {part: text for part, text in parts.items() if text}
