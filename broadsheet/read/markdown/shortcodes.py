"""The shortcodes of other generators: what becomes of each, by its name.

Three forms are known: Hugo's ``{{< name … >}}`` and ``{{% name … %}}``, Liquid's ``{% name … %}`` and
``{{ name }}``, and WordPress's ``[name …]``. ``[content.shortcodes]`` says for each name which of
``SHORTCODE_ACTIONS`` is done with it. Without a line for its name a shortcode is text; ``check`` names it.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from broadsheet.read.markdown.raw_html import CODE

# The name that stands for every other.
OTHERS = "*"

_WORDPRESS = ("caption", "gallery", "embed", "audio", "video", "playlist", "wp_caption")
# Each alternative stops where the next shortcode may begin, or at an empty line, so that it is never slow.
_BRACED = (
    r"\{\{(?:[^{}\n]|\n(?!\n)|\{(?!\{)|\}(?!\}))*\}\}"
    r"|\{%(?:[^%{\n]|\n(?!\n)|%(?!\})|\{(?!%))*%\}"
)
_NAME = re.compile(r"[{\[][{%]?[<%-]?\s*(?P<end>/|end(?=[a-z]))?\s*(?P<name>[\w.-]*[\w])")
_ARGUMENT = re.compile(
    r"""(?:(?P<key>[\w-]+)\s*[=:]\s*)?(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>[^']*)'|`(?P<ticks>[^`]*)`"""
    r"""|(?P<bare>[^\s"'`=<>{}\[\]%]+))"""
)
_CODE_END = re.compile(r"\{%-?[ ]*endhighlight[ ]*-?%\}|\{\{[<%][ ]*/[ ]*highlight[ ]*[>%]\}\}")
_CODE = re.compile(
    r"^(?P<indent>[ ]*)(?:\{%-?[ ]*highlight[ ]+(?P<liquid>[\w+#-]+)[^%\n]*%\}|"
    r"\{\{[<%][ ]*highlight[ ]+\"?(?P<hugo>[\w+#-]+)[^}\n]*\}\})[ ]*\n?(?P<code>(?s:.*?))\n?[ ]*"
    rf"(?:{_CODE_END.pattern})",
    re.MULTILINE,
)
_RAW = re.compile(r"\{%-?[ ]*raw[ ]*-?%\}(?P<raw>(?s:.*?))\{%-?[ ]*endraw[ ]*-?%\}")
# Where a shortcode is the address of a link or picture, or part of it.
_IN_ADDRESS = re.compile(r"(?:\]\(<?|\]: ?<?|(?:href|src) ?= ?[\"']?)[^\s\"'()<>]*\Z")
_REACH = 2000
_FENCES = re.compile(r"~{3,}")
# Players of videos whose shortcodes give no more than an id.
_PLAYERS = {
    "vimeo": "https://player.vimeo.com/video/{1}",
    "youtube": "https://www.youtube-nocookie.com/embed/{1}",
}
_PLACE = re.compile(r"\{([\w-]+)\}")
_ADDRESS_NAMES = ("src", "url", "href", "link", "file", "path", "id")
_LABEL_NAMES = ("label", "text", "title", "name", "caption")


class Shortcode(NamedTuple):
    """A shortcode as it is written. ``arguments`` are by name, or by place from "1" on."""

    name: str
    ends: bool
    arguments: dict[str, str]


class Rule(NamedTuple):
    """What becomes of a shortcode; ``address`` is a pattern such as ``https://example.org/{src}``, or ""."""

    action: str
    address: str


class Rules(NamedTuple):
    """What becomes of shortcodes, by name; how to find them, and how to tell quickly that there are none."""

    by_name: dict[str, Rule]
    pattern: re.Pattern[str]
    hint: re.Pattern[str]


@functools.lru_cache(maxsize=16)
def compile_rules(table: tuple[tuple[str, str], ...]) -> Rules:
    """Return the rules in ``table``, pairs of names and what is written for them."""
    by_name = {}
    for name, written in table:
        action, _, address = written.partition(" ")
        by_name[name] = Rule(action, address.strip())
    listed = [re.escape(name) for name in sorted(by_name) if name != OTHERS]
    names = "|".join(sorted({*_WORDPRESS, *listed}))
    known = "|".join(listed)
    plain = rf"|\[(?:{known})(?:\s[^\[\]\n]*)?\](?![(\[:])" if known else ""
    tag = rf"\[(?:(?:{names})\s+[a-z_-]+=[^\[\]\n]*|/(?:{names}))\](?![(\[:])"
    return Rules(
        by_name,
        re.compile(f"{CODE}|(?P<shortcode>{_BRACED}|{tag}{plain})", re.MULTILINE),
        re.compile(rf"\[/?(?:{names})\b"),
    )


def parse(written: str) -> Shortcode:
    """Return the shortcode that is ``written``; one without a name has the name ""."""
    found = _NAME.match(written)
    if found is None:
        return Shortcode("", ends=False, arguments={})
    arguments: dict[str, str] = {}
    at = 0
    for argument in _ARGUMENT.finditer(written, found.end()):
        value = argument["double"] or argument["single"] or argument["ticks"] or argument["bare"] or ""
        value = value.replace('\\"', '"')
        if argument["key"]:
            arguments[argument["key"].lower()] = value
        elif value not in {"/", "-"}:
            at += 1
            arguments[str(at)] = value
    return Shortcode(found["name"], ends=bool(found["end"]), arguments=arguments)


def replace(markdown: str, table: tuple[tuple[str, str], ...], keep: Callable[[str], str]) -> str:
    """Return ``markdown`` with each shortcode replaced by what ``table`` wants of it.

    ``keep`` returns what stands for one that remains as text. Code between ``highlight`` tags becomes a
    fence, and what is between ``raw`` tags is kept.
    """
    rules = compile_rules(table)
    if "{{" not in markdown and "{%" not in markdown and not rules.hint.search(markdown):
        return markdown
    # Without an end, each beginning would be searched for one to the end of the text.
    if _CODE_END.search(markdown):
        markdown = _CODE.sub(_fence, markdown)
    if "endraw" in markdown:
        markdown = _RAW.sub(lambda found: _keep_braces(found["raw"], keep), markdown)
    return _Replacement(markdown, rules, keep).make()


class _Replacement:
    """Replaces the shortcodes of one text."""

    def __init__(self, markdown: str, rules: Rules, keep: Callable[[str], str]) -> None:
        self._markdown = markdown
        self._rules = rules
        self._keep = keep
        written = (found["shortcode"] for found in rules.pattern.finditer(markdown) if rules.by_name)
        shortcodes = (parse(each) for each in written if each)
        self._ended = {shortcode.name for shortcode in shortcodes if shortcode.ends}

    def make(self) -> str:
        return self._rules.pattern.sub(self._replace, self._markdown)

    def _replace(self, found: re.Match[str]) -> str:
        if not found["shortcode"]:
            return _keep_braces(found[0], self._keep)
        shortcode = parse(found[0])
        rule = self._rules.by_name.get(shortcode.name) or self._rules.by_name.get(OTHERS)
        if rule is None or rule.action == "text" or not shortcode.name:
            return self._keep(found[0])
        if rule.action == "drop":
            return ""
        address = _write_address(shortcode, rule)
        if _IN_ADDRESS.search(self._markdown, max(0, found.start() - _REACH), found.start()):
            return address.replace(" ", "%20")
        if rule.action == "aside":
            return _write_aside(shortcode, has_end=shortcode.name in self._ended)
        if shortcode.ends:
            return ""
        return _WRITERS[rule.action](shortcode, address) if address else self._keep(found[0])


def find_names(text: str, table: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, int]]:
    """Yield the name of each shortcode in ``text`` of which ``table`` says nothing, and where it is."""
    for found in compile_rules(table).pattern.finditer(text):
        name = find_unknown_name(found["shortcode"] or "", table)
        if name:
            yield name, found.start()


def find_unknown_name(written: str, table: tuple[tuple[str, str], ...]) -> str:
    """Return the name of the shortcode that is ``written``, "" if ``table`` says what becomes of it."""
    name, rules = parse(written).name, compile_rules(table).by_name
    return "" if name in rules or OTHERS in rules else name


def suggest_rule(name: str, action: str) -> str:
    """Return the hint for a shortcode of which the settings say nothing."""
    key = name if re.fullmatch(r"[\w-]+", name) else f'"{name}"'
    return f'Say in site.toml what becomes of it: [content.shortcodes] {key} = "{action}"'


def _fence(found: re.Match[str]) -> str:
    code, indent = found["code"], found["indent"]
    fence = "~" * max([3, *(len(run[0]) + 1 for run in _FENCES.finditer(code))])
    return f"{indent}{fence}{found['liquid'] or found['hugo']}\n{code}\n{indent}{fence}"


def _keep_braces(text: str, keep: Callable[[str], str]) -> str:
    return re.sub(_BRACED, lambda found: keep(found[0]), text)


def _write_aside(shortcode: Shortcode, *, has_end: bool) -> str:
    """Return an aside with what is between two tags or, for one alone, with the words of its arguments."""
    if shortcode.ends:
        return "\n\n</div>\n\n"
    arguments = dict(shortcode.arguments)
    title = arguments.pop("title", "") or arguments.pop("heading", "")
    parts = ['<div class="aside" markdown="1">']
    if title:
        parts.append(f"**{title}**")
    if not has_end:
        parts += (*arguments.values(), "</div>")
    return "\n\n" + "\n\n".join(parts) + "\n\n"


def _write_frame(shortcode: Shortcode, address: str) -> str:
    title = shortcode.arguments.get("title", "")
    named = f' title="{html.escape(title)}"' if title else ""
    return f'<iframe src="{html.escape(address)}"{named}></iframe>'


def _write_image(shortcode: Shortcode, address: str) -> str:
    given = shortcode.arguments
    caption = (given.get("caption") or given.get("title") or "").replace("\\", "\\\\").replace('"', '\\"')
    title = f' "{caption}"' if caption else ""
    return f"![{_escape_brackets(given.get('alt') or given.get('2', ''))}](<{address}>{title})"


def _write_link(shortcode: Shortcode, address: str) -> str:
    given = shortcode.arguments
    label = next((given[name] for name in _LABEL_NAMES if given.get(name)), address)
    return f"[{_escape_brackets(label)}](<{address}>)"


_WRITERS: dict[str, Callable[[Shortcode, str], str]] = {
    "frame": _write_frame,
    "image": _write_image,
    "link": _write_link,
}


def _write_address(shortcode: Shortcode, rule: Rule) -> str:
    given = shortcode.arguments
    first = next((given[name] for name in _ADDRESS_NAMES if given.get(name)), given.get("1", ""))
    pattern = rule.address or ("" if "/" in first else _PLAYERS.get(shortcode.name.lower(), ""))
    if not pattern:
        return first
    return _PLACE.sub(lambda place: first if place[1] == "1" else given.get(place[1], ""), pattern)


def _escape_brackets(text: str) -> str:
    return re.sub(r"([\[\]\\])", r"\\\1", " ".join(text.split()))
