"""The plot of time and memory against the number of articles, as an SVG that needs nothing else.

Both axes are logarithmic: what grows with the archive is a line that rises by a decade a decade.
Colours are for light and dark pages; each line has a mark of its own, so that nobody needs them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from records import Record, Records
from report import COLD, NEWEST
from tools import BROADSHEET

_LEGEND = {BROADSHEET: "a", "Hugo": "b", "Eleventy": "c", "Pelican": "d"}
_MARKS = {
    "a": "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z",
    "b": "M-4-4h8v8h-8z",
    "c": "M0-5.5l5.2 9h-10.4z",
    "d": "M0-5.5l5.5 5.5l-5.5 5.5l-5.5-5.5z",
}
_STYLE = """
text { font: 15px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328; }
.head { font-weight: 600; }
.small { fill: #59636e; font-size: 13.5px; }
.grid { stroke: #d1d9e0; stroke-width: 1; fill: none; }
.line { stroke-width: 2.25; fill: none; stroke-linejoin: round; }
.a { --ink: #b3261e; } .b { --ink: #0a57b8; } .c { --ink: #7a5200; } .d { --ink: #00695c; }
.line { stroke: var(--ink); } .mark { fill: var(--ink); }
.paper { fill: #ffffff; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .small { fill: #9198a1; }
  .grid { stroke: #3d444d; }
  .a { --ink: #ff8a80; } .b { --ink: #79b8ff; } .c { --ink: #e3b341; } .d { --ink: #56d4b8; }
  .paper { fill: #0d1117; }
}
"""
_WIDTH, _HEIGHT = 960, 420
_PANEL, _LEFT, _TOP, _BOTTOM, _SPAN = 312, 66, 98, 352, 222
_NAME = 140


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One diagram: of each tool, the pairs of articles and figure; ``said`` makes a label of a figure."""

    title: str
    lines: dict[str, tuple[tuple[int, float], ...]]
    said: Callable[[float], str]


def drawn(records: Records) -> str:
    """Return the plot of what was measured."""
    return figure(
        (
            _panel(records, "Cold build, time", COLD, lambda one: one.wall, _time),
            _panel(records, "One article more, time", NEWEST, lambda one: one.wall, _time),
            _panel(records, "Cold build, memory", COLD, lambda one: one.peak, _memory),
        )
    )


def figure(panels: Sequence[Panel]) -> str:
    """Return panels side by side as one SVG document."""
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}"'
            f' height="{_HEIGHT}" role="img" aria-labelledby="title words">'
        ),
        '<title id="title">Time and memory against the number of articles</title>',
        f'<desc id="words">{escape(_described(panels))}</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{_WIDTH}" height="{_HEIGHT}" rx="6"/>',
    ]
    tools = dict.fromkeys(tool for panel in panels for tool in panel.lines)
    for number, tool in enumerate(tools):
        parts.append(_named(tool, 20 + number * _NAME))
    for number, panel in enumerate(panels):
        parts += _diagram(panel, 16 + number * _PANEL)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(
    records: Records, title: str, what: str, of: Callable[[Record], float], said: Callable[[float], str]
) -> Panel:
    lines = {}
    for tool in _LEGEND:
        found = ((size, records.median(what, tool, size, of)) for size in records.sizes())
        pairs = tuple((size, value) for size, value in found if value)
        if pairs:
            lines[tool] = pairs
    return Panel(title=title, lines=lines, said=said)


def _described(panels: Sequence[Panel]) -> str:
    """Say in words what the lines show."""
    sentences = []
    for panel in panels:
        for tool, pairs in panel.lines.items():
            points = ", ".join(f"{panel.said(value)} with {size:,} articles" for size, value in pairs)
            sentences.append(f"{panel.title}, {tool}: {points}.")
    return " ".join(sentences) or "Nothing was measured."


def _named(tool: str, left: int) -> str:
    """Say whose a mark is."""
    letter = _LEGEND[tool]
    return (
        f'<g class="{letter}"><path class="line" d="M{left} 28h28"/>'
        f'<path class="mark" transform="translate({left + 14} 28)" d="{_MARKS[letter]}"/></g>'
        f'<text x="{left + 36}" y="33">{tool}</text>'
    )


def _diagram(panel: Panel, left: int) -> list[str]:
    begin = left + _LEFT
    parts = [f'<text class="head" x="{left}" y="{_TOP - 22}">{escape(panel.title)}</text>']
    sizes = [size for pairs in panel.lines.values() for size, _ in pairs]
    values = [value for pairs in panel.lines.values() for _, value in pairs]
    if not sizes:
        return parts
    first, last = _decades(sizes)
    low, high = _decades(values)

    def across(size: float) -> float:
        return begin + _SPAN * (math.log10(size) - first) / (last - first)

    def up(value: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * (math.log10(value) - low) / (high - low)

    for power in range(low, high + 1):
        y = up(10.0**power)
        label = panel.said(10.0**power)
        parts += [
            f'<path class="grid" d="M{begin} {y:.1f}h{_SPAN}"/>',
            f'<text class="small" x="{begin - 8}" y="{y + 4:.1f}" text-anchor="end">{label}</text>',
        ]
    for power in range(first, last + 1):
        x = across(10.0**power)
        parts += [
            f'<path class="grid" d="M{x:.1f} {_TOP}V{_BOTTOM}"/>',
            f'<text class="small" x="{x:.1f}" y="{_BOTTOM + 20}" text-anchor="middle">{_count(power)}</text>',
        ]
    parts.append(
        f'<text class="small" x="{begin + _SPAN / 2}" y="{_BOTTOM + 42}" text-anchor="middle">articles</text>'
    )
    for tool, pairs in panel.lines.items():
        letter = _LEGEND[tool]
        spots = [(across(size), up(value)) for size, value in pairs]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
        parts.append(f'<g class="{letter}"><path class="line" d="M{path}"/>')
        parts += [
            f'<path class="mark" transform="translate({x:.1f} {y:.1f})" d="{_MARKS[letter]}"/>'
            for x, y in spots
        ]
        parts.append("</g>")
    return parts


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """Return the powers of ten below and above: at least one apart."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _count(power: int) -> str:
    return {6: "1M", 7: "10M"}.get(power, f"{10**power // 1000}k" if power >= 3 else f"{10**power}")


def _time(seconds: float) -> str:
    return f"{seconds:,.0f} s" if seconds >= 10 else f"{seconds:.3g} s"


def _memory(size: float) -> str:
    return f"{size / 1e9:.3g} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"
