"""One output to bytes, in this process or in a pool.

A worker holds a read-only archive, makes outputs, puts those that differ into the staging tree and
sends back digests, questions and problems, never pages.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import ClassVar, cast

from broadsheet.archive.database import open_reader
from broadsheet.archive.questions.question import Answers
from broadsheet.archive.questions.site import compiled
from broadsheet.common import feed_ids, files
from broadsheet.common.model import INDEXED_KINDS, FacetKind
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.urls import ANNIVERSARIES, Urls, facet_output, feed_output, fronts_output, names_output
from broadsheet.ledger import Due, Rendered
from broadsheet.plan import NEWS_SITEMAP, Output, sitemap_output
from broadsheet.render import views, words
from broadsheet.render.formats import feeds, records, sitemaps
from broadsheet.render.formats.citations import exports
from broadsheet.render.formats.citations.reference import make_reference
from broadsheet.render.formats.sitemaps import Location
from broadsheet.render.recorder import AnswerDigest, Asked, DependencyRecorder
from broadsheet.render.template_api import Archive, Site
from broadsheet.render.templates import Layouts
from broadsheet.render.templates.bytecode import Compiled


class Renderer:
    """Makes outputs. One for each process."""

    def __init__(self, workplace: files.Workplace) -> None:
        """Open the archive of ``workplace``, to read it."""
        self._root = workplace.root
        self._staging = workplace.staging
        self._fresh = files.is_empty(workplace.staging.folder)
        self._db = open_reader(workplace.state)
        # One look at the state for all: a question by itself locks and unlocks it, which takes as long.
        self._db.execute("BEGIN")
        self._recorder = DependencyRecorder(self._db)
        self._archive = Archive(self._recorder)
        self._site = Site(self._recorder)
        self._layouts = Layouts(
            self._recorder, self._site, self._archive, Compiled(partial(compiled, self._db))
        )
        self._shared: dict[frozenset[Asked], tuple[bytes, tuple[AnswerDigest, ...]]] = {}
        self._sent: set[bytes] = set()

    def renew(self) -> None:
        """Look at the archive as it is now, and forget all that was asked of it before."""
        self._db.execute("ROLLBACK")
        self._db.execute("BEGIN")
        self._recorder.forget()

    def prime(self, answers: Answers) -> None:
        """Take answers of this build that need not be asked for again."""
        self._recorder.prime(answers)

    @property
    def urls(self) -> Urls:
        """What makes the site's URLs."""
        return self._recorder.urls

    @property
    def db(self) -> sqlite3.Connection:
        """The archive as it is looked at, to read it."""
        return self._db

    def close(self) -> None:
        """Let the archive go."""
        self._db.close()

    def make(self, output: Output) -> bytes:
        """Return the bytes of an output; Raises ``Problems``."""
        self._recorder.begin()
        self._recorder.ask("engine", "all")
        return self.KINDS[output.kind](self, output)

    def stage(self, due: Due) -> Rendered | tuple[Problem, ...]:
        """Make one output and put it into the staging tree, unless the folder holds it as it is."""
        try:
            content = self.make(due.output)
        except Problems as error:
            return error.problems
        digest = files.digest(content)
        unknown = due.digest is None and not self._fresh
        held = due.digest == digest or (unknown and self._staging.holds(due.output.path, content))
        if not held:
            self._staging.write(due.output.path, content)
        shared, site = self._site_questions()
        learned = () if shared in self._sent else site
        self._sent.add(shared)
        return Rendered(due.number, digest, len(content), held, self._recorder.own(), shared, learned)

    def _site_questions(self) -> tuple[bytes, tuple[AnswerDigest, ...]]:
        """Return the questions of the site that the output asked, and what stands for that set."""
        sets = self._recorder.site()
        if sets not in self._shared:
            site = tuple(sorted(frozenset().union(*sets)))
            named = "\n".join(str(question) for question, _ in site)
            self._shared[sets] = files.digest(named.encode()), site
        return self._shared[sets]

    def _page(self, output: Output, language: str = "") -> views.Page:
        """Return the page that an output is; without a ``language`` in that of the site."""
        urls = self._recorder.urls
        return views.Page(
            kind=output.kind,
            url=urls.url(output.path),
            permalink=urls.permalink(output.path),
            language=language or self._site.language,
        )

    def _article(self, output: Output) -> bytes:
        article = self._archive.article(output.subject)
        twins = _twins(article, self._archive.translations(article))
        if twins:
            raise Problems(twins)
        page = self._page(output, self._recorder.spoken(article.language))
        return self._layouts.render("article.html", page, article=article)

    def _listing(self, output: Output) -> bytes:
        kind, slug, period, part = output.subject.split("/")
        listing = self._archive.listing(cast("FacetKind", kind), slug, int(period), int(part))
        page = self._page(output, self._archive.language_of(listing.facet.kind, slug))
        return self._layouts.render("listing.html", page, listing=listing)

    def _names(self, output: Output) -> bytes:
        kind, prefix = output.subject.split("/")
        index = self._archive.index(cast("FacetKind", kind), prefix)
        return self._layouts.render("names.html", self._page(output), index=index)

    def _home(self, output: Output) -> bytes:
        return self._layouts.render("home.html", self._page(output))

    def _archive_page(self, output: Output) -> bytes:
        return self._layouts.render("archive.html", self._page(output))

    def _anniversary(self, output: Output) -> bytes:
        anniversary = self._archive.anniversary(int(output.subject))
        return self._layouts.render("anniversary.html", self._page(output), anniversary=anniversary)

    def _anniversaries(self, output: Output) -> bytes:
        return self._layouts.render("anniversaries.html", self._page(output))

    def _latest(self, output: Output) -> bytes:
        return self._layouts.render("latest.html", self._page(output))

    def _not_found(self, output: Output) -> bytes:
        return self._layouts.render("404.html", self._page(output))

    def _redirect(self, output: Output) -> bytes:
        target = self._destination(output.subject)
        return self._layouts.render("redirect.html", self._page(output), target=target)

    def _destination(self, subject: str) -> str:
        """Return the permalink of an article by its path, of ``/`` and an output, or what is one already."""
        if subject.startswith(("https:", "http:")):
            return subject
        if not subject.startswith("/"):
            return self._recorder.urls.permalink(cast("str", self._recorder.ask("target", subject)))
        path, mark, fragment = subject[1:].partition("#")
        return self._recorder.urls.permalink(path) + mark + fragment

    def _gone(self, output: Output) -> bytes:
        gone = self._archive.gone(output.subject)
        page = self._page(output, self._recorder.spoken(gone.language))
        return self._layouts.render("gone.html", page, gone=gone)

    # A feed says where it stands: the same words also where it has moved away from.

    def _atom(self, output: Output) -> bytes:
        kind, _, slug = output.subject.partition("/")
        feed = self._feed(cast("FacetKind", kind), slug)
        where = "atom.xml" if kind == "all" else feed_output(cast("FacetKind", kind), slug)
        return feeds.atom(
            feed, self._recorder.urls.permalink(where), self._bodies(feed) if kind == "all" else {}
        )

    def _rss(self, _output: Output) -> bytes:
        return feeds.rss(self._feed("all", ""), self._recorder.urls.permalink("rss.xml"), {})

    def _json_feed(self, _output: Output) -> bytes:
        feed = self._feed("all", "")
        return feeds.json_feed(feed, self._recorder.urls.permalink("feed.json"), self._bodies(feed))

    def _feed(self, kind: FacetKind, slug: str) -> views.Feed:
        site, facet = self._site, self._archive.facet(kind, slug)
        length = int(self._recorder.setting("feeds_length"))
        if kind == "correction":
            articles = tuple(map(_as_correction, self._archive.newest(facet, length)))
        else:
            articles = self._archive.fed(facet, length)
        home = site.permalink if kind == "all" else facet.permalink
        language = slug if kind == "language" else site.language
        name = facet.name or words.text(self._recorder.said(language), "kinds", kind, "index")
        return views.Feed(
            id=feed_ids.feed_id(site.authority, kind, slug),
            title=site.title if kind == "all" else " | ".join(filter(None, (name, site.title))),
            subtitle=site.tagline,
            permalink=home,
            home=home,
            language=language,
            updated=max((max(each.date, each.updated or each.date) for each in articles), default=None),
            facet=facet,
            articles=articles,
        )

    def _bodies(self, feed: views.Feed) -> dict[str, str]:
        outputs = {each.path: cast("str", self._recorder.ask("target", each.path)) for each in feed.articles}
        return {path: self._archive.body(path, output, absolute=True) for path, output in outputs.items()}

    def _sitemap(self, output: Output) -> bytes:
        month, part = output.subject.split("/")
        size = self._recorder.setting("sitemaps_size")
        rows = cast("tuple[tuple[str, int], ...]", self._recorder.ask("sitemap", month, f"{part} {size}"))
        permalink = self._recorder.urls.permalink
        pages = (Location(permalink(path), modified) for path, modified in rows)
        return sitemaps.compress(sitemaps.urlset(pages))

    def _sitemap_index(self, _output: Output) -> bytes:
        size = self._recorder.setting("sitemaps_size")
        rows = cast("tuple[tuple[int, int, int], ...]", self._recorder.ask("sitemaps", "all", str(size)))
        permalink = self._recorder.urls.permalink
        months = [
            Location(permalink(sitemap_output(month, part)), modified) for month, part, modified in rows
        ]
        kinds = cast("tuple[FacetKind, ...]", self._recorder.setting("listings_kinds"))
        fronts = [
            Location(permalink(fronts_output(kind, prefix)))
            for kind in kinds
            for prefix in self._prefixes(kind)
            if self._fronts(kind, prefix)[0]
        ]
        # Without a time: the news are others with each article, and the index would be too.
        news = [NEWS_SITEMAP] if self._recorder.setting("sitemaps_news") else []
        fixed = (Location(permalink(path)) for path in ("sitemaps/pages.xml", *news))
        return sitemaps.index([*fixed, *fronts, *months])

    def _sitemap_fronts(self, output: Output) -> bytes:
        kind, prefix = output.subject.split("/")
        slugs, _ = self._fronts(cast("FacetKind", kind), prefix)
        fronts = (facet_output(cast("FacetKind", kind), slug) for slug in slugs)
        locations = (Location(self._recorder.urls.permalink(front)) for front in fronts)
        return sitemaps.compress(sitemaps.urlset(locations))

    def _fronts(self, kind: FacetKind, prefix: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the slugs of the facets that an index lists, and the longer prefixes that it leads to.

        A section that is declared has a page before it has an article.
        """
        answer = self._recorder.ask("fronts", f"{kind}/{prefix}")
        slugs, longer = cast("tuple[tuple[str, ...], tuple[str, ...]]", answer)
        declared = self._recorder.setting("sections") if kind == "section" and not prefix else ()
        return tuple(dict.fromkeys((*slugs, *declared))), longer

    def _prefixes(self, kind: FacetKind) -> Iterator[str]:
        """Yield the prefixes of the indexes of a kind, in order."""
        prefixes = [""]
        while prefixes:
            prefix = prefixes.pop()
            yield prefix
            prefixes += reversed(self._fronts(kind, prefix)[1])

    def _sitemap_pages(self, _output: Output) -> bytes:
        kinds = cast("tuple[FacetKind, ...]", self._recorder.setting("listings_kinds"))
        indexed = (kind for kind in kinds if kind in INDEXED_KINDS or any(self._fronts(kind, "")))
        any_corrected = self._recorder.ask("count", "correction/0", "1")
        corrected = (facet_output("correction", ""),) if any_corrected else ()
        days = (ANNIVERSARIES,) if self._recorder.setting("listings_anniversaries") else ()
        pages = ("index.html", "archive/index.html", *map(names_output, indexed), *corrected, *days)
        return sitemaps.urlset(Location(self._recorder.urls.permalink(page)) for page in pages)

    def _sitemap_news(self, _output: Output) -> bytes:
        rows = cast("tuple[tuple[str, str, str, str], ...]", self._recorder.ask("news", "all"))
        permalink = self._recorder.urls.permalink
        news = (
            sitemaps.NewsLocation(
                permalink=permalink(path),
                title=title,
                date=dt.datetime.fromisoformat(date),
                language=language,
            )
            for path, title, date, language in rows
        )
        return sitemaps.newsset(self._site.title, news)

    def _robots(self, _output: Output) -> bytes:
        return sitemaps.robots(self._recorder.urls.permalink("sitemap.xml"))

    def _data_json(self, output: Output) -> bytes:
        period, part = map(int, output.subject.split("/"))
        return records.period_json(period, part, self._archive.records(period, part), self._recorder.urls)

    def _data_csv(self, output: Output) -> bytes:
        period, part = map(int, output.subject.split("/"))
        return records.period_csv(self._archive.records(period, part))

    def _data_days(self, output: Output) -> bytes:
        days = cast("tuple[tuple[int, int], ...]", self._recorder.ask("periods", f"all/{output.subject}"))
        size = int(self._recorder.setting("data_size"))
        return records.days(int(output.subject), days, size, self._recorder.urls)

    def _data_index(self, _output: Output) -> bytes:
        months = cast("tuple[tuple[int, int], ...]", self._recorder.ask("months", "all"))
        size = int(self._recorder.setting("data_size"))
        site = self._site
        return records.index(site.title, site.language, reversed(months), size, self._recorder.urls)

    def _data_schema(self, _output: Output) -> bytes:
        return records.schema()

    def _data_article(self, output: Output) -> bytes:
        article = self._archive.article(output.subject)
        page = cast("str", self._recorder.ask("target", output.subject))
        body = self._archive.body(output.subject, page, absolute=True)
        return records.article_json(article, body, self._recorder.urls)

    def _citation(self, output: Output) -> bytes:
        return self._cited(output, (self._archive.article(output.subject),))

    def _citations(self, output: Output) -> bytes:
        kind, slug, period, part = output.subject.split("/")
        return self._cited(output, self._archive.cited(cast("FacetKind", kind), slug, int(period), int(part)))

    def _cited(self, output: Output, articles: Iterable[views.Teaser]) -> bytes:
        paper, bylines = self._site.title, self._archive.bylines
        written = exports.FORMATS[output.path.rpartition(".")[2]]
        return written(make_reference(article, paper, bylines(article)) for article in articles)

    def _copy(self, output: Output) -> bytes:
        digest = self._recorder.ask("file", output.subject)
        content = files.read(self._root, output.subject)
        if files.digest(content).hex().upper() != digest:
            hint = "Build again."
            message = "was changed while the site was being built"
            raise Problems([Problem(path=output.subject, message=message, hint=hint)])
        return content

    KINDS: ClassVar[Mapping[str, Callable[[Renderer, Output], bytes]]] = {
        "article": _article,
        "listing": _listing,
        "names": _names,
        "home": _home,
        "archive": _archive_page,
        "latest": _latest,
        "anniversary": _anniversary,
        "anniversaries": _anniversaries,
        "not_found": _not_found,
        "redirect": _redirect,
        "gone": _gone,
        "atom": _atom,
        "rss": _rss,
        "json_feed": _json_feed,
        "sitemap": _sitemap,
        "sitemap_index": _sitemap_index,
        "sitemap_pages": _sitemap_pages,
        "sitemap_fronts": _sitemap_fronts,
        "sitemap_news": _sitemap_news,
        "robots": _robots,
        "data_json": _data_json,
        "data_csv": _data_csv,
        "data_days": _data_days,
        "data_index": _data_index,
        "data_schema": _data_schema,
        "data_article": _data_article,
        "citation": _citation,
        "citations": _citations,
        "copy": _copy,
    }


def _twins(article: views.Article, translations: tuple[views.Translation, ...]) -> list[Problem]:
    """Return the problem of an article with a translation into its own language, or two into another."""
    seen = {article.language.lower(): article.path}
    for each in translations:
        other = seen.setdefault(each.language.lower(), each.path)
        if other != each.path:
            message = (
                f"translations: {article.translations} is that of two articles in {each.language}:"
                f" {other} and {each.path}"
            )
            hint = "Name the language of the translation, or give the other story a word of its own."
            return [Problem(path=article.path, message=message, hint=hint)]
    return []


def _as_correction(teaser: views.Teaser) -> views.Teaser:
    """Return an article as the feed of corrections has it: what was noted, when, under an id of its own."""
    notes = teaser.corrections or (teaser.retracted,)
    moment = max(note.date for note in notes if note)
    texts = (note.text for note in teaser.corrections) if teaser.corrections else (teaser.summary,)
    return dataclasses.replace(
        teaser,
        id=f"{teaser.id}:correction:{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}",
        date=moment,
        updated=None,
        summary=" ".join(texts),
        picture=None,
    )
