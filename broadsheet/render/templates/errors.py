"""Errors that a layout makes while it is rendered, with a hint that says what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import jinja2
from jinja2.runtime import Undefined
from jinja2.utils import missing

from broadsheet.common.problems import find_nearest
from broadsheet.render.templates.names import GLOBALS, LAYOUTS


class LayoutError(jinja2.TemplateRuntimeError):
    """A layout asked for something that does not exist; ``hint`` says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Take what is wrong, and what to do about it."""
        super().__init__(message)
        self.hint = hint


class StrictUndefined(jinja2.StrictUndefined):
    """An undefined name: any use of it raises ``LayoutError``, which suggests the nearest name."""

    __slots__ = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on as they are
        super().__init__(*args, **kwargs)
        self._undefined_exception = _error_of(self)  # type: ignore[assignment]


def check_date(value: object) -> dt.date:
    """Return a date that a layout passed to a filter; raises ``LayoutError`` if it is something else."""
    if not isinstance(value, dt.date):
        message = f"{type(value).__name__} is not a date"
        raise LayoutError(message, "Dates of an article are .day, .date and .updated, which may be none.")
    return value


def _error_of(undefined: Undefined) -> Callable[[str | None], LayoutError]:
    def error(_message: str | None = None) -> LayoutError:
        owner, name = undefined._undefined_obj, undefined._undefined_name  # noqa: SLF001 - Jinja's own protocol
        if undefined._undefined_hint:  # noqa: SLF001 - of what has no name, such as the least of no numbers
            return LayoutError(undefined._undefined_hint.rstrip("."))  # noqa: SLF001
        if owner is missing:
            names: Iterable[str] = (*GLOBALS, *(name for names in LAYOUTS.values() for name in names))
            message = f"{name} is not defined"
        else:
            names = [each for each in dir(owner) if not each.startswith("_")]
            if isinstance(owner, Mapping):
                names = [str(each) for each in owner]
            message = f"{type(owner).__name__} has no {name}"
        meant = find_nearest(str(name), names)
        return LayoutError(message, f"Did you mean {meant}?" if meant else "")

    return error
