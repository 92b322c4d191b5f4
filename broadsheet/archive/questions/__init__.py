"""All kinds of questions about the archive, and the answer to any of them by its text.

``question`` says what a kind of question is; the other modules declare the kinds, a family each.
"""

from __future__ import annotations

import sqlite3
from typing import Any, TypeAlias

from broadsheet.archive.questions import (
    anniversaries,
    articles,
    front_page,
    listings,
    moved,
    names,
    news,
    own_pages,
    profiles,
    records,
    related,
    search,
    site,
)
from broadsheet.archive.questions.question import Answer, Question, QuestionKind, digest_answer

AnyKind: TypeAlias = QuestionKind[Any, Any, Answer]

KINDS: tuple[AnyKind, ...] = (
    articles.STORY,
    articles.BODY,
    articles.TARGET,
    articles.EXPIRED,
    articles.HEADLINE,
    articles.AROUND,
    articles.WITHIN,
    related.RELATED,
    listings.NEWEST,
    listings.FED,
    listings.FED_TAGS,
    listings.LISTING,
    listings.PERIODS,
    listings.COUNT,
    listings.NEIGHBOURS,
    listings.FACET_NAME,
    profiles.PROFILE,
    profiles.AUTHOR_BOX,
    profiles.KEY_STORIES,
    profiles.BYLINE,
    profiles.AUTHOR_BOX,
    profiles.LOCATED,
    profiles.NEAR,
    own_pages.OWN_PAGE,
    own_pages.OWN_PAGE_TRANSLATIONS,
    own_pages.OWN_PAGE_ADDRESSES,
    own_pages.PAGE_MENU,
    anniversaries.ANNIVERSARY,
    anniversaries.ANNIVERSARIES,
    front_page.FRONT,
    names.NAMES,
    names.FRONTS,
    names.KINDS,
    names.LANGUAGES,
    names.MONTHS,
    names.SITEMAP,
    names.SITEMAPS,
    news.NEWS,
    records.RECORDS,
    moved.MOVED,
    moved.DECLARED,
    search.SEARCH_SPANS,
    search.SEARCH_SEGMENT,
    search.SEARCH_RESULTS,
    site.SETTING,
    site.FACET_SETTING,
    site.TEMPLATE,
    site.ENGINE,
    site.EXISTS,
    site.FILE_DIGEST,
    site.ASSET,
    site.PICTURE,
    site.PICTURE_WORDS,
)

_BY_NAME = {kind.name: kind for kind in KINDS}


def find_answer(db: sqlite3.Connection, question: Question) -> tuple[Answer, bytes]:
    """Return the answer to a question as the archive stands, and its digest."""
    answer = _BY_NAME[question.kind].answer_text(db, question.subject, question.parameters)
    return answer, digest_answer(answer)
