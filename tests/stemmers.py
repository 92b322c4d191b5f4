"""Writes the stemmers of search from Snowball's sources; used by hand, when Snowball has a new release.

    git clone --branch v3.1.1 https://github.com/snowballstem/snowball && make -C snowball snowball
    python -m tests.stemmers snowball

Each file is what Snowball's compiler makes of an algorithm, together with the methods of its base class that
it calls, without comments and indentation, and with the licence at its head.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.sites import ROOT

FOLDER = ROOT / "broadsheet/render/scripts/stemmers"
# By the file's name: the algorithm of a language. Those that know endings by their accents are not among
# them, nor is Greek's, which is twice as large as any other.
ALGORITHMS = {
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "hi": "hindi",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "nb": "norwegian",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pt": "portuguese",
    "ru": "russian",
    "sv": "swedish",
}
# The words of the index have no accents. Endings that an algorithm only knows with theirs get them back:
# patterns and replacements, as JavaScript writes them.
ENDINGS = {
    "es": (("([aei]r)ia(n|s|mos)?$", "$1ía$2"),),
    "fr": (("ee(s?)$", "ée$1"), ("erent$", "èrent")),
    "pt": (("cao$", "ção"), ("coes$", "ções")),
}
_METHOD = re.compile(r"^    (\w+)\([^()]*\) \{\n.*?^    \}\n", re.MULTILINE | re.DOTALL)


def make(name: str, algorithm: str, source: str, base: str, licence: str, release: str) -> str:
    """Return the script that is loaded for a language, as ES module.

    ``source`` and ``base`` are the class that Snowball's compiler made and the one that it extends.
    """
    own = _shorten(re.sub("^import .*$", "", source, flags=re.MULTILINE))
    own = own.replace("export default class extends B {", "class Stemmer extends BaseStemmer {")
    called = _shorten(_keep_called(base, source)).replace("export default class", "class")
    restored = "".join(f'.replace(/{pattern}/, "{ending}")' for pattern, ending in ENDINGS.get(name, ()))
    head = f"""\
The Snowball stemmer for {algorithm.capitalize()}, generated from {algorithm}.sbl by Snowball {release},
https://snowballstem.org/. Comments, indentation and methods that it does not call were left out.
"""
    text = f"{head}\n{licence.strip()}"
    notice = "\n".join(f" * {line}".rstrip() for line in text.splitlines())
    return (
        f"/*\n{notice}\n */\n{called}\n{own}\n"
        f"const stemmer = new Stemmer();\nexport const stem = (word) => stemmer.stem(word{restored});\n"
    )


def _keep_called(base: str, source: str) -> str:
    """Return the base class without the methods that neither ``source`` nor another method calls."""
    while True:
        unused = [
            method
            for method in _METHOD.finditer(base)
            if method[1] != "constructor" and f"this.{method[1]}(" not in source + base
        ]
        if not unused:
            return base
        for method in unused:
            base = base.replace(method[0], "")


def _shorten(code: str) -> str:
    code = re.sub(r"/\*.*?\*/ ?", "", code, flags=re.DOTALL)
    code = re.sub(r"^\s*//.*$", "", code, flags=re.MULTILINE)
    return "\n".join(line.strip() for line in code.splitlines() if line.strip())


def main(folder: Path) -> None:
    """Write every stemmer from ``folder``, Snowball's sources, in which its compiler was made."""
    release = re.search(r'SNOWBALL_VERSION "(.*)"', (folder / "compiler/header.h").read_text())
    assert release
    base = (folder / "javascript/base-stemmer.js").read_text(encoding="utf-8")
    licence = (folder / "COPYING").read_text(encoding="utf-8")
    FOLDER.mkdir(exist_ok=True)
    for name, algorithm in ALGORITHMS.items():
        with tempfile.TemporaryDirectory() as made:
            line = ["./snowball", f"algorithms/{algorithm}.sbl", "-js", "-o", f"{made}/made"]
            subprocess.run(line, cwd=folder, check=True)
            source = Path(made, "made.js").read_text(encoding="utf-8")
        script = make(name, algorithm, source, base, licence, release[1])
        (FOLDER / f"{name}.js").write_text(script, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
