"""Reads site.toml into ``Settings``; an unknown key is a problem with its line and the nearest name.

All problems of the file are found in one pass. Nothing here depends on the machine: time zones come from the
tzdata package, languages from Babel. Options of the command line are not known here: whoever reads them
repositions the fields that they override in the finished ``Settings``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

from broadsheet.common import toml, urls
from broadsheet.common.model import SINGLE_KINDS, FacetKind
from broadsheet.common.problems import Problem, Problems, find_nearest
from broadsheet.common.slugs import spelling_key
from broadsheet.settings.address_checks import (
    ADDRESS_HINT,
    check_redirect_target,
)
from broadsheet.settings.checks import (
    InvalidValueError,
    check_gone_note,
    check_texts,
    is_short,
    write_scalar,
)
from broadsheet.settings.fields import ARTICLE_FIELDS
from broadsheet.settings.model import POLICIES, GoneNote, Publisher, Settings
from broadsheet.settings.names import NameEntry, check_entry
from broadsheet.settings.rules import (
    NAME_TABLES,
    OPEN_TABLES,
    RULES,
    TABLES,
    TOP_LEVEL_KEYS,
    Rule,
)
from broadsheet.settings.translations import read_translations

_T = TypeVar("_T")


def read(text: str, path: str = "site.toml") -> Settings:
    """Return the settings in ``text``, a whole site.toml; ``path`` is its name in problems.

    Raises ``Problems`` with everything that is wrong. The format is TOML 1.0: https://toml.io/en/v1.0.0
    """
    return _Reader(path, text.removeprefix("\ufeff"), toml.loads(text, path)).read()


class _Reader:
    """One reading of site.toml: the values as tomllib returns them, and the problems found so far."""

    def __init__(self, path: str, text: str, parsed: Mapping[str, Any]) -> None:
        self.path = path
        self.rows = text.replace("\r\n", "\n").split("\n")
        self.parsed = parsed
        self.positions = toml.locate_keys(text)
        self.problems: list[Problem] = []

    def read(self) -> Settings:
        self._check_keys()
        values = {path: self._read_value(path, rule) for path, rule in RULES.items()}
        field_names = self._read_field_names()
        entries = {kind: self._read_names(table) for table, kind in NAME_TABLES.items()}
        names = {kind: {each.slug: each.name for each in found} for kind, found in entries.items()}
        own, table = str(values["language",] or ""), self._get_table("translations")
        translations, faults = read_translations(table, own, names["section"])
        for place, message, hint in faults:
            self._add_problem(place, message, hint)
        site = str(values["url",] or "")
        redirects = self._read_addresses("redirects", lambda value: check_redirect_target(value, site))
        gone = self._read_addresses("gone", check_gone_note)
        self._check_redirects(redirects, gone)
        for path in (("feeds", "kinds"), ("citations", "listings")):
            values[path] = self._keep_listed(path, values[path], values["listings", "kinds"])
        if self.problems:
            raise Problems(self.problems)
        flat: dict[str, Any] = {"_".join(path): value for path, value in values.items()}
        publisher = Publisher(
            policies=tuple((name, url) for name in POLICIES if (url := flat.pop(f"publisher_{name}"))),
            **{name: flat.pop(f"publisher_{name}") for name in ("name", "url", "logo")},
        )
        flat["authority"] = flat["authority"] or urlsplit(flat["url"]).hostname
        flat["search_languages"] = flat["search_languages"] or (flat["language"],)
        return Settings(
            publisher=publisher,
            front_matter=field_names,
            names=names,
            translations=translations,
            spellings={
                kind: {spelling_key(name): each.slug for each in found for name in each.spellings}
                for kind, found in entries.items()
            },
            redirects=redirects,
            gone=gone,
            written_url=flat["url"],
            **flat,
        )

    def _read_value(self, path: tuple[str, ...], rule: Rule) -> object:
        table = self.parsed if len(path) == 1 else self._get_table(path[0])
        name = path[-1]
        if name in table:
            return self._check(path, table[name], rule.check)
        if rule.required:
            message = f"{name} is missing"
            hint = f'Add a line above the first [table]: {name} = "{rule.required}"'
            self.problems.append(Problem(path=self.path, line=1, message=message, hint=hint))
        return rule.default

    def _check(self, path: tuple[str, ...], value: object, check: Callable[[object], _T]) -> _T | None:
        try:
            return check(value)
        except InvalidValueError as error:
            place = path if error.index == -1 else (*path, str(error.index))
            label = path[0] if len(path) == 1 else f"[{path[0]}] {path[-1]}"
            shown = f"{label}: {write_scalar(value)}" if is_short(value) else label
            self._add_problem(place, f"{shown} {error.message}", error.hint, of_value=True)
            return None

    def _get_table(self, name: str) -> dict[str, Any]:
        table = self.parsed.get(name, {})
        return table if isinstance(table, dict) else {}

    def _check_keys(self) -> None:
        for name, value in self.parsed.items():
            if name in TABLES:
                if not isinstance(value, dict):
                    hint = f"Write [{name}] on a line of its own."
                    self._add_problem((name,), f"{name} is a table, not a value", hint)
                    continue
                known = {path[1] for path in RULES if len(path) > 1 and path[0] == name}
                if name not in OPEN_TABLES:
                    for key in value:
                        if key not in known:
                            self._add_unknown_key((name, key), known)
            elif name not in TOP_LEVEL_KEYS:
                self._add_unknown_key((name,), {*TOP_LEVEL_KEYS, *TABLES})

    def _add_unknown_key(self, path: tuple[str, ...], known: set[str]) -> None:
        name, where = path[-1], f" in [{path[0]}]" if len(path) > 1 else ""
        tables = [setting[0] for setting in RULES if setting[-1] == name]
        meant = find_nearest(name, known)
        if len(path) > 1 and name in TOP_LEVEL_KEYS:
            hint = "It belongs above the first [table]."
        elif meant:
            hint = f'Did you mean "{meant}"?'
        elif tables:
            hint = f"It belongs below [{tables[0]}]."
        else:
            several = f"There are {', '.join(sorted(known))}."
            hint = several if len(known) > 1 else f"The only one is {min(known)}."
        self._add_problem(path, f'there is no setting "{name}"{where}', hint)

    def _read_field_names(self) -> dict[str, tuple[str, ...]]:
        table = self._get_table("front_matter")
        known = {*ARTICLE_FIELDS, *(path[1] for path in RULES if path[0] == "front_matter")}
        field_names = {}
        for name, value in table.items():
            path = ("front_matter", name)
            if path in RULES:
                continue
            if name not in ARTICLE_FIELDS:
                self._add_unknown_key(path, known)
                continue
            keys = self._check(path, [value] if isinstance(value, str) else value, check_texts)
            field_names[name] = keys or ()
        return field_names

    def _keep_listed(self, path: tuple[str, str], kinds: Any, listed: Any) -> tuple[FacetKind, ...]:  # noqa: ANN401 - None when it was wrong
        """Return the kinds that have pages; add a problem for each one of the setting that has none."""
        if kinds is None or listed is None:
            return ()
        paged = (*SINGLE_KINDS, *listed)
        table, name = path
        for index, kind in enumerate(self._get_table(table).get(name, ())):
            if kind not in paged:
                self._add_problem(
                    (*path, str(index)),
                    f'[{table}] {name} names "{kind}", which has no pages',
                    f'Leave it out, or add "{kind}" to the kinds of [listings].',
                )
        return tuple(kind for kind in kinds if kind in paged)

    def _read_names(self, table: str) -> list[NameEntry]:
        entries: list[NameEntry] = []
        slugs: set[str] = set()
        spelled: dict[str, str] = {}
        for key, value in self._get_table(table).items():
            entry = self._check((table, key), value, partial(check_entry, key))
            if entry is None:
                continue
            if entry.slug in slugs:
                message = f'"{key}" stands twice in [{table}]: its slug is "{entry.slug}"'
                self._add_problem((table, key), message, "Leave one out.")
            for name in entry.spellings or (key,):
                other = spelled.setdefault(spelling_key(name), entry.slug)
                if other != entry.slug:
                    message = (
                        f'"{name}" stands twice in [{table}]: it has the slugs "{other}" and "{entry.slug}"'
                    )
                    self._add_problem((table, key), message, "Leave one out.")
            slugs.add(entry.slug)
            entries.append(entry)
        return entries

    def _read_addresses(self, table: str, check: Callable[[object], _T]) -> dict[str, _T]:
        """Return the checked values of a table whose keys are addresses, by their output paths."""
        values: dict[str, _T] = {}
        for key, value in self._get_table(table).items():
            output, fault = urls.parse_address(key, files=True)
            if fault:
                self._add_problem((table, key), f"[{table}] {key} {fault}", f"{ADDRESS_HINT}.")
                continue
            if output in values:
                self._add_problem((table, key), f"[{table}] {key} stands twice", "Leave one out.")
            checked = self._check((table, key), value, check)
            if checked is not None:
                values.setdefault(output, checked)
        return values

    def _check_redirects(self, redirects: Mapping[str, str], gone: Mapping[str, GoneNote]) -> None:
        """Add a problem for each redirect that is wrong whatever pages the site has."""
        for key in self._get_table("redirects"):
            output, _ = urls.parse_address(key, files=True)
            target = redirects.get(output, "")
            to, _, _ = target.partition("#")
            if to == f"/{output}":
                self._add_problem(("redirects", key), f"[redirects] {key} leads to itself", "Leave it out.")
            elif output in gone:
                self._add_problem(("redirects", key), f"[redirects] {key} is in [gone] too", "Leave one out.")
            elif target and not urls.is_page(output) and (urls.is_page(to) or not to.startswith("/")):
                message = f"[redirects] {key} is no page, so browsers would not be sent on from it"
                hint = "Lead it to a feed or another file of this site."
                self._add_problem(("redirects", key), message, hint)

    def _add_problem(self, path: tuple[str, ...], message: str, hint: str, *, of_value: bool = False) -> None:
        line, column = self.positions.get(
            (*path, "") if of_value and (*path, "") in self.positions else path, (1, 0)
        )
        row = self.rows[line - 1] if line <= len(self.rows) else ""
        self.problems.append(
            Problem(path=self.path, line=line, column=column, message=message, hint=hint, source=row)
        )


def locate_address(text: str, table: str, output: str) -> tuple[int, int]:
    """Return line and column of the key of a table that is an output's address in ``text``, a valid file."""
    keys = toml.loads(text, "").get(table, {})
    addresses = (key for key in keys if urls.parse_address(key, files=True)[0] == output)
    return toml.locate_keys(text).get((table, next(addresses, "")), (1, 0))
