"""Small archives, their index, and what a plain scan of them finds: written once more, as plainly as can be.

Nothing of the package is used here, so that the tests hold the search in the browser against something else.
"""

from __future__ import annotations

import json
import math
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
_HAN = re.compile("[\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article of a random archive; its texts have Latin, Cyrillic and Han letters without marks."""

    title: str
    summary: str = ""
    body: str = ""
    authors: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    retracted: bool = False
    path: str = ""
    day: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """What search knows of it, the headline first."""
        return (self.title, self.summary, self.body, *self.authors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Articles that are divided in segments of some sizes, which have some numbers of shards."""

    path: str
    articles: tuple[Article, ...]
    segments: tuple[tuple[int, int], ...]


# The words of a text, and the index: written here once more, and as plainly as can be.


def _fold(text: str) -> list[str]:
    words = []
    for run in re.findall(r"\w+", text.lower()):
        for part in re.findall(f"{_HAN.pattern}|[^\u4e00-\u9fff]+", run):
            pairs = [part[at : at + 2] for at in range(len(part))] if _HAN.match(part) else [part[:40]]
            words.extend(pairs)
    return words


def _shard(word: str, shards: int) -> int:
    code = 0
    for char in word[:1] if _HAN.match(word) else word[:3]:
        code = (code * 31 + ord(char)) % 2**32
    return code % shards


def _number(number: int) -> str:
    groups = [number % 32]
    while number := number // 32:
        groups.insert(0, number % 32 + 32)
    return "".join(_DIGITS[group] for group in groups)


def write_index(folder: Path, spans: Iterable[Span], code: str, *, positions: bool = False) -> None:
    """Write an index of ``spans``, all of whose codes begin with ``code``."""
    years: dict[str, list[dict[str, Any]]] = {}
    for span in spans:
        home = folder / span.path
        segments: list[tuple[int, int, int, str]] = []
        offset = 0
        for number, (size, shards) in enumerate(span.segments):
            own = f"{code}s{number}"
            part = span.articles[offset : offset + size]
            _write_segment(home / f"{offset + 1}-{offset + size}", own, part, shards, positions=positions)
            segments.append((offset, size, shards, own))
            offset += size
        codes = [f"{code}r{number}" for number in range(math.ceil(len(span.articles) / 50))]
        for number, own in enumerate(codes):
            shown = [_row(article) for article in span.articles[number * 50 : number * 50 + 50]]
            _write_json(home / f"results/{number + 1}.json", {"code": own, "articles": shown})
        row = {"path": span.path, "first": 0, "last": 0, "articles": len(span.articles)}
        years.setdefault(span.path[:4], []).append({**row, "segments": segments, "results": codes})
    for name, rows in years.items():
        _write_json(folder / f"{name}.json", {"spans": rows})


def _write_segment(
    folder: Path, code: str, articles: Sequence[Article], shards: int, *, positions: bool
) -> None:
    files: dict[str, dict[str, str]] = {name: {} for name in ("facets", *map(str, range(shards)))}
    last: dict[str, int] = {}
    for number, article in enumerate(articles):
        if article.retracted:
            continue
        for word, posting in _postings(article, positions=positions):
            lists = files["facets" if "/" in word else str(_shard(word, shards))]
            mark, places = posting
            gap = _number(number - last.get(word, -1) - 1)
            lists[word] = lists.get(word, "") + mark + gap + places
            last[word] = number
    for name, lists in files.items():
        before = ""
        words = []
        for word in sorted(lists):
            shared = 0
            while word[: shared + 1] == before[: shared + 1] and shared < len(before):
                shared += 1
            units = len(word[:shared].encode("utf-16-le")) // 2
            words.append(_DIGITS[units] + word[shared:])
            before = word
        texts = {"words": " ".join(words), "articles": " ".join(lists[word] for word in sorted(lists))}
        _write_json(folder / f"{name}.json", {"code": code, **texts})


def _postings(article: Article, *, positions: bool) -> Iterator[tuple[str, tuple[str, str]]]:
    title = _fold(article.title)
    others = Counter(word for text in article.texts[1:] for word in _fold(text))
    places: dict[str, list[int]] = {}
    first = 0
    for text in article.texts:
        words = _fold(text)
        for at, word in enumerate(words):
            places.setdefault(word, []).append(first + at)
        first += len(words) + 10
    for word, rising in places.items():
        count = others[word]
        mark = "!" if word in title else "" if count == 1 else "." if count < 4 else ":"
        gaps = [now - before for before, now in zip([0, *rising], rising, strict=False)]
        yield word, (mark, f"@{''.join(map(_number, gaps))}," if positions else "")
    for facet in article.facets:
        yield facet, ("", "")


def _row(article: Article) -> list[Any] | None:
    if article.retracted:
        return None
    return [article.path, article.title, article.day, "", list(article.authors), "", "", article.summary]


def _write_json(file: Path, value: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


# A plain scan of the articles: what a search must find.


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A part of a query. ``kind`` is word, prefix or phrase."""

    text: str
    kind: str = "word"
    wanted: bool = True
    in_title: bool = False

    def __str__(self) -> str:
        text = {"word": self.text, "prefix": f"{self.text}*", "phrase": f'"{self.text}"'}[self.kind]
        return f"{'' if self.wanted else '-'}{'title:' if self.in_title else ''}{text}"

    def matches(self, article: Article, languages: Sequence[str]) -> bool:
        """Whether an article has what it says."""
        texts = [_fold(text) for text in (article.texts[:1] if self.in_title else article.texts)]
        words = _query_words(self.text, is_prefix=self.kind == "prefix")
        if self.kind == "phrase" or (len(words) > 1 and not self.wanted):
            return any(_has_phrase(text, self.text, is_prefix=self.kind == "prefix") for text in texts)
        return all(any(_finds(word, other, languages) for text in texts for other in text) for word in words)

    def forms(self, article: Article, languages: Sequence[str]) -> set[str]:
        """Return the words of an article that it finds."""
        texts = article.texts[:1] if self.in_title else article.texts
        words = {word for text in texts for word in _fold(text)}
        if self.kind == "phrase":
            *before, (end, is_prefix) = _phrase_words(self.text, is_prefix=False)
            return {
                x for x in words if x in {word for word, _ in before} or _is_at(end, x, is_prefix=is_prefix)
            }
        return {
            x
            for x in words
            for w in _query_words(self.text, is_prefix=self.kind == "prefix")
            if _finds(w, x, languages)
        }


# A word of a query, and whether it is the beginning of a word.
_QueryWord = tuple[str, bool]


def _query_words(text: str, *, is_prefix: bool) -> list[_QueryWord]:
    """Return the words that a text without operators looks for."""
    words: list[_QueryWord] = []
    for part in re.findall(f"{_HAN.pattern}|[^\\W\u4e00-\u9fff]+", text):
        if _HAN.match(part):
            words.extend((pair, False) for pair in _fold(part)[:-1])
            if len(part) == 1:
                words.append((part, True))
        else:
            words.extend((word, False) for word in _fold(part))
    if is_prefix and words:
        words[-1] = (words[-1][0], True)
    return words


def _phrase_words(text: str, *, is_prefix: bool) -> list[_QueryWord]:
    """Return the words that follow one another in a phrase: of Han letters at its end, all pairs."""
    *before, end = _fold(text)
    words = [(word, False) for word in before]
    if not _HAN.match(end) or len(end) > 1:
        return [*words, (end, is_prefix)]
    is_alone = not re.search(f"{_HAN.pattern}\\W*\\Z", text) or len(re.findall(_HAN, text)[-1]) == 1
    return [*words, (end, True)] if is_alone else words


def _finds(word: _QueryWord, other: str, languages: Sequence[str]) -> bool:
    text, is_prefix = word
    if is_prefix:
        return other.startswith(text)
    return other == text or any(_is_form(text, other, language) for language in languages)


def _is_at(word: str, other: str, *, is_prefix: bool) -> bool:
    return other.startswith(word) if is_prefix else other == word


def _has_phrase(text: list[str], phrase: str, *, is_prefix: bool) -> bool:
    words = _phrase_words(phrase, is_prefix=is_prefix)
    return any(
        all(
            _is_at(word, other, is_prefix=start)
            for (word, start), other in zip(words, text[at:], strict=False)
        )
        for at in range(len(text) - len(words) + 1)
    )


def _stem(word: str) -> str:
    """Return what the stemmer of tests/search_engine.mjs makes of a word."""
    return re.sub(r"(?:ing|ed|es|s|e)\Z", "", word)


def _is_form(word: str, other: str, language: str) -> bool:
    if word[:3] != other[:3]:
        return False
    if language == "en":
        return _stem(word) == _stem(other)
    opening = word[:-1] if len(word) < 7 else word[:-2]
    return len(word) >= 5 and other.startswith(opening) and len(other) <= len(opening) + 6


_WORDS = (
    *("bridge", "bridges", "bridged", "bridging", "brid", "brief", "oil", "oils", "oiling", "ol", "ols", "a"),
    *("kitab", "kitablar", "kitabxanalarda", "kitabi", "мост", "моста", "мосты", "2024", "20", "port"),
    *("大桥通车", "大桥", "北京大学", "桥", "北", "kv大桥"),
)
_FACETS = (
    *("section/news", "section/world", "tag/oil", "tag/ports"),
    *("author/ana-ruiz", "language/en", "genre/opinion"),
)


def _random_text(chance: random.Random, most: int) -> str:
    return "".join(
        chance.choice(_WORDS) + chance.choice((" ", " ", " ", ", ", ". ", "-"))
        for _ in range(chance.randint(0, most))
    )


def random_spans(chance: random.Random) -> list[Span]:
    """Return spans, oldest first."""
    spans = []
    for year in range(2021, 2021 + chance.randint(1, 4)):
        for month in sorted(chance.sample(range(1, 13), chance.randint(0, 2))):
            path = f"{year}/{month:02d}"
            articles = tuple(_random_article(chance, path, number) for number in range(chance.randint(1, 14)))
            segments: list[tuple[int, int]] = []
            while (rest := len(articles) - sum(size for size, _ in segments)) > 0:
                segments.append((chance.randint(1, rest + 2), chance.randint(1, 5)))
            spans.append(Span(path=path, articles=articles, segments=tuple(segments)))
    return spans


def _random_article(chance: random.Random, month: str, number: int) -> Article:
    return Article(
        title=_random_text(chance, 4),
        summary=_random_text(chance, 4),
        body=_random_text(chance, 20),
        authors=tuple(chance.sample(("Bridges Oil", "An Port"), chance.randint(0, 2))),
        facets=tuple(chance.sample(_FACETS, chance.randint(0, 4))),
        retracted=chance.random() < 0.1,
        path=f"{month}/{number + 1:02d}/",
        day=f"{month.replace('/', '-')}-{number + 1:02d}",
    )


def _random_clause(chance: random.Random) -> Clause:
    kind = chance.choice(("word", "word", "prefix", "phrase"))
    words = [
        chance.choice(_WORDS)
        for _ in range(chance.choice((1, 1, 1, 2, 3) if kind == "phrase" else (1, 1, 1, 2)))
    ]
    if kind == "prefix":
        words[-1] = words[-1][: chance.randint(1, 5)]
    text = (" " if kind == "phrase" else "-").join(words)
    return Clause(text=text, kind=kind, wanted=chance.random() < 0.75, in_title=chance.random() < 0.2)


def random_query(chance: random.Random) -> tuple[list[Clause], dict[str, Any]]:
    """Return the clauses of a query, and what else a request asks."""
    clauses = [_random_clause(chance) for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3)))]
    request: dict[str, Any] = {"sort": chance.choice((None, "best"))}
    if chance.random() < 0.2:
        request["from"] = chance.choice((2020, 2022, 2023))
    if chance.random() < 0.2:
        request["to"] = chance.choice((2021, 2022, 2025))
    if chance.random() < 0.3:
        filters: dict[str, list[str]] = {}
        for facet in chance.sample((*_FACETS, "tag/none"), chance.randint(1, 3)):
            kind, slug = facet.split("/")
            filters.setdefault(kind, []).append(slug)
        request["filters"] = filters
    return clauses, request


def scan(
    spans: Sequence[Span], clauses: Sequence[Clause], request: dict[str, Any], languages: Sequence[str]
) -> list[Article]:
    """Return the articles that a search must find, newest first."""
    filters = request.get("filters", {})
    if not clauses and not filters and not {"from", "to"} & request.keys():
        return []
    return [
        article
        for span in reversed(spans)
        for article in reversed(span.articles)
        if request.get("from", 0) <= int(span.path[:4]) <= request.get("to", 9999)
        and not article.retracted
        and all(any(f"{kind}/{slug}" in article.facets for slug in slugs) for kind, slugs in filters.items())
        and all(clause.matches(article, languages) is clause.wanted for clause in clauses)
    ]


def list_words(article: Article) -> set[str]:
    """Return the words of an article, folded."""
    return {word for text in article.texts for word in _fold(text)}


def list_forms(article: Article, clauses: Iterable[Clause], languages: Sequence[str]) -> set[str]:
    """Return the words of an article that a query finds."""
    return {form for clause in clauses if clause.wanted for form in clause.forms(article, languages)}
