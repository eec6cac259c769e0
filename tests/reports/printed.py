"""Pages set line by line, to try what the order and place of printed lines can do."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

# Embedded fonts, because a PDF does not say how heavy one of the standard fonts is.
for _name, _file in (("Printed", "Vera.ttf"), ("Printed-Bold", "VeraBd.ttf")):
    pdfmetrics.registerFont(TTFont(_name, _file))

PITCH = 14.5
LEFT = 71.0
TOP = 730.0


@dataclass
class Sheet:
    """A PDF in the making. `y` is where the next line stands."""

    buffer: io.BytesIO = field(default_factory=io.BytesIO)
    y: float = TOP

    def __post_init__(self) -> None:
        self.canvas = Canvas(self.buffer, pagesize=A4, invariant=1)

    def line(
        self, text: str, *, x: float = LEFT, y: float | None = None, size: float = 12,
        bold: bool = False,
    ) -> Sheet:  # fmt: skip
        """One line; without `y` it is under the last one."""
        if y is None:
            self.y -= PITCH
        self.canvas.setFont("Printed-Bold" if bold else "Printed", size)
        self.canvas.drawString(x, self.y if y is None else y, text)
        return self

    def gap(self) -> Sheet:
        """Space as between paragraphs."""
        self.y -= PITCH * 0.9
        return self

    def paragraph(self, *lines: str, x: float = LEFT) -> Sheet:
        """Lines of one paragraph."""
        self.gap()
        for text in lines:
            self.line(text, x=x)
        return self

    def heading(self, *lines: str, size: float = 12, x: float = LEFT) -> Sheet:
        """A bold heading."""
        self.gap()
        for text in lines:
            self.line(text, bold=True, size=size, x=x)
        return self

    def item(self, *lines: str, mark: str = "•") -> Sheet:
        """A bullet and the lines next to it, as real letters set them."""
        self.gap()
        for at, text in enumerate(lines):
            self.line(f"{mark} {text}" if at == 0 else text, x=LEFT if at == 0 else LEFT + 18)
        return self

    def page(self, *, number: int | None = None) -> Sheet:
        """The next page; `number` is printed at the foot of the one that ends."""
        if number is not None:
            self.line(str(number), x=295, y=71, size=9)
        self.canvas.showPage()
        self.y = TOP
        return self

    def row(self, *cells: Sequence[str], edges: Sequence[float] = (57, 218, 531)) -> Sheet:
        """A row of a table with rules around its cells, set tight, as office programs do."""
        edges = edges if len(cells) > 1 else (edges[0], edges[-1])
        top = self.y - 2
        height = max(len(cell) for cell in cells) * PITCH
        for x, cell in zip(edges, cells, strict=False):
            for at, text in enumerate(cell):
                self.line(text, x=x + 5, y=top - 12 - at * PITCH)
        for x, right in zip(edges, edges[1:], strict=False):
            for y in (top, top - height):
                self.canvas.rect(x, y, right - x, 0.5, stroke=0, fill=1)
        for x in edges:
            self.canvas.rect(x, top - height, 0.5, height, stroke=0, fill=1)
        self.y = top - height + 2
        return self

    def pdf(self) -> bytes:
        """The finished file."""
        self.canvas.showPage()
        self.canvas.save()
        return self.buffer.getvalue()
