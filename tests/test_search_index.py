"""The search index of a built site: what is in its files, and which of them an edit changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from broadsheet.read.search_keys import shard_of
from broadsheet.render.formats.search_index import write_segment
from tests.builds import built, clean_outputs, done, plain_site
from tests.plain import SETTINGS, article
from tests.search_reader import Posting, read_index, read_lists
from tests.sites import Site

_MARKS = (".", ":", "!")
_ON = SETTINGS.replace("on = false", "on = true")


def _read(content: bytes) -> dict[str, list[Posting]]:
    return dict(read_lists(json.loads(content)))


_WORDS = st.text("abcdéяß\U00010400\U00010401", min_size=1, max_size=6)


@given(
    articles=st.lists(st.lists(st.sets(_WORDS), min_size=4, max_size=4), max_size=60),
    shards=st.sampled_from((1, 4, 48)),
)
def test_a_segment_says_which_articles_have_which_words(articles: list[list[set[str]]], shards: int) -> None:
    contributed: list[str] = []
    expected: dict[str, list[Posting]] = {}
    for number, lines in enumerate(articles):
        seen: set[str] = set()
        rows = []
        for mark, line in zip(("", *_MARKS), lines, strict=True):
            words = sorted(line - seen)
            seen |= line
            rows.append(" ".join(words))
            for word in words:
                expected.setdefault(word, []).append(Posting(number, mark))
        contributed.append("\n".join((*rows, f"tag/{number % 3}")))
    *files, facets = write_segment("code", contributed, shards)
    assert len(files) == shards
    found: dict[str, list[Posting]] = {}
    for number, content in enumerate(files):
        of_shard = _read(content)
        assert {shard_of(word, shards) for word in of_shard} <= {number}
        found |= of_shard
    assert found == expected
    tags = {f"tag/{rest}": [Posting(at) for at in range(rest, len(articles), 3)] for rest in range(3)}
    assert _read(facets) == {tag: postings for tag, postings in tags.items() if postings}


def test_places_stand_behind_their_articles() -> None:
    contributed = ["flood@3,17,2040\nbridge@0,1\n\ntitle@40\n", "", "flood@0\n\n\n\n"]
    (shard, _) = write_segment("code", contributed, 1)
    assert _read(shard) == {
        "bridge": [Posting(0, ".", (0, 1))],
        "flood": [Posting(0, "", (3, 17, 2040)), Posting(2, "", (0,))],
        "title": [Posting(0, "!", (40,))],
    }


_STORIES = {
    "content/flood.md": article(
        "The flood", "2022-11-05", author="Ana Ruiz", dateline="Baku", section="Politics", tags=("Oil",),
        body="Water rose in Gəncə.",
    ),
    "content/calm.md": article("A calm sea", "2022-11-06 09:00", body="The water fell. Water stays."),
    "content/storm.md": article("A storm", "2023-02-01", body="Wind and water."),
}  # fmt: skip


def _site(folder: Path, articles: Mapping[str, str] = _STORIES, settings: str = _ON) -> Site:
    return plain_site(folder / "site", dict(articles), settings=settings)


def test_words_and_facets_lead_to_the_articles_that_have_them(tmp_path: Path) -> None:
    site = _site(tmp_path)
    built(site)
    outputs = site.outputs()
    index = read_index(outputs)
    words, facets = index.words, index.facets
    flood, calm, storm = "2022/11/05/flood/", "2022/11/06/calm/", "2023/02/01/storm/"
    assert words["water"] == [flood, calm, storm]
    assert words["gence"] == [flood]
    assert words["calm"] == [calm]
    assert words["ruiz"] == words["baku"] == words["politics"] == words["oil"] == [flood]
    assert facets["author/ana-ruiz"] == facets["tag/oil"] == facets["dateline/baku"] == [flood]
    assert facets["language/en"] == [flood, calm, storm]
    assert [index.marks["flood", flood], index.marks["water", flood], index.marks["water", calm]] == [
        "!",
        ":",
        ":",
    ]
    (first, _) = json.loads(outputs["search/2022/results/1.json"])["articles"]
    assert first == [
        flood,
        "The flood",
        "2022-11-05",
        "",
        ["Ana Ruiz"],
        "Baku",
        "Politics",
        "Water rose in Gəncə.",
    ]


def test_what_readers_may_not_see_cannot_be_found(tmp_path: Path) -> None:
    hidden = {
        "content/draft.md": article("A secretdraft", "2022-11-05", more="draft: yes"),
        "content/late.md": article("An embargoedone", "2031-11-05"),
        "content/over.md": article("An expiredone", "2022-11-04", more="expires: 2023-01-01"),
        "content/untrue.md": article(
            "A retractedone", "2022-11-03", more="retracted: { date: 2022-11-12, reason: Liedabout it. }",
            tags=("Hoax",),
        ),
    }  # fmt: skip
    site = _site(tmp_path, {**_STORIES, **hidden})
    built(site)
    outputs = site.outputs()
    index = read_index(outputs)
    unseen = {"secretdraft", "embargoedone", "expiredone", "retractedone", "liedabout", "tag/hoax"}
    assert not unseen & {*index.words, *index.facets}
    written = b"".join(content for path, content in outputs.items() if path.startswith("search/"))
    for title in (b"secretdraft", b"embargoedone", b"expiredone", b"retractedone", b"Liedabout", b"Hoax"):
        assert title not in written
    # An expired one is not of the archive; a retracted one keeps its place, so that others keep theirs.
    assert json.loads(outputs["search/2022/results/1.json"])["articles"][0] is None


def test_an_edit_that_leaves_the_words_leaves_the_index(tmp_path: Path) -> None:
    site = _site(tmp_path)
    built(site)
    again = done(site, lambda: site.write("content/calm.md", _STORIES["content/calm.md"].replace(
        "The water fell. Water stays.", "Water stays: *the water* fell!")))  # fmt: skip
    assert not [path for path in again.written if path.startswith("search/") and "/results/" not in path]


def test_a_word_changes_its_shards_alone(tmp_path: Path) -> None:
    stories = {
        f"content/{number}.md": article(
            f"Story {number}", f"2022-03-{number % 28 + 1:02}", body="Words of mine."
        )
        for number in range(100, 140)
    }
    site = _site(tmp_path, stories)
    built(site)
    text = stories["content/117.md"].replace("Words of mine.", "Words of nothing.")
    again = done(site, lambda: site.write("content/117.md", text))
    changed = {path for path in again.written | again.removed if path.startswith("search/")}
    shards = {f"search/2022/1-50/{shard_of(word, 4)}.json" for word in ("mine", "nothing")}
    assert changed == {*shards, "search/2022/results/1.json"}


def test_search_that_is_off_leaves_no_trace(tmp_path: Path) -> None:
    site = _site(tmp_path, settings=SETTINGS)
    site.write("static/search/page.css", "")
    built(site)
    assert not [path for path in site.outputs() if path.startswith("search")]
    site.write("site.toml", _ON.replace("on = true", 'on = true\nlanguages = ["en-GB", "az"]'))
    built(site)
    beside = {path for path in site.outputs() if path.startswith("search/") and not path.endswith(".json")}
    scripts = {"search/search.js", "search/stemmers/en.js"}
    assert beside == {"search/index.html", "search/page.css", *scripts}
    site.write("site.toml", SETTINGS)
    built(site)
    assert not [path for path in site.outputs() if path.startswith("search")]


def test_a_site_may_have_a_search_of_its_own_instead(tmp_path: Path) -> None:
    site = _site(tmp_path, settings=SETTINGS)
    site.write("static/search/index.html", "Mine.")
    site.write("static/search/index.json", "{}")
    built(site)
    assert site.read("public/search/index.html") == "Mine."
    assert {"search/index.html", "search/index.json"} <= site.outputs().keys()


def test_fields_and_places_are_settings(tmp_path: Path) -> None:
    site = _site(tmp_path, settings=_ON.replace("on = true", 'on = true\nfields = ["title"]'))
    built(site)
    words = read_index(site.outputs()).words
    assert "flood" in words
    assert "water" not in words
    site.write("site.toml", _ON.replace("on = true", "on = true\npositions = true"))
    built(site)
    assert site.outputs() == clean_outputs(site)
    found: dict[str, list[Posting]] = {}
    for path, content in site.outputs().items():
        if path.startswith("search/2022/1-50/") and not path.endswith("facets.json"):
            found |= _read(content)
    assert all(posting.places for postings in found.values() for posting in postings)
    rose, water = (found[word][0].places[0] for word in ("rose", "water"))
    assert rose == water + 1


def test_fifty_articles_close_the_year_before(tmp_path: Path) -> None:
    stories = {f"content/{at}.md": _note(at, f"2022-{at // 25 + 1:02}-03") for at in range(260)}
    stories |= {f"content/{at}.md": _note(at, "2023-01-03") for at in range(300, 349)}
    site = _site(tmp_path, stories)
    built(site)
    assert read_index(site.outputs()).spans == {"2022": ["1-250", "251-300"], "2023": ["1-50"]}
    found = done(site, lambda: site.write("content/349.md", _note(349, "2023-01-04")))
    index = read_index(site.outputs())
    assert index.spans == {"2022": ["1-1000"], "2023": ["1-50"]}
    assert len(set(index.words["story"])) == len(index.words["story"]) == 310
    assert len([path for path in found.written | found.removed if path.startswith("search/")]) <= 70
    done(site, lambda: site.delete("content/349.md"))
    assert read_index(site.outputs()).spans == {"2022": ["1-250", "251-300"], "2023": ["1-50"]}


def _note(number: int, date: str) -> str:
    return article(f"Story {number}", date, body=f"Words of number {number}.")
