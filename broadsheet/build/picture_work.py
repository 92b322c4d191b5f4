"""How much work the pictures of a build are, and what is left of their store afterwards.

To encode a picture, or to draw a card, takes as long as some forty pages; what the store has is only copied.
So a handful of new photos is given to all processes, and an edit of their article to none.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from pathlib import Path

from broadsheet.archive.lookups import list_picture_digests, read_digest
from broadsheet.ledger.staleness import Due
from broadsheet.plan.output import Output
from broadsheet.render.outputs.cards import CARD
from broadsheet.render.outputs.pictures import PICTURE_FILE, PictureSubject
from broadsheet.render.pictures.maker import PictureMaker

_ENCODED = 40  # pages


class PictureWork:
    """The work that pictures are in one build."""

    def __init__(self, db: sqlite3.Connection, state: Path, quality: int) -> None:
        """Look at the archive in ``db``, and at the store beside the ``state`` file."""
        self._db = db
        self._maker = PictureMaker(state)
        self._quality = quality
        self._encodes = False

    def weigh(self, output: Output) -> int:
        """Return how much work it is to render an output: 1 for a page."""
        if output.kind == CARD.name:
            return _ENCODED
        if output.kind != PICTURE_FILE.name:
            return 1
        recipe, path = PictureSubject.parse(output.subject)
        if self._maker.is_made(read_digest(self._db, path).hex(), recipe, self._quality):
            return 1
        self._encodes = True
        return _ENCODED

    def batch(self, due: Iterable[Due], size: int) -> Iterator[tuple[Due, ...]]:
        """Yield outputs in batches of about so much work, in order.

        What is made of one picture stays together, for it is decoded once in each process.
        """
        batch, weight = list[Due](), 0
        for _, together in groupby(due, key=_name_group):
            for each in together:
                batch.append(each)
                weight += self.weigh(each.output)
                if each.output.kind != PICTURE_FILE.name and weight >= size:
                    yield tuple(batch)
                    batch, weight = [], 0
            if weight >= size:
                yield tuple(batch)
                batch, weight = [], 0
        if batch:
            yield tuple(batch)

    def sweep(self) -> None:
        """Remove from the store what no picture needs, if this build had pictures to encode."""
        if self._encodes:
            self._maker.sweep(partial(list_picture_digests, self._db))


def _name_group(due: Due) -> str:
    """Return the path of the picture that an output is made of; empty for one that is made of none."""
    output = due.output
    return PictureSubject.parse(output.subject).path if output.kind == PICTURE_FILE.name else ""
