"""The sample archive in a real browser: what it shows, asks for, runs and lets everyone use."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Locator, Page, Request, Route

from tests.sample import BASE, build_sample, copy_sample
from tests.sites import ROOT, SETTINGS, Site, write_site
from tests.windows import opened

PAGES = {
    "home": "",
    "an article with a table and a picture": "2026/11/18/gate-holds/",
    "an article with a gallery": "2025/08/02/eelgrass/",
    "an article with a figure in its text": "2023/08/12/halfway-over-the-linnow/",
    "an article with code and a footnote": "2024/03/02/reading-the-surge/",
    "an article with definitions and details": "2023/04/15/how-the-council-is-elected/",
    "an article with a correction": "2026/09/26/the-bridge-is-open/",
    "an article with a clarification": "2026/08/15/weighing-a-bridge/",
    "an opinion and who has it": "2026/10/10/keep-the-old-bridge/",
    "a retracted article": "2024/09/07/the-stone-that-sings/",
    "the corrections": "corrections/",
    "a story that runs on": "series/the-linnow-bridge/",
    "the stories that run on": "series/",
    "a print edition": "editions/2026-11-19/",
    "a day of the year": "on-this-day/11-05/",
    "the days of the year": "on-this-day/",
    "an author with a profile": "authors/tobias-marrick/",
    "a place with a profile": "datelines/saltmere/",
    "the places on a map": "datelines/",
    "an article in another script": quote("2023/11/25/библиотека/"),
    "an article from right to left": quote("2022/11/20/سكيرين-تعد-طحينها/"),
    "the articles in a language": "ar/",
    "the languages": "languages/",
    "a tag": "tags/sea-level/",
    "a section": "sections/politics/",
    "an author": "authors/hanna-wexcombe/",
    "a dateline": "datelines/washington-d-c/",
    "a year": "2022/",
    "a month": "2022/11/",
    "a day": "2022/11/05/",
    "the archive": "archive/",
    "the tags": "tags/",
    "the sections": "sections/",
    "the latest news": "latest.html",
    "the page that searches": "search/",
    "no page": "404.html",
}
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
# Of these, the ones that ask where an element is and how large.
_OF_LAYOUT = ("target-size", "scrollable-region-focusable")
# And the ones that look at colours, which is all that a scheme changes.
OF_COLOUR = ("color-contrast", "link-in-text-block")
# Of what is in order, and of where each element is, it need not write long lists.
_RUN_AXE = "run => axe.run(document, { runOnly: run, resultTypes: ['violations'], selectors: false })"
_WIDTHS = (320, 1280)
# A font whose letters are wide makes lines long, one whose lines are tall lets neighbours overlap. They are
# those of tests/fonts.conf.
_WIDE, _TALL = ("DejaVu Serif", "DejaVu Sans"), ("Noto Serif", "Noto Sans")
_SET_FONTS = """
([serif, sans]) => {
  const { style } = document.documentElement;
  style.setProperty("--serif", `"${serif}"`);
  style.setProperty("--sans", `"${sans}"`);
}
"""
# Waits until a frame was drawn: of text that was not, the browser tells the fonts it had before.
_DRAW = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
# What shifts while a page loads. A shift soon after input is not counted; here there is none.
# https://developer.mozilla.org/docs/Web/API/LayoutShift
WATCH_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) window.shifted += each.value;
}).observe({ type: "layout-shift", buffered: true });
"""


# On a busy machine the parser may pause in the middle of a centred line, whose first words then move by some
# pixels: 0.0003 was seen. A latest news that grows moves ten times that.
_A_PAUSE = 0.002


_NAMES_ON_THE_MAP = """
[...document.querySelectorAll(".map text")].map((each) => {
  const { left, top, right, bottom } = each.getBoundingClientRect();
  return [each.textContent, left, top, right, bottom];
}).filter(([, left, , right]) => left < right)
"""


@dataclass(slots=True)
class Visit:
    """A page open in the browser, and all it complained of and asked for."""

    page: Page
    root: str
    scripted: bool = True
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a page of the site, and wait until its scripts have done their work."""
        self.page.goto(self.root + path)
        if self.scripted:
            self.page.locator(".latest[data-from]").wait_for(state="detached")

    def strangers(self) -> list[str]:
        """Return the requests that left the site; a message is none that a browser sends."""
        return [url for url in self.requests if not url.startswith((self.root, "mailto:"))]


@pytest.fixture(scope="session")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample archive, built."""
    site = copy_sample(tmp_path_factory.mktemp("browser") / "site")
    build_sample(site)
    return site.folder / "public"


@contextmanager
def visiting(browser: Browser, root: str, **options: Any) -> Iterator[Visit]:
    """Open an empty window; ``options`` are those of ``tests.windows.opened``."""
    with opened(browser, **options) as page:
        visit = Visit(page=page, root=root, scripted=options.get("java_script_enabled", True))

        def complain(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                visit.complaints.append(message.text)

        def ask(request: Request) -> None:
            visit.requests.append(request.url)

        page.on("console", complain)
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.on("request", ask)
        yield visit


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_sound_in_both_schemes_at_all_widths_and_does_not_move(
    name: str, public: Path, browser: Browser, serve: Callable[..., str], axe_source: str
) -> None:
    with visiting(browser, serve(public, BASE), script=WATCH_SHIFTS) as visit:
        visit.go(PAGES[name])
        visit.page.wait_for_timeout(100)
        assert visit.page.evaluate("window.shifted") < _A_PAUSE
        for width in _WIDTHS:
            _resize(visit.page, width)
            assert find_violations(visit.page, axe_source) == [], width
        visit.page.emulate_media(color_scheme="dark")
        visit.page.evaluate(_SET_FONTS, _WIDE)
        for width in _WIDTHS:
            _resize(visit.page, width)
            assert find_violations(visit.page, axe_source, *OF_COLOUR) == [], (width, "dark")
        visit.page.evaluate(_SET_FONTS, _TALL)
        for width in _WIDTHS:
            _resize(visit.page, width)
            assert find_violations(visit.page, axe_source, *_OF_LAYOUT) == [], (width, "tall lines")
        assert visit.complaints == []
        assert visit.strangers() == []


def test_readers_reach_what_they_look_for_in_few_clicks(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    root = serve(public, BASE)
    with visiting(browser, root, permissions=["clipboard-read", "clipboard-write"]) as visit:
        page, clicks = visit.page, 0

        def click(found: Locator, url: str) -> None:
            nonlocal clicks
            clicks += 1
            found.first.click()
            page.wait_for_url(re.compile(url))

        visit.go("")
        page.locator("[data-jump] input").fill("2023-08-12")
        click(page.locator("[data-jump] button"), "/2023/08/12/$")
        click(page.get_by_role("link", name="Halfway over the Linnow"), "/halfway-over-the-linnow/$")
        assert clicks == 2, "a story of a known day"
        page.get_by_role("button", name="Copy link").click()
        page.wait_for_function("async () => (await navigator.clipboard.readText()).length > 0")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.endswith("/2023/08/12/halfway-over-the-linnow/"), "share: one click"
        clicks = 0
        visit.go("")
        click(
            page.get_by_role("navigation", name="Sections").get_by_role("link", name="Politics"),
            "/politics/$",
        )
        feed = page.get_by_role("main").get_by_role("link", name="Follow (RSS)").first.get_attribute("href")
        assert feed == f"{BASE}sections/politics/atom.xml", "the feed of a section: the second click"
        clicks = 0
        visit.go("")
        click(page.get_by_role("button", name="Search"), "/search/")
        page.get_by_text("Filters", exact=True).click()
        page.get_by_label("Author", exact=True).fill("Tobias Marrick")
        page.get_by_label("Topic", exact=True).fill("Linnow bridge")
        page.get_by_role("main").get_by_role("button", name="Search", exact=True).click()
        found = page.get_by_role("main").get_by_role("link", name="Halfway over the Linnow")
        found.wait_for()  # an author's stories on a topic: the third click
        assert page.get_by_role("main").get_by_role("link", name="Castell").count() == 0


def _resize(page: Page, width: int) -> None:
    """Make the window as wide as that: on the way there and then, nothing may stand out of it."""
    for each in (width + 40, width):
        page.set_viewport_size({"width": each, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= each, each


def find_violations(page: Page, axe_source: str, *rules: str) -> list[str]:
    """Return what axe-core finds: rule, and the first element that breaks it; without ``rules`` by all."""
    # Handed over by the debugging protocol, which the page's policy does not govern.
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_source)
    run = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": _RULES}
    found = page.evaluate(_RUN_AXE, run)
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found["violations"]]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the fonts are the system's")
def test_the_fonts_are_those_of_the_tests(public: Path, browser: Browser, serve: Callable[..., str]) -> None:
    with visiting(browser, serve(public, BASE)) as visit:
        visit.go("2024/03/02/reading-the-surge/")
        for fonts in (_WIDE, _TALL):
            visit.page.evaluate(_SET_FONTS, fonts)
            visit.page.evaluate(_DRAW)
            assert _fonts(visit.page, "h1") == {fonts[0]}
            assert _fonts(visit.page, ".menu a") == {fonts[1]}
        assert _fonts(visit.page, ".body code") == {"DejaVu Sans Mono"}


def _fonts(page: Page, selector: str) -> set[str]:
    """Return the families that an element's text is drawn with.

    https://chromedevtools.github.io/devtools-protocol/tot/CSS/#method-getPlatformFontsForNode
    """
    protocol = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        protocol.send(f"{domain}.enable")
    root = protocol.send("DOM.getDocument")["root"]["nodeId"]
    found = protocol.send("DOM.querySelector", {"nodeId": root, "selector": selector})
    fonts = protocol.send("CSS.getPlatformFontsForNode", {"nodeId": found["nodeId"]})["fonts"]
    protocol.detach()
    return {font["familyName"] for font in fonts}


def test_nothing_moves_while_a_page_loads_in_a_tall_window(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    root = serve(public, BASE)
    # In a window as tall as the page, what stands below the latest news would be seen to move too.
    tall = {"width": 360, "height": 6000}
    with visiting(browser, root, script=WATCH_SHIFTS, viewport=tall) as visit:
        for name, path in PAGES.items():
            visit.go(path)
            visit.page.wait_for_timeout(100)
            assert visit.page.evaluate("window.shifted") < _A_PAUSE, name


def test_the_masthead_shows_the_readers_date(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE), timezone_id="Asia/Baku", own=True) as visit:
        visit.page.clock.set_fixed_time("2026-11-20T21:00:00Z")
        visit.go("")
        shown = visit.page.locator(".today:not(:empty)").inner_text()
    assert re.fullmatch("Saturday,? 21 November 2026", shown)


@pytest.mark.parametrize(
    ("language", "today", "since"),
    [
        ("az", "şənbə, 21 noyabr 2026", "6 oktyabr 2026"),
        ("kk", "сенбі, 21 қараша 2026", "6 қазан 2026"),
        ("uz", "shanba, 21-noyabr, 2026", "6-oktabr, 2026"),
    ],
)
def test_what_a_script_writes_is_in_languages_that_the_browser_does_not_know(
    tmp_path: Path, browser: Browser, serve: Callable[..., str], language: str, today: str, since: str
) -> None:
    site = copy_sample(tmp_path / "site")
    shutil.rmtree(site.folder / "content")
    pattern = "%-d-%B, %Y" if language == "uz" else "%-d %B %Y"
    head = (
        f'title = "T"\nurl = "https://example.org/archive/"\nlanguage = "{language}"\ntimezone = "Asia/Baku"'
    )
    site.write("site.toml", f'{head}\n[dates]\ndate = "{pattern}"\n')
    for day in range(1, 7):
        head = f"title: Story {day}\ndate: 2026-10-0{day}\nauthor: Ana\ndateline: Baku\ntags: Oil"
        site.write(f"content/story-{day}.md", f"---\n{head}\n---\n" + "Water rose.\n\n" * 40)
    build_sample(site)
    phone = {"viewport": {"width": 360, "height": 640}, "timezone_id": "Asia/Baku"}
    with visiting(browser, serve(site.folder / "public", BASE), own=True, **phone) as visit:
        visit.page.clock.set_fixed_time("2026-11-20T21:00:00Z")
        visit.go("2026/10/01/story-1/")
        assert visit.page.locator(".today:not(:empty)").inner_text() == today
        visit.page.evaluate(_COME_NEAR)
        visit.page.locator(".since h2").wait_for()
        times = visit.page.locator(".since time")
        assert times.first.inner_text() == since
        assert times.first.get_attribute("datetime") == "2026-10-06"
        assert visit.complaints == []


def test_the_latest_box_of_an_article_is_filled_with_the_newest_headlines(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE)) as visit:
        visit.go("latest.html")
        newest = visit.page.locator("main li a").all_inner_texts()
        visit.go("2022/11/05/delegation-in-washington/")
        box = visit.page.get_by_role("complementary", name="Latest news")
        assert box.locator("li a").all_inner_texts() == newest
        assert box.locator("li time").first.inner_text() == "18 November 2026"
        assert len(newest) == 10
        visit.go("2026/11/18/gate-holds/")
        assert box.locator("li a").all_inner_texts() == newest[1:]
        box.locator("li a").first.click()
        assert visit.page.locator("h1").inner_text() == newest[1]


def test_without_script_every_page_can_be_read_and_the_latest_box_is_a_link(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    root = serve(public, BASE)
    with visiting(browser, root, java_script_enabled=False) as visit:
        visit.go("2022/11/05/delegation-in-washington/")
        link = visit.page.get_by_role("complementary", name="Latest news").get_by_role("link")
        assert link.all_inner_texts() == ["Go to the front page"]
        assert visit.page.locator(".body p").count() == 7
        link.click()
        assert visit.page.url == root
        assert visit.page.locator(".today").inner_text() == ""
        assert visit.page.locator(".card").count() > 8


def test_the_latest_box_stays_a_link_when_the_list_cannot_be_had(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE)) as visit:
        visit.page.route("**/latest.html", lambda route: route.abort())
        visit.page.goto(f"{visit.root}2022/11/05/delegation-in-washington/")
        box = visit.page.get_by_role("complementary", name="Latest news")
        assert box.get_by_role("link").all_inner_texts() == ["Go to the front page"]


# Until the place for what came since is half a window below the last line that is seen.
_COME_NEAR = """
{
  const { offsetTop } = document.querySelector(".since + section");
  scrollTo({ top: offsetTop - innerHeight * 1.5, behavior: "instant" });
}
"""
_BRIDGE = "2021/03/09/bridge-closed-to-lorries/"


def test_what_came_since_is_put_under_the_related_stories_when_they_come_near(
    public: Path, browser: Browser, serve: Callable[..., str], axe_source: str
) -> None:
    phone = {"width": 360, "height": 640}
    with visiting(browser, serve(public, BASE), script=WATCH_SHIFTS, viewport=phone) as visit:
        visit.go(_BRIDGE)
        assert [url for url in visit.requests if url.endswith("/atom.xml")] == []
        assert visit.page.locator(".since *").count() == 0
        visit.page.evaluate(_COME_NEAR)
        visit.page.locator(".since h2").wait_for()
        assert visit.page.locator(".since h2").inner_text() == "Later developments"
        rows = visit.page.locator(".since li")
        assert rows.count() == 3
        days = [str(each.get_attribute("datetime")) for each in rows.locator("time").all()]
        assert days == sorted(days, reverse=True)
        assert days[-1] > "2021-03-09"
        links = [str(each.get_attribute("href")) for each in rows.locator("a").all()]
        others = visit.page.locator(".ending section:not(.since) a").all()
        assert set(links).isdisjoint(each.get_attribute("href") for each in others)
        assert visit.page.evaluate("window.shifted") < _A_PAUSE
        assert find_violations(visit.page, axe_source) == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") == 360
        headline = rows.locator("a").first.inner_text()
        rows.locator("a").first.click()
        assert visit.page.locator("h1").inner_text() == headline
        assert visit.complaints == []
        assert visit.strangers() == []


def test_nothing_came_since_the_newest_and_nothing_is_put_there(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE), viewport={"width": 360, "height": 640}) as visit:
        visit.go("2026/11/18/gate-holds/")
        with visit.page.expect_response("**/atom.xml"):
            visit.page.evaluate(_COME_NEAR)
        visit.page.wait_for_timeout(100)
        assert visit.page.locator(".since *").count() == 0
        assert visit.complaints == []


def test_what_came_since_is_left_out_when_its_feed_cannot_be_had(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE), viewport={"width": 360, "height": 640}) as visit:
        visit.page.route("**/atom.xml", lambda route: route.fulfill(body="<html>Sign in</html>"))
        visit.go(_BRIDGE)
        with visit.page.expect_response("**/atom.xml"):
            visit.page.evaluate(_COME_NEAR)
        visit.page.wait_for_timeout(100)
        assert visit.page.locator(".since *").count() == 0
        assert visit.page.locator(".ending h2").count() >= 2


def test_an_old_address_leads_to_the_article(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    root = serve(public, BASE)
    with visiting(browser, root) as visit:
        # The redirect names the published address, which this machine does not serve.
        visit.page.route("https://example.org/archive/**", lambda route: _from(route, public))
        visit.page.goto(f"{root}specials/flood/")
        visit.page.wait_for_url("**/2024/02/12/saltmere-flood/")
        assert "Saltmere" in visit.page.locator("h1").inner_text()
        assert visit.complaints == []


def _from(route: Route, public: Path) -> None:
    path = urlsplit(route.request.url).path.removeprefix(BASE)
    route.fulfill(path=public / (f"{path}index.html" if path.endswith("/") else path))


def test_a_page_that_is_not_there_shows_404_with_links_that_work(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    root = serve(public, BASE)
    with visiting(browser, root) as visit:
        visit.go("2019/not/here/")
        assert visit.page.locator("h1").inner_text() == "We can’t find that page"  # noqa: RUF001 - typeset
        assert (
            visit.page.evaluate("getComputedStyle(document.querySelector('.masthead')).textAlign") == "center"
        )
        visit.page.locator("main").get_by_role("link", name="archive").click()
        assert visit.page.url == f"{root}archive/"


def test_a_keyboard_reaches_the_news_first_and_sees_where_it_is(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE)) as visit:
        visit.go("2026/11/18/gate-holds/")
        visit.page.keyboard.press("Tab")
        skip = visit.page.get_by_role("link", name="Skip to main content")
        assert skip.evaluate("each => each === document.activeElement")
        assert skip.evaluate("each => getComputedStyle(each).clipPath") == "none"
        visit.page.keyboard.press("Enter")
        visit.page.keyboard.press("Tab")
        focused = "document.activeElement"
        assert visit.page.evaluate(f"document.querySelector('main').contains({focused})")
        assert visit.page.evaluate(f"getComputedStyle({focused}).outlineStyle") == "solid"


def test_a_keyboard_goes_from_place_to_place_on_the_map_and_sees_where_it_is(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    root = serve(public, BASE)
    with visiting(browser, root) as visit:
        visit.go("datelines/")
        spots = visit.page.get_by_role("group", name="Map of places").get_by_role("link")
        names = [spots.nth(number).locator("title").text_content() for number in range(spots.count())]
        assert names == sorted(name or "" for name in names)
        assert "Saltmere" in names
        spots.first.focus()
        visit.page.keyboard.press("Shift+Tab")
        for number in range(spots.count()):
            visit.page.keyboard.press("Tab")
            assert spots.nth(number).evaluate("each => each === document.activeElement")
            assert spots.nth(number).evaluate("each => getComputedStyle(each).outlineStyle") == "solid"
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_url(f"{root}datelines/vellmar-d-c/")


def test_a_name_on_the_map_keeps_its_size_and_is_left_out_where_it_has_no_room(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE)) as visit:
        visit.go("datelines/")
        shown = {}
        for width in (360, 1280):
            visit.page.set_viewport_size({"width": width, "height": 800})
            boxes = visit.page.evaluate(_NAMES_ON_THE_MAP)
            frame = visit.page.locator(".map").bounding_box()
            assert frame
            for name, left, top, right, bottom in boxes:
                assert frame["x"] <= left < right <= frame["x"] + frame["width"], name
                assert frame["y"] <= top < bottom <= frame["y"] + frame["height"], name
                assert bottom - top < 20
            meeting = [
                (one[0], other[0])
                for one, other in combinations(boxes, 2)
                if one[1] < other[3] and other[1] < one[3] and one[2] < other[4] and other[2] < one[4]
            ]
            assert meeting == []
            shown[width] = {box[0] for box in boxes}
        assert shown[360] <= shown[1280]
        # What has room on wide maps only is not shown on a narrow one.
        visit.page.evaluate("document.querySelector('.map text').classList.add('wide')")
        assert len(visit.page.evaluate(_NAMES_ON_THE_MAP)) == len(shown[1280])
        visit.page.set_viewport_size({"width": 360, "height": 800})
        assert len(visit.page.evaluate(_NAMES_ON_THE_MAP)) == len(shown[360]) - 1
        assert "Port Ansel" in shown[1280]


def test_a_table_wider_than_the_page_can_be_scrolled_by_keyboard(
    tmp_path: Path, browser: Browser, serve: Callable[..., str], axe_source: str
) -> None:
    cells = " | ".join(f"Constituency {number}" for number in range(12))
    table = f"| {cells} |\n|{'---|' * 12}\n| {cells} |\n"
    site = _site_with(tmp_path, table)
    with visiting(
        browser, serve(site.folder / "public", BASE), viewport={"width": 360, "height": 800}
    ) as visit:
        visit.go("2022/11/05/story/")
        assert visit.page.evaluate("document.documentElement.scrollWidth") == 360
        assert visit.page.locator(".body table").get_attribute("tabindex") == "0"
        assert find_violations(visit.page, axe_source) == []


# Where an element begins: at its left, or at its right where lines run to the left.
_EDGES = """
(names) => names.flatMap((name) => Array.from(document.querySelectorAll(name), (each) => {
  const { left, right } = each.getBoundingClientRect();
  return Math.round(document.documentElement.dir === "rtl" ? right : left);
}))
"""
_ON_THE_EDGE = (
    *(
        "article .label",
        "h1",
        ".standfirst",
        ".about",
        ".notice",
        "figcaption",
        ".body > p",
        ".tags",
        ".cite",
    ),
    *(".cite", ".around h2", ".related h2", ".related a:not(.picture)"),
)


@pytest.mark.parametrize(
    "name",
    [
        "an article with a table and a picture",
        "an article with a correction",
        "a retracted article",
        "an article from right to left",
    ],
)
def test_an_article_and_what_follows_it_share_one_left_edge(
    name: str, public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE), java_script_enabled=False) as visit:
        visit.go(PAGES[name])
        for width in (320, 768, 1024, 1280, 1920):
            visit.page.set_viewport_size({"width": width, "height": 900})
            names = [f"main {each}" for each in _ON_THE_EDGE] + [".latest h2"] * (width < 1024)
            assert len(set(visit.page.evaluate(_EDGES, names))) == 1, width


def test_the_latest_news_stay_beside_a_long_text(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE), viewport={"width": 1280, "height": 900}) as visit:
        visit.go(PAGES["an article with code and a footnote"])
        last = visit.page.locator(".latest li").last
        visit.page.evaluate("scrollTo({ top: 900, behavior: 'instant' })")
        before = last.bounding_box()
        visit.page.evaluate("scrollTo({ top: 1100, behavior: 'instant' })")
        assert last.bounding_box() == before
        assert before
        assert 0 < before["y"] < before["y"] + before["height"] < 900


def test_below_an_article_stands_who_wrote_it_and_beside_opinion_their_portrait(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE), viewport={"width": 360, "height": 900}) as visit:
        visit.go("2026/10/10/keep-the-old-bridge/")
        box = visit.page.get_by_role("region", name="About the author")
        links = box.get_by_role("link").all_inner_texts()
        assert links == ["Augustin Pryor", "More by Augustin Pryor", "pryor@courier.example"]
        assert "Columnist" in box.inner_text()
        assert "since 1988" in box.inner_text()
        assert visit.page.locator(".about .portrait img").evaluate("(each) => each.naturalWidth") > 0
        assert visit.page.locator("h1").evaluate("(each) => getComputedStyle(each).fontStyle") == "italic"
        visit.go("2026/11/18/gate-holds/")
        assert visit.page.locator(".author").count() == 0
        assert visit.page.locator("h1").evaluate("(each) => getComputedStyle(each).fontStyle") == "normal"


def test_print_shows_the_story_and_where_it_stands_and_no_menus(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE)) as visit:
        visit.page.emulate_media(media="print", color_scheme="dark")
        visit.go("2026/11/18/gate-holds/")
        for name in (".menu", ".indexes", ".skip", ".latest", ".ending", ".imprint", ".today"):
            assert not visit.page.locator(name).is_visible(), name
        for name in (".nameplate", "h1", ".byline", ".lead img", ".body", ".permalink"):
            assert visit.page.locator(name).is_visible(), name
        assert visit.page.evaluate("getComputedStyle(document.documentElement).color") == "rgb(0, 0, 0)"
        assert (
            visit.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
            == "rgb(255, 255, 255)"
        )


def test_no_name_of_a_place_gets_a_letter_of_another_language(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE)) as visit:
        for address in ("2022/11/19/skerrin-az/", "az/"):
            visit.go(address)
            shown = visit.page.locator("main").inner_text()
            assert "SKERRİN" not in shown
            assert "BUSİNESS" not in shown
            # A label in the language of the page has its capitals.
            assert ("BİZNES" in shown) == (address != "az/")


PAYLOADS = (
    "<script>alert(1)</script>",
    "<script src='https://evil.example/x.js'></script>",
    "<img src=x.svg onerror=alert(1) onload=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>",
    (
        "<math><mtext><table><mglyph><style><!--</style>"
        "<img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'></table></mtext></math>"
    ),
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><iframe src='javascript:alert(1)'></iframe>",
    "<iframe src='https://evil.example/'></iframe>",
    "<details open ontoggle=alert(1)><summary>Open</summary>Text</details>",
    "<p onclick=alert(1) onmouseover=alert(1) onfocus=alert(1) tabindex=0 autofocus>Paragraph</p>",
    "<a href='javascript:alert(1)'>link</a> <a href='JaVa&#10;Script:alert(1)'>link</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>link</a>",
    "[link](javascript:alert(1)) [link](<java\tscript:alert(1)>) ![x](javascript:alert(1))",
    '![A picture](x.svg){: onload="alert(1)" onerror="alert(1)" }',
    'Words.\n{: onclick="alert(1)" style="position:fixed;inset:0" }',
    '## Heading {: onmouseover="alert(1)" id="latest" }',
    "<form action='https://evil.example/'><input autofocus onfocus=alert(1)><button>Go</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<base href='https://evil.example/'>",
    "<link rel=stylesheet href='https://evil.example/x.css'><style>@import 'https://evil.example/y.css';</style>",
    "<object data=x.svg></object><embed src=x.svg>",
    "<video src=x.svg onerror=alert(1)><source onerror=alert(1)></video>",
    "<div data-from='https://evil.example/'>box</div>",
    "<noscript><p title='</noscript><img src=x.svg onerror=alert(1)>'></noscript>",
    "</div></article></main><script>alert(1)</script>",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "Note[^1].\n\n[^1]: <img src=x.svg onerror=alert(1)>",
)
_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30" onload="parent.alert(1)">
<script>parent.alert(1); fetch("https://evil.example/")</script><rect width="40" height="30"/></svg>
"""


def test_an_article_runs_no_script_and_asks_no_other_host(
    tmp_path: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    site = _site_with(
        tmp_path,
        "\n\n".join(PAYLOADS),
        front=_POISON,
        settings='[content]\nlinks = "report"\n[safety]\nattachments = ["svg"]\n',
    )
    ran: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    root = serve(site.folder / "public", BASE)
    # First as it is, then without the policy, which is the second of two walls and hides holes in the first.
    for bypass in (False, True):
        script = "window.alert = (text) => { window.ran = text; };"
        with visiting(browser, root, script=script, bypass_csp=bypass) as visit:
            visit.page.on("dialog", dismiss)
            for path in (
                "2022/11/05/story/",
                "",
                "2022/11/05/",
                "authors/",
                "tags/",
                "datelines/",
                "latest.html",
            ):
                visit.go(path)
                assert visit.page.url == root + path
                assert visit.page.get_by_text("alert(1)").count() > 0, path
                visit.page.evaluate(_PROVOKE)
                assert visit.page.evaluate("window.ran") is None, path
                assert not visit.page.evaluate(_HANDLERS), path
            assert visit.strangers() == []
            assert visit.complaints == []
        assert f"{root}{_STORY}x.svg" in visit.requests
    assert ran == []


def test_no_text_of_an_article_or_a_profile_stops_the_scripts_of_a_page(
    tmp_path: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    # Every word of the scripts, as a class, an id and an attribute.
    scripts = "".join((ROOT / "static" / name).read_text() for name in ("site.js", "article.js"))
    names = sorted(set(re.findall(r"\b[a-z]+(?:-[a-z]+)*_?", scripts)))
    body = "\n\n".join(
        f'<{element} class="{name}" id="{name}" data-{name}="x"><p>words</p></{element}>'
        for name in names
        for element in ("aside", "dl", "ol")
    )
    site = _site_with(tmp_path, f"{body}\n\n## Articles\n\n## Periods\n", front="title: A story\nid: story\n")
    site.write("content/authors/ana.md", f"---\nname: Ana Ruiz\n---\n{body}\n\n## Articles\n\n## Parts\n")
    build_sample(site)
    with visiting(browser, serve(site.folder / "public", BASE), timezone_id="Asia/Baku") as visit:
        visit.go(_STORY)
        assert visit.page.locator(".masthead .today").inner_text()
        box = visit.page.get_by_role("complementary", name="Latest news")
        assert box.locator("li a").all_inner_texts() == ["Plain"]
        visit.page.get_by_text("Cite this article").click()
        assert visit.page.get_by_role("button", name="Copy").count() > 0
        visit.go("authors/ana-ruiz/")
        assert visit.page.get_by_role("region", name="Articles").locator("li").count() == 2
        assert visit.page.locator(".masthead .today").inner_text()
        assert visit.complaints == []


_STORY = "2022/11/05/story/"
# A click on what leads to another page would leave this one.
_PROVOKE = """
() => {
  const options = { bubbles: true, cancelable: true, composed: true };
  for (const each of document.querySelectorAll("main a, .body *")) {
    each.dispatchEvent(new MouseEvent("mouseover", options));
    each.dispatchEvent(new FocusEvent("focus", options));
    if (!/^(\\/|http|mailto:)/.test(each.closest("a")?.getAttribute("href") ?? "")) {
      each.dispatchEvent(new MouseEvent("click", options));
    }
  }
}
"""
_HANDLERS = """
[...document.querySelectorAll("*")].filter((each) => [...each.attributes].some((one) =>
  one.name.startsWith("on") || /^\\s*(javascript|data|vbscript):/i.test(one.value)
)).map((each) => each.outerHTML)
"""
_POISON = """\
title: '</title><script>alert(1)</script>"><img src=x onerror=alert(1)>'
author: '"><script>alert(1)</script>'
dateline: "'><img src=x onerror=alert(1)>"
tags: ['<script>alert(1)</script>', '"onmouseover="alert(1)']
section: '<svg onload=alert(1)>'
summary: '</script><script>alert(1)</script>'
image: {file: x.svg, alt: '"><script>alert(1)</script>', caption: '<img src=x onerror=alert(1)>'}
source: {name: '<script>alert(1)</script>', url: 'https://example.org/'}
"""


def _site_with(folder: Path, body: str, *, front: str = "title: A story\n", settings: str = "") -> Site:
    """Build a site with an article of this body, and a plain one, with ``settings`` below the plain ones."""
    site = write_site(folder / "site", "")
    site.write("site.toml", SETTINGS + settings)
    site.write("content/plain.md", f"---\ntitle: Plain\ndate: 2022-11-04\n{_REST}---\nWords.\n")
    site.write(
        "content/story.md",
        f"---\n{front}date: 2022-11-05\n{_REST if 'author' not in front else ''}---\n\n{body}\n",
    )
    site.write("content/x.svg", _SVG)
    build_sample(site)
    return site


_REST = "author: Ana Ruiz\ndateline: Baku\n"


_CITED = "2022/11/05/delegation-in-washington/"
_ODD = """\
title: "“So\u2019s {it}” \\\\ 50% of #1 & $2_3 ^~ <b> * and\u00a0more?"
author: [Ludwig van der Berg, 李伟, "Ruiz, Ana, Jr.", "Sea {Watch}, and Co", "Rock and Roll*"]
dateline: Baku
genre: opinion
edition: Late
page: A3
section: R & D
retracted: { date: 2022-11-07, reason: It was not so. }
"""
_COPIED = """
navigator.clipboard.read().then(([copied]) => copied.getType("text/html")).then((html) => html.text())
"""
_WRITTEN = """
() => {
  const told = reference();
  return { bib: bibtex(told), ris: ris(told), json: csl(told) };
}
"""


def test_a_citation_is_copied_with_its_italics(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE)) as visit:
        visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        visit.go(_CITED)
        visit.page.get_by_text("Cite this article").click()
        button = visit.page.get_by_role("button", name="Copy: APA")
        button.click()
        visit.page.get_by_role("button", name="Copied: APA").wait_for()
        text = visit.page.evaluate("navigator.clipboard.readText()")
        assert text.startswith("Wexcombe, H. (2022, November 5). Merrow delegation leaves Washington")
        assert text.endswith(f". The Harbour Courier. https://example.org/archive/{_CITED}")
        assert "<i>The Harbour Courier</i>" in visit.page.evaluate(_COPIED)
        assert visit.page.get_by_role("button", name="Copy: MLA").inner_text() == "Copy"
        assert visit.complaints == []


def test_the_files_of_a_citation_that_the_page_makes_are_those_that_a_build_writes(
    tmp_path: Path, public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    site = copy_sample(tmp_path / "site")
    site.write("site.toml", site.read("site.toml").replace("[citations]\n", "[citations]\narticles = true\n"))
    build_sample(site)
    written = site.outputs()
    paths = [path.removesuffix("citation.bib") for path in written if path.endswith("citation.bib")]
    assert len(paths) > 50
    with visiting(browser, serve(public, BASE)) as visit:
        for path in paths:
            visit.page.goto(visit.root + quote(path))
            made = visit.page.evaluate(_WRITTEN)
            assert made == {suffix: written[f"{path}citation.{suffix}"].decode() for suffix in made}
        visit.go(_CITED)
        visit.page.get_by_text("Cite this article").click()
        for name, suffix in (("BibTeX", "bib"), ("RIS", "ris"), ("CSL-JSON", "json")):
            with visit.page.expect_download() as download:
                visit.page.get_by_role("button", name=name, exact=True).click()
            assert Path(download.value.path()).read_bytes() == written[f"{_CITED}citation.{suffix}"]
            saved = download.value.suggested_filename
            assert re.fullmatch(rf"2022-11-05-delegation-in-washington-\w+\.{suffix}", saved)
        assert visit.complaints == []


def test_so_they_are_of_an_article_with_every_mark_that_the_formats_know(
    tmp_path: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    site = _site_with(tmp_path, "Words.", front=_ODD)
    site.write("content/authors/sea.md", '---\nname: "Sea {Watch}, and Co"\nkind: organization\n---\n')
    build_sample(site)
    with visiting(browser, serve(site.folder / "public", BASE)) as visit:
        visit.page.goto(f"{visit.root}{_STORY}")
        made = visit.page.evaluate(_WRITTEN)
    site.write("site.toml", site.read("site.toml") + "\n[citations]\narticles = true\n")
    build_sample(site)
    assert made == {suffix: site.read(f"public/{_STORY}citation.{suffix}") for suffix in made}
    assert "author = {van der Berg, Ludwig and {李伟} and Ruiz, Jr., Ana and {Sea" in made["bib"]


def test_an_opened_citation_is_sound_in_both_schemes_at_all_widths(
    public: Path, browser: Browser, serve: Callable[..., str], axe_source: str
) -> None:
    with visiting(browser, serve(public, BASE)) as visit:
        visit.go(PAGES["an article in another script"])
        visit.page.locator(".cite summary").click()
        for width in _WIDTHS:
            visit.page.set_viewport_size({"width": width, "height": 800})
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, width
            assert find_violations(visit.page, axe_source) == [], width
            visit.page.emulate_media(color_scheme="dark")
            assert find_violations(visit.page, axe_source, *OF_COLOUR) == [], (width, "dark")
            visit.page.emulate_media(color_scheme="light")


def test_without_script_a_citation_can_be_read_and_has_no_buttons(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE), java_script_enabled=False) as visit:
        visit.go(_CITED)
        visit.page.get_by_text("Cite this article").click()
        assert visit.page.locator(".cite dd").first.is_visible()
        assert visit.page.locator(".cite button").count() == 0


def test_the_w3c_checker_finds_no_error(public: Path, vnu: Callable[..., list[dict[str, Any]]]) -> None:
    # A folder is walked by the checker itself. What is neither HTML nor CSS is left out.
    messages = vnu("--errors-only", "--skip-non-html", "--also-check-css", public)
    assert [(urlsplit(each["url"]).path, each.get("lastLine"), each["message"]) for each in messages] == []


def test_a_screen_reader_meets_a_correction_before_the_text_and_a_clarification_after_it(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE)) as visit:
        visit.go(PAGES["an article with a correction"])
        read = visit.page.get_by_role("main").get_by_role("article").aria_snapshot()
        assert 0 < read.index("note:") < read.index("Correction 28 September 2026")
        assert read.index("He is eleven.") < read.index("The first vehicle over the new Linnow bridge")
        visit.go(PAGES["an article with a clarification"])
        read = visit.page.get_by_role("main").get_by_role("article").aria_snapshot()
        assert read.index("this morning forty lorries") < read.index("Clarification 17 August 2026")


def test_a_script_is_set_as_its_orthography_wants_it(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    look = """([language, direction, selector]) => {
      const part = document.querySelector(selector);
      part.lang = language;
      part.dir = direction;
      part.innerHTML = "a <em>b</em>";
      const look = getComputedStyle(part), stressed = getComputedStyle(part.firstElementChild);
      const { fontStyle, fontWeight, textEmphasisStyle } = stressed;
      return [look.letterSpacing, look.textTransform, fontStyle, fontWeight, textEmphasisStyle];
    }"""
    with visiting(browser, serve(public, BASE)) as visit:
        visit.go(PAGES["an article with a correction"])

        def see(language: str, direction: str, selector: str) -> list[str]:
            return list(visit.page.evaluate(look, [language, direction, selector]))

        assert see("en", "ltr", ".body p") == ["normal", "none", "italic", "400", "none"]
        assert see("ar", "rtl", ".body p") == ["normal", "none", "normal", "700", "none"]
        assert see("ja", "ltr", ".body p") == ["normal", "none", "normal", "400", "dot"]
        assert see("en", "ltr", ".label")[1] == "uppercase"
        assert see("ka", "ltr", ".label")[:2] == see("fa", "rtl", ".label")[:2] == ["normal", "none"]
        assert see("zh-Hant", "ltr", "h1")[0] == "normal" != see("en", "ltr", "h1")[0]


def test_an_article_alone_in_its_language_has_what_is_new_in_all(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE)) as visit:
        visit.go(PAGES["an article from right to left"])
        box = visit.page.locator(".latest ol")
        box.wait_for()
        assert box.get_attribute("lang") == "en-GB"
        assert box.get_by_role("link").count() == 10


def test_an_arabic_page_begins_at_the_right_and_what_is_english_in_it_reads_from_the_left(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE)) as visit:
        visit.go(PAGES["an article from right to left"])
        page = visit.page
        direction = "(each) => getComputedStyle(each).direction"
        turned = (
            ".masthead",
            "h1",
            ".body p",
            ".notice p",
            ".byline",
            ".related h2",
            ".latest h2",
            ".imprint",
            ".menu ul",
            ".label",
        )
        assert {name: page.locator(name).first.evaluate(direction) for name in turned} == dict.fromkeys(
            turned, "rtl"
        )
        as_ever = (".nameplate", ".related a", ".latest li", ".translations a")
        assert {name: page.locator(name).first.evaluate(direction) for name in as_ever} == dict.fromkeys(
            as_ever, "ltr"
        )
        # The latest news at the left.
        text, latest = (page.locator(name).bounding_box() for name in (".body", ".latest"))
        assert text
        assert latest
        assert latest["x"] + latest["width"] <= text["x"]
        box = page.locator(".notice").evaluate("(each) => getComputedStyle(each)['border-right-width']")
        assert box == "3px"
        date = page.locator(".today:not(:empty)").inner_text()
        assert re.search("[\u0621-\u064a]{3}", date)


def test_the_language_switch_leads_from_translation_to_translation(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE)) as visit:
        visit.go("2022/11/05/skerrin-counts-its-flour/")
        switch = visit.page.get_by_role("navigation", name="In other languages")
        assert switch.get_by_role("link").all_inner_texts() == ["العربية", "azərbaycanca"]
        switch.get_by_role("link", name="العربية").click()
        assert visit.page.locator("html").get_attribute("lang") == "ar"
        switch = visit.page.get_by_role("navigation", name="بلغات أخرى")
        switch.get_by_role("link", name="azərbaycanca").click()
        assert visit.page.get_by_role("heading", level=1).inner_text() == "Bərə dayananda ada nə yeyir?"
        visit.page.get_by_role("navigation", name="Digər dillərdə").get_by_role(
            "link", name="English"
        ).click()
        assert visit.page.get_by_role("heading", level=1).inner_text() == "Skerrin counts its flour"


def test_a_screen_reader_meets_an_arabic_page_in_arabic(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE)) as visit:
        visit.go(PAGES["an article from right to left"])
        read = visit.page.locator("body").aria_snapshot()
        names = re.findall(r"(?:navigation|complementary|link) \"([^\"]+)\"", read)
        assert {
            "انتقل إلى المحتوى الرئيسي",
            "الأرشيف",
            "الأقسام",
            "اقرأ أيضًا",
            "آخر الأخبار",
        } <= set(names)
        article = visit.page.get_by_role("main").get_by_role("article").aria_snapshot()
        assert article.index("تصويب 21 نوفمبر 2022") < article.index("في سكيرين 31")


def test_the_front_page_shows_what_was_written_on_this_day_of_earlier_years(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    with visiting(browser, serve(public, BASE), timezone_id="Asia/Baku", own=True) as visit:
        visit.page.clock.set_fixed_time("2027-11-04T21:00:00Z")
        visit.go("")
        box = visit.page.get_by_role("complementary", name="On this day")
        box.locator("li").first.wait_for()
        assert box.locator("li time").all_inner_texts() == ["5 November 2022"]
        visit.page.clock.set_fixed_time("2027-01-01T09:00:00Z")
        visit.go("")
        visit.page.wait_for_load_state("networkidle")
        assert box.get_by_role("link").all_inner_texts() == ["Browse by day"]
        assert visit.complaints == []
