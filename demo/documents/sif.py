"""Reports of the Single Inspection Framework (2013 to early 2018)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.platypus import Flowable, Paragraph

from demo.documents import phrases, wording
from demo.documents.model import SampleSifReport
from demo.documents.page import REGULAR, WIDTH, Styles, build, grid, new_page, text
from reports.model import Grade, Judgement

_ROWS = {
    Judgement.HELP_AND_PROTECTION: "1. Children who need help and protection",
    Judgement.LOOKED_AFTER_AND_PERMANENCE: "2. Children looked after and achieving permanence",
    Judgement.ADOPTION: "2.1 Adoption performance",
    Judgement.CARE_LEAVERS: "2.2 Experiences and progress of care leavers",
    Judgement.LEADERSHIP_MANAGEMENT_GOVERNANCE: "3. Leadership, management and governance",
}

_SUCCESSORS = {
    Judgement.HELP_AND_PROTECTION: Judgement.HELP_AND_PROTECTION,
    Judgement.LOOKED_AFTER_AND_PERMANENCE: Judgement.IN_CARE,
    Judgement.CARE_LEAVERS: Judgement.CARE_LEAVERS,
    Judgement.LEADERSHIP_MANAGEMENT_GOVERNANCE: Judgement.IMPACT_OF_LEADERS,
}
"""The phrase bank knows only today's judgements: each old one is written in the words of its
nearest successor."""

_GRADES = wording.GRADE_WORDS | {Grade.REQUIRES_IMPROVEMENT: "Requires improvement"}


def sif_report(report: SampleSifReport) -> bytes:
    """Return the PDF of a report of the Single Inspection Framework."""
    return build(
        _Writer(report).story(),
        title=f"Inspection of services for children: {report.council}",
        before=_page_number,
    )


class _Writer:
    """Writes one report; paragraph numbers run through the parts of the document."""

    def __init__(self, report: SampleSifReport) -> None:
        self._report = report
        self._styles = Styles()
        self._number = 0

    def story(self) -> list[Flowable]:
        """Return all of the document in reading order."""
        parts = [self._front(), [new_page()], self._summary(), self._authority_lists()]
        parts += [self._findings(), self._information()]
        if self._report.lscb_grade is not None:
            parts += [[new_page()], self._lscb()]
        return [flowable for part in parts for flowable in part]

    def _front(self) -> Iterator[Flowable]:
        report, styles = self._report, self._styles
        yield text(report.council, styles.title)
        yield text(
            "Inspection of services for children in need of help and protection, children looked "
            "after and care leavers",
            styles.heading,
        )
        if report.lscb_grade is not None:
            yield text("and", styles.body)
            yield text(
                "Review of the effectiveness of the Local Safeguarding Children Board",
                styles.heading,
            )
        first, last = report.periods[0].start, report.periods[-1].end
        yield text(
            f"Inspection date: {wording.long_date(first)} – {wording.long_date(last)}", styles.body
        )
        yield text(f"Report published: {wording.long_date(report.published)}", styles.body)
        yield from self._verdict()
        rows = [[label, _GRADES[report.grades[key]]] for key, label in _ROWS.items()]
        yield grid(rows, styles, widths=(WIDTH * 0.74, WIDTH * 0.26), bold_first_row=False)
        if report.layout == 2014 and report.lscb_grade is not None:
            grade = _GRADES[report.lscb_grade].lower()
            yield text(
                f"The effectiveness of the Local Safeguarding Children Board (LSCB) is {grade}.",
                styles.heading,
            )

    def _verdict(self) -> Iterator[Flowable]:
        report, styles = self._report, self._styles
        overall = _GRADES[report.grades[Judgement.OVERALL_EFFECTIVENESS]].lower()
        if report.layout == 2014:
            verdict = (
                overall
                if overall.startswith("requires")
                else f"that children’s services are {overall}"
            )
            yield text(f"The overall judgement is {verdict}", styles.heading)
            yield text(
                "The judgements on areas of the service that contribute to overall effectiveness "
                "are:",
                styles.body,
            )
        else:
            yield text(
                f"Children’s services in {report.authority} {_verb(overall)}", styles.heading
            )

    def _summary(self) -> Iterator[Flowable]:
        report, styles = self._report, self._styles
        sentences = phrases.summary(report.grades, authority=report.authority, seed=self._seed)
        if report.layout == 2014:
            yield text("Section 1: The local authority - Summary of findings", styles.heading)
            yield from self._numbered(sentences)
        else:
            yield text("Executive summary", styles.heading)
            for words in sentences:
                yield text(words, styles.body)

    def _authority_lists(self) -> Iterator[Flowable]:
        report = self._report
        if report.layout == 2014:
            yield text("What does the local authority need to improve?", self._styles.heading)
        else:
            yield new_page()
        yield from self._lists(report.priority_actions, report.recommendations)

    def _lists(self, priority: Sequence[str], others: Sequence[str]) -> Iterator[Flowable]:
        heading = self._styles.heading
        if priority:
            yield text("Priority and immediate action", heading)
            yield from self._numbered(priority)
        if others:
            old = self._report.layout == 2014
            yield text("Areas for improvement" if old else "Recommendations", heading)
            yield from self._numbered(others)

    def _findings(self) -> Iterator[Flowable]:
        report, styles = self._report, self._styles
        yield text("Summary for children and young people", styles.heading)
        yield from self._numbered(
            ["Inspectors met many children. They thank all of them for their time and frankness."]
        )
        for judgement, label in _ROWS.items():
            grade = report.grades[judgement]
            yield grid(
                [["Key judgement", "Judgement grade"], [label, _GRADES[grade]]],
                styles,
                widths=(WIDTH * 0.7, WIDTH * 0.3),
            )
            successor = _SUCCESSORS.get(judgement)
            yield from self._numbered(
                phrases.about("adoption", authority=report.authority, seed=self._seed)
                if successor is None
                else phrases.narrative(
                    successor, grade, authority=report.authority, seed=self._seed
                )
            )

    def _information(self) -> Iterator[Flowable]:
        styles = self._styles
        yield text("Information about this inspection", styles.heading)
        yield text("The inspection team", styles.body)
        yield text(f"Lead inspector: {self._report.lead_inspector}", styles.body)

    def _lscb(self) -> Iterator[Flowable]:
        report, styles = self._report, self._styles
        assert report.lscb_grade is not None
        grade = _GRADES[report.lscb_grade].lower()
        if report.layout == 2014:
            yield text(
                "Section 2: The effectiveness of the Local Safeguarding Children Board",
                styles.heading,
            )
            yield text(
                f"The effectiveness of the Local Safeguarding Children Board (LSCB) is {grade}.",
                styles.body,
            )
            yield text("What does the LSCB need to improve?", styles.heading)
        else:
            yield text("The Local Safeguarding Children Board (LSCB)", styles.heading)
            verb = grade if grade.startswith("requires") else f"is {grade}"
            yield text(f"The Local Safeguarding Children Board {verb}", styles.heading)
        yield from self._lists(report.lscb_priority_actions, report.lscb_recommendations)
        yield text("Inspection findings – the Local Safeguarding Children Board", styles.heading)
        sentences = phrases.about("lscb", authority=report.authority, seed=self._seed)
        yield from self._numbered(sentences)

    def _numbered(self, items: Sequence[str]) -> Iterator[Flowable]:
        for words in items:
            self._number += 1
            yield Paragraph(words, self._styles.numbered, bulletText=f"{self._number}.")

    @property
    def _seed(self) -> str:
        return f"{self._report.authority}/{self._report.periods[0].start.isoformat()}"


def _verb(grade: str) -> str:
    """Return the verb phrase of a grade: "are good", "require improvement to be good"."""
    return "require improvement to be good" if grade.startswith("requires") else f"are {grade}"


def _page_number(canvas: Any, page: int) -> None:
    canvas.setFont(REGULAR, 12)
    canvas.drawRightString(A4[0] - 56, 38, str(page))
