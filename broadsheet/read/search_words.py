"""The words by which search finds an article: folded, so that readers need not know how they are written.

``fold`` says what the words of a text are. ``render/scripts/search/words.js`` says the same in a browser,
and tests hold the two against each other. No word is stemmed here: its forms are found in the browser.

How a word is folded, in this order:

1. NFKC, lower case, NFD.
2. Marks of Latin, Greek, Cyrillic, Hebrew and Arabic are dropped; those of other scripts are part of how a
   word is spelled, and stay. So do the marks of й, ў and ї, which are letters of their own.
3. Letters that readers do not have, or do not tell apart, become those they type; digits become ASCII ones.
   What is not seen, such as a soft hyphen, is dropped.
4. NFC. A word is a run of letters, marks and numbers that begins with no mark, cut after 40 code points.
5. Of a script written without spaces, each letter with the next one is a word, and the last letter alone.
"""

from __future__ import annotations

import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from operator import add
from unicodedata import category, normalize

from broadsheet.common import languages
from broadsheet.common.model import SEARCH_FIELDS, Article
from broadsheet.read.search_keys import FIRST_PAIRED, PAIRED
from broadsheet.settings.model import ReadSettings

_LONGEST = 40
# How many tokens a process keeps the words of, each of 40 characters at most: some 6 MB.
_KEPT = 32_768
# Between the positions of two fields, so that no phrase goes on from one to the next.
_GAP = 10
# From how many occurrences on a word is frequent, or very frequent: so many, and so many more for each word
# of the text, in parts of 6,000.
_FREQUENT, _VERY_FREQUENT = (2200, 11), (4200, 21)

# What stands beside the words of most languages, and becomes no part of a letter. Without it most tokens are
# ASCII; and a word is folded once, whatever stands beside it.
_BESIDE = "\u00a0\u00ab\u00bb\u2013\u2014\u2018\u2019\u201a\u201c\u201d\u201e\u2026"
_EDGES = f"{_BESIDE}\"'()[],.:;!?-"
# The signs are those that NFKC would make letters of the word beside them.
_APART = dict.fromkeys(map(ord, f"{_BESIDE}\u2116\u2120\u2122"), " ")
_OWN_LETTERS = (("\u0438\u0306", "\u0439"), ("\u0443\u0306", "\u045e"), ("\u0456\u0308", "\u0457"))
# Marks, as ranges of code points, of Latin, Greek and Cyrillic, Hebrew and Arabic.
_MARKS = (
    "300-36F 483-489 591-5BD 5BF 5C1 5C2 5C4 5C5 5C7 610-61A 64B-65F 670 6D6-6DC 6DF-6E4 6E7 6E8 6EA-6ED "
    "898-89F 8CA-8E1 8E3-8FF 1AB0-1AFF 1DC0-1DFF 20D0-20FF 2DE0-2DFF A66F-A672 A674-A67D A69E A69F FB1E "
    "FE20-FE2F"
)
# Hyphens that may be, joiners, directions, variants of a glyph; the tatweel, which makes a word wider; and
# signs of transliteration, which most writers leave out.
_UNSEEN = (
    "AD 61C 640 180B-180F 200B-200F 202A-202E 2060-2064 2066-2069 FE00-FE0F FEFF E0100-E01EF 2B9 2BA 2BD-2BF"
)
# Letters that are written for an apostrophe part words as it does.
_APOSTROPHES = "2BB 2BC"
_ZEROS = "660 6F0 966 9E6 A66 AE6 B66 BE6 C66 CE6 D66 E50 ED0 F20 1040 1090 17E0 A9F0"
# A letter, and what stands for it: Latin and Greek, then Arabic.
_TYPED = (
    "ßss æae œoe þth \u0131i əe łl øo đd ðd ħh ŋn ŧt ɓb ɗd ƙk ƴy \u03c2\u03c3 "
    "\u0649\u064a \u06cc\u064a \u06a9\u0643 \u0629\u0647 \u06c1\u0647 \u06d5\u0647 \u0671\u0627"
)

_ASCII_WORD = re.compile("[0-9a-z]+")
_LETTER = re.compile(r"\w\W*")
_FROM_LETTER = re.compile(r"\w.*", re.DOTALL)
_INLINE_TAG = re.compile(
    "</?(?:a|abbr|b|bdi|bdo|cite|code|del|dfn|em|i|ins|kbd|mark|q|ruby|s|samp|small|span|strong|sub|sup|time|u|var"
    r"|wbr)(?=[\s>])[^<>]*>"
)
_TAG = re.compile("<[^<>]*>")
# The number of a footnote, which would become part of the word before it.
_REFERENCE = re.compile('<sup id="fnref[^<>]*>.*?</sup>', re.DOTALL)
# How the letters before it are read: without it they are one word with those after it.
_ANNOTATION = re.compile("<r[pt]>.*?</r[pt]>", re.DOTALL)


class _FoldedTokens(dict[str, str]):
    """The words of tokens without spaces, joined by spaces; made when they are asked for."""

    def __missing__(self, token: str) -> str:
        bare = token.strip(_EDGES)
        folded = " ".join(_fold_token(token)) if bare == token else self[bare]
        if len(token) <= _LONGEST:
            if len(self) >= _KEPT:
                self.clear()
            self[token] = token if token == folded else folded
        return folded


_fold_tokens = _FoldedTokens().__getitem__


def fold(text: str) -> list[str]:
    """Return the words of ``text``, folded, in its order."""
    return " ".join(map(_fold_tokens, text.split())).split()


def contribution(article: Article, settings: ReadSettings) -> str:
    """Return what search knows of ``article``: five lines, each of words sorted and joined by spaces.

    They are the words that are rare, frequent and very frequent outside the headline, for the length of the
    text; those of the headline, which stand nowhere else; and the article's facets, as ``tag/oil``. With
    positions a word is ``oil@3,17``. The text is empty if nothing of the article can be found.
    """
    if not settings.search_on or article.retracted:
        return ""
    title, *others = _list_texts(article, settings.search_fields)
    lines = (_place_words if settings.search_positions else _count_words)(title, others)
    return "\n".join((*(" ".join(words) for words in lines), " ".join(_list_facets(article))))


def extract_text(body: str) -> str:
    """Return the text that readers see of a finished body, plain.

    Words that only inline tags part are one; pictures have none. Annotations of East Asian letters come last.
    """
    if "fnref" in body:
        body = _REFERENCE.sub("", body)
    if "<rt" in body:
        body = f"{_ANNOTATION.sub('', body)} {' '.join(_ANNOTATION.findall(body))}"
    text = _TAG.sub(" ", _INLINE_TAG.sub("", body))
    return html.unescape(text) if "&" in text else text


def _fold_token(token: str) -> list[str]:
    plain = token if token.isalnum() else token.translate(_APART)
    if plain.isascii():
        words = _ASCII_WORD.findall(plain.lower())
    else:
        words = [word for run in _fold_letters(plain).split() for word in _split_run(run)]
    return words if len(token) <= _LONGEST else [word[:_LONGEST] for word in words]


def _fold_letters(text: str) -> str:
    """Return the runs of letters, marks and numbers of ``text``, folded, with spaces between them."""
    folded = normalize("NFD", normalize("NFKC", text).lower())
    letters, replacements = _replaced()
    if folded.isalnum() and not letters.search(folded):
        return normalize("NFC", folded)
    for apart, whole in _OWN_LETTERS:
        folded = folded.replace(apart, whole)
    return normalize("NFC", folded.translate(replacements))


class _Replacements(dict[int, str | int]):
    """What is put for a character, by its code point: itself, or a space if it is no part of a word."""

    def __missing__(self, code: int) -> str | int:
        char = chr(code)
        self[code] = made = code if char.isalnum() or category(char)[0] == "M" else " "
        return made


@cache
def _replaced() -> tuple[re.Pattern[str], _Replacements]:
    """Return the letters and digits that are replaced, and what is put for every character."""
    replacements = _Replacements(
        {
            **dict.fromkeys(_list_codes(f"{_MARKS} {_UNSEEN}"), ""),
            **dict.fromkeys(_list_codes(_APOSTROPHES), " "),
            **{ord(pair[0]): pair[1:] for pair in _TYPED.split()},
            **{zero + digit: str(digit) for zero in _list_codes(_ZEROS) for digit in range(10)},
        }
    )
    letters = "".join(char for char in map(chr, replacements) if char.isalnum())
    return re.compile(f"[{letters}]"), replacements


def _list_codes(ranges: str) -> Iterator[int]:
    for part in ranges.split():
        first, _, last = part.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def _split_run(run: str) -> Iterator[str]:
    """Yield the words of a run of letters, marks and numbers: itself, or pairs of its letters."""
    parts = [run] if max(run) < FIRST_PAIRED else _paired_run().split(run)
    for number, part in enumerate(parts):
        if number % 2:
            letters = _LETTER.findall(part)
            yield from map(add, letters, letters[1:])
            yield letters[-1]
        elif word := _FROM_LETTER.search(part):
            yield word[0]


@cache
def _paired_run() -> re.Pattern[str]:
    return re.compile(rf"((?:(?=\w){PAIRED}\W*)+)")


def _list_texts(article: Article, fields: tuple[str, ...]) -> list[str]:
    """Return the texts to index in the order of ``SEARCH_FIELDS``; the headline's is first, if only empty."""
    picture = article.picture
    # A summary that was made is the opening of the body.
    summary = () if article.made_summary and "body" in fields else (article.summary,)
    texts: dict[str, Iterable[str]] = {
        "title": (article.title,),
        "summary": summary,
        "body": (extract_text(article.body),) if "body" in fields else (),
        "author": (facet.name for facet in article.authors),
        "dateline": (article.dateline.name,) if article.dateline else (),
        "section": (article.section.name,) if article.section else (),
        "tags": (facet.name for facet in article.tags),
        "series": (facet.name for facet in article.series),
        "picture": (picture.caption, picture.alt) if picture else (),
        "corrections": (words for note in article.corrections for words in (note.text, note.is_now)),
    }
    headline = () if "title" in fields else ("",)
    return [*headline, *(text for name in SEARCH_FIELDS if name in fields for text in texts[name])]


def _count_words(title: str, others: Iterable[str]) -> tuple[list[str], ...]:
    counts = Counter(map(_fold_tokens, " ".join(others).split()))
    for several in [words for words in counts if " " in words]:
        times = counts.pop(several)
        for word in several.split():
            counts[word] += times
    counts.pop("", None)
    frequent, very_frequent = _find_bounds(counts.total())
    headline = dict.fromkeys(fold(title))
    for word in headline:
        counts.pop(word, None)
    lines: tuple[list[str], ...] = ([], [], [])
    for word, times in counts.items():
        lines[0 if times < frequent else 1 if times < very_frequent else 2].append(word)
    return (*map(sorted, lines), sorted(headline))


def _find_bounds(length: int) -> tuple[int, int]:
    """Return from how many occurrences on a word is frequent, and very frequent, in ``length`` words."""
    (least, more), (most, much_more) = _FREQUENT, _VERY_FREQUENT
    return -(-(least + more * length) // 6000), -(-(most + much_more * length) // 6000)


def _place_words(title: str, others: Iterable[str]) -> tuple[list[str], ...]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    texts = [fold(text) for text in (title, *others)]
    first = 0
    for words in texts:
        for at, word in enumerate(words, first):
            places[word].append(at)
        first += len(words) + _GAP
    frequent, very_frequent = _find_bounds(sum(map(len, texts[1:])))
    headline = frozenset(texts[0])
    lines: tuple[list[str], ...] = ([], [], [], [])
    for word, positions in sorted(places.items()):
        times = len(positions)
        line = 3 if word in headline else 0 if times < frequent else 1 if times < very_frequent else 2
        lines[line].append(f"{word}@{','.join(map(str, positions))}")
    return lines


def _list_facets(article: Article) -> list[str]:
    single = (("section", article.section), ("dateline", article.dateline))
    several = (("author", article.authors), ("tag", article.tags))
    facets = {f"{kind}/{facet.slug}" for kind, facet in single if facet}
    facets |= {f"{kind}/{facet.slug}" for kind, theirs in several for facet in theirs}
    facets.add(f"language/{languages.key(article.language)}")
    if article.genre:
        facets.add(f"genre/{article.genre}")
    return sorted(facets)
