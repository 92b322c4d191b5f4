"""All articles in an embedded SQLite database, in one total order, and the questions about them.

- ``database`` is the state file and its tables; ``facts`` an article as text in it
- ``kinds`` says what a kind of question is: an answer and its footprint
- ``stories``, ``related``, ``listings``, ``indexes``, ``profiles``, ``news``, ``records``,
  ``anniversaries`` and ``site`` are the kinds
- ``revision`` brings the tables up to date, the only code that writes them
- ``recorder`` answers, and remembers what was asked; ``nouns`` makes of answers the nouns that layouts get,
  which are in ``faces``; ``hands`` is what layouts ask with
"""

from __future__ import annotations

import sqlite3

from broadsheet.archive.questions import (
    anniversaries,
    articles,
    listings,
    names,
    news,
    profiles,
    records,
    related,
    site,
)
from broadsheet.archive.questions.question import Answer, Kind, Question, answer_digest

KINDS: tuple[Kind, ...] = (
    articles.Story(),
    articles.Body(),
    articles.Target(),
    articles.Gone(),
    articles.Around(),
    articles.Within(),
    related.Related(),
    listings.Newest(),
    listings.Fed(),
    listings.Listing(),
    listings.Periods(),
    listings.Count(),
    listings.FacetName(),
    profiles.ProfileOf(),
    profiles.Byline(),
    profiles.Located(),
    anniversaries.Anniversary(),
    anniversaries.Anniversaries(),
    names.Names(),
    names.Fronts(),
    names.Months(),
    names.Sitemap(),
    names.Sitemaps(),
    news.News(),
    records.Records(),
    site.Setting(),
    site.Given(),
    site.Template(),
    site.Engine(),
    site.Exists(),
    site.File(),
    site.Pixels(),
)

SHARED = frozenset(kind.name for kind in KINDS if kind.shared)
_BY_NAME = {kind.name: kind for kind in KINDS}


def answered(db: sqlite3.Connection, question: Question) -> tuple[Answer, bytes]:
    """Return the answer to a question as the archive stands, and its digest."""
    answer = _BY_NAME[question.kind].answer(db, question.subject, question.parameters)
    return answer, answer_digest(answer)
