"""Graded inspection reports (ILACS) in the layouts of 2018, 2023 and April 2026."""

from __future__ import annotations

from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.platypus import Flowable, Paragraph, Spacer

from demo.documents import phrases, wording
from demo.documents.model import SampleReport
from demo.documents.page import (
    BOLD,
    LEFT,
    REGULAR,
    RIGHT,
    WIDTH,
    Draw,
    Footnote,
    Styles,
    build,
    bullets,
    grid,
    labelled,
    new_page,
    text,
)
from reports.model import Framework, Grade, Judgement


def inspection_report(report: SampleReport) -> bytes:
    """Return the PDF of a graded inspection report."""
    styles = Styles()
    story = [
        *_front(report, styles),
        *_priority_section(report, styles),
        *_improvement_section(report, styles),
        *_body(report, styles),
    ]
    if report.quirks.closing_box:
        small = [text(words, styles.small) for words in wording.CLOSING_BOX]
        year = report.periods[-1].end.year
        story += [new_page(), Spacer(0, 260), *small]
        story.append(text(f"© Crown copyright {year}", styles.small))
    footer = _footer(report)
    late = report.quirks.footer_after_text
    return build(
        story,
        title=_title(report),
        before=None if late else footer,
        after=footer if late else None,
        footnotes=report.framework is Framework.ILACS_2026,
    )


def _title(report: SampleReport) -> str:
    return f"Inspection of {report.authority} local authority children’s services"


def _front(report: SampleReport, styles: Styles) -> list[Flowable]:
    quirks = report.quirks
    if quirks.council_title:
        title = [
            text(f"{report.authority} Council", styles.title),
            text("Inspection of children’s social care services", styles.heading),
        ]
    else:
        title = [text(_title(report), styles.title)]
    lines = [labelled("Inspection dates:", wording.inspection_dates(report.periods), styles.body)]
    if report.lead_inspector:
        office = wording.inspector_title(report.periods[0].start)
        lines.append(labelled("Lead inspector:", f"{report.lead_inspector}, {office}", styles.body))
    summary = report.summary or phrases.summary(
        report.grades, authority=report.authority, seed=_seed(report)
    )
    paragraphs = [text(words, styles.body) for words in summary]
    return [*title, *lines, _grade_table(report, styles), *paragraphs]


def _grade_table(report: SampleReport, styles: Styles) -> Flowable:
    quirks = report.quirks
    rows = [["Judgement", "Grade"]]
    for judgement, grade in report.grades.items():
        label = quirks.labels.get(judgement, wording.LABELS[judgement])
        rows.append([label, quirks.grade_words.get(judgement, wording.GRADE_WORDS[grade])])
    share = 0.72 if quirks.narrow_grades else 0.5
    # Reports up to 2022 print the grade next to the last line of its label, later ones the first.
    valign = "BOTTOM" if report.framework is Framework.ILACS_2018 else "TOP"
    return grid(rows, styles, widths=(WIDTH * share, WIDTH * (1 - share)), valign=valign)


def _priority_section(report: SampleReport, styles: Styles) -> list[Flowable]:
    if not report.priority_actions:
        return []
    return [
        text("Areas for priority action", styles.heading),
        text(wording.PRIORITY_LEAD_IN, styles.body),
        *bullets(report.priority_actions, styles, glyph=report.quirks.bullet),
    ]


def _improvement_section(report: SampleReport, styles: Styles) -> list[Flowable]:
    quirks = report.quirks
    if not (report.improvements or quirks.improvement_prose):
        return []
    heading = quirks.improvement_heading or "What needs to improve?"
    footnote = report.framework is Framework.ILACS_2026
    mark = "<super size=6>1</super>" if footnote else ""
    story: list[Flowable] = [Paragraph(f"{heading}{mark}", styles.heading)]
    if footnote:
        story.append(Footnote(wording.NATIONAL_FRAMEWORK_NOTE))
    if quirks.improvement_prose:
        story.append(text(quirks.improvement_prose, styles.body))
    story += bullets(report.improvements, styles, glyph=quirks.bullet)
    return story


def _body(report: SampleReport, styles: Styles) -> list[Flowable]:
    story: list[Flowable] = []
    number = 0
    for judgement in wording.BODY_ORDER:
        if judgement not in report.grades:
            continue
        grade = report.grades[judgement]
        printed = report.quirks.heading_grades.get(judgement, grade)
        story.append(text(_heading(judgement, printed), styles.heading))
        for words in report.findings.get(judgement) or phrases.narrative(
            judgement, grade, authority=report.authority, seed=_seed(report)
        ):
            number += 1
            story.append(Paragraph(words, styles.numbered, bulletText=f"{number}."))
    return story


def _heading(judgement: Judgement, grade: Grade | None) -> str:
    label = wording.LABELS[judgement]
    return label if grade is None else f"{label}: {wording.GRADE_WORDS[grade].lower()}"


def _seed(report: SampleReport) -> str:
    return f"{report.authority}/{report.periods[0].start.isoformat()}"


def _footer(report: SampleReport) -> Draw:
    """Return the running footer: name and dates at the left, the page number at the right."""
    quirks = report.quirks
    name = quirks.footer_authority or report.authority
    running = f"Inspection of {name} local authority children’s services"
    dates = quirks.footer_dates or wording.inspection_dates(report.periods)
    face = BOLD if report.framework is Framework.ILACS_2018 else REGULAR

    def draw(canvas: Any, page: int) -> None:
        if page == 1 and not quirks.header_before_title:
            return
        canvas.setLineWidth(0.7)
        canvas.line(LEFT, 52, A4[0] - RIGHT, 52)
        canvas.setFont(face, 7)
        canvas.drawString(LEFT, 42, running)
        canvas.drawString(LEFT, 33, dates)
        canvas.setFont(REGULAR, 14)
        canvas.drawRightString(A4[0] - RIGHT, 38, str(page))

    return draw
