"""A council's briefing as a file, in the format that the file's name asks for."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from reports.errors import ConfigurationError
from website.documents.outline import outline
from website.pages.briefing import briefing, briefing_page
from website.snapshot import Council, Snapshot


class Ending(StrEnum):
    """The endings of the files that a briefing can be written to."""

    WORD = ".docx"
    PDF = ".pdf"
    HTML = ".html"


def ending_of(file: Path) -> Ending:
    """Return the ending of a file. Raises ConfigurationError for any other."""
    try:
        return Ending(file.suffix.lower())
    except ValueError:
        *most, last = Ending
        endings = f"{', '.join(most)} or {last}"
        raise ConfigurationError(f"a briefing must end in {endings}, not “{file.name}”") from None


def briefing_file(snapshot: Snapshot, council: Council, *, ending: Ending) -> bytes:
    """Return the bytes of the file."""
    # Imported here: each format is slow to load, and only one is needed.
    if ending is Ending.WORD:
        from website.documents.word import word_file

        return word_file(outline(briefing(snapshot, council)))
    if ending is Ending.PDF:
        from website.documents.pdf import pdf_file

        return pdf_file(outline(briefing(snapshot, council)))
    from website.render import render_alone

    return render_alone(briefing_page(snapshot, council))
