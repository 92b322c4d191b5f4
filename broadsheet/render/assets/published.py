"""Style sheets and scripts below static/ as they are published, and the digests that their URLs carry."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from broadsheet.archive.questions.site import ASSET
from broadsheet.common import files
from broadsheet.common.model import TYPEFACES
from broadsheet.common.problems import Problem, Problems
from broadsheet.read import theme
from broadsheet.render.assets import minify
from broadsheet.render.assets.style_sheets import Piece, is_style_sheet, join_parts

if TYPE_CHECKING:
    from broadsheet.render.recorder import DependencyRecorder

# What the typefaces of the theme are in, below static/: files of fonts, and a part of its style sheet.
_TYPEFACE = f"{files.STATIC}/typeface"
_SCRIPTS = (".js", ".mjs")
# Hexadecimal digits: two versions of a file have the same once in four thousand million.
_VERSION_LENGTH = 8


def is_script(path: str) -> bool:
    """Return whether a source is a script below static/."""
    return files.is_below(path, files.STATIC) and path.lower().endswith(_SCRIPTS)


def is_left_out(path: str, typeface: str) -> bool:
    """Return whether a source is of the theme's typefaces and the site does without: ``[theme] typeface``."""
    return typeface == TYPEFACES[1] and files.is_below(path, _TYPEFACE)


def list_pieces(path: str, output: str, read: Callable[[str], str | None]) -> tuple[Piece, ...]:
    """Return the style sheet or script at ``path``, as published at ``output``, in the pieces it is made of.

    ``read`` is as for ``join_parts``. Raises ``Problems`` for parts that cannot be joined.
    """
    if is_style_sheet(path):
        return join_parts(path, output, read)
    return (Piece(path, 1, read(path) or ""),)


def decode(content: bytes) -> str:
    """Return the text of a source; whatever is not UTF-8 comes back as it was with ``encode``."""
    return content.decode("utf-8", "surrogateescape")


def encode(path: str, pieces: tuple[Piece, ...], *, short: bool) -> bytes:
    """Return what is published of the source at ``path``; ``short``: without comments and white space."""
    text = "".join(piece.text for piece in pieces)
    if short and not minify.is_short(path):
        text = minify.shorten_style_sheet(text) if is_style_sheet(path) else minify.shorten_script(text)
    return text.encode("utf-8", "surrogateescape")


def read_unchanged(root: Path, path: str, digest: str | None) -> bytes:
    """Return a source's bytes; raises ``Problems`` if ``digest``, in upper case, is theirs no longer."""
    content = theme.read(root, path)
    if files.digest(content).hex().upper() != digest:
        message = "was changed while the site was being built"
        raise Problems([Problem(path=path, message=message, hint="Build again.")])
    return content


class Assets:
    """The style sheets and scripts of the site in ``root``."""

    def __init__(self, root: Path, recorder: DependencyRecorder) -> None:
        """Ask ``recorder`` for what they depend on."""
        self._root = root
        self._recorder = recorder

    def publish(self, path: str, output: str) -> bytes:
        """Return what is published of a source at ``output``; raises ``Problems`` for parts."""
        pieces = list_pieces(path, output, self._read)
        return encode(path, pieces, short=bool(self._recorder.setting("assets_minify")))

    def version(self, path: str) -> str:
        """Return what the URL of a source ends with: part of the digest of what is published, or nothing."""
        if not self._recorder.setting("assets_digests") or not (is_style_sheet(path) or is_script(path)):
            return ""
        content = self.publish(path, path.removeprefix(f"{files.STATIC}/"))
        return f"?v={files.digest(content).hex()[:_VERSION_LENGTH]}"

    def _read(self, path: str) -> str | None:
        if is_left_out(path, str(self._recorder.setting("theme_typeface"))):
            return ""
        digest = self._recorder.ask(ASSET, path)
        return None if digest is None else decode(read_unchanged(self._root, path, digest))
