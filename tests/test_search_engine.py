"""The search in the browser, in Node: what it finds is what a plain scan of the articles finds."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import missing
from tests.search_scan import Span, random_query, random_spans, scan, write_index
from tests.sites import ROOT


@dataclass(slots=True, kw_only=True)
class _Searches:
    """A Node process that answers searches."""

    process: subprocess.Popen[str]

    def ask(self, folder: Path, q: str = "", *, request: dict[str, Any] | None = None, **more: Any) -> Any:
        """Return the answer to a search in the index of ``folder``: see tests/search_engine.mjs."""
        years = sorted((int(file.stem) for file in folder.glob("????.json")), reverse=True)
        line = {"folders": [str(folder)], "years": years, "request": {"q": q, **(request or {})}, **more}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{json.dumps(line)}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def searches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Searches]:
    node = shutil.which("node")
    if node is None:
        missing("Node", "apt-get install nodejs")
    folder = tmp_path_factory.mktemp("search")
    shutil.copytree(ROOT / "static/search", folder / "search")
    # Browsers are told that these are modules by the page, and Node by this file.
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    line = [node, str(ROOT / "tests/search_engine.mjs"), str(folder / "search")]
    with subprocess.Popen(
        line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        yield _Searches(process=process)
        process.stdin.close()  # type: ignore[union-attr]


def _pages(spans: Iterable[Span]) -> dict[str, dict[str, str]]:
    """Return what stands on the pages of articles."""
    return {
        article.path: {"title": article.title, "text": article.body}
        for span in spans
        for article in span.articles
    }


@pytest.mark.parametrize("positions", [False, True])
@settings(max_examples=60)
@given(seed=st.integers(0, 2**32))
def test_a_search_finds_what_a_plain_scan_finds(
    searches: _Searches, tmp_path_factory: pytest.TempPathFactory, *, positions: bool, seed: int
) -> None:
    chance = random.Random(seed)
    spans = random_spans(chance)
    folder = tmp_path_factory.mktemp("index")
    write_index(folder, spans, "a", positions=positions)
    for _ in range(10):
        clauses, request = random_query(chance)
        languages = chance.choice((["en"], ["az"], ["en", "az"], []))
        q = " ".join(map(str, clauses))
        answer = searches.ask(
            folder, q, request=request, languages=languages, pages=_pages(spans), takes=[10, 10, None]
        )
        assert "error" not in answer, (q, answer["error"])
        found = [each for page in answer["pages"] for each in page["results"]]
        expected = scan(spans, clauses, request, languages)
        assert {each["path"] for each in found} == {each.path for each in expected}, (q, request, languages)
        assert len(found) == len(expected) == answer["pages"][-1]["total"], (q, request)
        if request["sort"] is None:
            assert [each["path"] for each in found] == [each.path for each in expected], (q, request)
    shutil.rmtree(folder)
