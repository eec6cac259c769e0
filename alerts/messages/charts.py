"""The picture of a council's grades over time, as PNG bytes.

It is drawn from plain data (`alerts.messages.grades_over_time`) without any words from outside,
with the same records as the chart on the council's page (`website.charts`).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from website.charts.grades import WIDTH as WIDTH
from website.charts.grades import ChartCell, GradesChart, Row, Stop, grades_drawing
from website.charts.png import png

logger = logging.getLogger(__name__)

TITLE = "Grades over time"
"""The title of the picture as an attached file."""


def draw(picture: Mapping[str, Any]) -> bytes:
    """Draw `GradesContext.picture`. Raises KeyError or TypeError for other data."""
    chart = GradesChart(
        title=TITLE,
        description="",
        stops=tuple(Stop(when=s["when"], framework=s["framework"]) for s in picture["stops"]),
        rows=tuple(
            Row(label=row["label"], cells=tuple(_cell(cell) for cell in row["cells"]))
            for row in picture["rows"]
        ),
    )
    return png(grades_drawing(chart))


def _cell(cell: Mapping[str, Any] | None) -> ChartCell | None:
    if cell is None:
        return None
    return ChartCell(grade=cell["grade"], link=cell["link"], other=cell["other"])


def draw_if_possible(picture: Mapping[str, Any]) -> bytes | None:
    """Return what `draw` does; None where that fails, because the message is sent in any case.

    The last pictures are kept: drawing takes a tenth of a second, and a message often has many
    recipients.
    """
    try:
        return _kept(json.dumps(picture))
    except Exception as error:
        logger.warning("no picture of the grades: %s", type(error).__name__)
        return None


@lru_cache(maxsize=32)
def _kept(picture: str) -> bytes:
    return draw(json.loads(picture))
