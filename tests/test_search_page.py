"""The search field on every page and the page that it leads to, in a real browser."""

# ruff: noqa: RUF001 - letters that look like others are found, too

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from tests.plain import article
from tests.sites import SETTINGS, Site
from tests.test_browser import OF_COLOUR, Visit, find_violations, visiting

_BASE = "/archive/"
_WIDTHS = (320, 360, 768, 1280)


def _site(folder: Path, settings: str = "", **articles: str) -> Site:
    """Write a site of articles, each the text of a file that is named after it, and build it."""
    site = Site(folder=folder / "site")
    site.write("site.toml", f"{SETTINGS}{settings}")
    for name, text in articles.items():
        site.write(f"content/{name}.md", text)
    built = site.build("--as-of", "2026-11-20T12:00:00Z")
    assert built.status == 0, built.stderr
    return site


def _flood(title: str = "Flood", date: str = "2024-03-02", **options: Any) -> str:
    usual: dict[str, Any] = {"author": "Ana Ruiz", "dateline": "Baku", "section": "News", "tags": ("Oil",)}
    return article(title, date, **{**usual, **options})


def test_a_site_without_search_has_no_trace_of_it_on_any_page(tmp_path: Path) -> None:
    articles = {f"flood-{number}": _flood(f"Flood {number}") for number in range(12)}
    site = _site(tmp_path, "[search]\non = false\n", **articles)
    outputs = site.outputs()
    assert {path for path in outputs if path.startswith("search")} == set()
    pages = {path: content.decode() for path, content in outputs.items() if path.endswith(".html")}
    assert {path for path, text in pages.items() if "search" in text.lower()} == set()
    assert {path for path, text in pages.items() if "form-action 'none'" not in text} == set()


def test_the_field_leads_to_the_page_that_searches(
    tmp_path: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    site = _site(tmp_path, flood=_flood())
    for scripted in (True, False):
        with visiting(browser, serve(site.folder / "public", _BASE), java_script_enabled=scripted) as visit:
            visit.page.goto(f"{visit.root}2024/03/02/flood/")
            visit.page.get_by_role("searchbox", name="Search").fill("high water")
            visit.page.keyboard.press("Enter")
            visit.page.wait_for_url(f"{visit.root}search/?q=high+water")
            assert [each for each in visit.complaints if "Content Security Policy" in each] == []


def test_the_field_makes_the_masthead_no_taller(
    tmp_path: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    paths = ("", "2024/03/02/flood/")
    heights = []
    for settings in ("", "[search]\non = false\n"):
        site = _site(tmp_path / str(len(settings)), settings, flood=_flood())
        with visiting(browser, serve(site.folder / "public", _BASE)) as visit:
            tall = []
            for path in paths:
                visit.page.goto(f"{visit.root}{path}")
                visit.page.locator(".today:not(:empty)").wait_for()
                for width in _WIDTHS:
                    visit.page.set_viewport_size({"width": width, "height": 800})
                    tall.append(visit.page.locator(".masthead").bounding_box()["height"])  # type: ignore[index]
            heights.append(tall)
    assert heights[0] == heights[1]


def test_the_slash_key_leads_to_the_field_and_can_be_turned_off(
    tmp_path: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    site = _site(tmp_path, flood=_flood())
    with visiting(browser, serve(site.folder / "public", _BASE)) as visit:
        visit.page.goto(f"{visit.root}2024/03/02/flood/")
        field = visit.page.get_by_role("searchbox", name="Search")
        for keys in ("Control+/", "Alt+/", "Meta+/"):
            visit.page.keyboard.press(keys)
            assert not field.evaluate("(each) => each === document.activeElement"), keys
        visit.page.keyboard.press("/")
        assert field.evaluate("(each) => each === document.activeElement")
        visit.page.keyboard.type("a/b")
        assert field.input_value() == "a/b"
        visit.page.evaluate("localStorage.setItem('search-key', 'off')")
        visit.page.reload()
        visit.page.keyboard.press("/")
        assert not field.evaluate("(each) => each === document.activeElement")


def test_a_long_listing_is_searched_from_its_own_field(
    tmp_path: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    articles = {
        f"flood-{number:02}": _flood(f"Flood {number}", f"2024-03-{number:02}") for number in range(1, 13)
    }
    few = {
        f"frost-{number}": _flood(f"Frost {number}", "2023-01-02", author="Li Wei", tags=("Ice",))
        for number in range(2)
    }
    site = _site(tmp_path, "[listings]\nsize = 10\n", **articles, **few)
    found = {
        "tags/oil/": {"tag": "oil"},
        "sections/news/": {"section": "news"},
        "authors/ana-ruiz/": {"author": "ana-ruiz"},
        "datelines/baku/": {"dateline": "baku"},
        "tags/oil/2024/": {"tag": "oil", "from": "2024", "to": "2024"},
        "2024/": {"from": "2024", "to": "2024"},
    }
    with visiting(browser, serve(site.folder / "public", _BASE)) as visit:
        for path, filters in found.items():
            visit.page.goto(f"{visit.root}{path}")
            visit.page.locator("main").get_by_role("searchbox").fill("water")
            visit.page.locator("main").get_by_role("searchbox").press("Enter")
            query = "&".join(f"{name}={value}" for name, value in {"q": "water", **filters}.items())
            visit.page.wait_for_url(f"{visit.root}search/?{query}")
    for path in ("tags/ice/", "2023/", "2024/03/", "tags/oil/2024/03/", "tags/", "archive/"):
        assert site.read(f"public/{path}index.html").count('role="search"') == 1, path


_LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
_CALM = "The river was calm. " * 40
# What nobody may find.
_HIDDEN = {
    "draft": ("2024-03-01", "draft: true"),
    "later": ("2031-03-01", ""),
    "gone": ("2024-03-01", "expires: 2025-01-01"),
    "retracted": ("2024-03-01", "retracted: { date: 2024-03-03, reason: It never flew. }"),
}


def _archive(folder: Path) -> Site:
    """Write an archive in five languages, and build it."""
    plain: dict[str, Any] = {"author": "Ana Ruiz", "dateline": "Baku", "section": "News"}
    other: dict[str, Any] = {"author": "Ben Okafor", "dateline": "Ganja", "section": "Business"}
    body = (
        f"Crowds crossed the new bridges on Saturday. {_CALM}Then a heron stood up & left <the> pier. {_CALM}"
    )
    paint, toll = "For the bridge, a new one.", f"Who crosses the bridge pays. {_LONG}"
    texts = {
        "open": article("The bridge is open", "2024-03-02", **plain, tags=("Linnow bridge",), body=body),
        "paint": article("A new coat of paint", "2023-05-06", **plain, tags=("Sea_Level",), body=paint),
        "toll": article(
            "Toll is paid", "2023-01-09", **other, tags=("Sea_Level",), body=toll, more="genre: opinion"
        ),
        "markup": article('"<script>alert(1)</script> <b>Bold</b>"', "2022-02-02", **plain),
        "az": article(
            "Gəncədə körpü açıldı", "2024-02-01", **plain, body="Avtobus keçdi.", more="language: az"
        ),
        "ru": article("Ёлка на мосту", "2024-01-01", **plain, body="Огни зажгли.", more="language: ru"),
        "ar": article("الجِسْر الجديد في باكو", "2023-12-01", **plain, body="عبر الناس.", more="language: ar"),
        "zh": article("巴库新桥开通", "2023-11-01", **plain, body="市民步行过桥。", more="language: zh"),
    }
    for name, (day, more) in _HIDDEN.items():
        texts[name] = article(f"Zeppelin {name}", day, **plain, body="A zeppelin.", more=more)
    for number in range(1, 24):
        texts[f"report-{number}"] = article(
            f"Report {number}", f"2021-01-{number:02}", **plain, body="Harbour."
        )
    return _site(
        folder,
        '[search]\nlanguages = ["en", "az", "ru", "ar", "zh"]\n[tags]\nsea-level = "Rising seas"\n',
        **texts,
    )


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the archive, built."""
    return _archive(tmp_path_factory.mktemp("search")).folder / "public"


@pytest.fixture
def visit(archive: Path, browser: Browser, serve: Callable[..., str]) -> Iterator[Visit]:
    """Give a window in which nothing is complained of, or asked for elsewhere."""
    with visiting(browser, serve(archive, _BASE), viewport={"width": 1280, "height": 2000}) as visit:
        yield visit
        assert visit.complaints == []
        assert visit.strangers() == []


def _ask(visit: Visit, query: str) -> list[str]:
    """Open the page that searches at an address with a query; return the headlines that it lists."""
    visit.page.goto(f"{visit.root}search/?{query}")
    return _headlines(visit)


def _headlines(visit: Visit) -> list[str]:
    visit.page.locator('#found_[aria-busy="false"]').wait_for(state="attached")
    return visit.page.locator("#found_ li > a").all_inner_texts()


def _expect(visit: Visit, *headlines: str) -> None:
    """Wait until these are listed."""
    expect(visit.page.locator("#found_ li > a")).to_have_text(headlines)


def _said(visit: Visit) -> str:
    return visit.page.get_by_role("status").inner_text()


def _is_focused(place: Locator) -> bool:
    return bool(place.evaluate("(each) => each === document.activeElement"))


@pytest.mark.parametrize(
    ("typed", "found", "language"),
    [
        ("BRIDGE crowds", "The bridge is open", ""),
        ("bridges opens", "The bridge is open", ""),
        ("gence korpu", "Gəncədə körpü açıldı", "az"),
        ("GƏNCƏ", "Gəncədə körpü açıldı", "az"),
        ("елка", "Ёлка на мосту", "ru"),
        ("ёлки мост", "Ёлка на мосту", "ru"),
        ("الجسر", "الجِسْر الجديد في باكو", "ar"),
        ("新桥", "巴库新桥开通", "zh"),
        ("桥", "巴库新桥开通", "zh"),
    ],
)
def test_an_article_is_found_in_its_language(visit: Visit, typed: str, found: str, language: str) -> None:
    assert _ask(visit, f"q={quote(typed)}") == [found]
    link = visit.page.locator("#found_ li > a")
    assert (link.get_attribute("lang") or "") == language
    assert _said(visit) == "1 article"
    assert visit.page.title() == f"{typed} – Search – The Example Courier"
    link.click()
    assert visit.page.locator("h1").inner_text() == found


def test_a_result_says_what_listings_say_and_has_a_line_with_the_words_marked(visit: Visit) -> None:
    assert _ask(visit, "q=toll+pays") == ["Toll is paid"]
    row = visit.page.locator("#found_ li")
    assert row.locator("time").inner_text() == "9 January 2023"
    assert row.locator("time").get_attribute("datetime") == "2023-01-09"
    assert row.locator("span").inner_text().lower() == "ganja · ben okafor · business"
    assert row.locator(".line mark").all_inner_texts() == ["pays"]


def test_the_line_comes_from_the_page_of_the_article_where_its_summary_does_not_have_the_words(
    visit: Visit,
) -> None:
    assert _ask(visit, "q=heron+pier") == ["The bridge is open"]
    line = visit.page.locator("#found_ .line:has(mark)")
    line.wait_for()
    assert line.locator("mark").all_inner_texts() == ["heron", "pier"]
    assert "Then a heron stood up & left <the> pier. The river" in line.inner_text()
    assert re.fullmatch(r"…\S.*\S…", line.inner_text())
    assert len(line.inner_text()) < 200
    # That is the text of the article, and not all that stands around it.
    assert "The bridge is open" in _ask(visit, "q=ana")
    visit.page.wait_for_load_state("networkidle")
    assert visit.page.locator("#found_ mark").count() == 0


def test_words_in_pairs_of_letters_are_marked_as_one(visit: Visit) -> None:
    assert _ask(visit, f"q={quote('步行过桥')}") == ["巴库新桥开通"]
    assert visit.page.locator("#found_ mark").all_inner_texts() == ["步行过桥"]


def test_a_search_needs_no_mouse(visit: Visit) -> None:
    visit.page.goto(f"{visit.root}2023/01/09/toll/")
    visit.page.keyboard.press("/")
    visit.page.keyboard.type("bridge")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/search/?q=bridge")
    assert _headlines(visit) == ["The bridge is open", "A new coat of paint", "Toll is paid"]
    field, links = visit.page.get_by_role("searchbox"), visit.page.locator("#found_ li > a")
    visit.page.keyboard.press("/")
    assert _is_focused(field)
    for key, number in (
        ("ArrowDown", 0),
        ("ArrowDown", 1),
        ("ArrowDown", 2),
        ("ArrowDown", 2),
        ("ArrowUp", 1),
    ):
        visit.page.keyboard.press(key)
        assert _is_focused(links.nth(number))
    visit.page.keyboard.press("Escape")
    assert _is_focused(field)
    visit.page.keyboard.press("ArrowDown")
    visit.page.keyboard.press("ArrowUp")
    assert _is_focused(field)
    visit.page.keyboard.press("ArrowDown")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/2024/03/02/open/")


def test_the_address_holds_the_search_and_back_leads_to_the_one_before(visit: Visit) -> None:
    visit.page.goto(f"{visit.root}archive/")
    visit.page.goto(f"{visit.root}search/")
    field = visit.page.get_by_role("searchbox")
    assert _is_focused(field)
    field.press_sequentially("toll")
    # Nobody has sent it yet.
    visit.page.wait_for_url("**/search/?q=toll")
    assert _headlines(visit) == ["Toll is paid"]
    field.press("Enter")
    field.fill("paint")
    visit.page.wait_for_url("**/search/?q=paint")
    visit.page.locator("summary", has_text="Filters").click()
    visit.page.get_by_label("From year").select_option("2024")
    visit.page.wait_for_url("**/search/?q=paint&from=2024")
    assert _headlines(visit) == []
    visit.page.go_back()
    _expect(visit, "A new coat of paint")
    assert (field.input_value(), visit.page.get_by_label("From year").input_value()) == ("paint", "")
    visit.page.go_back()
    _expect(visit, "Toll is paid")
    visit.page.go_forward()
    _expect(visit, "A new coat of paint")
    visit.page.go_back()
    visit.page.go_back()
    visit.page.wait_for_url("**/archive/archive/")


def test_ten_are_listed_and_older_goes_on(visit: Visit) -> None:
    newest = [f"Report {number}" for number in range(23, 0, -1)]
    # Ten stand in the last of three spans of search, so that it does not know how many there are.
    assert _ask(visit, "q=harbour") == newest[:10]
    older = visit.page.get_by_role("button", name="Older")
    older.click()
    assert _headlines(visit) == newest[:20]
    assert _is_focused(visit.page.locator("#found_ li > a").nth(10))
    visit.page.reload()
    assert _headlines(visit) == newest[:20]
    first = visit.page.locator("#found_ li").first.element_handle()
    visit.page.get_by_role("link", name="Skip to main content").press("Enter")
    visit.page.wait_for_url("**#main_")
    assert first.evaluate("(each) => each.isConnected")
    older.click()
    assert _headlines(visit) == newest
    assert not older.is_visible()
    assert _said(visit) == "23 articles"


def test_filters_cross_with_and_without_words(visit: Visit) -> None:
    assert _ask(visit, "author=ana-ruiz&tag=sea-level&from=2023&to=2023") == ["A new coat of paint"]
    assert _ask(visit, "q=bridge&author=ben-okafor") == ["Toll is paid"]
    assert _ask(visit, "q=bridge&author=ben-okafor&author=ana-ruiz&to=2023") == [
        "A new coat of paint",
        "Toll is paid",
    ]
    # As somebody may write it, and as the form sends it before its script is there.
    assert _ask(visit, "q=bridge&author=Ben+Okafor;Ana+Ruiz&tag=Sea_Level") == [
        "A new coat of paint",
        "Toll is paid",
    ]
    assert _ask(visit, "genre=opinion") == ["Toll is paid"]
    assert _ask(visit, "dateline=ganja&section=business&language=en") == ["Toll is paid"]
    assert _ask(visit, "language=zh") == ["巴库新桥开通"]


def test_filters_are_chosen_by_name(visit: Visit) -> None:
    visit.page.goto(f"{visit.root}search/?tag=sea-level")
    assert _headlines(visit) == ["A new coat of paint", "Toll is paid"]
    chosen = visit.page.locator("#chosen_", has_text="Rising seas")
    chosen.wait_for()
    visit.page.locator("summary", has_text="Filters").click()
    assert visit.page.get_by_label("Topic").input_value() == "Rising seas"
    names = visit.page.locator("#author_ option")
    names.first.wait_for(state="attached")
    assert names.evaluate_all("(all) => all.map((each) => each.value)") == ["Ben Okafor", "Ana Ruiz"]
    sections = visit.page.get_by_label("Section").locator("option")
    assert sections.all_inner_texts() == ["Any", "Business", "News"]
    assert "azərbaycan" in visit.page.get_by_label("Language").locator("option").all_inner_texts()
    visit.page.get_by_label("Author").fill("Ben Okafor")
    visit.page.get_by_label("Author").press("Enter")
    visit.page.wait_for_url("**/search/?author=ben-okafor&tag=sea-level")
    assert _headlines(visit) == ["Toll is paid"]
    visit.page.get_by_label("Author").fill("Ben Okafor; Ana Ruiz")
    visit.page.get_by_label("Type").select_option("Opinion")
    visit.page.wait_for_url("**/search/?author=ben-okafor&author=ana-ruiz&tag=sea-level&genre=opinion")
    visit.page.get_by_role("button", name="Clear filters").click()
    visit.page.wait_for_url("**/search/")
    assert visit.page.get_by_label("Author").input_value() == ""
    assert chosen.count() == 0


def test_names_are_suggested_from_an_index_that_is_split(
    tmp_path: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    tags = [f"{letter}{number:03}" for letter in "ab" for number in range(251)]
    text = article("Many", "2024-01-01", author="A", dateline="B", tags=(*tags, "Öl & Gas"))
    site = _site(tmp_path, many=text)
    with visiting(browser, serve(site.folder / "public", _BASE)) as visit:
        assert _ask(visit, "tag=b100") == ["Many"]
        visit.page.locator("summary", has_text="Filters").click()
        names = visit.page.locator("#tag_ option")
        visit.page.get_by_label("Topic").fill("Ö")
        visit.page.locator('#tag_ option[value="Öl & Gas"]').wait_for(state="attached")
        assert names.count() == 1
        visit.page.get_by_label("Topic").fill("Öl & Gas")
        visit.page.get_by_label("Topic").press("Enter")
        visit.page.wait_for_url(f"**/search/?tag={quote('öl-gas')}")


def test_a_phrase_is_found_where_its_words_stand_side_by_side(visit: Visit) -> None:
    assert _ask(visit, "q=new+bridges") == ["The bridge is open", "A new coat of paint"]
    assert _ask(visit, "q=%22new+bridges%22") == ["The bridge is open"]
    assert _ask(visit, "q=bridge+-%22a+new%22+-toll") == ["The bridge is open"]
    assert _ask(visit, "q=title:bridge") == ["The bridge is open"]


def test_words_of_a_page_begin_and_end_where_the_index_has_them(
    tmp_path: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    body = (
        "The last<br>day of un**believ**able rain.\n\n"
        "<table><tr><td>North quay</td><td>closed early</td></tr></table>\n\n"
        "The harbour[^1] opened at H<sub>2</sub>O street: 東<ruby>京<rt>きょう</rt></ruby>都.\n\n"
        "[^1]: A note.\n"
    )
    site = _site(tmp_path, flood=_flood(body=body))
    phrases = ("last day", "unbelievable rain", "quay closed", "harbour opened", "h2o street", "東京都")
    with visiting(browser, serve(site.folder / "public", _BASE)) as visit:
        for phrase in phrases:
            assert _ask(visit, f"q={quote(json.dumps(phrase, ensure_ascii=False))}") == ["Flood"], phrase
        assert _ask(visit, "q=%22lastday%22") == []


def test_the_best_match_can_come_first(visit: Visit) -> None:
    assert _ask(visit, "q=toll+bridge&sort=best&tag=sea-level") == ["Toll is paid"]
    assert _ask(visit, "q=bridge+paid*&sort=best") == ["Toll is paid"]
    assert visit.page.locator("#chosen_").inner_text() == "Most relevant first"
    assert len(_ask(visit, "q=harbour&sort=best")) == 10
    assert _said(visit) == "23 articles"
    assert visit.page.get_by_role("button", name="More").is_visible()


def test_a_misspelt_word_is_asked_back(visit: Visit) -> None:
    assert _ask(visit, "q=brigde+crowds&from=2024") == []
    link = visit.page.get_by_role("status").get_by_role("link")
    link.wait_for()
    assert _said(visit) == "No results. Did you mean bridge crowds?"
    link.click()
    visit.page.wait_for_url("**/search/?q=bridge+crowds&from=2024")
    assert _headlines(visit) == ["The bridge is open"]


def test_where_nothing_is_found_it_says_so_and_where_else_to_look(visit: Visit) -> None:
    assert _ask(visit, "q=xylophone") == []
    assert _said(visit) == "No results."
    ways = visit.page.get_by_role("navigation", name="Browse the archive")
    assert ways.get_by_role("link", name="2021").is_visible()
    visit.page.get_by_role("searchbox").fill("toll")
    visit.page.wait_for_url("**/search/?q=toll")
    assert _headlines(visit) == ["Toll is paid"]
    assert not ways.is_visible()


def test_nobody_finds_what_is_not_published(visit: Visit) -> None:
    assert _ask(visit, "q=zeppelin") == []
    assert _ask(visit, "q=zep*") == []
    assert not {"Zeppelin " + name for name in _HIDDEN} & set(_ask(visit, "from=2024"))


def test_a_headline_with_markup_is_shown_as_it_is_written(visit: Visit) -> None:
    dialogs: list[str] = []
    visit.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    assert _ask(visit, "q=bold") == ["<script>alert(1)</script> <b>Bold</b>"]
    assert visit.page.locator("#found_ :is(b, script):not(span b)").count() == 0
    _ask(visit, f"q={quote('<img src=x onerror=alert(2)>')}&author={quote('<b>x</b>')}")
    assert visit.page.locator("main img, #chosen_ b").count() == 0
    assert dialogs == []


def test_while_it_loads_it_says_so(visit: Visit) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    visit.page.route("**/search/2021.json", hold)
    visit.page.goto(f"{visit.root}search/?q=harbour")
    visit.page.get_by_text("Searching…").wait_for()
    assert visit.page.get_by_role("progressbar").is_visible()
    held[0].continue_()
    assert len(_headlines(visit)) == 10
    assert not visit.page.get_by_role("progressbar").is_visible()


def test_what_was_found_once_is_found_without_a_connection_and_else_it_can_be_tried_again(
    archive: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(archive, _BASE)) as visit:
        assert _ask(visit, "q=toll") == ["Toll is paid"]
        asked = {url for url in visit.requests if "?v=" in url}
        visit.page.context.set_offline(True)
        field = visit.page.get_by_role("searchbox")
        field.fill("harbour")
        field.press("Enter")
        retry = visit.page.get_by_role("button", name="Try again")
        retry.wait_for()
        assert _said(visit) == "Search could not be loaded. Check your connection."
        field.fill("toll")
        field.press("Enter")
        assert _headlines(visit) == ["Toll is paid"]
        assert {url for url in asked if visit.requests.count(url) > 1} == set()
        field.fill("harbour")
        field.press("Enter")
        retry.wait_for()
        visit.page.context.set_offline(False)
        retry.click()
        assert len(_headlines(visit)) == 10
        assert not retry.is_visible()


def test_without_script_it_says_where_else_to_look(
    archive: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(archive, _BASE), java_script_enabled=False) as visit:
        visit.page.goto(f"{visit.root}search/?q=bridge")
        main = visit.page.get_by_role("main")
        assert main.get_by_text("Search needs JavaScript").is_visible()
        assert not main.get_by_role("searchbox").is_visible()
        names = ["Archive", "Sections", "Topics", "Authors", "Places", "On this day", "2024"]
        assert set(names) <= set(main.get_by_role("link").all_inner_texts())
        assert main.get_by_role("button").all() == []


def test_the_key_can_be_turned_off(visit: Visit) -> None:
    visit.page.goto(f"{visit.root}search/")
    visit.page.locator("summary", has_text="How to search").click()
    box = visit.page.get_by_role("checkbox", name="Press / to go to the search field")
    assert box.is_checked()
    box.uncheck()
    visit.page.reload()
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("/")
    visit.page.locator("summary", has_text="How to search").click()
    assert not box.is_checked()
    visit.page.keyboard.press("/")
    assert not _is_focused(visit.page.get_by_role("searchbox"))


def test_no_other_page_loads_what_search_needs_and_that_page_loads_it_at_once(visit: Visit) -> None:
    for path in ("", "2023/01/09/toll/", "tags/sea-level/"):
        visit.page.goto(f"{visit.root}{path}")
        visit.page.wait_for_load_state("networkidle")
        visit.page.get_by_role("searchbox").first.fill("bridge")
    assert [url for url in visit.requests if "/search/" in url] == []
    visit.page.goto(f"{visit.root}search/")
    visit.page.wait_for_load_state("networkidle")
    loaded = visit.page.locator('link[rel="modulepreload"]').evaluate_all(
        "(all) => all.map((each) => each.href)"
    )
    names = {urlsplit(url).path.removeprefix(f"{_BASE}search/") for url in loaded}
    assert names == {"search.js", "stemmers/en.js", "stemmers/ru.js"}


def test_the_newest_year_is_loaded_with_the_page_and_only_once(visit: Visit) -> None:
    assert _ask(visit, "q=crowds") == ["The bridge is open"]
    visit.page.wait_for_load_state("networkidle")
    assert len([url for url in visit.requests if url.endswith("/search/2024.json")]) == 1


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_is_sound_in_both_schemes_at_all_widths(
    language: str, archive: Path, tmp_path: Path, browser: Browser, serve: Callable[..., str], axe_source: str
) -> None:
    public = archive
    if language != "en":
        site = Site(folder=tmp_path)
        text = article(
            "الجِسْر الجديد في باكو", "2023-12-01", author="Ana Ruiz", dateline="Baku", body="عبر الناس."
        )
        site.write("site.toml", SETTINGS.replace('"en"', f'"{language}"'))
        site.write("content/bridge.md", text)
        assert site.build("--as-of", "2026-11-20T12:00:00Z").status == 0
        public = site.folder / "public"
    queries = ("", f"?q={quote('bridge' if language == 'en' else 'الجسر')}", "?q=brigde", f"?q={_LONG}")
    with visiting(browser, serve(public, _BASE)) as visit:
        for query in queries:
            visit.page.goto(f"{visit.root}search/{query}")
            _headlines(visit)
            for summary in visit.page.locator("summary").all():
                summary.click()
            for dark, rules in ((False, ()), (True, OF_COLOUR)):
                visit.page.emulate_media(color_scheme="dark" if dark else "light")
                for width in (320, 768, 1280):
                    visit.page.set_viewport_size({"width": width, "height": 800})
                    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, (
                        query,
                        width,
                    )
                    found = find_violations(visit.page, axe_source, *rules)
                    assert found == [], (query, dark, width)
        assert visit.complaints == []


def test_the_masthead_is_sound_while_its_field_is_used(
    archive: Path, browser: Browser, serve: Callable[..., str], axe_source: str
) -> None:
    with visiting(browser, serve(archive, _BASE)) as visit:
        visit.page.goto(f"{visit.root}2023/01/09/toll/")
        field = visit.page.get_by_role("searchbox")
        for width in _WIDTHS:
            visit.page.set_viewport_size({"width": width, "height": 800})
            field.click()
            field.fill("a long search for bridges and whoever crosses them")
            assert field.bounding_box()["width"] > 90, width  # type: ignore[index]
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
            assert find_violations(visit.page, axe_source) == [], width
            field.fill("")


def test_the_w3c_checker_finds_no_error_in_the_page_or_its_style(
    archive: Path, vnu: Callable[..., list[dict[str, Any]]]
) -> None:
    files = [archive / path for path in ("search/index.html", "sections/news/index.html", "search/page.css")]
    messages = vnu("--errors-only", "--also-check-css", *files)
    assert [(each["url"], each.get("lastLine"), each["message"]) for each in messages] == []
