"""Old names of commands and options: each works in the release that renames it, and says its new name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# Each old name of a command with the new one; of an option, after its command's name: "build --old": "--new".
RENAMED: Mapping[str, str] = {"due": "scheduled"}


def use_new_names(
    words: Sequence[str], renamed: Mapping[str, str] = RENAMED
) -> tuple[list[str], tuple[str, ...]]:
    """Return a command line without old names, and a sentence for each that was in it.

    ``words`` begins with the command. What follows ``--`` are no options.
    """
    command, *rest = words
    said = []
    if command in renamed:
        said.append(_explain(command, renamed[command]))
        command = renamed[command]
    until = rest.index("--") if "--" in rest else len(rest)
    options = []
    for word in rest[:until]:
        name, equals, value = word.partition("=")
        new = renamed.get(f"{command} {name}")
        if new:
            said.append(_explain(name, new))
        options.append(f"{new or name}{equals}{value}")
    return [command, *options, *rest[until:]], tuple(said)


def _explain(old: str, new: str) -> str:
    return f"{old} is called {new} now; the next release will no longer know the old name."
