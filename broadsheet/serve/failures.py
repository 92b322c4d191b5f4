"""What keeps the preview from making the site though no source has a problem. Nothing of it ends the preview.

The system may have no room, memory or descriptors left, which passes: it is tried again. The state may be
damaged: it is a cache, so it is made anew. Else it is a fault of Broadsheet, and the terminal shows the
traceback.
"""

from __future__ import annotations

import sqlite3
import traceback
from collections.abc import Callable
from typing import Final

from broadsheet.archive.database import is_damage, is_temporary
from broadsheet.archive.state_connection import DamagedStateError
from broadsheet.common.problems import Problem

_PLACE: Final = "the preview"
_AGAIN = "It tries again by itself, and shows the last good pages until then."
_ANEW = "It reads the site again, and shows the last good pages until then."
_FAULT = (
    "This is a fault of Broadsheet; please report it with the traceback on the terminal."
    " The last good pages are shown until you save something else."
)
_MAX_WORDS = 300
_LOCKED = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED))


class Failures:
    """What has failed: whether to try again (``has_failed``), with a new state (``state_is_suspect``)."""

    def __init__(self, say: Callable[[str], None]) -> None:
        """Take what prints a text."""
        self.has_failed = False
        self.state_is_suspect = False
        self._say = say
        self._wake: Callable[[], None] = lambda: None
        # Pages are rendered from a state that is suspect until the next build is shown, made from a new one.
        self._renders_suspect = False
        self._printed = ""
        self._suspected: dict[str, str] = {}

    def on_failure(self, wake: Callable[[], None]) -> None:
        """Have ``wake`` called, by any thread, when a failure of rendering calls for a revision."""
        self._wake = wake

    def suspects_state(self, error: Exception, doing: str) -> bool:
        """Return whether what failed in ``doing`` something may come from a damaged state.

        What fails in the same way with a new state does not come from there.
        """
        if isinstance(error, DamagedStateError):
            return True
        if isinstance(error, sqlite3.DatabaseError) and is_damage(error):
            return True
        if is_passing(error):
            return False
        last, self._suspected[doing] = self._suspected.get(doing), repr(error)
        return self._renders_suspect or self._suspected[doing] != last

    def note_shown(self) -> None:
        """Take note that a new build is shown."""
        self._renders_suspect = self.state_is_suspect

    def clear(self, doing: str) -> None:
        """Forget what failed in ``doing`` something: now it was done."""
        if self._suspected:
            self._suspected.pop(doing, None)

    def note(self, error: Exception, doing: str) -> Problem:
        """Return what failed in rendering as a problem, and call for a revision if that may set it right."""
        suspect = self.suspects_state(error, doing)
        self.state_is_suspect |= suspect
        self._renders_suspect |= suspect
        problem = self.describe(error, doing, suspect=suspect)
        if self.has_failed:
            self._wake()
        return problem

    def describe(self, error: Exception, doing: str, *, suspect: bool = False) -> Problem:
        """Return what failed as a problem; ``doing`` says what, such as ``make this page``.

        Prints the traceback unless the system refused something, or the state is ``suspect``.
        """
        self.has_failed |= suspect or is_passing(error)
        if suspect:
            return Problem(path=_PLACE, message=f"cannot {doing}: its state is damaged", hint=_ANEW)
        if is_passing(error):
            reason = (isinstance(error, OSError) and error.strerror) or str(error) or "no memory is left"
            return Problem(path=_PLACE, message=f"cannot {doing}: {reason}", hint=_AGAIN)
        place = repr((error, traceback.extract_tb(error.__traceback__)[-1:]))
        if place != self._printed:
            self._printed = place
            self._say("".join(traceback.format_exception(error)).rstrip())
        words = f"{type(error).__name__}: {error}".removesuffix(": ")
        if notes := getattr(error, "__notes__", ()):
            words += f" ({'; '.join(notes)})"
        return Problem(path=_PLACE, message=f"cannot {doing}: {words[:_MAX_WORDS]}", hint=_FAULT)


def is_passing(error: BaseException) -> bool:
    """Return whether the system refused something that it may grant later: room, memory, descriptors.

    No other process uses the preview's state, so one that is locked for long is a damaged one.
    """
    if isinstance(error, sqlite3.Error):
        return is_temporary(error) and getattr(error, "sqlite_errorcode", 0) not in _LOCKED
    return isinstance(error, (OSError, MemoryError))
