"""Where a URL in a file leads, as browsers read it and as a static host such as GitHub Pages serves a folder.

Only paths are compared: nothing here opens a file or asks a server.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Literal, NamedTuple
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from broadsheet.common.urls import Urls, output_at

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_WEB = {"http": ":80", "https": ":443"}
# Browsers drop these from within a URL: https://url.spec.whatwg.org/#concept-basic-url-parser
_DROPPED = str.maketrans("", "", "\t\n\r")
_SPACES = "".join(map(chr, range(0x21)))
_NO_TEXT = "\ufffd"


class Lead(NamedTuple):
    """Where a URL leads.

    ``own``: to ``path``, decoded, from the site's base. ``outside``: a path of the host that does not lie
    below the base. ``elsewhere``: ``path`` is the whole address, without its fragment.
    """

    kind: Literal["own", "outside", "elsewhere"]
    path: str
    fragment: str = ""


class Served(NamedTuple):
    """The file that a path is answered with, and whether the reader is sent on to it or it is guessed at."""

    file: str
    by: Literal["name", "slash", "suffix"] = "name"


class Host:
    """A folder as it is served under an address."""

    def __init__(self, address: str, files: AbstractSet[str]) -> None:
        """Serve ``files`` (paths in the folder) under ``address``, which may be empty: then at the root."""
        urls = Urls(address)
        self.files = files
        self.base = unquote(urls.base)
        self._host = _host(urlsplit(address).netloc)
        self.lead = lru_cache(maxsize=65_536)(self._lead)

    def is_own(self, url: str) -> bool:
        """Return whether ``url`` is a whole address that begins with the site's own."""
        return bool(self._host) and url[:4].lower() == "http" and self.lead("", url).kind == "own"

    def reading(self, page: str, raw: str) -> Lead | None:
        """Return where ``raw`` leads from the file ``page``; None when not to a place on the web."""
        url = raw.strip(_SPACES).translate(_DROPPED)
        scheme = _SCHEME.match(url)
        if scheme and scheme[1].lower() not in _WEB:
            return None
        bare = not scheme and url[:1] not in {"/", "\\"}
        within = page if url[:1] in {"", "#", "?"} else f"{page.rpartition('/')[0]}/".lstrip("/")
        return self.lead(within if bare else "", url)

    def served(self, path: str) -> Served | None:
        """Return what the host answers a path from the site's base with, None when it has nothing.

        A folder without its slash is answered with a redirect to it; a page without its ``.html`` is
        found by GitHub Pages, not by every host.
        """
        if (file := output_at(path)) in self.files:
            return Served(file)
        if path.endswith("/"):
            return None
        if f"{path}/index.html" in self.files:
            return Served(f"{path}/index.html", "slash")
        return Served(f"{path}.html", "suffix") if f"{path}.html" in self.files else None

    def _lead(self, within: str, url: str) -> Lead:
        head, _, fragment = url.partition("#")
        fragment = _text(fragment.partition(":~:")[0])
        before, _, _ = head.partition("?")
        before = before.replace("\\", "/")
        scheme = _SCHEME.match(before)
        if scheme or before.startswith("//"):
            _, _, rest = before.partition("//")
            host, slash, path = rest.partition("/")
            if not self._host or _host(host) != self._host:
                return Lead("elsewhere", head if scheme else f"https:{head}")
            path = _text(_walked(slash + path or "/"))
            if not path.startswith(self.base) and path != self.base[:-1]:
                return Lead("elsewhere", head if scheme else f"https:{head}")
        elif before:
            path = _text(_walked(before if before[0] == "/" else f"{self.base}{within}{before}"))
        else:
            return Lead("own", _address(within), fragment)
        if path.startswith(self.base):
            return Lead("own", path.removeprefix(self.base), fragment)
        return Lead("own", "", fragment) if f"{path}/" == self.base else Lead("outside", path, fragment)


def _address(file: str) -> str:
    """Return the path at which a file is served."""
    return file.removesuffix("index.html") if f"/{file}".endswith("/index.html") else file


def _walked(path: str) -> str:
    """Return an absolute path without its dots."""
    if "/." not in path:
        return path
    steps: list[str] = []
    *folders, last = path.split("/")[1:]
    for step in folders:
        if step == "..":
            del steps[-1:]
        elif step != ".":
            steps.append(step)
    if last == "..":
        del steps[-1:]
    if last in {".", ".."}:
        last = ""
    return "/" + "/".join([*steps, last])


def _text(part: str) -> str:
    return unquote_to_bytes(part).decode(errors="replace") if "%" in part else part


def _host(netloc: str) -> str:
    host = netloc.rpartition("@")[2].lower()
    for port in _WEB.values():
        host = host.removesuffix(port)
    return host
