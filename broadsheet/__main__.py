"""``python -m broadsheet``: the same command as build.py.

It loads nothing before it is ready for Ctrl-C, which may come while the rest is loaded.
"""

from __future__ import annotations

import sys

_INTERRUPTED = 130  # as shells say of a program that Ctrl-C has ended


def main(arguments: list[str] | tuple[str, ...] | None = None) -> int:
    """Run the command that ``arguments`` (by default the process's own) name; return the exit status."""
    try:
        from broadsheet.commands.terminal.run import run  # noqa: PLC0415

        return run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        _ignore_interrupts()
        print("Stopped. Nothing was left half-written.", file=sys.stderr)
        return _INTERRUPTED
    except MemoryError:
        print("No memory is left. Every file is whole; build again once there is more.", file=sys.stderr)
        return 1


def _ignore_interrupts() -> None:
    """Let a second Ctrl-C not break off what the first has begun."""
    import signal  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
