"""The text of a field as it is meant: entities decoded, white space and control characters cleaned up."""

from __future__ import annotations

import html
import re

# A semicolon is required: "AT&T" and "R&D" are no entities, whatever a browser would make of them.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
# A single no-break space is intended: "10 000", "« Oui »".
_SPACES = re.compile(r"(?![\u00a0\u202f](?!\s))\s+")
_BREAKS = re.compile("[\t-\r\x85\u2028\u2029]+")
_EDGES = " \u00a0\u202f"


def clean_text(text: str) -> str:
    """Return text with entities decoded once, white space collapsed and control characters removed."""
    text = _decode(text)
    # Nearly every text is clean already, and this check takes a tenth of the time of the substitution.
    return text if " ".join(text.split()) == text else _SPACES.sub(" ", text).strip(_EDGES)


def clean_spaced_text(text: str) -> str:
    """Return text like ``clean_text``, but with the spaces within it as they are: in the name of a file."""
    return _BREAKS.sub(" ", _decode(text)).strip()


def _decode(text: str) -> str:
    """Return text with entities decoded once; the control characters among them are removed."""
    if "&" not in text:
        return text
    return _CONTROL.sub("", _ENTITY.sub(lambda match: html.unescape(match[0]), text))
