"""Redirects as servers and hosts read them: true 301, and 410 for what is gone, where the host can.

Sources of the formats:

- ``_redirects``: https://docs.netlify.com/manage/routing/redirects/overview/ and
  https://developers.cloudflare.com/pages/configuration/redirects/
- nginx: the lines of a ``map``, https://nginx.org/en/docs/http/ngx_http_map_module.html
- Caddy: the lines of a ``map``, https://caddyserver.com/docs/caddyfile/directives/map
- S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html, of each object
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote, unquote

from broadsheet.common.urls import Urls, is_page, served_path
from broadsheet.render.formats.text import encode_json

# Characters that stand in a URL as they are. Nginx takes a dollar sign for a variable.
_IN_URL = ":/?#[]@!&'()*+,;=%-._~"
# In ``_redirects`` colons and asterisks are placeholders.
_IN_PATH = "/-._~"
CLOUDFLARE_LINES, _CLOUDFLARE_LENGTH = 2000, 1000
_S3_LENGTH = 2048


class Move(NamedTuple):
    """An output path at which something stood, and the URL that it leads to; empty if that is gone.

    The URL is a path from the root of the host, or one elsewhere.
    """

    output: str
    target: str


def encode_target(url: str) -> str:
    """Return a URL with everything escaped that a header or the file of a server may not have."""
    return quote(url, safe=_IN_URL)


def write_netlify(moves: Iterable[Move], urls: Urls) -> bytes:
    """Return ``_redirects`` of Netlify.

    The mark ``!`` puts a line before the file that stands there.
    """
    rows = []
    for move in moves:
        if move.target:
            status, target = 301, _escape(move.target)
        else:
            page = move.output if is_page(move.output) else "404.html"
            status, target = 410, quote(_path(page, urls), safe=_IN_PATH)
        rows.append(f"{_source(move, urls)} {target} {status}!")
    return _lines(rows)


def write_cloudflare(moves: Iterable[Move], urls: Urls) -> bytes:
    """Return ``_redirects`` of Cloudflare Pages, which knows no 410 and no lines over 1,000 characters."""
    rows = (f"{_source(move, urls)} {_escape(move.target)} 301" for move in moves if move.target)
    return _lines(row for row in rows if len(row) <= _CLOUDFLARE_LENGTH)


def write_nginx(moves: Iterable[Move], urls: Urls) -> bytes:
    """Return lines of a ``map`` of ``$uri``: where each leads, or 410."""
    return _lines(f"{_quoted(move, urls)} {_value(move)};" for move in moves)


def write_caddy(moves: Iterable[Move], urls: Urls) -> bytes:
    """Return lines of a ``map`` of ``{path}``: where each leads, or 410.

    A path with a brace would be taken for a placeholder; its page stands there, and leads on.
    """
    return _lines(f"{_quoted(move, urls)} {_value(move)}" for move in moves if "{" not in move.output)


def write_s3(moves: Iterable[Move], urls: Urls) -> bytes:
    """Return a JSON array: the ``Key`` of each object and its ``WebsiteRedirectLocation``, at most 2 KB."""
    found = []
    for move in moves:
        target = urls.origin + move.target if move.target.startswith("/") else move.target
        if target and len(target) <= _S3_LENGTH:
            key = (unquote(urls.base) + move.output).lstrip("/")
            found.append({"Key": key, "WebsiteRedirectLocation": target})
    return f"{encode_json(found)}\n".encode()


def _lines(rows: Iterable[str]) -> bytes:
    return "".join(
        f"{row}\n" for row in ("# Written by Broadsheet; see [hosting] in site.toml.", *rows)
    ).encode()


def _path(output: str, urls: Urls) -> str:
    """Return the path of an output from the root of the host, decoded."""
    return unquote(urls.base) + output


def _source(move: Move, urls: Urls) -> str:
    return quote(_path(served_path(move.output), urls), safe=_IN_PATH)


def _escape(target: str) -> str:
    """Return a target in which nothing is a placeholder, if it is on the same host."""
    if not target.startswith("/"):
        return target
    path, mark, fragment = target.partition("#")
    return quote(unquote(path), safe=_IN_PATH) + mark + fragment


def _quoted(move: Move, urls: Urls) -> str:
    path = _path(served_path(move.output), urls)
    return '"{}"'.format(path.replace("\\", "\\\\").replace('"', '\\"'))


def _value(move: Move) -> str:
    return f'"{move.target or 410}"'
