"""Fronts of facets that list nothing any more: a publication answers their URLs with a page that says so.

A tag that no article has any more has no front, and the build, a function of its sources, does not know that
it had one; only what is published does. So the publication adds the page, on top of the built site, and adds
it again each time, from what the branch has, until the facet has articles again or site.toml says what
becomes of the URL. The feeds beside such a front stay as they were last published. Articles are not answered
so.
"""

# ruff: noqa: RUF001 - letters of other languages

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from html import escape

from broadsheet.common import languages
from broadsheet.common.urls import FACET_FOLDERS, Urls, output_at
from broadsheet.publish.suggestions import HOME_FEEDS, read_headline
from broadsheet.settings.model import Settings

_FRONT = re.compile(rf"({'|'.join(FACET_FOLDERS.values())})/[^/]+/")
_KINDS = {folder: kind for kind, folder in FACET_FOLDERS.items()}
# If more fronts of a kind would go, and more than stay, that is hardly what their authors meant.
_MOST = 10
# By which a publication knows the pages that one before it has added.
_MARK = b'<meta name="generator" content="Broadsheet: an emptied front">'
_WORDS = {
    "ar": "لم يعد هنا شيء.",
    "az": "Burada artıq heç nə yoxdur.",
    "cs": "Už tu nic není.",
    "de": "Hier steht nichts mehr.",
    "en": "Nothing is listed here any more.",
    "es": "Aquí ya no hay nada.",
    "fa": "دیگر چیزی اینجا نیست.",
    "fr": "Il n’y a plus rien ici.",
    "ja": "ここにはもう何もありません。",
    "ka": "აქ აღარაფერია.",
    "pl": "Nic już tu nie ma.",
    "pt": "Já não há nada aqui.",
    "ru": "Здесь больше ничего нет.",
    "tr": "Burada artık hiçbir şey yok.",
    "uk": "Тут більше нічого немає.",
    "zh": "这里已没有内容。",
    "zh-hant": "這裡已沒有內容。",
}


class EmptiedFronts:
    """What becomes of the published fronts that a built site lacks.

    ``settings`` are those of the site, ``built`` the paths of its files, ``published`` those of the branch.
    ``read`` returns the content of a file on either, the built one first.
    """

    def __init__(
        self,
        settings: Settings,
        built: Collection[str],
        published: Collection[str],
        read: Callable[[str], bytes],
    ) -> None:
        """Begin with the fronts that earlier publications have answered."""
        self._settings = settings
        self._built = built
        self._published = published
        self._read = read
        self._kept = {output: read(output) for output in sorted(self._list_candidates())}
        self._kept = {output: page for output, page in self._kept.items() if _MARK in page}
        self.new: tuple[str, ...] = ()

    def answer(self, lost: Iterable[str]) -> frozenset[str]:
        """Return which of the published paths that would be ``lost`` get a page; they are ``new`` then."""
        fronts = [path for path in lost if self._is_front(path) and self._is_dropped(output_at(path))]
        counts = Counter(path.partition("/")[0] for path in fronts)
        fronts_left = {tuple(path.split("/")[:2]) for path in self._built if path.count("/") > 1}
        stay = Counter(folder for folder, _ in fronts_left)
        few = {folder for folder, count in counts.items() if count <= max(_MOST, stay[folder])}
        self.new = tuple(sorted(path for path in fronts if path.partition("/")[0] in few))
        return frozenset(self.new)

    def make_outputs(self) -> dict[str, bytes]:
        """Return the pages to add, and the feeds beside them that stay, by their paths."""
        pages = self._kept | {output_at(path): self._read(output_at(path)) for path in self.new}
        made = {output: self._make_page(output, read_headline(page)) for output, page in pages.items()}
        feeds = (output.replace("index.html", name) for output in pages for name in HOME_FEEDS)
        kept = {feed for feed in feeds if self._is_dropped(feed)}
        return made | {feed: self._read(feed) for feed in sorted(kept)}

    def _list_candidates(self) -> Iterator[str]:
        """Yield the published fronts that the built site lacks."""
        for output in self._published:
            path = output.removesuffix("index.html")
            if path != output and self._is_dropped(output) and _FRONT.fullmatch(path):
                yield output

    def _is_dropped(self, output: str) -> bool:
        """Return whether a file is published and not among those of the built site."""
        return output in self._published and output not in self._built

    def _is_front(self, path: str) -> bool:
        """Return whether a path is that of a front of a kind that is listed."""
        found = _FRONT.fullmatch(path)
        return found is not None and _KINDS[found[1]] in self._settings.listings_kinds

    def _make_page(self, output: str, name: str) -> bytes:
        settings = self._settings
        index = f"{output.partition('/')[0]}/index.html"
        target = index if index in self._built else "index.html"
        shown = read_headline(self._read(index)) if index in self._built else ""
        url = escape(Urls(settings.url).url(target))
        language = languages.key(settings.language)
        words = _WORDS.get(language)
        own = f' lang="{escape(settings.language)}"' if words else ' lang="en"'
        direction = ' dir="rtl"' if words and languages.is_right_to_left(language) else ""
        rows = (
            "<!doctype html>",
            f"<html{own}{direction}>",
            "<head>",
            '<meta charset="utf-8">',
            '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<meta name="robots" content="noindex">',
            _MARK.decode(),
            f"<title>{escape(name or settings.title)}</title>",
            "</head>",
            "<body>",
            "<main>",
            f"<h1>{escape(name or settings.title)}</h1>",
            f"<p>{words or _WORDS['en']}</p>",
            f'<p><a href="{url}">{escape(shown or settings.title)}</a></p>',
            "</main>",
            "</body>",
            "</html>",
            "",
        )
        return "\n".join(rows).encode()
