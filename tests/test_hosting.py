"""Redirects as servers and hosts read them, tried with the servers, set up as docs/hosting.md says."""

from __future__ import annotations

import getpass
import http.client
import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.builds import built, done, plain_site, printed
from tests.conftest import missing
from tests.plain import SETTINGS, article
from tests.sites import ROOT, Site

_HOSTS = '\n[hosting]\nredirects = ["netlify", "nginx", "caddy", "s3"]\n'
_FORMER = '\n[permalinks]\nformer = ["/{year}/{slug}/"]\n'
_TABLES = """
[redirects]
"/about/" = "/archive/"
"/paper/" = "/2022/11/05/storm/#top"
"/story/" = "content/storm.md"
"/shop/" = "https://shop.example/$a'b?c=d%20é#x"
"/old.xml" = "/atom.xml"
[gone]
"/2015/sued/" = { date = 2025-01-01, reason = "A court said so." }
"/tags/x/atom.xml" = { date = 2025-01-01, reason = "No." }
"""
_ODD = ("/1999/a;b, c/", "/1999/Ä ü'$x.html", "/1999/q{$HOME}/", "/1999/100%/")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    escaped = (each.replace("%", "%25").replace("'", "''") for each in _ODD)
    aliases = ", ".join(f"'{each}'" for each in escaped)
    return plain_site(
        tmp_path / "site",
        {
            "content/storm.md": article("Storm", "2022-11-05", more=f"aliases: [{aliases}]"),
            "content/flood.md": article("Flood", "2022-12-05"),
            "content/over.md": article("Over", "2022-12-06", more="expires: 2025-01-01"),
        },
        settings=SETTINGS + _TABLES + _HOSTS,
    )


def _hosting(site: Site) -> dict[str, str]:
    """Return the lines that hosts read, without the comment above them."""
    return {
        path.removeprefix("hosting/"): content.decode().removeprefix(_COMMENT)
        for path, content in site.outputs().items()
        if path.startswith("hosting/") or path == "_redirects"
    }


_COMMENT = "# Written by Broadsheet; see [hosting] in site.toml.\n"
_BASE = "/archive"
_STORM = f"{_BASE}/2022/11/05/storm/"


def test_netlify_reads_a_line_for_each_redirect_and_each_address_that_is_gone(site: Site) -> None:
    built(site)
    assert _hosting(site)["_redirects"].splitlines() == [
        f"{_BASE}/1999/100%25/ {_STORM} 301!",
        f"{_BASE}/1999/a%3Bb%2C%20c/ {_STORM} 301!",
        f"{_BASE}/1999/q%7B%24HOME%7D/ {_STORM} 301!",
        f"{_BASE}/1999/%C3%84%20%C3%BC%27%24x.html {_STORM} 301!",
        f"{_BASE}/2015/sued/ {_BASE}/2015/sued/index.html 410!",
        f"{_BASE}/2022/12/06/over/ {_BASE}/2022/12/06/over/index.html 410!",
        f"{_BASE}/about/ {_BASE}/archive/ 301!",
        f"{_BASE}/old.xml {_BASE}/atom.xml 301!",
        f"{_BASE}/paper/ {_STORM}#top 301!",
        f"{_BASE}/shop/ https://shop.example/%24a'b?c=d%20%C3%A9#x 301!",
        f"{_BASE}/story/ {_STORM} 301!",
        f"{_BASE}/tags/x/atom.xml {_BASE}/404.html 410!",
    ]


def test_cloudflare_reads_redirects_only_and_without_a_mark(site: Site) -> None:
    site.write("site.toml", site.read("site.toml").replace("netlify", "cloudflare"))
    built(site)
    rows = _hosting(site)["_redirects"].splitlines()
    assert len(rows) == 9
    assert f"{_BASE}/1999/a%3Bb%2C%20c/ {_STORM} 301" in rows
    assert all(len(row.split(" ")) == 3 for row in rows)


def test_more_redirects_than_cloudflare_reads_are_a_problem(site: Site) -> None:
    many = "".join(f'"/{number}/" = "/archive/"\n' for number in range(2001))
    site.write("site.toml", f'{SETTINGS}\n[hosting]\nredirects = ["cloudflare"]\n[redirects]\n{many}')
    assert printed(site) == (
        "site.toml: [hosting] redirects: Cloudflare reads 2,000 redirects, and the site has 2,005\n"
        '  Leave "cloudflare" out: each of them has a page that redirects browsers anyway.'
    )


def test_s3_is_told_the_redirect_of_each_object(site: Site) -> None:
    built(site)
    found = {
        path: {each["Key"]: each["WebsiteRedirectLocation"] for each in json.loads(text)}
        for path, text in _hosting(site).items()
        if path.startswith("s3/")
    }
    assert found["s3/2022-11.json"]["archive/1999/Ä ü'$x.html"] == f"https://example.org{_STORM}"
    assert len(found["s3/2022-11.json"]) == len(_ODD)
    assert found["s3/site.json"]["archive/about/index.html"] == "https://example.org/archive/archive/"
    assert found["s3/site.json"]["archive/shop/index.html"].startswith("https://shop.example/%24a")
    assert found["s3/2022-12.json"] == {}


def test_only_what_leads_elsewhere_changes_a_file_of_a_host(site: Site) -> None:
    built(site)
    news = done(site, lambda: site.write("content/news.md", article("News", "2022-11-09")))
    assert not [path for path in news.written if path.startswith(("hosting/", "_redirects"))]
    text = article("News", "2022-11-09", more="aliases: [/news-of-the-day/]")
    after = done(site, lambda: site.write("content/news.md", text))
    assert {path for path in after.written if path.startswith(("hosting/", "_redirects"))} == {
        *("_redirects", "hosting/nginx/2022-11.map", "hosting/caddy/2022-11.map", "hosting/s3/2022-11.json")
    }
    before = done(site, lambda: site.write("content/news.md", text.replace("-11-", "-10-")))
    assert {"hosting/nginx/2022-11.map", "hosting/nginx/2022-10.map"} <= before.written
    last = done(site, lambda: site.delete("content/news.md"))
    assert {path for path in last.removed if path.startswith("hosting/")} == {
        *("hosting/nginx/2022-10.map", "hosting/caddy/2022-10.map", "hosting/s3/2022-10.json")
    }


def test_a_former_address_is_a_line_of_its_month_and_of_no_file_that_grows(site: Site) -> None:
    site.write("site.toml", site.read("site.toml") + _FORMER)
    built(site)
    found = _hosting(site)
    assert f'"{_BASE}/2022/flood/" "{_BASE}/2022/12/05/flood/";\n' in found["nginx/2022-12.map"]
    assert "/2022/flood/" not in found["_redirects"]
    after = done(site, lambda: site.write("content/news.md", article("News", "2022-12-09")))
    assert {path for path in after.written if path.startswith(("hosting/", "_redirects"))} == {
        *("hosting/nginx/2022-12.map", "hosting/caddy/2022-12.map", "hosting/s3/2022-12.json")
    }
    # Who has a former address may change with an article of another month.
    earlier = done(site, lambda: site.write("content/may/flood.md", article("Flood", "2022-05-05")))
    assert {"hosting/nginx/2022-12.map", "hosting/nginx/2022-05.map"} <= earlier.written
    assert "/2022/flood/" not in _hosting(site)["nginx/2022-12.map"]


def test_without_the_setting_there_is_no_such_file(site: Site) -> None:
    site.write("site.toml", SETTINGS + _TABLES + _FORMER)
    built(site)
    assert _hosting(site) == {}


def test_check_expects_no_links_to_what_servers_read(site: Site) -> None:
    built(site)
    site.write("public/hosting/notes.txt", "x")
    found = [json.loads(row) for row in site.run("check", "--json").stdout.splitlines()]
    unlinked = {each["path"] for each in found if each["message"] == "nothing leads to this file"}
    assert {path for path in unlinked if "hosting" in path or "_redirects" in path} == {
        "public/hosting/notes.txt"
    }


def _block(language: str) -> str:
    """Return the example of a server's configuration in docs/hosting.md."""
    text = (ROOT / "docs/hosting.md").read_text(encoding="utf-8")
    found = re.search(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def _running(line: list[str], folder: Path, port: int) -> Iterator[None]:
    """Run a server until the end of the block, which begins once it answers."""
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(line, stdout=log, stderr=log, cwd=folder, env={"HOME": str(folder)})
    try:
        for _ in range(600):
            assert process.poll() is None, (folder / "log.txt").read_text()
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


def _ask(port: int, path: str) -> tuple[int, str, str]:
    """Return status, Location and body of an answer; the path is given decoded."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", quote(path, safe="/"), headers={"Host": "example.org"})
    answer = connection.getresponse()
    body = answer.read().decode(errors="replace")
    connection.close()
    return answer.status, answer.headers.get("Location", ""), body


def _www(site: Site, tmp_path: Path) -> Path:
    """Build the site below its base path in the folder that a server has for its root."""
    site.write("site.toml", site.read("site.toml") + _FORMER)
    built(site)
    shutil.copytree(site.folder / "public", tmp_path / "www/archive")
    return tmp_path / "www"


def _check_answers(port: int, odd: tuple[str, ...]) -> None:
    for path in odd:
        assert _ask(port, _BASE + path)[:2] == (301, _STORM), path
    for path, target in (
        ("/about/", f"{_BASE}/archive/"),
        ("/paper/", f"{_STORM}#top"),
        ("/shop/", "https://shop.example/%24a'b?c=d%20%C3%A9#x"),
        ("/old.xml", f"{_BASE}/atom.xml"),
        ("/2022/flood/", f"{_BASE}/2022/12/05/flood/"),
    ):
        assert _ask(port, _BASE + path)[:2] == (301, target), path
    assert _ask(port, f"{_BASE}/2015/sued/") == (410, "", " 1 January 2025 A court said so. en\n")
    assert _ask(port, f"{_BASE}/2022/12/06/over/")[0] == 410
    assert "Over" in _ask(port, f"{_BASE}/2022/12/06/over/")[2]
    assert _ask(port, f"{_BASE}/tags/x/atom.xml")[0] == 410
    assert _ask(port, _STORM)[0] == 200
    status, _, body = _ask(port, f"{_BASE}/never/")
    assert (status, body) == (404, (body))
    assert "The Example Courier" in body


def test_nginx_redirects_with_301_and_says_410(site: Site, tmp_path: Path) -> None:
    program = shutil.which(
        "nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin"
    )
    if program is None:
        missing("nginx", "apt-get install nginx")
    www, port = _www(site, tmp_path), _free_port()
    block = _block("nginx").replace("listen 80;", f"listen 127.0.0.1:{port};")
    block = block.replace("/var/www/html/hosting", f"{www}/archive/hosting").replace(
        "/var/www/html", str(www)
    )
    block = block.replace("error_page 404 /404.html", "error_page 404 /archive/404.html")
    kept = "".join(f"{name}_temp_path {tmp_path}/{name};" for name in _NGINX_FOLDERS)
    site.write(
        "nginx.conf",
        f"daemon off; pid {tmp_path}/pid; user {getpass.getuser()};"
        f"events {{}} http {{ access_log off; default_type text/html; {kept}\n{block}}}\n",
    )
    line = [program, "-e", "stderr", "-c", str(site.folder / "nginx.conf"), "-p", str(tmp_path)]
    with _running(line, tmp_path, port):
        _check_answers(port, _ODD)


_NGINX_FOLDERS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def test_caddy_redirects_with_301_and_says_410(site: Site, tmp_path: Path) -> None:
    program = shutil.which("caddy")
    if program is None:
        pytest.skip("caddy is missing: apt-get install caddy")
    www, port = _www(site, tmp_path), _free_port()
    block = _block("caddy").replace("http://example.org", f"http://example.org:{port}")
    block = block.replace("/var/www/html/hosting", f"{www}/archive/hosting").replace(
        "/var/www/html", str(www)
    )
    block = block.replace("rewrite * /404.html", "rewrite * /archive/404.html")
    site.write("Caddyfile", f"{{\n\tadmin off\n\tauto_https off\n}}\n{block}")
    line = [program, "run", "--adapter", "caddyfile", "--config", str(site.folder / "Caddyfile")]
    with _running(line, tmp_path, port):
        # Caddy takes a brace for a placeholder, so that address has only its page.
        _check_answers(port, tuple(each for each in _ODD if "{" not in each))
        assert _ask(port, f"{_BASE}/1999/q{{$HOME}}/")[0] == 200
