#!/usr/bin/env python3
"""The command of this site: build, new, explain, clean … It only calls the package.

A Python that cannot run the package is told what to use; any since 3.7 can read this file.
"""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command; return the exit status. Nothing else is loaded before it is ready for Ctrl-C."""
    if sys.version_info < (3, 11):  # noqa: UP036 - here an older one is told so
        return _refuse("This Python is older than the 3.11 that Broadsheet needs")
    try:
        from broadsheet.__main__ import main as run  # noqa: PLC0415 - it may not be there

        return run()
    except KeyboardInterrupt:
        return 130
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package == "broadsheet" != error.name:
            raise
        lacking = "Broadsheet" if package == "broadsheet" else "Broadsheet's libraries"
        return _refuse(f"This Python lacks {lacking}")


def _refuse(reason: str) -> int:
    from pathlib import Path  # noqa: PLC0415

    python = ".venv\\Scripts\\python" if sys.platform == "win32" else ".venv/bin/python"
    has_make = Path(__file__).resolve().with_name("Makefile").is_file()
    otherwise = "run make site" if has_make else "install requirements.txt for it"
    print(f"{reason}: use {python} build.py, or {otherwise}.", file=sys.stderr)
    return 1


def _run_packaging() -> None:
    """Run PyPA's build, which ``python -m build`` means in a folder with this file."""
    import runpy  # noqa: PLC0415 - of no use to the command
    from importlib.util import find_spec  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    folder = Path(__file__).resolve().parent
    sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != folder]
    if find_spec("build") is None:
        sys.exit(f"{sys.executable}: No module named build")
    runpy.run_module("build", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    # With -m: run as a script, and by profilers, its module has no such name.
    if getattr(__spec__, "name", "") == "build":
        _run_packaging()
    else:
        sys.exit(main())
