"""Broadsheet: a static site generator for news archives.

Data flows one way: read, archive, plan, render, write. ``build`` joins the stages and is the place to
begin reading; docs/ and CONTRIBUTING.md say the rest.
"""

__version__ = "0.1.0"
