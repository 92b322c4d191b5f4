"""The scripts of search: they read the index that this release writes, so they come with it.

A theme has none. ``search.js`` is made from the modules in ``search/`` by ``make scripts``: it is loaded
in one round trip, and half as large, compressed. It loads the stemmers in ``stemmers/``.
"""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent
# The languages that have a stemmer, as the names of their files say.
STEMMERS = frozenset(
    (
        *(
            "ca",
            "da",
            "de",
            "en",
            "es",
            "et",
            "eu",
            "fi",
            "fr",
            "hi",
            "hy",
            "id",
            "it",
            "nb",
            "nl",
            "nn",
            "no",
        ),
        *("pt", "ru", "sv"),
    )
)


def read_script(name: str) -> bytes:
    """Return a script, ``search.js`` or ``stemmers/en.js``."""
    return (_FOLDER / name).read_bytes()


def list_stemmers(languages: tuple[str, ...]) -> tuple[str, ...]:
    """Return the stemmers of some languages, each once, in their order: ``en`` for ``en-GB``."""
    own = dict.fromkeys(language.partition("-")[0] for language in languages)
    return tuple(each for each in own if each in STEMMERS)
