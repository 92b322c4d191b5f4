"""Lists of attributes: ``{: .wide #map lang="de" }``, https://python-markdown.github.io/extensions/attr_list/.

Only what has their form is taken for one. Anything else in braces is text: ``{note}``.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown.extensions.attr_list import get_attrs_and_remainder, sanitize_name
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from broadsheet.read.markdown.attributes import CONTENTS

_ATTRIBUTE = r"""(?:[.#][^\s{}.#"'=]+|[A-Za-z][\w:-]*=(?:"[^"\n]*"|'[^'\n]*'|[^\s{}"']+)|toc)"""
ATTRIBUTES = rf"\{{(?:: *|(?=[.#]))({_ATTRIBUTE}(?:(?: +|(?=[.#])){_ATTRIBUTE})*) *\}}"

_AFTER = re.compile(ATTRIBUTES)
_AT_END = re.compile(rf"(?:^|(?<=.) +){ATTRIBUTES} *$")
_WITH_END = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "dt", "td", "th"])
_WITH_AFTER = frozenset(["a", "code", "del", "em", "img", "strong"])


class AttributeLists(Treeprocessor):
    """Assigns those at the end of a heading, a term or a cell, and right after a link, a picture or emphasis.

    Those of other blocks are lines of their own.
    """

    def run(self, root: Element) -> None:
        """Assign the attributes, and remove the lists from the words."""
        for element in root.iter():
            if element.tag in _WITH_END:
                _assign_at_end(element)
            for child in element:
                tail = child.tail or ""
                if child.tag in _WITH_AFTER and tail.startswith("{") and (found := _AFTER.match(tail)):
                    assign(child, found[1])
                    child.tail = tail[found.end() :]


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
