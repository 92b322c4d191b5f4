"""Turns what questions answer into the nouns that layouts get, see ``faces``.

A noun holds what is asked on the way to it: whoever is given one that is made once has asked that too, as
``DependencyRecorder.memoized`` has it. Nothing here is for one page alone.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, cast

from markupsafe import Markup

from broadsheet.archive.facts import seconds
from broadsheet.archive.questions.question import Answer
from broadsheet.common import date_format, languages, periods
from broadsheet.common.feed_ids import article_id
from broadsheet.common.model import SINGLE_KINDS, Correction, CorrectionKind, FacetKind, Retraction
from broadsheet.common.urls import (
    CITATION_FILES,
    Urls,
    anniversary_output,
    attachment_output,
    beside,
    data_output,
    facet_output,
    feed_output,
    names_output,
)
from broadsheet.read import markdown
from broadsheet.render import views
from broadsheet.render.recorder import DependencyRecorder

# Those of citations are not registered but for the last; they are what reference managers go by.
_MEDIA_TYPES = {
    "JSON": "application/json",
    "CSV": "text/csv",
    "BibTeX": "application/x-bibtex",
    "RIS": "application/x-research-info-systems",
    "CSL-JSON": "application/vnd.citationstyles.csl+json",
}


class ViewBuilder:
    """Makes nouns of what ``recorder`` is told."""

    def __init__(self, recorder: DependencyRecorder) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder

    @property
    def _urls(self) -> Urls:
        return self._recorder.urls

    def facet(self, kind: FacetKind, slug: str, name: str | None = None, count: int = 0) -> views.Facet:
        """Return a facet; without a ``name`` under the one that listings show it by."""
        output, listed = facet_output(kind, slug), self.has_pages(kind)
        fed = kind in SINGLE_KINDS or kind in self._recorder.setting("feeds_kinds")
        name = self.facet_name(kind, slug) if name is None else name
        return views.Facet(
            kind=kind,
            slug=slug,
            name=self._dated(name) if kind == "edition" else name,
            url=self._urls.url(output) if listed else "",
            permalink=self._urls.permalink(output) if listed else "",
            feed=self._urls.url(feed_output(kind, slug)) if fed else "",
            count=count,
        )

    def _dated(self, name: str) -> str:
        """Return the name of a print edition: where that is a day, as days are shown."""
        try:
            number = periods.day_number(dt.date.fromisoformat(name))
        except ValueError:
            return name
        # Of the first century, such as 0022-11-15: no period is one of its days.
        if not periods.is_day(number):
            return name
        return self.name_of(number, str(self._recorder.setting("language")))

    def language_of(self, kind: FacetKind, slug: str) -> str:
        """Return the language of the pages of a facet."""
        own = str(self._recorder.setting("language"))
        return self._recorder.memoized(self._recorder.spoken, slug) if kind == "language" else own

    def facet_name(self, kind: FacetKind, slug: str) -> str:
        """Return the name that site.toml gives a facet, else the one its earliest article spells."""
        if kind in SINGLE_KINDS:
            return ""
        given = self.given_name(kind, slug)
        if given is None and kind == "language":
            return languages.own_name(slug)
        return str(self._recorder.ask("facet", key_of(kind, slug)) or slug) if given is None else given

    def given_name(self, kind: FacetKind, slug: str) -> str | None:
        """Return the name that site.toml gives a facet, or None."""
        text = self._recorder.ask("given", f"names.{kind}.{slug}")
        return None if text is None else str(json.loads(cast("str", text)))

    def teaser(self, text: str) -> views.Teaser:
        """Return the teaser that an answer holds as text."""
        return self._recorder.memoized(self._teaser, text)

    def _teaser(self, text: str) -> views.Teaser:
        return views.Teaser(**self.shared(json.loads(text)))

    def teasers(self, answer: Answer) -> tuple[views.Teaser, ...]:
        """Return the teasers that an answer holds; among corrections each with just what was noted then."""
        told = cast("tuple[str | tuple[int, str], ...]", answer)
        return tuple(self.teaser(each) if isinstance(each, str) else self._noted(*each) for each in told)

    def _noted(self, moment: int, text: str) -> views.Teaser:
        """Return a teaser with just what was noted at a moment, as it stands among the corrections."""
        teaser = self.teaser(text)
        retracted = teaser.retracted
        return replace(
            teaser,
            corrections=tuple(note for note in teaser.corrections if seconds(note.date) == moment),
            retracted=retracted if retracted and seconds(retracted.date) == moment else None,
        )

    def _spelt(self, kind: FacetKind, slug: str, name: str) -> views.Facet:
        return self.facet(kind, slug, name)

    def shared(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a teaser and an article have in common."""
        urls, facet = self._urls, partial(self._recorder.memoized, self._spelt)
        output, day = facts["output"], dt.date.fromisoformat(facts["day"])
        own_id = facts["id"] or (facts["aliases"] or [output])[0].removesuffix("index.html")
        return {
            "path": facts["path"],
            "id": article_id(self._recorder.setting("authority"), day, own_id),
            "title": facts["title"],
            "url": urls.url(output),
            "permalink": urls.permalink(output),
            "day": day,
            "day_url": urls.url(facet_output("all", "", self.listed_in(day))),
            "date": dt.datetime.fromisoformat(facts["date"]),
            "updated": dt.datetime.fromisoformat(facts["updated"]) if facts["updated"] else None,
            "authors": tuple(facet("author", slug, name) for slug, name in facts["authors"]),
            "dateline": facet("dateline", *facts["dateline"]) if facts["dateline"] else None,
            "section": facet("section", *facts["section"]) if facts["section"] else None,
            "summary": facts["summary"],
            "picture": self.picture(facts) if facts["picture"] and not self.is_withheld(facts) else None,
            "language": facts["language"],
            "corrections": tuple(map(_correction, facts.get("corrections", ()))),
            "retracted": _retraction(*facts["retracted"]) if "retracted" in facts else None,
            "genre": facts.get("genre", ""),
            "edition": facet("edition", *facts["edition"]) if "edition" in facts else None,
            "page": facts.get("page", ""),
            "column": facts.get("column", ""),
        }

    def is_withheld(self, facts: Mapping[str, Any]) -> bool:
        """Return whether an article was retracted, and shall not be read any more."""
        return "retracted" in facts and bool(self._recorder.setting("corrections_withhold"))

    def record(self, facts: Mapping[str, Any]) -> views.Record:
        """Return what the archive as data knows of an article, by its facts."""
        return views.Record(**self.shared(facts), **self.filed_under(facts), words=facts["words"])

    def filed_under(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return the facets that a record has beside those of a teaser."""
        facet = partial(self._recorder.memoized, self._spelt)
        return {
            "tags": tuple(facet("tag", slug, name) for slug, name in facts["tags"]),
            "series": tuple(facet("series", slug, name) for slug, name in facts.get("series", ())),
        }

    def downloads_of(self, facts: Mapping[str, Any]) -> tuple[views.Download, ...]:
        """Return what stands beside the page of an article."""
        output, setting = facts["output"], self._recorder.setting
        has_text = setting("data_articles") and not self.is_withheld(facts)
        text = (self._download("JSON", beside(output, "article.json")),) if has_text else ()
        return (*text, *self._citing("citation", output)) if setting("citations_articles") else text

    def cited_in(self, kind: FacetKind, output: str) -> tuple[views.Download, ...]:
        """Return what cites all that a listing shows."""
        wanted = kind in self._recorder.setting("citations_listings")
        return self._citing("citations", output) if wanted else ()

    def _citing(self, subject_key: str, page: str) -> tuple[views.Download, ...]:
        return tuple(
            self._download(name, beside(page, f"{subject_key}.{suffix}"))
            for name, suffix in CITATION_FILES.items()
        )

    def data_of(self, period: int, count: int) -> tuple[views.Download, ...]:
        """Return the data of a month of everything, which has ``count`` articles.

        Where they are too many for one file that leads to those of the days, whose pages do not name their
        own: all of a month would change when it has one article too many.
        """
        if not periods.is_month(period) or not count or not self._recorder.setting("data_months"):
            return ()
        whole = count <= int(self._recorder.setting("data_size"))
        names = ("JSON", "CSV") if whole else ("JSON",)
        return tuple(self._download(name, data_output(period, name.lower())) for name in names)

    def _download(self, name: str, output: str) -> views.Download:
        return views.Download(name=name, type=_MEDIA_TYPES[name], url=self._urls.url(output))

    def picture(self, facts: Mapping[str, Any]) -> views.Picture:
        """Return the picture that facts name, with where it is published."""
        path, alt, caption, credit, width, height = facts["picture"]
        output = attachment_output(facts["output"], facts["path"], path)
        return views.Picture(
            url=self._urls.url(output),
            permalink=self._urls.permalink(output),
            alt=alt,
            caption=caption,
            credit=credit,
            width=width,
            height=height,
        )

    def resolved(self, html: Answer, path: str, output: str, *, absolute: bool = False) -> str:
        """Return a body with its links in place, ``absolute`` for use away from its page."""
        make = self._urls.permalink if absolute else self._urls.url

        def attributes(name: str, target: str) -> str:
            bare, mark, fragment = target.partition("#")
            if not bare:
                return f'{name}="{make(output) if absolute else ""}{Markup.escape(mark + fragment)}"'
            if bare.startswith("/"):
                return self._static_attributes(name, bare, mark + fragment, make(""))
            return self._attributes(name, bare, mark + fragment, make(self._target(path, output, bare)))

        return markdown.resolve(cast("str", html), attributes)

    def _target(self, path: str, output: str, target: str) -> str:
        if not target.endswith(".md"):
            return attachment_output(output, path, target)
        return str(self._recorder.ask("target", target) or "404.html")

    def _static_attributes(self, name: str, path: str, fragment: str, root: str) -> str:
        return self._attributes(name, f"static{path}", fragment, root + path.lstrip("/"))

    def _attributes(self, name: str, path: str, fragment: str, url: str) -> str:
        text = f'{name}="{Markup.escape(url + fragment)}"'
        if name != "src":
            return text
        width, height = cast("tuple[int, int]", self._recorder.ask("pixels", path) or (0, 0))
        return f'{text} width="{width}" height="{height}"' if width and height else text

    def day_of_year(self, value: int) -> views.DayOfYear:
        """Return a day that every year has, such as 1105."""
        language = str(self._recorder.setting("language"))
        return views.DayOfYear(
            value=value,
            name=date_format.day_of_year_name(value, language),
            url=self._urls.url(anniversary_output(value)),
        )

    def period(self, kind: FacetKind, slug: str, period: int, count: int) -> views.Period:
        """Return a period of a facet; without a ``count`` it has no page."""
        archive = kind == "all" and period == 0
        language = self.language_of(kind, slug)
        url = self._urls.url("archive/index.html") if archive else self.listing_url(kind, slug, period)
        return views.Period(
            value=period,
            name=self.name_of(period, language),
            short=date_format.short_name(period, language),
            url=url if count else "",
            count=count,
        )

    def name_of(self, period: int, language: str) -> str:
        """Return what a period is called in a language."""
        return date_format.period_name(period, language, self._recorder.pattern("date", language))

    def listed_in(self, day: dt.date) -> int:
        """Return the smallest period with a page that a day is in."""
        number = periods.day_number(day)
        return number if self._recorder.setting("listings_days") else number // 100

    def has_pages(self, kind: FacetKind) -> bool:
        """Return whether facets of a kind have pages."""
        return kind in SINGLE_KINDS or kind in self._recorder.setting("listings_kinds")

    def names_url(self, kind: FacetKind, prefix: str) -> str:
        """Return the URL of an index of names; empty where the kind has no pages."""
        return self._urls.url(names_output(kind, prefix)) if self.has_pages(kind) else ""

    def listing_url(self, kind: FacetKind, slug: str, period: int, part: int = 0) -> str:
        """Return the URL of a listing; empty where there is none."""
        exists = not periods.is_day(period) or self._recorder.setting("listings_days")
        listed = exists and self.has_pages(kind)
        return self._urls.url(facet_output(kind, slug, period, part)) if listed else ""

    def below(self, kind: FacetKind, slug: str, period: int, most: str) -> tuple[views.Period, ...]:
        """Return the next smaller periods of a facet that have articles, newest first."""
        answer = self._recorder.ask("periods", f"{key_of(kind, slug)}/{period}", "1" if most else "")
        pairs = cast("tuple[tuple[int, int], ...]", answer)
        below = (self.period(kind, slug, value, count) for value, count in reversed(pairs))
        return tuple(replace(each, count=0) if most else each for each in below)

    def parents(self, kind: FacetKind, slug: str, period: int, part: int) -> tuple[views.Period, ...]:
        """Return the larger periods that a listing is in, largest first."""
        larger = [*periods.larger(period), *([period] if part else [])]
        # The count would tie a past period's page to the present; a parent is shown without it.
        return tuple(self._recorder.memoized(self.period, kind, slug, value, 1) for value in larger)

    def parts(self, kind: FacetKind, slug: str, period: int, numbers: Any) -> tuple[views.Part, ...]:  # noqa: ANN401
        """Return the parts of a period, by their numbers."""
        return tuple(
            views.Part(number=number, url=self.listing_url(kind, slug, period, number)) for number in numbers
        )


def key_of(kind: str, slug: str) -> str:
    """Return the key of a facet, as questions have it: ``tag/oil``, ``all``."""
    return f"{kind}/{slug}" if slug else kind


def _correction(written: tuple[CorrectionKind, str, str, str]) -> Correction:
    kind, day, date, text = written
    return Correction(
        kind=kind, day=dt.date.fromisoformat(day), date=dt.datetime.fromisoformat(date), text=text
    )


def _retraction(day: str, date: str, reason: str) -> Retraction:
    return Retraction(day=dt.date.fromisoformat(day), date=dt.datetime.fromisoformat(date), reason=reason)
