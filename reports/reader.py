"""Read the bytes of one file into a `Reading`.

A bad document gives a reading with problems, never an exception.

Read files from outside through `reports.sandbox.process`, which calls this in a reading process.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from reports.analysis.improvement_plan import tag_plan
from reports.authority_kinds import is_of_another_kind
from reports.document_starts import DocumentStart, document_starts, first_part, from_page
from reports.errors import ReadingError
from reports.frameworks import load_frameworks
from reports.layouts import ReadingBuilder, matching_layouts
from reports.layouts.council_update import CouncilUpdateLayout
from reports.model import Framework, ImprovementArea, Kind, Problem, Reading
from reports.name_forms import joined_names
from reports.page_origins import check_later_pages
from reports.page_range import WHOLE, PageRange
from reports.problems import ProblemCode
from reports.register import Register
from reports.register_file import RegisteredAuthority
from reports.repeats.sentences import lines_of_prose
from reports.repeats.stated import (
    StatedSentence,
    find_declined,
    find_improved,
    find_stated,
    find_statements,
)
from reports.suggestions import did_you_mean
from reports.text.document import Document
from reports.text.headers_and_page_numbers import without_running_lines
from reports.text.lists import BULLETS
from reports.text.not_final import note_that_it_is_not_final
from reports.text.overprint import one_over_another, overprinted
from reports.text.page_order import repeated_page, wrong_page
from reports.text.pdf import open_pdf
from reports.text.plain import read_plain
from reports.text.repair import damage, glued_figure
from reports.text.side_by_side import side_by_side
from reports.themes.tagging import tag_areas
from reports.unread_files import failed_report, read_limited
from reports.version import READER_VERSION
from reports.wording import uk_date, uk_period

log = logging.getLogger(__name__)

EARLIEST_INSPECTION = date(2005, 1, 1)
NUMBERED = frozenset(
    {
        Framework.FOCUSED_VISIT,
        Framework.MONITORING_VISIT,
        Framework.JTAI,
        Framework.LOCAL_AREA_SEND,
        Framework.LOCAL_AREA_SEND_REVISIT,
        Framework.CONTACT_REFERRAL_ASSESSMENT,
        Framework.PRE_2013,
        Framework.PROTECTION_OF_CHILDREN,
        Framework.SAFEGUARDING_AND_LOOKED_AFTER,
        Framework.SIF,
        Framework.AREA_SEND,
        Framework.ILACS_2018,
        Framework.ILACS_2023,
        Framework.ILACS_2026,
    }
)
"""Frameworks whose reports have numbered pages, without gaps."""

_HEAD_LINES = 80
"""A letter that starts after this number of lines is enclosed in another document."""

_HTML = re.compile(rb"^\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body)\b", re.I | re.S)
_NOT_FOUND = re.compile(rb"report not found|page not found", re.IGNORECASE)
_SNIFFED = 4096


def read_file(path: Path, *, register: Register, latest: date | None = None) -> Reading:
    """Read a file; see `read_bytes`. A file that cannot be opened gives a problem too."""
    data = read_limited(path)
    if isinstance(data, Reading):
        return data
    return read_bytes(data, name=path.name, register=register, latest=latest)


def read_bytes(
    data: bytes,
    *,
    name: str,
    register: Register,
    latest: date | None = None,
    pages: PageRange = WHOLE,
) -> Reading:
    """Read a report: a PDF, plain text or Markdown.

    `latest` is the last day on which an inspection can have ended; a later date is a problem.
    `pages` are the pages to read, where a file holds several documents.
    """
    reading = _read(data, name=name, register=register, latest=latest, pages=pages)
    if pages == WHOLE:
        return reading
    # An unread one too: when the file is read again, it is these pages that must be read.
    return reading.model_copy(update={"page_range": str(pages)})


def _read(
    data: bytes, *, name: str, register: Register, latest: date | None, pages: PageRange
) -> Reading:
    try:
        if _is_pdf(data):
            with open_pdf(data, name=name, pages=pages) as document:
                return _report(document, data, register=register, latest=latest)
        _refuse_others(data)
        document = read_plain(data, name=name, pages=pages)
        return _report(document, data, register=register, latest=latest)
    except ReadingError as error:
        return failed_report(name, data, code=error.code, message=str(error))
    except Exception as error:
        # A fault of ours on one strange document must not stop the others. It becomes a problem.
        log.exception("Reading %s failed", name)
        message = f"The document could not be read ({type(error).__name__})."
        return failed_report(name, data, code=ProblemCode.READING_FAILED, message=message)


def _is_pdf(data: bytes) -> bool:
    return b"%PDF-" in data[:1024]


def _refuse_others(data: bytes) -> None:
    """Raise ReadingError for what is neither a PDF nor text."""
    start = data[:_SNIFFED]
    if not data.strip():
        raise ReadingError(ProblemCode.EMPTY, "The file is empty.")
    if _HTML.match(start):
        if _NOT_FOUND.search(data[:200_000]):
            raise ReadingError(
                ProblemCode.NOT_FOUND_PAGE, "The site's page “Report not found”, not a report."
            )
        raise ReadingError(ProblemCode.NOT_A_PDF, "A web page, not a report.")
    utf16 = start[:2] in (b"\xff\xfe", b"\xfe\xff")
    if start[:2] == b"\x1f\x8b" or start[:2] == b"PK" or (b"\x00" in start and not utf16):
        raise ReadingError(ProblemCode.NOT_A_PDF, "The file is neither a PDF nor text.")


def _report(document: Document, data: bytes, *, register: Register, latest: date | None) -> Reading:
    body, notes = _one_document(without_running_lines(document))
    layouts = matching_layouts(body)
    if len(layouts) != 1:
        code = ProblemCode.LAYOUT_AMBIGUOUS if layouts else ProblemCode.LAYOUT_UNKNOWN
        names = ", ".join(layout.name for layout in layouts)
        message = (
            f"The document fits more than one layout: {names}."
            if layouts
            else "The document fits no known layout."
        )
        failed = failed_report(
            document.name, data, code=code, message=message, pages=document.pages
        )
        return failed.model_copy(update={"problems": (*failed.problems, *notes)})
    reading = layouts[0].read(body)
    reading.problems += notes
    if reading.framework in NUMBERED:
        pages = range(body.lines[0].page, body.lines[-1].page + 1)
        if wrong := wrong_page(document, pages):
            reading.problem(ProblemCode.INCOMPLETE, wrong[1], page=wrong[0])
    if twice := repeated_page(body):
        message = f"Page {twice[1]} has the words of page {twice[0]}; it may be in the file twice."
        reading.problem(ProblemCode.INCOMPLETE, message, page=twice[1])
    _check_final(document, reading)
    if both := side_by_side(body):
        message = f"Page {both} has pages or columns side by side; lines may be lost or mixed."
        reading.problem(ProblemCode.INCOMPLETE, message, page=both)
    _note_damage(document, reading)
    _note_unseen(document, reading, first=body.lines[0].page)
    _check_dates(reading, latest=latest)
    areas = tag_areas(reading.improvement_areas, reading.framework)
    authority = _authority(reading, register)
    if authority is not None:
        pages = range(body.lines[0].page, body.lines[-1].page + 1)
        authority = check_later_pages(document, pages, reading, authority, register)
    statements = _said_of_before(body, reading.kind)
    return Reading(
        file=document.name,
        sha256=hashlib.sha256(data).hexdigest(),
        pages=document.pages,
        kind=reading.kind,
        framework=reading.framework,
        authority=authority.ref if authority else None,
        authority_as_printed=next(iter(reading.authority_names), None),
        inspection_start=reading.periods[0].start if reading.periods else None,
        inspection_end=reading.periods[-1].end if reading.periods else None,
        inspection_periods=reading.periods,
        published=reading.published,
        lead_inspector=reading.lead_inspector,
        topic=reading.topic,
        monitoring=reading.monitoring,
        judgements=reading.judgements,
        improvement_areas=areas,
        stated_repeats=reading.stated_repeats or find_stated(statements, areas),
        stated_improvements=find_improved(statements),
        stated_declines=find_declined(statements),
        improvement_plan=tag_plan(reading.improvement_plan),
        problems=tuple(reading.problems),
        reader_version=READER_VERSION,
    )


def _check_final(document: Document, reading: ReadingBuilder) -> None:
    """Report a document marked as a draft or as withdrawn; a council's own plan may be a draft."""
    if reading.kind is Kind.COUNCIL_UPDATE:
        return
    if note := note_that_it_is_not_final(document):
        message = f"The document says “{note.text[:60]}”: it may not be the report in force."
        reading.problem(ProblemCode.KIND_MISMATCH, message, page=note.page)


def _note_damage(document: Document, reading: ReadingBuilder) -> None:
    """Report pages, parts and words of the file that are not as printed."""
    for page in document.empty_pages:
        reading.problem(
            ProblemCode.PAGE_WITHOUT_TEXT, f"Page {page} has no readable text.", page=page
        )
    for page in document.damaged_pages:
        reading.problem(ProblemCode.TEXT_DAMAGED, f"The text of page {page} is damaged.", page=page)
    if document.damaged_parts:
        message = f"Parts of the file are damaged ({document.damaged_parts}); words may be wrong."
        reading.problem(ProblemCode.TEXT_DAMAGED, message)
    with_areas = {area.page for area in reading.improvement_areas if area.page is not None}
    for page in sorted(with_areas) if document.positioned else ():
        on_page = document.page_lines(page)
        if mixed := overprinted(document.words(page)) or one_over_another(on_page):
            message = f"Lines are printed over one another at “{mixed}”; words may be mixed."
            reading.problem(ProblemCode.TEXT_DAMAGED, message, page=page)
    for area in reading.improvement_areas:
        if words := damage(area.text) or _footnote_mark(document, area):
            message = f"“{words}” in an area for improvement has characters that came out wrong."
            reading.problem(ProblemCode.TEXT_DAMAGED, message, page=area.page)
            return


def _footnote_mark(document: Document, area: ImprovementArea) -> str | None:
    """Return a word of an area that ends in what may be the mark of a footnote; None without one.

    In a PDF, raised marks were removed. Another figure may be one where its page has the footnote.
    """
    words = glued_figure(area.text)
    if words is None or not document.positioned:
        return words
    # A raised figure before a full stop is kept as printed.
    if area.page is None or f"{words}." in area.text:
        return None
    mark = re.findall(r"\d+", words)[-1]
    notes = (line for line in document.page_lines(area.page) if line.size < document.small)
    return words if any(re.match(rf"\W?{mark}\b", note.text) for note in notes) else None


def _note_unseen(document: Document, reading: ReadingBuilder, *, first: int) -> None:
    """Report what people see on the pages and the text does not have, and the other way round.

    What words look like is checked only on the `first` page and where grades and areas are.
    """
    for page, what in document.annotated_pages:
        message = f"Page {page} has {what} on it; it may not be as the inspectors wrote it."
        reading.problem(ProblemCode.TEXT_DAMAGED, message, page=page)
    for page in document.turned_pages:
        message = f"Page {page} is turned; its lines may be mixed."
        reading.problem(ProblemCode.TEXT_DAMAGED, message, page=page)
    if document.has_hidden_layers:
        message = "The file has layers that are not shown; words may not be on its pages."
        reading.problem(ProblemCode.TEXT_DAMAGED, message)
    graded = {judgement.page for judgement in reading.judgements}
    listed = {area.page for area in reading.improvement_areas}
    for page in sorted(page for page in {first} | graded | listed if page is not None):
        if unseen := document.unseen(page):
            reading.problem(ProblemCode.TEXT_DAMAGED, f"On page {page}, {unseen}.", page=page)
    _note_clipped(document, reading)


def _note_clipped(document: Document, reading: ReadingBuilder) -> None:
    """Report a grade or an area of which a text is cut off. Real reports have such addresses."""
    facts = [(judgement.page, judgement.as_printed) for judgement in reading.judgements]
    facts += [(area.page, area.text) for area in reading.improvement_areas]
    for page, fact in facts:
        for words in document.clipped(page) if page is not None else ():
            said = words.lstrip(BULLETS + " ")
            # A single word, such as that of a place, may be in the area too: it must be all of it,
            # as a grade is. Of longer texts, the first words suffice.
            if said == fact or (" " in said and said in fact):
                message = f"On page {page}, “{said}” is cut off."
                reading.problem(ProblemCode.TEXT_DAMAGED, message, page=page)
                return


def _one_document(document: Document) -> tuple[Document, list[Problem]]:
    """Return the first report or letter of a file, and problems that name what was not read."""
    starts = document_starts(document)
    notes: list[Problem] = []
    if len(starts) > 1:
        document = first_part(document, starts[1])
        notes.append(_several(starts[1], "Another document starts here and was not read"))
    if not starts:
        return document, notes
    first = starts[0]
    later_page = first.line.page > document.lines[0].page
    if not (later_page or first.at > _HEAD_LINES):
        return document, notes
    layouts = matching_layouts(document)
    if later_page and not layouts:
        document = from_page(document, first.line.page)
        notes.append(_several(first, "What comes before this document was not read"))
    elif first.is_letter and any(isinstance(layout, CouncilUpdateLayout) for layout in layouts):
        notes.append(_several(first, "A letter starts here and was not read"))
    return document, notes


def _several(start: DocumentStart, message_start: str) -> Problem:
    page = start.line.page
    message = (
        f"{message_start}: “{start.line.text[:60]}” on page {page}. Read one of them with --pages."
    )
    return Problem(code=ProblemCode.SEVERAL_DOCUMENTS, message=message, page=page)


def _said_of_before(document: Document, kind: Kind) -> tuple[StatedSentence, ...]:
    """Return the sentences about what was named before, or about a decline.

    There are none in a council's own update.
    """
    if kind is Kind.COUNCIL_UPDATE:
        return ()
    return find_statements(lines_of_prose(document))


def _check_dates(reading: ReadingBuilder, *, latest: date | None) -> None:
    """Discard and report implausible dates; report days on which the framework was not in use."""
    if reading.published and latest is not None and reading.published > latest:
        message = f"The document cannot have been published on {uk_date(reading.published)}."
        reading.problem(ProblemCode.PUBLISHED_UNCLEAR, message)
        reading.published = None
    if not reading.periods:
        return
    start, end = reading.periods[0].start, reading.periods[-1].end
    days = uk_period(start, end)
    if reading.published and reading.published < end:
        message = (
            f"It was read as published on {uk_date(reading.published)}, "
            f"but the inspection ended on {uk_date(end)}."
        )
        reading.problem(ProblemCode.PUBLISHED_UNCLEAR, message)
        reading.published = None
    if start < EARLIEST_INSPECTION or (latest is not None and end > latest):
        message = f"The inspection cannot have been on {days}."
        reading.problem(ProblemCode.DATES_IMPLAUSIBLE, message)
        reading.periods = ()
        return
    rules = load_frameworks().rules.get(reading.framework)
    if rules is not None and not rules.covers(start, end):
        message = f"It was read as “{rules.name}”, but the inspection was on {days}."
        reading.problem(ProblemCode.FRAMEWORK_DATES_DISAGREE, message)


def _authority(reading: ReadingBuilder, register: Register) -> RegisteredAuthority | None:
    """Return the only authority that the printed names mean; unknown names do not count.

    Returns None, with a problem, where no name is known, where the names mean more than one
    authority, or where a name may mean another kind of council. An unknown name may consist of
    those of several councils, and then all of them count.
    """
    on = reading.periods[0].start if reading.periods else None
    if not reading.authority_names:
        reading.problem(ProblemCode.AUTHORITY_MISSING, "No authority is named in the title.")
        return None
    known = _known(reading.authority_names, register, on)
    unknown = [name for name in reading.authority_names if name not in known]
    parts = [part for name in unknown for part in joined_names(name)]
    meant = {**known, **_known(parts, register, on)} if known else {}
    for name, authority in meant.items():
        if is_of_another_kind(name, authority):
            message = f"“{name}” may not be {authority.short}, which is another kind of council."
            reading.problem(ProblemCode.AUTHORITY_UNKNOWN, message)
            return None
    found = {authority.key: authority for authority in meant.values()}
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        names = " and ".join(authority.short for authority in found.values())
        message = f"The document names more than one authority as its subject: {names}."
        reading.problem(ProblemCode.AUTHORITY_UNKNOWN, message)
        return None
    printed = reading.authority_names[0]
    reading.problem(
        ProblemCode.AUTHORITY_UNKNOWN,
        f"Unknown authority: “{printed}”{did_you_mean(register.nearest_names(printed)) or '.'}",
    )
    return None


def _known(
    names: Iterable[str], register: Register, on: date | None
) -> dict[str, RegisteredAuthority]:
    """Return the authorities that the known ones of some names mean."""
    found = ((name, register.find(name, on=on)) for name in names)
    return {name: authority for name, authority in found if authority is not None}
