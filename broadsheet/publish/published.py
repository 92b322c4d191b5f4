"""Published sites, of which the URLs are read: a sitemap file, a folder, the web.

A published site gives its sitemaps and the beginnings of its pages, and tells whether a file exists. What
cannot be read is an error. Nothing is written, and of web addresses only http and https are opened. The site
on a Git branch is in ``branch``.
"""

from __future__ import annotations

import posixpath
import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from broadsheet import __version__
from broadsheet.check.time_limit import HttpHandler, HttpsHandler, limit_time
from broadsheet.common.credentials import drop_user
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.urls import output_at
from broadsheet.render.formats.sitemaps import MOST_BYTES

SITEMAP = "sitemap.xml"
PAGE_BYTES = 262_144
_SAMPLE = 100  # so many addresses decide which base path a site was built for
_TIMEOUT = 30.0  # seconds without a byte
_LONGEST = 300.0  # seconds that one request may take
# Pages of the web are fetched only for their headlines, which improve a message.
_MOST_PAGES = 100


class UnreadableError(Exception):
    """A published site cannot be read: its ``name``, and what is wrong with it."""

    def __init__(self, name: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(path=name, message=message, hint=hint)


class AbsentError(UnreadableError):
    """There is no published site: it may be that nothing was published yet."""


class PublishedSite:
    """A site as it is published. ``name`` is what it is called in problems.

    ``start`` is the address of the first sitemap; if that is an index it gives those of the others. ``base``
    is the base path of the published site; empty while it is unknown.
    """

    name = ""
    start = ""
    base = ""

    def fetch(self, address: str) -> bytes:
        """Return the bytes of a sitemap; raises ``UnreadableError``."""
        raise NotImplementedError

    def infer_base(self, addresses: list[str]) -> None:
        """Set ``base`` from the addresses that the first sitemap lists, if it is not known otherwise."""

    def has(self, output: str) -> bool:
        """Return whether the output ``output`` is published; False if that is unknown."""
        return False

    def page(self, output: str) -> bytes:
        """Return the beginning of a published page; empty if there is none."""
        return b""

    def beginning(self, output: str) -> bytes:
        """Return the beginning of a file; empty if there is none, or that is unknown.

        Raises ``UnreadableError``.
        """
        return b""


class _Files(PublishedSite):
    """A published site made of files; subclasses read them."""

    start = SITEMAP

    def fetch(self, address: str) -> bytes:
        """Return the sitemap whose path ends its address; the part before that is the site's base path."""
        for path in _possible_paths(address):
            if (content := self.content(path, MOST_BYTES)) is not None:
                return content
        if address == self.start:
            raise AbsentError(self.name, "there is no such sitemap")
        hint = "Keep it in its folder beside the index, or name the address of the index instead."
        raise UnreadableError(self.name, f"lists {address}, which is not there", hint)

    def content(self, path: str, most: int) -> bytes | None:
        """Return at most the first ``most`` + 1 bytes of a file; None for no file."""
        raise NotImplementedError


class BuiltSite(_Files):
    """A whole site in files; subclasses read them."""

    def infer_base(self, addresses: list[str]) -> None:
        """Set ``base`` to the prefix without which the most addresses name files of the site."""
        paths = sorted((_decoded(address) for address in addresses), key=lambda path: (len(path), path))
        sample = paths[:_SAMPLE]
        steps = paths[0].split("/")[:-1] if paths else []
        bases = ["".join(f"{step}/" for step in steps[:length]) for length in range(len(steps) + 1)]
        hits = {base: sum(self._is_below(base, path) for path in sample) for base in bases}
        if any(hits.values()):
            self.base = f"/{max(bases, key=lambda base: (hits[base], -len(base)))}"

    def _is_below(self, base: str, path: str) -> bool:
        return path.startswith(base) and self.has(output_at(path.removeprefix(base)))

    def page(self, output: str) -> bytes:
        """Return the beginning of a page."""
        return self.beginning(output)

    def beginning(self, output: str) -> bytes:
        """Return the beginning of a file."""
        return self.content(output, PAGE_BYTES) or b""


class SitemapFile(_Files):
    """A sitemap in a file, with the sitemaps beside it that it lists; the site's pages are unknown."""

    def __init__(self, file: Path) -> None:
        self.name = self.start = file.as_posix()
        self._file = file

    def content(self, path: str, most: int) -> bytes | None:
        """Return the beginning of this file, or of one beside it."""
        return _content(self.name, self._file if path == self.start else self._file.parent / path, most)


class BuiltFolder(BuiltSite):
    """A folder that a site was built into."""

    def __init__(self, folder: Path) -> None:
        self.name = f"{folder.as_posix()}/{SITEMAP}"
        self._folder = folder

    def has(self, output: str) -> bool:
        """Return whether the folder has a file."""
        return (self._folder / output).is_file()

    def content(self, path: str, most: int) -> bytes | None:
        """Return the beginning of a file of the folder."""
        return _content(self.name, self._folder / path, most)


class _RedirectHandler(urllib.request.HTTPRedirectHandler):
    """Follows redirects, except to an address with a password, which an error message could repeat."""

    def redirect_request(self, *words: Any) -> urllib.request.Request | None:  # noqa: ANN401 - passed on
        """Return the request that follows a redirect; the last of ``words`` is where it leads."""
        if drop_user(words[-1]) != words[-1]:
            raise urllib.error.URLError("it redirects to an address with a password")
        return super().redirect_request(*words)


class LiveSite(PublishedSite):
    """A site on the web."""

    def __init__(self, address: str, *, longest: float = _LONGEST) -> None:
        """Read the site whose first sitemap is at ``address``; ``longest``: seconds a request may take."""
        self.name = self.start = address
        self._longest = longest
        self._pages = 0
        self._opener = urllib.request.OpenerDirector()
        # No handlers for files and FTP, whatever a sitemap lists.
        for handler in (
            urllib.request.ProxyHandler,
            urllib.request.UnknownHandler,
            HttpHandler,
            HttpsHandler,
            urllib.request.HTTPDefaultErrorHandler,
            _RedirectHandler,
            urllib.request.HTTPErrorProcessor,
        ):
            self._opener.add_handler(handler())

    def fetch(self, address: str) -> bytes:
        """Fetch a sitemap. The folder of the first one, after any redirects, is the base."""
        if urlsplit(address).scheme not in {"http", "https"}:
            raise UnreadableError(self.name, f"lists {address}, which is not an address of the web")
        found, content = self._request(address, "GET", MOST_BYTES)
        if address == self.start:
            self.base = posixpath.dirname(unquote(urlsplit(found).path)).rstrip("/") + "/"
        return content

    def has(self, output: str) -> bool:
        """Ask the server; raises ``UnreadableError`` if it does not answer, which is not a no."""
        for method in ("HEAD", "GET"):
            try:
                self._request(self._address(output), method, 0)
            except AbsentError:
                return False
            except UnreadableError:
                if method == "GET":
                    raise
            else:
                return True
        return False

    def page(self, output: str) -> bytes:
        """Fetch the beginning of a page: of the first hundred at most, and of none after a failure."""
        self._pages += 1
        if self._pages <= _MOST_PAGES:
            try:
                return self._request(self._address(output), "GET", PAGE_BYTES)[1]
            except AbsentError:
                pass
            except UnreadableError:
                self._pages = _MOST_PAGES
        return b""

    def beginning(self, output: str) -> bytes:
        """Fetch the beginning of a file."""
        try:
            return self._request(self._address(output), "GET", PAGE_BYTES)[1]
        except AbsentError:
            return b""

    def _address(self, output: str) -> str:
        parts = urlsplit(self.start)
        return f"{parts.scheme}://{parts.netloc}{quote(self.base + output.removesuffix('index.html'))}"

    def _request(self, address: str, method: str, most: int) -> tuple[str, bytes]:
        """Return the address that answered after redirects, and at most the first ``most`` + 1 bytes."""
        headers = {"User-Agent": f"Broadsheet/{__version__}"}
        try:
            request = urllib.request.Request(_encode(address), headers=headers, method=method)  # noqa: S310 - see ``__init__``
            with (
                limit_time(self._longest),
                self._opener.open(request, timeout=_TIMEOUT) as answer,
            ):
                found = answer.url, answer.read(most + 1)
        except urllib.error.HTTPError as error:
            with error:
                message = f"{address} answers {error.code}"
            absent = error.code in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
            raise (AbsentError if absent else UnreadableError)(self.name, message) from None
        except urllib.error.URLError as error:
            absent = isinstance(error.reason, socket.gaierror)
            message = f"{address} cannot be reached: {_reason(error.reason)}"
            raise (AbsentError if absent else UnreadableError)(self.name, message) from None
        except (OSError, HTTPException, ValueError) as error:
            message = f"{address} cannot be reached: {_reason(error)}"
            raise UnreadableError(self.name, message) from None
        return found


def locate(name: str) -> PublishedSite:
    """Return the published site at ``name``: a URL, the folder of a built site, or a sitemap file.

    Raises ``Problems`` for a URL with a password in it.
    """
    if re.match(r"https?://", name, re.IGNORECASE):
        if drop_user(name) != name:
            hint = "Download the sitemap, and name the file: --against sitemap.xml"
            message = "has a name or a password in it, which is not sent"
            raise Problems([Problem(path=name, message=message, hint=hint)])
        return LiveSite(name)
    return BuiltFolder(Path(name)) if Path(name).is_dir() else SitemapFile(Path(name))


def _possible_paths(address: str) -> Iterator[str]:
    """Yield the decoded path of an address, then without its first step, its first two, and so on.

    An address without a scheme is a path already.
    """
    if "://" not in address:
        yield address
        return
    steps = _decoded(address).split("/")
    if ".." in steps:
        return
    for at in range(len(steps)):
        if steps[at] or at == len(steps) - 1:  # after an empty step the rest would begin at the root
            yield "/".join(steps[at:])


def _decoded(address: str) -> str:
    return unquote(urlsplit(address).path).lstrip("/")


def _content(name: str, file: Path, most: int) -> bytes | None:
    try:
        with file.open("rb") as opened:
            return opened.read(most + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise UnreadableError(name, f"cannot be read: {_reason(error)}") from None


def _reason(error: object) -> str:
    return str(getattr(error, "strerror", None) or str(error) or type(error).__name__)


def _encode(address: str) -> str:
    """Return an address as it is sent: RFC 3987, section 3.1."""
    parts = urlsplit(address)
    host = (parts.hostname or "").encode("idna").decode()
    port = f":{parts.port}" if parts.port else ""
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._")
    query = f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
    return f"{parts.scheme}://{host}{port}{path}{query}"
