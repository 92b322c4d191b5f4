"""Takes the screenshots in docs/ anew, of this repository's own archive, in Chromium.

    .venv/bin/python bench/screenshots.py              # all of them
    .venv/bin/python bench/screenshots.py map profile  # these

The archive is built first. Needs Chromium, and the packages in requirements-test.txt.
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from browser import chromium
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_ROOT = Path(__file__).resolve().parent.parent
_BASE = "/archive/"
_COLORS = 256  # of the palette: an eighth of the bytes


class Shot(NamedTuple):
    """What a screenshot shows: a page in a window of that size, or one element of it.

    ``opens`` is what is clicked first.
    """

    path: str
    width: int = 1040
    height: int = 640
    element: str = ""
    opens: str = ""


SHOTS: Mapping[str, Shot] = MappingProxyType(
    {
        "front-page": Shot("", 1280, 1136),
        "article": Shot("2022/11/05/bridge-opens/", 810, 1059),
        "corrections": Shot("2026/09/26/the-bridge-is-open/", 1040, 640),
        "retraction": Shot("2024/09/07/the-stone-that-sings/", 1040, 600),
        "edition": Shot("editions/2026-11-19/", 1040, 600),
        "series": Shot("series/the-ferry-strike/", 1040, 760),
        "profile": Shot("authors/tobias-marrick/", 1040, 720),
        "map": Shot("datelines/", 1280, 1000),
        "languages": Shot("2022/11/20/سكيرين-تعد-طحينها/", 1280, 900),
        "on-this-day": Shot("on-this-day/11-05/", 1040, 640),
        "related": Shot("2023/08/12/halfway-over-the-linnow/", 1040, 640, element=".ending"),
        "citations": Shot(
            "2023/08/12/halfway-over-the-linnow/", 1040, 640, element=".cite", opens=".cite summary"
        ),
    }
)


class _Handler(SimpleHTTPRequestHandler):
    """Serves the built site under its base path."""

    def translate_path(self, path: str) -> str:
        return super().translate_path("/" + path.removeprefix(_BASE).lstrip("/"))

    def end_headers(self) -> None:
        """Let the browser keep everything for the time of a screenshot."""
        self.send_header("Cache-Control", "max-age=600")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{_BASE}"
        server.shutdown()


def _copy_archive(site: Path) -> None:
    """Copy the archive into a folder, with the article that the README shows and the one that it links to."""
    for name in ("content", "layouts", "static"):
        shutil.copytree(_ROOT / name, site / name)
    shutil.copy(_ROOT / "site.toml", site)
    example = re.search(r"```markdown\n(---\n.*?)```", (_ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    if example is None:
        raise SystemExit("README.md shows no article")
    folder = site / "content/2022/11"
    (folder / "bridge-opens.md").write_text(example[1], encoding="utf-8")
    linked = (
        "---\ntitle: The contract\nauthor: Ana Ruiz\ndateline: Port Ansel\ndate: 2013-10-01\n---\nSigned.\n"
    )
    (folder / "contract.md").write_text(linked, encoding="utf-8")


def take(browser: Browser, address: str, shot: Shot) -> bytes:
    """Return a screenshot as a PNG with a palette."""
    page = browser.new_page(viewport={"width": shot.width, "height": shot.height}, color_scheme="light")
    # The second time, the typefaces are there when the page is drawn.
    page.goto(address + shot.path, wait_until="networkidle")
    page.goto("about:blank")
    answer = page.goto(address + shot.path, wait_until="networkidle")
    if answer is None or not answer.ok:
        raise SystemExit(f"there is no page {shot.path}")
    if shot.opens:
        page.click(shot.opens)
    taken = page.locator(shot.element).first.screenshot() if shot.element else page.screenshot()
    page.close()
    small = io.BytesIO()
    with Image.open(io.BytesIO(taken)) as image:
        image.convert("RGB").quantize(_COLORS, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


def main() -> None:
    """Take the screenshots that the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", metavar="NAME", nargs="*", choices=[[], *SHOTS], help="which (default: all)")
    parser.add_argument("--into", metavar="FOLDER", type=Path, default=_ROOT / "docs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        _copy_archive(site)
        subprocess.run(
            [sys.executable, str(_ROOT / "build.py"), "--site", folder], check=True, stdout=subprocess.DEVNULL
        )
        with _serving(site / "public") as address, chromium() as browser:
            for name in options.names or SHOTS:
                (options.into / f"{name}.png").write_bytes(take(browser, address, SHOTS[name]))


if __name__ == "__main__":
    main()
