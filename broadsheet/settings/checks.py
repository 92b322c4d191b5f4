"""Checks of values in site.toml: each returns the value for ``Settings``, or raises ``InvalidValueError``.

Those of addresses are in ``address_checks``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from broadsheet.common import date_format, files, urls
from broadsheet.common.languages import WEEKDAYS, is_language
from broadsheet.common.model import (
    CITATION_STYLES,
    CORRECTION_KINDS,
    DIALECTS,
    HOSTS,
    NAMED_KINDS,
    SHORTCODE_ACTIONS,
    FacetKind,
    Host,
)
from broadsheet.common.problems import find_nearest, suggest_choices
from broadsheet.settings import date_parsing
from broadsheet.settings.active_files import ACTIVE_SUFFIXES, SVG
from broadsheet.settings.fields import ARTICLE_FIELDS, PROFILED_KINDS, SEPARATORS
from broadsheet.settings.model import GoneNote
from broadsheet.settings.zones import find_nearest_zone, list_zones

_SEPARATORS = frozenset(f"{SEPARATORS}/| ")
_MAX_SHOWN = 80  # characters of a value that a message repeats
_CITED_KINDS: tuple[FacetKind, ...] = ("all", *NAMED_KINDS)


class InvalidValueError(Exception):
    """A value that a setting cannot have.

    ``index`` is that of the wrong item of a list, or the key of the wrong value of a table, else -1.
    """

    def __init__(self, message: str, hint: str = "", index: int | str = -1) -> None:
        super().__init__(message)
        self.message, self.hint, self.index = message, hint, index


def is_short(value: object) -> bool:
    """Return whether a value is a scalar short enough to be repeated in a message."""
    return isinstance(value, str | int | float) and 0 < len(str(value).strip()) <= _MAX_SHOWN


def write_scalar(value: object) -> str:
    """Return a scalar in one line, as TOML writes it."""
    return str(value).lower() if isinstance(value, bool) else " ".join(str(value).split())


def check_text(value: object) -> str:
    """Return text with its whitespace collapsed; it may be empty."""
    if not isinstance(value, str):
        hint = f'Write it in quotes: "{write_scalar(value)}"' if is_short(value) else ""
        raise InvalidValueError("wants text", hint)
    return " ".join(value.split())


def check_nonempty_text(value: object) -> str:
    """Return text with its whitespace collapsed."""
    text = check_text(value)
    if not text:
        raise InvalidValueError("is empty")
    return text


def check_path_text(value: object) -> str:
    """Return text that is a path or an address, composed (NFC); spaces within it stay as they are."""
    check_nonempty_text(value)
    return files.compose(str(value).strip())


def check_texts(value: object) -> tuple[str, ...]:
    """Return a list of texts, none of them blank, as they are written."""
    if not isinstance(value, list):
        hint = f'Write it in brackets: ["{value}"]' if isinstance(value, str) else ""
        raise InvalidValueError("wants a list of texts", hint)
    for index, each in enumerate(value):
        if not isinstance(each, str) or not each.strip():
            raise InvalidValueError("wants a list of texts", index=index)
    return tuple(value)


def check_patterns(value: object) -> tuple[str, ...]:
    """Return patterns of paths."""
    return tuple(map(files.compose, check_texts(value)))


def check_separators(value: object) -> str:
    """Return characters that part names: signs that hardly any name has, such as ``,;``, or a space."""
    text = " " if value == " " else check_nonempty_text(value)
    if not _SEPARATORS.issuperset(text):
        hint = f"Write one or more of {' '.join(sorted(_SEPARATORS - {' '}))} in quotes, or a space."
        raise InvalidValueError("has a character that does not part names", hint)
    return text


def check_each(check: Callable[[str], str]) -> Callable[[object], tuple[str, ...]]:
    """Return a check of a list of texts that applies ``check`` to each item and drops duplicates."""

    def check_items(value: object) -> tuple[str, ...]:
        checked = []
        for index, each in enumerate(check_texts(value)):
            try:
                checked.append(check(each))
            except InvalidValueError as error:
                raise InvalidValueError(error.message, error.hint, index) from None
        return tuple(dict.fromkeys(checked))

    return check_items


def check_choice(known: tuple[str, ...], noun: str, listed: str = "There are") -> Callable[[str], str]:
    """Return a check that a text is in ``known``; ``noun`` and ``listed`` go into its message."""

    def check(value: str) -> str:
        if value not in known:
            raise InvalidValueError(
                f'names "{value}", which is no {noun}', suggest_choices(value, known, listed)
            )
        return value

    return check


def check_one_of(*known: str) -> Callable[[object], str]:
    """Return a check that a value is one of a few words."""

    def check(value: object) -> str:
        text = check_nonempty_text(value)
        if text not in known:
            near = find_nearest(text, known)
            hint = f'Did you mean "{near}"?' if near else ""
            raise InvalidValueError(f"is none of {', '.join(known)}", hint)
        return text

    return check


def check_integer(least: int, most: int) -> Callable[[object], int]:
    """Return a check of a whole number from ``least`` to ``most``, both included."""

    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvalidValueError("wants a whole number")
        if value < least:
            raise InvalidValueError(f"is less than {least}")
        if value > most:
            raise InvalidValueError(f"is more than {most:,}")
        return value

    return check


def check_boolean(value: object) -> bool:
    """Return true or false."""
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    hint = f"Write it without quotes: {text}" if text in {"true", "false"} else ""
    raise InvalidValueError("wants true or false", hint)


def check_language(value: object) -> str:
    """Return the code of a language that Babel knows; an underscore in it is a hyphen."""
    text = check_nonempty_text(value).replace("_", "-")
    if not is_language(text):
        raise InvalidValueError("is not a language that Babel knows", "Write its code: en, az, pt-BR.")
    return text


def check_timezone(value: object) -> str:
    """Return the name of a time zone of the tzdata package."""
    text = check_nonempty_text(value)
    if text in list_zones():
        return text
    meant = find_nearest_zone(text)
    if meant:
        raise InvalidValueError("is not a time zone", f'Did you mean "{meant}"?')
    raise InvalidValueError(
        "is not a time zone", "Write the name of a city's zone: Asia/Baku, Europe/Berlin."
    )


def check_folder(value: object) -> str:
    """Return the path of a folder inside the site's that has no other use."""
    text = check_path_text(value).rstrip("/")
    if text.startswith("/") or "\\" in text or {"", ".", ".."} & set(text.split("/")):
        hint = 'Write it from the site\'s folder: "content".'
        raise InvalidValueError("is not the path of a folder inside the site", hint)
    if text.split("/")[0] in {"static", "layouts"} or text.startswith("."):
        raise InvalidValueError("is a folder that has another use", 'The usual one is "content".')
    return text


def check_pages_folder(value: object) -> str:
    """Return the path of a folder below the content folder that no profiles have, or empty text for none."""
    if not check_text(value):
        return ""
    text = check_path_text(value).strip("/")
    if "\\" in text or {"", ".", ".."} & set(text.split("/")):
        hint = 'Write it from the folder of the articles: "pages".'
        raise InvalidValueError("is not the path of a folder below that of the articles", hint)
    if text.split("/")[0] in {urls.FACET_FOLDERS[kind] for kind in PROFILED_KINDS}:
        raise InvalidValueError("is a folder that has another use", 'The usual one is "pages".')
    return text


check_field_name = check_choice(ARTICLE_FIELDS, "field of an article", "The fields are")
check_correction_kind = check_choice(CORRECTION_KINDS, "kind of correction")
check_citation_style = check_choice(CITATION_STYLES, "style of citations")
_check_host = check_choice(HOSTS, "host")
_check_named_kind = check_choice(NAMED_KINDS, "kind of facet")
_check_cited_kind = check_choice(_CITED_KINDS, "kind of facet")


def check_facet_kinds(value: object) -> tuple[FacetKind, ...]:
    """Return kinds of facets in the order of ``NAMED_KINDS``."""
    kinds = check_each(_check_named_kind)(value)
    return tuple(kind for kind in NAMED_KINDS if kind in kinds)


def check_cited_kinds(value: object) -> tuple[FacetKind, ...]:
    """Return kinds of facets in the order of ``NAMED_KINDS``, and ``all``, first, if it is one of them."""
    kinds = check_each(_check_cited_kind)(value)
    return tuple(kind for kind in _CITED_KINDS if kind in kinds)


def check_hosts(value: object) -> tuple[Host, ...]:
    """Return hosts in the order of ``HOSTS``; of those that read ``_redirects`` there can be one."""
    names = check_each(_check_host)(value)
    hosts = tuple(host for host in HOSTS if host in names)
    if {"netlify", "cloudflare"} <= set(hosts):
        raise InvalidValueError(
            'has both "netlify" and "cloudflare", which read one file, _redirects', "Leave one of them out."
        )
    return hosts


def check_profiled_kinds(value: object) -> tuple[FacetKind, ...]:
    """Return kinds of facets that can have profiles."""
    kinds = check_facet_kinds(value)
    for kind in kinds:
        if kind not in PROFILED_KINDS:
            hint = suggest_choices("", PROFILED_KINDS)
            raise InvalidValueError(f'names "{kind}", which has no profiles', hint)
    return kinds


def check_dialect(value: object) -> str:
    """Return the name of a dialect of Markdown."""
    return check_choice(DIALECTS, "dialect of Markdown")(check_nonempty_text(value))


def check_shortcodes(value: object) -> tuple[tuple[str, str], ...]:
    """Return what becomes of each shortcode: pairs of its name, and an action and perhaps an address."""
    hint = 'Write for example: youtube = "frame", note = "aside", "*" = "drop".'
    if not isinstance(value, dict):
        raise InvalidValueError("wants a table", hint)
    for name, written in value.items():
        action = written.partition(" ")[0] if isinstance(written, str) else ""
        if action not in SHORTCODE_ACTIONS:
            known = ", ".join(SHORTCODE_ACTIONS)
            raise InvalidValueError(f"does not say what becomes of {name}", f"There are {known}.", name)
    return tuple(sorted((name, " ".join(written.split())) for name, written in value.items()))


def check_output_format(value: object) -> str:
    """Return a strftime format in which dates or times are shown."""
    text = check_nonempty_text(value)
    unknown = date_format.find_unknown_directive(text)
    if unknown:
        known = " ".join(f"%{name}" for name in date_format.DIRECTIVES)
        message = f"holds {unknown}, which is none of strftime's directives here"
        raise InvalidValueError(message, f"There are {known}.")
    return text


def check_zone_display(value: object) -> str:
    """Return how times show their zone: none, short."""
    text, known = check_text(value), ("none", "short")
    if text not in known:
        raise InvalidValueError("is no way to show a zone", suggest_choices(text, known, "There are"))
    return text


def check_weekday(value: object) -> str:
    """Return a day of the week in English, or "" for that with which the language's territory begins."""
    text, known = check_text(value), WEEKDAYS
    if text not in ("", *known):
        raise InvalidValueError("is no day of the week", suggest_choices(text, known, "There are"))
    return text


def check_input_format(value: str) -> str:
    """Return a strftime format in which front matter may write dates."""
    text = " ".join(value.split())
    fault = date_parsing.find_format_fault(text)
    if fault:
        raise InvalidValueError(f'has "{value}", which {fault}', f"There are {date_parsing.DIRECTIVES}.")
    return text


def check_permalink(value: object) -> str:
    """Return a pattern of permalinks."""
    text = check_nonempty_text(value)
    fault = urls.find_pattern_fault(text)
    if fault:
        raise InvalidValueError(fault, 'Write it like "/{year}/{month}/{day}/{slug}/".')
    return text


def check_gone_note(value: object) -> GoneNote:
    """Return when and why a page was taken down, from a table with ``date`` and ``reason``."""
    hint = 'Write { date = 2024-05-01, reason = "…" }.'
    if not isinstance(value, dict) or value.keys() != {"date", "reason"}:
        raise InvalidValueError("wants a date and a reason", hint)
    date, reason = value["date"], check_nonempty_text(value["reason"])
    if isinstance(date, str):
        try:
            date = dt.date.fromisoformat(date)
        except ValueError:
            raise InvalidValueError(f"has {date}, which is not a date", hint) from None
    if not isinstance(date, dt.date) or isinstance(date, dt.datetime):
        raise InvalidValueError("has a date that is not a day", hint)
    return GoneNote(date=date, reason=reason)


def check_active_suffix(value: str) -> str:
    """Return a suffix for which files are refused unless a site allows it: ``svg``."""
    suffix = value.strip().lower().removeprefix(".")
    if suffix != SVG and suffix not in ACTIVE_SUFFIXES:
        hint = 'Write a suffix such as "svg" or "html". Files that run nothing need not be named.'
        raise InvalidValueError(f'has "{value}", a suffix for which no file is refused', hint)
    return suffix
