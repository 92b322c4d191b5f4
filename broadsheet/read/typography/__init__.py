"""Quotes, apostrophes, dashes, ellipses and spaces of running text, as its language has them.

Nothing else is changed, neither a letter nor a digit, and what is typographic already stays. Names, slugs,
ids, alternative texts and code are never set.
"""

from __future__ import annotations

import html

from broadsheet.read.typography.typographer import Typographer, is_left

__all__ = ["Typographer", "set_text"]


def set_text(text: str, language: str) -> str:
    """Return plain ``text``, such as a headline, as it is set in ``language``, a BCP 47 tag."""
    if is_left(text, language):
        return text
    written = Typographer(language).write(html.escape(text, quote=False))
    return html.unescape(written) if "&" in written else written
