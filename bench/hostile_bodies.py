"""Writes thousands of hostile texts, and sees that none is a traceback and that nothing runs in Chromium.

    python bench/hostile_bodies.py --bodies 8000 --values 100 --changes 1000

Bodies are put together at random of payloads, of what hides them from filters, and of the places of Markdown
and HTML where they may stand. They are rendered and shown in Chromium by the hundred, without any policy: no
script may run, no element may have a handler or the address of a script, and nothing may be asked of another
host. Values of front matter stand in articles of a whole site, whose pages are opened likewise. Settings and
layouts are the sample's, changed at random: what is wrong with them must be a problem. A text that fails is
printed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from playwright.sync_api import Page, Route, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from broadsheet.common.problems import Problems  # noqa: E402 - the path is set first
from broadsheet.read import article, markdown  # noqa: E402
from broadsheet.render.templates import checks  # noqa: E402
from broadsheet.settings import reader  # noqa: E402
from broadsheet.settings.fields import FIELDS  # noqa: E402
from tests.builds import built  # noqa: E402
from tests.sites import SETTINGS, write_site  # noqa: E402
from tests.test_browser import PAYLOADS  # noqa: E402

_HOST = "https://evil.example/"
_RUN = ("ran=1", "window.ran=1", "top.ran=1", "&#114;an=1", "eval('ran=1')")
_SCHEMES = (
    *(
        "javascript:",
        "JaVaScRiPt:",
        "java\tscript:",
        "java&#10;script:",
        "&#106;avascript:",
        "\x01javascript:",
    ),
    *(
        "vbscript:",
        "data:text/html,<script>",
        "data:image/svg+xml,<svg onload=",
        " javascript:",
        "javascript&colon;",
    ),
    *(_HOST, "//evil.example/", "\\\\evil.example\\", "blob:", "feed:javascript:"),
)
_HANDLERS = (
    *(
        "onload",
        "onerror",
        "onclick",
        "ONMOUSEOVER",
        "onfocus",
        "ontoggle",
        "onbegin",
        "onanimationstart",
        "onpointerover",
    ),
    *(
        "on\x00load",
        "/onload",
        "onload\n",
        "x onload",
        "formaction",
        "srcdoc",
        "style",
        "xlink:href",
        "href",
        "src",
        "data",
    ),
)
_NAMES = (
    "script img svg iframe a video audio source object embed base link meta form button math style title "
    "textarea noscript template table p div h2 b x foreignObject animate use image marquee body html xmp"
)
_ELEMENTS = (*_NAMES.split(), "details open", "input autofocus")
_WRAPPERS = (
    *(
        "{}",
        "<div>{}</div>",
        "<svg>{}</svg>",
        "<math><mtext>{}</mtext></math>",
        "<table>{}</table>",
        "<style>{}</style>",
    ),
    *(
        "<title>{}</title>",
        "<noscript>{}</noscript>",
        "<!--{}-->",
        "<![CDATA[{}]]>",
        "<p title='{}'>",
        '<p title="{}">',
    ),
    *(
        "<select>{}</select>",
        "<template>{}</template>",
        "<textarea>{}</textarea>",
        "<svg><style>{}</style></svg>",
    ),
    *(
        "<math><annotation-xml encoding='text/html'>{}</annotation-xml></math>",
        "<form><form>{}</form>",
        "<xmp>{}</xmp>",
    ),
    *(
        "> {}",
        "- {}",
        "    {}",
        "`{}`",
        "```\n{}\n```",
        "# {}",
        "| {} |\n|-|\n| {} |",
        "[{}](a.md)",
        "![{}](a.png)",
    ),
    *(
        "[a](<{}>)",
        "[a]({})",
        "![a]({})",
        '[a](b "{}")',
        "[a]: {}\n\n[a]",
        "*{}*",
        "**{}**",
        "~~{}~~",
        "[^1]\n\n[^1]: {}",
    ),
    *(
        "a\n: {}",
        "*[a]: {}\n\na",
        "Words.{{: {} }}",
        "![a](b.png){{: {} }}",
        '## a {{: title="{}" }}',
        "{{{{< figure {} >}}}}",
    ),
    *(
        "<{}>",
        "\\<{}",
        "&lt;{}&gt;",
        "<details markdown=1>\n\n{}\n\n</details>",
        "{}\n{}",
        "{}</div>{}",
        "<a name='{}'>",
    ),
)
_CHECK = r"""
() => {
  const addresses = /^(href|src|srcset|poster|action|formaction|data|background|xlink:href)$/;
  const scripts = /^[\s\x00-\x1f]*(javascript|vbscript|data):/i;
  const runs = (one) => one.name.startsWith("on") || one.name === "srcdoc"
    || (addresses.test(one.name) && scripts.test(one.value));
  const forbidden = /^(SCRIPT|OBJECT|EMBED|BASE|FORM|STYLE)$/i;
  const never = (each) => forbidden.test(each.tagName) && each.closest(".body");
  const all = [...document.querySelectorAll("*")];
  const found = all.filter((each) => [...each.attributes].some(runs) || never(each));
  return [window.ran, ...found.map((each) => each.outerHTML.slice(0, 300))].filter(Boolean);
}
"""
_AT_ONCE = 100


def _payload(chance: random.Random) -> str:
    run, scheme = chance.choice(_RUN), chance.choice(_SCHEMES)
    handler, element = chance.choice(_HANDLERS), chance.choice(_ELEMENTS)
    quote = chance.choice(("", "'", '"'))
    gap = chance.choice((" ", "\n", "/", "\t", "\x0c", " x "))
    return chance.choice(
        (
            chance.choice(PAYLOADS).replace("alert(1)", run),
            f"<{element}>{run}</{element.split()[0]}>",
            f"<{element}{gap}{handler}={quote}{run}{quote}>",
            f"<{element}{gap}src={quote}{scheme}{run}{quote}{gap}{handler}={quote}{run}{quote}>",
            f"<{element}{gap}href={quote}{scheme}{run}{quote}>a",
            f"{scheme}{run}",
            f"{handler}={quote}{run}{quote}",
            f"{quote}>{'<' + element} {handler}={run}>",
        )
    )


def _body(chance: random.Random) -> str:
    text = _payload(chance)
    for _ in range(chance.randrange(4)):
        text = chance.choice(_WRAPPERS).replace("{}", text).replace("{{", "{").replace("}}", "}")
        if chance.random() < 0.2:
            at = chance.randrange(len(text) + 1)
            text = (
                text[:at]
                + chance.choice(("<", ">", '"', "'", "\x00", "\n\n", "&", "`", "*", "\ufdd0"))
                + text[at:]
            )
    return text


def _change(text: str, chance: random.Random, pieces: tuple[str, ...]) -> str:
    """Return ``text`` with a few places taken out, doubled, moved or replaced by one of ``pieces``."""
    for _ in range(chance.randint(1, 4)):
        at, end = sorted(chance.sample(range(len(text) + 1), 2))
        end = min(end, at + chance.choice((0, 1, 3, 20)))
        new = chance.choice(("", text[at:end] * 2, chance.choice(pieces), chance.choice(pieces) * 50))
        text = text[:at] + new + text[end:]
    return text


class _Campaign:
    """Counts what was tried, and prints what fails."""

    def __init__(self) -> None:
        self.failed = 0

    def guard(self, what: str, text: str, call: Callable[[], object]) -> object:
        """Return what ``call`` returns; None for a problem, and for a traceback, which is printed."""
        try:
            return call()
        except Problems:
            return None
        except Exception as error:  # noqa: BLE001 - any is what is looked for
            self.fail(what, f"{type(error).__name__}: {error}", text)
            return None

    def fail(self, what: str, reason: object, text: str) -> None:
        self.failed += 1
        print(f"{what}: {reason}\n  {text!r}", flush=True)


def _rendered(text: str) -> str:
    options = markdown.MarkdownOptions(language="en", frames=(), pictures=(), links="report")
    body = markdown.render(text, options, path="content/a.md", first_line=1)
    return markdown.resolve(body.html, lambda name, _: f'{name}="/there"')


def _show(page: Page, htmls: list[str]) -> list[str]:
    """Return what is wrong with a page of these bodies."""
    bodies = "\n".join(f'<div class="body">{html}</div>' for html in htmls)
    page.goto("about:blank")
    page.set_content(f"<!doctype html><title>x</title>{bodies}", wait_until="load")
    for link in page.locator(".body a[href]").all()[:20]:
        link.dispatch_event("mouseover")
    return list(page.evaluate(_CHECK))


def _try_bodies(campaign: _Campaign, page: Page, asked: list[str], count: int, chance: random.Random) -> None:
    texts = [_body(chance) for _ in range(count)]
    made = [(text, campaign.guard("body", text, partial(_rendered, text))) for text in texts]
    shown = [(text, html) for text, html in made if isinstance(html, str)]
    for begin in range(0, len(shown), _AT_ONCE):
        some = shown[begin : begin + _AT_ONCE]
        asked.clear()
        if _show(page, [html for _, html in some]) or asked:
            for text, html in some:
                asked.clear()
                found = _show(page, [html]) or list(asked)
                if found:
                    campaign.fail("body", found, text)


def _try_values(campaign: _Campaign, page: Page, asked: list[str], count: int, chance: random.Random) -> int:
    settings = reader.read(SETTINGS)
    tried, live = 0, []
    for number in range(count):
        for name in sorted(FIELDS):
            value = chance.choice((_payload(chance), _body(chance))).replace("'", "''")
            fields = {"title": "A", "author": "B", "dateline": "C", "date": "2022-11-05", name: f"'{value}'"}
            if chance.random() < 0.3:
                fields[name] = value
            rows = "\n".join(f"{key}: {each}" for key, each in fields.items())
            text = f"---\n{rows}\n---\nWords.\n"
            tried += 1
            data = text.encode(errors="replace")
            read = campaign.guard(
                f"field {name}", text, partial(article.read, "content/a.md", data, settings)
            )
            if read is not None and name not in {"permalink", "aliases", "slug", "id", "expires", "draft"}:
                live.append((f"content/{number:04}-{name.replace('_', '-')}.md", data))
    with tempfile.TemporaryDirectory() as folder:
        site = write_site(Path(folder) / "site", "")
        site.write("site.toml", SETTINGS)
        for path, data in live[:300]:
            site.write(path, data)
        campaign.guard("site of values", "", lambda: built(site, jobs=1))
        for file in sorted((site.folder / "public").rglob("*.html"))[:600]:
            asked.clear()
            page.goto("about:blank")
            page.set_content(file.read_text(encoding="utf-8"), wait_until="load")
            found = page.evaluate(_CHECK) or [url for url in asked if "evil" in url]
            if found:
                campaign.fail("page", found, file.as_posix())
    return tried


def _try_changes(campaign: _Campaign, count: int, chance: random.Random) -> None:
    toml = (ROOT / "site.toml").read_text(encoding="utf-8")
    layouts = {
        file.relative_to(ROOT / "layouts").as_posix(): file.read_text(encoding="utf-8")
        for file in sorted((ROOT / "layouts").rglob("*.html"))
    }
    for _ in range(count):
        text = _change(
            toml, chance, ("[", "]", '"', "'", "=", "{", "}", "a.", "\n", "\x00", "é", "1e999", "9" * 5000)
        )
        campaign.guard("site.toml", text, partial(reader.read, text))
        name = chance.choice(sorted(layouts))
        pieces = (
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "(",
            ")",
            "[",
            "|",
            "1",
            "**",
            "'",
            '"',
            "\n",
            "{% if %}",
            "{{ 9 ** 9 ** 9 }}",
        )
        layout = _change(layouts[name], chance, pieces)
        texts = {**layouts, name: layout}
        campaign.guard("layout", layout, partial(checks.check, texts))


def main() -> int:
    """Try as many as the command line says; return 1 if any failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--bodies", type=int, default=500, help="how many bodies (default: 500)")
    parser.add_argument("--values", type=int, default=5, help="how many values of each field (default: 5)")
    parser.add_argument(
        "--changes", type=int, default=100, help="how many settings and layouts (default: 100)"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chromium", help="the browser to use instead of Playwright's own")
    options = parser.parse_args()
    campaign, chance = _Campaign(), random.Random(options.seed)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium)
        page = browser.new_page(bypass_csp=True)
        asked: list[str] = []
        page.add_init_script("window.alert = () => { window.ran = 1; };")

        def answer(route: Route) -> None:
            url = route.request.url
            if "there" not in url:
                asked.append(url)
            route.abort()

        page.route("**/*", answer)
        _try_bodies(campaign, page, asked, options.bodies, chance)
        values = _try_values(campaign, page, asked, options.values, chance)
        browser.close()
    _try_changes(campaign, options.changes, chance)
    print(
        f"{options.bodies:,} bodies, {values:,} values, {options.changes:,} settings and layouts each:"
        f" {campaign.failed:,} failed"
    )
    return 1 if campaign.failed else 0


if __name__ == "__main__":
    sys.exit(main())
