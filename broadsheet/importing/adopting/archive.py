"""What an archive is and says, as far as its files alone tell: articles, addresses, settings."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from broadsheet.common import files
from broadsheet.common.languages import find_prefix, is_language
from broadsheet.common.model import Article
from broadsheet.common.problems import Problem, Problems
from broadsheet.common.slugs import slugify
from broadsheet.importing.adopting.addresses import (
    Addressed,
    KnownAddresses,
    choose_addresses,
    read_sitemap_file,
)
from broadsheet.importing.adopting.draft import Draft
from broadsheet.importing.adopting.generators import GENERATORS
from broadsheet.importing.adopting.headers import Headed, write_front_matter
from broadsheet.importing.adopting.left_out import LeftOut, group
from broadsheet.importing.adopting.origin import Entry, Origin
from broadsheet.importing.adopting.survey import Surveyed, choose_settings, read_head, survey
from broadsheet.importing.adopting.tree import Tree
from broadsheet.read.values.paths import parse_file_name
from broadsheet.settings.model import Settings
from broadsheet.settings.zones import load_zone

# Texts in which articles are written elsewhere.
_NOT_MARKDOWN = (".rst", ".adoc", ".asciidoc", ".org", ".textile", ".ipynb", ".njk", ".liquid", ".mdx")


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """What comes of an adoption: the settings, the files to copy into the site, and what the report says.

    ``copied`` are pairs of the path there and here; ``drafts`` counts the articles that are held back,
    ``kept`` those that stay at their old addresses, ``redirected`` those that are led on to, ``unknown``
    those whose old address cannot be told; ``lost`` are the addresses that cannot be kept. ``unread`` counts
    the fields that nothing reads, ``shortcodes`` what is shown as text; both by name.
    """

    origin: Origin
    draft: Draft
    copied: tuple[tuple[str, str], ...]
    articles: int
    drafts: int
    left_out: tuple[LeftOut, ...]
    kept: int
    redirected: int
    lost: tuple[str, ...]
    unknown: int
    unread: Mapping[str, int]
    shortcodes: Mapping[str, int]
    questions: tuple[str, ...]


class _Read(NamedTuple):
    """An article that can be read: its path there, what was surveyed, and the article without its text."""

    source: str
    surveyed: Surveyed
    article: Article


def identify(tree: Tree) -> Origin:
    """Return what the site in a folder is; raises ``Problems`` if none of ``GENERATORS`` builds it."""
    for generator in GENERATORS:
        config = generator.find_config(tree)
        if config:
            return generator.describe(tree, config)
    names = ", ".join(generator.name for generator in GENERATORS)
    hint = f"Its configuration is looked for in the folder itself. The generators are {names}."
    raise Problems([Problem(path=str(tree.root), message="holds no site of another generator", hint=hint)])


def survey_archive(
    tree: Tree, sitemap: Path | None, now: dt.datetime, *, in_place: bool
) -> tuple[Adoption, KnownAddresses | None]:
    """Return how an archive would be adopted, and the addresses that its sitemap lists.

    ``in_place``: nothing is copied, for the site is to stand in the folder of the other. Raises ``Problems``.
    """
    origin = identify(tree)
    if not any(tree.list_below(each.source) for each in origin.content):
        message = f"{origin.generator} builds this site, and it has no articles"
        hint = "Name the folder in which its configuration and its articles are."
        raise Problems([Problem(path=origin.config, message=message, hint=hint)])
    known = read_sitemap_file(sitemap, origin.url) if sitemap else None
    folder, placed = _place_content(tree, origin, in_place=in_place)
    found, left_out = _survey_files(tree, placed, origin)
    if in_place:
        _check_unconverted(tree, origin, [source for source, _ in found])
    draft = choose_settings([each for _, each in found], origin, _begin(origin, folder))
    draft, questions = _spare_expired([each for _, each in found], draft, now)
    settings = draft.settings()
    read = []
    for source, each in found:
        try:
            read.append(_Read(source, each, read_head(each, settings)))
        except Problems as error:
            left_out.append(LeftOut(each.path, error.problems[0].message))
    public = [each for each in read if not each.article.draft]
    addressed = [_find_address(each, settings, origin, known) for each in public]
    addresses = choose_addresses(addressed, origin.patterns)
    paths = [each.surveyed.path for each in read]
    draft = replace(
        draft,
        permalink=addresses.pattern,
        redirects=addresses.redirects,
        authors=_name_authors(origin, read),
        exclude=(*origin.exclude, *group(left_out, paths, folder)),
    )
    adoption = Adoption(
        origin=origin,
        draft=draft,
        copied=() if in_place else placed,
        articles=len(read),
        drafts=len(read) - len(public),
        left_out=tuple(left_out),
        kept=addresses.kept,
        redirected=len(addresses.redirects),
        lost=addresses.lost,
        unknown=sum(not each.old for each in addressed),
        unread=_count_unread(read, draft),
        shortcodes=_count_shortcodes(read),
        questions=(*(() if known else origin.questions), *_ask_for_guessed(draft), *questions),
    )
    return adoption, known


def _place_content(tree: Tree, origin: Origin, *, in_place: bool) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the folder of the articles here, and each file that may be one: its path there and here."""
    if in_place and [each.target for each in origin.content] != [""]:
        folders = ", ".join(each.source for each in origin.content)
        message = f"its articles are in several folders: {folders}"
        hint = "Have them copied into one folder of a site of their own: --into SITE"
        raise Problems([Problem(path=str(tree.root), message=message, hint=hint)])
    folder = origin.content[0].source if in_place else "content"
    placed = []
    for branch in origin.content:
        start = "/".join(filter(None, (folder, branch.target)))
        for path in tree.list_below(branch.source):
            name = path.removeprefix(branch.source).lstrip("/")
            if origin.page_name and name.endswith(origin.page_name):
                name = f"{name.removesuffix(origin.page_name)}index.md"
            placed.append((path, f"{start}/{name}"))
    return folder, tuple(placed)


def _begin(origin: Origin, folder: str) -> Draft:
    """Return the settings that the other configuration tells."""
    language = origin.language.replace("_", "-")
    told = {
        "title": origin.title,
        "url": origin.url if urlsplit(origin.url).netloc else "",
        "language": language if language and is_language(language) else "",
        "timezone": origin.timezone if _is_zone(origin.timezone) else "",
    }
    draft = Draft(
        guessed=tuple(name for name, value in told.items() if not value),
        tagline=origin.tagline,
        folder=folder,
        section="folder" if origin.sections_are_folders else "field",
        dialect=origin.dialect,
        split=origin.split,
        slugs="file" if origin.keeps_names else "made",
        sections=origin.sections,
    )
    return replace(
        draft,
        title=told["title"] or draft.title,
        url=told["url"] or draft.url,
        language=told["language"] or draft.language,
        timezone=told["timezone"] or draft.timezone,
    )


def _is_zone(name: str) -> bool:
    try:
        load_zone(name)
    except (ValueError, KeyError, OSError):
        return False
    return bool(name)


def _ask_for_guessed(draft: Draft) -> list[str]:
    return [f'The {name} is not known. Write it into site.toml: {name} = "…"' for name in draft.guessed]


def read_content(tree: Tree, origin: Origin, path: str) -> bytes:
    """Return the bytes that a file has here: its own, unless its header is no YAML."""
    content = files.read(tree.root, path)
    if origin.convert is None or not (files.is_article(path) or path.endswith(origin.page_name or "\0")):
        return content
    headed = _convert(origin, path, content)
    return write_front_matter(headed).encode() if headed else content


def _convert(origin: Origin, path: str, content: bytes) -> Headed | None:
    if origin.convert is None:
        return None
    try:
        return origin.convert(content.decode("utf-8-sig", errors="replace").replace("\r\n", "\n"))
    except ValueError as error:
        hint = "Correct it, and adopt the archive again."
        message = f"its header cannot be read: {error}"
        raise Problems([Problem(path=path, line=1, message=message, hint=hint)]) from None


def _check_unconverted(tree: Tree, origin: Origin, paths: Sequence[str]) -> None:
    """Raise ``Problems`` if an article would have to be written anew, which is not done in its place."""
    first = next((path for path in paths if _convert(origin, path, files.read(tree.root, path))), "")
    if first or origin.page_name:
        message = f"{origin.generator}'s articles have no YAML front matter"
        hint = "Have them copied into a site of their own, which changes their headers: --into SITE"
        raise Problems([Problem(path=first or str(tree.root), message=message, hint=hint)])


def _survey_files(
    tree: Tree, placed: Sequence[tuple[str, str]], origin: Origin
) -> tuple[list[tuple[str, Surveyed]], list[LeftOut]]:
    """Return what each file that may be an article says, with its path there, and those that say nothing."""
    patterns = tuple(pattern for pattern, _ in origin.exclude)
    found, left_out = [], []
    for there, here in placed:
        if files.is_excluded(here.partition("/")[2], patterns):
            continue
        if here.endswith(_NOT_MARKDOWN):
            left_out.append(LeftOut(here, f"{here[here.rindex('.') :]} is not Markdown"))
        elif files.is_article(here):
            try:
                found.append((there, survey(here, read_content(tree, origin, there))))
            except Problems as error:
                left_out.append(LeftOut(here, error.problems[0].message))
    return found, left_out


def _spare_expired(
    found: Sequence[Surveyed], draft: Draft, now: dt.datetime
) -> tuple[Draft, tuple[str, ...]]:
    """Return settings under which no article is taken down, and the question whether some should be."""
    keys = draft.fields.get("expires", ())
    settings = draft.settings()
    expired = wrong = 0
    for each in found:
        if any(each.fields.get(key) for key in keys):
            try:
                expires = read_head(each, settings).expires
            except Problems:
                wrong += 1
            else:
                expired += expires is not None and expires <= now
    if not expired + wrong:
        return draft, ()
    kept = replace(draft, fields={**draft.fields, "expires": ()}, extra=tuple(sorted({*draft.extra, *keys})))
    listed = ", ".join(f'"{key}"' for key in keys)
    question = (
        f"{expired:,} articles have expired, and are published all the same. To take them down, write"
        f" [front_matter] expires = [{listed}], and take the name out of extra."
    )
    return kept, (question,)


def _find_address(read: _Read, settings: Settings, origin: Origin, known: KnownAddresses | None) -> Addressed:
    """Return where an article stood, and what its address is made of here."""
    path, made = read.surveyed.path, read.article
    name = parse_file_name(path, settings.content_folder, settings.permalinks_slugs)
    parts = name.make_parts(
        day=made.day.isoformat(),
        slug=made.slug,
        section=made.section.slug if made.section else "",
        language=find_prefix(made.language, settings.language),
    )
    old = origin.find_address(Entry(read.source, read.surveyed.fields, parts))
    if known:
        old = known.find(old, parts.slug, parts.file)
    own = "" if made.output == parts.output(settings.permalinks_article) else made.output
    return Addressed(path, parts, old, own, made.aliases)


def _name_authors(origin: Origin, read: Sequence[_Read]) -> dict[str, str]:
    """Return the names of those authors whom articles name by an id."""
    used = {author.slug for each in read for author in each.article.authors}
    return {slugify(key): name for key, name in origin.authors.items() if slugify(key) in used}


def _count_unread(read: Sequence[_Read], draft: Draft) -> dict[str, int]:
    taken = {key for keys in draft.fields.values() for key in keys}
    names = (name for each in read for name in each.surveyed.fields)
    return dict(Counter(name for name in names if name and name not in taken).most_common())


def _count_shortcodes(read: Sequence[_Read]) -> dict[str, int]:
    """Return how often the articles have shortcodes, by name."""
    return dict(Counter(name for each in read for name in each.surveyed.shortcodes).most_common())
