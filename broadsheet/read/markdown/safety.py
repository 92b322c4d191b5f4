"""The HTML that an author may write: an allowlist, which nh3 applies to what Markdown rendered.

nh3 parses as browsers do, so what it returns is well formed: each element is closed; quotes, ``&``, ``<`` and
``>`` are escaped in attributes; text has no bare ``<``. ``finishing`` relies on that.
"""

from __future__ import annotations

import functools
import html as html_text
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from broadsheet.read.markdown.attributes import parse_attributes
from broadsheet.read.markdown.body_text import FORBIDDEN, UnrenderableError, remove_forbidden
from broadsheet.read.markdown.raw_html import DROPPED_WHOLE

SCHEMES = frozenset({"http", "https", "mailto", "tel"})

_BLOCKS = (
    "address article aside blockquote caption center col colgroup dd details dir div dl dt figcaption "
    "figure footer h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot "
    "th thead tr ul"
)
_INLINE = (
    "a abbr acronym b bdi bdo br cite code del dfn em i img ins kbd mark q rp rt ruby s samp small span "
    "strike strong sub sup time tt u var wbr"
)
_EMBEDS = "audio iframe source track video"
TAGS = frozenset(f"{_BLOCKS} {_INLINE} {_EMBEDS}".split())

_MARKUP = re.compile(
    rf"<!--.*?-->|<({'|'.join(sorted(DROPPED_WHOLE))})\b.*?</\1\s*>"
    r"""|<[A-Za-z/!?](?:[^<>"']|"[^"]*"|'[^']*')*>""",
    re.DOTALL | re.IGNORECASE,
)
_SIMPLE_TAG = re.compile(r"<[^<>]*>")
_QUOTED_WORDS = 8

_ATTRIBUTES = {
    "*": "align class dir id lang style title",
    "a": "href name",
    "audio": "loop src",
    "col": "span",
    "colgroup": "span",
    "del": "datetime",
    "details": "open",
    "iframe": "allowfullscreen height src width",
    "img": "alt height src width",
    "ins": "datetime",
    "li": "value",
    "ol": "reversed start type",
    "source": "src type",
    "td": "colspan rowspan",
    "th": "colspan rowspan scope",
    "time": "datetime",
    "track": "default kind label src srclang",
    "video": "height loop muted poster src width",
}

# Formatting elements: HTML parsers reopen those that are not closed in every block that follows.
_FORMATTING = re.compile(r"<(/?)(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)\b", re.IGNORECASE)
_UNCLOSED = 100
_MANY_TAGS = 1000
# How deep elements may stand in each other: HTML parsers look at all that are open for each tag. Those of
# ``_CLOSED_BY_NEXT`` end where the next begins.
_DEEPEST = 200
_CLOSED_BY_NEXT = "dd|dt|li|optgroup|option|p|rp|rt|tbody|td|tfoot|th|thead|tr"
_VOID = "area|base|bgsound|br|col|embed|frame|hr|image|img|input|keygen|link|meta|param|source|track|wbr"
_NESTING = re.compile(rf"<(/?)(?!(?:{_CLOSED_BY_NEXT}|{_VOID})\b)[a-z]", re.IGNORECASE)

# Which attributes of an element say what readers follow or see. Of the last three elements nothing stays.
_ADDRESSES = {
    "a": ("href",),
    "audio": ("src",),
    "iframe": ("src",),
    "img": ("src",),
    "source": ("src",),
    "track": ("src",),
    "video": ("src", "poster"),
    "area": ("href",),
    "embed": ("src",),
    "object": ("data",),
}
_OTHERS = ("area", "embed", "object", "video")
_WITHOUT_ADDRESS = re.compile(
    r'<(?:a|audio|iframe|img|source|track|video)(?: (?!(?:href|src)=)[^\s"=<>]++="[^"<>]*+")*>'
)
# Without re.IGNORECASE, which makes the search fifty times as slow.
_ELSEWHERE_ADDRESSED = re.compile(
    "<(?:" + "|".join("".join(f"[{c}{c.upper()}]" for c in name) for name in _OTHERS) + r")\b"
)
# Where scripts that load late find it, or the document itself.
_HIDDEN_ADDRESS = re.compile(r"data(?:-\w+)*-src|srcdoc")
_START_TAG = re.compile(r"<([A-Za-z]+)(?=[\s/>])(.*)>", re.DOTALL)

_TAG_NAME = re.compile(r"<([A-Za-z][^\s/>]*)")
_AGAIN = 4


class LostAddress(NamedTuple):
    """The address of an element, as the author means it; None if it has none. ``tag`` is its start tag.

    ``hidden`` is whether another attribute may have an address, for a script that loads it late.
    """

    element: str
    written: str | None
    tag: str
    hidden: bool


def sanitize(raw: str) -> str:
    """Return ``raw`` HTML with only what the allowlist names, well formed.

    Raises ``UnrenderableError`` if the result would be disproportionately large.
    """
    if raw.count("<") > _MANY_TAGS:
        ends = [tag[1] for tag in _FORMATTING.finditer(raw)]
        if 2 * ends.count("") - len(ends) > _UNCLOSED:
            raise UnrenderableError(f"more than {_UNCLOSED} tags such as <b> or <a> are never closed")
        depth = 0
        for tag in _NESTING.finditer(raw):
            depth = max(0, depth - 1) if tag[1] else depth + 1
            if depth > _DEEPEST:
                raise UnrenderableError(f"tags stand in each other more than {_DEEPEST} deep")
    clean = _load_cleaner()
    html = clean(raw)
    # Once an element that is not allowed is gone, its content may not be allowed where it now is.
    if not TAGS.issuperset(map(str.lower, _TAG_NAME.findall(raw))):
        for _ in range(_AGAIN):
            before, html = html, clean(html)
            if html == before:
                break
    return remove_forbidden(html).replace("<p></p>", "")


def find_lost_words(raw: str, clean: str) -> str:
    """Return the first words of ``raw`` HTML that ``clean``, which was made of it, lacks; "" if it has all.

    The words of elements that are dropped with their content do not count. Spaces and the order of words
    may differ: what stands between the rows of a table, HTML puts before it.
    """
    # Nearly always this is enough: a body whose tags are not that simple differs.
    before, after = _SIMPLE_TAG.sub("", raw), _SIMPLE_TAG.sub("", clean)
    if before == after or html_text.unescape(before) == html_text.unescape(after):
        return ""
    after = _squeeze(after)
    pieces = _MARKUP.sub("\0", raw).split("\0")
    before = _squeeze("".join(pieces))
    for piece in dict.fromkeys(pieces):
        words = _squeeze(piece)
        if words and before.count(words) > after.count(words):
            return " ".join(html_text.unescape(piece).split()[:_QUOTED_WORDS])
    return ""


def find_lost_addresses(raw: str, clean: str) -> tuple[LostAddress, ...]:
    """Return the addresses of links, pictures, frames and media in ``raw`` HTML that ``clean`` lacks.

    nh3 drops an address whose scheme no page may have, and one that browsers cannot read at all. A picture
    that has no address to begin with is lost too, as is what has it in another attribute (``data-src``).
    What is in elements that are dropped with their content does not count.
    """
    if not (_WITHOUT_ADDRESS.search(clean) or _ELSEWHERE_ADDRESSED.search(raw)):
        return ()
    kept = Counter((each.element, each.written) for each in _addresses(clean))
    lost = []
    for each in _addresses(raw):
        if each.written is not None and kept[each.element, each.written]:
            kept[each.element, each.written] -= 1
        elif each.written is not None or each.element == "img" or each.hidden:
            lost.append(each)
    return tuple(lost)


def _addresses(markup: str) -> Iterator[LostAddress]:
    """Yield the address of each element that may have one; None for an element that has none."""
    for found in _MARKUP.finditer(markup):
        tag = _START_TAG.match(found[0])
        names = _ADDRESSES.get(tag[1].lower(), ()) if tag else ()
        if tag is None or not names:
            continue
        attributes = parse_attributes(tag[2])
        hidden = any(map(_HIDDEN_ADDRESS.fullmatch, attributes))
        written = [html_text.unescape(attributes[name]) for name in names if name in attributes]
        for each in written or (None,):
            yield LostAddress(tag[1].lower(), each, tag[0], hidden)


def _squeeze(markup: str) -> str:
    return "".join(FORBIDDEN.sub("", html_text.unescape(markup)).split())


@functools.cache
def _load_cleaner() -> Callable[[str], str]:
    import nh3  # noqa: PLC0415 - not needed where marks are only resolved

    return nh3.Cleaner(
        tags=TAGS,
        clean_content_tags=DROPPED_WHOLE,
        attributes={name: frozenset(words.split()) for name, words in _ATTRIBUTES.items()},
        link_rel=None,
        url_schemes=SCHEMES,
        filter_style_properties=frozenset({"text-align"}),
    ).clean
