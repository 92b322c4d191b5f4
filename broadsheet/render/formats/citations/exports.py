"""Citations for software: BibTeX, RIS, CSL-JSON, and the meta tags that reference managers read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from types import MappingProxyType

from broadsheet.archive.person_names import PersonName
from broadsheet.render.formats.citations.reference import Reference
from broadsheet.render.formats.text import encode_json

# BibTeX's own names of the months, in every language: "BibTeXing", section 2.
_MACROS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# How LaTeX prints the characters of its own syntax: https://www.ctan.org/pkg/comprehensive
_LATEX_ESCAPES = str.maketrans(
    {
        "\\": "\\textbackslash{}",
        "{": "\\textbraceleft{}",
        "}": "\\textbraceright{}",
        "^": "\\textasciicircum{}",
        "~": "\\textasciitilde{}",
        **{char: f"\\{char}" for char in "#$%&_"},
    }
)
# In a name these have a meaning, a backslash another one than in a title: "BibTeXing", section 4.
_SPECIAL_IN_NAMES = re.compile(r"[,\\{}^~#$%&_]|(?:^| )and(?: |$)", re.IGNORECASE)


def list_meta_tags(reference: Reference) -> tuple[tuple[str, str], ...]:
    """Return meta tags, as pairs of name and content, for what reference managers do not get from Open Graph.

    Those of Highwire, as https://scholar.google.com/intl/en/scholar/inclusion.html#indexing lists them; the
    edition is PRISM's, and the type, for Zotero, Dublin Core's.
    """
    pairs = (
        ("DC.type", "newspaperArticle"),
        *(("citation_author", name.inverted()) for name in reference.names),
        ("citation_publication_date", reference.day.isoformat().replace("-", "/")),
        ("citation_language", reference.language),
        ("prism.edition", reference.edition),
        ("citation_firstpage", reference.page),
    )
    return tuple((name, content) for name, content in pairs if content)


def write_bibtex(references: Iterable[Reference]) -> bytes:
    """Return a BibTeX database, which biblatex reads too, in UTF-8.

    Format: https://ctan.org/pkg/bibtex, "BibTeXing"; ``date``, ``entrysubtype`` and ``titleaddon`` are
    biblatex's, https://ctan.org/pkg/biblatex. Titles have braces of their own, so that no style
    changes their capitals.
    """
    return "\n".join(map(_bibtex, references)).encode()


def write_ris(references: Iterable[Reference]) -> bytes:
    """Return RIS records, in UTF-8, with lines that end in CR and LF.

    Format: "RIS Format Specifications", Research Information Systems, 2011. It forbids asterisks in names.
    """
    rows = chain.from_iterable(map(_ris, references))
    return "".join(f"{tag}  - {value}\r\n" for tag, value in rows).encode()


def write_csl_json(references: Iterable[Reference]) -> bytes:
    """Return a CSL-JSON list, a line for each reference.

    Format: https://docs.citationstyles.org/en/stable/specification.html, appendices III and IV, and
    https://github.com/citation-style-language/schema, csl-data.json.
    """
    rows = ",\n".join(encode_json(_csl(reference)) for reference in references)
    return f"[\n{rows}\n]\n".encode()


# By the suffix of the file name.
FORMATS: Mapping[str, Callable[[Iterable[Reference]], bytes]] = MappingProxyType(
    {"bib": write_bibtex, "ris": write_ris, "json": write_csl_json}
)


def _bibtex(reference: Reference) -> str:
    day = reference.day
    fields = {
        "author": " and ".join(map(_bibtex_name, reference.names)),
        "title": f"{{{_escape(reference.title)}}}" if reference.title else "",
        "titleaddon": _escape(reference.genre),
        "journal": _escape(reference.paper),
        "entrysubtype": "newspaper",
        "edition": _escape(reference.edition),
        "date": day.isoformat(),
        "year": f"{day.year:04d}",
        "month": _MACROS[day.month - 1],
        "pages": _escape(reference.page),
        "language": reference.language,
        "note": "Retracted" if reference.retracted else "",
        "url": reference.url,
    }
    rows = (
        f"  {name} = {value if name == 'month' else f'{{{value}}}'},\n"
        for name, value in fields.items()
        if value
    )
    return f"@article{{{reference.key},\n{''.join(rows)}}}\n"


def _bibtex_name(name: PersonName) -> str:
    if not name.given:
        return f"{{{_escape(name.family)}}}"
    return ", ".join(map(_escape_part, filter(None, (name.family, name.suffix, name.given))))


def _escape_part(part: str) -> str:
    """Return a part of a name, in braces where it would otherwise be read as several."""
    return f"{{{_escape(part)}}}" if _SPECIAL_IN_NAMES.search(part) else _escape(part)


def _escape(text: str) -> str:
    return text.translate(_LATEX_ESCAPES)


def _ris(reference: Reference) -> list[tuple[str, str]]:
    day = reference.day.isoformat().replace("-", "/")
    rows = (
        ("TY", "NEWS"),
        ("ID", reference.key),
        *(("AU", name.inverted().replace("*", "")) for name in reference.names),
        ("TI", reference.title),
        ("T2", reference.paper.replace("*", "")),
        ("M3", reference.genre),
        ("SE", reference.section),
        ("ET", reference.edition),
        ("PY", day[:4]),
        ("DA", f"{day}/"),
        ("SP", reference.page),
        ("LA", reference.language),
        ("N1", "Retracted" if reference.retracted else ""),
        ("UR", reference.url),
    )
    return [*((tag, value) for tag, value in rows if value), ("ER", "")]


def _csl(reference: Reference) -> dict[str, object]:
    day = reference.day
    members = {
        "id": reference.key,
        "type": "article-newspaper",
        "title": reference.title,
        "author": [_csl_name(name) for name in reference.names],
        "container-title": reference.paper,
        "genre": reference.genre,
        "section": reference.section,
        "edition": reference.edition,
        "issued": {"date-parts": [[day.year, day.month, day.day]]},
        "page": reference.page,
        "language": reference.language,
        "status": "Retracted" if reference.retracted else "",
        "URL": reference.url,
    }
    return {name: value for name, value in members.items() if value}


def _csl_name(name: PersonName) -> dict[str, str]:
    if not name.given:
        return {"literal": name.family}
    parts = {"family": name.family, "given": name.given, "suffix": name.suffix}
    return {part: text for part, text in parts.items() if text}
