"""The site.toml that an adopted archive gets: what it says, and how it is written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from broadsheet.settings import reader
from broadsheet.settings.model import Settings

_EXAMPLE = {
    "title": "The Example Courier",
    "url": "https://example.org/",
    "language": "en",
    "timezone": "UTC",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Settings as they are written: what is empty, or as by default, is left out.

    ``exclude`` are patterns with the reason, ``authors`` and ``sections`` names by slugs, ``redirects`` the
    files of articles by their old addresses. ``guessed`` are those of the first four that nothing told.
    """

    title: str = _EXAMPLE["title"]
    url: str = _EXAMPLE["url"]
    language: str = _EXAMPLE["language"]
    timezone: str = _EXAMPLE["timezone"]
    tagline: str = ""
    guessed: tuple[str, ...] = ()
    folder: str = "content"
    exclude: tuple[tuple[str, str], ...] = ()
    required: tuple[str, ...] = ("title", "date")
    reported: tuple[str, ...] = ()
    section: str = "field"
    dialect: str = "commonmark"
    formats: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extra: tuple[str, ...] = ()
    duplicates: str = "strict"
    join: tuple[str, ...] = ()
    split: str = ""
    permalink: str = ""
    slugs: str = "made"
    sections: Mapping[str, str] = field(default_factory=dict)
    authors: Mapping[str, str] = field(default_factory=dict)
    redirects: Mapping[str, str] = field(default_factory=dict)

    def settings(self) -> Settings:
        """Return the settings that it is read as."""
        return reader.read(self.to_toml(), "site.toml")

    def to_toml(self) -> str:
        """Return the text of site.toml."""
        tables = [
            "\n".join(self._top()),
            *(f"[{name}]\n" + "\n".join(rows) for name, found in self._tables() if (rows := tuple(found))),
        ]
        return "\n\n".join(tables) + "\n"

    def _top(self) -> Iterator[str]:
        for name in ("title", "url", "language", "timezone"):
            row = f"{name} = {_quoted(getattr(self, name))}"
            yield f"{row}  # nothing told: write your own" if name in self.guessed else row
        if self.tagline:
            yield f"tagline = {_quoted(self.tagline)}"

    def _tables(self) -> Iterator[tuple[str, Iterator[str]]]:
        yield "content", self._content()
        yield "dates", _lists({"formats": self.formats})
        yield "front_matter", self._front_matter()
        yield "permalinks", self._permalinks()
        yield "sections", _pairs(self.sections)
        yield "authors", _pairs(self.authors)
        yield "redirects", _pairs(self.redirects)

    def _content(self) -> Iterator[str]:
        if self.folder != "content":
            yield f"folder = {_quoted(self.folder)}"
        if self.exclude:
            yield "exclude = ["
            yield from (f"  {_quoted(pattern)},  # {reason}" for pattern, reason in self.exclude)
            yield "]"
        yield f"required = {_listed(self.required)}"
        yield from _lists({"reported": self.reported})
        if self.section != "field":
            yield f"section = {_quoted(self.section)}"
        if self.dialect != "commonmark":
            yield f"dialect = {_quoted(self.dialect)}"
        yield 'links = "report"  # links that lead nowhere: `check` names them'

    def _front_matter(self) -> Iterator[str]:
        for name, keys in self.fields.items():
            if keys != (name,):
                yield f"{name} = {_listed(keys)}"
        yield from _lists({"extra": self.extra, "join": self.join})
        if self.duplicates != "strict":
            yield f"duplicates = {_quoted(self.duplicates)}"
        if self.split:
            yield f"split = {_quoted(self.split)}"

    def _permalinks(self) -> Iterator[str]:
        if self.permalink:
            yield f"article = {_quoted(self.permalink)}"
        if self.slugs != "made":
            yield f"slugs = {_quoted(self.slugs)}"


def _quoted(text: str) -> str:
    """Return a text as TOML writes it: with the escapes of JSON, and one for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _listed(texts: tuple[str, ...]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def _lists(found: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    return (f"{name} = {_listed(texts)}" for name, texts in found.items() if texts)


def _pairs(found: Mapping[str, str]) -> Iterator[str]:
    return (f"{_quoted(name)} = {_quoted(text)}" for name, text in sorted(found.items()))
