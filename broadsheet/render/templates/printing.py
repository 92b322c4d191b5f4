"""What a layout may print: nothing whose text would contain an address, which differs from run to run."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, cast

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.utils import internalcode
from markupsafe import Markup, escape

from broadsheet.render.template_api import Archive, Site, Words
from broadsheet.render.templates.errors import LayoutError

_FILTERS_OF_TEXT = frozenset(
    (
        *("capitalize", "center", "e", "escape", "forceescape", "indent", "lower", "replace", "safe"),
        *("string", "striptags", "title", "trim", "truncate", "upper", "urlize", "wordcount", "wordwrap"),
    )
)
_TEXTS = frozenset((str, Markup, int, float))
_SPECIAL = re.compile("[&<>'\"]")


class PrintingCodeGenerator(CodeGenerator):
    """Compiles templates so that every value is checked before it becomes text.

    Printed values go through ``environment.print_value(…)``, which also escapes them; values that filters and
    ``~`` turn into text go through ``environment.check_text(…)``. Loops go through ``environment.steps(…)``.
    """

    _iterated: nodes.Node | None = None

    def visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - Jinja's
        """Write a node; what a loop goes through in a call of ``environment.steps``."""
        if node is not self._iterated:
            return super().visit(node, *args, **kwargs)
        self.write("environment.steps(")
        super().visit(node, *args, **kwargs)
        return self.write(")")

    def write(self, x: str) -> None:
        """Write code. Calls stay calls of the context, though operators are intercepted."""
        super().write("context.call(" if x == "environment.call(context, " else x)

    def visit_Const(self, node: nodes.Const, frame: Frame) -> None:  # noqa: N802 - Jinja's
        """Write a constant, also 1e999, which Jinja writes as a name."""
        if isinstance(node.value, float) and not math.isfinite(node.value):
            self.write(f"float({str(node.value)!r})")
        else:
            super().visit_Const(node, frame)

    def visit_Assign(self, node: nodes.Assign, frame: Frame) -> None:  # noqa: N802 - Jinja's
        """Write ``{% set … %}``; what is checked before it is of its line too."""
        self.newline(node)
        super().visit_Assign(node, frame)

    def visit_With(self, node: nodes.With, frame: Frame) -> None:  # noqa: N802 - Jinja's
        """Write ``{% with … %}``, whose values are of its line."""
        self.newline(node)
        super().visit_With(node, frame)

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802 - Jinja's
        """Write a loop."""
        outer, self._iterated = self._iterated, node.iter
        super().visit_For(node, frame)
        self._iterated = outer

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ANN401 - Jinja's
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.print_value((")

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - Jinja's
        """Write ``one ~ other`` with a check of each operand."""
        self.write("(markup_join if context.eval_ctx.autoescape else str_join)((")
        for each in node.nodes:
            self._visit_text(each, frame)
            self.write(", ")
        self.write("))")

    def visit_Filter(self, node: nodes.Filter, frame: Frame) -> None:  # noqa: N802 - Jinja's
        """Write a filter; one that works on text with a check of what it is given."""
        if node.node is None or node.name not in _FILTERS_OF_TEXT or isinstance(node.node, nodes.Const):
            super().visit_Filter(node, frame)
            return
        with self._filter_test_common(node, frame, is_filter=True):
            self._visit_text(node.node, frame)

    def _visit_text(self, node: nodes.Expr, frame: Frame) -> None:
        self.write("environment.check_text(")
        self.visit(node, frame)
        self.write(")")


@internalcode
def print_value(value: Any) -> str:  # noqa: ANN401 - whatever a layout prints
    """Return what ``{{ value }}`` prints, escaped: ``escape(finalize(value))``, the commonest types first."""
    kind = type(value)
    if kind is str:
        return escape(value) if _SPECIAL.search(value) else cast("str", value)
    if kind is Markup:
        return cast("Markup", value)
    return str(value) if kind is int else escape(finalize(value))


def finalize(value: object) -> object:
    """Return what ``{{ value }}`` prints, nothing for None; raises ``LayoutError`` for an address."""
    return "" if value is None else _check(value)


@internalcode
def check_text(value: Any) -> Any:  # noqa: ANN401 - whatever a layout turns into text
    """Return ``value``, which becomes text; raises ``LayoutError`` if that would contain an address."""
    return value if type(value) in _TEXTS else _check(value)


def _check(value: object) -> object:
    if isinstance(value, Iterator):
        raise LayoutError(f"{type(value).__name__} cannot be printed", 'Add a filter such as | join(", ").')
    kind = type(value)
    nameless = kind.__repr__ is object.__repr__ and kind.__str__ is object.__str__
    if nameless or callable(value) or isinstance(value, (Archive, Site, Words)):
        if isinstance(value, (jinja2.Undefined, Markup)):
            return value
        message = f"{type(value).__name__} cannot be printed"
        raise LayoutError(message, "Print one of its parts, or call it.")
    return value
