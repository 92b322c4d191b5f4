"""The law of footprints: a question whose answer is another one now was touched by the change.

Straight on the archive, without files or layouts: a revision takes random articles, files, settings and
layouts, and every question of every kind is asked before and after it. What was touched needlessly is
allowed, and counted nowhere; what was forgotten is a stale page some day.
"""

from __future__ import annotations

import base64
import datetime as dt
import itertools
import json
import math
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.archive.database import open_state
from broadsheet.archive.facts import ArticleRow, row_from_facts, to_row, with_names
from broadsheet.archive.questions import KINDS, own_pages, profiles
from broadsheet.archive.questions.own_pages import MenuEntry
from broadsheet.archive.questions.profiles import ProfileRow
from broadsheet.archive.questions.question import Answer, Question
from broadsheet.archive.revision import Revision
from broadsheet.archive.visibility import Visibility
from broadsheet.common.files import FileStat, digest
from broadsheet.common.model import (
    NAMED_KINDS,
    Article,
    Coordinates,
    Correction,
    Facet,
    FacetKind,
    Link,
    OwnPage,
    Picture,
    Pin,
    Profile,
    Retraction,
)
from broadsheet.common.pictures import (
    ADDRESS,
    BODY,
    CENTER,
    LINKED,
    PictureFile,
    PictureShape,
    lead_use,
)
from broadsheet.common.slugs import slugify
from broadsheet.plan.units import ArticleUnit, FacetUnit, StaticUnit, load
from broadsheet.render.outputs import PLAN
from broadsheet.settings.plan_settings import plan_settings
from broadsheet.settings.reader import read as read_settings
from tests.plain import SETTINGS
from tests.test_related import expected as expected_related

_PATHS = tuple(f"content/{letter}.md" for letter in "abcdefghij")
# Two articles of a year with one slug had one address, where something else may stand now.
_FORMER = "2022/own/index.html"
_FILES = ("content/one.png", "static/two.png", f"static/{_FORMER}")
_PICTURES = {
    b"one": PictureFile(4, 5, "png"),
    b"other": PictureFile(4, 5, "png", caption="The quay", credit="A. H."),
    b"vector": PictureFile(9, 5),
}
_DAYS = (
    dt.date(2021, 12, 31),
    dt.date(2022, 11, 5),
    dt.date(2022, 11, 6),
    dt.date(2022, 12, 5),
    dt.date(2023, 11, 5),
    dt.date(2025, 12, 31),
    dt.date(2031, 1, 1),
)
_SLUGS = ("oil", "oil-price", "ağdam", "кризис")
_PROFILES = tuple(f"content/{kind}s/{slug}.md" for kind in ("author", "dateline") for slug in _SLUGS)
_OWN_PAGES = tuple(f"content/pages/{name}.md" for name in ("about", "az/about", "ethics", "tr/about"))
_SETTINGS = (
    *("title", "names.tag.oil", "names.author.oil", "names.section.кризис"),
    "listings_surnames",
    *(f"redirects.{_FORMER}", "gone.old/index.html"),
)
_LAYOUTS = ("home.html", "note.html")
_SITE = read_settings(SETTINGS.replace("anniversaries = false", "").replace("on = false", ""))
_AS_OF = int(dt.datetime(2026, 1, 1, tzinfo=dt.UTC).timestamp())
_DAY = 24 * 60 * 60


def _facet(random: Random, kind: FacetKind) -> Facet:
    slug = random.choice(_SLUGS)
    return Facet(kind=kind, slug=slug, name=random.choice((slug, slug.title())))


def _article(random: Random, path: str) -> Article:
    day = random.choice(_DAYS)
    moment = dt.datetime(day.year, day.month, day.day, random.choice((0, 9)), tzinfo=dt.UTC)
    slug = random.choice(("own", path[8:9]))
    picture = random.random() < 0.3
    later = tuple(moment + dt.timedelta(days=random.choice((0, 1, 30))) for _ in range(3))
    notes = tuple(
        Correction(kind="correction", day=date.date(), date=date, text=random.choice("xy"))
        for date in sorted(later[: random.choice((0, 0, 1, 2))])
    )
    aliases = random.choice(((), (), (f"{path[8:9]}/index.html",), (_FORMER,)))
    former = f"{day:%Y}/{slug}/index.html"
    taken_back = Retraction(day=later[2].date(), date=later[2], reason="No")
    retracted = random.random() < 0.2
    focus = random.choice((CENTER, (30, 60)))
    links = (Link(path=_FILES[0], line=1, column=1, shown=lead_use(focus)),) if picture else ()
    return Article(
        path=path,
        id="",
        title=random.choice(("One", "Two")),
        authors=tuple(_facet(random, "author") for _ in range(random.randint(0, 1))),
        dateline=_facet(random, "dateline") if random.random() < 0.5 else None,
        section=_facet(random, "section") if random.random() < 0.5 else None,
        tags=(_facet(random, "tag"),) if random.random() < 0.7 else (),
        series=(_facet(random, "series"),) if random.random() < 0.5 else (),
        edition=_facet(random, "edition") if random.random() < 0.3 else None,
        language_facet=_facet(random, "language") if random.random() < 0.3 else None,
        translations=random.choice(("", "", *_SLUGS)),
        corrections=notes,
        retracted=taken_back if retracted else None,
        day=day,
        date=moment,
        updated=moment + dt.timedelta(days=random.randint(1, 40)) if random.random() < 0.2 else None,
        summary="",
        slug=slug,
        output=f"{day:%Y/%m/%d}/{slug}/index.html",
        picture=Picture(path=_FILES[0], alt="", caption="", credit="", focus=focus) if picture else None,
        expires=moment + dt.timedelta(days=random.choice((1, 3000))) if random.random() < 0.3 else None,
        draft=random.random() < 0.1,
        language="en",
        aliases=aliases,
        former=(former,) if random.random() < 0.8 and former not in aliases else (),
        source=None,
        extra={},
        body=random.choice(("<p>One</p>", "<p>Two</p>")),
        words=1,
        links=(*links, *_show(random)),
        search="" if retracted else random.choice(("", "one\n\n\n\ntag/oil", "two\n\n\n\ntag/oil")),
    )


_WHERE = tuple(
    Coordinates(latitude=latitude, longitude=longitude)
    for latitude, longitude in ((40.41, 49.87), (40.5, 50.2), (-18.1, 178.4), (-18.5, -179.9))
)


def _show(random: Random) -> tuple[Link, ...]:
    """Return the links of a body to pictures, or none."""
    targets = ((_FILES[0], LINKED), (_FILES[0], BODY), *((_FILES[1], use) for use in (LINKED, BODY, ADDRESS)))
    chosen = [target for target in targets if random.random() < 0.2]
    return tuple(Link(path=path, line=2, column=1, shown=use) for path, use in chosen)


def _pin(random: Random, path: str) -> Pin:
    """Return a story of the front page, perhaps until a moment near those at which the world is looked at."""
    until = random.choice((None, _AS_OF, _AS_OF + 1, _AS_OF + _DAY, _AS_OF * 2))
    moment = dt.datetime.fromtimestamp(until, dt.UTC) if until else None
    part = random.choice(("lead", "second", "stories"))
    return Pin(part=part, path=path, written=path, until=moment, line=1, column=1, heading=part.upper())


def _profile(random: Random, path: str) -> Profile:
    _, folder, file = path.split("/")
    kind: FacetKind = "author" if folder == "authors" else "dateline"
    name = random.choice(("", "", "Given Ruiz", "Given Oil"))
    stories = tuple(random.sample(_PATHS, random.choice((0, 0, 1, 3))))
    return Profile(
        path=path,
        facet=Facet(kind=kind, slug=file.removesuffix(".md"), name=name),
        kind=random.choice(("person", "organization")),
        role=random.choice(("", "Editor")),
        picture=None,
        email="",
        addresses=(),
        family=random.choice(("", "Ruiz", "Given")),
        sort=random.choice(("", "", "Oil, A")) if kind == "author" else "",
        fediverse=random.choice(("", "@a@example.org")),
        coordinates=random.choice((None, *_WHERE)) if kind == "dateline" else None,
        body=random.choice(("<p>One</p>", "<p>Two</p>")),
        stories=stories,
        links=(*_show(random), *(Link(path=each, line=3, column=1, shown=LINKED) for each in stories)),
    )


def _own_page(random: Random, path: str) -> OwnPage:
    return OwnPage(
        path=path,
        output=random.choice(("own/index.html", f"{path[14:-3]}/index.html")),
        title=random.choice(("About", "about", "Ethics")),
        summary=random.choice(("", "In short.")),
        picture=None,
        in_menu=random.random() < 0.8,
        menu=random.choice((0, 0, 1, 2)),
        draft=random.random() < 0.2,
        language=random.choice(("en", "az")),
        translations=random.choice(("", "one")),
        aliases=random.choice(((), ("old/index.html",))),
        extra={},
        body=random.choice(("<p>One</p>", "<p>Two</p>")),
        links=_show(random),
    )


class _World:
    """The sources of a little site, kept beside the archive, to hold its answers against."""

    def __init__(self) -> None:
        self.articles: dict[str, Article] = {}
        self.files: dict[str, bytes] = {}
        self.profiles: dict[str, ProfileRow] = {}
        self.own_pages: dict[str, OwnPage] = {}
        self.pins: tuple[Pin, ...] = ()
        self.settings: dict[str, str] = {}
        self.layouts: dict[str, str] = {}
        self.engine = ""
        self.visibility = Visibility(as_of=_AS_OF, drafts=False)
        self.given: dict[Question, Answer] = {}
        # Of the facets that were asked about since the last change.
        self.standings: dict[str, list[_Standing]] = {}
        self._rows: dict[str, tuple[Article, object, ArticleRow]] = {}

    def live(self) -> list[tuple[Article, ArticleRow]]:
        """Return the articles that are live, in the archive's one order."""
        passing = [pair for pair in self.passing() if not self.visibility.is_over(pair[1].facts.expires)]
        return sorted(passing, key=lambda pair: (pair[0].day, pair[0].date, pair[0].path))

    def passing(self) -> list[tuple[Article, ArticleRow]]:
        """Return the articles that are live or gone."""
        pairs = [(article, self._row(article)) for article in self.articles.values()]
        return [pair for pair in pairs if self.visibility.passes(pair[1].facts.instant, draft=pair[0].draft)]

    def live_pages(self) -> list[OwnPage]:
        """Return the pages of the site's own that are live, by path."""
        pages = (page for _, page in sorted(self.own_pages.items()))
        return [page for page in pages if self.visibility.drafts or not page.draft]

    def picture(self, path: str) -> PictureFile:
        """Return what the picture in a file is said to be."""
        content = self.files.get(path, b"")
        return _PICTURES[content] if path.endswith(".png") and content else PictureFile()

    def shape(self, path: str) -> PictureShape | None:
        """Return what a picture is said to be like, None if there is none."""
        return self.picture(path).shape if path in self.files else None

    def _row(self, article: Article) -> ArticleRow:
        """Return an article's row, which is made once: thousands of questions look at it."""
        shape = self.shape(article.picture.path) if article.picture else None
        known = self._rows.get(article.path)
        if known is None or known[0] is not article or known[1] != (shape, self.names):
            made = to_row(article)
            if article.picture:
                made = row_from_facts(made.facts.text, made.body, made.search, shape or PictureFile().shape)
            made = with_names(made, self.names)
            known = self._rows[article.path] = article, (shape, self.names), made
        return known[2]

    @property
    def names(self) -> dict[tuple[str, str], str]:
        """The names that the settings give to facets, by kind and slug."""
        given = ((name.split("."), text) for name, text in self.settings.items() if name.startswith("names."))
        return {(kind, slug): json.loads(text) for (_, kind, slug), text in given}


def _revise_front(revision: Revision, random: Random, world: _World) -> None:
    """Put other stories on the front page, or none."""
    if random.random() < 0.5:
        world.pins = tuple(_pin(random, path) for path in random.sample(_PATHS, random.randrange(4)))
        revision.put_front("content/front.toml", world.pins)
    elif random.random() < 0.2:
        world.pins = ()
        revision.drop("content/front.toml")


def _revise(state: sqlite3.Connection, random: Random, count: int, world: _World | None = None) -> None:
    world = world or _World()
    world.standings.clear()
    state.execute("BEGIN")
    drafts, late = random.random() < 0.2, random.random() < 0.2
    # Articles of the last day of 2025 are news, in part or whole, or are no more.
    passed = random.choice((0, 1, _DAY, _DAY + 9 * 60 * 60, 3 * _DAY))
    world.visibility = Visibility(
        as_of=_AS_OF * 2 if late else _AS_OF + passed, drafts=drafts, ahead=random.random() < 0.2
    )
    world.engine = random.choice(("e", "e", "e", "f"))
    world.settings = {name: f'"{random.choice("xy")}"' for name in _SETTINGS if random.random() < 0.8}
    world.settings["listings_surnames"] = random.choice(("true", "false"))
    world.layouts = {name: random.choice("xy") for name in _LAYOUTS if random.random() < 0.8}
    revision = Revision(state, kinds=KINDS, units=PLAN.footprint, visibility=world.visibility)
    revision.put_engine(world.engine)
    revision.put_settings(world.settings)
    revision.put_layouts(world.layouts)
    for path in _FILES:
        if random.random() < 0.3:
            content = world.files[path] = random.choice(tuple(_PICTURES))
            revision.put_source(FileStat(path, 3, 0, 0, 0), 1, digest(content), scanned=1, valid=True)
            revision.put_file(path, world.picture(path))
        elif random.random() < 0.2:
            world.files.pop(path, None)
            revision.drop(path)
    _revise_front(revision, random, world)
    for path in random.sample(_PROFILES, 2):
        if random.random() < 0.6:
            profile = world.profiles[path] = profiles.to_row(_profile(random, path))
            revision.put_profile(profile)
        else:
            world.profiles.pop(path, None)
            revision.drop(path)
    for path in random.sample(_OWN_PAGES, 2):
        if random.random() < 0.7:
            page = world.own_pages[path] = _own_page(random, path)
            revision.put_own_page(own_pages.to_row(page))
        else:
            world.own_pages.pop(path, None)
            revision.drop(path)
    for path in random.sample(_PATHS, count):
        if random.random() < 0.75:
            article = world.articles[path] = _article(random, path)
            revision.put_article(to_row(article))
        else:
            world.articles.pop(path, None)
            revision.drop(path)
    revision.pass_thresholds()
    revision.finish()
    state.execute("COMMIT")


def _questions() -> Iterator[Question]:
    """Yield every question that outputs of this little world could ask, of every kind there is."""
    keys = ("all", "correction", *(f"{kind}/{slug}" for kind in NAMED_KINDS for slug in _SLUGS))
    months = sorted({f"{day:%Y%m}" for day in _DAYS})
    periods = ("0", *sorted({f"{day:%Y}" for day in _DAYS}), *months, *(f"{day:%Y%m%d}" for day in _DAYS))
    for path in _PATHS:
        yield from (
            Question(kind, path) for kind in ("story", "body", "target", "gone", "headline", "around")
        )
        yield from (Question("within", f"{slug}/{path}") for slug in _SLUGS)
        yield from (Question("related", path, parameters) for parameters in ("1", "3"))
    for path in _OWN_PAGES:
        yield from (Question(kind, path) for kind in ("target", "own_page", "own_page_translations"))
    yield from (Question(kind, "all") for kind in ("own_page_addresses", "page_menu"))
    for path in _FILES:
        yield from (Question(kind, path) for kind in ("exists", "file", "asset", "picture", "picture_words"))
    for key, period in itertools.product(keys, periods):
        yield Question("listing", f"{key}/{period}", "0 3")
        yield Question("listing", f"{key}/{period}", "2 2")
        yield Question("periods", f"{key}/{period}")
        yield Question("count", f"{key}/{period}")
    yield from (Question("neighbours", period) for period in periods[1:])
    for key in keys:
        yield from (
            Question(kind, key, parameters)
            for kind in ("newest", "fed", "fed_tags")
            for parameters in ("1", "3", "9")
        )
        yield from (Question(kind, key) for kind in ("facet", "profile", "byline", "author_box"))
    for kind in NAMED_KINDS:
        for prefix in ("", "o", "oil", "oil-", "a", "к"):
            yield from (Question(which, f"{kind}/{prefix}") for which in ("names", "fronts"))
    for month in months:
        yield from (Question("sitemap", month, parameters) for parameters in ("0 9", "1 2"))
    yield from (Question("located", kind) for kind in ("author", "dateline"))
    yield from (
        Question("key_stories", f"{kind}/{slug}") for kind in ("author", "dateline") for slug in _SLUGS
    )
    yield from (Question("near", f"{kind}/{slug}") for kind in ("author", "dateline") for slug in _SLUGS)
    yield Question("months", "all")
    yield Question("front", "all")
    yield Question("kinds", "all")
    yield Question("languages", "all")
    yield Question("anniversaries", "all")
    yield from (Question("moved", month) for month in (*months, "all"))
    yield from (Question("declared", table) for table in ("redirects", "gone"))
    yield from (Question("anniversary", f"{day:%m%d}") for day in _DAYS)
    yield from (Question("sitemaps", "all", size) for size in ("2", "9"))
    yield Question("news", "all")
    for period in (*months, *(f"{day:%Y%m%d}" for day in _DAYS)):
        yield from (Question("records", period, parameters) for parameters in ("0 9", "1 2", "2 2"))
    yield from _search_questions(months)
    yield from (Question(kind, name) for kind in ("setting", "given") for name in _SETTINGS)
    yield from (Question("template", name) for name in _LAYOUTS)
    yield Question("engine", "all")


def _search_questions(months: list[str]) -> Iterator[Question]:
    years = sorted({month[:4] for month in months})
    yield from (Question("search_spans", year) for year in years)
    spans = [(year, f"{year}0101-{year}1231") for year in years]
    spans += [(month, f"{month}{days}") for month in months for days in (f"01-{month}31", f"05-{month}08")]
    for (period, span), articles in itertools.product(spans, ("0/50", "0/2", "2/2")):
        yield Question("search_segment", period, f"{span}/{articles}")
        yield Question("search_results", period, f"{span}/{articles}")


_QUESTIONS = tuple(dict.fromkeys(_questions()))
_KINDS = {kind.name: kind for kind in KINDS}
# Each question with what answers it and what its texts say: they are read once, and asked some hundred times.
_READ = tuple(
    (question, kind, kind.parse_subject(question.subject), kind.parse_parameters(question.parameters))
    for question in _QUESTIONS
    for kind in (_KINDS[question.kind],)
)


def test_the_questions_asked_here_are_of_every_kind() -> None:
    assert {question.kind for question in _QUESTIONS} == {kind.name for kind in KINDS}


def test_a_question_is_written_as_the_text_that_it_was_read_from() -> None:
    for question, kind, subject, parameters in _READ:
        assert kind.question(subject, parameters) == question
        assert kind.subject_key(subject) == question.subject_key


@pytest.mark.slow
@settings(max_examples=60)
@given(seed=st.integers(2**32, 2**64), count=st.integers(1, 4))
def test_a_question_with_another_answer_was_touched(
    seed: int, count: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    random = Random(seed)
    state = open_state(tmp_path_factory.mktemp("state") / "state.sqlite")
    _revise(state, random, 8)
    state.executemany(
        "INSERT INTO question (subject_key, parameters) VALUES (?, ?)",
        [(question.subject_key, question.parameters) for question in _QUESTIONS],
    )
    before, plans = _answers(state), _plans(state)
    for _ in range(4):
        (build,) = state.execute("SELECT value FROM state WHERE name = 'build'").fetchone()
        _revise(state, random, count)
        query = "SELECT subject_key, parameters FROM question WHERE touched > ?"
        touched = set(state.execute(query, (int(build),)))
        after = _answers(state)
        changed = [question for question in _QUESTIONS if after[question] != before[question]]
        assert [
            str(question)
            for question in changed
            if (question.subject_key, question.parameters) not in touched
        ] == []
        now = _plans(state)
        units = {name for (name,) in state.execute("SELECT name FROM unit WHERE touched > ?", (int(build),))}
        assert (
            sorted(unit for unit in {*plans, *now} if plans.get(unit) != now.get(unit) and unit not in units)
            == []
        )
        before, plans = after, now
    state.close()


def _answers(state: sqlite3.Connection) -> dict[Question, Answer]:
    return {
        question: kind.answer(state, subject, parameters) for question, kind, subject, parameters in _READ
    }


@settings(max_examples=15)
@given(seed=st.integers(2**32, 2**64))
def test_answers_are_what_going_through_all_articles_gives(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    random, world = Random(seed), _World()
    state = open_state(tmp_path_factory.mktemp("state") / "state.sqlite")
    for count in (8, 3, 3):
        _revise(state, random, count, world)
        given = world.given = _answers(state)
        expected = {question: _expected(world, question) for question in _QUESTIONS}
        assert {
            str(each): (given[each], expected[each]) for each in given if given[each] != expected[each]
        } == {}
    state.close()


_OF_SOURCES = frozenset(
    ("exists", "file", "asset", "picture", "picture_words", "setting", "given", "template", "engine")
)


def _expected(world: _World, question: Question) -> Answer:
    """Return the answer to a question as one gives it who looks at everything."""
    if question.kind in _OF_OWN_PAGES or question.subject in _OWN_PAGES:
        return _of_own_pages(world, question)
    if question.kind in {"story", "body", "target", "gone", "headline", "around", "related"}:
        return _of_article(world, question)
    if question.kind in _OF_SOURCES:
        return _of_source(world, question)
    if question.kind in {"profile", "byline", "author_box"}:
        return _of_profile(world, question)
    if question.kind in {"months", "sitemap", "sitemaps"}:
        return _of_months(world, question)
    if question.kind in _ALONE:
        return _ALONE[question.kind](world, question)
    if question.kind == "names":
        return _names(world, question)
    if question.kind == "fronts":
        names, longer = cast(
            "tuple[tuple[tuple[str, str, int, str], ...], tuple[()]]", _names(world, question)
        )
        return tuple(slug for slug, *_ in names), longer
    return _of_facet(world, question)


def _of_profile(world: _World, question: Question) -> Answer:
    about = _profile_of(world, question.subject)
    if about is None:
        return None
    if question.kind == "author_box":
        members = json.loads(about.facts)
        boxed = {name: members[name] for name in ("path", "kind", "role", "picture", "email", "opening")}
        return json.dumps(boxed, ensure_ascii=False)
    return about.byline if question.kind == "byline" else (about.facts, about.body)


_OF_OWN_PAGES = frozenset(("own_page", "own_page_translations", "own_page_addresses", "page_menu"))


def _of_own_pages(world: _World, question: Question) -> Answer:
    live = world.live_pages()
    page = next((each for each in live if each.path == question.subject), None)
    if question.kind == "target":
        return page.output if page else None
    if question.kind == "own_page":
        row = own_pages.to_row(page) if page else None
        return (row.facts, row.body) if row else None
    if question.kind == "own_page_addresses":
        rows = sorted((each.output, each.path, each.aliases) for each in live)
        return tuple((output, aliases) for output, _, aliases in rows)
    shown = live
    if question.kind == "page_menu":
        shown = [each for each in live if each.in_menu]
        shown.sort(key=lambda each: (each.menu or 99, each.title.lower(), each.path))
    else:
        # Of a draft it may be asked too, though nobody does.
        word = world.own_pages[question.subject].translations if question.subject in world.own_pages else ""
        shown = [each for each in live if word == each.translations != "" and each.path != question.subject]
    return tuple(
        MenuEntry(each.path, each.output, each.title, each.language, each.translations) for each in shown
    )


def _of_article(world: _World, question: Question) -> Answer:
    live, passing = world.live(), {article.path: made for article, made in world.passing()}
    paths = [article.path for article, _ in live]
    if question.kind == "target":
        return passing[question.subject].facts.output if question.subject in passing else None
    if question.kind == "gone":
        gone = question.subject in passing and question.subject not in paths
        members = json.loads(passing[question.subject].facts.text) if gone else None
        return (members["title"], members["language"], members["expires"]) if members else None
    if question.subject not in paths:
        return {"around": (None, None), "related": ((), ())}.get(question.kind)
    if question.kind == "related":
        return expected_related(live, question)
    article, made = next(each for each in live if each[0].path == question.subject)
    spoken = [each for each in live if _slug(each[0].language_facet) == _slug(article.language_facet)]
    place = [each.path for each, _ in spoken].index(question.subject)
    teasers = [each.facts.teaser for _, each in spoken]
    answers: dict[str, Answer] = {
        "story": made.facts.text,
        "body": article.body,
        "headline": _headline(made.facts.teaser),
        "around": (teasers[place - 1] if place else None, next(iter(teasers[place + 1 :]), None)),
    }
    return answers[question.kind]


def _slug(facet: Facet | None) -> str:
    return facet.slug if facet else ""


def _headline(teaser: str) -> Answer:
    members = json.loads(teaser)
    section, dateline = ((members[name] or ("", ""))[1] for name in ("section", "dateline"))
    return members["title"], section, dateline, members["day"], members["language"]


def _of_source(world: _World, question: Question) -> Answer:
    content = world.files.get(question.subject)
    answers: dict[str, Answer] = {
        "exists": int(content is not None),
        "file": digest(content).hex().upper() if content is not None else None,
        "asset": digest(content).hex().upper() if content is not None else None,
        "picture": world.shape(question.subject),
        "picture_words": world.picture(question.subject)[5:7],
        "setting": world.settings.get(question.subject),
        "given": world.settings.get(question.subject),
        "template": world.layouts.get(question.subject),
        "engine": world.engine,
    }
    return answers[question.kind]


def _of_months(world: _World, question: Question) -> Answer:
    months: dict[int, list[tuple[str, int]]] = {}
    for article, made in world.live():
        row = (article.output, made.facts.modified)
        months.setdefault(article.day.year * 100 + article.day.month, []).append(row)
    if question.kind == "months":
        return tuple((month, len(rows)) for month, rows in sorted(months.items()))
    if question.kind == "sitemap":
        part, size = map(int, question.parameters.split())
        first = max(0, part - 1) * size
        return tuple(months.get(int(question.subject), [])[first : first + size])
    size = int(question.parameters)
    sitemaps = []
    for month, rows in sorted(months.items()):
        parts = [rows[first : first + size] for first in range(0, len(rows), size)]
        numbers = range(1, len(parts) + 1) if len(parts) > 1 else range(1)
        latest = [max(modified for _, modified in part) for part in parts]
        sitemaps += [(month, number, modified) for number, modified in zip(numbers, latest, strict=True)]
    return tuple(sitemaps)


def _records(world: _World, question: Question) -> Answer:
    part, size = map(int, question.parameters.split())
    period = [made for article, made in world.live() if f"{article.day:%Y%m%d}".startswith(question.subject)]
    chosen = period[(part - 1) * size : part * size] if part else period
    left_out = {"expires", "source", "extra", "links", "body", "made_summary"}
    left_out |= {"language_facet", "translations", "spelled"}
    facts = [json.loads(made.facts.text) for made in chosen]
    kept = [{name: value for name, value in each.items() if name not in left_out} for each in facts]
    given = [json.loads(text) for text in cast("tuple[str, ...]", world.given[question])]
    assert given == kept
    return world.given[question]


def _search(world: _World, question: Question) -> Answer:
    if question.kind == "search_spans":
        outputs = [article.output for article, _ in world.live() if f"{article.day:%Y}" == question.subject]
        first, last = (int(f"{question.subject}{day}") for day in ("0101", "1231"))
        return ((first, last, len(outputs), False, (_code(outputs),)),) if outputs else ()
    span, offset, size = question.parameters.split("/")
    first, last = map(int, span.split("-"))
    within = [pair for pair in world.live() if first <= int(f"{pair[0].day:%Y%m%d}") <= last]
    chosen = within[int(offset) :][: int(size)]
    code = _code([article.output for article, _ in chosen])
    if question.kind == "search_results":
        return code, *(None if article.retracted else made.facts.teaser for article, made in chosen)
    digests = [digest(article.search.encode()) if article.search else b"-" for article, _ in chosen]
    return code, digest(b"\n".join(digests)).hex()


def _code(outputs: list[str]) -> str:
    return base64.urlsafe_b64encode(digest("\n".join(outputs).encode())).decode()[:6]


def _within(world: _World, question: Question) -> Answer:
    slug, _, path = question.subject.partition("/")
    parts = [pair for pair in world.live() if slug in [facet.slug for facet in pair[0].series]]
    language = next((_slug(article.language_facet) for article, _ in parts if article.path == path), "")
    story = [(article.path, made.facts.teaser) for article, made in parts
             if _slug(article.language_facet) == language]  # fmt: skip
    paths = [each for each, _ in story]
    if path not in paths:
        return 0, None, None
    at = paths.index(path)
    older, newer = story[at - 1 : at] if at else [], story[at + 1 : at + 2]
    return at + 1 if at < _NUMBERED else 0, older[0][1] if older else None, newer[0][1] if newer else None


def _moved(world: _World, question: Question) -> Answer:
    passing = sorted(world.passing(), key=lambda pair: (pair[0].day, pair[0].date, pair[0].path))
    taken = {output for article, _ in passing for output in (article.output, *article.aliases)}
    taken |= {_FORMER} if f"redirects.{_FORMER}" in world.settings or _FILES[2] in world.files else set()
    owners: dict[str, str] = {}
    for article, _ in passing:
        for former in article.former or ():
            if former not in taken:
                owners.setdefault(former, article.path)
    pairs = set()
    for article, made in passing:
        if question.subject in {"all", f"{article.day:%Y%m}"}:
            pairs |= {(alias, article.output) for alias in article.aliases}
            pairs |= {(article.output, "")} if world.visibility.is_over(made.facts.expires) else set()
            if question.subject != "all":
                mine = (each for each in article.former or () if owners.get(each) == article.path)
                pairs |= {(former, article.output) for former in mine}
    return tuple(sorted(pairs))


def _declared(world: _World, question: Question) -> Answer:
    start = f"{question.subject}."
    return tuple(
        (name.removeprefix(start), text)
        for name, text in sorted(world.settings.items())
        if name.startswith(start)
    )


def _news(world: _World, _question: Question) -> Answer:
    since = world.visibility.as_of - 2 * _DAY
    live = [pair for pair in reversed(world.live()) if not pair[0].retracted]
    news = [article for article, made in live if made.facts.instant > since]
    return tuple((each.output, each.title, each.date.isoformat(), each.language) for each in news)


def _anniversary(world: _World, question: Question) -> Answer:
    years: dict[int, list[str]] = {}
    for article, made in world.live():
        if f"{article.day:%m%d}" == question.subject:
            years.setdefault(int(f"{article.day:%Y%m%d}"), []).append(made.facts.teaser)
    return tuple((day, tuple(teasers[:5])) for day, teasers in sorted(years.items(), reverse=True))


def _anniversaries(world: _World, _question: Question) -> Answer:
    return tuple(sorted({int(f"{article.day:%m%d}") for article, _ in world.live()}))


def _located(world: _World, question: Question) -> Answer:
    kind = question.subject
    slugs = {facet.slug for article, _ in world.live() for facet in _facets_of(article) if facet.kind == kind}
    order = sorted(slugs, key=lambda slug: (_sort_of(world, kind, slug), slug))
    found = ((slug, _profile_of(world, f"{kind}/{slug}")) for slug in order)
    # None has ten articles.
    return tuple((slug, about.coordinates, 1) for slug, about in found if about and about.coordinates)


def _key_stories(world: _World, question: Question) -> Answer:
    about = _profile_of(world, question.subject)
    teasers = {article.path: made.facts.teaser for article, made in world.live()}
    return tuple(
        teasers[path] for path in (json.loads(about.facts)["stories"] if about else ()) if path in teasers
    )


def _near(world: _World, question: Question) -> Answer:
    kind, _, own = question.subject.partition("/")
    located = cast("tuple[tuple[str, str, int], ...]", _located(world, Question("located", kind)))
    where = {slug: json.loads(coordinates) for slug, coordinates, _ in located}
    if own not in where:
        return ()
    # All that are near each other here are on one side of the date line, or the other.
    distances = {
        slug: math.dist(_turned(where[own]), _turned(at)) for slug, at in where.items() if slug != own
    }
    near = sorted(
        (slug for slug in distances if distances[slug] < 3), key=lambda slug: (distances[slug], slug)
    )
    by_slug = {slug: (slug, coordinates) for slug, coordinates, _ in located}
    return tuple(by_slug[slug] for slug in (own, *near))


def _turned(where: list[float]) -> tuple[float, float]:
    return where[0], where[1] % 360


def _kinds(world: _World, question: Question) -> Answer:
    keys = {key for _, made in world.live() for key in made.facts.keys}
    if question.kind == "languages":
        return tuple(sorted(key.slug for key in keys if key.kind == "language"))
    found = {key.kind for key in keys}
    return tuple(kind for kind in (*NAMED_KINDS, "correction") if kind in found)


def _neighbours(world: _World, question: Question) -> Answer:
    digits = len(question.subject)
    periods = {int(f"{article.day:%Y%m%d}"[:digits]) for article, _ in world.live()}
    period = int(question.subject)
    if period not in periods:
        return 0, 0
    before = [each for each in periods if each < period]
    return max(before, default=0), min(periods - {*before, period}, default=0)


def _front(world: _World, _question: Question) -> Answer:
    teasers = {article.path: made.facts.teaser for article, made in world.live()}
    as_of = dt.datetime.fromtimestamp(world.visibility.as_of, dt.UTC)
    return tuple(
        (pin.part, pin.package, pin.heading, teasers[pin.path])
        for pin in world.pins
        if pin.path in teasers and not (pin.until and pin.until <= as_of)
    )


_ALONE = {
    "front": _front,
    "kinds": _kinds,
    "languages": _kinds,
    "located": _located,
    "near": _near,
    "key_stories": _key_stories,
    "anniversary": _anniversary,
    "anniversaries": _anniversaries,
    "records": _records,
    "search_spans": _search,
    "search_segment": _search,
    "search_results": _search,
    "news": _news,
    "moved": _moved,
    "declared": _declared,
    "within": _within,
    "neighbours": _neighbours,
}


class _Standing(NamedTuple):
    """Where an article stands in a facet, and when."""

    day: int
    date: dt.datetime
    path: str
    name: str
    teaser: str
    retracted: bool
    tags: tuple[tuple[str, str], ...]


def _facets_of(article: Article) -> list[Facet]:
    singles = (article.section, article.dateline, article.edition, article.language_facet)
    alone = [facet for facet in singles if facet]
    if article.translations:
        alone.append(Facet(kind="translation", slug=article.translations, name=""))
    return [*alone, *article.tags, *article.authors, *article.series]


def _standings(world: _World, key: str) -> list[_Standing]:
    """Return where articles stand in a facet, in order."""
    if key not in world.standings:
        world.standings[key] = _find_standings(world, key)
    return world.standings[key]


def _find_standings(world: _World, key: str) -> list[_Standing]:
    kind, _, slug = key.partition("/")
    found = set()
    for article, made in world.live():
        when = [(article.day, article.date)]
        names = [each.name for each in _facets_of(article) if (each.kind, each.slug) == (kind, slug)]
        if kind == "correction":
            when, names = [(note.day, note.date) for note in article.corrections], [""]
            when += [(article.retracted.day, article.retracted.date)] if article.retracted else []
        if kind == "all":
            names = [""]
        tags = tuple((slug, name) for slug, name in json.loads(made.facts.text)["tags"])
        name = names[0] if names else ""
        about = (article.path, name, made.facts.teaser, article.retracted is not None, tags)
        found |= {_Standing(int(f"{day:%Y%m%d}"), date, *about) for day, date in when if names}
    return sorted(found)


def _names(world: _World, question: Question) -> Answer:
    kind, _, prefix = question.subject.partition("/")
    spelled: dict[str, list[str]] = {}
    for article, _ in world.live():
        for facet in _facets_of(article):
            if facet.kind == kind:
                spelled.setdefault(facet.slug, []).append(facet.name)
    stand = {slug: _sort_of(world, kind, slug) for slug in spelled}
    order = sorted(
        (slug for slug in spelled if stand[slug].startswith(prefix)), key=lambda slug: (stand[slug], slug)
    )
    given = {slug: _given(world, f"{kind}/{slug}") for slug in order}
    return tuple(
        (slug, given[slug] or spelled[slug][0], len(spelled[slug]), _sort_name_of(world, kind, slug))
        for slug in order
    ), ()


def _sort_of(world: _World, kind: str, slug: str) -> str:
    """Return what the facet stands under in indexes, as part of an address."""
    sort_name = _sort_name_of(world, kind, slug)
    return slugify(sort_name) if sort_name else _PLAIN.get(slug, slug)


def _sort_name_of(world: _World, kind: str, slug: str) -> str:
    """Return by what name an author is sorted, "" for the name as it is."""
    if kind != "author" or world.settings["listings_surnames"] == "false":
        return ""
    key = f"{kind}/{slug}"
    shown = world.names.get((kind, slug)) or _given(world, key) or slug
    about = _profile_of(world, key)
    if about and about.sort:
        return about.sort
    what, family, _ = json.loads(about.byline) if about else ("", "", "")
    words = shown.split()
    if what == "organization" or len(words) == 1:
        return ""
    last = family if family in words else words[-1]
    return f"{last}, {' '.join(word for word in words if word != last)}"


# Slugs without combining marks.
_PLAIN = {"ağdam": "agdam"}


def _profile_of(world: _World, key: str) -> ProfileRow | None:
    return next((each for each in world.profiles.values() if str(each.key) == key), None)


def _given(world: _World, key: str) -> str:
    about = _profile_of(world, key)
    return about.name if about else ""


def _of_facet(world: _World, question: Question) -> Answer:
    subject = question.subject
    key, _, number = subject.rpartition("/") if question.kind in _IN_PERIODS else (subject, "", "0")
    period = int(number)
    standings = _standings(world, key)
    if question.kind == "facet":
        return (_given(world, key) or standings[0].name) if standings else None
    standings = [each for each in standings if str(each.day).startswith(number) or period == 0]
    if question.kind in {"fed", "fed_tags"}:
        standings = [each for each in standings if not each.retracted]
    told: list[Answer] = [
        (int(each.date.timestamp()), each.teaser) if key == "correction" else each.teaser
        for each in standings
    ]
    if question.kind == "fed_tags":
        told = [each.tags for each in standings]
    if question.kind in {"newest", "fed", "fed_tags"}:
        return tuple(reversed(told[-int(question.parameters) :]))
    if question.kind == "listing":
        part, size = map(int, question.parameters.split())
        return tuple(reversed(told[(part - 1) * size : part * size] if part else told))
    if question.kind == "count":
        return len(told)
    if len(number) == _DAY_DIGITS:
        return ()
    digits = {0: 4, 4: 6, 6: _DAY_DIGITS}[len(number) if period else 0]
    counted = Counter(int(str(each.day)[:digits]) for each in standings)
    return tuple(sorted(counted.items()))


_DAY_DIGITS = 8
_NUMBERED = 50
_IN_PERIODS = ("listing", "periods", "count")


def _plans(state: sqlite3.Connection) -> dict[str, tuple[object, ...]]:
    """Return what every unit wants, and what is known of pictures, without asking what was touched."""
    units = [f"article {path}" for path in _PATHS]
    keys = ("all", "correction", *(f"{kind}/{slug}" for kind in NAMED_KINDS for slug in _SLUGS))
    units += [f"facet {key}" for key in keys]
    units += [f"year {key} {day:%Y}" for key in keys for day in _DAYS]
    units += [f"month {key} {day:%Y%m}" for key in keys for day in _DAYS]
    units += [f"archive_month {day:%Y%m}" for day in _DAYS]
    units += [f"search {day:%Y}" for day in _DAYS]
    units += [f"static {_FILES[1]}", *(f"day_of_year {day:%m%d}" for day in _DAYS)]
    units += [f"names {kind}" for kind in NAMED_KINDS]
    settings = plan_settings(_SITE)
    return {unit: (*PLAN.outputs(state, settings, unit), *_of_pictures(state, unit)) for unit in units}


def _of_pictures(state: sqlite3.Connection, unit: str) -> Iterator[object]:
    match load(state, unit):
        case StaticUnit(_, raster, list_uses):
            yield from (raster, list_uses(True), list_uses(False))  # noqa: FBT003
        case ArticleUnit(_, article):
            yield article.targets
        case FacetUnit(files=files):
            yield files


def test_a_facet_bears_the_name_of_its_earliest_article(tmp_path_factory: pytest.TempPathFactory) -> None:
    random = Random(1)
    state, world = open_state(tmp_path_factory.mktemp("state") / "state.sqlite"), _World()
    for number in range(12):
        _revise(state, random, 4, world)
        for kind, slug, name, count in state.execute("SELECT kind, slug, name, count FROM facet").fetchall():
            rows = state.execute(
                "SELECT m.name FROM member m JOIN article a ON a.id = m.article JOIN facet f ON f.id = m.facet"  # noqa: E501
                " WHERE f.kind = ? AND f.slug = ? ORDER BY m.day, m.instant, a.path",
                (kind, slug),
            ).fetchall()
            given = _given(world, f"{kind}/{slug}")
            assert (given or rows[0][0], len(rows)) == (name, count), number
    state.close()


def test_tallies_are_what_counting_gives(tmp_path_factory: pytest.TempPathFactory) -> None:
    random = Random(2)
    state = open_state(tmp_path_factory.mktemp("state") / "state.sqlite")
    for _ in range(12):
        _revise(state, random, 5)
        counted = []
        for divisor in (10**9, 10_000, 100):
            counted += state.execute(
                "SELECT facet, day / ?, count(*) FROM member GROUP BY 1, 2", (divisor,)
            ).fetchall()
        counted += state.execute(
            "SELECT facet, -(day % 10000), count(*) FROM member"
            " WHERE facet = (SELECT id FROM facet WHERE kind = 'all') GROUP BY 1, 2"
        ).fetchall()
        kept = state.execute("SELECT facet, period, count FROM tally").fetchall()
        assert sorted(kept) == sorted(counted)
    state.close()


@pytest.mark.parametrize("lost", [1, 100, 4095, 4096, 5000])
def test_a_state_that_was_cut_off_counts_as_none(lost: int, tmp_path: Path) -> None:
    file = tmp_path / "state.sqlite"
    state = open_state(file)
    _revise(state, Random(1), 8)
    state.close()
    os.truncate(file, file.stat().st_size - lost)
    state = open_state(file)
    assert state.execute("SELECT count(*) FROM article").fetchone() == (0,)
    state.close()
