"""The typefaces of the theme: their letters, their weight, and a site without them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from broadsheet.common.languages import find_script
from tests.builds import built, done
from tests.plain import article
from tests.sample import BASE, build_sample, copy_sample
from tests.sites import ROOT, SETTINGS, Site
from tests.windows import opened

_FOLDER = ROOT / "static/typeface"
_FACES = ("serif-400", "serif-italic-400", "serif-700", "sans-400", "sans-700")
_MOST_BYTES = 120_000  # that a page in Latin letters loads
# The whole alphabets, and the signs of text.
# ruff: noqa: RUF001 - they are the letters that they look like
_ALPHABETS = {
    "en": "abcdefghijklmnopqrstuvwxyz 0123456789 “‘’”–—…•€£§©½×−",
    "az": "abcçdeəfgğhxıijkqlmnoöprsştuüvyz",
    "tr": "abcçdefgğhıijklmnoöprsştuüvyzâîû",
    "de": "äöüß„“",
    "fr": "àâæçéèêëîïôœùûüÿ«»",
    "es": "áéíñóúü¿¡ªº",
    "pt": "ãáâàçéêíõóôúü",
    "cs": "áčďéěíňóřšťúůýž",
    "pl": "ąćęłńóśźż„”",
    "ru": "а́е́ абвгдеёжзийклмнопрстуфхцчшщъыьэюя№«»",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "el": "αβγδεζηθικλμνξοπρσςτυφχψω άέήίόύώϊϋΐΰ",
}
# Which files of a page's faces have a text, each face drawn in turn: their names, and what else was drawn.
_DRAW = """
async (texts) => {
  const rules = [...document.styleSheets[0].cssRules].filter((rule) => rule instanceof CSSFontFaceRule);
  const faces = rules.filter((rule) => rule.style.getPropertyValue("src").includes("url("));
  for (const { style } of faces) {
    const of = (name) => style.getPropertyValue(name);
    const address = new URL(/url\\("?([^")]*)/.exec(of("src"))[1], document.styleSheets[0].href);
    const family = `Tried ${of("font-family").replaceAll('"', "")}`;
    const face = new FontFace(family, `url(${address})`, {
      weight: of("font-weight"), style: of("font-style"), unicodeRange: of("unicode-range"),
    });
    document.fonts.add(await face.load());
  }
  for (const text of texts) {
    for (const [family, weight, style] of [
      ["Serif", 400, "normal"], ["Serif", 400, "italic"], ["Serif", 700, "normal"],
      ["Sans", 400, "normal"], ["Sans", 700, "normal"],
    ]) {
      const row = document.createElement("p");
      row.className = "tried";
      row.textContent = text;
      Object.assign(row.style, {
        fontFamily: `"Tried Broadsheet ${family}"`, fontWeight: weight, fontStyle: style,
      });
      document.body.append(row);
    }
  }
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
}
"""


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample archive, built."""
    site = copy_sample(tmp_path_factory.mktemp("typeface") / "site")
    build_sample(site)
    return site.folder / "public"


def test_every_letter_of_the_alphabets_is_in_every_face(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    texts = [f"{letters} {letters.upper()}" for letters in _ALPHABETS.values()]
    texts.append("İI")  # which Python makes of no letter above
    with opened(browser) as page:
        page.goto(serve(public, BASE))
        page.evaluate(_DRAW, texts)
        protocol = page.context.new_cdp_session(page)
        for domain in ("DOM", "CSS"):
            protocol.send(f"{domain}.enable")
        root = protocol.send("DOM.getDocument")["root"]["nodeId"]
        rows = protocol.send("DOM.querySelectorAll", {"nodeId": root, "selector": ".tried"})["nodeIds"]
        assert len(rows) == len(texts) * len(_FACES)
        for number, row in enumerate(rows):
            fonts = protocol.send("CSS.getPlatformFontsForNode", {"nodeId": row})["fonts"]
            others = [font["familyName"] for font in fonts if not font["isCustomFont"]]
            assert others == [], (texts[number // len(_FACES)], _FACES[number % len(_FACES)])


def test_a_page_in_latin_letters_loads_at_most_120_kb_of_them_and_an_azerbaijani_one_too(
    public: Path, browser: Browser, serve: Callable[..., str]
) -> None:
    assert sum((_FOLDER / f"{face}-latin.woff2").stat().st_size for face in _FACES) <= _MOST_BYTES
    loaded: list[str] = []
    with opened(browser) as page:
        page.on("request", lambda request: loaded.append(request.url.rpartition("/")[2]))
        for path in ("2026/11/18/gate-holds/", "az/"):
            loaded.clear()
            page.goto(serve(public, BASE) + path, wait_until="networkidle")
            fonts = {name for name in loaded if name.endswith(".woff2")}
            assert {"serif-400-latin.woff2", "serif-700-latin.woff2", "sans-400-latin.woff2"} <= fonts
            assert "serif-400-latin-ext.woff2" not in fonts


def test_a_page_asks_first_for_the_faces_of_its_script(public: Path) -> None:
    for path, script in (("", "latin"), ("az/", "latin"), ("ru/", "cyrillic"), ("ar/", "")):
        page = (public / path / "index.html").read_text(encoding="utf-8")
        found = re.findall(r'<link rel="preload" href="/archive/typeface/([^"]*)" as="font"', page)
        names = ("serif-400", "serif-700", "sans-400")
        assert found == ([f"{name}-{script}.woff2" for name in names] if script else [])


@pytest.mark.parametrize(
    ("language", "script"),
    [
        *(
            ("en", "Latn"),
            ("az", "Latn"),
            ("az-Cyrl", "Cyrl"),
            ("ru", "Cyrl"),
            ("sr", "Cyrl"),
            ("sr-Latn", "Latn"),
        ),
        *(("el", "Grek"), ("ar", "Arab"), ("zh-Hant-TW", "Hant"), ("de-1996", "Latn"), ("pt-BR", "Latn")),
        *(("ka", "Geor"), ("qqq", "")),
    ],
)
def test_the_script_of_a_language_is_the_one_written_or_the_likely_one(language: str, script: str) -> None:
    assert find_script(language) == script


def test_a_site_may_do_without_them(tmp_path: Path) -> None:
    site = Site(folder=tmp_path / "site")
    site.write("site.toml", SETTINGS)
    site.write("content/flood.md", article("Flood", "2022-11-05", author="Ana Ruiz", dateline="Baku"))
    built(site)
    assert len([path for path in site.outputs() if path.endswith(".woff2")]) == len(
        list(_FOLDER.glob("*.woff2"))
    )
    result = done(site, lambda: site.write("site.toml", f'{SETTINGS}[theme]\ntypeface = "system"\n'))
    assert {path for path in result.removed if not path.startswith("typeface/")} == set()
    outputs = site.outputs()
    assert not [path for path in outputs if path.startswith("typeface/")]
    assert b"font-face" not in outputs["style.css"]
    assert b"Broadsheet Serif" not in outputs["style.css"]
    assert b"--serif" in outputs["style.css"]
    assert b"woff2" not in outputs["index.html"]


def test_their_licence_is_published_with_them(public: Path) -> None:
    licence = (public / "typeface/OFL.txt").read_text(encoding="utf-8")
    assert licence.count("Copyright 20") == 2
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
