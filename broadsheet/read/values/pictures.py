"""The lead picture. Whether its file exists is not checked here: the archive knows."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from broadsheet.common import urls
from broadsheet.common.files import compose
from broadsheet.common.model import Link, Picture
from broadsheet.common.pictures import BODY, CENTER, lead_use
from broadsheet.read.field_reader import FieldReader, has_content
from broadsheet.read.front_matter import Fields, Text, Value
from broadsheet.read.typography import set_text
from broadsheet.read.values.focus import parse_focus, read_focus

_PARTS = ("file", "alt", "caption", "credit", "focus")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


def read_picture(fields: FieldReader, language: str, *, portrait: bool = False) -> Picture | None:
    """Return the lead picture, if any, its words set in ``language``, and add its file to the links.

    ``portrait``: it is the portrait of a profile, which is not cropped.
    """
    field = fields.chosen.get("image")
    _refuse_lone_focus(fields)
    if field is None:
        return None
    if not isinstance(field.value, Fields):
        path = _read_path(fields, field.name, field.value, BODY if portrait else lead_use(CENTER))
        return Picture(path=path, alt="", caption="", credit="") if path else None
    parts = fields.read_parts(field.name, field.value, _PARTS)
    file = parts.get("file")
    texts = {
        name: fields.read_value(f"{field.name}.{name}", parts[name].value) if name in parts else ""
        for name in ("alt", "caption", "credit")
    }
    if file is None or not has_content(file.value):
        fields.add_problem(field, f"{field.name} has no file", "Add a line to it: file: photo.jpg")
        return None
    focus = CENTER
    if "focus" in parts and has_content(parts["focus"].value):
        focus = read_focus(fields, f"{field.name}.focus", parts["focus"].value)
    path = _read_path(fields, f"{field.name}.file", file.value, BODY if portrait else lead_use(focus))
    caption, credit = set_text(texts["caption"], language), set_text(texts["credit"], language)
    if not path:
        return None
    return Picture(path=path, alt=texts["alt"], caption=caption, credit=credit, focus=focus)


def _refuse_lone_focus(fields: FieldReader) -> None:
    """Add the problem of a focus that stands beside the picture: nothing would read it."""
    field, known = fields.by_key.get("focus"), fields.schema.known_keys | fields.schema.extra_keys
    if field is None or "focus" in known or not isinstance(field.value, Text):
        return
    if parse_focus(field.value.text.strip()):
        picture = fields.chosen.get("image")
        key = picture.name if picture else "image"
        file = picture.value.text if picture and isinstance(picture.value, Text) else "photo.jpg"
        hint = (
            f"Write it as a part of the picture: {key}: {{file: {file}, focus: {field.value.text.strip()}}}"
        )
        fields.add_problem(field, f"focus belongs to {key}", hint)


def _read_path(fields: FieldReader, label: str, value: Value, shown: str) -> str:
    """Return a picture's path from the site's folder and add it to the links; "" if it cannot be one."""
    written = fields.read_value(label, value, spaces=True)
    if not written:
        return ""
    own = urls.find_own_path(written, fields.settings.written_url)
    if own is not None:
        written = unquote(urlsplit(own).path)
    folder = "static" if written.startswith("/") else fields.path.rpartition("/")[0]
    top = folder if folder == "static" else fields.settings.content_folder
    path = compose(_resolve(folder, written))
    fault = _find_fault(written, path, top)
    if fault:
        message, hint, meant = fault
        fields.add_problem(value, f"{label}{message}", hint, meant=meant)
        return ""
    fields.links.append(Link(path=path, line=value.line, column=value.column, shown=shown))
    return path


def _resolve(folder: str, written: str) -> str:
    steps = folder.split("/") if folder else []
    for step in written.split("/"):
        if step == ".." and steps:
            steps.pop()
        elif step not in {"", ".", ".."}:
            steps.append(step)
    return "/".join(steps)


def _find_fault(written: str, path: str, top: str) -> tuple[str, str, str] | None:
    """Return message, hint and the right path if ``written``, which leads to ``path``, names none in ``top``.

    The right one is empty where it is not certain.
    """
    if _SCHEME.match(written):
        hint = "Save the picture beside the article, and write its name."
        return f": {written} is an address", hint, ""
    if "\\" in written:
        meant = written.replace("\\", "/")
        return f": {written} has a backslash", f"Write {meant}", meant
    if urls.is_too_long(written):
        return " is too long for the name of a file", "Give the picture a shorter name.", ""
    if not path.startswith(f"{top}/"):
        hint = "A picture lies beside its article, or in static/ and is written /photo.jpg."
        return f": {written} leaves {top}/", hint, ""
    return None
