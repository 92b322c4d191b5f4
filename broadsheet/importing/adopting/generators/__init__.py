"""The generators whose sites can be adopted, one module each."""

from __future__ import annotations

from broadsheet.importing.adopting.generators import eleventy, hugo, jekyll, lektor, nikola, pelican, zola
from broadsheet.importing.adopting.origin import Generator

# Zola and Hugo may both have a config.toml; only Hugo is content with less.
GENERATORS: tuple[Generator, ...] = tuple(
    each.GENERATOR for each in (jekyll, pelican, nikola, lektor, eleventy, zola, hugo)
)
