"""Where the URLs of a body lead: to another site, a file of the site, a path in it, or nowhere.

Whether a file exists is not checked here: the archive knows.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterable
from typing import Literal, NamedTuple, TypeAlias
from urllib.parse import quote, unquote

from broadsheet.common.files import STATIC, compose, is_below
from broadsheet.common.pictures import ADDRESS, BODY, LINKED
from broadsheet.common.problems import find_nearest
from broadsheet.common.urls import compile_own_start, find_own_path
from broadsheet.read.markdown.body_text import ESCAPED, FORBIDDEN, SHORTCODE, BodyText
from broadsheet.read.markdown.safety import SCHEMES, LostAddress

# What an address is for, as problems call it.
Noun: TypeAlias = Literal["link", "picture", "frame", "audio", "video", "track"]

_NOUNS: dict[str, Noun] = {
    "a": "link",
    "audio": "audio",
    "iframe": "frame",
    "img": "picture",
    "source": "video",
    "track": "track",
    "video": "video",
}

_WEB = frozenset({"http", "https"})
# What nearly every link is: an absolute URL with nothing in it that is ambiguous.
_ORDINARY = re.compile(r"https?://[a-z0-9.-]+(?:[/?](?:[A-Za-z0-9/._~!$()*+,;=:@?-]|%[0-9A-Fa-f]{2})*)?")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
# Without user name and password: a valid URL string has none (https://url.spec.whatwg.org).
_HOST = re.compile(
    r"//(?:[^\s/?#@\\]*@)?([^\s/?#@\\\"<>^`{|}%\[\]]+|\[[0-9A-Fa-f:.]+\](?::\d+)?)(?=[/?#]|\Z)"
)
# What a URL may not contain: https://url.spec.whatwg.org/#url-code-points
_ILLEGAL = re.compile(r'[\x00-\x20"<>\\^`{|}\[\]]|%(?![0-9A-Fa-f]{2})')
# C:\bridge.jpg, file:///home/ana/bridge.jpg
_ON_A_DISK = re.compile(r"[A-Za-z]:[/\\]|file:", re.IGNORECASE)
_MOST_SHOWN = 60  # characters of an address that a message repeats
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,10}\Z")
_HINT = "Name a file as seen from the article's folder (../11/flood.md), or a page of this site (/tags/oil/)."
# Browsers remove line breaks and tabs from a URL, wherever they are.
_AS_BROWSERS_READ = str.maketrans(
    {"\t": "", "\n": "", "\r": ""} | {placeholder: char for char, placeholder in ESCAPED.items()}
)


class Fault(NamedTuple):
    """What is wrong with an address, what to do about it, and how it has to be written if that is certain."""

    message: str
    hint: str
    meant: str = ""


class LinkResolver:
    """Resolves the URLs of one body, and adds to it the links to files and the problems that it finds."""

    def __init__(self, body: BodyText, site: str) -> None:
        """Resolve relative URLs from the folder of ``body``'s file, and those of ``site`` from its base."""
        self._body = body
        self._site = site
        self._own_start = compile_own_start(site)

    def resolve(self, value: str, noun: Noun, shown: str = LINKED) -> str | None:
        """Return the target of an attribute's value; None if it leads nowhere, which the body is told.

        A target is an absolute URL, ``#fragment``, ``/path``, or the path of a file from the site's
        folder, with its fragment. ``shown`` is BODY where a picture is shown, of which others may be made.
        """
        if _ORDINARY.fullmatch(value) and not self._own_start.match(value):
            self._body.targets.append((value, value))
            return value
        written = _decode(value)
        target = self._resolve(written, noun, shown)
        if target is not None:
            self._body.targets.append((written, target))
        return target

    def resolve_web(self, value: str, noun: Noun) -> str | None:
        """Return the absolute URL that a value is; None if it is none, which the body is told."""
        target = parse_web_url(value)
        if target is None:
            self._add_dead(_decode(value), noun)
        return target

    def leave_out(self, value: str, noun: Noun) -> None:
        """Tell the body that what an attribute's value leads to is not loaded from another site."""
        written = _decode(value)
        hint = "Put the file beside the article, and write its name."
        self._body.add_dead_link(written, f"{noun}: {written} is not loaded from another site", hint)

    def leaves_site(self, value: str) -> bool:
        """Return whether an attribute's value leads out of the site."""
        written = _decode(value)
        return _leaves_site(written) and find_own_path(written, self._site) is None

    def _resolve(self, written: str, noun: Noun, shown: str) -> str | None:
        if SHORTCODE in written:
            self._body.add_shortcode(written, noun)
            return None
        target = None
        if not written or FORBIDDEN.search(written):
            pass
        elif written[0] == "#":
            target = "#" + _encode(written[1:]) if noun == "link" else None
        elif (own := find_own_path(written, self._site)) is not None:
            # A static site has one size of each picture, whatever its address asked for: photo.jpg?w=300
            target = _encode(_compose(own if noun == "link" else own.partition("?")[0]))
        elif _leaves_site(written):
            target = _parse_external(written, SCHEMES if noun == "link" else _WEB)
        elif written[0] in "/\\":
            target = _encode(_compose(written.replace("\\", "/")))
        elif "://" not in written and (_SUFFIX.search(_path_in(written)) or not re.search(r"\s", written)):
            return self._resolve_file(written, noun, shown)
        if target is None:
            self._add_dead(written, noun)
        elif shown == BODY and target[0] == "/":
            self._add_static(written, target)
        return target

    def _resolve_file(self, written: str, noun: Noun, shown: str) -> str | None:
        path, fragment = _path_in(written), written.partition("#")[2]
        fault = _find_fault(path)
        own = self._body.path
        file = compose(posixpath.normpath(posixpath.join(own.rpartition("/")[0], path)))
        root = own.partition("/")[0]
        if fault is None and file.partition("/")[0] not in {root, "static"}:
            fault = Fault(f"{written} leads out of {root}/", _HINT)
        if fault:
            self._body.add_dead_link(written, f"{noun}: {fault.message}", fault.hint, fault.meant)
            return None
        self._body.add_link(written, file, shown)
        return f"{file}#{_encode(fragment)}" if "#" in written else file

    def _add_static(self, written: str, target: str) -> None:
        """Tell the body of the file of static/ that is shown if nothing else has the address ``target``."""
        file = compose(posixpath.normpath(f"{STATIC}{_path_in(target)}"))
        if is_below(file, STATIC):
            self._body.add_link(written, file, ADDRESS)

    def _add_dead(self, written: str, noun: Noun) -> None:
        if SHORTCODE not in written:
            self._body.add_dead_link(written, *explain_dead(written, noun))


def add_lost(body: BodyText, lost: Iterable[LostAddress]) -> None:
    """Tell ``body`` of the addresses that were lost when its HTML was made safe."""
    for element, value, tag, _ in lost:
        written = _decode(value or "")
        if SHORTCODE in written:
            continue
        noun = _NOUNS.get(element)
        if noun:
            fault = explain_dead(written, noun)
        else:
            message = f"{_shorten(written) or 'this'} is not shown: no page here has an element <{element}>"
            fault = Fault(message, "Write a link to it, or a frame: <iframe src=…>")
        body.add_dead_link(written or tag, *fault)


def parse_web_url(value: str) -> str | None:
    """Return the absolute http or https URL that an attribute's value is, or None if it is none."""
    return _parse_external(_decode(value), _WEB)


def is_external(target: str) -> bool:
    """Return whether a target is an absolute URL."""
    return _SCHEME.match(target) is not None


def write_url_attribute(name: str, target: str) -> str:
    """Return an attribute with an external target, or the mark for an internal one."""
    value = html.escape(target)
    return f'{name}="{value}"' if is_external(target) else f"\x02{name} {value}\x03"


def explain_dead(written: str, noun: Noun) -> Fault:
    """Return what is wrong with an address that leads nowhere, and the fix.

    ``written`` is as browsers read it. It is no path of a file, for which there are other words.
    """
    scheme, _, rest = written.partition(":")
    scheme = scheme.lower()
    shown = _shorten(written)
    example = "[words](https://example.org/)" if noun == "link" else "![The bridge](bridge.jpg)"
    if not written:
        return Fault(f"{noun}: there is no address", f"Write it in parentheses: {example}")
    if _ON_A_DISK.match(written):
        name = re.split(r"[/\\]", written)[-1] or "bridge.jpg"
        hint = f"Put the file beside the article and write {name}."
        return Fault(f"{noun}: {shown} is on one computer", hint)
    if scheme == "data":
        return Fault(f"{noun}: {shown} is a file, not its address", "Save it beside the article and name it.")
    if not _SCHEME.match(written) or scheme in SCHEMES:
        bare = rest.lstrip("/\\")
        meant = f"{scheme}://{bare}"
        if scheme in _WEB and meant != written and _parse_external(meant, _WEB):
            return Fault(f"{noun}: {shown} is not an address", f"Write {meant}", meant)
        hint = f"Write an address as browsers show it: {example}"
        if not _SCHEME.match(written) and re.search(r"\s", written):
            hint += " Words in parentheses need a space before them."
        return Fault(f"{noun}: {shown} is not an address", hint)
    near = find_nearest(scheme, _WEB) if rest.startswith("//") else None
    if near:
        return Fault(f"{noun}: {shown} is not an address", f"Did you mean {near}:{rest}?")
    known = "https:, http:, mailto: or tel:" if noun == "link" else "https: or http:"
    return Fault(f"{noun}: {shown} cannot be opened", f"Addresses elsewhere begin with {known}.")


def _shorten(written: str) -> str:
    return written if len(written) <= _MOST_SHOWN else f"{written[:_MOST_SHOWN]}…"


def _path_in(written: str) -> str:
    return _unquote(re.split("[?#]", written, maxsplit=1)[0])


def _find_fault(path: str) -> Fault | None:
    if path.lower().startswith("www."):
        return Fault(
            f"{path} is no file", f"Write https://{path} for an address elsewhere.", f"https://{path}"
        )
    if "@" in path and "/" not in path:
        return Fault(f"{path} is no file", f"Write mailto:{path} for an e-mail address.", f"mailto:{path}")
    if FORBIDDEN.search(path) or "#" in path:
        return Fault("this cannot be the name of a file", _HINT)
    if "\\" in path:
        meant = path.replace(chr(92), "/")
        return Fault(f"{path} has a backslash", f"Write {meant}", meant)
    if not _SUFFIX.search(path):
        return Fault(f"{path or 'this'} is neither a Markdown file nor another file", _HINT)
    return None


def _leaves_site(written: str) -> bool:
    return _SCHEME.match(written) is not None or written.replace("\\", "/").startswith("//")


def _parse_external(written: str, schemes: frozenset[str]) -> str | None:
    if SHORTCODE in written:
        return None
    if not _SCHEME.match(written):
        written = "https:" + written.replace("\\", "/")
    scheme, colon, rest = written.partition(":")
    scheme = scheme.lower()
    if scheme not in schemes:
        return None
    if scheme not in _WEB:
        return f"{scheme}{colon}{_encode(rest)}" if rest else None
    host = _HOST.match(rest)
    return f"{scheme}://{host[1]}{_encode(rest[host.end() :])}" if host else None


def _decode(value: str) -> str:
    return html.unescape(value).translate(_AS_BROWSERS_READ).strip()


def _compose(address: str) -> str:
    """Return an address of the site with its path composed (NFC), as outputs are, also if it is escaped."""
    if address.isascii() and "%" not in address:
        return address
    path = re.split("[?#]", address, maxsplit=1)[0]
    decoded = _unquote(path)
    composed = compose(decoded)
    return address if composed == decoded else quote(composed, safe="/") + address[len(path) :]


def _unquote(path: str) -> str:
    try:
        return unquote(path, errors="strict") if "%" in path else path
    except UnicodeDecodeError:
        return path


def _encode(rest: str) -> str:
    """Return the part of a URL after its host, percent-encoded where it must be."""
    before, hash_sign, fragment = rest.partition("#")
    if "#" in fragment:
        fragment = fragment.replace("#", "%23")
    return _ILLEGAL.sub(lambda found: quote(found[0], safe=""), before + hash_sign + fragment)
