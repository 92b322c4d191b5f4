"""What is made once brings its questions along: whoever is given it has asked them all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.archive.database import open_reader
from broadsheet.archive.questions.question import Answer, Question, answer_digest
from broadsheet.build.site_folder import STATE
from broadsheet.render.recorder import Asking
from broadsheet.render.views import Page
from tests.editions import built, plain_site
from tests.plain import article

_PAGE = Page(kind="home", url="/", permalink="https://example.org/", language="en")


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Asking]:
    site = plain_site(tmp_path / "site", {"content/flood.md": article("Flood", "2022-11-05", tags=("Oil",))})
    built(site)
    with closing(open_reader(site.folder / STATE)) as state:
        asking = Asking(state)
        asking.page = _PAGE
        yield asking


def _asked(asking: Asking) -> list[str]:
    told = {question for asked in (asking.own(), *asking.site()) for question, _ in asked}
    return sorted(map(str, told))


class _Maker:
    """Makes something of other things, and counts how often."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        self.inner_made = self.outer_made = 0

    def inner(self, name: str) -> str:
        self.inner_made += 1
        return str(self.asking.ask("facet", name))

    def outer(self) -> str:
        self.outer_made += 1
        return f"{self.asking.once(self.inner, 'tag/oil')} in {self.asking.setting('title')}"

    def passing(self) -> str:
        self.outer_made += 1
        return self.asking.once(self.looking)

    def looking(self) -> str:
        self.inner_made += 1
        return self.asking.page.url + str(self.asking.ask("facet", "tag/oil"))

    def failing(self) -> str:
        self.asking.once(self.inner, "tag/oil")
        raise ValueError


def test_an_answer_that_is_known_already_counts_as_asked_and_is_not_asked_again(asking: Asking) -> None:
    known = Question("facet", "tag/oil")
    asking.know({known: ("Petroleum", b"digest")})
    asking.begin()
    assert asking.ask("facet", "tag/oil") == "Petroleum"
    assert asking.own() == ((known, b"digest"),)
    asking.forget()
    assert asking.ask("facet", "tag/oil") == "Oil"


def test_whoever_is_given_what_was_made_has_asked_what_making_it_asked(asking: Asking) -> None:
    maker = _Maker(asking)
    expected = ["facet tag/oil", "setting title"]
    for _ in range(3):
        asking.begin()
        assert asking.once(maker.outer) == "Oil in The Example Courier"
        assert _asked(asking) == expected
    assert (maker.outer_made, maker.inner_made) == (1, 1)
    asking.begin()
    asking.once(maker.inner, "tag/oil")
    assert _asked(asking) == ["facet tag/oil"]


def test_what_was_made_before_is_asked_by_what_is_made_of_it(asking: Asking) -> None:
    maker = _Maker(asking)
    asking.once(maker.inner, "tag/oil")
    asking.begin()
    asking.once(maker.outer)
    asking.begin()
    asking.once(maker.outer)
    assert _asked(asking) == ["facet tag/oil", "setting title"]
    assert maker.inner_made == 1


def test_what_looks_at_the_page_is_not_kept_nor_what_is_made_of_it(asking: Asking) -> None:
    maker = _Maker(asking)
    for number in range(3):
        asking.begin()
        asking.page = Page(kind="home", url=f"/{number}/", permalink="", language="en")
        assert asking.once(maker.passing) == f"/{number}/Oil"
        assert _asked(asking) == ["facet tag/oil"]
    assert (maker.outer_made, maker.inner_made) == (3, 3)


def test_what_cannot_be_made_has_asked_all_the_same(asking: Asking) -> None:
    maker = _Maker(asking)
    asking.begin()
    with pytest.raises(ValueError, match=r"^$"):
        asking.once(maker.failing)
    assert _asked(asking) == ["facet tag/oil"]


def test_what_was_made_is_the_same_until_the_output_ends_however_much_is_made(asking: Asking) -> None:
    asking.begin()
    made: list[str] = asking.once(list)
    for number in range(10_000):
        asking.once(str, number)
    assert asking.once(list) is made
    asking.begin()
    assert asking.once(list) is not made


def test_a_new_output_has_asked_nothing(asking: Asking) -> None:
    asking.setting("title")
    asking.begin()
    assert (asking.own(), asking.site()) == ((), frozenset())


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
    assert (answer_digest(one) == answer_digest(other)) == (one == other)


def test_answers_that_read_alike_have_different_digests() -> None:
    alike: tuple[Answer, ...] = (
        *("", None, (), ("",), "None", 1, "1", ("1", "2"), ("12",), ("1", ("2",)), (("1",), "2")),
        *(("a", "sb"), ("as", "b"), ("a", "s1:b"), ("as1:", "b")),
    )
    assert len({answer_digest(answer) for answer in alike}) == len(alike)


def test_text_that_is_no_unicode_has_a_digest() -> None:
    assert answer_digest("\ud800") != answer_digest("\ud801")
