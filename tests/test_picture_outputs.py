"""The files that a build makes of pictures: which, from what, and how often."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from broadsheet.archive.database import open_reader
from broadsheet.build.picture_work import PictureWork
from broadsheet.build.site_folder import STATE
from broadsheet.common.progress import Progress
from broadsheet.ledger.staleness import Due
from broadsheet.plan.output import Output
from broadsheet.serve.session import PreviewOptions, PreviewSession
from tests import photos
from tests.builds import AS_OF, built, clean_outputs, done, plain_site, printed
from tests.plain import SETTINGS, article
from tests.sites import ROOT, Site, environment

_PICTURES = "[pictures]\nwidths = [16, 32]\nlead_widths = [16, 48]\n"
_SETTINGS = (
    f'{SETTINGS}\n{_PICTURES}\n[redirects]\n"/old.jpg" = "/shown.jpg"\n"/older.jpg" = "/unshown.jpg"\n'
)
_ARTICLES = {
    "content/flood.md": article(
        "Flood",
        "2022-11-05",
        author="Ana Ruiz",
        more="image: lead.jpg",
        body="![Water](body.png)\n\n[The plan](plan.jpg) ![](moving.png) ![](film.gif) ![](/shown.jpg)",
    ),
    "content/authors/ana-ruiz.md": "---\nimage: ana.webp\n---\n",
    "content/draft.md": article("Draft", "2022-11-05", more="draft: true\nimage: secret.jpg"),
}
_BESIDE = "2022/11/05/flood/"


def _taken(width: int, height: int, form: str, **options: object) -> bytes:
    """Return a picture as a camera made it."""
    return photos.burden(photos.save(photos.draw(width, height), form, exif=photos.exif(), **options), form)


def _files() -> dict[str, bytes]:
    frames = [photos.draw(40, 30).rotate(angle) for angle in (0, 90)]
    moving = photos.save(frames[0], "png", save_all=True, append_images=frames[1:])
    return {
        "content/lead.jpg": _taken(64, 48, "jpeg"),
        "content/body.png": _taken(24, 40, "png"),
        "content/plan.jpg": _taken(64, 30, "jpeg"),
        "content/moving.png": photos.burden(moving, "png"),
        "content/film.gif": photos.save(frames[0], "gif"),
        "content/secret.jpg": _taken(64, 48, "jpeg"),
        "content/authors/ana.webp": _taken(20, 20, "webp"),
        "static/shown.jpg": _taken(40, 40, "jpeg"),
        "static/unshown.jpg": _taken(42, 40, "jpeg"),
    }


def _site(folder: Path, settings: str = _SETTINGS) -> Site:
    site = plain_site(folder, _ARTICLES, settings=settings)
    for path, content in _files().items():
        site.write(path, content)
    return site


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Build a site for tests that leave it alone."""
    site = _site(tmp_path_factory.mktemp("pictures") / "site")
    built(site)
    return site


def _store(site: Site) -> dict[str, tuple[int, int]]:
    """Return the files of the store, each with its inode and the time at which it was written."""
    folder = site.folder / STATE.with_name("pictures")
    found = {file.relative_to(folder).as_posix(): file.stat() for file in folder.rglob("*") if file.is_file()}
    return {name: (look.st_ino, look.st_mtime_ns) for name, look in found.items()}


def _pictures(site: Site) -> dict[str, bytes]:
    ends = (".jpg", ".png", ".webp", ".gif")
    return {path: content for path, content in site.outputs().items() if path.endswith(ends)}


def test_each_picture_has_the_files_that_its_uses_need(once: Site) -> None:
    shapes = {
        path: (*photos.load(content).size, (photos.load(content).format or "").lower())
        for path, content in _pictures(once).items()
    }
    assert shapes == {
        f"{_BESIDE}lead.jpg": (32, 24, "jpeg"),
        f"{_BESIDE}lead.jpg.16.webp": (16, 12, "webp"),
        f"{_BESIDE}lead.jpg.48.webp": (48, 36, "webp"),
        f"{_BESIDE}lead.jpg.16x9-64.jpg": (64, 36, "jpeg"),
        f"{_BESIDE}lead.jpg.4x3-64.webp": (64, 48, "webp"),
        f"{_BESIDE}lead.jpg.1x1-48.webp": (48, 48, "webp"),
        f"{_BESIDE}body.png": (24, 40, "png"),
        f"{_BESIDE}body.png.16.webp": (16, 27, "webp"),
        f"{_BESIDE}body.png.24.webp": (24, 40, "webp"),
        # Linked to: in full.
        f"{_BESIDE}plan.jpg": (64, 30, "jpeg"),
        f"{_BESIDE}moving.png": (40, 30, "png"),
        f"{_BESIDE}film.gif": (40, 30, "gif"),
        "authors/ana-ruiz/ana.webp": (20, 20, "webp"),
        "authors/ana-ruiz/ana.webp.16.webp": (16, 16, "webp"),
        "authors/ana-ruiz/ana.webp.20.webp": (20, 20, "webp"),
        # Of static/: as they are named, in full.
        "shown.jpg": (40, 40, "jpeg"),
        "shown.jpg.16.webp": (16, 16, "webp"),
        "shown.jpg.32.webp": (32, 32, "webp"),
        "unshown.jpg": (42, 40, "jpeg"),
        "old.jpg": (40, 40, "jpeg"),
        "older.jpg": (42, 40, "jpeg"),
    }


def test_nothing_that_an_article_brings_says_where_it_was_taken(once: Site) -> None:
    telling = [path for path, content in _pictures(once).items() if b"SECRET" in content]
    # A file of the site's own that nobody shows is its own business.
    assert telling == ["unshown.jpg"]
    assert _pictures(once)["unshown.jpg"] == _files()["static/unshown.jpg"]
    assert _pictures(once)["old.jpg"] == _pictures(once)["shown.jpg"]


def test_what_is_stored_is_what_the_build_made(once: Site) -> None:
    # The PNG and the WebP have the width of a recipe: two of these are one file.
    made = {path for path in _pictures(once) if not path.endswith((".gif", "moving.png", "unshown.jpg"))}
    assert len(_store(once)) == len(made) - len(("old.jpg", "ana.webp.20.webp"))


def test_an_edit_of_an_article_makes_no_picture(tmp_path: Path) -> None:
    site = _site(tmp_path / "site")
    built(site)
    before = _store(site)
    text = _ARTICLES["content/flood.md"]
    found = done(site, lambda: site.write("content/flood.md", text.replace("Water", "Water and mud")))
    assert not any(path.endswith((".webp", ".jpg", ".png")) for path in found.written)
    # Not even one that moves with its article, or is shown in another way.
    moved = text.replace("image: lead.jpg", "slug: moved\nimage: {file: lead.jpg, focus: 50% 50%}")
    found = done(site, lambda: site.write("content/flood.md", moved))
    assert "2022/11/05/moved/lead.jpg.4x3-64.webp" in found.written
    assert _store(site) == before


def test_another_focus_makes_the_crops_that_it_changes(tmp_path: Path) -> None:
    site = _site(tmp_path / "site")
    built(site)
    before = _store(site)
    lead = "image: {file: lead.jpg, focus: 20% 40%}"
    text = _ARTICLES["content/flood.md"].replace("image: lead.jpg", lead)
    found = done(site, lambda: site.write("content/flood.md", text))
    made = {
        f"{_BESIDE}lead.jpg.{name}"
        for name in ("16x9-64-20-40.jpg", "4x3-64-20-40.webp", "1x1-48-20-40.webp")
    }
    assert {path for path in found.written if "lead.jpg." in path} == made
    assert len(_store(site).keys() - before.keys()) == 3
    assert _store(site).items() >= before.items()


def test_without_its_state_a_build_takes_everything_from_the_store(tmp_path: Path) -> None:
    site = _site(tmp_path / "site")
    built(site)
    before, outputs = _store(site), site.outputs()
    for name in ("", "-sum"):
        (site.folder / f"{STATE}{name}").unlink()
    built(site, output=site.folder / "public2", jobs=2)
    assert _store(site) == before
    assert site.outputs("public2") == outputs
    # What was torn is made again.
    torn = site.folder / STATE.with_name("pictures") / min(before)
    torn.write_bytes(torn.read_bytes()[:-1])
    built(site, output=site.folder / "public3")
    assert site.outputs("public3") == outputs
    assert {name for name, look in _store(site).items() if look != before[name]} == {min(before)}


def test_pictures_that_are_to_be_made_are_worth_other_processes_and_those_of_one_stay_together(
    tmp_path: Path,
) -> None:
    site = _site(tmp_path / "site")
    built(site)
    pages = [Output(f"{number}.html", "article", f"content/{number}.md") for number in range(150)]
    stored = [Output("a.webp", "picture", "whole,48,webp,50,50 content/lead.jpg")]
    new = [
        Output(f"{name}.{width}", "picture", f"whole,{width},webp,50,50 content/{name}")
        for name in ("body.png", "lead.jpg")
        for width in range(5, 10)
    ]
    with closing(open_reader(site.folder / STATE)) as db:
        work = PictureWork(db, site.folder / STATE, 78)
        assert [work.weigh(output) for output in (*pages[:2], *stored, *new)] == [1, 1, 1, *[40] * 10]
        due = [Due(number, output, None) for number, output in enumerate((*pages, *stored, *new))]
        batches = list(work.batch(due, 64))
    assert [each for batch in batches for each in batch] == due
    # 64, 64, what is left and the first picture, the second.
    assert [len(batch) for batch in batches] == [64, 64, 28, 5]


def test_many_pictures_are_made_by_several_processes_and_are_the_same(tmp_path: Path) -> None:
    site = _site(tmp_path / "site")
    built(site)
    site.write("site.toml", _SETTINGS.replace("[16, 32]", "[17, 18, 19, 30]"))
    built(site, jobs=2)
    assert f"{_BESIDE}body.png.17.webp" in site.outputs()
    assert site.outputs() == clean_outputs(site)


def test_a_build_that_is_killed_loses_nothing_that_it_made(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site", settings=SETTINGS)
    for number in range(8):
        site.write(f"content/{number}.jpg", photos.save(photos.draw_photo(900, 700, number), "jpeg"))
        site.write(f"content/{number}.md", article(f"N{number}", "2022-11-05", more=f"image: {number}.jpg"))
    line = [sys.executable, str(ROOT / "build.py"), "build", "--quiet", "--site", str(site.folder)]
    process = subprocess.Popen(line, cwd=site.folder, env=environment(), stderr=subprocess.PIPE)
    while len(_store(site)) < 5:
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.communicate()
    before = {name: look for name, look in _store(site).items() if not name.startswith(".")}
    built(site)
    after = _store(site)
    assert {name: after[name] for name in before} == before
    assert len(after) > len(before)
    assert not [name for name in after if name.startswith(".")]
    assert site.outputs() == clean_outputs(site)


def test_a_picture_that_cannot_be_decoded_is_a_problem_at_the_line_that_shows_it(tmp_path: Path) -> None:
    broken = bytearray(photos.save(photos.draw(60, 40), "png"))
    broken[60:90] = bytes(30)
    site = plain_site(
        tmp_path / "site",
        {"content/a.md": article("A", "2022-11-05", body="Words.\n\n![](b.png) ![](b.png)")},
    )
    site.write("content/b.png", bytes(broken))
    assert printed(site) == (
        "content/a.md:8:5: content/b.png is a broken picture: it cannot be decoded\n"
        "  Save it again from the program that made it, or take it out."
    )


def test_a_pillow_without_an_encoder_is_a_problem(tmp_path: Path) -> None:
    site = _site(tmp_path / "site")
    program = (
        "import sys; from PIL import Image, WebPImagePlugin; Image.SAVE.pop('WEBP');"
        "from broadsheet.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    line = [sys.executable, "-c", program, "build", "--site", str(site.folder), "--jobs", "1"]
    run = subprocess.run(line, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr.startswith(
        "site.toml: [pictures]: the Pillow that is installed was built without WEBP\n"
    )


def _loads_no_pillow(site: Site) -> bool:
    program = (
        "import sys; from broadsheet.__main__ import main; status = main(sys.argv[1:]);"
        "sys.exit(2 * status or any(name.startswith('PIL') for name in sys.modules))"
    )
    line = [sys.executable, "-c", program, "build", "--quiet", "--site", str(site.folder)]
    line += ["--output", str(site.folder / "public"), "--as-of", AS_OF.isoformat()]
    run = subprocess.run(line, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    assert run.returncode < 2, run.stderr
    return not run.returncode


def test_switched_off_pictures_are_as_they_were_and_pillow_is_not_loaded(tmp_path: Path) -> None:
    site = _site(tmp_path / "site", _SETTINGS.replace("[pictures]\n", "[pictures]\non = false\n"))
    assert _loads_no_pillow(site)
    given = _files()
    expected = {f"{_BESIDE}{name}": given[f"content/{name}"] for name in ("lead.jpg", "body.png", "plan.jpg")}
    expected |= {f"{_BESIDE}{name}": given[f"content/{name}"] for name in ("moving.png", "film.gif")}
    expected |= {name: given[f"static/{name}"] for name in ("shown.jpg", "unshown.jpg")}
    expected |= {"old.jpg": given["static/shown.jpg"], "older.jpg": given["static/unshown.jpg"]}
    expected["authors/ana-ruiz/ana.webp"] = given["content/authors/ana.webp"]
    assert _pictures(site) == expected
    assert _store(site) == {}


def test_a_site_without_pictures_never_loads_pillow(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site", {"content/a.md": article("A", "2022-11-05")})
    assert _loads_no_pillow(site)


def test_the_preview_makes_a_picture_when_it_is_looked_at_and_a_build_finds_it(tmp_path: Path) -> None:
    site = _site(tmp_path / "site")
    options = PreviewOptions(site=site.folder, as_of=AS_OF, readers=True)
    with closing(PreviewSession(options)) as session:
        assert session.revise(None, Progress()).problems == ()
        assert _store(site) == {}
        shown = session.render(f"{_BESIDE}lead.jpg.48.webp")
        assert shown is not None
        assert photos.load(shown.content).size == (48, 36)
        page = session.render(f"{_BESIDE}index.html")
        assert page is not None
        before = page.stamp
        seen = _store(site)
        assert len(seen) == 1
        site.write("content/lead.jpg", _taken(66, 48, "jpeg"))
        session.revise(None, Progress())
        page = session.render(f"{_BESIDE}index.html")
        assert page is not None
        assert page.stamp != before
    site.write("content/lead.jpg", _taken(64, 48, "jpeg"))
    built(site)
    assert site.outputs()[f"{_BESIDE}lead.jpg.48.webp"] == shown.content
    assert _store(site).items() >= seen.items()


def test_pictures_are_a_group_of_their_own_in_the_report_of_sizes(once: Site) -> None:
    with closing(open_reader(once.folder / STATE)) as db:
        (taken,) = db.execute("SELECT taken FROM folder").fetchone()
    counts = {kind: count for kind, (count, _) in json.loads(taken).items()}
    assert (counts["picture"], counts["copy"]) == (16, 5)


def test_clean_removes_the_store(tmp_path: Path) -> None:
    site = _site(tmp_path / "site")
    built(site)
    assert site.run("clean").status == 0
    assert not (site.folder / STATE.parent).exists()
