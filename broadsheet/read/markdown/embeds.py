"""Videos and posts of other sites: a link alone in its paragraph, and what could be shown in its place.

A body has nothing but the link. With its address comes that of the page to put into a frame, if the site
allows frames of that host; the theme's script puts it there when a reader clicks. Nothing here asks another
site.
"""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from broadsheet.read.markdown.attributes import Attributes

# What marks, in safe HTML, a link that is alone in its paragraph. No author can write it: it is no
# attribute of safe HTML.
ALONE = "data-alone"

_ID = r"(?P<id>[A-Za-z0-9_-]+)"
_END = r"/?(?:[?&#][^\s]*)?"
_TALL = "4/5"


class Provider(NamedTuple):
    """A site with videos or posts: what one is called, what its address looks like, and the frames with it.

    Addresses are without scheme and ``www.``; ``page`` is where a reader finds what a frame's address shows.
    ``moment`` is what follows a frame's address to begin at a second.
    """

    name: str
    address: re.Pattern[str]
    frames: tuple[str, ...]
    page: str = ""
    ratio: str = "16/9"
    moment: str = ""


# https://developers.google.com/youtube/player_parameters, https://developer.vimeo.com/player/sdk/embed,
# https://docs.joinmastodon.org/api/oembed/, https://docs.bsky.app/docs/advanced-guides/oembed,
# https://developer.x.com/en/docs/x-for-websites, https://developers.facebook.com/docs/instagram/oembed
_PROVIDERS = (
    Provider(
        "YouTube",
        re.compile(
            rf"(?:(?:m\.|music\.)?youtube(?:-nocookie)?\.com/(?:watch\?(?:[^\s#]*&)?v=|shorts/|live/|embed/)|youtu\.be/)"
            rf"{_ID}{_END}"
        ),
        ("https://www.youtube-nocookie.com/embed/{id}", "https://www.youtube.com/embed/{id}"),
        "https://www.youtube.com/watch?v={id}",
        moment="?start={}",
    ),
    Provider(
        "Vimeo",
        re.compile(rf"(?:player\.)?vimeo\.com/(?:video/)?(?P<id>[0-9]+){_END}"),
        ("https://player.vimeo.com/video/{id}",),
        "https://vimeo.com/{id}",
    ),
    Provider(
        "Bluesky",
        re.compile(rf"bsky\.app/profile/(?P<name>[A-Za-z0-9.:-]+)/post/{_ID}{_END}"),
        (),
        ratio=_TALL,
    ),
    Provider(
        "X",
        re.compile(rf"(?:x|(?:mobile\.)?twitter)\.com/[A-Za-z0-9_]+/status/(?P<id>[0-9]+){_END}"),
        ("https://platform.twitter.com/embed/Tweet.html?id={id}",),
        ratio=_TALL,
    ),
    Provider(
        "Instagram",
        re.compile(rf"instagram\.com/(?P<kind>p|reel|tv)/{_ID}{_END}"),
        ("https://www.instagram.com/{kind}/{id}/embed/",),
        ratio=_TALL,
    ),
    # Every server of Mastodon has a host of its own.
    Provider(
        "{name}@{host}",
        re.compile(rf"(?P<host>[a-z0-9.-]+)/(?P<name>@[A-Za-z0-9_.-]+)/(?P<id>[0-9]+){_END}"),
        ("https://{host}/{name}/{id}/embed",),
        ratio=_TALL,
    ),
)
_SECOND = re.compile(r"[?&](?:t|start)=([0-9]+)s?(?=[&#]|\Z)")
_START = re.compile(r"https?://(?:www\.)?(?=\S)")
_MAYBE = ("<p>http", '<p><a href="http', '><a href="http')
_PARAGRAPH = re.compile(
    r"(?P<begin><p>|<figure[^<>]*>)"
    r'(?:<a (?P<linked>href="(?P<href>https?://[^"<>]+)"[^<>]*)>'
    r"(?P<label>(?:[^<>]|<(?!/?(?:a|p|figure)\b)[^<>]*>)+)</a>(?=</p>|</figure>|<figcaption)"
    r"|(?P<bare>https?://[^\s<>\"]+)(?=</p>))"
)


class Embed(NamedTuple):
    """What could be shown in place of a link: what it is called, and its frames, the better ones first.

    ``page`` is its address for readers, where a frame's address says which that is; ``ratio`` is that of
    width to height.
    """

    name: str
    frames: tuple[str, ...]
    page: str
    ratio: str


def find_embed(url: str) -> Embed | None:
    """Return what can be embedded from ``url``; None if it is no video and no post."""
    start = _START.match(url)
    rest = url[start.end() :] if start else ""
    for provider in _PROVIDERS if rest else ():
        found = provider.address.fullmatch(rest)
        if found:
            parts = found.groupdict()
            second = _SECOND.search(rest)
            moment = provider.moment.format(second[1]) if second else ""
            return Embed(
                provider.name.format_map(parts),
                tuple(frame.format_map(parts) + moment for frame in provider.frames),
                provider.page.format_map(parts),
                provider.ratio,
            )
    return None


def mark_alone(clean: str) -> str:
    """Return safe HTML with each link to a video or post marked that is all of its paragraph or figure.

    An address alone, without any marks, becomes such a link.
    """
    return _PARAGRAPH.sub(_mark, clean) if any(each in clean for each in _MAYBE) else clean


def _mark(found: re.Match[str]) -> str:
    address = found["href"] or found["bare"]
    embed = find_embed(html.unescape(address))
    if embed is None:
        return found[0]
    label = found["label"] or address
    if html.unescape(label).rstrip("/") == html.unescape(address).rstrip("/"):
        label = embed.name
    linked = found["linked"] or f'href="{address}"'
    return f'{found["begin"]}<a {linked} {ALONE}="">{label}</a>'


def describe_frame(frame: str, ratio: str) -> dict[str, str]:
    """Return the attributes from which the theme's script makes a frame in place of a link."""
    return {"data-frame": html.escape(frame), "data-ratio": ratio}


def find_ratio(attributes: Attributes) -> str:
    """Return the ratio of a frame's width to its height, as written; "16/9" where it is not."""
    width, height = attributes.get("width", ""), attributes.get("height", "")
    return f"{width}/{height}" if width.isdecimal() and height.isdecimal() and int(height) else "16/9"


def show_host(url: str) -> str:
    """Return what a link says of where it leads: the host of ``url``, as HTML."""
    host = re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]
    return f" <small>{html.escape(host.removeprefix('www.'))}</small>"
