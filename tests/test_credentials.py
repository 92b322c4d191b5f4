"""Passwords in addresses: refused wherever an address is given, and never printed."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.common.credentials import drop_user, has_password, hide_passwords
from broadsheet.common.problems import Problem, format_annotation, format_json, format_problem
from broadsheet.settings.address_checks import check_redirect_target, check_site_url, check_web_url
from broadsheet.settings.checks import InvalidValueError
from tests.sites import Site, write_site

_HUSH = "Hunter2"
_TOKEN = "ghp_" + 36 * "x"
# Characters that may stand in the part of an address before the at sign.
_USERS = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_characters='\\/?#"<>\x85\xa0'))


@pytest.mark.parametrize(
    ("address", "hidden"),
    [
        ("https://user:Hunter2@example.org/a", "https://***@example.org/a"),
        ("HTTPS://Hunter2@example.org", "HTTPS://***@example.org"),
        ("https://user:a@b:Hunter2@example.org/a@b", "https://***@example.org/a@b"),
        ("ssh://git@example.org/a", "ssh://git@example.org/a"),
        ("ssh://git:Hunter2@example.org/a", "ssh://***@example.org/a"),
        ("//user:Hunter2@example.org/", "//***@example.org/"),
        ("https:/user:Hunter2@example.org/", "https:/***@example.org/"),
        ("https:\\\\user:Hunter2@example.org/", "https:\\\\***@example.org/"),
        ("fatal: 'https://u:Hunter2@a.org/': not found", "fatal: 'https://***@a.org/': not found"),
        ("git@github.com:me/news.git", "git@github.com:me/news.git"),
        ("Write to desk@example.org, or see https://example.org/", None),
        ("https://example.org/@ana", None),
        ("https://example.org?mail=desk@example.org", None),
    ],
)
def test_names_and_passwords_in_addresses_are_hidden_and_nothing_else(
    address: str, hidden: str | None
) -> None:
    assert hide_passwords(address) == (address if hidden is None else hidden)


@given(st.sampled_from(["https://", "http://", "ssh://", "ftp://", "//"]), _USERS, _USERS)
def test_of_any_name_and_password_nothing_is_shown(start: str, name: str, password: str) -> None:
    address = f"{start}{name}:{password}@host.example/path"
    assert has_password(address)
    assert hide_passwords(f"see {address}, there") == f"see {start}***@host.example/path, there"
    assert drop_user(address) == f"{start}host.example/path"


def test_a_name_alone_is_no_password_but_a_token_is() -> None:
    assert not has_password("https://ana@dev.azure.com/news")
    assert not has_password("git@github.com:me/news.git")
    assert has_password(f"https://{_TOKEN}@github.com/me/news.git")


def test_a_problem_repeats_no_password_in_any_of_its_forms() -> None:
    address = f"https://user:{_HUSH}@example.org/"
    problem = Problem(
        path=address, line=1, column=7, message=address, hint=address, source=f'url = "{address}"'
    )
    problem = dataclasses.replace(problem, remedy=address)
    for text in (str(problem), format_problem(problem), format_json(problem), format_annotation(problem)):
        assert _HUSH not in text
        assert "https://***@example.org/" in text


@pytest.mark.parametrize("check", [check_site_url, check_web_url, lambda url: check_redirect_target(url, "")])
def test_an_address_of_the_settings_has_no_password(check: object) -> None:
    with pytest.raises(InvalidValueError, match="has a name or a password in it") as raised:
        check(f"https://user:{_HUSH}@example.org/")  # type: ignore[operator]
    assert raised.value.hint == "Write it without: https://example.org/"


def test_no_command_prints_a_password_that_it_is_given(site: Site) -> None:
    address = f"https://user:{_HUSH}@example.org/"
    site.write("site.toml", site.read("site.toml").replace("https://example.org/archive/", address))
    for words in (
        ("build",),
        ("build", "--json"),
        ("build", "--base-url", address),
        ("build", "--output", address),
        ("build", address),
        ("check", "--base-url", address),
        ("check", "--against", address),
        ("publish", "--remote", address),
        ("due", "--site", address),
    ):
        run = site.run(*words)
        assert run.status in (1, 2), words
        assert _HUSH not in run.stdout + run.stderr, words
        assert "***@example.org/" in run.stdout + run.stderr or "--site" in words, words


@pytest.fixture
def site(tmp_path: object) -> Site:
    return write_site(tmp_path / "site", "")  # type: ignore[operator]
