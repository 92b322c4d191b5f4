"""The file of a picture to what is known of it: its size and format, what its metadata say, what is wrong.

``formats`` tells formats by their bytes, ``header`` opens a picture without decoding it, ``segments`` finds
its metadata, which ``metadata`` reads. A faulty picture is no problem by itself: perhaps no page shows it.
"""

from __future__ import annotations

from broadsheet.common.files import measure_picture
from broadsheet.common.pictures import PictureFault, PictureFile
from broadsheet.read.pictures import formats, header
from broadsheet.read.pictures.metadata import LYING, Words, find_orientation, has_location, read_words
from broadsheet.read.pictures.segments import find_metadata
from broadsheet.settings.model import PictureSettings

__all__ = ["read"]


def read(path: str, content: bytes, settings: PictureSettings) -> PictureFile:
    """Return what is known of the picture in ``content``, the file at ``path``, as far as settings want it.

    If they want no others made of pictures, that is its size alone.
    """
    if not settings.on or not formats.is_picture(path):
        return PictureFile(*measure_picture(path, content))
    form = formats.find_format(content)
    fault = formats.find_fault(content) or _find_excess(*header.find_size(form, content))
    if fault is None and form in header.FORMATS:
        try:
            return _read_raster(form, content, settings)
        except header.UnreadableError:
            fault = PictureFault(f"cannot be read as {form}", "Save it again with another program.")
    found = PictureFile(*header.find_size(form, content)) if fault is None else PictureFile(fault=fault)
    return found._replace(location=has_location(find_metadata(form, content)))


def _read_raster(form: str, content: bytes, settings: PictureSettings) -> PictureFile:
    """Return what is known of a picture; raises ``UnreadableError``."""
    found = header.read_header(form, content)
    metadata, width, height = found.metadata, found.width, found.height
    # What moves is published as it is stored, without its metadata.
    if find_orientation(metadata) in LYING and not found.animated:
        width, height = height, width
    words = read_words(metadata, settings.language) if settings.metadata else Words()
    excess = _find_excess(width, height)
    if excess:
        return PictureFile(fault=excess, location=has_location(metadata))
    return PictureFile(
        width=width,
        height=height,
        format="" if found.animated else form.lower(),
        alpha=found.alpha and not found.animated,
        caption=words.caption if "caption" in settings.metadata else "",
        credit=words.credit if "credit" in settings.metadata else "",
        location=has_location(metadata),
    )


def _find_excess(width: int, height: int) -> PictureFault | None:
    if width * height <= header.MOST_PIXELS:
        return None
    message = f"has {width:,} by {height:,} pixels, more than {header.MOST_PIXELS // 10**6} megapixels"
    return PictureFault(message, "Make it smaller: no page shows more than 4,096 pixels across.")
