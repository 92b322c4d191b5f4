"""Pages of the site's own, and where other pages lead to them."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from broadsheet.archive.questions.own_pages import OWN_PAGE, OWN_PAGE_TRANSLATIONS, PAGE_MENU, MenuEntry
from broadsheet.archive.questions.site import PICTURE
from broadsheet.common import languages
from broadsheet.common.pictures import NO_PICTURE
from broadsheet.render import views
from broadsheet.render.recorder import DependencyRecorder
from broadsheet.render.view_builder.articles import NotFoundError
from broadsheet.render.view_builder.links import LinkResolver


class OwnPageBuilder:
    """Builds pages of the site's own, and the menu of them."""

    def __init__(self, recorder: DependencyRecorder, links: LinkResolver) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder
        self._links = links

    def build(self, path: str) -> views.OwnPage:
        """Return a live page by the path of its file; raises ``NotFoundError``."""
        answer = self._recorder.ask(OWN_PAGE, path)
        if answer is None:
            raise NotFoundError(path)
        facts, body = json.loads(answer[0]), answer[1]
        output, picture = facts["output"], self._build_picture(facts)
        language = self._recorder.page_language(facts["language"])
        html = self._links.resolve(body, path, output, language=language, led=picture is not None)
        urls = self._recorder.urls
        return views.OwnPage(
            path=path,
            title=facts["title"],
            url=urls.url(output),
            permalink=urls.permalink(output),
            language=facts["language"],
            summary=facts["summary"],
            made_summary=facts["made_summary"],
            picture=picture,
            draft=facts["draft"],
            body=Markup(html),  # noqa: S704 - reading made it safe
            extra=facts["extra"],
            translations=tuple(map(self._build_translation, self._recorder.ask(OWN_PAGE_TRANSLATIONS, path))),
        )

    def list_menu(self) -> tuple[views.PageLink, ...]:
        """Return the pages that the page being rendered leads to, in the order of the menu.

        These are the pages in its language, and in place of each that has no translation into it the one in
        the site's own.
        """
        own = languages.key(self._recorder.setting("language"))
        wanted = languages.key(self._recorder.language)
        entries = self._recorder.ask(PAGE_MENU, "all")
        translated = {
            each.translations: each
            for each in entries
            if each.translations and languages.key(each.language) == wanted
        }
        shown: dict[str, MenuEntry] = {}
        for each in entries:
            if languages.key(each.language) in {own, wanted}:
                entry = translated.get(each.translations, each)
                shown.setdefault(entry.path, entry)
        return tuple(views.PageLink(**self._describe(each)) for each in shown.values())

    def _build_picture(self, facts: dict[str, Any]) -> views.Picture | None:
        picture = facts["picture"]
        if picture is None:
            return None
        shape = self._recorder.ask(PICTURE, picture[0]) or NO_PICTURE.shape
        whole = (*picture[:4], *shape, *picture[4:])
        return self._links.pictures.build_lead(whole, facts["path"], facts["output"])

    def _build_translation(self, entry: MenuEntry) -> views.PageTranslation:
        name = self._recorder.setting(f"names.language.{languages.key(entry.language)}")
        name = name or languages.find_own_name(entry.language)
        return views.PageTranslation(**self._describe(entry), name=name)

    def _describe(self, entry: MenuEntry) -> dict[str, str]:
        urls = self._recorder.urls
        return {
            "path": entry.path,
            "title": entry.title,
            "url": urls.url(entry.output),
            "permalink": urls.permalink(entry.output),
            "language": entry.language,
        }
