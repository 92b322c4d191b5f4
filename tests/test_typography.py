"""Typography: where a quotation begins and ends, in every script, and French spaces."""

# ruff: noqa: RUF001 - quotes, dashes and spaces are what these tests are about

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from broadsheet.read.typography import Typographer, set_text
from broadsheet.read.typography.marks import find_marks

LANGUAGES = ("en", "de", "fr", "fr-CA", "ru", "sv", "he", "ar", "zh", "ja", "th", "pl", "hu", "az")
# Everything that may be changed: quotes, apostrophes and the Hebrew marks for them, dashes, dots, spaces.
CHANGEABLE = re.compile(r"[\"'“”„‘’‚‹›«»「」『』׳״–—…. \u00a0\u202f-]")
TEXTS = st.text(
    alphabet="ab1é '\"-.…,:;!?%()«»“”„‘’「」\u00a0\u202f\u200f&<你好。，בהלצ״א",
    max_size=30,
)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        # Chinese, Japanese, Thai, Khmer, Burmese: no spaces between words.
        ('他说"你好"了', "zh", "他说“你好”了"),
        ('他说"你好"，她说"再见"。', "zh", "他说“你好”，她说“再见”。"),
        ('"你好"他说"再见"', "zh", "“你好”他说“再见”"),
        ("他说'你好'了", "zh", "他说‘你好’了"),
        ("他说\"我们'一定'会\"了", "zh", "他说“我们‘一定’会”了"),
        ('他说："你好。"', "zh", "他说：“你好。”"),
        ('获得2022"年度人物"称号', "zh", "获得2022“年度人物”称号"),
        ('苹果"iPhone 14"发布', "zh", "苹果“iPhone 14”发布"),
        ("他说'I don't know'了", "zh", "他说‘I don’t know’了"),
        ('他說"你好"了', "zh-Hant", "他說「你好」了"),
        ('彼は"はい"と言った', "ja", "彼は「はい」と言った"),
        ("彼は\"これは'本'だ\"と", "ja", "彼は「これは『本』だ」と"),
        ('เขาพูดว่า"สวัสดี"แล้ว', "th", "เขาพูดว่า“สวัสดี”แล้ว"),
        ('គាត់និយាយ"សួស្តី"ហើយ', "km", "គាត់និយាយ“សួស្តី”ហើយ"),
        ('သူက"မင်္ဂလာပါ"လို့', "my", "သူက“မင်္ဂလာပါ”လို့"),
        ('그는 "안녕"이라고 했다', "ko", "그는 “안녕”이라고 했다"),
        ("그는 '안녕'이라고 했다", "ko", "그는 ‘안녕’이라고 했다"),
        # Arabic, Persian, Hebrew: a conjunction or an article is joined to the quotation.
        ('و"لا"', "ar", "و«لا»"),
        ('قال "نعم" و"لا"، ثم', "ar", "قال «نعم» و«لا»، ثم"),
        ('وَ"لا"', "ar", "وَ«لا»"),
        ("و'لا'", "ar", "و“لا”"),
        ("وقال \"نعم و'لا' معا\"", "ar", "وقال «نعم و“لا” معا»"),
        ('گفت:"بله"و رفت', "fa", "گفت:«بله»و رفت"),
        ('قرأت في "الأهرام\u200f" أن', "ar", "قرأت في «الأهرام\u200f» أن"),
        ('ב"הארץ" נכתב', "he", "ב”הארץ” נכתב"),
        ('ב"הארץ" נכתב', "en", "ב“הארץ” נכתב"),
        ('וכש"הארץ" כתב', "en", "וכש“הארץ” כתב"),
        ("ב'הארץ' נכתב", "en", "ב‘הארץ’ נכתב"),
        # Hebrew acronyms have gershayim, abbreviations and loan words a geresh.
        ('צה"ל', "he", "צה״ל"),
        ('"צה"ל הודיע"', "he", "”צה״ל הודיע”"),
        ('מנכ"לית ודו"חות בארה"ב, ח"כ', "he", "מנכ״לית ודו״חות בארה״ב, ח״כ"),
        ('המו"לים אמרו "לא"', "en", "המו״לים אמרו “לא”"),
        ('ב"כ הנאשם', "he", "ב״כ הנאשם"),
        ('רמטכ"ל צה"ל ב"ידיעות"', "en", "רמטכ״ל צה״ל ב“ידיעות”"),
        ("ג'ורג' ברח' הרצל", "he", "ג׳ורג׳ ברח׳ הרצל"),
        ("'שלום', אמר", "he", "’שלום’, אמר"),
        # No-break spaces, and what is no letter.
        ('в\u00a0"Газпроме"', "ru", "в\u00a0«Газпроме»"),
        ('в\u202f"Газпроме"', "ru", "в\u202f«Газпроме»"),
        ('a\u200b"b"\u200bc', "en", "a\u200b“b”\u200bc"),
        ('R&"D" <"x">', "en", "R&“D” <“x”>"),
        # After an ellipsis, a bracket, a colon, a comma.
        ('Он…"Да"', "ru", "Он…«Да»"),
        ('"…и"', "ru", "«…и»"),
        ('He said…"yes" and (no)"maybe"', "en", "He said…“yes” and (no)“maybe”"),
        ('Wait..."yes"', "en", "Wait…“yes”"),
        ('"yes","no"', "en", "“yes”,“no”"),
        ('said:"yes"', "en", "said:“yes”"),
        ('"a (b)" c', "en", "“a (b)” c"),
        ('"Wait…" he said', "en", "“Wait…” he said"),
        ("said:'yes', so…'no'", "en", "said:‘yes’, so…‘no’"),
        ('He said"yes"then', "en", "He said“yes”then"),
        ('$"a" 50%"b"', "en", "$“a” 50%“b”"),
        # The end of a quotation that began in an earlier paragraph.
        ('and that was it," he said.', "en", "and that was it,” he said."),
        ('and that was it."', "en", "and that was it.”"),
        # Endings that are joined to a quotation or a name.
        ('"Azneft"in "SOCAR"a', "az", "“Azneft”in “SOCAR”a"),
        ("A.B.D.'nin B.'nin \"Hamlet\"'s (TPAO)'nun", "tr", "A.B.D.’nin B.’nin “Hamlet”’s (TPAO)’nun"),
        ('l\'"eau"', "it", "l’«eau»"),
        # It cannot be told.
        ('12" x 14" and 5"x7"', "en", '12" x 14" and 5"x7"'),
        ('Chaza"l said', "en", 'Chaza"l said'),
        ('a " b', "en", 'a " b'),
        ("a ' b", "en", "a ' b"),
    ],
)
def test_a_quotation_begins_and_ends_where_its_author_meant(text: str, language: str, expected: str) -> None:
    assert set_text(text, language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quoi ? Non ! Si ; alors : 10 % (ah !)", "Quoi_? Non_! Si_; alors~: 10_% (ah_!)"),
        ("Quoi? Non! Si; alors: 10% (ah!)", "Quoi_? Non_! Si_; alors~: 10_% (ah_!)"),
        ("Quoi ?! Non!!! Quoi ?...", "Quoi_?! Non_!!! Quoi_?…"),
        ("« Oui », dit-il. «Non»", "«_Oui_», dit-il. «_Non_»"),
        ('"Oui" ou "non ?"', "«_Oui_» ou «_non_?_»"),
        ("Il dit : « Oui ! »", "Il dit~: «_Oui_!_»"),
        ("Quoi\u00a0? Non\u202f! «\u00a0Oui\u00a0» «\u202fNon\u202f»", "Quoi~? Non_! «~Oui~» «_Non_»"),
        ("à 12:30, 3-2, http://x.fr/?a=1;b:c%20d!", "à 12:30, 3-2, http://x.fr/?a=1;b:c%20d!"),
        ("a := b :) ;-) :: !x", "a := b :) ;-) :: !x"),
        ("R&D ; Q&A: « A&B »", "R&D_; Q&A~: «_A&B_»"),
        ("Yahoo\u2060! (Quoi ?) «", "Yahoo\u2060! (Quoi_?) «"),
        ("Un titre : l'eau", "Un titre~: l’eau"),
    ],
)
def test_french_spaces_do_not_break(text: str, expected: str) -> None:
    assert set_text(text, "fr") == expected.replace("_", "\u202f").replace("~", "\u00a0")


def test_in_canada_no_space_is_added_before_high_punctuation() -> None:
    assert set_text("Quoi? Non ! Ici: 10%", "fr-CA") == "Quoi? Non\u202f! Ici\u00a0: 10\u202f%"


@pytest.mark.parametrize("language", ["en", "de", "es", "it", "ru"])
def test_spaces_of_other_languages_stay(language: str) -> None:
    assert set_text("Quoi ? 10 % « a » b: c; d!", language) == "Quoi ? 10 % « a » b: c; d!"


@pytest.mark.parametrize(
    ("language", "marks"),
    [
        ("de-AT-1996", "„“‚‘"),
        ("de_CH", "«»‹›"),
        ("zh-Hant-TW", "「」『』"),
        ("zh-Hans", "“”‘’"),
        ("pt-PT", "«»“”"),
        ("pt-BR", "“”‘’"),
        ("he", "””’’"),
        ("xx", "“”‘’"),
    ],
)
def test_the_marks_are_those_of_the_longest_part_of_the_tag(language: str, marks: str) -> None:
    assert "".join(find_marks(language)) == marks


@given(TEXTS, st.sampled_from(LANGUAGES))
@example("5'10\"--a...b", "en")
def test_nothing_but_quotes_dashes_dots_and_spaces_is_changed(text: str, language: str) -> None:
    assert CHANGEABLE.sub("", set_text(text, language)) == CHANGEABLE.sub("", text)


@given(TEXTS, st.sampled_from(LANGUAGES))
def test_text_that_is_set_stays_as_it_is(text: str, language: str) -> None:
    once = set_text(text, language)
    assert set_text(once, language) == once


@given(TEXTS.filter(lambda text: not re.search(r"[\"']|--|\.\.\.", text)), st.sampled_from(LANGUAGES))
def test_what_is_typographic_stays(text: str, language: str) -> None:
    if language.startswith("fr"):
        assert re.sub(r"\s", "", set_text(text, language)) == re.sub(r"\s", "", text)
    else:
        assert set_text(text, language) == text


@given(TEXTS, st.lists(st.integers(0, 30), max_size=3), st.sampled_from(["en", "ru", "sv", "ar", "zh"]))
def test_where_tags_divide_a_text_changes_nothing(text: str, cuts: list[int], language: str) -> None:
    text = text.replace("&", "+").replace("<", "+")
    ends = sorted({min(cut, len(text)) for cut in cuts} | {len(text)})
    ends = [
        end
        for end in ends
        if text[end - 1 : end] not in "-.'\"" or text[end - 1 : end] != text[end : end + 1]
    ]
    following: list[str] = []
    pen = Typographer(language, lambda: following)
    written, begin = "", 0
    for end in ends:
        following[:] = [text[end:]]
        written += pen.write(text[begin:end])
        begin = end
    assert written + text[begin:] == set_text(text[:begin], language) + text[begin:]


@pytest.mark.parametrize(
    "text", ['a"b' * 20_000, " " * 50_000, "a'" * 30_000, '"' * 50_000, "« " * 30_000, 'ה"א ' * 20_000]
)
@pytest.mark.parametrize("language", ["en", "fr", "he", "zh"])
def test_a_long_text_is_set_at_once(text: str, language: str) -> None:
    assert set_text(text, language)
