"""A drawing as PNG bytes, for email and Slack. The same drawing gives the same bytes everywhere.

A dependency ships the font, so that nothing depends on the fonts of a machine. The background is
opaque, for light and dark mode.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from website.charts.shapes import Drawing, picture

_FONTS = ("Vera.ttf", "VeraBd.ttf")
_FAMILY = "Bitstream Vera Sans"

_SCALE = 2
"""Pixels for each CSS pixel, so that letters are sharp on any screen."""

_COLOURS = 48
"""So few colours make the file a quarter as large."""


def png(drawing: Drawing) -> bytes:
    """Return the drawing as a PNG file, in light colours."""
    # Imported here: only sending a picture needs them.
    import resvg_py
    from PIL import Image

    drawn = resvg_py.svg_to_bytes(
        svg_string=picture(drawing),
        zoom=_SCALE,
        font_files=_font_files(),
        skip_system_fonts=True,
        font_family=_FAMILY,
        sans_serif_family=_FAMILY,
    )
    file = io.BytesIO()
    with Image.open(io.BytesIO(drawn)) as image:
        small = image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    small.save(file, format="png", optimize=True)
    return file.getvalue()


@cache
def _font_files() -> list[str]:
    import reportlab

    folder = Path(reportlab.__file__).parent / "fonts"
    return [str(folder / name) for name in _FONTS]
