"""What keeps a picture from being made of another."""

from __future__ import annotations


class BadPictureError(ValueError):
    """The bytes of a picture are not what its header promises; the message says how."""


class MissingCodecError(Exception):
    """The Pillow that is installed was built without the encoder of a format, which the message names."""
