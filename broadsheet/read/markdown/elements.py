"""What there is to know of each HTML element by its name: how it is renamed, and what it may contain."""

from __future__ import annotations

from typing import NamedTuple

from broadsheet.read.markdown.safety import TAGS

VOID = frozenset({"br", "col", "hr", "img", "source", "track", "wbr"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_INLINE_NAMES = (
    "abbr acronym b bdi bdo cite code dfn em i kbd mark q rp rt ruby s samp small span strike strong sub sup "
    "time tt u var"
)
_INLINE = frozenset(_INLINE_NAMES.split())
# These may contain blocks, and may stand among words.
_TRANSPARENT = frozenset({"a", "audio", "del", "ins", "iframe", "video"})
NOT_BLOCKS = _INLINE | _TRANSPARENT | {"br", "img", "wbr", "source", "track"}
# These may contain only words: the tags of a block in one of them are removed, and its words stay.
_WORDS_ONLY = HEADINGS | {"p", "pre", "summary"}
_VERBATIM = frozenset({"code", "kbd", "pre", "samp", "tt"})
# Not running text, so not part of an article's opening.
_ASIDE = HEADINGS | {"caption", "figure", "pre", "summary", "table"}
_RENAMED = {
    "acronym": "abbr",
    "address": "div",
    "article": "div",
    "aside": "div",
    "center": "div",
    "dir": "ul",
    "footer": "div",
    "header": "div",
    "main": "div",
    "nav": "div",
    "section": "div",
    "strike": "s",
    "tt": "code",
}
_PARENTS = {
    "dd": ("dl",),
    "dt": ("dl",),
    "figcaption": ("figure",),
    "li": ("ol", "ul"),
    "rp": ("ruby",),
    "rt": ("ruby",),
    "summary": ("details",),
}
# The children that these may have, and the element that is put around any other child.
_CHILDREN = {"ul": ("li",), "ol": ("li",), "dl": ("dt", "dd", "div")}
WRAPPERS = {"ul": "li", "ol": "li", "dl": "dd"}
# These must have certain children, which are added where they are missing.
COMPLETED = frozenset({"dl", "ruby"})


class Element(NamedTuple):
    """An element by its name.

    ``tag`` is the name that it gets. ``parents`` are the elements that it may stand in, if not everywhere.
    ``plain``: without attributes its tags are ``start`` and ``end``. ``words_only``: it may contain no
    blocks. ``aside``: it is no running text.
    """

    tag: str
    start: str
    end: str
    block: bool
    plain: bool
    parents: tuple[str, ...]
    verbatim: bool
    words_only: bool
    aside: bool
    inline: bool


def find_wrapper(name: str, parent: str) -> str:
    """Return the element that must be put around ``name`` in ``parent``, one of ``WRAPPERS``; "" for none."""
    return "" if name in _CHILDREN[parent] else WRAPPERS[parent]


def _describe(name: str) -> Element:
    tag = _RENAMED.get(name, name)
    return Element(
        tag=tag,
        start=f"<{tag}>",
        end="" if name in VOID else f"</{tag}>",
        block=name not in NOT_BLOCKS,
        plain=name not in HEADINGS | VOID,
        parents=_PARENTS.get(name, ()),
        verbatim=name in _VERBATIM,
        words_only=name in _WORDS_ONLY,
        aside=name in _ASIDE,
        inline=name in _INLINE,
    )


ELEMENTS = {name: _describe(name) for name in TAGS}
