"""Lists of attributes: ``{: .wide #map lang="de" }``, https://python-markdown.github.io/extensions/attr_list/.

Only what has their form is taken for one. Anything else in braces is text: ``{note}``.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.attr_list import get_attrs_and_remainder, sanitize_name
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from broadsheet.read.markdown.attributes import CONTENTS

_ATTRIBUTE = r"""(?:[.#][^\s{}.#"'=]+|[A-Za-z][\w:-]*=(?:"[^"\n]*"|'[^'\n]*'|[^\s{}"']+)|toc)"""
ATTRIBUTES = rf"\{{(?:: *|(?=[.#]))({_ATTRIBUTE}(?:(?: +|(?=[.#])){_ATTRIBUTE})*) *\}}"

_AFTER = re.compile(ATTRIBUTES)
_AT_END = re.compile(rf"(?:^|(?<=.) +){ATTRIBUTES} *$")
# What was meant as such a list and is none, and what its parts are.
_NEAR = re.compile(r"""\{:\s*(?=[.#][\w-]|[A-Za-z][\w-]*\s*[=:])[^{}\n]*\}""")
_NEAR_AFTER = re.compile(r"""\{:?\s*(?=[A-Za-z][\w-]*\s*[=:])[^{}\n]*\}""")
_PART = re.compile(r"""(?:^|\s+)(?=[.#][\w-]+(?:\s|$)|[A-Za-z][\w-]*\s*[=:])""")
_NAMED = re.compile(r"""([A-Za-z][\w-]*)\s*[=:]\s*(.*)""")
_QUOTES = "\"'\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb"
_WITH_END = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "dt", "td", "th"])
_WITH_AFTER = frozenset(["a", "code", "del", "em", "img", "strong"])


class AttributeLists(Treeprocessor):
    """Assigns those at the end of a heading, a term or a cell, and right after a link, a picture or emphasis.

    Those of other blocks are lines of their own. ``near`` is what was meant as such a list and stays text, as
    it was written.
    """

    def __init__(self, md: Markdown) -> None:
        """Begin with no list."""
        super().__init__(md)
        self.near: list[str] = []

    def run(self, root: Element) -> None:
        """Assign the attributes, and remove the lists from the words."""
        for element in root.iter():
            if element.tag in _WITH_END:
                _assign_at_end(element)
            if element.text and "{" in element.text and not isinstance(element.text, AtomicString):
                self.near += _NEAR.findall(element.text)
            for child in element:
                tail = child.tail or ""
                if "{" in tail:
                    self._assign_after(child, tail)

    def _assign_after(self, child: Element, tail: str) -> None:
        """Assign the list right after an element, if there is one."""
        if child.tag in _WITH_AFTER and tail.startswith("{"):
            found = _AFTER.match(tail)
            if found:
                assign(child, found[1])
                child.tail = tail = tail[found.end() :]
            elif near := _NEAR_AFTER.match(tail):
                self.near.append(near[0])
                tail = tail[near.end() :]
        self.near += _NEAR.findall(tail)


def suggest_attributes(written: str) -> str:
    """Return the hint for what was meant as a list of attributes: ``{: credit=Two Words }``."""
    if _AFTER.fullmatch(written):
        return "Move them right behind a link, a picture or emphasis, or to a line below the block."
    parts = [part for part in _PART.split(written.strip("{}").lstrip(":").strip()) if part]
    shown = []
    for part in parts:
        named = _NAMED.fullmatch(part)
        value = named[2].strip().strip(_QUOTES) if named else ""
        if (not named and re.search(r"\s", part)) or '"' in value:
            return 'Write each attribute as name="value", each class as .name, the id as #name.'
        shown.append(f'{named[1]}="{value}"' if named else part)
    return f"Write {{: {' '.join(shown)} }}"


def assign(element: Element, attributes: str) -> None:
    """Give ``attributes``, as they are written between the braces, to ``element``.

    A list with ``toc`` is where the list of headings shall be, as in kramdown.
    """
    for name, value in get_attrs_and_remainder(attributes)[0]:
        if name == ".":
            element.set("class", f"{element.get('class', '')} {value}".strip())
        elif name != "toc":
            element.set(sanitize_name(name), value or "")
        elif element.tag in {"ol", "ul"}:
            element.clear()
            element.tag = "div"
            element.set("class", CONTENTS)


def _assign_at_end(element: Element) -> None:
    words = (element[-1].tail if len(element) else element.text) or ""
    found = _AT_END.search(words) if words.rstrip(" ").endswith("}") else None
    if found is None or isinstance(words, AtomicString):
        return
    assign(element, found[1])
    # A heading may have closing marks before them.
    words = words[: found.start()].rstrip("# ") if element.tag.startswith("h") else words[: found.start()]
    if len(element):
        element[-1].tail = words
    else:
        element.text = words
