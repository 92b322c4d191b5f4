"""Compiled templates, as the state keeps them: compiling takes longer than most edits take to build.

A compiled template is a function of its text and of the engine, so looking it up is not a question. It is in
Python's ``marshal`` format, read only by the version that wrote it (the digest of the engine covers that),
and never without checking its digest: damaged code would crash the process.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable
from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from broadsheet.common import files

_SIZE = len(files.digest(b""))


class StoredBytecode(BytecodeCache):
    """Gives Jinja the compiled templates: https://jinja.palletsprojects.com/en/stable/api/#bytecode-cache."""

    def __init__(self, load: Callable[[str], bytes | None]) -> None:
        """Take what ``pack`` made of a template, by its name, from ``load``; None if there is none."""
        self._load = load

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return the name of a template as its key."""
        return name

    def get_source_checksum(self, source: str) -> str:
        """Return the source itself, which the digest covers."""
        return source

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill ``bucket`` with its code, if that was compiled from its source."""
        code = self._load(bucket.key)
        if code and code[:_SIZE] == _digest(bucket.checksum, code[_SIZE:]):
            bucket.code = marshal.loads(code[_SIZE:])  # noqa: S302 - with its digest

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store nothing: checking layouts stores them, once for all processes."""


def pack(text: str, code: CodeType) -> bytes:
    """Return a compiled template as the state keeps it, with a digest of it and of its source."""
    dumped = marshal.dumps(code)
    return _digest(text, dumped) + dumped


def _digest(text: str, code: bytes) -> bytes:
    return files.digest(files.digest(text.encode()) + code)
