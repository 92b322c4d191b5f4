"""Templates as Python's compiler left them, to be kept: making them anew takes longer than most edits.

A compiled template is a function of its text and of the engine, so keeping it is no answer to a question.
It is Python's own ``marshal``, read by the version that wrote it only (the engine's digest holds that), and
never without its digest: what is damaged would end the process.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable
from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from broadsheet.common import files

_SIZE = len(files.digest(b""))


class Compiled(BytecodeCache):
    """Jinja's door to what was kept: https://jinja.palletsprojects.com/en/stable/api/#bytecode-cache."""

    def __init__(self, kept: Callable[[str], bytes | None]) -> None:
        """Take templates, packed, by their names from ``kept``; None: there is no such one."""
        self._kept = kept

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return the key of a template: its name."""
        return name

    def get_source_checksum(self, source: str) -> str:
        """Return what tells a text from others: itself."""
        return source

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give ``bucket`` its code, if that was kept for its text."""
        code = self._kept(bucket.key)
        if code and code[:_SIZE] == _digest(bucket.checksum, code[_SIZE:]):
            bucket.code = marshal.loads(code[_SIZE:])  # noqa: S302 - with its digest

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep nothing: that is done where layouts are checked, once for all processes."""


def packed(text: str, code: CodeType) -> bytes:
    """Return a compiled template as it is kept, bound to its text."""
    kept = marshal.dumps(code)
    return _digest(text, kept) + kept


def _digest(text: str, code: bytes) -> bytes:
    return files.digest(files.digest(text.encode()) + code)
