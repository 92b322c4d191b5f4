"""The digest of everything that turns the same sources into other bytes: own code, and what it runs on.

Every output asks for it, so a new version of Broadsheet, Python or a library renders everything again,
and nobody has to remember a version number to bump.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

_DIST_INFO = re.compile(r"([A-Za-z0-9._]+)-(.+)\.dist-info")
LIBRARIES = ("babel", "imagesize", "jinja2", "markdown", "markupsafe", "nh3", "pillow", "pyyaml", "tzdata")


def digest_engine() -> str:
    """Return the engine's digest, hexadecimal: of the code, of what it reads beside it, of releases."""
    total = hashlib.blake2b(digest_size=16)
    for path, content in _sources(Path(__file__).parents[1]):
        total.update(path.encode() + b"\0" + content + b"\0")
    total.update("\n".join((*sorted(_releases()), sys.version, zlib.ZLIB_RUNTIME_VERSION)).encode())
    return total.hexdigest()


def _sources(package: Path) -> Iterator[tuple[str, bytes]]:
    """Yield each module of the package and each file that it reads, by its path from there, in order.

    Every build begins with this; ``Path.rglob`` would take twice as long.
    """
    paths = [
        os.path.join(folder, name)  # noqa: PTH118
        for folder, _, names in os.walk(package)
        for name in names
        if name.endswith((".py", ".json", ".js", ".ttf"))
    ]
    for path in sorted(paths):
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123
            yield path.removeprefix(f"{package}{os.sep}").replace(os.sep, "/"), file.read()


def _releases() -> Iterator[str]:
    """Yield each library with its version, as the names of the folders that installers leave tell it.

    They are NAME-VERSION.dist-info, https://packaging.python.org/specifications/recording-installed-packages/
    ``importlib.metadata`` would be asked otherwise; loading it takes ten times as long as this.
    """
    missing = set(LIBRARIES)
    for folder in sys.path:
        names = _names(folder)
        for name in names:
            release = _DIST_INFO.fullmatch(name)
            if release and (library := release[1].lower()) in missing:
                missing.remove(library)
                yield f"{library} {release[2]}"
                if library == "pyyaml":
                    # PyYAML's own parser takes slightly different texts than libyaml's.
                    compiled = any(each.startswith("_yaml.") for each in _names(f"{folder}/yaml"))
                    yield f"libyaml {compiled}"
                elif library == "pillow":
                    yield from _codecs(folder)
    for library in missing:
        from importlib import metadata  # noqa: PLC0415 - see above

        yield f"{library} {metadata.version(library)}"


def _codecs(folder: str) -> Iterator[str]:
    """Yield the codecs of the Pillow in a folder of packages.

    A wheel carries them in a folder beside it, on Windows within it. One that was built here takes those of
    the system, which may be upgraded by themselves; it has to be loaded to be asked.
    """
    carried = _names(f"{folder}/pillow.libs") + _names(f"{folder}/PIL/.dylibs")
    if carried or os.name == "nt":
        yield from carried
    else:
        from broadsheet.render.pictures.encoder import name_encoder  # noqa: PLC0415

        yield name_encoder()


def _names(folder: str) -> list[str]:
    try:
        with os.scandir(folder or ".") as entries:
            return sorted(entry.name for entry in entries)
    except OSError:
        return []
