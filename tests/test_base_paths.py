"""Sites whose base path has other letters than ASCII, escapes or brackets, through the commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.plain import article
from tests.sites import ROOT, SETTINGS, Site, unpacked, write_site

# Each as it may be written, and as it is in URLs.
_BASES = (
    ("b\u00fccher", "b%C3%BCcher"),
    ("a(b)", "a%28b%29"),
)
_OWN = re.compile(r"https?:(?:\\/\\/|//)example\.org[^\"'<>\s]*")


def _site(folder: Path, base: str) -> Site:
    site = write_site(folder, "")
    own = f"https://example.org/{base}"
    settings = SETTINGS.replace("/archive/", f"/{base}/")
    site.write("site.toml", f'{settings}[redirects]\n"/was/" = "/tags/oil/"\n')
    body = (
        f"[Oil](<{own}/tags/oil/>), [dam](<{own}/2022/11/04/dam/>), [file](dam.md), [rooted](/tags/oil/).\n"
    )
    more = f"aliases: [/old/, '{own}/older/']\nimage: {{file: flood.png, alt: A flood}}"
    named = {"author": "Ana Ruiz", "dateline": "Baku", "tags": ("Oil",)}
    site.write("content/flood.md", article("Flood", "2022-11-05", body=body, more=more, **named))  # type: ignore[arg-type]
    site.write("content/dam.md", article("Dam", "2022-11-04", **named))  # type: ignore[arg-type]
    site.write("content/flood.png", (ROOT / "docs/map.png").read_bytes())
    return site


@pytest.mark.parametrize(("written", "base"), _BASES, ids=["letters", "brackets"])
def test_either_spelling_of_a_base_path_is_one_site_to_every_command(
    tmp_path: Path, written: str, base: str
) -> None:
    site, other = _site(tmp_path / "site", written), _site(tmp_path / "other", base)
    for each in (site, other):
        run = each.build("--as-of", "2026-01-01")
        assert run.status == 0, run.stderr
    outputs, others = site.outputs(), other.outputs()
    for path in ("edition.txt",):
        del outputs[path], others[path]
    assert outputs == others
    found = [
        url
        for path, content in outputs.items()
        for url in _OWN.findall(unpacked(path, content).decode(errors="replace"))
    ]
    assert len(found) > 100
    assert {url for url in found if not url.startswith(f"https://example.org/{base}/")} == set()
    for words in (
        ("check",),
        ("check", "--against", "public", "--base-url", f"https://example.org/{written}/"),
    ):
        run = site.run(*words)
        assert run.status == 0, run.stderr
    for url in (
        f"/{written}/tags/oil/",
        f"/{base}/tags/oil/",
        f"https://example.org/{base}/tags/oil/",
        "/tags/oil/",
    ):
        assert site.run("explain", url).stdout.startswith(f"/{base}/tags/oil/ is tags/oil/index.html, ")
    run = site.build("--as-of", "2026-01-01", "--base-url", f"https://example.org/{base}/")
    assert "0 written" in run.stdout
