"""The rules of site.toml: for each setting its check, its default, and whether it is required."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from broadsheet.common import urls
from broadsheet.common.model import (
    CITATION_STYLES,
    DEAD_LINKS,
    HOST_LIMITS,
    NAMED_KINDS,
    PICTURE_CROPS,
    PICTURE_FORMATS,
    PICTURE_METADATA,
    SEARCH_FIELDS,
    SECTION_SOURCES,
    TYPEFACES,
)
from broadsheet.settings.address_checks import (
    check_authority,
    check_host,
    check_logo,
    check_policy_url,
    check_site_url,
    check_web_url,
)
from broadsheet.settings.checks import (
    check_active_suffix,
    check_boolean,
    check_choice,
    check_citation_style,
    check_cited_kinds,
    check_correction_kind,
    check_dialect,
    check_each,
    check_facet_kinds,
    check_field_name,
    check_folder,
    check_hosts,
    check_input_format,
    check_integer,
    check_language,
    check_nonempty_text,
    check_one_of,
    check_output_format,
    check_pages_folder,
    check_patterns,
    check_permalink,
    check_profiled_kinds,
    check_separators,
    check_shortcodes,
    check_text,
    check_texts,
    check_timezone,
    check_weekday,
    check_zone_display,
)
from broadsheet.settings.fields import JOINED_FIELDS, PROFILED_KINDS
from broadsheet.settings.model import POLICIES
from broadsheet.settings.picture_checks import check_font, check_sizes, check_widths

_MAX_URLS = 50_000  # in one sitemap: https://www.sitemaps.org/protocol.html#index

_check_search_fields = check_each(check_choice(SEARCH_FIELDS, "field that search knows"))
_check_joined_fields = check_each(check_choice(JOINED_FIELDS, "field that holds a list"))
_check_picture_formats = check_each(check_choice(PICTURE_FORMATS, "format that pictures are made in"))
_check_picture_crops = check_each(check_choice(PICTURE_CROPS, "shape that pictures are cropped to"))
_check_picture_metadata = check_each(check_choice(PICTURE_METADATA, "field that pictures are read for"))


@dataclass(frozen=True, slots=True)
class Rule:
    """How one setting is read.

    ``check`` returns the value, or raises ``InvalidValueError``. A setting that has to be there has, in
    ``required``, the example that is shown when it is missing.
    """

    check: Callable[[object], object]
    default: object = None
    required: str = ""


# By the path of the setting: its key, or its table and key.
RULES: dict[tuple[str, ...], Rule] = {
    ("title",): Rule(check_nonempty_text, required="The Example Courier"),
    ("url",): Rule(check_site_url, required="https://example.org/archive/"),
    ("language",): Rule(check_language, required="en"),
    ("timezone",): Rule(check_timezone, required="Asia/Baku"),
    ("tagline",): Rule(check_text, ""),
    ("authority",): Rule(check_authority, ""),
    ("publisher", "name"): Rule(check_text, ""),
    ("publisher", "url"): Rule(check_web_url, ""),
    ("publisher", "logo"): Rule(check_logo, ""),
    **{("publisher", name): Rule(check_policy_url, "") for name in POLICIES},
    ("content", "folder"): Rule(check_folder, "content"),
    ("content", "exclude"): Rule(check_patterns, ()),
    ("content", "required"): Rule(check_each(check_field_name), ("title", "author", "dateline", "date")),
    ("content", "reported"): Rule(check_each(check_field_name), ()),
    ("content", "section"): Rule(check_one_of(*SECTION_SOURCES), SECTION_SOURCES[0]),
    ("content", "links"): Rule(check_one_of(*DEAD_LINKS), DEAD_LINKS[0]),
    ("content", "profiles"): Rule(check_profiled_kinds, PROFILED_KINDS),
    ("content", "pages"): Rule(check_pages_folder, "pages"),
    ("content", "dialect"): Rule(check_dialect, "commonmark"),
    ("content", "indented_code"): Rule(check_boolean, default=False),
    ("content", "autolinks"): Rule(check_boolean, default=False),
    ("content", "shortcodes"): Rule(check_shortcodes, ()),
    ("dates", "formats"): Rule(check_each(check_input_format), ()),
    ("dates", "date"): Rule(check_output_format, ""),
    ("dates", "time"): Rule(check_output_format, "%H:%M"),
    ("dates", "zone"): Rule(check_zone_display, "none"),
    ("dates", "convert"): Rule(check_boolean, default=False),
    ("dates", "first_day"): Rule(check_weekday, ""),
    ("front_matter", "extra"): Rule(check_texts, ()),
    ("front_matter", "duplicates"): Rule(check_one_of("strict", "last"), "strict"),
    ("front_matter", "join"): Rule(_check_joined_fields, ()),
    ("front_matter", "split"): Rule(check_separators, ""),
    ("permalinks", "article"): Rule(check_permalink, "/{year}/{month}/{day}/{slug}/"),
    ("permalinks", "slugs"): Rule(check_one_of("made", "file"), "made"),
    ("permalinks", "former"): Rule(check_each(check_permalink), ()),
    ("article", "contents"): Rule(check_integer(0, 100), 6),
    ("article", "reading_time"): Rule(check_boolean, default=False),
    ("listings", "size"): Rule(check_integer(1, 10_000), 100),
    ("listings", "days"): Rule(check_boolean, default=True),
    ("listings", "kinds"): Rule(check_facet_kinds, NAMED_KINDS),
    ("listings", "anniversaries"): Rule(check_boolean, default=True),
    ("listings", "surnames"): Rule(check_boolean, default=True),
    ("related", "count"): Rule(check_integer(0, 10), 3),
    ("feeds", "length"): Rule(check_integer(1, 10_000), 20),
    ("feeds", "full_text"): Rule(check_boolean, default=False),
    ("feeds", "page"): Rule(check_boolean, default=True),
    ("feeds", "kinds"): Rule(check_facet_kinds, ("section", "tag", "author", "series", "language")),
    ("corrections", "top"): Rule(check_each(check_correction_kind), ("correction",)),
    ("corrections", "withhold"): Rule(check_boolean, default=True),
    ("corrections", "mark"): Rule(check_boolean, default=False),
    ("sitemaps", "size"): Rule(check_integer(1, _MAX_URLS), _MAX_URLS),
    ("sitemaps", "news"): Rule(check_boolean, default=True),
    ("data", "months"): Rule(check_boolean, default=True),
    ("data", "size"): Rule(check_integer(1, 10_000), 100),
    ("data", "articles"): Rule(check_boolean, default=False),
    ("citations", "styles"): Rule(check_each(check_citation_style), CITATION_STYLES),
    ("citations", "articles"): Rule(check_boolean, default=False),
    ("citations", "listings"): Rule(check_cited_kinds, ("series", "edition")),
    ("search", "on"): Rule(check_boolean, default=True),
    ("search", "fields"): Rule(_check_search_fields, SEARCH_FIELDS[:7]),
    ("search", "languages"): Rule(check_each(check_language), ()),
    ("search", "positions"): Rule(check_boolean, default=False),
    ("pictures", "on"): Rule(check_boolean, default=True),
    ("pictures", "widths"): Rule(check_widths, (640, 1280)),
    ("pictures", "lead_widths"): Rule(check_widths, (640, 1280, 1920)),
    ("pictures", "formats"): Rule(_check_picture_formats, ("webp",)),
    ("pictures", "quality"): Rule(check_integer(1, 100), 78),
    ("pictures", "crops"): Rule(_check_picture_crops, PICTURE_CROPS),
    ("pictures", "originals"): Rule(check_boolean, default=False),
    # One rem less than phones have: for 2% more pixels than 640 they would load three times the bytes.
    ("pictures", "sizes"): Rule(check_sizes, "(min-width: 48rem) 38rem, calc(100vw - 3rem)"),
    ("pictures", "metadata"): Rule(_check_picture_metadata, ()),
    ("pictures", "cards"): Rule(check_boolean, default=False),
    ("pictures", "fonts"): Rule(check_each(check_font), ()),
    ("hosting", "limits"): Rule(check_one_of(*HOST_LIMITS), HOST_LIMITS[0]),
    ("hosting", "redirects"): Rule(check_hosts, ()),
    ("assets", "minify"): Rule(check_boolean, default=True),
    ("assets", "digests"): Rule(check_boolean, default=True),
    ("safety", "frames"): Rule(check_each(check_host), ()),
    ("safety", "frames_at_once"): Rule(check_boolean, default=False),
    ("safety", "pictures"): Rule(check_each(check_host), ()),
    ("safety", "attachments"): Rule(check_each(check_active_suffix), ()),
    ("theme", "fallback"): Rule(check_boolean, default=True),
    ("theme", "typeface"): Rule(check_one_of(*TYPEFACES), TYPEFACES[0]),
    ("theme", "icons"): Rule(check_boolean, default=True),
}
# Tables that give the names of facets, and the kind of facet that each is for.
NAME_TABLES: dict[str, str] = {urls.FACET_FOLDERS[kind]: kind for kind in NAMED_KINDS}
# Tables whose keys are the site's own.
OPEN_TABLES = ("front_matter", "translations", "redirects", "gone", *NAME_TABLES)
TABLES = tuple(dict.fromkeys((*(path[0] for path in RULES if len(path) > 1), *OPEN_TABLES)))
TOP_LEVEL_KEYS = tuple(path[0] for path in RULES if len(path) == 1)
