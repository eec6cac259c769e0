"""The shapes of a drawing, and how a drawing becomes SVG.

Shapes have the names of CSS classes, never colours: the page's style sheet colours them, and a
picture for an email includes the same rules (`picture`). All text passes through an
autoescaping template.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from website.charts.palette import LIGHT

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent.parent / "templates" / "charts"
RULES = (Path(__file__).parent.parent / "assets" / "charts.css").read_text("utf-8")
_VARIABLE = re.compile(r"var\(--([a-z-]+)\)")


@dataclass(frozen=True, kw_only=True)
class Line:
    """A straight line. `look` is a class of `charts.css`."""

    x1: float
    y1: float
    x2: float
    y2: float
    look: str
    kind: str = "line"


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle; `r` is the radius of its corners."""

    x: float
    y: float
    width: float
    height: float
    look: str
    r: float = 0.0
    kind: str = "box"


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A closed shape through points."""

    points: tuple[tuple[float, float], ...]
    look: str
    kind: str = "shape"


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A circle."""

    x: float
    y: float
    r: float
    look: str
    kind: str = "dot"


@dataclass(frozen=True, kw_only=True)
class Words:
    """One line of text; `y` is its baseline. `anchor` is start, middle or end."""

    x: float
    y: float
    text: str
    look: str = "t"
    anchor: str = "start"
    kind: str = "words"


@dataclass(frozen=True, kw_only=True)
class Tile:
    """Shapes that are one link; `label` is what a screen reader says."""

    href: str
    label: str
    shapes: tuple[Line | Box | Shape | Dot | Words, ...]
    kind: str = "tile"


Part = Line | Box | Shape | Dot | Words | Tile


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A whole chart. `title` names it. `description` is what a screen reader says of it.

    `key` makes the ids of one drawing differ from those of others on the page.
    """

    key: str
    width: float
    height: float
    title: str
    description: str
    parts: Sequence[Part]


def svg(drawing: Drawing) -> Markup:
    """Return the drawing as an element of a page."""
    return Markup(_templates().get_template("drawing.svg.j2").render(drawing=drawing, rules=""))


def picture(drawing: Drawing) -> str:
    """Return the drawing as an SVG file of its own, in light colours."""
    rules = _VARIABLE.sub(lambda match: LIGHT[match[1]], RULES)
    return _templates().get_template("drawing.svg.j2").render(drawing=drawing, rules=Markup(rules))


def grade_shape(colour: str, *, x: float, y: float, r: float) -> Box | Shape | Dot:
    """Return the shape of a grade around a point: a circle, square, diamond or triangle."""
    look = f"s-{colour}"
    if colour == "o":
        return Dot(x=x, y=y, r=r, look=look)
    if colour == "r":
        reach = r * 1.25
        points = ((x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y))
        return Shape(points=points, look=look)
    if colour == "i":
        top, foot, half = y - r * 1.35, y + r * 0.95, r * 1.35
        return Shape(points=((x, top), (x + half, foot), (x - half, foot)), look=look)
    width = 2 * r * 0.92
    return Box(x=x - width / 2, y=y - width / 2, width=width, height=width, r=2, look=look)


def number(value: float) -> str:
    """Return a coordinate in as few characters as it needs."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


@cache
def _templates() -> Environment:
    # Imported here: a caller that only asks for the width of a picture needs no templates.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["n"] = number
    return environment
