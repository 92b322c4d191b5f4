"""One pass over the tags of a safe body: headings, ids, links, pictures, frames, and the text between.

It takes what ``safety`` returns and relies on that being well formed. What it makes is valid HTML below
the one h1 of a page:

- Headings nest from h2 without gaps. Their anchors are the plain slug of their words, numbered from the
  second of its kind (``#water-levels-2``). No id in a body begins with ``page-``: those are the layout's.
- Alignment, an attribute or a style, becomes a class: ``align-left``, ``-right``, ``-center``, ``-justify``.
- What a reader's browser would fetch from elsewhere is a link instead, unless the site names its host.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import NamedTuple

from broadsheet.prose.addresses import Addresses, is_external, spelled
from broadsheet.prose.source import SHORTCODE, STAND_INS, Source
from broadsheet.prose.typography import Pen
from broadsheet.urls import slug

VOID = frozenset({"br", "col", "hr", "img", "source", "track", "wbr"})
LAYOUT_IDS = "page-"
_OPENING = 200

_TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)([^<>]*)>([^<]*)")
_ATTRIBUTE = re.compile(r'([a-z_-]+)="([^"]*)"')
_FRAME = re.compile(r"(<iframe[^<>]*>).*?</iframe>", re.DOTALL)
_MEDIA = re.compile(r"<(/?)(audio|video)\b([^<>]*)>")
_MEDIA_PART = re.compile(r"<(source|track)([^<>]*)>")
_REFERENCE = re.compile(r'<sup id="fnref[^<>]*>.*?</sup>', re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_SPACES = re.compile(r"\s+")

_INLINE = (
    "abbr acronym b bdi bdo cite code dfn em i kbd mark q rp rt ruby s samp small span strike strong sub sup time "
    "tt u var"
)
# These may stand around blocks, and around words.
_TRANSPARENT = "a audio del ins iframe video"
_INLINE_NAMES = frozenset(_INLINE.split())
_NOT_BLOCKS = _INLINE_NAMES | frozenset(_TRANSPARENT.split()) | {"br", "img", "wbr", "source", "track"}
_NEXT_CHAR = re.compile(rf"(?:</?(?:{'|'.join(sorted(_NOT_BLOCKS - {'br', 'img'}))})\b[^<>]*>)*([^<])")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# Only words may stand in these; a block in one of them is taken out from around its words.
_WORDS_ONLY = _HEADINGS | {"p", "pre", "summary"}
_VERBATIM = frozenset({"code", "kbd", "pre", "samp", "tt"})
# Not running text: the opening of an article is not made of these.
_ASIDE = _HEADINGS | {"caption", "figure", "pre", "summary", "table"}
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
    "dd": ("dl", "div"),
    "dt": ("dl", "div"),
    "figcaption": ("figure",),
    "li": ("ol", "ul"),
    "rp": ("ruby",),
    "rt": ("ruby",),
    "summary": ("details",),
}
_CHILDREN = {"ul": ("li",), "ol": ("li",), "dl": ("dt", "dd", "div")}

_ALIGNMENTS = {"left": "left", "right": "right", "center": "center", "middle": "center", "justify": "justify"}
_FLAGS = frozenset({"allowfullscreen", "default", "loop", "muted", "open", "reversed"})
_LANGUAGE = r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"
_DAY = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d)"
_COUNT = r"[1-9]\d{0,2}"
# What the values of attributes may be, by HTML's own rules; an attribute with another value is dropped.
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
        "type": r"[1aAiI]|[a-z]+/[A-Za-z0-9.+-]+",
        "width": r"\d{1,5}",
    }.items()
}

# What stands in for a picture without words, and what leads back from a footnote.
_PICTURE = {
    "ar": "صورة",
    "az": "Şəkil",
    "de": "Bild",
    "es": "Imagen",
    "fr": "Image",
    "ru": "Изображение",
    "tr": "Görsel",
}


class _Open(NamedTuple):
    """An element that is open: its own end tag, and what ends with it."""

    end: list[str]
    at: int
    name: str
    verbatim: bool
    words_only: bool
    aside: bool


class Finisher:
    """Finishes one body."""

    def __init__(
        self, source: Source, *, language: str, frames: tuple[str, ...], pictures: tuple[str, ...]
    ) -> None:
        """Finish what was written in ``source``, an article in ``language``."""
        self._source = source
        self._addresses = Addresses(source)
        self._language = language
        self._frames = frozenset(frames)
        self._pictures = frozenset(pictures)
        self._pen = Pen(language)
        self._out: list[str] = []
        self._open: list[_Open] = []
        self._inline: list[_Open] = []
        self._verbatim = self._words_only = self._aside = self._links = 0
        self._ids: dict[str, int] = {}
        self._outline: list[int] = []
        self._texts: list[str] = []
        self._running: list[str] = []
        self._room = _OPENING + 60
        self._special: dict[str, Callable[[str, str], tuple[str, str]]] = {
            "a": self._link,
            "audio": self._media,
            "bdo": self._direction,
            "iframe": self._frame,
            "img": self._picture,
            "source": self._media_part,
            "time": self._time,
            "track": self._media_part,
            "video": self._media,
        }

    def finish(self, clean: str) -> str:
        """Return ``clean``, safe HTML, finished."""
        if "<iframe" in clean:
            clean = _FRAME.sub(r"\1</iframe>", clean)
        if "<audio" in clean or "<video" in clean:
            clean = self._with_own_media(clean)
        begin = clean.find("<")
        self._text(clean if begin < 0 else clean[:begin], "")
        for token in _TOKEN.finditer(clean):
            ends, name, attributes, text = token.groups()
            if ends:
                self._end(name)
            else:
                self._begin(name, attributes)
                if name == "details" and not clean.startswith("<summary", _past_space(clean, token.start(4))):
                    self._out.append("<summary>…</summary>")
            if text:
                after = ""
                if text[-1] in "\"'”" and (found := _NEXT_CHAR.match(clean, token.end())):
                    after = found[1]
                self._text(text, after)
        return "".join(self._out)

    def words(self) -> int:
        """Return how many words the body has."""
        return len(STAND_INS.sub(" ", " ".join(self._texts)).split())

    def opening(self) -> str:
        """Return the first words of the running text, plain."""
        text = html.unescape(STAND_INS.sub(" ", "".join(self._running)))
        text = " ".join(self._source.restored_plain(text).split())
        if len(text) <= _OPENING:
            return text
        cut = text[:_OPENING]
        return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:–—-(") + "…"

    def _text(self, text: str, after: str) -> None:
        self._texts.append(text)
        if self._open and (children := _CHILDREN.get(self._open[-1].name)) and text.strip():
            child = children[-1] if children[-1] != "div" else "dd"
            self._out.append(f"<{child}>{self._pen.write(text, '')}</{child}>")
            return
        if self._verbatim:
            self._out.append(text)
            self._pen.skip(text)
        else:
            text = self._pen.write(text, after)
            self._out.append(text)
        if self._room > 0 and not self._aside:
            self._running.append(text)
            self._room -= len(text)

    def _begin(self, name: str, attributes: str) -> None:
        parent = self._open[-1].name if self._open else ""
        block = name not in _NOT_BLOCKS
        if block:
            self._begin_block()
        tag = _RENAMED.get(name, name)
        if block and self._words_only and name not in {"hr"}:
            start = end = tag = ""
        elif name in _PARENTS and parent not in _PARENTS[name]:
            tag = "div" if block else "span"
            start, end = f"<{tag}{self._attributes(attributes)}>", f"</{tag}>"
        elif name in _HEADINGS:
            # The heading's level and id are known when it ends.
            start, end = "", attributes
        elif name in self._special:
            start, end = self._special[name](name, attributes)
        elif attributes or name == "center":
            extra = "align-center" if name == "center" else ""
            start, end = f"<{tag}{self._attributes(attributes, extra)}>", f"</{tag}>"
        else:
            start, end = f"<{tag}>", f"</{tag}>"
        if parent in _CHILDREN and name not in _CHILDREN[parent]:
            child = "li" if parent != "dl" else "dd"
            start, end = f"<{child}>{start}", f"{end}</{child}>"
        if name in VOID:
            if end.endswith(("</li>", "</dd>")):
                start += end[-5:]
            self._out.append(start)
            self._pen.skip("\n" if name == "br" else "\ufffc")
            if self._room > 0:
                self._running.append(" ")
            return
        aside = name in _ASIDE or 'class="footnote' in attributes
        words_only = name in _WORDS_ONLY
        verbatim = name in _VERBATIM
        opened = _Open([end], len(self._out), tag or parent, verbatim, words_only, aside)
        self._out.append(start)
        self._open.append(opened)
        self._verbatim += verbatim
        self._words_only += words_only
        self._aside += aside
        if name in _INLINE_NAMES:
            self._inline.append(opened)

    def _begin_block(self) -> None:
        """End what ended with the block before; take inline elements away that would stand around a block."""
        self._pen.begin()
        if self._room > 0:
            self._running.append(" ")
        for opened in self._inline:
            self._out[opened.at] = ""
            opened.end[0] = ""
        self._inline.clear()

    def _end(self, name: str) -> None:
        opened = self._open.pop()
        self._verbatim -= opened.verbatim
        self._words_only -= opened.words_only
        self._aside -= opened.aside
        if self._inline and self._inline[-1] is opened:
            self._inline.pop()
        end = opened.end[0]
        if name in _HEADINGS and opened.name == name:
            self._end_heading(int(name[1]), opened)
            end = ""
        elif name == "a" and end:
            self._links -= 1
        self._out.append(end)
        if name not in _NOT_BLOCKS:
            self._pen.begin()
            if self._room > 0:
                self._running.append(" ")

    def _end_heading(self, written: int, opened: _Open) -> None:
        inner = "".join(self._out[opened.at + 1 :])
        words = STAND_INS.sub(" ", _TAG.sub("", _REFERENCE.sub("", inner))).strip()
        if not words and "<img" not in inner:
            return
        while self._outline and self._outline[-1] >= written:
            self._outline.pop()
        self._outline.append(written)
        level = min(len(self._outline) + 1, 6)
        attributes = self._attributes(opened.end[0])
        if ' id="' not in attributes and words:
            attributes = f' id="{self._new_id(slug(html.unescape(words)))}"{attributes}'
        self._out[opened.at] = f"<h{level}{attributes}>"
        self._out.append(f"</h{level}>")

    def _new_id(self, wanted: str) -> str:
        """Return ``wanted``, or when the body has it already, ``wanted`` with the next free number."""
        wanted = _own_id(wanted)
        made = wanted
        while made in self._ids:
            self._ids[wanted] += 1
            made = f"{wanted}-{self._ids[wanted]}"
        self._ids[made] = 1
        return made

    def _attributes(self, attributes: str, extra: str = "") -> str:
        """Return the attributes that stay, written as HTML with a space before each."""
        classes = [extra] if extra else []
        made = []
        for name, value in _ATTRIBUTE.findall(attributes):
            if name == "class":
                classes += value.split()
            elif name in {"align", "style"}:
                side = _ALIGNMENTS.get(value.removeprefix("text-align:").strip(" ;").lower())
                classes += [f"align-{side}"] if side else []
            elif name == "id":
                made += self._id(value)
            elif name in _FLAGS:
                made.append(f" {name}")
            elif name in _VALUES and _VALUES[name].fullmatch(value):
                made.append(f' {name}="{value}"')
        if classes:
            made.append(f' class="{" ".join(dict.fromkeys(classes))}"')
        return "".join(made)

    def _id(self, value: str) -> list[str]:
        own = _own_id(value)
        if not value or SHORTCODE in value or _SPACES.search(value) or own in self._ids:
            return []
        self._ids[own] = 1
        return [f' id="{own}"']

    def _link(self, name: str, attributes: str) -> tuple[str, str]:
        href = _value(attributes, "href")
        if self._links:
            return "", ""
        target = self._addresses.target(href, embedded=False) if href else None
        rest = self._attributes(attributes)
        if target is None:
            return (f"<span{rest}>", "</span>") if ' id="' in rest else ("", "")
        if target.startswith("#"):
            target = "#" + _own_id(target[1:])
        self._links += 1
        return f"<a {spelled('href', target)}{rest}>", "</a>"

    def _picture(self, name: str, attributes: str) -> tuple[str, str]:
        alt = _value(attributes, "alt")
        target = self._addresses.target(_value(attributes, "src"), embedded=True)
        if target is None:
            return alt, ""
        if is_external(target) and not self._allowed(target, self._pictures):
            return self._instead(target, alt or self._word_for_picture()), ""
        if ' alt="' not in attributes:
            attributes += ' alt=""'
        return f'<img {spelled("src", target)}{self._attributes(attributes)} loading="lazy">', ""

    def _frame(self, name: str, attributes: str) -> tuple[str, str]:
        target = self._addresses.elsewhere(_value(attributes, "src"))
        if target is None:
            return "", ""
        title = _value(attributes, "title") or html.escape(target.split("/")[2])
        if not self._allowed(target, self._frames):
            return self._instead(target, title), ""
        if ' title="' not in attributes:
            attributes += f' title="{title}"'
        return f'<iframe {spelled("src", target)}{self._attributes(attributes)} loading="lazy">', "</iframe>"

    def _media(self, name: str, attributes: str) -> tuple[str, str]:
        marks = []
        for attribute in ("src", "poster"):
            value = _value(attributes, attribute)
            target = self._addresses.target(value, embedded=True) if value else None
            if target is not None and not is_external(target):
                marks.append(f" {spelled(attribute, target)}")
        return f"<{name} controls{''.join(marks)}{self._attributes(attributes)}>", f"</{name}>"

    def _media_part(self, name: str, attributes: str) -> tuple[str, str]:
        if not self._open or self._open[-1].name not in {"audio", "video"}:
            return "", ""
        target = self._addresses.target(_value(attributes, "src"), embedded=True)
        if target is None or is_external(target):
            return "", ""
        return f"<{name} {spelled('src', target)}{self._attributes(attributes)}>", ""

    def _with_own_media(self, clean: str) -> str:
        made = []
        depth = done = 0
        for tag in _MEDIA.finditer(clean):
            if tag[1]:
                depth -= 1
                if depth == 0:
                    made.append(self._playable(begin, clean[begin.end() : tag.start()]))
                    done = tag.end()
                continue
            if depth == 0:
                begin = tag
                made.append(clean[done : tag.start()])
            depth += 1
        return "".join([*made, clean[done:]])

    def _playable(self, begin: re.Match[str], inner: str) -> str:
        """Return an audio or video element with nothing in it but sources and tracks of the site itself.

        One that has only sources elsewhere becomes a link.
        """
        name, attributes = begin[2], begin[3]
        parts = [(part[0], _value(part[2], "src"), part[1]) for part in _MEDIA_PART.finditer(inner)]
        own = _value(attributes, "src")
        sources = [own] if own else [src for _, src, kind in parts if kind == "source"]
        if any(src and not self._addresses.leaves(src) for src in sources):
            kept = (
                part
                for part, src, kind in parts
                if src and not self._addresses.leaves(src) and not (own and kind == "source")
            )
            return f"<{name}{attributes}>{''.join(kept)}</{name}>"
        for src in sources:
            target = self._addresses.elsewhere(src)
            if target is not None:
                label = _value(attributes, "title") or html.escape(target.split("/")[2])
                return f'<a href="{html.escape(target)}">{label}</a>'
        return ""

    def _time(self, name: str, attributes: str) -> tuple[str, str]:
        rest = self._attributes(attributes)
        return (f"<time{rest}>", "</time>") if " datetime=" in rest else (f"<span{rest}>", "</span>")

    def _direction(self, name: str, attributes: str) -> tuple[str, str]:
        rest = self._attributes(attributes)
        return (f"<bdo{rest}>", "</bdo>") if " dir=" in rest else (f"<span{rest}>", "</span>")

    def _instead(self, target: str, label: str) -> str:
        return label if self._links else f"<a {spelled('href', target)}>{label}</a>"

    def _word_for_picture(self) -> str:
        return _PICTURE.get(self._language.partition("-")[0].casefold(), "Picture")

    def _allowed(self, target: str, hosts: frozenset[str]) -> bool:
        scheme, _, rest = target.partition("://")
        return scheme == "https" and re.split(r"[/?#]", rest, maxsplit=1)[0].lower() in hosts


def _value(attributes: str, name: str) -> str:
    """Return the value of one attribute as it stands in HTML, empty when there is none."""
    begin = attributes.find(f' {name}="')
    if begin < 0:
        return ""
    begin += len(name) + 3
    return attributes[begin : attributes.index('"', begin)]


def _own_id(value: str) -> str:
    return f"text-{value}" if value.startswith(LAYOUT_IDS) else value


def _past_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
