"""The authority of the ids in feeds may never change: readers of the feeds would get every article anew.

The published feed is compared with that of the built site; what is read of either is bounded.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from broadsheet.build.site_folder import SETTINGS
from broadsheet.common.feed_ids import FEED_ID
from broadsheet.common.problems import Problem
from broadsheet.common.toml import locate_keys
from broadsheet.publish.published import BuiltFolder, PublishedSite

_FEED = "atom.xml"
_ID = re.compile(f"<id>{FEED_ID.pattern}</id>")
# Domains that belong to nobody: RFC 2606, section 3. And hosts that are this machine's.
_EXAMPLE = re.compile(r"(?:.+[.@])?example\.(?:com|net|org)")
_LOCAL = re.compile(r"localhost|[0-9.]+|.+\.(?:test|example|invalid|localhost)")


def find_changed_authority(
    published: PublishedSite | None, site: Path, output: Path, url: str
) -> list[Problem]:
    """Return the problem of an authority that is not that of the feeds published before, if there is one.

    ``published`` is None if nothing is; ``url`` is the address of the site in ``output``. In a first
    publication it is a problem too if the authority is still the example that a new site begins with. Raises
    ``UnreadableError``.
    """
    own = _find_authority(BuiltFolder(output))
    before = _find_authority(published) if published else ""
    host = urlsplit(url).hostname or ""
    if not own or own == before:
        return []
    if before:
        message = f'the ids of the published feeds have the authority "{before}", and these have "{own}"'
        hint = (
            f'Write authority = "{before}" above the first [table]. With another, readers of the feeds'
            " would get every article anew."
        )
    elif _EXAMPLE.fullmatch(own) and not (_EXAMPLE.fullmatch(host) or _LOCAL.fullmatch(host)):
        message = f'the authority of the ids in feeds is "{own}", which belongs to nobody'
        hint = f'It is for ever. Write a domain that is yours above the first [table]: authority = "{host}"'
    else:
        return []
    return [_locate(site, message, hint)]


def _find_authority(published: PublishedSite) -> str:
    """Return the authority in the id of the first feed; empty if there is none of Broadsheet's."""
    found = _ID.search(published.beginning(_FEED).decode(errors="replace"))
    return found[1] if found else ""


def _locate(site: Path, message: str, hint: str) -> Problem:
    """Return a problem at the line of ``authority``, or of ``url``, whose host is the default."""
    text = (site / SETTINGS).read_text(encoding="utf-8-sig")
    places = locate_keys(text)
    line, column = places.get(("authority",)) or places.get(("url",)) or (1, 1)
    source = text.splitlines()[line - 1]
    return Problem(path=SETTINGS, line=line, column=column, message=message, hint=hint, source=source)
