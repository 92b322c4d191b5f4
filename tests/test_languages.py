"""Languages: what CLDR knows of them, and an archive that speaks several."""

from __future__ import annotations

import re
from pathlib import Path

import feedparser
import pytest

from broadsheet.common.languages import (
    find_first_weekday,
    find_own_name,
    find_plural_form,
    format_number,
    is_language,
    is_right_to_left,
    key,
    list_fallbacks,
    list_weekdays,
)
from tests.builds import built, done, plain_site, printed
from tests.plain import SETTINGS, article
from tests.sites import Site

_FLOODS = ("flood", "sel", "fayadan", "sel-tr")


@pytest.mark.parametrize("tag", ["en", "az", "pt-BR", "zh-Hans", "sr-Latn-RS", "gsw"])
def test_languages_that_babel_knows(tag: str) -> None:
    assert is_language(tag)


@pytest.mark.parametrize(
    "tag", ["", "english", "xx", "en_US", "en.UTF-8", "en-", "e", "en US", "../en", "en-\u0661"]
)
def test_what_is_no_language(tag: str) -> None:
    assert not is_language(tag)


def test_what_is_known_of_a_language() -> None:
    tags = ("en-GB", "pt-BR", "zh-Hant-TW", "az-Arab", "AR")
    assert [key(tag) for tag in tags] == ["en", "pt", "zh-hant", "az-arab", "ar"]
    assert list_fallbacks("zh-Hant-TW") == ("zh-hant-tw", "zh-hant", "zh")
    assert [is_right_to_left(tag) for tag in (*tags, "he", "fa")] == [*[False] * 3, *[True] * 4]
    assert [find_own_name(tag) for tag in ("ru", "ar", "tr", "xx")] == ["русский", "العربية", "Türkçe", "xx"]
    assert [find_plural_form(2, tag) for tag in ("en", "ru", "ar", "xx")] == ["other", "few", "two", "other"]
    assert list_weekdays("en")[0] == ("Monday", "Mo")
    firsts = {tag: find_first_weekday(tag) for tag in ("en", "en-GB", "az", "ar", "pt-BR", "pt-PT", "xx")}
    assert firsts == {
        **dict.fromkeys(("en", "pt-BR", "pt-PT"), "sunday"),
        **dict.fromkeys(("en-GB", "az", "xx"), "monday"),
        "ar": "saturday",
    }
    numbers = [format_number(12_345, tag) for tag in ("en", "de", "ru", "hi", "xx")]
    assert numbers == ["12,345", "12.345", "12\N{NO-BREAK SPACE}345", "12,345", "12345"]
    assert list_weekdays("ru")[6] == ("воскресенье", "вс")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Return a site of English articles that speaks Arabic and Azerbaijani, and no Turkish."""
    site = plain_site(tmp_path / "site")
    site.write("layouts/words/en.toml", 'by = "By {name}"\nalphabet = "A a, B b, O o"\n')
    site.write("layouts/words/ar.toml", 'by = "بقلم {name}"\n[dates]\ndate = "%Y/%m/%d"\n')
    site.write("layouts/words/az.toml", 'by = "{name} yazdi"\n')
    for name, language in (("flood", ""), ("sel", "az"), ("fayadan", "ar"), ("sel-tr", "tr")):
        more = f"language: {language}\ntranslations: flood" if language else "translations: flood"
        site.write(f"content/{name}.md", article(name.title(), "2022-11-05", tags=("Oil",), more=more))
    site.write("content/alone.md", article("Alone", "2022-11-06", tags=("Oil",)))
    return site


def _page(site: Site, name: str) -> str:
    return site.read(f"public/2022/11/05/{name}/index.html")


def test_a_page_speaks_the_language_of_its_article_if_the_theme_does(site: Site) -> None:
    built(site)
    spoken = {
        name: re.findall(r"^ ?(\S+) (.*)$", _page(site, name), re.MULTILINE) for name in ("flood", "sel")
    }
    assert ("en", "By Flood") in spoken["flood"]
    assert ("az", "Sel yazdi") in spoken["sel"]
    assert "ar بقلم Fayadan\n" in _page(site, "fayadan")
    assert 'en lang="tr" By Sel-Tr\n' in _page(site, "sel-tr")


def test_dates_are_in_the_language_of_the_page(site: Site) -> None:
    built(site)
    shown = {name: re.findall(r" (\S+(?: \w+ 2022)?)$", _page(site, name), re.MULTILINE) for name in _FLOODS}
    assert "5 November 2022" in shown["flood"]
    assert "5 noyabr 2022" in shown["sel"]
    assert "2022/11/05" in shown["fayadan"]
    assert "5 November 2022" in shown["sel-tr"]


def test_text_in_another_language_says_so_and_whether_it_turns(site: Site) -> None:
    site.write("site.toml", SETTINGS.replace("size = 3", "size = 9"))
    each = "{% for story in archive.latest(9) %}{{ teaser(story) }}{% endfor %}"
    site.write("layouts/latest.html", '{% from "teaser.html" import teaser %}' + each)
    built(site)
    listing = site.read("public/2022/11/05/index.html")
    assert 'href="/archive/2022/11/05/fayadan/" lang="ar" dir="rtl">' in listing
    assert 'href="/archive/2022/11/05/sel/" lang="az">' in listing
    arabic = site.read("public/ar/latest.html")
    assert 'href="/archive/2022/11/05/flood/" lang="en" dir="ltr">' in arabic


def test_translations_name_each_other_in_the_order_of_their_languages(site: Site) -> None:
    built(site)
    shown = {
        name: re.findall(r"^(\S+) (\S+) (\S+) (https\S+)", _page(site, name), re.MULTILINE)
        for name in _FLOODS
    }
    address = "https://example.org/archive/2022/11/05"
    rows = {
        "fayadan": ("ar", "العربية", "Fayadan", f"{address}/fayadan/"),
        "sel": ("az", "azərbaycan", "Sel", f"{address}/sel/"),
        "flood": ("en", "English", "Flood", f"{address}/flood/"),
        "sel-tr": ("tr", "Türkçe", "Sel-Tr", f"{address}/sel-tr/"),
    }
    assert shown == {name: [row for other, row in rows.items() if other != name] for name in rows}


def test_a_translation_that_comes_changes_those_that_it_translates(site: Site) -> None:
    text = article("Потоп", "2019-11-05", more="language: ru\ntranslations: flood")
    result = done(site, lambda: site.write("content/potop.md", text))
    articles = {path for path in result.written if re.search(r"/05/[^/]+/index.html$", path)}
    told = {f"2022/11/05/{name}/index.html" for name in _FLOODS}
    assert articles == {"2019/11/05/potop/index.html", *told}
    assert {path for path in result.written if path.startswith(("ru/", "languages/"))} == {
        *("ru/index.html", "ru/latest.html", "ru/atom.xml", "languages/index.html"),
    }


def test_one_that_is_held_back_is_no_translation_yet(site: Site) -> None:
    text = site.read("content/sel.md")
    result = done(site, lambda: site.write("content/sel.md", text.replace("2022-11-05", "2031-11-05")))
    assert "Sel " not in _page(site, "flood")
    assert {"az/index.html", "az/atom.xml"} < result.removed


def test_a_changed_word_renders_the_pages_that_speak_it(site: Site) -> None:
    result = done(site, lambda: site.write("layouts/words/az.toml", 'by = "Yazan: {name}"\n'))
    assert result.written == {"2022/11/05/sel/index.html"}
    result = done(site, lambda: site.delete("layouts/words/az.toml"))
    assert "2022/11/05/sel/index.html" in result.written
    assert 'en lang="az" By Sel\n' in _page(site, "sel")


def test_a_language_that_the_theme_learns_is_spoken_at_once(site: Site) -> None:
    result = done(site, lambda: site.write("layouts/words/tr.toml", 'by = "Yazan: {name}"\n'))
    assert result.written == {"2022/11/05/sel-tr/index.html", "tr/index.html"}
    assert "tr Yazan: Sel-Tr\n" in _page(site, "sel-tr")


def test_a_language_has_listings_and_a_feed_in_it(site: Site) -> None:
    for number in range(4):
        more = "language: az"
        site.write(f"content/n{number}.md", article(f"N{number}", f"2021-1{number % 2}-05", more=more))
    built(site)
    outputs = site.outputs()
    pages = {path for path in outputs if path.startswith("az/")}
    assert pages == {
        *("az/index.html", "az/latest.html", "az/atom.xml", "az/2021/index.html", "az/2022/index.html"),
        *("az/2021/10/index.html", "az/2021/11/index.html"),
    }
    assert "noyabr 2021" in site.read("public/az/2021/11/index.html")
    assert "November 2021" in site.read("public/2021/11/index.html")
    feed = feedparser.parse(outputs["az/atom.xml"])
    assert (feed.feed.title, feed.feed.language) == ("azərbaycan | The Example Courier", "az")
    assert [entry.title for entry in feed.entries] == ["Sel", "N3", "N1", "N2", "N0"]
    assert b"<entry xml:lang" not in outputs["az/atom.xml"]


def test_an_article_changes_the_latest_list_of_its_language_alone(site: Site) -> None:
    latest = "{% for each in archive.newest(facet, 2) %}{{ each.title }} {% endfor %}{{ page.language }}"
    site.write("layouts/latest.html", latest)
    built(site)
    lists = {"latest.html", "az/latest.html", "ar/latest.html", "tr/latest.html"}
    assert lists == {path for path in site.outputs() if path.endswith("latest.html")}
    result = done(
        site, lambda: site.write("content/new.md", article("New", "2022-11-07", more="language: az"))
    )
    assert result.written & lists == {"latest.html", "az/latest.html"}
    result = done(site, lambda: site.write("content/now.md", article("Now", "2022-11-08")))
    assert result.written & lists == {"latest.html"}
    # The theme of this site speaks no Turkish: the list of Turkish articles has words of the site's language.
    said = ["latest: Now New en", "az: New Sel az", "ar: Fayadan ar", "tr: Sel-Tr en"]
    found = [
        f"{path.removesuffix('/latest.html').removesuffix('.html')}: {site.read(f'public/{path}')}"
        for path in lists
    ]
    assert sorted(found) == sorted(said)


def test_an_article_leads_to_the_latest_list_of_its_language_and_names_sections_in_it(site: Site) -> None:
    site.write(
        "layouts/article.html",
        "{{ site.latest(article.language) }} {{ site.section_names | items | list }}\n",
    )
    site.write("site.toml", SETTINGS + "[translations]\naz.sections = { politics = 'Siyasət' }\n")
    built(site)
    assert _page(site, "flood") == "/archive/latest.html []\n"
    assert _page(site, "sel") == "/archive/az/latest.html [(&#39;politics&#39;, &#39;Siyasət&#39;)]\n"
    assert _page(site, "fayadan") == "/archive/ar/latest.html []\n"
    renamed = SETTINGS + "[translations]\naz.sections = { politics = 'Dövlət' }\n"
    result = done(site, lambda: site.write("site.toml", renamed))
    assert {path for path in result.written if "2022/11/05" in path} == {"2022/11/05/sel/index.html"}


def test_without_its_kind_a_language_has_no_pages(site: Site) -> None:
    site.write("site.toml", SETTINGS.replace(', "language"]', "]"))
    built(site)
    assert not [path for path in site.outputs() if path.startswith(("az/", "ar/", "languages/"))]
    assert "az azərbaycan Sel https" in _page(site, "flood")


def test_two_articles_of_one_language_are_no_translations_of_each_other(site: Site) -> None:
    site.write("content/sel2.md", article("Sel", "2022-11-07", more="language: az\ntranslations: flood"))
    told = printed(site)
    message = "translations: flood is that of two articles in az: content/sel.md and content/sel2.md"
    hint = "Name the language of the translation, or give the other story a word of its own."
    assert f"content/flood.md: {message}\n  {hint}\n" in told
    assert "content/alone.md" not in told
    assert not (site.folder / "public").exists()


def test_names_stand_in_the_order_of_the_alphabet_under_its_letters(site: Site) -> None:
    site.write("layouts/words/en.toml", 'alphabet = "O o, A a Ä ä, B b"\n')
    site.write("content/b.md", article("B", "2022-11-06", tags=("Berg", "Äpfel", "Auto", "42")))
    built(site)
    page = site.read("public/tags/index.html")
    assert re.findall(r"(\w+) /archive/tags", page) == ["42", "Oil", "Äpfel", "Auto", "Berg"]
    assert "4 1 O 1 A 2 B 1 section" in page
    result = done(site, lambda: site.write("layouts/words/en.toml", 'alphabet = "A a, B b, O o"\n'))
    assert "tags/index.html" in result.written
    assert not [path for path in result.written if path.startswith(("2022/", "tags/o"))]


def test_a_layout_with_a_word_that_there_is_not_is_told(site: Site) -> None:
    site.write("layouts/latest.html", "{{ words.bye }}\n")
    assert printed(site) == (
        "layouts/latest.html:1: Words has no bye\n  | {{ words.bye }}\n  Did you mean by?"
    )
    site.write("layouts/latest.html", "{{ words.bye | fill(name=1) }}\n")
    assert "latest.html:1: Words has no bye\n" in printed(site)
    assert "Did you mean by?" in printed(site)
    site.write("layouts/latest.html", "{{ words.by | fill(nome=1) }}\n")
    assert "nothing is given for {name}\n" in printed(site)
    site.write("layouts/latest.html", "{{ words.by | fill(name='<A>') }} {{ words['by'] }}\n")
    assert printed(site) == ""
    assert site.read("public/latest.html") == "By &lt;A&gt; By {name}\n"


def test_a_fault_in_the_words_stops_the_build(site: Site) -> None:
    site.write("layouts/words/az.toml", 'by = "{nome} yazdi"\n')
    assert printed(site) == (
        "layouts/words/az.toml:1:1: by: nothing is called {nome} there\n"
        '  | by = "{nome} yazdi"\n  | ^\n  Did you mean {name}?'
    )


def test_a_theme_without_words_is_as_good(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site", {"content/a.md": article("A", "2022-11-05", more="language: az")})
    built(site)
    assert 'en lang="az" \n' in site.read("public/2022/11/05/a/index.html")
