"""Checks of the values below [pictures] in site.toml."""

from __future__ import annotations

import re

from broadsheet.settings.checks import InvalidValueError, check_nonempty_text, check_path_text

_LEAST, _MOST = 16, 4096  # pixels
_MOST_WIDTHS = 8
_FONT_SUFFIXES = (".otf", ".ttc", ".ttf", ".woff", ".woff2")
# https://html.spec.whatwg.org/multipage/images.html#sizes-attributes, as far as it goes into an attribute
# and is a list of lengths.
_NO_SIZES = re.compile(r"[\"<>{};]|\A\s*,|,\s*(?:,|\Z)")


def check_widths(value: object) -> tuple[int, ...]:
    """Return widths in pixels, each once, the smallest first."""
    if not isinstance(value, list) or not value:
        raise InvalidValueError("wants a list of widths in pixels", "Write them so: [640, 1280]")
    if len(value) > _MOST_WIDTHS:
        hint = "Each is another file for every picture."
        raise InvalidValueError(f"has more than {_MOST_WIDTHS} widths", hint)
    for index, width in enumerate(value):
        if isinstance(width, bool) or not isinstance(width, int):
            raise InvalidValueError("has a width that is no whole number", "", index)
        if not _LEAST <= width <= _MOST:
            raise InvalidValueError(f"has {width}, which is not from {_LEAST} to {_MOST:,} pixels", "", index)
    return tuple(sorted(set(value)))


def check_sizes(value: object) -> str:
    """Return what the attribute ``sizes`` of a picture says: how wide it is shown."""
    text = check_nonempty_text(value)
    if _NO_SIZES.search(text):
        hint = 'Write it as in HTML: "(min-width: 48rem) 38rem, calc(100vw - 3rem)"'
        raise InvalidValueError("is no value of the attribute sizes", hint)
    return text


def check_font(value: str) -> str:
    """Return the path of a font's file, from the site's folder."""
    path = check_path_text(value)
    if not path.lower().endswith(_FONT_SUFFIXES):
        raise InvalidValueError(
            f'has "{value}", which names no font', f"Fonts end in {', '.join(_FONT_SUFFIXES)}."
        )
    return path
