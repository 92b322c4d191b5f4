"""Jinja as layouts have it: what a template can see, call and print, and what a wrong name is told.

A layout may learn nothing but through questions. So there is no clock, no chance and no file here: the
templates' own sources are questions too, also the ones that are not there, and what would print
differently from run to run (an object's address) is refused.

All pages are rendered in one environment, one after the other, and nothing of a page is left for the next.
What a template that is imported defines is made once for all of them in one language, and kept by
``DependencyRecorder.memoized``: a page that imports it has asked what was asked on the way, and a template
that looked at the page being made, or holds something that a page may change, is not kept.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import is_dataclass
from types import MappingProxyType
from typing import Any, TypeVar, cast

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import Template, TemplateModule
from jinja2.runtime import Context, Macro, Undefined
from jinja2.utils import internalcode, missing
from markupsafe import Markup, escape

from broadsheet.archive.questions.question import Answer
from broadsheet.common import files
from broadsheet.common.model import Correction, Retraction
from broadsheet.common.problems import nearest
from broadsheet.read import markdown
from broadsheet.render import views, words
from broadsheet.render.formats import maps
from broadsheet.render.formats.feeds import timestamp
from broadsheet.render.recorder import DependencyRecorder, checked
from broadsheet.render.template_api import Archive, Page, Site, Words
from broadsheet.render.templates.bytecode import Compiled
from broadsheet.settings import Publisher

FOLDER = files.LAYOUTS
LAYOUTS: Mapping[str, tuple[str, ...]] = {
    "article.html": ("article",),
    "listing.html": ("listing",),
    "names.html": ("index",),
    "home.html": (),
    "archive.html": (),
    "latest.html": (),
    "anniversary.html": ("anniversary",),
    "anniversaries.html": (),
    "404.html": (),
    "redirect.html": ("target",),
    "gone.html": ("gone",),
}
GLOBALS = (
    *("site", "page", "archive", "words", "static", "url", "csp", "structured", "open_graph", "lang"),
    *("weekdays", "citation"),
    *("range", "dict", "cycler", "joiner", "namespace"),
)
_IMPURE_FILTERS = ("random", "pprint")
_FILTERS_OF_TEXT = frozenset(
    (
        *("capitalize", "center", "e", "escape", "forceescape", "indent", "lower", "replace", "safe"),
        *("string", "striptags", "title", "trim", "truncate", "upper", "urlize", "wordcount", "wordwrap"),
    )
)
_TEXTS = frozenset((str, Markup, int, float))
_SPECIAL = re.compile("[&<>'\"]")
# What a page cannot change. An article is not among them: its extra fields are a mapping.
_LASTING = frozenset(
    (
        *(str, Markup, int, float, bool, type(None), dt.date, dt.datetime),
        *(Macro, TemplateModule, Site, Archive, Page, Words, Publisher, Correction, Retraction),
        *(maps.Map, maps.Spot, words.WordTable, words.Plural),
        *(noun for noun in vars(views).values() if is_dataclass(noun) and noun is not views.Article),
    )
)

_AnEnvironment = TypeVar("_AnEnvironment", bound=jinja2.Environment)


class MistakeError(jinja2.TemplateRuntimeError):
    """A layout asked for something that there is not; ``hint`` says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Say what is wrong, and what to do about it."""
        super().__init__(message)
        self.hint = hint


class _Template(Template):
    """A template; what it defines, when it is imported, is the environment's to keep."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return cast("Environment", self.environment).imported(self)


class _Context(Context):
    """What a template knows while it is rendered; it calls macros and our own methods without detours.

    Before any call Jinja looks whether a context is to be handed over, and then takes arguments apart.
    """

    environment: Environment

    @internalcode
    def call(self, called: Any, /, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - Jinja's
        if (
            type(called) is not Macro
            and type(getattr(called, "__self__", None)) not in self.environment.direct
        ):
            return super().call(called, *arguments, **named)
        named.pop("_block_vars", None)
        named.pop("_loop_vars", None)
        if type(called) is not Macro:
            return called(*arguments, **named)
        # What is uncommon, or wrong, is left to Jinja.
        most = len(called.arguments)
        if called.caller or called.catch_kwargs or called.catch_varargs or len(arguments) > most:
            return called(self.eval_ctx, *arguments, **named)
        rest = [named.pop(name, missing) for name in called.arguments[len(arguments) :]]
        if named:
            return called(self.eval_ctx, *arguments, **named)
        text = called._func(*arguments, *rest)  # noqa: SLF001 - as Macro does itself
        return Markup(text) if self.eval_ctx.autoescape and type(text) is not Markup else text  # noqa: S704 - escaped


class _CodeGenerator(CodeGenerator):
    """Writes ``environment.printed(…)`` in place of ``escape(environment.finalize(…))``.

    And ``environment.nameable(…)`` around what becomes a text on the way: printed, that is one already.
    """

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ANN401 - Jinja's
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.printed((")

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - Jinja's
        self.write("(markup_join if context.eval_ctx.autoescape else str_join)((")
        for each in node.nodes:
            self._nameable(each, frame)
            self.write(", ")
        self.write("))")

    def visit_Filter(self, node: nodes.Filter, frame: Frame) -> None:  # noqa: N802 - Jinja's
        if node.node is None or node.name not in _FILTERS_OF_TEXT or isinstance(node.node, nodes.Const):
            super().visit_Filter(node, frame)
            return
        with self._filter_test_common(node, frame, is_filter=True):
            self._nameable(node.node, frame)

    def _nameable(self, node: nodes.Expr, frame: Frame) -> None:
        self.write("environment.nameable(")
        self.visit(node, frame)
        self.write(")")


class Environment(jinja2.Environment):
    """The environment of one process. Each use of a template is a question, each text is compiled once."""

    template_class = _Template
    context_class = _Context
    code_generator_class = _CodeGenerator

    def __init__(self, recorder: DependencyRecorder, compiled: Compiled, direct: frozenset[type]) -> None:
        """Take templates from ``recorder``, and their code from ``compiled`` if it is there.

        Methods of the classes ``direct`` want no context, and are called without detours.
        """
        loader = jinja2.FunctionLoader(self._source)
        super().__init__(loader=loader, bytecode_cache=compiled, autoescape=True, **_OPTIONS)
        _prepared(self)
        self._recorder = recorder
        self.direct = direct
        # Each with its source: Jinja's own cache, switched off, would not see that another was answered.
        self._templates: dict[str, tuple[Answer, Template]] = {}
        self._changes = 0
        self._changeable: dict[tuple[Template, str], tuple[tuple[object, ...], str]] = {}

    def begin(self) -> None:
        """Begin a new page: if the last one changed a list or a mapping of a module, all are made anew."""
        if any(repr(values) != text for values, text in self._changeable.values()):
            self._changes += 1
            self._changeable.clear()

    def imported(self, template: Template) -> TemplateModule:
        """Return what ``template`` defines."""
        return self._recorder.memoized(self._defined, template, self._changes, self._recorder.language)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template, which are those of all."""
        return self.globals

    @staticmethod
    @internalcode
    def printed(value: Any) -> str:  # noqa: ANN401 - whatever a layout prints
        """Return what ``{{ value }}`` prints: ``escape(_printable(value))``, the commonest kinds first."""
        kind = type(value)
        if kind is str:
            return escape(value) if _SPECIAL.search(value) else cast("str", value)
        if kind is Markup:
            return cast("Markup", value)
        return str(value) if kind is int else escape(_printable(value))

    @staticmethod
    @internalcode
    def nameable(value: Any) -> Any:  # noqa: ANN401 - whatever a layout makes a text of
        """Return ``value``, of which a text is made; refuses what would have an address in it."""
        return value if type(value) in _TEXTS else _refused(value)

    def _source(self, name: str) -> tuple[str, str, None] | None:
        text = self._recorder.ask("template", name)
        return None if text is None else (cast("str", text), f"{FOLDER}/{name}", None)

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:  # noqa: A002 - Jinja's
        text = self._recorder.ask("template", name)
        known = self._templates.get(name)
        if known is None or (known[0] is not text and known[0] != text):
            known = self._templates[name] = text, super()._load_template(name, globals)
        return known[1]

    def _defined(self, template: Template, _changes: int, language: str) -> TemplateModule:
        context = template.new_context()
        module = TemplateModule(template, context)
        values = tuple(value for value in context.vars.values() if not _is_lasting(value))
        if not all(map(_is_plain, values)):
            self._recorder.mark_uncacheable()
        elif values:
            self._changeable[template, language] = values, repr(values)
        return module


class _Unknown(jinja2.StrictUndefined):
    """An undefined name, which says what was probably meant."""

    __slots__ = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed on as they are
        super().__init__(*args, **kwargs)
        self._undefined_exception = _unknown_name(self)  # type: ignore[assignment]


def _unknown_name(unknown: Undefined) -> Callable[[str | None], MistakeError]:
    def error(_message: str | None = None) -> MistakeError:
        owner, name = unknown._undefined_obj, unknown._undefined_name  # noqa: SLF001 - Jinja's own protocol
        if owner is jinja2.utils.missing:
            names: Iterable[str] = (*GLOBALS, *(name for names in LAYOUTS.values() for name in names))
            message = f"{name} is not defined"
        else:
            names = [each for each in dir(owner) if not each.startswith("_")]
            if isinstance(owner, Mapping):
                names = [str(each) for each in owner]
            message = f"{type(owner).__name__} has no {name}"
        meant = nearest(str(name), names)
        return MistakeError(message, f"Did you mean {meant}?" if meant else "")

    return error


def parser() -> jinja2.Environment:
    """Return an environment that reads and compiles templates as ``Environment`` does, and renders none."""
    environment = jinja2.Environment(autoescape=True, **_OPTIONS)
    environment.code_generator_class = _CodeGenerator
    return _prepared(environment)


def _prepared(environment: _AnEnvironment) -> _AnEnvironment:
    """Return an environment with the filters that layouts have, and without what differs from run to run."""
    del environment.globals["lipsum"]
    for name in _IMPURE_FILTERS:
        del environment.filters[name]
    environment.filters |= {"iso": _iso, "led": _led, **dict.fromkeys(("date", "time", "fill"), _placeholder)}
    return environment


def _placeholder(_moment: dt.date) -> str:
    raise AssertionError


def _is_lasting(value: object) -> bool:
    """Return whether nothing that a page does can change ``value``."""
    return all(map(_is_lasting, value)) if isinstance(value, tuple) else type(value) in _LASTING


def _is_plain(value: object) -> bool:
    """Return whether ``value`` is lasting, or lists and mappings of what is: its repr tells every change."""
    if isinstance(value, dict):
        return all(_is_plain(each) for pair in value.items() for each in pair)
    return all(map(_is_plain, value)) if isinstance(value, (list, tuple)) else type(value) in _LASTING


def _printable(value: object) -> object:
    """Return what ``{{ value }}`` prints; refuses what would print an address."""
    return "" if value is None else _refused(value)


def _refused(value: object) -> object:
    """Return ``value``, unless its text would have an address in it."""
    if isinstance(value, Iterator):
        raise MistakeError(f"{type(value).__name__} cannot be printed", 'Add a filter such as | join(", ").')
    kind = type(value)
    nameless = kind.__repr__ is object.__repr__ and kind.__str__ is object.__str__
    if nameless or callable(value) or isinstance(value, (Archive, Site, Words)):
        if isinstance(value, (jinja2.Undefined, Markup)):
            return value
        message = f"{type(value).__name__} cannot be printed"
        raise MistakeError(message, "Print one of its parts, or call it.")
    return value


_OPTIONS: Mapping[str, Any] = MappingProxyType(
    {
        "undefined": _Unknown,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "keep_trailing_newline": True,
        "finalize": _printable,
        "auto_reload": False,
        "cache_size": 0,
    }
)


def _iso(moment: dt.date) -> str:
    moment = moment_of(moment)
    return timestamp(moment) if isinstance(moment, dt.datetime) else moment.isoformat()


def _led(body: str, dateline: views.Facet | None) -> Markup:
    """Return a body with the dateline in the running text's first line."""
    if dateline is None:
        return Markup(body)  # noqa: S704 - prose made it safe
    checked(dateline, views.Facet, "led(…)")
    name = escape(dateline.name)
    shown = f'<a href="{escape(dateline.url)}">{name}</a>' if dateline.url else name
    return Markup(markdown.insert_dateline(str(body), shown))  # noqa: S704 - escaped above


def moment_of(moment: object) -> dt.date:
    """Return what a layout gave for a date; raises ``MistakeError`` when it is none."""
    if not isinstance(moment, dt.date):
        message = f"{type(moment).__name__} is not a date"
        raise MistakeError(message, "Dates of an article are .day, .date and .updated, which may be none.")
    return moment
