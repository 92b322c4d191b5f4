"""Keeps the paths of content/front.toml in step with an article that moves."""

from __future__ import annotations

import re
from pathlib import Path

from broadsheet.common import files
from broadsheet.common.problems import Problem, Problems
from broadsheet.editing.changes import Change
from broadsheet.settings.front_page import FRONT_PAGE, read_front_page
from broadsheet.settings.model import Settings


def change_front_page(site: Path, settings: Settings, old: str, new: str) -> list[Change]:
    """Return the change of the file that puts the article ``old`` on the front page, if it does.

    Raises ``Problems`` where the path stands there in a way that cannot be changed.
    """
    path = f"{settings.content_folder}/{FRONT_PAGE}"
    if not Path(files.locate(site, path)).is_file():
        return []
    content = files.read(site, path)
    pins = read_front_page(path, content, settings)
    written = [pin.written for pin in pins if pin.path == old]
    if not written:
        return []
    # A path in front.toml is seen from its own folder.
    target = new.removeprefix(f"{settings.content_folder}/")
    text = re.sub(rf"(?<=[\"\']){re.escape(written[0])}(?=[\"\'])", lambda _: target, content.decode("utf-8"))
    wanted = [new if pin.path == old else pin.path for pin in pins]
    after = text.encode()
    if [pin.path for pin in read_front_page(path, after, settings)] != wanted:
        message = f"names {old} in a way that cannot be changed here"
        raise Problems([Problem(path=path, message=message, hint="Take that story out first.")])
    return [Change(path=path, before=content, after=after)]
