"""What the metadata of pictures tell: how they are turned, where they were taken, captions and credits."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from broadsheet.common.pictures import PictureFile
from broadsheet.read import pictures
from broadsheet.read.pictures.metadata import find_orientation, has_location, read_words
from broadsheet.read.pictures.segments import Metadata, find_metadata, list_segments
from broadsheet.settings.model import PictureSettings
from tests.builds import built, done, plain_site
from tests.photos import draw, exif, save
from tests.pictures import data_set, with_iptc, xmp
from tests.plain import SETTINGS, article

_SETTINGS = PictureSettings(on=True, metadata=("caption", "credit"), language="en")
_CAPTION = "<dc:description><rdf:Alt>{}</rdf:Alt></dc:description>"
_CREATOR = "<dc:creator><rdf:Seq><rdf:li>Li Wei</rdf:li><rdf:li>Ana Ruiz</rdf:li></rdf:Seq></dc:creator>"
_UTF_8 = data_set(1, 90, b"\x1b%G")


def _read(content: bytes, settings: PictureSettings = _SETTINGS) -> PictureFile:
    return pictures.read("content/a.jpg", content, settings)


def _alt(*texts: tuple[str, str]) -> bytes:
    """Return XMP with a description in several languages."""
    items = "".join(f'<rdf:li xml:lang="{tag}">{text}</rdf:li>' for tag, text in texts)
    return xmp(_CAPTION.format(items))


def _words(packet: bytes = b"", iptc: bytes = b"", language: str = "en") -> tuple[str, str]:
    return read_words(Metadata(xmp=(packet,) if packet else (), iptc=iptc), language)


def _png(packet: bytes) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", packet.decode())
    return save(draw(16, 12), "png", pnginfo=info)


@pytest.mark.parametrize("form", ["jpeg", "png", "webp", "avif"])
def test_a_picture_is_as_large_as_it_is_shown(form: str) -> None:
    for orientation in range(1, 9):
        found = _read(save(draw(16, 12), form, exif=exif(orientation)))
        assert (found.width, found.height) == ((16, 12) if orientation < 5 else (12, 16)), orientation
    for nonsense in (0, 9, 65535):
        assert _read(save(draw(16, 12), "jpeg", exif=exif(nonsense)))[:2] == (16, 12)


def test_what_moves_is_as_large_as_it_is_stored() -> None:
    frames = {"save_all": True, "append_images": [draw(16, 12).rotate(180)]}
    found = _read(save(draw(16, 12), "webp", exif=exif(6), **frames))
    assert found == PictureFile(16, 12, location=True)


@pytest.mark.parametrize("form", ["jpeg", "png", "webp"])
def test_a_place_in_exif_is_found(form: str) -> None:
    # Pillow does not write it into AVIF and TIFF.
    assert _read(save(draw(), form, exif=exif())).location
    assert not _read(save(draw(), form)).location


def test_a_place_is_found_in_whatever_brings_one() -> None:
    place = xmp(attributes='exif:GPSLatitude="40,24N" exif:GPSLongitude="49,54E"')
    for content in (
        *(save(draw(), form, xmp=place) for form in ("jpeg", "webp", "avif")),
        *(_png(place), save(draw(), "gif") + place, b"\0\0\0\x0cftypheic" + exif().tobytes()),
        exif().tobytes().removeprefix(b"Exif\0\0"),
        save(draw(), "webp", exif=exif(), save_all=True, append_images=[draw().rotate(180)]),
    ):
        assert _read(content).location, content[:16]
    extended = b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 40 + place
    jpeg = save(draw(), "jpeg")
    segment = b"\xff\xe1" + struct.pack(">H", len(extended) + 2) + extended
    assert _read(jpeg[:2] + segment + jpeg[2:]).location
    assert not _read(save(draw(), "jpeg", xmp=xmp(attributes='exif:GPSVersionID="2.3.0.0"'))).location


@pytest.mark.parametrize("form", ["jpeg", "png", "webp", "avif"])
def test_captions_and_credits_are_read_from_each_format(form: str) -> None:
    text = '<rdf:li xml:lang="x-default">The quay at noon</rdf:li>'
    packet = xmp(_CAPTION.format(text) + _CREATOR, 'photoshop:Credit="The Wire"')
    content = _png(packet) if form == "png" else save(draw(), form, xmp=packet)
    assert _read(content)[5:7] == ("The quay at noon", "Li Wei, Ana Ruiz / The Wire")
    assert _read(content, _SETTINGS._replace(metadata=("caption",)))[5:7] == ("The quay at noon", "")
    assert _read(content, _SETTINGS._replace(metadata=()))[5:7] == ("", "")


@pytest.mark.parametrize(
    ("language", "caption"),
    [("en", "Quay"), ("en-US", "Dock"), ("az", "Sahil"), ("fr", "Any"), ("pt", "Cais"), ("EN-us", "Dock")],
)
def test_a_caption_in_several_languages_is_that_of_the_site(language: str, caption: str) -> None:
    texts = (("x-default", "Any"), ("en-GB", "Quay"), ("en-us", "Dock"), ("az", "Sahil"), ("pt-BR", "Cais"))
    assert _words(_alt(*texts), language=language).caption == caption  # type: ignore[attr-defined]


def test_a_caption_without_a_default_is_the_first() -> None:
    assert _words(_alt(("de", "Kai"), ("fr", "Quai"))) == ("Kai", "")
    assert _words(_alt(("x-default", ""), ("fr", "Quai"))) == ("Quai", "")


@pytest.mark.parametrize(
    ("properties", "attributes", "credit"),
    [
        ("<photoshop:Credit>The Wire</photoshop:Credit>", "", "The Wire"),
        ("<dc:creator>Li Wei</dc:creator>", "", "Li Wei"),
        ("<dc:creator><rdf:Seq><rdf:li>Li Wei</rdf:li></rdf:Seq></dc:creator>", "", "Li Wei"),
        (_CREATOR, 'photoshop:Credit="Photo: Li Wei, Ana Ruiz"', "Photo: Li Wei, Ana Ruiz"),
        (_CREATOR, 'photoshop:Credit="Li Wei"', "Li Wei, Ana Ruiz"),
        (_CREATOR, 'photoshop:Credit=" "', "Li Wei, Ana Ruiz"),
        ("<dc:rights>All of them</dc:rights>", "", ""),
    ],
)
def test_a_credit_names_who_made_it_and_who_is_to_be_named(
    properties: str, attributes: str, credit: str
) -> None:
    assert _words(xmp(properties, attributes)) == ("", credit)


def test_words_of_what_a_picture_was_made_of_are_not_its_own() -> None:
    inner = "<rdf:Description><dc:creator>Someone else</dc:creator></rdf:Description>"
    packet = xmp(f"<exif:Ingredients><rdf:Bag><rdf:li>{inner}</rdf:li></rdf:Bag></exif:Ingredients>")
    assert _words(packet) == ("", "")


@pytest.mark.parametrize(
    ("records", "words"),
    [
        (_UTF_8 + data_set(2, 120, "Sahil, günorta".encode()), ("Sahil, günorta", "")),
        (data_set(2, 120, "Sahil, günorta".encode()), ("Sahil, günorta", "")),
        (data_set(2, 120, "The “quay”, café".encode("cp1252")), ("The “quay”, café", "")),
        (data_set(2, 80, b"Li Wei") + data_set(2, 80, b"Ana Ruiz"), ("", "Li Wei, Ana Ruiz")),
        (data_set(2, 110, b"The Wire") + data_set(2, 80, b"Li Wei"), ("", "Li Wei / The Wire")),
        (data_set(2, 120, b"One\r\ntwo\0 \x07"), ("One two", "")),
        (data_set(3, 120, b"Of another record"), ("", "")),
        (data_set(2, 120, b"Whole") + b"\x1c\x02\x50\xff", ("Whole", "")),
    ],
)
def test_iptc_is_read_in_the_encoding_that_it_is_in(records: bytes, words: tuple[str, str]) -> None:
    assert _read(with_iptc(save(draw(), "jpeg"), records))[5:7] == words


def test_xmp_goes_before_iptc_where_both_have_words() -> None:
    records = _UTF_8 + data_set(2, 120, b"Old") + data_set(2, 110, b"The Wire")
    jpeg = with_iptc(save(draw(), "jpeg", xmp=_alt(("x-default", "New"))), records)
    assert _read(jpeg)[5:7] == ("New", "The Wire")


def test_words_that_a_file_gets_reach_the_page_that_shows_it_if_the_site_wants_them(tmp_path: Path) -> None:
    def write(caption: str) -> None:
        site.write("content/a.webp", save(draw(), "webp", xmp=_alt(("en", caption))))

    text = article("A", "2022-11-05", body="Words.\n\n![A quay](a.webp)\n")
    settings = SETTINGS + '[pictures]\nwidths = [16]\nmetadata = ["caption"]\n'
    site = plain_site(tmp_path / "site", {"content/a.md": text}, settings=settings)
    write("In the morning")
    built(site)
    page = "2022/11/05/a/index.html"
    assert "<figcaption>In the morning</figcaption>" in site.read(f"public/{page}")
    # These feeds have the whole text.
    assert done(site, lambda: write("In the evening")).written == {page, "atom.xml", "feed.json"}
    assert "<figcaption>In the evening</figcaption>" in site.read(f"public/{page}")
    done(site, lambda: site.write("site.toml", settings.replace("caption", "credit")))
    assert "In the evening" not in site.read(f"public/{page}")


_BILLION = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + at, b"&%c;" % (97 + at) * 10) for at in range(9))
    + b"]>"
)


@pytest.mark.parametrize(
    "packet",
    [
        *(b"", b"<", b"\0" * 99, b"<x:xmpmeta>", xmp(_CREATOR)[:-30], xmp(_CREATOR)[30:]),
        _BILLION + xmp("<dc:creator>&j;</dc:creator>"),
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + xmp("<dc:creator>&e;</dc:creator>"),
        b'<?xml version="1.0" encoding="no-such"?>' + xmp(_CREATOR),
        xmp("<dc:creator>" * 50_000),
    ],
)
def test_hostile_xmp_is_harmless(packet: bytes) -> None:
    assert _words(packet)[1] in {"", "Li Wei, Ana Ruiz"}
    found = _read(save(draw(), "webp", xmp=packet) if packet else save(draw(), "webp"))
    assert (found.width, found.format, found.fault) == (64, "webp", None)


def test_xmp_of_ten_megabytes_is_read() -> None:
    packet = xmp(_CREATOR + f"<exif:Note>{'<exif:a>x</exif:a>' * 550_000}</exif:Note>")
    assert len(packet) > 9_000_000
    assert _words(packet) == ("", "Li Wei, Ana Ruiz")


@given(st.binary(max_size=200), st.sampled_from((b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b"")))
def test_whatever_stands_in_exif_raises_nothing(tail: bytes, head: bytes) -> None:
    metadata = Metadata(exif=head + tail)
    assert find_orientation(metadata) in range(1, 9)
    assert has_location(metadata) in {True, False}


@given(st.binary(max_size=200))
def test_whatever_stands_in_iptc_raises_nothing(tail: bytes) -> None:
    _words(iptc=b"\x1c\x02\x78" + tail)


@given(
    st.sampled_from(("jpeg", "png", "webp", "gif", "avif")),
    st.lists(st.tuples(st.integers(0, 999), st.integers(0, 255)), max_size=8),
)
def test_parts_of_a_broken_file_are_found_without_an_end(form: str, edits: list[tuple[int, int]]) -> None:
    broken = bytearray(_WHOLE[form])
    for share, value in edits:
        broken[share * len(broken) // 1000] = value
    name = {"webp": "WebP"}.get(form, form.upper())
    assert len(list(list_segments(name, bytes(broken)))) <= len(broken)
    find_metadata(name, bytes(broken))


_WHOLE = {
    form: save(draw(16, 12), form, exif=exif(6), xmp=_alt(("en", "Quay")))
    for form in ("jpeg", "png", "webp", "avif")
} | {"gif": save(draw(16, 12), "gif")}


def test_the_orientation_is_that_which_pillow_applies() -> None:
    for form in ("jpeg", "png", "webp"):
        for orientation in range(1, 9):
            content = save(draw(16, 12), form, exif=exif(orientation))
            with Image.open(BytesIO(content)) as opened:
                name = {"webp": "WebP"}.get(form, form.upper())
                assert find_orientation(find_metadata(name, content)) == opened.getexif().get(0x0112, 1)
