"""Writes other addresses into the links of a text, and leaves every other character as it is.

What is a link is not decided here: an address is written where the reader of Markdown then finds another
target, and nowhere else. So code that shows a link stays, whatever syntax the link has.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, unquote

from broadsheet.common.files import compose
from broadsheet.read.markdown import list_targets, make_options
from broadsheet.settings.model import Settings

# So deep that no relative address leads out of the site from there.
_DEPTH = 40
_ESCAPABLE = frozenset(r"""\`*_{}[]()#+-.!"'&<>|~$%,/:;=?@^""")
_ENTITIES = {"&": "(?:&amp;|&)", "<": "(?:&lt;|<)", ">": "(?:&gt;|>)", '"': '(?:&quot;|")'}
# What a path may hold and an address in Markdown had better not.
_UNSAFE = re.compile(r"""[\x00-\x20"'()<>\[\]\\%#?&*`{}|]""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """A text with other addresses in it; ``lost`` are those that could not be written there."""

    text: str
    lost: tuple[str, ...]


def rewrite_links(body: str, settings: Settings, wanted: Callable[[str, str], str | None]) -> Rewritten:
    """Return ``body`` with what ``wanted`` returns for each address in place of it, unless that is None.

    ``wanted`` gets an address as it is read, and its kind: ``path`` of the site, or relative to a ``file``.
    """
    before = list_addresses(body, settings)
    lost = []
    for address, kind in dict.fromkeys(before):
        new = wanted(address, kind) if kind else None
        if new is None or new == address:
            continue
        for match in reversed(list(_compile(address).finditer(body))):
            changed = body[: match.start()] + new + body[match.end() :]
            after = list_addresses(changed, settings)
            if _differ_only_in(before, after, address, new):
                body, before = changed, after
        if (address, kind) in before:
            lost.append(address)
    return Rewritten(text=body, lost=tuple(lost))


def write_relative(path: str, folder: str, like: str) -> str:
    """Return the address of ``path`` as seen from ``folder``, written as ``like`` is: ./, escapes and all."""
    relative = posixpath.relpath(path, folder)
    if like.startswith("./") and not relative.startswith("../"):
        relative = f"./{relative}"
    if "%" in like and like.isascii():
        return quote(relative)
    return _UNSAFE.sub(lambda found: quote(found[0], safe=""), relative)


def split_address(address: str) -> tuple[str, str]:
    """Return the path of an address, decoded, and what follows it from the first ``?`` or ``#`` on."""
    match = re.search("[?#]", address)
    at = match.start() if match else len(address)
    return unquote(address[:at]), address[at:]


def find_file(address: str, folder: str) -> str:
    """Return the path of the file, from the site's folder, that an address in ``folder`` leads to."""
    return compose(posixpath.normpath(posixpath.join(folder, split_address(address)[0])))


def list_addresses(body: str, settings: Settings) -> list[tuple[str, str]]:
    """Return each address of a body as it is read, with its kind, as in ``rewrite_links``, or none."""
    path = "/".join((settings.content_folder, *("v" * _DEPTH), "a.md"))
    options = make_options(settings, settings.language)
    return [(written, _find_kind(target)) for written, target in list_targets(body, options, path=path)]


def _find_kind(target: str) -> str:
    if target.startswith("/"):
        return "path"
    return "" if target.startswith("#") or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", target) else "file"


def _differ_only_in(
    before: list[tuple[str, str]], after: list[tuple[str, str]], address: str, new: str
) -> bool:
    """Return whether some addresses became ``new``, and these were ``address``."""
    if len(before) != len(after) or before == after:
        return False
    return all(
        one == other or (one[0] == address and other == (new, one[1]))
        for one, other in zip(before, after, strict=True)
    )


def _compile(address: str) -> re.Pattern[str]:
    """Return a pattern of all the ways in which an address may be written in Markdown or HTML."""
    parts = (
        ("\\\\?" if char in _ESCAPABLE else "") + _ENTITIES.get(char, re.escape(char)) for char in address
    )
    return re.compile("".join(parts))
