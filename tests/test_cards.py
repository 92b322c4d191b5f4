"""Cards: headlines in every script, in few bytes, and the same bytes everywhere."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import os
import random
import struct
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont, features

from broadsheet.common import files, languages
from broadsheet.render.pictures import cards
from broadsheet.render.pictures.cards import CardWords, MissingLetters, draw_card, find_missing
from broadsheet.render.pictures.typesetting import bidi, line_breaks
from broadsheet.render.pictures.typesetting.typeface import FontFile, Typeface, find_own_font, normalize
from tests.conftest import PACKAGES, missing
from tests.sites import ROOT, environment

# A headline, a section, a date and a language for each script.
HEADLINES = json.loads((ROOT / "tests/headlines.json").read_text(encoding="utf-8"))
HOSTILE = (
    "x",
    "W" * 300,
    "i" * 300,
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3,
    " ".join(f"The {number}th of many towns asks the assembly to pay for sluices;" for number in range(9)),
    "“" * 40,
    "a\u0301" * 150,
    "e" + "\u0301\u0323" * 60,
    "\u202eright\u202c to \u2067left\u2069 \u200f\u200e",
    "tab\tline\u2028break\x07bell \u00ad\u200bzero\ufeff",
    "…" * 200,
    "1/2/3-4-5\u20146\u20137" * 20,
    "-" * 300,
    "\u00a0".join("unbreakable" for _ in range(20)),
)


def _font(file: Path) -> FontFile:
    return FontFile(file.name, str(file), files.digest(file.read_bytes()).hex())


def _need_shaping() -> None:
    """Skip a test whose text has to be shaped, where Pillow finds no FriBiDi."""
    if not features.check("raqm"):
        if sys.platform == "linux":
            missing("FriBiDi", "apt-get install libfribidi0")
        pytest.skip("Pillow finds no FriBiDi")


@pytest.fixture(scope="module")
def fonts() -> tuple[FontFile, ...]:
    """Return fonts for all scripts."""
    _need_shaping()
    packaged = (
        "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf",
        "@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf",
    )
    for path in packaged:
        if not (PACKAGES / path).is_file():
            missing(f"tests/node_modules/{path}", "npm ci, in the folder tests")
    own = (ROOT / "tests/fonts" / name for name in ("thai.woff2", "japanese.woff2"))
    return tuple(map(_font, (*own, *(PACKAGES / path for path in packaged))))


def _words(
    headline: str, section: str = "Politics", date: str = "1 May 2024", language: str = "en"
) -> CardWords:
    return CardWords(headline, section, date, language, language, "The Harbour Courier", "en")


@pytest.mark.parametrize("script", HEADLINES)
def test_a_card_has_all_letters_of_a_script_in_few_bytes(script: str, fonts: tuple[FontFile, ...]) -> None:
    words, chain = _words(*HEADLINES[script]), (find_own_font(), *fonts)
    assert list(find_missing(words, chain)) == []
    content = draw_card(words, chain)
    assert len(content) <= cards.MOST_BYTES
    with Image.open(io.BytesIO(content)) as card:
        assert (card.format, card.size, card.info) == ("PNG", (1200, 630), {})
    headline = normalize(words.headline)
    blank = draw_card(words._replace(headline=""), chain)
    assert content != blank, headline


@pytest.mark.parametrize("script", ["latin", "azerbaijani", "vietnamese", "greek", "cyrillic"])
def test_the_font_that_ships_is_enough_for_latin_greek_and_cyrillic(script: str) -> None:
    words = _words(*HEADLINES[script])
    assert list(find_missing(words, (find_own_font(),))) == []


@pytest.mark.parametrize("headline", HOSTILE, ids=range(len(HOSTILE)))
def test_no_headline_takes_more_bytes_or_leaves_the_card(headline: str) -> None:
    if any(unicodedata.combining(char) or unicodedata.bidirectional(char) == "R" for char in headline):
        _need_shaping()
    content = draw_card(_words(headline, section=headline, date=headline), (find_own_font(),))
    assert len(content) <= cards.MOST_BYTES
    left, top, right, bottom = _find_ink(content, 0)
    assert (left >= 40, top >= 30, right <= 1160, bottom <= 626) == (True,) * 4, (left, top, right, bottom)


def test_a_headline_of_the_densest_letters_is_cut_before_it_takes_more_bytes(
    fonts: tuple[FontFile, ...],
) -> None:
    japanese = [char for char in HEADLINES["japanese"][0] if char.isalpha()]
    for count in (40, 100, 400):
        headline = "".join(random.Random(count).choices(japanese, k=count))
        content = draw_card(_words(headline, language="ja"), (find_own_font(), *fonts))
        assert cards.MOST_BYTES / 2 < len(content) <= cards.MOST_BYTES


def _find_ink(content: bytes, below: int) -> tuple[int, int, int, int]:
    """Return the box of all that is dark on a card, below a line."""
    with Image.open(io.BytesIO(content)) as card:
        part = card.convert("L").crop((0, below, *card.size))
    box = part.point([255 * (value < 200) for value in range(256)]).getbbox()
    assert box
    return box


def test_a_letter_that_no_font_has_is_named() -> None:
    words = _words("Fire \N{FIRE} at \N{CJK UNIFIED IDEOGRAPH-6E2F}, fire \N{FIRE}", section="社会")
    assert list(find_missing(words, (find_own_font(),))) == [
        MissingLetters("headline", ("\N{FIRE}", "\N{CJK UNIFIED IDEOGRAPH-6E2F}")),
        MissingLetters("section", ("社", "会")),
    ]


def test_a_font_has_what_its_table_of_characters_says() -> None:
    own = find_own_font()
    typeface = Typeface((own,), "en", right_to_left=False)
    listed = _read_characters(Path(own.file).read_bytes())
    asked = "".join(
        chr(code) for code in range(0x21, 0x2600) if unicodedata.category(chr(code))[0] in "LMNPS"
    )
    assert {*asked} - {*typeface.find_missing(asked)} == {*asked} & listed


def _read_characters(content: bytes) -> set[str]:
    """Return the characters of a TrueType font, https://learn.microsoft.com/typography/opentype/spec/cmap."""
    count = struct.unpack_from(">H", content, 4)[0]
    tables = {
        content[at : at + 4]: struct.unpack_from(">L", content, at + 8)[0]
        for at in range(12, 12 + 16 * count, 16)
    }
    start = tables[b"cmap"]
    offsets = [
        struct.unpack_from(">HHL", content, start + 4 + 8 * number) for number in range(content[start + 3])
    ]
    table = start + next(offset for platform, kind, offset in offsets if (platform, kind) == (3, 1))
    segments = struct.unpack_from(">H", content, table + 6)[0] // 2
    ends = struct.unpack_from(f">{segments}H", content, table + 14)
    begins = struct.unpack_from(f">{segments}H", content, table + 16 + 2 * segments)
    return {chr(code) for first, last in zip(begins, ends, strict=True) for code in range(first, last + 1)}


_BIDI_WORDS = (
    *(
        "abc",
        "NATO",
        "12",
        "3.5",
        "1,000",
        "5%",
        "$7",
        "12:30",
        "2024-11-05",
        "a1",
        "1a",
        "é",
        "e\u0323\u0301",
    ),
    *(
        "שלום",
        "ירושלים",
        "ב2",
        "مجلس",
        "المرفأ",
        "م",
        "٣٤",
        "(",
        ")",
        "[",
        "]",
        "«",
        "»",
        "-",
        "+",
        "/",
        ",",
        ".",
        ":",
        "!",
        '"',
    ),
)


# Brackets that belong together are rare among random words: without their rule these are wrong.
@example(["(", "2024-11-05", "1a", ")", "NATO"], True, " ")  # noqa: FBT003
@example(["ב2", "[", "1a", "]", "abc"], True, " ")  # noqa: FBT003
@example(["٣٤", "(", "ירושלים", ")", "+"], False, " ")  # noqa: FBT003
@given(
    st.lists(st.sampled_from(_BIDI_WORDS), min_size=1, max_size=8), st.booleans(), st.sampled_from(("", " "))
)
def test_lines_run_as_raqm_has_them_run(words: list[str], right_to_left: bool, space: str) -> None:  # noqa: FBT001
    font, line = _only_font(), normalize(space.join(words))
    mine, theirs = (Image.new("L", (1600, 48)) for _ in range(2))
    typeface = Typeface((font,), "en", right_to_left=right_to_left)
    typeface.draw(ImageDraw.Draw(mine), (10, 34), line, 24)
    loaded = ImageFont.truetype(font.file, 24, layout_engine=ImageFont.Layout.RAQM)
    direction = "rtl" if right_to_left else "ltr"
    ImageDraw.Draw(theirs).text((10, 34), line, 255, loaded, "ls", direction=direction, language="en")
    assert mine.tobytes() == theirs.tobytes()


@functools.cache
def _only_font() -> FontFile:
    _need_shaping()
    path = "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"
    if not (PACKAGES / path).is_file():
        missing(f"tests/node_modules/{path}", "npm ci, in the folder tests")
    return _font(PACKAGES / path)


def test_a_line_in_several_fonts_runs_as_in_one(fonts: tuple[FontFile, ...]) -> None:
    headline = normalize(HEADLINES["arabic"][0])
    typeface = Typeface((find_own_font(), *fonts), "ar", right_to_left=True)
    runs = typeface.list_runs(headline)
    assert len({run.font for run in runs}) > 1
    assert runs[0].text.strip() == "2024"
    assert runs[-1].text.startswith("مجلس")


def test_letters_are_joined_and_marks_are_placed(fonts: tuple[FontFile, ...]) -> None:
    chain = (find_own_font(), *fonts)
    arabic = Typeface(chain, "ar", right_to_left=True)
    assert arabic.measure("مجلس", 60) < sum(arabic.measure(letter, 60) for letter in "مجلس")
    hindi = Typeface(chain, "hi", right_to_left=False)
    assert hindi.measure("क्ष", 60) < hindi.measure("क", 60) + hindi.measure("ष", 60)
    latin = Typeface(chain, "yo", right_to_left=False)
    assert latin.measure("\u1eb9\u0301", 60) == pytest.approx(latin.measure("\u1eb9", 60), abs=1)


def test_of_a_variable_font_the_bold_one_is_taken() -> None:
    _need_shaping()
    font = _font(ROOT / "tests/fonts/variable.woff2")
    plain = ImageFont.truetype(font.file, 60).getlength("Harbour")
    assert Typeface((font,), "en", right_to_left=False).measure("Harbour", 60) > plain * 1.05


def test_the_font_that_ships_has_its_kerning() -> None:
    latin = Typeface((find_own_font(),), "en", right_to_left=False)
    assert latin.measure("VAVA", 100) < latin.measure("V", 100) * 2 + latin.measure("A", 100) * 2 - 12


@given(st.text(st.characters(codec="utf-8"), max_size=60), st.integers(40, 400))
def test_lines_have_all_of_a_text_and_are_no_wider_than_they_may(text: str, width: int) -> None:
    text = normalize(text)
    pieces = line_breaks.split_pieces(text)
    assert "".join(pieces) == text
    parts = [part for piece in pieces for part in line_breaks.split_anywhere(piece)]
    assert "".join(parts) == text

    def measure(piece: str) -> float:
        return 10.0 * len(piece)

    lines = line_breaks.fill_lines(pieces, measure, width)
    if lines is None:
        assert max(len(piece.rstrip()) for piece in pieces) * 10 > width
        return
    balanced = line_breaks.balance(pieces, measure, width)
    assert "".join(lines) == "".join(balanced) == text
    assert len(balanced) == len(lines)
    assert max((len(line.rstrip()) for line in balanced), default=0) * 10 <= width


@given(st.text(max_size=40), st.booleans())
def test_every_character_is_drawn_once(text: str, right_to_left: bool) -> None:  # noqa: FBT001
    levels = bidi.find_levels(text, right_to_left=right_to_left)
    assert len(levels) == len(text)
    assert sorted(bidi.order(levels)) == list(range(len(text)))
    assert all(level >= right_to_left for level in levels)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("well-known facts", ["well-", "known ", "facts"]),
        ("from 1990-2000", ["from ", "1990-2000"]),
        ("10\u00a0000 people", ["10\u00a0000 ", "people"]),
        ("橋を「開け」。", ["橋", "を", "「開", "け」。"]),
        ("東京Tower", ["東", "京", "Tower"]),
        ("항구 폐쇄", ["항구 ", "폐쇄"]),
        ("เปิดสะพาน น้ำ", ["เปิดสะพาน ", "น้ำ"]),
    ],
)
def test_a_line_breaks_where_readers_expect_it(text: str, pieces: list[str]) -> None:
    assert line_breaks.split_pieces(text) == pieces


def test_a_long_word_breaks_between_characters_not_within_them() -> None:
    assert list(line_breaks.split_anywhere("เปิดน้ำ")) == ["เปิ", "ด", "น้ำ"]
    assert list(line_breaks.find_clusters("क्षत्रिय👩🏽‍🚀x")) == ["क्ष", "त्रि", "य", "👩🏽‍🚀", "x"]


_DRAW = """
import hashlib, json, sys
from broadsheet.render.pictures.cards import CardWords, draw_card
from broadsheet.render.pictures.typesetting.typeface import ShapingError, find_own_font
for words in json.loads(sys.stdin.read()):
    try:
        print(hashlib.sha256(draw_card(CardWords(*words), (find_own_font(),))).hexdigest())
    except ShapingError:
        print("has to be shaped")
"""
_DRAWN = tuple(_words(*HEADLINES[script]) for script in ("azerbaijani", "cyrillic"))


def _draw_elsewhere(*more: CardWords, **variables: str) -> list[str]:
    """Return what became of some cards in another process, a line for each."""
    command = [sys.executable, "-c", _DRAW]
    env = {**environment(), "PYTHONPATH": str(ROOT), **variables}
    given = json.dumps((*_DRAWN, *more))
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", input=given, env=env)
    return done.stdout.splitlines()


@functools.cache
def _draw_here() -> list[str]:
    return [hashlib.sha256(draw_card(words, (find_own_font(),))).hexdigest() for words in _DRAWN]


def test_cards_are_the_same_in_another_process() -> None:
    assert _draw_elsewhere(PYTHONHASHSEED="7") == _draw_here()


@pytest.mark.skipif(sys.platform != "linux", reason="where the system looks for libraries")
def test_without_fribidi_only_what_has_to_be_shaped_is_not_drawn(tmp_path: Path) -> None:
    for name in ("libfribidi.so", "libfribidi.so.0"):
        (tmp_path / name).write_bytes(b"no library")
    assert _draw_elsewhere(_words(*HEADLINES["yoruba"]), LD_LIBRARY_PATH=f"{tmp_path}{os.pathsep}") == [
        *_draw_here(),
        "has to be shaped",
    ]


def test_the_direction_of_a_language_decides_where_lines_begin(fonts: tuple[FontFile, ...]) -> None:
    assert languages.is_right_to_left("he")
    for language, at_left in (("en", True), ("he", False)):
        words = CardWords("ok", "", "", language, language, "", "en")
        left, _, right, _ = _find_ink(draw_card(words, (find_own_font(), *fonts)), 200)
        assert (left < 100, right > 1100) == (at_left, not at_left)
