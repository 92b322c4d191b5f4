"""What pages, feeds and data show of pictures: which files, in which size, and how a reader gets at them."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from PIL import Image

from broadsheet.check import CheckRequest, check
from broadsheet.render.view_builder.pictures import halve_sizes
from tests.builds import built
from tests.sites import SETTINGS, Site, write_site

_WIDTHS = """\
[pictures]
widths = [32, 64]
lead_widths = [32, 64, 96]
sizes = "(min-width: 9rem) 8rem, 50vw"
"""
_XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:description><rdf:Alt>
<rdf:li xml:lang="x-default">In the file &amp; here</rdf:li>
</rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>Ana Ruiz</rdf:li></rdf:Seq></dc:creator>
</rdf:Description></rdf:RDF></x:xmpmeta>"""
_SITE = """
=== site.toml
{settings}
=== content/2022/flood.md
---
title: Flood
author: Ana Ruiz
dateline: Baku
date: 2022-11-05
image: {{file: lead.jpg, alt: Water, caption: High, credit: Li Wei, focus: 30% 60%}}
---
Words ![A](a.png){{: width="16" .small title="T & T" lang="az" }}

![B](b.jpg){{: height="12" }}

![C](/c.jpg)

[![D](a.png)](two.md)

![E](a.png)
![F](b.jpg "Of the article.")
{{.gallery}}

![G](moves.gif)

![H](map.svg)
=== content/2022/two.md
---
title: Two
author: Ana Ruiz
dateline: Baku
date: 2022-11-06
---
![A](tiny.webp)

![B](b.jpg)
=== content/2022/three.md
---
title: Three
author: Ana Ruiz
dateline: Baku
date: 2022-11-04
image: {{file: b.jpg, alt: Bridge}}
---
Words.
=== content/2022/map.svg
<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"/>
=== content/authors/ana-ruiz.md
---
image: {{file: b.jpg, alt: Ana Ruiz}}
---
She writes. ![Again](b.jpg)
"""
_FLOOD, _TWO = "2022/11/05/flood", "2022/11/06/two"
_SIZES = "(min-width: 9rem) 8rem, 50vw"
_HALF = "(min-width: 9rem) calc(8rem / 2), calc(50vw / 2)"


def _raster(width: int, height: int, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), (30, 90, 140)).save(file, form, **options)
    return file.getvalue()


def _write(folder: Path, settings: str) -> Site:
    site = write_site(folder, _SITE.format(settings=SETTINGS + settings))
    frames = [Image.new("P", (8, 8), color) for color in (1, 2)]
    moving = io.BytesIO()
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:])
    files = {
        "content/2022/lead.jpg": _raster(120, 80, "JPEG"),
        "content/2022/a.png": _raster(96, 64, "PNG"),
        "content/2022/b.jpg": _raster(60, 90, "JPEG", xmp=_XMP),
        "content/2022/tiny.webp": _raster(20, 10, "WEBP"),
        "content/2022/moves.gif": moving.getvalue(),
        "content/authors/b.jpg": _raster(60, 90, "JPEG"),
        "static/c.jpg": _raster(80, 40, "JPEG"),
    }
    for path, content in files.items():
        site.write(path, content)
    built(site)
    return site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return _write(
        tmp_path_factory.mktemp("pictures") / "site", f'{_WIDTHS}metadata = ["caption", "credit"]\n'
    )


def _figure(site: Site, page: str, alt: str) -> str:
    """Return the figure, or else the picture, with this alternative text, its URLs without their folder."""
    text = site.read(f"public/{page}/index.html").replace(f"/archive/{page}/", "")
    figures = re.findall(r"<figure[^<>]*>(?:(?!<figure).)*?</figure>|<picture>.*?</picture>", text, re.DOTALL)
    return str(next(each for each in figures if f'alt="{alt}"' in each))


def _choices(*names: str, sizes: str = _SIZES) -> str:
    srcset = ", ".join(f"{name} {name.split('.')[-2]}w" for name in names)
    return f'<source type="image/webp" srcset="{srcset}" sizes="{sizes}">'


def test_every_file_that_is_named_is_there(site: Site) -> None:
    findings = check(CheckRequest(site=site.folder, output=site.folder / "public"))
    assert findings.problems == ()


def test_a_picture_among_words_keeps_what_its_author_gave_it(site: Site) -> None:
    choices = _choices("a.png.32.webp", "a.png.64.webp", sizes="16px")
    assert _figure(site, _FLOOD, "A") == (
        f'<picture>{choices}<img src="a.png" width="16" height="11" alt="A" lang="az" title="T &amp; T"'
        ' class="small" loading="lazy"></picture>'
    )


def test_a_picture_alone_is_a_link_to_its_largest_and_has_the_words_of_its_file(site: Site) -> None:
    choices = _choices("b.jpg.32.webp", "b.jpg.60.webp", sizes="8px")
    assert _figure(site, _FLOOD, "B") == (
        f'<figure><a class="enlarge" href="b.jpg" title="Enlarge image"><picture>{choices}'
        '<img src="b.jpg" width="8" height="12" alt="B" loading="lazy"></picture></a>'
        '<figcaption>In the file &amp; here <span class="credit">Ana Ruiz</span></figcaption></figure>'
    )


def test_a_picture_of_static_is_there_in_full_and_has_the_same_choices(site: Site) -> None:
    choices = _choices("/archive/c.jpg.32.webp", "/archive/c.jpg.64.webp")
    assert _figure(site, _FLOOD, "C") == (
        f'<figure><a class="enlarge" href="/archive/c.jpg" title="Enlarge image"><picture>{choices}'
        '<img src="/archive/c.jpg" width="64" height="32" alt="C" loading="lazy"></picture></a></figure>'
    )
    with Image.open(site.folder / "public/c.jpg") as own:
        assert own.size == (80, 40)


def test_a_link_that_the_author_made_stays(site: Site) -> None:
    assert re.findall("<a [^<>]*>", _figure(site, _FLOOD, "D")) == [f'<a href="/archive/{_TWO}/">']


def test_pictures_of_a_gallery_are_half_as_wide(site: Site) -> None:
    first, second = _figure(site, _FLOOD, "E"), _figure(site, _FLOOD, "F")
    assert _choices("a.png.32.webp", "a.png.64.webp", sizes=_HALF) in first
    assert '<figcaption>Of the article. <span class="credit">Ana Ruiz</span></figcaption>' in second


def test_what_no_others_are_made_of_is_shown_as_it_is(site: Site) -> None:
    assert _figure(site, _FLOOD, "G") == (
        '<figure><img src="moves.gif" width="8" height="8" alt="G" loading="lazy"></figure>'
    )
    assert _figure(site, _FLOOD, "H") == (
        '<figure><a class="enlarge" href="map.svg" title="Enlarge image">'
        '<img src="map.svg" width="60" height="40" alt="H" loading="lazy"></a></figure>'
    )


def test_only_the_first_picture_of_a_page_is_loaded_at_once(site: Site) -> None:
    pages = {page: site.read(f"public/{page}/index.html") for page in (_FLOOD, _TWO, "authors/ana-ruiz")}
    at_once = {
        page: re.findall(r'alt="(\w+[^"]*)"[^<>]* fetchpriority="high"', text) for page, text in pages.items()
    }
    assert at_once == {_FLOOD: ["Water"], _TWO: ["A"], "authors/ana-ruiz": ["Ana Ruiz"]}
    images = [each for text in pages.values() for each in re.findall("<img [^<>]*>", text)]
    assert all(("loading=" in each) != ("fetchpriority=" in each) for each in images)


def test_a_picture_smaller_than_the_smallest_width_is_not_enlarged(site: Site) -> None:
    assert _figure(site, _TWO, "A") == (
        f"<figure><picture>{_choices('tiny.webp.20.webp')}"
        '<img src="tiny.webp" width="20" height="10" alt="A" fetchpriority="high"></picture></figure>'
    )


def test_the_lead_picture_has_wider_files_and_the_crops_keep_its_focus(site: Site) -> None:
    lead = _figure(site, _FLOOD, "Water")
    assert "lead.jpg.96.webp 96w" in lead
    assert '<a class="enlarge" href="lead.jpg.96.webp"' in lead
    assert '<figcaption>High <span class="credit">Li Wei</span></figcaption>' in lead
    shapes = [
        f"{_FLOOD}/lead.jpg.{name}"
        for name in ("16x9-120-30-60.jpg", "4x3-106-30-60.webp", "1x1-80-30-60.webp")
    ]
    (told,) = re.findall('"image":(.*?),"inLanguage"', site.read(f"public/{_FLOOD}/index.html"))
    first, *others = json.loads(told)
    assert [first["url"], *others] == [f"https://example.org/archive/{each}" for each in shapes]
    home = re.findall('<a class="picture"[^<>]*><img src="(.*?)"', site.read("public/index.html"))
    assert home[0] == f"/archive/{shapes[1]}"


def test_a_lead_picture_has_the_words_of_its_file_where_the_article_has_none(site: Site) -> None:
    caption = '<figcaption>In the file &amp; here <span class="credit">Ana Ruiz</span></figcaption>'
    assert caption in _figure(site, "2022/11/04/three", "Bridge")


def test_away_from_its_page_a_picture_is_one_file_with_its_whole_address(site: Site) -> None:
    bodies = (
        json.loads(site.read("public/feed.json"))["items"][1]["content_html"],
        site.read("public/atom.xml").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"),
    )
    address = f"https://example.org/archive/{_FLOOD}"
    for body in bodies:
        assert (
            f'<figure><img src="{address}/a.png" width="64" height="43" alt="E" loading="lazy"></figure>'
            in body
        )
        assert (
            '<img src="https://example.org/archive/c.jpg" width="80" height="40" alt="C" loading="lazy">'
            in body
        )
        assert "<source" not in body
        assert "enlarge" not in body
    assert "fetchpriority" not in site.read("public/atom.xml")


def test_a_profile_shows_its_portrait_in_a_file_of_its_size(site: Site) -> None:
    assert _choices("b.jpg.32.webp", "b.jpg.60.webp", sizes="10rem") in _figure(
        site, "authors/ana-ruiz", "Ana Ruiz"
    )


def test_without_pictures_on_they_are_shown_as_they_are(tmp_path: Path) -> None:
    site = _write(tmp_path / "site", "[pictures]\non = false\n")
    # What is not cropped by a build is cropped by the style sheet, near the focus.
    (card,) = re.findall('<a class="picture" href="[^"]*flood/".*?</a>', site.read("public/index.html"))
    assert '<img class="at-left" src="/archive/2022/11/05/flood/lead.jpg"' in card
    assert _figure(site, _FLOOD, "B") == (
        '<figure><img src="b.jpg" width="8" height="12" alt="B" loading="lazy"></figure>'
    )
    text = "".join(content.decode() for path, content in site.outputs().items() if path.endswith(".html"))
    assert "<source" not in text
    assert 'class="enlarge"' not in text
    assert site.outputs()[f"{_FLOOD}/b.jpg"] == (site.folder / "content/2022/b.jpg").read_bytes()


@pytest.mark.parametrize(
    ("sizes", "half"),
    [
        ("100vw", "calc(100vw / 2)"),
        ("(min-width: 48rem) 38rem, 100vw", "(min-width: 48rem) calc(38rem / 2), calc(100vw / 2)"),
        (
            "(width > 9em) min(9em, 50vw),calc( 1px + (2vw) )",
            "(width > 9em) calc(min(9em, 50vw) / 2),calc(calc( 1px + (2vw) ) / 2)",
        ),
    ],
)
def test_widths_are_halved_and_conditions_are_not(sizes: str, half: str) -> None:
    assert halve_sizes(sizes) == half
