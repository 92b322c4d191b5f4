"""Formats: pure functions from answers to bytes. Nothing here asks the archive.

A format is loaded when it is first used, so that a build that renders nothing loads none of them:
``from broadsheet.render import formats``, then ``formats.feeds.atom(…)``. https://peps.python.org/pep-0562/
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from broadsheet.render.formats import feeds, records, redirects, sitemaps

__all__ = ["feeds", "records", "redirects", "sitemaps"]


def __getattr__(name: str) -> object:
    """Load one of the formats; raises ``AttributeError`` for any other name."""
    if name in __all__:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
