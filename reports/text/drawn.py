"""What is drawn on a page of a PDF, in the order of drawing, and where."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium_c

from reports.text.document import Rule
from reports.text.pdfium_calls import bounds_of, object_in_form, object_kind, object_on_page

TEXT, PATH = pdfium_c.FPDF_PAGEOBJ_TEXT, pdfium_c.FPDF_PAGEOBJ_PATH
PICTURE = pdfium_c.FPDF_PAGEOBJ_IMAGE
_FORM = pdfium_c.FPDF_PAGEOBJ_FORM

THICKEST_LINE = 2.5
"""Points. Office programs draw lines as narrow filled boxes."""


class Drawn(NamedTuple):
    """Something drawn on a page: its turn in the order of drawing, and the forms that hold it."""

    turn: int
    kind: int
    handle: Any
    forms: tuple[Any, ...] = ()


def drawn_on(page: Any) -> Iterator[Drawn]:
    """Yield what is drawn on a page; what a form holds comes in the place of the form.

    `page` is a handle of PDFium.
    """
    found = _objects_in(page, pdfium_c.FPDFPage_CountObjects(page), object_on_page, ())
    for turn, (kind, handle, forms) in enumerate(found):
        yield Drawn(turn, kind, handle, forms)


def _objects_in(
    holder: Any, count: int, object_at: Callable[[Any, int], Any], forms: tuple[Any, ...]
) -> Iterator[tuple[int, Any, tuple[Any, ...]]]:
    """Yield the objects of a page or form: kind, handle and the forms that hold it.

    However deep forms are nested, PDFium returns their text, so none may be left out.
    """
    for at in range(count):
        handle = object_at(holder, at)
        kind = object_kind(handle)
        if kind != _FORM:
            yield kind, handle, forms
        else:
            inside = pdfium_c.FPDFFormObj_CountObjects(handle)
            yield from _objects_in(handle, inside, object_in_form, (*forms, handle))


def box_of(drawn: Drawn) -> Rule:
    """Return where something is on its page."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    byref = ctypes.byref
    bounds_of(drawn.handle, byref(left), byref(bottom), byref(right), byref(top))
    return on_page(Rule(left.value, bottom.value, right.value, top.value), drawn.forms)


def on_page(box: Rule, forms: Sequence[Any]) -> Rule:
    """Return where a box inside forms, from the outermost to the innermost, is on the page."""
    for form in reversed(forms):
        box = placed(box, form)
    return box


def placed(box: Rule, form: Any) -> Rule:
    """Return where a box inside a form is outside of it."""
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(form, matrix)
    corners = [(x, y) for x in (box.left, box.right) for y in (box.bottom, box.top)]
    xs = [matrix.a * x + matrix.c * y + matrix.e for x, y in corners]
    ys = [matrix.b * x + matrix.d * y + matrix.f for x, y in corners]
    return Rule(min(xs), min(ys), max(xs), max(ys))
