"""Videos and posts of other sites: which links are stills, and what could be put in their place."""

# ruff: noqa: E501 - addresses are written as they stand

from __future__ import annotations

import pytest

from broadsheet.read import markdown
from broadsheet.read.markdown.embeds import find_embed

_FRAMES = ("www.youtube-nocookie.com", "social.example", "maps.example")
_WATCH = "https://www.youtube.com/watch?v=a_b-c"
_PICTURE = '<img src="content/still.jpg" alt="Cars" loading="lazy">'


def _frame(url: str, ratio: str) -> str:
    return f'data-frame="{url}" data-ratio="{ratio}"'


_SHOWN = _frame("https://www.youtube-nocookie.com/embed/a_b-c", "16/9")


def _render(text: str, *, frames: tuple[str, ...] = _FRAMES, at_once: bool = False) -> str:
    options = markdown.MarkdownOptions(language="en", frames=frames, frames_at_once=at_once, pictures=())
    body = markdown.render(text, options, path="content/a.md", first_line=1)
    assert body.problems == ()
    assert body == markdown.render_in_full(text, options, path="content/a.md", first_line=1)
    return markdown.resolve(body.html, lambda name, target: f'{name}="{target}"')


@pytest.mark.parametrize(
    ("url", "name", "frame"),
    [
        (_WATCH, "YouTube", "https://www.youtube-nocookie.com/embed/a_b-c"),
        ("https://youtu.be/a_b-c?t=95s", "YouTube", "https://www.youtube-nocookie.com/embed/a_b-c?start=95"),
        (
            "https://m.youtube.com/watch?list=x&v=abc&t=7",
            "YouTube",
            "https://www.youtube-nocookie.com/embed/abc?start=7",
        ),
        ("https://youtube.com/shorts/abc", "YouTube", "https://www.youtube-nocookie.com/embed/abc"),
        ("https://vimeo.com/123456", "Vimeo", "https://player.vimeo.com/video/123456"),
        ("https://social.example/@ana/1234", "@ana@social.example", "https://social.example/@ana/1234/embed"),
        ("https://bsky.app/profile/ana.example/post/3k", "Bluesky", ""),
        ("https://x.com/ana/status/12?s=20", "X", "https://platform.twitter.com/embed/Tweet.html?id=12"),
        ("https://www.instagram.com/p/Ab-1/", "Instagram", "https://www.instagram.com/p/Ab-1/embed/"),
    ],
)
def test_a_video_or_a_post_is_known_by_its_address(url: str, name: str, frame: str) -> None:
    found = find_embed(url)
    assert found
    assert (found.name, found.frames[:1]) == (name, (frame,) if frame else ())


@pytest.mark.parametrize(
    "url",
    ["https://www.youtube.com/", "https://www.youtube.com/@ana", "https://vimeo.com/ana", "https://x.com/ana",
     "https://example.org/?u=https://youtu.be/abc", "https://youtu.be.example.org/abc", "mailto:a@youtu.be"],
)  # fmt: skip
def test_any_other_address_is_none(url: str) -> None:
    assert find_embed(url) is None


def _still(label: str, url: str = _WATCH, shown: str = _SHOWN, host: str = "youtube.com") -> str:
    return f'<a href="{url}" class="embed" {shown}>{label} <small>{host}</small></a>'


_POST, _MAP = "https://social.example/@ana/12", "https://maps.example/1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_WATCH, f"<p>{_still('YouTube')}</p>"),
        (f"<{_WATCH}>", f"<p>{_still('YouTube')}</p>"),
        (f"[The *bridge*]({_WATCH})", f"<p>{_still('The <em>bridge</em>')}</p>"),
        (
            f'[![Cars](still.jpg "On Sunday.")]({_WATCH})',
            f"<figure>{_still(_PICTURE)}<figcaption>On Sunday.</figcaption></figure>",
        ),
        (
            _POST,
            f"<p>{_still('@ana@social.example', _POST, _frame(f'{_POST}/embed', '4/5'), 'social.example')}</p>",
        ),
        (
            f'<iframe src="{_MAP}" title="A map" width="600" height="450"></iframe>',
            _still("A map", _MAP, _frame(_MAP, "600/450"), "maps.example"),
        ),
        (
            '<iframe src="https://www.youtube-nocookie.com/embed/a_b-c"></iframe>',
            _still("YouTube", host="youtube-nocookie.com"),
        ),
    ],
)
def test_a_link_alone_in_its_paragraph_is_a_still_and_so_is_a_frame(text: str, expected: str) -> None:
    assert _render(text) == expected


def test_without_its_host_among_the_frames_a_still_is_nothing_but_a_link() -> None:
    card = f'<p><a href="{_WATCH}" class="embed">YouTube <small>youtube.com</small></a></p>'
    assert _render(_WATCH, frames=()) == card
    assert _render('<iframe src="https://maps.example/1" title="A map"></iframe>', frames=()) == (
        '<a href="https://maps.example/1">A map</a>'
    )


@pytest.mark.parametrize(
    "text",
    [f"See {_WATCH}", f"[This]({_WATCH}), they say.", f"[a](b.pdf) [c]({_WATCH})", f"`{_WATCH}`", "[a](https://example.org/)"],
)  # fmt: skip
def test_a_link_among_words_stays_one(text: str) -> None:
    assert "embed" not in _render(text)


def test_frames_can_load_with_the_page() -> None:
    frame = '<iframe src="https://maps.example/1" title="maps.example" loading="lazy"></iframe>'
    assert _render('<iframe src="https://maps.example/1"></iframe>', at_once=True) == frame


def test_no_author_says_where_a_frame_leads() -> None:
    text = f'<p><a href="{_WATCH}" data-frame="https://evil.example/" data-alone="" class="embed">a</a> b</p>'
    assert _render(text) == f'<p><a href="{_WATCH}" class="embed">a</a> b</p>'
