"""The report of an adoption, as text for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from broadsheet.importing.adopting.archive import Adoption

_MOST_LISTED = 20


def write_report(adoption: Adoption, differing: Sequence[str]) -> Iterator[str]:
    """Yield the lines of the report; ``differing`` are the files that were here already, and stay."""
    origin = adoption.origin
    yield f"{origin.generator}, as {origin.config} tells"
    yield (
        f"Articles: {adoption.articles:,}, of which {adoption.drafts:,} are drafts;"
        f" files left out: {len(adoption.left_out):,}"
    )
    for reason, count in Counter(each.reason for each in adoption.left_out).most_common(_MOST_LISTED):
        first = next(each.path for each in adoption.left_out if each.reason == reason)
        yield f"  {count:,}: {reason} ({first}{', …' if count > 1 else ''})"
    yield (
        f"Addresses: {adoption.kept:,} as they were, {adoption.redirected:,} redirected, "
        f"{len(adoption.lost):,} lost, {adoption.unknown:,} not known"
    )
    yield from (f"  lost: {each}" for each in adoption.lost[:_MOST_LISTED])
    yield from _list_counts("Fields that nothing reads", adoption.unread)
    yield from _list_counts("Shortcodes and tags", adoption.shortcodes)
    if differing:
        yield f"Left as they are, though the other site's files differ: {len(differing):,}"
        yield from (f"  {each}" for each in differing[:_MOST_LISTED])
    if adoption.questions:
        yield "What only you can decide:"
        yield from (f"  {each}" for each in adoption.questions)


def _list_counts(heading: str, counts: Mapping[str, int]) -> Iterator[str]:
    if counts:
        listed = [f"{name} ({count:,})" for name, count in list(counts.items())[:_MOST_LISTED]]
        more = f" and {len(counts) - _MOST_LISTED:,} more" if len(counts) > _MOST_LISTED else ""
        yield f"{heading}: {', '.join(listed)}{more}"
