"""The picture of a council's grades through time, as PNG bytes.

The picture is drawn from plain data (`alerts.messages.grades_over_time`) with no words from
outside. The same data give the same bytes. Each grade is a word at its own height, so that the
reader needs neither colour nor size. The background is opaque, for light and dark mode.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backends.backend_agg import FigureCanvasAgg

logger = logging.getLogger(__name__)

TITLE = "Grades through time"
"""What the picture is called where it stands as a file."""

# CSS pixels; twice as many are drawn, for sharp letters. At 288 (a phone of 320) it is readable.
WIDTH = 340
_SCALE = 2
_TOP, _ROW, _BOTTOM = 40, 56, 24
_SIDE = 8
_CHIP_HEIGHT = 17
_COLOURS = 48
_LEVEL = 5  # a grade is so much higher than the next one

_LEGEND = "Higher is better. Dashed: comparable, but not the same."
_INK, _QUIET, _GROUND, _RULE = "#16191d", "#4a525c", "#ffffff", "#c5cbd2"
# The word on the chip, its height, ground and edge.
_GRADES: Mapping[str | None, tuple[str, int, str, str]] = {
    "outstanding": ("Outstanding", 3, "#cfe3fb", "#0b57a4"),
    "good": ("Good", 2, "#d6f0dd", "#17692f"),
    "requires_improvement": ("Req. improv.", 1, "#fdeec2", "#8a6100"),
    "inadequate": ("Inadequate", 0, "#fbdcdc", "#a01b1b"),
    "not_judged": ("Not judged", 1, "#eceff2", "#4a525c"),
    None: ("Not certain", 1, "#eceff2", "#4a525c"),
}
_OTHER = ("Other", 1, "#eceff2", "#4a525c")


def draw(picture: Mapping[str, Any]) -> bytes:
    """The picture of `GradesThroughTime.picture`. Raises KeyError or TypeError for other data."""
    # Imported here: it takes most of a second, and only sending a picture needs it.
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    height = _TOP + _ROW * len(picture["rows"]) + _BOTTOM
    # A machine's own matplotlibrc changes nothing.
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        figure = Figure(figsize=(WIDTH / 100, height / 100), dpi=100 * _SCALE, facecolor=_GROUND)
        canvas = FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        _fill(axes, picture, height)
        return _png(canvas)


def _fill(axes: Axes, picture: Mapping[str, Any], height: float) -> None:
    """Everything on the picture; one unit is one CSS pixel, from the top left corner."""
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    stops = picture["stops"]
    _stops(axes, stops, height)
    for place, row in enumerate(picture["rows"]):
        _row(axes, row, top=_TOP + place * _ROW, columns=len(stops))
    _write(axes, WIDTH / 2, height - 11, _LEGEND, fontsize=7, color=_QUIET)


def drawn(picture: Mapping[str, Any]) -> bytes | None:
    """As `draw`; None where nothing can be drawn, because a message goes out in any case.

    Drawing takes a tenth of a second, and a message often goes to many: the last ones are kept.
    """
    try:
        return _kept(json.dumps(picture))
    except Exception as error:
        logger.warning("no picture of the grades: %s", type(error).__name__)
        return None


@lru_cache(maxsize=32)
def _kept(picture: str) -> bytes:
    return draw(json.loads(picture))


def _png(canvas: FigureCanvasAgg) -> bytes:
    """The drawing with few colours, which makes a quarter of the bytes."""
    from PIL import Image

    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = canvas.buffer_rgba()  # type: ignore[no-untyped-call]
    drawn = Image.frombuffer("RGBA", canvas.get_width_height(), pixels).convert("RGB")
    file = io.BytesIO()
    drawn.quantize(_COLOURS, dither=Image.Dither.NONE).save(file, format="png", optimize=True)
    return file.getvalue()


def _middle(place: int, columns: int) -> float:
    return _SIDE + (WIDTH - 2 * _SIDE) * (place + 0.5) / columns


def _write(axes: Axes, x: float, y: float, text: str, **style: Any) -> None:
    given: dict[str, Any] = {"fontsize": 8, "color": _INK, "ha": "center", "va": "center"}
    axes.text(x, y, text, parse_math=False, family="DejaVu Sans", **(given | style))


def _stops(axes: Axes, stops: Sequence[Mapping[str, str]], height: float) -> None:
    """When each inspection was, and a dashed line wherever the framework changed."""
    before = None
    for place, stop in enumerate(stops):
        x = _middle(place, len(stops))
        _write(axes, x, 10, stop["when"], fontweight="bold")
        if stop["framework"] != before:
            _write(axes, x, 24, stop["framework"], fontsize=7, color=_QUIET)
            if before is not None:
                edge = (x + _middle(place - 1, len(stops))) / 2
                axes.plot([edge, edge], [4, height - _BOTTOM], color=_QUIET, lw=0.8, ls=(0, (3, 3)))
        before = stop["framework"]


def _row(axes: Axes, row: Mapping[str, Any], *, top: float, columns: int) -> None:
    axes.plot([_SIDE, WIDTH - _SIDE], [top - 4, top - 4], color=_RULE, lw=0.6)
    ground: dict[str, Any] = {"facecolor": _GROUND, "edgecolor": "none", "pad": 1}
    _write(axes, _SIDE, top + 5, row["label"], ha="left", fontweight="bold", bbox=ground)
    half = min(35.0, (WIDTH - 2 * _SIDE) / columns / 2 - 3)
    before: tuple[float, float] | None = None
    for place, cell in enumerate(row["cells"]):
        if cell is None:
            continue
        x, y = _middle(place, columns), top + 40 - _level(cell["grade"]) * _LEVEL
        if before is not None and cell["link"] != "none":
            style = (0, (2, 2)) if cell["link"] == "similar" else "-"
            axes.plot([before[0] + half, x - half], [before[1], y], color=_INK, lw=1.3, ls=style)
        _chip(axes, x, y, half, cell)
        before = (x, y)
    if row["cells"] and row["cells"][-1] is None:
        _write(axes, _middle(columns - 1, columns), top + 32, "no longer", color=_QUIET, fontsize=7)
        _write(axes, _middle(columns - 1, columns), top + 41, "given", color=_QUIET, fontsize=7)


def _level(grade: str | None) -> int:
    return _GRADES.get(grade, _OTHER)[1]


def _chip(axes: Axes, x: float, y: float, half: float, cell: Mapping[str, Any]) -> None:
    from matplotlib.patches import FancyBboxPatch

    word, _, ground, edge = _GRADES.get(cell["grade"], _OTHER)
    box = FancyBboxPatch(
        (x - half + 3, y - _CHIP_HEIGHT / 2 + 3),
        2 * half - 6,
        _CHIP_HEIGHT - 6,
        boxstyle="round,pad=3",
        facecolor=ground,
        edgecolor=edge,
        linewidth=1.0,
        linestyle=(0, (2, 1.5)) if cell["other"] else "-",
        zorder=3,
    )
    axes.add_patch(box)
    _write(axes, x, y, word, fontsize=7.2, zorder=4)
