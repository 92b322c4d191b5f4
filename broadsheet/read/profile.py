"""A Markdown file about an author or a place to one Profile, or all of its problems at once.

Such a file lies below content/authors/ or content/datelines/ and is no article: it has no date and no page
of its own, and stands on the front of the facet that it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from broadsheet.common import urls
from broadsheet.common.model import Coordinates, Facet, FacetKind, Profile, Source
from broadsheet.common.problems import Problems
from broadsheet.common.slugs import slugify
from broadsheet.read import front_matter, markdown
from broadsheet.read.article import Reading, Scheme
from broadsheet.read.front_matter import Fields, Many
from broadsheet.settings.model import ReadSettings, Settings, read_settings
from broadsheet.settings.zones import load_zone

_FIELDS: dict[FacetKind, tuple[str, ...]] = {
    "author": ("name", "family", "kind", "role", "image", "email", "url", "fediverse"),
    "dateline": ("name", "image", "url", "coordinates"),
}
_A: dict[FacetKind, str] = {"author": "an author", "dateline": "a place"}
_EMAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+")
_HANDLE = re.compile(r"@?([\w.-]+@[\w-]+(?:\.[\w-]+)+)", re.ASCII)
_KINDS = ("person", "organization")
_NUMBER = r"[0-9]+(?:\.[0-9]*)?"
_DEGREES = rf"([+-]?{_NUMBER}\s*°?|{_NUMBER}\s*°?\s*[NSEWnsew])"
_COORDINATES = re.compile(rf"{_DEGREES}(?:\s*[,;]\s*|\s+){_DEGREES}")
_NORTH_POLE, _DATE_LINE = 90, 180
_PLACED = "coordinates: 40.41, 49.87"


def kind_of(path: str, settings: Settings) -> FacetKind | None:
    """Return the kind of facet that a Markdown file is a profile of; None for an article."""
    for kind in settings.content_profiles:
        if path.startswith(f"{settings.content_folder}/{urls.FACET_FOLDERS[kind]}/"):
            return kind
    return None


def read(path: str, content: bytes, settings: Settings, kind: FacetKind) -> Profile:
    """Return the profile that the file at ``path`` holds; raises ``Problems`` with all that is wrong."""
    return _Profiled(path, content, read_settings(settings), kind).profile()


@lru_cache(maxsize=8)
def _scheme(settings: ReadSettings, kind: FacetKind) -> Scheme:
    keys = {name: (name,) for name in _FIELDS[kind]}
    return Scheme(
        keys=keys,
        read_keys=frozenset(keys),
        foreign=frozenset(settings.front_matter_extra),
        required=(),
        zone=load_zone(settings.timezone),
    )


class _Profiled(Reading):
    """One profile being read."""

    def __init__(self, path: str, content: bytes, settings: ReadSettings, kind: FacetKind) -> None:
        super().__init__(path, front_matter.split(path, content), settings, _scheme(settings, kind))
        self.kind = kind

    def profile(self) -> Profile:
        """Return the profile. Raises ``Problems``."""
        body = markdown.render(
            self.document.body,
            path=self.path,
            first_line=self.document.body_line,
            language=self.settings.language,
            frames=self.settings.safety_frames,
            pictures=self.settings.safety_pictures,
        )
        self.problems += body.problems
        if self.document.fields is None:
            raise Problems(self.problems)
        self._refuse_articles()
        self._refuse_fields_of_others()
        self._extra()
        name = self._text("name")
        stem = self.path.rpartition("/")[2].removesuffix(".md")
        made = Profile(
            path=self.path,
            facet=Facet(kind=self.kind, slug=slugify(name or stem), name=name),
            family=self._family(name),
            kind=self._kind(),
            role=self._text("role"),
            picture=self._picture(),
            email=self._matching("email", _EMAIL, "an e-mail address", "ana@example.org"),
            addresses=tuple(self._addresses()),
            fediverse=self._fediverse(),
            coordinates=self._coordinates(),
            body=body.html,
            links=(*self.links, *body.links),
        )
        if self.problems:
            raise Problems(self.problems)
        return made

    def _refuse_articles(self) -> None:
        """Find what only an article has: one that lies in this folder would vanish without a word."""
        folder = f"{self.settings.content_folder}/{urls.FACET_FOLDERS[self.kind]}/"
        names = dict(self.settings.front_matter)
        for name in ("title", "date"):
            for key in names.get(name, (name,)):
                if key in self.fields:
                    message = f"a profile has no {key}, and every file below {folder} is one"
                    hint = f'Move an article elsewhere, or leave "{self.kind}" out of [content] profiles.'
                    self._problem(self.fields[key], message, hint)

    def _refuse_fields_of_others(self) -> None:
        """Find what only the profile of another kind of facet has: it would be shown nowhere."""
        others = {name for names in _FIELDS.values() for name in names}
        for name in sorted(others - self.scheme.read_keys - self.scheme.foreign):
            if name in self.fields:
                self._problem(
                    self.fields[name], f"the profile of {_A[self.kind]} has no {name}", "Leave it out."
                )

    def _family(self, name: str) -> str:
        written, field = self._text("family"), self.chosen.get("family")
        if field and name and f" {written} " not in f" {name} ":
            hint = "Write the part of the name that is the family's, as it is spelt there."
            self._problem(field.value, f"family: {written} is no part of {name}", hint)
        return written

    def _kind(self) -> str:
        field = self.chosen.get("kind")
        written = self._text("kind").casefold() if field else ""
        if field and written not in _KINDS:
            hint = "Write kind: person, or kind: organization."
            self._problem(field.value, "kind is neither person nor organization", hint)
        return "place" if self.kind == "dateline" else written or "person"

    def _fediverse(self) -> str:
        written = self._matching("fediverse", _HANDLE, "a name in the Fediverse", "@ana@example.org")
        return f"@{written.removeprefix('@')}" if written else ""

    def _coordinates(self) -> Coordinates | None:
        """Return the coordinates: in one text, in a list of two, or in a mapping of their names."""
        field, found = self.chosen.get("coordinates"), len(self.problems)
        if field is None:
            return None
        value, values = field.value, [field.value]
        if isinstance(value, Many):
            values = list(value.values)
        elif isinstance(value, Fields):
            parts = self._parts(field.name, value, ("latitude", "longitude"))
            values = [parts[name].value for name in ("latitude", "longitude") if name in parts]
        text = ", ".join(self._one(field.name, each) for each in values)
        match = _COORDINATES.fullmatch(text.replace("\N{MINUS SIGN}", "-"))
        if match is None:
            if len(self.problems) == found:
                message = f"{field.name}: {text} is not a latitude and a longitude in degrees"
                self._problem(value, message, f"Write both with a decimal point, {_PLACED}")
            return None
        first, second = map(_degrees, match.groups())
        swapped = match[1][-1] in "EWew" or match[2][-1] in "NSns" or abs(first) > _NORTH_POLE
        if swapped and abs(first) <= _DATE_LINE and abs(second) <= _NORTH_POLE:
            message = f"{field.name}: the latitude comes first"
            self._problem(value, message, f"Write {field.name}: {_shown(second)}, {_shown(first)}")
        elif swapped or abs(second) > _DATE_LINE:
            message = f"{field.name}: there is no place at {_shown(first)}, {_shown(second)}"
            self._problem(
                value, message, "A latitude is between -90 and 90, a longitude between -180 and 180."
            )
        return Coordinates(latitude=first, longitude=second)

    def _matching(self, name: str, shape: re.Pattern[str], meaning: str, example: str) -> str:
        written, field = self._text(name), self.chosen.get(name)
        if field and written and not shape.fullmatch(written):
            self._problem(field.value, f"{name}: {written} is not {meaning}", f"Write {name}: {example}")
        return written

    def _addresses(self) -> Iterator[Source]:
        field = self.chosen.get("url")
        values = field.value.values if field and isinstance(field.value, Many) else ()
        for value in values or ((field.value,) if field else ()):
            parts = self._parts("url", value, ("name", "url")) if isinstance(value, Fields) else {}
            place = parts["url"].value if "url" in parts else value
            name = self._one("url.name", parts["name"].value) if "name" in parts else ""
            url = self._address("url", place, self._one("url", place))
            if url:
                yield Source(name=name or url.partition("//")[2].rstrip("/"), url=url)


def _degrees(written: str) -> float:
    """Return degrees as they were written, with a sign or a letter."""
    number = float(re.split(r"[^-+.0-9]", written)[0])
    # No zero below zero, which would be written otherwise.
    return 0.0 - number if written[-1] in "SWsw" else number + 0.0


def _shown(degrees: float) -> str:
    return str(degrees).removesuffix(".0")
