"""Fronts of facets that list nothing any more: publications answer them, until they list something again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from broadsheet.publish.branch import PublishResult
from tests.builds import built
from tests.plain import article
from tests.test_publish import Newsroom, home, make_newsroom

__all__ = ["home"]
_OIL = "tags/oil/index.html"
_FEED = "tags/oil/atom.xml"


def _articles(*tags: str) -> dict[str, str]:
    return {
        "content/flood.md": article("Flood", "2022-11-05", tags=tags),
        "content/storm.md": article("Storm", "2022-11-06", tags=("Gas",)),
    }


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    """Return a newsroom that has published an article about oil, and one about gas."""
    made = make_newsroom(tmp_path, _articles("Oil", "Gas"))
    built(made.site)
    made.publish(first=True)
    return made


def _publish(newsroom: Newsroom, **files: str) -> PublishResult:
    for name, text in files.items():
        newsroom.site.write(f"content/{name}.md", text)
    built(newsroom.site)
    return newsroom.publish()


def _words(page: bytes) -> str:
    return re.sub(
        r"\s+", " ", re.sub(r"<head>.*?</head>|<[^>]*>", " ", page.decode(), flags=re.DOTALL)
    ).strip()


def test_a_tag_that_no_article_has_any_more_is_answered_and_leads_on(newsroom: Newsroom) -> None:
    feed = newsroom.branch()[_FEED]
    result = _publish(newsroom, flood=article("Flood", "2022-11-05", tags=("Gas",)))
    assert result.emptied == ("tags/oil/",)
    branch = newsroom.branch()
    assert "Nothing is listed here any more." in _words(branch[_OIL])
    assert b'href="/archive/tags/"' in branch[_OIL]
    assert b"noindex" in branch[_OIL]
    assert branch[_FEED] == feed
    assert b"/tags/oil/" not in branch["tags/index.html"]


def test_it_is_answered_by_every_later_publication_and_no_other_is_needed(newsroom: Newsroom) -> None:
    _publish(newsroom, flood=article("Flood", "2022-11-05", tags=("Gas",)))
    page = newsroom.branch()[_OIL]
    later = _publish(newsroom, later=article("Later", "2022-11-07", tags=("Gas",)))
    assert later.emptied == ()
    assert (newsroom.branch()[_OIL], _FEED in newsroom.branch()) == (page, True)
    assert newsroom.publish().commit == ""


def test_it_gives_way_when_the_tag_is_used_again(newsroom: Newsroom) -> None:
    before = newsroom.branch()
    _publish(newsroom, flood=article("Flood", "2022-11-05", tags=("Gas",)))
    _publish(newsroom, flood=article("Flood", "2022-11-05", tags=("Oil", "Gas")))
    assert newsroom.branch()[_OIL] == before[_OIL]
    assert newsroom.branch() == newsroom.site.outputs() | {".nojekyll": b""}


def test_site_toml_says_otherwise(newsroom: Newsroom) -> None:
    _publish(newsroom, flood=article("Flood", "2022-11-05", tags=("Gas",)))
    newsroom.site.write(
        "site.toml", f'{newsroom.site.read("site.toml")}\n[redirects]\n"/tags/oil/" = "/tags/gas/"\n'
    )
    built(newsroom.site)
    newsroom.publish()
    assert newsroom.branch()[_OIL] == newsroom.site.outputs()[_OIL]


def test_the_last_tags_of_all_are_answered_too(newsroom: Newsroom) -> None:
    flood, storm = article("Flood", "2022-11-05"), article("Storm", "2022-11-06")
    result = _publish(newsroom, flood=flood, storm=storm)
    assert {"tags/gas/", "tags/oil/"} <= set(result.emptied)
    assert "tags/index.html" in newsroom.branch()


def test_articles_are_not_answered_so(newsroom: Newsroom) -> None:
    newsroom.site.delete("content/storm.md")
    built(newsroom.site)
    assert "/2022/11/06/storm/" in newsroom.refused()


def test_kinds_that_are_not_listed_any_more_stop_the_publication(newsroom: Newsroom) -> None:
    settings = newsroom.site.read("site.toml")
    listed = 'kinds = ["section", "tag", '
    assert listed in settings
    newsroom.site.write("site.toml", settings.replace(listed, 'kinds = ["section", '))
    built(newsroom.site)
    assert "/tags/oil/" in newsroom.refused()


def test_many_fronts_that_go_at_once_stop_the_publication(tmp_path: Path) -> None:
    newsroom = make_newsroom(tmp_path, _articles("Gas", *(f"Tag {number}" for number in range(11))))
    built(newsroom.site)
    newsroom.publish(first=True)
    newsroom.site.write("content/flood.md", article("Flood", "2022-11-05", tags=("Gas",)))
    built(newsroom.site)
    assert newsroom.refused().count("was published and would be lost") >= 11
