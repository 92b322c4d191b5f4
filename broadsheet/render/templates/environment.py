"""The Jinja environment of layouts, in which a layout learns nothing except through questions.

There is no clock, no randomness and no file: the templates' own sources are questions too, also those that do
not exist, and ``printing`` refuses what would print differently from run to run.

All pages are rendered in one environment, one after the other, and nothing of a page is left for the next.
What an imported template defines is made once for all pages of a language, by
``DependencyRecorder.memoized``: a page that imports it has asked the questions asked on the way, and it is
not kept if the template looked at the page being rendered, or holds something that a page may change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import is_dataclass
from types import MappingProxyType
from typing import Any, TypeVar, cast

import jinja2
from jinja2.environment import Template, TemplateModule
from jinja2.filters import do_truncate
from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode, missing
from markupsafe import Markup, escape

from broadsheet.archive.questions.site import TEMPLATE
from broadsheet.read import markdown
from broadsheet.render import views, words
from broadsheet.render.formats import maps
from broadsheet.render.formats.text import format_timestamp
from broadsheet.render.recorder import DependencyRecorder
from broadsheet.render.template_api import Archive, Page, Site, Words
from broadsheet.render.template_api.arguments import check_type
from broadsheet.render.templates.bytecode import StoredBytecode
from broadsheet.render.templates.errors import LayoutError, StrictUndefined, check_date
from broadsheet.render.templates.limits import INTERCEPTED, SIZED, bound_filters, calculate, check_call
from broadsheet.render.templates.names import FOLDER
from broadsheet.render.templates.printing import PrintingCodeGenerator, check_text, finalize, print_value
from broadsheet.settings.model import Publisher

_LONGEST_RANGE = 100_000
_IMPURE_FILTERS = ("random", "pprint")
# What a page cannot change. An article is not among them: its extra fields are a mapping.
_IMMUTABLE = frozenset(
    (
        *(str, Markup, int, float, bool, type(None), dt.date, dt.datetime),
        *(Macro, TemplateModule, Site, Archive, Page, Words, Publisher),
        *(maps.Map, maps.Spot, words.WordTable, words.Plural),
        *(view for view in vars(views).values() if is_dataclass(view) and view is not views.Article),
    )
)
_OPTIONS: Mapping[str, Any] = MappingProxyType(
    {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "keep_trailing_newline": True,
        "finalize": finalize,
        "auto_reload": False,
        "cache_size": 0,
    }
)

_AnEnvironment = TypeVar("_AnEnvironment", bound=jinja2.Environment)


class _Template(Template):
    """A template; the environment keeps what it defines when it is imported."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return cast("Environment", self.environment).find_module(self)


class _Context(Context):
    """The names of a template while it is rendered; it calls macros and our own methods directly.

    Before any call Jinja checks whether the function wants the context, and matches arguments in Python.
    """

    environment: Environment

    @internalcode
    def call(self, called: Any, /, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - Jinja's
        owner = type(getattr(called, "__self__", None))
        if type(called) is not Macro and owner not in self.environment.direct:
            if owner in SIZED and (arguments or named):
                check_call(called, (*arguments, *named.values()))
            return super().call(called, *arguments, **named)
        named.pop("_block_vars", None)
        named.pop("_loop_vars", None)
        if type(called) is not Macro:
            return called(*arguments, **named)
        # Uncommon and wrong calls are left to Jinja.
        most = len(called.arguments)
        if called.caller or called.catch_kwargs or called.catch_varargs or len(arguments) > most:
            return called(self.eval_ctx, *arguments, **named)
        rest = [named.pop(name, missing) for name in called.arguments[len(arguments) :]]
        if named:
            return called(self.eval_ctx, *arguments, **named)
        text = called._func(*arguments, *rest)  # noqa: SLF001 - as Macro does itself
        return Markup(text) if self.eval_ctx.autoescape and type(text) is not Markup else text  # noqa: S704 - escaped


class _WatchedContext(_Context):
    """The names of a template in an environment that is told of each call."""

    @internalcode
    def call(self, called: Any, /, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - Jinja's
        self.environment.on_step()
        return super().call(called, *arguments, **named)


class _Intercepting(jinja2.Environment):
    """An environment that compiles some operators to calls of ``call_binop``, as Jinja's sandbox does."""

    sandboxed = True
    intercepted_binops = INTERCEPTED
    intercepted_unops: frozenset[str] = frozenset()


class Environment(_Intercepting):
    """The environment of one process. Each use of a template is a question, each text is compiled once."""

    template_class = _Template
    context_class = _Context
    code_generator_class = PrintingCodeGenerator
    print_value = staticmethod(print_value)
    check_text = staticmethod(check_text)
    steps: Callable[[Any], Any] = staticmethod(lambda values: values)

    def __init__(
        self,
        recorder: DependencyRecorder,
        bytecode: StoredBytecode,
        direct: frozenset[type],
        on_step: Callable[[], None] | None,
    ) -> None:
        """Take templates from ``recorder``, and their code from ``bytecode`` if it is there.

        Methods of the classes ``direct`` do not want the context, and are called directly. ``on_step`` is
        called at each turn of a loop, each call and each include; what it raises ends the page.
        """
        loader = jinja2.FunctionLoader(self._load_source)
        super().__init__(loader=loader, bytecode_cache=bytecode, autoescape=True, **_OPTIONS)
        _set_filters(self)
        self._recorder = recorder
        self.direct = direct
        self.on_step = on_step or _ignore
        if on_step:
            self.steps = self._watch_steps
            self.context_class = _WatchedContext
        # Each with its source: Jinja's own cache, switched off, would not see that the source has changed.
        self._templates: dict[str, tuple[str | None, Template]] = {}
        self._generation = 0
        self._mutable: dict[tuple[Template, str], tuple[tuple[object, ...], str]] = {}

    def begin(self) -> None:
        """Begin a new page: make all modules anew if the last one changed a list or a mapping of one."""
        if any(repr(values) != text for values, text in self._mutable.values()):
            self._generation += 1
            self._mutable.clear()

    def find_module(self, template: Template) -> TemplateModule:
        """Return what ``template`` defines, for a page in the language of the one being rendered."""
        return self._recorder.memoized(self._make_module, template, self._generation, self._recorder.language)

    def call_binop(self, _context: Context, sign: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - Jinja's
        """Return the result of one of the operators that are intercepted."""
        return calculate(sign, left, right)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template, which are the same for all."""
        return self.globals

    def _load_source(self, name: str) -> tuple[str, str, None] | None:
        text = self._recorder.ask(TEMPLATE, name)
        return None if text is None else (text, f"{FOLDER}/{name}", None)

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:  # noqa: A002 - Jinja's
        self.on_step()
        text = self._recorder.ask(TEMPLATE, name)
        known = self._templates.get(name)
        if known is None or (known[0] is not text and known[0] != text):
            known = self._templates[name] = text, super()._load_template(name, globals)
        return known[1]

    @internalcode
    def _watch_steps(self, values: Iterable[Any]) -> Iterator[Any]:
        for value in values:
            self.on_step()
            yield value

    def _make_module(self, template: Template, _generation: int, language: str) -> TemplateModule:
        context = template.new_context()
        module = TemplateModule(template, context)
        values = tuple(value for value in context.vars.values() if not _is_immutable(value))
        if not all(map(_is_plain, values)):
            self._recorder.mark_uncacheable()
        elif values:
            self._mutable[template, language] = values, repr(values)
        return module


def create_template_parser() -> jinja2.Environment:
    """Return an environment that parses and compiles templates as ``Environment`` does, and renders none."""
    environment = _Intercepting(autoescape=True, **_OPTIONS)
    environment.code_generator_class = PrintingCodeGenerator
    return _set_filters(environment)


def _set_filters(environment: _AnEnvironment) -> _AnEnvironment:
    """Give an environment the filters of layouts, and take away what differs from run to run."""
    del environment.globals["lipsum"]
    for name in _IMPURE_FILTERS:
        del environment.filters[name]
    environment.globals["range"] = _range
    environment.filters |= {**bound_filters(), "iso": _iso, "led": _led, "truncate": _truncate}
    environment.filters |= {
        **dict.fromkeys(("date", "time", "zone", "day_of_year", "number", "fill"), _placeholder)
    }
    return environment


def _ignore() -> None:
    """Let a page take its steps."""


def _placeholder(_value: object) -> str:
    """Stand for a filter that ``Layouts`` defines."""
    raise AssertionError


def _is_immutable(value: object) -> bool:
    """Return whether nothing that a page does can change ``value``."""
    return all(map(_is_immutable, value)) if isinstance(value, tuple) else type(value) in _IMMUTABLE


def _is_plain(value: object) -> bool:
    """Return whether ``value`` is immutable, or lists and mappings of such: its repr shows every change."""
    if isinstance(value, dict):
        return all(_is_plain(each) for pair in value.items() for each in pair)
    return all(map(_is_plain, value)) if isinstance(value, (list, tuple)) else type(value) in _IMMUTABLE


@internalcode
def _range(*numbers: int) -> range:
    """Return the range that a layout asks for, unless a page could never go through it."""
    made = range(*numbers)
    if len(made[: _LONGEST_RANGE + 1]) > _LONGEST_RANGE:
        written = ", ".join(map(str, numbers))
        message = f"range({written}) is longer than {_LONGEST_RANGE:,} numbers"
        raise LayoutError(message, "No page shows so many; count what the page has.")
    return made


@jinja2.pass_environment
@internalcode
def _truncate(
    environment: jinja2.Environment,
    text: str,
    length: int = 255,
    killwords: bool = False,  # noqa: FBT001, FBT002 - layouts write truncate(80, true)
    end: str = "...",
    leeway: int | None = None,
) -> str:
    """Return a text cut as Jinja's ``truncate`` does, which asserts that there is room for ``end``."""
    if length < len(end):
        message = f"truncate({length}) has no room for the {end} that it ends in"
        raise LayoutError(message, f'Write truncate({len(end)}) at least, or end="".')
    if leeway is not None and leeway < 0:
        raise LayoutError(f"truncate(…) has a leeway of {leeway}", "Write 0 or more.")
    return do_truncate(environment, text, length, killwords, end, leeway)


def _iso(moment: dt.date) -> str:
    moment = check_date(moment)
    return format_timestamp(moment) if isinstance(moment, dt.datetime) else moment.isoformat()


def _led(body: str, dateline: views.Facet | None) -> Markup:
    """Return a body with the dateline in the first line of its running text."""
    if dateline is None:
        return Markup(body)  # noqa: S704 - reading made it safe
    check_type(dateline, views.Facet, "led(…)")
    name = escape(dateline.name)
    shown = f'<a href="{escape(dateline.url)}">{name}</a>' if dateline.url else name
    return Markup(markdown.insert_dateline(str(body), shown))  # noqa: S704 - escaped above
