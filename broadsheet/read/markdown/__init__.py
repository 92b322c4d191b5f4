"""Markdown to safe HTML; one body leaves nothing behind for the next.

A body goes through four steps, each in modules of its own. Before them, ``raw_html`` tells tags from text.

1. ``converter``: Python-Markdown, with the syntax that Broadsheet adds, converts it to HTML.
2. ``safety``: nh3 keeps what an allowlist names, after every extension, raw HTML included. No word may be
   lost on the way.
3. ``finishing``: one pass over the tags that are left: headings, links, pictures, frames, ids.
4. ``running_text``: in the same pass, ``typography`` sets quotes, dashes and spaces in running text.

A finished body knows neither the base path nor other articles: each attribute with a URL inside the site is
left as a mark, which ``resolve`` replaces. Nothing here reads a file or asks whether a link's target exists.

``plain`` does the first two steps for bodies that are simple enough, in a fraction of the time. It gives the
same HTML or none.
"""

from __future__ import annotations

import html as html_text
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from broadsheet.common.model import Link
from broadsheet.common.problems import Problem
from broadsheet.read.markdown import plain
from broadsheet.read.markdown.attributes import is_aside, parse_attributes
from broadsheet.read.markdown.body_text import BodyText, Dialect, MarkdownOptions, UnrenderableError
from broadsheet.read.markdown.elements import VOID
from broadsheet.read.markdown.finishing import Finisher
from broadsheet.read.markdown.links import add_lost
from broadsheet.read.markdown.pictures import Place, Shown, replace_pictures
from broadsheet.read.markdown.safety import find_lost_addresses, find_lost_words, sanitize
from broadsheet.settings.model import ReadSettings, Settings

__all__ = [
    "Dialect",
    "MarkdownOptions",
    "Place",
    "RenderedBody",
    "Shown",
    "find_targets",
    "insert_dateline",
    "list_targets",
    "make_options",
    "render",
    "render_in_full",
    "resolve",
]

_MARK = re.compile("\x02([a-z]+) ([^\x03]*)\x03")
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^<>"]|"[^"]*")*)>')
# What a picture leaves that leads nowhere and has no words.
_EMPTY = re.compile(r"<(figure|p)>\s*</\1>\n?")
_DEAD_PICTURE = re.compile("<img \x02src\x03([^<>]*)>")
_DEAD_LINK = re.compile("<a \x02href\x03([^<>]*)>(.*?)</a>", re.DOTALL)
_DEAD_PART = re.compile("<(?:source|track) \x02src\x03[^<>]*>")
_DEAD_MEDIA = re.compile(r"<(audio|video) controls \x02src\x03[^<>]*>(.*?)</\1>", re.DOTALL)
_DEAD_ATTRIBUTE = re.compile(" \x02[a-z]+\x03")
_PARAGRAPH_END = "</p>"


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedBody:
    """A finished body.

    ``html`` is safe and has marks for ``resolve``; ``links`` are the files that it names, in order;
    ``opening`` is plain text, the first 200 characters or so of running text; ``words`` is how many it has.
    ``findings`` are of what is published otherwise than it was written, as the settings want it.
    """

    html: str
    links: tuple[Link, ...]
    words: int
    opening: str
    problems: tuple[Problem, ...]
    findings: tuple[Problem, ...]


def make_options(settings: ReadSettings | Settings, language: str) -> MarkdownOptions:
    """Return how ``settings`` want a body in ``language`` to be read."""
    return MarkdownOptions(
        language=language,
        frames=settings.safety_frames,
        frames_at_once=settings.safety_frames_at_once,
        pictures=settings.safety_pictures,
        links=settings.content_links,
        dialect=Dialect(
            kramdown=settings.content_dialect == "kramdown",
            indented_code=settings.content_indented_code,
            autolinks=settings.content_autolinks,
        ),
        shortcodes=settings.content_shortcodes,
        site=settings.written_url,
    )


def render(text: str, options: MarkdownOptions, *, path: str, first_line: int) -> RenderedBody:
    """Return the finished body of the file at ``path``, whose Markdown is ``text``.

    ``first_line`` is the line of the file on which ``text`` begins. What is wrong is in ``problems``; no text
    makes it raise.
    """
    body = BodyText(text, path=path, first_line=first_line, shortcodes=options.shortcodes)
    return _finish(body, _to_safe_html(body, options.dialect), options)


def render_in_full(text: str, options: MarkdownOptions, *, path: str, first_line: int) -> RenderedBody:
    """Return what ``render`` returns, always made by Python-Markdown and nh3: this defines what is right."""
    body = BodyText(text, path=path, first_line=first_line, shortcodes=options.shortcodes)
    return _finish(body, _convert(body, options.dialect), options)


def find_targets(
    text: str, options: MarkdownOptions, *, path: str, first_line: int
) -> tuple[tuple[str, int, int], ...]:
    """Return every target that the body names, as ``resolve`` gets it, with its line and column.

    Absolute URLs are among them, as they are in the page.
    """
    places = BodyText(text, path=path, first_line=first_line)
    targets = list_targets(text, options, path=path)
    return tuple((target, *places.find_place(written)) for written, target in targets)


def list_targets(text: str, options: MarkdownOptions, *, path: str) -> tuple[tuple[str, str], ...]:
    """Return every address of the body that leads somewhere, as it is read there, with its target."""
    body = BodyText(text, path=path, first_line=1, shortcodes=options.shortcodes)
    _finish(body, _to_safe_html(body, options.dialect), options)
    return tuple(body.targets)


def _to_safe_html(body: BodyText, dialect: Dialect) -> str:
    clean = plain.convert(body.markdown, dialect)
    return _convert(body, dialect) if clean is None else clean


def _convert(body: BodyText, dialect: Dialect) -> str:
    # Python-Markdown takes longer to load than all the rest, and is not needed where marks are only resolved
    # or all bodies are plain.
    from broadsheet.read.markdown.converter import convert  # noqa: PLC0415

    try:
        raw, faults = convert(body.markdown, dialect, path=body.path)
        clean = sanitize(raw)
    except UnrenderableError as error:
        body.add_unrenderable(error)
        return body.to_paragraphs()
    for fault in faults:
        found = body.make_fault(
            fault.written,
            fault.occurrence,
            fault.message,
            fault.hint,
            begins_line=fault.begins_line,
            meant=fault.meant,
        )
        {"problem": body.problems, "finding": body.findings, "link": body.dead_links}[fault.sort].append(
            found
        )
    add_lost(body, find_lost_addresses(raw, clean))
    lost = find_lost_words(raw, clean)
    if lost:
        message = f'the words "{lost}" would be lost'
        body.add_problem(lost.split()[0], message, "Close the HTML before them, or write it as Markdown.")
    return clean


def _finish(body: BodyText, clean: str, options: MarkdownOptions) -> RenderedBody:
    finisher = Finisher(body, options)
    finished = finisher.finish(clean)
    if body.dead_links:
        finished = _EMPTY.sub("", finished)
    strict = options.links == "strict"
    return RenderedBody(
        html=body.restore(finished),
        links=tuple(body.links),
        words=finisher.text.count_words(),
        opening=finisher.text.cut_opening(body),
        problems=(*body.problems, *(body.dead_links if strict else ())),
        findings=(*body.findings, *(() if strict else body.dead_links)),
    )


def resolve(
    html: str,
    attributes: Callable[[str, str], str | None],
    show: Callable[[str, Mapping[str, str], Place], Shown | None] | None = None,
) -> str:
    """Return ``html`` with each mark replaced by what ``attributes`` returns for its name and target.

    ``attributes("href", "content/2019/flood.md#water")`` returns the text of one or more attributes,
    escaped: ``href="/2019/05/07/flood/#water"``; None if the target is not there. Then the words stay,
    without the link or the picture. ``show`` is for pictures, see ``replace_pictures``.
    """

    def replace(mark: re.Match[str]) -> str:
        made = attributes(mark[1], html_text.unescape(mark[2]))
        return f"\x02{mark[1]}\x03" if made is None else made

    resolved = _MARK.sub(replace, replace_pictures(html, show) if show else html)
    return _remove_dead(resolved) if "\x02" in resolved else resolved


def _remove_dead(html: str) -> str:
    """Return ``html`` without the elements whose target is not there."""
    html = _DEAD_PICTURE.sub(lambda tag: parse_attributes(tag[1]).get("alt", ""), html)
    html = _DEAD_LINK.sub(lambda link: f"<span{link[1]}>{link[2]}</span>" if link[1] else link[2], html)
    html = _DEAD_MEDIA.sub(r"\2", _DEAD_PART.sub("", html))
    return _EMPTY.sub("", _DEAD_ATTRIBUTE.sub("", html))


def insert_dateline(html: str, dateline_html: str) -> str:
    """Return ``html`` with the dateline before the first words of its running text.

    It goes into the first paragraph that is in no other element and has words, and is no side note or pull
    quote; a body without such a paragraph gets one for it, at the top. An empty dateline changes nothing.
    """
    if not dateline_html:
        return html
    span = f'<span class="dateline">{dateline_html}</span>'
    if html.startswith("<p>") and html[3:4].isalnum():
        return f"<p>{span} {html[3:]}"
    depth = 0
    for tag in _TAG.finditer(html):
        if tag[2] in VOID:
            continue
        if tag[1]:
            depth -= 1
            continue
        depth += 1
        if depth == 1 and tag[2] == "p" and not is_aside(parse_attributes(tag[3])):
            end = html.find(_PARAGRAPH_END, tag.end())
            if _TAG.sub("", html[tag.end() : end]).strip():
                return f"{html[: tag.end()]}{span} {html[tag.end() :]}"
    return f"<p>{span}</p>\n{html}"
