"""Reads sitemaps: bytes in, addresses out. What is not a sitemap is an error, never an empty sitemap.

Format: https://www.sitemaps.org/protocol.html, version 0.9; XML or text, either of them compressed. Nothing
is fetched, and XML entities are never expanded.
"""

from __future__ import annotations

import zlib
from urllib.parse import urlsplit
from xml.parsers import expat

from broadsheet.common.credentials import hide_passwords
from broadsheet.render.formats.sitemaps import MOST_BYTES

# How deep elements stand in each other at most, extensions for pictures and videos included.
_DEEPEST = 16


def read_sitemap(content: bytes) -> tuple[bool, list[str]]:
    """Return whether a sitemap is an index of sitemaps, and the addresses that it lists.

    Raises ``ValueError``, whose text completes a sentence about it: "is not well-formed XML …".
    """
    text = _unpack(content).removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return _Parser().read(text)
    try:
        rows = [row.strip() for row in text.decode().splitlines()]
    except UnicodeDecodeError:
        raise ValueError("is neither XML nor UTF-8 text, so it is no sitemap") from None
    addresses = [row for row in rows if row]
    for address in addresses:
        _check_address(address)
    return False, addresses


def _unpack(content: bytes) -> bytes:
    """Return a sitemap uncompressed; raises ``ValueError`` if it is larger than the protocol allows."""
    if content.startswith(b"\x1f\x8b"):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            content = unpacker.decompress(content, MOST_BYTES + 1)
        except zlib.error:
            raise ValueError("is not whole: it cannot be unpacked") from None
        if len(content) <= MOST_BYTES and not unpacker.eof:
            raise ValueError("is not whole: it cannot be unpacked")
    if len(content) > MOST_BYTES:
        raise ValueError(f"is larger than the {MOST_BYTES:,} bytes that a sitemap may have")
    return content


class _Parser:
    """Reads the <loc> of each url or sitemap in the root's namespace; extensions have <loc> of their own."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._text: list[str] = []
        self._found: list[str] = []
        self._root = ""
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end

    def read(self, content: bytes) -> tuple[bool, list[str]]:
        try:
            self._parser.Parse(content, True)  # noqa: FBT003 - expat takes it by place only
        except expat.ExpatError as error:
            raise ValueError(
                f"is not well-formed XML: {expat.ErrorString(error.code)}, line {error.lineno}"
            ) from None
        for address in self._found:
            _check_address(address)
        return self._open[0] == "sitemapindex", self._found

    def _refuse(self, *_: object) -> None:
        raise ValueError("has a document type declaration, which no sitemap has")

    def _begin(self, name: str, _attributes: object) -> None:
        space, _, local = name.rpartition(" ")
        if not self._open:
            if local not in {"urlset", "sitemapindex"}:
                raise ValueError(f"is no sitemap: its root is {local}")
            self._root = space
        if len(self._open) == _DEEPEST:
            raise ValueError("is no sitemap: its elements stand in each other too deeply")
        self._open.append(local if space == self._root else "")
        if self._open[1:] in (["url", "loc"], ["sitemap", "loc"]):
            self._text = []
            self._parser.CharacterDataHandler = self._text.append

    def _end(self, _name: str) -> None:
        if self._open[1:] in (["url", "loc"], ["sitemap", "loc"]):
            self._parser.CharacterDataHandler = None
            self._found.append("".join(self._text).strip())
        if len(self._open) > 1:  # the root's name is needed at the end
            self._open.pop()


def _check_address(address: str) -> None:
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError(f"lists {address[:100]!r}, which is not an address")
    if parts.username is not None:
        raise ValueError(f"lists {hide_passwords(address)[:100]!r}, which has a name or a password in it")
