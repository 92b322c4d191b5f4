"""Goal 9: what search costs a build, how much of its index changes, and what its readers wait for.

The archive has a vocabulary as large as real ones have. Changed files are those of the index alone.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import browser
import corpus
import measure
import pagefind
import queries
import search_index
import search_report
import tools
from records import Record, Records
from report import COLD
from tables import MILLION
from trial import Edit, Options, Trial, adder, remover, restorer, say, writer

_WHERE = browser.SearchPage(start="/", page="/search/", field="#q_", results="#found_ li")
_ROW = 60  # articles that are added one after the other
_PAGEFIND_UP_TO = 10_000


class SearchTrial(Trial):
    """All that is measured of search with one number of articles."""

    def __init__(self, options: Options, articles: int, records: Records) -> None:
        super().__init__(options, articles, records)
        self._ours, self._searchless = tools.searching()
        self._pagefind = pagefind.installed(options.peers) if options.with_peers else None

    def _measure(self) -> None:
        say(f"{self._articles:,} articles, with search")
        self._newsroom = self._begin(self._ours)
        # Of a million a build takes as long as all the rest; what search costs shows at a tenth of it.
        pair = (self._ours,) if self._articles >= MILLION else (self._searchless, self._ours)
        for number in range(self._options.rounds):
            for tool in pair if number % 2 else reversed(pair):
                self._cold(tool, number)
        if not self._stands():
            return
        self._sizes()
        for number in range(self._options.rounds):
            for edit in self._edits():
                self._edited(edit, number)
        self._row()
        found = None
        if self._articles <= _PAGEFIND_UP_TO and self._pagefind:
            found = self._beside(self._pagefind)
        if self._articles < MILLION and self._options.queries:
            self._browse(found)

    def _watched(self, tool: tools.Tool) -> Path:
        return super()._watched(tool) / search_index.FOLDER

    def _edits(self) -> tuple[Edit, ...]:
        folder, flavour = self._folder(self._ours), self._ours.flavour
        article = self._newsroom.article(self._articles // 2)
        file = folder / "content" / article.path
        words = file.read_bytes()
        head, body = words.split(b"\n---\n\n", 1)
        paragraphs = body.rstrip(b"\n").split(b"\n\n")
        moved = b"\n\n".join([*paragraphs[1:], paragraphs[0]]) + b"\n"
        begin, _, rest = body.partition(b" the ")
        title = article.title.encode()
        more = self._newsroom.additional()
        added = {
            search_report.LAST_DAY: self._latest(0),
            search_report.NEW_YEAR: more[search_report.NEW_YEAR],
            search_report.BACK: more[search_report.BACK],
            search_report.FULLEST: self._newsroom.another(1, self._fullest()),
        }
        changed = {
            search_report.WORD: head + b"\n---\n\n" + begin + b" unprecedented " + rest,
            search_report.ORDER: head + b"\n---\n\n" + moved,
            search_report.TITLE: words.replace(title, title + b" again", 1),
        }
        return (
            *(
                Edit(name=name, do=adder(folder, one, flavour), undo=remover(folder, one))
                for name, one in added.items()
            ),
            *(Edit(name=name, do=writer(file, new), undo=restorer(file)) for name, new in changed.items()),
            Edit(name=search_report.DELETED, do=file.unlink, undo=restorer(file)),
        )

    def _latest(self, number: int) -> corpus.Article:
        """Return an article that is the newest of the archive, and newer than those with lower numbers."""
        day = corpus.FIRST_DAY + dt.timedelta(days=corpus.DAYS - 1)
        article = self._newsroom.another(100 + number, corpus.DAYS - 1)
        return replace(article, date=f"{day}T23:59:{number:02}+00:00")

    def _fullest(self) -> int:
        """Return the number of the first day of the run of days with the most articles in one segment."""
        public = self._folder(self._ours) / self._ours.output
        segment = max(search_index.segments(public), key=lambda one: (one.articles, one.path))
        first = search_index.results(public, segment.span)[0]
        if first is None:
            raise SystemExit("an article of the generated archive is retracted")
        return (dt.date.fromisoformat(first[2]) - corpus.FIRST_DAY).days

    def _sizes(self) -> None:
        """Keep how many files the index has of each kind, and how large they are."""
        public = self._folder(self._ours) / self._ours.output
        sizes = {
            search_report.INDEX.format(kind): found for kind, found in search_index.files(public).items()
        }
        if self._articles < MILLION and not self._records.count(
            search_report.ENCODING.format("text"), self._ours.name, self._articles
        ):
            encodings = search_index.encodings(public)
            for name in search_index.Sizes.__slots__:
                size = sum(getattr(each, name) for each in encodings)
                sizes[search_report.ENCODING.format(name)] = (len(encodings), size)
        for what, (count, size) in sizes.items():
            if self._records.has(what, self._ours.name, self._articles, 0):
                continue
            record = Record(
                what=what,
                tool=self._ours.name,
                articles=self._articles,
                number=0,
                status=0,
                wall=0.0,
                processor=0.0,
                peak=0,
                written=count,
                size=size,
            )
            self._note(record)

    def _row(self) -> None:
        """Add articles of the last day one after the other, each on top of those before; then remove them."""
        folder = self._folder(self._ours)
        articles = [self._latest(number) for number in range(_ROW)]
        # Of a million, sixty builds and as many looks at 2,700,000 files would take half an hour.
        if self._articles >= MILLION or not self._due(search_report.ROW, self._ours, _ROW - 1):
            return
        for number, article in enumerate(articles):
            corpus.add(folder, article, flavour=self._ours.flavour)
            self._look(self._ours)
            self._changed(search_report.ROW, self._ours, number)
        for article in articles:
            remover(folder, article)()
        self._stands()

    def _beside(self, finder: pagefind.Pagefind) -> Path:
        """Have Pagefind index the same site, and once more with another article; return its first index."""
        first, second = self._work / "pagefind", self._work / "pagefind-again"
        folder, tool = self._folder(self._ours), finder.tool(first)
        article = self._latest(0)
        for number in range(self._options.rounds):
            if self._due(COLD, tool, number) or not first.exists():
                shutil.rmtree(first, ignore_errors=True)
                taken = self._run(tool)
                self._keep(COLD, tool, number, taken, pagefind.compared({}, pagefind.contents(first)))
            if self._due(search_report.LAST_DAY, tool, number):
                adder(folder, article, self._ours.flavour)()
                self._build(self._ours)
                shutil.rmtree(second, ignore_errors=True)
                taken = self._run(finder.tool(second))
                changes = pagefind.compared(pagefind.contents(first), pagefind.contents(second))
                self._keep(search_report.LAST_DAY, tool, number, taken, changes)
                remover(folder, article)()
                self._build(self._ours)
        return first

    def _run(self, tool: tools.Tool) -> measure.Taken:
        return measure.run(tool.command, folder=self._folder(self._ours), limit=self._options.limit)

    def _browse(self, found: Path | None) -> None:
        """Search in a browser as readers do, in Broadsheet's index and, if there is one, in Pagefind's."""
        lacking = browser.lacking()
        if lacking:
            say(f"searches in a browser are left out; missing: {', '.join(lacking)}")
            return
        public = self._folder(self._ours) / self._ours.output
        known, seed = search_index.frequencies(public), self._options.seed
        drawn = queries.drawn(self._newsroom, known, seed=seed, each=self._options.queries)
        finder = self._work / "finder"
        pagefind.write_page(finder)
        others = {"/pagefind": found, "/finder": finder} if found else {}
        with (
            browser.serving(public, work=self._work / "server", others=others) as url,
            browser.chromium() as chromium,
        ):
            ours = browser.Reader(chromium, url, _WHERE)
            theirs = browser.Reader(chromium, url, pagefind.WHERE)
            for place, query in enumerate(drawn):
                for repeat in range(self._options.rounds):
                    number = place * self._options.rounds + repeat
                    self._search(ours, self._ours.name, query, number)
                    if found and not query.years:
                        self._search(theirs, pagefind.NAME, query, number)

    def _search(self, reader: browser.Reader, name: str, query: queries.Query, number: int) -> None:
        """Make one search from the field, if it has words alone, and one by a link."""
        ways: dict[str, Callable[[], browser.Search | None]] = {
            search_report.FOLLOWS: lambda: reader.follows(query.words, query.years)
        }
        if not query.years:
            ways[search_report.ENTERS] = lambda: reader.enters(query.words)
        for way, search in ways.items():
            what = way.format(query.kind)
            if self._records.has(what, name, self._articles, number):
                continue
            took = search()
            figures = took or browser.Search(seconds=browser.LIMIT, requests=0, size=0)
            self._note(
                Record(
                    what=what,
                    tool=name,
                    articles=self._articles,
                    number=number,
                    status=0 if took else None,
                    wall=figures.seconds,
                    processor=0.0,
                    peak=0,
                    written=figures.requests,
                    size=figures.size,
                    pages=figures.pages,
                    scripts=figures.scripts,
                    lines=figures.lines,
                    message=query.words,
                )
            )

    def _note(self, record: Record) -> None:
        self._records.add(record)
        say(
            f"  {record.what:36} {record.tool:24} {record.wall:6.2f} s, {record.written:,} files,"
            f" {record.size:,} bytes {record.message}"
        )
