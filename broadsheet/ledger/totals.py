"""The marker of a build and the sizes of its outputs, updated with each output and never counted anew."""

from __future__ import annotations

import json
from typing import NamedTuple

from broadsheet.common import files


class Counted(NamedTuple):
    """One output as the totals count it, by the digest and size of its bytes as last rendered.

    ``digest`` is None for an output that was not rendered yet: it does not count.
    """

    path: str
    kind: str
    digest: bytes | None
    size: int


class Totals:
    """What all rendered outputs of a folder come to.

    Updating them costs what has changed, whatever the number of outputs. The marker is a sum for that
    reason: blake2b of each output's path and digest, added up modulo 2 to the 128th.
    """

    def __init__(self, marker: str, by_kind: str) -> None:
        """Start from the totals of the folder's last build, as text (see ``marker`` and ``to_json``)."""
        self._sum = int(marker, 16)
        self._by_kind: dict[str, tuple[int, int]] = json.loads(by_kind)

    @property
    def marker(self) -> str:
        """The build's marker: a digest of the paths and bytes of all outputs, in 32 hexadecimal digits."""
        return f"{self._sum:032x}"

    @property
    def by_kind(self) -> dict[str, tuple[int, int]]:
        """For each kind of output, how many are rendered, and their size in bytes."""
        return {kind: (count, size) for kind, (count, size) in sorted(self._by_kind.items()) if count}

    def to_json(self) -> str:
        """Return the sizes by kind as text."""
        return json.dumps(self._by_kind, sort_keys=True)

    def add(self, output: Counted) -> None:
        """Count an output."""
        self._count(output, 1)

    def subtract(self, output: Counted) -> None:
        """Count an output no longer."""
        self._count(output, -1)

    def _count(self, output: Counted, sign: int) -> None:
        path, kind, digest, size = output
        if digest is None:
            return
        row = files.digest(path.encode() + b"\0" + digest)
        self._sum = (self._sum + sign * int.from_bytes(row)) % 2**128
        count, total = self._by_kind.get(kind, (0, 0))
        self._by_kind[kind] = count + sign, total + sign * size
