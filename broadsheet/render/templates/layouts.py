"""Renders the site's layouts: the functions and filters that they get, and their errors as problems."""

from __future__ import annotations

import datetime as dt
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup

from broadsheet.archive.questions.site import EXISTS, TEMPLATE
from broadsheet.common import date_format, languages
from broadsheet.common.files import compose
from broadsheet.common.model import TYPEFACES
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.urls import SEARCH
from broadsheet.read.theme import name_theme
from broadsheet.render import views, words
from broadsheet.render.assets.published import Assets
from broadsheet.render.assets.style_sheets import is_part
from broadsheet.render.formats import metadata
from broadsheet.render.formats.citations.exports import list_meta_tags
from broadsheet.render.formats.citations.reference import make_reference
from broadsheet.render.formats.citations.styles import cite
from broadsheet.render.recorder import DependencyRecorder
from broadsheet.render.template_api import Archive, Page, Site, Words
from broadsheet.render.template_api.arguments import TemplateArgumentError, check_type
from broadsheet.render.templates.bytecode import StoredBytecode
from broadsheet.render.templates.checks import HALF_CHARACTER, WHOLE_CHARACTER
from broadsheet.render.templates.environment import Environment
from broadsheet.render.templates.errors import LayoutError, check_date
from broadsheet.render.templates.names import FOLDER
from broadsheet.render.templates.syntax import describe_syntax_error
from broadsheet.settings.zones import load_zone, place_in_zone

# How the files of the theme's typefaces call scripts; and the faces of text, headlines and small print.
_SCRIPTS = MappingProxyType({"Latn": "latin", "Cyrl": "cyrillic", "Grek": "greek"})
_FIRST_FACES = ("serif-400", "serif-700", "sans-400")


class _DateStyle(NamedTuple):
    """How a page shows dates or times: a pattern, and perhaps a zone.

    ``zone`` is where that is named or asked for; ``convert``: moments of other zones are shown in it.
    ``of_days``: the pattern shows nothing but the day.
    """

    pattern: str
    zone: ZoneInfo | None
    convert: bool
    of_days: bool


class Layouts:
    """The site's layouts, rendered one output at a time."""

    def __init__(  # noqa: PLR0913 - all that layouts may ask
        self,
        recorder: DependencyRecorder,
        site: Site,
        archive: Archive,
        assets: Assets,
        bytecode: StoredBytecode,
        is_of_theme: Callable[[str], bool],
        *,
        on_step: Callable[[], None] | None = None,
    ) -> None:
        """Take templates, and the answers to whatever they ask, from ``recorder``.

        ``is_of_theme`` says of a layout's path whether it is the theme's; only problems ask. ``on_step`` is
        as for ``Environment``.
        """
        self._recorder = recorder
        self._is_of_theme = is_of_theme
        self._site = site
        self._assets = assets
        self._environment = Environment(recorder, bytecode, _DIRECT, on_step)
        self._environment.filters |= {
            "date": self._date,
            "time": self._time,
            "day_of_year": self._day_of_year,
            "zone": self._zone,
            "number": self._number,
            "fill": self._fill,
        }
        self._environment.globals |= {
            "site": site,
            "page": Page(recorder),
            "archive": archive,
            "words": Words(recorder),
            "lang": self._lang,
            "weekdays": self._weekdays,
            "static": self._static,
            "url": self._url,
            "typeface": self._typeface,
            "csp": self._csp,
            "structured": self._structured,
            "open_graph": self._open_graph,
            "collection": self._collection,
            "preview": self._preview,
            "citation": self._citation,
        }

    def render(self, name: str, page: views.Page, **names: object) -> bytes:
        """Return the bytes of a page; raises ``Problems`` with the template's file and line."""
        self._recorder.page = page
        self._environment.begin()
        try:
            template = self._environment.get_template(name)
            return template.render(names).encode()
        except jinja2.TemplateNotFound as error:
            # One whose name depends on the page: ``checks`` has found all others.
            message = f"there is no layout {error.name}"
            raise Problems([self._make_problem(error, name, message, "")]) from error
        except jinja2.TemplateSyntaxError as error:
            problem = describe_syntax_error(error, self._find_text(error.name or name))
            raise Problems([self._name_theme(problem)]) from error
        except jinja2.TemplateError as error:
            message = error.message or "cannot be rendered"
            raise Problems([self._make_problem(error, name, message, getattr(error, "hint", ""))]) from error
        except UnicodeEncodeError as error:
            raise Problems([self._make_problem(error, name, HALF_CHARACTER, WHOLE_CHARACTER)]) from error
        except RecursionError as error:
            raise Problems([self._explain_recursion(error, name)]) from error
        except Problems:
            raise  # of a style sheet that the page names
        except Exception as error:
            if _is_ours(error):
                raise
            is_argument = isinstance(error, TemplateArgumentError)
            message = str(error) if is_argument else f"{type(error).__name__}: {error}".removesuffix(": ")
            raise Problems([self._make_problem(error, name, message, "")]) from error

    def _find_text(self, name: str) -> str:
        return self._recorder.ask(TEMPLATE, name) or ""

    def _url(self, path: str) -> str:
        return self._recorder.urls.url(check_type(path, str, "url(…)").lstrip("/"))

    def _static(self, path: str) -> str:
        return self._recorder.memoized(self._static_url, compose(check_type(path, str, "static(…)")))

    def _static_url(self, path: str) -> str:
        source = f"static/{path}"
        if not self._recorder.ask(EXISTS, source):
            raise LayoutError(f"there is no {source}", f"Put the file at {source}, or fix the name.")
        if is_part(source):
            hint = "Name the style sheet that imports it."
            raise LayoutError(f"{source} is a part of style sheets, and not published itself", hint)
        return self._recorder.urls.url(path) + self._assets.version(source)

    def _typeface(self) -> tuple[str, ...]:
        """Return what a page in its language loads first of the typefaces, as paths for ``static``."""
        return self._recorder.memoized(self._list_first_faces, self._recorder.language)

    def _list_first_faces(self, language: str) -> tuple[str, ...]:
        script = _SCRIPTS.get(languages.find_script(language))
        if script is None or self._recorder.setting("theme_typeface") != TYPEFACES[0]:
            return ()
        paths = (f"typeface/{face}-{script}.woff2" for face in _FIRST_FACES)
        return tuple(path for path in paths if self._recorder.ask(EXISTS, f"static/{path}"))

    def _csp(self) -> Markup:
        return self._recorder.memoized(self._policy)

    def _policy(self) -> Markup:
        frames = " ".join(f"https://{host}" for host in self._site.frames) or "'none'"
        pictures = "".join(f" https://{host}" for host in self._site.pictures)
        forms = "'self'" if self._site.search else "'none'"
        return Markup(  # noqa: S704 - the settings have checked the hosts
            f"default-src 'none'; img-src 'self'{pictures}; media-src 'self'; style-src 'self';"
            f" font-src 'self'; script-src 'self'; connect-src 'self'; manifest-src 'self';"
            f" frame-src {frames}; base-uri 'none'; form-action {forms}"
        )

    def _open_graph(self, article: views.Article) -> tuple[tuple[str, str], ...]:
        check_type(article, views.Article, "open_graph(…)")
        return metadata.open_graph(article, site_title=self._site.title)

    def _citation(self, article: views.Article) -> views.Citation:
        check_type(article, views.Article, "citation(…)")
        cited = make_reference(article, self._site.title, article.bylines)
        styles = self._recorder.setting("citations_styles")
        return views.Citation(
            key=cited.key, texts=cite(cited, styles), tags=list_meta_tags(cited) if styles else ()
        )

    def _structured(self, view: views.Article | views.OwnPage | views.Profile | Site) -> Markup:
        check_type(view, (views.Article, views.OwnPage, views.Profile, Site), "structured(…)")
        if isinstance(view, views.Profile):
            return metadata.embed(metadata.describe_profile(view))
        site = self._site
        publisher, title, permalink = site.publisher, site.title, site.permalink
        if isinstance(view, views.Article):
            told = metadata.describe_article(
                view, publisher=publisher, site_title=title, site_permalink=permalink
            )
        elif isinstance(view, views.OwnPage):
            told = metadata.describe_own_page(
                view, publisher=publisher, site_title=title, site_permalink=permalink
            )
        else:
            told = metadata.describe_site(
                publisher=publisher,
                site_title=title,
                site_permalink=permalink,
                language=site.language,
                tagline=site.tagline,
                search=self._recorder.urls.permalink(SEARCH) if site.search else "",
            )
        return metadata.embed(told)

    def _collection(
        self, name: str, trail: Sequence[tuple[str, str]] = (), profile: views.Profile | None = None
    ) -> Markup:
        call = "collection(…)"
        if profile is not None:
            check_type(profile, views.Profile, call)
        origin = self._recorder.urls.origin
        return metadata.embed(
            metadata.describe_collection(
                _plain(check_type(name, str, call)),
                [(_plain(check_type(each, str, call)), f"{origin}{address}") for each, address in trail],
                profile,
            )
        )

    def _preview(
        self,
        title: str,
        description: str,
        pictures: Sequence[views.Picture | None] = (),
        kind: str = "website",
    ) -> tuple[tuple[str, str], ...]:
        shown = [check_type(each, views.Picture, "preview(…)") for each in pictures if each is not None]
        return metadata.open_graph_of_page(
            _plain(check_type(title, str, "preview(…)")),
            _plain(check_type(description, str, "preview(…)")),
            permalink=self._recorder.page.permalink,
            kind=kind,
            pictures=shown,
        )

    def _date(self, moment: dt.date) -> str:
        return self._shown("date", moment)

    def _time(self, moment: dt.datetime) -> str:
        return self._shown("time", moment)

    def _day_of_year(self, moment: dt.date) -> str:
        return self._shown("day_of_year", moment)

    def _zone(self, moment: dt.datetime) -> str:
        """Return the zone of a time as ``_time`` writes it; nothing where that names it."""
        language = self._recorder.language
        style = self._recorder.memoized(self._find_date_style, "time", language)
        if not isinstance(check_date(moment), dt.datetime) or date_format.names_zone(style.pattern):
            return ""
        return date_format.format_zone(_convert(moment, style), language)

    def _number(self, number: int) -> str:
        check_type(number, int, "number(…)")
        return languages.format_number(number, self._recorder.language)

    def _shown(self, name: str, moment: dt.date) -> str:
        language = self._recorder.language
        style = self._recorder.memoized(self._find_date_style, name, language)
        check_date(moment)
        if isinstance(moment, dt.datetime):
            moment = _convert(moment, style)
            if style.of_days:
                # Of many articles on a day, the day is written once.
                moment = moment.date()
        return date_format.format_date(moment, style.pattern, language)

    def _find_date_style(self, name: str, language: str) -> _DateStyle:
        if name == "day_of_year":
            pattern = date_format.drop_year(self._recorder.pattern("date", language))
        else:
            pattern = self._recorder.pattern(name, language)
        convert = bool(self._recorder.setting("dates_convert"))
        zone = load_zone(str(self._recorder.setting("timezone"))) if convert or "%Z" in pattern else None
        return _DateStyle(pattern, zone, convert, date_format.is_of_days(pattern))

    def _fill(self, word: object, **given: object) -> Markup:
        if isinstance(word, jinja2.Undefined):
            str(word)  # raises an error that names it and suggests the nearest name
        if not isinstance(word, (str, words.Plural)):
            raise LayoutError(f"{type(word).__name__} is no word to fill", "Fill one of its words.")
        try:
            return words.fill(word, self._recorder.language, given)
        except KeyError as error:
            name = error.args[0]
            raise LayoutError(f"nothing is given for {{{name}}}", f"Write fill({name}=…).") from None

    def _lang(self, language: str, around: str | None = None) -> Markup:
        """Return lang and dir for text in another language than the one ``around``, by default the page's."""
        around = self._recorder.language if around is None else around
        if language == around:
            return Markup()
        turned = languages.is_right_to_left(language) != languages.is_right_to_left(around)
        direction = "rtl" if languages.is_right_to_left(language) else "ltr"
        return Markup(' lang="{}"{}').format(language, Markup(f' dir="{direction}"' if turned else ""))  # noqa: S704

    def _weekdays(self) -> tuple[tuple[str, str], ...]:
        days = languages.list_weekdays(self._recorder.language)
        first = self._recorder.first_weekday
        return (*days[first:], *days[:first])

    def _make_problem(self, error: Exception, name: str, message: str, hint: str) -> Problem:
        return self._place_problem(*(_place(error) or (f"{FOLDER}/{name}", 0)), message, hint)

    def _explain_recursion(self, error: Exception, name: str) -> Problem:
        """Return the problem of layouts that use themselves or each other without end.

        It is at the first of the lines that recur, not at the one in which the stack ended: that differs from
        run to run.
        """
        places = Counter(_places(error))
        most = max(places.values(), default=0)
        circle = sorted(place for place, count in places.items() if 2 * count > most)
        names = list(dict.fromkeys(path.removeprefix(f"{FOLDER}/") for path, _ in circle))
        message = f"{' and '.join(names) or name} never ends: it uses itself again and again"
        if len(names) > 1:
            message = f"{' and '.join(names)} never end: they use each other again and again"
        hint = (
            "Let what includes, imports, extends or calls itself do so only where there is less left to show."
        )
        path, line = circle[0] if circle else (f"{FOLDER}/{name}", 0)
        return self._place_problem(path, line, message, hint)

    def _place_problem(self, path: str, line: int, message: str, hint: str) -> Problem:
        lines = self._find_text(path.removeprefix(f"{FOLDER}/")).splitlines()
        source = lines[line - 1] if 0 < line <= len(lines) else ""
        return self._name_theme(Problem(path=path, line=line, message=message, hint=hint, source=source))

    def _name_theme(self, problem: Problem) -> Problem:
        return name_theme(problem) if self._is_of_theme(problem.path) else problem


def _plain(text: str) -> str:
    """Return the words of what a layout has made, which may be escaped already."""
    return text.striptags() if isinstance(text, Markup) else text


_DIRECT = frozenset((Archive, Layouts))
# A whole path, not the name alone: a clone of the repository may have that name, with Jinja in a venv inside.
_PACKAGE = Path(__file__).parents[2]


def _convert(moment: dt.datetime, style: _DateStyle) -> dt.datetime:
    """Return a moment in the zone in which it is shown."""
    return place_in_zone(moment, style.zone, convert=style.convert) if style.zone else moment


def _is_ours(error: Exception) -> bool:
    """Return whether an error was raised by a bug in Broadsheet, not by the layout."""
    if isinstance(error, TemplateArgumentError):
        return False
    frames = traceback.extract_tb(error.__traceback__)
    in_layout = any(frame.filename.startswith(f"{FOLDER}/") for frame in frames)
    return not in_layout or Path(frames[-1].filename).is_relative_to(_PACKAGE)


def _place(error: Exception) -> tuple[str, int] | None:
    """Return the file and line of the layout in which ``error`` was raised."""
    return next(iter(_places(error)), None)


def _places(error: Exception) -> list[tuple[str, int]]:
    """Return the files and lines of layouts that were being rendered at ``error``, the innermost first."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    return [
        (frame.filename, frame.lineno or 0) for frame in frames if frame.filename.startswith(f"{FOLDER}/")
    ]
