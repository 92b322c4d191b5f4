"""Checks the index that readers search, a year at a time: that its files are whole and belong together.

Each file that the file of a year names is there and was written for the same articles, and each article that
a search may find has its page. ``docs/search.md`` describes the format. One file is read at a time, and
nothing of it is kept but what is wrong.
"""

from __future__ import annotations

import html
import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any, Literal, NamedTuple

from broadsheet.archive.search.ranges import RESULTS
from broadsheet.check.checker import Fault, FileResult, LinkChecker
from broadsheet.common.urls import SEARCH, is_page
from broadsheet.read.search_keys import shard_of

_YEAR = re.compile(r"search/([0-9]{4})(\.json|/(?:[0-9-]+/)*results/[0-9]+\.json)").fullmatch
_TOLD = re.compile(r'\bdata-search="([^"]*)"')
# Numbers are groups of five bits: a digit below 32 is the last of its number.
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
_LAST = 32
_NUMBER = "[W-Za-z_-]*[0-9A-V]"
_GAP = re.compile(f"[.:!]?({_NUMBER})(?:@(?:{_NUMBER})+,)?")
_GAPS = re.compile(f"(?:{_GAP.pattern})+").fullmatch
_AGAIN = "Build with --verify, which writes it anew; if the site was copied here, copy this file again."


class _File(NamedTuple):
    """A file that the file of a year names: its code, and how many articles it is about.

    Of a shard also which of how many of its segment it is.
    """

    kind: Literal["shard", "facets", "results"]
    path: str
    code: str
    articles: int
    shard: int = 0
    shards: int = 0


class Year(NamedTuple):
    """A year of the index; ``is_named``: by the page of search, if that names any."""

    year: str
    is_named: bool

    @property
    def file(self) -> str:
        """The path of its file, from which a search begins."""
        return f"search/{self.year}.json"


def list_years(folder: Path, files: tuple[str, ...]) -> tuple[Year, ...]:
    """Return the years of the index of a site, given by its ``files`` in order; none if it has no index."""
    found = [match for match in map(_YEAR, files) if match]
    if all(match[2] == ".json" for match in found):
        return ()  # they only look so
    there = {match[1] for match in found}
    named = _read_years(folder / SEARCH) if SEARCH in files else ()
    return tuple(Year(year, not named or year in named) for year in sorted(there.union(named)))


def check_year(checker: LinkChecker, of: Year) -> FileResult:
    """Check the index of one year, as a task of a pool."""
    year, page = of.year, of.file
    below = frozenset(_list_below(checker.files, f"search/{year}/"))
    try:
        named = tuple(_read_year(year, _read(checker.folder, page)))
    except ValueError as error:
        # That nothing leads to each file of the year is not worth telling then.
        return _result(page, [_fault(page, error)], (page, *below))
    faults = [] if of.is_named else [_fault(page, "/search/ does not name its year")]
    links = len(named)
    for file in named:
        if file.path not in below:
            faults.append(_fault(page, f"it names /{file.path}, which is not there"))
            continue
        try:
            value = _read(checker.folder, file.path)
            if file.kind == "results":
                paths = tuple(_list_results(file, value))
                links += len(paths)
                faults += _find_lost(checker, file.path, paths)
            else:
                _check_words(file, value)
        except ValueError as error:
            faults.append(_fault(file.path, error))
    linked = (page, *(file.path for file in named if file.path in below))
    return _result(page, faults, linked, links)


def _list_below(files: tuple[str, ...], folder: str) -> Iterator[str]:
    """Return those of some paths, in order, that are below a folder whose name ends in a slash."""
    first = bisect_left(files, folder)
    return takewhile(lambda path: path.startswith(folder), (files[at] for at in range(first, len(files))))


def _result(page: str, faults: Iterable[Fault], linked: Iterable[str], links: int = 0) -> FileResult:
    return FileResult(page, tuple(faults), (), tuple(linked), (), links, unlisted=False)


def _fault(page: str, reason: object) -> Fault:
    return Fault(page, f"search cannot use this file: {reason}", _AGAIN, 0, 0)


def _read_years(page: Path) -> tuple[str, ...]:
    """Return the years that the page of search names, none if it is not the theme's."""
    found = _TOLD.search(page.read_text(encoding="utf-8", errors="replace"))
    try:
        match json.loads(html.unescape(found[1])) if found else None:
            case {"years": [*years]}:
                return tuple(f"{year:04d}" for year in years if isinstance(year, int))
    except ValueError:
        pass
    return ()


def _read(folder: Path, path: str) -> Any:  # noqa: ANN401 - any JSON
    """Return what a file has; raises ``ValueError`` with what is wrong."""
    try:
        return json.loads((folder / path).read_bytes())
    except FileNotFoundError:
        raise ValueError("it is not there") from None
    except ValueError as error:
        raise ValueError(f"it is cut off, or no JSON ({error})") from None


def _read_year(year: str, value: Any) -> Iterator[_File]:  # noqa: ANN401 - any JSON
    """Yield the files that the file of a year names; raises ``ValueError`` with what is wrong with it."""
    match value:
        case {"spans": [*spans]}:
            pass
        case _:
            raise ValueError("it has no list of spans")
    last_day = int(year) * 10_000
    for span in spans:
        match span:
            case {
                "path": str(path),
                "first": int(first),
                "last": int(last),
                "articles": int(articles),
                "segments": [*segments],
                "results": [*results],
            } if re.fullmatch(rf"{year}(/[0-9-]+)*", path):
                pass
            case _:
                raise ValueError(f"this is no span of {year}: {json.dumps(span)[:80]}")
        if not last_day < first <= last:
            raise ValueError(f"the days of the span {path} are not after those before it")
        last_day = last
        yield from _read_segments(path, articles, segments)
        yield from _read_results(path, articles, results)


def _read_segments(span: str, articles: int, segments: list[Any]) -> Iterator[_File]:
    covered = 0
    for segment in segments:
        match segment:
            case [int(offset), int(capacity), int(shards), str(code)]:
                pass
            case _:
                raise ValueError(f"this is no segment of the span {span}: {json.dumps(segment)[:80]}")
        if offset != covered or offset >= articles or capacity < 1:
            raise ValueError(f"a segment of the span {span} begins at {offset}, after {covered} articles")
        covered += capacity
        size = min(capacity, articles - offset)
        folder = f"search/{span}/{offset + 1}-{covered}"
        for shard in range(shards):
            yield _File("shard", f"{folder}/{shard}.json", code, size, shard, shards)
        yield _File("facets", f"{folder}/facets.json", code, size)
    if covered < articles:
        raise ValueError(f"the segments of the span {span} have {covered} of its {articles} articles")


def _read_results(span: str, articles: int, codes: list[Any]) -> Iterator[_File]:
    sizes = [min(RESULTS, articles - first) for first in range(0, articles, RESULTS)]
    if len(codes) != len(sizes) or not all(isinstance(code, str) for code in codes):
        raise ValueError(f"the span {span} has {len(codes)} files of results for {articles} articles")
    for number, (code, size) in enumerate(zip(codes, sizes, strict=True), 1):
        yield _File("results", f"search/{span}/results/{number}.json", code, size)


def _check_words(file: _File, value: Any) -> None:  # noqa: ANN401 - any JSON
    """Raise ``ValueError`` with what is wrong with a shard, or with the facets of a segment."""
    match value:
        case {"code": str(code), "words": str(words), "articles": str(articles)}:
            _expect_code(file, code)
        case _:
            raise ValueError("it has not the code, words and articles of a segment")
    lists = articles.split(" ") if articles else []
    count = 0
    for count, word in enumerate(_list_words(words), 1):  # noqa: B007 - how many there are
        if file.kind == "shard" and shard_of(word, file.shards) != file.shard:
            raise ValueError(f"the word {word} is looked for in another shard")
    if count != len(lists):
        raise ValueError(f"it has {count} words, and articles for {len(lists)}")
    for each in lists:
        if not _GAPS(each):
            raise ValueError(f"this is no list of articles: {each[:40]}")
        gaps = _GAP.findall(each)
        if sum(map(_number, gaps)) + len(gaps) > file.articles:
            raise ValueError(f"a word is in an article beyond the {file.articles} of its segment")


def _list_words(words: str) -> Iterator[str]:
    """Yield the words of which each is written without what it shares with the one before."""
    before, word = b"", ""
    for entry in words.split(" ") if words else ():
        shared = 2 * _DIGITS.find(entry[:1])
        if len(entry) < 2 or not 0 <= shared <= len(before):  # noqa: PLR2004 - a digit and a letter at least
            raise ValueError(f"this is no word: {entry[:40]}")
        before = before[:shared] + entry[1:].encode("utf-16-le", "surrogatepass")
        earlier, word = word, before.decode("utf-16-le", "replace")
        if word <= earlier:
            raise ValueError(f"the words {earlier} and {word} are not in order")
        yield word


@lru_cache(maxsize=4096)
def _number(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * _LAST + _DIGITS.index(digit) % _LAST
    return number


def _list_results(file: _File, value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield the paths of the pages in a file of results; raises ``ValueError`` with what is wrong with it."""
    match value:
        case {"code": str(code), "articles": [*articles]}:
            _expect_code(file, code)
        case _:
            raise ValueError("it has not the code and the articles of a file of results")
    if len(articles) != file.articles:
        raise ValueError(f"it has {len(articles)} articles, not {file.articles}")
    for article in articles:
        match article:
            case [str(path), str(), str(), str(), [*authors], str(), str(), str()] if all(
                isinstance(name, str) for name in authors
            ):
                yield path
            case None:
                pass
            case _:
                raise ValueError(f"this is no article: {json.dumps(article, ensure_ascii=False)[:80]}")


def _expect_code(file: _File, code: str) -> None:
    if code != file.code:
        raise ValueError(f"its code is {code}, and the file of the year says {file.code}")


def _find_lost(checker: LinkChecker, page: str, paths: Iterable[str]) -> Iterator[Fault]:
    """Yield a fault for each path in a file of results at which there is no page of the site."""
    for path in paths:
        target = checker.host.resolve("index.html", path)
        served = checker.host.served(target.path) if target and target.kind == "own" else None
        if not served or not is_page(served.file):
            yield Fault(page, f"search result: there is no page at /{path}", _AGAIN, 0, 0, target, path)
