"""Where the URLs of a body lead: elsewhere, to a file of the site, to a path in it, or nowhere.

Whether a file exists is not asked here: the archive knows.
"""

from __future__ import annotations

import html
import posixpath
import re
from urllib.parse import quote, unquote

from broadsheet.prose.safety import SCHEMES
from broadsheet.prose.source import ESCAPED, FORBIDDEN, SHORTCODE, Source

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
# Without the name and password before an @, which no page may link with: https://url.spec.whatwg.org/#url-writing
_HOST = re.compile(
    r"(?://)(?:[^\s/?#@\\]*@)?([^\s/?#@\\\"<>^`{|}%\[\]]+|\[[0-9A-Fa-f:.]+\](?::\d+)?)(?=[/?#]|\Z)"
)
# What may not stand in a URL: https://url.spec.whatwg.org/#url-code-points
_ILLEGAL = re.compile(r'[\x00-\x20"<>\\^`{|}\[\]]|%(?![0-9A-Fa-f]{2})')
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,10}\Z")
# Browsers drop line ends and tabs from a URL wherever they stand.
_AS_BROWSERS_READ = str.maketrans({"\t": "", "\n": "", "\r": ""} | {mark: char for char, mark in ESCAPED.items()})


class Addresses:
    """Reads the URLs of one body, and notes in its source what they name and what is wrong with them."""

    def __init__(self, source: Source) -> None:
        """Read URLs from where ``source`` is."""
        self._source = source
        self._folder = posixpath.dirname(source.path)
        self._roots = (source.path.partition("/")[0], "static")

    def target(self, value: str, *, embedded: bool) -> str | None:
        """Return where an attribute's value leads, or None when that is nowhere.

        That is an absolute URL, ``#fragment``, ``/path``, or the path of a file from the site's
        folder, with its fragment.
        """
        written = _read(value)
        if not written or SHORTCODE in written or FORBIDDEN.search(written):
            return None
        if written[0] == "#":
            return None if embedded else "#" + _mended(written[1:])
        if self.leaves(value):
            return self.elsewhere(value, schemes=frozenset({"http", "https"}) if embedded else SCHEMES)
        if written[0] in "/\\":
            return _mended(written.replace("\\", "/"))
        return self._file(written, embedded=embedded)

    def leaves(self, value: str) -> bool:
        """Return whether a value leads out of the site."""
        written = _read(value)
        return _SCHEME.match(written) is not None or written.replace("\\", "/").startswith("//")

    def elsewhere(self, value: str, *, schemes: frozenset[str] = frozenset({"http", "https"})) -> str | None:
        """Return the absolute URL that a value is, or None when it is none that may be followed."""
        written = _read(value)
        if SHORTCODE in written:
            return None
        if written.replace("\\", "/").startswith("//"):
            written = "https:" + written.replace("\\", "/")
        scheme = _SCHEME.match(written)
        if scheme is None or scheme[1].lower() not in schemes:
            return None
        if scheme[1].lower() in {"mailto", "tel"}:
            return scheme[0].lower() + _mended(written[scheme.end() :])
        host = _HOST.match(written, scheme.end())
        if host is None:
            return None
        return f"{scheme[0].lower()}//{host[1]}{_mended(written[host.end() :])}"

    def _file(self, written: str, *, embedded: bool) -> str | None:
        path, hash_sign, fragment = written.partition("#")
        path = _decoded(path.partition("?")[0])
        has_suffix = _SUFFIX.search(path) is not None
        if "://" in written or (not has_suffix and re.search(r"\s", written)):
            return None
        fault = self._fault(path, has_suffix=has_suffix)
        if fault:
            message, hint = fault
            self._source.complain(written, f"{'picture' if embedded else 'link'}: {message}", hint)
            return None
        file = posixpath.normpath(posixpath.join(self._folder, path))
        if file.partition("/")[0] not in self._roots:
            message = f"{written} leads out of {self._roots[0]}/"
            self._source.complain(written, f"{'picture' if embedded else 'link'}: {message}", _HINT)
            return None
        self._source.link(written, file, embedded=embedded)
        return file + hash_sign + _mended(fragment)

    def _fault(self, path: str, *, has_suffix: bool) -> tuple[str, str] | None:
        if path.lower().startswith("www."):
            return f"{path} is no file", f"Write https://{path} for an address elsewhere."
        if "@" in path and "/" not in path:
            return f"{path} is no file", f"Write mailto:{path} for an e-mail address."
        if FORBIDDEN.search(path) or "#" in path:
            return "this cannot be the name of a file", _HINT
        if not has_suffix:
            return f"{path or 'this'} is neither a Markdown file nor another file", _HINT
        return None


_HINT = "Name a file from the article's folder, such as ../11/flood.md, or a page from the site's root: /tags/oil/."


def is_external(target: str) -> bool:
    """Return whether a target is an absolute URL."""
    return _SCHEME.match(target) is not None


def spelled(name: str, target: str) -> str:
    """Return an attribute with an external target, or the mark that stands for an internal one."""
    value = html.escape(target)
    return f'{name}="{value}"' if is_external(target) else f"\x02{name} {value}\x03"


def _read(value: str) -> str:
    return html.unescape(value).translate(_AS_BROWSERS_READ).strip()


def _decoded(path: str) -> str:
    try:
        return unquote(path, errors="strict") if "%" in path else path
    except UnicodeDecodeError:
        return path


def _mended(rest: str) -> str:
    """Return what follows a URL's host with what may not stand there percent-encoded."""
    before, hash_sign, fragment = rest.partition("#")
    if "#" in fragment:
        fragment = fragment.replace("#", "%23")
    return _ILLEGAL.sub(lambda found: quote(found[0], safe=""), before + hash_sign + fragment)
