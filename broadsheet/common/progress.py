"""Progress reports of long-running work; the command line prints them."""

from __future__ import annotations


class Progress:
    """The null progress reporter; subclasses show something."""

    def begin(self, stage: str, count: int) -> None:
        """Begin a stage of ``count`` steps, 0 if they are not counted; it lasts until the next one begins."""

    def step(self) -> None:
        """Report one step."""

    def wait(self) -> None:
        """Report that another build of the same site is being waited for."""

    def redo(self) -> None:
        """Report that a process was killed, and that its work is done again."""

    def begin_anew(self) -> None:
        """Report that the state was damaged, so that everything is read and rendered again."""
