"""Checks what layouts pass to functions: a wrong argument is a problem of the layout, with its line."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from broadsheet.common import periods
from broadsheet.common.keys import FacetKey, ListingKey, ListingPart
from broadsheet.common.model import NAMED_KINDS, SINGLE_KINDS, FacetKind

_MOST = 2**31  # of articles, and of parts

_Argument = TypeVar("_Argument")


class TemplateArgumentError(TypeError):
    """A layout called a function with an argument that it does not take."""


def check_type(argument: _Argument, types: type | tuple[type, ...], call: str) -> _Argument:
    """Return what a layout passed to ``call``; raises ``TemplateArgumentError`` unless it is of ``types``."""
    if not isinstance(argument, types) or isinstance(argument, bool):
        names = " or ".join(each.__name__ for each in (types if isinstance(types, tuple) else (types,)))
        raise TemplateArgumentError(f"{call} wants {names}, not {type(argument).__name__}")
    return argument


def check_kind(kind: FacetKind, kinds: tuple[FacetKind, ...], call: str) -> FacetKind:
    """Return a kind of facets; raises ``TemplateArgumentError`` unless it is one of ``kinds``."""
    if kind not in kinds:
        raise TemplateArgumentError(f"{call} wants one of {', '.join(kinds)}")
    return kind


def check_facet(kind: FacetKind, slug: str, call: str) -> FacetKey:
    """Return the key of a facet; raises ``TemplateArgumentError``."""
    check_kind(kind, (*NAMED_KINDS, *SINGLE_KINDS), call)
    return FacetKey(kind, check_type(slug, str, call))


def check_period(period: int, part: int, call: str) -> None:
    """Raise ``TemplateArgumentError`` unless these are a period, 0 for all time, and one of its parts."""
    if not periods.is_period(check_type(period, int, call)):
        raise TemplateArgumentError(f"{call} wants 0, or a year, month or day such as 20221105, not {period}")
    if not 0 <= check_type(part, int, call) <= _MOST:
        raise TemplateArgumentError(f"{call} wants the number of a part, not {part}")


def check_listing(kind: FacetKind, slug: str, period: int, part: int, call: str) -> ListingPart:
    """Return the key of a page of a listing; raises ``TemplateArgumentError``."""
    facet = check_facet(kind, slug, call)
    check_period(period, part, call)
    return ListingPart(ListingKey(facet, period), part)


def check_day_of_year(day: int, call: str) -> int:
    """Return a day of the year such as 1105; raises ``TemplateArgumentError``."""
    check_type(day, int, call)
    try:
        dt.date(2000, day // 100, day % 100)  # a leap year
    except (ValueError, OverflowError):
        raise TemplateArgumentError(f"{call} wants a day of the year such as 1105, not {day}") from None
    return day


def check_count(count: int, call: str) -> int:
    """Return a number of articles; raises ``TemplateArgumentError``."""
    if not 0 <= check_type(count, int, call) <= _MOST:
        raise TemplateArgumentError(f"{call} wants a number of articles, not {count}")
    return count
