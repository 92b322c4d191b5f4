"""What templates ask with: the page being rendered, its words, the site, and the archive."""

from broadsheet.render.template_api.archive import Archive, Page, Site, Words

__all__ = ["Archive", "Page", "Site", "Words"]
