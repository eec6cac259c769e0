"""Reports on local area partnerships for special educational needs (area SEND, from 2023)."""

from __future__ import annotations

from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.platypus import Flowable

from demo.documents import phrases, wording
from demo.documents.model import SampleAreaSendReport
from demo.documents.page import LEFT, REGULAR, RIGHT, WIDTH, Draw, Styles, build, grid, text
from reports.model import Grade

_OUTCOMES = {
    Grade.TYPICALLY_POSITIVE: (
        "The local area partnership’s special educational needs and/or disability (SEND) "
        "arrangements typically lead to positive experiences and outcomes for children and young "
        "people with SEND. The local area partnership is taking action where improvements are "
        "needed.",
        "The next full area SEND inspection will be within approximately five years.",
    ),
    Grade.INCONSISTENT: (
        "The local area partnership’s arrangements lead to inconsistent experiences and outcomes "
        "for children and young people with special educational needs and/or disabilities (SEND). "
        "The local area partnership must work jointly to make improvements.",
        "The next full area SEND inspection will be within approximately three years.",
    ),
    Grade.WIDESPREAD_OR_SYSTEMIC_FAILINGS: (
        "There are widespread and/or systemic failings leading to significant concerns about the "
        "experiences and outcomes of children and young people with special educational needs "
        "and/or disabilities (SEND), which the local area partnership must address urgently.",
        "A monitoring inspection will be carried out within approximately 18 months. The next full "
        "reinspection will be within approximately three years.",
    ),
}


def area_send_report(report: SampleAreaSendReport) -> bytes:
    """Return the PDF of an area SEND inspection report."""
    styles = Styles(10.5)
    story = [
        *_front(report, styles),
        *_narrative(report, styles),
        *_tables(report, styles),
        *_details(report, styles),
        *[text(words, styles.small) for words in wording.CLOSING_BOX],
        text(f"© Crown copyright {report.periods[-1].end.year}", styles.small),
    ]
    return build(story, title=_title(report), before=_footer(report))


def _title(report: SampleAreaSendReport) -> str:
    return f"Area SEND inspection of {report.authority} Local Area Partnership"


def _front(report: SampleAreaSendReport, styles: Styles) -> list[Flowable]:
    return [
        text("Local Area Partnership report", styles.small),
        text(_title(report), styles.title),
        text(f"Inspection dates: {wording.inspection_dates(report.periods)}", styles.body),
        text("Inspection outcome", styles.heading),
        *[text(words, styles.body) for words in _OUTCOMES[report.outcome]],
        text("Information about the local area partnership", styles.heading),
        text(
            f"{report.council} and {report.health_board} are jointly responsible for the planning "
            "and commissioning of services for children and young people with SEND in "
            f"{report.authority}.",
            styles.body,
        ),
    ]


def _narrative(report: SampleAreaSendReport, styles: Styles) -> list[Flowable]:
    seed = f"{report.authority}/{report.periods[0].start.isoformat()}"
    sentences = phrases.about("send", authority=report.authority, seed=seed)
    return [
        text(
            "What is it like to be a child or young person with SEND in this area?",
            styles.heading,
        ),
        *[text(words, styles.body) for words in sentences],
    ]


def _tables(report: SampleAreaSendReport, styles: Styles) -> list[Flowable]:
    story: list[Flowable] = []
    if report.priority_actions:
        body = f"{report.council} and {report.health_board}"
        rows = [[body, action] for action in report.priority_actions]
        story += [
            text("Areas for priority action", styles.heading),
            grid(
                [["Responsible body", "Areas for priority action"], *rows],
                styles,
                widths=(WIDTH * 0.34, WIDTH * 0.66),
            ),
        ]
    cells = [[item] for item in report.improvements]
    story += [
        text("Areas for improvement", styles.heading),
        grid([["Areas for improvement"], *cells], styles, widths=(WIDTH,)),
    ]
    return story


def _details(report: SampleAreaSendReport, styles: Styles) -> list[Flowable]:
    halves = (WIDTH / 2, WIDTH / 2)
    return [
        text("Local area partnership details", styles.heading),
        grid(
            [["Local authority", "Integrated Care Board"], [report.council, report.health_board]],
            styles,
            widths=halves,
        ),
        text("Information about this inspection", styles.heading),
        text("Inspection team", styles.heading),
        grid(
            [
                ["Ofsted", "Care Quality Commission"],
                [
                    f"{report.lead_inspector}, Ofsted HMI Lead Inspector",
                    f"{report.lead_inspector_cqc}, CQC Lead Inspector",
                ],
            ],
            styles,
            widths=halves,
        ),
    ]


def _footer(report: SampleAreaSendReport) -> Draw:
    dates = wording.inspection_dates(report.periods)

    def draw(canvas: Any, page: int) -> None:
        if page == 1:
            return
        canvas.setLineWidth(0.7)
        canvas.line(LEFT, 52, A4[0] - RIGHT, 52)
        canvas.setFont(REGULAR, 7)
        canvas.drawString(LEFT, 42, f"Inspection report: {report.authority} Local Area Partnership")
        canvas.drawString(LEFT, 33, dates)
        canvas.setFont(REGULAR, 12)
        canvas.drawRightString(A4[0] - RIGHT, 38, str(page))

    return draw
