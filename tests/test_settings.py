"""site.toml read into Settings, or all of its problems."""

from __future__ import annotations

import datetime as dt
import textwrap
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.common.model import NAMED_KINDS
from broadsheet.common.problems import Problems
from broadsheet.settings.model import GoneNote, Publisher, Settings
from broadsheet.settings.reader import read
from broadsheet.settings.zones import load_zone

REQUIRED = """\
title = "The Example Courier"
url = "https://example.org/archive/"
language = "en"
timezone = "Asia/Baku"
"""


def site(more: str = "", **other: str) -> Settings:
    """Return the settings of a plain site with ``more`` below; ``other`` replaces a required value."""
    rows = dict(row.split(" = ", 1) for row in REQUIRED.splitlines()) | other
    return read("".join(f"{name} = {value}\n" for name, value in rows.items()) + more)


def complaint(text: str) -> str:
    """Return the problems of a site.toml as they are printed."""
    with pytest.raises(Problems) as raised:
        read(text)
    return str(raised.value)


def fault(more: str) -> str:
    """Return the problems of the plain site.toml with ``more`` below it: its first line is line 5."""
    return complaint(REQUIRED + more)


def dedented(text: str) -> str:
    return textwrap.dedent(text).strip("\n")


def test_everything_but_four_lines_has_a_default() -> None:
    assert read(REQUIRED) == Settings(
        title="The Example Courier",
        url="https://example.org/archive/",
        written_url="https://example.org/archive/",
        language="en",
        timezone="Asia/Baku",
        tagline="",
        authority="example.org",
        publisher=Publisher(name="", url="", logo=""),
        content_folder="content",
        content_exclude=(),
        content_section="field",
        content_links="strict",
        content_profiles=("author", "dateline", "tag", "section", "series"),
        content_pages="pages",
        content_required=("title", "author", "dateline", "date"),
        content_reported=(),
        content_dialect="commonmark",
        content_indented_code=False,
        content_autolinks=False,
        content_shortcodes=(),
        dates_formats=(),
        dates_date="",
        dates_time="%H:%M",
        dates_zone="none",
        dates_convert=False,
        dates_first_day="",
        front_matter={},
        front_matter_extra=(),
        front_matter_duplicates="strict",
        front_matter_join=(),
        front_matter_split="",
        permalinks_article="/{year}/{month}/{day}/{slug}/",
        permalinks_slugs="made",
        permalinks_former=(),
        article_contents=6,
        article_reading_time=False,
        listings_size=100,
        listings_days=True,
        listings_kinds=("section", "tag", "author", "dateline", "series", "edition", "language"),
        listings_anniversaries=True,
        listings_surnames=True,
        related_count=3,
        feeds_length=20,
        feeds_full_text=False,
        feeds_page=True,
        feeds_kinds=("section", "tag", "author", "series", "language"),
        corrections_top=("correction",),
        corrections_withhold=True,
        corrections_mark=False,
        sitemaps_size=50_000,
        sitemaps_news=True,
        data_months=True,
        data_size=100,
        data_articles=False,
        citations_styles=("apa", "chicago", "mla"),
        citations_articles=False,
        citations_listings=("series", "edition"),
        search_on=True,
        search_fields=("title", "summary", "body", "author", "dateline", "section", "tags"),
        search_languages=("en",),
        search_positions=False,
        pictures_on=True,
        pictures_widths=(640, 1280),
        pictures_lead_widths=(640, 1280, 1920),
        pictures_formats=("webp",),
        pictures_quality=78,
        pictures_crops=("16x9", "4x3", "1x1"),
        pictures_originals=False,
        pictures_sizes="(min-width: 48rem) 38rem, calc(100vw - 3rem)",
        pictures_metadata=(),
        pictures_cards=False,
        pictures_fonts=(),
        hosting_limits="github-pages",
        names={kind: {} for kind in NAMED_KINDS},
        spellings={kind: {} for kind in NAMED_KINDS},
        translations={},
        redirects={},
        gone={},
        hosting_redirects=(),
        assets_minify=True,
        assets_digests=True,
        safety_frames=(),
        safety_frames_at_once=False,
        safety_pictures=(),
        safety_attachments=(),
        theme_fallback=True,
        theme_typeface="house",
        theme_icons=True,
    )


def test_every_setting_is_read() -> None:
    assert read(
        textwrap.dedent(
            """\
            title = "The  Example Courier "
            url = "https://Example.ORG:8443/archive"
            language = "pt-BR"
            timezone = "America/Argentina/Buenos_Aires"
            tagline = "All of it"
            authority = "News@Example.org"
            [publisher]
            name = "Courier Ltd"
            url = "https://example.com/us?x=1"
            logo = "logo.png"
            [content]
            folder = "src/articles/"
            exclude = ["drafts/*", "*/_index.md"]
            required = ["title"]
            reported = ["author"]
            dialect = "kramdown"
            indented_code = true
            autolinks = true
            shortcodes = { youtube = "frame", "*" = "drop", ref = "link  /docs/{1}/" }
            links = "report"
            section = "folder"
            [dates]
            formats = ["%d.%m.%Y %H:%M", "%-d %B %Y"]
            date = "%A, %-d %B %Y"
            time = "%-I:%M %p"
            zone = "short"
            convert = true
            first_day = "sunday"
            [front_matter]
            author = "authors"
            summary = ["summary", "deck"]
            source = []
            extra = ["tag"]
            duplicates = "last"
            join = ["tags"]
            [permalinks]
            article = "/{section}/{slug}.html"
            slugs = "file"
            former = ["/{year}/{slug}/", "/{slug}.html"]
            [listings]
            size = 3
            anniversaries = false
            surnames = false
            days = false
            kinds = ["dateline", "tag", "section", "tag"]
            [feeds]
            length = 5
            kinds = ["dateline"]
            [sitemaps]
            size = 7
            news = false
            [data]
            months = false
            size = 30
            articles = true
            [citations]
            styles = ["mla", "apa", "mla"]
            articles = true
            listings = ["tag", "all"]
            [sections]
            world = "World"
            "Local News" = "Nearby"
            [tags]
            oil = "Oil & Gas"
            "C++" = { slug = "c-plus-plus" }
            opec = { name = "OPEC", also = ["OPEC+", "Cartel"] }
            C = { also = "C-lang" }
            [authors]
            ah = "A. H."
            [datelines]
            baku = "Baku"
            [article]
            contents = 0
            reading_time = true
            [related]
            count = 0
            [translations]
            az-AZ.sections = { world = "Dünya", Obituaries = "Nekroloq" }
            [redirects]
            "/old" = "/new/#top"
            "/a.xml" = "/tags/oil/atom.xml"
            [gone]
            "/false/" = { date = 2024-05-01, reason = "It was not  true." }
            [corrections]
            top = ["update", "clarification"]
            withhold = false
            mark = true
            [search]
            on = false
            fields = ["title", "series"]
            languages = ["az", "pt_BR"]
            positions = true
            [pictures]
            on = false
            widths = [960, 480, 960]
            lead_widths = [1600]
            formats = ["avif"]
            quality = 60
            crops = ["1x1"]
            originals = true
            sizes = "50vw"
            metadata = ["credit"]
            cards = true
            fonts = ["static/serif.ttf"]
            [hosting]
            limits = "none"
            redirects = ["s3", "nginx"]
            [assets]
            minify = false
            digests = false
            [safety]
            frames = ["WWW.youtube-nocookie.com", "www.youtube-nocookie.com"]
            frames_at_once = true
            pictures = ["img.example.org"]
            attachments = [".SVG", "html", "svg"]
            [theme]
            fallback = false
            typeface = "system"
            icons = false
            """
        )
    ) == Settings(
        title="The Example Courier",
        url="https://example.org:8443/archive/",
        written_url="https://example.org:8443/archive/",
        language="pt-BR",
        timezone="America/Argentina/Buenos_Aires",
        tagline="All of it",
        authority="news@example.org",
        publisher=Publisher(name="Courier Ltd", url="https://example.com/us?x=1", logo="logo.png"),
        content_folder="src/articles",
        content_exclude=("drafts/*", "*/_index.md"),
        content_section="folder",
        content_links="report",
        content_profiles=("author", "dateline", "tag", "section", "series"),
        content_pages="pages",
        content_required=("title",),
        content_reported=("author",),
        content_dialect="kramdown",
        content_indented_code=True,
        content_autolinks=True,
        content_shortcodes=(("*", "drop"), ("ref", "link /docs/{1}/"), ("youtube", "frame")),
        dates_formats=("%d.%m.%Y %H:%M", "%-d %B %Y"),
        dates_date="%A, %-d %B %Y",
        dates_time="%-I:%M %p",
        dates_zone="short",
        dates_convert=True,
        dates_first_day="sunday",
        front_matter={"author": ("authors",), "summary": ("summary", "deck"), "source": ()},
        front_matter_extra=("tag",),
        front_matter_duplicates="last",
        front_matter_join=("tags",),
        front_matter_split="",
        permalinks_article="/{section}/{slug}.html",
        permalinks_slugs="file",
        permalinks_former=("/{year}/{slug}/", "/{slug}.html"),
        article_contents=0,
        article_reading_time=True,
        listings_size=3,
        listings_days=False,
        listings_kinds=("section", "tag", "dateline"),
        listings_anniversaries=False,
        listings_surnames=False,
        related_count=0,
        feeds_length=5,
        feeds_full_text=False,
        feeds_page=True,
        feeds_kinds=("dateline",),
        corrections_top=("update", "clarification"),
        corrections_withhold=False,
        corrections_mark=True,
        sitemaps_size=7,
        sitemaps_news=False,
        data_months=False,
        data_size=30,
        data_articles=True,
        citations_styles=("mla", "apa"),
        citations_articles=True,
        citations_listings=("all", "tag"),
        search_on=False,
        search_fields=("title", "series"),
        search_languages=("az", "pt-BR"),
        search_positions=True,
        pictures_on=False,
        pictures_widths=(480, 960),
        pictures_lead_widths=(1600,),
        pictures_formats=("avif",),
        pictures_quality=60,
        pictures_crops=("1x1",),
        pictures_originals=True,
        pictures_sizes="50vw",
        pictures_metadata=("credit",),
        pictures_cards=True,
        pictures_fonts=("static/serif.ttf",),
        hosting_limits="none",
        names={
            "section": {"world": "World", "local-news": "Nearby"},
            "tag": {"oil": "Oil & Gas", "c-plus-plus": "C++", "opec": "OPEC", "c": "C"},
            "author": {"ah": "A. H."},
            "dateline": {"baku": "Baku"},
            "series": {},
            "edition": {},
            "language": {},
        },
        spellings={
            **{kind: {} for kind in NAMED_KINDS},
            "tag": {
                "c++": "c-plus-plus",
                "cplusplus": "c-plus-plus",
                "opec": "opec",
                "opec+": "opec",
                "cartel": "opec",
                "c": "c",
                "clang": "c",
            },
        },
        translations={"az": {"world": "Dünya", "obituaries": "Nekroloq"}},
        redirects={"old/index.html": "/new/index.html#top", "a.xml": "/tags/oil/atom.xml"},
        gone={"false/index.html": GoneNote(date=dt.date(2024, 5, 1), reason="It was not true.")},
        hosting_redirects=("nginx", "s3"),
        assets_minify=False,
        assets_digests=False,
        safety_frames=("www.youtube-nocookie.com",),
        safety_frames_at_once=True,
        safety_pictures=("img.example.org",),
        safety_attachments=("svg", "html"),
        theme_fallback=False,
        theme_typeface="system",
        theme_icons=False,
    )


def test_only_kinds_with_pages_have_feeds_unless_they_are_written() -> None:
    assert site('[listings]\nkinds = ["dateline", "tag"]').feeds_kinds == ("tag",)
    assert site("[listings]\nkinds = []").feeds_kinds == ()
    assert site("[listings]\nkinds = ['edition']").citations_listings == ("edition",)
    assert site("[listings]\nkinds = []\n[citations]\nlistings = ['all']").citations_listings == ("all",)
    assert site("[feeds]\nkinds = []").feeds_kinds == ()


def test_sections_keep_the_order_of_the_file() -> None:
    names = site('[sections]\nz = "Z"\na = "A"\nm = "M"\n').names["section"]
    assert list(names) == ["z", "a", "m"]


def test_a_byte_order_mark_and_crlf_are_nothing() -> None:
    assert read("\ufeff" + REQUIRED.replace("\n", "\r\n")) == read(REQUIRED)


@pytest.mark.parametrize(
    ("written", "url", "authority"),
    [
        ("https://example.org", "https://example.org/", "example.org"),
        ("http://localhost:8000/a/b", "http://localhost:8000/a/b/", "localhost"),
        ("https://пример.рф/я/", "https://xn--e1afmkfd.xn--p1ai/я/", "xn--e1afmkfd.xn--p1ai"),
        ("https://example.org//a//", "https://example.org/a/", "example.org"),
    ],
)
def test_the_url_ends_with_a_slash_and_gives_the_authority(written: str, url: str, authority: str) -> None:
    settings = site(url=f'"{written}"')
    assert (settings.url, settings.authority) == (url, authority)


def test_all_that_is_missing_is_said_at_once() -> None:
    assert complaint("tagline = 'x'") == dedented(
        """
        site.toml:1: language is missing
          | tagline = 'x'
          Add a line above the first [table]: language = "en"
        site.toml:1: timezone is missing
          | tagline = 'x'
          Add a line above the first [table]: timezone = "Asia/Baku"
        site.toml:1: title is missing
          | tagline = 'x'
          Add a line above the first [table]: title = "The Example Courier"
        site.toml:1: url is missing
          | tagline = 'x'
          Add a line above the first [table]: url = "https://example.org/archive/"
        """
    ).replace("  | tagline = 'x'\n", "")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", "not an address"),
        ("example.org", "begins with"),
        ("/archive/", "begins with"),
        ("ftp://example.org/", "begins with"),
        ("https://", "begins with"),
        ("https://exa mple.org/", "begins with"),
        ("https://example.org:port/", "not an address"),
        ("https://[::1/", "not an address"),
        ("https://example.org/?page=1", "more than"),
        ("https://example.org/#top", "more than"),
        ("https://me@example.org/", "a name or a password"),
        ("https://example.org/a/../b/", "rewrite"),
        ("https://example.org/a b/", "rewrite"),
    ],
)
def test_a_url_must_be_a_whole_address(written: str, expected: str) -> None:
    with pytest.raises(Problems) as raised:
        site(url=f'"{written}"')
    (problem,) = raised.value.problems
    assert (problem.line, problem.column) == (2, 7)
    assert expected in problem.message or not written


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("/new/", "/new/index.html"),
        ("/a  b.svg", "/a  b.svg"),
        ("https://example.org/archive/new/#top", "/new/index.html#top"),
        ("//example.org/archive/atom.xml", "/atom.xml"),
        ("https://example.org/new/", "https://example.org/new/"),
        ("content/cafe\u0301.MD", "content/caf\u00e9.MD"),
    ],
)
def test_a_redirect_leads_to_a_path_of_the_site_or_elsewhere(written: str, target: str) -> None:
    assert read(f"{REQUIRED}[redirects]\n'/old/' = '{written}'").redirects == {"old/index.html": target}


FAULTS = {
    "names in what is no language": (
        "[translations]\nxx.sections = {}",
        """
        site.toml:6:1: [translations] xx is not a language that Babel knows
          | xx.sections = {}
          | ^
          Write its code: en, az, pt-BR.
        """,
    ),
    "names in the site's own language": (
        "[translations]\nen-GB.sections = {}",
        """
        site.toml:6:1: [translations] en-GB is the site's own language
          | en-GB.sections = {}
          | ^
          Write the names below [sections].
        """,
    ),
    "names in one language twice": (
        "[translations]\npt.sections = {}\npt-BR.sections = {}",
        """
        site.toml:7:1: [translations] pt-BR stands twice
          | pt-BR.sections = {}
          | ^
          Leave one out.
        """,
    ),
    "names of what has none": (
        "[translations]\npt.tags = {}\nfr.sections = 'x'",
        """
        site.toml:6:1: [translations] pt is no table of names
          | pt.tags = {}
          | ^
          Write pt.sections = { politics = "…" }.
        site.toml:7:4: [translations.fr.sections] is no table of names
          | fr.sections = 'x'
          |    ^
          Write { politics = "…" }.
        """,
    ),
    "a name of a section that is misspelled, and one that is empty": (
        "[sections]\nworld = 'World'\n[translations.pt.sections]\nwordl = 'Mundo'\nworld = ''",
        """
        site.toml:8:1: [translations.pt.sections] wordl is not declared below [sections]
          | wordl = 'Mundo'
          | ^
          Did you mean "world"?
        site.toml:9:1: [translations.pt.sections] world: is empty
          | world = ''
          | ^
        """,
    ),
    "a redirect that is no path": (
        "[redirects]\n'old/' = '/new/'",
        """
        site.toml:6:1: [redirects] old/ does not begin with a single slash
          | 'old/' = '/new/'
          | ^
          Write the path of a page of this site: /2015/old-name/.
        """,
    ),
    "a redirect from what Windows cannot hold": (
        "[redirects]\n'/a|b/' = '/new/'",
        """
        site.toml:6:1: [redirects] /a|b/ holds '|', which no name on Windows can
          | '/a|b/' = '/new/'
          | ^
          Write the path of a page of this site: /2015/old-name/.
        """,
    ),
    "a redirect to no path": (
        "[redirects]\n'/old/' = 'new'",
        """
        site.toml:6:11: [redirects] /old/: new does not begin with a single slash
          | '/old/' = 'new'
          |           ^
          Write the path of a page of this site: /2015/old-name/, an article's file, or an address elsewhere.
        """,
    ),
    "a redirect to itself": (
        "[redirects]\n'/old/' = '/old'",
        """
        site.toml:6:1: [redirects] /old/ leads to itself
          | '/old/' = '/old'
          | ^
          Leave it out.
        """,
    ),
    "a redirect in two spellings": (
        "[redirects]\n'/old/' = '/new/'\n'/old' = '/newer/'",
        """
        site.toml:7:1: [redirects] /old stands twice
          | '/old' = '/newer/'
          | ^
          Leave one out.
        """,
    ),
    "a redirect from a feed to a page": (
        "[redirects]\n'/atom.rss' = '/new/'",
        """
        site.toml:6:1: [redirects] /atom.rss is no page, so browsers would not be sent on from it
          | '/atom.rss' = '/new/'
          | ^
          Lead it to a feed or another file of this site.
        """,
    ),
    "what is gone and moved": (
        "[redirects]\n'/old/' = '/new/'\n[gone]\n'/old/' = { date = 2024-05-01, reason = 'x' }",
        """
        site.toml:6:1: [redirects] /old/ is in [gone] too
          | '/old/' = '/new/'
          | ^
          Leave one out.
        """,
    ),
    "what is gone without a reason": (
        "[gone]\n'/old/' = 'x'",
        """
        site.toml:6:11: [gone] /old/: x wants a date and a reason
          | '/old/' = 'x'
          |           ^
          Write { date = 2024-05-01, reason = "…" }.
        """,
    ),
    "what is gone on no day": (
        "[gone]\n'/old/' = { date = '2024-02-30', reason = 'x' }",
        """
        site.toml:6:11: [gone] /old/ has 2024-02-30, which is not a date
          | '/old/' = { date = '2024-02-30', reason = 'x' }
          |           ^
          Write { date = 2024-05-01, reason = "…" }.
        """,
    ),
    "an unknown key": (
        "titel = 'x'",
        """
        site.toml:5:1: there is no setting "titel"
          | titel = 'x'
          | ^
          Did you mean "title"?
        """,
    ),
    "an unknown table": (
        "[listing]\nsize = 3",
        """
        site.toml:5:2: there is no setting "listing"
          | [listing]
          |  ^
          Did you mean "listings"?
        """,
    ),
    "an unknown key of a table": (
        "[publisher]\nlgo = 'x'",
        """
        site.toml:6:1: there is no setting "lgo" in [publisher]
          | lgo = 'x'
          | ^
          Did you mean "logo"?
        """,
    ),
    "a key of the top below a table": (
        "[publisher]\ntagline = 'x'",
        """
        site.toml:6:1: there is no setting "tagline" in [publisher]
          | tagline = 'x'
          | ^
          It belongs above the first [table].
        """,
    ),
    "a key of another table": (
        "[listings]\nframes = []",
        """
        site.toml:6:1: there is no setting "frames" in [listings]
          | frames = []
          | ^
          It belongs below [safety].
        """,
    ),
    "a pattern that Windows cannot hold": (
        "[permalinks]\narticle = '/con/{slug}/'",
        """
        site.toml:6:11: [permalinks] article: /con/{slug}/ holds con, a name that Windows reserves
          | article = '/con/{slug}/'
          |           ^
          Write it like "/{year}/{month}/{day}/{slug}/".
        """,
    ),
    "another way to make slugs": (
        "[permalinks]\nslugs = 'title'",
        """
        site.toml:6:9: [permalinks] slugs: title is none of made, file
          | slugs = 'title'
          |         ^
        """,
    ),
    "a key like no other": (
        "[permalinks]\nzzz = 1",
        """
        site.toml:6:1: there is no setting "zzz" in [permalinks]
          | zzz = 1
          | ^
          There are article, former, slugs.
        """,
    ),
    "a value where a table belongs": (
        "sections = 'x'",
        """
        site.toml:5:1: sections is a table, not a value
          | sections = 'x'
          | ^
          Write [sections] on a line of its own.
        """,
    ),
    "no text": (
        "tagline = true",
        """
        site.toml:5:11: tagline: true wants text
          | tagline = true
          |           ^
          Write it in quotes: "true"
        """,
    ),
    "a list for a text": (
        "tagline = [\n1]",
        """
        site.toml:5:11: tagline wants text
          | tagline = [
          |           ^
        """,
    ),
    "a text for a list": (
        "[content]\nexclude = 'x'",
        """
        site.toml:6:11: [content] exclude: x wants a list of texts
          | exclude = 'x'
          |           ^
          Write it in brackets: ["x"]
        """,
    ),
    "a number in a list of texts": (
        "[content]\nexclude = ['x', # one\n  2]",
        """
        site.toml:7:3: [content] exclude wants a list of texts
          |   2]
          |   ^
        """,
    ),
    "no whole number": (
        "[listings]\nsize = 1.5",
        """
        site.toml:6:8: [listings] size: 1.5 wants a whole number
          | size = 1.5
          |        ^
        """,
    ),
    "true for a number": (
        "feeds.length = true",
        """
        site.toml:5:16: [feeds] length: true wants a whole number
          | feeds.length = true
          |                ^
        """,
    ),
    "neither true nor false": (
        "[listings]\ndays = 'False'",
        """
        site.toml:6:8: [listings] days: False wants true or false
          | days = 'False'
          |        ^
          Write it without quotes: false
        """,
    ),
    "a number for true": (
        "[listings]\ndays = 1",
        """
        site.toml:6:8: [listings] days: 1 wants true or false
          | days = 1
          |        ^
        """,
    ),
    "a kind by the name of its folder": (
        "[listings]\nkinds = ['section', 'tags']",
        """
        site.toml:6:21: [listings] kinds names "tags", which is no kind of facet
          | kinds = ['section', 'tags']
          |                     ^
          Did you mean "tag"?
        """,
    ),
    "a kind like no other": (
        "[feeds]\nkinds = ['all']",
        """
        site.toml:6:10: [feeds] kinds names "all", which is no kind of facet
          | kinds = ['all']
          |          ^
          There are section, tag, author, dateline, series, edition, language.
        """,
    ),
    "widths that are no list": (
        "[pictures]\nwidths = 640",
        """
        site.toml:6:10: [pictures] widths: 640 wants a list of widths in pixels
          | widths = 640
          |          ^
          Write them so: [640, 1280]
        """,
    ),
    "a width that is too small": (
        "[pictures]\nwidths = [640, 8]",
        """
        site.toml:6:16: [pictures] widths has 8, which is not from 16 to 4,096 pixels
          | widths = [640, 8]
          |                ^
        """,
    ),
    "sizes that end the attribute": (
        "[pictures]\nsizes = '100vw\" onload=\"'",
        """
        site.toml:6:9: [pictures] sizes: 100vw" onload=" is no value of the attribute sizes
          | sizes = '100vw" onload="'
          |         ^
          Write it as in HTML: "(min-width: 48rem) 38rem, calc(100vw - 3rem)"
        """,
    ),
    "a font that is none": (
        "[pictures]\nfonts = ['static/serif.pdf']",
        """
        site.toml:6:10: [pictures] fonts has "static/serif.pdf", which names no font
          | fonts = ['static/serif.pdf']
          |          ^
          Fonts end in .otf, .ttc, .ttf, .woff, .woff2.
        """,
    ),
    "a field that search does not know": (
        "[search]\nfields = ['title', 'text']",
        """
        site.toml:6:20: [search] fields names "text", which is no field that search knows
          | fields = ['title', 'text']
          |                    ^
          There are title, summary, body, author, dateline, section, tags, series, picture, corrections.
        """,
    ),
    "a style of citations that there is not": (
        "[citations]\nstyles = ['apa', 'ieee']",
        """
        site.toml:6:18: [citations] styles names "ieee", which is no style of citations
          | styles = ['apa', 'ieee']
          |                  ^
          There are apa, chicago, mla.
        """,
    ),
    "citations of listings that there are not": (
        "[listings]\nkinds = ['section']\n[citations]\nlistings = ['all', 'tag']",
        """
        site.toml:8:20: [citations] listings names "tag", which has no pages
          | listings = ['all', 'tag']
          |                    ^
          Leave it out, or add "tag" to the kinds of [listings].
        """,
    ),
    "a feed of a kind without pages": (
        "[listings]\nkinds = ['section']\n[feeds]\nkinds = [\n  'section',\n  'tag']",
        """
        site.toml:10:3: [feeds] kinds names "tag", which has no pages
          |   'tag']
          |   ^
          Leave it out, or add "tag" to the kinds of [listings].
        """,
    ),
    "too small a number": (
        "listings = { size = 0 }",
        """
        site.toml:5:21: [listings] size: 0 is less than 1
          | listings = { size = 0 }
          |                     ^
        """,
    ),
    "too great a number": (
        "[sitemaps]\nsize = 50001",
        """
        site.toml:6:8: [sitemaps] size: 50001 is more than 50,000
          | size = 50001
          |        ^
        """,
    ),
    "no authority": (
        "authority = 'https://example.org'",
        """
        site.toml:5:13: authority: https://example.org is neither a domain name nor an e-mail address
          | authority = 'https://example.org'
          |             ^
          Write a domain that is yours: example.org.
        """,
    ),
    "no address of a publisher": (
        "publisher.url = 'javascript:alert(1)'",
        """
        site.toml:5:17: [publisher] url: javascript:alert(1) is not an address that begins with http:// or https://
          | publisher.url = 'javascript:alert(1)'
          |                 ^
        """,
    ),
    "a logo outside": (
        "[publisher]\nlogo = '../logo.png'",
        """
        site.toml:6:8: [publisher] logo: ../logo.png is not the path of a file below static/
          | logo = '../logo.png'
          |        ^
          Write it from there: logo.png.
        """,
    ),
    "a folder outside": (
        "[content]\nfolder = '../texts'",
        """
        site.toml:6:10: [content] folder: ../texts is not the path of a folder inside the site
          | folder = '../texts'
          |          ^
          Write it from the site's folder: "content".
        """,
    ),
    "a folder with another use": (
        "[content]\nfolder = 'static'",
        """
        site.toml:6:10: [content] folder: static is a folder that has another use
          | folder = 'static'
          |          ^
          The usual one is "content".
        """,
    ),
    "an unknown field that is required": (
        "[content]\nrequired = ['title', 'autor']",
        """
        site.toml:6:22: [content] required names "autor", which is no field of an article
          | required = ['title', 'autor']
          |                      ^
          Did you mean "author"?
        """,
    ),
    "an unknown field that is mapped": (
        "[front_matter]\nautor = 'byline'",
        """
        site.toml:6:1: there is no setting "autor" in [front_matter]
          | autor = 'byline'
          | ^
          Did you mean "author"?
        """,
    ),
    "a field mapped to no text": (
        "[front_matter]\nauthor = ['byline', '']",
        """
        site.toml:6:21: [front_matter] author wants a list of texts
          | author = ['byline', '']
          |                     ^
        """,
    ),
    "an unreadable form of a date": (
        "[dates]\nformats = ['%d.%m.%Y', '%d.%m.%Q']",
        """
        site.toml:6:24: [dates] formats has "%d.%m.%Q", which holds %Q, which is none of the directives for reading
          | formats = ['%d.%m.%Y', '%d.%m.%Q']
          |                        ^
          There are %Y %y %m %d %e %B %b %A %a %H %I %p %M %S %f %z %%, and %-d and the like.
        """,  # noqa: E501 - a problem is one line, however long
    ),
    "a form of a date without a year": (
        "[dates]\nformats = ['%d.%m.']",
        """
        site.toml:6:12: [dates] formats has "%d.%m.", which names no year
          | formats = ['%d.%m.']
          |            ^
          There are %Y %y %m %d %e %B %b %A %a %H %I %p %M %S %f %z %%, and %-d and the like.
        """,
    ),
    "a directive that cannot be shown": (
        "[dates]\ndate = '%-d %B %Q'",
        """
        site.toml:6:8: [dates] date: %-d %B %Q holds %Q, which is none of strftime's directives here
          | date = '%-d %B %Q'
          |        ^
          There are %Y %y %m %-m %d %-d %H %-H %I %-I %M %S %p %B %b %A %a %z %Z %%.
        """,
    ),
    "a permalink without a slug": (
        "[permalinks]\narticle = '/{year}/'",
        """
        site.toml:6:11: [permalinks] article: /{year}/ has neither {slug} nor {file}, so that two articles of a day would share a page
          | article = '/{year}/'
          |           ^
          Write it like "/{year}/{month}/{day}/{slug}/".
        """,  # noqa: E501 - a problem is one line, however long
    ),
    "a zone that is shown in no way": (
        "[dates]\nzone = 'shrot'",
        """
        site.toml:6:8: [dates] zone: shrot is no way to show a zone
          | zone = 'shrot'
          |        ^
          Did you mean "short"?
        """,
    ),
    "a day that is none of the week": (
        "[dates]\nfirst_day = 'Monday'",
        """
        site.toml:6:13: [dates] first_day: Monday is no day of the week
          | first_day = 'Monday'
          |             ^
          Did you mean "monday"?
        """,
    ),
    "an address for a host": (
        "[safety]\nframes = ['https://www.youtube.com/embed/']",
        """
        site.toml:6:11: [safety] frames has "https://www.youtube.com/embed/", which is not a host
          | frames = ['https://www.youtube.com/embed/']
          |           ^
          Write only the host: "www.youtube.com".
        """,
    ),
    "a suffix that needs no permission": (
        "[safety]\nattachments = ['svg', 'pdf']",
        """
        site.toml:6:23: [safety] attachments has "pdf", a suffix for which no file is refused
          | attachments = ['svg', 'pdf']
          |                       ^
          Write a suffix such as "svg" or "html". Files that run nothing need not be named.
        """,
    ),
    "a wildcard for a host": (
        "[safety]\npictures = ['*.example.org']",
        """
        site.toml:6:13: [safety] pictures has "*.example.org", which is not a host
          | pictures = ['*.example.org']
          |             ^
          Write a host: "www.youtube-nocookie.com".
        """,
    ),
    "an empty name": (
        "[tags]\noil = ' '",
        """
        site.toml:6:7: [tags] oil is empty
          | oil = ' '
          |       ^
        """,
    ),
    "two names with one slug": (
        "[tags]\noil-gas = 'Oil'\n'Oil Gas' = 'Oil and Gas'",
        """
        site.toml:7:1: "Oil Gas" stands twice in [tags]: its slug is "oil-gas"
          | 'Oil Gas' = 'Oil and Gas'
          | ^
          Leave one out.
        """,
    ),
    "a name with one slug and an entry of its own": (
        "[tags]\n'C++' = { slug = 'c' }\nc = 'C'",
        """
        site.toml:7:1: "c" stands twice in [tags]: its slug is "c"
          | c = 'C'
          | ^
          Leave one out.
        """,
    ),
    "a spelling of two names": (
        "[tags]\n'OPEC+' = { slug = 'opec-plus' }\nopec = { also = ['Opec+'] }",
        """
        site.toml:7:1: "Opec+" stands twice in [tags]: it has the slugs "opec-plus" and "opec"
          | opec = { also = ['Opec+'] }
          | ^
          Leave one out.
        """,
    ),
    "a part that names do not have": (
        "[tags]\nopec = { alias = 'Opec+' }",
        """
        site.toml:6:8: [tags] opec has alias, which is no part of a name
          | opec = { alias = 'Opec+' }
          |        ^
          Write a name, "OPEC", or { name = "OPEC", slug = "opec", also = ["OPEC+"] }, each of them optional.
        """,
    ),
    "a slug of a name that is none": (
        "[tags]\n'C++' = { slug = 'C++' }",
        """
        site.toml:6:9: [tags] C++ has C++, which is not a slug
          | 'C++' = { slug = 'C++' }
          |         ^
          Write slug = "c".
        """,
    ),
    "a way to treat dead links that is none": (
        "[content]\nlinks = 'reports'",
        """
        site.toml:6:9: [content] links: reports is none of strict, report
          | links = 'reports'
          |         ^
          Did you mean "report"?
        """,
    ),
    "a way to read fields given twice that is none": (
        "[front_matter]\nduplicates = 'first'",
        """
        site.toml:6:14: [front_matter] duplicates: first is none of strict, last
          | duplicates = 'first'
          |              ^
        """,
    ),
    "a list of spellings that is none": (
        "[tags]\nopec = { also = 3 }",
        """
        site.toml:6:8: [tags] opec wants a list of texts
          | opec = { also = 3 }
          |        ^
        """,
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_shown_with_its_place_and_its_fix(name: str) -> None:
    more, expected = FAULTS[name]
    assert fault(more) == dedented(expected)


def test_language_and_time_zone_must_be_known() -> None:
    text = REQUIRED.replace('"en"', '"english"').replace('"Asia/Baku"', '"Baku"')
    assert complaint(text) == dedented(
        """
        site.toml:3:12: language: english is not a language that Babel knows
          | language = "english"
          |            ^
          Write its code: en, az, pt-BR.
        site.toml:4:12: timezone: Baku is not a time zone
          | timezone = "Baku"
          |            ^
          Did you mean "Asia/Baku"?
        """
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "title = Courier",
            """
            site.toml:1:9: not TOML: invalid value
              | title = Courier
              |         ^
              Text stands in quotes: name = "value"
            """,
        ),
        (
            "a = 1\r\nb = 2 3\r\n",
            """
            site.toml:2:7: not TOML: expected newline or end of document after a statement
              | b = 2 3
              |       ^
            """,
        ),
        (
            "[tags]\noil = 'Oil'\n[tags]\ngas = 'Gas'\n",
            """
            site.toml:3:2: [tags] is there twice
              | [tags]
              |  ^
              It is on line 1 already. Write what is below both of them below one.
            """,
        ),
        (
            "title = 'Courier'\n\ntitle = 'Gazette'\nurl = ''\n",
            """
            site.toml:3:1: title is there twice
              | title = 'Gazette'
              | ^
              It is on line 1 already. Keep one of the two.
            """,
        ),
        (
            "[tags]\noil = 'Oil'\n'oil' = 'Gas'",
            """
            site.toml:3:1: tags.oil is there twice
              | 'oil' = 'Gas'
              | ^
              It is on line 2 already. Keep one of the two.
            """,
        ),
        (
            "tags = { oil = 'Oil' }\n[tags.gas]\n",
            """
            site.toml:2:10: not TOML: cannot declare tags.gas twice
              | [tags.gas]
              |          ^
              It is there twice, as a value and as a table or a list.
            """,
        ),
        (
            "[tags]\nc = { name = 'C', name = 'D' }\n",
            """
            site.toml:2:19: tags.c.name is there twice
              | c = { name = 'C', name = 'D' }
              |                   ^
              It is on line 2 already. Keep one of the two.
            """,
        ),
        (
            "a = [\n  1,\n",
            """
            site.toml:2: not TOML: invalid value
              |   1,
              Text stands in quotes: name = "value"
            """,
        ),
    ],
)
def test_what_is_not_toml_is_one_problem(text: str, expected: str) -> None:
    assert complaint(text) == dedented(expected)


@pytest.mark.parametrize("value", ["[=]", "[}]", "[1, {b = }]", "[[=]]", "[", "="])
def test_a_list_that_is_broken_has_an_end(value: str) -> None:
    assert "not TOML: invalid value" in complaint(f"title = {value}\n")


def test_places_are_found_in_every_way_of_writing_toml() -> None:
    text = dedented(
        r'''
        # a = "[x]"
        listings . "size" = """
          ten""" # [no]
        'feeds' = { "length" = "\"}, x", 'zzz' = [ { a = 1 } ] }
        content.exclude = [ 'a]', """
        ]""", # ]
          3 ]
        [ "publisher" ]
        name = \'\'\'
        it's\'\'\'\'
        yyy = 1979-05-27T07:32:00.5Z
        xxx = -1.5e+3
        [[www]]
        vvv = 1
        '''
    ).replace("\\'", "'")
    tomllib.loads(text)
    with pytest.raises(Problems) as raised:
        read(REQUIRED + text)
    assert [(problem.line - 4, problem.column, problem.message) for problem in raised.value.problems] == [
        (2, 21, "[listings] size: ten wants a whole number"),
        (4, 24, '[feeds] length: "}, x wants a whole number'),
        (4, 34, 'there is no setting "zzz" in [feeds]'),
        (7, 3, "[content] exclude wants a list of texts"),
        (11, 1, 'there is no setting "yyy" in [publisher]'),
        (12, 1, 'there is no setting "xxx" in [publisher]'),
        (13, 3, 'there is no setting "www"'),
    ]


def test_a_text_of_several_lines_moves_no_column() -> None:
    with pytest.raises(Problems) as raised:
        read(REQUIRED + 'feeds = { length = """\nten""", zzz = 1 }\n')
    places = [(problem.line, problem.column) for problem in raised.value.problems]
    assert places == [(5, 20), (6, 9)]


def test_zones_are_those_of_the_tzdata_package() -> None:
    assert load_zone("Asia/Baku").key == "Asia/Baku"
    assert load_zone("Asia/Baku") is load_zone("Asia/Baku")


@pytest.mark.parametrize(
    "name", ["../zones", "Asia/../Asia/Baku", "/etc/localtime", "Asia", "", "posixrules", "a\0b"]
)
def test_no_zone_leads_out_of_the_package(name: str) -> None:
    with pytest.raises(KeyError):
        load_zone(name)


@given(
    st.text(max_size=60) | st.text("title= \"'[].#{},\n\\x1", max_size=60).map(lambda text: REQUIRED + text)
)
def test_any_text_gives_settings_or_problems(text: str) -> None:
    try:
        settings = read(text)
    except Problems as problems:
        rows = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
        assert all(1 <= problem.line <= len(rows) for problem in problems.problems)  # noqa: PT017
        return
    assert settings.url.endswith("/")


_KEYS = st.text("abé ._\"'#=[]", min_size=1, max_size=4)
_VALUES = st.recursive(
    st.integers() | st.booleans() | st.text("a\"'\\#,]}\n=", max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(_KEYS, _VALUES, min_size=1, max_size=4))
def test_every_unknown_key_is_found_where_it_stands(written: dict[str, object]) -> None:
    rows = [f"{_toml_text(name)} = {_toml(value)} # {name!r}" for name, value in written.items()]
    with pytest.raises(Problems) as raised:
        read(REQUIRED + "\n".join(rows))
    assert [(problem.line, problem.column) for problem in raised.value.problems] == [
        (5 + number, 1) for number in range(len(rows))
    ]


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _toml_text(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml_text(name)} = {_toml(each)}" for name, each in value.items()) + "}"
    return str(value)


def _toml_text(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
