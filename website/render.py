"""Render records as HTML, with autoescaping templates, one style sheet and two scripts.

Style and scripts are part of each page, and its Content-Security-Policy names their hashes: nothing
else can run or be fetched, even where a page is opened from a folder.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from reports.licence import LICENCE_ADDRESS
from reports.wording import region_words, uncapitalised
from website import addresses
from website.charts.bars import bars_drawing
from website.charts.grades import grades_drawing
from website.charts.palette import DARK, LIGHT, NEUTRAL, mark_of, variables
from website.charts.shapes import svg
from website.charts.stacked import stacked_drawing
from website.charts.tile_map import tile_map_drawing
from website.charts.tracker import tracker_drawing
from website.pages.page import Page
from website.pages.words import ISSUES_ARE, JOINT, NO_INSPECTION_COMES

_HERE = Path(__file__).parent

PAGE_MARK = b'<meta name="generator" content="Inspection Watch">'
"""Each page has this near its beginning, so that it can be recognised as ours."""


def render(page: Page) -> bytes:
    """Return the bytes of a page. A lone surrogate, which no file can have, becomes a "?"."""
    text = _templates().get_template(page.template).render(page=page, content=page.content)
    return text.encode("utf-8", "replace")


def render_alone(page: Page) -> bytes:
    """Return a page as a file of its own, without links to other pages of the site."""
    template = _templates().get_template("alone.html.j2")
    text = template.render(page=page, content=page.content)
    return text.encode("utf-8", "replace")


def policy(scripts: Iterable[str], *more_styles: str) -> str:
    """Return the Content-Security-Policy of a page with these scripts.

    `more_styles` are the page's style sheets besides the common one.
    """
    hashes = " ".join(f"'{_hash(text)}'" for text in scripts)
    styles = " ".join(f"'{_hash_of(text)}'" for text in more_styles)
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(style())}' {styles}".rstrip(),
            *([f"script-src {hashes}"] if hashes else []),
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


@cache
def style() -> str:
    """Return the style sheet: the colours, the pages, the charts."""
    light, dark = variables(LIGHT), variables(DARK)
    parts = [
        f":root{{color-scheme:light dark;{light}}}",
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}",
        _asset("site.css"),
        _asset("charts.css"),
    ]
    return "\n".join(parts)


def scripts(page: Page) -> tuple[Markup, ...]:
    """Return the scripts of a page: one finds a council, the other sorts, filters, searches and
    compares. Pages work without them.
    """
    names = [*(["finder.js"] if page.finder else []), *(["site.js"] if page.script else [])]
    return tuple(Markup(_asset(name)) for name in names)


@cache
def _asset(name: str) -> str:
    return (_HERE / "assets" / name).read_text("utf-8").strip()


def running_head(page: Page) -> str:
    """Return the CSS rule that prints the subject of a page, and how new it is, on each sheet."""
    boxes = (
        ("top-left", _css_text(page.subject or page.title)),
        ("top-right", _css_text("Inspection Watch, not Ofsted")),
        ("bottom-left", _css_text(page.as_of)),
        ("bottom-right", f"{_css_text('Page ')} counter(page) {_css_text(' of ')} counter(pages)"),
    )
    rules = "".join(f"@{place}{{content:{text}}}" for place, text in boxes)
    return f"@page{{font:8pt system-ui,sans-serif;{rules}}}"


def _css_text(text: str) -> str:
    """Return a CSS string. All but plain characters are escaped, so that none can end it."""
    return (
        '"' + "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in text) + '"'
    )


@cache
def _hash(text: str) -> str:
    return _hash_of(text)


def _hash_of(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@pass_context
def _to(context: Context, target: str) -> str:
    """Return the relative link to a page of the site; a web address stays as it is."""
    if target.startswith(("https://", "http://", "#")):
        return target
    return addresses.relative(target, page=context["page"].path)


@pass_context
def _tile_map(context: Context, chart: Any, key: str) -> Markup:
    """Return the tile map; its links are relative to the page."""
    return svg(tile_map_drawing(chart, key=key, to=lambda target: _to(context, target)))


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["to"] = _to
    environment.filters["uncapitalised"] = uncapitalised
    environment.filters["region"] = region_words
    environment.filters["colour"] = lambda grade: mark_of(grade)[0]
    environment.filters["symbol"] = lambda grade: mark_of(grade)[1].replace(NEUTRAL[1], "none")
    environment.globals.update(
        addresses=addresses,
        style=Markup(style()),
        scripts=scripts,
        policy=policy,
        running_head=lambda page: Markup(running_head(page)),
        licence_address=LICENCE_ADDRESS,
        issues_are=ISSUES_ARE,
        joint=JOINT,
        no_inspection_comes=NO_INSPECTION_COMES,
        grades_chart=lambda chart, key="grades": svg(
            grades_drawing(chart, key=key, with_legend=False)
        ),
        tracker_chart=lambda chart, key="tracker": svg(tracker_drawing(chart, key=key)),
        stacked_chart=lambda chart, key: svg(stacked_drawing(chart, key=key)),
        bars_chart=lambda chart, key: svg(bars_drawing(chart, key=key)),
        tile_map=_tile_map,
    )
    return environment
