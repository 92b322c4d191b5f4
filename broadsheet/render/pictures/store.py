"""Keeps what was made of pictures beside the state, so that nothing is made twice.

``pictures/DIGEST/RECIPE-QUALITY-ENCODER`` holds what a recipe makes of the picture with that digest. It is
written the moment it is made, whatever becomes of the build, and holds at any time, since all that decides
its bytes is in its path. No file is trusted: each begins with a digest of its path and the rest, so one that
is torn, altered or from elsewhere is made again.

It may be deleted, and cannot always be written, on a full disk or in a folder that is only read. Then what
was made is not kept, and that is all.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from broadsheet.render.pictures.recipes import Recipe

FOLDER = "pictures"
_SEAL_BYTES = 16
# Pictures come and go, with branches for example, so those that are gone are kept until they are many.
_MOST_UNUSED = 64


class StoreKey(NamedTuple):
    """What was made: the digest of the picture as hexadecimal text, how, and the name of the encoder."""

    digest: str
    recipe: Recipe
    quality: int
    encoder: str

    @property
    def path(self) -> str:
        """Where it is kept, below the folder of the store."""
        return f"{self.digest.lower()}/{self.recipe}-{self.quality}-{self.encoder}"


class PictureStore:
    """What was made of pictures, in one folder. Several processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        """Take a folder, which need not exist."""
        self._folder = folder

    def find(self, key: StoreKey) -> bytes | None:
        """Return what was made; None if it is not here."""
        try:
            held = (self._folder / key.path).read_bytes()
        except OSError:
            return None
        seal, content = held[:_SEAL_BYTES], held[_SEAL_BYTES:]
        return content if seal == _seal(key, content) else None

    def holds(self, key: StoreKey) -> bool:
        """Return whether there is a file for what was made, which may turn out to be torn."""
        return (self._folder / key.path).is_file()

    def put(self, key: StoreKey, content: bytes) -> None:
        """Keep what was made, if that can be written, in place of what another encoder has made."""
        file, unfinished = self._folder / key.path, self._folder / f".{os.urandom(8).hex()}"
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            try:
                unfinished.write_bytes(_seal(key, content) + content)
                unfinished.replace(file)
            finally:
                unfinished.unlink(missing_ok=True)
            same = f"{file.name.rpartition('-')[0]}-"
            for other in file.parent.iterdir():
                if other.name.startswith(same) and other.name != file.name:
                    other.unlink()

    def sweep(self, list_digests: Callable[[], Collection[str]]) -> None:
        """Remove what killed processes have left, and what was made of pictures that the site has no more.

        The latter only once it is more than half. ``list_digests`` lists those of all pictures of the site.
        """
        with suppress(OSError):
            names = {each.name for each in self._folder.iterdir()}
            for name in names:
                if name.startswith("."):
                    (self._folder / name).unlink()
            if len(names) <= _MOST_UNUSED:
                return  # to list the pictures of a site takes a look at all its files
            used = {digest.lower() for digest in list_digests()}
            if len(names) > 2 * len(used) + _MOST_UNUSED:
                for name in names - used:
                    shutil.rmtree(self._folder / name, ignore_errors=True)


def _seal(key: StoreKey, content: bytes) -> bytes:
    """Return what a file begins with that holds this."""
    seal = hashlib.blake2b(f"{key.path}\n".encode(), digest_size=_SEAL_BYTES)
    seal.update(content)
    return seal.digest()
