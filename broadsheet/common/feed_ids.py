"""Permanent ids of articles and feeds: tag URIs, independent of the site's address.

Format: RFC 4151, section 2.1, ``tag:AUTHORITY,DATE:SPECIFIC``. What its grammar does not allow is
percent-encoded, including the percent sign, so that different texts have different ids.
"""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import quote

from broadsheet.common.model import FacetKind
from broadsheet.common.urls import FACET_FOLDERS

# A feed has no date of its own, so all have the year of Broadsheet's first feed, which RFC 4151 allows.
# Articles have a whole date, so the id of a feed is never that of an article.
_FEEDS_YEAR = "2026"
# The id of the feed of everything; its group is the authority.
FEED_ID = re.compile(rf"tag:([A-Za-z0-9.@_-]+),{_FEEDS_YEAR}:feeds")


def make_article_id(authority: str, day: dt.date, own_id: str) -> str:
    """Return the id of an article in feeds: ``tag:example.org,2022-11-05:own-id``."""
    return f"tag:{_authority(authority)},{day.isoformat()}:{_specific(own_id)}"


def make_feed_id(authority: str, kind: FacetKind, slug: str) -> str:
    """Return the id of a facet's feed: ``tag:example.org,2026:feeds/tags/oil``, of everything ``…:feeds``.

    It contains neither base URL nor name, so readers keep their feeds when a site moves or a tag is renamed.
    """
    steps = filter(None, ("feeds", FACET_FOLDERS.get(kind), slug))
    return f"tag:{_authority(authority)},{_FEEDS_YEAR}:{_specific('/'.join(steps))}"


def _authority(authority: str) -> str:
    """Return an authority, a domain or an email address, with its domain in IDNA."""
    mailbox, at, domain = authority.rpartition("@")
    return f"{mailbox}{at}{domain.encode('idna').decode()}" if not domain.isascii() else authority


def _specific(text: str) -> str:
    return quote(text, safe="/?:@!$&'()*+,;=", errors="surrogatepass")
