"""Profiles of authors and places: read, shown on their fronts, and what changes with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editions import done, plain_site, printed
from tests.plain import PICTURES, SETTINGS, article
from tests.sites import Site

_ANA = "content/authors/ana-ruiz.md"
_PROFILE = "---\nrole: Editor\nimage: ana.png\nfediverse: ana@example.org\n---\nShe *writes*.\n"
_FRONT = "authors/ana-ruiz/index.html"
_PAGE = "2022/11/05/flood/index.html"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = plain_site(tmp_path / "site")
    site.write("content/flood.md", article("Flood", "2022-11-05", author="Ana Ruiz", dateline="Baku"))
    site.write("content/authors/ana.png", PICTURES[0])
    return site


def test_a_profile_stands_on_the_front_and_its_picture_beside_it(site: Site) -> None:
    result = done(site, lambda: site.write(_ANA, _PROFILE))
    assert result.written == {_FRONT, _PAGE, "authors/ana-ruiz/ana.png"}
    assert b"Editor <p>She <em>writes</em>.</p>" in site.outputs()[_FRONT]
    assert b"ana-ruiz person @ana@example.org;" in site.outputs()[_PAGE]
    result = done(site, lambda: site.delete(_ANA))
    assert result.removed == {"authors/ana-ruiz/ana.png"}


def test_an_edit_of_the_biography_leaves_articles_alone(site: Site) -> None:
    site.write(_ANA, _PROFILE)
    result = done(site, lambda: site.write(_ANA, _PROFILE.replace("writes", "wrote")))
    assert result.written == {_FRONT}
    result = done(site, lambda: site.write(_ANA, _PROFILE.replace("role", "kind: organization\nrole")))
    assert result.written == {_FRONT, _PAGE}


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
    assert result.written == {_FRONT, "authors/ana-ruiz/ana.png"}


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
