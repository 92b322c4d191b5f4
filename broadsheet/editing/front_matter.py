"""Edits of front matter: an alias more, another picture. In the author's own style, comments and all."""

from __future__ import annotations

import re
from collections.abc import Sequence

from broadsheet.common.problems import Edit
from broadsheet.editing.text_edits import apply_edits, split_rows
from broadsheet.read import front_matter
from broadsheet.read.front_matter import Field, Fields, Many, Text

_PLAIN = re.compile(r"[\w/.~+-]+")
_LIST_ITEM = re.compile(r"^([ \t]*)- ")


def add_to_list(path: str, text: str, keys: Sequence[str], value: str) -> str:
    """Return ``text``, the file at ``path``, with ``value`` in the list that is the first of ``keys`` it has.

    Without such a field it gets one, below the others; the list is written like the other lists of the file.
    """
    document = front_matter.split(path, text.encode())
    fields = [field for key in keys for field in document.fields or () if field.name == key]
    field = next((each for each in fields if not _is_empty(each)), None)
    if field is None:
        empty = fields[0] if fields else None
        return _write_new(text, document, empty, empty.name if empty else keys[0], value)
    if isinstance(field.value, Many):
        return _append(text, field.value, value)
    rows = document.rows
    assert isinstance(field.value, Text)  # noqa: S101 - a mapping would be a problem of the file
    whole = _find_scalar(rows, field.value)
    new = f"[{whole}, {_quote(value)}]"
    return apply_edits(text, [Edit(line=field.value.line, column=field.value.column, old=whole, new=new)])


def replace_value(path: str, text: str, keys: Sequence[str], part: str, old: str, new: str) -> str:
    """Return ``text`` with ``new`` for ``old`` in the field of ``keys``, or in its ``part`` if it has any."""
    edits: list[Edit] = []
    for field in front_matter.split(path, text.encode()).fields or ():
        if field.name not in keys:
            continue
        edits += [
            Edit(line=value.line, column=value.column, old=old, new=new)
            for value in _list_texts(field, part)
            if value.text.strip() == old
        ]
    return apply_edits(text, edits)


def find_values(path: str, text: str, keys: Sequence[str], part: str) -> list[str]:
    """Return the texts of the fields of ``keys``, or of their ``part``."""
    fields = front_matter.split(path, text.encode()).fields or ()
    named = (field for field in fields if field.name in keys)
    return [value.text.strip() for field in named for value in _list_texts(field, part)]


def _list_texts(field: Field, part: str) -> list[Text]:
    inner = field.value.fields if isinstance(field.value, Fields) else ()
    values = (field.value, *(each.value for each in inner if each.name == part))
    return [value for value in values if isinstance(value, Text) and value.text.strip()]


def _is_empty(field: Field) -> bool:
    value = field.value
    return not value.text if isinstance(value, Text) else isinstance(value, Many) and not value.values


def _append(text: str, values: Many, value: str) -> str:
    """Return ``text`` with ``value`` behind the last item of a list, in a line or in lines of their own."""
    rows = split_rows(text)
    plain = [row.rstrip("\r\n") for row in rows]
    *_, last = front_matter.list_texts(values)
    whole = _find_scalar(plain, last)
    quote = whole[0] if whole[0] in "\"'" else ""
    written = f"{quote}{value}{quote}" if quote else _quote(value)
    at = last.line - 1
    item = _LIST_ITEM.match(plain[at])
    if item and plain[values.line - 1][values.column - 1 : values.column] != "[":
        end = rows[at][len(plain[at]) :] or "\n"
        rows.insert(at + 1, f"{plain[at][: last.column - 1]}{written}{end}")
        return "".join(rows)
    edit = Edit(line=last.line, column=last.column, old=whole, new=f"{whole}, {written}")
    return apply_edits(text, [edit])


def _write_new(text: str, document: front_matter.Document, empty: Field | None, key: str, value: str) -> str:
    rows = split_rows(text)
    end = rows[0][len(rows[0].rstrip("\r\n")) :] or "\n"
    new = f"{key}: [{_quote(value)}]"
    head = rows[: document.body_line - 2]
    items = [found for found in map(_LIST_ITEM.match, head) if found]
    if items:
        new = f"{key}:{end}{items[0][1]}- {_quote(value)}"
    if empty is None:
        rows.insert(document.body_line - 2, f"{new}{end}")
        return "".join(rows)
    row = rows[empty.line - 1]
    comment = re.search(r"\s+#.*", row.rstrip("\r\n"))
    rows[empty.line - 1] = f"{key}: [{_quote(value)}]{comment[0] if comment else ''}{end}"
    return "".join(rows)


def _find_scalar(rows: Sequence[str], value: Text) -> str:
    """Return a scalar of one line as it is written, with its quotes."""
    row = rows[value.line - 1][value.column - 1 :]
    quote = row[:1] if row[:1] in "\"'" else ""
    return f"{quote}{value.text}{quote}"


def _quote(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else f'"{value}"'
