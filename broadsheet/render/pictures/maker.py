"""Makes files of pictures, each once: what the store has is taken from there."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from broadsheet.render.pictures.recipes import Recipe
from broadsheet.render.pictures.store import FOLDER, PictureStore, StoreKey

# It loads Pillow, which only a process needs that has a picture to render.
if TYPE_CHECKING:
    from broadsheet.render.pictures.encoder import Encoder


class PictureMaker:
    """Makes files of pictures, for one process."""

    def __init__(self, state: Path) -> None:
        """Use the store that lies beside the ``state`` file."""
        self._store = PictureStore(state.with_name(FOLDER))

    def make(self, digest: str, load: Callable[[], bytes], recipe: Recipe, quality: int) -> bytes:
        """Return what a recipe makes of the picture with that digest, at a quality from 1 to 100.

        ``load`` returns the picture's bytes; it is called only if they are needed. Raises ``BadPictureError``
        for what cannot be decoded, and whatever ``load`` raises.
        """
        key = self._key(digest, recipe, quality)
        made = self._store.find(key)
        if made is None:
            made = self._encoder.encode(digest, load, recipe, quality)
            self._store.put(key, made)
        return made

    def is_made(self, digest: str, recipe: Recipe, quality: int) -> bool:
        """Return whether the store has it."""
        return self._store.holds(self._key(digest, recipe, quality))

    def sweep(self, list_digests: Callable[[], Collection[str]]) -> None:
        """Remove from the store what is left over; ``list_digests`` lists the digests of all pictures."""
        self._store.sweep(list_digests)

    def _key(self, digest: str, recipe: Recipe, quality: int) -> StoreKey:
        # Nothing is lost where no quality is chosen, so another one makes nothing else.
        chosen = quality if recipe.width and recipe.format != "png" else 0
        return StoreKey(digest, recipe, chosen, self._encoder_name)

    @cached_property
    def _encoder(self) -> Encoder:
        from broadsheet.render.pictures.encoder import Encoder  # noqa: PLC0415

        return Encoder()

    @cached_property
    def _encoder_name(self) -> str:
        from broadsheet.render.pictures.encoder import name_encoder  # noqa: PLC0415

        return name_encoder()
