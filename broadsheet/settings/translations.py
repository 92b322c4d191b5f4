"""Names in other languages: what site.toml says below ``[translations]``.

By now these are those of sections, for the menu: ``az.sections = { politics = "Siyasət" }``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from broadsheet.common import languages
from broadsheet.common.problems import find_nearest
from broadsheet.common.slugs import slugify
from broadsheet.settings.checks import InvalidValueError, check_nonempty_text

_TABLE = "translations"
_SECTIONS = "sections"
# The path of a key of site.toml, what is wrong there, and what to do.
Fault = tuple[tuple[str, ...], str, str]


def read_translations(
    table: Mapping[str, object], own: str, sections: Mapping[str, str]
) -> tuple[dict[str, dict[str, str]], list[Fault]]:
    """Return the names of sections by language key and slug, and what is wrong with the ``table``.

    ``own`` is the site's language, ``sections`` are those that it declares.
    """
    names: dict[str, dict[str, str]] = {}
    faults: list[Fault] = []
    for tag, value in table.items():
        fault = _find_fault(tag, value, own, names)
        if fault:
            faults.append(((_TABLE, tag), f"[{_TABLE}] {tag} {fault[0]}", fault[1]))
            continue
        assert isinstance(value, dict)  # noqa: S101 - what is none is a fault
        names[languages.key(tag)] = found = {}
        for slug, name, message, hint in _read_sections(value.get(_SECTIONS, {}), sections):
            if message:
                path = (_TABLE, tag, _SECTIONS, slug) if slug else (_TABLE, tag, _SECTIONS)
                faults.append((path, f"[{_TABLE}.{tag}.{_SECTIONS}] {message}", hint))
            else:
                found[slugify(slug)] = name
    return names, faults


def _find_fault(tag: str, value: object, own: str, known: Mapping[str, object]) -> tuple[str, str] | None:
    if not languages.is_language(tag):
        return "is not a language that Babel knows", "Write its code: en, az, pt-BR."
    if languages.key(tag) == languages.key(own):
        return "is the site's own language", f"Write the names below [{_SECTIONS}]."
    if languages.key(tag) in known:
        return "stands twice", "Leave one out."
    if not isinstance(value, dict) or value.keys() - {_SECTIONS}:
        return "is no table of names", f'Write {tag}.{_SECTIONS} = {{ politics = "…" }}.'
    return None


def _read_sections(value: object, sections: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """Yield of each name its key, the name, what is wrong with it, and what to do."""
    if not isinstance(value, dict):
        yield "", "", "is no table of names", 'Write { politics = "…" }.'
        return
    for key, name in value.items():
        meant = None if slugify(key) in sections else find_nearest(key, sections)
        if meant:  # an article may name a section that is not declared
            yield key, "", f"{key} is not declared below [{_SECTIONS}]", f'Did you mean "{meant}"?'
            continue
        try:
            yield key, check_nonempty_text(name), "", ""
        except InvalidValueError as error:
            yield key, "", f"{key}: {error.message}", error.hint
