"""Makes files of a picture: decoded, turned, its colours those of the web, cropped, scaled and encoded.

What is made is a function of the picture, the recipe and the quality alone, never of what was made before.
Loading this loads Pillow, so only what makes a picture imports it.

A picture is decoded once for all that is made of it. A JPEG is decoded at the smallest scale that has the
pixels which are wanted, which its decoder does for a fraction of the time and the memory.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

# The plugins are named, for else Pillow loads all that it has.
from PIL import (
    AvifImagePlugin,
    Image,
    ImageChops,
    ImageCms,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
    features,
)

from broadsheet.common.pictures import Raster
from broadsheet.read.pictures import formats, header, metadata, segments
from broadsheet.read.pictures.header import read_metadata
from broadsheet.read.pictures.metadata import UPRIGHT, find_orientation
from broadsheet.render.pictures import recipes, strip
from broadsheet.render.pictures.faults import BadPictureError, MissingCodecError
from broadsheet.render.pictures.recipes import Recipe

# By Pillow's names, of the plugins that are loaded here. MPO is a JPEG with further pictures behind it.
_FORMATS: Mapping[str | None, str] = MappingProxyType(
    {
        AvifImagePlugin.AvifImageFile.format: "avif",
        JpegImagePlugin.JpegImageFile.format: "jpeg",
        "MPO": "jpeg",
        PngImagePlugin.PngImageFile.format: "png",
        WebPImagePlugin.WebPImageFile.format: "webp",
    }
)
_READ = tuple(name for name in _FORMATS if name and name != "MPO")
_CODECS = ("jpg", "libjpeg_turbo", "zlib", "zlib_ng", "webp", "avif", "littlecms2")
# The smallest scale of at least this width is good enough for all that is not wider, so most is made of one.
_BASE_WIDTH = 1280
_SCALES = (8, 4, 2)
# Of a format that cannot be decoded at a smaller scale, pixels are averaged first, to no less than so many
# times the pixels that are wanted.
_GAP = 2.0
# As good as the original: of what is published in full but has to be encoded again.
_WHOLE_QUALITY = 95
_NAME_BYTES = 6
# Measured with photos of 12 megapixels, at 640, 1280 and 1920: method 2 takes 0.23 s; 4 takes 0.39 s, and has
# 5 to 8% fewer bytes; 6 takes 0.62 s, and has 2% fewer again. With 4 a cold build is as long as with sharp,
# which makes the very same bytes, and with 2 it is a third shorter. Without loss, 4 is worth its time.
_WEBP_METHOD, _EXACT_METHOD = 2, 4
# A picture without loss of so many bytes a pixel is a photo, of which WebP has less with loss than without.
_PHOTO_BYTES = 1.0
# AVIF is for whoever would rather wait once than send more: 6 takes five times as long as 8, and 12% less.
# At two thirds of the number that JPEG and WebP have, it looks as they do (PSNR of 39.4 with 52 and 78).
_AVIF_SPEED, _AVIF_SHARE = 6, 2 / 3
# A profile that changes no colour by more than this of 255 is sRGB, whatever its name.
_SAME_COLOR = 2
_TURNS: Mapping[int, Image.Transpose] = MappingProxyType(
    {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
)
_SWAPS_SIDES, _FROM_RIGHT, _FROM_BELOW = (
    frozenset((5, 6, 7, 8)),
    frozenset((2, 3, 7, 8)),
    frozenset((3, 4, 6, 7)),
)
# What is scaled has one of these; "a" is transparency that the colours were multiplied with.
_PREMULTIPLIED: Mapping[str, str] = MappingProxyType({"LA": "La", "RGBA": "RGBa"})
_STRAIGHT: Mapping[str, str] = MappingProxyType({"La": "LA", "RGBa": "RGBA"})
_COLOR_SPACES: Mapping[str, str] = MappingProxyType({"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"})


class _Picture(NamedTuple):
    """What the header of a picture says; ``raster`` has its size as shown, ``turn`` is EXIF's orientation.

    ``lossless``: its file is without loss. ``drawn``: it has so few details that a WebP without loss may be
    smaller than one with.
    """

    raster: Raster
    turn: int
    mode: str
    lossless: bool
    drawn: bool


class Encoder:
    """Makes files of pictures; keeps the last picture decoded, for all that is made of it comes in a row."""

    def __init__(self) -> None:
        """Begin with no picture."""
        self._digest = ""
        self._picture: _Picture | None = None
        self._bases: dict[int, Image.Image] = {}
        self._scaled: tuple[Recipe, Image.Image] | None = None

    def encode(self, digest: str, load: Callable[[], bytes], recipe: Recipe, quality: int) -> bytes:
        """Return what a recipe makes of a picture, at a quality from 1 to 100.

        ``load`` returns the picture's bytes, whose digest is ``digest``; it is called where they are not
        known from the last time. Raises ``BadPictureError`` for what cannot be decoded,
        ``MissingCodecError``, and whatever ``load`` raises.
        """
        if not recipe.width:
            return _make_whole(load())
        if digest != self._digest or self._picture is None:
            self._digest, self._picture, self._bases, self._scaled = digest, None, {}, None
            self._picture = _look(load())
        picture, form = self._picture, self._picture.raster.format
        is_same = not recipe.crop and recipe.format == form and recipe.width == picture.raster.width
        is_same = is_same and picture.turn == UPRIGHT and picture.mode != "CMYK" and form != "avif"
        if is_same and picture.lossless:
            return strip.strip(load(), form)
        made = _save(self._scale(picture, load, recipe), recipe.format, quality, drawn=picture.drawn)
        return min(strip.strip(load(), form), made, key=len) if is_same else made

    def _scale(self, picture: _Picture, load: Callable[[], bytes], recipe: Recipe) -> Image.Image:
        """Return the part of the picture that a recipe shows, at its size."""
        shape = recipe._replace(format="")
        if self._scaled and self._scaled[0] == shape:
            return self._scaled[1]
        left, top, right, bottom = recipe.box(picture.raster)
        scale = _choose_scale(picture, max(_BASE_WIDTH / picture.raster.width, recipe.width / (right - left)))
        if scale not in self._bases:
            self._scaled = None
            self._bases[scale] = _decode(load(), picture, scale)
        base, (width, height) = self._bases[scale], recipe.size(picture.raster)
        across, down = picture.raster.width, picture.raster.height
        box = _find_lying((left / across, top / down, right / across, bottom / down), picture.turn)
        made = base.resize(
            (height, width) if picture.turn in _SWAPS_SIDES else (width, height),
            Image.Resampling.LANCZOS,
            (box[0] * base.width, box[1] * base.height, box[2] * base.width, box[3] * base.height),
            reducing_gap=_GAP,
        )
        if picture.turn in _TURNS:
            made = made.transpose(_TURNS[picture.turn])
        self._scaled = shape, made
        return made


def name_encoder() -> str:
    """Return a name for all that makes other bytes of the same picture: this code, Pillow, and its codecs."""
    total = hashlib.blake2b(digest_size=_NAME_BYTES)
    for module in (strip, recipes, formats, header, metadata, segments):
        total.update(Path(str(module.__file__)).read_bytes() + b"\0")
    total.update(Path(__file__).read_bytes() + b"\0")
    total.update("\n".join(f"{name} {features.version(name)}" for name in ("pil", *_CODECS)).encode())
    if features.check("avif"):
        total.update(str(AvifImagePlugin.get_codec_version("aom")).encode())
    return total.hexdigest()


@contextmanager
def _decoding() -> Iterator[None]:
    """Turn whatever Pillow raises at what it cannot decode into ``BadPictureError``.

    It may be anything: its plugins do not catch what ``struct``, ``zlib`` and their own arithmetic raise. Its
    words are not repeated, for they hold addresses in memory, and what it warns of can be shown.
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    except MemoryError:
        raise
    except Exception as error:
        raise BadPictureError("it cannot be decoded") from error


def _make_whole(content: bytes) -> bytes:
    """Return a picture in full, without its metadata.

    Its pixels and its ICC profile are untouched, unless the metadata say that it lies on its side; then, and
    of AVIF always, the pixels are encoded anew.
    """
    with _open(content) as opened:
        turn, form = _read_turn(opened, content), _FORMATS[opened.format]
        if turn == UPRIGHT and form != "avif":
            return strip.strip(content, form)
        with _decoding():
            opened.load()
        whole = opened.transpose(_TURNS[turn]) if turn in _TURNS else opened.copy()
    kept = {name: whole.info[name] for name in ("icc_profile", "transparency") if name in whole.info}
    whole.info = {}
    return _write(whole, form, _WHOLE_QUALITY, exact=strip.is_lossless(content, form), **kept)


def _open(content: bytes) -> Image.Image:
    """Return a picture, not decoded yet; of a JPEG with further pictures the first."""
    with _decoding():
        opened = Image.open(BytesIO(content), formats=_READ)
    if _FORMATS[opened.format] != "jpeg" and getattr(opened, "is_animated", False):
        raise BadPictureError("it is animated")
    return opened


def _look(content: bytes) -> _Picture:
    with _open(content) as opened:
        turn, form = _read_turn(opened, content), _FORMATS[opened.format]
        width, height = reversed(opened.size) if turn in _SWAPS_SIDES else opened.size
        lossless = strip.is_lossless(content, form)
        return _Picture(
            raster=Raster(width, height, form, opened.has_transparency_data),
            turn=turn,
            mode=opened.mode,
            lossless=lossless,
            drawn=lossless and len(content) <= _PHOTO_BYTES * width * height,
        )


def _read_turn(opened: Image.Image, content: bytes) -> int:
    """Return how a picture lies, as EXIF counts: from 1, upright, to 8.

    Not by Pillow, which decodes a PNG for that, and believes XMP too, which browsers do not.
    """
    return find_orientation(read_metadata(opened, content))


def _find_lying(box: tuple[float, float, float, float], turn: int) -> tuple[float, float, float, float]:
    """Return where a part of a picture, as shown, is in the picture as it is stored.

    Both are left, top, right and bottom, in shares of the sides.
    """
    left, top, right, bottom = (min(1.0, share) for share in box)
    if turn in _SWAPS_SIDES:
        left, top, right, bottom = top, left, bottom, right
    if turn in _FROM_RIGHT:
        left, right = 1 - right, 1 - left
    if turn in _FROM_BELOW:
        top, bottom = 1 - bottom, 1 - top
    return left, top, right, bottom


def _choose_scale(picture: _Picture, least: float) -> int:
    """Return by how much both sides of a picture are divided before anything else, at ``least`` its share."""
    gap = 1.0 if picture.raster.format == "jpeg" else _GAP
    smaller_side = min(picture.raster.width, picture.raster.height)
    return next((scale for scale in _SCALES if scale * least * gap <= 1 and scale <= smaller_side), 1)


def _decode(content: bytes, picture: _Picture, scale: int) -> Image.Image:
    """Return a picture at one part in ``scale`` of its size, not turned yet, in the colours of the web.

    Its mode is L, La, RGB or RGBa. It is turned when it is smaller, which takes less time and memory.
    """
    with _open(content) as opened:
        if picture.raster.format == "jpeg" and scale > 1:
            opened.draft(None, (opened.width // scale, opened.height // scale))
        with _decoding():
            opened.load()
        profile = opened.info.get("icc_profile")
        made = _simplify(opened)
    if picture.raster.format != "jpeg" and scale > 1:
        made = made.reduce(scale)
    made = _convert_colors(made, profile)
    made.info = {}  # else what it says is saved again
    return _in_mode(made, _PREMULTIPLIED.get(made.mode, made.mode))


def _simplify(opened: Image.Image) -> Image.Image:
    """Return a decoded picture with 8 bits a channel, as L, LA, RGB, RGBA or CMYK."""
    if opened.mode.startswith("I"):  # a PNG with 16 bits
        return opened.point(lambda value: value * (1 / 257)).convert("L")
    if opened.has_transparency_data:
        return opened.convert("LA" if opened.mode in {"1", "L", "LA"} else "RGBA")
    return _in_mode(opened, {"1": "L", "L": "L", "CMYK": "CMYK"}.get(opened.mode, "RGB"))


def _in_mode(picture: Image.Image, mode: str) -> Image.Image:
    """Return a picture in a mode: itself if it has that, for Pillow copies all of it even then."""
    return picture if picture.mode == mode else picture.convert(mode)


def _convert_colors(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return a picture with its colours in sRGB, as L, LA, RGB or RGBA; a broken profile is ignored."""
    alpha = picture.getchannel("A") if picture.mode in _PREMULTIPLIED else None
    colors = picture.convert(picture.mode[:-1]) if alpha else picture
    converted = _apply_profile(colors, profile) if profile else None
    if converted is None:
        converted = colors.convert("RGB") if colors.mode == "CMYK" else colors
    if alpha:
        converted.putalpha(alpha)
    return converted


def _apply_profile(colors: Image.Image, profile: bytes) -> Image.Image | None:
    """Return a picture in sRGB; None if its profile is broken, or of another kind of colours."""
    mode = "L" if colors.mode == "L" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if source.profile.xcolor_space.strip() != _COLOR_SPACES[colors.mode]:
            return None
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), colors.mode, "RGB")
        if colors.mode != "CMYK" and _changes_little(transform, colors.mode):
            return colors
        return transform.apply(colors).convert(mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _changes_little(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    steps = range(0, 256, 17)
    if mode == "L":
        pixels = bytes(steps)
    else:
        pixels = bytes(
            level for red in steps for green in steps for blue in steps for level in (red, green, blue)
        )
    before = Image.frombytes(mode, (len(pixels) // len(mode), 1), pixels)
    changes = ImageChops.difference(before.convert("RGB"), transform.apply(before))
    return max(changes.tobytes()) <= _SAME_COLOR


def _save(scaled: Image.Image, form: str, quality: int, *, drawn: bool) -> bytes:
    made = _in_mode(scaled, _STRAIGHT.get(scaled.mode, scaled.mode))
    if form == "jpeg" and made.mode in _PREMULTIPLIED:
        ground = Image.new(made.mode[:-1], made.size, "white")
        ground.paste(made, mask=made.getchannel("A"))
        made = ground
    if form == "avif":
        quality = round(quality * _AVIF_SHARE)
    encoded = _write(made, form, quality, exact=drawn and form == "png")
    if form == "webp" and drawn:
        return min(encoded, _write(made, form, quality, exact=True), key=len)
    return encoded


def _write(picture: Image.Image, form: str, quality: int, *, exact: bool, **kept: object) -> bytes:
    """Return a picture's file; ``exact``: a WebP without loss, or a PNG that is worth packing well."""
    options: dict[str, object] = {"quality": quality}
    if form == "jpeg":
        options |= {
            "progressive": True,
            "optimize": True,
            "subsampling": 0 if quality >= _WHOLE_QUALITY else 2,
        }
    elif form == "png":
        options["optimize"] = exact
    elif form == "webp":
        options |= {"method": _EXACT_METHOD if exact else _WEBP_METHOD, "lossless": exact}
    else:
        # With more threads the bytes depend on the number of processors.
        options |= {"speed": _AVIF_SPEED, "max_threads": 1}
    file = BytesIO()
    if form.upper() not in Image.SAVE:
        raise MissingCodecError(form.upper())
    picture.save(file, form.upper(), **options, **kept)
    return file.getvalue()
