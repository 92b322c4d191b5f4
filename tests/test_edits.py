"""Any edits: whatever was done to a site, building on gives the bytes of a clean build.

``tests.scripts`` says what a script does and what is looked at after each of its steps. A script follows
from its seed alone. Hypothesis chooses seed and length; were each edit a choice of its own, it would spend
its examples on near copies of one script. ``bench/scripts.py`` plays thousands.
"""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from broadsheet.common.model import NAMED_KINDS
from broadsheet.common.urls import FACET_FOLDERS
from broadsheet.settings.fields import ARTICLE_FIELDS
from broadsheet.settings.model import Settings
from tests.scripts import FIELDS, SETTINGS, play


@settings(max_examples=40)
@given(seed=st.integers(2**32, 2**64), steps=st.integers(2, 8))
def test_any_edits_build_to_the_bytes_of_a_clean_build(seed: int, steps: int) -> None:
    for happened in play(seed, steps):
        event(happened.partition(" ")[0])


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_any_edits_with_several_workers_build_to_the_bytes_of_a_clean_build(seed: int) -> None:
    play(seed, 3, crowded=True)


def test_every_field_is_among_the_edits() -> None:
    assert FIELDS.keys() - {"kicker"} == set(ARTICLE_FIELDS)


def test_every_setting_is_among_the_edits() -> None:
    edited = {name.partition(".")[0] for name in SETTINGS} | {name.replace(".", "_") for name in SETTINGS}
    named = {FACET_FOLDERS[kind] for kind in NAMED_KINDS}
    assert {field.name for field in fields(Settings)} - edited == {"names", "spellings", "written_url"}
    assert named <= edited
