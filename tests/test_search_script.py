"""The script of search that sites publish: made from its modules, and small."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from pathlib import Path

from broadsheet.render.scripts import STEMMERS, list_stemmers, read_script
from tests.conftest import missing
from tests.sites import ROOT

_FOLDER = ROOT / "broadsheet/render/scripts"
_MOST = 12_000  # bytes, compressed as hosts do


def test_the_script_is_what_its_modules_make(tmp_path: Path) -> None:
    esbuild = ROOT / "tests/node_modules/.bin/esbuild"
    if not (esbuild.exists() and shutil.which("node")):
        missing("esbuild", "make checkers")
    rule = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nscripts: ")[2].partition("\n\n")[0]
    options = re.findall(r"--(?!outfile)[\w=-]+", rule)
    line = [esbuild, _FOLDER / "search/page.js", *options, f"--outfile={tmp_path / 'search.js'}"]
    subprocess.run(line, check=True, capture_output=True)
    assert (tmp_path / "search.js").read_bytes() == read_script("search.js"), "run make scripts"


def test_the_script_is_small() -> None:
    assert len(gzip.compress(read_script("search.js"))) <= _MOST


def test_stemmers_are_known_by_name() -> None:
    assert {path.stem for path in (_FOLDER / "stemmers").iterdir()} == STEMMERS
    assert list_stemmers(("az", "en-GB", "ru", "en")) == ("en", "ru")
