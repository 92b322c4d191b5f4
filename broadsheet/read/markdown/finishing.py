"""One pass over the tags of a safe body: headings, ids, links, pictures, frames, and the text between.

It takes what ``safety`` returns and relies on that being well formed. What it makes is valid HTML below
the one h1 of a page:

- Headings nest from h2 without gaps. Their anchors are the plain slug of their words, numbered from the
  second of its kind (``#water-levels-2``). No id in a body ends with an underscore: those are the layout's.
- Alignment, an attribute or a style, becomes a class: ``align-left``, ``-right``, ``-center``, ``-justify``.
- What a reader's browser would fetch from elsewhere is a link instead, unless the site names its host.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import NamedTuple

from broadsheet.common.slugs import slugify
from broadsheet.read.markdown.addresses import Addresses, elsewhere, is_external, leaves, spelled
from broadsheet.read.markdown.safety import TAGS
from broadsheet.read.markdown.source import SHORTCODE, STAND_INS, Source
from broadsheet.read.markdown.typography import Typographer

VOID = frozenset({"br", "col", "hr", "img", "source", "track", "wbr"})
_OPENING = 200

# A paragraph of nothing but words, as most are, is one token.
_TOKEN = re.compile(r"(?:<p>(?!\n<)([^<]++)</p>|<(/?)([a-z][a-z0-9]*)([^<>]*)>)([^<]*)")
_ATTRIBUTE = re.compile(r'([a-z_-]+)="([^"]*)"')
_FRAME = re.compile(r"(<iframe[^<>]*>).*?</iframe>", re.DOTALL)
_MEDIA = re.compile(r"<(/?)(audio|video)\b([^<>]*)>")
_MEDIA_PART = re.compile(r"<(source|track)([^<>]*)>")
_REFERENCE = re.compile(r'<sup id="fnref[^<>]*>.*?</sup>', re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_SUMMARY = re.compile(r"\s*<summary")
_SPACES = re.compile(r"\s+")

_INLINE = (
    "abbr acronym b bdi bdo cite code dfn em i kbd mark q rp rt ruby s samp small span strike strong sub sup "
    "time tt u var"
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
    "dd": ("dl",),
    "dt": ("dl",),
    "figcaption": ("figure",),
    "li": ("ol", "ul"),
    "rp": ("ruby",),
    "rt": ("ruby",),
    "summary": ("details",),
}
# What may stand right in these, and what is put around anything else.
_CHILDREN = {"ul": ("li",), "ol": ("li",), "dl": ("dt", "dd", "div")}
_CHILD = {"ul": "li", "ol": "li", "dl": "dd"}
_COMPLETED = frozenset({"dl", "ruby"})

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

# What a link to a picture without words is called.
_PICTURE = {
    "ar": "صورة",
    "az": "Şəkil",
    "de": "Bild",
    "es": "Imagen",
    "fr": "Image",
    "ru": "Изображение",
    "tr": "Görsel",
}


class _Kind(NamedTuple):
    """What there is to know of an element by its name.

    ``plain`` when its tags may stay as they are; ``parents`` are those it may stand in, if it cannot
    stand everywhere.
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


class _Open(NamedTuple):
    """An element that is open: where its start tag is in the output, its end tag, the name it stands under.

    ``end`` may change until then; after the end tag, it names the children where a later look at them is
    needed. ``wrap`` is the name of the element that was put around this one, if any.
    """

    at: int
    end: list[str]
    name: str
    kind: _Kind
    aside: bool
    wrap: str


def _kind(name: str) -> _Kind:
    tag = _RENAMED.get(name, name)
    return _Kind(
        tag=tag,
        start=f"<{tag}>",
        end=f"</{tag}>",
        block=name not in _NOT_BLOCKS,
        plain=name not in _HEADINGS | VOID | _SPECIAL,
        parents=_PARENTS.get(name, ()),
        verbatim=name in _VERBATIM,
        words_only=name in _WORDS_ONLY,
        aside=name in _ASIDE,
        inline=name in _INLINE_NAMES,
    )


_SPECIAL = frozenset({"a", "audio", "bdo", "center", "iframe", "img", "source", "time", "track", "video"})
_KINDS = {name: _kind(name) for name in TAGS}


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
        self._pen = Typographer(language)
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
            "center": self._centered,
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
            words, ends, name, attributes, text = token.groups()
            if words:
                self._paragraph(words)
            elif ends:
                self._end(name)
            else:
                self._begin(name, attributes)
                if (
                    name == "details"
                    and self._open[-1].name == name
                    and not _SUMMARY.match(clean, token.start(5))
                ):
                    self._out.append("<summary>…</summary>")
            if text == "\n":
                self._out.append(text)
                self._gap()
                self._pen.skip(text)
            elif text:
                after = ""
                if text[-1] in "\"'”" and (found := _NEXT_CHAR.match(clean, token.end())):
                    after = found[1]
                self._text(text, after)
        return "".join(self._out)

    def words(self) -> int:
        """Return how many words the body has."""
        text = "".join(self._texts)
        return len((STAND_INS.sub(" ", text) if SHORTCODE in text else text).split())

    def opening(self) -> str:
        """Return the first words of the running text, plain."""
        text = html.unescape(STAND_INS.sub(" ", "".join(self._running)))
        text = " ".join(self._source.restored_plain(text).split())
        if len(text) <= _OPENING:
            return text
        cut = text[:_OPENING]
        return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:\u2013\u2014-(") + "…"

    def _paragraph(self, words: str) -> None:
        if self._open:
            self._begin("p", "")
            self._text(words, "")
            self._end("p")
            return
        self._pen.begin()
        text = self._pen.write(words, "")
        self._pen.begin()
        self._out.append(f"<p>{text}</p>")
        self._texts += (" ", words, " ")
        if self._room > 0:
            self._running += (" ", text, " ")
            self._room -= len(text)

    def _text(self, text: str, after: str) -> None:
        self._texts.append(text)
        if self._verbatim:
            self._pen.skip(text)
        else:
            text = self._pen.write(text, after)
        child = _CHILD.get(self._open[-1].name) if self._open else None
        if child and not text.isspace():
            self._open[-1].end.append(child)
            self._out.append(f"<{child}>{text}</{child}>")
        else:
            self._out.append(text)
        if self._room > 0 and not self._aside:
            self._running.append(text)
            self._room -= len(text)

    def _begin(self, name: str, attributes: str) -> None:
        kind = _KINDS[name]
        if kind.block:
            self._begin_block()
        parent = self._open[-1].name if self._open else ""
        dropped = kind.block and self._words_only and not (name in _HEADINGS and parent == "summary")
        if dropped:
            start = end = ""
        elif kind.parents and parent not in kind.parents and not self._in_group(parent):
            tag = "div" if kind.block else "span"
            start, end = f"<{tag}{self._attributes(attributes)}>", f"</{tag}>"
        elif kind.plain and not attributes:
            start, end = kind.start, kind.end
        else:
            start, end = self._tags(name, kind, attributes)
        wrap = _CHILD.get(parent, "") if parent in _CHILDREN and name not in _CHILDREN[parent] else ""
        if name in VOID:
            self._out.append(f"<{wrap}>{start}</{wrap}>" if wrap else start)
            self._pen.skip("\n" if name == "br" else "\ufffc")
            self._gap()
            return
        if parent in _COMPLETED:
            self._open[-1].end.append(wrap or name)
        if wrap:
            self._out.append(f"<{wrap}>")
        aside = kind.aside or 'class="footnote' in attributes
        shown = start or end or (name in _HEADINGS and not dropped)
        opened = _Open(len(self._out), [end], kind.tag if shown else wrap or parent, kind, aside, wrap)
        self._out.append(start)
        self._open.append(opened)
        self._aside += aside
        self._words_only += kind.words_only
        self._verbatim += kind.verbatim
        if kind.inline:
            self._inline.append(opened)

    def _tags(self, name: str, kind: _Kind, attributes: str) -> tuple[str, str]:
        """Return the start tag and the end tag of an element that needs a closer look."""
        if name in _HEADINGS:
            # Its level and its id are known when it ends; until then its attributes stand for its end tag.
            return "", attributes
        if name in self._special:
            return self._special[name](name, attributes)
        end = "" if name in VOID else kind.end
        return f"<{kind.tag}{self._attributes(attributes)}>", end

    def _in_group(self, parent: str) -> bool:
        """Return whether what begins stands in a div that groups terms of a list of definitions."""
        return parent == "div" and len(self._open) > 1 and self._open[-2].name == "dl"

    def _begin_block(self) -> None:
        """Begin a block; take away the inline elements that would stand around it."""
        self._pen.begin()
        self._gap()
        for opened in self._inline:
            self._out[opened.at] = ""
            opened.end[0] = ""
        self._inline.clear()

    def _end(self, name: str) -> None:
        opened = self._open.pop()
        kind = opened.kind
        self._aside -= opened.aside
        self._words_only -= kind.words_only
        self._verbatim -= kind.verbatim
        if self._inline and self._inline[-1] is opened:
            self._inline.pop()
        if name in _HEADINGS and opened.name == name:
            self._end_heading(int(name[1]), opened)
        else:
            if name in _COMPLETED and opened.name == name:
                self._complete(name, opened)
            self._out.append(opened.end[0])
        if opened.wrap:
            self._out.append(f"</{opened.wrap}>")
        if name == "a" and opened.end[0] == "</a>":
            self._links -= 1
        if kind.block:
            self._pen.begin()
            self._gap()

    def _complete(self, name: str, opened: _Open) -> None:
        """Give a list of definitions the term or the definition that it lacks; ruby without notes is none."""
        children = opened.end[1:]
        if name == "ruby" and "rt" not in children:
            self._out[opened.at] = ""
            opened.end[0] = ""
        if name == "dl" and children[:1] not in (["dt"], ["div"]):
            self._out[opened.at] += "<dt></dt>"
        if name == "dl" and not {"dd", "div"}.intersection(children):
            self._out.append("<dd></dd>")

    def _gap(self) -> None:
        self._texts.append(" ")
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
            attributes = f' id="{self._new_id(slugify(html.unescape(words)))}"{attributes}'
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
        if not own or SHORTCODE in value or _SPACES.search(value) or own in self._ids:
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
        target = elsewhere(_value(attributes, "src"))
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
        begun: list[re.Match[str]] = []
        done = 0
        for tag in _MEDIA.finditer(clean):
            if not tag[1]:
                begun.append(tag)
                continue
            begin = begun.pop()
            if not begun:
                inner = clean[begin.end() : tag.start()]
                made += [clean[done : begin.start()], self._playable(begin, inner)]
                done = tag.end()
        return "".join([*made, clean[done:]])

    def _playable(self, begin: re.Match[str], inner: str) -> str:
        """Return an audio or video element with nothing in it but sources and tracks of the site itself.

        One that has only sources elsewhere becomes a link.
        """
        name, attributes = begin[2], begin[3]
        parts = [(part[0], _value(part[2], "src"), part[1]) for part in _MEDIA_PART.finditer(inner)]
        own = _value(attributes, "src")
        sources = [own] if own else [src for _, src, kind in parts if kind == "source"]
        if any(src and not leaves(src) for src in sources):
            kept = (
                part
                for part, src, kind in parts
                if src and not leaves(src) and not (own and kind == "source")
            )
            return f"<{name}{attributes}>{''.join(kept)}</{name}>"
        for src in sources:
            target = elsewhere(src)
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

    def _centered(self, name: str, attributes: str) -> tuple[str, str]:
        return f"<div{self._attributes(attributes, 'align-center')}>", "</div>"

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
    return value.rstrip("_")
