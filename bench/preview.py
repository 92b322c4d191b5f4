"""Measures the preview as an author has it: from saving an article to its new words on the screen.

The real server, a real Chromium on the article's page, and nothing warmed up but by the edits themselves.

    python bench/preview.py --sizes 1000 10000 --work /dev/shm/preview
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import corpus
from browser import chromium
from playwright.sync_api import Browser

_LIMIT = 1800.0
# Notes, in every page, when each mark was first on the screen, by the clock of the machine.
_NOTE = """
window.seen = {};
const note = () => {
  const found = document.body && document.body.innerText.match(/Edited for the \\d+th time\\./);
  if (found) window.seen[found[0]] ??= performance.timeOrigin + performance.now();
  requestAnimationFrame(note);
};
requestAnimationFrame(note);
"""


def main() -> None:
    """Measure each number of articles that the command line names, and print a table."""
    options = _options()
    print("| articles | first page, no state | first page | save to screen, median | 95th percentile |")
    print("| --: | --: | --: | --: | --: |", flush=True)
    with chromium() as browser:
        for articles in options.sizes:
            folder = options.work / str(articles)
            shutil.rmtree(folder, ignore_errors=True)
            try:
                print(_measured(browser, folder, articles, options.edits), flush=True)
            finally:
                shutil.rmtree(folder, ignore_errors=True)


def _measured(browser: Browser, folder: Path, articles: int, edits: int) -> str:
    newsroom = corpus.make(folder, articles)
    corpus.dress(folder, corpus.SETTINGS)
    article = newsroom.article(articles // 2)
    path = f"{article.date[:10].replace('-', '/')}/{Path(article.path).stem}/"
    with _serving(folder, path) as (_, without):
        pass
    with _serving(folder, path):
        pass  # files that were changed just before the last look are looked at once more
    with _serving(folder, path) as (url, first):
        took = sorted(_edited(browser, url + path, folder / "content" / article.path, edits))
    late = took[min(len(took) - 1, round(0.95 * len(took)))]
    return (
        f"| {articles:,} | {without:.2f} s | {first:.2f} s"
        f" | {statistics.median(took):.0f} ms | {late:.0f} ms |"
    )


def _edited(browser: Browser, url: str, file: Path, edits: int) -> Iterator[float]:
    """Yield how long each of the edits of an article took to be seen, in milliseconds."""
    words = file.read_text(encoding="utf-8")
    page = browser.new_page()
    page.add_init_script(_NOTE)
    with page.expect_request("**/.broadsheet/events?*"):
        page.goto(url)
    for number in range(edits):
        # An author does not save twice in a moment; the page has come to rest.
        time.sleep(0.5)
        mark = f"Edited for the {number}th time."
        began = time.time() * 1000
        file.write_text(f"{words}\n{mark}\n", encoding="utf-8")
        page.wait_for_function("(mark) => window.seen && window.seen[mark]", arg=mark)
        yield page.evaluate("(mark) => window.seen[mark]", mark) - began
    page.close()
    file.write_text(words, encoding="utf-8")


@contextmanager
def _serving(folder: Path, path: str) -> Iterator[tuple[str, float]]:
    """Start the preview; yield its URL, and how many seconds it took until a page was there."""
    command = [sys.executable, str(corpus.ROOT / "build.py"), "serve", "--port", "8700"]
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.monotonic()
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = (process.stdout.readline() if process.stdout else "").split()[1]
            while not _is_there(url + path):
                if time.monotonic() - began > _LIMIT:
                    raise SystemExit(f"{url}{path} does not come")
                time.sleep(0.01)
            yield url, time.monotonic() - began
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def _is_there(url: str) -> bool:
    try:
        with urlopen(url) as answer:  # noqa: S310 - our own server
            return bool(answer.status == 200)
    except HTTPError as error:
        if error.code == 503:
            return False
        raise


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures the preview in a real browser.")
    parser.add_argument("--sizes", metavar="N", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--edits", metavar="N", type=int, default=50, help="how many at each size")
    parser.add_argument("--work", metavar="DIR", type=Path, required=True, help="where sites are made")
    return parser.parse_args()


if __name__ == "__main__":
    main()
