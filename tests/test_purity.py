"""The sample archive is a function of its sources: the same bytes whatever the machine, and whatever went before."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from types import MappingProxyType

import pytest

from tests.sample import build_sample, copy_sample
from tests.sites import Site

_SMALL = "\n[listings]\nsize = 3\n\n[sitemaps]\nsize = 5\n"
# Four machines that agree in nothing. Some of them at the ends of the world: there it is never the same day.
_MACHINES = (
    {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "0", "LC_ALL": "C", "jobs": "1"},
    {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "jobs": "4"},
    {"TZ": "Pacific/Pago_Pago", "PYTHONHASHSEED": "1", "LC_ALL": "C", "jobs": "4"},
    {"TZ": "Pacific/Pago_Pago", "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "jobs": "1"},
)
