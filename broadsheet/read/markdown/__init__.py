"""Markdown to safe HTML; no state left behind.

A body goes through four steps, each in a module of its own:

1. ``markup``: Python-Markdown, with the syntax that Broadsheet adds, makes HTML of whatever was written.
2. ``safety``: nh3 keeps what an allowlist names, after every extension, raw HTML included.
3. ``finishing``: one pass over the tags that are left: headings, links, pictures, frames, ids.
4. ``typography``: in the same pass, quotes and dashes in running text.

A finished body knows neither the base path nor other articles: each attribute with a URL that stays
inside the site is left as a mark, which ``resolve`` replaces. Nothing here reads a file, asks whether a
link's target exists, or remembers one body while it renders the next.

``plain`` does the first two steps at once for copy that is simple enough, and in a fraction of the time. It
gives the same HTML or none.
"""

from __future__ import annotations

import html as markup_text
import re
from collections.abc import Callable
from dataclasses import dataclass

from broadsheet.common.model import Link
from broadsheet.common.problems import Problem
from broadsheet.read.markdown import plain
from broadsheet.read.markdown.finishing import VOID, Finisher
from broadsheet.read.markdown.safety import cleaned
from broadsheet.read.markdown.source import Source, TooTangled

_MARK = re.compile("\x02([a-z]+) ([^\x03]*)\x03")
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^<>"]|"[^"]*")*)>')
_PARAGRAPH_END = "</p>"


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedBody:
    """A finished body.

    ``html`` is safe and holds marks for ``resolve``; ``links`` are the files it names, in order;
    ``opening`` is plain text, the first 200 characters or so of running text; ``words`` counts.
    """

    html: str
    links: tuple[Link, ...]
    words: int
    opening: str
    problems: tuple[Problem, ...]


def render(
    text: str,
    *,
    path: str,
    first_line: int,
    language: str,
    frames: tuple[str, ...],
    pictures: tuple[str, ...],
) -> RenderedBody:
    """Return the finished body of the article at ``path``, whose Markdown is ``text``.

    ``first_line`` is the line of the file on which ``text`` begins. ``frames`` and ``pictures`` are
    the hosts that may be framed and whose pictures may be shown. What is wrong is in ``problems``;
    no text makes it raise.
    """
    source = Source(text, path=path, first_line=first_line)
    clean = plain.html(source.markdown)
    if clean is None:
        clean = _converted(source)
    return _finished(source, clean, language=language, frames=frames, pictures=pictures)


def render_in_full(
    text: str,
    *,
    path: str,
    first_line: int,
    language: str,
    frames: tuple[str, ...],
    pictures: tuple[str, ...],
) -> RenderedBody:
    """Return what ``render`` returns, made by Python-Markdown and nh3 whatever the text: what is right."""
    source = Source(text, path=path, first_line=first_line)
    return _finished(source, _converted(source), language=language, frames=frames, pictures=pictures)


def targets(
    text: str,
    *,
    path: str,
    first_line: int,
    language: str,
    frames: tuple[str, ...],
    pictures: tuple[str, ...],
) -> tuple[tuple[str, int, int], ...]:
    """Return every place that the body names, as ``resolve`` is asked for it, with its line and column.

    Absolute URLs are among them, as they stand in the page.
    """
    source = Source(text, path=path, first_line=first_line)
    clean = plain.html(source.markdown)
    if clean is None:
        clean = _converted(source)
    _finished(source, clean, language=language, frames=frames, pictures=pictures)
    # Another one, since the first has looked for some of them already.
    places = Source(text, path=path, first_line=first_line)
    return tuple((target, *places.place(written)) for written, target in source.targets)


def _converted(source: Source) -> str:
    # Whoever only resolves marks, or has only plain copy, does without Python-Markdown and nh3, which take
    # longer to load than all the rest.
    from broadsheet.read.markdown.converter import converted  # noqa: PLC0415

    try:
        return cleaned(converted(source.markdown, path=source.path))
    except TooTangled as tangle:
        source.complain_of_tangle(tangle)
        return source.as_plain_paragraphs()


def _finished(
    source: Source, clean: str, *, language: str, frames: tuple[str, ...], pictures: tuple[str, ...]
) -> RenderedBody:
    finisher = Finisher(source, language=language, frames=frames, pictures=pictures)
    finished = finisher.finish(clean)
    return RenderedBody(
        html=source.restored(finished),
        links=tuple(source.links),
        words=finisher.words(),
        opening=finisher.opening(),
        problems=tuple(source.problems),
    )


def resolve(html: str, attributes: Callable[[str, str], str]) -> str:
    """Return ``html`` with each mark replaced by what ``attributes`` returns for its name and target.

    ``attributes("href", "content/2019/flood.md#water")`` returns the text of one or more attributes,
    escaped: ``href="/2019/05/07/flood/#water"``.
    """
    return _MARK.sub(lambda mark: attributes(mark[1], markup_text.unescape(mark[2])), html)


def led(html: str, dateline_html: str) -> str:
    """Return ``html`` with the dateline before the first words of its running text.

    It is put into the first paragraph that stands in no other element and has words; a body without
    such a paragraph gets one for it, at the top. An empty dateline changes nothing.
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
        if depth == 1 and tag[2] == "p":
            end = html.find(_PARAGRAPH_END, tag.end())
            if _TAG.sub("", html[tag.end() : end]).strip():
                return f"{html[: tag.end()]}{span} {html[tag.end() :]}"
    return f"<p>{span}</p>\n{html}"
