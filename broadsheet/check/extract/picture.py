"""What is wrong with the file of a picture: it is cut off, is no picture, or of another type than named."""

from __future__ import annotations

from pathlib import PurePosixPath

from broadsheet.check.extract.contents import Flaw
from broadsheet.read.pictures.formats import SHOWN, find_fault, find_format

# What browsers show in an img element: https://developer.mozilla.org/docs/Web/Media/Guides/Formats/Image_types
_MAY_BE_SHOWN = frozenset((*SHOWN, ".bmp", ".cur", ".ico", ".svg"))


def is_picture(path: str) -> bool:
    """Return whether a file is a picture of which this module can tell what is wrong, by its name."""
    return PurePosixPath(path).suffix.lower() in SHOWN


def may_be_shown(path: str) -> bool:
    """Return whether browsers may show a file as a picture, by its name; one without a suffix may be any."""
    suffix = PurePosixPath(path).suffix.lower()
    return not suffix or suffix in _MAY_BE_SHOWN


def find_picture_flaws(path: str, content: bytes) -> tuple[Flaw, ...]:
    """Return what is wrong with a picture; ``path`` is one that ``is_picture`` knows."""
    fault = find_fault(content)
    if fault:
        subject = "this" if fault.message.startswith("is no picture") else "this picture"
        return (Flaw(f"{subject} {fault.message}", fault.hint),)
    promised, found = SHOWN[PurePosixPath(path).suffix.lower()], find_format(content)
    if found != promised:
        hint = f"Browsers show it; other programs may not. Give it the suffix of {found}."
        return (Flaw(f"this picture is {found}, and its name says {promised}", hint, minor=True),)
    return ()
