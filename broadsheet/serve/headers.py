"""The headers of a request to the preview: which range of bytes is asked for, and of which host."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable
from contextlib import suppress

_RANGE = re.compile(r"bytes=([0-9]*)-([0-9]*)")
# No file has as many bytes. Python refuses to convert numbers of more than 4,300 digits.
_DIGITS = 18


def find_byte_range(header: str, size: int) -> tuple[int, int]:
    """Return the first requested byte and the one after the last; everything for a header we do not know.

    RFC 9110, section 14.1.2. A range that begins after the end is returned as it is: begin is not below end.
    """
    match = _RANGE.fullmatch(header.strip())
    if not match or match[0] == "bytes=-":
        return 0, size
    if not match[1]:
        return max(0, size - _number(match[2])), size
    begin, end = _number(match[1]), _number(match[2]) + 1 if match[2] else max(size, _number(match[1]) + 1)
    return (0, size) if end <= begin else (begin, min(end, size))


def _number(digits: str) -> int:
    digits = digits.lstrip("0")
    return int(digits or "0") if len(digits) <= _DIGITS else 10**_DIGITS


def create_own_name_check(host: str) -> Callable[[str], bool]:
    """Return a function that tells whether a name is one of a server listening on ``host``.

    It guards against DNS rebinding: a foreign page can point a name of its own at this machine, but not an
    address, so addresses by which the server can be reached are trusted.
    """
    with suppress(ValueError):
        listening = ipaddress.ip_address(host)
        if not listening.is_loopback:
            own = {"localhost", socket.gethostname().lower()}
            return lambda name: name in own or _is_address(name)
    own = {"localhost", host.lower()}
    return lambda name: name in own or (_is_address(name) and ipaddress.ip_address(name).is_loopback)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def names_server(host: str, is_own_name: Callable[[str], bool]) -> bool:
    """Return whether a Host header (RFC 9110, section 7.2: name or address, perhaps a port) is ours."""
    match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+))(?::[0-9]{1,5})?", host)
    return match is not None and is_own_name((match[1] or match[2]).lower())
