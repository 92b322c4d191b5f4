"""Where a promise is read from: a file, a folder, the web; a branch of git is ``publish``'s own.

A source gives sitemaps, tells whether a file is there, and shows the beginning of a page. What it cannot read
is an error. It never writes, and opens nothing of the web but http and https.
"""

from __future__ import annotations

import posixpath
import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from broadsheet import __version__
from broadsheet.common.problems import Problem
from broadsheet.common.urls import output_at
from broadsheet.render.formats.sitemaps import MOST_BYTES

SITEMAP = "sitemap.xml"
PAGE_BYTES = 262_144
_TRIED = 100  # addresses that decide which base a site was built for
_PATIENCE = 30.0  # seconds without a byte
# Pages of the web are fetched for their headlines only, which make a message better.
_MOST_PAGES = 100


class UnreadableError(Exception):
    """What a promise should be read from cannot be read: ``name`` and what is wrong with it."""

    def __init__(self, name: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(path=name, message=message, hint=hint)


class AbsentError(UnreadableError):
    """There is nothing where the promise should be: it may be that nothing was published yet."""


class Source:
    """Where a promise is read from. ``name`` is what it is called in problems.

    ``start`` is the address of the first sitemap; an index gives those of the others. ``base`` is the path
    below which the site stands there; empty while that is not known.
    """

    name = ""
    start = ""
    base = ""

    def fetch(self, address: str) -> bytes:
        """Return the bytes of a sitemap; raises ``UnreadableError``."""
        raise NotImplementedError

    def settle(self, addresses: list[str]) -> None:
        """Find the base by the addresses that the first sitemap lists, if it is not known otherwise."""

    def has(self, output: str) -> bool:
        """Return whether a file is there, by its path from the base; False when that cannot be told."""
        return False

    def page(self, output: str) -> bytes:
        """Return the beginning of a page by its path from the base; empty when there is none."""
        return b""


class Files(Source):
    """A source made of files. Subclasses say which there are and what is in them."""

    start = SITEMAP

    def fetch(self, address: str) -> bytes:
        """Return a sitemap that stands where its address says, be the site's base path what it may."""
        for path in _suffixes(address):
            if (content := self.content(path, MOST_BYTES)) is not None:
                return content
        if address == self.start:
            raise AbsentError(self.name, "there is no such sitemap")
        hint = "Keep it in its folder beside the index, or name the address of the index instead."
        raise UnreadableError(self.name, f"lists {address}, which is not there", hint)

    def content(self, path: str, most: int) -> bytes | None:
        """Return the first ``most`` bytes of a file, and one more if it has it; None for no file."""
        raise NotImplementedError


class Built(Files):
    """A whole site as it was built. Subclasses say what is in it."""

    def settle(self, addresses: list[str]) -> None:
        """Find the base: what has to be left out of most addresses for their files to be there."""
        paths = sorted((_decoded(address) for address in addresses), key=lambda path: (len(path), path))
        tried = paths[:_TRIED]
        steps = paths[0].split("/")[:-1] if paths else []
        bases = ["".join(f"{step}/" for step in steps[:length]) for length in range(len(steps) + 1)]
        there = {base: sum(self._is_below(base, path) for path in tried) for base in bases}
        if any(there.values()):
            self.base = f"/{max(bases, key=lambda base: (there[base], -len(base)))}"

    def _is_below(self, base: str, path: str) -> bool:
        return path.startswith(base) and self.has(output_at(path.removeprefix(base)))

    def page(self, output: str) -> bytes:
        """Return the beginning of a page."""
        return self.content(output, PAGE_BYTES) or b""


class SitemapFile(Files):
    """A sitemap in a file, other sitemaps that it lists beside it, and nothing else."""

    def __init__(self, file: Path) -> None:
        self.name = self.start = file.as_posix()
        self._file = file

    def content(self, path: str, most: int) -> bytes | None:
        """Read this file, or one beside it."""
        return _content(self.name, self._file if path == self.start else self._file.parent / path, most)


class Folder(Built):
    """A folder that a site was built into."""

    def __init__(self, folder: Path) -> None:
        self.name = f"{folder.as_posix()}/{SITEMAP}"
        self._folder = folder

    def has(self, output: str) -> bool:
        """Look."""
        return (self._folder / output).is_file()

    def content(self, path: str, most: int) -> bytes | None:
        """Read a file of the folder."""
        return _content(self.name, self._folder / path, most)


class Web(Source):
    """A site as it is live."""

    def __init__(self, address: str) -> None:
        self.name = self.start = address
        self._pages = 0
        self._opener = urllib.request.OpenerDirector()
        # Those for files and FTP are not among them, whatever a sitemap lists.
        for handler in (
            urllib.request.ProxyHandler,
            urllib.request.UnknownHandler,
            urllib.request.HTTPHandler,
            urllib.request.HTTPSHandler,
            urllib.request.HTTPDefaultErrorHandler,
            urllib.request.HTTPRedirectHandler,
            urllib.request.HTTPErrorProcessor,
        ):
            self._opener.add_handler(handler())

    def fetch(self, address: str) -> bytes:
        """Fetch a sitemap. Where the first one was found in the end decides the base."""
        if urlsplit(address).scheme not in {"http", "https"}:
            raise UnreadableError(self.name, f"lists {address}, which is not an address of the web")
        found, content = self._asked(address, "GET", MOST_BYTES)
        if address == self.start:
            self.base = posixpath.dirname(unquote(urlsplit(found).path)).rstrip("/") + "/"
        return content

    def has(self, output: str) -> bool:
        """Ask the web, whose word is needed: no answer is not a no."""
        for method in ("HEAD", "GET"):
            try:
                self._asked(self._address(output), method, 0)
            except AbsentError:
                return False
            except UnreadableError:
                if method == "GET":
                    raise
            else:
                return True
        return False

    def page(self, output: str) -> bytes:
        """Fetch the beginning of a page, of the first hundred."""
        self._pages += 1
        if self._pages <= _MOST_PAGES:
            with suppress(UnreadableError):
                return self._asked(self._address(output), "GET", PAGE_BYTES)[1]
        return b""

    def _address(self, output: str) -> str:
        parts = urlsplit(self.start)
        return f"{parts.scheme}://{parts.netloc}{quote(self.base + output.removesuffix('index.html'))}"

    def _asked(self, address: str, method: str, most: int) -> tuple[str, bytes]:
        """Return the address that answered, and the first bytes that it gave."""
        headers = {"User-Agent": f"Broadsheet/{__version__}"}
        try:
            request = urllib.request.Request(_ascii(address), headers=headers, method=method)  # noqa: S310 - see ``__init__``
            with self._opener.open(request, timeout=_PATIENCE) as answer:
                return answer.url, answer.read(most + 1)
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


def source(named: str) -> Source:
    """Return what ``named`` names: an address, a folder that a site was built into, or a sitemap file."""
    if re.match(r"https?://", named, re.IGNORECASE):
        return Web(named)
    return Folder(Path(named)) if Path(named).is_dir() else SitemapFile(Path(named))


def _suffixes(address: str) -> Iterator[str]:
    """Yield the path of an address, decoded, and what is left of it without its first steps, to nothing.

    An address without a scheme is a path already.
    """
    if "://" not in address:
        yield address
        return
    steps = _decoded(address).split("/")
    if ".." in steps:
        return
    for at in range(len(steps)):
        if steps[at] or at == len(steps) - 1:  # an empty step would make what is left begin at the root
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
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(said)


def _ascii(address: str) -> str:
    """Return an address as it goes over the line: RFC 3987, section 3.1."""
    parts = urlsplit(address)
    host = (parts.hostname or "").encode("idna").decode()
    port = f":{parts.port}" if parts.port else ""
    kept = quote(parts.path, safe="/%:@!$&'()*+,;=~-._")
    query = f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
    return f"{parts.scheme}://{host}{port}{kept}{query}"
