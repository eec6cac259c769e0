"""The calls of PDFium that are made for every line or object of a page, at half their cost.

Checking the arguments takes half the time of such a call. These functions check nothing: pass
the handle of a page, its text or an object, an index as `int`, and `ctypes.byref` of each variable
for an answer.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pypdfium2.raw as pdfium_c


def _unchecked(function: Any) -> Callable[..., Any]:
    """Return the same C function with its return type, but without checks of its arguments."""
    address = ctypes.cast(function, ctypes.c_void_p).value
    if address is None:
        raise ImportError("This PDFium lacks a function that reading needs.")
    return ctypes.CFUNCTYPE(function.restype)(address)


char_index = _unchecked(pdfium_c.FPDFText_GetCharIndexFromTextIndex)
origin_of = _unchecked(pdfium_c.FPDFText_GetCharOrigin)
font_weight = _unchecked(pdfium_c.FPDFText_GetFontWeight)
font_size = _unchecked(pdfium_c.FPDFText_GetFontSize)
matrix_of = _unchecked(pdfium_c.FPDFText_GetMatrix)
object_on_page = _unchecked(pdfium_c.FPDFPage_GetObject)
object_in_form = _unchecked(pdfium_c.FPDFFormObj_GetObject)
object_kind = _unchecked(pdfium_c.FPDFPageObj_GetType)
render_mode = _unchecked(pdfium_c.FPDFTextObj_GetTextRenderMode)
fill_colour = _unchecked(pdfium_c.FPDFPageObj_GetFillColor)
stroke_colour = _unchecked(pdfium_c.FPDFPageObj_GetStrokeColor)
bounds_of = _unchecked(pdfium_c.FPDFPageObj_GetBounds)
matrix_of_object = _unchecked(pdfium_c.FPDFPageObj_GetMatrix)
mark_count = _unchecked(pdfium_c.FPDFPageObj_CountMarks)
mark_of = _unchecked(pdfium_c.FPDFPageObj_GetMark)
mark_value_kind = _unchecked(pdfium_c.FPDFPageObjMark_GetParamValueType)
clip_of = _unchecked(pdfium_c.FPDFPageObj_GetClipPath)
clip_count = _unchecked(pdfium_c.FPDFClipPath_CountPaths)
