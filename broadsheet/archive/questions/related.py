"""The question about related articles: earlier ones with the same tags, section and dateline.

Other generators count how many articles of the archive have a tag, or compare all pairs; then every article
changes what is related to every other. Here an article looks back along each of its facets, no further than
the ``WINDOW`` articles right before it. Those also show how rare the facet is: the older the last of them,
the rarer. So a later article never changes the answer, and an article that changes is in the answers of at
most ``WINDOW`` later ones for each of its facets, however large the archive is.

Articles of one moment are ordered by their marks here, and by path only where marks are equal: an archive
whose dates have no time may have thousands of one moment, and an index orders marks. All arithmetic is in
whole numbers, and each tie is broken. Nothing here reads bodies, or goes through all articles.

What is retracted is never among the answers. Of articles that are translations of each other one is, in the
language of the article that asks if there is one, and never a translation of that itself.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from broadsheet.archive.facts import Facts, mark_of, parse_facts
from broadsheet.archive.questions.question import Change, QuestionKind, find_facet_id
from broadsheet.common import languages
from broadsheet.common.keys import FacetKey
from broadsheet.common.model import FacetKind

WINDOW = 8
# The weight of a facet for each step of rarity. Who wrote an article says little of what it is about.
_WEIGHTS: Mapping[FacetKind, int] = {"tag": 3, "section": 1, "dateline": 1}
# Each step of rarity doubles the days: 15 are over forty years. A facet with less than a whole window is
# rarer.
_RAREST = 16
_ONE_EACH: tuple[FacetKind, ...] = ("section", "dateline")
_DAY = 24 * 60 * 60
_A_WORD = 3
_MOST_WORDS = 3
# Words shorter than "after" are in too many headlines; in scripts without capitals words are shorter.
_SHORTEST, _SHORTEST_UNCASED = 5, 3
# Of more articles that have one value of ``translations``, that is no translation.
_MOST_TRANSLATIONS = 50
# How many more than are wanted are looked at, in place of those that are retracted or translations.
_SPARE = 2
_ASCII_WORD = re.compile("[0-9a-z]+")

_Place: TypeAlias = "tuple[int, int, int, str]"  # day, instant, mark and path
_Member: TypeAlias = "tuple[int, int, int, int]"  # day, instant, mark, and the article's row
_Candidate: TypeAlias = "tuple[int, str, str]"  # an article's row, its path and its teaser


class _Translation(NamedTuple):
    """A live article of a group of translations; ``article`` is its row."""

    article: int
    path: str
    teaser: str
    retracted: int
    day: int
    instant: int
    mark: int


class Related(QuestionKind[str, int, tuple[tuple[str, ...], tuple[tuple[str, str], ...]]]):
    """``related PATH N``: the facets that say most about an article, and N related articles before it.

    First the keys of its tags, section and dateline, the most specific first; then the path and the teaser of
    each article, the most related first, and of two that are equally related the newer.
    """

    name = "related"

    def answer(
        self, db: sqlite3.Connection, subject: str, parameters: int
    ) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """Return keys as text, and pairs of path and teaser; both are empty if the article is not live."""
        query = (
            "SELECT a.id, a.day, a.instant, s.facts FROM article a JOIN story s ON s.article = a.id"
            " WHERE a.path = ? AND a.live = 1"
        )
        row = db.execute(query, (subject,)).fetchone()
        if row is None:
            return (), ()
        number, day, instant, text = row
        facts = json.loads(text)
        place = (day, instant, mark_of(subject), subject)
        scores: dict[int, int] = {}
        ranked = []
        for key in _keys(facts):
            window = _before(db, find_facet_id(db, key), number, place)
            weight = _WEIGHTS[key.kind] * _rarity(instant, window)
            # A tag says more than a section, even a section that had no article yet.
            ranked.append((key.kind != "tag", not window, -weight, str(key)))
            for _, _, _, article in window:
                scores[article] = scores.get(article, 0) + weight
        keys = tuple(key for *_, key in sorted(ranked))
        own = _words(facts["title"])
        # A few more than are wanted are nearly always enough, and looking at all changes nothing among them.
        for count in (parameters + _SPARE, len(scores)):
            chosen = _chosen(db, scores, own, count)
            found = tuple(islice(_without_translations(db, chosen, facts, place), parameters))
            if len(found) == parameters or count >= len(scores):
                break
        return keys, found

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[str]:
        """Yield the article, and the next ``WINDOW`` after a place that it has or had in a facet.

        The state after all changes is enough to tell. Let an article's window of a facet, or an article in
        it, be different now. An article that is in the window now, and is new or changed, stands fewer than
        ``WINDOW`` places before. One that is in it now, was not before and has not changed, had been pushed
        out by an article between that has left; and since the window reaches beyond the place of that one,
        the article is among the next ``WINDOW`` after that place. If no article in the window is new, one has
        left it and none has followed: then the window is not full, and any place that was left in it is
        followed by fewer than ``WINDOW`` before the article.

        An article may stand in answers for one of its translations: so those after these are asked again too.
        """
        if change.what != "article":
            return
        yield change.name
        for side, keys in _changed_places(change):
            yield from _after_each(db, side, keys)
        for key in sorted(_changed_translations(change)):
            for other in _translations(db, key.slug):
                (text,) = db.execute("SELECT facts FROM story WHERE article = ?", (other.article,)).fetchone()
                yield from _after_each(db, side := parse_facts(text), side.keys)


RELATED = Related(str, int)


def _changed_places(change: Change) -> Iterator[tuple[Facts, frozenset[FacetKey]]]:
    """Yield each side of a change with the keys of the facets in which the other side is different.

    Of an article that has only got another tag, that is the tag: in its other facets nothing has changed.
    """
    unchanged: frozenset[FacetKey] = frozenset()
    if change.before and change.after and change.before.teaser == change.after.teaser:
        unchanged = change.before.keys & change.after.keys
        if _translation_keys(change.before) != _translation_keys(change.after):
            unchanged = frozenset()
    for side in change.sides:
        yield side, frozenset(key for key in side.keys - unchanged if key.kind in _WEIGHTS)


def _changed_translations(change: Change) -> frozenset[FacetKey]:
    """Return the keys of the translations of an article that may stand in answers for it, or it for them."""
    before, after = change.before, change.after
    keys = frozenset().union(*map(_translation_keys, change.sides))
    if before and after and before.teaser == after.teaser:
        return keys - (_translation_keys(before) & _translation_keys(after))
    return keys


def _translation_keys(side: Facts) -> frozenset[FacetKey]:
    return frozenset(key for key in side.keys if key.kind == "translation")


def _translations(db: sqlite3.Connection, slug: str) -> list[_Translation]:
    """Return the live articles of a group of translations.

    None if there are more than translations can be; one too many still counts, as it may just have come.
    """
    query = """
        SELECT a.id, a.path, a.teaser, a.retracted, m.day, m.instant, m.mark
        FROM member m JOIN article a ON a.id = m.article
        WHERE m.facet = ? ORDER BY m.day, m.instant, m.mark, a.path LIMIT ?
    """
    facet = find_facet_id(db, FacetKey("translation", slug))
    rows = db.execute(query, (facet, _MOST_TRANSLATIONS + 2)).fetchall()
    return [_Translation(*row) for row in rows] if len(rows) <= _MOST_TRANSLATIONS + 1 else []


def _after_each(db: sqlite3.Connection, side: Facts, keys: Iterable[FacetKey]) -> Iterator[str]:
    """Return the paths of the articles right after one in each of its facets that count."""
    for key in sorted(keys):
        if key.kind in _WEIGHTS:
            yield from _after(db, find_facet_id(db, key), (side.day, side.instant, side.mark, side.path))


def _has_any(db: sqlite3.Connection, kind: FacetKind) -> bool:
    return db.execute("SELECT 1 FROM facet WHERE kind = ? LIMIT 1", (kind,)).fetchone() is not None


def _without_translations(
    db: sqlite3.Connection, chosen: list[_Candidate], facts: Mapping[str, Any], place: _Place
) -> Iterator[tuple[str, str]]:
    """Yield of each group of translations among ``chosen`` one, none of that of the article itself."""
    groups = _read_groups(db, chosen)
    told = {facts.get("translations", "")} - {""}
    too_many: set[str] = set()
    for number, path, teaser in chosen:
        group = groups.get(number, "")
        if group in told:
            continue
        rows = _translations(db, group) if group and group not in too_many else []
        if not rows or len(rows) > _MOST_TRANSLATIONS:
            too_many.add(group)
            yield path, teaser
            continue
        told.add(group)
        yield _find_readable(rows, facts["language"], place) or (path, teaser)


def _read_groups(db: sqlite3.Connection, chosen: list[_Candidate]) -> dict[int, str]:
    """Return the value of ``translations`` of those articles that have one."""
    if not chosen or not _has_any(db, "translation"):
        return {}
    query = f"""
        SELECT article, json_extract(facts, '$.translations') FROM story
        WHERE article IN ({",".join("?" * len(chosen))}) AND instr(facts, '"translations":')
    """
    rows = db.execute(query, [number for number, *_ in chosen])
    return {number: group for number, group in rows if group}


def _find_readable(rows: Iterable[_Translation], language: str, place: _Place) -> tuple[str, str] | None:
    """Return path and teaser of the translation in a language that stands before a place, if there is one."""
    for row in rows:
        earlier = (row.day, row.instant, row.mark, row.path) < place
        if (
            earlier
            and not row.retracted
            and languages.key(json.loads(row.teaser)["language"]) == languages.key(language)
        ):
            return row.path, row.teaser
    return None


def _keys(facts: Mapping[str, Any]) -> Iterator[FacetKey]:
    for slug, _ in facts["tags"]:
        yield FacetKey("tag", slug)
    for kind in _ONE_EACH:
        if facts[kind]:
            yield FacetKey(kind, facts[kind][0])


def _before(db: sqlite3.Connection, facet: int, number: int, place: _Place) -> list[_Member]:
    """Return the members of a facet right before the article ``number``, which stands at ``place``."""
    query = """
        SELECT day, instant, mark, article FROM member WHERE facet = ? AND (day, instant, mark) <= (?, ?, ?)
        ORDER BY day DESC, instant DESC, mark DESC LIMIT ?
    """
    rows = db.execute(query, (facet, *place[:3], WINDOW + 2)).fetchall()
    rows = [row for row in rows if row[3] != number]
    if not _are_tied(rows, place[:3]):
        return rows[:WINDOW]
    query = """
        SELECT m.day, m.instant, m.mark, m.article FROM member m JOIN article a ON a.id = m.article
        WHERE m.facet = ? AND (m.day, m.instant, m.mark) <= (?, ?, ?)
        AND (m.day, m.instant, m.mark, a.path) < (?, ?, ?, ?)
        ORDER BY m.day DESC, m.instant DESC, m.mark DESC, a.path DESC LIMIT ?
    """
    return db.execute(query, (facet, *place[:3], *place, WINDOW)).fetchall()


def _are_tied(rows: list[_Member], own: tuple[int, int, int]) -> bool:
    """Return whether two rows have the same mark, so that only paths tell which of them are in a window."""
    if rows and rows[0][:3] == own:
        return True
    return len(rows) > WINDOW and rows[WINDOW - 1][:3] == rows[WINDOW][:3]


def _after(db: sqlite3.Connection, facet: int, place: _Place) -> Iterator[str]:
    """Return the paths of the members of a facet right after a place."""
    query = """
        SELECT a.path FROM member m JOIN article a ON a.id = m.article
        WHERE m.facet = ? AND (m.day, m.instant, m.mark) >= (?, ?, ?)
        AND (m.day, m.instant, m.mark, a.path) > (?, ?, ?, ?)
        ORDER BY m.day, m.instant, m.mark, a.path LIMIT ?
    """
    return (row[0] for row in db.execute(query, (facet, *place[:3], *place, WINDOW)))


def _rarity(instant: int, window: list[_Member]) -> int:
    """Return how rare a facet is at a moment, from 1, by how far back its window reaches."""
    if len(window) < WINDOW:
        return _RAREST
    days = max(0, instant - window[-1][1]) // _DAY
    return min(days.bit_length() + 1, _RAREST - 1)


def _chosen(
    db: sqlite3.Connection, scores: dict[int, int], own: frozenset[str], count: int
) -> list[_Candidate]:
    """Return the ``count`` that score highest once common words of headlines are counted, but the retracted.

    Only those are looked at that common words could still bring among the highest.
    """
    if not scores or not count:
        return []
    best = sorted(scores.values(), reverse=True)
    least = best[min(count, len(best)) - 1] - (_A_WORD * _MOST_WORDS if own else 0)
    candidates = [article for article, score in scores.items() if score >= least]
    query = f"""
        SELECT id, day, instant, path, teaser, retracted FROM article
        WHERE id IN ({",".join("?" * len(candidates))})
    """
    found = []
    for article, day, instant, path, teaser, retracted in db.execute(query, candidates):
        common = len(own & _words_of(teaser)) if own else 0
        score = scores[article] + _A_WORD * min(common, _MOST_WORDS)
        found.append((score, day, instant, path, teaser, article, retracted))
    return [
        (article, path, teaser)
        for *_, path, teaser, article, retracted in sorted(found, reverse=True)[:count]
        if not retracted
    ]


# An article is a candidate for many others, most of them near each other.
@lru_cache(maxsize=2048)
def _words_of(teaser: str) -> frozenset[str]:
    return _words(json.loads(teaser)["title"])


def _words(title: str) -> frozenset[str]:
    """Return the words of a headline that say what it is about, in any script, case-folded."""
    if title.isascii():
        words = _ASCII_WORD.findall(title.lower())
    else:
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", title).casefold())
        words = "".join(char if unicodedata.category(char)[0] in "LMN" else " " for char in folded).split()
    return frozenset(filter(_is_meaningful, words))


def _is_meaningful(word: str) -> bool:
    return len(word) >= (_SHORTEST if word.upper() != word else _SHORTEST_UNCASED) and not word.isnumeric()
