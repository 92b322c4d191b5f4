"""content/front.toml: what an editor puts on the front page, until when, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

import pytest

from broadsheet.build.schedule import read_outlook
from broadsheet.common.progress import Progress
from broadsheet.editing.fixing import find_fixes
from broadsheet.editing.moving import plan_move
from tests.builds import AS_OF, built, done, plain_site, previewed, printed
from tests.plain import LAYOUTS, article
from tests.sites import SETTINGS, Site

_HOME = """\
{% set front = archive.front() %}
lead {{ front.lead.title if front.lead else "none" }}
{% for story in front.second %}second {{ story.title }}
{% endfor %}
{% for each in front.packages %}{{ each.heading }}: {{ each.articles | map(attribute='title') | join(' ') }}

{% endfor %}
newest {{ archive.latest(1)[0].title }}
"""
_FRONT = """\
lead = "a.md"
second = ["b.md", { story = "c.md", until = 2026-02-01 }]

[[packages]]
heading = "Water"
until = 2026-03-01T12:00:00
stories = ["d.md", "sub/e.md"]
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return _site(tmp_path / "site")


def _site(folder: Path) -> Site:
    names = {"a": "A", "b": "B", "c": "C", "d": "D", "sub/e": "E", "f": "F", "g": "G"}
    stories = {
        f"content/{name}.md": article(title, f"2025-01-0{day}")
        for day, (name, title) in enumerate(names.items(), start=1)
    }
    site = plain_site(folder, stories)
    site.write("layouts/home.html", _HOME)
    return site


def _home(site: Site) -> list[str]:
    return [row for row in site.read("public/index.html").splitlines() if row]


def test_without_the_file_nothing_is_put_there(site: Site) -> None:
    built(site)
    assert _home(site) == ["lead none", "newest G"]


def test_what_an_editor_puts_on_the_front_page_changes_that_page_alone(site: Site) -> None:
    built(site)
    result = done(site, lambda: site.write("content/front.toml", _FRONT))
    assert result.written == {"index.html"}
    assert result.removed == frozenset()
    assert _home(site) == ["lead A", "second B", "second C", "Water: D E", "newest G"]
    other = _FRONT.replace('"a.md"', '"f.md"')
    assert done(site, lambda: site.write("content/front.toml", other)).written == {"index.html"}
    assert _home(site)[0] == "lead F"
    assert done(site, lambda: site.write("content/front.toml", other + "# Words.\n")).build.rendered == 0
    assert done(site, lambda: site.delete("content/front.toml")).written == {"index.html"}
    assert _home(site) == ["lead none", "newest G"]


def test_a_new_headline_of_a_story_that_is_put_there_reaches_the_front_page(site: Site) -> None:
    site.write("content/front.toml", 'lead = "a.md"\n')
    built(site)
    text = site.read("content/a.md").replace("title: A", "title: Anew")
    assert "index.html" in done(site, lambda: site.write("content/a.md", text)).written
    assert _home(site)[0] == "lead Anew"


def test_a_story_gives_way_when_its_time_has_passed_and_the_outlook_says_when(site: Site) -> None:
    site.write("content/front.toml", _FRONT)
    built(site)
    # Midnight and noon in Baku.
    leaves, ends = dt.datetime(2026, 1, 31, 20, tzinfo=dt.UTC), dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
    assert read_outlook(site.folder).changes == leaves
    before = done(site, lambda: None, as_of=leaves - dt.timedelta(seconds=1))
    assert "index.html" not in before.written
    assert done(site, lambda: None, as_of=leaves).written == {"index.html"}
    assert _home(site) == ["lead A", "second B", "Water: D E", "newest G"]
    assert read_outlook(site.folder).changes == ends
    assert done(site, lambda: None, as_of=ends).written == {"index.html"}
    assert _home(site) == ["lead A", "second B", "newest G"]
    built(site)
    assert _home(site) == ["lead A", "second B", "second C", "Water: D E", "newest G"]


def test_a_story_that_has_expired_gives_way_and_is_no_problem(site: Site) -> None:
    site.write("content/front.toml", _FRONT)
    site.write("content/b.md", article("B", "2025-01-02", more="expires: 2025-06-01"))
    built(site)
    assert _home(site)[:2] == ["lead A", "second C"]


def test_stories_that_readers_would_not_find_are_problems_with_their_lines(site: Site) -> None:
    site.write("content/front.toml", 'lead = "held.md"\nsecond = ["draft.md", "none.md", "over.md"]\n')
    site.write("content/held.md", article("Held", "2027-01-01"))
    site.write("content/draft.md", article("Draft", "2025-01-01", more="draft: true"))
    more = "retracted: { date: 2025-06-08, reason: Untrue. }"
    site.write("content/over.md", article("Over", "2025-01-01", more=more))
    expected = """\
content/front.toml:1:9: lead: held.md is held back
  | lead = "held.md"
  |         ^
  Put it there once it is published.
content/front.toml:2:12: second: draft.md is a draft
  | second = ["draft.md", "none.md", "over.md"]
  |            ^
  Put it there once it is published.
content/front.toml:2:24: second: there is no content/none.md
  | second = ["draft.md", "none.md", "over.md"]
  |                        ^
  Fix the path, or take it out.
content/front.toml:2:35: second: over.md has been retracted
  | second = ["draft.md", "none.md", "over.md"]
  |                                   ^
  Take it out.
"""
    assert printed(site).strip() == expected.strip()
    assert previewed(site).strip() == expected.strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('lead = "a.md"\nleed = "b.md"\n', '2:1: leed: is not known here|Did you mean "lead"?'),
        ("lead = 3\n", '1:1: lead: names no story|Write the path of an article: lead = "2026/11/a.md"'),
        ('second = "a.md"\n', '1:1: second: is no list|Write second = ["2026/11/a.md", "2026/11/b.md"]'),
        (
            'second = ["a.md", "b.md", "c.md", "d.md"]\n',
            "1:1: second: has more than 3 stories|Take some out.",
        ),
        (
            'lead = "a.md"\nsecond = ["a.md"]\n',
            "1:9: second: a.md is on the front page already|Name each story once.",
        ),
        (
            '[[packages]]\nstories = ["a.md"]\n',
            '1:0: heading: this package has none|Write what it is about: heading = "The flood"',
        ),
        (
            '[[packages]]\nheading = "A"\nstories = ["a.md"]\n[[packages]]\nheading = "B"\n',
            '4:0: stories: this package has none|Write stories = ["2026/11/a.md", "2026/11/b.md"]',
        ),
        (
            '[[packages]]\nheading = "A"\nuntil = 7\nstories = ["a.md"]\n',
            "3:1: until: is no date|Write until = 2026-11-30, or until = 2026-11-30T18:00:00",
        ),
        ("lead = a.md\n", '1:8: not TOML: invalid value|Text stands in quotes: name = "value"'),
    ],
)
def test_what_is_wrong_with_the_file_is_told_with_its_line(text: str, expected: str, site: Site) -> None:
    site.write("content/front.toml", text)
    where, hint = expected.split("|")
    rows = printed(site).splitlines()
    assert rows[0] == f"content/front.toml:{where.replace(':0:', ':')}"
    assert rows[-1].strip() == hint


def test_a_path_that_differs_by_case_is_mended(site: Site) -> None:
    site.write("content/front.toml", 'lead = "A.md"\n')
    assert "Upper and lower case differ." in printed(site)
    fixes = find_fixes(site.folder, (), AS_OF, Progress())
    (change,) = [each for each in fixes.changes if each.path == "content/front.toml"]
    assert change.after == b'lead = "a.md"\n'


def test_an_article_that_moves_stays_on_the_front_page(site: Site) -> None:
    site.write("content/front.toml", _FRONT)
    built(site)
    move = plan_move(site.folder, "content/sub/e.md", "content/other/h.md", AS_OF, Progress())
    (change,) = [each for each in move.changes if each.path == "content/front.toml"]
    assert change.after == _FRONT.replace("sub/e.md", "other/h.md").encode()


def test_the_preview_follows_the_file(site: Site) -> None:
    site.write("content/front.toml", 'lead = "none.md"\n')
    assert "there is no content/none.md" in previewed(site)
    site.write("content/front.toml", 'lead = "b.md"\n')
    assert previewed(site) == ""


def test_the_theme_shows_the_stories_where_they_are_put_and_none_twice(tmp_path: Path) -> None:
    site = _site(tmp_path / "site")
    for name in LAYOUTS:
        site.delete(f"layouts/{name}")
    site.write("site.toml", f'{SETTINGS}[content]\nrequired = ["title"]\n[search]\non = false\n')
    site.write("content/front.toml", _FRONT)
    built(site)
    page = site.read("public/index.html")
    places = [page.index(f">{title}</a>") for title in ("A", "B", "C", "G", "F", "D", "E")]
    assert places == sorted(places)
    assert all(page.count(f">{title}</a>") == 1 for title in "ABCDEFG")
    assert "<h2>Water</h2>" in page
    done(
        site, partial(site.write, "content/front.toml", '[[packages]]\nheading = "All"\nstories = ["a.md"]\n')
    )
    assert site.read("public/index.html").count(">A</a>") == 1
