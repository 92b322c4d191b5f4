"""Where a URL in a file leads: resolved as browsers do, in a folder served as a static host does.

The host is one such as GitHub Pages. Only paths are compared: nothing here opens a file or sends a request.
"""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Literal, NamedTuple
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from broadsheet.common.urls import Urls, output_at, served_path

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_PORTS = {"http": ":80", "https": ":443"}
# Browsers remove these from a URL: https://url.spec.whatwg.org/#concept-basic-url-parser
_REMOVED = str.maketrans("", "", "\t\n\r")
_SPACES = "".join(map(chr, range(0x21)))


class Target(NamedTuple):
    """Where a URL leads.

    ``own``: to ``path``, decoded, from the site's base. ``outside``: to a path of the same host that does not
    lie below the base. ``external``: ``path`` is the whole URL, without its fragment.
    """

    kind: Literal["own", "outside", "external"]
    path: str
    fragment: str = ""


class Served(NamedTuple):
    """The file that the host answers a path with.

    ``by``: its own ``name``; a redirect that adds a ``slash``; a ``suffix`` that the host guesses; or an
    ``index`` that is no page.
    """

    file: str
    by: Literal["name", "slash", "suffix", "index"] = "name"


class Host:
    """A folder as it is served under an address."""

    def __init__(self, address: str, files: AbstractSet[str]) -> None:
        """Serve ``files`` (paths in the folder) under ``address``; if that is empty, at the root."""
        urls = Urls(address)
        self._files = files
        self._base = unquote(urls.base)
        self._host = _normalized_host(urlsplit(address).netloc)
        self._resolved = lru_cache(maxsize=65_536)(self._resolve)

    def resolve(self, page: str, url: str) -> Target | None:
        """Return where ``url`` leads from the file ``page``; None when it is no web address (``mailto:``)."""
        url = url.strip(_SPACES).translate(_REMOVED)
        scheme = _SCHEME.match(url)
        if scheme and scheme[1].lower() not in _PORTS:
            return None
        is_relative = not scheme and url[:1] not in {"/", "\\"}
        within = page if url[:1] in {"", "#", "?"} else f"{page.rpartition('/')[0]}/".lstrip("/")
        return self._resolved(within if is_relative else "", url)

    def served(self, path: str) -> Served | None:
        """Return what the host answers a path from the site's base with, None when it has nothing.

        A folder without its slash is answered with a redirect. GitHub Pages, but not every host, finds a page
        without its ``.html``, and the ``index.xml`` of a folder without a page, which may be a feed.
        """
        if (file := output_at(path)) in self._files:
            return Served(file)
        if path.endswith("/"):
            return Served(f"{path}index.xml", "index") if f"{path}index.xml" in self._files else None
        if f"{path}/index.html" in self._files:
            return Served(f"{path}/index.html", "slash")
        return Served(f"{path}.html", "suffix") if f"{path}.html" in self._files else None

    def _resolve(self, within: str, url: str) -> Target:
        head, _, fragment = url.partition("#")
        fragment = _decoded(fragment.partition(":~:")[0])
        before, _, _ = head.partition("?")
        before = before.replace("\\", "/")
        scheme = _SCHEME.match(before)
        if scheme or before.startswith("//"):
            _, _, rest = before.partition("//")
            host, slash, path = rest.partition("/")
            if not self._host or _normalized_host(host) != self._host:
                return Target("external", head if scheme else f"https:{head}")
            path = _decoded(_without_dots(slash + path or "/"))
            if not path.startswith(self._base) and path != self._base[:-1]:
                return Target("external", head if scheme else f"https:{head}")
        elif before:
            path = _decoded(_without_dots(before if before[0] == "/" else f"{self._base}{within}{before}"))
        else:
            return Target("own", served_path(within), fragment)
        if path.startswith(self._base):
            return Target("own", path.removeprefix(self._base), fragment)
        return Target("own", "", fragment) if f"{path}/" == self._base else Target("outside", path, fragment)


def _without_dots(path: str) -> str:
    """Return an absolute path with its ``.`` and ``..`` resolved: RFC 3986, section 5.2.4."""
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


def _decoded(part: str) -> str:
    return unquote_to_bytes(part).decode(errors="replace") if "%" in part else part


def _normalized_host(netloc: str) -> str:
    """Return a host in lower case, without user and standard port."""
    host = netloc.rpartition("@")[2].lower()
    for port in _PORTS.values():
        host = host.removesuffix(port)
    return host
