"""Where the URLs of a body lead: to another site, a file of the site, a path in it, or nowhere.

Whether a file exists is not checked here: the archive knows.
"""

from __future__ import annotations

import html
import posixpath
import re
from urllib.parse import quote, unquote

from broadsheet.read.markdown.body_text import ESCAPED, FORBIDDEN, SHORTCODE, BodyText
from broadsheet.read.markdown.safety import SCHEMES

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
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,10}\Z")
_HINT = "Name a file as seen from the article's folder (../11/flood.md), or a page of this site (/tags/oil/)."
# Browsers remove line breaks and tabs from a URL, wherever they are.
_AS_BROWSERS_READ = str.maketrans(
    {"\t": "", "\n": "", "\r": ""} | {placeholder: char for char, placeholder in ESCAPED.items()}
)


class LinkResolver:
    """Resolves the URLs of one body, and adds to it the links to files and the problems that it finds."""

    def __init__(self, body: BodyText) -> None:
        """Resolve relative URLs from the folder of ``body``'s file."""
        self._body = body

    def resolve(self, value: str, *, embedded: bool) -> str | None:
        """Return the target of an attribute's value; None if it leads nowhere.

        A target is an absolute URL, ``#fragment``, ``/path``, or the path of a file from the site's
        folder, with its fragment.
        """
        if _ORDINARY.fullmatch(value):
            self._body.targets.append((value, value))
            return value
        written = _decode(value)
        target = self._resolve(written, embedded=embedded)
        if target is not None:
            self._body.targets.append((written, target))
        return target

    def _resolve(self, written: str, *, embedded: bool) -> str | None:
        if not written or SHORTCODE in written or FORBIDDEN.search(written):
            return None
        if written[0] == "#":
            return None if embedded else "#" + _encode(written[1:])
        if _leaves_site(written):
            return _parse_external(written, _WEB if embedded else SCHEMES)
        if written[0] in "/\\":
            return _encode(written.replace("\\", "/"))
        return self._resolve_file(written, embedded=embedded)

    def _resolve_file(self, written: str, *, embedded: bool) -> str | None:
        path, hash_sign, fragment = written.partition("#")
        path = _unquote(path.partition("?")[0])
        has_suffix = _SUFFIX.search(path) is not None
        if "://" in written or (not has_suffix and re.search(r"\s", written)):
            return None
        fault = _find_fault(path, has_suffix=has_suffix)
        own = self._body.path
        file = posixpath.normpath(posixpath.join(own.rpartition("/")[0], path))
        root = own.partition("/")[0]
        if fault is None and file.partition("/")[0] not in {root, "static"}:
            fault = f"{written} leads out of {root}/", _HINT
        if fault:
            message, hint = fault
            self._body.add_problem(written, f"{'picture' if embedded else 'link'}: {message}", hint)
            return None
        self._body.add_link(written, file, embedded=embedded)
        return file + hash_sign + _encode(fragment)


def leaves_site(value: str) -> bool:
    """Return whether an attribute's value leads out of the site."""
    return _leaves_site(_decode(value))


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


def _find_fault(path: str, *, has_suffix: bool) -> tuple[str, str] | None:
    if path.lower().startswith("www."):
        return f"{path} is no file", f"Write https://{path} for an address elsewhere."
    if "@" in path and "/" not in path:
        return f"{path} is no file", f"Write mailto:{path} for an e-mail address."
    if FORBIDDEN.search(path) or "#" in path:
        return "this cannot be the name of a file", _HINT
    if not has_suffix:
        return f"{path or 'this'} is neither a Markdown file nor another file", _HINT
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
