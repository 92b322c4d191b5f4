"""One content file to one Article, or all of its problems at once."""

# ruff: noqa: RUF001 - quotes and dashes are set

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import textwrap
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from broadsheet.common.model import Article, Correction, Facet, Picture, Retraction, Source
from broadsheet.common.pictures import CENTER, LINKED, lead_use
from broadsheet.common.problems import Problems
from broadsheet.read.article import read
from broadsheet.settings import reader
from broadsheet.settings.fields import ARTICLE_FIELDS
from broadsheet.settings.model import ReadSettings, Settings, read_settings

PATH = "content/2022/11/flood.md"
SITE = """\
title = "The Example Courier"
url = "https://example.org/archive/"
language = "en"
timezone = "Asia/Baku"
"""
RELAXED = '[content]\nrequired = ["title"]\n'


def settings(more: str = RELAXED) -> Settings:
    return reader.read(SITE + more)


def article(
    front_matter: str, body: str = "Water rose.\n", *, path: str = PATH, site: str = RELAXED
) -> Article:
    """Return the article of a file; a title and a date are put before ``front_matter``."""
    text = f"---\ntitle: Flood\ndate: 2022-11-05 09:14\n{front_matter}\n---\n{body}"
    return read(path, text.encode(), settings(site))


def bare(text: str, *, path: str = PATH, site: str = RELAXED) -> Article:
    return read(path, text.encode(), settings(site))


def complaint(front_matter: str, *, path: str = PATH, site: str = RELAXED) -> str:
    """Return the problems of an article as they are printed; ``front_matter`` begins on line 4."""
    with pytest.raises(Problems) as raised:
        article(front_matter, path=path, site=site)
    return str(raised.value)


def dedented(text: str) -> str:
    return textwrap.dedent(text).strip("\n")


def names(facets: tuple[Facet, ...]) -> list[str]:
    return [facet.name for facet in facets]


def test_a_whole_article() -> None:
    text = dedented(
        """
        ---
        id: 2022-flood
        title: "Flood: the town under water"
        author: [Aygün Həsənova, J. Doe]
        dateline: Washington D.C.
        date: 05.11.2022 09:14
        updated: 2022-11-06T10:00Z
        section: Politics
        tags: [Oil, CRI-O, cri o]
        summary: What came.
        slug: the-flood
        image: {file: pictures/quay.png, alt: The quay, caption: The quay at noon, credit: A. H.}
        draft: yes
        language: az
        translations: The flood
        aliases: /old/flood/
        source: {name: The Wire, url: "https://wire.example/1"}
        series: [The flood, The dam]
        genre: Report
        edition: 2022-11-06
        page: A1
        column: 3
        corrections:
          - {date: 08.11.2022 10:00, text: "The wall is 3 m high.", kind: clarification}
          - date: 2022-11-07
            text: "Not four: three."
        weight: 5
        ---
        See [the rain](rain.md).
        """
    )
    site = '[dates]\nformats = ["%d.%m.%Y %H:%M"]\n'
    found = read(PATH, text.encode(), settings(site))
    baku = dt.timezone(dt.timedelta(hours=4))
    assert dataclasses.replace(found, body="", links=(), words=0, search="") == Article(
        path=PATH,
        id="2022-flood",
        title="Flood: the town under water",
        authors=(
            Facet(kind="author", slug="aygün-həsənova", name="Aygün Həsənova"),
            Facet(kind="author", slug="j-doe", name="J. Doe"),
        ),
        dateline=Facet(kind="dateline", slug="washington-d-c", name="Washington D.C."),
        section=Facet(kind="section", slug="politics", name="Politics"),
        tags=(Facet(kind="tag", slug="oil", name="Oil"), Facet(kind="tag", slug="cri-o", name="CRI-O")),
        day=dt.date(2022, 11, 5),
        date=dt.datetime(2022, 11, 5, 9, 14, tzinfo=baku),
        updated=dt.datetime(2022, 11, 8, 10, 0, tzinfo=baku),
        expires=None,
        summary="What came.",
        slug="the-flood",
        output="2022/11/05/the-flood/index.html",
        picture=Picture(
            path="content/2022/11/pictures/quay.png",
            alt="The quay",
            caption="The quay at noon",
            credit="A. H.",
        ),
        draft=True,
        language="az",
        language_facet=Facet(kind="language", slug="az", name="azərbaycan"),
        translations="the-flood",
        aliases=("old/flood/index.html",),
        source=Source(name="The Wire", url="https://wire.example/1"),
        series=(
            Facet(kind="series", slug="the-flood", name="The flood"),
            Facet(kind="series", slug="the-dam", name="The dam"),
        ),
        genre="report",
        edition=Facet(kind="edition", slug="2022-11-06", name="2022-11-06"),
        page="A1",
        column="3",
        corrections=(
            Correction(
                kind="correction",
                day=dt.date(2022, 11, 7),
                date=dt.datetime(2022, 11, 7, tzinfo=baku),
                timed=False,
                text="Not four: three.",
            ),
            Correction(
                kind="clarification",
                day=dt.date(2022, 11, 8),
                date=dt.datetime(2022, 11, 8, 10, tzinfo=baku),
                text="The wall is 3 m high.",
            ),
        ),
        extra={"weight": "5"},
        body="",
        words=0,
        links=(),
    )
    assert "the rain" in found.body
    picture, link = found.links
    assert picture.path == "content/2022/11/pictures/quay.png"
    assert picture.shown == lead_use(CENTER)
    assert (link.path, link.line, link.shown) == ("content/2022/11/rain.md", 29, LINKED)


def test_what_is_not_written_is_empty() -> None:
    found = article("")
    assert (found.id, found.authors, found.tags, found.aliases, found.extra) == ("", (), (), (), {})
    assert (found.dateline, found.section, found.picture, found.source, found.updated) == (None,) * 5
    assert (found.draft, found.language, found.slug) == (False, "en", "flood")
    assert found.output == "2022/11/05/flood/index.html"


@pytest.mark.parametrize("empty", ["", "~", "''", "[]", "['']", "{}", "null"])
def test_an_empty_field_is_as_good_as_none(empty: str) -> None:
    keys = ("author", "dateline", "updated", "section", "tags", "summary", "slug", "image", "draft", "source")
    rows = "\n".join(f"{key}: {empty}" for key in (*keys, "language", "translations", "aliases", "id"))
    assert dataclasses.replace(article(rows), extra={}) == article("")


@pytest.mark.parametrize(
    ("language", "slug"),
    [
        ("en-US", ""),
        ("EN", ""),
        ("pt-BR", "pt"),
        ("zh-Hant-TW", "zh-hant"),
        ("zh_Hant_TW", "zh-hant"),
        ("zh_cn", "zh"),
        ("az-Latn", "az-latn"),
        ("ar", "ar"),
    ],
)
def test_a_language_is_a_facet_without_its_region_unless_it_is_the_sites_own(
    language: str, slug: str
) -> None:
    facet = article(f"language: {language}").language_facet
    assert (facet.slug if facet else "") == slug


def test_an_underscore_in_a_language_is_a_hyphen() -> None:
    assert article("language: pt_BR").language == "pt-BR"
    assert settings().language == "en"
    assert reader.read(SITE.replace('"en"', '"en_GB"')).language == "en-GB"


def test_the_body_is_set_in_the_language_of_its_article() -> None:
    assert "\u201eWasser\u201c" in article("language: de", body='"Wasser" stieg.').body
    assert "\u201cWater\u201d" in article("", body='"Water" rose.').body


def test_what_is_read_with_the_text_is_set_as_the_text_is() -> None:
    found = article(
        dedented("""
        language: de
        summary: '"Wasser" -- viel...'
        image: {file: a.png, alt: '"Quay"', caption: '"Kai"', credit: "Foto: 'Kai'"}
        corrections: [{date: 2022-11-06, text: 'Es war "Wasser".'}]
        author: Ana "Water" Ruiz
        tags: ['"Oil"']
        source: 'The "Gazette"'
        slug: "a--b"
        deck: '"x"'
        """),
        body='"Wasser"\n\n![a "b"](b.png "Das \\"Kai\\"")',
    )
    assert found.summary == "„Wasser“ – viel…"
    assert found.picture == Picture(
        path="content/2022/11/a.png", alt='"Quay"', caption="„Kai“", credit="Foto: ‚Kai‘"
    )
    assert [note.text for note in found.corrections] == ["Es war „Wasser“."]
    assert names(found.authors) == ['Ana "Water" Ruiz']
    assert names(found.tags) == ['"Oil"']
    assert found.source == Source(name='The "Gazette"', url="")
    assert found.slug == "a--b"
    assert found.extra == {"deck": '"x"'}
    assert "<p>„Wasser“</p>" in found.body
    assert 'alt="a &quot;b&quot;"' in found.body


def test_titles_and_reasons_are_set_in_the_language_of_the_article() -> None:
    rows = "language: fr\nretracted: {date: 2022-11-06, reason: 'Erreur !'}"
    text = f"---\ntitle: '\"L''eau\" monte : pourquoi ?'\ndate: 2022-11-05\n{rows}\n---\nWater.\n"
    found = bare(text)
    assert found.title == "«\u202fL’eau\u202f» monte\u00a0: pourquoi\u202f?"
    assert found.slug == "flood"
    assert found.retracted is not None
    assert found.retracted.reason == found.summary == "Erreur\u202f!"


def test_the_opening_keeps_no_break_spaces() -> None:
    assert article("language: fr", body='"Oui" : *non*&nbsp;!').summary == (
        "«\u202fOui\u202f»\u00a0: non\u00a0!"
    )


def test_the_summary_is_the_opening_of_the_body_unless_it_is_written() -> None:
    assert article("").summary == "Water rose."
    assert article("summary: A &amp; B").summary == "A & B"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("EPA&#8217;s &amp;amp; AT&T &nbsp;R&D", "EPA\u2019s &amp; AT&T R&D"),
        ("'  Flood \u202f'", "Flood"),
        ('"one\\ttwo\\n  three"', "one two three"),
        ('"Fl\\bood&#8;"', "Flood"),
        ("10\u00a0000 dead", "10\u00a0000 dead"),
        ("<b>Flood</b> *now*", "<b>Flood</b> *now*"),
        (">\n  one\n  two", "one two"),
        ("1984", "1984"),
        ("NO", "NO"),
    ],
)
def test_titles_are_decoded_once_and_white_space_collapses(written: str, title: str) -> None:
    text = f"---\ndate: 2022-11-05\ntitle: {written}\n---\nWater.\n"
    assert bare(text).title == title


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("author: Jane Doe", ["Jane Doe"]),
        ("author: [Jane Doe, A&amp;B, jane doe]", ["Jane Doe", "A&B"]),
        ("author:\n  - name: Jane Doe\n    mail: x@example.org\n  - John", ["Jane Doe", "John"]),
        ("author: {name: Jane Doe}", ["Jane Doe"]),
        ("author:\n- Jane\n- \n- ''", ["Jane"]),
    ],
)
def test_authors_are_one_name_or_a_list_and_each_once(written: str, expected: list[str]) -> None:
    assert names(article(written).authors) == expected


def test_tags_are_one_word_or_a_list_and_the_first_spelling_stays() -> None:
    assert names(article("tags: oil").tags) == ["oil"]
    assert names(article("tags: [CRI-O, cri_o, 'cri o', Cri-O]").tags) == ["CRI-O"]


@pytest.mark.parametrize("word", ["yes", "Yes", "true", "TRUE", "on", "1"])
def test_a_draft_says_yes_in_many_ways(word: str) -> None:
    assert article(f"draft: {word}").draft


@pytest.mark.parametrize(
    "rows",
    [
        "draft: no",
        "draft: False",
        "published: true",
        "status: publish",
        "visibility: Public",
        "hidden: no",
        "",
    ],
)
def test_what_is_no_draft(rows: str) -> None:
    assert not article(rows).draft


def test_published_false_is_a_draft() -> None:
    assert article("published: false").draft
    assert article("draft: no\npublished: No").draft


_MAPPED = f"""{RELAXED}
[front_matter]
draft = ["draft", "status", "is_draft"]
date = ["publishDate", "date"]
expires = ["expires", "expiryDate"]
extra = ["visibility", "published"]
"""


@pytest.mark.parametrize(
    ("row", "ours"),
    [
        ("status: draft", "draft"),
        ("status: private", "draft"),
        ("status: resting", "draft"),
        ("status: [draft]", "draft"),
        ("visibility: members", "draft"),
        ("is_draft: true", "draft"),
        ("Is-Draft: yes", "draft"),
        ("unpublished: true", "draft"),
        ("publishDate: 2027-01-01", "date"),
        ("publish_date: 2020-01-01", "date"),
        ("embargo: 2027-01-01", "date"),
        ("expiryDate: 2020-01-01", "expires"),
        ("expirydate: 2031-01-01", "expires"),
    ],
)
def test_a_field_that_may_hold_an_article_back_is_a_problem_until_it_is_said_what_it_is(
    row: str, ours: str
) -> None:
    name = row.partition(":")[0]
    assert complaint(row).splitlines() == [
        f"content/2022/11/flood.md:4:1: {name} may hold the article back, and nothing reads it",
        f"  | {row}",
        "  | ^",
        (
            f'  Say in site.toml what it is: [front_matter] {ours} = ["{ours}", "{name}"]'
            f' If it means nothing here: extra = ["{name}"]'
        ),
    ]
    declared = f'{RELAXED}\n[front_matter]\nextra = ["{name}"]\n'
    assert not article(row, site=declared).draft


@pytest.mark.parametrize("row", ["status:", "hidden: ''", "embargo: []"])
def test_a_field_that_says_nothing_holds_nothing_back(row: str) -> None:
    assert not article(row).draft


@pytest.mark.parametrize(
    ("rows", "draft"),
    [
        ("status: draft", True),
        ("status: Pending", True),
        ("is_draft: true", True),
        ("draft: no\nstatus: private", True),
        ("draft: no\nstatus: published", False),
        ("status: publish\nvisibility: members", False),
        ("published: 2027-05-05", False),
        ("published: no", True),
    ],
)
def test_of_several_fields_for_a_draft_one_is_enough(rows: str, draft: bool) -> None:  # noqa: FBT001
    assert article(rows, site=_MAPPED).draft is draft


def test_a_word_that_yaml_took_for_a_comment_holds_nothing_back_in_silence() -> None:
    for row in ("draft: #1", "published: #no", "status: #draft"):
        assert row in complaint(row)


def test_a_word_that_says_neither_is_a_problem() -> None:
    assert "status is neither yes nor no" in complaint("status: resting", site=_MAPPED)
    for written in ("nein", "2027-05-05", "[no]"):
        assert complaint(f"published: {written}").splitlines()[::3] == [
            "content/2022/11/flood.md:4:12: published is neither yes nor no",
            '  If it is a date, say so in site.toml: [front_matter] date = ["date", "published"]',
        ]
    dated = f'{RELAXED}\n[front_matter]\ndate = ["published", "date"]\n'
    assert article("published: 2027-05-05", site=dated).day.year == 2027


def test_dates_of_other_generators_can_be_read() -> None:
    read = article("publishDate: 2027-01-01\nexpiryDate: 2031-01-01", site=_MAPPED)
    assert (read.day.year, read.expires and read.expires.year) == (2027, 2031)


@pytest.mark.parametrize(
    ("row", "name", "listed"),
    [
        ("tags: Oil, Gas", "Oil, Gas", "Oil, Gas"),
        ("tags: Oil; Gas ;", "Oil; Gas ;", "Oil, Gas"),
        ("tags: '[Oil, Gas]'", "[Oil, Gas]", "Oil, Gas"),
        ("tags:\n  -Oil\n  -Gas", "-Oil -Gas", "Oil, Gas"),
        ("tags: Нефть\u060c Газ", "Нефть\u060c Газ", "Нефть, Газ"),
        ("tags: [石油，天然气]", "石油，天然气", "石油, 天然气"),
        ("series: A, B", "A, B", "A, B"),
        ("author: Ana Ruiz and Li Wei", "Ana Ruiz and Li Wei", "Ana Ruiz, Li Wei"),
        ("author: Ana Ruiz & Li Wei", "Ana Ruiz & Li Wei", "Ana Ruiz, Li Wei"),
        ("author: King, Jr.", "King, Jr.", "King, Jr."),
    ],
)
def test_several_names_written_as_one_are_a_problem(row: str, name: str, listed: str) -> None:
    field = row.partition(":")[0]
    found = complaint(row).splitlines()
    assert found[0].partition(": ")[2] == f"{field}: {name} looks like several names"
    hint = f"  Write a list: {field}: [{listed}]"
    assert found[-1] == (
        hint if "[" in row and "'" not in row else f'{hint} If it is one name: {field}: ["{name}"]'
    )


def test_a_semicolon_in_a_list_is_a_problem() -> None:
    found = complaint("tags: [Oil; Gas]").splitlines()
    assert found[0] == "content/2022/11/flood.md:4:8: tags: Oil; Gas looks like several names"
    assert found[-1] == "  Write a list: tags: [Oil, Gas]"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("tags: Arts and Culture", ["Arts and Culture"]),
        ('tags: ["Oil, Gas", Salt]', ["Oil, Gas", "Salt"]),
        ("tags: sea-level", ["sea-level"]),
        ("tags: C++/CLI", ["C++/CLI"]),
    ],
)
def test_one_name_stays_one(row: str, expected: list[str]) -> None:
    assert names(article(row).tags) == expected


def test_names_can_be_split() -> None:
    site = f'{RELAXED}\n[front_matter]\nsplit = ",/"\n'
    read = article('tags: Oil, Gas /Salt,\nauthor: ["King, Jr."]\ndateline: Washington, D.C.', site=site)
    assert (names(read.tags), names(read.authors)) == (["Oil", "Gas", "Salt"], ["King, Jr."])
    assert read.dateline
    assert read.dateline.name == "Washington, D.C."


def test_an_update_counts_only_after_publication() -> None:
    assert article("updated: 2022-11-04").updated is None
    assert article("updated: 2022-11-05 09:13").updated is None
    assert article("updated: 2022-11-05 09:14").updated is None
    assert article("updated: 2022-11-05 09:15").updated == dt.datetime(2022, 11, 5, 5, 15, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("rows", "timed"),
    [
        ("updated: 2022-11-05", False),
        ("corrections: [{date: 2022-11-05, text: No.}]", False),
        ("corrections: [{date: 2022-11-05 08:00, text: No.}]", True),
        ("corrections: [{date: 2022-11-05, kind: update, text: It fell.}]\nupdated: 2022-11-05", False),
        ("retracted: {date: 2022-11-05, reason: No.}", False),
    ],
)
def test_what_was_noted_on_the_day_of_the_article_came_after_it(
    rows: str,
    timed: bool,  # noqa: FBT001
) -> None:
    found = article(rows)
    assert found.updated
    assert found.updated.isoformat() == "2022-11-05T09:14:01+04:00"
    assert (found.timed, found.updated_timed) == (True, timed)
    notes = (*found.corrections, *((found.retracted,) if found.retracted else ()))
    assert {(note.day.isoformat(), note.date, note.timed) for note in notes} <= {
        ("2022-11-05", found.updated, timed)
    }
    bare_day = bare(f"---\ntitle: Flood\ndate: 2022-11-05\n{rows}\n---\nWater.\n")
    assert bare_day.timed is False
    assert bare_day.updated
    assert bare_day.updated.isoformat()[:10] == "2022-11-05"


def test_of_several_updates_the_latest_says_whether_it_has_a_time() -> None:
    rows = "updated: 2022-11-06 10:00\ncorrections: [{date: 2022-11-06, text: No.}]"
    assert article(rows).updated_timed is True
    rows = "updated: 2022-11-05 10:00\ncorrections: [{date: 2022-11-06, text: No.}]"
    assert article(rows).updated_timed is False


@pytest.mark.parametrize(
    ("day", "zone", "date"),
    [
        ("1890-05-06", "Asia/Baku", "1890-05-06T00:00:00+03:19"),
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T01:00:00-02:00"),
        ("2022-11-05", "Asia/Baku", "2022-11-05T00:00:00+04:00"),
    ],
)
def test_whether_an_article_has_a_time_is_remembered(day: str, zone: str, date: str) -> None:
    def in_zone(written: str, path: str = PATH) -> Article:
        text = f"---\ntitle: Flood\n{written}---\nWater.\n"
        return read(path, text.encode(), reader.read(SITE.replace("Asia/Baku", zone) + RELAXED))

    found = in_zone(f"date: {day}\n")
    assert (found.date.isoformat(), found.timed, found.day.isoformat()) == (date, False, day)
    named = in_zone("", path=f"content/{day}-flood.md")
    assert (named.date.isoformat(), named.timed) == (date, False)
    assert in_zone(f"date: {day} 12:00\n").timed is True


@pytest.mark.parametrize(
    ("path", "day", "slug"),
    [
        ("content/2019-1-12-Big Title!.md", "2019-01-12", "big-title"),
        ("content/2019-01-12-title.en.md", "2019-01-12", "title-en"),
        ("content/2019-01-12_title.md", "2019-01-12", "title"),
        ("content/2020-04-21-.md", "2020-04-21", "2020-04-21"),
        ("content/2020-04-21.md", "2020-04-21", "2020-04-21"),
        ("content/2020-04-21-23-dead.md", "2020-04-21", "23-dead"),
        ("content/2019-01-12-\u6d2a\u6c34.md", "2019-01-12", "\u6d2a\u6c34"),
        ("content/2019-01-12-con.md", "2019-01-12", "con-"),
    ],
)
def test_a_date_in_the_files_name_is_the_date_and_not_in_the_slug(path: str, day: str, slug: str) -> None:
    found = bare("---\ntitle: Flood\n---\nWater.\n", path=path)
    assert (found.day.isoformat(), found.slug) == (day, slug)
    assert found.date.isoformat() == f"{day}T00:00:00+04:00"
    assert not found.slug.startswith("-")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (
            "content/2026-02-30-bad.md",
            "2026-02-30 is not a date\n  The last day of that month is 2026-02-28.",
        ),
        ("content/2026-13-01.md", "2026-13-01 is not a date\n  There is no month 13."),
        (
            "content/2026-2-30-bad/index.md",
            "2026-02-30 is not a date\n  The last day of that month is 2026-02-28.",
        ),
    ],
)
def test_a_date_in_the_files_name_that_there_is_not_is_told_if_there_is_no_other(
    path: str, said: str
) -> None:
    fix = "Rename the file, or add a line to the front matter: date: YYYY-MM-DD HH:MM"
    with pytest.raises(Problems) as raised:
        bare("---\ntitle: Flood\n---\nWater.\n", path=path)
    assert str(raised.value) == f"{path}: the date in the file's name is none: {said} {fix}"
    assert article("", path=path).day == dt.date(2022, 11, 5)


def test_a_date_in_the_front_matter_is_stronger_than_one_in_the_name() -> None:
    found = article("", path="content/2019-01-12-title.md")
    assert (found.day, found.slug) == (dt.date(2022, 11, 5), "title")


@pytest.mark.parametrize(
    ("path", "day", "slug"),
    [
        ("content/flood/index.md", "2022-11-05", "flood"),
        ("content/news/The Flood/INDEX.md", "2022-11-05", "the-flood"),
        ("content/2019-01-12-title/index.md", "2019-01-12", "title"),
        ("content/2019/index.md", "2022-11-05", "2019"),
        ("content/news/2019/01/index.md", "2022-11-05", "2019-01"),
        ("content/news/2019/1/12/index.md", "2019-01-12", "2019-1-12"),
        ("content/2019/flood/index.md", "2022-11-05", "flood"),
        ("content/index.md", "2022-11-05", "index"),
        ("content/2019/flood/index-2.md", "2022-11-05", "index-2"),
    ],
)
def test_an_index_is_named_after_its_folder(path: str, day: str, slug: str) -> None:
    date = "" if day.startswith("2019") else f"date: {day}\n"
    found = bare(f"---\ntitle: Flood\n{date}---\nWater.\n", path=path)
    assert (found.day.isoformat(), found.slug) == (day, slug)


def test_an_index_is_named_after_its_folder_in_a_pattern_with_the_files_name_too() -> None:
    site = RELAXED + '[permalinks]\narticle = "/{year}/{file}/"\n'
    found = article("", path="content/2019-01-12-title/index.md", site=site)
    assert found.output == "2022/2019-01-12-title/index.html"


@pytest.mark.parametrize("name", ["2019-02-30-title", "0999-01-01-title", "12-2019-title", "20190112title"])
def test_what_is_no_date_in_a_name_stays_in_the_slug(name: str) -> None:
    assert article("", path=f"content/{name}.md").slug == name


@pytest.mark.parametrize(
    ("written", "slug"),
    [
        ("Big_Title", "Big_Title"),
        ("2016", "2016"),
        ("sin%e2%80%8a-%e2%80%8aready", "sin-ready"),
        ("'%D0%BF%D1%80%D0%B0%D0%B2%D0%B4%D0%B0'", "\u043f\u0440\u0430\u0432\u0434\u0430"),
    ],
)
def test_a_slug_is_as_written_but_decoded_where_it_is_escaped(written: str, slug: str) -> None:
    assert article(f"slug: {written}").slug == slug


def test_the_output_follows_the_permalink() -> None:
    site = RELAXED + '[permalinks]\narticle = "/{section}/{year}/{slug}.html"\n'
    assert article("section: World News", site=site).output == "world-news/2022/flood.html"
    assert article("", site=site).output == "2022/flood.html"
    site = RELAXED + '[permalinks]\narticle = "/{year}/{file}/"\n'
    assert article("", path="content/2019-1-12-Big.md", site=site).output == "2022/2019-1-12-big/index.html"


@pytest.mark.parametrize(
    ("path", "output"),
    [
        ("content/flood.md", "flood/index.html"),
        ("content/World News/2022/flood.md", "world-news/2022/flood/index.html"),
        ("content/news/flood/index.md", "news/flood/index.html"),
        ("content/news/2022/11/05/index.md", "news/2022-11-05/index.html"),
    ],
)
def test_a_permalink_has_the_folder_of_the_file(path: str, output: str) -> None:
    site = RELAXED + '[permalinks]\narticle = "/{folder}/{slug}/"\n'
    assert article("", path=path, site=site).output == output


def test_a_permalink_has_a_language_that_is_not_the_sites() -> None:
    site = RELAXED + '[permalinks]\narticle = "/{language}/{slug}/"\n'
    assert article("language: pt-BR", site=site).output == "pt/flood/index.html"
    assert article("", site=site).output == "flood/index.html"
    assert article("language: EN", site=site).output == "flood/index.html"


@pytest.mark.parametrize(
    ("path", "front", "section"),
    [
        ("content/politics/2022/flood.md", "", "politics"),
        ("content/2022/World News/flood.md", "", "World News"),
        ("content/politics/flood.md", "section: Sport", "Sport"),
        ("content/politics/flood/index.md", "", "politics"),
        ("content/2022/flood.md", "", ""),
        ("content/flood.md", "", ""),
    ],
)
def test_a_folder_may_name_the_section(path: str, front: str, section: str) -> None:
    site = RELAXED.replace("[content]\n", '[content]\nsection = "folder"\n')
    found = article(front, path=path, site=site).section
    assert (found.name if found else "") == section
    alone = article(front, path=path).section
    assert (alone.name if alone else "") == ("Sport" if front else "")


def test_a_missing_field_may_be_a_finding() -> None:
    site = '[content]\nrequired = ["title"]\nreported = ["dateline", "section", "title"]\n'
    found = article("section: Sport", site=site).findings
    assert [(each.path, each.line, each.message) for each in found] == [(PATH, 1, "dateline is missing")]
    by_folder = site.replace("[content]\n", '[content]\nsection = "folder"\n')
    found = article("dateline: Quern", path="content/politics/flood.md", site=by_folder).findings
    assert found == ()


def test_fields_may_be_joined() -> None:
    site = RELAXED + '[front_matter]\ntags = ["tags", "categories"]\njoin = ["tags"]\n'
    front = "tags: [Oil, Gas]\ncategories: [gas, Harbour]"
    found = article(front, site=site)
    assert [tag.name for tag in found.tags] == ["Oil", "Gas", "Harbour"]
    assert not found.extra
    assert [tag.name for tag in article("categories: Harbour", site=site).tags] == ["Harbour"]
    first = article(front, site=site.replace("join", "# join"))
    assert [tag.name for tag in first.tags] == ["Oil", "Gas"]
    assert first.extra == {"categories": ["gas", "Harbour"]}


def test_aliases_may_be_joined_and_names_of_one_slug_are_told_where_they_stand() -> None:
    site = RELAXED + '[front_matter]\naliases = ["aliases", "redirect_from"]\njoin = ["aliases", "tags"]\n'
    found = article("aliases: /a/\nredirect_from: [/b/, /a/]", site=site)
    assert found.aliases == ("a/index.html", "b/index.html")
    site = RELAXED + '[front_matter]\ntags = ["tags", "topics"]\njoin = ["tags"]\n'
    assert complaint("tags: [C]\ntopics: [Oil, C++]", site=site).startswith("content/2022/11/flood.md:5:")


def test_a_section_that_is_required_may_be_that_of_the_folder() -> None:
    site = '[content]\nrequired = ["title", "date", "section"]\n'
    assert "section is missing" in complaint("", site=site)
    by_folder = site.replace("[content]\n", '[content]\nsection = "folder"\n')
    assert article("", path="content/politics/flood.md", site=by_folder).section
    assert "section is missing" in complaint("", site=by_folder, path="content/2022/flood.md")


def test_slugs_may_keep_the_names_of_files() -> None:
    site = RELAXED + '[permalinks]\nslugs = "file"\n'
    path = "content/2022-11-05-Oil_Prices.v2+More.md"
    assert article("", path=path, site=site).output == "2022/11/05/Oil_Prices.v2+More/index.html"
    assert article("slug: own", path=path, site=site).slug == "own"
    assert article("", path="content/2022-11-05.md", site=site).slug == "2022-11-05"
    site = RELAXED + '[permalinks]\narticle = "/{file}/"\nslugs = "file"\n'
    assert article("", path=path, site=site).output == "2022-11-05-Oil_Prices.v2+More/index.html"
    assert article("", path=path).slug == "oil-prices-v2-more"


@pytest.mark.parametrize(
    ("written", "output"),
    [
        ("/2015/old-name/", "2015/old-name/index.html"),
        ("/2015/old-name", "2015/old-name/index.html"),
        ("/news/bridge.html", "news/bridge.html"),
        ("https://example.org/archive/2015/old/", "2015/old/index.html"),
        ("", "2022/11/05/flood/index.html"),
    ],
)
def test_a_permalink_is_the_whole_address(written: str, output: str) -> None:
    site = RELAXED + '[permalinks]\narticle = "/{year}/{month}/{day}/{slug}/"\n'
    found = article(f"permalink: {written}\naliases: [/2015/old-name/]", site=site)
    assert found.output == output
    assert found.aliases == (() if "old-name" in output else ("2015/old-name/index.html",))
    assert found.slug == "flood"


def test_a_permalink_of_other_generators_may_be_left_alone() -> None:
    site = RELAXED + "[front_matter]\npermalink = []\n"
    found = article("permalink: /:year/:title.html", site=site)
    assert (found.output, found.extra) == (
        "2022/11/05/flood/index.html",
        {"permalink": "/:year/:title.html"},
    )
    site = RELAXED + '[front_matter]\npermalink = ["url"]\n'
    assert article("url: /x/", site=site).output == "x/index.html"


def test_an_address_that_is_too_long_for_a_file_is_a_problem() -> None:
    site = RELAXED + '[permalinks]\narticle = "/{section}-{slug}/"\n'
    assert complaint(f"section: {'s' * 200}\nslug: {'x' * 100}", site=site) == dedented(
        """
        content/2022/11/flood.md:1: the article's address is too long for the name of a file
          | ---
          Write a shorter slug.
        """
    )


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("a.png", "content/2022/11/a.png"),
        ("./a%20b.png", "content/2022/11/a%20b.png"),
        ("../../quay/a.png", "content/quay/a.png"),
        ("/images/a.png", "static/images/a.png"),
        ("{file: a.png}", "content/2022/11/a.png"),
        ("https://example.org/archive/up/a%20b.png?w=300", "static/up/a b.png"),
        ("//example.org/archive/a.png", "static/a.png"),
        ("the  two   spaces.png", "content/2022/11/the  two   spaces.png"),
        ("{file: '/a  b.png'}", "static/a  b.png"),
        ('" a\\tb.png "', "content/2022/11/a b.png"),
    ],
)
def test_a_picture_is_found_from_the_article_or_in_static(written: str, path: str) -> None:
    found = article(f"image: {written}")
    assert found.picture == Picture(path=path, alt="", caption="", credit="")


@pytest.mark.parametrize(
    ("written", "output"),
    [
        ("/old/page/", "old/page/index.html"),
        ("/old/page", "old/page/index.html"),
        ("/old/page.html", "old/page.html"),
        ("/old/page/index.html", "old/page/index.html"),
        ("/old/page.php", "old/page.php/index.html"),
        ("/caf%C3%A9/", "caf\u00e9/index.html"),
        ("/", "index.html"),
        ("https://example.org/archive/old/page/", "old/page/index.html"),
        ("http://EXAMPLE.org:80/archive/old/caf%C3%A9", "old/caf\u00e9/index.html"),
        ("//example.org/archive/old.html", "old.html"),
        ("https://example.org/archive", "index.html"),
        ("/a  b/", "a  b/index.html"),
    ],
)
def test_aliases_become_output_paths(written: str, output: str) -> None:
    assert article(f"aliases: [{written}, {written}]").aliases == (output,)


def test_an_alias_that_is_the_articles_own_address_is_left_out() -> None:
    assert article("aliases: [/2022/11/05/flood/, /x/]").aliases == ("x/index.html",)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("The Wire", Source(name="The Wire", url="")),
        ("https://www.wire.example/1", Source(name="wire.example", url="https://www.wire.example/1")),
        ("{name: The Wire}", Source(name="The Wire", url="")),
        ("{url: 'http://wire.example'}", Source(name="wire.example", url="http://wire.example")),
    ],
)
def test_a_source_is_a_name_or_an_address_or_both(written: str, expected: Source) -> None:
    assert article(f"source: {written}").source == expected


def test_foreign_fields_are_kept_as_plain_values() -> None:
    rows = "weight: 010\ncms: {a: [1, {b: c}]}\nsource_url: x\ntitle-en: y\nprinting: 1\nprinting: 2"
    assert article(rows).extra == {
        "weight": "010",
        "cms": {"a": ["1", {"b": "c"}]},
        "source_url": "x",
        "title-en": "y",
        "printing": "2",
    }


MAPPED = RELAXED + textwrap.dedent(
    """\
    [front_matter]
    author = "authors"
    tags = ["topics", "categories"]
    summary = ["summary", "deck"]
    source = []
    extra = ["author", "topic"]
    """
)


def test_their_names_are_read_for_ours_and_the_first_that_is_there_wins() -> None:
    found = article("authors: [A]\ncategories: b\ndeck: C\nsummary: ''", site=MAPPED)
    assert (names(found.authors), names(found.tags), found.summary) == (["A"], ["b"], "C")


def test_what_was_not_chosen_is_kept() -> None:
    found = article("summary: A\ndeck: B\nauthor: C\ntags: D\nsource: e\ntopic: f", site=MAPPED)
    assert (found.summary, found.authors, found.tags, found.source) == ("A", (), (), None)
    assert found.extra == {"deck": "B", "author": "C", "tags": "D", "source": "e", "topic": "f"}


def test_all_problems_of_a_file_come_at_once_those_of_the_body_too() -> None:
    text = dedented(
        """
        ---
        titel: Flood
        date: 2019-02-30
        summary: a: b
        slug: a/b
        ---
        [out](../../../../x.md)
        """
    )
    with pytest.raises(Problems) as raised:
        read(PATH, text.encode(), settings("[content]\nrequired = ['title', 'author']"))
    lines = [problem.line for problem in raised.value.problems]
    assert lines == [1, 1, 2, 3, 4, 5, 7]
    assert str(raised.value).startswith(
        dedented(
            """
            content/2022/11/flood.md:1: author is missing
              Add a line to the front matter: author: …
            content/2022/11/flood.md:1: title is missing
              Add a line to the front matter: title: …
            content/2022/11/flood.md:2:1: there is no field "titel"
              | titel: Flood
              | ^
              Did you mean "title"? If not, declare it in site.toml: [front_matter] extra = ["titel"]
            content/2022/11/flood.md:3:7: date: 2019-02-30 is not a date
              | date: 2019-02-30
              |       ^
              The last day of that month is 2019-02-28.
            content/2022/11/flood.md:4:11: summary: the value needs quotes
              | summary: a: b
              |           ^
              Write it in quotes: summary: "a: b"
            content/2022/11/flood.md:5:7: slug: a/b holds '/'
              | slug: a/b
              |       ^
              Write slug: a-b
            """
        )
    )


def test_a_source_without_anything_is_a_problem_whatever_else_is_wrong() -> None:
    found = complaint("genre: gossip\nsource: {name: }")
    assert "4:8: genre: gossip is no genre" in found
    assert "5:1: source has neither name nor url" in found


def test_a_file_without_front_matter_is_one_problem_not_four() -> None:
    with pytest.raises(Problems) as raised:
        bare("Water rose.\n", site="")
    assert str(raised.value) == dedented(
        """
        content/2022/11/flood.md:1:1: the file has no front matter
          | Water rose.
          | ^
          Begin the file with a line ---, then the fields (title: …), then another line ---.
        """
    )


def test_a_title_and_a_date_are_always_needed() -> None:
    with pytest.raises(Problems) as raised:
        bare("---\ntitle:  # the headline\n---\nWater.\n", site="[content]\nrequired = []")
    assert str(raised.value) == dedented(
        """
        content/2022/11/flood.md:1: date is missing
          Add a line to the front matter: date: YYYY-MM-DD HH:MM
        content/2022/11/flood.md:2:1: title is empty
          | title:  # the headline
          | ^
          Write a value: title: …
        """
    )


def test_a_title_of_nothing_but_space_is_empty() -> None:
    with pytest.raises(Problems) as raised:
        bare("---\ntitle: '&nbsp;\u202f&#8;'\ndate: 2022-11-05\n---\nWater.\n")
    assert [problem.message for problem in raised.value.problems] == ["title is empty"]


def test_a_required_field_is_missed_under_the_name_the_archive_gives_it() -> None:
    site = "[content]\nrequired = ['author', 'image']\n[front_matter]\nauthor = 'authors'"
    assert complaint("", site=site) == dedented(
        """
        content/2022/11/flood.md:1: authors is missing
          Add a line to the front matter: authors: …
        content/2022/11/flood.md:1: image is missing
          Add a line to the front matter: image: bridge.jpg
        """
    )


def test_a_retraction_is_an_update_and_its_reason_the_summary() -> None:
    found = article("summary: Lies.\nretracted: {date: 2022-12-01, reason: It was false.}")
    baku = dt.timezone(dt.timedelta(hours=4))
    date = dt.datetime(2022, 12, 1, tzinfo=baku)
    day = dt.date(2022, 12, 1)
    assert found.retracted == Retraction(day=day, date=date, timed=False, reason="It was false.")
    assert (found.updated, found.summary) == (date, "It was false.")


FAULTS = {
    "corrections that are no notes": (
        "corrections: We were wrong.",
        """
        4:14: corrections has an entry without date and text
          | corrections: We were wrong.
          |              ^
          Write it like this:
          corrections:
            - date: YYYY-MM-DD
              text: …
        """,
    ),
    "a correction without anything": (
        "corrections:\n  - kind: corection",
        """
        5:5: corrections has no date
          |   - kind: corection
          |     ^
          Add to it: date: YYYY-MM-DD HH:MM
        content/2022/11/flood.md:5:5: corrections has no text
          |   - kind: corection
          |     ^
          Add to it: text: …
        content/2022/11/flood.md:5:11: corrections.kind: corection is no kind of correction
          |   - kind: corection
          |           ^
          Did you mean "correction"?
        """,
    ),
    "a correction before the article": (
        "corrections:\n  - {date: 2022-11-04, text: No., txet: No.}",
        """
        5:12: corrections.date is before the article's date
          |   - {date: 2022-11-04, text: No., txet: No.}
          |            ^
          Write when the note was added.
        content/2022/11/flood.md:5:35: there is no field "corrections.txet"
          |   - {date: 2022-11-04, text: No., txet: No.}
          |                                   ^
          Did you mean "text"?
        """,
    ),
    "a kind of correction that is left empty": (
        "corrections: {date: 2022-11-06, text: No., kind: }",
        """
        4:50: corrections.kind:  is no kind of correction
          | corrections: {date: 2022-11-06, text: No., kind: }
          |                                                  ^
          There are correction, clarification, update.
        """,
    ),
    "a retraction without a reason": (
        "retracted: {date: 2022-31-12}",
        """
        4:12: retracted has no reason
          | retracted: {date: 2022-31-12}
          |            ^
          Add to it: reason: …
        content/2022/11/flood.md:4:19: retracted.date: 2022-31-12 is not a date
          | retracted: {date: 2022-31-12}
          |                   ^
          There is no month 31.
        """,
    ),
    "a retraction that is none": (
        "retracted: yes",
        """
        4:12: retracted wants a date and a reason
          | retracted: yes
          |            ^
          Write it like this:
          retracted:
            date: YYYY-MM-DD
            reason: …
        """,
    ),
    "a genre that there is not": (
        "genre: opinon",
        """
        4:8: genre: opinon is no genre
          | genre: opinon
          |        ^
          Did you mean "opinion"?
        """,
    ),
    "an end before the beginning": (
        "expires: 2022-11-05 09:14",
        """
        4:10: expires is not after the article's date
          | expires: 2022-11-05 09:14
          |          ^
          Write a later moment, or leave it out.
        """,
    ),
    "a title cut off": (
        "section: We're #1 again",
        """
        4:10: section is cut off at “ #”, where YAML begins a comment
          | section: We're #1 again
          |          ^
          Write it in quotes: section: "We're #1 again"
        """,
    ),
    "a tag that YAML takes for a comment": (
        "tags:\n  - #oil\n  - gas",
        """
        5:4: tags is cut off at “ #”, where YAML begins a comment
          |   - #oil
          |    ^
          Write it in quotes: - "#oil"
        """,
    ),
    "a name twice": (
        "tags: a\nx: 1\nx: 2\ntags: b",
        """
        7:1: tags stands twice; it is also on line 4
          | tags: b
          | ^
          Leave one out.
        """,
    ),
    "a near miss": (
        "Tags: a",
        """
        4:1: there is no field "Tags"
          | Tags: a
          | ^
          Did you mean "tags"? If not, declare it in site.toml: [front_matter] extra = ["Tags"]
        """,
    ),
    "a list where one is wanted": (
        "section: [a, b]",
        """
        4:10: section is a list, and one value is wanted
          | section: [a, b]
          |          ^
          Write one of them: section: a
        """,
    ),
    "a mapping where a name is wanted": (
        "author:\n  - mail: x@example.org",
        """
        5:5: author is a mapping, and names are wanted
          |   - mail: x@example.org
          |     ^
          Write it in quotes: - "mail: x@example.org"
        """,
    ),
    "a colon in a name of a list": (
        "tags: [Gas, Oil: the rise]",
        """
        4:13: tags is a mapping, and names are wanted
          | tags: [Gas, Oil: the rise]
          |             ^
          Write tags: [Gas, "Oil: the rise"]
        """,
    ),
    "several colons in the names of a list": (
        "tags: [Oil: the rise, Gas: the fall]",
        """
        4:8: tags is a mapping, and names are wanted
          | tags: [Oil: the rise, Gas: the fall]
          |        ^
          Write tags: ["Oil: the rise", "Gas: the fall"]
        """,
    ),
    "a list in a list of names": (
        "author: [[Ana Ruiz, Li Wei]]",
        """
        4:10: author is a list, and names are wanted
          | author: [[Ana Ruiz, Li Wei]]
          |          ^
          Write author: [Ana Ruiz, Li Wei]
        """,
    ),
    "names in braces": (
        "tags: {Oil, Gas}",
        """
        4:8: what is in these braces has names but no values
          | tags: {Oil, Gas}
          |        ^
          If it is a list, write tags: [Oil, Gas] If it is a text: tags: "{Oil, Gas}"
        """,
    ),
    "a list whose hyphen has no plain space after it": (
        "tags:\n  -\u00a0Oil\n  -\u00a0Gas",
        """
        5:3: tags: -\u00a0Oil -\u00a0Gas looks like several names
          |   -\u00a0Oil
          |   ^
          Write a list: tags: [Oil, Gas] If it is one name: tags: ["-\u00a0Oil -\u00a0Gas"]
        """,
    ),
    "a mapping of names": (
        "tags:\n  Oil: the rise",
        """
        5:3: tags is a mapping, and names are wanted
          |   Oil: the rise
          |   ^
          Write a list: tags: [one, another]
        """,
    ),
    "a slug with a space": (
        "slug: The Flood",
        """
        4:7: slug: The Flood holds ' '
          | slug: The Flood
          |       ^
          Write slug: the-flood
        """,
    ),
    "a skipped time": (
        "updated: 2015-03-29 04:30",
        """
        4:10: updated: 2015-03-29 04:30:00 was skipped by the clocks of Asia/Baku
          | updated: 2015-03-29 04:30
          |          ^
          Write 2015-03-29 04:30:00 +04:00 or 2015-03-29 04:30:00 +05:00.
        """,
    ),
    "no draft and no article": (
        "draft: maybe",
        """
        4:8: draft is neither yes nor no
          | draft: maybe
          |        ^
          Write draft: yes, or draft: no.
        """,
    ),
    "a text in braces with a comma": (
        "corrections:\n  - { date: 2026-11-06, text: It is 221 metres, not 212 }",
        """
        5:49: text is cut off at a comma, which ends a value in braces
          |   - { date: 2026-11-06, text: It is 221 metres, not 212 }
          |                                                 ^
          Write it in quotes: - {date: 2026-11-06, text: "It is 221 metres, not 212"}
        """,
    ),
    "a URL in braces with a comma": (
        "source: {name: The Gazette, url: https://example.org/a,b}",
        """
        4:56: url is cut off at a comma, which ends a value in braces
          | source: {name: The Gazette, url: https://example.org/a,b}
          |                                                        ^
          Write it in quotes: source: {name: The Gazette, url: "https://example.org/a,b"}
        """,
    ),
    "a text in braces with a comma and a colon": (
        "retracted: {date: 2026-11-06, reason: The interview, on which: rests}",
        """
        4:54: there is no field "retracted.on which"
          | retracted: {date: 2026-11-06, reason: The interview, on which: rests}
          |                                                      ^
          Write it in quotes: retracted: {date: 2026-11-06, reason: "The interview, on which: rests"}
        """,
    ),
    "a text in braces with a colon": (
        "image: {file: b.jpg, alt: Water: mud, credit: Photo: Ana}",
        """
        4:32: image: the value needs quotes
          | image: {file: b.jpg, alt: Water: mud, credit: Photo: Ana}
          |                                ^
          Write it in quotes: image: {file: b.jpg, alt: "Water: mud", credit: "Photo: Ana"}
        """,
    ),
    "a value in braces without its name": (
        "source: {The Gazette, url: https://example.org/}",
        """
        4:10: The Gazette has no value, and in braces each name has one
          | source: {The Gazette, url: https://example.org/}
          |          ^
          Write it as name: value.
        """,
    ),
    "a part that an image does not have": (
        "image:\n  file: bridge.jpg\n  alt text: A bridge",
        """
        6:3: there is no field "image.alt text"
          |   alt text: A bridge
          |   ^
          image has file, alt, caption, credit, focus.
        """,
    ),
    "corrections in brackets without braces": (
        "corrections: [date: 2026-11-06, text: It was ten.]",
        """
        4:14: corrections: in brackets, date and text are notes of their own
          | corrections: [date: 2026-11-06, text: It was ten.]
          |              ^
          Write it like this:
          corrections:
            - date: YYYY-MM-DD
              text: …
        """,
    ),
    "tags with the signs that they have on social media": (
        "tags: #flood #harbour",
        """
        4:6: tags is cut off at “ #”, where YAML begins a comment
          | tags: #flood #harbour
          |      ^
          Write a list: tags: [flood, harbour] If it is one name: tags: "#flood #harbour"
        """,
    ),
    "names on lines of their own without hyphens": (
        "tags:\n  Oil\n  Gas and air",
        """
        5:3: tags goes on over several lines, which YAML reads as one name
          |   Oil
          |   ^
          Write a list: tags: [Oil, Gas and air] If it is one name: tags: "Oil Gas and air"
        """,
    ),
    "the name of a language": (
        "language: Arabic",
        """
        4:11: language: Arabic is not a language that Babel knows
          | language: Arabic
          |           ^
          Write language: ar
        """,
    ),
    "the name of a language in itself": (
        "language: Azərbaycan",
        """
        4:11: language: Azərbaycan is not a language that Babel knows
          | language: Azərbaycan
          |           ^
          Write language: az
        """,
    ),
    "what a hint leaves to the author": (
        "author: …",
        """
        4:9: author: … stands for what only you can write
          | author: …
          |         ^
          Write it.
        """,
    ),
    "an unknown language": (
        "language: engl",
        """
        4:11: language: engl is not a language that Babel knows
          | language: engl
          |           ^
          Write its code, such as en, az or pt-BR.
        """,
    ),
    "a picture elsewhere": (
        "image: https://example.org/a.png",
        """
        4:8: image: https://example.org/a.png is an address
          | image: https://example.org/a.png
          |        ^
          Save the picture beside the article, and write its name.
        """,
    ),
    "a picture outside": (
        "image:\n  file: ../../../a.png",
        """
        5:9: image.file: ../../../a.png leaves content/
          |   file: ../../../a.png
          |         ^
          A picture lies beside its article, or in static/ and is written /photo.jpg.
        """,
    ),
    "a picture with a backslash": (
        "image: pictures\\a.png",
        """
        4:8: image: pictures\\a.png has a backslash
          | image: pictures\\a.png
          |        ^
          Write pictures/a.png
        """,
    ),
    "a picture without a file": (
        "image: {alt: The quay}",
        """
        4:1: image has no file
          | image: {alt: The quay}
          | ^
          Add a line to it: file: photo.jpg
        """,
    ),
    "a near miss in a picture": (
        "image:\n  file: a.png\n  captoin: b\n  file: c.png",
        """
        6:3: there is no field "image.captoin"
          |   captoin: b
          |   ^
          Did you mean "caption"?
        7:3: image.file stands twice; it is also on line 5
          |   file: c.png
          |   ^
          Leave one out.
        """,
    ),
    "an alias without a slash": (
        "aliases: [old/flood]",
        """
        4:11: aliases: old/flood does not begin with a single slash
          | aliases: [old/flood]
          |           ^
          Write the path of a page of this site: /2015/old-name/
        """,
    ),
    "an alias of another site": (
        "aliases: //example.org/flood",
        """
        4:10: aliases: //example.org/flood does not begin with a single slash
          | aliases: //example.org/flood
          |          ^
          Write the path of a page of this site: /2015/old-name/
        """,
    ),
    "an alias outside the site": (
        "aliases: https://example.org/archived/flood/",
        """
        4:10: aliases: https://example.org/archived/flood/ does not begin with a single slash
          | aliases: https://example.org/archived/flood/
          |          ^
          Write the path of a page of this site: /2015/old-name/
        """,
    ),
    "an alias of our own with a query": (
        "aliases: https://example.org/archive/?p=12",
        """
        4:10: aliases: https://example.org/archive/?p=12 has a part after ? or #, which no file can answer
          | aliases: https://example.org/archive/?p=12
          |          ^
          Write the path of a page of this site: /2015/old-name/
        """,
    ),
    "an alias that Windows cannot hold": (
        "aliases: [/2015/oil:the-rise/, /what%3F/, /aux/, /etc./x/]",
        """
        4:11: aliases: /2015/oil:the-rise/ holds ':', which no name on Windows can
          | aliases: [/2015/oil:the-rise/, /what%3F/, /aux/, /etc./x/]
          |           ^
          Write the path of a page of this site: /2015/old-name/
        4:32: aliases: /what%3F/ holds '?', which no name on Windows can
          | aliases: [/2015/oil:the-rise/, /what%3F/, /aux/, /etc./x/]
          |                                ^
          Write the path of a page of this site: /2015/old-name/
        4:43: aliases: /aux/ holds aux, a name that Windows reserves
          | aliases: [/2015/oil:the-rise/, /what%3F/, /aux/, /etc./x/]
          |                                           ^
          Write the path of a page of this site: /2015/old-name/
        4:50: aliases: /etc./x/ ends with a full stop or a space, which no name on Windows can
          | aliases: [/2015/oil:the-rise/, /what%3F/, /aux/, /etc./x/]
          |                                                  ^
          Write the path of a page of this site: /2015/old-name/
        """,
    ),
    "a permalink that is a pattern": (
        "permalink: /:year/:title/",
        """
        4:12: permalink: /:year/:title/ holds ':', which no name on Windows can
          | permalink: /:year/:title/
          |            ^
          Write the path of a page of this site: /2015/old-name/
        """,
    ),
    "an alias with a query": (
        "aliases:\n  - /?p=123",
        """
        5:5: aliases: /?p=123 has a part after ? or #, which no file can answer
          |   - /?p=123
          |     ^
          Write the path of a page of this site: /2015/old-name/
        """,
    ),
    "an alias with dots": (
        "aliases: /a/%2e%2e/b",
        """
        4:10: aliases: /a/%2e%2e/b has an empty step or a dot for a step
          | aliases: /a/%2e%2e/b
          |          ^
          Write the path of a page of this site: /2015/old-name/
        """,
    ),
    "an alias that no file can have": (
        f"aliases: /{'a' * 256}/",
        f"""
        4:10: aliases: /{"a" * 256}/ is too long for the name of a file
          | aliases: /{"a" * 90}…
          |          ^
          Write the path of a page of this site: /2015/old-name/
        """,
    ),
    "a picture that no file can have": (
        f"image: {'a' * 256}",
        f"""
        4:8: image is too long for the name of a file
          | image: {"a" * 93}…
          |        ^
          Give the picture a shorter name.
        """,
    ),
    "a source that is a script": (
        "source: {name: a, url: 'javascript:alert(1)'}",
        """
        4:24: source.url: javascript:alert(1) is not a web address
          | source: {name: a, url: 'javascript:alert(1)'}
          |                        ^
          Write it whole: https://example.org/page
        """,
    ),
    "a source without anything": (
        "source: {name: }",
        """
        4:1: source has neither name nor url
          | source: {name: }
          | ^
          Add a line to it: name: …
        """,
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_shown_with_its_place_and_its_fix(name: str) -> None:
    front_matter, expected = FAULTS[name]
    rows = dedented(expected).split("\n")
    shown = "\n".join(f"{PATH}:{row}" if row[0].isdigit() else row for row in rows)
    assert complaint(front_matter) == shown


def test_a_headline_with_a_hash_shows_the_quotes_to_add() -> None:
    with pytest.raises(Problems) as raised:
        bare("---\ntitle: Top # 1\ndate: 2022-11-05\n---\nWater.\n")
    assert str(raised.value) == dedented(
        """
        content/2022/11/flood.md:2:8: title is cut off at “ #”, where YAML begins a comment
          | title: Top # 1
          |        ^
          Write it in quotes: title: "Top # 1"
        """
    )


def test_a_comment_behind_other_fields_is_a_comment() -> None:
    found = article("section: World # see the style book\ntags: [a] # more\nslug: x # y")
    assert (found.section and found.section.name, found.slug) == ("World", "x")


def test_a_day_in_a_files_name_that_the_clocks_skipped_is_a_problem() -> None:
    site = RELAXED.replace("[content]", "[content]")
    apia = dataclasses.replace(settings(site), timezone="Pacific/Apia")
    with pytest.raises(Problems) as raised:
        read("content/2011-12-30-x.md", b"---\ntitle: x\n---\nWater.\n", apia)
    assert str(raised.value) == dedented(
        """
        content/2011-12-30-x.md: the file's name: 2011-12-30 was skipped by the clocks of Pacific/Apia
          Write a day that was there.
        """
    )


OTHER: dict[str, Any] = {
    "language": "az",
    "timezone": "Europe/Berlin",
    "content_folder": "texts",
    "content_required": ("title", "author"),
    "content_reported": ("author",),
    "content_section": "folder",
    "content_links": "report",
    "spellings": {"tag": {"opec+": "opec"}},
    "content_profiles": ("author",),
    "content_pages": "own",
    "content_dialect": "kramdown",
    "content_indented_code": True,
    "content_autolinks": True,
    "content_shortcodes": (("*", "drop"),),
    "dates_formats": ("%d.%m.%Y",),
    "front_matter": {"author": ("by",)},
    "front_matter_extra": ("autor",),
    "front_matter_join": ("tags",),
    "front_matter_split": ",",
    "front_matter_duplicates": "last",
    "permalinks_article": "/{slug}/",
    "permalinks_slugs": "file",
    "permalinks_former": ("/{section}/{slug}/",),
    "written_url": "https://example.com/",
    "search_on": False,
    "search_fields": ("title",),
    "search_positions": True,
    "safety_frames": ("www.youtube.com",),
    "safety_frames_at_once": True,
    "corrections_mark": True,
    "safety_pictures": ("img.example.org",),
}


def test_a_manner_is_all_that_a_reading_knows_of_the_settings() -> None:
    plain = settings()
    assert set(OTHER) == {field.name for field in dataclasses.fields(ReadSettings)}
    for name, value in OTHER.items():
        assert read_settings(dataclasses.replace(plain, **{name: value})) != read_settings(plain), name
    elsewhere = dataclasses.replace(plain, title="x", url="https://example.com/", listings_size=1, names={})
    assert read_settings(elsewhere) == read_settings(plain)
    assert hash(read_settings(elsewhere)) == hash(read_settings(plain))


_CHANGED = """corrections:
- {date: 2022-11-06, was: four steps, now: 'three "steps"'}
- {date: 2022-11-07, text: It rained., now: rain}
- {date: 2022-11-08, text: Twice., was: 'one', now: two}
"""


def test_a_correction_says_what_was_and_what_is_now_and_check_tells_where_that_is_not_marked() -> None:
    body = 'The water took three\n"steps". Two and two.'
    marking = f"{RELAXED}[corrections]\nmark = true\n"
    found = article(_CHANGED, body=body, site=marking)
    assert [(note.text, note.was, note.is_now, note.statement) for note in found.corrections] == [
        ("", "four steps", "three “steps”", "four steps → three “steps”"),
        ("It rained.", "", "rain", "It rained."),
        ("Twice.", "one", "two", "Twice."),
    ]
    (missing,) = found.findings
    assert (missing.line, missing.message) == (
        6,
        "corrections.now: “rain” is not in the text, so it is not marked there",
    )
    twice = article(_CHANGED, body=f"{body} And two.", site=marking).findings[1]
    assert "“two” stands 2 times in the text" in twice.message
    assert article(_CHANGED, body=body).findings == ()


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_give_an_article_or_problems(content: bytes) -> None:
    try:
        found = read(PATH, content, settings())
    except Problems as problems:
        assert problems.problems  # noqa: PT017 - either outcome is right
        return
    assert found.title


_KEYS = st.sampled_from([*ARTICLE_FIELDS, "published", "autor", "x", "'a b'"])
_WORDS = st.text("ab \t#:&;<>%/.?-_'\"0129é\u202f\x08", max_size=12)
_SCALARS = _WORDS.map(lambda text: "'" + text.replace("'", "''") + "'") | st.sampled_from(
    [
        "",
        "~",
        "a.png",
        "/a",
        "2022-11-05",
        "&#39;",
        "&#xD800;",
        "&#0;",
        "'%'",
        "yes",
        "en",
        "\u6d2a",
        "https://[",
        "//",
    ]
)
_VALUES = (
    _SCALARS
    | st.lists(_SCALARS, max_size=3).map(lambda each: f"[{', '.join(each)}]")
    | st.dictionaries(st.sampled_from(["name", "url", "file", "alt", "x"]), _SCALARS).map(
        lambda each: "{" + ", ".join(f"{name}: {value}" for name, value in each.items()) + "}"
    )
)


@given(
    st.lists(st.tuples(_KEYS, _VALUES), max_size=6),
    st.sampled_from([PATH, "content/2022-11-05-.md", "content/x"]),
)
def test_any_fields_give_an_article_or_problems(rows: list[tuple[str, str]], path: str) -> None:
    text = "---\n" + "".join(f"{name}: {value}\n" for name, value in rows) + "---\nWater.\n"
    try:
        found = read(path, text.encode(), settings())
    except Problems as problems:
        shown = text.split("\n")
        assert all(not each.source or each.source == shown[each.line - 1] for each in problems.problems)  # noqa: PT017
        return
    assert found.title
    assert found.slug
    assert not {"", ".", ".."} & set(found.output.split("/"))
    assert found == read(path, text.replace("\n", "\r\n").encode(), settings())


EMPTY = "---\ntitle: Flood\ndate: 2022-11-05\n{}---\n{}"


@pytest.mark.parametrize("body", ["", "\n\n", "<!-- to be written -->\n", "<script>x</script>\n"])
def test_an_article_without_a_text_is_a_problem(body: str) -> None:
    with pytest.raises(Problems) as raised:
        bare(EMPTY.format("summary:\n", body))
    assert str(raised.value) == dedented(
        """
        content/2022/11/flood.md:5: the article has no text
          Write it below the front matter, or hold the article back until it is there: draft: yes
        """
    )


@pytest.mark.parametrize(
    ("row", "body"),
    [
        ("draft: yes\n", ""),
        ("image: bridge.jpg\n", ""),
        ("summary: The mayor walked.\n", ""),
        ("retracted: {date: 2022-11-06, reason: It was not so.}\n", ""),
        ("gallery: [a.jpg, b.jpg]\n", ""),
        ("source: https://example.org/flood\n", ""),
        ("", "![Water](bridge.jpg)\n"),
        ("", "---\n"),
    ],
)
def test_a_picture_a_summary_or_a_note_is_enough_and_a_draft_needs_nothing(row: str, body: str) -> None:
    assert bare(EMPTY.format(row, body)).title == "Flood"


def test_another_word_for_a_field_is_a_finding_unless_the_field_is_there_or_site_toml_declares_it() -> None:
    (found,) = article("subtitle: The mayor walked.").findings
    assert (found.line, found.column) == (4, 1)
    assert found.message == 'there is no field "subtitle", so only a layout of your own can show it'
    assert '[front_matter] summary = ["summary", "subtitle"]' in found.hint
    assert article("subtitle: The mayor walked.\nsummary: He did.").findings == ()
    assert article("subtitle:").findings == ()
    declared = RELAXED + '[front_matter]\nextra = ["subtitle"]\n'
    assert article("subtitle: The mayor walked.", site=declared).findings == ()
    mapped = RELAXED + '[front_matter]\nsummary = ["summary", "subtitle"]\n'
    assert article("subtitle: The mayor walked.", site=mapped).summary == "The mayor walked."


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


@given(st.text(st.sampled_from("ab ,:é-?'{}"), min_size=1, max_size=12).filter(_letters))
@example("The interview, on which this rests")
@example("on which: rests, b")
def test_no_word_in_braces_is_lost_in_silence_and_the_line_that_a_problem_shows_has_all(text: str) -> None:
    row = f"retracted: {{date: 2022-11-06, reason: {text} }}"
    try:
        note = article(row).retracted
    except Problems as found:
        shown = [each.hint.partition(" in quotes: ")[2] for each in found.problems]
        if len(shown) > 1 or not shown[0].startswith("retracted: {") or "{" in text or "}" in text:
            return
        note = article(shown[0]).retracted
    assert note
    assert _letters(note.reason) == _letters(text)
