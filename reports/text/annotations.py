"""Comments, marks and fields of a form that lie on a page and are not in its text.

A report has links and nothing else. What a comment says, what a mark strikes out and what a field
holds may change what the page says.
"""

from __future__ import annotations

from typing import Any

import pypdfium2.raw as pdfium_c

_NAMES = {
    pdfium_c.FPDF_ANNOT_TEXT: "a comment",
    pdfium_c.FPDF_ANNOT_FREETEXT: "text that was added",
    pdfium_c.FPDF_ANNOT_HIGHLIGHT: "highlighting",
    pdfium_c.FPDF_ANNOT_UNDERLINE: "underlining",
    pdfium_c.FPDF_ANNOT_STRIKEOUT: "words struck out",
    pdfium_c.FPDF_ANNOT_STAMP: "a stamp",
    pdfium_c.FPDF_ANNOT_WIDGET: "a field of a form",
    pdfium_c.FPDF_ANNOT_REDACT: "a mark for redaction",
}


def annotation(page: Any) -> str:
    """Return what lies on a page (a handle of PDFium) besides links; empty for nothing."""
    for at in range(pdfium_c.FPDFPage_GetAnnotCount(page)):
        handle = pdfium_c.FPDFPage_GetAnnot(page, at)
        kind = pdfium_c.FPDFAnnot_GetSubtype(handle)
        pdfium_c.FPDFPage_CloseAnnot(handle)
        if kind != pdfium_c.FPDF_ANNOT_LINK:
            return _NAMES.get(kind, "a mark or drawing")
    return ""
