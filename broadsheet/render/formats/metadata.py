"""Metadata of a page for machines: schema.org for search engines, Open Graph for link previews.

Pure functions from an article, a profile or the words of a page to plain values. Empty values are left out,
and so are repetitions where the format allows it: this is on every page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from markupsafe import Markup

from broadsheet.common.model import Correction, Source
from broadsheet.common.urls import Urls
from broadsheet.render import views
from broadsheet.render.formats.previews import find_preview, list_shapes
from broadsheet.render.formats.text import encode_json, format_timestamp, strip_forbidden
from broadsheet.settings.model import POLICIES, Publisher

# Smaller pictures are not shown as large cards:
# https://developer.x.com/en/docs/x-for-websites/cards/overview/summary-card-with-large-image
_LARGE = (300, 157)
# "</script>" ends a script and "<!--" changes how it is parsed, even inside a JSON string; U+2028 and
# U+2029 end a line in old JavaScript. https://html.spec.whatwg.org/#restrictions-for-contents-of-script-elements
_IN_SCRIPT = re.compile("[<>&\u2028\u2029]")
_TERRITORY = 2
_TYPES = {
    "report": "ReportageNewsArticle",
    "opinion": "OpinionNewsArticle",
    "analysis": "AnalysisNewsArticle",
    "background": "BackgroundNewsArticle",
    "review": "ReviewNewsArticle",
}


def describe_article(
    article: views.Article, *, publisher: Publisher, site_title: str, site_permalink: str
) -> dict[str, object]:
    """Return an article as a NewsArticle of schema.org: https://schema.org/NewsArticle.

    A publisher without a name or a URL has the site's; its logo is a path below static/ or a URL.
    ``dateModified`` is present only if the article was updated.
    """
    return _without_empty(
        {
            "@context": "https://schema.org",
            "@type": _TYPES.get(article.genre, "NewsArticle"),
            "mainEntityOfPage": {
                "@type": "WebPage",
                "@id": article.permalink,
                "breadcrumb": _crumbs(article, site_title, site_permalink),
            },
            "creativeWorkStatus": "Retracted" if article.retracted else "",
            # Of obituaries, schema.org has no type.
            "genre": "Obituary" if article.genre == "obituary" else "",
            "headline": article.title,
            "description": article.summary,
            "datePublished": format_timestamp(article.date),
            "dateModified": format_timestamp(article.updated) if article.updated else "",
            "author": [_author(author, _organizations(article)) for author in article.authors],
            "dateline": article.dateline.name if article.dateline else "",
            "articleSection": article.section.name if article.section else "",
            "keywords": [tag.name for tag in article.tags],
            "image": _images(list_shapes(article.picture, article.card), article.picture),
            "inLanguage": article.language,
            "wordCount": article.words,
            "isPartOf": [_series(series) for series in article.series],
            "printEdition": article.edition.name if article.edition else "",
            "printPage": article.page,
            "printColumn": article.column,
            "printSection": article.section.name if article.section and article.edition else "",
            "correction": [_correction(note) for note in article.corrections],
            "isBasedOn": _source(article.source) if article.source else None,
            "publisher": _publisher(publisher, site_title, site_permalink),
        }
    )


def describe_profile(profile: views.Profile) -> dict[str, object]:
    """Return the subject of a profile as a Person, Organization or Place of schema.org; a topic as a Thing.

    Coordinates are in degrees (WGS 84): https://schema.org/GeoCoordinates. The articles filed from a place do
    not repeat them, since each would change with them.
    """
    is_person, where = profile.kind == "person", profile.coordinates
    return _without_empty(
        {
            "@context": "https://schema.org",
            "@type": "Thing" if profile.kind == "topic" else profile.kind.capitalize(),
            "name": profile.facet.name,
            "url": profile.facet.permalink,
            "jobTitle": profile.role if is_person else "",
            "email": profile.email,
            "image": _images(list_shapes(profile.picture), profile.picture),
            "geo": {"@type": "GeoCoordinates", "latitude": where.latitude, "longitude": where.longitude}
            if where
            else None,
        }
    )


def describe_site(
    *, publisher: Publisher, site_title: str, site_permalink: str, language: str, tagline: str, search: str
) -> dict[str, object]:
    """Return the site as a WebSite of schema.org, with its publisher, and how to search it.

    ``search`` is the permalink of the page that searches, empty if there is none:
    https://developers.google.com/search/docs/appearance/structured-data/sitelinks-searchbox has the form.
    """
    action = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": f"{search}?q={{search_term_string}}"},
        "query-input": "required name=search_term_string",
    }
    return _without_empty(
        {
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": site_title,
            "url": site_permalink,
            "description": tagline,
            "inLanguage": language,
            "publisher": _publisher(publisher, site_title, site_permalink),
            "potentialAction": action if search else None,
        }
    )


def describe_collection(
    name: str, trail: Sequence[tuple[str, str]], profile: views.Profile | None = None
) -> dict[str, object]:
    """Return a page of lists as a CollectionPage of schema.org; of a person or an organization a ProfilePage.

    ``trail`` are names and permalinks of the pages above it, the largest first. An archive may have more such
    pages than articles, so what they say elsewhere, such as their addresses, is left out.
    """
    is_profile = profile is not None and profile.kind != "place"
    subject = describe_profile(profile) if profile else {}
    subject.pop("@context", None)
    return _without_empty(
        {
            "@context": "https://schema.org",
            "@type": "ProfilePage" if is_profile else "CollectionPage",
            "name": name,
            "mainEntity" if is_profile else "about": subject,
            "breadcrumb": _breadcrumbs(trail, name) if trail else None,
        }
    )


def describe_own_page(
    page: views.OwnPage, *, publisher: Publisher, site_title: str, site_permalink: str
) -> dict[str, object]:
    """Return a page of the site's own as a WebPage of schema.org."""
    return _without_empty(
        {
            "@context": "https://schema.org",
            "@type": "WebPage",
            "name": page.title,
            "url": page.permalink,
            "description": page.summary,
            "inLanguage": page.language,
            "primaryImageOfPage": _images(list_shapes(page.picture)[:1], page.picture),
            "breadcrumb": _breadcrumbs(((site_title, site_permalink),), page.title),
            "publisher": _publisher(publisher, site_title, site_permalink),
        }
    )


def embed(mapping: Mapping[str, object]) -> Markup:
    """Return a mapping as a script element of JSON-LD, escaped so that no text in it can end the element."""
    text = _IN_SCRIPT.sub(lambda char: f"\\u{ord(char[0]):04x}", encode_json(mapping))
    return Markup(f'<script type="application/ld+json">{text}</script>')  # noqa: S704 - escaped above


def open_graph(article: views.Article, *, site_title: str) -> tuple[tuple[str, str], ...]:
    """Return the properties of an article's page, each with its content, in the order to write them.

    Format: https://ogp.me/, and ``twitter:card``, which is read as a property too. Contents are plain
    text. An array is a property that is repeated.
    """
    picture = find_preview(article.picture, article.card)
    # A card shows the headline, which stands beside it.
    alt = article.picture.alt if article.picture and picture != article.card else ""
    pairs = (
        ("og:type", "article"),
        ("og:site_name", site_title),
        ("og:locale", _locale(article.language)),
        ("og:url", article.permalink),
        ("og:title", article.title),
        ("og:description", article.summary),
        *(_picture(picture, alt) if picture else ()),
        ("article:published_time", format_timestamp(article.date)),
        ("article:modified_time", format_timestamp(article.updated) if article.updated else ""),
        *(("article:author", author.permalink) for author in article.authors),
        ("article:section", article.section.name if article.section else ""),
        *(("article:tag", tag.name) for tag in article.tags),
        ("twitter:card", "summary_large_image" if picture and _is_large(picture) else "summary"),
    )
    return tuple((name, strip_forbidden(content)) for name, content in pairs if content)


def open_graph_of_page(
    title: str,
    description: str,
    *,
    permalink: str,
    kind: str,
    pictures: Iterable[views.Picture],
) -> tuple[tuple[str, str], ...]:
    """Return the properties of a page that is no article: see ``open_graph``.

    ``kind`` is website or profile. Of ``pictures`` the first that other sites can show stands for the page.
    """
    preview = next(filter(None, map(find_preview, pictures)), None)
    # Of no type is a website: https://ogp.me/#types
    pairs = (
        ("og:type", "" if kind == "website" else kind),
        ("og:url", permalink),
        ("og:title", title),
        ("og:description", description),
        ("og:image", preview.permalink if preview else ""),
        ("twitter:card", "summary_large_image" if preview and _is_large(preview) else ""),
    )
    return tuple((name, strip_forbidden(content)) for name, content in pairs if content)


@lru_cache(maxsize=8)
def _publisher(publisher: Publisher, site_title: str, site_permalink: str) -> Mapping[str, object]:
    return _without_empty(
        {
            "@type": "NewsMediaOrganization",
            "name": publisher.name or site_title,
            "url": publisher.url or site_permalink,
            "logo": _whole_address(publisher.logo, site_permalink),
            **{
                POLICIES[name]: _whole_address(address, site_permalink)
                for name, address in publisher.policies
            },
        }
    )


def _organizations(article: views.Article) -> frozenset[str]:
    return frozenset(each.slug for each in article.bylines if each.kind == "organization")


def _crumbs(article: views.Article, site_title: str, site_permalink: str) -> dict[str, object]:
    """Return the breadcrumbs from the front page to an article: https://schema.org/BreadcrumbList."""
    section = article.section
    above = [(site_title, site_permalink)]
    above += [(section.name, section.permalink)] if section and section.permalink else []
    return _breadcrumbs(above, article.title)


def _breadcrumbs(above: Iterable[tuple[str, str]], name: str) -> dict[str, object]:
    """Return breadcrumbs: names and permalinks of the pages ``above``, and the name of the page itself."""
    steps = [*({"name": name, "item": item} for name, item in above), {"name": name}]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, **step} for number, step in enumerate(steps, 1)
        ],
    }


def _series(series: views.Facet) -> dict[str, object]:
    return _without_empty({"@type": "CreativeWorkSeries", "name": series.name, "url": series.permalink})


def _correction(note: Correction) -> dict[str, object]:
    return {
        "@type": "CorrectionComment",
        "text": note.statement,
        "datePublished": format_timestamp(note.date),
    }


def _author(author: views.Facet, organizations: frozenset[str]) -> dict[str, object]:
    kind = "Organization" if author.slug in organizations else "Person"
    return _without_empty({"@type": kind, "name": author.name, "url": author.permalink})


def _images(shapes: Sequence[views.Rendition], picture: views.Picture | None) -> object:
    """Return the shapes of a picture, of which the first has all that is known of it; None for none."""
    if not shapes:
        return None
    first = _without_empty(
        {
            "@type": "ImageObject",
            "url": shapes[0].permalink,
            # https://schema.org/Distance: a number and a unit.
            "width": f"{shapes[0].width} px" if shapes[0].width else "",
            "height": f"{shapes[0].height} px" if shapes[0].height else "",
            "caption": picture.caption if picture else "",
            "creditText": picture.credit if picture else "",
        }
    )
    return [first, *(each.permalink for each in shapes[1:])] if shapes[1:] else first


def _whole_address(address: str, site_permalink: str) -> str:
    """Return a URL as it is, and the path of an output as its permalink."""
    is_whole = not address or urlsplit(address).scheme
    return address if is_whole else Urls(site_permalink).permalink(address.lstrip("/"))


def _source(source: Source) -> dict[str, object]:
    return _without_empty({"@type": "CreativeWork", "name": source.name, "url": source.url})


def _picture(picture: views.Rendition, alt: str) -> tuple[tuple[str, str], ...]:
    return (
        ("og:image", picture.permalink),
        ("og:image:type", picture.type),
        ("og:image:width", str(picture.width or "")),
        ("og:image:height", str(picture.height or "")),
        ("og:image:alt", alt),
    )


def _is_large(picture: views.Rendition) -> bool:
    return picture.width >= _LARGE[0] and picture.height >= _LARGE[1]


@lru_cache(maxsize=64)
def _locale(language: str) -> str:
    """Return ``language_TERRITORY``, the territory by default that of most speakers; empty if unknown."""
    from babel.core import get_global  # noqa: PLC0415 - slow to import, and not every build needs it

    first, *steps = language.split("-")
    likely = get_global("likely_subtags").get(language.replace("-", "_"), "").split("_")[1:]
    territories = [step.upper() for step in (*steps, *likely) if len(step) == _TERRITORY]
    return f"{first.lower()}_{territories[0]}" if territories else ""


def _without_empty(members: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in members.items() if value}
