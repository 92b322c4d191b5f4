"""The cards of articles without a picture, for other sites to show: ``[pictures] cards``."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from broadsheet.archive.questions.articles import HEADLINE
from broadsheet.common import files
from broadsheet.common.date_format import format_date
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.toml import locate_keys
from broadsheet.common.urls import CARD as FILE
from broadsheet.common.urls import beside
from broadsheet.plan.output import Output
from broadsheet.plan.plan import Want
from broadsheet.plan.units import ArticleUnit
from broadsheet.render.outputs.kind import OutputKind
from broadsheet.settings.plan_settings import PlanSettings

if TYPE_CHECKING:
    from broadsheet.render.inputs import RenderInputs
    from broadsheet.render.pictures.cards import CardWords, MissingLetters
    from broadsheet.render.pictures.typesetting.typeface import FontFile

_FRIBIDI = (
    "Install it (`apt install libfribidi0` on Debian and Ubuntu), or leave [pictures] cards out of site.toml."
)
_FONTS = "Add a font that has it to [pictures] fonts in site.toml, or give the article a picture."
_SETTINGS = "site.toml"
_BESIDE = " \u00b7 "  # between dateline and date
_MOST_NAMED = 4  # characters in one problem


def _of_article(unit: ArticleUnit, settings: PlanSettings) -> Iterator[Output]:
    article = unit.article
    wanted = settings.pictures_on and settings.pictures_cards and not article.gone
    if wanted and not (article.retracted and settings.corrections_withhold) and not article.has_preview:
        yield CARD.output(beside(article.output, FILE), unit.path)


def _render(inputs: RenderInputs, output: Output) -> bytes:
    """Return a card; raises ``Problems`` where it cannot be drawn as it should."""
    # Here, so that a build that draws none does not load Pillow.
    from broadsheet.render.pictures import cards  # noqa: PLC0415
    from broadsheet.render.pictures.typesetting.typeface import FontError, ShapingError  # noqa: PLC0415

    words, fonts = _find_words(inputs, output.subject), _list_fonts(inputs)
    try:
        missing = tuple(cards.find_missing(words, fonts))
        if missing:
            raise Problems([_missing_problem(inputs, output.subject, words, each) for each in missing])
        return cards.draw_card(words, fonts)
    except ShapingError:
        message = "its card cannot be drawn: FriBiDi, which puts letters in order, is not installed"
        raise Problems([Problem(path=output.subject, message=message, hint=_FRIBIDI)]) from None
    except FontError as error:
        hint = "Put another file there, or take it out of [pictures] fonts in site.toml."
        raise Problems([Problem(path=error.name, message=str(error), hint=hint)]) from error


CARD = OutputKind(
    name="card",
    wants=(Want(ArticleUnit, _of_article),),
    render=_render,
    bound="1, if the site enables them and the article has no picture of its own",
    media_type="image/png",
    group="pictures",
)
KINDS = (CARD,)


def _find_words(inputs: RenderInputs, path: str) -> CardWords:
    from broadsheet.render.pictures.cards import CardWords  # noqa: PLC0415
    from broadsheet.render.view_builder import NotFoundError  # noqa: PLC0415

    asked, site = inputs.recorder, inputs.site
    found = asked.ask(HEADLINE, path)
    if found is None:
        raise NotFoundError(path)
    title, section, dateline, day, language = found
    date_language = asked.page_language(language)
    date = format_date(dt.date.fromisoformat(day), asked.pattern("date", date_language), date_language)
    return CardWords(
        headline=title,
        section=section,
        date=f"{dateline}{_BESIDE}{date}" if dateline else date,
        language=language,
        date_language=date_language,
        site=site.title,
        site_language=site.language,
    )


def _list_fonts(inputs: RenderInputs) -> tuple[FontFile, ...]:
    """Return the site's fonts, and the one that comes with Broadsheet, which stands in for them."""
    from broadsheet.render.pictures.typesetting.typeface import FontFile, find_own_font  # noqa: PLC0415

    given = inputs.recorder.setting("pictures_font_digests") or ()
    fonts = (FontFile(path, files.locate(inputs.root, path), digest) for path, digest in given)
    return (*fonts, find_own_font())


def _missing_problem(inputs: RenderInputs, path: str, words: CardWords, missing: MissingLetters) -> Problem:
    """Return the problem of characters that no font has, at the line on which they are written."""
    count = len(missing.characters)
    named = [f'"{char}" ({_name(char)})' for char in missing.characters[:_MOST_NAMED]]
    more = f" and {count - _MOST_NAMED} more" if count > _MOST_NAMED else ""
    lacking = f"{', '.join(named)}{more}: no font has {'it' if count == 1 else 'them'}"
    if missing.word == "site":
        text = files.read(inputs.root, _SETTINGS).decode("utf-8-sig")
        line, column = locate_keys(text).get(("title", ""), (1, 1))
        source, message = text.splitlines()[line - 1], f"title: the cards would lack {lacking}"
        return Problem(path=_SETTINGS, line=line, column=column, message=message, hint=_FONTS, source=source)
    field = {"headline": "title"}.get(missing.word, missing.word)
    if field == "date" and any(char in words.date.rpartition(_BESIDE)[0] for char in missing.characters):
        field = "dateline"
    line, column, source = _find_field(inputs, path, field)
    message = f"{field}: the card would lack {lacking}"
    return Problem(path=path, line=line, column=column, message=message, hint=_FONTS, source=source)


def _name(char: str) -> str:
    return f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()


def _find_field(inputs: RenderInputs, path: str, name: str) -> tuple[int, int, str]:
    """Return where the value of a field is in an article, and the line; zeros if it is not written there."""
    from broadsheet.read import front_matter  # noqa: PLC0415 - it loads YAML, and few builds need it

    document = front_matter.split(path, files.read(inputs.root, path))
    keys = (inputs.recorder.setting("front_matter") or {}).get(name, (name,))
    for field in document.fields or ():
        if field.name in keys:
            line = field.value.line
            return line, field.value.column, document.rows[line - 1]
    return 0, 0, ""
