"""What the theme says in one language: its files, what is wrong with them, plurals, alphabets."""

# ruff: noqa: RUF001 - letters that look like others are what an alphabet is about

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from broadsheet.common import languages, toml
from broadsheet.common.problems import Problems
from broadsheet.render.words import Alphabet, Plural, WordTable, check, fill, list_files, look_up, merge
from tests.sites import ROOT

_ENGLISH = """\
skip = "Skip"
[articles]
one = "{count} article"
other = "{count} articles"
[article]
by = "By {authors}, {day}"
[notes]
update = "Update"
"""


def _said(written: str, name: str = "words/pt.toml") -> str:
    problems = check({"words/en.toml": _ENGLISH, name: written}, "layouts")
    return str(Problems(problems))


def test_a_word_is_taken_from_the_first_file_that_has_it() -> None:
    words = merge(['skip = "Keç"\n[article]\nby = "{authors}"\n', _ENGLISH])
    assert (words.skip, words.article.by, words.notes.update) == ("Keç", "{authors}", "Update")
    assert words["notes"]["update"] == "Update"
    assert ("skip" in words, "jump" in words, "by" in words.article) == (True, False, True)


def test_a_plural_is_one_word_and_not_mixed_with_that_of_another_language() -> None:
    words = merge(['[articles]\nother = "{count} məqalə"\n', _ENGLISH])
    assert fill(words.articles, "az", {"count": 1}) == "1 məqalə"


def test_a_word_that_there_is_not_is_an_attribute_that_there_is_not() -> None:
    words = merge([_ENGLISH])
    with pytest.raises(AttributeError):
        words.jump  # noqa: B018 - that is the test
    assert dir(words) == ["article", "articles", "notes", "skip"]
    assert dir(words.article) == ["by"]


def test_a_word_may_be_asked_for_by_its_path() -> None:
    words = merge([_ENGLISH])
    assert [look_up(words, *path) for path in (("skip",), ("article", "by"))] == [
        "Skip",
        "By {authors}, {day}",
    ]
    assert [look_up(words, *path) for path in (("jump",), ("skip", "by"), ("article",), ("a", "b"))] == [
        ""
    ] * 4


def test_what_is_given_is_escaped_unless_it_is_markup() -> None:
    assert fill("<{a}> {b}", "en", {"a": "<i>", "b": Markup("<b>")}) == "&lt;&lt;i&gt;&gt; <b>"
    assert fill("{a} and {a}", "en", {"a": 1}) == "1 and 1"
    assert isinstance(fill("x", "en", {}), Markup)


def test_what_is_not_given_is_named() -> None:
    with pytest.raises(KeyError, match="b"):
        fill("{a} {b}", "en", {"a": 1})
    with pytest.raises(KeyError, match="count"):
        fill(Plural({"other": "x"}), "en", {})


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "other one other other other other"),
        ("ru", "many one few few many one"),
        ("ar", "zero one two few many other"),
        ("ja", "other other other other other other"),
    ],
)
def test_the_form_of_a_plural_is_that_of_the_number_in_the_language(language: str, said: str) -> None:
    plural = Plural({form: form for form in ("zero", "one", "two", "few", "many", "other")})
    numbers = {"ar": (0, 1, 2, 3, 11, 100)}.get(language, (0, 1, 2, 3, 11, 21))
    assert " ".join(fill(plural, language, {"count": number}) for number in numbers) == said


def test_a_form_that_is_missing_is_that_of_all_other_numbers() -> None:
    assert fill(Plural({"one": "one", "other": "{count} things"}), "ru", {"count": 5}) == "5 things"


def test_files_are_asked_from_the_narrowest_to_english() -> None:
    assert list_files("pt-BR", "az") == tuple(f"words/{name}.toml" for name in ("pt-br", "pt", "az", "en"))
    assert list_files("zh-TW", "en")[:3] == ("words/zh-tw.toml", "words/zh-hant.toml", "words/zh.toml")
    assert list_files("en-GB", "en-GB") == ("words/en-gb.toml", "words/en.toml")


def test_right_files_have_no_problem() -> None:
    assert (
        _said(
            'skip = "Pular"\nnew = "Novo {x}"\n[article]\nby = "{day}: {authors}"\n[dates]\ndate = "%d.%m."\n'
        )
        == ""
    )
    files = sorted((ROOT / "layouts" / "words").glob("*.toml"))
    assert len(files) >= 5
    texts = {f"words/{file.name}": file.read_text(encoding="utf-8") for file in files}
    assert check(texts, "layouts") == []


_FILES = sorted((ROOT / "layouts" / "words").glob("*.toml"))
_ASKED = "ar az cs de en es fa fr ja ka pl pt ru tr uk zh zh-hant"


def _list_leaves(text: str) -> Iterator[tuple[tuple[str, ...], object]]:
    """Yield the words of a file by their paths; the forms of a plural are one word."""

    def walk(table: Mapping[str, object], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
        for name, word in table.items():
            if isinstance(word, dict) and "other" not in word:
                yield from walk(word, (*path, name))
            else:
                yield (*path, name), word

    return walk(toml.loads(text, "words"), ())


def _list_words(file: Path) -> dict[tuple[str, ...], object]:
    return {path: word for path, word in _list_leaves(file.read_text(encoding="utf-8")) if path[0] != "dates"}


def test_the_theme_speaks_these_languages() -> None:
    assert " ".join(sorted(file.stem for file in _FILES)) == _ASKED


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_a_language_of_the_theme_lacks_no_word_no_placeholder_and_no_form_of_a_plural(file: Path) -> None:
    english, words = (_list_words(each) for each in (ROOT / "layouts/words/en.toml", file))
    assert set(words) == set(english)
    needed = {languages.find_plural_form(number, file.stem) for number in (*range(201), 1_000_000)} | {
        "other"
    }
    for path, word in words.items():
        forms = word if isinstance(word, dict) else {"other": word}
        for form, text in ((form, str(text)) for form, text in forms.items()):
            assert text.strip() or path == ("at",), path
            known = set(re.findall(r"\{(\w+)\}", str(english[path])))
            said = set(re.findall(r"\{(\w+)\}", text))
            # A form for one number may be without it: "one article".
            assert said == known or (form in {"zero", "one", "two"} and said == known - {"count"}), path
        if isinstance(word, dict):
            assert set(word) == needed, path


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_words_have_the_quotation_marks_and_apostrophes_of_print(file: Path) -> None:
    for path, word in _list_words(file).items():
        straight = str(word).count('"') if not isinstance(word, dict) else 0
        assert straight == (2 if path == ("search", "help", "phrase") else 0), path
        assert "'" not in " ".join(word.values() if isinstance(word, dict) else [str(word)]), path
        assert "..." not in str(word), path


def test_french_has_spaces_that_do_not_break_before_its_marks() -> None:
    for path, word in _list_words(ROOT / "layouts/words/fr.toml").items():
        assert not re.search(r" [:;?!»]|« ", str(word)), path


def test_what_is_filled_in_has_the_digits_of_the_language() -> None:
    assert fill("{count} مقاله", "fa", {"count": 120}) == "۱۲۰ مقاله"
    assert fill("{count} {name}", "ar", {"count": 120, "name": "C4"}) == "120 C4"
    assert fill("{count} {name}", "fa", {"count": 3, "name": "C4"}) == "۳ C4"


@pytest.mark.parametrize(
    ("written", "place", "message", "hint"),
    [
        (
            'skip = "Pular"\n[article]\nby = "Por {autor}"\n',
            "3:1",
            "article.by: nothing is called {autor} there",
            "Did you mean {authors}?",
        ),
        ('skip = "Pular {x}"\n', "1:1", "skip: nothing is called {x} there", "Nothing is put in there."),
        (
            '[articles]\none = "um {cuont}"\nother = "{count}"\n',
            "2:1",
            "articles.one: nothing is called {cuont} there",
            "Did you mean {count}?",
        ),
        (
            '[articles]\none = "um"\n',
            "1:2",
            "articles: has no other",
            'Add the form for all other numbers: other = "…"',
        ),
        (
            '[articles]\nsome = "x"\nother = "y"\n',
            "2:1",
            "articles.some: is not a form of a plural",
            "There are zero, one, two, few, many, other.",
        ),
        ("skip = 3\n", "1:1", "skip: wants text", "Write it in quotes."),
        ('[dates]\ndate = "%Q"\n', "2:1", "dates.date: there is no %Q", "Write it as strftime does."),
        ("skip = Pular\n", "1:8", "not TOML: invalid value", 'Text stands in quotes: name = "value"'),
    ],
)
def test_a_fault_is_shown_with_its_place_and_its_fix(
    written: str, place: str, message: str, hint: str
) -> None:
    line, column = map(int, place.split(":"))
    row = written.splitlines()[line - 1]
    caret = " " * (column - 1) + "^"
    assert _said(written) == f"layouts/words/pt.toml:{place}: {message}\n  | {row}\n  | {caret}\n  {hint}"


def test_a_file_is_named_after_its_language() -> None:
    assert _said("", "words/portuguese.toml") == (
        "layouts/words/portuguese.toml: is not named after a language that Babel knows\n"
        "  Name it after its language: en.toml, az.toml, pt-br.toml."
    )
    assert _said("", "words/pt-BR.toml") == (
        "layouts/words/pt-BR.toml: has capital letters in its name\n  Rename it pt-br.toml."
    )


_AZERBAIJANI = Alphabet("A a, B b, C c, Ç ç, E e, Ə ə, I ı, İ i, K k, Q q, L l")


def _ordered(alphabet: Alphabet, *names: str) -> list[str]:
    return sorted(names, key=alphabet.sort_key)


def test_names_are_sorted_by_the_alphabet() -> None:
    assert _ordered(_AZERBAIJANI, "Əli", "İlkin", "Çalə", "Elçin", "Qalib", "Ceyla", "Laçın", "Iğdır") == [
        *("Ceyla", "Çalə", "Elçin", "Əli", "Iğdır", "İlkin", "Qalib", "Laçın")
    ]


def test_other_scripts_come_after_it_and_what_is_no_letter_before() -> None:
    assert _ordered(_AZERBAIJANI, "Яна", "Bə", "42", "Wx", "Ба") == ["42", "Bə", "Wx", "Ба", "Яна"]


def test_a_letter_with_a_mark_is_sorted_as_the_bare_one_and_stands_under_it() -> None:
    english = Alphabet("D d, E e, F f")
    assert _ordered(english, "Fa", "Éa", "Da", "Eb") == ["Da", "Éa", "Eb", "Fa"]
    assert [english.letter(name) for name in ("Éa", "e\u0301a", "“Eb”", "da")] == ["E", "E", "“", "D"]


def test_a_letter_may_be_several_characters() -> None:
    czech = Alphabet("C c, D d, H h, Ch CH ch, I i")
    assert _ordered(czech, "Chi", "Di", "Hi", "Ci", "Ii", "CHI") == ["Ci", "Di", "Hi", "Chi", "CHI", "Ii"]
    assert [czech.letter(name) for name in ("chi", "ci")] == ["Ch", "C"]


@given(
    st.lists(st.text(max_size=8) | st.text("ABcChIi ıé", min_size=1, max_size=4), max_size=8),
    st.sampled_from(("", "A a, B b", "Ch ch, C c, I ı, İ i")),
)
def test_any_names_have_an_order_and_those_of_one_letter_stand_together(
    names: list[str], written: str
) -> None:
    alphabet = Alphabet(written)
    ordered = sorted(names, key=alphabet.sort_key)
    assert sorted(ordered) == sorted(names)
    letters = [alphabet.letter(name) for name in ordered]
    listed = [each.split()[0] for each in written.split(",") if each]
    runs = [letter for letter, _ in groupby(letters) if letter in listed]
    assert runs == [letter for letter in listed if letter in letters]


def test_georgian_names_have_small_letters_as_headings() -> None:
    assert [Alphabet("A a").letter(name) for name in ("ნინო", "яна", "straße")] == ["ნ", "Я", "S"]


def test_tables_are_not_printed() -> None:
    assert type(merge([_ENGLISH]).article) is WordTable
