"""The attributes of a body's elements, checked and written anew, and the ids that are unique in it."""

from __future__ import annotations

import re

from broadsheet.read.markdown.body_text import SHORTCODE

# The class of an empty element that stands for the list of headings.
CONTENTS = "toc"

_ATTRIBUTE = re.compile(r'([a-z_-]+)="([^"]*)"')
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

    def write(self, attributes: str, extra_class: str = "") -> str:
        """Return the valid ones of ``attributes`` as HTML, with a space before each.

        Alignment becomes a class; ``extra_class`` comes before the element's own classes.
        """
        classes = [extra_class] if extra_class else []
        made = []
        for name, value in _ATTRIBUTE.findall(attributes):
            if name == "class":
                classes += value.split()
            elif name in {"align", "style"}:
                side = _ALIGNMENTS.get(value.removeprefix("text-align:").strip(" ;").lower())
                classes += [f"align-{side}"] if side else []
            elif name == "id":
                made += self._take_id(value)
            elif name in _FLAGS:
                made.append(f" {name}")
            elif name in _VALUES and _VALUES[name].fullmatch(value):
                made.append(f' {name}="{value}"')
        if classes:
            made.append(f' class="{" ".join(dict.fromkeys(classes))}"')
        return "".join(made)

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

    def _take_id(self, value: str) -> list[str]:
        own = strip_underscores(value)
        if not own or SHORTCODE in value or _SPACES.search(value) or own in self._ids:
            return []
        self._ids[own] = 1
        return [f' id="{own}"']


def read_attribute(attributes: str, name: str) -> str:
    """Return the value of one attribute as it is in HTML; "" if there is none."""
    begin = attributes.find(f' {name}="')
    if begin < 0:
        return ""
    begin += len(name) + 3
    return attributes[begin : attributes.index('"', begin)]


def make_kramdown_id(words: str) -> str:
    """Return the id that kramdown gives to a heading with ``words``: https://github.com/kramdown/parser-gfm.

    Letters, digits, underscores and hyphens stay, each space becomes a hyphen, and the rest goes.
    """
    return _NO_KRAMDOWN.sub("", words.lower()).replace(" ", "-").replace("\t", "-") or "section"


def strip_underscores(value: str) -> str:
    """Return an id without underscores at its end: ids that end in one are the layout's."""
    return value.rstrip("_")
