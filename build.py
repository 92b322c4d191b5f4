#!/usr/bin/env python3
"""The command of this site: build, new, explain, clean … It only calls the package."""

from __future__ import annotations

import sys

from broadsheet.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
