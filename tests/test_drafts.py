"""Drafts on the pages of a site that is built with them."""

from __future__ import annotations

import re
from pathlib import Path

from tests.sites import write_site

_SITE = """
=== content/2022/flood.md
---
title: Flood
author: Ana Ruiz
dateline: Baku
section: News
date: 2022-11-05 09:14
---
Water rose.
=== content/2022/storm.md
---
title: Storm
author: Ana Ruiz
dateline: Baku
section: News
date: 2022-11-06 09:14
draft: yes
---
Wind blew.
"""


def test_drafts_are_marked_wherever_they_are_listed_and_nothing_else_is(tmp_path: Path) -> None:
    site = write_site(tmp_path, _SITE)
    assert site.build("--drafts", "--as-of", "2022-11-10").status == 0
    outputs = site.outputs()
    marked = re.compile(
        r'<a href="/archive/2022/11/(\d+)/\w+/"[^>]*>\s*<strong class="mark">Draft</strong> Storm'
    )
    for page in (
        "index.html",
        "sections/news/index.html",
        "2022/11/06/index.html",
        "2022/11/05/flood/index.html",
    ):
        assert marked.findall(outputs[page].decode()) == ["06"], page
    assert b"Draft</strong> Flood" not in b"".join(outputs.values())
    site.write("content/2022/storm.md", site.read("content/2022/storm.md").replace("draft: yes\n", ""))
    assert site.build("--drafts", "--as-of", "2022-11-10").status == 0
    assert b">Draft<" not in b"".join(site.outputs().values())
