"""The author's own HTML in a body: which ``<`` begins a tag, and which is text.

As in CommonMark (https://spec.commonmark.org/0.31.2/#raw-html) a ``<`` begins a tag only if the whole tag is
there. Beyond CommonMark its name must be that of an element of HTML, so ``<laughs>`` is words. What is text
is kept from Markdown, whose HTML parser would take in what follows.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# Elements whose words are not meant for readers, or make no sense without the element.
DROPPED_WHOLE = frozenset(
    [
        "datalist",
        "math",
        "noembed",
        "noframes",
        "noscript",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
    ]
)
# All that follows one of these is its content, up to its end tag.
_SWALLOWING = DROPPED_WHOLE.union(("audio", "iframe", "video", "xmp"))
# The elements of HTML, https://html.spec.whatwg.org/multipage/indices.html#elements-3, and those it had,
# https://html.spec.whatwg.org/multipage/obsolete.html#non-conforming-features.
_OTHER_NAMES = (
    "a abbr acronym address applet area article aside b base basefont bdi bdo bgsound big blink "
    "blockquote body br button canvas caption center cite code col colgroup command data dd del "
    "details dfn dialog dir div dl dt em embed fieldset figcaption figure font footer form frame frameset "
    "h1 h2 h3 h4 h5 h6 head header hgroup hr html i image img input ins isindex kbd keygen label legend "
    "li link listing main map mark marquee menu menuitem meta meter multicol nav nextid nobr object ol "
    "optgroup option output p param picture pre progress q rb rp rt rtc ruby s samp search section slot "
    "small source spacer span strike strong sub summary sup table tbody td tfoot th thead time tr track "
    "tt u ul var wbr"
)
ELEMENTS = _SWALLOWING.union(_OTHER_NAMES.split())

_NAME = r"[A-Za-z][A-Za-z0-9]*"
# Any other word without a value, as in ``<b of the bank>``, is a word.
_WITHOUT_VALUE = (
    "allowfullscreen async autofocus autoplay border checked compact controls declare default defer "
    "disabled download hidden inert ismap itemscope loop multiple muted nohref noresize noshade novalidate "
    "nowrap open playsinline readonly required reversed scoped seamless selected typemustmatch"
)
_VALUE = r"""\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++)"""
_ATTRIBUTE = rf"""(?:[^\s"'=<>/]++{_VALUE}|(?:{_WITHOUT_VALUE.replace(" ", "|")}|[a-z]+-[a-z-]+)(?=[\s/>]))"""
_ATTRIBUTES = rf"(?:\s+{_ATTRIBUTE})*\s*+/?+"
# With an attribute, but not written by the rules. It ends all the same where it seems to end.
_SLOPPY = r"""[\s/](?=[^<>]*=)(?:[^<>"']|"[^"<>]*+"|'[^'<>]*+')*"""
_TAG = re.compile(rf"<(?:(?P<start>{_NAME})(?:{_ATTRIBUTES}|{_SLOPPY})|/(?P<end>{_NAME})\s*)>", re.IGNORECASE)
# A word processor's element, such as ``<o:p>``; a declaration.
_OTHER = re.compile(rf"</?{_NAME}:{_NAME}[^<>]*>|<![A-Za-z][^<>]*>")
# An address, in a link or for itself.
_ADDRESS = re.compile(
    r"(?:(?<=\]\()|(?<=\]:[ \n])|(?<=\]:))<[^<>\n]*>"
    r"|<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*>|<[^\s<>@]+@[^\s<>@]+>"
)
COMMENT = "!--"
# What else is no text, with its end. ``<!-->`` is a comment too.
_DELIMITED = {"<!--": "-->", "<?": "?>", "<![CDATA[": "]]>"}
# Code: a fence to its end, in whatever list or quotation it is, and what is between backticks in a paragraph.
CODE = (
    r"^(?:[ >]|[-+*][ ]|[0-9]{1,9}[.)][ ])*(?P<fence>~{3,}|`{3,})[^`\n]*\n(?s:.*?\n)??[ >]*(?P=fence)[ ]*$"
    r"|(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n)(?s:.))*?(?<!`)(?P=ticks)(?!`)"
)
# What matters, in order: code, an escape, a ``<``.
_MARK = re.compile(rf"{CODE}|\\[\\`]|(?P<escape>\\<)|(?P<tag><)", re.MULTILINE)
_INDENTS = ("    ", "\t")


class Unclosed(NamedTuple):
    """What is never closed: the offset of its ``<`` in the text, and its name; a comment's is ``COMMENT``."""

    at: int
    name: str


def keep_text(markdown: str, placeholder: str) -> tuple[str, tuple[Unclosed, ...]]:
    """Return ``markdown`` with ``placeholder`` for each ``<`` that is text, and what is never closed.

    In code every ``<`` is text. So is one after a backslash, which goes. Of several elements of one name that
    are never closed only the first is returned, since the others are in it.
    """
    tags = _Tags(markdown)
    pieces: list[str] = []
    kept = at = 0
    while mark := _MARK.search(markdown, at):
        begin, at = mark.span()
        if mark["tag"]:
            address = _ADDRESS.match(markdown, begin)
            end = address.end() if address else tags.find_end(begin)
            if end:
                at = end
                continue
            new = placeholder
        elif mark["escape"]:
            new = placeholder
        elif mark["fence"] or mark["ticks"]:
            new = mark[0].replace("<", placeholder)
        else:
            continue
        pieces += (markdown[kept:begin], new)
        kept = at
    return "".join((*pieces, markdown[kept:])), tuple(tags.unclosed)


def find_markup_end(text: str, at: int) -> int:
    """Return where the HTML ends that begins at ``at``, in a text from ``keep_text``; 0 if none does.

    An element that would swallow what follows ends with its tag if its end tag is not in ``text``.
    """
    end = _Tags(text).find_end(at)
    if end:
        return end
    tag = _TAG.match(text, at)
    return tag.end() if tag and tag["start"] and tag["start"].lower() in _SWALLOWING else 0


class _Tags:
    """Tells the tags of a text, from its beginning to its end, and knows what is never closed.

    What does not end one element does not end the next of its name: nothing is searched for twice, so that
    the time is linear in the text.
    """

    def __init__(self, markdown: str) -> None:
        self.unclosed: list[Unclosed] = []
        self._markdown = markdown
        self._endless: set[str] = set()

    def find_end(self, at: int) -> int:
        """Return where the HTML that begins at ``at`` ends, 0 if none begins there."""
        markdown = self._markdown
        for begin, end in _DELIMITED.items():
            if markdown.startswith(begin, at):
                return self._find_end_of(begin[1:], at, re.compile(re.escape(end)), at + 2)
        other = _OTHER.match(markdown, at)
        if other:
            return other.end()
        tag = _TAG.match(markdown, at)
        name = (tag["start"] or tag["end"]).lower() if tag else ""
        if tag is None or name not in ELEMENTS:
            return 0
        if tag["end"] or name not in _SWALLOWING:
            return tag.end()
        return self._find_end_of(name, at, re.compile(rf"</{name}\s*>", re.IGNORECASE), tag.end())

    def _find_end_of(self, name: str, at: int, end: re.Pattern[str], after: int) -> int:
        found = None if name in self._endless else end.search(self._markdown, after)
        if found:
            return found.end()
        # What is meant for other programs is text if it has no end. In an indented line it may be code.
        line = self._markdown.rfind("\n", 0, at) + 1
        swallows = name in _SWALLOWING or name == COMMENT
        if swallows and name not in self._endless and not self._markdown.startswith(_INDENTS, line):
            self.unclosed.append(Unclosed(at, name))
        self._endless.add(name)
        return 0
