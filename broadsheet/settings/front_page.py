"""The file content/front.toml: which stories an editor puts on the front page, where, and until when.

It holds paths of articles, as seen from its own folder. Whether they are there is not decided here.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from broadsheet.common import toml
from broadsheet.common.files import compose
from broadsheet.common.model import Pin
from broadsheet.common.problems import Problem, Problems, suggest_choices
from broadsheet.settings import date_parsing
from broadsheet.settings.model import ReadSettings, Settings, read_settings
from broadsheet.settings.zones import load_zone

FRONT_PAGE = "front.toml"
# How many stories stand in the second row, and how many packages, of how many stories, on the page.
MOST_SECOND, MOST_PACKAGES, MOST_STORIES = 3, 6, 8
_KEYS = ("lead", "second", "packages")
_STORY_KEYS = ("story", "until")
_PACKAGE_KEYS = ("heading", "stories", "until")
_UNTIL_HINT = "Write until = 2026-11-30, or until = 2026-11-30T18:00:00"


def is_front_page(path: str, settings: Settings | ReadSettings) -> bool:
    """Return whether a file is the one that says what stands on the front page."""
    return path == f"{settings.content_folder}/{FRONT_PAGE}"


def read_front_page(path: str, content: bytes, settings: Settings) -> tuple[Pin, ...]:
    """Return the stories that ``content``, the file at ``path``, puts on the front page, in its order.

    Raises ``Problems`` with all that is wrong. The format is TOML 1.0: https://toml.io/en/v1.0.0
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        problem = Problem(path=path, message="is not UTF-8", hint="Save the file as UTF-8.")
        raise Problems([problem]) from None
    return _Reader(path, text, read_settings(settings)).read()


class _Reader:
    """One reading of the file: what tomllib returns, and the problems found so far."""

    def __init__(self, path: str, text: str, settings: ReadSettings) -> None:
        self._path = path
        self._settings = settings
        self._parsed = toml.loads(text, path)
        self._rows = text.replace("\r\n", "\n").split("\n")
        # Where each package begins: ``toml.locate_keys`` tells of the first alone.
        self._packages = [at for at, row in enumerate(self._rows) if re.match(r"\s*\[\[", row)]
        self._problems: list[Problem] = []
        self._seen: set[str] = set()

    def read(self) -> tuple[Pin, ...]:
        self._check_keys(self._parsed, _KEYS, self._within(None))
        pins = [*self._read_lead(), *self._read_second(), *self._read_packages()]
        if self._problems:
            raise Problems(self._problems)
        return tuple(pins)

    def _read_lead(self) -> Iterator[Pin]:
        if "lead" in self._parsed:
            yield from self._read_story("lead", self._parsed["lead"], self._within(None))

    def _read_second(self) -> Iterator[Pin]:
        rows = self._within(None)
        for value in self._read_list("second", self._parsed.get("second", []), MOST_SECOND, rows):
            yield from self._read_story("second", value, rows)

    def _read_packages(self) -> Iterator[Pin]:
        packages = self._parsed.get("packages", [])
        if not isinstance(packages, list) or not all(isinstance(each, dict) for each in packages):
            hint = "Begin each of them with [[packages]]"
            self._add("packages", "are no tables", hint, self._within(None))
            return
        for number, package in enumerate(packages):
            yield from self._read_package(number, package, self._within(number))
        if len(packages) > MOST_PACKAGES:
            rows = self._within(MOST_PACKAGES)
            self._add("packages", f"are more than {MOST_PACKAGES}", "Take some out.", rows)

    def _read_package(self, number: int, package: Mapping[str, Any], rows: range) -> Iterator[Pin]:
        self._check_keys(package, _PACKAGE_KEYS, rows)
        heading = package.get("heading")
        if not isinstance(heading, str) or not heading.strip():
            hint = 'Write what it is about: heading = "The flood"'
            self._add("heading", "this package has none", hint, rows)
            heading = ""
        stories = package.get("stories", [])
        if stories == []:
            hint = 'Write stories = ["2026/11/a.md", "2026/11/b.md"]'
            self._add("stories", "this package has none", hint, rows)
        until = self._read_until(package.get("until"), rows)
        for value in self._read_list("stories", stories, MOST_STORIES, rows):
            for pin in self._read_story("stories", value, rows):
                ends = [each for each in (pin.until, until) if each]
                yield pin._replace(
                    package=number, heading=" ".join(heading.split()), until=min(ends, default=None)
                )

    def _read_list(self, name: str, value: object, most: int, rows: range) -> Iterator[object]:
        if not isinstance(value, list):
            self._add(name, "is no list", f'Write {name} = ["2026/11/a.md", "2026/11/b.md"]', rows)
            return
        if len(value) > most:
            self._add(name, f"has more than {most} stories", "Take some out.", rows)
        yield from value

    def _read_story(self, name: str, value: object, rows: range) -> Iterator[Pin]:
        written, until = value, None
        if isinstance(value, dict):
            self._check_keys(value, _STORY_KEYS, rows)
            written = value.get("story")
            until = self._read_until(value.get("until"), rows)
        if not isinstance(written, str) or not written.strip():
            hint = f'Write the path of an article: {name} = "2026/11/a.md"'
            self._add(name, "names no story", hint, rows)
            return
        folder = self._settings.content_folder
        path = compose(posixpath.normpath(posixpath.join(folder, written)))
        line, column = self._find(written, rows) or (rows[0] + 1, 0)
        if path in self._seen:
            hint = "Name each story once."
            self._add_at(line, column, f"{name}: {written} is on the front page already", hint)
            return
        self._seen.add(path)
        yield Pin(part=name, path=path, written=written, until=until, line=line, column=column)

    def _read_until(self, value: object, rows: range) -> dt.datetime | None:
        if value is None:
            return None
        if not isinstance(value, (str, dt.date)):
            self._add("until", "is no date", _UNTIL_HINT, rows)
            return None
        settings = self._settings
        text = value if isinstance(value, str) else value.isoformat()
        zone = load_zone(settings.timezone)
        try:
            return date_parsing.parse(text, zone, settings.dates_formats, settings.language).date
        except date_parsing.DateError as error:
            self._add("until", str(error), error.hint or _UNTIL_HINT, rows)
            return None

    def _check_keys(self, table: Mapping[str, Any], known: tuple[str, ...], rows: range) -> None:
        for key in table:
            if key not in known:
                self._add(key, "is not known here", suggest_choices(key, known), rows)

    def _add(self, name: str, message: str, hint: str, rows: range) -> None:
        """Add a problem where a key stands, or where the part of the file begins that lacks it."""
        self._add_at(*(self._find(name, rows) or (rows[0] + 1, 0)), f"{name}: {message}", hint)

    def _add_at(self, line: int, column: int, message: str, hint: str) -> None:
        source = self._rows[line - 1]
        self._problems.append(
            Problem(path=self._path, line=line, column=column, message=message, hint=hint, source=source)
        )

    def _within(self, package: int | None) -> range:
        """Return the rows of a package, or those before the first; never none."""
        begins = [*self._packages, len(self._rows)]
        if package is None:
            return range(max(1, begins[0]))
        return range(begins[package], begins[package + 1]) if package < len(self._packages) else range(1)

    def _find(self, written: str, rows: range) -> tuple[int, int] | None:
        """Return line and column, from 1, of a text that stands in some rows."""
        found = re.compile(rf"(?<![\w/.]){re.escape(written)}(?![\w/.])")
        for at in rows:
            match = found.search(self._rows[at])
            if match and not self._rows[at].lstrip().startswith("#"):
                return at + 1, match.start() + 1
        return None
