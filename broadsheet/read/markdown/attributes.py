"""The attributes of a body's elements, checked and written anew, and the ids that are unique in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from broadsheet.read.markdown.body_text import SHORTCODE

# The class of an empty element that stands for the list of headings.
CONTENTS = "toc"

# The classes of what stands beside the running text: it repeats it, or is a note to it.
_ASIDES = frozenset(("footnote", "footnote-ref", "footnotes", "pullquote", "sidenote"))

# The attributes of one element by name, in their order. A value is as it is in HTML, with its references.
Attributes: TypeAlias = Mapping[str, str]

# https://html.spec.whatwg.org/multipage/parsing.html#before-attribute-name-state and the states after it.
_ATTRIBUTE = re.compile(
    r"""[\s/]*+([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>]++))?)?""", re.DOTALL
)
_SPACES = re.compile(r"\s+")
_ALIGNMENTS = {"left": "left", "right": "right", "center": "center", "middle": "center", "justify": "justify"}
_NO_KRAMDOWN = re.compile(r"[^\w \t-]")
_FLAGS = frozenset({"allowfullscreen", "default", "loop", "muted", "open", "reversed"})
_LANGUAGE = r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"
_DAY = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d)"
_COUNT = r"[1-9]\d{0,2}"
# The values that HTML allows for each attribute; an attribute with another value is dropped.
_VALUES = {
    name: re.compile(pattern)
    for name, pattern in {
        "alt": r"(?s:.*)",
        "colspan": _COUNT,
        "datetime": rf"{_DAY}(?:[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d))?",
        "dir": r"ltr|rtl|auto",
        "height": r"\d{1,5}",
        "kind": r"subtitles|captions|descriptions|chapters|metadata",
        "label": r"(?s:.+)",
        "lang": _LANGUAGE,
        "rowspan": _COUNT,
        "scope": r"row|col|rowgroup|colgroup",
        "span": _COUNT,
        "srclang": _LANGUAGE,
        "start": r"-?\d{1,9}",
        "title": r"(?s:.+)",
        "value": r"-?\d{1,9}",
        "type": r"[1aAiI]|[a-z]+/[A-Za-z0-9.+-]+",
        "width": r"\d{1,5}",
    }.items()
}


class AttributeWriter:
    """Writes the attributes of one body, and knows which ids are taken."""

    __slots__ = ("_ids",)

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}

    def write(self, attributes: Attributes, extra_class: str = "") -> str:
        """Return the valid ones of ``attributes`` as HTML, with a space before each."""
        return write_attributes(self.select(attributes, extra_class)) if attributes or extra_class else ""

    def select(self, attributes: Attributes, extra_class: str = "") -> dict[str, str]:
        """Return the valid ones of ``attributes``, and take the id among them.

        Alignment becomes a class; ``extra_class`` comes before the element's own classes.
        """
        classes = [extra_class] if extra_class else []
        valid = {}
        for name, value in attributes.items():
            if name == "class":
                classes += value.split()
            elif name in {"align", "style"}:
                side = _ALIGNMENTS.get(value.removeprefix("text-align:").strip(" ;").lower())
                classes += [f"align-{side}"] if side else []
            elif name == "id":
                own = self._take_id(value)
                if own:
                    valid[name] = own
            elif name in _FLAGS:
                valid[name] = ""
            elif name in _VALUES and _VALUES[name].fullmatch(value):
                valid[name] = value
        if classes:
            valid["class"] = " ".join(dict.fromkeys(classes))
        return valid

    def make_id(self, wanted: str, *, second: int = 2) -> str:
        """Return ``wanted`` or, if the body has that id already, ``wanted`` with the next free number.

        ``second`` is the number of the second one.
        """
        wanted = strip_underscores(wanted)
        made = wanted
        while made in self._ids:
            self._ids[wanted] += 1
            made = f"{wanted}-{self._ids[wanted]}"
        self._ids[made] = second - 1
        return made

    def _take_id(self, value: str) -> str:
        """Return the id that an element gets; "" for none."""
        own = strip_underscores(value)
        if not own or SHORTCODE in value or _SPACES.search(value) or own in self._ids:
            return ""
        self._ids[own] = 1
        return own


def parse_attributes(tag: str) -> dict[str, str]:
    """Return the attributes of a start tag, as browsers find them: of two with one name, the first.

    ``tag`` is what stands between the element's name and the ``>``. One without a value has "".
    """
    attributes: dict[str, str] = {}
    if tag:
        for name, *values in _ATTRIBUTE.findall(tag):
            attributes.setdefault(name.lower(), "".join(values))
    return attributes


def write_attributes(attributes: Attributes) -> str:
    """Return attributes as HTML, with a space before each."""
    return "".join(
        f" {name}" if name in _FLAGS else f' {name}="{value}"' for name, value in attributes.items()
    )


def is_aside(attributes: Attributes) -> bool:
    """Return whether an element with these attributes stands beside the running text."""
    return not _ASIDES.isdisjoint(attributes.get("class", "").split())


def make_kramdown_id(words: str) -> str:
    """Return the id that kramdown gives to a heading with ``words``: https://github.com/kramdown/parser-gfm.

    Letters, digits, underscores and hyphens stay, each space becomes a hyphen, and the rest goes.
    """
    return _NO_KRAMDOWN.sub("", words.lower()).replace(" ", "-").replace("\t", "-") or "section"


def strip_underscores(value: str) -> str:
    """Return an id without underscores at its end: ids that end in one are the layout's."""
    return value.rstrip("_")
