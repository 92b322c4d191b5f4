"""Each field of front matter is declared once; the model and the views have an attribute for each."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest

from broadsheet.archive.facts import RECORD_MEMBERS, to_row
from broadsheet.build.site_folder import load_settings
from broadsheet.common import model
from broadsheet.read.article import read
from broadsheet.render import views
from broadsheet.render.formats.records import MEMBERS
from broadsheet.settings.fields import FIELDS, find_attribute, list_attributes
from tests.sites import ROOT

# Made with the article's own URL, or no part of a page.
_NOT_VIEWED = {"aliases"}


def test_the_model_has_each_field() -> None:
    attributes = {each.name for each in fields(model.Article)}
    assert [name for name in FIELDS if find_attribute(name) not in attributes] == []


@pytest.mark.parametrize(
    ("view", "scopes"),
    [
        (views.Teaser, ("teaser",)),
        (views.Record, ("teaser", "record")),
        (views.Article, ("teaser", "record", "page")),
    ],
)
def test_a_view_has_the_fields_of_its_scope_and_no_others(view: type, scopes: tuple[str, ...]) -> None:
    seen = {each.name for each in fields(view)} & {find_attribute(name) for name in FIELDS}
    declared = {find_attribute(name) for name, field in FIELDS.items() if field.scope in scopes}
    assert seen == declared - _NOT_VIEWED


def test_each_field_is_stored_and_told_to_those_who_may_see_it() -> None:
    rows = [f"{name}: {field.example}" for name, field in FIELDS.items()]
    text = "\n".join(("---", *rows, "---", "Words."))
    article = read("content/2022/11/bridge.md", text.encode(), load_settings(ROOT))
    row = to_row(article)
    teaser, facts = json.loads(row.facts.teaser), json.loads(row.facts.text)
    assert {name for name, _ in list_attributes("teaser")} <= teaser.keys()
    # Where an article stands is told to all, but not whether it says so itself.
    assert {name for name, _ in list_attributes("record", "page", "nobody")} & teaser.keys() == {"output"}
    assert {name for name, _ in list_attributes("teaser", "record", "page")} <= facts.keys()
    assert {name for name, _ in list_attributes("page", "nobody")} & {*RECORD_MEMBERS} == {"output"}


def test_the_columns_of_the_data_files_are_in_their_order() -> None:
    columns = {find_attribute(name): field.column for name, field in FIELDS.items() if field.column}
    assert sorted(columns, key=columns.__getitem__) == [name for name in MEMBERS if name in columns]
    assert MEMBERS[:4] == ("id", "url", "title", "authors")
