"""Nikola: ``conf.py``, articles in the folders of ``POSTS``, metadata in a comment or beside them."""

from __future__ import annotations

from collections.abc import Sequence

from broadsheet.importing.adopting.headers import Headed, read_nikola, split_lists
from broadsheet.importing.adopting.origin import Branch, Entry, FindAddress, Generator, Origin
from broadsheet.importing.adopting.tree import Tree, as_text


def _find_config(tree: Tree) -> str:
    return "conf.py" if "conf.py" in tree and "POSTS" in tree.read_config("conf.py") else ""


def _describe(tree: Tree, config: str) -> Origin:
    said = tree.read_config(config)
    # Rows of a pattern of sources, a folder of addresses, a template.
    rows = [row for row in said.get("POSTS") or () if isinstance(row, Sequence) and len(row) > 1]
    folders = {str(row[0]).rpartition("/")[0]: str(row[1]).strip("/") for row in reversed(rows)}
    statics = said.get("FILES_FOLDERS") or {"files": ""}
    return Origin(
        generator="Nikola",
        config=config,
        title=_text(said.get("BLOG_TITLE")),
        url=_text(said.get("SITE_URL")) or _text(said.get("BASE_URL")),
        language=_text(said.get("DEFAULT_LANG")) or "en",
        timezone=_text(said.get("TIMEZONE")),
        tagline=_text(said.get("BLOG_DESCRIPTION")),
        content=tuple(Branch(folder, "" if len(folders) == 1 else folder) for folder in sorted(folders)),
        static=tuple(
            Branch(path, "/".join(filter(None, (str(target).strip("/"), path.removeprefix(f"{source}/")))))
            for source, target in {**statics, "images": "images"}.items()
            for path in tree.list_below(source)
        ),
        fields={
            "section": ("category",),
            "tags": ("tags",),
            "summary": ("description",),
            "image": ("previewimage",),
        },
        convert=_read_header,
        find_address=_address_by(folders, pretty=said.get("PRETTY_URLS") is not False),
    )


def _read_header(text: str) -> Headed | None:
    found = read_nikola(text)
    if found is None:
        return None
    fields = split_lists({name: value for name, value in found.fields.items() if value}, tags=",")
    if isinstance(fields.get("date"), str):
        fields["date"] = (
            fields["date"].replace(" UTC", "").replace("Z", "")
            if fields["date"].endswith(" UTC")
            else fields["date"].replace(" UTC", " ")
        )
    if fields.get("type") == "text":
        del fields["type"]
    return Headed(fields, found.body)


def _address_by(folders: dict[str, str], *, pretty: bool) -> FindAddress:
    def find_address(entry: Entry) -> str:
        above = max((each for each in folders if entry.path.startswith(f"{each}/")), key=len, default="")
        *inner, _ = entry.path.removeprefix(f"{above}/").split("/")
        steps = [folders.get(above, ""), *inner, entry.parts.slug]
        path = "/".join(filter(None, steps))
        return f"/{path}/" if pretty else f"/{path}.html"

    return find_address


def _text(value: object) -> str:
    """Return a text that may be given in several languages, in the first of them."""
    if isinstance(value, dict):
        value = next(iter(value.values()), "")
    return as_text(value)


GENERATOR = Generator("Nikola", _find_config, _describe)
