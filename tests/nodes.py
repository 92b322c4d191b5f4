"""Runs JavaScript in Node: one process that is asked line by line."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.conftest import missing
from tests.sites import environment

_LOOP = """
const { createInterface } = await import("node:readline");
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
}
"""


@contextmanager
def answering(script: str) -> Iterator[Callable[[Any], Any]]:
    """Give a function that returns what ``answer`` of ``script``, an ES module, returns for a value.

    Both are what JSON can hold.
    """
    node = shutil.which("node")
    if node is None:
        missing("Node", "apt-get install nodejs")
    with subprocess.Popen(
        [node, "--input-type=module", "--eval", f"{script}\n{_LOOP}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment(),
    ) as process:
        assert process.stdin
        assert process.stdout
        asked, answers = process.stdin, process.stdout

        def ask(value: Any) -> Any:
            asked.write(json.dumps(value) + "\n")
            asked.flush()
            return json.loads(answers.readline())

        yield ask
        asked.close()
