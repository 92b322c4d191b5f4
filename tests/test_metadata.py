"""What a page tells machines, read back by a browser's rules for scripts and by json."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from typing import Any

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from broadsheet.common.model import GENRES, Coordinates, Correction, FacetKind, Retraction, Source
from broadsheet.render import views
from broadsheet.render.formats.metadata import (
    describe_article,
    describe_collection,
    describe_own_page,
    describe_profile,
    describe_site,
    embed,
    open_graph,
    open_graph_of_page,
)
from broadsheet.settings.model import POLICIES, Publisher
from tests.vocabulary import Vocabulary

ROOT = "https://example.org/archive/"
COURIER = Publisher(name="Courier Media", url="https://courier.example/", logo="/logo.png")
NOBODY = Publisher(name="", url="", logo="")
NASTY = (
    "</script><script>alert(1)</script>",
    "</SCRIPT\t>",
    "<!--<script>",
    "]]> and -->",
    "line\u2028separator\u2029here",
    "EPA&#8217;s &amp; R&D &lt;3",
    "\"quoted\" 'so' \\u003c \\",
    "flood 🌊 in Şəki",
    "חדשות \u202eשבת\u202c",
)


def _facet(kind: FacetKind, slug: str, name: str) -> views.Facet:
    url = f"/archive/{kind}s/{slug}/"
    return views.Facet(
        kind=kind, slug=slug, name=name, url=url, permalink=f"https://example.org{url}", feed=f"{url}atom.xml"
    )


STREET = views.Rendition(
    url="/archive/2022/11/05/flood/street.jpg",
    permalink=f"{ROOT}2022/11/05/flood/street.jpg",
    width=1200,
    height=800,
    type="image/jpeg",
)
FLOOD = views.Article(
    path="content/2022/flood.md",
    id="tag:example.org,2022-11-05:2022/11/05/flood/",
    title="Flood closes the coast road",
    url="/archive/2022/11/05/flood/",
    permalink=f"{ROOT}2022/11/05/flood/",
    day=dt.date(2022, 11, 5),
    day_url="/archive/2022/11/05/",
    day_name="5 November 2022",
    date=dt.datetime(2022, 11, 5, 9, 14, tzinfo=dt.timezone(dt.timedelta(hours=4))),
    updated=dt.datetime(2022, 11, 6, 0, 5, tzinfo=dt.UTC),
    expires=None,
    authors=(_facet("author", "aysel-əliyeva", "Aysel Əliyeva"), _facet("author", "o-brien", "O'Brien")),
    dateline=_facet("dateline", "baku", "Baku"),
    section=_facet("section", "weather", "Weather"),
    tags=(_facet("tag", "oil", "oil"), _facet("tag", "roads", "roads")),
    summary="Water rose by five metres in a night, and the coast road is closed for a week.",
    picture=views.Picture(
        url=STREET.url,
        permalink=STREET.permalink,
        alt="A street under water",
        caption="The coast road on Saturday",
        credit="O'Brien",
        width=1200,
        height=800,
        own=STREET,
        largest="",
    ),
    language="en",
    corrections=(),
    retracted=None,
    page="",
    column="",
    series=(),
    genre="",
    edition=None,
    body=Markup("<p>Water.</p>"),
    words=412,
    downloads=(),
    draft=False,
    source=Source(name="Water Office", url="https://water.example/report"),
    extra={},
)
BARE = replace(
    FLOOD,
    updated=None,
    authors=(),
    dateline=None,
    section=None,
    tags=(),
    summary="",
    picture=None,
    words=0,
    source=None,
)
# Characters that are trouble somewhere come often; of a million, Hypothesis would hardly find them. A
# list, because `text` makes one even alphabet of the two.
TROUBLE = "\x00\x08\x0b\x1f\ud800\udfff\ufffe\uffff\t\n\r\x7f\x85\u2028\u2029\u202e&<>\"'\\!-/"
ANY_TEXT = st.lists(st.sampled_from(TROUBLE) | st.characters(exclude_categories=()), max_size=20).map("".join)


def _mapping(article: views.Article, publisher: Publisher = COURIER) -> dict[str, object]:
    return describe_article(
        article, publisher=publisher, site_title="The Example Courier", site_permalink=ROOT
    )


def _read(element: str) -> Any:
    """Return the JSON of a script element as a browser finds it, which has to be all there is of the page."""
    page = html5lib.parse(
        f"<!doctype html><title>x</title>{element}<p>after", treebuilder="etree", namespaceHTMLElements=False
    )
    (found,) = page.findall(".//script")
    assert found.attrib == {"type": "application/ld+json"}
    assert [child.tag for child in page.findall("body/*")] == ["p"]
    return json.loads(found.text or "")


def _allowed(text: str) -> str:
    """Return the text less what is no Char: XML 1.0, section 2.2."""
    ranges = ((0x9, 0xA), (0xD, 0xD), (0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))
    return "".join(char for char in text if any(low <= ord(char) <= high for low, high in ranges))


def _page(*steps: dict[str, str]) -> dict[str, object]:
    items = [{"@type": "ListItem", "position": number, **step} for number, step in enumerate(steps, 1)]
    crumbs = {"@type": "BreadcrumbList", "itemListElement": items}
    return {"@type": "WebPage", "@id": f"{ROOT}2022/11/05/flood/", "breadcrumb": crumbs}


def test_an_article_is_a_news_article_with_all_that_is_known() -> None:
    assert _read(embed(_mapping(FLOOD))) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": _page(
            {"name": "The Example Courier", "item": ROOT},
            {"name": "Weather", "item": f"{ROOT}sections/weather/"},
            {"name": FLOOD.title},
        ),
        "headline": FLOOD.title,
        "description": FLOOD.summary,
        "datePublished": "2022-11-05T09:14:00+04:00",
        "dateModified": "2022-11-06T00:05:00+00:00",
        "author": [
            {"@type": "Person", "name": author.name, "url": author.permalink} for author in FLOOD.authors
        ],
        "dateline": "Baku",
        "articleSection": "Weather",
        "keywords": ["oil", "roads"],
        "image": {
            "@type": "ImageObject",
            "url": f"{ROOT}2022/11/05/flood/street.jpg",
            "width": "1200 px",
            "height": "800 px",
            "caption": "The coast road on Saturday",
            "creditText": "O'Brien",
        },
        "inLanguage": "en",
        "wordCount": 412,
        "isBasedOn": {"@type": "CreativeWork", "name": "Water Office", "url": "https://water.example/report"},
        "publisher": {
            "@type": "NewsMediaOrganization",
            "name": "Courier Media",
            "url": "https://courier.example/",
            "logo": f"{ROOT}logo.png",
        },
    }


def test_what_is_not_known_is_not_said() -> None:
    assert _read(embed(_mapping(BARE, NOBODY))) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": _page({"name": "The Example Courier", "item": ROOT}, {"name": FLOOD.title}),
        "headline": FLOOD.title,
        "datePublished": "2022-11-05T09:14:00+04:00",
        "inLanguage": "en",
        "publisher": {"@type": "NewsMediaOrganization", "name": "The Example Courier", "url": ROOT},
    }


@pytest.mark.parametrize(
    ("logo", "permalink"),
    [
        ("/img/logo.png", f"{ROOT}img/logo.png"),
        ("our logo.png", f"{ROOT}our%20logo.png"),
        ("https://cdn.example/logo.png", "https://cdn.example/logo.png"),
    ],
)
def test_a_logo_is_named_absolutely(logo: str, permalink: str) -> None:
    publisher = _read(embed(_mapping(FLOOD, replace(COURIER, logo=logo))))["publisher"]
    assert publisher["logo"] == permalink


def test_a_picture_of_unknown_size_has_none() -> None:
    assert FLOOD.picture is not None
    own = replace(STREET, width=0, height=0)
    article = replace(FLOOD, picture=replace(FLOOD.picture, own=own, caption="", credit=""))
    image = _read(embed(_mapping(article)))["image"]
    assert image == {"@type": "ImageObject", "url": FLOOD.picture.permalink}
    assert not any(name in {"og:image:width", "og:image:height"} for name, _ in _pairs(article))


def test_a_picture_is_named_in_all_its_shapes_and_shown_in_the_first(vocabulary: Vocabulary) -> None:
    assert FLOOD.picture is not None
    crops = {
        name: replace(STREET, permalink=f"{STREET.permalink}.{name}", width=width, height=height)
        for name, width, height in (("1x1", 640, 640), ("4x3", 640, 480), ("16x9", 1280, 720))
    }
    article = replace(FLOOD, picture=replace(FLOOD.picture, crops=crops))
    told = _mapping(article)
    assert told["image"] == [
        {
            "@type": "ImageObject",
            "url": f"{STREET.permalink}.16x9",
            "width": "1280 px",
            "height": "720 px",
            "caption": "The coast road on Saturday",
            "creditText": "O'Brien",
        },
        f"{STREET.permalink}.4x3",
        f"{STREET.permalink}.1x1",
    ]
    assert list(vocabulary.faults(told)) == []
    assert _contents(article, "og:image") == [f"{STREET.permalink}.16x9"]
    assert _contents(article, "og:image:height") == ["720"]


def test_an_svg_is_for_no_other_site() -> None:
    assert FLOOD.picture is not None
    own = replace(STREET, type="image/svg+xml")
    article = replace(FLOOD, picture=replace(FLOOD.picture, own=own))
    assert "image" not in _mapping(article)
    assert [name for name, _ in _pairs(article) if name.startswith("og:image")] == []
    assert _contents(article, "twitter:card") == ["summary"]


def test_a_facet_without_a_page_has_no_address() -> None:
    author = replace(FLOOD.authors[0], url="", permalink="")
    article = replace(FLOOD, authors=(author,))
    assert _mapping(article)["author"] == [{"@type": "Person", "name": author.name}]
    names = [name for name, _ in open_graph(article, site_title="The Example Courier")]
    assert "article:author" not in names


def test_the_order_of_the_members_is_always_the_same() -> None:
    full, bare = list(_mapping(FLOOD)), list(_mapping(BARE))
    assert [name for name in full if name in bare] == bare
    assert full[:4] == ["@context", "@type", "mainEntityOfPage", "headline"]


def test_the_script_of_an_ordinary_article_is_small() -> None:
    ordinary = replace(FLOOD, updated=None, authors=FLOOD.authors[:1], source=None)
    assert len(embed(_mapping(ordinary)).encode()) < 1400


def test_what_few_articles_have_is_told_in_the_words_of_the_vocabulary(vocabulary: Vocabulary) -> None:
    moment = dt.datetime(2022, 11, 7, 10, tzinfo=dt.UTC)
    article = replace(
        FLOOD,
        genre="opinion",
        series=(_facet("series", "the-flood", "The flood"),),
        edition=_facet("edition", "2022-11-06", "6 November 2022"),
        page="A1",
        column="3",
        corrections=(
            Correction(kind="update", day=moment.date(), date=moment, text="It fell."),
            Correction(kind="correction", day=moment.date(), date=moment, text="", was="six", is_now="seven"),
        ),
        retracted=Retraction(day=moment.date(), date=moment, reason="No."),
    )
    policies = tuple((name, "/about/index.html") for name in POLICIES)
    told = _read(embed(_mapping(article, replace(COURIER, policies=policies))))
    assert list(vocabulary.faults(told)) == []
    assert told["@type"] == "OpinionNewsArticle"
    assert told["creativeWorkStatus"] == "Retracted"
    assert told["isPartOf"] == [
        {"@type": "CreativeWorkSeries", "name": "The flood", "url": article.series[0].permalink}
    ]
    printed = [told[f"print{name}"] for name in ("Edition", "Page", "Column", "Section")]
    assert printed == ["6 November 2022", "A1", "3", "Weather"]
    assert told["correction"] == [
        {"@type": "CorrectionComment", "text": text, "datePublished": "2022-11-07T10:00:00+00:00"}
        for text in ("It fell.", "six → seven")
    ]
    assert told["publisher"]["ethicsPolicy"] == f"{ROOT}about/"
    told["autor"] = told.pop("author")
    assert list(vocabulary.faults(told)) == ["autor: OpinionNewsArticle has no such property"]


@pytest.mark.parametrize("genre", GENRES)
def test_every_genre_is_a_kind_of_news_article(genre: str) -> None:
    told = _mapping(replace(FLOOD, genre=genre))
    assert str(told["@type"]).endswith("NewsArticle")
    assert (told["@type"] != "NewsArticle") == (genre != "obituary")


def test_an_obituary_which_is_no_type_of_schema_org_is_told_by_its_genre() -> None:
    assert _mapping(replace(FLOOD, genre="obituary"))["genre"] == "Obituary"
    assert "genre" not in _mapping(replace(FLOOD, genre="review"))


NOBODYS = views.Profile(
    facet=_facet("author", "ana-ruiz", "Ana Ruiz"),
    kind="person",
    role="",
    picture=None,
    email="",
    addresses=(),
    fediverse="",
    coordinates=None,
    body=Markup(),
)


def test_a_place_is_told_with_its_coordinates(vocabulary: Vocabulary) -> None:
    where = Coordinates(latitude=40.41, longitude=49.87)
    baku = replace(NOBODYS, facet=_facet("dateline", "baku", "Baku"), kind="place", coordinates=where)
    told = describe_profile(baku)
    assert told == {
        "@context": "https://schema.org",
        "@type": "Place",
        "name": "Baku",
        "url": f"{ROOT}datelines/baku/",
        "geo": {"@type": "GeoCoordinates", "latitude": 40.41, "longitude": 49.87},
    }
    assert list(vocabulary.faults(told)) == []


def test_a_person_has_a_role_and_an_organization_has_none(vocabulary: Vocabulary) -> None:
    known = replace(NOBODYS, role="Editor", email="ana@example.org", picture=FLOOD.picture)
    person, agency = describe_profile(known), describe_profile(replace(known, kind="organization"))
    assert (person["@type"], person["jobTitle"], person["email"]) == ("Person", "Editor", "ana@example.org")
    assert person.keys() - agency.keys() == {"jobTitle"}
    assert [*vocabulary.faults(person), *vocabulary.faults(agency)] == []
    assert describe_profile(NOBODYS).keys() == {"@context", "@type", "name", "url"}


@pytest.mark.parametrize("text", NASTY)
def test_no_text_ends_the_script(text: str) -> None:
    element = embed(_mapping(replace(FLOOD, title=text, summary=text)))
    inside = element.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert re.search("[<>&\u2028\u2029]", inside) is None
    assert _read(element)["headline"] == _read(element)["description"] == text


@given(ANY_TEXT)
def test_any_text_is_read_back_less_what_xml_forbids(text: str) -> None:
    article = replace(FLOOD, title=f"x{text}", tags=(_facet("tag", "x", text),))
    element = embed(_mapping(article))
    element.encode()
    read = _read(element)
    assert read["headline"] == f"x{_allowed(text)}"
    assert read["keywords"] == [_allowed(text)]
    assert _contents(article, "og:title") == [f"x{_allowed(text)}"]


def test_a_script_is_markup_and_holds_no_white_space_of_its_own() -> None:
    element = embed({"b": [1, "x y"], "a": {"c": "d"}})
    assert isinstance(element, Markup)
    assert element == Markup('<script type="application/ld+json">{"b":[1,"x y"],"a":{"c":"d"}}</script>')


def test_open_graph_says_what_the_article_says() -> None:
    assert _pairs(FLOOD) == (
        ("og:type", "article"),
        ("og:site_name", "The Example Courier"),
        ("og:locale", "en_US"),
        ("og:url", FLOOD.permalink),
        ("og:title", FLOOD.title),
        ("og:description", FLOOD.summary),
        ("og:image", f"{ROOT}2022/11/05/flood/street.jpg"),
        ("og:image:type", "image/jpeg"),
        ("og:image:width", "1200"),
        ("og:image:height", "800"),
        ("og:image:alt", "A street under water"),
        ("article:published_time", "2022-11-05T09:14:00+04:00"),
        ("article:modified_time", "2022-11-06T00:05:00+00:00"),
        ("article:author", FLOOD.authors[0].permalink),
        ("article:author", FLOOD.authors[1].permalink),
        ("article:section", "Weather"),
        ("article:tag", "oil"),
        ("article:tag", "roads"),
        ("twitter:card", "summary_large_image"),
    )


def test_open_graph_of_a_bare_article_has_the_four_that_the_format_requires_but_the_picture() -> None:
    assert dict(_pairs(BARE)) == {
        "og:type": "article",
        "og:site_name": "The Example Courier",
        "og:locale": "en_US",
        "og:url": FLOOD.permalink,
        "og:title": FLOOD.title,
        "article:published_time": "2022-11-05T09:14:00+04:00",
        "twitter:card": "summary",
    }


@pytest.mark.parametrize(
    ("width", "height", "card"),
    [(300, 157, "summary_large_image"), (299, 157, "summary"), (300, 156, "summary"), (0, 0, "summary")],
)
def test_only_a_picture_that_is_large_enough_is_shown_large(width: int, height: int, card: str) -> None:
    assert FLOOD.picture is not None
    own = replace(STREET, width=width, height=height)
    article = replace(FLOOD, picture=replace(FLOOD.picture, own=own))
    assert _contents(article, "twitter:card") == [card]


@pytest.mark.parametrize(
    ("language", "locales"),
    [
        ("az", ["az_AZ"]),
        ("pt-br", ["pt_BR"]),
        ("en-GB", ["en_GB"]),
        ("zh-Hant", ["zh_TW"]),
        ("zh-Hans-SG", ["zh_SG"]),
        ("eo", []),
        ("es-419", []),
        ("", []),
    ],
)
def test_a_locale_names_a_territory_or_is_left_out(language: str, locales: list[str]) -> None:
    assert _contents(replace(FLOOD, language=language), "og:locale") == locales


def _pairs(article: views.Article) -> tuple[tuple[str, str], ...]:
    return open_graph(article, site_title="The Example Courier")


def _contents(article: views.Article, name: str) -> list[str]:
    return [content for found, content in _pairs(article) if found == name]


_SITE: dict[str, Any] = {"publisher": COURIER, "site_title": "The Courier", "site_permalink": ROOT}
_ABOUT = views.OwnPage(
    path="content/pages/about.md",
    title="About us",
    url="/archive/about/",
    permalink=f"{ROOT}about/",
    language="en",
    summary="Who we are.",
    made_summary=False,
    picture=FLOOD.picture,
    draft=False,
    body=Markup("<p>Words.</p>"),
    extra={},
    translations=(),
)


def test_the_site_says_who_publishes_it_and_how_to_search_it(vocabulary: Vocabulary) -> None:
    told = describe_site(**_SITE, language="en", tagline="News", search=f"{ROOT}search/")
    assert told["@type"] == "WebSite"
    assert told["potentialAction"] == {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": f"{ROOT}search/?q={{search_term_string}}"},
        "query-input": "required name=search_term_string",
    }
    known = {name: value for name, value in told.items() if name != "potentialAction"}
    assert list(vocabulary.faults(known)) == []
    assert isinstance(known["publisher"], dict)
    assert known["publisher"]["@type"] == "NewsMediaOrganization"
    assert "potentialAction" not in describe_site(**_SITE, language="en", tagline="", search="")


def test_a_page_of_lists_has_breadcrumbs_and_that_of_a_person_is_a_profile(vocabulary: Vocabulary) -> None:
    trail = (("Topics", f"{ROOT}tags/"), ("Oil", f"{ROOT}tags/oil/"))
    told = describe_collection("Oil, 2022", trail)
    items = [(each["position"], each["name"], each.get("item")) for each in _crumbs(told)]
    assert items == [(1, *trail[0]), (2, *trail[1]), (3, "Oil, 2022", None)]
    assert "breadcrumb" not in describe_collection("Topics", ())
    person: dict[str, Any] = describe_collection("Ana Ruiz", trail[:1], NOBODYS)
    assert (person["@type"], person["mainEntity"]["@type"]) == ("ProfilePage", "Person")
    place: dict[str, Any] = describe_collection("Baku", (), replace(NOBODYS, kind="place"))
    assert (place["@type"], place["about"]["@type"]) == ("CollectionPage", "Place")
    assert [fault for each in (told, person, place) for fault in vocabulary.faults(each)] == []


def _crumbs(told: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = told["breadcrumb"]["itemListElement"]
    return items


def test_a_page_of_the_sites_own_is_a_web_page(vocabulary: Vocabulary) -> None:
    told = describe_own_page(_ABOUT, **_SITE)
    assert (told["@type"], told["name"], told["description"]) == ("WebPage", "About us", "Who we are.")
    assert list(vocabulary.faults(told)) == []


def test_open_graph_of_a_page_has_the_first_picture_that_other_sites_can_show() -> None:
    assert FLOOD.picture
    drawn = replace(STREET, type="image/svg+xml", permalink=f"{ROOT}a.svg")
    pictures = (replace(FLOOD.picture, own=drawn), FLOOD.picture)
    told: dict[str, Any] = {"permalink": f"{ROOT}tags/", "kind": "website"}
    assert open_graph_of_page("Topics", "All.", **told, pictures=pictures) == (
        ("og:url", f"{ROOT}tags/"),
        ("og:title", "Topics"),
        ("og:description", "All."),
        ("og:image", STREET.permalink),
        ("twitter:card", "summary_large_image"),
    )
    told["kind"] = "profile"
    bare = dict(open_graph_of_page("Ana", "", **told, pictures=pictures[:1]))
    assert bare == {"og:type": "profile", "og:url": f"{ROOT}tags/", "og:title": "Ana"}
