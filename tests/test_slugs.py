"""Slugs: those that are made, those that authors write, and which of them are the same."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from broadsheet.common.slugs import find_name_fault, find_slug_fault, is_cut, keep_slug, path_key, slugify

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_RESERVED = {
    *("con", "prn", "aux", "nul", "conin$", "conout$"),
    *(f"{device}{number}" for device in ("com", "lpt") for number in "0123456789¹²³"),
}
_AWKWARD = (
    "",
    "!!!",
    "CON",
    "com1",
    "İlham",
    "ß",
    "ﬀ",
    "a" * 300,
    "я" * 100,
    "-",
    "\u0301",
    "i\u0307",
    "ΑΣ",
    "Ǆ",
)
_texts = (
    st.text(max_size=200)
    | st.text(alphabet="aAiIİıßſΣς -_\u0307\u0301é", max_size=60)  # noqa: RUF001
    | st.sampled_from(_AWKWARD)
)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Oil prices rise", "oil-prices-rise"),
        ("oil-prices_rise", "oil-prices-rise"),
        ("  Oil,  prices: rise!  ", "oil-prices-rise"),
        ("CRI-O", "cri-o"),
        ("İlham", "ilham"),
        ("I\u0307lham", "ilham"),
        ("Ağdam", "ağdam"),
        ("Ag\u0306dam", "ağdam"),
        ("Кризис в Баку", "кризис-в-баку"),
        ("石油危機", "石油危機"),
        ("हिन्दी", "हिन्दी"),
        ("Straße", "strasse"),
        ("EPA’s $10 plan", "epa-s-10-plan"),  # noqa: RUF001
        ("C++", "c"),
        ("1984", "1984"),
        ("½", "½"),
        ("CON", "con-"),
        ("con", "con-"),
        ("Com1", "com1-"),
        ("con artist", "con-artist"),
        ("LPT²", "lpt²-"),
        ("", "untitled"),
        ("!!!", "u0021-u0021-u0021"),
        ("?", "u003f"),
        ("👍", "u1f44d"),
        ("---", "u002d-u002d-u002d"),
        ("\u0301", "u0301"),
    ],
)
def test_a_slug_is_made_of_letters_digits_and_marks_of_every_script(text: str, made: str) -> None:
    assert slugify(text) == made


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("word " * 60, "-".join(["word"] * 48)),
        ("a" * 120 + " " + "b" * 119 + " c", "a" * 120 + "-" + "b" * 119),
        ("a" * 120 + " " + "b" * 120, "a" * 120),
        ("a" * 300, "a" * 240),
        ("石" * 100, "石" * 80),
        ("я" * 100 + " " + "ы" * 100, "я" * 100),
        ("é" + "石" * 100, "é" + "石" * 79),
        ("con " + "a" * 300, "con-"),
    ],
)
def test_a_slug_is_cut_between_words_where_it_has_several(text: str, made: str) -> None:
    assert slugify(text) == made
    assert is_cut(text)
    assert not is_cut(made)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Oil_Prices.v2+More", "Oil_Prices.v2+More"),
        ("it's ok, (really)!", "it's-ok,-(really)!"),
        ("a -- b", "a-b"),
        ("a--b", "a--b"),
        ("What now?", "What-now"),
        ("50% off", "50-off"),
        ("...and then...", "and-then"),
        ("CON", "CON-"),
        ("nul.txt", "nul-txt"),
        ("Cafe\u0301", "Café"),
        ("İlham", "İlham"),
        ("___", "u005f-u005f-u005f"),
        ("", "untitled"),
        ("A" * 300, "A" * 240),
        ("Ab_c-" * 60, "-".join(["Ab_c"] * 48)),
    ],
)
def test_the_name_of_a_file_is_kept_but_for_what_no_path_can_have(name: str, kept: str) -> None:
    assert keep_slug(name) == kept


@given(_texts | st.text(alphabet="aB._+-%?/ é", max_size=20))
def test_a_kept_name_can_stand_in_a_path_of_every_system_and_stays(name: str) -> None:
    kept = keep_slug(name)
    assert find_slug_fault(kept) is None
    assert find_name_fault(kept) is None
    assert keep_slug(kept) == kept


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("a:b", "holds ':', which no name on Windows can"),
        ("what?", "holds '?', which no name on Windows can"),
        ('"a"', "holds '\"', which no name on Windows can"),
        ("etc.", "ends with a full stop or a space, which no name on Windows can"),
        ("a ", "ends with a full stop or a space, which no name on Windows can"),
        ("aux", "holds aux, a name that Windows reserves"),
        ("COM1.html", "holds COM1.html, a name that Windows reserves"),
        (".Git", "holds .Git, a name that Git reserves"),
        ("a  b", None),
        ("auxiliary", None),
        (".well-known", None),
        ("50%", None),
    ],
)
def test_names_that_windows_cannot_hold_are_known(name: str, fault: str | None) -> None:
    assert find_name_fault(name) == fault


@given(_texts)
@example("İ" * 100)
@example("u0021-u0021")
def test_a_made_slug_stays_as_it_is_made_again(text: str) -> None:
    assert slugify(slugify(text)) == slugify(text)


@given(_texts)
def test_a_made_slug_can_stand_in_a_path_of_every_system(text: str) -> None:
    made = slugify(text)
    assert 1 <= len(made.encode()) <= 240
    assert unicodedata.is_normalized("NFC", made)
    assert made not in _RESERVED
    assert find_slug_fault(made) is None
    assert not made.startswith("-")
    assert "--" not in made


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_ascii_is_no_rule_of_its_own(text: str) -> None:
    made = slugify(f"é {text}")
    assert made == (f"é-{slugify(text).rstrip('-')}" if any(map(str.isalnum, text)) else "é")


@given(_texts)
def test_a_made_slug_is_its_own_folded_form(text: str) -> None:
    assert path_key(slugify(text)) == slugify(text)


@given(st.lists(st.text(alphabet="abcXYZ9äЖ", min_size=1, max_size=8), min_size=1, max_size=5))
def test_case_spaces_hyphens_and_underscores_make_no_difference(words: list[str]) -> None:
    made = slugify(" ".join(words))
    assert made == slugify("-".join(words)) == slugify("_".join(words)) == slugify("  ".join(words))
    assert made == slugify(" ".join(words).upper()) == slugify(" ".join(words).lower())


@given(_texts)
def test_the_unicode_form_makes_no_difference(text: str) -> None:
    assert slugify(unicodedata.normalize("NFD", text)) == slugify(unicodedata.normalize("NFC", text))


@given(_texts, _texts)
def test_texts_without_a_letter_keep_apart(one: str, other: str) -> None:
    symbols = "!?#%&$"
    one, other = (re.sub(r".", lambda match: symbols[ord(match[0]) % 6], text[:8]) for text in (one, other))
    if one != other and one and other:
        assert slugify(one) != slugify(other)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "is empty"),
        ("a/b", "holds '/'"),
        ("a\\b", "holds '\\\\'"),
        ("a b", "holds ' '"),
        ("a?b", "holds '?'"),
        ("a#b", "holds '#'"),
        ("50%", "holds '%'"),
        ("a\u200bb", "holds '\\u200b'"),
        (".", "begins or ends with a full stop"),
        ("..", "begins or ends with a full stop"),
        (".hidden", "begins or ends with a full stop"),
        ("end.", "begins or ends with a full stop"),
        ("x" * 241, "is longer than 240 bytes"),
        ("NUL", "is a name that Windows reserves"),
        ("nul.txt", "is a name that Windows reserves"),
        ("Own-Slug_2", None),
        ("x" * 240, None),
        ("v1.2", None),
        ("Ağdam", None),
    ],
)
def test_a_slug_that_an_author_wrote_is_kept_or_its_fault_is_told(text: str, fault: str | None) -> None:
    assert find_slug_fault(text) == fault
