"""The digest of everything that turns the same sources into other bytes: own code and what it runs on.

Every output asks for it, so a new version of Broadsheet, Python or a library renders everything again,
and nobody has to remember a version number to bump.
"""

from __future__ import annotations

import hashlib
import sys
from importlib import metadata
from pathlib import Path

import yaml

LIBRARIES = ("babel", "imagesize", "jinja2", "markdown", "markupsafe", "nh3", "pyyaml", "tzdata")


def engine_digest() -> str:
    """Return the engine's digest, hexadecimal."""
    total = hashlib.blake2b(digest_size=16)
    package = Path(__file__).parent
    for file in sorted(package.rglob("*.py")):
        total.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    versions = (f"{name} {metadata.version(name)}" for name in LIBRARIES)
    parser = f"libyaml {yaml.__with_libyaml__}"  # PyYAML's own parser takes slightly different texts
    total.update("\n".join((*versions, parser, sys.version)).encode())
    return total.hexdigest()
