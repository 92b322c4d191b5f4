"""The question of what an article is related to: stories before it with its tags, section and dateline.

Others count how many articles in all have a tag, or compare each with each; then every article changes what
is related to every other. Here an article looks back along each facet that it is in, no farther than the
``WINDOW`` stories right before it. How rare a facet is shows in the same stories: the longer ago the last of
them, the rarer. So what comes later never changes the answer, and a story that changes is in the answers of
at most ``WINDOW`` later ones for each of its facets, however large the archive is.

Stories of one moment stand in the order of their marks here, and only of equal marks by path: an archive
whose dates have no time may have thousands of one moment, and an index orders marks. All is done in whole
numbers, and each tie has its order. Nothing here looks at bodies, or goes through all articles.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from broadsheet.archive.facts import Facts, mark_of
from broadsheet.archive.questions.question import Answer, Change, Kind, facet_id

WINDOW = 8
# What a facet weighs: this much for each step of rarity. Who wrote a story says little of what it is about.
_WEIGHS = {"tag": 3, "section": 1, "dateline": 1}
# Steps of rarity double the days: 15 are over forty years. A facet without a whole window is rarer still.
_RAREST = 16
_DAY = 24 * 60 * 60
_A_WORD = 3
_MOST_WORDS = 3
# Shorter words, such as "after" is not, stand in too many headlines; without capitals words are shorter.
_SHORTEST, _SHORTEST_UNCASED = 5, 3
_ASCII_WORD = re.compile("[0-9a-z]+")

_Place: TypeAlias = "tuple[int, int, int, str]"  # day, instant, mark and path
_Member: TypeAlias = "tuple[int, int, int, int]"  # day, instant, mark, and the article's row


class Related(Kind):
    """``related PATH N``: what tells most of an article, and N stories before it that are like it.

    First the keys of its tags, section and dateline, the most telling first; then the path and the teaser of
    each story, the most related first, of two that are as much so the newer.
    """

    name = "related"

    def answer(self, db: sqlite3.Connection, subject: str, parameters: str) -> Answer:
        """Return keys and stories; none of an article that is not live."""
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
        telling = []
        for key in _keys(facts):
            window = _before(db, facet_id(db, key), number, place)
            kind = key.partition("/")[0]
            weight = _WEIGHS[kind] * _rarity(instant, window)
            # A tag tells more than a section, even one that had no story yet.
            telling.append((kind != "tag", not window, -weight, key))
            for _, _, _, article in window:
                scores[article] = scores.get(article, 0) + weight
        keys = tuple(key for *_, key in sorted(telling))
        return keys, tuple(_chosen(db, scores, _words(facts["title"]), int(parameters)))

    def footprint(self, db: sqlite3.Connection, change: Change) -> Iterable[str]:
        """Touch the article, and the next ``WINDOW`` after a place that it has or had in a facet.

        Asked of the state as after all changes, which is enough. Let an article's window of a facet be
        another now, or a story in it. A story that is in it now and has changed, or has come, stands fewer
        than ``WINDOW`` before the article. One that is in it now, was not before and has not changed, was
        pushed out by some story between that has left; and since the window reaches beyond the place that
        this one had, the article is among the next after that place. If none is new in the window, one has
        left it without another in its place: then it is not full, and whatever place was left in it has
        fewer than ``WINDOW`` behind it.
        """
        if change.what != "article":
            return
        yield change.name
        for side, keys in _left_and_taken(change):
            for key in sorted(keys):
                yield from _after(db, facet_id(db, key), (side.day, side.instant, side.mark, side.path))


def _left_and_taken(change: Change) -> Iterator[tuple[Facts, frozenset[str]]]:
    """Yield each side of a change with the keys of the facets in which it is another story than on the other.

    Of a story that has only got a tag, that is the tag: in its other facets it stands as it did.
    """
    kept: frozenset[str] = frozenset()
    if change.before and change.after and change.before.teaser == change.after.teaser:
        kept = change.before.keys & change.after.keys
    for side in change.sides:
        yield side, frozenset(key for key in side.keys - kept if key.partition("/")[0] in _WEIGHS)


def _keys(facts: Mapping[str, Any]) -> Iterator[str]:
    for slug, _ in facts["tags"]:
        yield f"tag/{slug}"
    for kind in ("section", "dateline"):
        if facts[kind]:
            yield f"{kind}/{facts[kind][0]}"


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
    """Return whether only paths can tell which rows belong to a window: of two with the same mark."""
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
    """Return how rare a facet is at a moment, from 1, by how long the window before it is."""
    if len(window) < WINDOW:
        return _RAREST
    days = max(0, instant - window[-1][1]) // _DAY
    return min(days.bit_length() + 1, _RAREST - 1)


def _chosen(
    db: sqlite3.Connection, scores: dict[int, int], own: frozenset[str], count: int
) -> Iterator[tuple[str, str]]:
    """Yield paths and teasers of the ``count`` that score highest, with what their headlines have in common.

    Only those are looked at that words could still bring among them.
    """
    if not scores or not count:
        return
    best = sorted(scores.values(), reverse=True)
    least = best[min(count, len(best)) - 1] - (_A_WORD * _MOST_WORDS if own else 0)
    hopeful = [article for article, score in scores.items() if score >= least]
    query = f"""
        SELECT id, day, instant, path, teaser FROM article WHERE id IN ({",".join("?" * len(hopeful))})
    """
    found = []
    for article, day, instant, path, teaser in db.execute(query, hopeful):
        common = len(own & _words_of(teaser)) if own else 0
        found.append((scores[article] + _A_WORD * min(common, _MOST_WORDS), day, instant, path, teaser))
    yield from ((path, teaser) for *_, path, teaser in sorted(found, reverse=True)[:count])


# One story is looked at for many, most of them near each other.
@lru_cache(maxsize=2048)
def _words_of(teaser: str) -> frozenset[str]:
    return _words(json.loads(teaser)["title"])


def _words(title: str) -> frozenset[str]:
    """Return the words of a headline that say what it is about, in any script, case folded."""
    if title.isascii():
        words = _ASCII_WORD.findall(title.lower())
    else:
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", title).casefold())
        words = "".join(char if unicodedata.category(char)[0] in "LMN" else " " for char in folded).split()
    return frozenset(filter(_means_something, words))


def _means_something(word: str) -> bool:
    return len(word) >= (_SHORTEST if word.upper() != word else _SHORTEST_UNCASED) and not word.isnumeric()
