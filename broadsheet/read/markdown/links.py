"""Where the URLs of a body lead: elsewhere, to a file of the site, to a path in it, or nowhere.

Whether a file exists is not asked here: the archive knows.
"""

from __future__ import annotations

import html
import posixpath
import re
from urllib.parse import quote, unquote

from broadsheet.read.markdown.safety import SCHEMES
from broadsheet.read.markdown.source import ESCAPED, FORBIDDEN, SHORTCODE, Source

_WEB = frozenset({"http", "https"})
# What nearly every link is: an absolute URL with nothing in it that anybody could read in two ways.
_ORDINARY = re.compile(r"https?://[a-z0-9.-]+(?:[/?](?:[A-Za-z0-9/._~!$()*+,;=:@?-]|%[0-9A-Fa-f]{2})*)?")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
# Less the name and password before an @: a valid URL string has none, says https://url.spec.whatwg.org.
_HOST = re.compile(
    r"//(?:[^\s/?#@\\]*@)?([^\s/?#@\\\"<>^`{|}%\[\]]+|\[[0-9A-Fa-f:.]+\](?::\d+)?)(?=[/?#]|\Z)"
)
# What may not stand in a URL: https://url.spec.whatwg.org/#url-code-points
_ILLEGAL = re.compile(r'[\x00-\x20"<>\\^`{|}\[\]]|%(?![0-9A-Fa-f]{2})')
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,10}\Z")
# Browsers drop line ends and tabs from a URL wherever they stand.
_AS_BROWSERS_READ = str.maketrans(
    {"\t": "", "\n": "", "\r": ""} | {mark: char for char, mark in ESCAPED.items()}
)


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
        if _ORDINARY.fullmatch(value):
            self._source.targets.append((value, value))
            return value
        written = _read(value)
        target = self._target(written, embedded=embedded)
        if target is not None:
            self._source.targets.append((written, target))
        return target

    def _target(self, written: str, *, embedded: bool) -> str | None:
        if not written or SHORTCODE in written or FORBIDDEN.search(written):
            return None
        if written[0] == "#":
            return None if embedded else "#" + _mended(written[1:])
        if _leaves(written):
            return _elsewhere(written, _WEB if embedded else SCHEMES)
        if written[0] in "/\\":
            return _mended(written.replace("\\", "/"))
        return self._file(written, embedded=embedded)

    def _file(self, written: str, *, embedded: bool) -> str | None:
        path, hash_sign, fragment = written.partition("#")
        path = _decoded(path.partition("?")[0])
        has_suffix = _SUFFIX.search(path) is not None
        if "://" in written or (not has_suffix and re.search(r"\s", written)):
            return None
        fault = self._fault(path, has_suffix=has_suffix)
        file = posixpath.normpath(posixpath.join(self._folder, path))
        if fault is None and file.partition("/")[0] not in self._roots:
            fault = f"{written} leads out of {self._roots[0]}/", _HINT
        if fault:
            message, hint = fault
            self._source.complain(written, f"{'picture' if embedded else 'link'}: {message}", hint)
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


_HINT = "Name a file as seen from the article's folder (../11/flood.md), or a page of this site (/tags/oil/)."


def leaves(value: str) -> bool:
    """Return whether an attribute's value leads out of the site."""
    return _leaves(_read(value))


def elsewhere(value: str) -> str | None:
    """Return the absolute URL of the web that an attribute's value is, or None when it is none."""
    return _elsewhere(_read(value), _WEB)


def is_external(target: str) -> bool:
    """Return whether a target is an absolute URL."""
    return _SCHEME.match(target) is not None


def spelled(name: str, target: str) -> str:
    """Return an attribute with an external target, or the mark that stands for an internal one."""
    value = html.escape(target)
    return f'{name}="{value}"' if is_external(target) else f"\x02{name} {value}\x03"


def _leaves(written: str) -> bool:
    return _SCHEME.match(written) is not None or written.replace("\\", "/").startswith("//")


def _elsewhere(written: str, schemes: frozenset[str]) -> str | None:
    if SHORTCODE in written:
        return None
    if not _SCHEME.match(written):
        written = "https:" + written.replace("\\", "/")
    scheme, colon, rest = written.partition(":")
    scheme = scheme.lower()
    if scheme not in schemes:
        return None
    if scheme not in _WEB:
        return f"{scheme}{colon}{_mended(rest)}" if rest else None
    host = _HOST.match(rest)
    return f"{scheme}://{host[1]}{_mended(rest[host.end() :])}" if host else None


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
