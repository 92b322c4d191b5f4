"""Feeds: of everything in three formats, of a facet in Atom.

A feed says where it stands: the same words also at an address that it has moved away from.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from html import escape
from typing import TYPE_CHECKING

from broadsheet.archive.questions.site import EXISTS
from broadsheet.common import languages
from broadsheet.common.feed_ids import make_feed_id
from broadsheet.common.files import STATIC
from broadsheet.common.keys import EVERYTHING, FacetKey
from broadsheet.common.urls import feed_output, is_page
from broadsheet.plan.listings import has_front
from broadsheet.plan.output import Output
from broadsheet.plan.plan import Want
from broadsheet.plan.units import FacetUnit, RedirectUnit
from broadsheet.render import formats
from broadsheet.render.outputs.kind import on_every_site
from broadsheet.settings.plan_settings import PlanSettings

if TYPE_CHECKING:
    from broadsheet.render import views
    from broadsheet.render.formats.feeds import Display
    from broadsheet.render.inputs import RenderInputs

_STYLE = f"{STATIC}/feed.css"
_CORRECTIONS = FacetKey("correction")
_ATOM_PATH, _RSS_PATH, _JSON_PATH = "atom.xml", "rss.xml", "feed.json"
# Kind and subject of the feeds whose paths do not depend on the archive.
_FIXED = {
    _ATOM_PATH: ("atom", str(EVERYTHING)),
    _RSS_PATH: ("rss", ""),
    _JSON_PATH: ("json_feed", ""),
    feed_output(*_CORRECTIONS): ("atom", str(_CORRECTIONS)),
}


def find_feed(settings: PlanSettings, path: str) -> tuple[str, str] | None:
    """Return kind and subject of the output that is a feed at ``path``, None if there can be none."""
    if path in _FIXED:
        return _FIXED[path]
    slug = path.removesuffix("/atom.xml").rpartition("/")[2]
    kinds = (kind for kind in settings.feeds_kinds if slug and feed_output(kind, slug) == path)
    kind_of_facet = next(kinds, None)
    # Languages have no folder: any short address might be that of one.
    if kind_of_facet is None or (kind_of_facet == "language" and not _may_be_a_language(slug)):
        return None
    return "atom", str(FacetKey(kind_of_facet, slug))


def _may_be_a_language(slug: str) -> bool:
    return slug == languages.key(slug) and languages.is_language(slug)


def _moved(name: str) -> Callable[[RedirectUnit, PlanSettings], Iterator[Output]]:
    """Return what yields the feeds of one kind that have moved: their very bytes stand at the old address."""

    def moved(unit: RedirectUnit, settings: PlanSettings) -> Iterator[Output]:
        target = settings.redirects.get(unit.output)
        if target is None:
            return
        new = target.removeprefix("/").partition("#")[0]
        for old, source in _old_feeds(settings, unit.output, new):
            feed = find_feed(settings, source)
            if feed and feed[0] == name:
                yield Output(old, *feed)

    return moved


def _old_feeds(settings: PlanSettings, old: str, new: str) -> Iterator[tuple[str, str]]:
    """Yield where feeds stand because ``old`` redirects to ``new``, each with the feed that it may be.

    A page that sends browsers on is of no use to a reader of feeds. So a page that redirects to a feed has it
    beside itself, ``feed/index.xml``: servers can answer ``/feed/`` with that. A facet takes its feed along.
    """
    if not is_page(old):
        yield old, new
        return
    if not is_page(new):
        yield f"{old.rpartition('.')[0]}.{new.rpartition('.')[2]}", new
    feed = f"{old.removesuffix('index.html')}atom.xml"
    if find_feed(settings, feed):
        yield feed, f"{new.removesuffix('index.html')}atom.xml" if is_page(new) else new


def _of_facet(unit: FacetUnit, settings: PlanSettings) -> Iterator[Output]:
    if has_front(unit, settings) and settings.feeds(unit.key.kind):
        yield ATOM.output(feed_output(*unit.key), unit.key)


def _render_atom(inputs: RenderInputs, output: Output) -> bytes:
    key = FacetKey.parse(output.subject)
    feed, where = _feed(inputs, key), _ATOM_PATH if key == EVERYTHING else feed_output(*key)
    bodies = _bodies(inputs, feed) if key == EVERYTHING else {}
    return formats.feeds.write_atom(feed, inputs.urls.permalink(where), bodies, _display(inputs, feed))


def _render_rss(inputs: RenderInputs, _output: Output) -> bytes:
    feed = _feed(inputs, EVERYTHING)
    bodies = _bodies(inputs, feed) if inputs.recorder.setting("feeds_full_text") else {}
    return formats.feeds.write_rss(feed, inputs.urls.permalink(_RSS_PATH), bodies, _display(inputs, feed))


def _render_json(inputs: RenderInputs, _output: Output) -> bytes:
    feed = _feed(inputs, EVERYTHING)
    return formats.feeds.write_json_feed(feed, inputs.urls.permalink(_JSON_PATH), _bodies(inputs, feed))


def _feed(inputs: RenderInputs, key: FacetKey) -> views.Feed:
    # A build that renders nothing loads neither.
    from broadsheet.render import words  # noqa: PLC0415
    from broadsheet.render.views import Feed  # noqa: PLC0415

    site, facet = inputs.site, inputs.views.facets.build(key)
    length = int(inputs.recorder.setting("feeds_length"))
    tags: dict[str, tuple[views.Facet, ...]] = {}
    if key == _CORRECTIONS:
        articles = tuple(map(_as_correction, inputs.views.articles.list_newest(key, length)))
    else:
        articles = inputs.views.articles.list_fed(key, length)
        # In the feeds of facets, of which there are thousands, they would be a third of the bytes.
        found = inputs.views.articles.list_fed_tags(key, length) if key == EVERYTHING else ()
        tags = {article.path: theirs for article, theirs in zip(articles, found, strict=False)}
    home = site.permalink if key == EVERYTHING else facet.permalink
    language = key.slug if key.kind == "language" else site.language
    name = facet.name or words.look_up(inputs.recorder.word_table(language), "kinds", key.kind, "index")
    return Feed(
        id=make_feed_id(site.authority, *key),
        title=site.title if key == EVERYTHING else " | ".join(filter(None, (name, site.title))),
        subtitle=site.tagline,
        permalink=home,
        home=home,
        language=language,
        updated=max((max(each.date, each.updated or each.date) for each in articles), default=None),
        facet=facet,
        articles=articles,
        tags=tags,
    )


def _display(inputs: RenderInputs, feed: views.Feed) -> Display:
    """Return how browsers show a feed: with the site's style sheet for feeds, if there is one."""
    from broadsheet.render import words  # noqa: PLC0415 - as in ``_feed``

    if not inputs.recorder.ask(EXISTS, _STYLE):
        return formats.feeds.Display()
    table, page = inputs.recorder.word_table(feed.language), inputs.site.feeds_page
    look_up = words.look_up
    return formats.feeds.Display(
        style=inputs.urls.url(_STYLE.removeprefix(f"{STATIC}/")),
        notice=look_up(table, "feeds", "notice"),
        more=look_up(table, "feeds", "more"),
        more_url=page,
    )


def _bodies(inputs: RenderInputs, feed: views.Feed) -> dict[str, str]:
    """Return the text of each article, with its corrections where its page has them."""
    bodies = {}
    for teaser in feed.articles:
        path = teaser.path
        body = inputs.views.articles.build_body(path, inputs.target(path), absolute=True)
        above, below = _notes(inputs, teaser) if teaser.corrections else ("", "")
        bodies[path] = "\n".join(filter(None, (above, body, below)))
    return bodies


def _notes(inputs: RenderInputs, teaser: views.Teaser) -> tuple[str, str]:
    """Return the corrections of an article that stand above its text and below it, as HTML, newest first."""
    from broadsheet.common import date_format  # noqa: PLC0415 - as in ``_feed``
    from broadsheet.render import words  # noqa: PLC0415

    language = inputs.recorder.page_language(teaser.language)
    table, pattern = inputs.recorder.word_table(language), inputs.recorder.pattern("date", language)
    places: dict[bool, list[str]] = {True: [], False: []}
    for note in reversed(teaser.corrections):
        day = date_format.format_date(note.day, pattern, language)
        kind = words.look_up(table, "notes", note.kind)
        heading = words.look_up(table, "comma").join(filter(None, (kind, day)))
        told = " ".join(
            f"<{tag}>{escape(each, quote=False)}</{tag}>" if tag else escape(each, quote=False)
            for tag, each in (("", note.text), ("del", note.was), ("ins", note.is_now))
            if each
        )
        text = f"<p><strong>{escape(heading, quote=False)}:</strong> {told}</p>"
        places[note.kind in inputs.site.corrections_top].append(text)
    return "\n".join(places[True]), "\n".join(places[False])


def _as_correction(teaser: views.Teaser) -> views.Teaser:
    """Return an article as the feed of corrections has it: what was noted, when, under an id of its own."""
    notes = teaser.corrections or (teaser.retracted,)
    moment = max(note.date for note in notes if note)
    texts = (note.statement for note in teaser.corrections) if teaser.corrections else (teaser.summary,)
    return dataclasses.replace(
        teaser,
        id=f"{teaser.id}:correction:{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}",
        date=moment,
        updated=None,
        summary=" ".join(texts),
        picture=None,
    )


ATOM = on_every_site(
    "atom",
    _ATOM_PATH,
    _render_atom,
    bound="1, and one for each section, tag and author: 2 + t + a",
    subject=EVERYTHING,
    wants=(Want(FacetUnit, _of_facet), Want(RedirectUnit, _moved("atom"))),
    media_type="application/atom+xml",
    group="feeds",
)
RSS = on_every_site(
    "rss",
    _RSS_PATH,
    _render_rss,
    bound="1",
    wants=(Want(RedirectUnit, _moved("rss")),),
    media_type="application/rss+xml",
    group="feeds",
)
JSON_FEED = on_every_site(
    "json_feed",
    _JSON_PATH,
    _render_json,
    bound="1",
    wants=(Want(RedirectUnit, _moved("json_feed")),),
    media_type="application/feed+json",
    group="feeds",
)
KINDS = (ATOM, RSS, JSON_FEED)
