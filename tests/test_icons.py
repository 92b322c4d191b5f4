"""The icons of the site and its manifest, all made of one picture."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from broadsheet.check import CheckRequest, check
from tests import photos
from tests.builds import built, done, plain_site, printed
from tests.plain import SETTINGS, article
from tests.sites import ROOT, Site

_MADE = {"favicon.ico", "apple-touch-icon.png", "icon-192.png", "icon-512.png", "manifest.webmanifest"}


def _icon(
    width: int = 600, height: int = 600, colour: tuple[int, int, int, int] = (138, 28, 28, 255)
) -> bytes:
    """Return a PNG in one colour with a margin that is transparent."""
    picture = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    picture.paste(colour, (width // 4, height // 4, 3 * width // 4, 3 * height // 4))
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = plain_site(tmp_path / "site", {"content/flood.md": article("Flood", "2022-11-05")})
    site.write("static/icon.png", _icon())
    built(site)
    return site


def _open(site: Site, path: str) -> Image.Image:
    return Image.open(io.BytesIO(site.outputs()[path]))


def test_icons_of_all_sizes_are_made_of_one_picture(site: Site) -> None:
    for path, size in (("icon-192.png", 192), ("icon-512.png", 512)):
        icon = _open(site, path)
        assert (icon.format, icon.mode, icon.size) == ("PNG", "RGBA", (size, size))
        assert icon.getpixel((size // 2, size // 2)) == (138, 28, 28, 255)
        assert icon.getpixel((0, 0)) == (0, 0, 0, 0)
    touch = _open(site, "apple-touch-icon.png")
    assert (touch.format, touch.mode, touch.size) == ("PNG", "RGB", (180, 180))
    assert (touch.getpixel((90, 90)), touch.getpixel((0, 0))) == ((138, 28, 28), (253, 252, 249))
    favicon = _open(site, "favicon.ico")
    assert favicon.format == "ICO"
    assert favicon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    for size in (16, 32, 48):
        frame = favicon.ico.getimage((size, size))  # type: ignore[attr-defined]
        assert frame.convert("RGBA").getpixel((size // 2, size // 2)) == (138, 28, 28, 255)


def test_the_manifest_names_the_site_and_icons_that_are_there(site: Site) -> None:
    manifest = json.loads(site.outputs()["manifest.webmanifest"])
    assert (manifest["name"], manifest["lang"], manifest["dir"]) == ("The Example Courier", "en", "ltr")
    assert manifest["start_url"] == manifest["scope"] == "/archive/"
    for icon in manifest["icons"]:
        made = _open(site, icon["src"].removeprefix("/archive/"))
        assert (icon["type"], icon["sizes"]) == ("image/png", f"{made.width}x{made.height}")


def test_another_picture_changes_the_icons_alone(site: Site) -> None:
    changed = done(site, lambda: site.write("static/icon.png", _icon(colour=(0, 0, 99, 255))))
    assert changed.written == {"icon.png", *_MADE} - {"manifest.webmanifest"}
    assert done(site, lambda: site.delete("static/icon.png")).removed == {"icon.png", *_MADE}


def test_a_file_of_the_site_is_published_in_the_place_of_one_that_is_made(site: Site) -> None:
    for name in sorted(_MADE):
        assert done(site, lambda name=name: site.write(f"static/{name}", name)).written == {name}  # type: ignore[misc]
        assert site.outputs()[name] == name.encode()
    assert done(site, lambda: site.delete("static/favicon.ico")).written == {"favicon.ico"}
    assert _open(site, "favicon.ico").format == "ICO"


def test_a_site_may_have_none(site: Site) -> None:
    text = SETTINGS.replace("[theme]\n", "[theme]\nicons = false\n")
    assert done(site, lambda: site.write("site.toml", text)).removed == _MADE


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (_icon(512, 500), "is 512 by 500 pixels, and the icons of the site are made of it"),
        (_icon(500, 500), "is 500 by 500 pixels, and the icons of the site are made of it"),
        (_icon(4100, 4100), "is 4100 by 4100 pixels, and the icons of the site are made of it"),
        (_icon()[:900], "is no PNG that can be read, and the icons of the site are made of it"),
        (b"", "is no PNG that can be read, and the icons of the site are made of it"),
        (
            photos.save(photos.draw(512, 512), "jpeg"),
            "is no PNG that can be read, and the icons of the site are made of it",
        ),
    ],
)
def test_a_picture_of_which_no_icon_can_be_made_is_a_problem(
    site: Site, content: bytes, message: str
) -> None:
    site.write("static/icon.png", content)
    hint = "Save the icon as a square PNG of 512 by 512 pixels; or set [theme] icons = false."
    assert printed(site) == f"static/icon.png: {message}\n  {hint}"


def _notes(site: Site) -> list[str]:
    """Return what check notes of the site's own icon."""
    findings = check(CheckRequest(site=site.folder, output=site.folder / "public"))
    return [each.message for each in findings.notes if each.path == "static/icon.svg"]


def test_pages_of_the_theme_name_the_icons_and_the_colours_of_both_schemes(
    tmp_path: Path, vnu: Callable[..., list[dict[str, Any]]]
) -> None:
    site = plain_site(tmp_path / "site", {"content/flood.md": article("Flood", "2022-11-05")})
    settings = SETTINGS.replace("fallback = false", "fallback = true")
    site.write("site.toml", settings)
    site.delete("layouts")
    built(site)
    page = site.read("public/index.html")
    for link in (
        '<link rel="icon" href="/archive/favicon.ico" sizes="16x16 32x32 48x48">',
        '<link rel="icon" href="/archive/icon.svg" type="image/svg+xml">',
        '<link rel="apple-touch-icon" href="/archive/apple-touch-icon.png">',
        '<link rel="manifest" href="/archive/manifest.webmanifest">',
    ):
        assert link in page
    base = (ROOT / "static/styles/_base.css").read_text(encoding="utf-8")
    for scheme, colour in (("light", "#fdfcf9"), ("dark", "#161512")):
        assert (
            f'<meta name="theme-color" content="{colour}" media="(prefers-color-scheme: {scheme})">' in page
        )
        assert f"--paper: {colour};" in base
    assert vnu(site.folder / "public/index.html", "--errors-only") == []
    assert _notes(site) == []
    site.write("static/icon.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>')
    built(site)
    assert _notes(site) == ["the icons for telephones are made of the theme's icon.png, not of this"]
    site.write("site.toml", settings.replace("[theme]\n", "[theme]\nicons = false\n"))
    built(site)
    assert _notes(site) == []
    page = site.read("public/index.html")
    assert "manifest.webmanifest" not in page
    assert "favicon.ico" not in page
    assert "icon.svg" in page
