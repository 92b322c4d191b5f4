"""Breaks a copy of Broadsheet in one place after another, and sees that each time some test fails.

    python bench/mutants.py
    python bench/mutants.py --only "newest"

For each kind of question its answer is made wrong, or kept from the first time it was asked, and its
footprint forgets everything, one side of a change, or one subject; each unit of the plan is dropped from its
footprint; and then what else incremental builds lean on. A mutant that no test notices has *survived*: a
test is missing, unless it stands in ``EQUIVALENT`` with the reason why nobody could notice it.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from broadsheet.archive.questions import KINDS  # noqa: E402 - the package lies beside this folder
from broadsheet.archive.questions.question import SourceQuestion  # noqa: E402

_COPIED = ("broadsheet", "tests", "layouts", "static", "content", "build.py", "site.toml", "pyproject.toml")
# Cheapest first: the first that fails ends the run of a mutant.
_LAW = (
    "tests/test_archive.py",
    "tests/test_related.py",
    "tests/test_exact_sets.py",
    "tests/test_edits.py",
)
_SITE = (
    "tests/test_archive.py::test_answers_are_what_going_through_all_articles_gives",
    "tests/test_exact_sets.py",
    "tests/test_writing.py",
    "tests/test_sample.py",
    "tests/test_sitemaps.py",
    "tests/test_feeds.py",
    "tests/test_layouts.py",
    "tests/test_edits.py",
    "tests/test_broken_sites.py",
    "tests/test_bulk.py",
)
_KILLS = ("tests/test_writing.py", "tests/test_kills.py", "tests/test_edits.py")
_LIMIT = 900.0

EQUIVALENT = {
    "nothing is broken": "it is whole",
    "tie-break of neighbours": "the index by which they are found is in that order",
    "tie-break of sitemaps": "the index by which they are found is in that order",
    "footprint of sitemaps without the side before": "the one subject is the same on either side",
    "footprint of sitemaps without the side after": "the one subject is the same on either side",
    "footprint of news without the side before": "the one subject is the same on either side",
    "footprint of news without the side after": "the one subject is the same on either side",
    "footprint of months without the side before": "it touches its one subject all the more",
    "footprint of months without the side after": "it touches its one subject all the more",
    "footprint of anniversaries without the side before": "it touches its one subject all the more",
    "footprint of anniversaries without the side after": "it touches its one subject all the more",
    "footprint of periods without the last subject": "that is a day, which has no smaller periods",
    "footprint of located without the side before": "that a facet or a profile comes or goes has no sides",
    "footprint of located without the side after": "that a facet or a profile comes or goes has no sides",
    "footprint of fronts without the side before": "that a facet comes or goes has no sides",
    "footprint of fronts without the side after": "that a facet comes or goes has no sides",
}


class Mutant(NamedTuple):
    """One place that is broken: ``change`` makes the text of a file of the package another."""

    name: str
    file: str
    change: Callable[[str], str]
    tests: tuple[str, ...]


# What is wrong with an answer, by kind: an expression of ``was``, the right one.
_WRONG = {
    "story": 'was and was.replace(\'"title":"\', \'"title":"T\')',
    "body": "was and was[:-1]",
    "target": "None",
    "gone": "was and (was[0] + 'T', *was[1:])",
    "around": "(was[0][:-1], was[1])",
    "related": "(was[0], was[1][:-1])",
    "within": "(was[0], None, was[2])",
    "newest": "was[:-1]",
    "fed": "was[:-1]",
    "fed_tags": "was[:-1]",
    "listing": "was[:-1]",
    "periods": "was[:-1]",
    "neighbours": "(was[1], was[0])",
    "count": "max(0, was - 1)",
    "facet": "None",
    "profile": "was and (was[0], was[1] + 'x')",
    "located": "was[:-1]",
    "near": "was[:-1]",
    "front": "was[:-1]",
    "key_stories": "was[:-1]",
    "author_box": "None",
    "byline": "was and was.replace('person', 'organization')",
    "names": "(was[0][:-1], was[1])",
    "fronts": "(was[0][:-1], was[1])",
    "kinds": "was[:-1]",
    "languages": "was[:-1]",
    "months": "was[:-1]",
    "anniversary": "was[:-1]",
    "anniversaries": "was[:-1]",
    "sitemap": "was[:-1]",
    "sitemaps": "was[:-1]",
    "news": "was[:-1]",
    "records": "was[:-1]",
    "setting": "None if subject.startswith('names.') else was",
    "given": "None",
    "template": "was and was + 'x'",
    "engine": "'the same'",
    "exists": "1",
    "file": "'the same'",
    "asset": "was and 'x' + was[1:]",
    "own_page": "was and (was[0], was[1] + 'x')",
    "own_page_translations": "was[:-1]",
    "own_page_addresses": "was[:-1]",
    "page_menu": "was[:-1]",
    "headline": "was and (was[0] + 'x', *was[1:])",
    "picture": "(0, 0, '', 0)",
    "picture_words": "('', was[1])",
    "moved": "was[:-1]",
    "declared": "was[:-1]",
    "search_spans": "was[:-1]",
    "search_segment": "(was[0], '')",
    "search_results": "(was[0], *(None for _ in was[1:]))",
}
_ANSWER = """

def _break(kind):
    real, first = type(kind).answer, {{}}
    def answer(self, state, subject, parameters):
        was = real(self, state, subject, parameters)
        return {wrong}
    type(kind).answer = answer
_break(_BY_NAME["{kind}"])
"""
_FIRST = "first.setdefault((subject, parameters), was)"
_FOOTPRINT = """

def _break(kind):
    real = type(kind).footprint
    def footprint(self, state, change):
        {before}
        return [subject for subject in subjects if subject not in {dropped}]
    type(kind).footprint = footprint
_break(_BY_NAME["{kind}"])
"""
_SIDE = (
    "import dataclasses; both = change.before and change.after;"
    " change = dataclasses.replace(change, {side}=None) if both else change;"
)
_SUBJECTS = " subjects = sorted(real(self, state, change), key=lambda each: (len(str(each)), str(each)))"
_FORGOTTEN = {
    "nothing at all": (_SUBJECTS.strip(), "subjects"),
    "without the side before": (_SIDE.format(side="before") + _SUBJECTS, "()"),
    "without the side after": (_SIDE.format(side="after") + _SUBJECTS, "()"),
    "without the first subject": (_SUBJECTS.strip(), "subjects[:1]"),
    "without the last subject": (_SUBJECTS.strip(), "subjects[-1:]"),
}
# Name, file, what stands there, what stands there then, tests.
_PLACES = (
    ("tie-break of the newest first", "archive/questions/listings.py", ", a.path DESC", "", _SITE),
    (
        "tie-break of the oldest first",
        "archive/questions/listings.py",
        "m.instant, a.path",
        "m.instant",
        _SITE,
    ),
    ("tie-break of neighbours", "archive/questions/articles.py", ", path {order} LIMIT", " LIMIT", _SITE),
    (
        "tie-break of a facet's earliest article",
        "archive/revision/counts.py",
        "m.instant, a.path LIMIT 1",
        "m.instant LIMIT 1",
        _LAW,
    ),
    (
        "articles whose time is over",
        "archive/revision/articles.py",
        '    "WHERE live = 1 AND expires IS NOT NULL AND expires <= :as_of",\n',
        "",
        _LAW,
    ),
    (
        "articles whose time is no longer over",
        "archive/revision/articles.py",
        '    "WHERE gone = 1 AND expires > :as_of",\n',
        "",
        _LAW,
    ),
    (
        "links to what is gone",
        "archive/revision/articles.py",
        "mark_target(self._db, facts.path, found=appears)",
        "mark_target(self._db, facts.path, found=live)",
        _LAW,
    ),
    (
        "tie-break of sitemaps",
        "archive/questions/names.py",
        'ORDER BY day, instant, path LIMIT ? OFFSET ?\n        """\n        return',
        'ORDER BY day, instant LIMIT ? OFFSET ?\n        """\n        return',
        _SITE,
    ),
    (
        "the reset of Markdown",
        "read/markdown/converter.py",
        "        markdown.reset()\n",
        "",
        ("tests/test_markdown.py", *_SITE),
    ),
    (
        "the engine is not asked",
        "render/renderer.py",
        '        self._recorder.ask(ENGINE, "all")\n',
        "",
        ("tests/test_edits.py",),
    ),
    (
        "the mark of what is about to change",
        "ledger/__init__.py",
        '        self._db.execute("COMMIT")\n        self._db.execute("BEGIN IMMEDIATE")\n',
        "",
        _KILLS,
    ),
    (
        "digests known before files are moved",
        "ledger/dependencies.py",
        "digest if rendered.unchanged else None",
        "digest",
        _KILLS,
    ),
    ("the rule for racy files", "build/scan.py", "look.mtime < before.scanned - _RACY", "True", _KILLS),
    ("the rule for racy folders", "build/scan.py", 'b"" if racy else marks', "marks", _KILLS),
    (
        "the plan of changed settings",
        "build/update.py",
        "every_unit=plan_differs",
        "every_unit=False",
        ("tests/test_plan_settings.py", *_LAW),
    ),
    ("reading anew", "build/scan.py", "return self._anew.articles", "return False", _LAW),
    (
        "pictures read anew",
        "build/scan.py",
        "return self._anew.pictures and is_picture(path)",
        "return False",
        ("tests/test_picture_files.py", *_LAW),
    ),
    (
        "the shape of a picture that an article brings",
        "archive/revision/__init__.py",
        "            note_shape(self._db, self._changes, path)\n",
        "            pass\n",
        _LAW,
    ),
    (
        "who shows a picture of static/",
        "archive/revision/links.py",
        '        changes.note_wants("file", target)\n',
        "        pass\n",
        _LAW,
    ),
    (
        "a picture of an article held back",
        "archive/revision/articles.py",
        "self.put(row_from_facts(stored.facts.text, stored.body, stored.search))",
        "self._put(row_from_facts(stored.facts.text, stored.body, stored.search))",
        _LAW,
    ),
    (
        "links to an article that leaves",
        "archive/revision/articles.py",
        "            mark_target(self._db, path, found=False)\n",
        "",
        ("tests/test_broken_sites.py", *_LAW),
    ),
    (
        "links to an article that comes",
        "archive/revision/articles.py",
        "            mark_target(self._db, facts.path, found=appears)\n",
        "",
        ("tests/test_broken_sites.py", *_LAW),
    ),
    (
        "a change of most articles",
        "archive/revision/changes.py",
        "        if self._all or self._most_changed():\n",
        "        if self._most_changed():\n            return build\n        if self._all:\n",
        ("tests/test_bulk.py",),
    ),
    (
        "a template that is kept is asked for",
        "render/templates/environment.py",
        "        text = self._recorder.ask(TEMPLATE, name)\n        known = self._templates.get(name)\n",
        (
            "        known = self._templates.get(name)\n        if known:\n            return known[1]\n"
            "        text = self._recorder.ask(TEMPLATE, name)\n"
        ),
        _SITE,
    ),
    (
        "questions of the archive that a kept piece asked",
        "render/recorder.py",
        "        frame.own.add(own)\n",
        "",
        _SITE,
    ),
    (
        "questions of the site that a kept piece asked",
        "render/recorder.py",
        "        frame.site.add(site)\n",
        "",
        _SITE,
    ),
    (
        "pieces that are not kept for others",
        "render/recorder.py",
        "        self._frame.uncacheable = True\n",
        "",
        ("tests/test_recorder.py", *_SITE),
    ),
    (
        "the staging tree goes when a build fails",
        "build/pipeline.py",
        "    except BaseException:\n        staging.clear()\n        raise\n",
        "    except BaseException:\n        raise\n",
        ("tests/test_disks.py", "tests/test_edits.py"),
    ),
    (
        "workers end with their build",
        "build/pool.py",
        "        os._exit(1)\n",
        "        pass\n",
        ("tests/test_kills.py",),
    ),
)


def main() -> int:
    """Try the mutants that the command line asks for; return 1 when one survived, or is out of date."""
    options = _options()
    mutants = [mutant for mutant in _mutants() if options.only in mutant.name]
    if options.list:
        stale = [mutant for mutant in mutants if not _breaks(mutant)]
        for mutant in mutants:
            print(f"{mutant.name}{': is out of date' if mutant in stale else ''}")
        return 1 if stale else 0
    with TemporaryDirectory(prefix="mutants-") as name, ThreadPoolExecutor(options.processes) as pool:
        folders = [Path(name, str(number)) for number in range(len(mutants))]
        failed = 0
        for mutant, (verdict, took) in zip(mutants, pool.map(_tried, mutants, folders), strict=True):
            why = EQUIVALENT.get(mutant.name, "")
            failed += not (verdict == "survived" if why else verdict.startswith("killed"))
            print(f"{mutant.name:64} {verdict}{': ' + why if why else ''} ({took:.0f} s)", flush=True)
    print(f"{len(mutants)} mutants, {failed} of them alive")
    return 1 if failed else 0


def _mutants() -> Iterator[Mutant]:
    package = "archive/questions/__init__.py"
    yield Mutant("nothing is broken", package, _appending("\n"), (_SITE[0], *_LAW))
    for kind in (kind.name for kind in KINDS):
        for what, wrong in (("wrong", _WRONG[kind]), ("that of the first time", _FIRST)):
            text = _ANSWER.format(kind=kind, wrong=wrong)
            yield Mutant(f"answer of {kind} {what}", package, _appending(text), _SITE)
    for each in KINDS:
        forgotten = list(_FORGOTTEN.items())
        for what, (before, dropped) in forgotten[:1] if isinstance(each, SourceQuestion) else forgotten:
            text = _FOOTPRINT.format(kind=each.name, before=before, dropped=dropped)
            yield Mutant(f"footprint of {each.name} {what}", package, _appending(text), _LAW)
    source = (ROOT / "broadsheet/plan/units.py").read_text(encoding="utf-8")
    for unit in _yields(source):
        yield Mutant(f"unit {unit}", "plan/units.py", _without(unit), _LAW)
    for name, file, old, new, tests in _PLACES:
        yield Mutant(name, file, _replacing(old, new), tests)


def _appending(text: str) -> Callable[[str], str]:
    return lambda source: source + text


def _replacing(old: str, new: str) -> Callable[[str], str]:
    return lambda source: source.replace(old, new)


def _without(unit: str) -> Callable[[str], str]:
    return lambda source: source.replace(unit, "pass", 1)


def _yields(source: str) -> list[str]:
    """Return each statement of ``plan.footprint`` that yields a unit."""
    body = next(
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name == "footprint"
    )
    statements = [
        node
        for node in ast.walk(body)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield | ast.YieldFrom)
    ]
    return [ast.get_source_segment(source, node) or "" for node in statements]


def _breaks(mutant: Mutant) -> bool:
    """Return whether what a mutant breaks is still there."""
    text = (ROOT / "broadsheet" / mutant.file).read_text(encoding="utf-8")
    return mutant.change(text) != text


def _tried(mutant: Mutant, folder: Path) -> tuple[str, float]:
    """Break a copy, run tests on it; return what became of it, and in how many seconds."""
    began = time.monotonic()
    if not _breaks(mutant):
        return "is out of date", 0.0
    for name in _COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(
                source, folder / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__")
            )
        else:
            shutil.copy(source, folder / name)
    file = folder / "broadsheet" / mutant.file
    file.write_text(mutant.change(file.read_text(encoding="utf-8")), encoding="utf-8")
    verdict = "survived"
    for tests in mutant.tests:
        line = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", tests]
        environment = os.environ | {"HYPOTHESIS_PROFILE": "unshrunk", "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(
                line, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=_LIMIT
            )
        except subprocess.TimeoutExpired:
            verdict = f"killed: {tests} does not end"
            break
        if done.returncode == 1:
            found = re.search(r"^FAILED \S+::(\S+)", done.stdout, re.MULTILINE)
            verdict = f"killed by {found[1] if found else tests}"
            break
        if done.returncode:
            verdict = f"cannot be tried: {done.stdout[-500:]}{done.stderr[-500:]}"
            break
    shutil.rmtree(folder)
    return verdict, time.monotonic() - began


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="See that each broken place makes a test fail.")
    parser.add_argument("--only", default="", help="only the mutants whose name contains this")
    parser.add_argument("--list", action="store_true", help="only name them, and those that are out of date")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
