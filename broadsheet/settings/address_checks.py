"""Checks of addresses in site.toml: of the site, of others, of hosts, and where redirects lead.

As those of ``checks``, each returns the value for ``Settings``, or raises ``InvalidValueError``.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from broadsheet.common import files, urls
from broadsheet.common.credentials import drop_user
from broadsheet.settings.checks import InvalidValueError, check_nonempty_text, check_path_text, check_text

ADDRESS_HINT = "Write the path of a page of this site: /2015/old-name/"
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
# A domain name or an e-mail address: RFC 4151, section 2.1.
_AUTHORITY = re.compile(rf"(?:[A-Za-z0-9._-]+@)?{_HOST.pattern}")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def check_site_url(value: object) -> str:
    """Return the absolute URL of a site, with a slash at its end and its host as DNS has it (IDNA)."""
    text = check_nonempty_text(value)
    hint = "Write the whole address of the site, such as https://example.org/archive/."
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        raise InvalidValueError("is not an address", hint) from None
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(host):
        raise InvalidValueError("is not an address that begins with http:// or https:// and a host", hint)
    if parts.username is not None:
        raise InvalidValueError("has a name or a password in it", f"Write it without: {drop_user(text)}")
    if parts.query or parts.fragment or text.endswith(("?", "#")):
        raise InvalidValueError("has more than scheme, host and path", hint)
    segments = [segment for segment in parts.path.split("/") if segment]
    if {".", ".."} & set(segments) or re.search(r"[\s\\\"<>^`{|}]", parts.path):
        raise InvalidValueError("has a path that browsers would rewrite", hint)
    return f"{parts.scheme}://{host}{port}/" + "".join(f"{segment}/" for segment in segments)


def check_web_url(value: object) -> str:
    """Return an absolute URL of http or https, or empty text."""
    text = check_text(value)
    if not text:
        return text
    try:
        parts = urlsplit(text)
    except ValueError:
        raise InvalidValueError("is not an address") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or " " in text:
        raise InvalidValueError("is not an address that begins with http:// or https://")
    if parts.username is not None:
        raise InvalidValueError("has a name or a password in it", f"Write it without: {drop_user(text)}")
    return text


def check_logo(value: object) -> str:
    """Return the URL of a picture, or its path below static/."""
    text = check_text(value)
    if _SCHEME.match(text):
        return check_web_url(text)
    if ".." in text.split("/") or "\\" in text:
        raise InvalidValueError("is not the path of a file below static/", "Write it from there: logo.png.")
    return files.compose(str(value).strip())


def check_authority(value: object) -> str:
    """Return the authority of ``tag:`` URIs: a domain name or an e-mail address."""
    text = check_nonempty_text(value).lower()
    if not _AUTHORITY.fullmatch(text):
        hint = "Write a domain that is yours: example.org."
        raise InvalidValueError("is neither a domain name nor an e-mail address", hint)
    return text


def check_host(value: str) -> str:
    """Return a host name in lower case."""
    text = value.strip().lower()
    if _HOST.fullmatch(text):
        return text
    bare = (urlsplit(text).hostname or "") if "//" in text else text.partition("/")[0]
    hint = (
        f'Write only the host: "{bare}".'
        if _HOST.fullmatch(bare)
        else 'Write a host: "www.youtube-nocookie.com".'
    )
    raise InvalidValueError(f'has "{value}", which is not a host', hint)


def check_redirect_target(value: object, site: str) -> str:
    """Return a redirect's target: ``/`` and an output path, the path of an article, or a URL elsewhere.

    A URL of the site itself, whose address is ``site``, is a path of it.
    """
    text = check_path_text(value)
    own = urls.find_own_path(text, site)
    if own is not None:
        text = own
    if _SCHEME.match(text):
        return check_web_url(text)
    if files.is_markdown(text) and not text.startswith("/"):
        return text
    path, mark, fragment = text.partition("#")
    output, fault = urls.parse_address(path, files=True)
    if fault:
        raise InvalidValueError(fault, f"{ADDRESS_HINT}, an article's file, or an address elsewhere.")
    return f"/{output}{mark}{fragment}"


def check_policy_url(value: object) -> str:
    """Return where a policy is published: ``/`` and an output path, a URL elsewhere, or nothing."""
    text = check_text(value)
    if not text or _SCHEME.match(text):
        return check_web_url(text)
    output, fault = urls.parse_address(str(value).strip(), files=True)
    if fault:
        raise InvalidValueError(fault, f"{ADDRESS_HINT}, or an address elsewhere.")
    return f"/{output}"
