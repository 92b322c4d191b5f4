"""The tags of elements that depend on their attributes: links, pictures, frames, media and a few more.

What a reader's browser would fetch from elsewhere becomes a link, unless the site names its host.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import ClassVar

from broadsheet.common.pictures import BODY
from broadsheet.read.markdown.attributes import (
    Attributes,
    AttributeWriter,
    parse_attributes,
    strip_underscores,
    write_attributes,
)
from broadsheet.read.markdown.body_text import BodyText, MarkdownOptions
from broadsheet.read.markdown.embeds import (
    ALONE,
    describe_frame,
    find_embed,
    find_ratio,
    mark_alone,
    show_host,
)
from broadsheet.read.markdown.links import (
    LinkResolver,
    Noun,
    is_external,
    write_url_attribute,
)

_FRAME = re.compile(r"(<iframe[^<>]*>).*?</iframe>", re.DOTALL)
_MEDIA = re.compile(r"<(/?)(audio|video)\b([^<>]*)>")
_MEDIA_PART = re.compile(r"<(source|track)([^<>]*)>")
# The label of a link to a picture that has no alternative text.
_PICTURE = {
    "ar": "صورة",
    "az": "Şəkil",
    "cs": "Obrázek",
    "de": "Bild",
    "es": "Imagen",
    "fa": "تصویر",
    "fr": "Image",
    "ja": "画像",
    "ka": "სურათი",
    "pl": "Zdjęcie",
    "pt": "Imagem",
    "ru": "Изображение",
    "tr": "Görsel",
    "uk": "Зображення",
    "zh": "图片",
}


class SpecialTags:
    """Writes these tags in one body: those of the elements in ``NAMES``.

    ``open_links`` counts the links that have begun and not ended.
    """

    def __init__(self, body: BodyText, attributes: AttributeWriter, options: MarkdownOptions) -> None:
        """Write for ``body``, the attributes with ``attributes``."""
        self.open_links = 0
        self._attributes = attributes.write
        self._select = attributes.select
        self._links = LinkResolver(body, options.site)
        self._language = options.language
        self._frames = frozenset(options.frames)
        self._frames_at_once = options.frames_at_once
        self._pictures = frozenset(options.pictures)

    def simplify_embeds(self, clean: str) -> str:
        """Return safe HTML with empty frames, and with media of the site only; others become links.

        Links to videos and posts are marked.
        """
        clean = mark_alone(clean)
        if "<iframe" in clean:
            clean = _FRAME.sub(r"\1</iframe>", clean)
        if "<audio" in clean or "<video" in clean:
            clean = _simplify_media(clean, self._links)
        return clean

    def write(self, name: str, attributes: Attributes, parent: str) -> tuple[str, str]:
        """Return the start and the end tag of an element in ``parent``, both empty if it has none."""
        return self._WRITERS[name](self, name, attributes, parent)

    def _link(self, _name: str, attributes: Attributes, _parent: str) -> tuple[str, str]:
        if self.open_links:
            return "", ""
        href = attributes.get("href", "")
        target = self._links.resolve(href, "link") if "href" in attributes else None
        # Most links have no other attribute.
        rest = {} if href and len(attributes) == 1 else self._select(_name_place(attributes))
        if target is None:
            return (f"<span{write_attributes(rest)}>", "</span>") if "id" in rest else ("", "")
        if target.startswith("#"):
            target = "#" + strip_underscores(target[1:])
        self.open_links += 1
        embed = find_embed(target) if ALONE in attributes else None
        if embed:
            frame = next((each for each in embed.frames if _is_allowed(each, self._frames)), "")
            return self._still(target, attributes, frame, embed.ratio), f"{show_host(target)}</a>"
        return f"<a {write_url_attribute('href', target)}{write_attributes(rest)}>", "</a>"

    def _picture(self, _name: str, attributes: Attributes, _parent: str) -> tuple[str, str]:
        alt = attributes.get("alt", "")
        # What was no address at all is gone, and known: see ``safety.find_lost_addresses``.
        if "src" not in attributes:
            return alt, ""
        target = self._links.resolve(attributes.get("src", ""), "picture", BODY)
        if target is None:
            return alt, ""
        if is_external(target) and not _is_allowed(target, self._pictures):
            return self._link_instead(target, alt or self._name_picture()), ""
        if "alt" not in attributes:
            attributes = {**attributes, "alt": ""}
        src = write_url_attribute("src", target)
        return f'<img {src}{self._attributes(attributes)} loading="lazy">', ""

    def _frame(self, _name: str, attributes: Attributes, _parent: str) -> tuple[str, str]:
        if "src" not in attributes:
            return "", ""
        target = self._links.resolve_web(attributes.get("src", ""), "frame")
        if target is None:
            return "", ""
        embed = find_embed(target)
        page = embed.page if embed and embed.page else target
        title = attributes.get("title", "") or (embed.name if embed else _label(attributes, target))
        if not _is_allowed(target, self._frames):
            return self._link_instead(page, title), ""
        if not (self._frames_at_once or self.open_links):
            still = self._still(page, {}, target, find_ratio(attributes))
            host = show_host(target) if embed or "title" in attributes else ""
            return f"{still}{title}{host}</a>", ""
        if "title" not in attributes:
            attributes = {**attributes, "title": title}
        src = write_url_attribute("src", target)
        return f'<iframe {src}{self._attributes(attributes)} loading="lazy">', "</iframe>"

    def _media(self, name: str, attributes: Attributes, _parent: str) -> tuple[str, str]:
        marks = []
        for attribute in ("src", "poster"):
            value = attributes.get(attribute, "")
            noun: Noun = "picture" if attribute == "poster" else "audio" if name == "audio" else "video"
            target = self._links.resolve(value, noun) if value else None
            if target is not None and is_external(target):
                self._links.leave_out(value, noun)
            elif target is not None:
                marks.append(f" {write_url_attribute(attribute, target)}")
        return f"<{name} controls{''.join(marks)}{self._attributes(attributes)}>", f"</{name}>"

    def _media_part(self, name: str, attributes: Attributes, parent: str) -> tuple[str, str]:
        if parent not in {"audio", "video"}:
            return "", ""
        noun: Noun = "track" if name == "track" else "audio" if parent == "audio" else "video"
        target = self._links.resolve(attributes.get("src", ""), noun)
        if target is None or is_external(target):
            return "", ""
        return f"<{name} {write_url_attribute('src', target)}{self._attributes(attributes)}>", ""

    def _time(self, _name: str, attributes: Attributes, _parent: str) -> tuple[str, str]:
        rest = self._select(attributes)
        tag = "time" if "datetime" in rest else "span"
        return f"<{tag}{write_attributes(rest)}>", f"</{tag}>"

    def _direction(self, _name: str, attributes: Attributes, _parent: str) -> tuple[str, str]:
        rest = self._select(attributes)
        tag = "bdo" if "dir" in rest else "span"
        return f"<{tag}{write_attributes(rest)}>", f"</{tag}>"

    def _centered(self, _name: str, attributes: Attributes, _parent: str) -> tuple[str, str]:
        return f"<div{self._attributes(attributes, 'align-center')}>", "</div>"

    def _link_instead(self, target: str, label: str) -> str:
        return label if self.open_links else f"<a {write_url_attribute('href', target)}>{label}</a>"

    def _still(self, target: str, attributes: Attributes, frame: str, ratio: str) -> str:
        """Return the start tag of a link in whose place a reader's click puts a frame, unless it is empty."""
        rest = self._select(attributes, "embed") | (describe_frame(frame, ratio) if frame else {})
        return f"<a {write_url_attribute('href', target)}{write_attributes(rest)}>"

    def _name_picture(self) -> str:
        return _PICTURE.get(self._language.partition("-")[0].casefold(), "Picture")

    _WRITERS: ClassVar[dict[str, Callable[[SpecialTags, str, Attributes, str], tuple[str, str]]]] = {
        "a": _link,
        "audio": _media,
        "bdo": _direction,
        "center": _centered,
        "iframe": _frame,
        "img": _picture,
        "source": _media_part,
        "time": _time,
        "track": _media_part,
        "video": _media,
    }
    NAMES = frozenset(_WRITERS)


def _simplify_media(clean: str, links: LinkResolver) -> str:
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
            made += [clean[done : begin.start()], _playable(begin, inner, links)]
            done = tag.end()
    return "".join([*made, clean[done:]])


def _playable(begin: re.Match[str], inner: str, links: LinkResolver) -> str:
    """Return an audio or video element with only those sources and tracks that are the site's own.

    One that has only sources elsewhere becomes a link, and of one without any the words in it stay.
    """
    noun: Noun = "audio" if begin[2] == "audio" else "video"
    name, attributes = begin[2], parse_attributes(begin[3])
    parts = [
        (part[0], src, part[1])
        for part in _MEDIA_PART.finditer(inner)
        if (src := parse_attributes(part[2]).get("src"))
    ]
    own = attributes.get("src", "")
    sources = [own] if own else [src for _, src, kind in parts if kind == "source"]
    if any(src and not links.leaves_site(src) for src in sources):
        kept = []
        for part, src, kind in parts:
            if src and not links.leaves_site(src) and not (own and kind == "source"):
                kept.append(part)
            elif kind == "track":
                links.leave_out(src, "track")
        return f"<{name}{begin[3]}>{''.join(kept)}</{name}>"
    for src in sources:
        target = links.resolve_web(src, noun)
        if target is not None:
            return f'<a href="{html.escape(target)}">{_label(attributes, target)}</a>'
    return _MEDIA.sub("", _MEDIA_PART.sub("", inner))


def _name_place(attributes: Attributes) -> Attributes:
    """Return a link's attributes with an id, as places in a page were named before HTML 4: ``<a name=…>``."""
    if "name" not in attributes or "id" in attributes:
        return attributes
    return {("id" if name == "name" else name): value for name, value in attributes.items()}


def _label(attributes: Attributes, target: str) -> str:
    """Return the title among ``attributes``, else the host of ``target``."""
    return attributes.get("title", "") or html.escape(target.split("/")[2])


def _is_allowed(target: str, hosts: frozenset[str]) -> bool:
    scheme, _, rest = target.partition("://")
    return scheme == "https" and re.split(r"[/?#]", rest, maxsplit=1)[0].lower() in hosts
