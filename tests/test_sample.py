"""The sample archive as readers, feed readers and search engines find it."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import feedparser
import pytest
from lxml import etree
from PIL import Image

from broadsheet.common.slugs import slugify
from broadsheet.read.typography import set_text
from tests.sample import (
    ADDRESS,
    AS_OF,
    BASE,
    GONE,
    LANGUAGE,
    MOVED,
    Page,
    Story,
    build_sample,
    copy_sample,
    forget_what_moved,
    output_of,
    pages,
    stories,
    words,
)
from tests.sites import Site, unpacked
from tests.vocabulary import Vocabulary

DELEGATION = "content/2022/11/delegation-in-washington.md"
FOREIGN = {"az", "ru", "ar"}
_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_ATOM = "{http://www.w3.org/2005/Atom}"
_HEAD_BYTES = 16_000
# What every article loads beside its page, and how much that may be, compressed; and with the page.
_LOADED = ("style.css", "site.js", "article.js")
_LOADED_BYTES, _PAGE_BYTES = 20_000, 30_000
_AS_OF = dt.datetime.fromisoformat(AS_OF)
_LATEST = ("latest.html", *(f"{language}/latest.html" for language in FOREIGN))
_TEXTS = (".html", ".xml", ".json", ".txt", ".css", ".js")


class Sample(SimpleNamespace):
    """The sample archive, built once for all tests here."""

    site: Site
    printed: str
    outputs: dict[str, bytes]
    pages: dict[str, Page]
    stories: list[Story]

    @property
    def live(self) -> list[Story]:
        """Return the articles that readers see."""
        return [story for story in self.stories if story.live]

    def page(self, address: str) -> Page:
        """Return the page at an address below the base path."""
        return self.pages[output_of(ADDRESS + address)[0]]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    site = copy_sample(tmp_path_factory.mktemp("sample") / "site")
    printed = build_sample(site)
    outputs = site.outputs()
    return Sample(site=site, printed=printed, outputs=outputs, pages=pages(outputs), stories=stories(site))


def test_in_another_folder_the_same_articles_make_the_same_site(sample: Sample, tmp_path: Path) -> None:
    site = copy_sample(tmp_path / "site")
    (site.folder / "content").rename(site.folder / "stories")
    settings = site.read("site.toml").replace('= "content/', '= "stories/')
    site.write("site.toml", settings + '\n[content]\nfolder = "stories"\n')
    build_sample(site)
    # The marks of footnotes are made of the article's path, so that those of two never meet on a page.
    made, expected = (
        {path: re.sub(rb"(fn\w*-)[0-9a-f]{6}", rb"\1", content) for path, content in outputs.items()}
        for outputs in (site.outputs(), sample.outputs)
    )
    assert made.pop("edition.txt") != expected.pop("edition.txt")
    assert made == expected


def test_the_archive_is_large_and_varied_enough_to_try_things_on(sample: Sample) -> None:
    live = sample.live
    assert len(live) >= 40
    assert max(story.date for story in live) - min(story.date for story in live) > dt.timedelta(days=4 * 365)
    assert len({author for story in live for author in story.authors}) > 4
    assert len({story.dateline for story in live}) > 4
    assert len({story.section for story in live}) > 4
    assert any(not story.title.isascii() and story.language == "ru" for story in live)
    held = [story for story in sample.stories if not story.live]
    assert {story.draft for story in held} == {False, True}


def test_every_article_with_a_title_and_a_date_is_a_page_with_that_title(sample: Sample) -> None:
    found = {
        path: words(page.one("h1")) for path, page in sample.pages.items() if page.all("div", class_="story")
    }
    assert found == {story.output: story.listed for story in sample.live}


def test_every_page_has_one_h1_and_a_title_of_its_own(sample: Sample) -> None:
    for path, page in sample.pages.items():
        assert len(page.all("h1")) == 1, path
        assert words(page.one("h1")), path
        assert words(page.one("title")), path
    titles = [words(page.one("title")) for page in sample.pages.values() if not page.is_redirect]
    assert sorted(titles) == sorted(set(titles))


def test_every_page_names_its_language_and_no_id_twice(sample: Sample) -> None:
    languages = {story.output: story.language for story in sample.stories}
    for language in FOREIGN:
        languages |= {f"{language}/{name}.html": language for name in ("index", "latest")}
    for path, page in sample.pages.items():
        html = page.one("html")
        assert html.get("lang") == languages.get(path, LANGUAGE), path
        assert html.get("dir", "ltr") == ("rtl" if html.get("lang") == "ar" else "ltr"), path
        assert len(page.ids()) == len(set(page.ids())), path


def test_headings_skip_no_level(sample: Sample) -> None:
    for path, page in sample.pages.items():
        levels = [int(each.tag[1]) for each in page.tree.iter() if re.fullmatch("h[1-6]", str(each.tag))]
        steps = [after - before for before, after in pairwise(levels)]
        assert levels[0] == 1, path
        assert max(steps, default=0) <= 1, (path, levels)


def test_every_internal_address_leads_to_an_output_and_every_fragment_to_an_element(sample: Sample) -> None:
    for path, page in sample.pages.items():
        for what, address in page.addresses():
            if urlsplit(address).netloc != urlsplit(ADDRESS).netloc or what == "link canonical":
                continue
            if address == "https://example.org/":  # the publisher
                continue
            assert address.startswith(ADDRESS), (path, what, address)
            output, fragment = output_of(address)
            assert output in sample.outputs, (path, what, address)
            if fragment:
                assert fragment in sample.pages[output].ids(), (path, what, address)


def test_every_page_can_be_reached_from_the_home_page(sample: Sample) -> None:
    reached, waiting = {"index.html"}, ["index.html"]
    while waiting:
        for _, address in sample.pages[waiting.pop()].addresses():
            output = output_of(address)[0]
            if output in sample.pages and output not in reached:
                reached.add(output)
                waiting.append(output)
    aliases = {output_of(ADDRESS + alias.lstrip("/"))[0] for story in sample.live for alias in story.aliases}
    assert sample.pages.keys() - reached == aliases | MOVED | GONE | {"404.html", "search/index.html"}


def test_nothing_is_asked_of_another_host(sample: Sample) -> None:
    for path, page in sample.pages.items():
        for what, address in page.addresses():
            if what in {"a href", "link href"}:
                continue
            assert address.startswith(ADDRESS), (path, what, address)
        for link in page.all("link"):
            if link.get("rel") != "canonical" and not link.get("hreflang"):
                assert link.get("href").startswith("/archive/"), path
        assert not page.all("style"), path
        assert not any(each.get("style") for each in page.tree.iter()), path
    for path, content in sample.outputs.items():
        if path.endswith(".css"):
            assert not re.findall(rb"https?:|@import", content), path


def test_every_page_has_a_policy_that_allows_the_site_alone(sample: Sample) -> None:
    for path, page in sample.pages.items():
        policy = _equivalent(page, "Content-Security-Policy")
        assert "default-src 'none'" in policy, path
        assert not re.search(r"unsafe|https?:|\*|data:", policy), path
        children = [each.tag for each in page.one("head")]
        assert children.index("meta") < min(children.index(tag) for tag in ("title", "link")), path


def _equivalent(page: Page, name: str) -> str:
    """Return what the page says in place of a header of HTTP."""
    (found,) = [each.get("content") for each in page.all("meta") if each.get("http-equiv") == name]
    return str(found)


def test_canonical_links_are_the_pages_own_addresses(sample: Sample) -> None:
    for path, page in sample.pages.items():
        found = [unquote(each.get("href")) for each in page.all("link", rel="canonical")]
        if path in {"404.html", *GONE}:
            assert found == []
        elif page.is_redirect:
            assert len(found) == 1
        else:
            assert found == [page.permalink], path


def test_aliases_send_on_to_the_article(sample: Sample) -> None:
    redirects = {path for path, page in sample.pages.items() if page.is_redirect}
    found = set()
    for story in sample.live:
        for alias in story.aliases:
            page = sample.page(alias.lstrip("/"))
            found.add(page.path)
            assert unquote(_equivalent(page, "refresh")) == f"0; url={story.permalink}"
            assert unquote(page.one("link", rel="canonical").get("href")) == story.permalink
            assert unquote(page.one("a").get("href")) == story.permalink
    assert found == redirects - MOVED
    assert len(found) == 3


def test_robots_are_let_in_and_shown_the_sitemap_but_not_to_pages_without_news(sample: Sample) -> None:
    robots = sample.outputs["robots.txt"].decode()
    assert robots == f"User-agent: *\nAllow: /\n\nSitemap: {ADDRESS}sitemap.xml\n"
    hidden = [
        path for path, page in sample.pages.items() if page.all("meta", name="robots", content="noindex")
    ]
    assert hidden == sorted(("404.html", "search/index.html", *_LATEST, *GONE))


def test_what_machines_are_told_of_an_article_is_what_its_file_says(
    sample: Sample, vocabulary: Vocabulary
) -> None:
    for story in sample.live:
        page = sample.pages[story.output]
        told = json.loads("".join(page.one("script", type="application/ld+json").itertext()))
        assert list(vocabulary.faults(told)) == [], story.path
        assert told["headline"] == story.title
        assert told["dateline"] == story.dateline
        assert told["articleSection"] == story.section
        assert tuple(author["name"] for author in told["author"]) == story.authors
        assert tuple(told["keywords"]) == story.tags
        assert told["inLanguage"] == story.language
        assert unquote(told["mainEntityOfPage"]["@id"]) == story.permalink
        assert dt.datetime.fromisoformat(told["datePublished"]) == story.date
        assert dt.datetime.fromisoformat(told.get("dateModified", told["datePublished"])) == story.modified
        graph = _graph(page)
        assert graph["og:title"] == [story.title]
        assert graph["og:type"] == ["article"]
        assert unquote(graph["og:url"][0]) == story.permalink
        assert graph["article:section"] == [story.section]
        assert tuple(graph["article:tag"]) == story.tags
        assert len(graph["article:author"]) == len(story.authors)
        assert len(page.all("meta", name="description")) == 1


def _graph(page: Page) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in page.all("meta"):
        if each.get("property"):
            found.setdefault(each.get("property"), []).append(each.get("content"))
    return found


def test_pictures_are_published_with_their_measures_and_a_text(sample: Sample) -> None:
    for path, page in sample.pages.items():
        for picture in page.all("img"):
            width, height = int(picture.get("width")), int(picture.get("height"))
            assert picture.get("alt") is not None, path
            shown = output_of(ADDRESS + picture.get("src").removeprefix("/archive/"))[0]
            if not shown.endswith(".svg"):
                with Image.open(BytesIO(sample.outputs[shown])) as made:
                    assert abs(made.width / made.height - width / height) < 0.01, path
    published = {path.rpartition("/")[2]: content for path, content in sample.outputs.items()}
    for file in (sample.site.folder / "content").rglob("*"):
        if file.suffix == ".svg":
            assert published[file.name] == file.read_bytes(), file
        elif file.suffix in {".jpg", ".png"}:
            with Image.open(BytesIO(published[file.name])) as made, Image.open(file) as source:
                assert made.format == source.format, file
                assert made.width == min(source.width, 1280), file
    for story in sample.live:
        if story.image:
            figure = sample.pages[story.output].one("figure", class_="lead")
            assert next(figure.iter("img")).get("alt") == story.image["alt"]
            assert words(figure.find("figcaption")) == f"{story.image['caption']} {story.image['credit']}"
            graph = _graph(sample.pages[story.output]).get("og:image", [])
            assert bool(graph) == (not story.image["file"].endswith(".svg"))
            assert all(output_of(address)[0] in sample.outputs for address in graph)


def test_the_page_of_an_article_in_another_language_speaks_it_and_the_rest_says_so(
    sample: Sample,
) -> None:
    foreign = [story for story in sample.live if story.language != LANGUAGE]
    assert {story.language for story in foreign} == FOREIGN
    titles = {story.title: story.language for story in sample.live}
    for story in foreign:
        page = sample.pages[story.output]
        theirs = {"h1", "div body", "time", "p byline", "h2", "h3", "aside latest", "nav ending", "a skip"}
        theirs |= {"p label", "nav menu"}
        ours = {"p nameplate"}
        for element, language in _languages(page.tree, ""):
            name = f"{element.tag} {element.get('class', '')}".strip()
            if name in theirs:
                assert language == story.language, (story.path, name)
            elif name in ours:
                assert language == LANGUAGE, (story.path, name)
        for row in (row for briefs in page.all("ul", class_="briefs") for row in briefs):
            link = row.find("a")
            assert link.get("lang", story.language) == titles[words(link)], (story.path, words(link))


def test_translations_lead_to_one_another(sample: Sample) -> None:
    groups: dict[str, list[Story]] = {}
    for story in sample.live:
        groups.setdefault(story.translations, []).append(story)
    alone = groups.pop("")
    assert {len(group) for group in groups.values()} == {3}
    for story in alone:
        assert not sample.pages[story.output].all("nav", class_="translations")
        assert not [each for each in sample.pages[story.output].all("link") if each.get("hreflang")]
    for group in groups.values():
        addresses = {each.language: each.permalink for each in group}
        for story in group:
            page = sample.pages[story.output]
            links = [each for each in page.all("link", rel="alternate") if each.get("hreflang")]
            assert {each.get("hreflang"): unquote(each.get("href")) for each in links} == addresses
            switch = page.one("nav", class_="translations").iter("a")
            shown = {each.get("lang"): unquote(urljoin(page.permalink, each.get("href"))) for each in switch}
            assert shown == {name: at for name, at in addresses.items() if name != story.language}


def test_an_article_in_another_language_has_its_menu_and_its_latest_list(sample: Sample) -> None:
    declared = tomllib.loads((sample.site.folder / "site.toml").read_text(encoding="utf-8"))
    for language in sorted(FOREIGN):
        own = [story for story in sample.live if story.language == language]
        listed = sample.pages[f"{language}/latest.html"]
        titles = [words(link) for link in listed.one("ol", class_="briefs").iter("a")]
        assert set(titles) == {story.title for story in own}
        for story in own:
            page = sample.pages[story.output]
            name = declared["translations"][language]["sections"][slugify(story.section)]
            assert words(page.one("p", class_="label")) == name
            assert page.one("aside", class_="latest").get("data-from") == f"/archive/{language}/latest.html"
            menu = [words(link) for link in page.one("nav", class_="menu").iter("a")]
            assert menu == list(declared["translations"][language]["sections"].values())
    assert sample.page("2022/11/05/").one("nav", class_="menu").find(".//a").text == "Politics"


def test_an_articles_page_says_the_same_in_every_language_of_the_theme(sample: Sample) -> None:
    files = sorted((sample.site.folder / "layouts" / "words").glob("*.toml"))
    tables = {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in files}
    assert len(tables) > 16
    english = dict(_words(tables["en"]))
    for language, table in tables.items():
        found = dict(_words(table))
        assert found.keys() == english.keys(), language
        for name, word in found.items():
            places = set(re.findall(r"\{\w+\}", word))
            assert places <= set(re.findall(r"\{\w+\}", english[name])), (language, name)
        said = [name for name in found if re.search("[a-z]", re.sub(r"\{\w+\}", "", english[name]))]
        # Such as "Total" in French.
        same = [name for name in said if found[name] == english[name]]
        assert language == "en" or len(same) <= 7, (language, same)


def _words(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict) and "other" in value:
            yield path + name, value["other"]
        elif name == "dates":
            continue
        elif isinstance(value, dict):
            yield from _words(value, f"{path}{name}.")
        else:
            yield path + name, value


def _languages(element: Any, language: str) -> list[tuple[Any, str]]:
    language = element.get("lang", language)
    return [(element, language), *(pair for child in element for pair in _languages(child, language))]


def test_held_back_articles_leak_nowhere(sample: Sample) -> None:
    held = [story for story in sample.stories if not story.live and not story.gone]
    public = {tag for story in sample.live for tag in (*story.tags, *story.authors)}
    secrets = {path for story in held for path in (story.output.split("/")[-2],)}
    secrets |= {story.title for story in held}
    secrets |= {tag for story in held for tag in story.tags if tag not in public}
    sentences = re.compile(r"^[A-Z][^\[\n]{30,60}", re.MULTILINE)
    secrets |= {sentence for story in held for sentence in sentences.findall(story.body)}
    assert len(secrets) > 6
    for path, content in sample.outputs.items():
        for secret in secrets:
            assert secret not in path
            assert secret.encode() not in content, (path, secret)
    for story in held:
        assert story.path in sample.printed
    assert "appears 2031-02-11" in sample.printed


def test_a_picture_a_tag_and_a_section_of_held_back_articles_alone_leak_nowhere(tmp_path: Path) -> None:
    site = copy_sample(tmp_path / "site")
    rest = (
        "tags: [Zirconium]\nsection: Zincography\nauthor: Zoe Quux\ndateline: Zanzibar\n"
        "aliases: /zeppelin-NAME/\nimage: {file: zebra.svg, alt: Zebra}\n---\nZygote. ![Zither](zither.svg)\n"
    )
    for name, when in (("zoo", "date: 2026-11-21"), ("zap", "date: 2025-01-01\ndraft: true")):
        site.write(f"content/2026/{name}.md", f"---\ntitle: {name}\n{when}\n{rest.replace('NAME', name)}")
    for name in ("zebra", "zither"):
        site.write(f"content/2026/{name}.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')
    build_sample(site)
    lines = rb"zirconium|zincography|zoe.quux|zanzibar|zeppelin|zebra|zither|zygote|[>/]zoo[</]|[>/]zap[</]"
    for path, content in site.outputs().items():
        assert not re.search(lines, unpacked(path, content) + path.encode(), re.IGNORECASE), path


def test_of_an_expired_article_only_its_title_and_its_address_are_left(tmp_path: Path) -> None:
    site = copy_sample(tmp_path / "site")
    rest = (
        "tags: [Zirconium]\nsection: Zincography\nauthor: Zoe Quux\ndateline: Zanzibar\nsummary: Zesty.\n"
        "image: {file: zebra.svg, alt: Zebra}\n---\nZygote. ![Zither](zither.svg)\n"
    )
    site.write(
        "content/2026/zoo.md", f"---\ntitle: Zoology\ndate: 2026-11-19\nexpires: 2026-11-20 11:00\n{rest}"
    )
    for name in ("zebra", "zither"):
        site.write(f"content/2026/{name}.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')
    build_sample(site)
    lines = rb"zirconium|zincography|zoe.quux|zanzibar|zesty|zebra|zither|zygote"
    for path, content in site.outputs().items():
        assert not re.search(lines, unpacked(path, content) + path.encode(), re.IGNORECASE), path
    named = {path for path, content in site.outputs().items() if b"Zoology" in content or b"/zoo/" in content}
    assert named == {"2026/11/19/zoo/index.html"}


def test_what_is_gone_or_has_moved_says_so_to_readers_and_to_search_engines(sample: Sample) -> None:
    (story,) = [story for story in sample.stories if story.gone]
    expired, taken_down = sample.pages[story.output], sample.page("2024/02/12/names-of-the-missing/")
    assert words(expired.one("h1")) == story.title
    assert "was published here until 1 October 2025" in words(expired.one("main"))
    assert "removed on 14 February 2024. The list of names" in words(taken_down.one("main"))
    for page in (expired, taken_down):
        assert page.one("meta", name="robots").get("content") == "noindex"
        assert page.all("link", rel="canonical") == []
    moved = sample.page("2024/02/12/night-of-the-flood/")
    flood = f"{ADDRESS}2024/02/12/saltmere-flood/"
    assert moved.one("meta", **{"http-equiv": "refresh"}).get("content") == f"0; url={flood}"
    assert moved.one("link", rel="canonical").get("href") == flood
    assert [each.get("href") for each in moved.all("a")] == [flood]
    feeds = [sample.outputs[f"tags/{tag}/atom.xml"] for tag in ("sluice", "coast-works")]
    assert feeds[0] == feeds[1]


def test_one_article_shows_its_author_dateline_date_and_section_wherever_it_stands(sample: Sample) -> None:
    (story,) = [story for story in sample.stories if story.path == DELEGATION]
    assert story.authors == ("Hanna Wexcombe",)
    assert (story.dateline, story.section) == ("Washington D.C.", "Politics")
    page = sample.pages[story.output]
    assert words(page.one("p", class_="byline")) == "By Hanna Wexcombe"
    assert words(page.one("div", class_="body")[0]).startswith("The seven delegates")
    assert words(page.one("p", class_="label")) == "Politics"
    moment = page.one("div", class_="about").find(".//time")
    assert (words(moment), moment.get("datetime")) == (
        "5 November 2022, 09:14 GMT+4",
        "2022-11-05T09:14:00+04:00",
    )
    assert words(page.one("p", class_="filed")) == "Washington D.C., 5 November 2022, 09:14 GMT+4"
    for address in (
        "2022/11/05/",
        "2022/11/",
        "2022/",
        "sections/politics/",
        "authors/hanna-wexcombe/",
        "datelines/washington-d-c/",
        "tags/sea-level/",
    ):
        row = _row(sample.page(address), story)
        (origin,) = [each for each in row.iter("p") if each.get("class") == "origin"]
        # What the heading of the page says is not said again.
        said = [address.startswith(kind) for kind in ("datelines", "authors", "sections")]
        names = zip(("Washington D.C.", "Hanna Wexcombe", "Politics"), said, strict=True)
        day = {"2022/11/05/": "09:14", "2022/11/": "5 November", "2022/": "5 November"}
        parts = words(origin).split(" · ")
        assert parts[1:] == [name for name, is_said in names if not is_said], address
        assert parts[0] in (day.get(address), "5 November", "5 November 2022"), address
        assert day.get(address, parts[0]) == parts[0], address
        assert next(row.iter("time")).get("datetime") == "2022-11-05T09:14:00+04:00", address
    assert words(sample.page("2022/11/05/").one("h1")) == "5 November 2022"
    place = f"<loc>{story.permalink}</loc><lastmod>2022-11-05T05:14:00+00:00</lastmod>"
    path = "sitemaps/2022-11.xml.gz"
    assert place in unpacked(path, sample.outputs[path]).decode()


def _row(page: Page, story: Story) -> Any:
    (row,) = [
        row
        for row in page.rows
        if ADDRESS + unquote(row.find("a").get("href")).removeprefix("/archive/") == story.permalink
    ]
    return row


def test_an_articles_page_shows_what_its_file_says(sample: Sample) -> None:
    for story in sample.live:
        page = sample.pages[story.output]
        about = page.one("div", class_="about")
        standfirst = "" if story.retracted else story.summary
        assert [words(each) for each in page.all("p", class_="standfirst")] == [standfirst] * bool(standfirst)
        links = [words(each) for each in about.iter("a") if each.get("href") and not each.get("aria-hidden")]
        assert links[:-1] == [*story.authors, story.dateline], story.path
        day = about.find(".//time/a").get("href")
        assert day == f"{BASE}{story.date:%Y/%m/%d}/", story.path
        assert story.day == links[-1], story.path
        assert story.language in FOREIGN or words(page.one("p", class_="label")) == story.section
        if story.retracted:
            assert words(page.one("div", class_="retraction").findall("p")[0]) == story.retracted["reason"]
            assert not page.all("div", class_="body")
        else:
            assert page.one("div", class_="body") is not None
        assert words(about.find(".//span")) == story.dateline
        assert tuple(words(each) for each in page.one("ul", class_="tags")) == story.tags, story.path
        times = [dt.datetime.fromisoformat(each.get("datetime")) for each in about.iter("time")]
        # A day without a time has no zone.
        times = [each if each.tzinfo else each.replace(tzinfo=story.date.tzinfo) for each in times]
        assert times == [story.date, *([story.updated] if story.updated else [])]
        assert story.day in words(about)
        assert (f"{story.date:%H:%M}" in words(about)) == (f"{story.date:%H:%M}" != "00:00"), story.path


def test_an_articles_page_leads_to_the_story_before_it_and_the_one_after_it_in_its_language(
    sample: Sample,
) -> None:
    ordered = _newest_first(sample.live)
    for story in ordered:
        page = sample.pages[story.output]
        spoken = [each for each in ordered if each.language == story.language]
        at = spoken.index(story)
        expected = [each.listed for each in (*spoken[at + 1 : at + 2], *spoken[max(0, at - 1) : at])]
        parts = [words(each) for box in page.all("section", class_="series") for each in box.iter("a")]
        around = page.one("section", class_="around")
        shown = [words(each) for each in around.iter("a") if each.get("rel") in {"prev", "next"}]
        assert shown == [each for each in expected if each not in parts], story.path
        assert [words(each) for each in around.iter("h3")] == [
            {"prev": "Earlier", "next": "Later"}[each.get("rel")]
            for each in around.iter("a")
            if each.get("rel")
        ] or story.language != LANGUAGE
        day = around.find("p/a").get("href")
        assert day == f"{BASE}{story.date:%Y/%m/%d}/", story.path


def test_at_most_eight_stories_follow_an_article_and_none_twice(sample: Sample) -> None:
    by_address = {story.permalink: story for story in sample.live}
    counts = []
    for story in sample.live:
        page = sample.pages[story.output]
        ending = page.one("nav", class_="ending")
        rows = [row for briefs in ending.iter("ul") for row in briefs]
        found = [by_address[unquote(urljoin(page.permalink, row.find("a").get("href")))] for row in rows]
        assert story not in found, story.path
        groups = [each.translations or each.path for each in (story, *found)]
        assert len(set(groups)) == len(groups), story.path
        since = page.all("section", class_="since")
        room = int(since[0].get("data-room")) if since else 0
        assert len(found) + room <= 8, story.path
        assert room >= 2 or not since
        for each in found:
            shared = {each.section, each.dateline, *map(slugify, each.tags)}
            related = page.all("section", class_="related")
            if related and each.listed in words(related[0]):
                assert shared & {story.section, story.dateline, *map(slugify, story.tags)}, story.path
        counts.append(len(found))
    assert max(counts) > 4


def test_every_listing_holds_just_its_articles_newest_first(sample: Sample) -> None:
    expected: dict[str, list[Story]] = {}
    for story in _newest_first(sample.live):
        facets = [("sections", story.section), ("datelines", story.dateline)]
        facets += [("tags", tag) for tag in story.tags] + [("authors", author) for author in story.authors]
        facets += [("series", series) for series in story.series]
        for kind, name in facets:
            expected.setdefault(f"{kind}/{_slug(name)}/index.html", []).append(story)
        if story.language != LANGUAGE:
            expected.setdefault(f"{story.language}/index.html", []).append(story)
        for period in ("%Y", "%Y/%m", "%Y/%m/%d"):
            expected.setdefault(f"{story.date:{period}}/index.html", []).append(story)
    listings = {path: page for path, page in sample.pages.items() if page.all("div", class_="listing")}
    others = {"corrections/index.html", "editions/2026-11-19/index.html"}
    assert listings.keys() == expected.keys() | others
    for path, stories_ in expected.items():
        rows = listings[path].rows
        in_order = stories_[::-1] if path.startswith("series/") else stories_
        assert [words(row.find("a")) for row in rows] == [story.listed for story in in_order], path
        count = f"{len(stories_)} article{'s' if len(stories_) > 1 else ''}"
        count = {"ar/": "مقال واحد", "az/": "1 məqalə", "ru/": "1 статья"}.get(path[:3], count)
        assert words(listings[path].one("header", class_="heading").find("p")).startswith(count), path


def test_the_front_page_begins_with_the_newest_and_goes_on_by_section(sample: Sample) -> None:
    page = sample.page("")
    # What an editor has put into a package stands there alone.
    package = [
        words(link) for link in page.one("section", class_="package").iter("a") if _is_article(sample, link)
    ]
    assert package[0].startswith("Two years on")
    assert len(package) == 4
    newest = [story for story in _newest_first(sample.live) if story.listed not in package]
    cards = page.all("article", class_="card")
    briefs = page.one("section", class_="newest").find("ol")
    top = [words(card.find("h3")) for card in cards[:4]] + [words(row.find("a")) for row in briefs]
    assert top == [story.title for story in newest[:16]]
    for card, story in zip(cards, newest[:4], strict=False):
        origin = f"{story.dateline} · {', '.join(story.authors)} {story.date.day} {story.date:%B %Y}"
        (shown_origin,) = [words(each) for each in card.iter("p") if each.get("class") == "origin"]
        assert shown_origin.startswith(origin)
        assert [words(each) for each in card.iter("p") if each.get("class") == "label"] == [story.section]
    sections = page.one("div", class_="sections").findall("section")
    for section in sections:
        name = words(section.find("h2"))
        shown = [words(each) for each in section.iter("a") if each.get("href") and _is_article(sample, each)]
        rest = [story.listed for story in newest[16:] if story.section == name]
        # Words alone are more beside a picture.
        pictured = next(section.iter("img"), None) is not None
        shown = shown[1:] if pictured else shown
        most = {"Politics": 8, "Business": 8}.get(name, 4)
        assert len(shown) == min(len(rest), most), name
        assert shown == rest[: len(shown)], name
    menu = ["Politics", "Business", "Science", "Culture", "Sport", "Opinion"]
    assert [words(section.find("h2")) for section in sections] == menu


def test_every_facet_has_one_name_on_all_pages_of_a_language(sample: Sample) -> None:
    names: dict[str, set[str]] = {}
    for page in (page for page in sample.pages.values() if page.one("html").get("lang") == LANGUAGE):
        for place in ("tags", "label", "crumbs", "names"):
            for part in (*page.all("p", class_=place), *page.all("ul", class_=place)):
                for link in part.iter("a"):
                    address = link.get("href")
                    if re.fullmatch(r"/archive/(sections|tags|authors|datelines)/[^/]+/", address):
                        names.setdefault(address, set()).add(words(link))
    assert len(names) > 50
    assert {address: each for address, each in names.items() if len(each) > 1} == {}


def _is_article(sample: Sample, link: Any) -> bool:
    output = output_of(ADDRESS + unquote(link.get("href")).removeprefix("/archive/"))[0]
    return bool(sample.pages[output].all("div", class_="story"))


def _newest_first(stories_: list[Story]) -> list[Story]:
    return sorted(stories_, key=lambda each: (each.date.date(), each.date, each.path), reverse=True)


def _slug(name: str) -> str:
    return re.sub(r"\W+", "-", name.casefold()).strip("-")


def test_that_article_is_in_the_feeds_when_it_is_among_the_newest(tmp_path: Path) -> None:
    site = copy_sample(tmp_path / "site")
    site.write("site.toml", site.read("site.toml") + "\n[feeds]\nlength = 60\n")
    build_sample(site)
    outputs = site.outputs()
    for path in ("atom.xml", "rss.xml", "sections/politics/atom.xml", "authors/hanna-wexcombe/atom.xml"):
        (entry,) = [
            entry
            for entry in feedparser.parse(outputs[path]).entries
            if entry.link == f"{ADDRESS}2022/11/05/delegation-in-washington/"
        ]
        assert entry.title.startswith("Merrow delegation leaves Washington"), path
        assert [author.name for author in entry.authors] == ["Hanna Wexcombe"], path
        # The dateline's name in listings and feeds is the one that its earliest article gives.
        terms = [tag.label or tag.term for tag in entry.tags]
        assert terms[:2] == ["Politics", "Washington D.C."], path
        assert ("Sea level" in terms) == (path in {"atom.xml", "rss.xml"}), path
        assert entry.published_parsed[:5] == (2022, 11, 5, 5, 14), path
    (member,) = [
        member
        for member in json.loads(outputs["feed.json"])["items"]
        if member["url"] == f"{ADDRESS}2022/11/05/delegation-in-washington/"
    ]
    assert member["authors"] == [
        {"name": "Hanna Wexcombe", "url": f"{ADDRESS}authors/hanna-wexcombe/"},
    ]
    assert member["tags"][:3] == ["Politics", "Washington D.C.", "Sea level"]
    assert member["date_published"] == "2022-11-05T09:14:00+04:00"


def test_feeds_hold_the_newest_articles_with_the_ids_that_never_change(sample: Sample) -> None:
    newest = _newest_first(sample.live)[:20]
    expected = [
        (each.title, each.permalink, _id(each), list(each.authors), each.date, each.modified)
        for each in newest
    ]
    parsed = feedparser.parse(sample.outputs["atom.xml"])
    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert parsed.feed.id == "tag:example.org,2026:feeds"
    assert [
        (
            entry.title,
            unquote(entry.link),
            entry.id,
            [author.name for author in entry.authors],
            dt.datetime.fromisoformat(entry.published),
            dt.datetime.fromisoformat(entry.updated),
        )
        for entry in parsed.entries
    ] == expected
    assert dt.datetime.fromisoformat(parsed.feed.updated) == max(story.modified for story in newest)
    items = json.loads(sample.outputs["feed.json"])["items"]
    assert [
        (
            item["title"],
            unquote(item["url"]),
            item["id"],
            [author["name"] for author in item["authors"]],
            dt.datetime.fromisoformat(item["date_published"]),
            dt.datetime.fromisoformat(item.get("date_modified", item["date_published"])),
        )
        for item in items
    ] == expected
    parsed = feedparser.parse(sample.outputs["rss.xml"])
    assert not parsed.bozo
    assert parsed.version == "rss20"
    assert [(entry.title, unquote(entry.link), entry.id) for entry in parsed.entries] == [
        each[:3] for each in expected
    ]


def _id(story: Story) -> str:
    first = story.aliases[0].lstrip("/") if story.aliases else story.output.removesuffix("index.html")
    return f"tag:example.org,{story.date.date()}:{story.own_id or first}"


def test_feeds_with_full_text_hold_it_all_and_every_address_in_it_is_whole(sample: Sample) -> None:
    parsed = _texts(sample.outputs["atom.xml"])
    items = {item["url"]: item["content_html"] for item in json.loads(sample.outputs["feed.json"])["items"]}
    assert parsed == items
    for link, body in parsed.items():
        page = sample.page(unquote(link).removeprefix(ADDRESS))
        undated = Page(page.path, re.sub(r'<span class="dateline">.*?</span> ', "", page.text).encode())
        ours = words(undated.one("div", class_="body"))
        noted = [words(note.findall("p")[0]) for note in undated.all("div", class_="notice")]
        text = words(Page("index.html", f"<!doctype html>{body}".encode()).tree)
        assert ours in text
        assert all(note in text for note in noted), link
        assert bool(noted) == (text != ours)
        addresses = re.findall(r'(?:href|src|poster)="([^"]*)"', body)
        for address in addresses:
            assert re.match(r"https?://|mailto:|#", address), (link, address)
            if address.startswith(ADDRESS):
                assert output_of(address)[0] in sample.outputs, (link, address)


def _texts(content: bytes) -> dict[str, str]:
    """Return link to full text of an Atom feed, as it is: feedparser would clean it."""
    found = {}
    for entry in etree.fromstring(content).iterfind(f"{_ATOM}entry"):
        (link,) = entry.findall(f"{_ATOM}link[@rel='alternate']")
        found[link.get("href", "")] = entry.findtext(f"{_ATOM}content", "")
    return found


def test_every_facet_but_a_dateline_has_a_feed_of_its_articles(sample: Sample) -> None:
    moved = {path.replace("index.html", "atom.xml") for path in MOVED}
    feeds = {path for path in sample.outputs if path.endswith("/atom.xml") and path not in moved}
    ids = set()
    by_link = {story.permalink: story for story in sample.live}
    for path in feeds:
        parsed = feedparser.parse(sample.outputs[path])
        assert not parsed.bozo, path
        ids.add(parsed.feed.id)
        page = sample.pages[path.replace("atom.xml", "index.html")]
        linked = [unquote(each.get("href")) for each in page.all("link", rel="alternate")]
        assert f"/archive/{path}" in linked
        rows = [words(row.find("a")) for row in page.rows]
        rows = rows[::-1] if path.startswith("series/") else rows
        if path == "corrections/atom.xml":
            rows = [row.removeprefix("Retracted ") for row in rows]
        else:
            rows = [row for row in rows if not row.startswith("Retracted ")]
        assert [entry.title for entry in parsed.entries] == rows[:20], path
        for entry in parsed.entries:
            story = by_link[unquote(entry.link)]
            assert [author.name for author in entry.authors] == list(story.authors), path
            if path != "corrections/atom.xml":
                assert unquote(entry.id) == _id(story), path
                assert dt.datetime.fromisoformat(entry.published) == story.date, path
                assert dt.datetime.fromisoformat(entry.updated) == story.modified, path
        assert not any(entry.get("content") for entry in parsed.entries), path
        assert unquote(parsed.feed.link) == page.permalink
    assert len(ids) == len(feeds)
    slugs = {path.partition("/")[0] for path in feeds}
    assert slugs == {"sections", "tags", "authors", "series", "corrections", *FOREIGN}


def test_what_was_corrected_stands_on_the_article_and_among_the_corrections(
    sample: Sample,
) -> None:
    noted = [(note, story) for story in sample.live for note in story.corrections]
    noted += [(story.retracted, story) for story in sample.live if story.retracted]
    assert len(noted) > 2
    rows = list(sample.page("corrections/").one("ol", class_="noted"))
    shown = {words(row) for row in rows}
    entries = feedparser.parse(sample.outputs["corrections/atom.xml"]).entries
    for note, story in noted:
        text = set_text(note.get("text") or note["reason"], "en")
        assert any(text in row and story.title in row for row in shown), story.path
        page = words(sample.pages[story.output].one("article"))
        texts = sample.pages[story.output].all("div", class_="body")
        body = words(texts[0]) if texts else page[-1]
        above = note.get("kind", "correction") == "correction"
        assert (page.index(text) < page.index(body)) == above, story.path
        assert [entry.title for entry in entries if entry.summary == text] == [story.title]
    assert len(rows) == len(entries) == len(noted)
    assert len({entry.id for entry in entries}) == len(entries)


def test_a_story_that_runs_on_leads_from_part_to_part(sample: Sample) -> None:
    parts = [story for story in _newest_first(sample.live) if "The Linnow bridge" in story.series][::-1]
    for number, story in enumerate(parts):
        nav = sample.pages[story.output].one("section", class_="series")
        assert words(nav.find("h2")) == f"Part {number + 1} of The Linnow bridge"
        sides = [*parts[max(0, number - 1) : number], *parts[number + 1 : number + 2]]
        assert [words(row.find("a")) for briefs in nav.iter("ul") for row in briefs] == [
            each.title for each in sides
        ]


def test_a_print_edition_stands_page_by_page(sample: Sample) -> None:
    page = sample.page("editions/2026-11-19/")
    assert [words(leaf) for leaf in page.all("h3", class_="leaf")] == ["Page A1", "Page B3", "Page B12"]
    first = sample.page("2026/11/18/gate-holds/")
    assert words(first.one("p", class_="print")) == "In print: 19 November 2026, page A1, column 2"


def test_sitemaps_list_the_articles_and_when_each_last_changed(sample: Sample) -> None:
    index = etree.fromstring(sample.outputs["sitemap.xml"])
    listed = {}
    for row in index:
        listed[output_of(row.findtext(f"{_SITEMAP}loc", ""))[0]] = row.findtext(f"{_SITEMAP}lastmod", "")
    assert listed.keys() == {path for path in sample.outputs if path.startswith("sitemaps/")}
    found: dict[str, dt.datetime] = {}
    fixed = []
    for path, modified in listed.items():
        content = sample.outputs[path]
        content = unpacked(path, content)
        assert len(content) < 50_000_000
        urls = etree.fromstring(content)
        if path == "sitemaps/news.xml":
            newest = {story.output for story in sample.live if story.date > _AS_OF - dt.timedelta(days=2)}
            assert {output_of(url.findtext(f"{_SITEMAP}loc", ""))[0] for url in urls} == newest
            assert modified == ""
            continue
        assert 0 < len(urls) <= 50_000
        moments = []
        for url in urls:
            output = output_of(url.findtext(f"{_SITEMAP}loc", ""))[0]
            assert output in sample.pages
            if re.search(r"\d", path):
                moments.append(dt.datetime.fromisoformat(url.findtext(f"{_SITEMAP}lastmod", "")))
                assert output not in found
                found[output] = moments[-1]
            else:
                fixed.append(output)
        if moments:
            assert dt.datetime.fromisoformat(modified) == max(moments)
    assert found == {story.output: story.modified for story in sample.live}
    fronts = [
        path
        for path in sample.pages
        if re.fullmatch(
            r"(?:(?:sections|tags|authors|datelines|series|editions)/[^/]+|ar|az|ru)/index.html", path
        )
    ]
    folders = ("sections", "tags", "authors", "datelines", "series", "editions", "languages", "corrections")
    indexes = [f"{folder}/index.html" for folder in folders]
    own = [f"{name}/index.html" for name in ("about", "contact", "corrections-policy", "ethics", "privacy")]
    assert sorted(fixed) == sorted(
        {
            *fronts,
            *indexes,
            *own,
            "index.html",
            "archive/index.html",
            "on-this-day/index.html",
            "feeds/index.html",
        }
        - MOVED
    )


def test_texts_end_with_a_line_end_and_hold_no_leftovers(sample: Sample) -> None:
    for path, content in sample.outputs.items():
        if not path.endswith(_TEXTS):
            continue
        text = content.decode()
        assert text.endswith("\n") or path.endswith((".css", ".js")), path
        assert "\r" not in text, path
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", text), path
        assert "{{" not in text, path
        assert "{%" not in text, path
        # Atom holds HTML escaped once more.
        assert path == "atom.xml" or not re.search(r"&amp;(?:#\d+|amp|quot|lt|gt|nbsp);", text), path
        assert not re.search(r"\bNone\b(?! of)", text), path


def test_a_page_is_at_most_16_kb_around_the_body(sample: Sample) -> None:
    for story in sample.live:
        content = sample.outputs[story.output]
        if story.retracted:
            continue
        body = content[content.index(b'<div class="body"') : content.index(b"</article>")]
        assert len(body) > 200
        assert len(content) - len(body) <= _HEAD_BYTES, story.path


def test_what_an_article_loads_but_for_pictures_and_fonts_weighs_at_most_30_kb(sample: Sample) -> None:
    weights = {path: len(gzip.compress(content, mtime=0)) for path, content in sample.outputs.items()}
    loaded = sum(weights[path] for path in _LOADED)
    assert loaded <= _LOADED_BYTES
    for story in sample.live:
        assert weights[story.output] + loaded <= _PAGE_BYTES, story.path


def test_nothing_that_a_page_loads_holds_it_up_but_its_style_sheet(sample: Sample) -> None:
    for path, page in sample.pages.items():
        sheets = [urlsplit(each.get("href")).path for each in page.all("link", rel="stylesheet")]
        of_search = ["/archive/search/page.css"] if path == "search/index.html" else []
        assert sheets in ([], ["/archive/style.css", *of_search]), path
        for script in page.all("script"):
            waits = script.get("type") in {"application/ld+json", "application/json", "module"}
            assert waits or (script.get("src") and script.get("defer") is not None), path


def test_all_outputs_together_stay_under_18_kb_an_article_beyond_twice_its_words(tmp_path: Path) -> None:
    around, count = _measured(tmp_path, 320)
    assert around / count < 18 * 1024


def _measured(folder: Path, count: int) -> tuple[int, int]:
    """Build an archive of ordinary articles; return the bytes beyond twice their words, and their number."""
    site = copy_sample(folder / "site")
    forget_what_moved(site)
    # What an article is to readers: its page, and its share of listings, feeds and sitemaps.
    site.write(
        "site.toml",
        site.read("site.toml")
        + "\n[data]\nmonths = false\n[listings]\nanniversaries = false\n"
        + "[citations]\nstyles = []\n[search]\non = false\n",
    )
    site.delete("content")
    random = Random(7)
    total = 0
    written = " ".join(story.body for story in stories(copy_sample(folder / "words")))
    # What pictures are called, and their words, are no part of what is typical of a text.
    vocabulary = re.findall(r"\w+", re.sub(r"!\[.*?\]\(.*?\)|\{.*?\}", " ", written, flags=re.DOTALL))
    for number in range(count):
        day = dt.date(2020, 1, 1) + dt.timedelta(days=number // 2)
        body = "\n\n".join(_prose(random, vocabulary) for _ in range(8))
        total += len(body.encode())
        front = _ordinary(random, vocabulary, number, day)
        site.write(f"content/{day:%Y/%m}/{day}-{number}-report.md", f"{front}{body}\n")
    build_sample(site)
    # What search needs has a bound of its own, and the theme's files are the same for any archive.
    size = sum(
        len(content)
        for path, content in site.outputs().items()
        if not path.startswith("search/") and not (site.folder / "static" / path).is_file()
    )
    return size - 2 * total, count


def _prose(random: Random, vocabulary: list[str]) -> str:
    return " ".join(random.choices(vocabulary, k=75)).capitalize() + "."


def _ordinary(random: Random, vocabulary: list[str], number: int, day: dt.date) -> str:
    title = " ".join(random.choices(vocabulary, k=9)).capitalize()
    sections = ("Politics", "Business", "Science", "Culture", "Sport", "Opinion")
    tags = ", ".join(f"Subject {random.randrange(80)}" for _ in range(3))
    return (
        f'---\nid: report-{number}\ntitle: "{title}"\nauthor: Reporter {random.randrange(12)}\n'
        f"dateline: Town {random.randrange(20)}\ndate: {day}T{random.randrange(24):02d}:10:00+04:00\n"
        f"section: {random.choice(sections)}\ntags: [{tags}]\n"
        f'summary: "{" ".join(random.choices(vocabulary, k=24)).capitalize()}."\n---\n\n'
    )
