"""Reads thousands of articles with mistakes in them, as authors make them, made by chance from a seed.

In titles, lists, values in braces, links, attributes and footnotes stand signs that mean something to
YAML or to Markdown. Each article must be read or have problems: an exception is a fault. If it is read, every
letter of the reason of a retraction must be in it. Anything else is printed with the article, and counted.

    python bench/mistakes.py --articles 60000 --seed 1
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from broadsheet.common.problems import Problems  # noqa: E402 - the path is set first
from broadsheet.read.article import read  # noqa: E402
from broadsheet.settings import reader  # noqa: E402

_SETTINGS = reader.read(
    'title = "T"\nurl = "https://example.org/"\nlanguage = "en"\ntimezone = "Asia/Baku"\n'
    '[content]\nrequired = ["title"]\n'
)
_SIGNS = (
    *(
        "a",
        "b c",
        "é",
        ", ",
        ",",
        ": ",
        ":",
        "\uff1a",
        "[",
        "]",
        "{",
        "}",
        "(",
        ")",
        "'",
        '"',
        "\u201c",
        "\u201d",
    ),
    *("#", " #", "-", "- ", "\n", "\n  ", "&", "*", "!", "|", ">", "%", "@", "`", "?", "\u2026", "\\", "---"),
    *(
        "<<<<<<< x",
        "=======",
        ">>>>>>> y",
        "![",
        "](",
        "[x](/y/ ",
        "b.jpg",
        "{: ",
        "credit=",
        "[^1]",
        "[^1]: ",
    ),
)
_NOTE = "---\ntitle: T\ndate: 2022-11-05\nretracted: {{date: 2022-11-06, reason: {0} }}\n---\nWords.\n"
_FIELDS = (
    "---\ntitle: {0}\ndate: 2022-11-05\ntags: {0}\nimage: {{file: b.jpg, alt: {0}, credit: q}}\n---\nWords.\n"
)
_BODY = "---\ntitle: T\ndate: 2022-11-05\n---\n{0}\n\n[x](/y/ \u201c{0}\u201d) ![x](b.jpg){{: credit={0} }}\n"


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def find_fault(template: str, mistake: str) -> str:
    """Return what is wrong with how an article is read; "" if nothing is."""
    try:
        note = read("content/x.md", template.format(mistake).encode(), _SETTINGS).retracted
    except Problems:
        return ""
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is what this looks for
        return f"{type(fault).__name__}: {fault}"
    # What follows a number sign may be meant as a comment.
    if note and "#" not in mistake and _letters(note.reason) != _letters(mistake):
        return f"the reason is {note.reason!r}"
    return ""


def main() -> int:
    """Read every article; return 1 if any is at fault."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--articles", type=int, default=6000, metavar="N", help="how many (default: 6000)")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    faults = 0
    for _ in range(options.articles):
        template = chance.choice((_NOTE, _FIELDS, _BODY))
        mistake = "".join(chance.choice(_SIGNS) for _ in range(chance.randint(1, 8)))
        fault = find_fault(template, mistake)
        if fault:
            faults += 1
            print(f"{fault}\n{template.format(mistake)}")
    print(f"{options.articles:,} articles, {faults:,} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
