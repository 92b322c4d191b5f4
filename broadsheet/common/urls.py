"""The paths of outputs, and ``Urls``, which turns such a path into a URL.

An *output path* is the path of a file in the output folder: ``2022/11/05/flood/index.html``. ``Urls`` adds
the host and the base path. Nothing else in Broadsheet composes a URL.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote, unquote_to_bytes, urlsplit

from broadsheet.common import periods
from broadsheet.common.model import FacetKind
from broadsheet.common.slugs import find_name_fault

_STEP_BYTES, _PATH_BYTES = 255, 1000
FACET_FOLDERS: dict[FacetKind, str] = {
    "section": "sections",
    "tag": "tags",
    "author": "authors",
    "dateline": "datelines",
    "series": "series",
    "edition": "editions",
    "language": "languages",
    "correction": "corrections",
}
ANNIVERSARIES = "on-this-day/index.html"
FEEDS = "feeds/index.html"
DATES = "dates.json"
HOST_REDIRECTS = "_redirects"
DATA_INDEX = "data/index.json"
DATA_SCHEMA = "data/schema.json"
SEARCH = "search/index.html"
# Beside the page of an article: a name that hardly any picture of an author has.
CARD = "headline-card.png"
# The formats of citation files, each with the suffix of its file name.
CITATION_FILES = {"BibTeX": "bib", "RIS": "ris", "CSL-JSON": "json"}
PLACEHOLDERS = ("year", "month", "day", "slug", "section", "file", "folder", "language")

_PERIOD = r"[0-9]{4}/(?:[0-9]{2}/(?:[0-9]{2}/)?)?"
_OF_SITE = r"(?:(?:feeds/)?index|404|latest)\.html"
_LISTING = re.compile(
    rf"{_OF_SITE}|(?:{'|'.join(FACET_FOLDERS.values())})/.*|(?:archive|on-this-day)/.*"
    rf"|{_PERIOD}(?:part_[0-9]+/)?index\.html"
)
# The characters that are not percent-encoded in a URL's path: those of RFC 3986, section 3.3, except the
# ones that would have to be escaped in HTML or in a shell.
_SAFE = "/-._~!*,;:@+"
_IS_SAFE = re.compile(rf"[0-9A-Za-z{re.escape(_SAFE)}]*").fullmatch
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ufffe\uffff]")
_FILE = re.compile(r"[^/]\.[A-Za-z0-9]{1,10}\Z")


def find_pattern_fault(pattern: str) -> str | None:
    """Return what is wrong with a permalink pattern such as ``/{year}/{slug}/``, or None."""
    if not pattern.startswith("/"):
        return "does not begin with a slash"
    if not pattern.endswith(("/", ".html")):
        return "ends with neither a slash nor .html"
    unknown = sorted(set(re.findall(r"\{([^{}]*)\}", pattern)) - set(PLACEHOLDERS))
    if unknown:
        return f"names {{{unknown[0]}}}, which is none of {', '.join(f'{{{name}}}' for name in PLACEHOLDERS)}"
    rest = re.sub(r"\{[a-z]+\}", "x", pattern)
    if re.search(r"[{}\\?#%\s]", rest):
        return "holds a character that cannot stand in a path"
    steps = rest.strip("/").split("/")
    if any(step in {"", ".", ".."} for step in steps):
        return "has an empty step or a dot for a step"
    if fault := next(filter(None, map(find_name_fault, steps)), None):
        return fault
    if "{slug}" not in pattern and "{file}" not in pattern:
        return "has neither {slug} nor {file}, so that two articles of a day would share a page"
    return None


class AddressParts(NamedTuple):
    """What a permalink pattern makes an article's address of.

    ``day`` is ISO 8601 (``2022-11-05``), ``section`` the section's slug, ``file`` the slug of the Markdown
    file's whole name, including a date. ``folder`` is where the file lies below the content folder, each step
    a slug; ``language`` that of an article in another language than the site's. Section, folder and
    language may be empty: then their steps are left out.
    """

    day: str
    slug: str
    section: str = ""
    file: str = ""
    folder: str = ""
    language: str = ""

    def output(self, pattern: str) -> str:
        """Return the output path of the article's page; ``pattern`` has passed ``find_pattern_fault``."""
        values = self.values
        path = re.sub(r"\{([a-z]+)\}", lambda match: values[match[1]], pattern)
        path = re.sub(r"/{2,}", "/", path).lstrip("/")
        return path + "index.html" if path.endswith("/") or not path else path

    @property
    def values(self) -> dict[str, str]:
        """What each of ``PLACEHOLDERS`` stands for."""
        year, month, day = self.day.split("-")
        return {**self._asdict(), "year": year, "month": month, "day": day}


@lru_cache(maxsize=4096)
def facet_output(kind: FacetKind, slug: str, period: int = 0, part: int = 0) -> str:
    """Return the output path of a listing.

    ``period`` is 0 for all time, or 2022, 202211, 20221105; ``part`` counts from 1, 0 for the whole listing.
    A language has no folder above it: ``ar/2022/index.html``. The underscore distinguishes the name of a part
    from made slugs, its letters from the days of a month.
    """
    folder = "" if kind == "language" else FACET_FOLDERS.get(kind)
    steps = [step for step in (folder, slug) if step]
    if period:
        steps += periods.split_period(period)
    if part:
        steps.append(f"part_{part}")
    return "/".join([*steps, "index.html"])


def latest_output(prefix: str = "") -> str:
    """Return the output path of the list of the newest articles, or of those in the language of a prefix."""
    return f"{prefix}/latest.html" if prefix else "latest.html"


def names_output(kind: FacetKind, prefix: str = "") -> str:
    """Return the output path of an index of names: ``tags/index.html``, ``tags/oi_/index.html``."""
    steps = [FACET_FOLDERS[kind], *([f"{prefix}_"] if prefix else []), "index.html"]
    return "/".join(steps)


def anniversary_output(day_of_year: int) -> str:
    """Return the output path of the page of a day of the year: of 1105 ``on-this-day/11-05/index.html``."""
    return f"on-this-day/{day_of_year // 100:02d}-{day_of_year % 100:02d}/index.html"


def fronts_output(kind: FacetKind, prefix: str = "") -> str:
    """Return the output path of the sitemap of the facet fronts that an index of names lists."""
    return f"sitemaps/{names_output(kind, prefix).removesuffix('/index.html')}.xml.gz"


def sitemap_output(month: int, part: int) -> str:
    """Return the output path of the sitemap of a month, or of one part of it: ``sitemaps/2022-11.xml.gz``."""
    name = f"{month // 100:04d}-{month % 100:02d}"
    return f"sitemaps/{name}.xml.gz" if part == 0 else f"sitemaps/{name}_{part}.xml.gz"


def feed_output(kind: FacetKind, slug: str) -> str:
    """Return the output path of the Atom feed of a facet."""
    return facet_output(kind, slug).removesuffix("index.html") + "atom.xml"


def host_output(host: str, month: int = 0) -> str:
    """Return the output path of the redirects of a host, of a month or of the site.

    They are ``hosting/nginx/2022-11.map`` and ``hosting/nginx/site.map``.
    """
    name = "-".join(periods.split_period(month)) if month else "site"
    return f"hosting/{host}/{name}.{'json' if host == 's3' else 'map'}"


def data_output(period: int, suffix: str, part: int = 0) -> str:
    """Return the output path of the data of a month, a day or a part of either: ``data/2022-11-05.json``."""
    name = "-".join(periods.split_period(period))
    return f"data/{name}_{part}.{suffix}" if part else f"data/{name}.{suffix}"


def search_output(name: str) -> str:
    """Return the output path of a file of the search index: ``search/2024/11/1-1000/7.json``."""
    return f"search/{name}.json"


def beside(output: str, name: str) -> str:
    """Return the output path of a file that belongs to a page: ``2022/11/05/flood/article.json``.

    A page that is no index shares its folder with others: ``2022/flood.html`` has
    ``2022/flood_article.json``, whose underscore no made slug has.
    """
    if _is_index(output):
        return output.removesuffix("index.html") + name
    return f"{output.rpartition('.')[0]}_{name}"


def attachment_output(article_output: str, article_path: str, path: str) -> str:
    """Return the output path of a file that an article uses.

    A file below static/ keeps its path. One below content/ is published beside the article's page: under its
    path from the article's folder, or only its name if it lies elsewhere.
    """
    if path.startswith("static/"):
        return path.removeprefix("static/")
    folder = article_path.rpartition("/")[0] + "/"
    name = path.removeprefix(folder) if path.startswith(folder) else path.rpartition("/")[2]
    return f"{article_output.rpartition('/')[0]}/{name}".lstrip("/")


def output_at(path: str) -> str:
    """Return the output that is served at ``path`` (decoded, from the site's base): see ``served_path``."""
    return f"{path}index.html" if path.endswith("/") or not path else path


def parse_address(written: str, *, files: bool = False) -> tuple[str, str]:
    """Return the output path that an address names, and what is wrong with the address; one of them is empty.

    ``written`` is a path from the site's base, as authors write it: ``/2015/old-name/``. It names a page;
    with ``files``, one that ends in a suffix (``/tags/oil/atom.xml``) names a file.
    """
    if not written.startswith("/") or written.startswith("//"):
        return "", "does not begin with a single slash"
    if "?" in written or "#" in written:
        return "", "has a part after ? or #, which no file can answer"
    try:
        path = unquote_to_bytes(written).decode()
    except UnicodeDecodeError:
        return "", "has escapes that are not UTF-8"
    if _CONTROL.search(path) or "\\" in path:
        return "", "has a character that cannot stand in a path"
    steps = path.strip("/").split("/") if path.strip("/") else []
    if any(step in {"", ".", ".."} for step in steps):
        return "", "has an empty step or a dot for a step"
    if fault := next(filter(None, map(find_name_fault, steps)), None):
        return "", fault
    if is_too_long(path):
        return "", "is too long for the name of a file"
    if path.endswith((".html", ".htm")) or (files and _FILE.search(path)):
        return "/".join(steps), ""
    return "/".join([*steps, "index.html"]), ""


def find_own_path(url: str, site: str) -> str | None:
    """Return where on the site at ``site`` an absolute URL leads, None for one that leads elsewhere.

    That is a path from the site's base, with a slash before it, and what follows it: of
    ``http://example.org/archive/a.jpg?w=9`` it is ``/a.jpg?w=9``. Whether the scheme is http or https, or
    left out, makes no difference; both URLs may have a host in Unicode and a path with escapes.
    """
    found = compile_own_start(site).match(url)
    return None if found is None else f"/{url[found.end() :].removeprefix('/')}"


def list_spellings(host: str) -> set[str]:
    """Return a host as it is in DNS, and with its letters in Unicode."""
    with suppress(UnicodeError):
        return {host, host.encode().decode("idna")}
    return {host}


@lru_cache(maxsize=16)
def compile_own_start(site: str) -> re.Pattern[str]:
    """Return a pattern of what the URLs of a site begin with, up to its base path without the slash."""
    if not site:
        return re.compile("(?!)")  # of no site: it matches nothing
    parts = urlsplit(site)
    base, hosts = parts.path.rstrip("/"), list_spellings(parts.hostname or "")
    bases = {base, quote(base, safe=f"{_SAFE}%"), unquote(base)}
    ports = {f":{parts.port}"} if parts.port else {":80", ":443", ""}
    written = ("|".join(map(re.escape, sorted(each, reverse=True))) for each in (hosts, ports, bases))
    return re.compile("(?i:(?:https?:)?//(?:{})(?:{}))(?:{})(?=[/?#]|$)".format(*written))


def served_path(output: str) -> str:
    """Return the path, from the site's base, at which an output is served: of an index, its folder."""
    return output.removesuffix("index.html") if _is_index(output) else output


def address(output: str) -> str:
    """Return an output's path as authors write it, with a slash before it: ``/2022/11/05/flood/``."""
    return f"/{served_path(output)}"


def is_too_long(path: str) -> bool:
    """Return whether common file systems refuse a path; even to ask them whether it exists is an error."""
    return len(path.encode()) > _PATH_BYTES or any(
        len(step.encode()) > _STEP_BYTES for step in path.split("/")
    )


def is_listing(output: str) -> bool:
    """Return whether a path is one that Broadsheet keeps for listings, indexes and pages of the site."""
    return _LISTING.fullmatch(output) is not None


def is_page(output: str) -> bool:
    """Return whether a path is that of a page."""
    return output.endswith((".html", ".htm"))


class Urls:
    """The URLs of a site's outputs."""

    def __init__(self, site: str) -> None:
        """Take the site's address with the base path, such as ``https://example.org/archive/``."""
        parts = urlsplit(site)
        # The base path begins and ends with a slash; the origin, scheme and host, has none.
        self.base = quote(parts.path, safe=_SAFE + "%").rstrip("/") + "/"
        self.origin = f"{parts.scheme}://{parts.netloc}"

    def below_base(self, path: str) -> str | None:
        """Return what follows the base path in the path of a URL, decoded; None if it does not lead there."""
        base = unquote(self.base)
        return path.removeprefix(base) if path.startswith(base) else None

    def url(self, output: str) -> str:
        """Return the URL of an output, from the root of the host: ``/archive/2022/11/05/flood/``."""
        return self.base + quote_output(output)

    def permalink(self, output: str) -> str:
        """Return the absolute URL of an output."""
        return self.origin + self.base + quote_output(output)


@lru_cache(maxsize=4096)
def quote_output(output: str) -> str:
    """Return the URL of an output from the site's base path, without a slash before it."""
    path = served_path(output)
    # The check takes a third of the time of quoting, and nearly every path passes it.
    return path if _IS_SAFE(path) else quote(path, safe=_SAFE)


def _is_index(output: str) -> bool:
    return output == "index.html" or output.endswith("/index.html")
