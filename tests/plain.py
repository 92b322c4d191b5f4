"""A site small enough to be built hundreds of times: plain layouts that ask every question there is."""

# ruff: noqa: E501 - layouts are written as they stand
from __future__ import annotations

from tests.pictures import png

LAYOUTS = {
    "base.html": """\
<title>{% block title %}{{ site.title }}{% endblock %}</title>
{% for section in site.sections %}<a href="{{ section.url }}">{{ section.name }}</a>{% endfor %}
{% include "note.html" ignore missing %}
{% block main %}{% endblock %}
{% for each in archive.pages() %}<a href="{{ each.url }}">{{ each.title }}</a>{% endfor %}
""",
    "teaser.html": """\
{% macro teaser(story) %}
<li><a href="{{ story.url }}"{{ lang(story.language) }}>{{ story.title }}</a> {{ story.dateline.name if story.dateline else "" }}
{{ story.date | date }} {{ story.date | time }} {{ story.day_url }}
{% for author in story.authors %}{{ author.name }} {{ author.url }};{% endfor %}
{{ story.section.feed if story.section else "" }} {{ story.summary }}{% if story.picture %} {{ story.picture.url }} {{ story.picture.width }}{% endif %}{% for note in story.corrections %} {{ note.kind }} {{ note.day | date }} {{ note.text }}{% endfor %}{% if story.retracted %} {{ story.retracted.reason }}{% endif %}</li>
{% endmacro %}
""",
    "article.html": """\
{% extends "base.html" %}
{% from "teaser.html" import teaser %}
{% block title %}{{ article.title }}{% endblock %}
{% block main %}
<h1>{{ article.title }}</h1>{% if article.picture %}<img src="{{ article.picture.url }}">{% endif %}
{{ article.body | led(article.dateline) }}
{% for byline in article.bylines %}{{ byline.slug }} {{ byline.kind }} {{ byline.fediverse }};{{ byline.family }}{% endfor %}
{% for tag in article.tags %}<a href="{{ tag.url }}">{{ tag.name }}</a>{% endfor %} {{ article.day_name }}
{% for each in article.downloads %}{{ each.name }} {{ each.url }}{% endfor %}
{% set around = archive.around(article) %}
{% for story in (around.before, around.after) if story %}{{ teaser(story) }}{% endfor %}
{% for series in article.series %}{% set within = archive.within(article, series) %}{{ series.name }} {{ series.url }} {{ within.number }}
{% if within.before %}{{ teaser(within.before) }}{% endif %}{% if within.after %}{{ teaser(within.after) }}{% endif %}{% endfor %}
{% set cited = citation(article) %}{{ cited.key }} {% for style, text in cited.texts %}{{ style }}: {{ text }};{% endfor %}
{% for name, content in cited.tags %}{{ name }} {{ content }};{% endfor %}
{{ article.genre }} {{ article.edition.name if article.edition else "" }} {{ article.page }} {{ article.column }}
{% for note in article.corrections %}{{ note.kind in site.corrections_top }} {{ note.date | time }} {{ note.text }} {{ note.was }} {{ note.is_now }}{% endfor %}
{{ article.minutes if site.reading_time }} {% for heading in article.contents %}{{ heading.name }} {{ heading.url }};{% endfor %}
{% set related = archive.related(article, (around.before,) if around.before else ()) %}
{{ page.language }}{{ lang(article.language) }} {{ words.by | fill(name=article.title) if "by" in words }}
{% for each in archive.translations(article) %}{{ each.language }} {{ each.name }} {{ each.title }} {{ each.permalink }}
{% endfor %}
Related: {% for story in related.stories %}{{ story.title }};{% endfor %} feed {{ related.feed }}
{% endblock %}
""",
    "page.html": """\
{% extends "base.html" %}
{% block main %}
{{ own_page.title }} {{ own_page.summary }} {{ own_page.made_summary }} {{ own_page.picture.url if own_page.picture }} {{ own_page.draft }} {{ own_page.body }}
{% for each in own_page.translations %}{{ each.name }} {{ each.language }} {{ each.url }};{% endfor %}
{% endblock %}
""",
    "listing.html": """\
{% extends "base.html" %}
{% from "teaser.html" import teaser %}
{% block main %}
{% set profile = archive.profile(listing.facet) if not listing.period.value else none %}
{% if profile %}{{ profile.role }} {{ profile.body }} {{ profile.email }} {{ profile.picture.url if profile.picture }} {{ profile.picture.width if profile.picture }} {{ structured(profile) }}{% endif %}
{% if profile and profile.kind == "topic" %}Key: {% for story in archive.key_stories(listing.facet) %}{{ story.title }} {% endfor %}.{% endif %}
{% set around = archive.map_around(listing.facet) if profile else none %}
{% if around %}Around: {% for spot in around.spots %}{{ spot.name }}{{ " " if spot.url }}{{ spot.url }}, {% endfor %}{% endif %}
{{ listing.facet.name }} {{ listing.facet.url }} {{ listing.facet.feed }} {{ listing.period.name }} {{ listing.count }} {{ listing.whole }} {{ listing.part }}
{% for story in listing.articles %}{{ teaser(story) }}{% endfor %}
{% for period in listing.periods + listing.parents %}{{ period.name }} {{ period.url }} {{ period.count }}
{% endfor %}
{% for group in listing.groups %}{{ group.period.name }} {{ group.period.url }} {{ group.articles | length }};{% endfor %}
{% for each in listing.overview %}{{ each.period.name }} {{ each.period.url }} {{ each.period.count }} {{ each.articles | map(attribute="title") | join(" ") }} {% for week in each.weeks %}{% for day in week %}{{ day.url if day }}{% endfor %}{% endfor %};{% endfor %}
{% for leaf in listing.leaves %}{{ leaf.page }}{% for story in leaf.articles %} {{ story.column }} {{ story.title }}{% endfor %}{% endfor %}
{% for part in listing.parts %}{{ part.number }} {{ part.url }}{% endfor %} {{ listing.previous_part }}
{% for each in (listing.previous, listing.next) if each %}{{ each.name }} {{ each.url }} {{ each.count }};{% endfor %}
{% for each in listing.downloads %}{{ each.name }} {{ each.type }} {{ each.url }}{% endfor %}
{% for week in listing.weeks %}{% for day in week %}{{ day.number if day else "-" }}{{ day.url if day else "" }} {% endfor %}
{% endfor %}
{% endblock %}
""",
    "names.html": """\
{% extends "base.html" %}
{% block main %}
{% for facet in index.facets %}{{ facet.name }} {{ facet.url }} {{ facet.count }}
{% endfor %}
{% for each in index.letters %}{{ each.letter }} {{ each.facets | length }} {% endfor %}
{{ site.kinds | join(" ") }}
{% set map = archive.map() if index.kind == "dateline" and not index.prefix else none %}
{% for spot in (map.spots if map else ()) %}{{ spot.name }} {{ spot.url }} {{ spot.x }} {{ spot.y }} {{ spot.side }} {{ spot.wide }} {{ spot.size }}
{% endfor %}{% if map %}{{ map.width }} {{ map.height }} {{ map.land }} {{ map.lines }}{% endif %}
{% for initial in index.initials %}{{ initial.prefix }} {{ initial.count }}{% endfor %}
{% endblock %}
""",
    "home.html": """\
{% extends "base.html" %}
{% from "teaser.html" import teaser %}
{% block main %}
{% for story in archive.latest(4) %}{{ teaser(story) }}{% endfor %}
{% for story in archive.front().articles %}{{ teaser(story) }}{% endfor %}
{% for section in site.sections %}{% for story in archive.newest(section, 2) %}{{ teaser(story) }}{% endfor %}
{% endfor %}
{% endblock %}
""",
    "archive.html": """\
{% extends "base.html" %}
{% block main %}
{{ archive.further_kinds() | join(" ") }}
{% for year in archive.years() %}{{ year.value }} {{ year.count }}
{% for month in year.months %}{{ month.count }} {% endfor %}{% endfor %}
{% endblock %}
""",
    "anniversary.html": """\
{{ anniversary.day.name }} {{ anniversary.day.url }}
{% for each in anniversary.years %}{{ each.year }} {{ each.url }}{% for story in each.articles %} {{ story.title }}{% endfor %} .
{% endfor %}
""",
    "anniversaries.html": "{% for day in archive.anniversaries() %}{{ day.value }} {{ day.name }} {{ day.url }};{% endfor %}\n",
    "feeds.html": """\
{% extends "base.html" %}
{% block main %}{{ site.feeds_page }} {{ site.feed_kinds | join(" ") }}{% endblock %}
""",
    "latest.html": "{% for story in archive.latest(3) %}{{ story.title }} {% endfor %}\n",
    "404.html": '{% extends "base.html" %}\n',
    "search.html": '{% extends "base.html" %}\n{% block main %}{% for year in archive.years() %}{{ year.value }} {% endfor %}{% endblock %}\n',
    "redirect.html": "{{ target }}\n",
    "gone.html": "{{ gone.title }} {{ gone.day | date }} {{ gone.reason }} {{ gone.language }}\n",
}

SETTINGS = """\
title = "The Example Courier"
url = "https://example.org/archive/"
language = "en"
timezone = "Asia/Baku"

[content]
required = ["title"]

[listings]
size = 3
days = true
kinds = ["section", "tag", "author", "dateline", "series", "edition", "language"]
anniversaries = false

[assets]
minify = false

[theme]
fallback = false

[search]
on = false

[sitemaps]
size = 2

[sections]
politics = "Politics"
"""

# One pixel, and four of them.
PICTURES = (png(1, 1, color=0), png(4, 4, color=0))


def article(  # noqa: PLR0913 - the fields of an article
    title: str,
    date: str,
    *,
    author: str = "",
    dateline: str = "",
    section: str = "",
    tags: tuple[str, ...] = (),
    body: str = "Words.",
    more: str = "",
) -> str:
    """Return the text of an article's file; fields that are empty are left out."""
    rows = [f"title: {title}", f"date: {date}"]
    rows += [f"{name}: {value}" for name, value in (("author", author), ("dateline", dateline)) if value]
    rows += [f"section: {section}"] if section else []
    rows += [f"tags: [{', '.join(tags)}]"] if tags else []
    rows += [more] if more else []
    return "\n".join(("---", *rows, "---", "", body, ""))
