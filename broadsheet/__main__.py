"""``python -m broadsheet``: the same command as build.py."""

from __future__ import annotations

import sys

from broadsheet.commands.parser import main

if __name__ == "__main__":
    sys.exit(main())
