"""What helps to read a long article: the list of its headings, and how long reading takes."""

from __future__ import annotations

import re
from html import unescape

from markupsafe import Markup

from broadsheet.read.markdown.attributes import CONTENTS, parse_attributes
from broadsheet.render.views import Heading

# Words a minute at which adults read aloud, by language: the means of S. Trauzettel-Klosinski and K. Dietz,
# "Standardized Assessment of Reading Performance" (IReST), Investigative Ophthalmology & Visual Science 53,
# 2012, table 3. Of Chinese and Japanese they are characters, as ``words`` counts them.
_SPEEDS = {
    "ar": 138,
    "az": 166,
    "de": 179,
    "en": 228,
    "es": 218,
    "fi": 161,
    "fr": 195,
    "he": 187,
    "it": 188,
    "ja": 357,
    "nl": 202,
    "pl": 166,
    "pt": 181,
    "ru": 184,
    "sl": 180,
    "sv": 199,
    "tr": 166,
    "zh": 255,
}
# The mean of all of them.
_SPEED = 184

_HEADING = re.compile(r"<h2( [^<>]*)>(.*?)</h2>", re.DOTALL)
_LIST = f'<ul class="{CONTENTS}">'
_TAG = re.compile(r"<[^<>]*>")
_REFERENCE = re.compile(r'<sup id="fnref[^<>]*>.*?</sup>', re.DOTALL)


def count_minutes(words: int, language: str) -> int:
    """Return how many minutes a text of ``words`` in ``language`` takes, 1 at least; 0 without words."""
    return -(-words // _SPEEDS.get(language.partition("-")[0].lower(), _SPEED))


def list_headings(html: str, fewest: int) -> tuple[Heading, ...]:
    """Return the headings of the first level of a finished body, without those of the class no_toc.

    None if there are fewer than ``fewest``, or if the author put the list into the text; 0 is for never.
    """
    if not fewest or html.count("<h2 ") < fewest or _LIST in html:
        return ()
    found = []
    for attributes, inner in _HEADING.findall(html):
        given = parse_attributes(attributes)
        words = _TAG.sub("", _REFERENCE.sub("", inner)).strip()
        if words and "id" in given and "no_toc" not in given.get("class", "").split():
            name = Markup(words)  # noqa: S704 - from a body, which reading made safe
            found.append(Heading(name=name, url=f"#{unescape(given['id'])}"))
    return tuple(found) if len(found) >= fewest else ()
