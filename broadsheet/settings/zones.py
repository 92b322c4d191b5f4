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
_MINUTE = dt.timedelta(minutes=1)
_MOST_OFFSET = dt.timedelta(hours=14)


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


def find_offsets(naive: dt.datetime, zone: ZoneInfo) -> tuple[dt.timedelta, dt.timedelta]:
    """Return the offsets before and after a clock change at this time; they are equal if there is none.

    PEP 495: the offset grows where a time is skipped, and shrinks where it is repeated. Both are in whole
    minutes, and no more than what web formats can express: before the date line was moved, Manila and Sitka
    were further from Greenwich.
    """
    exact = (zone.utcoffset(naive.replace(fold=fold)) or _MINUTE * 0 for fold in (0, 1))
    first, second = (max(-_MOST_OFFSET, min(round_offset(each), _MOST_OFFSET)) for each in exact)
    return first, second


def round_offset(offset: dt.timedelta) -> dt.timedelta:
    """Return an offset to the nearest minute."""
    return (offset + _MINUTE / 2) // _MINUTE * _MINUTE


def place_in_zone(moment: dt.datetime, zone: ZoneInfo, *, convert: bool) -> dt.datetime:
    """Return a moment in ``zone``, which can name itself, if it has the offset that the zone had then.

    Any other stays as it is, unless it is to be converted.
    """
    naive = moment.replace(tzinfo=None)
    for fold, offset in enumerate(find_offsets(naive, zone)):
        if offset == moment.utcoffset():
            return naive.replace(tzinfo=zone, fold=fold)
    return moment.astimezone(zone) if convert else moment


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
