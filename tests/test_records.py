"""The archive as data: read back by the standard library's csv and json, and held against its own schema."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.common.slugs import slugify
from broadsheet.common.urls import Urls
from broadsheet.render import views
from broadsheet.render.formats import records
from tests.builds import built, plain_site
from tests.plain import SETTINGS, article
from tests.sample import Story, build_sample, copy_sample, stories
from tests.sites import ROOT
from tests.test_metadata import FLOOD

URLS = Urls("https://example.org/archive/")
_SCHEMA = json.loads(records.write_schema())
_VALIDATOR = jsonschema.Draft202012Validator(
    _SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)
# The names that site.toml gives to tags.
_NAMES = tomllib.loads((ROOT / "site.toml").read_text(encoding="utf-8"))["tags"]
_FORMULAS = ("=", "+", "-", "@")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], list[Story]]:
    site = copy_sample(tmp_path_factory.mktemp("sample") / "site")
    site.write("site.toml", site.read("site.toml") + "\n[data]\nsize = 2\narticles = true\n")
    build_sample(site)
    return site.outputs(), [story for story in stories(site) if story.live]


def _periods(outputs: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Return the months and days that hold articles, by path."""
    paths = (path for path in outputs if re.fullmatch(r"data/\d{4}-\d\d(-\d\d)?(_\d+)?\.json", path))
    told = {path: json.loads(outputs[path]) for path in paths}
    return {path: each for path, each in told.items() if "articles" in each}


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline=""), strict=True))


def test_the_schema_is_one(sample: tuple[dict[str, bytes], list[Story]]) -> None:
    jsonschema.Draft202012Validator.check_schema(_SCHEMA)
    assert json.loads(sample[0]["data/schema.json"]) == _SCHEMA


def test_all_that_is_json_keeps_to_the_schema(sample: tuple[dict[str, bytes], list[Story]]) -> None:
    outputs, _ = sample
    told = [
        json.loads(text)
        for path, text in outputs.items()
        if re.search(r"^data/[\di]|article\.json$", path)
        if path.endswith(".json")
    ]
    assert len(told) > 100
    for each in told:
        _VALIDATOR.validate(each)
        assert each["schema"] == "https://example.org/archive/data/schema.json"


@pytest.mark.parametrize(
    "wrong",
    [
        {"schema": "https://example.org/", "month": "2022-13", "articles": []},
        {"schema": "https://example.org/", "day": "2022-11-05", "part": 0, "articles": []},
        {"schema": "https://example.org/", "month": "2022-11", "part": 1, "articles": []},
        {"schema": "https://example.org/", "month": "2022-11", "day": "2022-11-05", "articles": []},
        {"schema": "https://example.org/", "month": "2022-11", "articles": [{"title": "Flood"}]},
        {"schema": "https://example.org/", "month": "2022-11", "articles": [], "more": 1},
    ],
)
def test_what_is_wrong_does_not_keep_to_the_schema(wrong: object) -> None:
    assert not _VALIDATOR.is_valid(wrong)


def test_months_hold_every_article_once_in_order_and_say_what_its_file_says(
    sample: tuple[dict[str, bytes], list[Story]],
) -> None:
    outputs, live = sample
    found: dict[str, dict[str, Any]] = {}
    for path, period in _periods(outputs).items():
        name = path.removeprefix("data/").partition(".")[0]
        called = period.get("month") or period["day"]
        assert name == called + (f"_{period['part']}" if "part" in period else "")
        assert 0 < len(period["articles"]) <= 2
        assert all(each["day"].startswith(called) for each in period["articles"])
        order = [(each["day"], each["date"]) for each in period["articles"]]
        assert order == sorted(order)
        found |= {each["url"]: each for each in period["articles"]}
    assert len(found) == sum(len(each["articles"]) for each in _periods(outputs).values()) == len(live)
    by_title = {each["title"]: each for each in found.values()}
    for story in live:
        told = by_title[story.title]
        assert tuple(told["authors"]) == story.authors
        assert (told["dateline"], told["section"]) == (story.dateline, story.section)
        assert tuple(told["tags"]) == tuple(_NAMES.get(slugify(tag), tag) for tag in story.tags)
        assert told["day"] == story.date.date().isoformat()
        assert told["date"] == story.date.isoformat()
        assert told.get("updated") == (story.updated.isoformat() if story.updated else None)
        assert told["language"] == story.language
        assert ("picture" in told) == bool(story.image)
        assert told["words"] > 10


def test_csv_says_what_json_says(sample: tuple[dict[str, bytes], list[Story]]) -> None:
    outputs, _ = sample
    for path, period in _periods(outputs).items():
        content = outputs[path.replace(".json", ".csv")]
        assert content.startswith(",".join(records.MEMBERS).encode() + b"\r\n")
        assert content.count(b"\r\n") == content.count(b"\n") == len(period["articles"]) + 1
        assert _rows(content) == [
            {name: _cell(each.get(name, "")) for name in records.MEMBERS} for each in period["articles"]
        ]


def _cell(value: object) -> str:
    return "; ".join(cast("list[str]", value)) if isinstance(value, list) else str(value)


def test_the_index_leads_to_every_part_and_tells_how_many_articles(
    sample: tuple[dict[str, bytes], list[Story]],
) -> None:
    outputs, live = sample
    index = json.loads(outputs["data/index.json"])
    assert (index["title"], index["language"]) == ("The Harbour Courier", "en-GB")
    names = [each["month"] for each in index["months"]]
    assert names == sorted(names, reverse=True)
    led_to = set()
    for each in index["months"]:
        led_to.add(_path(each["json"]))
        month = json.loads(outputs[_path(each["json"])])
        held = len(month.get("articles", ()))
        assert ("csv" in each) == ("articles" in month)
        led_to |= {_path(each["csv"])} if "csv" in each else set()
        for day in month.get("days", ()):
            parts = [str(part) for part in range(1, day["parts"] + 1)]
            assert ("{part}" in day["json"]) == (day["parts"] > 1)
            paths = {suffix: [_path(day[suffix], part) for part in parts] for suffix in ("json", "csv")}
            led_to |= {*paths["json"], *paths["csv"]}
            assert sum(len(json.loads(outputs[path])["articles"]) for path in paths["json"]) == day["count"]
            held += day["count"]
        assert held == each["count"]
    days = [json.loads(outputs[_path(each["json"])]).get("days", ()) for each in index["months"]]
    assert {bool(each) for each in days} == {True, False}
    assert {day["parts"] for each in days for day in each} == {1, 2}
    assert sum(each["count"] for each in index["months"]) == len(live)
    there = {path for path in outputs if path.startswith("data/")}
    assert led_to == there - {"data/index.json", "data/schema.json"}


def _path(address: str, part: str = "") -> str:
    return address.replace("{part}", part).removeprefix("https://example.org/archive/")


def test_the_page_of_a_month_links_to_its_data(sample: tuple[dict[str, bytes], list[Story]]) -> None:
    outputs, _ = sample
    for each in json.loads(outputs["data/index.json"])["months"]:
        page = outputs[f"{each['month'].replace('-', '/')}/index.html"].decode()
        for name, type_ in (("json", "application/json"), ("csv", "text/csv")):
            if name in each:
                assert f'<a href="/archive/{_path(each[name])}" type="{type_}">' in page


def test_a_file_beside_an_article_is_its_record_and_its_text(
    sample: tuple[dict[str, bytes], list[Story]],
) -> None:
    outputs, live = sample
    told = {each["url"]: each for period in _periods(outputs).values() for each in period["articles"]}
    for story in live:
        path = story.output.replace("index.html", "article.json")
        if story.retracted:
            # Its text is not published any more.
            assert path not in outputs
            continue
        own = json.loads(outputs[path])
        body = own.pop("body")
        own.pop("schema")
        assert own == told[own["url"]]
        assert not re.search(r'(?:href|src)="(?!https?://|mailto:)', body)
        assert f'type="application/json" href="/archive/{quote(path)}"' in outputs[story.output].decode()


def test_of_the_schema_and_the_document_each_names_the_members_of_the_other() -> None:
    text = (ROOT / "docs/data.md").read_text(encoding="utf-8")
    parts = {part.partition("\n")[0]: part for part in text.split("\n## ")}
    named = {title: re.findall(r"^\| (`.*?) \|", part, re.MULTILINE) for title, part in parts.items()}
    documented = {title: re.findall(r"`(\w+)`", " ".join(cells)) for title, cells in named.items()}
    kinds = _SCHEMA["$defs"]
    assert documented["An article"] == list(records.MEMBERS) == list(kinds["record"]["properties"])
    assert documented["The index"] == list(kinds["index"]["properties"])
    assert documented["A month"] == list(kinds["month"]["properties"])
    assert documented["A month day by day"] == list(kinds["days"]["properties"])
    assert documented["A day"] == list(kinds["day"]["properties"])
    beside = set(kinds["article"]["properties"]) - set(kinds["record"]["properties"])
    assert set(documented["Beside an article"]) == beside


@given(st.text(), st.text(), st.text(), st.sampled_from((*_FORMULAS, "", "\t", "'")))
def test_any_text_comes_back_as_it_was_but_for_what_a_spreadsheet_would_run(
    title: str, summary: str, name: str, first: str
) -> None:
    tag = views.Facet(kind="tag", slug="x", name=first + name or "x", url="", permalink="", feed="")
    article_ = replace(FLOOD, title=first + title, summary=summary, tags=(tag,))
    told = records.build_members(article_)
    month = json.loads(records.write_period_json(202211, 0, [article_], URLS))
    _VALIDATOR.validate(month)
    (row,) = _rows(records.write_period_csv([article_]))
    for column, cell in row.items():
        assert not cell.startswith((*_FORMULAS, "\t", "\r"))
        expected = _legible(_cell(told.get(column, "")))
        assert cell in {expected, f"'{expected}"}


def _legible(text: str) -> str:
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


def test_a_formula_is_no_formula_any_more() -> None:
    flood = replace(FLOOD, title='=HYPERLINK("https://example.net")', summary="-5 tonight")
    (row,) = _rows(records.write_period_csv([flood]))
    assert row["title"] == '\'=HYPERLINK("https://example.net")'
    assert row["summary"] == "'-5 tonight"


def test_an_article_whose_page_is_no_folder_has_its_file_beside_the_page(tmp_path: Path) -> None:
    settings = SETTINGS + '\n[permalinks]\narticle = "/{year}/{slug}.html"\n[data]\narticles = true\n'
    site = plain_site(
        tmp_path / "site", {"content/flood.md": article("Flood", "2022-11-05")}, settings=settings
    )
    built(site)
    assert json.loads(site.outputs()["2022/flood_article.json"])["title"] == "Flood"


def test_a_site_that_wants_no_data_has_none(tmp_path: Path) -> None:
    settings = SETTINGS + "\n[data]\nmonths = false\n"
    site = plain_site(
        tmp_path / "site", {"content/flood.md": article("Flood", "2022-11-05")}, settings=settings
    )
    built(site)
    assert [path for path in site.outputs() if path.startswith("data/")] == []


def test_what_an_article_attaches_does_not_silently_take_the_place_of_its_data(tmp_path: Path) -> None:
    settings = SETTINGS + "\n[data]\narticles = true\n"
    text = article("Flood", "2022-11-05", body="[Figures](article.json)")
    site = plain_site(tmp_path / "site", {"content/flood.md": text}, settings=settings)
    site.write("content/article.json", "{}")
    with pytest.raises(Exception, match=r"article\.json"):
        built(site)
