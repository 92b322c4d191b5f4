"""SVG that articles and profiles bring: nothing but a picture.

Opened by itself an SVG is a document, whose scripts have the rights of the site. What could be one, or could
load something from elsewhere, is found: https://www.w3.org/TR/SVG2/conform.html#secure-static-mode. Nothing
is removed, since a picture that looks otherwise than its author meant it is no fix.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import NamedTuple
from xml.parsers import expat

_SVG = "http://www.w3.org/2000/svg"
# A script in any of these runs in an SVG too.
_DOCUMENTS = {
    "http://www.w3.org/1999/xhtml": "HTML",
    "http://www.w3.org/1998/Math/MathML": "MathML",
    "http://www.w3.org/1999/XSL/Transform": "XSLT",
    "http://www.mozilla.org/xbl": "XBL",
    "http://www.w3.org/2001/XInclude": "XInclude",
}
_FORBIDDEN = frozenset(
    (
        *("script", "foreignobject", "iframe", "frame", "object", "embed", "audio", "video", "canvas"),
        *("link", "meta", "base", "handler", "listener", "prefetch"),
    )
)
_ANIMATIONS = frozenset(("animate", "animatecolor", "animatemotion", "animatetransform", "set"))
_PICTURES = frozenset(("image", "feimage"))
_ADDRESSES = frozenset(("href", "src"))
# Browsers drop these wherever they are in the scheme of an address.
_IGNORED = re.compile(r"[\x00-\x20\x7f]+")
_SCRIPT = re.compile(r"(?:java|vb|live)script:", re.IGNORECASE)
_EMBEDDED = re.compile(r"data:image/[a-z0-9.+-]+[;,]", re.IGNORECASE)
_LINK = re.compile(r"(?:https?|mailto):|(?![a-z][a-z0-9+.-]*:)", re.IGNORECASE)
_STYLE_LOADS = re.compile(
    r"""url\(\s*+["']?+\s*+(?!#|data:(?:image|font|application/(?:x-)?font)[-/])"""
    r"|@import|(?:image-set|src|expression)\s*+\(|-moz-binding|behavior\s*+:",
    re.IGNORECASE,
)
_STYLE_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_STYLE_ESCAPE = re.compile(r"\\(?:([0-9A-Fa-f]{1,6})\s?|(.))", re.DOTALL)
# In which a browser and the parser here read the same.
_ENCODINGS = frozenset(("utf-8", "us-ascii", "ascii", "iso-8859-1", "utf-16"))


class SvgFault(NamedTuple):
    """What is more than a picture in an SVG, and where: line and column are counted from 1."""

    line: int
    column: int
    message: str


class _FoundError(Exception):
    """The first fault was found."""

    def __init__(self, fault: SvgFault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def find_svg_fault(content: bytes) -> SvgFault | None:
    """Return the first thing in an SVG that is more than a picture; None if there is none."""
    checker = _Checker()
    try:
        checker.parse(content)
    except _FoundError as found:
        return found.fault
    except (expat.ExpatError, ValueError, LookupError) as error:
        reason = expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else "its encoding"
        return checker.locate(f"cannot be read as SVG: {reason}")
    return None


class _Checker:
    """Reads one SVG up to its first fault."""

    def __init__(self) -> None:
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        self._depth = 0
        self._style: list[str] | None = None
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._document_type
        parser.EntityDeclHandler = self._entity
        parser.ProcessingInstructionHandler = self._instruction
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def parse(self, content: bytes) -> None:
        self._parser.Parse(content, True)  # noqa: FBT003 - expat's

    def locate(self, message: str) -> SvgFault:
        return SvgFault(
            max(1, self._parser.CurrentLineNumber), max(0, self._parser.CurrentColumnNumber) + 1, message
        )

    def _found(self, message: str) -> _FoundError:
        # Later, where the parser is is behind the tag.
        return _FoundError(self.locate(message))

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in _ENCODINGS:
            raise self._found(f"the encoding {encoding} is not read alike everywhere")

    def _document_type(
        self, _name: str, _system: str | None, _public: str | None, has_internal_subset: int
    ) -> None:
        # It could give attributes to elements that do not have them in the file.
        if has_internal_subset:
            raise self._found("<!DOCTYPE …> has declarations")

    def _entity(self, name: str, *_: object) -> None:
        raise self._found(f"<!ENTITY {name}> declares an entity")

    def _instruction(self, target: str, _text: str) -> None:
        if target.lower().startswith("xml-"):
            raise self._found(f"<?{target} …?> loads a style sheet")

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if self._depth == 0 and local.lower() != "svg":
            raise self._found(f"it is no SVG: it begins with <{local}>")
        self._depth += 1
        if namespace in _DOCUMENTS:
            raise self._found(f"<{local}> is {_DOCUMENTS[namespace]}")
        element = local.lower()
        if self._style is not None:
            raise self._found("<style> has an element in it")
        if element in _FORBIDDEN and namespace in {_SVG, ""}:
            raise self._found(f"<{local}> is more than a picture")
        for attribute, value in attributes.items():
            self._check_attribute(local, element, attribute, value)
        if element == "style":
            self._style = []

    def _check_attribute(self, local: str, element: str, attribute: str, value: str) -> None:
        namespace, _, name = attribute.rpartition(" ")
        lower, shown = name.lower(), f"<{local} {name}=…>"
        squeezed = _IGNORED.sub("", value)
        if lower.startswith("on") and not namespace:
            raise self._found(f"{shown} runs a script")
        if _SCRIPT.search(squeezed):
            raise self._found(f"{shown} has the address of a script")
        if lower == "base" and namespace:
            raise self._found(f"{shown} makes addresses lead elsewhere")
        if element in _ANIMATIONS and lower == "attributename" and _changes_more(squeezed):
            raise self._found(f"{shown} changes {value}")
        if lower in _ADDRESSES and not _is_harmless(element, squeezed):
            raise self._found(f"{shown} loads something from elsewhere")
        self._check_style(value, shown)

    def _end(self, _name: str) -> None:
        self._depth -= 1
        if self._style is not None:
            style, self._style = "".join(self._style), None
            self._check_style(style, "<style>")

    def _text(self, text: str) -> None:
        if self._style is not None:
            self._style.append(text)

    def _check_style(self, style: str, shown: str) -> None:
        """Find what a style sheet, or the value of an attribute that may be a style, loads."""
        if "(" not in style and "@" not in style and "\\" not in style and ":" not in style:
            return
        # Also as it is: what looks like a comment may be in quotes.
        for each in {style, _STYLE_COMMENT.sub("", style)}:
            if _STYLE_LOADS.search(_STYLE_ESCAPE.sub(_unescape, each)):
                raise self._found(f"{shown} loads something from elsewhere")


def _changes_more(attribute: str) -> bool:
    name = attribute.rpartition(":")[2].lower()
    return name in _ADDRESSES or name.startswith("on") or name == "base"


def _is_harmless(element: str, address: str) -> bool:
    if not address or address.startswith("#"):
        return True
    if element in _PICTURES:
        return _EMBEDDED.match(address) is not None
    return element == "a" and _LINK.match(address) is not None


def _unescape(found: re.Match[str]) -> str:
    if not found[1]:
        return found[2]
    code = int(found[1], 16)
    return chr(code) if code <= sys.maxunicode else ""
