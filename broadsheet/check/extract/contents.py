"""What checking needs to know of one file: its links, the ids that links may name, and its own flaws."""

from __future__ import annotations

from typing import NamedTuple

from broadsheet.common.pictures import PictureFile


class Link(NamedTuple):
    """One URL in a file, unescaped. ``kind`` is what messages call it: link, picture, feed."""

    kind: str
    url: str
    line: int = 0


class Flaw(NamedTuple):
    """Something wrong with a file whatever it links to. ``search``: text by which its place is found.

    ``minor``: readers hardly notice.
    """

    message: str
    hint: str
    search: str = ""
    line: int = 0
    minor: bool = False


class ShownPicture(NamedTuple):
    """A picture that a page shows in one size alone; ``width`` is what the page gives it, 0 for nothing."""

    url: str
    width: int


class Contents(NamedTuple):
    """The links, ids and flaws of a file.

    ``unlisted``: it is a redirect or asks not to be indexed, so nothing has to link to it. ``base`` is the
    href of the page's <base>, empty for none. ``shown`` are the pictures of a page of which browsers cannot
    choose another size. ``picture`` is the one that a file is, and ``located``: it says where it was taken.
    """

    links: tuple[Link, ...] = ()
    ids: frozenset[str] = frozenset()
    flaws: tuple[Flaw, ...] = ()
    unlisted: bool = False
    base: str = ""
    shown: tuple[ShownPicture, ...] = ()
    picture: PictureFile | None = None
    located: bool = False


def shorten(text: str, most: int = 80) -> str:
    """Return ``text`` cut to so many characters for a message."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
