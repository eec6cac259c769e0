"""Sample documents: a typed description in, the bytes of a PDF out, always the same ones."""

from demo.documents.inspection import inspection_report
from demo.documents.joint import joint_letter
from demo.documents.letter import visit_letter
from demo.documents.model import (
    Quirks,
    SampleAreaSendReport,
    SampleDocument,
    SampleJointLetter,
    SampleLetter,
    SampleReport,
    SampleSifReport,
)
from demo.documents.send import area_send_report
from demo.documents.sif import sif_report

__all__ = [
    "Quirks",
    "SampleAreaSendReport",
    "SampleDocument",
    "SampleJointLetter",
    "SampleLetter",
    "SampleReport",
    "SampleSifReport",
    "render",
]


def render(document: SampleDocument) -> bytes:
    """Return the PDF of a described document."""
    match document:
        case SampleReport():
            return inspection_report(document)
        case SampleLetter():
            return visit_letter(document)
        case SampleSifReport():
            return sif_report(document)
        case SampleJointLetter():
            return joint_letter(document)
        case SampleAreaSendReport():
            return area_send_report(document)
