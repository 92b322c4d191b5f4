"""What Unicode's CLDR knows of a language: its direction, its own name, the forms of its plurals, its days.

Languages are BCP 47 tags, as ``language:`` has them: ``en``, ``pt-BR``, ``zh-Hant``. Nothing here knows the
words of the theme, or how dates are written.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

PLURAL_FORMS = ("zero", "one", "two", "few", "many", "other")
# What BCP 47 and Babel both understand; Babel alone would take "en.UTF-8".
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_SCRIPT = 4  # letters of a subtag: RFC 5646, section 2.2.3


def is_language(tag: str) -> bool:
    """Return whether ``tag`` is a language that Babel knows."""
    return _TAG.fullmatch(tag) is not None and _locale(tag) is not None


@lru_cache(maxsize=256)
def key(tag: str) -> str:
    """Return what tells a language from others: ``pt-BR`` is ``pt``, but ``zh-Hant-TW`` is ``zh-hant``."""
    first, *rest = tag.lower().split("-")
    script = rest[0] if rest and len(rest[0]) == _SCRIPT and rest[0].isalpha() else ""
    return f"{first}-{script}" if script else first


@lru_cache(maxsize=256)
def steps(tag: str) -> tuple[str, ...]:
    """Return a tag in lower case, then ever shorter: ``zh-hant-tw``, ``zh-hant``, ``zh``."""
    parts = tag.lower().split("-")
    return tuple("-".join(parts[:count]) for count in range(len(parts), 0, -1))


@lru_cache(maxsize=256)
def is_right_to_left(tag: str) -> bool:
    """Return whether a language is written from right to left."""
    locale = _locale(tag)
    return locale is not None and locale.text_direction == "rtl"


@lru_cache(maxsize=256)
def own_name(tag: str) -> str:
    """Return what a language calls itself: ``русский``; the tag if that is not known."""
    locale = _locale(tag)
    return (locale.get_display_name(locale) if locale else None) or tag


@lru_cache(maxsize=4096)
def plural_form(count: int, tag: str) -> str:
    """Return the form, one of ``PLURAL_FORMS``, that nouns have after a number: of 2 in Russian ``few``."""
    locale = _locale(tag)
    return str(locale.plural_form(count)) if locale else "other"


@lru_cache(maxsize=64)
def weekdays(tag: str) -> tuple[tuple[str, str], ...]:
    """Return the days of the week, Monday first, each with the short form that calendars have."""
    locale = _locale(tag) or _locale("en")
    assert locale is not None  # noqa: S101 - Babel has English
    names = locale.days["stand-alone"]
    short = names.get("short", names["abbreviated"])
    return tuple((names["wide"][day], short[day]) for day in range(7))


@lru_cache(maxsize=256)
def _locale(tag: str) -> Locale | None:
    # A build that shows nothing new does without Babel, which takes long to load.
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415

    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
