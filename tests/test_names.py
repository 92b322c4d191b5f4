"""Names: what site.toml names is shown everywhere, what differs is parted, what is one is merged."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.common.slugs import slugify, spelling_key
from broadsheet.settings.names import explain_shared_slug, find_distinct, find_slug
from tests.builds import built, done, plain_site, printed
from tests.plain import SETTINGS, article
from tests.sites import Site

_FLOOD = "content/flood.md"
_FLOOD_PAGE = "2022/11/05/flood/index.html"


def _site(folder: Path, *tags: str, more: str = "") -> Site:
    articles = {
        f"content/{name}.md": article(name.title(), f"2022-11-0{day}", tags=(tag,))
        for day, (name, tag) in enumerate(zip(("flood", "dam", "pier"), tags, strict=False), 5)
    }
    return plain_site(folder / "site", articles, settings=SETTINGS + more)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sea level", "sea-level"),
        ("Node.js", "NODE JS"),
        ("U.S. Navy", "U. S. Navy"),
        ("cri-o", "CRI_O"),
        ("İlham", "ilham"),
        ("Children's", "Children\u2019s"),
        ("North\u2013South", "North - South"),
        ("«Газпром»", '"Газпром"'),
        ("Straße", "STRASSE"),
    ],
)
def test_what_differs_in_case_spaces_dots_or_typography_is_one_name(one: str, other: str) -> None:
    assert spelling_key(one) == spelling_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C", "C++"),
        ("C++", "C#"),
        ("$100", "100%"),
        ("Disney", "Disney+"),
        ("R&D", "R D"),
        ("O'Neill", "O Neill"),
    ],
)
def test_what_differs_in_more_is_another_name(tmp_path: Path, one: str, other: str) -> None:
    assert slugify(one) == slugify(other)
    assert spelling_key(one) != spelling_key(other)
    site = _site(tmp_path, one, f'"{other}"')
    assert f'would share a page: their slug is "{slugify(one)}"' in printed(site)


def test_names_that_would_share_a_page_are_a_problem_that_parts_them(tmp_path: Path) -> None:
    site = _site(tmp_path, "C", "C++", '"C#"')
    assert printed(site) == (
        'content/dam.md:4:8: tags: C#, C++ and C would share a page: their slug is "c"'.replace("dam", "pier")
        + '\n  | tags: ["C#"]\n  |        ^\n'
        '  Part them in site.toml: [tags] "C#" = { slug = "c-sharp" }, "C++" = { slug = "c-plus-plus" }'
        ' If they are one: c = { name = "C", also = ["C#", "C++"] }'
    )
    parted = '[tags]\n"C#" = { slug = "c-sharp" }\n"C++" = { slug = "c-plus-plus" }\n'
    site.write("site.toml", f"{SETTINGS}\n{parted}")
    built(site)
    pages = {path for path in site.outputs() if path.startswith("tags/") and path.count("/") == 2}
    assert {"tags/c/index.html", "tags/c-sharp/index.html", "tags/c-plus-plus/index.html"} <= pages
    assert '<a href="/archive/tags/c-plus-plus/">C++</a>' in site.read("public/2022/11/06/dam/index.html")


def test_names_of_one_article_that_would_share_a_page_are_a_problem_where_they_stand(tmp_path: Path) -> None:
    text = article("Flood", "2022-11-05", tags=('"C#"', "c", "C++"))
    site = plain_site(tmp_path / "site", {_FLOOD: text})
    assert printed(site) == (
        'content/flood.md:4:8: tags: C#, C++ and c would share a page: their slug is "c"\n'
        '  | tags: ["C#", c, C++]\n'
        "  |        ^\n"
        '  Part them in site.toml: [tags] "C#" = { slug = "c-sharp" }, "C++" = { slug = "c-plus-plus" }'
        ' If they are one: c = { name = "c", also = ["C#", "C++"] }'
    )


def test_spellings_that_are_declared_are_one_name(tmp_path: Path) -> None:
    merged = '[tags]\nopec = { name = "The cartel", also = ["OPEC+", "Cartel"] }\n'
    site = _site(tmp_path, "OPEC", "OPEC+", "cartel", more=merged)
    site.write(_FLOOD, site.read(_FLOOD).replace("[OPEC]", "[OPEC+, opec]"))
    built(site)
    fronts = {path for path in site.outputs() if path.startswith("tags/") and path.endswith("/atom.xml")}
    assert fronts == {"tags/opec/atom.xml"}
    assert '<a href="/archive/tags/opec/">The cartel</a>' in site.read(f"public/{_FLOOD_PAGE}")
    site.write("site.toml", SETTINGS)
    assert 'content/flood.md:4:8: tags: OPEC+ and opec would share a page: their slug is "opec"' in printed(
        site
    )


def test_a_name_may_stand_for_a_slug_that_others_write(tmp_path: Path) -> None:
    site = _site(tmp_path, "C++", "cpp", "CPP", more='[tags]\n"C++" = { slug = "cpp" }\n')
    built(site)
    assert '<a href="/archive/tags/cpp/">C++</a>' in site.read("public/2022/11/06/dam/index.html")


def test_spellings_of_one_name_are_no_problem(tmp_path: Path) -> None:
    built(_site(tmp_path, "Sea level", "sea-level", "SEA_LEVEL"))


_SHOWN = """
[sections]
pol = "Politics"
[tags]
oil = "Petroleum"
[authors]
first-last = "First M. Last"
[datelines]
port-x = "Port Xavier"
[series]
dam = "The great dam"
[data]
articles = true
[citations]
articles = true
"""


def _named_site(folder: Path, more: str = "") -> Site:
    text = article(
        "Flood",
        "2022-11-05",
        author="first-last",
        dateline="port x",
        section="pol",
        tags=("oil",),
        more="series: Dam",
    )
    dam = article("Dam", "2022-11-06", author="first-last")
    return plain_site(
        folder / "site",
        {_FLOOD: text, "content/dam.md": dam},
        settings=SETTINGS.partition("\n[sections]")[0] + more,
    )


def test_a_name_in_site_toml_is_what_is_shown_everywhere(tmp_path: Path) -> None:
    site = _named_site(tmp_path, _SHOWN)
    built(site)
    outputs = {path: content.decode(errors="replace") for path, content in site.outputs().items()}
    page = outputs[_FLOOD_PAGE]
    assert "First M. Last /archive/authors/first-last/;" in page
    assert '<a href="/archive/tags/oil/">Petroleum</a>' in page
    assert "Port Xavier" in page
    assert "The great dam" in page
    assert "Last, F. M." in page
    record = json.loads(outputs["2022/11/05/flood/article.json"])
    assert (record["authors"], record["tags"]) == (["First M. Last"], ["Petroleum"])
    assert "First M. Last" in outputs["atom.xml"]
    assert "First M. Last" in outputs["data/2022-11.csv"]
    shown = "".join(outputs.values()).replace("/first-last", "").replace("/oil", "").replace("/port-x", "")
    assert "first-last" not in shown
    assert "port x" not in shown


def test_a_new_name_changes_the_pages_that_show_it_and_no_others(tmp_path: Path) -> None:
    site = _named_site(tmp_path, _SHOWN)
    site.write("content/calm.md", article("Calm", "2020-01-01", author="Li Wei", tags=("Oil",)))
    settings = site.read("site.toml")
    did = done(site, lambda: site.write("site.toml", settings.replace("Petroleum", "Crude")))
    assert {
        _FLOOD_PAGE,
        "2020/01/01/calm/index.html",
        "tags/oil/index.html",
        "tags/index.html",
    } <= did.written
    assert "2022/11/06/dam/index.html" not in did.written
    did = done(site, lambda: site.write("site.toml", settings.replace('oil = "Petroleum"\n', "")))
    assert {_FLOOD_PAGE, "2020/01/01/calm/index.html"} <= did.written
    assert '<a href="/archive/tags/oil/">oil</a>' in site.read(f"public/{_FLOOD_PAGE}")
    assert '<a href="/archive/tags/oil/">Oil</a>' in site.read("public/2020/01/01/calm/index.html")
    did = done(site, lambda: site.write("content/dam.md", article("Dam", "2022-11-06", author="First Last")))
    assert did.written == set()


def test_an_article_that_comes_to_light_later_has_the_name_of_then(tmp_path: Path) -> None:
    site = _named_site(tmp_path, _SHOWN)
    hidden = article("Draft", "2022-11-07", author="first-last", more="draft: yes")
    site.write("content/draft.md", hidden)
    built(site)
    site.write("site.toml", site.read("site.toml").replace("First M. Last", "F. Last"))
    built(site)
    did = done(site, lambda: None, drafts=True)
    assert "F. Last" in site.read("public/2022/11/07/draft/index.html")
    assert did.written


@given(st.lists(st.text("Cc+#. -", min_size=1, max_size=4), min_size=1, max_size=4))
def test_parting_as_the_hint_says_leaves_no_two_names_on_one_page(names: list[str]) -> None:
    names = [name for name in names if slugify(name) == "c"]
    distinct = find_distinct({}, "tag", "c", names)
    if len(distinct) < 2:
        return
    _, hint = explain_shared_slug("tag", "c", distinct)
    parted = hint.partition("[tags] ")[2].partition(" If they are one: ")[0]
    entries = tomllib.loads(f"x = {{ {parted} }}")["x"]
    slugs = {"tag": {spelling_key(name): entry["slug"] for name, entry in entries.items()}}
    assert len({find_slug(slugs, "tag", name) for name in distinct}) == len(distinct)


_AUTHORS = "authors/index.html"


def _order(site: Site, page: str = _AUTHORS) -> list[str]:
    """Return the names on a plain index of authors, in order."""
    rows = site.outputs()[page].decode().splitlines()
    parts = (row.partition(" /archive/authors/") for row in rows)
    return [name.rpartition(">")[2] for name, slash, _ in parts if slash]


def test_authors_are_in_the_order_of_family_names_under_the_letters_of_these(tmp_path: Path) -> None:
    names = (
        "Hanna Wexcombe",
        "Ben Okafor",
        "Ludwig van der Berg",
        "李伟",
        "Лада Яшина",
        "Reuters",
        "Zoe Abel",
    )
    articles = {
        f"content/{number}.md": article("Story", f"2022-11-0{number}", author=name)
        for number, name in enumerate(names, 1)
    }
    site = plain_site(tmp_path / "site", articles)
    built(site)
    in_order = [
        "Zoe Abel",
        "Ben Okafor",
        "Reuters",
        "Ludwig van der Berg",
        "Hanna Wexcombe",
        "Лада Яшина",
        "李伟",
    ]
    assert _order(site) == in_order
    assert "A 1 O 1 R 1 V 1 W 1 \u042f 1 \u674e 1" in site.outputs()[_AUTHORS].decode()
    site.write("content/authors/ludwig-van-der-berg.md", "---\nsort: Berg, Ludwig van der\n---\n")
    site.write("content/authors/ben-okafor.md", "---\nkind: organization\n---\n")
    done(site, lambda: site.write("site.toml", f'{SETTINGS}\n[authors]\nzoe-abel = "Zoe Quill"\n'))
    assert _order(site)[:4] == ["Ben Okafor", "Ludwig van der Berg", "Zoe Quill", "Reuters"]
    by_name = SETTINGS.replace("[listings]\n", "[listings]\nsurnames = false\n")
    assert by_name != SETTINGS
    done(site, lambda: site.write("site.toml", by_name))
    assert _order(site)[:3] == ["Ben Okafor", "Hanna Wexcombe", "Ludwig van der Berg"]


def test_over_500_authors_split_by_family_name_and_a_profile_moves_one_to_another_page(
    tmp_path: Path,
) -> None:
    names = [
        f"{given} {family}{number:03}"
        for given, family in (("Ana", "Ruiz"), ("Rita", "Abel"))
        for number in range(251)
    ]
    text = article("Story", "2022-11-05").replace("date:", f"author: [{', '.join(names)}]\ndate:")
    settings = f"{SETTINGS}\n[feeds]\nkinds = []\n"
    site = plain_site(tmp_path / "site", {"content/story.md": text}, settings=settings)
    built(site)
    pages = {path for path in site.outputs() if path.startswith("authors/") and path.endswith("_/index.html")}
    assert pages == {"authors/a_/index.html", "authors/r_/index.html"}
    assert _order(site, "authors/r_/index.html") == names[:251]
    profile = "content/authors/ana-ruiz007.md"
    result = done(site, lambda: site.write(profile, "---\nsort: Zeman, Ana\n---\n"))
    assert {"authors/z_/index.html", "authors/r_/index.html", _AUTHORS} <= result.written
    assert "authors/a_/index.html" not in result.written
    assert _order(site, "authors/z_/index.html") == [names[7]]
