"""The vocabulary of schema.org, and what JSON-LD says that it does not know.

It is read from the TypeScript declarations of Google's schema-dts, which are made from the vocabulary itself:
each type with the types above it, its properties, and of each property the types that its values may have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_BASE = re.compile(r"^(?:export )?interface (\w+)Base extends ([^{]+)\{$", re.MULTILINE)
_LEAF = re.compile(r'^export interface (\w+)Leaf extends ([^{]+)\{\n    "@type": "(\w+)";', re.MULTILINE)
_PROPERTY = re.compile(r'^    "(\w+)"\?: SchemaValue<(.+), "\w+">;$', re.MULTILINE)
_TEXTS = frozenset(("Text", "URL", "Date", "DateTime", "Time", "Distance", "Duration", "XPathType"))
_NUMBERS = frozenset(("Number", "Integer", "Float"))


class Vocabulary:
    """Types and properties."""

    def __init__(self, declarations: str) -> None:
        """Read the declarations."""
        self.above: dict[str, tuple[str, ...]] = {}
        self.properties: dict[str, dict[str, frozenset[str]]] = {}
        for match in _BASE.finditer(declarations):
            body = declarations[match.end() : declarations.index("\n}", match.end())]
            self.above[match[1]] = tuple(re.findall(r"(\w+)Base\b", match[2]))
            self.properties[match[1]] = {
                name: frozenset(re.findall(r"\w+", kinds)) for name, kinds in _PROPERTY.findall(body)
            }
        for match in _LEAF.finditer(declarations):
            bases = tuple(name for name in re.findall(r"(\w+)Base\b", match[2]) if name != match[3])
            self.above[match[3]] = (*self.above.get(match[3], ()), *bases)

    def lineage(self, kind: str) -> Iterator[str]:
        """Yield a type and all above it."""
        yield kind
        for above in self.above.get(kind, ()):
            yield from self.lineage(above)

    def range_of(self, kind: str, name: str) -> frozenset[str] | None:
        """Return the types that a property may have, None if the type has no such property."""
        ranges = (self.properties.get(each, {}).get(name) for each in self.lineage(kind))
        return next((found for found in ranges if found is not None), None)

    def faults(self, node: Mapping[str, Any], where: str = "") -> Iterator[str]:
        """Yield what a node of JSON-LD says that the vocabulary does not know."""
        kind = node.get("@type", "")
        if kind not in self.above:
            yield f"{where}: there is no type {kind}"
            return
        for name, value in node.items():
            if name.startswith("@"):
                continue
            expected = self.range_of(kind, name)
            if expected is None:
                yield f"{where}{name}: {kind} has no such property"
                continue
            for each in value if isinstance(value, list) else [value]:
                yield from self._of_value(each, expected, f"{where}{name}")

    def _of_value(self, value: object, expected: frozenset[str], where: str) -> Iterator[str]:
        if isinstance(value, Mapping):
            if not expected.intersection(self.lineage(value.get("@type", ""))):
                yield f"{where}: {value.get('@type')} is none of {sorted(expected)}"
            yield from self.faults(value, f"{where}.")
        elif isinstance(value, str):
            if not expected & _TEXTS and "IdReference" not in expected:
                yield f"{where}: a text is none of {sorted(expected)}"
        elif isinstance(value, bool) or not expected & _NUMBERS:
            yield f"{where}: {value!r} is none of {sorted(expected)}"
