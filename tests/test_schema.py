"""Front matter as JSON Schemas: what a build takes passes, and what is wrong is refused in plain words."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema.validators import Draft7Validator, Draft202012Validator

from broadsheet.build.site_folder import load_settings
from broadsheet.commands.schema import create_profile_schema, create_schema
from broadsheet.common.model import Article, FacetKind, Profile
from broadsheet.common.problems import Problems
from broadsheet.common.urls import FACET_FOLDERS
from broadsheet.read import article, front_matter, profile
from broadsheet.settings.fields import FIELDS, PROFILE_FIELDS
from broadsheet.settings.model import Settings
from broadsheet.settings.reader import read as read_settings
from tests.plain import SETTINGS
from tests.scripts import FIELDS as WRITTEN
from tests.sites import ROOT, Site

_SITE = read_settings(SETTINGS)
_NEEDED = 'required = ["title", "summary", "author", "date"]'
_OWN_NAMES = f"""{SETTINGS.replace('required = ["title"]', _NEEDED)}
[front_matter]
author = "authors"
summary = ["summary", "deck"]
tags = []

[tags]
oil = "Oil & gas"
"""
_SAMPLE = load_settings(ROOT)
_ARTICLES = sorted(file.relative_to(ROOT).as_posix() for file in (ROOT / "content").glob("20*/**/*.md"))
_MISTAKES = (
    "author: Ana Ruiz",
    "title:",
    "title: ''",
    "title: {en: Flood}",
    "title: [Flood, Fire]",
    "title: A\nauthor: {first: Ana, last: Ruiz}",
    "title: A\nauthor: [{role: Editor}]",
    "title: A\ndateline: [Baku, Ağdam]",
    "title: A\nsection: {name: Politics}",
    "title: A\ndate: tomorrow",
    "title: A\ndate: 2022-13-05",
    "title: A\nupdated: 05.11.2022",
    "title: A\nexpires: [2022-11-05, 2022-11-06]",
    "title: A\ntags: {oil: yes}",
    "title: A\nsummary: [One., Two.]",
    "title: A\nslug: a/b",
    "title: A\nslug: what now",
    "title: A\nimage: https://example.org/a.jpg",
    "title: A\nimage: C:\\a.jpg",
    "title: A\nimage: {alt: A bridge}",
    "title: A\nimage: {file: //example.org/a.jpg}",
    "title: A\nimage: {file: a.jpg, alt: [One, Two]}",
    "title: A\nimage: {file: a.jpg, focus: 30%}",
    "title: A\nimage: {file: a.jpg, focus: 0.3 0.6}",
    "title: A\nimage: {file: a.jpg, focus: 130% 60%}",
    "title: A\nimage: {file: a.jpg, focus: the face}",
    "title: A\nimage: {file: a.jpg, focus: [30, 60, 90]}",
    "title: A\nimage: {file: a.jpg, focus: {x: 30}}",
    "title: A\ndraft: perhaps",
    "title: A\ndraft: 2",
    "title: A\nlanguage: English (British)",
    "title: A\naliases: old/",
    "title: A\naliases: [/old/, '/older/?page=2']",
    "title: A\nsource: {author: Ana Ruiz}",
    "title: A\nsource: {name: Gazette, url: www.example.org}",
    "title: A\nid: [one, two]",
    "title: A\ngenre: essay",
    "title: A\ncorrections: We were wrong.",
    "title: A\ncorrections: [{date: 2022-11-06}]",
    "title: A\ncorrections: [{date: 2022-11-06, text: }]",
    "title: A\ncorrections: [{was: ten, now: eleven}]",
    "title: A\ncorrections: {date: 2022-11-06, text: No., kind: mistake}",
    "title: A\nretracted: yes",
    "title: A\nretracted: {date: 2022-11-06}",
)
_PROFILED: tuple[FacetKind, ...] = ("author", "dateline")
_PROFILES = tuple(
    (kind, file.relative_to(ROOT).as_posix())
    for kind in _PROFILED
    for file in sorted((ROOT / "content" / FACET_FOLDERS[kind]).glob("*.md"))
)
_PROFILE_MISTAKES: tuple[tuple[FacetKind, str], ...] = (
    ("author", "title: The editor"),
    ("dateline", "date: 2022-11-05"),
    ("dateline", "title:"),
    ("author", "coordinates: 40.41, 49.87"),
    ("dateline", "role: Harbour"),
    ("author", "name: [Ana Ruiz, Li Wei]"),
    ("author", "kind: robot"),
    ("author", "email: ana"),
    ("author", "email: [ana@example.org, li@example.org]"),
    ("author", "fediverse: ana"),
    ("author", "url: example.org"),
    ("author", "url: [https://example.org/, ana]"),
    ("author", "url: {name: Her page}"),
    ("author", "image: {alt: Her}"),
    ("dateline", "coordinates: 40.41"),
    ("dateline", "coordinates: north"),
    ("dateline", "coordinates: [40.41, 49.87, 3]"),
    ("dateline", "coordinates: {latitude: 40.41}"),
)
_Shown: TypeAlias = "str | int | bool | list[Any] | dict[str, Any] | None"


def test_it_is_a_schema_of_either_draft() -> None:
    for settings in (_SITE, _SAMPLE, read_settings(_OWN_NAMES)):
        articles = create_schema(settings)
        assert articles["type"] == "object"
        for made in (articles, *(create_profile_schema(settings, kind) for kind in _PROFILED)):
            assert made["$schema"] == "http://json-schema.org/draft-07/schema#"
            Draft202012Validator.check_schema(made)
            Draft7Validator.check_schema(made)


def test_every_field_is_in_it_with_words_and_an_example_that_is_read() -> None:
    properties = create_schema(_SITE)["properties"]
    assert list(properties) == list(FIELDS)
    for name, field in FIELDS.items():
        assert (properties[name]["description"], properties[name]["examples"] != []) == (field.meaning, True)
        title = "" if name == "title" else "title: A\n"
        article = _read(f"{title}{name}: {field.example}")
        assert name not in article.extra


@pytest.mark.parametrize("path", _ARTICLES)
def test_every_article_of_the_sample_passes(path: str) -> None:
    document = front_matter.split(path, (ROOT / path).read_bytes())
    fields = {field.name: front_matter.to_plain(field.value) for field in document.fields or ()}
    front = document.text.partition("\n---\n")[0]
    for shown in (fields, _as_editors_read(front.removeprefix("---\n"))):
        assert _faults(_SAMPLE, shown) == []


@pytest.mark.parametrize("front", _MISTAKES)
def test_a_mistake_is_refused_as_a_build_refuses_it(front: str) -> None:
    with pytest.raises(Problems):
        _read(front)
    _expect_plain_words(_faults(_SITE, _as_editors_read(front)))


def test_the_first_words_on_a_date_are_how_to_write_it() -> None:
    dates = ["2022-11-05", "2022-11-05 09:14", "2022-11-05T09:14+04:00"]
    assert _faults(_SITE, {"title": "A", "date": "tomorrow"}) == [f"'tomorrow' is not one of {dates}"]
    kinds = ["person", "organization"]
    assert _faults(_SITE, {"kind": "robot"}, "author") == [f"'robot' is not one of {kinds}"]


def test_what_is_shown_of_a_pattern_matches_it() -> None:
    schemas = [create_schema(_SITE), *(create_profile_schema(_SITE, kind) for kind in _PROFILED)]
    forms = [form for made in schemas for form in _list_forms(made)]
    assert len(forms) > 20
    for form in forms:
        shown = form["else"]
        assert [text for text in shown["enum"] if not re.search(form["if"]["pattern"], text)] == []
        assert shown["errorMessage"] == f"Write it like {' or '.join(shown['enum'])}."


def _list_forms(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "pattern" in value.get("if", {}):
            yield value
        for each in value.values():
            yield from _list_forms(each)
    elif isinstance(value, list):
        for each in value:
            yield from _list_forms(each)


def _expect_plain_words(faults: list[str]) -> None:
    """See that there are faults, and that none repeats a long pattern."""
    assert faults != []
    assert [fault for fault in faults if re.search(r"does not match '.{12}|\(\?:", fault)] == []


@pytest.mark.parametrize(("kind", "path"), _PROFILES)
def test_every_profile_of_the_sample_passes(kind: FacetKind, path: str) -> None:
    document = front_matter.split(path, (ROOT / path).read_bytes())
    fields = {field.name: front_matter.to_plain(field.value) for field in document.fields or ()}
    assert _faults(_SAMPLE, fields, kind) == []


@pytest.mark.parametrize(("kind", "front"), _PROFILE_MISTAKES)
def test_a_mistake_in_a_profile_is_refused_as_a_build_refuses_it(kind: FacetKind, front: str) -> None:
    with pytest.raises(Problems):
        _read_profile(front, kind)
    _expect_plain_words(_faults(_SITE, _as_editors_read(front), kind))


@pytest.mark.parametrize("kind", _PROFILED)
def test_every_field_of_a_profile_is_in_its_schema(kind: FacetKind) -> None:
    properties = create_profile_schema(_SITE, kind)["properties"]
    assert properties.keys() == {*PROFILE_FIELDS, "title", "date"}
    for name, field in PROFILE_FIELDS.items():
        front = f"{name}: {field.example}"
        if kind in field.kinds:
            assert properties[name]["description"] == field.meaning
            _read_profile(front if name != "family" else f"name: A {field.example}\n{front}", kind)
            assert _faults(_SITE, _as_editors_read(front), kind) == []
        else:
            assert _faults(_SITE, _as_editors_read(front), kind) != []


def test_a_field_that_the_site_declares_as_foreign_may_be_in_any_profile() -> None:
    settings = read_settings(f'{SETTINGS}\n[front_matter]\nextra = ["role"]\n')
    assert _faults(settings, {"role": "Harbour"}, "dateline") == []


_SCALARS = st.sampled_from(
    [
        *(
            "",
            "~",
            "A",
            "/old/",
            "a.jpg",
            "2022-11-05",
            "20221105",
            "2022-11-05 09:14 +04:00",
            "yes",
            "0",
            "az",
        ),
        *(
            "a-b",
            "'  2022-1-5 '",
            "https://example.org/",
            "%C3%A9",
            "'#1'",
            "12",
            "Off",
            "a/b",
            "//x/",
            "-",
            "''",
        ),
    ]
)


def _list(values: list[str]) -> str:
    # Of lists of nothing, only the empty one is let pass: nobody writes another.
    values = values if any(value not in _SAYING_NOTHING for value in values) else []
    return f"[{', '.join(value or _NOTHING for value in values)}]"


def _mapping(fields: dict[str, str]) -> str:
    return "{" + ", ".join(f"{name}: {value or _NOTHING}" for name, value in fields.items()) + "}"


_NOTHING = "''"
_SAYING_NOTHING = ("", "~", _NOTHING, "[]", "{}")
_PARTS = st.sampled_from(["name", "file", "url", "alt", "role"])
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=2).map(_list), st.dictionaries(_PARTS, inner, max_size=2).map(_mapping)
    ),
    max_leaves=4,
)


@given(front=st.dictionaries(st.sampled_from(sorted(FIELDS)), _VALUES, max_size=4))
def test_what_a_build_takes_it_lets_pass(front: dict[str, str]) -> None:
    _expect_to_pass({"title": "A", "date": "2022-11-05"} | front)


_PROFILE_SCALARS = st.sampled_from(
    (
        "ana@example.org",
        "@ana@example.org",
        "Organization",
        "40.4, 49.8",
        "49° N; 40 E",
        "-40.41 \N{MINUS SIGN}9",
        "40.41",
    )
)


@given(
    kind=st.sampled_from(_PROFILED),
    front=st.dictionaries(
        st.sampled_from(sorted(PROFILE_FIELDS)),
        st.one_of(
            _VALUES,
            _PROFILE_SCALARS,
            st.lists(_PROFILE_SCALARS | _SCALARS, max_size=2).map(_list),
            st.dictionaries(st.sampled_from(("latitude", "longitude", "name", "url")), _SCALARS).map(
                _mapping
            ),
        ),
        max_size=3,
    ),
)
def test_what_a_build_takes_as_a_profile_its_schema_lets_pass(kind: FacetKind, front: dict[str, str]) -> None:
    text = "".join(f"{name}: {value}\n" for name, value in front.items())
    try:
        _read_profile(text, kind)
    except Problems:
        return
    document = front_matter.split("a.md", f"---\n{text}---\n".encode())
    as_text = {field.name: front_matter.to_plain(field.value) for field in document.fields or ()}
    for shown in (as_text, _as_editors_read(text)):
        assert _faults(_SITE, shown, kind) == []


@given(st.fixed_dictionaries({name: st.sampled_from(values) for name, values in WRITTEN.items()}))
def test_so_it_does_with_what_random_edits_write(front: dict[str, str]) -> None:
    _expect_to_pass({name: value for name, value in front.items() if value})


def test_fields_have_the_names_and_the_needs_that_site_toml_gives_them() -> None:
    settings = read_settings(_OWN_NAMES)
    made = create_schema(settings)
    assert {"authors", "summary", "deck"} <= made["properties"].keys()
    assert made["properties"].keys() & {"author", "tags"} == set()
    assert made["required"] == ["title", "authors"]
    assert _faults(settings, {"title": "A", "authors": "B", "deck": "C", "tags": {"x": 1}}) == []
    assert _faults(settings, {"title": "A", "authors": "B"}) != []
    assert _faults(settings, {"title": "A", "authors": None, "summary": "C"}) != []
    assert _faults(settings, {"title": "A", "authors": [], "summary": "C"}) != []


def test_the_names_of_site_toml_are_suggested() -> None:
    assert create_schema(_SITE)["properties"]["section"]["examples"] == ["Politics"]
    own = SETTINGS + '\n[tags]\noil = "Oil & gas"\n'
    assert create_schema(read_settings(own))["properties"]["tags"]["examples"] == ["Oil & gas"]


def test_dates_pass_in_the_forms_that_site_toml_names() -> None:
    shown = {"title": "A", "date": "05.11.2022 09:14"}
    assert _faults(_SITE, shown) != []
    assert _faults(read_settings(f'{SETTINGS}\n[dates]\nformats = ["%d.%m.%Y %H:%M"]\n'), shown) == []


def test_its_patterns_are_ones_that_browsers_and_editors_read() -> None:
    # In Unicode mode JavaScript takes no escape that it does not know.
    schemas = [create_schema(_SITE), *(create_profile_schema(_SITE, kind) for kind in _PROFILED)]
    patterns = [value for made in schemas for name, value in _members(made) if name == "pattern"]
    escapes = {escape for pattern in patterns for escape in re.findall(r"\\.", pattern)}
    assert escapes <= {r"\s", r"\S", r"\\", r"\-", r"\."}
    assert len(patterns) > 10


def test_the_command_prints_it(tmp_path: Path) -> None:
    site = Site(folder=tmp_path)
    site.write("site.toml", SETTINGS.replace('"The Example Courier"', '"Ағдам Courier"'))
    run = site.run("schema")
    assert (run.status, run.stderr, run.stdout.isascii()) == (0, "", True)
    assert json.loads(run.stdout)["title"] == "The front matter of an article of Ағдам Courier"
    for kind, titled in (("author", "an author"), ("dateline", "a dateline")):
        made = json.loads(site.run("schema", "--kind", kind).stdout)
        assert made["title"] == f"The front matter of the profile of {titled} in Ағдам Courier"
    site.write("site.toml", "titel = 1\n")
    run = site.run("schema")
    assert (run.status, run.stdout) == (1, "")


def _expect_to_pass(front: dict[str, str]) -> None:
    text = "".join(f"{name}: {value}\n" for name, value in front.items())
    try:
        _read(text)
    except Problems:
        return
    document = front_matter.split("a.md", f"---\n{text}---\n".encode())
    as_text = {field.name: front_matter.to_plain(field.value) for field in document.fields or ()}
    for shown in (as_text, _as_editors_read(text)):
        assert _faults(_SITE, shown) == []


def _faults(settings: Settings, shown: object, kind: FacetKind | None = None) -> list[str]:
    """Return what a schema has against front matter as an editor sees it, in both drafts the same.

    It is that of articles, or of the profiles of a ``kind``.
    """
    made = create_profile_schema(settings, kind) if kind else create_schema(settings)
    found = [
        sorted(error.message for error in validator(made).iter_errors(shown))
        for validator in (Draft202012Validator, Draft7Validator)
    ]
    assert found[0] == found[1]
    return found[0]


class _Editors(yaml.SafeLoader):
    """YAML 1.2, as editors read it: no dates, and yes and no are text."""


_Editors.yaml_implicit_resolvers = {
    first: [
        (tag, shape)
        for tag, shape in resolvers
        if not tag.endswith((":timestamp", ":bool", ":int", ":float"))
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Editors.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false|True|False"), list("tTfF"))
_Editors.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("[-+]?[0-9]+$"), list("-+0123456789"))


def _as_editors_read(front: str) -> _Shown:
    shown: _Shown = yaml.load(front, _Editors)  # noqa: S506 - a safe one
    return shown


def _read(front: str) -> Article:
    """Read an article of the plain site, dated unless ``front`` says when it is of."""
    date = "" if re.search(r"^date:", front, re.MULTILINE) else "date: 2022-11-05\n"
    return article.read("content/a.md", f"---\n{front.rstrip()}\n{date}---\nWords.\n".encode(), _SITE)


def _read_profile(front: str, kind: FacetKind) -> Profile:
    """Read a profile of the plain site."""
    path = f"content/{FACET_FOLDERS[kind]}/a.md"
    return profile.read(path, f"---\n{front.rstrip()}\n---\nWords.\n".encode(), _SITE, kind)


def _members(value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, each in value.items():
            if isinstance(each, str):
                yield name, each
            yield from _members(each)
    elif isinstance(value, list):
        for each in value:
            yield from _members(each)


def test_the_forms_of_dates_that_authors_are_promised_pass() -> None:
    day = dt.date(2022, 11, 5)
    for written in (
        f"{day}",
        "2022-11-05T09:14",
        "2022-1-5 9:14",
        "20221105T091430Z",
        "2022-11-05 09:14 +04",
    ):
        assert _faults(_SITE, {"title": "A", "date": written}) == []
