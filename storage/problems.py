"""The open problems of all reports, with the fields that would settle each. Only reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.model import Kind
from reports.problems import areas_may_be_shown, grades_are_certain
from reports.wording import iso
from storage import facts, watch_status
from storage.confirmable_fields import Field, fields_about
from storage.models import Report, ReportState, StoredProblem

FILE_UNAVAILABLE = "file_unavailable"
"""The code where a report's file, or the file that replaced it, could not be fetched or opened. Its
value is part of JSON."""


@dataclass(frozen=True, kw_only=True)
class OpenProblem:
    """One problem of one report.

    `confirm` are the fields that settle it when they are confirmed; empty where there is nothing to
    confirm, because the file itself could not be fetched or opened.
    """

    report: Report
    code: str
    message: str
    page: int | None = None
    confirm: tuple[str, ...] = ()


def open_problems(
    session: Session, *, authority_id: int | None = None, code: str | None = None
) -> list[OpenProblem]:
    """Return the open problems, those of the newest reports first."""
    found: list[OpenProblem] = []
    for report in watch_status.stuck_reports(session):
        if authority_id is None or report.authority_id == authority_id:
            found.extend(_problems_of(report))
    return [problem for problem in found if code is None or problem.code == code]


def reports_with_unsure_grades(session: Session) -> frozenset[int]:
    """Return the ids of the reports whose grades may not be used, because they need review."""
    return _reports_with(session, lambda code: not grades_are_certain([code]))


def _reports_with(session: Session, is_meant: Callable[[str], bool]) -> frozenset[int]:
    rows = session.execute(select(StoredProblem.report_id, StoredProblem.code).distinct())
    return frozenset(report_id for report_id, code in rows if is_meant(code))


def _problems_of(report: Report) -> list[OpenProblem]:
    if report.state != ReportState.READ:
        if not report.reason:
            return []  # waits to be read again, for the council that it is about
        return [OpenProblem(report=report, code=FILE_UNAVAILABLE, message=report.reason)]
    found = []
    if report.reason:
        confirm = (str(Field.DOCUMENT),)
        found = [
            OpenProblem(
                report=report, code=FILE_UNAVAILABLE, message=report.reason, confirm=confirm
            )
        ]
    reading = facts.reading_of(report)
    found += [
        OpenProblem(
            report=report,
            code=problem.code,
            message=problem.message,
            page=problem.page,
            confirm=tuple(f for f in fields_about(problem, reading) if f not in report.confirmed),
        )
        for problem in reading.problems
    ]
    return found


def areas_are_shown(report: Report) -> bool:
    """Return whether the areas of a report may be shown: not where they need review."""
    return areas_may_be_shown(problem.code for problem in report.problems)


def reports_with_unsure_areas(session: Session) -> frozenset[int]:
    """Return the ids of the reports whose areas may not be shown, because they need review."""
    return _reports_with(session, lambda code: not areas_may_be_shown([code]))


def areas_review_note(report: Report) -> str:
    """Return that the areas of a report need review, in a sentence; empty where they do not."""
    if report.state != ReportState.READ or report.kind == Kind.COUNCIL_UPDATE:
        return ""
    if areas_are_shown(report):
        return ""
    return "The areas for improvement could not be read with certainty. They need review."


def problems_as_json(problems: Iterable[OpenProblem]) -> dict[str, Any]:
    """Return open problems as JSON, with their number by code. Other programs rely on its names."""
    rows = list(problems)
    return {
        "counts": dict(Counter(problem.code for problem in rows).most_common()),
        "reports": len({problem.report.file_id for problem in rows}),
        "problems": [
            {
                "file_id": problem.report.file_id,
                "authority": problem.report.authority.short,
                "urn": problem.report.authority.urn,
                "title": problem.report.title,
                "published": iso(problem.report.published),
                "report_url": problem.report.url,
                "state": problem.report.state,
                "code": problem.code,
                "message": problem.message,
                "page": problem.page,
                "confirm": list(problem.confirm),
            }
            for problem in rows
        ],
    }
