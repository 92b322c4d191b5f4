"""Puts what a page shows of pictures into a finished body, in place of their bare elements.

Whoever resolves a body's marks knows the files that a picture has been made into; where in the body it stands
is found here.
"""

from __future__ import annotations

import html as html_text
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from broadsheet.read.markdown.attributes import parse_attributes

_PICTURE = "<img \x02src "
_SOURCE = re.compile("\x02src ([^\x03]*)\x03")
_TAG = re.compile(r"<(/?)(a|div|figure|img|ol|ul)\b([^<>]*)>")
_CAPTION = re.compile(r"(<figcaption[^<>]*>)(.*?)</figcaption>", re.DOTALL)
_CREDIT = re.compile(r'<span class="credit">.*?</span>', re.DOTALL)
_ANY_TAG = re.compile("<[^<>]*>")
_GALLERY = "gallery"


class Place(NamedTuple):
    """Where in a body a picture stands.

    ``number`` counts the pictures before it; ``framed``: it is alone in a figure, and no link; ``beside``: it
    shares the width of the text with others, in a gallery.
    """

    number: int
    framed: bool
    beside: bool


class Shown(NamedTuple):
    """What a page shows of a picture.

    ``html`` replaces its element; ``caption`` and ``credit``, plain text, are for a figure that has none.
    """

    html: str
    caption: str = ""
    credit: str = ""


class _Open:
    """An element that is open: whether it is a gallery, and what is shown of the pictures in it."""

    __slots__ = ("gallery", "name", "shown")

    def __init__(self, name: str, *, gallery: bool) -> None:
        self.name = name
        self.gallery = gallery
        self.shown: list[Shown] = []


def replace_pictures(html: str, show: Callable[[str, Mapping[str, str], Place], Shown | None]) -> str:
    """Return a finished body with each picture of the site replaced by what ``show`` returns for it.

    ``show`` gets the target of the picture, as ``resolve`` does, its other attributes, with their references,
    and its place. Where it returns None, the element stays, with its mark.
    """
    if _PICTURE not in html:
        return html
    made: list[str] = []
    done = number = links = 0
    opened: list[_Open] = []
    for tag in _TAG.finditer(html):
        ends, name, attributes = tag.groups()
        if name == "a":
            links += -1 if ends else 1
        elif name != "img" and not ends:
            opened.append(
                _Open(name, gallery=_GALLERY in parse_attributes(attributes).get("class", "").split())
            )
        elif name != "img":
            shown = opened.pop().shown
            if name == "figure" and len(shown) == 1 and (shown[0].caption or shown[0].credit):
                made.append(_fill_caption(html[done : tag.start()], shown[0]))
                done = tag.start()
        else:
            source = _SOURCE.search(attributes)
            if source:
                rest = parse_attributes(attributes[: source.start()] + attributes[source.end() :])
                place = Place(number, _is_framed(opened, links), _is_beside(opened))
                found = show(html_text.unescape(source[1]), rest, place)
                if found:
                    made += [html[done : tag.start()], found.html]
                    done = tag.end()
                    if opened:
                        opened[-1].shown.append(found)
            number += 1
    return "".join([*made, html[done:]])


def _is_framed(opened: list[_Open], links: int) -> bool:
    return bool(opened) and opened[-1].name == "figure" and not links


def _is_beside(opened: list[_Open]) -> bool:
    """Return whether a picture is in a gallery; one that is all of its figure is as wide as the text."""
    own = opened[:-1] if opened and opened[-1].name == "figure" else opened
    return any(each.gallery for each in own)


def _fill_caption(rest: str, shown: Shown) -> str:
    """Return what follows the picture in its figure, with the caption or the credit that it lacks."""
    found = _CAPTION.search(rest)
    written = found[2] if found else ""
    words = _ANY_TAG.sub("", _CREDIT.sub("", written)).strip()
    caption, credit = (html_text.escape(each, quote=False) for each in (shown.caption, shown.credit))
    before = "" if words else caption
    after = "" if _CREDIT.search(written) or credit in words else f'<span class="credit">{credit}</span>'
    filled = " ".join(filter(None, (before, written.strip(), after)))
    if not found:
        return f"{rest}<figcaption>{filled}</figcaption>"
    return f"{rest[: found.start()]}{found[1]}{filled}</figcaption>{rest[found.end() :]}"
