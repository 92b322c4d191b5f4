"""Time zones, from the locked tzdata package and never from the system."""

from __future__ import annotations

import datetime as dt
import functools
from pathlib import Path
from zoneinfo import ZoneInfo

import tzdata

from broadsheet.common.problems import find_nearest
from broadsheet.settings.model import Settings

# Not importlib.resources, which takes longer to load than all zones of a site.
_PACKAGE = Path(tzdata.__file__).parent


@functools.lru_cache(maxsize=64)
def load_zone(name: str) -> ZoneInfo:
    """Return a time zone of the tzdata package; raises ``KeyError`` for an unknown name."""
    if name not in list_zones():
        raise KeyError(name)
    with (_PACKAGE / "zoneinfo" / name).open("rb") as stream:
        return ZoneInfo.from_file(stream, key=name)


def localize(moment: dt.datetime, settings: Settings) -> dt.datetime:
    """Return a time with its UTC offset; a naive one is taken to be in the site's time zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=load_zone(settings.timezone))


@functools.cache
def list_zones() -> frozenset[str]:
    """Return the names of all time zones."""
    return frozenset((_PACKAGE / "zones").read_text(encoding="utf-8").split())


def find_nearest_zone(name: str) -> str | None:
    """Return the zone that was probably meant, if any: ``baku`` and ``Asia/Bakuu`` give Asia/Baku."""
    folded = {known.casefold(): known for known in sorted(list_zones())}
    wanted = name.casefold().replace(" ", "_")
    for lower, known in folded.items():
        if lower.rpartition("/")[2] == wanted:
            return known
    found = find_nearest(wanted, folded)
    return folded[found] if found else None
