"""One content file to one Article, or all of its problems at once.

``read`` is a function of the file's path, its bytes and the few settings in ``ReadSettings``, and of
nothing else: it opens no file, knows no other article, and asks for no time. Whether a picture or a
link's target exists is the archive's affair.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit
from zoneinfo import ZoneInfo

from broadsheet.common import languages, urls
from broadsheet.common.model import (
    CORRECTION_KINDS,
    GENRES,
    Article,
    Correction,
    Facet,
    FacetKind,
    Link,
    Picture,
    Retraction,
    Source,
)
from broadsheet.common.problems import Problem, Problems, choices, nearest
from broadsheet.read import front_matter, markdown, yaml_hints
from broadsheet.read.front_matter import Document, Field, Fields, Many, Text, Value
from broadsheet.settings import ARTICLE_FIELDS, ReadSettings, Settings, date_parsing, read_settings, zone
from broadsheet.settings.date_parsing import Moment
from broadsheet.settings.fields import FIELDS

# Without these an article has no place in the archive, whatever [content] required says.
_NEEDED = ("title", "date")
_YES = frozenset(("yes", "true", "on", "y", "1"))
_NO = frozenset(("no", "false", "off", "n", "0"))
# A semicolon is required: "AT&T" and "R&D" are no entities, whatever a browser would make of them.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
# A no-break space alone is meant: "10 000", "« Oui »".
_SPACES = re.compile(r"(?![\u00a0\u202f](?!\s))\s+")
_EDGES = " \u00a0\u202f"
_FILE_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[-_ ]+|$)")
_NOT_AN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


def read(path: str, content: bytes, settings: Settings) -> Article:
    """Return the article that ``content``, the file at ``path``, holds.

    Raises ``Problems`` with everything that is wrong in the file, front matter and body alike.
    """
    return _read(path, content, read_settings(settings))


def _read(path: str, content: bytes, settings: ReadSettings) -> Article:
    return Reading(path, front_matter.split(path, content), settings).article()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """What follows from a ``ReadSettings`` alone, made once."""

    keys: Mapping[str, tuple[str, ...]]  # our name: theirs, in the order in which they are tried
    read_keys: frozenset[str]
    foreign: frozenset[str]
    required: tuple[str, ...]
    zone: ZoneInfo


@lru_cache(maxsize=16)
def _scheme(settings: ReadSettings) -> Scheme:
    keys = {name: (name,) for name in ARTICLE_FIELDS} | dict(settings.front_matter)
    return Scheme(
        keys=keys,
        read_keys=frozenset(key for theirs in keys.values() for key in theirs),
        foreign=frozenset(settings.front_matter_extra),
        required=tuple(dict.fromkeys((*_NEEDED, *settings.content_required))),
        zone=zone(settings.timezone),
    )


class Reading:
    """One file being read: its fields, and the problems gathered on the way."""

    def __init__(
        self, path: str, document: Document, settings: ReadSettings, scheme: Scheme | None = None
    ) -> None:
        """Begin; ``scheme`` is that of an article unless another one is given."""
        self.path = path
        self.document = document
        self.settings = settings
        self.scheme = scheme or _scheme(settings)
        self.problems = list(document.problems)
        self.links: list[Link] = []
        self.fields: dict[str, Field] = {}
        self.chosen: dict[str, Field] = {}
        for field in document.fields or ():
            if field.name in self.fields and field.name in self.scheme.read_keys:
                before = self.fields[field.name].line
                message = f"{field.name} stands twice; it is also on line {before}"
                self._problem(field, message, "Leave one out.")
            self.fields[field.name] = field
        self.chosen = self._choose()

    def article(self) -> Article:
        """Return the article. Raises ``Problems``."""
        language = self._language()
        body = markdown.render(
            self.document.body,
            path=self.path,
            first_line=self.document.body_line,
            language=language,
            frames=self.settings.safety_frames,
            pictures=self.settings.safety_pictures,
        )
        self.problems += body.problems
        if self.document.fields is None:
            raise Problems(self.problems)
        file_day, file_slug = _of_file(self.path)
        self._check_required(file_day)
        published = self._moment("date") or self._file_moment(file_day)
        title = self._text("title")
        authors = self._facets("author", "author")
        tags = self._facets("tags", "tag")
        dateline = self._facet("dateline")
        section = self._facet("section")
        series = self._facets("series", "series")
        edition = self._facet("edition")
        genre = self._genre()
        page, column = self._text("page"), self._text("column")
        corrections = self._corrections(published)
        retracted = self._retracted(published)
        slug = self._slug() or file_slug
        updated = self._updated(published, corrections, retracted)
        expires = self._expires(published)
        # A summary may say what was taken back; the opening of the body surely does.
        summary = retracted.reason if retracted else self._text("summary")
        picture = self._picture()
        draft = self._draft()
        aliases = self._aliases()
        source = self._source()
        translations = self._text("translations")
        extra = self._extra()
        feed_id = self._text("id")
        if self.problems or published is None:
            raise Problems(self.problems)
        output = urls.article_output(
            self.settings.permalinks_article,
            day=published.day.isoformat(),
            slug=slug,
            section=section.slug if section else "",
            file=urls.slug(self.path.rpartition("/")[2].removesuffix(".md")),
        )
        return Article(
            path=self.path,
            id=feed_id,
            title=title,
            authors=authors,
            dateline=dateline,
            section=section,
            tags=tags,
            series=series,
            genre=genre,
            edition=edition,
            page=page,
            column=column,
            corrections=corrections,
            retracted=retracted,
            day=published.day,
            date=published.date,
            updated=updated,
            expires=expires,
            summary=summary or body.opening,
            slug=slug,
            output=output,
            picture=picture,
            draft=draft,
            language=language,
            tongue=self._tongue(language),
            translations=urls.slug(translations) if translations else "",
            aliases=tuple(alias for alias in aliases if alias != output),
            source=source,
            extra=extra,
            body=body.html,
            words=body.words,
            links=(*self.links, *body.links),
            made_summary=not summary,
        )

    def _problem(self, place: Field | Value, message: str, hint: str = "", *, quotes: bool = False) -> None:
        source = self.document.rows[place.line - 1] if place.line <= len(self.document.rows) else ""
        quotable = quotes and (isinstance(place, Text) or source[place.column - 1] in "[{")
        row = yaml_hints.quote_value(source) if quotable else None
        self.problems.append(
            Problem(
                path=self.path,
                line=place.line,
                column=place.column,
                message=message,
                hint=f"Write it in quotes: {row.strip()}" if row else hint,
                source=source,
            )
        )

    def _choose(self) -> dict[str, Field]:
        """Return, by our name, the first field with something to say about it."""
        chosen: dict[str, Field] = {}
        for name, keys in self.scheme.keys.items():
            for key in keys:
                field = self.fields.get(key)
                if field is not None and (_said(field.value) or _comment(field.value)):
                    chosen[name] = field
                    break
        return chosen

    def _check_required(self, file_day: dt.date | None) -> None:
        for name in self.scheme.required:
            if self.chosen.get(name) is not None or (name == "date" and file_day is not None):
                continue
            keys = self.scheme.keys[name] or (name,)
            empty = next((self.fields[key] for key in keys if key in self.fields), None)
            row = f"{keys[0]}: {FIELDS[name].example}"
            if empty is not None:
                self._problem(empty, f"{empty.name} is empty", f"Write a value: {row}")
                continue
            message, hint = f"{keys[0]} is missing", f"Add a line to the front matter: {row}"
            self.problems.append(Problem(path=self.path, line=1, message=message, hint=hint))

    def _text(self, name: str) -> str:
        field = self.chosen.get(name)
        return self._one(field.name, field.value, whole=name == "title") if field else ""

    def _one(self, name: str, value: Value, *, whole: bool = False) -> str:
        """Return a value that is one text. ``whole``: whatever YAML takes for a comment belongs to it."""
        if isinstance(value, Many) and len(value.values) == 1:
            value = value.values[0]
        if not isinstance(value, Text):
            shape = "a list" if isinstance(value, Many) else "a mapping"
            self._problem(
                value, f"{name} is {shape}, and one text is wanted", "Write one value.", quotes=True
            )
            return ""
        comment = value.comment
        if comment and (whole or not re.match(r"#+(?:\s|$)", comment)):
            self._problem(value, f"{name} is cut off at “ #”, where YAML begins a comment", quotes=True)
        return _clean(value.text)

    def _facet(self, name: FacetKind) -> Facet | None:
        field = self.chosen.get(name)
        if field is None:
            return None
        spelled = self._one(field.name, field.value)
        return Facet(kind=name, slug=_facet_slug(spelled), name=spelled) if spelled else None

    def _facets(self, name: str, kind: FacetKind) -> tuple[Facet, ...]:
        field = self.chosen.get(name)
        if field is None:
            return ()
        found: dict[str, Facet] = {}
        for value in field.value.values if isinstance(field.value, Many) else (field.value,):
            spelled = self._one(field.name, self._named(value))
            if spelled:
                facet = Facet(kind=kind, slug=_facet_slug(spelled), name=spelled)
                found.setdefault(facet.slug, facet)
        return tuple(found.values())

    def _named(self, value: Value) -> Value:
        """Return the name of ``{name: …, …}``, any other value as it is."""
        if not isinstance(value, Fields):
            return value
        return next((field.value for field in value.fields if field.name == "name"), value)

    def _moment(self, name: str) -> Moment | None:
        field = self.chosen.get(name)
        return self._read_moment(field.name, field.value) if field else None

    def _read_moment(self, name: str, value: Value) -> Moment | None:
        text = self._one(name, value)
        if not text:
            return None
        settings = self.settings
        try:
            return date_parsing.moment(text, self.scheme.zone, settings.dates_formats, settings.language)
        except date_parsing.NotADate as error:
            self._problem(value, f"{name}: {error}", error.hint)
            return None

    def _file_moment(self, day: dt.date | None) -> Moment | None:
        if day is None or self.chosen.get("date") is not None:
            return None
        try:
            return date_parsing.moment(day.isoformat(), self.scheme.zone, (), self.settings.language)
        except date_parsing.NotADate as error:
            self.problems.append(
                Problem(path=self.path, message=f"the file's name: {error}", hint=error.hint)
            )
            return None

    def _updated(
        self,
        published: Moment | None,
        corrections: tuple[Correction, ...],
        retracted: Retraction | None,
    ) -> dt.datetime | None:
        """Return when the article was last updated; None unless that is after its publication.

        A correction and a retraction are updates. A bare day is the day's start, which lies before an
        article that came out in its course.
        """
        written = self._moment("updated")
        dates = [note.date for note in (written, *corrections, retracted) if note]
        updated = max(dates, default=None)
        return updated if published and updated and updated > published.date else None

    def _genre(self) -> str:
        field = self.chosen.get("genre")
        return self._word(field.name, field.value, GENRES, "genre") if field else ""

    def _word(self, name: str, value: Value, known: tuple[str, ...], what: str) -> str:
        """Return a value in small letters, which shall be one of ``known``."""
        found = len(self.problems)
        written = self._one(name, value).casefold()
        if written not in known and len(self.problems) == found:
            self._problem(value, f"{name}: {written} is no {what}", choices(written, known))
        return written

    def _corrections(self, published: Moment | None) -> tuple[Correction, ...]:
        field = self.chosen.get("corrections")
        if field is None:
            return ()
        values = field.value.values if isinstance(field.value, Many) else (field.value,)
        found = [self._correction(field.name, value, published) for value in values]
        return tuple(sorted((note for note in found if note), key=lambda note: note.date))

    def _correction(self, name: str, value: Value, published: Moment | None) -> Correction | None:
        example = "- { date: 2022-11-06, text: … }"
        if not isinstance(value, Fields):
            self._problem(value, f"{name} has an entry without date and text", f"Write it like {example}")
            return None
        parts = self._parts(name, value, ("date", "text", "kind"))
        moment = self._note_moment(name, value, parts, published)
        text = self._note_text(name, "text", value, parts)
        kind = CORRECTION_KINDS[0]
        if "kind" in parts:
            place = parts["kind"].value
            written = self._word(f"{name}.kind", place, CORRECTION_KINDS, "kind of correction")
            kind = next((each for each in CORRECTION_KINDS if each == written), kind)
        return Correction(kind=kind, day=moment.day, date=moment.date, text=text) if moment else None

    def _retracted(self, published: Moment | None) -> Retraction | None:
        field = self.chosen.get("retracted")
        if field is None:
            return None
        if not isinstance(field.value, Fields):
            self._problem(
                field.value,
                f"{field.name} wants a date and a reason",
                f"Write {field.name}: {{ date: 2022-11-06, reason: … }}",
            )
            return None
        parts = self._parts(field.name, field.value, ("date", "reason"))
        moment = self._note_moment(field.name, field.value, parts, published)
        reason = self._note_text(field.name, "reason", field.value, parts)
        return Retraction(day=moment.day, date=moment.date, reason=reason) if moment else None

    def _note_moment(
        self, name: str, value: Fields, parts: Mapping[str, Field], published: Moment | None
    ) -> Moment | None:
        """Return the date of a correction or a retraction; not before that of its article."""
        field = parts.get("date")
        if field is None or not _said(field.value):
            self._problem(field or value, f"{name} has no date", "Add to it: date: 2022-11-06 14:00")
            return None
        moment = self._read_moment(f"{name}.date", field.value)
        if moment and published and moment.day < published.day:
            message = f"{name}.date is before the article's date"
            self._problem(field.value, message, "Write when the note was added.")
        return moment

    def _note_text(self, name: str, part: str, value: Fields, parts: Mapping[str, Field]) -> str:
        """Return what a correction or a retraction says."""
        field = parts.get(part)
        if field is None or not _said(field.value):
            self._problem(field or value, f"{name} has no {part}", f"Add to it: {part}: …")
            return ""
        return self._one(f"{name}.{part}", field.value, whole=True)

    def _expires(self, published: Moment | None) -> dt.datetime | None:
        """Return when the article's time is over."""
        expires = self._moment("expires")
        if expires is None or published is None:
            return None
        if expires.date <= published.date:
            field = self.chosen["expires"]
            message = f"{field.name} is not after the article's date"
            self._problem(field.value, message, "Write a later moment, or leave it out.")
        return expires.date

    def _slug(self) -> str:
        field = self.chosen.get("slug")
        if field is None:
            return ""
        written = self._one(field.name, field.value)
        if "%" in written and not _NOT_AN_ESCAPE.search(written):
            # WordPress exports slugs as they stand in its URLs.
            return urls.slug(unquote_to_bytes(written).decode(errors="replace"))
        fault = urls.slug_fault(written) if written else None
        if fault:
            self._problem(
                field.value, f"{field.name}: {written} {fault}", f"Write {field.name}: {urls.slug(written)}"
            )
        return written

    def _picture(self) -> Picture | None:
        field = self.chosen.get("image")
        if field is None:
            return None
        if not isinstance(field.value, Fields):
            name = self._one(field.name, field.value)
            path = self._picture_path(field.name, field.value, name)
            return Picture(path=path, alt="", caption="", credit="") if path else None
        parts = self._parts(field.name, field.value, ("file", "alt", "caption", "credit"))
        file = parts.pop("file", None)
        texts = {
            name: self._one(f"{field.name}.{name}", parts[name].value) if name in parts else ""
            for name in ("alt", "caption", "credit")
        }
        if file is None or not _said(file.value):
            self._problem(field, f"{field.name} has no file", "Add a line to it: file: photo.jpg")
            return None
        path = self._picture_path(
            f"{field.name}.file", file.value, self._one(f"{field.name}.file", file.value)
        )
        return Picture(path=path, **texts) if path else None

    def _picture_path(self, name: str, value: Value, written: str) -> str:
        """Return a picture's path from the site's folder, and keep it as a link; empty if it is none."""
        if not written:
            return ""
        if _SCHEME.match(written):
            self._problem(
                value,
                f"{name}: {written} is an address",
                "Save the picture beside the article, and write its name.",
            )
            return ""
        if "\\" in written:
            self._problem(
                value, f"{name}: {written} has a backslash", f"Write {written.replace(chr(92), '/')}"
            )
            return ""
        if urls.too_long(written):
            self._problem(
                value, f"{name} is too long for the name of a file", "Give the picture a shorter name."
            )
            return ""
        folder = "static" if written.startswith("/") else self.path.rpartition("/")[0]
        top = folder if folder == "static" else self.settings.content_folder
        steps: list[str] = folder.split("/") if folder else []
        for step in written.split("/"):
            if step == ".." and steps:
                steps.pop()
            elif step not in {"", ".", ".."}:
                steps.append(step)
        path = "/".join(steps)
        if not path.startswith(f"{top}/"):
            self._problem(
                value,
                f"{name}: {written} leaves {top}/",
                "A picture lies beside its article, or in static/ and is written /photo.jpg.",
            )
            return ""
        self.links.append(Link(path=path, line=value.line, column=value.column, embedded=True))
        return path

    def _parts(self, name: str, value: Fields, known: tuple[str, ...]) -> dict[str, Field]:
        """Return the fields of a mapping by name. A near miss of one that is read is a problem."""
        parts: dict[str, Field] = {}
        for field in value.fields:
            if field.name in known and field.name in parts:
                self._problem(
                    field,
                    f"{name}.{field.name} stands twice; it is also on line {parts[field.name].line}",
                    "Leave one out.",
                )
            elif field.name not in known:
                self._check_near(field, frozenset(known), f"{name}.{field.name}")
            parts[field.name] = field
        return parts

    def _draft(self) -> bool:
        published = self.fields.get("published")
        if (
            published is not None
            and isinstance(published.value, Text)
            and published.value.text.casefold() in _NO
        ):
            return True
        field = self.chosen.get("draft")
        if field is None:
            return False
        written = self._one(field.name, field.value).casefold()
        if written not in _YES | _NO:
            self._problem(
                field.value,
                f"{field.name} is neither yes nor no",
                f"Write {field.name}: yes, or {field.name}: no.",
            )
        return written in _YES

    def _language(self) -> str:
        field = self.chosen.get("language")
        written = self._one(field.name, field.value) if field else ""
        if field is None or not written:
            return self.settings.language
        if not languages.is_language(written):
            self._problem(
                field.value,
                f"{field.name}: {written} is not a language that Babel knows",
                "Write its code: en, az, pt-BR.",
            )
            return self.settings.language
        return written

    def _tongue(self, language: str) -> Facet | None:
        """Return a language as a facet; the site's own is none."""
        key = languages.key(language)
        if key == languages.key(self.settings.language):
            return None
        return Facet(kind="language", slug=key, name=languages.own_name(key))

    def _aliases(self) -> tuple[str, ...]:
        field = self.chosen.get("aliases")
        if field is None:
            return ()
        found = []
        for value in field.value.values if isinstance(field.value, Many) else (field.value,):
            written = self._one(field.name, value)
            if written:
                output, fault = urls.written_output(written)
                if fault:
                    self._problem(
                        value,
                        f"{field.name}: {written} {fault}",
                        "Write the path of a page of this site: /2015/old-name/",
                    )
                found.append(output)
        return tuple(dict.fromkeys(found))

    def _source(self) -> Source | None:
        field = self.chosen.get("source")
        if field is None:
            return None
        if not isinstance(field.value, Fields):
            written = self._one(field.name, field.value)
            if re.match(r"https?://", written, re.IGNORECASE):
                url = self._address(field.name, field.value, written)
                return Source(name=_host(url), url=url)
            return Source(name=written, url="") if written else None
        parts = self._parts(field.name, field.value, ("name", "url"))
        name = self._one(f"{field.name}.name", parts["name"].value) if "name" in parts else ""
        url = ""
        if "url" in parts:
            place = parts["url"].value
            url = self._address(f"{field.name}.url", place, self._one(f"{field.name}.url", place))
        if not name and not url:
            if not self.problems:
                self._problem(field, f"{field.name} has neither name nor url", "Add a line to it: name: …")
            return None
        return Source(name=name or _host(url), url=url)

    def _address(self, name: str, value: Value, written: str) -> str:
        if not written:
            return ""
        try:
            parts = urlsplit(written)
            right = parts.scheme in {"http", "https"} and bool(parts.hostname)
        except ValueError:
            right = False
        if not right or re.search(r"[\s<>\"]", written):
            self._problem(
                value, f"{name}: {written} is not a web address", "Write it whole: https://example.org/page"
            )
            return ""
        return written

    def _extra(self) -> dict[str, Any]:
        """Return every field that was not read, its near misses gathered as problems."""
        read = {field.name for field in self.chosen.values()}
        extra: dict[str, Any] = {}
        for name, field in self.fields.items():
            if name in read:
                continue
            if name not in self.scheme.read_keys and name not in self.scheme.foreign:
                self._check_near(field, self.scheme.read_keys, name)
            if name:
                extra[name] = front_matter.to_plain(field.value)
        return extra

    def _check_near(self, field: Field, known: frozenset[str], shown: str) -> None:
        meant = _meant(field.name, known)
        if meant is None:
            return
        hint = f'Did you mean "{meant}"?'
        if shown == field.name:
            hint += f' If not, declare it in site.toml: [front_matter] extra = ["{shown}"]'
        self._problem(field, f'there is no field "{shown}"', hint)


# Archives name few facets often, and slugs are made character by character.
_facet_slug = lru_cache(maxsize=65536)(urls.slug)


@lru_cache(maxsize=4096)
def _meant(name: str, known: frozenset[str]) -> str | None:
    """Return the field that a name was meant to be, None for a name of its own.

    One that holds a known name as a word (``source_url``, ``title-en``) was hardly mistyped.
    """
    meant = nearest(name, known)
    if meant == name.casefold():
        return meant
    return None if meant in re.split(r"[\W_]", name.casefold()) else meant


def _of_file(path: str) -> tuple[dt.date | None, str]:
    """Return the date that a file's name begins with, and the slug that the rest of it makes."""
    stem = path.rpartition("/")[2]
    stem = stem.rpartition(".")[0] or stem
    match = _FILE_DATE.match(stem)
    day = None
    if match is not None and int(match[1]) >= date_parsing.EARLIEST:
        try:
            day = dt.date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            day = None
    if match is None or day is None:
        return None, urls.slug(stem)
    rest = stem[match.end() :]
    return day, urls.slug(rest if any(char.isalnum() for char in rest) else match[0].rstrip("-_ "))


def _said(value: Value) -> bool:
    """Whether a value says anything: an empty text, an empty list and a list of such do not."""
    if isinstance(value, Text):
        return bool(_clean(value.text))
    if isinstance(value, Many):
        return any(_said(each) for each in value.values)
    return bool(value.fields)


def _comment(value: Value) -> bool:
    """Whether YAML took all of a value for a comment that was hardly meant as one: ``title: #1``."""
    return isinstance(value, Text) and bool(value.comment) and not re.match(r"#+(?:\s|$)", value.comment)


def _clean(text: str) -> str:
    """Return text with its entities decoded once, white space collapsed, control characters dropped."""
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
        text = _CONTROL.sub("", text)
    # Nearly every text is as it shall be, and seen to be so in a tenth of the time.
    return text if " ".join(text.split()) == text else _SPACES.sub(" ", text).strip(_EDGES)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
