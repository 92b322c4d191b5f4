"""Any edits: whatever was done to a site, building on gives the bytes of a clean build.

After each step of a random script the site is built twice, once on top of all that went before and
once from nothing, and the two outputs are compared byte for byte. Then every question that the ledger
has recorded is asked again: an answer with another digest means a footprint that forgot something.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.archive import answered
from broadsheet.archive.database import open_reader
from broadsheet.archive.kinds import Question
from broadsheet.edition import STATE, Order, build
from broadsheet.problems import Problems
from tests.plain import LAYOUTS, PICTURES, SETTINGS, article
from tests.sites import Site

_DAYS = ("2021-12-31", "2022-11-05", "2022-11-05 09:14", "2022-11-05T09:14:00+09:00", "2022-11-06", "2023-01-01")
_FUTURE = "2031-05-05"
_NAMES = tuple(f"content/{folder}/{name}.md" for folder in ("a", "b/c") for name in "abcdefg")
_words = st.sampled_from(("Oil", "oil", "Flood", "Sea level", "sea-level", "Ağdam", "Кризис"))
_bodies = st.sampled_from(
    (
        "Words.",
        'He said "no".\n\n## Water',
        "![A picture](picture.png)",
        "See [another](a.md).",
        "[Tag](/tags/oil/) and [note](#water).",
        "Note[^1].\n\n[^1]: Foot.",
    )
)


@st.composite
def _articles(draw: st.DrawFn) -> str:
    more = draw(
        st.sampled_from(("", "", "draft: true", "image: picture.png", "updated: 2024-01-01", "slug: own", "aliases: /old/"))
    )
    return article(
        draw(_words),
        draw(st.sampled_from((*_DAYS, *_DAYS, _FUTURE))),
        author=draw(st.sampled_from(("", "Ana Ruiz", "Li Wei"))),
        dateline=draw(st.sampled_from(("", "Baku", "Ağdam"))),
        section=draw(st.sampled_from(("", "Politics", "politics", "Sport"))),
        tags=tuple(draw(st.lists(_words, max_size=3))),
        body=draw(_bodies),
        more=more,
    )


_Edit = Callable[[Site], None]


def _write(path: str, text: str | bytes) -> _Edit:
    return lambda site: site.write(path, text)


def _delete(path: str) -> _Edit:
    return lambda site: site.delete(path) if (site.folder / path).exists() else None


def _rename(old: str, new: str) -> _Edit:
    def edit(site: Site) -> None:
        if (site.folder / old).exists():
            site.write(new, (site.folder / old).read_bytes())
            site.delete(old)

    return edit


def _replace(path: str, old: str, new: str) -> _Edit:
    return lambda site: site.write(path, site.read(path).replace(old, new))


_layouts = st.sampled_from(sorted(LAYOUTS))
_edits = st.one_of(
    st.builds(_write, st.sampled_from(_NAMES), _articles()),
    st.builds(_write, st.sampled_from(_NAMES), _articles()),
    st.builds(_write, st.sampled_from(_NAMES), _articles()),
    st.builds(_delete, st.sampled_from(_NAMES)),
    st.builds(_rename, st.sampled_from(_NAMES), st.sampled_from(_NAMES)),
    st.builds(_write, st.sampled_from(("content/a/picture.png", "content/b/c/picture.png")), st.sampled_from(PICTURES)),
    st.builds(_delete, st.sampled_from(("content/a/picture.png", "content/b/c/picture.png"))),
    st.builds(_write, st.just("static/style.css"), st.sampled_from(("a {}", "b {}"))),
    st.builds(_delete, st.just("static/style.css")),
    st.builds(_write, st.just("layouts/note.html"), st.sampled_from(("one", "{{ archive.latest(1)[0].title }}", "two"))),
    st.builds(_delete, st.just("layouts/note.html")),
    st.builds(lambda name: _replace(f"layouts/{name}", "\n", " \n"), _layouts),
    st.builds(_replace, st.just("site.toml"), st.just("Courier"), st.sampled_from(("Herald", "Courier"))),
    st.builds(_replace, st.just("site.toml"), st.just("size = 3"), st.sampled_from(("size = 1", "size = 4"))),
    st.just(_replace("site.toml", 'politics = "Politics"', 'politics = "Parliament"\nart = "Art"')),
    st.just(_replace("site.toml", "Asia/Baku", "Asia/Tokyo")),
)
_steps = st.lists(
    st.tuples(
        st.lists(_edits, min_size=1, max_size=4),
        st.fixed_dictionaries(
            {},
            optional={
                "drafts": st.just(True),
                "as_of": st.just(dt.datetime(2032, 1, 1, tzinfo=dt.UTC)),
                "base_url": st.just("https://example.com/"),
                "verify": st.just(True),
            },
        ),
        st.sampled_from(("", "", "", "state", "scrambled", "output", "page")),
    ),
    min_size=1,
    max_size=6,
)


_beginnings = st.dictionaries(st.sampled_from(_NAMES[:7]), _articles(), min_size=3)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(_beginnings, _steps)
def test_any_edits_build_to_the_bytes_of_a_clean_build(
    beginning: dict[str, str], steps: list[tuple[list[_Edit], dict[str, object], str]]
) -> None:
    with TemporaryDirectory() as folder:
        site = plain_site(Path(folder) / "site")
        site.write("content/a/picture.png", PICTURES[0])
        for path, text in beginning.items():
            site.write(path, text)
        for edits, options, mishap in steps:
            for edit in edits:
                edit(site)
            verify = _befall(site, mishap)
            order = Order(site=site.folder, output=site.folder / "public", as_of=_AS_OF)
            order = _changed(order, {**options, **verify})
            clean = _clean(order, Path(folder))
            before = site.outputs()
            assert _printed(order) == _printed(clean)
            if clean.output.exists():
                assert site.outputs() == Site(folder=clean.site).outputs()
                _ask_again(site)
            else:
                assert site.outputs() == before


_AS_OF = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def plain_site(folder: Path) -> Site:
    """Write a site with plain layouts and no article."""
    site = Site(folder=folder)
    site.write("site.toml", SETTINGS)
    for name, text in LAYOUTS.items():
        site.write(f"layouts/{name}", text)
    return site


def _changed(order: Order, options: dict[str, object]) -> Order:
    fields = {name: getattr(order, name) for name in Order.__slots__}
    return Order(**{**fields, **options})  # type: ignore[arg-type]


def _clean(order: Order, folder: Path) -> Order:
    """Return an order to build a copy of the sources from nothing."""
    copy = folder / "clean"
    if copy.exists():
        shutil.rmtree(copy)
    shutil.copytree(order.site, copy, ignore=shutil.ignore_patterns("public", ".broadsheet", ".public.staging"))
    return _changed(order, {"site": copy, "output": copy / "public"})


def _printed(order: Order) -> str:
    """Build; return the problems, or "" when there are none."""
    try:
        build(order)
    except Problems as error:
        return str(error)
    return ""


def _befall(site: Site, mishap: str) -> dict[str, object]:
    """Let the state or the output suffer; return the options that a build then needs."""
    state = site.folder / STATE
    if mishap == "state" and state.exists():
        shutil.rmtree(state.parent)
    elif mishap == "scrambled" and state.exists():
        state.write_bytes(b"scrambled" + state.read_bytes()[9:4096])
    elif mishap == "output" and (site.folder / "public").exists():
        shutil.rmtree(site.folder / "public")
    elif mishap == "page" and (site.folder / "public/index.html").exists():
        site.write("public/index.html", "altered by hand")
        return {"verify": True}
    return {}


def _ask_again(site: Site) -> None:
    """Ask every recorded question again: each answer has the digest that the ledger keeps."""
    with closing(open_reader(site.folder / STATE)) as state:
        rows = state.execute(
            "SELECT q.stem, q.detail, a.digest FROM question q JOIN answer a ON a.question = q.id"
            " WHERE q.id IN (SELECT question FROM asked UNION SELECT question FROM sharing"
            " WHERE shared IN (SELECT shared FROM output))"
        ).fetchall()
        forgotten = []
        for stem, detail, digest in rows:
            kind, _, subject = stem.partition(" ")
            if answered(state, Question(kind, subject, detail))[1] != digest:
                forgotten.append((stem, detail))
    assert forgotten == []
