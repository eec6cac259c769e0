"""Where each page of the site is, and how one page links to another. Pure.

Links are relative and name `index.html`, so that they work from a folder and under any path.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

INDEX = "index.html"
NATIONAL = INDEX
CHANGES = f"changes/{INDEX}"
COMPARE = f"compare/{INDEX}"
DATA = f"data/{INDEX}"
SEARCH = f"search/{INDEX}"
ABOUT = f"about/{INDEX}"
FEEDS = f"feeds/{INDEX}"
REGIONS = f"regions/{INDEX}"
THEMES = f"themes/{INDEX}"

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


def council_page(key: str) -> str:
    """A council's history."""
    return f"councils/{folder_name(key)}/{INDEX}"


def council_comparison(key: str) -> str:
    """A council among its neighbours and its region."""
    return f"councils/{folder_name(key)}/compare/{INDEX}"


def council_briefing(key: str) -> str:
    """One sheet for a committee."""
    return f"councils/{folder_name(key)}/briefing/{INDEX}"


def report_page(file_id: str) -> str:
    """One report."""
    return f"reports/{folder_name(file_id)}/{INDEX}"


def region_page(region: str) -> str:
    """One region; the address is made of its name."""
    return f"regions/{folder_name(re.sub(r'[^a-z0-9]+', '-', region.lower()).strip('-'))}/{INDEX}"


def theme_page(theme: str) -> str:
    """One theme."""
    return f"themes/{folder_name(theme)}/{INDEX}"


def council_feed(key: str) -> str:
    """The Atom feed of a council."""
    return f"feeds/authority-{folder_name(key)}.atom"


def folder_name(name: str) -> str:
    """A name of ours as a folder; anything else by its hash, because names come from outside."""
    if _PLAIN.fullmatch(name):
        return name
    return f"x-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:16]}"


@lru_cache(maxsize=65_536)
def relative(target: str, *, page: str) -> str:
    """The address of a file of the site as seen from a page, with an anchor where there is one."""
    path, mark, anchor = target.partition("#")
    if not path:
        return target
    here, there = page.split("/")[:-1], path.split("/")
    shared = 0
    while shared < min(len(here), len(there) - 1) and here[shared] == there[shared]:
        shared += 1
    return "../" * (len(here) - shared) + "/".join(there[shared:]) + mark + anchor


def public(target: str, *, public_url: str) -> str:
    """The address of a page where the site is published; without `index.html`."""
    return f"{public_url}/{target.removesuffix(INDEX)}"
