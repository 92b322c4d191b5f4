"""Tells how far long work has come, to whoever listens; prints nothing itself."""

from __future__ import annotations


class Progress:
    """A listener that does not listen; the command line has others."""

    def begin(self, stage: str, count: int) -> None:
        """Begin a stage of so many steps; of 0 if nobody counts them. It ends when the next one begins."""

    def step(self) -> None:
        """Take one step."""

    def wait(self) -> None:
        """Wait for another build of the same site."""
