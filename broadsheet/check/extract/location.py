"""Whether a file says where it was taken: a picture of any format, or a film.

Of a film only what cameras write is looked for: the position as ISO 6709 has it, +56.86-002.26/.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from broadsheet.common.pictures import PictureFile
from broadsheet.read import pictures
from broadsheet.read.pictures import formats
from broadsheet.settings.model import PictureSettings

_FILMS = frozenset((".3gp", ".m4v", ".mov", ".mp4"))
# https://developer.apple.com/documentation/quicktime-file-format/user_data_atoms: an atom with a text, after
# the length and the language of that; and the key of the newer list of metadata.
_POSITION = re.compile(
    rb"\xa9xyz.{4}[+-]\d\d"
    rb"|com\.apple\.quicktime\.location\.ISO6709.{0,4096}?[+-]\d\d\.\d+[+-]\d\d\d\.\d",
    re.DOTALL,
)
_SETTINGS = PictureSettings(on=True, metadata=(), language="")


def may_be_located(path: str) -> bool:
    """Return whether a file may say where it was taken, to judge by its name."""
    return PurePosixPath(path).suffix.lower() in _FILMS or formats.is_picture(path)


def is_located(path: str, content: bytes) -> bool:
    """Return whether a file for which ``may_be_located`` is true says where it was taken."""
    if PurePosixPath(path).suffix.lower() in _FILMS:
        return _POSITION.search(content) is not None
    return read_picture(path, content).location


def read_picture(path: str, content: bytes) -> PictureFile:
    """Return what is known of a picture that was published."""
    return pictures.read(path, content, _SETTINGS)
