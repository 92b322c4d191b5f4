"""What an archive's front matter says, and the settings under which it can be read.

Nothing is decided by rules about YAML here: a name is tried as one of our fields, and every article that has
it is read so. Where nearly all can be, the name is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from broadsheet.common.model import Article
from broadsheet.common.problems import Problem, Problems, find_nearest
from broadsheet.importing.adopting.draft import Draft
from broadsheet.importing.adopting.origin import Origin
from broadsheet.read import article, front_matter
from broadsheet.read.markdown.shortcodes import find_names
from broadsheet.settings.fields import ARTICLE_FIELDS, FIELDS, JOINED_FIELDS, WITHHOLDING, fold_name
from broadsheet.settings.model import Settings

# Of the articles that have a name, so many in a hundred may be problems if it is read as a field of ours.
_MOST_UNREAD = 5
# Of all articles, so many in a hundred must have a field for `check` to name those without.
_LEAST_COMMON = 50
# So many articles tell whether a name is a field of ours.
_SAMPLE = 200
_BODY = b"\nx\n"
# Beside ISO 8601, the likeliest first.
_FORMATS = (
    *("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d"),
    *("%B %d, %Y %H:%M", "%B %d, %Y", "%b %d, %Y", "%d %B %Y %H:%M", "%d %B %Y", "%d %b %Y", "%A, %B %d, %Y"),
    *("%a, %d %b %Y %H:%M:%S %z", "%a %b %d %H:%M:%S %Y", "%m/%d/%Y %H:%M", "%m/%d/%Y", "%d/%m/%Y %H:%M"),
    *("%d/%m/%Y", "%d-%m-%Y %H:%M", "%d-%m-%Y", "%Y.%m.%d %H:%M", "%Y.%m.%d", "%Y%m%d%H%M%S"),
)
# Names that archives give our fields, whichever generator they come from.
_USUAL: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "headline"),
    "author": ("author", "authors", "byline"),
    "dateline": ("dateline",),
    "date": ("date", "published", "pubDate", "publishDate", "created"),
    "updated": ("updated", "lastmod", "last_modified_at", "modified"),
    "expires": ("expires", "expiryDate", "expirydate"),
    "section": ("section", "category"),
    "tags": ("tags", "topics", "tag", "keywords"),
    "series": ("series",),
    "summary": ("summary", "description", "deck", "excerpt", "standfirst", "subtitle"),
    "image": ("image", "featured_image", "cover", "thumbnail"),
    "aliases": ("aliases", "redirect_from"),
    "draft": ("draft", "status"),
    "language": ("language", "lang"),
    "source": ("source",),
}


class Surveyed(NamedTuple):
    """A file that may be an article: where it lies here, its bytes without the body, its front matter.

    ``doubled``: a field stands twice; ``shortcodes`` are the names of those in the body, each as often.
    """

    path: str
    head: bytes
    fields: Mapping[str, Any]
    doubled: bool
    shortcodes: tuple[str, ...]


def survey(path: str, content: bytes) -> Surveyed:
    """Return what a file says of itself; raises ``Problems`` if its front matter cannot be read."""
    document = front_matter.split(path, content)
    if document.fields is None:
        raise Problems(document.problems)
    rows = document.text.split("\n")[: document.body_line - 1]
    names = [each.name for each in document.fields]
    fields = {each.name: front_matter.to_plain(each.value) for each in document.fields}
    shortcodes = tuple(name for name, _ in find_names(document.body, ()))
    return Surveyed(path, "\n".join(rows).encode() + _BODY, fields, len(names) != len(fields), shortcodes)


def choose_settings(found: Sequence[Surveyed], origin: Origin, draft: Draft) -> Draft:
    """Return ``draft`` with all that the front matter of the archive decides."""
    counts = Counter(
        name for each in found for name, value in each.fields.items() if value not in ("", [], {})
    )
    draft = replace(
        draft,
        duplicates="last" if any(each.doubled for each in found) else "strict",
        extra=tuple(sorted(counts)),
    )
    draft = replace(draft, formats=_choose_formats(found, origin, draft))
    fields: dict[str, tuple[str, ...]] = {}
    for name in ARTICLE_FIELDS:
        tried = dict.fromkeys((*origin.fields.get(name, ()), *_USUAL.get(name, ()), name))
        fitting = [key for key in tried if counts[key] and _fits(name, key, found, draft, counts[key])]
        if fitting or counts[name]:
            fields[name] = tuple(fitting)
    taken = {key for keys in fields.values() for key in keys}
    join = tuple(name for name in JOINED_FIELDS if len(fields.get(name, ())) > 1)
    names = {name for each in found for name in each.fields}
    draft = replace(draft, fields=fields, join=join, extra=tuple(_list_extra(names, taken)))
    required, reported = _choose_required(found, draft)
    return replace(draft, required=required, reported=reported)


def read_head(each: Surveyed, settings: Settings) -> Article:
    """Return an article without its text; raises ``Problems`` with what is wrong in its front matter."""
    return article.read(each.path, each.head, settings)


def _read_problems(each: Surveyed, settings: Settings) -> tuple[Problem, ...]:
    try:
        read_head(each, settings)
    except Problems as error:
        return error.problems
    return ()


def _fits(name: str, key: str, found: Sequence[Surveyed], draft: Draft, count: int) -> bool:
    """Return whether what an archive calls ``key`` can be read as our field ``name``."""
    step = max(1, count // _SAMPLE)
    alone = {each: () for each in ARTICLE_FIELDS if each not in {"title", "date", name}}
    settings = replace(draft, fields={**alone, name: (key,)}, required=("title", "date")).settings()
    having = [each for each in found if each.fields.get(key) not in (None, "", [], {})][::step]
    unread = sum(
        any(problem.message.startswith(f"{key}") for problem in _read_problems(each, settings))
        for each in having
    )
    return unread * 100 <= len(having) * _MOST_UNREAD


def _choose_formats(found: Sequence[Surveyed], origin: Origin, draft: Draft) -> tuple[str, ...]:
    """Return the formats, beside ISO 8601, in which the dates of the archive are written."""
    keys = dict.fromkeys((*origin.fields.get("date", ()), *_USUAL["date"]))
    dated = [each for each in found if any(isinstance(each.fields.get(key), str) for key in keys)]
    chosen: list[str] = []
    fields = {name: () for name in ARTICLE_FIELDS if name not in {"title", "date"}}
    draft = replace(draft, fields={**fields, "date": tuple(keys)})
    left = [each for each in dated if _has_bad_date(each, draft.settings(), keys)]
    for each in _FORMATS:
        if not left:
            break
        settings = replace(draft, formats=(*chosen, each)).settings()
        still = [one for one in left if _has_bad_date(one, settings, keys)]
        if len(still) < len(left):
            chosen.append(each)
            left = still
    return tuple(chosen)


def _has_bad_date(each: Surveyed, settings: Settings, keys: Iterable[str]) -> bool:
    starts = tuple(f"{key}:" for key in keys)
    return any(problem.message.startswith(starts) for problem in _read_problems(each, settings))


def _list_extra(names: Collection[str], taken: Collection[str]) -> Iterator[str]:
    """Yield the names, in order, that would be taken for misspelt ones of ours or for what holds back."""
    known = {*ARTICLE_FIELDS, *taken}
    for name in sorted(names):
        if name not in taken and (
            name in FIELDS or fold_name(name) in WITHHOLDING or find_nearest(name, known) is not None
        ):
            yield name


def _choose_required(found: Sequence[Surveyed], draft: Draft) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which fields all articles have, and which so many that the others should."""
    having = {
        name: sum(any(each.fields.get(key) for key in draft.fields.get(name, ())) for each in found)
        for name in ("author", "dateline", "section")
    }
    required = [name for name, count in having.items() if found and count == len(found)]
    reported = [
        name
        for name, count in having.items()
        if name not in required and count * 100 >= len(found) * _LEAST_COMMON and count
    ]
    return ("title", "date", *required), tuple(reported)
