"""A setting that decides which outputs there are changes the plan of the next build, whichever it is."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from broadsheet.settings.plan_settings import PlanSettings
from tests import photos
from tests.builds import done, plain_site
from tests.plain import SETTINGS, article

# What stands in a table of site.toml instead, by the setting that this changes.
_CHANGES = {
    "listings_size": ("listings", "size = 1"),
    "listings_days": ("listings", "days = false"),
    "listings_kinds": ("listings", 'kinds = ["section", "series"]'),
    "listings_anniversaries": ("listings", "anniversaries = true"),
    "feeds_page": ("feeds", "page = false"),
    "feeds_kinds": ("feeds", 'kinds = ["dateline"]'),
    "corrections_withhold": ("corrections", "withhold = false"),
    "sitemaps_size": ("sitemaps", "size = 1"),
    "sitemaps_news": ("sitemaps", "news = false"),
    "data_months": ("data", "months = false"),
    "data_size": ("data", "size = 1"),
    "data_articles": ("data", "articles = true"),
    "citations_articles": ("citations", "articles = true"),
    "citations_listings": ("citations", 'listings = ["section", "tag"]'),
    "search_on": ("search", "on = true"),
    "search_languages": ("search", 'on = true\nlanguages = ["az"]'),
    "pictures_on": ("pictures", "on = false"),
    "pictures_widths": ("pictures", "widths = [16, 32]"),
    "pictures_lead_widths": ("pictures", "lead_widths = [24]"),
    "pictures_formats": ("pictures", "formats = []"),
    "pictures_crops": ("pictures", 'crops = ["1x1"]'),
    "pictures_originals": ("pictures", "widths = [16]\noriginals = true"),
    "pictures_cards": ("pictures", "cards = true"),
    "hosting_redirects": ("hosting", 'redirects = ["s3"]'),
    "theme_typeface": ("theme", 'typeface = "system"'),
    "theme_icons": ("theme", "icons = false"),
    "sections": ("sections", 'wine = "Wine"'),
    "redirects": ("redirects", '"/old/" = "/2022/"'),
    "gone": ("gone", '"/older/" = { date = 2022-11-05, reason = "It was wrong." }'),
}
_RETRACTED = "retracted: { date: 2022-11-07, reason: It was a tide. }"


def test_every_setting_of_the_plan_is_tried() -> None:
    assert list(_CHANGES) == [each.name for each in fields(PlanSettings)]


@pytest.mark.parametrize("name", _CHANGES)
def test_a_changed_setting_changes_what_a_clean_build_would(name: str, tmp_path: Path) -> None:
    articles = {
        "content/flood.md": article(
            "Flood",
            "2022-11-05",
            section="News",
            tags=("Oil", "Sea"),
            dateline="Quern",
            more="image: flood.png",
            body="![Water](flood.png)",
        ),
        "content/calm.md": article("Calm", "2022-11-05", section="News", tags=("Oil",), dateline="Quern"),
        "content/wave.md": article("Wave", "2022-11-06", more=f"{_RETRACTED}\n", body="[Flood](flood.txt)"),
        "content/flood.txt": "Water.",
        "static/typeface/serif.woff2": "W",
    }
    site = plain_site(tmp_path / "site", articles, settings=SETTINGS)
    site.write("content/flood.png", photos.save(photos.draw(40, 30), "png"))
    site.write("static/icon.png", photos.save(photos.draw(512, 512), "png"))
    table, line = _CHANGES[name]
    # ``done`` compares with a clean build.
    found = done(site, lambda: site.write("site.toml", _with(SETTINGS, table, line)))
    assert found.written | found.removed - {"edition.txt"}


def _with(text: str, table: str, line: str) -> str:
    """Return a site.toml with a line in a table, in place of that of the same key."""
    key = line.partition(" =")[0]
    if f"[{table}]\n" not in text:
        return f"{text}\n[{table}]\n{line}\n"
    head, rest = text.split(f"[{table}]\n")
    own, mark, others = rest.partition("\n[")
    own = re.sub(rf"^{re.escape(key)} = .*\n", "", f"{own}\n", flags=re.MULTILINE)
    return f"{head}[{table}]\n{line}\n{own}{mark}{others}"
