"""The wheel of the package that is running, made anew so that a site can carry what builds it.

Of an installed package it has the files that RECORD lists, each compared with its digest there; of a checkout
what pyproject.toml says of a wheel. Either way the same files make the same bytes, on any machine: they are
sorted, stored without compression (whose bytes differ from one zlib to another), and bear no times. So a
wheel that is installed and made anew is the same wheel. Format:
https://packaging.python.org/specifications/binary-distribution-format/
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any, NamedTuple

from broadsheet import __version__
from broadsheet.common.problems import Problem, Problems

NAME = "broadsheet"
_PACKAGE = Path(__file__).parents[1]
_TAG = "py3-none-any"
_MODE = 0o100644 << 16  # a file that its owner may write, as zip holds it
# Of what an installer leaves beside the package, these files are the wheel's own.
_OWN_METADATA = ("METADATA", "WHEEL", "entry_points.txt", "licenses/")


class Wheel(NamedTuple):
    """A wheel: the name of its file, and its bytes."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        """The SHA-256 of the bytes, hexadecimal, as pip compares it."""
        return hashlib.sha256(self.content).hexdigest()


def make_wheel() -> Wheel:
    """Return the wheel of the package that is running.

    Raises ``Problems`` if it was changed since it was installed, or came here by a way that leaves no list of
    its files.
    """
    installed = next(filter(_is_running, distributions(name=NAME)), None)
    if installed is not None:
        return _pack(installed.version, dict(_read_installed(installed)))
    if (_PACKAGE.parent / "pyproject.toml").is_file():
        return _pack(__version__, dict(_read_checkout(_PACKAGE.parent)))
    raise Problems([_no_wheel("it was not installed by pip, and is no clone of its repository")])


def _is_running(distribution: Distribution) -> bool:
    return Path(str(distribution.locate_file(NAME))).resolve() == _PACKAGE.resolve()


def _no_wheel(reason: str) -> Problem:
    hint = "Install it with pip from a wheel or from a clone of its repository, and try again."
    return Problem(
        path=str(_PACKAGE), message=f"no wheel can be made of this Broadsheet: {reason}", hint=hint
    )


def _read_installed(installed: Distribution) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an installed wheel, by their paths in it."""
    record = installed.read_text("RECORD")
    if record is None:
        raise Problems([_no_wheel("what installed it has left no RECORD of its files")])
    problems = []
    metadata = f"{NAME}-{installed.version}.dist-info/"
    own = (f"{NAME}/", *(f"{metadata}{name}" for name in _OWN_METADATA))
    for row in csv.reader(io.StringIO(record)):
        path, digest = row[0].replace("\\", "/"), row[1] if len(row) > 1 else ""
        if not path.startswith(own) or path.endswith(".pyc"):
            continue
        file = Path(str(installed.locate_file(path)))
        content = file.read_bytes() if file.is_file() else None
        if content is None or _digest(content) != digest:
            message = "is missing" if content is None else "is not as it was installed"
            problems.append(Problem(path=str(file), message=message, hint="Install Broadsheet again."))
        else:
            yield path, content
    if problems:
        raise Problems(problems)


def _read_checkout(root: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files that a wheel of a checkout has, by their paths in it."""
    declared = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    target = declared["tool"]["hatch"]["build"]["targets"]["wheel"]
    places = {name: name for name in target["packages"]} | target["force-include"]
    for source, place in places.items():
        top = root / source
        for file in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if file.is_file() and file.parent.name != "__pycache__":
                yield f"{place}{file.as_posix().removeprefix(top.as_posix())}", file.read_bytes()
    project = declared["project"]
    metadata = f"{NAME}-{__version__}.dist-info"
    scripts = "".join(f"{name} = {called}\n" for name, called in project["scripts"].items())
    yield f"{metadata}/METADATA", _write_metadata(project).encode()
    yield (
        f"{metadata}/WHEEL",
        _write_fields(
            {"Wheel-Version": "1.0", "Generator": NAME, "Root-Is-Purelib": "true", "Tag": _TAG}
        ).encode(),
    )
    yield f"{metadata}/entry_points.txt", f"[console_scripts]\n{scripts}".encode()
    for name in project["license-files"]:
        yield f"{metadata}/licenses/{name}", (root / name).read_bytes()


def _write_metadata(project: Mapping[str, Any]) -> str:
    """Return what an installer must know: https://packaging.python.org/specifications/core-metadata/."""
    fields = {
        "Metadata-Version": "2.4",
        "Name": project["name"],
        "Version": __version__,
        "Summary": project["description"],
        "License-Expression": project["license"],
        "Requires-Python": project["requires-python"],
    }
    files = "".join(f"License-File: {name}\n" for name in project["license-files"])
    return (
        _write_fields(fields)
        + files
        + "".join(f"Requires-Dist: {each}\n" for each in project["dependencies"])
    )


def _write_fields(fields: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def _pack(version: str, files: dict[str, bytes]) -> Wheel:
    metadata = f"{NAME}-{version}.dist-info/"
    # The metadata last, as the format recommends.
    paths = sorted(files, key=lambda path: (path.startswith(metadata), path))
    rows = [f"{path},{_digest(files[path])},{len(files[path])}\n" for path in paths]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, content in (*((path, files[path]) for path in paths), _record(metadata, rows)):
            entry = zipfile.ZipInfo(path)
            entry.create_system = 3  # Unix, wherever it is made
            entry.external_attr = _MODE
            archive.writestr(entry, content)
    return Wheel(f"{NAME}-{version}-{_TAG}.whl", packed.getvalue())


def _record(metadata: str, rows: list[str]) -> tuple[str, bytes]:
    path = f"{metadata}RECORD"
    return path, "".join((*rows, f"{path},,\n")).encode()


def _digest(content: bytes) -> str:
    """Return the digest of a file as RECORD has it: https://packaging.python.org/specifications/recording-installed-packages/."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"
