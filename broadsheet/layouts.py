"""The Jinja environment: templates that are asked for, the filters, and template errors as problems.

A layout may learn nothing but through questions. So there is no clock, no chance and no file here: the
templates' own sources are questions too, also the ones that are not there, and what would print
differently from run to run (an object's address) is refused.

All pages are rendered in one environment, one after the other, and nothing of a page is left for the next.
What a template that is imported defines is made once for all of them in one language, as ``Asking.once``
keeps it: a page that imports it has asked what was asked on the way, and a template that looked at the page
being made, or holds something that a page may change, is not kept.
"""

from __future__ import annotations

import datetime as dt
import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import is_dataclass
from types import MappingProxyType
from typing import Any, TypeVar, cast

import jinja2
from jinja2 import meta, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import Template, TemplateModule
from jinja2.runtime import Context, Macro, Undefined
from jinja2.utils import internalcode, missing
from markupsafe import Markup, escape

from broadsheet import citations, dates, files, languages, maps, metadata, prose, words
from broadsheet.archive import faces
from broadsheet.archive.asking import AskedAmissError, Asking, checked
from broadsheet.archive.hands import Archive, Page, Site, Words
from broadsheet.archive.kinds import Answer
from broadsheet.feeds import timestamp
from broadsheet.model import Correction, Retraction
from broadsheet.problems import Problem, Problems, nearest
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
_CLOCKS = frozenset(("now", "today", "utcnow"))
_SPECIAL = re.compile("[&<>'\"]")
# What a page cannot change. An article is not among them: its extra fields are a mapping.
_LASTING = frozenset(
    (
        *(str, Markup, int, float, bool, type(None), dt.date, dt.datetime),
        *(Macro, TemplateModule, Site, Archive, Page, Words, Publisher, Correction, Retraction),
        *(maps.Map, maps.Spot, words.WordTable, words.Plural),
        *(noun for noun in vars(faces).values() if is_dataclass(noun) and noun is not faces.Article),
    )
)
_IN_EVERY_TEMPLATE = frozenset(("self", "super", "loop", "caller", "varargs", "kwargs"))


_AnEnvironment = TypeVar("_AnEnvironment", bound=jinja2.Environment)


class MistakeError(jinja2.TemplateRuntimeError):
    """A layout asked for something that there is not; ``hint`` says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Say what is wrong, and what to do about it."""
        super().__init__(message)
        self.hint = hint


class Layouts:
    """The site's layouts, ready to be rendered, one output at a time."""

    def __init__(self, asking: Asking, site: Site, archive: Archive) -> None:
        """Take templates, and whatever they ask, from ``asking``."""
        self._asking = asking
        self._site = site
        loader = jinja2.FunctionLoader(self._source)
        self._environment = _prepared(_Environment(asking, loader=loader, autoescape=True, **_OPTIONS))
        self._environment.filters |= {"date": self._date, "time": self._time, "fill": self._fill}
        self._environment.globals |= {
            "site": site,
            "page": Page(asking),
            "archive": archive,
            "words": Words(asking),
            "lang": self._lang,
            "weekdays": self._weekdays,
            "static": self._static,
            "url": self._url,
            "csp": self._csp,
            "structured": self._structured,
            "open_graph": self._open_graph,
            "citation": self._citation,
        }

    def render(self, name: str, page: faces.Page, **names: object) -> bytes:
        """Return the bytes of a page; raises ``Problems`` with the template's file and line."""
        self._asking.page = page
        self._environment.begin()
        try:
            template = self._environment.get_template(name)
            return template.render(names).encode()
        except jinja2.TemplateNotFound as error:
            hint = "Every site needs this layout; a new site made by `init` has one to copy."
            message = f"there is no layout {error.name}"
            raise Problems([self._problem(error, name, message, hint)]) from error
        except jinja2.TemplateSyntaxError as error:
            raise Problems([_syntax_problem(error, self._text(error.name or name))]) from error
        except jinja2.TemplateError as error:
            message = error.message or "cannot be rendered"
            raise Problems([self._problem(error, name, message, getattr(error, "hint", ""))]) from error
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError) as error:
            if _is_ours(error):
                raise
            asked_amiss = isinstance(error, AskedAmissError)
            message = str(error) if asked_amiss else f"{type(error).__name__}: {error}"
            raise Problems([self._problem(error, name, message, "")]) from error

    def _source(self, name: str) -> tuple[str, str, None] | None:
        text = self._asking.ask("template", name)
        return None if text is None else (cast("str", text), f"{FOLDER}/{name}", None)

    def _text(self, name: str) -> str:
        return str(self._asking.ask("template", name) or "")

    def _url(self, path: str) -> str:
        return self._asking.urls.url(checked(path, str, "url(…)").lstrip("/"))

    def _static(self, path: str) -> str:
        return self._asking.once(self._static_url, checked(path, str, "static(…)"))

    def _static_url(self, path: str) -> str:
        if not self._asking.ask("exists", f"static/{path}"):
            hint = f"Put the file at static/{path}, or mend the name."
            raise MistakeError(f"there is no static/{path}", hint)
        return self._asking.urls.url(path)

    def _csp(self) -> Markup:
        return self._asking.once(self._policy)

    def _policy(self) -> Markup:
        frames = " ".join(f"https://{host}" for host in self._site.frames) or "'none'"
        pictures = "".join(f" https://{host}" for host in self._site.pictures)
        return Markup(  # noqa: S704 - hosts that the settings have checked
            f"default-src 'none'; img-src 'self'{pictures}; media-src 'self'; style-src 'self';"
            f" font-src 'self'; script-src 'self'; connect-src 'self'; manifest-src 'self';"
            f" frame-src {frames}; base-uri 'none'; form-action 'none'"
        )

    def _open_graph(self, article: faces.Article) -> tuple[tuple[str, str], ...]:
        checked(article, faces.Article, "open_graph(…)")
        return metadata.open_graph(article, site_title=self._site.title)

    def _citation(self, article: faces.Article) -> faces.Citation:
        checked(article, faces.Article, "citation(…)")
        cited = citations.reference(article, self._site.title, article.bylines)
        styles = self._asking.setting("citations_styles")
        return faces.Citation(
            key=cited.key, texts=citations.texts(cited, styles), tags=citations.tags(cited) if styles else ()
        )

    def _structured(self, told: faces.Article | faces.Profile) -> Markup:
        checked(told, (faces.Article, faces.Profile), "structured(…)")
        if isinstance(told, faces.Profile):
            return metadata.script(metadata.person_or_place(told))
        return metadata.script(
            metadata.news_article(
                told,
                publisher=self._site.publisher,
                site_title=self._site.title,
                site_permalink=self._site.permalink,
            )
        )

    def _date(self, moment: dt.date) -> str:
        return self._shown("date", moment)

    def _time(self, moment: dt.datetime) -> str:
        return self._shown("time", moment)

    def _shown(self, name: str, moment: dt.date) -> str:
        language = self._asking.language
        return dates.shown(_moment(moment), self._asking.pattern(name, language), language)

    def _fill(self, word: object, **given: object) -> Markup:
        if isinstance(word, jinja2.Undefined):
            str(word)  # it says itself what there is not, and what was meant
        if not isinstance(word, (str, words.Plural)):
            raise MistakeError(f"{type(word).__name__} is no word to fill", "Fill one of its words.")
        try:
            return words.fill(word, self._asking.language, given)
        except KeyError as error:
            name = error.args[0]
            raise MistakeError(f"nothing is given for {{{name}}}", f"Write fill({name}=…).") from None

    def _lang(self, language: str, around: str | None = None) -> Markup:
        """Return lang and dir of text in a language other than that ``around``, which is the page's."""
        around = self._asking.language if around is None else around
        if language == around:
            return Markup()
        turned = languages.is_right_to_left(language) != languages.is_right_to_left(around)
        direction = "rtl" if languages.is_right_to_left(language) else "ltr"
        return Markup(' lang="{}"{}').format(language, Markup(f' dir="{direction}"' if turned else ""))  # noqa: S704

    def _weekdays(self) -> tuple[tuple[str, str], ...]:
        return languages.weekdays(self._asking.language)

    def _problem(self, error: Exception, name: str, message: str, hint: str) -> Problem:
        path, line = _place(error) or (f"{FOLDER}/{name}", 0)
        lines = self._text(path.removeprefix(f"{FOLDER}/")).splitlines()
        source = lines[line - 1] if 0 < line <= len(lines) else ""
        return Problem(path=path, line=line, message=message, hint=hint, source=source)


def check(texts: Mapping[str, str]) -> list[Problem]:
    """Return the problems that ``texts`` (layouts by name) have without being rendered.

    Syntax, templates named that there are not, and names that no layout gets or sets.
    """
    environment = _prepared(jinja2.Environment(autoescape=True, **_OPTIONS))
    problems = words.check({name: text for name, text in texts.items() if words.is_words(name)}, FOLDER)
    texts = {name: text for name, text in texts.items() if not words.is_words(name)}
    trees: dict[str, nodes.Template] = {}
    for name, text in sorted(texts.items()):
        try:
            tree = environment.parse(text, name, f"{FOLDER}/{name}")
            environment.compile(tree, name, f"{FOLDER}/{name}")
            # Compiling changes a tree.
            trees[name] = environment.parse(text, name, f"{FOLDER}/{name}")
        except jinja2.TemplateSyntaxError as error:
            problems.append(_syntax_problem(error, text))
    for name in sorted(set(LAYOUTS) - set(texts)):
        hint = "Every site needs this layout; a new site made by `init` has one to copy."
        problems.append(Problem(path=f"{FOLDER}/{name}", message="there is no such layout", hint=hint))
    known = {*GLOBALS, *_IN_EVERY_TEMPLATE, *(name for names in LAYOUTS.values() for name in names)}
    known |= {name for tree in trees.values() for name in _set_in(tree)}
    for name, tree in trees.items():
        lines = texts[name].splitlines()
        problems += _lost_templates(name, tree, lines, texts)
        problems += _clocks(name, tree, lines)
        problems += _unknown_names(name, tree, lines, known)
    return problems


class _Template(Template):
    """A template; what it defines, when it is imported, is the environment's to keep."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return cast("_Environment", self.environment).imported(self)


class _Context(Context):
    """What a template knows while it is rendered; it calls macros and our own methods without detours.

    Before any call Jinja looks whether a context is to be handed over, and then takes arguments apart.
    """

    @internalcode
    def call(self, called: Any, /, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - Jinja's
        if type(called) is not Macro and type(getattr(called, "__self__", None)) not in _OURS:
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
    """Writes ``environment.printed(…)`` in place of ``escape(environment.finalize(…))``."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ANN401 - Jinja's
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.printed((")


class _Environment(jinja2.Environment):
    """The environment of one process. Each use of a template is a question, each text is compiled once."""

    template_class = _Template
    context_class = _Context
    code_generator_class = _CodeGenerator

    def __init__(self, asking: Asking, **options: Any) -> None:  # noqa: ANN401 - Jinja's
        super().__init__(**options)
        self._asking = asking
        # Each with its source: Jinja's own cache, switched off, would not see that another was answered.
        self._templates: dict[str, tuple[Answer, Template]] = {}
        self._changes = 0
        self._changeable: dict[Template, tuple[tuple[object, ...], str]] = {}

    def begin(self) -> None:
        """Begin a new page: if the last one changed a list or a mapping of a module, all are made anew."""
        if any(repr(values) != text for values, text in self._changeable.values()):
            self._changes += 1
            self._changeable.clear()

    def imported(self, template: Template) -> TemplateModule:
        """Return what ``template`` defines."""
        return self._asking.once(self._defined, template, self._changes, self._asking.language)

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

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:  # noqa: A002 - Jinja's
        text = self._asking.ask("template", name)
        known = self._templates.get(name)
        if known is None or (known[0] is not text and known[0] != text):
            known = self._templates[name] = text, super()._load_template(name, globals)
        return known[1]

    def _defined(self, template: Template, _changes: int, _language: str) -> TemplateModule:
        context = template.new_context()
        module = TemplateModule(template, context)
        values = tuple(value for value in context.vars.values() if not _is_lasting(value))
        if not all(map(_is_plain, values)):
            self._asking.is_fleeting()
        elif values:
            self._changeable[template] = values, repr(values)
        return module


_OURS = frozenset((Archive, Layouts))


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
    if value is None:
        return ""
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
    moment = _moment(moment)
    return timestamp(moment) if isinstance(moment, dt.datetime) else moment.isoformat()


def _led(body: str, dateline: faces.Facet | None) -> Markup:
    """Return a body with the dateline in the running text's first line."""
    if dateline is None:
        return Markup(body)  # noqa: S704 - prose made it safe
    checked(dateline, faces.Facet, "led(…)")
    name = escape(dateline.name)
    shown = f'<a href="{escape(dateline.url)}">{name}</a>' if dateline.url else name
    return Markup(prose.led(str(body), shown))  # noqa: S704 - escaped above


def _moment(moment: object) -> dt.date:
    if not isinstance(moment, dt.date):
        message = f"{type(moment).__name__} is not a date"
        raise MistakeError(message, "Dates of an article are .day, .date and .updated, which may be none.")
    return moment


def _is_ours(error: Exception) -> bool:
    """Return whether an error rose in Broadsheet's own code: a bug of ours, not the layout's."""
    if isinstance(error, AskedAmissError):
        return False
    frames = traceback.extract_tb(error.__traceback__)
    return not any(frame.filename.startswith(f"{FOLDER}/") for frame in frames) or "/broadsheet/" in frames[
        -1
    ].filename.replace("\\", "/")


def _place(error: Exception) -> tuple[str, int] | None:
    """Return the template's file and line where ``error`` rose."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.startswith(f"{FOLDER}/"):
            return frame.filename, frame.lineno or 0
    return None


def _syntax_problem(error: jinja2.TemplateSyntaxError, text: str) -> Problem:
    lines = text.splitlines()
    source = lines[error.lineno - 1] if 0 < error.lineno <= len(lines) else ""
    path = error.filename or f"{FOLDER}/{error.name}"
    return Problem(path=path, line=error.lineno, message=error.message or "cannot be read", source=source)


def _lost_templates(
    name: str, tree: nodes.Template, lines: list[str], texts: Mapping[str, str]
) -> Iterable[Problem]:
    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        target = cast("nodes.Extends", node).template
        if isinstance(node, nodes.Include) and node.ignore_missing:
            continue
        if isinstance(target, nodes.Const) and target.value not in texts:
            stems = {each.removesuffix(".html"): each for each in texts}
            meant = stems.get(nearest(str(target.value).removesuffix(".html"), stems) or "")
            yield Problem(
                path=f"{FOLDER}/{name}",
                line=node.lineno,
                message=f"there is no layout {target.value}",
                hint=f"Did you mean {meant}?" if meant else "",
                source=lines[node.lineno - 1],
            )


def _clocks(name: str, tree: nodes.Template, lines: list[str]) -> Iterable[Problem]:
    """Yield a problem for each ``article.date.now()``: Python's dates would tell a layout the time."""
    for node in tree.find_all(nodes.Getattr):
        if node.attr in _CLOCKS:
            yield Problem(
                path=f"{FOLDER}/{name}",
                line=node.lineno,
                message=f".{node.attr} asks the clock, and a page does not change with the time",
                hint="Let a script put the time in, or show a date of the archive.",
                source=lines[node.lineno - 1],
            )


def _unknown_names(name: str, tree: nodes.Template, lines: list[str], known: set[str]) -> Iterable[Problem]:
    undeclared = meta.find_undeclared_variables(tree) - known
    for node in tree.find_all(nodes.Name):
        if node.name in undeclared and node.ctx == "load":
            line = lines[node.lineno - 1]
            place = re.search(rf"(?<![\w.]){re.escape(node.name)}(?!\w)", line)
            meant = nearest(node.name, known)
            yield Problem(
                path=f"{FOLDER}/{name}",
                line=node.lineno,
                column=place.start() + 1 if place else 0,
                message=f"{node.name} is not defined",
                hint=f"Did you mean {meant}?" if meant else "",
                source=line,
            )


def _set_in(tree: nodes.Template) -> Iterable[str]:
    for node in tree.find_all(nodes.Name):
        if node.ctx in {"store", "param"}:
            yield node.name
    for macro in tree.find_all(nodes.Macro):
        yield macro.name
    for imported in tree.find_all(nodes.Import):
        yield imported.target
    for imports in tree.find_all(nodes.FromImport):
        yield from (each if isinstance(each, str) else each[1] for each in imports.names)
