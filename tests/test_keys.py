"""The keys of the state: each has one text, and the text gives back the key."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.common.keys import (
    EVERYTHING,
    FacetKey,
    ListingKey,
    ListingPart,
    NamesKey,
    PeriodPart,
    SeriesPart,
)
from broadsheet.common.model import SINGLE_KINDS, FacetKind
from broadsheet.common.slugs import slugify

SLUGS = st.text(min_size=1).map(slugify).filter(bool)
KINDS: st.SearchStrategy[FacetKind] = st.sampled_from(get_args(FacetKind))
MANY = KINDS.filter(lambda kind: kind not in SINGLE_KINDS)
FACETS = st.one_of(st.sampled_from(SINGLE_KINDS).map(FacetKey), st.builds(FacetKey, MANY, SLUGS))
PERIODS = st.integers(0, 9999_12_31)
LISTINGS = st.builds(ListingKey, FACETS, PERIODS)
PARTS = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (EVERYTHING, "all"),
        (FacetKey("tag", "oil"), "tag/oil"),
        (ListingKey(EVERYTHING, 0), "all/0"),
        (ListingKey(FacetKey("tag", "oil"), 202211), "tag/oil/202211"),
        (ListingPart(ListingKey(EVERYTHING, 2022)), "all//2022/0"),
        (ListingPart(ListingKey(FacetKey("tag", "oil"), 20221105), 2), "tag/oil/20221105/2"),
        (PeriodPart(202211), "202211/0"),
        (PeriodPart(20221105, 3), "20221105/3"),
        (NamesKey("tag"), "tag/"),
        (NamesKey("author", "ma"), "author/ma"),
        (SeriesPart("flood", "content/2022/dam.md"), "flood/content/2022/dam.md"),
    ],
)
def test_the_text_of_a_key(key: FacetKey, text: str) -> None:
    assert f"{key}" == str(key) == text
    assert type(key).parse(text) == key


@given(
    st.one_of(
        FACETS,
        LISTINGS,
        st.builds(ListingPart, LISTINGS, PARTS),
        st.builds(PeriodPart, PERIODS, PARTS),
        st.builds(NamesKey, MANY, st.text()),
        st.builds(SeriesPart, SLUGS, st.text()),
    )
)
def test_every_key_is_read_back_from_its_text(key: FacetKey) -> None:
    read = type(key).parse(str(key))
    assert read == key
    assert type(read) is type(key)
