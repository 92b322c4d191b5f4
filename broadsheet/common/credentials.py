"""Passwords in addresses, ``https://user:SECRET@example.org/``: found, so that they are refused; and hidden.

Nothing that Broadsheet prints or writes may repeat one: problems hide them, whoever makes the problem.
"""

from __future__ import annotations

import re

# What stands between the slashes and the last at sign before the path: RFC 3986, section 3.2.1. Browsers take
# one slash after the scheme, or backslashes, for two slashes.
_USER = re.compile(
    r"(?P<start>\b(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):[\\/]{1,3}|[\\/]{2})"
    r"(?P<user>[^\s\\/?#\"<>]*)@"
)
_HIDDEN = "***"
# A token may stand in place of the name, as those of GitHub do: https://TOKEN@github.com/. They have 40
# characters or more, and a name on GitHub has 39 at most.
_TOKEN_LENGTH = 40


def has_password(address: str) -> bool:
    """Return whether an address has a password or a token in it; a name alone is neither."""
    return any(
        ":" in found["user"] or len(found["user"]) >= _TOKEN_LENGTH for found in _USER.finditer(address)
    )


def hide_passwords(text: str) -> str:
    """Return a text with the names and passwords in addresses hidden; of ``ssh`` a name alone is shown."""
    return _USER.sub(_hide, text) if "@" in text else text


def drop_user(address: str) -> str:
    """Return an address without name and password."""
    return _USER.sub(lambda found: found["start"], address)


def _hide(found: re.Match[str]) -> str:
    if found["scheme"] and found["scheme"].endswith("ssh") and ":" not in found["user"]:
        return found[0]
    return f"{found['start']}{_HIDDEN}@"
