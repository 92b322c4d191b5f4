"""The list of what a build changed in the output folder, for whatever copies files or purges a cache.

One line a file, three columns with tabs between them: ``+`` (written) or ``-`` (removed), the file's path in
the output folder, and its URL. After a build that was interrupted while files were being moved, the next one
lists every file: it is not known which of them the other has written.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

from broadsheet.common.urls import Urls

# A line break in the name of a file would forge a line. No host can have such a file by this name.
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


class ChangedList:
    """The list in ``file``, which is replaced as a whole at the end, unless the build fails.

    A context manager. ``urls`` makes the URLs. Without a ``file`` there is no list. A pipe or a device, such
    as /dev/null or /dev/stdout, is written to at the end, and not replaced. Raises ``OSError`` for a folder,
    and where no file can be written.
    """

    def __init__(self, file: Path | None, urls: Urls) -> None:
        self._file = file
        self._urls = urls
        self._part: Path | None = None
        if file is None:
            return
        self._stream: IO[str]
        if file.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
        if file.exists() and not file.is_file():
            from tempfile import TemporaryFile  # noqa: PLC0415 - slow to load, and few builds need it

            self._stream = TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115 - until the end
        else:
            self._part = file.with_name(f".{file.name}.{os.urandom(4).hex()}")
            self._stream = self._part.open("w", encoding="utf-8", newline="\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._file is None:
            return
        with self._stream:
            if kind is None and self._part is None:
                self._stream.seek(0)
                with self._file.open("w", encoding="utf-8", newline="\n") as device:
                    shutil.copyfileobj(self._stream, device)
        if self._part is not None and kind is None:
            self._part.replace(self._file)
        elif self._part is not None:
            self._part.unlink(missing_ok=True)

    def __bool__(self) -> bool:
        """Return whether there is a list."""
        return self._file is not None

    def add(self, sign: str, paths: Iterable[str]) -> None:
        """Add output paths that were written, with the sign ``+``, or removed, with ``-``."""
        if self._file is not None:
            for path in paths:
                shown = _CONTROL.sub(lambda match: quote(match[0]), path)
                self._stream.write(f"{sign}\t{shown}\t{self._urls.permalink(path)}\n")
