"""The files for machines that stand beside pages."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.common import periods
from broadsheet.common.model import FacetKind
from broadsheet.common.urls import CITATION_FILES, beside, data_output
from broadsheet.render import views
from broadsheet.render.recorder import DependencyRecorder

# The types of citations, except the last, are not registered; reference managers go by them.
MEDIA_TYPES = {
    "JSON": "application/json",
    "CSV": "text/csv",
    "BibTeX": "application/x-bibtex",
    "RIS": "application/x-research-info-systems",
    "CSL-JSON": "application/vnd.citationstyles.csl+json",
}


class DownloadBuilder:
    """Builds the lists of downloads."""

    def __init__(self, recorder: DependencyRecorder) -> None:
        """Ask ``recorder``."""
        self._recorder = recorder

    def list_for_article(self, output: str, *, withheld: bool) -> tuple[views.Download, ...]:
        """Return the files beside the page of an article; of one that is ``withheld`` only its citations."""
        downloads: list[views.Download] = []
        if self._recorder.setting("data_articles") and not withheld:
            downloads.append(self._build("JSON", beside(output, "article.json")))
        if self._recorder.setting("citations_articles"):
            downloads += self._citations("citation", output)
        return tuple(downloads)

    def list_for_listing(self, kind: FacetKind, output: str) -> tuple[views.Download, ...]:
        """Return the files that cite all articles that a listing shows."""
        wanted = kind in self._recorder.setting("citations_listings")
        return tuple(self._citations("citations", output)) if wanted else ()

    def list_for_month(self, period: int, count: int) -> tuple[views.Download, ...]:
        """Return the data files of a month of everything that has ``count`` articles; none for other periods.

        A month with too many articles for one file has one that leads to those of its days. The pages of the
        days do not link theirs: all of them would change when the month has one article too many.
        """
        if not periods.is_month(period) or not count or not self._recorder.setting("data_months"):
            return ()
        whole = count <= int(self._recorder.setting("data_size"))
        names = ("JSON", "CSV") if whole else ("JSON",)
        return tuple(self._build(name, data_output(period, name.lower())) for name in names)

    def _citations(self, stem: str, page: str) -> Iterator[views.Download]:
        for name, suffix in CITATION_FILES.items():
            yield self._build(name, beside(page, f"{stem}.{suffix}"))

    def _build(self, name: str, output: str) -> views.Download:
        return views.Download(name=name, type=MEDIA_TYPES[name], url=self._recorder.urls.url(output))
