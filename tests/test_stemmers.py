"""The stemmers of search: those of Snowball, on words as the index has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import version

import pytest
import snowballstemmer

from broadsheet.read.search_words import fold
from tests.nodes import answering
from tests.sites import ROOT
from tests.stemmers import ALGORITHMS, ENDINGS, FOLDER

_SCRIPT = f"""
const modules = {{}};
async function answer([language, words]) {{
  const {{ stem }} = (modules[language] ??= await import(`{FOLDER.as_uri()}/${{language}}.js`));
  return words.map(stem);
}}
"""
# Each ending that an algorithm knows is put after these: short and long, with vowels and without.
_BEGINNINGS = ("", "b", "ab", "kat", "stell", "приве", "organis", "переговор", "lqu", "ceiy", "Y")


@pytest.fixture(scope="module")
def stem() -> Iterator[Callable[[str, list[str]], list[str]]]:
    with answering(_SCRIPT) as ask:
        yield lambda language, words: ask([language, words])


@pytest.mark.parametrize("language", ALGORITHMS)
def test_stems_are_those_of_snowball(language: str, stem: Callable[[str, list[str]], list[str]]) -> None:
    theirs = snowballstemmer.stemmer(ALGORITHMS[language])
    script = (FOLDER / f"{language}.js").read_text(encoding="utf-8")
    endings = {ending for text in re.findall('"([^"]*)"', script) for ending in fold(_decode(text))}
    words = sorted({beginning + ending for beginning in _BEGINNINGS for ending in endings} | _sample_words())
    assert len(words) > 1000
    expected = [theirs.stemWord(_restore(language, word)) for word in words]
    assert dict(zip(words, stem(language, words), strict=True)) == dict(zip(words, expected, strict=True))


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("ca", "votar votava votaran votaven"),
        ("da", "avis avisen aviser avisens"),
        ("de", "brucke brucken"),
        ("de", "haus hauses hausern"),
        ("en", "bridge bridges bridged bridging"),
        ("es", "puente puentes"),
        ("es", "cruzar cruzaria cruzarian cruzaba"),
        ("et", "linnad linnade linnas"),
        ("eu", "etxe etxeak"),
        ("fi", "talo talossa talosta talojen"),
        ("fr", "briser brise brisee brisees briserent brisait"),
        ("hi", "किताब किताबें किताबों"),
        ("hy", "կամուրջ կամուրջներ կամուրջի կամուրջը"),
        ("id", "buku bukunya"),
        ("it", "ponte ponti"),
        ("nb", "avis avisen aviser avisene"),
        ("nl", "brug bruggen"),
        ("nn", "avis avisen aviser avisene"),
        ("no", "avis avisen aviser avisene"),
        ("pt", "comunicacao comunicacoes comunicar"),
        ("ru", "мост моста мосту мостом мосты"),
        ("sv", "tidning tidningen tidningar tidningarna"),
    ],
)
def test_forms_of_a_word_have_one_stem(
    language: str, forms: str, stem: Callable[[str, list[str]], list[str]]
) -> None:
    assert len(set(stem(language, forms.split()))) == 1


def test_there_is_a_script_for_each_algorithm_and_it_names_its_release() -> None:
    assert {file.name for file in FOLDER.iterdir()} == {f"{name}.js" for name in ALGORITHMS}
    for name, algorithm in ALGORITHMS.items():
        head = (FOLDER / f"{name}.js").read_text(encoding="utf-8")[:300]
        assert f"generated from {algorithm}.sbl by Snowball {version('snowballstemmer')}," in head
        assert "Copyright (c) 2001, Dr Martin Porter" in head


@pytest.mark.parametrize("name", ALGORITHMS)
def test_a_script_is_one_that_a_content_security_policy_allows(name: str) -> None:
    script = (FOLDER / f"{name}.js").read_text(encoding="utf-8").partition("*/")[2]
    assert not re.search(r"\b(?:eval|Function|import|require|document|window)\b", script)
    assert re.findall(r"^export .*?=", script, re.MULTILINE) == ["export const stem ="]


def _decode(text: str) -> str:
    return re.sub(r"\\u([0-9A-F]{4})", lambda code: chr(int(code[1], 16)), text)


def _restore(language: str, word: str) -> str:
    for pattern, ending in ENDINGS.get(language, ()):
        word = re.sub(pattern, re.sub(r"\$(\d)", r"\\\1", ending), word)
    return word


@cache
def _sample_words() -> frozenset[str]:
    """Return all words that stand in the sample site's content."""
    files = (ROOT / "content").rglob("*.md")
    return frozenset(word for file in files for word in fold(file.read_text(encoding="utf-8")))
