"""What the same sources became before: sites that are built once in a run of the tests, and copied.

Most of the time of the tests goes into builds, and many of these are of the same sources. A copy of what was
built is as good as a build: the state names no absolute path, and the next build looks at each source of
the copy again, since it is another file.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from tests.sites import Site

# The variable with the folder that all processes of a run share.
SHARED = "BROADSHEET_TESTS_SHARED"
_MADE = ("public", ".broadsheet")
_PRINTED = "printed.txt"


def copied_or_built(site: Site, build: Callable[[Site], str]) -> str:
    """Give a site that has never been built what its sources became before, or else build it.

    ``build`` returns what it printed, which is returned here too. Whichever process comes first builds, and
    the others wait for it.
    """
    digest = hashlib.blake2b(digest_size=16)
    for path, content in site.outputs(".").items():
        digest.update(f"{path}\0{len(content)}\0".encode() + content)
    base = Path(os.environ[SHARED], digest.hexdigest())
    with FileLock(f"{base}.lock"):
        if not base.exists():
            printed = build(site)
            whole = base.with_suffix(".part")
            for name in _MADE:
                shutil.copytree(site.folder / name, whole / name, ignore=_list_links)
            (whole / _PRINTED).write_text(printed, encoding="utf-8")
            whole.rename(base)
            return printed
    for name in _MADE:
        shutil.copytree(base / name, site.folder / name, dirs_exist_ok=True)
    return (base / _PRINTED).read_text(encoding="utf-8")


def _list_links(folder: str, names: list[str]) -> list[str]:
    """Return which entries of a folder are links: to what sites share, ``sample.share_pictures``."""
    return [name for name in names if Path(folder, name).is_symlink()]
