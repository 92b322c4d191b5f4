"""Writes archives of made-up news articles: any number of them, the same bytes for the same seed.

An article is a function of the seed, the number of articles and its own number, so that a million of
them stream through a few megabytes of memory, and one can be made again by itself. The flavours are the
same articles with the front matter that other generators read. Nothing here imports the package.

    python bench/corpus.py 10000 archive
    python bench/corpus.py 10000 elsewhere --flavour hugo
"""

from __future__ import annotations

import argparse
import datetime as dt
import math
import os
import random
import shutil
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
SEED = 1791
FIRST_DAY = dt.date(2005, 1, 1)
DAYS = 7305  # twenty years
CROWDED = 3998  # the number of the day, in December 2015, that has the most articles
CROWD = 150
LEAST_WITH_CROWD = 1000

SECTIONS = {
    "politics": "Politics",
    "business": "Business",
    "world": "World",
    "science": "Science",
    "health": "Health",
    "culture": "Culture",
    "sport": "Sport",
    "opinion": "Opinion",
}
SETTINGS = f"""\
title = "The Example Courier"
url = "https://example.org/"
language = "en"
timezone = "UTC"

[front_matter]
author = ["author", "authors"]

[hosting]
limits = "none"

[sections]
{"".join(f'{slug} = "{name}"{chr(10)}' for slug, name in SECTIONS.items())}"""
# All that a newsroom may want, and each of its articles has some of.
NEWSROOM = f"""\
{SETTINGS}
[feeds]
kinds = ["section", "tag", "author", "dateline", "series", "edition", "language"]

[data]
articles = true

[citations]
articles = true
listings = ["author", "series", "edition"]
"""
# The pages that the peers make, and no others: no days, no datelines, one feed, their addresses.
EQUAL = f"""\
{SETTINGS}
[permalinks]
article = "/{{year}}/{{month}}/{{slug}}/"

[listings]
days = false
kinds = ["section", "tag", "author"]
anniversaries = false

[feeds]
kinds = []

[related]
count = 0

[sitemaps]
news = false

[data]
months = false

[citations]
styles = []
"""
# All but the search.
SEARCHLESS = f"""\
{SETTINGS}
[search]
on = false
"""

_WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
_GIVEN, _FAMILY, _BODIES, _THINGS, _KINDS, _DEEDS = (
    _WORDS[name].split() for name in ("given", "family", "bodies", "things", "kinds", "deeds")
)
_SPEECH, _CIRCUMSTANCES, _MEASURES = (_WORDS[name] for name in ("speech", "circumstances", "measures"))
_GENRES = ("report", "opinion", "analysis", "background", "review")
_STOCK = 3000
_ADDITIONAL = 10**9  # beyond the number of every article
_STEEP = 5.0  # the greater, the less the commonest tags stand out
_RARER = 100  # words of an article's text that are drawn from a large vocabulary
_FREQUENT, _TAIL = 200, -1 / 0.6  # how many are about as common, how fast the others get rarer
_SHORT = 5000  # how many of its words have two syllables
_UNEVEN = 1.3  # the greater, the more words begin alike
_SYLLABLES = tuple(
    first + vowel + last
    for first in ("c", "p", "s", "d", "r", "m", "t", "b", "st", "f", "l", "pr", "h", "g", "n", "v", "w", "tr")
    for last in ("n", "", "r", "l", "s", "m")
    for vowel in "eaoiu"
)
_FIRST_HOUR, _HOURS = 9, 7
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article. ``path`` is below content/; ``date`` is ISO 8601 with an offset; ``body`` is Markdown."""

    number: int
    path: str
    title: str
    authors: tuple[str, ...]
    dateline: str
    date: str
    section: str
    tags: tuple[str, ...]
    summary: str
    body: str


class Newsroom:
    """All articles of one corpus, each made when it is asked for."""

    def __init__(self, count: int, seed: int = SEED) -> None:
        self.count = count
        self._seed = seed
        self._chance = random.Random()
        # The words are the same for every corpus; what is made of them is not.
        self._plain = _Stock(random.Random(SEED), marked=False)
        self._marked = _Stock(random.Random(SEED + 1), marked=True)
        self._calm = tuple(head for head in self._plain.heads if '"' not in head)
        self._tags = _vocabulary(_tag_count(count))
        self._authors = _names(40 + math.isqrt(count) // 2)
        self._places = tuple(_WORDS["places"].items())
        self._sections = tuple(SECTIONS.values())
        self._crowd = CROWD if count >= LEAST_WITH_CROWD else 0
        self._usual = count - self._crowd  # spread over all other days
        self._before = -(-CROWDED * self._usual // (DAYS - 1))  # how many of these come before the crowd

    @property
    def authors(self) -> tuple[str, ...]:
        """The names of all authors, those who wrote first before the others."""
        return self._authors

    @property
    def places(self) -> tuple[str, ...]:
        """The names of all places that articles are filed from."""
        return tuple(name for name, _ in self._places)

    def articles(self) -> Iterator[Article]:
        """Yield every article, oldest day first."""
        return map(self.article, range(self.count))

    def article(self, number: int) -> Article:
        """Return one article; from 0, oldest day first."""
        return self._made(number, self._day(number))

    def additional(self) -> dict[str, Article]:
        """Return the articles that may come on top of the corpus, each by what is particular about it.

        They are the same for every number of articles, so that what they change can be compared.
        """
        days = (DAYS, CROWDED, DAYS - 3653, DAYS - 1, DAYS - 1)
        newest, crowded, backdated, unheard, common = map(self.another, range(len(days)), days)
        return {
            "newest, on a new day": newest,
            "into a day of 150": crowded,
            "ten years back": backdated,
            "a new tag and author": replace(unheard, authors=("Quill Newcomer",), tags=("moon landing",)),
            "eight common tags": replace(common, tags=self._tags[:8]),
        }

    def another(self, number: int, day: int) -> Article:
        """Return an article of a day that is not in the corpus, another for each number.

        It is the same for every number of articles.
        """
        tags = tuple(dict.fromkeys(self._tags[rank % len(self._tags)] for rank in (1, 10, 100)))
        return replace(self._made(_ADDITIONAL + number, day), authors=self._authors[-1:], tags=tags)

    def _day(self, number: int) -> int:
        if self._before <= number < self._before + self._crowd:
            return CROWDED
        usual = number if number < self._before else number - self._crowd
        day = usual * (DAYS - 1) // self._usual
        return day + 1 if self._crowd and day >= CROWDED else day

    def _made(self, number: int, day: int) -> Article:
        chance = self._chance
        chance.seed(self._seed << 40 | number)
        draw = chance.random
        share = min(1.0, (number + 1) / self.count)
        place, offset = _one(draw, self._places)
        date = FIRST_DAY + dt.timedelta(days=day)
        title = self._title(draw)
        name = title.lower().replace(" ", "-").replace("'", "").replace(",", "").replace(":", "")
        stock = self._marked if number % 2 else self._plain
        return Article(
            number=number,
            path=f"{date.year}/{date.month:02}/{name}-{number}.md",
            title=title,
            authors=self._bylines(draw, share),
            dateline=place,
            date=f"{date.isoformat()}T{_moment(draw)}{offset}",
            section=self._sections[int(draw() * draw() * len(self._sections))],
            tags=self._topics(draw, share),
            summary=f"{_one(draw, self._calm)} {_one(draw, self._plain.tails)}.",
            body=_body(chance, stock),
        )

    def _title(self, draw: Callable[[], float]) -> str:
        subject = f"{_one(draw, _KINDS)} {_one(draw, _BODIES)}".capitalize()
        title = f"{subject} {_one(draw, _DEEDS)} {_one(draw, _KINDS)} {_one(draw, _THINGS)}"
        odds = draw()
        if odds < 0.1:
            return f"{_one(draw, _THINGS).capitalize()}: {title}"
        return f"{_one(draw, _FAMILY)}'s {title.lower()}" if odds > 0.9 else title

    def _bylines(self, draw: Callable[[], float], share: float) -> tuple[str, ...]:
        """Return one author or, of one article in seven, two: out of those who are there at the time."""
        begin = int(share * (len(self._authors) - 40))
        first = self._authors[begin + int(draw() * 40)]
        second = self._authors[begin + int(draw() * 40)]
        return (first, second) if first != second and draw() < 1 / 7 else (first,)

    def _topics(self, draw: Callable[[], float], share: float) -> tuple[str, ...]:
        """Return 1 to 5 tags of those in use by then, by Zipf's law: the reciprocal of the rank."""
        known = _tag_count(max(1, int(share * self.count)))
        width = (known + _STEEP) / _STEEP
        ranks = [int(_STEEP * width ** draw() - _STEEP) for _ in range(1 + int(draw() * 5))]
        return tuple(dict.fromkeys(self._tags[rank] for rank in ranks))


class _Stock:
    """Ready parts of sentences: any head goes with any tail."""

    def __init__(self, chance: random.Random, *, marked: bool) -> None:
        draw = chance.random
        heads = [_head(draw) for _ in range(_STOCK)]
        tails = [_tail(draw) for _ in range(_STOCK)]
        self.marked = marked
        self.heads = tuple(heads)
        self.tails = tuple(_with_marks(draw, tail) for tail in tails) if marked else tuple(tails)


def make(folder: Path, count: int, *, flavour: str = "broadsheet", seed: int = SEED) -> Newsroom:
    """Write ``count`` articles below ``folder``/content; return what can make more of them."""
    newsroom = Newsroom(count, seed)
    standing = ""
    for article in newsroom.articles():
        month = article.path[:7]
        if month != standing:
            _begin(folder / "content", month, flavour)
            standing = month
        _write(f"{folder}/content/{article.path}", text(article, flavour))
    for path, words in _profiles(newsroom) if flavour == "newsroom" else ():
        (folder / "content" / path).parent.mkdir(exist_ok=True)
        _write(f"{folder}/content/{path}", words)
    return newsroom


def add(folder: Path, article: Article, *, flavour: str = "broadsheet") -> Path:
    """Write one more article, and return its file."""
    _begin(folder / "content", article.path[:7], flavour)
    file = folder / "content" / article.path
    _write(str(file), text(article, flavour))
    return file


def text(article: Article, flavour: str = "broadsheet") -> str:
    """Return an article as the file that a generator reads: ``broadsheet``, or one of FLAVOURS."""
    return FLAVOURS[flavour](article)


def dress(folder: Path, settings: str = SETTINGS) -> None:
    """Make a folder with articles a site, with settings and this repository's layouts and static files."""
    (folder / "site.toml").write_text(settings, encoding="utf-8")
    for name in ("layouts", "static"):
        shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)


def _broadsheet(article: Article) -> str:
    names = article.authors
    who = f"author: {names[0]}" if len(names) == 1 else f"authors: [{', '.join(names)}]"
    return (
        f'---\ntitle: "{article.title}"\n{who}\ndateline: {article.dateline}\ndate: {article.date}\n'
        f"section: {article.section}\ntags: [{', '.join(article.tags)}]\n"
        f'summary: "{article.summary}"\n---\n\n{article.body}'
    )


def _newsroom(article: Article) -> str:
    """Return our own front matter with all there is in it; what comes on top of a corpus has the most.

    Of every nine articles three are one story in three languages, of every ten one is a part of a story
    that runs on.
    """
    number, added = article.number, article.number >= _ADDITIONAL
    day = dt.date.fromisoformat(article.date[:10])
    rows = [
        f"genre: {_GENRES[number % len(_GENRES)]}",
        f"edition: {day}\npage: A{number % 8 + 1}\ncolumn: {number % 4 + 1}",
    ]
    if added or number % 10 == 0:
        rows.append(f"series: The {_THINGS[0 if added else number // 10 % 40]} story")
    if added or number % 20 == 0:
        later = day + dt.timedelta(days=1)
        rows.append(f"corrections: {{date: {later}, text: An earlier version was wrong.}}")
    elif number % 500 == 7:
        rows.append(f"retracted: {{date: {day}, reason: Nothing of it was so.}}")
    language = "tr" if added else {4: "az", 5: "ar"}.get(number % 9, "")
    if added or 3 <= number % 9 <= 5:
        rows.append(f"translations: t{0 if added else number // 9}")
    rows += [f"language: {language}"] if language else []
    front, closing, rest = _broadsheet(article).partition("\n---\n")
    return "\n".join((front, *rows)) + closing + rest


def _profiles(newsroom: Newsroom) -> Iterator[tuple[str, str]]:
    """Yield a profile for each of the first authors, and for each place, as path and text."""
    for name in newsroom.authors[:20]:
        slug = name.lower().replace(" ", "-").replace("'", "-")
        yield f"authors/{slug}.md", f"---\nname: {name}\nrole: Reporter\n---\n\nHas written since 2005.\n"
    for number, name in enumerate(newsroom.places):
        slug = name.lower().replace(" ", "-")
        where = f"{40 + number * 7 % 13}.5, {number * 11 % 17}.25"
        yield f"datelines/{slug}.md", f"---\nname: {name}\ncoordinates: {where}\n---\n\nA place.\n"


def _wordy(article: Article) -> str:
    """Return our own front matter and, in the text, words that few other articles have.

    A search index is as large as a vocabulary, and the parts that sentences are made of are a few hundred
    words. Every fifth word of the text becomes one of many more, by a power law that gives archives of 100
    to 2,000 articles about as many different words as digital.gov's newsroom has, and as many to an article.
    """
    chance = random.Random(article.number)
    draw = chance.random
    words = article.body.split(" ")
    places = [at for at, word in enumerate(words) if len(word) > 4 and word.isalpha() and word.islower()]
    for place in chance.sample(places, min(_RARER, len(places))):
        words[place] = _word(int(_FREQUENT * (1 - draw()) ** _TAIL - _FREQUENT))
    return _broadsheet(replace(article, body=" ".join(words)))


def _word(rank: int) -> str:
    """Return a word that can be pronounced, another for each rank; some beginnings are far more common."""
    bits = (rank + 1) * 0x9E3779B97F4A7C15 & (1 << 64) - 1
    bits ^= bits >> 31
    syllables = []
    for _ in range(2 if rank < _SHORT else 3):
        bits, part = divmod(bits, 1 << 16)
        syllables.append(_SYLLABLES[int((part / (1 << 16)) ** _UNEVEN * len(_SYLLABLES))])
    return "".join(syllables)


def _hugo(article: Article) -> str:
    return (
        f'---\ntitle: "{article.title}"\nauthors: [{", ".join(article.authors)}]\n'
        f"dateline: {article.dateline}\ndate: {article.date}\nsections: [{article.section}]\n"
        f'tags: [{", ".join(article.tags)}]\nsummary: "{article.summary}"\n---\n\n{article.body}'
    )


def _eleventy(article: Article) -> str:
    return _hugo(article).replace(f"\nsections: [{article.section}]\n", f"\nsection: {article.section}\n", 1)


def _pelican(article: Article) -> str:
    """Return Pelican's own front matter. In mixed zones it stops at the end of a month, so this is in UTC."""
    moment = dt.datetime.fromisoformat(article.date).astimezone(dt.UTC)
    return (
        f"Title: {article.title}\nAuthors: {'; '.join(article.authors)}\nDateline: {article.dateline}\n"
        f"Date: {moment:%Y-%m-%d %H:%M:%S}\nCategory: {article.section}\nTags: {', '.join(article.tags)}\n"
        f"Slug: {article.path[8:-3]}\nSummary: {article.summary}\n\n{article.body}"
    )


FLAVOURS: dict[str, Callable[[Article], str]] = {
    "broadsheet": _broadsheet,
    "newsroom": _newsroom,
    "wordy": _wordy,
    "hugo": _hugo,
    "eleventy": _eleventy,
    "pelican": _pelican,
}


def _begin(content: Path, month: str, flavour: str) -> None:
    """Make the folder of a month; to Hugo, a month is a section only if it has a page of its own."""
    (content / month).mkdir(parents=True, exist_ok=True)
    if flavour == "hugo":
        for path in (month[:4], month):
            (content / path / "_index.md").write_text(f'---\ntitle: "{path}"\n---\n', encoding="utf-8")


def _write(path: str, words: str) -> None:
    # Half the time of open(): a corpus of a million is a million of these.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        os.write(descriptor, words.encode())
    finally:
        os.close(descriptor)


def _tag_count(count: int) -> int:
    """Return how many tags an archive of so many articles has: 160 of 1,000, 1,000 of 100,000."""
    return min(round(10 * math.pow(count, 0.4)), len(_THINGS) * (1 + len(_KINDS)))


def _vocabulary(count: int) -> tuple[str, ...]:
    words = list(_THINGS)
    pairs = [f"{kind} {thing}" for kind in _KINDS for thing in _THINGS]
    chance = random.Random(SEED)
    chance.shuffle(words)
    chance.shuffle(pairs)
    return tuple([*words, *pairs][:count])


def _names(count: int) -> tuple[str, ...]:
    names = [f"{given} {family}" for given in _GIVEN for family in _FAMILY]
    random.Random(SEED).shuffle(names)
    return tuple(names[:count])


def _one(draw: Callable[[], float], choices: Sequence[_T]) -> _T:
    return choices[int(draw() * len(choices))]


def _moment(draw: Callable[[], float]) -> str:
    """Return a time of day that is on the same day in UTC, in every place there is.

    So every generator files an article under the same month, whichever zone it thinks in.
    """
    seconds = _FIRST_HOUR * 3600 + int(draw() * _HOURS * 3600)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _head(draw: Callable[[], float]) -> str:
    who = f"{_one(draw, ('the', 'the', 'one', 'another', 'each'))} {_one(draw, _KINDS)} {_one(draw, _BODIES)}"
    did = f"{who} {_one(draw, _DEEDS)} the {_one(draw, _KINDS)} {_one(draw, _THINGS)}"
    odds = draw()
    if odds < 0.12:
        person = f"{_one(draw, _GIVEN)} {_one(draw, _FAMILY)}"
        return f'"We never {did.split(maxsplit=3)[-1]}," {person} {_one(draw, _SPEECH)},'
    if odds < 0.2:
        did = f"{did} {_one(draw, _MEASURES)}"
    elif odds < 0.24:
        did = f"{did} -- it didn't mention {_one(draw, _THINGS)} --"
    return did[0].upper() + did[1:]


def _tail(draw: Callable[[], float]) -> str:
    near = f"the {_one(draw, _KINDS)} {_one(draw, _BODIES)}"
    tail = f"{_one(draw, _CIRCUMSTANCES)} {near}"
    odds = draw()
    if odds < 0.3:
        return f"{tail}, which had {_one(draw, _DEEDS)} its own {_one(draw, _THINGS)}"
    if odds < 0.35:
        return f"{tail} and {_one(draw, _FAMILY)} & Sons"
    return f"{tail} {_one(draw, _MEASURES)}" if odds < 0.45 else tail


def _with_marks(draw: Callable[[], float], tail: str) -> str:
    """Return the end of a sentence, of every third with a link, emphasis or strong emphasis at its end."""
    odds = draw()
    begin, last = tail.rsplit(" ", 1)
    if odds < 0.12:
        return f"{begin} [{last}](https://example.org/reports/{_one(draw, _THINGS)}/{int(draw() * 10_000)})"
    if odds < 0.22:
        return f"{begin} *{last}*"
    return f"{begin} **{last}**" if odds < 0.3 else tail


def _body(chance: random.Random, stock: _Stock) -> str:
    """Return 350 to 700 words of Markdown."""
    draw = chance.random
    paragraphs = []
    words, wanted = 0, 350 + int(draw() * 240)
    while words < wanted:
        paragraph = _paragraph(chance, stock, 2 + int(draw() * 3))
        words += paragraph.count(" ") + 1
        paragraphs.append(paragraph)
    if stock.marked:
        if draw() < 0.5:
            paragraphs[len(paragraphs) // 2 : 0] = [f"## The {_one(draw, _KINDS)} {_one(draw, _THINGS)}"]
        if draw() < 0.3:
            paragraphs[3:0] = [f"> {_one(draw, stock.heads)} {_one(draw, stock.tails)}."]
        if draw() < 0.25:
            points = chance.choices(stock.tails, k=3 + int(draw() * 3))
            paragraphs[2:0] = ["\n".join(f"- {point}" for point in points)]
    return "\n\n".join(paragraphs) + "\n"


def _paragraph(chance: random.Random, stock: _Stock, sentences: int) -> str:
    heads = chance.choices(stock.heads, k=sentences)
    tails = chance.choices(stock.tails, k=sentences)
    return " ".join([f"{head} {tail}." for head, tail in zip(heads, tails, strict=True)])


def main() -> None:
    """Write the corpus that the command line names."""
    parser = argparse.ArgumentParser(description="Writes an archive of made-up news articles.")
    parser.add_argument("count", metavar="COUNT", type=int, help="how many articles")
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="where; the articles go into content/")
    parser.add_argument("--flavour", choices=tuple(FLAVOURS), default="broadsheet", help="whose front matter")
    parser.add_argument("--seed", metavar="N", type=int, default=SEED, help="another archive for each")
    parser.add_argument("--equal", action="store_true", help="settings for the pages that the peers make")
    options = parser.parse_args()
    newsroom = make(options.folder, options.count, flavour=options.flavour, seed=options.seed)
    if options.flavour == "newsroom":
        dress(options.folder, NEWSROOM)
    elif options.flavour in {"broadsheet", "wordy"}:
        dress(options.folder, EQUAL if options.equal else SETTINGS)
    print(f"{newsroom.count:,} articles in {options.folder}")


if __name__ == "__main__":
    main()
