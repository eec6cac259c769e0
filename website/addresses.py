"""Where each page and file of the site is, and how one page links to another. Pure.

Links are relative and name `index.html`, so that they work from a folder and under any path.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date
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
WORKBOOK = "inspection-watch.xlsx"

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


def council_page(key: str) -> str:
    """Return the path of the page with a council's history."""
    return f"councils/{folder_name(key)}/{INDEX}"


def council_comparison(key: str) -> str:
    """Return the path of the page that compares a council with its neighbours and its region."""
    return f"councils/{folder_name(key)}/compare/{INDEX}"


def council_briefing(key: str) -> str:
    """Return the path of a council's briefing for a committee."""
    return f"councils/{folder_name(key)}/briefing/{INDEX}"


def report_page(file_id: str) -> str:
    """Return the path of a report's page."""
    return f"reports/{folder_name(file_id)}/{INDEX}"


def region_page(region: str) -> str:
    """Return the path of a region's page, which is made from its name."""
    return f"regions/{folder_name(re.sub(r'[^a-z0-9]+', '-', region.lower()).strip('-'))}/{INDEX}"


def theme_page(theme: str) -> str:
    """Return the path of a theme's page, by the id of the theme."""
    return f"themes/{folder_name(theme)}/{INDEX}"


def on_theme_page(key: str) -> str:
    """Return the anchor of a council in the list of a theme's page."""
    return f"in-{folder_name(key)}"


def search_page(part: str) -> str:
    """Return the path of one part of the search."""
    return f"search/{part}/{INDEX}"


def changes_page(year: int) -> str:
    """Return the path of the page that lists what was published in an earlier year."""
    return f"changes/{year:04}/{INDEX}"


def changes_file(monday: date) -> str:
    """Return the path of the file of a week's reports, which is named by the week's Monday."""
    return f"changes/{monday.isoformat()}.json"


def data_file(name: str) -> str:
    """Return the path of a file to download, by its name."""
    return f"data/{name}"


def council_feed(key: str) -> str:
    """Return the path of a council's Atom feed."""
    return f"feeds/authority-{folder_name(key)}.xml"


def folder_name(name: str) -> str:
    """Return a folder for a name: the name itself if it is plain, otherwise made from its hash.

    Names come from outside and may contain any characters.
    """
    if _PLAIN.fullmatch(name):
        return name
    return f"x-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:16]}"


def _any_name(path: str) -> str:
    return re.escape(path).replace("name", _PLAIN.pattern)


def _any_number(path: str) -> str:
    return re.sub(r"\d", r"\\d", re.escape(path))


_PATHS = (
    *map(re.escape, (NATIONAL, CHANGES, COMPARE, DATA, SEARCH, ABOUT, REGIONS, THEMES)),
    _any_name(council_page("name")),
    _any_name(council_comparison("name")),
    _any_name(council_briefing("name")),
    _any_name(report_page("name")),
    _any_name(region_page("name")),
    _any_name(theme_page("name")),
    _any_name(search_page("name")),
    _any_number(changes_page(2000)),
    _any_number(changes_file(date(2000, 1, 3))),
)
_GENERATED = re.compile("|".join(_PATHS))

FOLDERS = tuple(sorted({path.split("/")[0] for path in _PATHS if "/" in path}))
"""The top folders of the site's pages and files. Feeds have a folder of their own."""


def is_generated(path: str) -> bool:
    """Return whether a path is one at which the site may have a page or the file of a week.

    Someone else may have put a file there, so callers check its content too. The tables to download
    are left out, because nothing in their content shows that they are ours.
    """
    return _GENERATED.fullmatch(path) is not None


@lru_cache(maxsize=65_536)
def relative(target: str, *, page: str) -> str:
    """Return the relative link from a page to a file of the site; an anchor is kept."""
    path, mark, anchor = target.partition("#")
    if not path:
        return target
    here, there = page.split("/")[:-1], path.split("/")
    shared = 0
    while shared < min(len(here), len(there) - 1) and here[shared] == there[shared]:
        shared += 1
    return "../" * (len(here) - shared) + "/".join(there[shared:]) + mark + anchor


def public(target: str, *, public_url: str) -> str:
    """Return the address of a page where the site is published; without `index.html`."""
    return f"{public_url}/{target.removesuffix(INDEX)}"
