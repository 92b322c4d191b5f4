"""How long the preview renders one page, so that an endless loop in a layout does not keep all pages waiting.

A build has no such limit: what it writes must not depend on how fast the machine is.
"""

from __future__ import annotations

import time

from broadsheet.render.templates.errors import LayoutError

LONGEST = 10.0  # seconds
# After one page was stopped, most others would be too; and a newer build must not wait for those of an older.
_HURRIED = 1.0  # seconds
_HINT = "A loop, a macro or an include here may never end. Only the preview stops it; a build would go on."


class Deadline:
    """The time that the page being rendered may take; all but ``hurry`` is called by one thread."""

    def __init__(self, longest: float) -> None:
        """Give each page ``longest`` seconds."""
        self._longest = longest
        self._limit = longest
        self._begun = 0.0

    def begin(self) -> None:
        """Begin a page."""
        self._begun = time.monotonic()

    def check(self) -> None:
        """Raise ``LayoutError`` if the page has had its time."""
        limit = self._limit
        if time.monotonic() - self._begun > limit:
            self.hurry()
            seconds = f"{limit:g} second{'' if limit == 1 else 's'}"
            raise LayoutError(f"the page is not ready after {seconds}", _HINT)

    def hurry(self) -> None:
        """Give pages little time until the next ``relax``, the one that is being rendered too."""
        self._limit = min(_HURRIED, self._longest)

    def relax(self) -> None:
        """Give each page its whole time again."""
        self._limit = self._longest
