"""Articles: teasers, records and whole ones, and what is left of those that are gone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from markupsafe import Markup

from broadsheet.archive.facts import seconds
from broadsheet.archive.questions.articles import BODY, EXPIRED, STORY
from broadsheet.archive.questions.listings import FED, FED_TAGS, NEWEST, Teasers
from broadsheet.archive.questions.profiles import KEY_STORIES
from broadsheet.archive.questions.question import Slice
from broadsheet.archive.questions.records import RECORDS
from broadsheet.archive.questions.site import FACET_SETTING
from broadsheet.common.feed_ids import make_article_id
from broadsheet.common.keys import FacetKey, PeriodPart
from broadsheet.common.model import Correction, CorrectionKind, FacetKind, Retraction, Source
from broadsheet.common.pictures import CARD_SIZE, has_preview
from broadsheet.common.urls import CARD, beside, facet_output
from broadsheet.read.values.changes import mark_changes
from broadsheet.render import views
from broadsheet.render.recorder import DependencyRecorder
from broadsheet.render.view_builder.downloads import DownloadBuilder
from broadsheet.render.view_builder.facets import FacetBuilder
from broadsheet.render.view_builder.links import LinkResolver
from broadsheet.render.view_builder.periods import PeriodNamer
from broadsheet.render.view_builder.profiles import ProfileBuilder
from broadsheet.render.view_builder.reading import count_minutes, list_headings
from broadsheet.settings.fields import Scope, Shape, list_attributes


class NotFoundError(LookupError):
    """No article at this path is published, or nothing was taken down there."""


class ArticleBuilder:
    """Builds articles and what other pages show of them."""

    def __init__(
        self,
        recorder: DependencyRecorder,
        facets: FacetBuilder,
        links: LinkResolver,
        profiles: ProfileBuilder,
        downloads: DownloadBuilder,
        period_namer: PeriodNamer,
    ) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder
        self._facets = facets
        self._links = links
        self._profiles = profiles
        self._downloads = downloads
        self._period_namer = period_namer

    def build(self, path: str) -> views.Article:
        """Return a live article by the path of its file; raises ``NotFoundError``."""
        text = self._recorder.ask(STORY, path)
        if text is None:
            raise NotFoundError(path)
        facts = json.loads(text)
        withheld = self._is_withheld(facts)
        body = "" if withheld else self._recorder.body(path)
        common = self._build_common(facts)
        language = self._recorder.page_language(facts["language"])
        html = self._links.resolve(
            body, path, facts["output"], language=language, led=common["picture"] is not None
        )
        if common["corrections"] and self._recorder.setting("corrections_mark"):
            html = mark_changes(html, (note.is_now for note in common["corrections"] if note.is_now))
        return views.Article(
            **common,
            **self._build_fields(_PAGE, facts),
            day_name=self._period_namer.name(self._period_namer.smallest_with_page(common["day"]), language),
            body=Markup(html),  # noqa: S704 - reading made it safe
            words=facts["words"],
            downloads=self._downloads.list_for_article(facts["output"], withheld=withheld),
            extra=facts["extra"],
            standfirst="" if facts["made_summary"] or "retracted" in facts else facts["summary"],
            bylines=self._profiles.build_bylines(common["authors"]),
            minutes=count_minutes(facts["words"], facts["language"]),
            contents=list_headings(html, int(self._recorder.setting("article_contents"))),
        )

    def build_body(self, path: str, output: str, *, absolute: bool = False) -> str:
        """Return the body of a live article with its links in place; raises ``NotFoundError``.

        ``absolute``: for use away from its page, which is ``output``.
        """
        body = self._recorder.ask(BODY, path)
        if body is None:
            raise NotFoundError(path)
        return self._links.resolve(body, path, output, absolute=absolute)

    def build_gone(self, subject: str) -> views.Gone:
        """Return what was taken down: an article, by its path, or ``/`` and the path of an output.

        Raises ``NotFoundError``.
        """
        if subject.startswith("/"):
            return self._build_gone_output(subject[1:])
        answer = self._recorder.ask(EXPIRED, subject)
        if answer is None:
            raise NotFoundError(subject)
        title, language, expires = answer
        return views.Gone(
            title=title, day=dt.datetime.fromisoformat(expires).date(), reason="", language=language
        )

    def build_teaser(self, text: str) -> views.Teaser:
        """Return the teaser that an answer holds as text."""
        return self._recorder.memoized(self._build_teaser, text)

    def build_teasers(self, answer: Teasers) -> tuple[views.Teaser, ...]:
        """Return the teasers that an answer holds; among corrections each with just what was noted then."""
        return tuple(
            self.build_teaser(each) if isinstance(each, str) else self._build_note(*each) for each in answer
        )

    def list_newest(self, key: FacetKey, count: int) -> tuple[views.Teaser, ...]:
        """Return the newest ``count`` articles of a facet, newest first."""
        return self.build_teasers(self._recorder.ask(NEWEST, key, count))

    def list_key_stories(self, key: FacetKey) -> tuple[views.Teaser, ...]:
        """Return the key stories that the profile of a topic names, in its order."""
        if key.kind not in self._recorder.setting("content_profiles"):
            return ()
        return self.build_teasers(self._recorder.ask(KEY_STORIES, key))

    def list_fed(self, key: FacetKey, count: int) -> tuple[views.Teaser, ...]:
        """Return the newest ``count`` articles of a facet as feeds have them: without retracted ones."""
        return self.build_teasers(self._recorder.ask(FED, key, count))

    def list_fed_tags(self, key: FacetKey, count: int) -> tuple[tuple[views.Facet, ...], ...]:
        """Return the tags of each article that ``list_fed`` returns, in the same order."""
        facet = partial(self._recorder.memoized, self._facets.build_spelled)
        answer = self._recorder.ask(FED_TAGS, key, count)
        return tuple(tuple(facet("tag", slug, name) for slug, name in tags) for tags in answer)

    def list_records(self, page: PeriodPart) -> tuple[views.Record, ...]:
        """Return the articles of a month or a day, or of a part of it, as data, oldest first."""
        size = int(self._recorder.setting("data_size"))
        texts = self._recorder.ask(RECORDS, page.period, Slice(page.part, size))
        return tuple(self._build_record(json.loads(text)) for text in texts)

    def _build_gone_output(self, output: str) -> views.Gone:
        text = self._recorder.ask(FACET_SETTING, f"gone.{output}")
        if text is None:
            raise NotFoundError(output)
        written = json.loads(text)
        return views.Gone(
            title="",
            day=dt.date.fromisoformat(written["date"]),
            reason=written["reason"],
            language=self._recorder.setting("language"),
        )

    def _build_teaser(self, text: str) -> views.Teaser:
        return views.Teaser(**self._build_common(json.loads(text)))

    def _build_note(self, moment: int, text: str) -> views.Teaser:
        """Return a teaser with just what was noted at a moment, as it stands among the corrections."""
        teaser = self.build_teaser(text)
        retracted = teaser.retracted
        return replace(
            teaser,
            corrections=tuple(note for note in teaser.corrections if seconds(note.date) == moment),
            retracted=retracted if retracted and seconds(retracted.date) == moment else None,
        )

    def _build_record(self, facts: Mapping[str, Any]) -> views.Record:
        return views.Record(
            **self._build_common(facts), **self._build_fields(_RECORD, facts), words=facts["words"]
        )

    def _build_common(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a teaser and an article have in common."""
        urls, output, day = self._recorder.urls, facts["output"], dt.date.fromisoformat(facts["day"])
        first = (*facts["aliases"], *facts.get("former", ()), output)[0]
        own_id = facts["id"] or first.removesuffix("index.html")
        picture = None if self._is_withheld(facts) else facts["picture"]
        return self._build_fields(_TEASER, facts) | {
            "path": facts["path"],
            "id": make_article_id(self._recorder.setting("authority"), day, own_id),
            "url": urls.url(output),
            "permalink": urls.permalink(output),
            "day": day,
            "timed": facts.get("timed", True),
            "updated_timed": facts.get("updated_timed", True),
            "draft": facts.get("draft", False),
            "day_url": urls.url(facet_output("all", "", self._period_namer.smallest_with_page(day))),
            "picture": self._links.pictures.build_lead(picture, facts["path"], output) if picture else None,
            "card": self._build_card(facts),
        }

    def _build_card(self, facts: Mapping[str, Any]) -> views.Rendition | None:
        """Return the card of an article, which ``render.outputs.cards`` makes; None if it has none."""
        setting, picture = self._recorder.setting, facts["picture"]
        if not (setting("pictures_cards") and setting("pictures_on")) or self._is_withheld(facts):
            return None
        if picture and has_preview(picture[0], tuple(picture[4:8])):
            return None
        urls, output, (width, height) = self._recorder.urls, beside(facts["output"], CARD), CARD_SIZE
        return views.Rendition(
            url=urls.url(output),
            permalink=urls.permalink(output),
            width=width,
            height=height,
            type="image/png",
        )

    def _build_fields(self, fields: _FieldGroups, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return what some fields hold, by their attributes."""
        facet = partial(self._recorder.memoized, self._facets.build_spelled)
        values = {name: facts.get(name, "") for name in fields.plain}
        for name, kind in fields.one:
            written = facts.get(name)
            values[name] = facet(kind, *written) if written else None
        for name, kind in fields.several:
            values[name] = tuple(facet(kind, slug, spelled) for slug, spelled in facts.get(name, ()))
        for name, build in fields.built:
            values[name] = build(facts.get(name))
        return values

    def _is_withheld(self, facts: Mapping[str, Any]) -> bool:
        """Return whether an article was retracted, and its text is not to be read any more."""
        return "retracted" in facts and bool(self._recorder.setting("corrections_withhold"))


def _build_moment(written: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(written) if written else None


def _build_source(written: tuple[str, str] | None) -> Source | None:
    return Source(name=written[0], url=written[1]) if written else None


def _build_corrections(
    written: Iterable[tuple[CorrectionKind, str, str, str, bool, *tuple[str, ...]]] | None,
) -> tuple[Correction, ...]:
    return tuple(
        Correction(
            kind=kind,
            day=dt.date.fromisoformat(day),
            date=dt.datetime.fromisoformat(date),
            timed=timed,
            text=text,
            was=changed[0] if changed else "",
            is_now=changed[1] if changed else "",
        )
        for kind, day, date, text, timed, *changed in written or ()
    )


def _build_retraction(written: tuple[str, str, str, bool] | None) -> Retraction | None:
    if written is None:
        return None
    day, date, reason, timed = written
    return Retraction(
        day=dt.date.fromisoformat(day), date=dt.datetime.fromisoformat(date), timed=timed, reason=reason
    )


# What the value of a field becomes, by its shape. Plain values are texts and truths; pictures and addresses
# are built with the article's URL.
_BUILDERS: Mapping[Shape, Callable[[Any], object]] = {
    "moment": _build_moment,
    "source": _build_source,
    "corrections": _build_corrections,
    "retraction": _build_retraction,
}
_PLAIN: frozenset[Shape] = frozenset(("text", "slug", "yes_or_no", "language", "genre"))


class _FieldGroups(NamedTuple):
    """The fields of a scope, by how their values are built."""

    plain: tuple[str, ...]
    one: tuple[tuple[str, FacetKind], ...]
    several: tuple[tuple[str, FacetKind], ...]
    built: tuple[tuple[str, Callable[[Any], object]], ...]


def _group(*scopes: Scope) -> _FieldGroups:
    fields = list_attributes(*scopes)
    return _FieldGroups(
        plain=tuple(name for name, field in fields if field.shape in _PLAIN),
        one=tuple((name, field.facet) for name, field in fields if field.facet and field.shape == "name"),
        several=tuple(
            (name, field.facet) for name, field in fields if field.facet and field.shape == "names"
        ),
        built=tuple((name, _BUILDERS[field.shape]) for name, field in fields if field.shape in _BUILDERS),
    )


_TEASER, _RECORD, _PAGE = _group("teaser"), _group("record"), _group("record", "page")
