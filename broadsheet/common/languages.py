"""What Unicode's CLDR has about a language: its direction, its own name, its plural forms, its weekdays.

Languages are BCP 47 tags, as in ``language:``: ``en``, ``pt-BR``, ``zh-Hant``. The theme's strings are in
``render.words``; ``date_format`` formats dates.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

PLURAL_FORMS = ("zero", "one", "two", "few", "many", "other")
# What both BCP 47 and Babel accept; Babel alone would accept "en.UTF-8".
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_SCRIPT = 4  # letters of a subtag: RFC 5646, section 2.2.3
# The zeros of the numbering systems that are some language's default in CLDR, from Unicode's decimal digits.
_ZEROS = {
    "adlm": "\U0001e950",
    "arab": "\u0660",
    "arabext": "\u06f0",
    "beng": "\u09e6",
    "cakm": "\U00011136",
    "deva": "\u0966",
    "mtei": "\uabf0",
    "mymr": "\u1040",
    "nkoo": "\u07c0",
    "olck": "\u1c50",
    "tibt": "\u0f20",
}
# Where Chinese without a script is written in traditional characters: CLDR, likely subtags.
_TRADITIONAL = frozenset(("zh-tw", "zh-hk", "zh-mo"))


def is_language(tag: str) -> bool:
    """Return whether ``tag`` is a language that Babel has data for."""
    return _TAG.fullmatch(tag) is not None and _locale(tag) is not None


@lru_cache(maxsize=256)
def key(tag: str) -> str:
    """Return a tag without region, in lower case: ``pt`` of ``pt-BR``, ``zh-hant`` of ``zh-Hant-TW``."""
    first, *rest = tag.lower().split("-")
    script = rest[0] if rest and len(rest[0]) == _SCRIPT and rest[0].isalpha() else ""
    return f"{first}-{script}" if script else first


@lru_cache(maxsize=256)
def find_prefix(tag: str, site_language: str) -> str:
    """Return what stands in the addresses of a language, its key; empty for the site's own."""
    return "" if key(tag) == key(site_language) else key(tag)


def list_fallbacks(tag: str) -> tuple[str, ...]:
    """Return a tag in lower case, followed by its fallbacks: ``zh-hant-tw``, ``zh-hant``, ``zh``."""
    parts = tag.lower().split("-")
    if tag.lower() in _TRADITIONAL:
        return tag.lower(), "zh-hant", "zh"
    return tuple("-".join(parts[:count]) for count in range(len(parts), 0, -1))


def write_digits(text: str, tag: str) -> str:
    """Return a text with its digits as a language writes them: ``\u06f1\u06f2`` for ``12`` in Persian."""
    digits = list_digits(tag)
    return text.translate(dict(zip(range(0x30, 0x3A), digits, strict=True))) if digits else text


@lru_cache(maxsize=256)
def list_digits(tag: str) -> str:
    """Return the digits that are a language's default in CLDR, from zero to nine; empty for 0 to 9."""
    locale = _locale(tag)
    zero = _ZEROS.get(locale.default_numbering_system) if locale else None
    return "".join(chr(ord(zero) + value) for value in range(10)) if zero else ""


@lru_cache(maxsize=256)
def is_right_to_left(tag: str) -> bool:
    """Return whether a language is written from right to left."""
    locale = _locale(tag)
    return locale is not None and locale.text_direction == "rtl"


@lru_cache(maxsize=256)
def find_script(tag: str) -> str:
    """Return the script that a language is most likely written in, in four letters: ``Cyrl`` for ``ru``."""
    from babel.core import get_global  # noqa: PLC0415 - as in _locale

    language, *others = tag.split("-")
    written = [part.title() for part in others if len(part) == _SCRIPT and part.isalpha()]
    likely = get_global("likely_subtags").get(language.lower(), "")
    return next(iter((*written, *likely.split("_")[1:2])), "")


def find_own_name(tag: str) -> str:
    """Return the name of a language in that language: ``русский``; the tag if it is unknown."""
    locale = _locale(tag)
    return (locale.get_display_name(locale) if locale else None) or tag


@lru_cache(maxsize=64)
def find_code(name: str) -> str:
    """Return the tag of the language with a name, in English or in that language; "" if there is none.

    Slow where the name is not English: only for hints.
    """
    wanted = re.sub(r"[\W_]+", " ", name).strip().casefold()
    english = _locale("en")
    if english is None or not wanted:
        return ""
    names = sorted(english.languages.items())
    for code, each in names:
        if each.casefold() == wanted and is_language(code.replace("_", "-")):
            return str(code).replace("_", "-")
    codes = (code for code, _ in names if is_language(code))
    return next((code for code in codes if find_own_name(code).casefold() == wanted), "")


@lru_cache(maxsize=4096)
def find_plural_form(count: int, tag: str) -> str:
    """Return which of ``PLURAL_FORMS`` nouns have after a number: ``few`` after 2 in Russian."""
    locale = _locale(tag)
    return str(locale.plural_form(count)) if locale else "other"


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@lru_cache(maxsize=64)
def find_first_weekday(tag: str) -> str:
    """Return which of ``WEEKDAYS`` a week begins with in the territory of a language.

    That is the one in the tag, or the one with most speakers: ``en`` is of the United States.
    """
    locale = _locale(tag)
    if locale and not locale.territory:
        from babel.core import get_global  # noqa: PLC0415 - as in ``_locale``

        likely = get_global("likely_subtags")
        found = likely.get(str(locale)) or likely.get(locale.language) or ""
        locale = _locale(f"{locale.language}-{found.rpartition('_')[2]}") or locale
    return WEEKDAYS[locale.first_week_day if locale else 0]


@lru_cache(maxsize=4096)
def format_number(number: int, tag: str) -> str:
    """Return a whole number in the digits of a language, grouped as there: ``5,000``, ``5.000``."""
    from babel.numbers import format_decimal  # noqa: PLC0415 - as in ``_locale``

    locale = _locale(tag)
    if locale is None:
        return str(number)
    numbering = "default" if list_digits(tag) else "latn"
    return write_digits(str(format_decimal(number, locale=locale, numbering_system=numbering)), tag)


@lru_cache(maxsize=64)
def list_weekdays(tag: str) -> tuple[tuple[str, str], ...]:
    """Return the days of the week, Monday first, each with its short form for calendars."""
    locale = _locale(tag) or _locale("en")
    assert locale is not None  # noqa: S101 - Babel has English
    names = locale.days["stand-alone"]
    short = names.get("short", names["abbreviated"])
    return tuple((names["wide"][day], short[day]) for day in range(7))


@lru_cache(maxsize=256)
def _locale(tag: str) -> Locale | None:
    # Babel takes long to load, and a build in which nothing has changed does not need it.
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415

    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
