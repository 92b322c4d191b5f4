"""site.toml read into one frozen Settings; an unknown key is a problem with its line and the nearest name.

Every fault of the file is found in one go. Nothing here looks at the machine: time zones come from
the locked tzdata package, languages from Babel, and what the command line overrides is replaced in
the finished ``Settings`` by whoever reads the command line.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from broadsheet.common import date_format, toml, urls
from broadsheet.common.languages import is_language
from broadsheet.common.model import (
    CITATION_STYLES,
    CORRECTION_KINDS,
    NAMED_KINDS,
    SINGLE_KINDS,
    CorrectionKind,
    FacetKind,
)
from broadsheet.common.problems import Problem, Problems, choices, nearest
from broadsheet.settings import date_parsing
from broadsheet.settings.fields import FIELDS

# The fields of an article, as design and documents name them: the words of [front_matter], on the left.
ARTICLE_FIELDS = tuple(FIELDS)
# What a publisher tells of its work; schema.org has a property for each.
POLICIES = (
    "principles",
    "ethics",
    "corrections",
    "verification",
    "unnamed_sources",
    "feedback",
    "diversity",
    "ownership",
    "masthead",
    "mission",
)
_SHOWN = 80  # characters of a value that a message repeats
_T = TypeVar("_T")
_MOST_URLS = 50_000  # in one sitemap: https://www.sitemaps.org/protocol.html#index
_AN_ADDRESS = "Write the path of a page of this site: /2015/old-name/"
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
# A domain name or an e-mail address: RFC 4151, section 2.1.
_AUTHORITY = re.compile(rf"(?:[A-Za-z0-9._-]+@)?{_HOST.pattern}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who publishes the archive.

    ``policies`` are pairs of a name of ``POLICIES`` and where that is told: ``/`` and the path of an output,
    or an address elsewhere.
    """

    name: str
    url: str
    logo: str
    policies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """Why a page was taken down, and when."""

    date: dt.date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that site.toml says, with its defaults; see docs/settings.md for each.

    A field is named after its table and key: ``listings_size`` is ``size`` of ``[listings]``.
    ``names`` has, for each of ``model.NAMED_KINDS``, slug to name in the order of the file. ``redirects`` and
    ``gone`` go by the output paths of what moved or was taken down; a redirect leads to ``/`` and an output
    path, perhaps with a fragment, to the path of an article's file, or to an address elsewhere. Kinds stand
    in the order of ``NAMED_KINDS`` however they were written, and those of feeds and of citations are among
    those of listings; of citations there is also ``all``, first.
    """

    title: str
    url: str
    language: str
    timezone: str
    tagline: str
    authority: str
    publisher: Publisher
    content_folder: str
    content_exclude: tuple[str, ...]
    content_required: tuple[str, ...]
    content_profiles: tuple[FacetKind, ...]
    dates_formats: tuple[str, ...]
    dates_date: str
    dates_time: str
    front_matter: Mapping[str, tuple[str, ...]]
    front_matter_extra: tuple[str, ...]
    permalinks_article: str
    listings_size: int
    listings_days: bool
    listings_kinds: tuple[FacetKind, ...]
    listings_anniversaries: bool
    related_count: int
    feeds_length: int
    feeds_kinds: tuple[FacetKind, ...]
    corrections_top: tuple[CorrectionKind, ...]
    corrections_withhold: bool
    sitemaps_size: int
    sitemaps_news: bool
    data_months: bool
    data_size: int
    data_articles: bool
    citations_styles: tuple[str, ...]
    citations_articles: bool
    citations_listings: tuple[FacetKind, ...]
    names: Mapping[str, Mapping[str, str]]
    redirects: Mapping[str, str]
    gone: Mapping[str, Gone]
    safety_frames: tuple[str, ...]
    safety_pictures: tuple[str, ...]

    def lists(self, kind: FacetKind) -> bool:
        """Return whether facets of a kind have pages."""
        return kind in SINGLE_KINDS or kind in self.listings_kinds

    def feeds(self, kind: FacetKind) -> bool:
        """Return whether facets of a kind have feeds."""
        return kind in SINGLE_KINDS or kind in self.feeds_kinds


def read(text: str, path: str = "site.toml") -> Settings:
    """Return the settings that ``text``, a whole site.toml, gives.

    Raises ``Problems`` with everything that is wrong. The format is TOML 1.0: https://toml.io/en/v1.0.0
    """
    return _Reader(path, text.removeprefix("\ufeff"), toml.loads(text, path)).read()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSettings:
    """Exactly the settings that the reading of an article depends on, named as in ``Settings``; hashable."""

    language: str
    timezone: str
    content_folder: str
    content_required: tuple[str, ...]
    content_profiles: tuple[FacetKind, ...]
    dates_formats: tuple[str, ...]
    front_matter: tuple[tuple[str, tuple[str, ...]], ...]
    front_matter_extra: tuple[str, ...]
    permalinks_article: str
    safety_frames: tuple[str, ...]
    safety_pictures: tuple[str, ...]


def read_settings(settings: Settings) -> ReadSettings:
    """Return the settings that a reading depends on: while this is equal, so is the article."""
    chosen = {name: getattr(settings, name) for name in ReadSettings.__dataclass_fields__}
    chosen["front_matter"] = tuple(sorted(settings.front_matter.items()))
    return ReadSettings(**chosen)


@functools.lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """Return a time zone of the tzdata package, never the system's. Raises ``KeyError`` for no such zone."""
    if name not in _zone_names():
        raise KeyError(name)
    import importlib.resources  # noqa: PLC0415

    file = importlib.resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
    with file.open("rb") as stream:
        return ZoneInfo.from_file(stream, key=name)


def in_zone(moment: dt.datetime, settings: Settings) -> dt.datetime:
    """Return a moment with its offset; one that was given without is in the site's time zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=zone(settings.timezone))


class _Wrong(Exception):  # noqa: N818 - never leaves this module
    """A value that a setting cannot have. ``step`` is the item's number in a list, -1 for the whole."""

    def __init__(self, message: str, hint: str = "", step: int = -1) -> None:
        super().__init__(message)
        self.message, self.hint, self.step = message, hint, step


@dataclass(frozen=True, slots=True)
class _Rule:
    """How one setting is read: ``check`` returns the value, or raises ``_Wrong``."""

    check: Callable[[object], object]
    default: object = None
    required: str = ""  # an example to show when it is missing


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _Wrong("wants text", f'Write it in quotes: "{_as_written(value)}"' if _is_plain(value) else "")
    return " ".join(value.split())


def _some_text(value: object) -> str:
    text = _text(value)
    if not text:
        raise _Wrong("is empty")
    return text


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _Wrong(
            "wants a list of texts", f'Write it in brackets: ["{value}"]' if isinstance(value, str) else ""
        )
    for step, each in enumerate(value):
        if not isinstance(each, str) or not each.strip():
            raise _Wrong("wants a list of texts", step=step)
    return tuple(value)


def _each(check: Callable[[str], str]) -> Callable[[object], tuple[str, ...]]:
    def checked(value: object) -> tuple[str, ...]:
        found = []
        for step, each in enumerate(_texts(value)):
            try:
                found.append(check(each))
            except _Wrong as wrong:
                raise _Wrong(wrong.message, wrong.hint, step) from None
        return tuple(dict.fromkeys(found))

    return checked


def _count(least: int, most: int) -> Callable[[object], int]:
    def checked(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise _Wrong("wants a whole number")
        if value < least:
            raise _Wrong(f"is less than {least}")
        if value > most:
            raise _Wrong(f"is more than {most:,}")
        return value

    return checked


def _truth(value: object) -> bool:
    if isinstance(value, bool):
        return value
    said = str(value).strip().lower()
    raise _Wrong(
        "wants true or false", f"Write it without quotes: {said}" if said in {"true", "false"} else ""
    )


def _address(value: object) -> str:
    """Return an absolute address with a slash at its end, its host as DNS knows it."""
    text = _some_text(value)
    hint = "Write the whole address of the site, such as https://example.org/archive/."
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        raise _Wrong("is not an address", hint) from None
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(host):
        raise _Wrong("is not an address that begins with http:// or https:// and a host", hint)
    if parts.username is not None or parts.query or parts.fragment or text.endswith(("?", "#")):
        raise _Wrong("has more than scheme, host and path", hint)
    steps = [step for step in parts.path.split("/") if step]
    if {".", ".."} & set(steps) or re.search(r"[\s\\\"<>^`{|}]", parts.path):
        raise _Wrong("has a path that browsers would rewrite", hint)
    return f"{parts.scheme}://{host}{port}/" + "".join(f"{step}/" for step in steps)


def _web_address(value: object) -> str:
    text = _text(value)
    if not text:
        return text
    try:
        parts = urlsplit(text)
    except ValueError:
        raise _Wrong("is not an address") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or " " in text:
        raise _Wrong("is not an address that begins with http:// or https://")
    return text


def _logo(value: object) -> str:
    text = _text(value)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text):
        return _web_address(text)
    if ".." in text.split("/") or "\\" in text:
        raise _Wrong("is not the path of a file below static/", "Write it from there: logo.png.")
    return text


def _authority(value: object) -> str:
    text = _some_text(value).lower()
    if not _AUTHORITY.fullmatch(text):
        raise _Wrong(
            "is neither a domain name nor an e-mail address", "Write a domain that is yours: example.org."
        )
    return text


def _language(value: object) -> str:
    text = _some_text(value)
    if not is_language(text):
        raise _Wrong("is not a language that Babel knows", "Write its code: en, az, pt-BR.")
    return text


def _timezone(value: object) -> str:
    text = _some_text(value)
    if text not in _zone_names():
        meant = _nearest_zone(text)
        hint = (
            f'Did you mean "{meant}"?'
            if meant
            else "Write the name of a city's zone: Asia/Baku, Europe/Berlin."
        )
        raise _Wrong("is not a time zone", hint)
    return text


def _folder(value: object) -> str:
    text = _some_text(value).rstrip("/")
    if text.startswith("/") or "\\" in text or {"", ".", ".."} & set(text.split("/")):
        raise _Wrong(
            "is not the path of a folder inside the site", 'Write it from the site\'s folder: "content".'
        )
    if text.split("/")[0] in {"static", "layouts"} or text.startswith("."):
        raise _Wrong("is a folder that has another use", 'The usual one is "content".')
    return text


def _one_of(known: tuple[str, ...], what: str, these: str = "There are") -> Callable[[str], str]:
    def checked(value: str) -> str:
        if value not in known:
            raise _Wrong(f'names "{value}", which is no {what}', choices(value, known, these))
        return value

    return checked


_article_field = _one_of(ARTICLE_FIELDS, "field of an article", "The fields are")
_kind = _one_of(NAMED_KINDS, "kind of facet")
_correction_kind = _one_of(CORRECTION_KINDS, "kind of correction")
_style = _one_of(CITATION_STYLES, "style of citations")
_CITED_KINDS: tuple[FacetKind, ...] = ("all", *NAMED_KINDS)
_cited_kind = _one_of(_CITED_KINDS, "kind of facet")


def _kinds(value: object) -> tuple[FacetKind, ...]:
    found = _each(_kind)(value)
    return tuple(kind for kind in NAMED_KINDS if kind in found)


def _cited_kinds(value: object) -> tuple[FacetKind, ...]:
    found = _each(_cited_kind)(value)
    return tuple(kind for kind in _CITED_KINDS if kind in found)


def _profiled(value: object) -> tuple[FacetKind, ...]:
    kinds = _kinds(value)
    for kind in kinds:
        if kind not in {"author", "dateline"}:
            raise _Wrong(f'names "{kind}", which has no profiles', 'There are "author" and "dateline".')
    return kinds


def _shown_format(value: object) -> str:
    text = _some_text(value)
    unknown = date_format.find_unknown_directive(text)
    if unknown:
        known = " ".join(f"%{name}" for name in date_format.DIRECTIVES)
        raise _Wrong(f"holds {unknown}, which is none of strftime's directives here", f"There are {known}.")
    return text


def _read_format(value: str) -> str:
    text = " ".join(value.split())
    fault = date_parsing.find_format_fault(text)
    if fault:
        raise _Wrong(f'has "{value}", which {fault}', f"There are {date_parsing.DIRECTIVES}.")
    return text


def _permalink(value: object) -> str:
    text = _some_text(value)
    fault = urls.pattern_fault(text)
    if fault:
        raise _Wrong(fault, 'Write it like "/{year}/{month}/{day}/{slug}/".')
    return text


def _host(value: str) -> str:
    text = value.strip().lower()
    if _HOST.fullmatch(text):
        return text
    bare = (urlsplit(text).hostname or "") if "//" in text else text.partition("/")[0]
    hint = (
        f'Write only the host: "{bare}".'
        if _HOST.fullmatch(bare)
        else 'Write a host: "www.youtube-nocookie.com".'
    )
    raise _Wrong(f'has "{value}", which is not a host', hint)


def _destination(value: object) -> str:
    text = _some_text(value)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text):
        return _web_address(text)
    if text.endswith(".md") and not text.startswith("/"):
        return text
    path, mark, fragment = text.partition("#")
    output, fault = urls.written_output(path, files=True)
    if fault:
        raise _Wrong(fault, f"{_AN_ADDRESS}, an article's file, or an address elsewhere.")
    return f"/{output}{mark}{fragment}"


def _told_at(value: object) -> str:
    text = _text(value)
    if not text or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text):
        return _web_address(text)
    output, fault = urls.written_output(text, files=True)
    if fault:
        raise _Wrong(fault, f"{_AN_ADDRESS}, or an address elsewhere.")
    return f"/{output}"


def _gone(value: object) -> Gone:
    hint = 'Write { date = 2024-05-01, reason = "…" }.'
    if not isinstance(value, dict) or value.keys() != {"date", "reason"}:
        raise _Wrong("wants a date and a reason", hint)
    date, reason = value["date"], _some_text(value["reason"])
    if isinstance(date, str):
        try:
            date = dt.date.fromisoformat(date)
        except ValueError:
            raise _Wrong(f"has {date}, which is not a date", hint) from None
    if not isinstance(date, dt.date) or isinstance(date, dt.datetime):
        raise _Wrong("has a date that is not a day", hint)
    return Gone(date=date, reason=reason)


_RULES: dict[tuple[str, ...], _Rule] = {
    ("title",): _Rule(_some_text, required="The Example Courier"),
    ("url",): _Rule(_address, required="https://example.org/archive/"),
    ("language",): _Rule(_language, required="en"),
    ("timezone",): _Rule(_timezone, required="Asia/Baku"),
    ("tagline",): _Rule(_text, ""),
    ("authority",): _Rule(_authority, ""),
    ("publisher", "name"): _Rule(_text, ""),
    ("publisher", "url"): _Rule(_web_address, ""),
    ("publisher", "logo"): _Rule(_logo, ""),
    **{("publisher", name): _Rule(_told_at, "") for name in POLICIES},
    ("content", "folder"): _Rule(_folder, "content"),
    ("content", "exclude"): _Rule(_texts, ()),
    ("content", "required"): _Rule(_each(_article_field), ("title", "author", "dateline", "date")),
    ("content", "profiles"): _Rule(_profiled, ("author", "dateline")),
    ("dates", "formats"): _Rule(_each(_read_format), ()),
    ("dates", "date"): _Rule(_shown_format, "%-d %B %Y"),
    ("dates", "time"): _Rule(_shown_format, "%H:%M"),
    ("permalinks", "article"): _Rule(_permalink, "/{year}/{month}/{day}/{slug}/"),
    ("listings", "size"): _Rule(_count(1, 10_000), 100),
    ("listings", "days"): _Rule(_truth, True),  # noqa: FBT003 - a default like the others
    ("listings", "kinds"): _Rule(_kinds, NAMED_KINDS),
    ("listings", "anniversaries"): _Rule(_truth, True),  # noqa: FBT003 - a default like the others
    ("related", "count"): _Rule(_count(0, 10), 3),
    ("feeds", "length"): _Rule(_count(1, 10_000), 20),
    ("feeds", "kinds"): _Rule(_kinds, ("section", "tag", "author", "series", "language")),
    ("corrections", "top"): _Rule(_each(_correction_kind), ("correction",)),
    ("corrections", "withhold"): _Rule(_truth, True),  # noqa: FBT003 - a default like the others
    ("sitemaps", "size"): _Rule(_count(1, _MOST_URLS), _MOST_URLS),
    ("sitemaps", "news"): _Rule(_truth, True),  # noqa: FBT003 - as above
    ("data", "months"): _Rule(_truth, True),  # noqa: FBT003 - as above
    ("data", "size"): _Rule(_count(1, 10_000), 100),
    ("data", "articles"): _Rule(_truth, False),  # noqa: FBT003 - as above
    ("citations", "styles"): _Rule(_each(_style), CITATION_STYLES),
    ("citations", "articles"): _Rule(_truth, False),  # noqa: FBT003 - as above
    ("citations", "listings"): _Rule(_cited_kinds, ("series", "edition")),
    ("safety", "frames"): _Rule(_each(_host), ()),
    ("safety", "pictures"): _Rule(_each(_host), ()),
}
_FOLDERS: dict[str, str] = {urls.FACET_FOLDERS[kind]: kind for kind in NAMED_KINDS}
_FREE = ("front_matter", "redirects", "gone", *_FOLDERS)
_TABLES = (*dict.fromkeys(path[0] for path in _RULES if len(path) > 1), *_FREE)
_TOP = tuple(path[0] for path in _RULES if len(path) == 1)


class _Reader:
    """One reading of site.toml: the values that tomllib found, and the problems on the way."""

    def __init__(self, path: str, text: str, written: Mapping[str, Any]) -> None:
        self.path = path
        self.rows = text.replace("\r\n", "\n").split("\n")
        self.written = written
        self.places = toml.places(text)
        self.problems: list[Problem] = []

    def read(self) -> Settings:
        self._unknown_names()
        values = {path: self._value(path, rule) for path, rule in _RULES.items()}
        mapped, extra = self._front_matter()
        names = {kind: self._names(folder) for folder, kind in _FOLDERS.items()}
        redirects = self._by_address("redirects", _destination)
        gone = self._by_address("gone", _gone)
        self._astray(redirects, gone)
        for path in (("feeds", "kinds"), ("citations", "listings")):
            values[path] = self._with_pages(path, values[path], values["listings", "kinds"])
        if self.problems:
            raise Problems(self.problems)
        flat: dict[str, Any] = {"_".join(path): value for path, value in values.items()}
        told = {name: flat.pop(f"publisher_{name}") for name in ("name", "url", "logo", *POLICIES)}
        policies = tuple((name, told.pop(name)) for name in POLICIES)
        publisher = Publisher(**told, policies=tuple(pair for pair in policies if pair[1]))
        flat["authority"] = flat["authority"] or urlsplit(flat["url"]).hostname
        return Settings(
            publisher=publisher,
            front_matter=mapped,
            front_matter_extra=extra,
            names=names,
            redirects=redirects,
            gone=gone,
            **flat,
        )

    def _value(self, path: tuple[str, ...], rule: _Rule) -> object:
        table = self.written if len(path) == 1 else self._table(path[0])
        name = path[-1]
        if name in table:
            return self._checked(path, table[name], rule.check)
        if rule.required:
            message = f"{name} is missing"
            hint = f'Add a line above the first [table]: {name} = "{rule.required}"'
            self.problems.append(Problem(path=self.path, line=1, message=message, hint=hint))
        return rule.default

    def _checked(self, path: tuple[str, ...], value: object, check: Callable[[object], _T]) -> _T | None:
        try:
            return check(value)
        except _Wrong as wrong:
            place = (*path, str(wrong.step)) if wrong.step >= 0 else path
            label = path[0] if len(path) == 1 else f"[{path[0]}] {path[-1]}"
            shown = f"{label}: {_as_written(value)}" if _is_plain(value) else label
            self._problem(place, f"{shown} {wrong.message}", wrong.hint, of_value=True)
            return None

    def _table(self, name: str) -> dict[str, Any]:
        table = self.written.get(name, {})
        return table if isinstance(table, dict) else {}

    def _unknown_names(self) -> None:
        for name, value in self.written.items():
            if name in _TABLES:
                if not isinstance(value, dict):
                    self._problem(
                        (name,), f"{name} is a table, not a value", f"Write [{name}] on a line of its own."
                    )
                    continue
                known = {path[1] for path in _RULES if len(path) > 1 and path[0] == name}
                if name not in _FREE:
                    for key in value:
                        if key not in known:
                            self._unknown((name, key), known)
            elif name not in _TOP:
                self._unknown((name,), {*_TOP, *_TABLES})

    def _unknown(self, path: tuple[str, ...], known: set[str]) -> None:
        name, where = path[-1], f" in [{path[0]}]" if len(path) > 1 else ""
        homes = [rule for rule in _RULES if rule[-1] == name]
        meant = nearest(name, known)
        if len(path) > 1 and name in _TOP:
            hint = "It belongs above the first [table]."
        elif meant:
            hint = f'Did you mean "{meant}"?'
        elif homes:
            hint = f"It belongs below [{homes[0][0]}]."
        else:
            hint = (
                f"There are {', '.join(sorted(known))}."
                if len(known) > 1
                else f"The only one is {min(known)}."
            )
        self._problem(path, f'there is no setting "{name}"{where}', hint)

    def _front_matter(self) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
        table = self._table("front_matter")
        mapped = {}
        for name, value in table.items():
            path = ("front_matter", name)
            if name == "extra":
                continue
            if name not in ARTICLE_FIELDS:
                self._unknown(path, {*ARTICLE_FIELDS, "extra"})
                continue
            keys = self._checked(path, [value] if isinstance(value, str) else value, _texts)
            mapped[name] = keys or ()
        extra = self._checked(("front_matter", "extra"), table.get("extra", []), _texts)
        return mapped, extra or ()

    def _with_pages(self, path: tuple[str, str], kinds: Any, listed: Any) -> tuple[FacetKind, ...]:  # noqa: ANN401 - read or wrong
        """Return those of a setting's kinds that have pages; it is a problem if another was written."""
        if kinds is None or listed is None:
            return ()
        paged = (*SINGLE_KINDS, *listed)
        table, name = path
        for step, kind in enumerate(self._table(table).get(name, ())):
            if kind not in paged:
                self._problem(
                    (*path, str(step)),
                    f'[{table}] {name} names "{kind}", which has no pages',
                    f'Leave it out, or add "{kind}" to the kinds of [listings].',
                )
        return tuple(kind for kind in kinds if kind in paged)

    def _names(self, folder: str) -> dict[str, str]:
        names: dict[str, str] = {}
        for key, value in self._table(folder).items():
            name = self._checked((folder, key), value, _some_text)
            made = urls.slug(key)
            if made in names:
                self._problem(
                    (folder, key),
                    f'"{key}" stands twice in [{folder}]: its slug is "{made}"',
                    "Leave one out.",
                )
            names.setdefault(made, name or "")
        return names

    def _by_address(self, table: str, check: Callable[[object], _T]) -> dict[str, _T]:
        """Return what a table says of addresses, by the paths of their outputs."""
        found: dict[str, _T] = {}
        for key, value in self._table(table).items():
            output, fault = urls.written_output(key, files=True)
            if fault:
                self._problem((table, key), f"[{table}] {key} {fault}", f"{_AN_ADDRESS}.")
                continue
            if output in found:
                self._problem((table, key), f"[{table}] {key} stands twice", "Leave one out.")
            checked = self._checked((table, key), value, check)
            if checked is not None:
                found.setdefault(output, checked)
        return found

    def _astray(self, redirects: Mapping[str, str], gone: Mapping[str, Gone]) -> None:
        """Find the redirects that cannot be right whatever the site has."""
        for key in self._table("redirects"):
            output, _ = urls.written_output(key, files=True)
            target = redirects.get(output, "")
            to, _, _ = target.partition("#")
            if to == f"/{output}":
                self._problem(("redirects", key), f"[redirects] {key} leads to itself", "Leave it out.")
            elif output in gone:
                self._problem(("redirects", key), f"[redirects] {key} is in [gone] too", "Leave one out.")
            elif target and not urls.is_page(output) and (urls.is_page(to) or not to.startswith("/")):
                message = f"[redirects] {key} is no page, so browsers would not be sent on from it"
                self._problem(("redirects", key), message, "Lead it to a feed or another file of this site.")

    def _problem(self, path: tuple[str, ...], message: str, hint: str, *, of_value: bool = False) -> None:
        line, column = self.places.get(
            (*path, "") if of_value and (*path, "") in self.places else path, (1, 0)
        )
        source = self.rows[line - 1] if line <= len(self.rows) else ""
        self.problems.append(
            Problem(path=self.path, line=line, column=column, message=message, hint=hint, source=source)
        )


def place_of(text: str, table: str, output: str) -> tuple[int, int]:
    """Return line and column at which ``text``, a right site.toml, has an output's address in a table."""
    keys = toml.loads(text, "").get(table, {})
    found = (key for key in keys if urls.written_output(key, files=True)[0] == output)
    return toml.places(text).get((table, next(found, "")), (1, 0))


def _is_plain(value: object) -> bool:
    """Whether a message may repeat a value."""
    return isinstance(value, str | int | float) and 0 < len(str(value).strip()) <= _SHOWN


def _as_written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else " ".join(str(value).split())


@functools.cache
def _zone_names() -> frozenset[str]:
    import importlib.resources  # noqa: PLC0415

    listed = importlib.resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return frozenset(listed.split())


def _nearest_zone(name: str) -> str | None:
    """Return the zone that was meant: ``baku`` and ``Asia/Bakuu`` both are Asia/Baku."""
    folded = {zone.casefold(): zone for zone in sorted(_zone_names())}
    wanted = name.casefold().replace(" ", "_")
    for low, zone_name in folded.items():
        if low.rpartition("/")[2] == wanted:
            return zone_name
    found = nearest(wanted, folded)
    return folded[found] if found else None
