"""Turns answers of the archive into the views that templates get."""

from broadsheet.render.view_builder.articles import ViewBuilder, key_of

__all__ = ["ViewBuilder", "key_of"]
