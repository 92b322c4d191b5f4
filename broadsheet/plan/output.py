"""One output of the plan."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Output:
    """One file that the site shall have.

    ``path`` is where it stands in the output folder; ``kind`` names how it is rendered (see
    ``render.outputs``), ``subject`` what of: a source's path, or the text form of a listing's key.
    """

    path: str
    kind: str
    subject: str = ""
