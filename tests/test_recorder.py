"""What is made once brings its questions along: whoever is given it has asked them all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.archive.database import open_reader
from broadsheet.archive.questions.listings import FACET_NAME
from broadsheet.archive.questions.question import Answer, Question, digest_answer
from broadsheet.build.site_folder import STATE
from broadsheet.common.keys import FacetKey
from broadsheet.render.recorder import DependencyRecorder
from broadsheet.render.views import Page
from tests.builds import built, plain_site
from tests.plain import article

_OIL = FacetKey("tag", "oil")
_PAGE = Page(kind="home", url="/", permalink="https://example.org/", language="en")


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[DependencyRecorder]:
    site = plain_site(tmp_path / "site", {"content/flood.md": article("Flood", "2022-11-05", tags=("Oil",))})
    built(site)
    with closing(open_reader(site.folder / STATE)) as state:
        recorder = DependencyRecorder(state)
        recorder.page = _PAGE
        yield recorder


def _asked(recorder: DependencyRecorder) -> list[str]:
    told = {question for asked in (recorder.own(), *recorder.site()) for question, _ in asked}
    return sorted(map(str, told))


class _Maker:
    """Makes something of other things, and counts how often."""

    def __init__(self, recorder: DependencyRecorder) -> None:
        self.recorder = recorder
        self.inner_made = self.outer_made = 0

    def inner(self, name: str) -> str:
        self.inner_made += 1
        return str(self.recorder.ask(FACET_NAME, FacetKey.parse(name)))

    def outer(self) -> str:
        self.outer_made += 1
        return f"{self.recorder.memoized(self.inner, 'tag/oil')} in {self.recorder.setting('title')}"

    def passing(self) -> str:
        self.outer_made += 1
        return self.recorder.memoized(self.looking)

    def looking(self) -> str:
        self.inner_made += 1
        return self.recorder.page.url + str(self.recorder.ask(FACET_NAME, _OIL))

    def failing(self) -> str:
        self.recorder.memoized(self.inner, "tag/oil")
        raise ValueError


def test_an_answer_that_is_known_already_counts_as_asked_and_is_not_asked_again(
    recorder: DependencyRecorder,
) -> None:
    known = Question("facet", "tag/oil")
    recorder.prime({known: ("Petroleum", b"digest")})
    recorder.begin()
    assert recorder.ask(FACET_NAME, _OIL) == "Petroleum"
    assert recorder.own() == ((known, b"digest"),)
    recorder.forget()
    assert recorder.ask(FACET_NAME, _OIL) == "Oil"


def test_whoever_is_given_what_was_made_has_asked_what_making_it_asked(recorder: DependencyRecorder) -> None:
    maker = _Maker(recorder)
    expected = ["facet tag/oil", "setting title"]
    for _ in range(3):
        recorder.begin()
        assert recorder.memoized(maker.outer) == "Oil in The Example Courier"
        assert _asked(recorder) == expected
    assert (maker.outer_made, maker.inner_made) == (1, 1)
    recorder.begin()
    recorder.memoized(maker.inner, "tag/oil")
    assert _asked(recorder) == ["facet tag/oil"]


def test_what_was_made_before_is_asked_by_what_is_made_of_it(recorder: DependencyRecorder) -> None:
    maker = _Maker(recorder)
    recorder.memoized(maker.inner, "tag/oil")
    recorder.begin()
    recorder.memoized(maker.outer)
    recorder.begin()
    recorder.memoized(maker.outer)
    assert _asked(recorder) == ["facet tag/oil", "setting title"]
    assert maker.inner_made == 1


def test_what_looks_at_the_page_is_not_kept_nor_what_is_made_of_it(recorder: DependencyRecorder) -> None:
    maker = _Maker(recorder)
    for number in range(3):
        recorder.begin()
        recorder.page = Page(kind="home", url=f"/{number}/", permalink="", language="en")
        assert recorder.memoized(maker.passing) == f"/{number}/Oil"
        assert _asked(recorder) == ["facet tag/oil"]
    assert (maker.outer_made, maker.inner_made) == (3, 3)


def test_what_cannot_be_made_has_asked_all_the_same(recorder: DependencyRecorder) -> None:
    maker = _Maker(recorder)
    recorder.begin()
    with pytest.raises(ValueError, match=r"^$"):
        recorder.memoized(maker.failing)
    assert _asked(recorder) == ["facet tag/oil"]


def test_what_was_made_is_the_same_until_the_output_ends_however_much_is_made(
    recorder: DependencyRecorder,
) -> None:
    recorder.begin()
    made: list[str] = recorder.memoized(list)
    for number in range(10_000):
        recorder.memoized(str, number)
    assert recorder.memoized(list) is made
    recorder.begin()
    assert recorder.memoized(list) is not made


def test_a_new_output_has_asked_nothing(recorder: DependencyRecorder) -> None:
    recorder.setting("title")
    recorder.begin()
    assert (recorder.own(), recorder.site()) == ((), frozenset())


_ANSWERS = st.recursive(
    st.none()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(("None;", "1;", "s0:", "t0:", "t1:s0:")),
    lambda answers: st.lists(answers, max_size=4).map(tuple),
    max_leaves=8,
)


@given(_ANSWERS, _ANSWERS)
def test_different_answers_have_different_digests(one: Answer, other: Answer) -> None:
    assert (digest_answer(one) == digest_answer(other)) == (one == other)


def test_answers_that_read_alike_have_different_digests() -> None:
    alike: tuple[Answer, ...] = (
        *("", None, (), ("",), "None", 1, "1", ("1", "2"), ("12",), ("1", ("2",)), (("1",), "2")),
        *(("a", "sb"), ("as", "b"), ("a", "s1:b"), ("as1:", "b")),
    )
    assert len({digest_answer(answer) for answer in alike}) == len(alike)


def test_text_that_is_no_unicode_has_a_digest() -> None:
    assert digest_answer("\ud800") != digest_answer("\ud801")
