"""Fields of articles that nothing reads: a first build counts them, and its summary names the commonest."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.builds import built, plain_site
from tests.plain import LAYOUTS, SETTINGS, article
from tests.sites import Site


def _site(folder: Path, *mores: str, settings: str = SETTINGS) -> Site:
    articles = {
        f"content/{number}.md": article(f"N{number}", "2022-11-05", more=more)
        for number, more in enumerate(mores)
    }
    return plain_site(folder / "site", articles, settings=settings)


def _counted(site: Site) -> list[tuple[str, int]]:
    return [(each.name, each.articles) for each in built(site).unread_fields]


def test_a_first_build_counts_the_fields_that_nothing_reads(tmp_path: Path) -> None:
    site = _site(
        tmp_path,
        "deck: It rained.\nlayout: post\nempty:\nnone: []\npublished: true\ngenre: opinion",
        "layout: post\nphotos: [a, b]\nmap: { lat: 1 }",
        "layout: post\ndraft: yes",
        "summary: Short.\ndescription: Long.",
    )
    expected = [("layout", 2), ("deck", 1), ("description", 1), ("map", 1), ("photos", 1)]
    assert _counted(site) == expected
    assert _counted(site) == []
    site.delete("public")
    assert _counted(site) == expected


def test_a_field_that_is_declared_or_mapped_is_read(tmp_path: Path) -> None:
    settings = SETTINGS + '[front_matter]\nextra = ["kicker"]\nsummary = ["summary", "deck"]\n'
    site = _site(
        tmp_path, "kicker: News\ndeck: It rained.", "summary: Short.\ndeck: Lost.", settings=settings
    )
    assert _counted(site) == [("deck", 1)]


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        ("{{ article.extra.kicker }}", [("deck", 1)]),
        ("{{ article.extra['kicker'] }}", [("deck", 1)]),
        ('{% if "kicker" in article.extra %}x{% endif %}', [("deck", 1)]),
        ("{% set extra = article.extra %}{{ extra.kicker }}", [("deck", 1)]),
        ("{% for name in article.extra %}{{ name }}{% endfor %}", []),
        ("{% for name, value in article.extra.items() %}{{ name }}{% endfor %}", []),
        ("{{ article.extra | tojson }}", []),
        ("kicker and deck", [("deck", 1), ("kicker", 1)]),
    ],
)
def test_a_field_that_a_layout_asks_for_is_read(
    tmp_path: Path, layout: str, expected: list[tuple[str, int]]
) -> None:
    site = _site(tmp_path, "kicker: News\ndeck: It rained.")
    site.write("layouts/article.html", LAYOUTS["article.html"].replace("<h1>", f"{layout}<h1>"))
    assert _counted(site) == expected


def test_the_summary_names_the_commonest_and_counts_the_others(tmp_path: Path) -> None:
    fields = [f"field_{chr(97 + number)}: x" for number in range(13)]
    site = _site(tmp_path, "\n".join(fields), "field_m: x")
    run = site.build("--as-of", dt.datetime(2026, 1, 1, tzinfo=dt.UTC).isoformat())
    assert (
        "\nFields that nothing reads: field_m (2), field_a (1), field_b (1), field_c (1), field_d (1),"
        " field_e (1), field_f (1), field_g (1), field_h (1), field_i (1) and 3 more\n"
    ) in run.stdout
    assert "Fields" not in site.build("--as-of", "2026-01-01").stdout
