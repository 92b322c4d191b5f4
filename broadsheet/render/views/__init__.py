"""What templates get to see: the archive's answers with their URLs, and nothing that a page could change.

``view_builder`` makes the views; four types of the model are views as they are. Each that layouts may use is
described in docs/layouts.md under the name of its class, and a test keeps the two in step.
"""

from __future__ import annotations

from broadsheet.common.model import Coordinates, Correction, Retraction, Source
from broadsheet.render.views.articles import (
    Around,
    Article,
    Citation,
    Ending,
    Gone,
    Heading,
    Record,
    Related,
    Teaser,
    Translation,
    Within,
)
from broadsheet.render.views.facets import Facet, Initial, Letter, Names
from broadsheet.render.views.front_page import Front, Package
from broadsheet.render.views.listings import (
    Anniversary,
    CalendarDay,
    DayOfOneYear,
    DayOfYear,
    Leaf,
    Listing,
    Month,
    MonthOfYear,
    Part,
    Period,
    PeriodGroup,
    Shade,
    Year,
)
from broadsheet.render.views.media import Download, Picture, PictureSource, Rendition
from broadsheet.render.views.pages import Feed, OwnPage, Page, PageLink, PageTranslation
from broadsheet.render.views.profiles import AuthorBox, Byline, Profile

__all__ = [
    "Anniversary",
    "Around",
    "Article",
    "AuthorBox",
    "Byline",
    "CalendarDay",
    "Citation",
    "Coordinates",
    "Correction",
    "DayOfOneYear",
    "DayOfYear",
    "Download",
    "Ending",
    "Facet",
    "Feed",
    "Front",
    "Gone",
    "Heading",
    "Initial",
    "Leaf",
    "Letter",
    "Listing",
    "Month",
    "MonthOfYear",
    "Names",
    "OwnPage",
    "Package",
    "Page",
    "PageLink",
    "PageTranslation",
    "Part",
    "Period",
    "PeriodGroup",
    "Picture",
    "PictureSource",
    "Profile",
    "Record",
    "Related",
    "Rendition",
    "Retraction",
    "Shade",
    "Source",
    "Teaser",
    "Translation",
    "Within",
    "Year",
]
