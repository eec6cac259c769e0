"""Sample documents: a typed description in, the bytes of a PDF out, always the same ones."""

from demo.documents.inspection import inspection_report
from demo.documents.letter import visit_letter
from demo.documents.model import Quirks, SampleDocument, SampleLetter, SampleReport

__all__ = ["Quirks", "SampleDocument", "SampleLetter", "SampleReport", "render"]


def render(document: SampleDocument) -> bytes:
    """The PDF of a described document."""
    match document:
        case SampleReport():
            return inspection_report(document)
        case SampleLetter():
            return visit_letter(document)
