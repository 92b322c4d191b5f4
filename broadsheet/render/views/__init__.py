"""The views that templates get: the model with its URLs, and nothing that a page could change."""

from broadsheet.render.views.articles import *  # noqa: F403
