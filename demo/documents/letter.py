"""Letters about focused and monitoring visits."""

from __future__ import annotations

from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.platypus import Flowable, Spacer

from demo.documents import wording
from demo.documents.model import SampleLetter
from demo.documents.page import LEFT, REGULAR, Styles, build, bullets, labelled, text
from reports.model import Kind


def visit_letter(letter: SampleLetter) -> bytes:
    """Return the PDF of a letter about a visit."""
    styles = Styles()
    story = [
        *_opening(letter, styles),
        *_findings(letter, styles),
        *_closing(letter, styles),
    ]
    return build(story, title=_subject(letter), before=page_number, after=address)


def _visit_name(letter: SampleLetter) -> str:
    return "Focused visit" if letter.visit is Kind.FOCUSED_VISIT else "Monitoring visit"


def _subject(letter: SampleLetter) -> str:
    return f"{_visit_name(letter)} to {letter.authority} children’s services"


def _opening(letter: SampleLetter, styles: Styles) -> list[Flowable]:
    body = styles.body
    office = wording.inspector_title(letter.periods[0].start)
    names = " and ".join(letter.inspectors)
    inspectors = (
        f"{office}s for this visit were {names}."
        if len(letter.inspectors) > 1
        else f"{office} for this visit was {names}."
    )
    visit = _visit_name(letter).lower()
    return [
        Spacer(0, 36),
        text(wording.long_date(letter.letter_date), body),
        text(letter.director, body),
        text(f"{letter.authority} Council", body),
        Spacer(0, 10),
        text("Dear Director", body),
        labelled(_subject(letter), "", body),
        text(
            f"This letter summarises the findings of the {visit} to {letter.authority} children’s "
            f"services on {wording.visit_dates(letter.periods)}. {inspectors}",
            body,
        ),
        text(
            f"Inspectors looked at the local authority’s arrangements for {letter.looked_at}.", body
        ),
        text(
            "This visit was carried out in line with the inspection of local authority children’s "
            "services (ILACS) framework.",
            body,
        ),
    ]


def _findings(letter: SampleLetter, styles: Styles) -> list[Flowable]:
    story = [text("Headline findings", styles.heading)]
    story += [text(words, styles.body) for words in letter.headline]
    if letter.priority_actions:
        story.append(text("Areas for priority action", styles.heading))
        story.append(text(wording.PRIORITY_LEAD_IN, styles.body))
        story += bullets(letter.priority_actions, styles, glyph=letter.bullet)
    if letter.improvements:
        story.append(text(letter.improvement_heading, styles.heading))
        story += bullets(letter.improvements, styles, glyph=letter.bullet)
    if letter.findings:
        story.append(text("Main findings", styles.heading))
        story += [text(words, styles.body) for words in letter.findings]
    return story


def _closing(letter: SampleLetter, styles: Styles) -> list[Flowable]:
    visit = _visit_name(letter).lower()
    return [
        text(
            f"Ofsted will take the findings from this {visit} into account when planning the next "
            "inspection or visit.",
            styles.body,
        ),
        text("Yours sincerely", styles.body),
        Spacer(0, 24),
        text(letter.inspectors[0], styles.body),
        text(wording.inspector_title(letter.periods[0].start), styles.body),
    ]


def page_number(canvas: Any, page: int) -> None:
    """Draw the page number from page 2 on; drawn `before`, it comes first in the page's text."""
    if page > 1:
        canvas.setFont(REGULAR, 9)
        canvas.drawCentredString(A4[0] / 2, 38, str(page))


def address(canvas: Any, page: int) -> None:
    """Draw the letterhead of page 1; drawn `after`, it comes last in the text of that page."""
    if page > 1:
        return
    canvas.setFont(REGULAR, 7)
    for column, lines in enumerate(wording.ADDRESS_LINES):
        for row, line in enumerate(lines):
            canvas.drawString(LEFT + 96 * column, A4[1] - 34 - 9 * row, line)
