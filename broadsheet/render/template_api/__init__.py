"""What layouts can ask: the page being rendered, the theme's words, the site, and the archive."""

from __future__ import annotations

from broadsheet.render.template_api.archive import Archive
from broadsheet.render.template_api.page import Page
from broadsheet.render.template_api.site import Site
from broadsheet.render.template_api.words import Words

__all__ = ["Archive", "Page", "Site", "Words"]
