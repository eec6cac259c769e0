"""A council's briefing as a file, in the format that the file's name asks for."""

from __future__ import annotations

from reports.errors import ConfigurationError
from website.documents.outline import outline
from website.pages.briefing import briefing, briefing_page
from website.snapshot import Council, Snapshot

ENDINGS = (".docx", ".pdf", ".html")


def briefing_file(snapshot: Snapshot, council: Council, *, ending: str) -> bytes:
    """Return the bytes of the file.

    Raises ConfigurationError for an ending that is not one of `ENDINGS`.
    """
    # Imported here: each format is slow to load, and only one is needed.
    if ending == ".docx":
        from website.documents.word import word_file

        return word_file(outline(briefing(snapshot, council)))
    if ending == ".pdf":
        from website.documents.pdf import pdf_file

        return pdf_file(outline(briefing(snapshot, council)))
    if ending == ".html":
        from website.render import render_alone

        return render_alone(briefing_page(snapshot, council))
    raise ConfigurationError(
        f"--to must end in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}, not “{ending}”"
    )
