"""What an article is related to: as going through everything finds it, and touched when it changes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.archive.database import open_state
from broadsheet.archive.facts import ArticleRow, mark_of, row_from_facts, to_row
from broadsheet.archive.questions import KINDS, find_answer
from broadsheet.archive.questions.question import Answer, Question
from broadsheet.archive.questions.related import WINDOW
from broadsheet.archive.revision import Revision
from broadsheet.archive.visibility import Visibility
from broadsheet.common.model import Article, Facet, FacetKind, Retraction
from broadsheet.common.slugs import slugify
from broadsheet.render.outputs import PLAN
from tests.builds import built, done, plain_site
from tests.plain import SETTINGS, article
from tests.sites import Site

# Two of these, and two, have one mark, so that only their paths tell them apart at one moment.
_TWINS = ("content/n22.md", "content/n94508.md", "content/n28.md", "content/n94502.md")
_PATHS = (*_TWINS, *(f"content/{number}.md" for number in range(26)))
_FIRST = dt.date(2012, 2, 28)
# Members of few articles, for which more is looked at.
_SPECIAL = ("retracted", "translations")
_TITLES = ("Flood at the ferry", "Ferry strike ends", "Паром снова ходит", "A vote", "İlham 2024 visits")
_AS_OF = int(dt.datetime(2026, 1, 1, tzinfo=dt.UTC).timestamp())


def expected(live: Sequence[tuple[Article, ArticleRow]], question: Question) -> Answer:
    """Return what a live article is related to, as one finds it who goes through all of them."""
    order = sorted(live, key=lambda pair: (*pair[1].facts[1:3], mark_of(pair[0].path), pair[0].path))
    place = [each.path for each, _ in order].index(question.subject)
    own, made = order[place]
    scores: dict[str, int] = {}
    telling = []
    for kind, weight in (("tag", 3), ("section", 1), ("dateline", 1)):
        for facet in sorted(place.slug for place in made.facts.memberships if place.kind == kind):
            members = [pair for pair in order[:place] if f"{kind}/{facet}" in map(str, pair[1].facts.keys)]
            near = members[-WINDOW:]
            weighs = weight * 16
            if len(near) == WINDOW:
                days = max(0, (made.facts.instant - near[0][1].facts.instant) // 86_400)
                weighs = weight * min(15, 1 + (len(f"{days:b}") if days else 0))
            telling.append((kind != "tag", not near, -weighs, f"{kind}/{facet}"))
            for each, _ in near:
                scores[each.path] = scores.get(each.path, 0) + weighs
    ranked = []
    for each, filing in order[:place]:
        if each.path in scores and not each.retracted:
            common = min(3, len(_telling_words(own.title) & _telling_words(each.title)))
            ranked.append((scores[each.path] + 3 * common, filing.facts.day, filing.facts.instant, each.path))
    teasers = {each.path: filing.facts.teaser for each, filing in order}
    best = _told_once(
        [path for *_, path in sorted(ranked, reverse=True)], own, [each for each, _ in order], place
    )
    shown = tuple((path, teasers[path]) for path in best[: int(question.parameters)])
    return tuple(key for *_, key in sorted(telling)), shown


def _told_once(ranked: Sequence[str], own: Article, order: Sequence[Article], place: int) -> list[str]:
    """Return paths with one for each group of translations, in the language of ``own`` where there is one."""
    by_path = {each.path: each for each in order}
    told, found = {own.translations}, []
    for path in ranked:
        group = by_path[path].translations
        if group and group in told:
            continue
        told.add(group)
        alike = [
            each.path
            for each in order[:place]
            if group and each.translations == group and each.language == own.language and not each.retracted
        ]
        found.append(alike[0] if alike else path)
    return found


def _telling_words(title: str) -> set[str]:
    words = slugify(title).split("-")
    return {word for word in words if len(word) >= 5 and not word.isdigit()}


def _facets(random: Random, kind: FacetKind, most: int) -> tuple[Facet, ...]:
    slugs = random.sample(("common", "common", "rare", "new"), k=random.randint(0, most))
    return tuple(Facet(kind=kind, slug=each, name=each) for each in dict.fromkeys(slugs))


def _retraction(moment: dt.datetime) -> Retraction:
    return Retraction(day=moment.date(), date=moment + dt.timedelta(hours=1), reason="It was not so.")


def _article(random: Random, path: str) -> Article:
    # Most at one of a few moments, and some on days that their offsets put out of order.
    day = _FIRST + dt.timedelta(days=random.choice((0, 0, 1, 2, 3, 30, random.randrange(5000))))
    zone = dt.timezone(dt.timedelta(hours=random.choice((0, 0, 14))))
    moment = dt.datetime(day.year, day.month, day.day, random.choice((0, 0, 9)), tzinfo=zone)
    name = path[8:-3]
    return Article(
        path=path,
        id="",
        title=random.choice(_TITLES),
        authors=(),
        dateline=next(iter(_facets(random, "dateline", 1)), None),
        section=next(iter(_facets(random, "section", 1)), None),
        tags=_facets(random, "tag", 3),
        day=day,
        date=moment,
        updated=None,
        summary="",
        slug=name,
        output=f"{day:%Y/%m/%d}/{name}/index.html",
        picture=None,
        expires=None,
        draft=random.random() < 0.1,
        retracted=random.choice((None,) * 5 + (_retraction(moment),)),
        translations=random.choice(("", "", "bridge", "flood")),
        language=random.choice(("en", "en", "az")),
        aliases=(),
        source=None,
        extra={},
        body=random.choice(("<p>One</p>", "<p>Two</p>")),
        words=1,
        links=(),
    )


@settings(max_examples=40)
@given(seed=st.integers(2**32, 2**64), count=st.integers(1, 6))
def test_stories_are_those_that_going_through_all_gives_and_touched_when_they_change(
    seed: int, count: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    random = Random(seed)
    state = open_state(tmp_path_factory.mktemp("state") / "state.sqlite")
    questions = [Question("related", path, parameters) for path in _PATHS for parameters in ("1", "3", "6")]
    state.executemany(
        "INSERT INTO question (subject_key, parameters) VALUES (?, ?)",
        [(each.subject_key, each.parameters) for each in questions],
    )
    world: dict[str, Article] = {}
    before: dict[Question, Answer] = {}
    for number in (len(_PATHS), count, count, count):
        state.execute("BEGIN")
        revision = Revision(
            state, kinds=KINDS, units=PLAN.footprint, visibility=Visibility(as_of=_AS_OF, drafts=False)
        )
        for path in random.sample(_PATHS, number):
            if random.random() < 0.8:
                world[path] = _article(random, path)
                revision.put_article(to_row(world[path]))
            else:
                world.pop(path, None)
                revision.drop(path)
        build = revision.finish()
        state.execute("COMMIT")
        query = "SELECT subject_key, parameters FROM question WHERE touched = ?"
        touched = set(state.execute(query, (build,)))
        live = [(each, to_row(each)) for each in world.values() if not each.draft]
        paths = {each.path for each, _ in live}
        for question in questions:
            answer = find_answer(state, question)[0]
            assert answer == (expected(live, question) if question.subject in paths else ((), ()))
            if answer != before.get(question, answer):
                assert (question.subject_key, question.parameters) in touched, str(question)
            before[question] = answer
    state.close()


def _site(folder: Path, *stories: tuple[str, str, str, tuple[str, ...]]) -> Site:
    articles = {
        f"content/{name}.md": article(title, date, section="Politics", tags=tags, more="summary: In short.")
        for name, date, title, tags in stories
    }
    return plain_site(folder / "site", articles, settings=SETTINGS.replace("size = 3", "size = 200"))


def _related(site: Site, output: str) -> list[str]:
    """Return the headlines that the page of an article calls related."""
    text = site.outputs()[output].decode()
    row = next(row for row in text.splitlines() if row.startswith("Related:"))
    return row.removeprefix("Related:").split(" feed ")[0].strip().strip(";").split(";")


def _many(count: int, tags: tuple[str, ...]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Return stories of days in a row, the last of them on 30 November 2022."""
    last = dt.date(2022, 11, 30)
    return [
        (f"m{count - ago}", f"{last - dt.timedelta(days=ago)}", f"Day {count - ago}", tags)
        for ago in range(count)
    ]


def test_a_story_with_a_rare_tag_comes_before_newer_ones_with_a_common_tag(tmp_path: Path) -> None:
    old = ("old", "2015-01-01", "Seals counted", ("Seals",))
    own = ("own", "2022-12-01", "Own", ("Seals", "Council"))
    site = _site(tmp_path, old, own, *_many(20, ("Council",)))
    built(site)
    shown = _related(site, "2022/12/01/own/index.html")
    assert shown[0] == "Seals counted"
    # The one that stands before it in time anyway is left out.
    assert shown[1:] == ["Day 19", "Day 18"]


def test_headlines_that_share_words_go_first_among_equals(tmp_path: Path) -> None:
    stories = _many(8, ("Council",))
    stories[6] = ("flood", stories[6][1], "Inquiry hears of flood", ("Council",))
    own = ("own", "2022-12-01", "Flood inquiry ends", ("Council",))
    site = _site(tmp_path, own, *stories)
    built(site)
    assert _related(site, "2022/12/01/own/index.html") == ["Inquiry hears of flood", "Day 7", "Day 6"]


def test_what_is_published_later_changes_no_list(tmp_path: Path) -> None:
    site = _site(tmp_path, *_many(12, ("Council",)))
    text = article("Later", "2022-12-05", section="Politics", tags=("Council",))
    result = done(site, lambda: site.write("content/later.md", text))
    pages = {path for path in result.written if path.count("/") == 4}
    assert pages == {"2022/12/05/later/index.html", "2022/11/30/m12/index.html"}


def test_a_backdated_article_changes_no_more_pages_of_a_tag_than_a_window_after_it(tmp_path: Path) -> None:
    days = [(f"d{day:02}", f"2022-10-{day:02}", "Ferry strike", ("Strike",)) for day in range(1, 31)]
    site = _site(tmp_path, *days)
    text = article("Ferry strike", "2022-10-01 12:00", section="Politics", tags=("Strike",))
    result = done(site, lambda: site.write("content/late.md", text))
    pages = {path.split("/")[3] for path in result.written if path.count("/") == 4}
    # Its neighbours, and those of the next whose three best are others now.
    assert pages <= {"late", *(f"d{day:02}" for day in range(1, WINDOW + 2))}
    assert len(pages) > 4


def test_a_body_edit_of_a_related_story_leaves_the_page_alone(tmp_path: Path) -> None:
    site = _site(tmp_path, *_many(6, ("Council",)))
    edit = site.read("content/m2.md").replace("Words.", "Other words.")
    result = done(site, lambda: site.write("content/m2.md", edit))
    assert {path for path in result.written if path.count("/") == 4} == {"2022/11/26/m2/index.html"}


def test_without_related_stories_nothing_is_asked(tmp_path: Path) -> None:
    site = _site(tmp_path, *_many(6, ("Council",)))
    site.write("site.toml", f"{site.read('site.toml')}\n[related]\ncount = 0\n")
    built(site)
    assert _related(site, "2022/11/30/m6/index.html") == [""]
    assert b"/tags/council/atom.xml" not in site.outputs()["2022/11/30/m6/index.html"]


def test_the_feed_is_that_of_what_tells_most_and_has_one(tmp_path: Path) -> None:
    own = ("own", "2022-12-01", "Own", ("Council", "Seals", "Alone"))
    site = _site(tmp_path, ("old", "2015-01-01", "Seals", ("Seals",)), own, *_many(20, ("Council",)))
    page = "2022/12/01/own/index.html"
    built(site)
    assert b" feed /archive/tags/seals/atom.xml" in site.outputs()[page]
    given = site.read("site.toml")
    site.write("site.toml", f'{given}\n[feeds]\nkinds = ["section"]\n')
    built(site)
    assert b" feed /archive/sections/politics/atom.xml" in site.outputs()[page]
    site.write("site.toml", f"{given}\n[feeds]\nkinds = []\n")
    built(site)
    assert b" feed \n" in site.outputs()[page]


def test_of_thousands_at_one_moment_only_a_window_is_looked_at(tmp_path: Path) -> None:
    state = open_state(tmp_path / "state.sqlite")
    state.execute("BEGIN")
    revision = Revision(
        state, kinds=KINDS, units=PLAN.footprint, visibility=Visibility(as_of=_AS_OF, drafts=False)
    )
    random = Random(1)
    common = Facet(kind="section", slug="common", name="common")
    for number in range(2000):
        made = to_row(_article(random, f"content/{number}.md"))
        members = json.loads(made.facts.text)
        members |= {"day": "2020-01-01", "date": "2020-01-01T00:00:00+00:00"}
        members |= {"section": [common.slug, common.name], "tags": [], "dateline": None}
        members = {name: value for name, value in members.items() if name not in _SPECIAL}
        revision.put_article(row_from_facts(json.dumps(members), "", ""))
    revision.finish()
    state.execute("COMMIT")
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    state.set_progress_handler(count, 1)
    answer, _ = find_answer(state, Question("related", "content/7.md", "3"))
    keys, found = cast("tuple[Answer, tuple[Answer, ...]]", answer)
    state.set_progress_handler(None, 1)
    assert (keys, len(found)) == (("section/common",), 3)
    assert steps < 1000
    state.close()


def test_what_is_retracted_is_related_to_nothing_and_its_place_is_another_ones(tmp_path: Path) -> None:
    site = _site(tmp_path, *_many(8, ("Council",)))
    page = "2022/11/30/m8/index.html"
    built(site)
    assert _related(site, page) == ["Day 6", "Day 5", "Day 4"]
    text = site.read("content/m4.md")
    note = "retracted: {date: 2022-12-02, reason: It was not so.}\n"
    result = done(site, lambda: site.write("content/m4.md", text.replace("title:", f"{note}title:", 1)))
    assert page in result.written
    assert _related(site, page) == ["Day 6", "Day 5", "Day 3"]


def test_of_translations_one_is_related_that_in_the_readers_language(tmp_path: Path) -> None:
    stories = [
        ("körpü", "2022-10-01", "Körpü", ("Körpü",)),
        ("bridge", "2022-10-02", "Bridge", ("Council",)),
        ("pont", "2022-10-03", "Pont", ("Council",)),
        ("orta", "2022-10-04", "Orta", ("Sea",)),
        *_many(2, ("Council",)),
        ("own", "2022-12-01", "Own", ("Council",)),
        ("öz", "2022-12-02", "Öz", ("Council",)),
    ]
    site = _site(tmp_path, *stories)
    for name, more in (
        ("körpü", "translations: bridge\nlanguage: az"),
        ("bridge", "translations: bridge"),
        ("pont", "translations: bridge\nlanguage: fr"),
        ("orta", "language: az"),
        ("own", "translations: own"),
        ("öz", "translations: own\nlanguage: az"),
    ):
        text = site.read(f"content/{name}.md")
        site.write(f"content/{name}.md", text.replace("title:", f"{more}\ntitle:", 1))
    built(site)
    assert _related(site, "2022/12/01/own/index.html") == ["Day 1", "Bridge", "Orta"]
    assert _related(site, "2022/12/02/öz/index.html") == ["Day 2", "Day 1", "Körpü"]
