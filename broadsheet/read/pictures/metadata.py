"""What the metadata of a picture say: how it is turned, where it was taken, its caption and its credit.

EXIF tells the first two, XMP and IPTC the words, XMP also a place. Whatever is broken in them is not found;
nothing here raises. Sources: Exif 2.3; XMP part 1, 7 (its form in RDF) and part 2 (its names); IPTC-NAA
Information Interchange Model 4.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Literal, NamedTuple
from xml.parsers import expat

from broadsheet.read.field_text import clean_text
from broadsheet.read.pictures.segments import Metadata

# How a picture is turned: upright, and those on which width and height change places.
UPRIGHT, LYING = 1, range(5, 9)
_ORIENTATION, _PLACE = 0x0112, 0x8825  # tags of the first directory
_LATITUDE, _LONGITUDE = 2, 4  # tags of the directory of places
_LONG = 4  # the type of a value of four bytes
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_GPS = re.compile(rb"GPSL(?:atitude|ongitude)\b(?!Ref)")
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC, _ADOBE = "http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/photoshop/1.0/"
_DESCRIPTION, _CREATOR, _CREDIT = f"{_DC} description", f"{_DC} creator", f"{_ADOBE} Credit"
_WANTED = frozenset((_DESCRIPTION, _CREATOR, _CREDIT))
_LANGUAGE = "http://www.w3.org/XML/1998/namespace lang"
_DEFAULT = "x-default"
# Data sets of record 2, and the mark in record 1 that text is in UTF-8.
_IPTC_CREATOR, _IPTC_CREDIT, _IPTC_CAPTION = 80, 110, 120
_CHARACTER_SET, _UTF_8 = 90, b"\x1b%G"


class Words(NamedTuple):
    """The caption and the credit of a picture; each may be empty."""

    caption: str = ""
    credit: str = ""


def find_orientation(metadata: Metadata) -> int:
    """Return how a picture is turned, as EXIF numbers it, from 1 to 8; see ``LYING``."""
    value = dict(_list_tags(metadata.exif, 4)).get(_ORIENTATION, UPRIGHT)
    return value if UPRIGHT <= value < LYING.stop else UPRIGHT


def has_location(metadata: Metadata) -> bool:
    """Return whether the metadata say where the picture was taken."""
    at = next((at for at, tag in _list_entries(metadata.exif, 4) if tag == _PLACE), None)
    if at is not None:
        tags = {tag for _, tag in _list_entries(metadata.exif, at + 8)}
        if tags & {_LATITUDE, _LONGITUDE}:
            return True
    return any(_GPS.search(packet) for packet in metadata.xmp)


def read_words(metadata: Metadata, language: str) -> Words:
    """Return the words in a picture's metadata; of several languages in ``language``, if it is among them.

    What XMP says goes before what IPTC says, which is older and cannot always be told from other text.
    """
    found = _read_xmp(metadata.xmp[0], language) if metadata.xmp else {}
    for name, text in _read_iptc(metadata.iptc).items():
        found[name] = found.get(name) or text
    creator, agency = found.get(_CREATOR, ""), found.get(_CREDIT, "")
    return Words(found.get(_DESCRIPTION, ""), _join_credit(creator, agency))


def _join_credit(creator: str, agency: str) -> str:
    if creator in agency:
        return agency
    return creator if agency in creator else f"{creator} / {agency}"


def _list_tags(exif: bytes, pointer: int) -> Iterator[tuple[int, int]]:
    """Yield the tags of a directory with their values, as far as these are numbers."""
    order = _find_order(exif)
    for at, tag in _list_entries(exif, pointer):
        long = int.from_bytes(exif[at + 2 : at + 4], order) == _LONG
        yield tag, int.from_bytes(exif[at + 8 : at + (12 if long else 10)], order)


def _list_entries(exif: bytes, pointer: int) -> Iterator[tuple[int, int]]:
    """Yield where the entries begin of the directory whose offset stands at ``pointer``, with their tags."""
    order = _find_order(exif)
    begin = int.from_bytes(exif[pointer : pointer + 4], order)
    count = int.from_bytes(exif[begin : begin + 2], order) if begin else 0
    for at in range(begin + 2, min(begin + 2 + 12 * count, len(exif) - 11), 12):
        yield at, int.from_bytes(exif[at : at + 2], order)


def _find_order(exif: bytes) -> Literal["little", "big"]:
    return "little" if exif.startswith(b"II") else "big"


def _read_xmp(packet: bytes, language: str) -> dict[str, str]:
    """Return the wanted properties of the picture that a packet describes, each as one text."""
    reader = _XmpReader()
    with suppress(expat.ExpatError, ValueError, LookupError, _EntityError):
        reader.parse(packet)
    texts = {name: [text for _, text in values] for name, values in reader.found.items()}
    read = {name: ", ".join(dict.fromkeys(filter(None, values))) for name, values in texts.items()}
    if _DESCRIPTION in read:
        read[_DESCRIPTION] = _choose(reader.found[_DESCRIPTION], language)
    return read


def _choose(values: list[tuple[str, str]], language: str) -> str:
    """Return one of several texts in languages: tags are compared as a whole, then by their first part."""
    wanted = language.casefold()
    by_tag = {tag.casefold(): text for tag, text in reversed(values) if text}
    by_first = {tag.partition("-")[0]: text for tag, text in by_tag.items() if tag != _DEFAULT}
    first = next((text for _, text in values if text), "")
    return by_tag.get(wanted) or by_first.get(wanted.partition("-")[0]) or by_tag.get(_DEFAULT) or first


class _EntityError(Exception):
    """A packet declares an entity, which XMP never does: it could stand for any amount of text."""


class _XmpReader:
    """Reads the wanted properties of one packet: ``found`` are by their names pairs of language and text.

    Only those of the picture itself count, whose elements are right in rdf:Description and that in rdf:RDF;
    others belong to what it was made of.
    """

    def __init__(self) -> None:
        self.found: dict[str, list[tuple[str, str]]] = {}
        self._open: list[str] = []
        self._text: list[str] | None = None
        self._language = ""
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.EntityDeclHandler = self._refuse
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._add

    def parse(self, packet: bytes) -> None:
        # A packet may be padded with zeros, which are no XML.
        self._parser.Parse(packet.strip(b"\0 \t\r\n"), True)  # noqa: FBT003 - expat's

    def _refuse(self, *_: object) -> None:
        raise _EntityError

    def _property(self) -> str:
        """Return the wanted property of the picture itself that is open, "" if none is."""
        description = [f"{_RDF} RDF", f"{_RDF} Description"]
        at = next((at for at, name in enumerate(self._open) if name == description[0]), len(self._open))
        if self._open[at : at + 2] != description or len(self._open) <= at + 2:
            return ""
        name = self._open[at + 2]
        return name if name in _WANTED else ""

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        parent = self._open[-1] if self._open else ""
        self._open.append(name)
        if name == f"{_RDF} Description" and parent == f"{_RDF} RDF":
            for attribute in sorted(_WANTED & attributes.keys()):
                self._keep(attribute, "", attributes[attribute])
        # Before its items come spaces; a property that is no list has its text right in it.
        if self._property() and (name == f"{_RDF} li" or name in _WANTED):
            self._text = []
            self._language = attributes.get(_LANGUAGE, "")

    def _add(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, name: str) -> None:
        if self._text is not None:
            self._keep(self._property(), self._language, "".join(self._text))
            self._text = None
        self._open.pop()

    def _keep(self, name: str, language: str, text: str) -> None:
        cleaned = _clean(text)
        if cleaned:
            self.found.setdefault(name, []).append((language, cleaned))


def _read_iptc(records: bytes) -> dict[str, str]:
    """Return the wanted data sets of IPTC by the properties that they are in XMP."""
    names = {_IPTC_CAPTION: _DESCRIPTION, _IPTC_CREATOR: _CREATOR, _IPTC_CREDIT: _CREDIT}
    sets = list(_list_data_sets(records))
    marked = any((record, number) == (1, _CHARACTER_SET) and text == _UTF_8 for record, number, text in sets)
    found: dict[str, list[str]] = {}
    for record, number, text in sets:
        if record == 2 and number in names:  # noqa: PLR2004 - the record of a document
            found.setdefault(names[number], []).append(_clean(_decode(text, marked=marked)))
    return {name: ", ".join(dict.fromkeys(filter(None, texts))) for name, texts in found.items()}


def _list_data_sets(records: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while records[at : at + 1] == b"\x1c" and at + 5 <= len(records):
        size = int.from_bytes(records[at + 3 : at + 5])
        begin = at + 5
        if size & 0x8000:  # so many bytes follow that have the size
            begin += size & 0x7FFF
            size = int.from_bytes(records[at + 5 : begin])
        yield records[at + 1], records[at + 2], records[begin : begin + size]
        at = begin + size


def _clean(text: str) -> str:
    return clean_text(_CONTROL.sub("", text))


def _decode(text: bytes, *, marked: bool) -> str:
    """Return a text that may be ``marked`` as UTF-8; many programs write that without the mark."""
    with suppress(UnicodeDecodeError):
        return text.decode()
    return text.decode("utf-8" if marked else "cp1252", errors="replace")
