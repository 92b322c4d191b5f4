"""Profiles of authors and places: read, shown on their fronts, and what changes with them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from broadsheet.read.profile import read
from broadsheet.settings.reader import read as read_settings
from tests.builds import built, done, plain_site, printed
from tests.plain import PICTURES, SETTINGS, article
from tests.sites import Site

_ANA = "content/authors/ana-ruiz.md"
_PROFILE = "---\nrole: Editor\nimage: ana.png\nfediverse: ana@example.org\n---\nShe *writes*.\n"
_FRONT = "authors/ana-ruiz/index.html"
_PAGE = "2022/11/05/flood/index.html"


_PORTRAITS = ("authors/ana-ruiz/ana.png", "authors/ana-ruiz/ana.png.1.webp")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = plain_site(tmp_path / "site")
    site.write("content/flood.md", article("Flood", "2022-11-05", author="Ana Ruiz", dateline="Baku"))
    site.write("content/authors/ana.png", PICTURES[0])
    return site


def test_a_profile_stands_on_the_front_and_its_picture_beside_it(site: Site) -> None:
    result = done(site, lambda: site.write(_ANA, _PROFILE))
    assert result.written == {_FRONT, _PAGE, *_PORTRAITS}
    assert b"Editor <p>She <em>writes</em>.</p>" in site.outputs()[_FRONT]
    assert b"ana-ruiz person @ana@example.org;" in site.outputs()[_PAGE]
    result = done(site, lambda: site.delete(_ANA))
    assert result.removed == set(_PORTRAITS)


def test_an_edit_of_the_biography_leaves_articles_alone(site: Site) -> None:
    site.write(_ANA, _PROFILE)
    result = done(site, lambda: site.write(_ANA, _PROFILE.replace("writes", "wrote")))
    assert result.written == {_FRONT}
    result = done(site, lambda: site.write(_ANA, _PROFILE.replace("role", "kind: organization\nrole")))
    assert result.written == {_FRONT, _PAGE, "authors/index.html"}


def test_the_name_of_a_profile_is_that_of_listings_unless_site_toml_has_one(site: Site) -> None:
    text = _PROFILE.replace("role", "name: ANA RUIZ\nrole")
    result = done(site, lambda: site.write(_ANA, text))
    assert "authors/index.html" in result.written
    assert b"ANA RUIZ /archive/authors" in site.outputs()["authors/index.html"]
    site.write("site.toml", f'{SETTINGS}\n[authors]\nana-ruiz = "A. Ruiz"\n')
    done(site, lambda: None)
    assert b"A. Ruiz /archive/authors" in site.outputs()["authors/index.html"]


def test_a_picture_that_changes_changes_the_front(site: Site) -> None:
    site.write(_ANA, _PROFILE)
    result = done(site, lambda: site.write("content/authors/ana.png", PICTURES[1]))
    assert result.written == {_FRONT, "authors/ana-ruiz/ana.png", "authors/ana-ruiz/ana.png.4.webp"}


def test_a_profile_of_nobody_makes_nothing(site: Site) -> None:
    result = done(site, lambda: site.write("content/authors/nobody.md", _PROFILE))
    assert (result.written, result.removed) == (frozenset(), frozenset())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("---\ntitle: A\n---\n", "2:1: a profile has no title, and every file below content/authors/ is one"),
        ("---\nkind: robot\n---\n", "2:7: kind is neither person nor organization"),
        ("---\nemail: ana\n---\n", "2:8: email: ana is not an e-mail address"),
        ("---\nname: Ana Ruiz\nfamily: Rui\n---\n", "3:9: family: Rui is no part of Ana Ruiz"),
        ("---\nfediverse: ana\n---\n", "2:12: fediverse: ana is not a name in the Fediverse"),
        ("---\nurl: example.org\n---\n", "2:6: url: example.org is not a web address"),
        (
            "---\ncoordinates: 40.41, 49.87\n---\n",
            "2:1: the profile of an author has no coordinates",
        ),
        ("---\nrol: Editor\n---\n", '2:1: there is no field "rol"'),
        ("---\nimage: lost.png\n---\n", "2:8: there is no content/authors/lost.png"),
        ("---\n---\n[x](../flood.md) [y](lost.md)\n", "3:22: there is no content/authors/lost.md"),
        ("Words.\n", "1:1: the file has no front matter"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(site: Site, text: str, said: str) -> None:
    site.write(_ANA, text)
    assert printed(site).splitlines()[0] == f"{_ANA}:{said}"


def test_two_profiles_of_one_author_and_a_link_to_one_are_problems(site: Site) -> None:
    site.write(_ANA, "---\n---\n")
    site.write("content/authors/other.md", "---\nname: Ana Ruiz\n---\n")
    site.write("content/flood.md", article("Flood", "2022-11-05", body="[Ana](authors/ana-ruiz.md)"))
    told = [row for row in printed(site).splitlines() if not row.startswith(" ")]
    assert told == [
        f"content/authors/other.md: is about the author ana-ruiz, as is {_ANA}",
        f"content/flood.md:6:7: {_ANA} is a profile, which has no page of its own",
    ]


def test_what_a_problem_of_a_profile_says_to_write_is_a_help(site: Site) -> None:
    site.write(_ANA, "---\nrol: Editor\n---\n")
    said = printed(site)
    assert 'declare it in site.toml: [front_matter] extra = ["rol"]' in said
    site.write("site.toml", f'{site.read("site.toml")}\n[front_matter]\nextra = ["rol"]\n')
    assert printed(site) == ""
    site.write("content/datelines/baku.md", "---\n---\n")
    site.write("content/flood.md", article("Flood", "2022-11-05", body="[Baku](datelines/baku.md)"))
    assert "Write the address of the page that it stands on: /datelines/name/" in printed(site)


def test_without_the_setting_such_files_are_articles(site: Site) -> None:
    site.write(_ANA, _PROFILE)
    settings = SETTINGS.replace("[content]\n", "[content]\nprofiles = []\n")
    site.write("content/authors/b.md", article("B", "2022-11-05"))
    site.delete(_ANA)
    assert "a profile has no title" in printed(site)
    site.write("site.toml", settings)
    assert printed(site) == ""
    assert "2022/11/05/b/index.html" in site.outputs()


_TOPIC = "content/tags/oil.md"
_OIL = "tags/oil/index.html"


def test_the_profile_of_a_tag_introduces_it_and_leads_to_its_key_stories(site: Site) -> None:
    site.write("content/spill.md", article("Spill", "2022-11-06", tags=("Oil",)))
    site.write("content/price.md", article("Price", "2022-11-07", tags=("Oil",)))
    text = "---\nstories: [../price.md, ../flood.md]\n---\nWhat *oil* did.\n"
    result = done(site, lambda: site.write(_TOPIC, text))
    assert result.written == {_OIL}
    page = site.outputs()[_OIL].decode()
    assert "What <em>oil</em> did." in page
    assert "Key: Price Flood ." in page
    assert '"@type":"Thing"' in page
    result = done(site, lambda: site.write("content/flood.md", article("Deluge", "2022-11-05")))
    assert "Key: Price Deluge ." in site.outputs()[_OIL].decode()
    result = done(site, lambda: site.write("content/new.md", article("New", "2022-11-08", author="Li Wei")))
    assert _OIL not in result.written


@pytest.mark.parametrize("kind", ["tags", "sections", "series"])
def test_a_key_story_that_is_not_there_or_is_no_article_is_a_problem_with_its_line(
    kind: str, site: Site
) -> None:
    site.write("content/later.md", article("Later", "2031-11-05"))
    path = f"content/{kind}/oil.md"
    site.write(path, "---\nstories:\n  - ../flod.md\n  - ../later.md\n  - ../authors/ana.png\n---\n")
    hint = "Write the path of its file from this one, as links do: ../2024/02/flood.md"
    assert printed(site).splitlines()[0] == (
        f"{path}:5:5: stories: ../authors/ana.png is no article's file below content/"
    )
    assert hint in printed(site)
    site.write(path, "---\nstories:\n  - ../flod.md\n  - ../later.md\n---\n")
    told = [row for row in printed(site).splitlines() if not row.startswith(" ")]
    assert told == [f"{path}:3:5: there is no content/flod.md", f"{path}:4:5: content/later.md is held back"]
    site.write(path, "---\nrole: Editor\n---\n")
    assert "has no role" in printed(site)


_BAKU = "content/datelines/baku.md"
_INDEX = "datelines/index.html"
_PLACED = "---\ncoordinates: 40.41, 49.87\n---\n"


def test_a_place_with_coordinates_stands_on_the_map_and_its_articles_know_nothing_of_it(site: Site) -> None:
    result = done(site, lambda: site.write(_BAKU, _PLACED))
    assert result.written == {_INDEX, "datelines/baku/index.html"}
    assert b"Baku /archive/datelines/baku/ 50.0 50.0 right False" in site.outputs()[_INDEX]
    assert b'"latitude":40.41,"longitude":49.87' in site.outputs()["datelines/baku/index.html"]
    other = article("Calm", "2022-11-06", dateline="Baku")
    result = done(site, lambda: site.write("content/calm.md", other))
    assert _INDEX in result.written  # for the count beside the name
    site.write("content/datelines/şəki.md", "---\ncoordinates: 41.2, 47.17\n---\n")
    result = done(site, lambda: None)
    assert result.written == frozenset()
    other = article("Rain", "2022-11-07", dateline="Şəki")
    done(site, lambda: site.write("content/rain.md", other))
    assert b"\xc5\x9e\xc9\x99ki /archive/datelines/" in site.outputs()[_INDEX]
    done(site, lambda: site.write(_BAKU, "---\n---\n"))
    assert b"Baku /archive/datelines/baku/ 50.0" not in site.outputs()[_INDEX]
    result = done(site, lambda: site.delete("content/rain.md"))
    assert b"900 600" not in site.outputs()[_INDEX]


def test_the_page_of_a_place_shows_it_among_the_places_near_it_and_changes_with_them_alone(
    site: Site,
) -> None:
    site.write(_BAKU, _PLACED)
    site.write("content/rain.md", article("Rain", "2022-11-07", dateline="Sumqay\u0131t"))
    site.write("content/calm.md", article("Calm", "2022-11-06", dateline="Suva"))
    near, far = "content/datelines/sumqay\u0131t.md", "content/datelines/suva.md"
    page = "datelines/baku/index.html"
    result = done(site, lambda: site.write(near, "---\ncoordinates: 40.59, 49.67\n---\n"))
    assert {page, "datelines/sumqay\u0131t/index.html"} <= result.written
    shown = site.outputs()[page].decode()
    assert "Around: Baku, Sumqay\u0131t /archive/datelines/sumqay%C4%B1t/," in shown
    result = done(site, lambda: site.write(far, "---\ncoordinates: -18.1, 178.4\n---\n"))
    assert page not in result.written
    for number in range(9):
        text = article(f"Storm {number}", "2022-11-08", dateline="Sumqay\u0131t")
        site.write(f"content/storm{number}.md", text)
    result = done(site, lambda: None)
    assert page not in result.written
    assert re.search(
        rb"^Sumqay\xc4\xb1t \S+ [\d.]+ [\d.]+ \w* (?:True|False) 2$", site.outputs()[_INDEX], re.MULTILINE
    )


def test_a_biography_leaves_the_map_alone(site: Site) -> None:
    site.write(_BAKU, _PLACED)
    result = done(site, lambda: site.write(_BAKU, f"{_PLACED}A city of winds.\n"))
    assert result.written == {"datelines/baku/index.html"}
    result = done(site, lambda: site.write(_BAKU, _PLACED.replace("40.41", "40.42")))
    # In the middle of a map of one place the dot stays where it is; what is around it moves.
    assert result.written == {_INDEX, "datelines/baku/index.html"}


def test_a_place_is_on_the_map_by_the_name_that_listings_show(site: Site) -> None:
    site.write(_BAKU, _PLACED.replace("---\nc", "---\nname: BAKU\nc"))
    built(site)
    assert b"BAKU /archive/datelines/baku/ 50.0" in site.outputs()[_INDEX]
    done(site, lambda: site.write("site.toml", f'{SETTINGS}\n[datelines]\nbaku = "Bak\u00fc"\n'))
    assert "Bakü /archive/datelines/baku/ 50.0".encode() in site.outputs()[_INDEX]


def test_of_over_500_places_the_first_by_name_stand_on_the_map_of_the_front_alone(tmp_path: Path) -> None:
    site = plain_site(tmp_path / "site")
    names = [f"{start}{number:03}" for start in "ab" for number in range(251)]
    for name in names:
        site.write(f"content/{name}.md", article(name, "2022-11-05", dateline=name))
        site.write(f"content/datelines/{name}.md", "---\ncoordinates: 40.41, 49.87\n---\n")
    built(site)
    outputs = site.outputs()
    shown = re.findall(rb"^(\w+) \S+ [\d.]+ [\d.]+ \w* (?:True|False) 1$", outputs[_INDEX], re.MULTILINE)
    assert [name.decode() for name in shown] == names[:500]
    assert b"900 600" not in outputs["datelines/a_/index.html"]


@pytest.mark.parametrize(
    ("written", "latitude", "longitude"),
    [
        ("40.41, 49.87", 40.41, 49.87),
        ("40.41 49.87", 40.41, 49.87),
        ("40.41; 49.87", 40.41, 49.87),
        ('"40.41,49.87"', 40.41, 49.87),
        ("[40.41, 49.87]", 40.41, 49.87),
        ("\n  - 40.41\n  - 49.87", 40.41, 49.87),
        ("{latitude: 40.41, longitude: 49.87}", 40.41, 49.87),
        ("\n  longitude: 49.87\n  latitude: 40.41", 40.41, 49.87),
        ("40.41° N, 49.87° E", 40.41, 49.87),
        ("33.9 S, 18.4 e", -33.9, 18.4),
        ("33.9\u00a0°\u202fS, 18.4\u00a0E", -33.9, 18.4),
        ("[33.9 S, 70.7 W]", -33.9, -70.7),
        ("-18.1, -178", -18.1, -178.0),
        ("\u221218.1, +178.4", -18.1, 178.4),
        ("90, -180", 90.0, -180.0),
        ("0 S, 0 W", 0.0, 0.0),
        ("", None, None),
    ],
)
def test_coordinates_are_read_as_people_write_them(
    written: str, latitude: float | None, longitude: float | None
) -> None:
    settings = read_settings(SETTINGS)
    profile = read(_BAKU, f"---\ncoordinates: {written}\n---\n".encode(), settings, "dateline")
    where = profile.coordinates
    assert (where.latitude if where else None, where.longitude if where else None) == (latitude, longitude)
    assert "-0.0" not in repr(where)


_DEGREES = "Write both with a decimal point, coordinates: 40.41, 49.87"
_WITHIN = "A latitude is between -90 and 90, a longitude between -180 and 180."


@pytest.mark.parametrize(
    ("row", "said", "hint"),
    [
        ("139.7, 35.6", "the latitude comes first", "Write coordinates: 35.6, 139.7"),
        ("49.87 E, 40.41 N", "the latitude comes first", "Write coordinates: 40.41, 49.87"),
        ("70 W, 33.9 S", "the latitude comes first", "Write coordinates: -33.9, -70"),
        ("40.41, 249.87", "there is no place at 40.41, 249.87", _WITHIN),
        ("95, 120", "there is no place at 95, 120", _WITHIN),
        ("190 E, 40 N", "there is no place at 190, 40", _WITHIN),
        ("40,41, 49,87", "40,41, 49,87 is not a latitude and a longitude in degrees", _DEGREES),
        ("40.41", "40.41 is not a latitude and a longitude in degrees", _DEGREES),
        ("-40.41 S, 49.87", "-40.41 S, 49.87 is not a latitude and a longitude in degrees", _DEGREES),
        (
            "40\u00b024\u203238 N, 49 E",
            "40\u00b024\u203238 N, 49 E is not a latitude and a longitude in degrees",
            _DEGREES,
        ),
        ("[40.41, 49.87, 12]", "40.41, 49.87, 12 is not a latitude and a longitude in degrees", _DEGREES),
        ("{latitude: 40.41}", "40.41 is not a latitude and a longitude in degrees", _DEGREES),
        ("40.41 \u017f, 49.87", "40.41 \u017f, 49.87 is not a latitude and a longitude in degrees", _DEGREES),
        ("near Baku", "near Baku is not a latitude and a longitude in degrees", _DEGREES),
    ],
)
def test_coordinates_that_are_none_are_told_with_the_line_to_write(
    site: Site, row: str, said: str, hint: str
) -> None:
    site.write(_BAKU, f"---\ncoordinates: {row}\n---\n")
    assert (
        printed(site)
        == f"{_BAKU}:2:14: coordinates: {said}\n  | coordinates: {row}\n  |              ^\n  {hint}"
    )
