"""The files with which a host or a server redirects by itself: ``[hosting] redirects``.

The pages that redirect browsers are there in any case. Only what leads elsewhere or is gone stands in these
files. Where a host reads several, those of articles are in a file for each month, so that one more former
address rewrites a short one; ``_redirects`` is one file, and leaves former addresses to their pages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from broadsheet.archive.questions.moved import ALL, DECLARED, MOVED
from broadsheet.archive.questions.own_pages import OWN_PAGE_ADDRESSES
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.urls import HOST_REDIRECTS, host_output
from broadsheet.plan.output import Output
from broadsheet.plan.plan import Want
from broadsheet.plan.units import MovedUnit, SiteUnit
from broadsheet.render import formats
from broadsheet.render.outputs.kind import OutputKind
from broadsheet.render.outputs.pages import find_destination
from broadsheet.settings.plan_settings import PlanSettings

if TYPE_CHECKING:
    from broadsheet.render.formats.redirects import Move
    from broadsheet.render.inputs import RenderInputs

# Hosts that read one file, ``_redirects``.
_SINGLE = ("netlify", "cloudflare")
_GROUP = "redirects of hosts"


def _find_moves(inputs: RenderInputs, month: str) -> Iterator[Move]:
    """Yield what became of the addresses of articles, of a month or of the whole archive."""
    for output, target in inputs.recorder.ask(MOVED, month):
        yield formats.redirects.Move(output, inputs.urls.url(target) if target else "")


def _find_declared(inputs: RenderInputs) -> Iterator[Move]:
    """Yield what site.toml says of addresses, and where pages of the site's own once stood."""
    for output, value in inputs.recorder.ask(DECLARED, "redirects"):
        target = find_destination(inputs, json.loads(value)).removeprefix(inputs.urls.origin)
        yield formats.redirects.Move(output, formats.redirects.encode_target(target))
    for output, aliases in inputs.recorder.ask(OWN_PAGE_ADDRESSES, "all"):
        for alias in aliases:
            yield formats.redirects.Move(alias, inputs.urls.url(output))
    for output, _ in inputs.recorder.ask(DECLARED, "gone"):
        yield formats.redirects.Move(output, "")


def _render_single(inputs: RenderInputs, output: Output) -> bytes:
    moves = sorted((*_find_declared(inputs), *_find_moves(inputs, ALL)))
    if output.subject == "netlify":
        return formats.redirects.write_netlify(moves, inputs.urls)
    count, most = sum(bool(move.target) for move in moves), formats.redirects.CLOUDFLARE_LINES
    if count > most:
        message = f"[hosting] redirects: Cloudflare reads {most:,} redirects, and the site has {count:,}"
        hint = 'Leave "cloudflare" out: each of them has a page that redirects browsers anyway.'
        raise Problems([Problem(path="site.toml", message=message, hint=hint)])
    return formats.redirects.write_cloudflare(moves, inputs.urls)


def _single(_unit: SiteUnit, settings: PlanSettings) -> Iterator[Output]:
    for host in _SINGLE:
        if host in settings.hosting_redirects:
            yield REDIRECTS_FILE.output(HOST_REDIRECTS, host)


REDIRECTS_FILE = OutputKind(
    name="redirects_file",
    wants=(Want(SiteUnit, _single),),
    render=_render_single,
    bound="0; 1 if it has aliases",
    media_type="text/plain",
    group=_GROUP,
)


def _render_map(inputs: RenderInputs, output: Output) -> bytes:
    host, _, month = output.subject.partition(" ")
    write = {
        "nginx": formats.redirects.write_nginx,
        "caddy": formats.redirects.write_caddy,
        "s3": formats.redirects.write_s3,
    }[host]
    moves = _find_moves(inputs, month) if month else _find_declared(inputs)
    return write(sorted(moves), inputs.urls)


def _of_site(_unit: SiteUnit, settings: PlanSettings) -> Iterator[Output]:
    for host in settings.hosting_redirects:
        if host not in _SINGLE:
            yield REDIRECT_MAP.output(host_output(host), host)


def _of_month(unit: MovedUnit, settings: PlanSettings) -> Iterator[Output]:
    for host in settings.hosting_redirects:
        if host not in _SINGLE and unit.is_any():
            yield REDIRECT_MAP.output(host_output(host, unit.month), f"{host} {unit.month}")


REDIRECT_MAP = OutputKind(
    name="redirect_map",
    wants=(Want(SiteUnit, _of_site), Want(MovedUnit, _of_month)),
    render=_render_map,
    bound="0; 1 for each server or bucket if it has aliases, or the site former permalink patterns",
    media_type="text/plain",
    group=_GROUP,
)
KINDS = (REDIRECTS_FILE, REDIRECT_MAP)
