"""Confirm or correct a value of a report, and detect the events that follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.events import detection
from alerts.outbox.waiting_messages import requeue_muted_for_council
from flows.pipeline.app import MISPRINT, App
from flows.pipeline.ingest import detect_correction_in_place, detect_with_affected, outcome_of
from flows.pipeline.results import ReportOutcome
from flows.pipeline.subscriptions import require_subscriptions
from flows.pipeline.who_and_why import who_and_why
from reports.errors import ConfigurationError
from reports.reader import EARLIEST_INSPECTION
from reports.safe_text import quoted
from reports.suggestions import advice
from reports.wording import listed_words
from storage import facts
from storage.authorities import authority_named
from storage.confirmable_fields import DATES, FIELDS, Field, fields_about
from storage.field_values import ValueRefused, checked_value
from storage.models import Delivery, DeliveryEvent, DeliveryState, Event, Report, ReportState
from storage.uncertain_council import is_council_uncertain


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """A confirmed value. `read_value` is the value as it was read, `outcome` the report's outcome.

    `sent_before` says whether a message about the report was sent before. Sent messages are not
    corrected.
    """

    field: str
    read_value: str | None
    value: str | None
    outcome: ReportOutcome
    sent_before: bool


def confirm_value(
    app: App, file_id: str, *, field: str, value: str | None, who: str, why: str
) -> Confirmed:
    """Confirm (`value` None) or correct a value, and detect the events that follow.

    `file_id` may be the address of the document. The value counts at every later reading too. The
    events of a new report are detected as if the value had been read from the start; each fact is
    stored once. Messages already sent are not corrected, but subscriptions that want a stored event
    only with this value get it now. Raises ConfigurationError, and changes nothing, where an
    argument is not valid.
    """
    who, why = who_and_why(who, why)
    _check_field(field)
    with app.database.write() as session:
        require_subscriptions(app, session)
        report = facts.lock_report(session, _find(session, file_id).id)
        if report.state != ReportState.READ:
            raise ConfigurationError(f"report {report.file_id} has not been read yet")
        _check_council_is_certain(report, field)
        _check_document_resolves(report, field)
        listed_under, kind_before = report.authority_id, report.kind
        correction = facts.confirm(
            session,
            report,
            field=field,
            value=_stored_value(app, session, report, field=field, value=value),
            who=who,
            why=why,
            now=app.settings.instant(),
        )
        others: list[Report] = []
        if report.authority_id != listed_under:
            requeue_muted_for_council(session, report, now=app.alert_run().real_now)
            others = detection.later_of_title(session, report, authority_id=listed_under)
        queued = detect_correction_in_place(app, session, report)
        queued += detect_with_affected(
            app, session, report, also=others, is_confirmed=True, kind_before=kind_before
        )
        return Confirmed(
            field=field,
            read_value=correction.read_value,
            value=correction.value,
            outcome=outcome_of(report, queued=queued),
            sent_before=_is_sent(session, report),
        )


def _is_sent(session: Session, report: Report) -> bool:
    query = (
        select(Delivery.id)
        .join(DeliveryEvent, DeliveryEvent.delivery_id == Delivery.id)
        .join(Event, Event.id == DeliveryEvent.event_id)
        .where(Event.report_id == report.id, Delivery.state == DeliveryState.SENT)
        .limit(1)
    )
    return session.scalar(query) is not None


def _check_field(field: str) -> None:
    words = [str(word) for word in FIELDS]
    if field not in words:
        raise ConfigurationError(f"{quoted(field)} cannot be confirmed{advice(field, words)}")


def _check_council_is_certain(report: Report, field: str) -> None:
    if field != Field.AUTHORITY and is_council_uncertain(p.code for p in report.problems):
        raise ConfigurationError(
            f"the council of report {report.file_id} must be confirmed first: "
            f"confirm {report.file_id} authority COUNCIL"
        )


def _check_document_resolves(report: Report, field: str) -> None:
    """Raise ConfigurationError where a confirmed document would leave all problems open."""
    reading = facts.reading_of(report)
    needed = [name for problem in reading.problems for name in fields_about(problem, reading)]
    if field == Field.DOCUMENT and needed and Field.DOCUMENT not in needed:
        names = listed_words([f"`{name}`" for name in dict.fromkeys(needed)])
        raise ConfigurationError(
            f"nothing changed: `{field}` does not resolve the problems of report "
            f"{report.file_id}. Confirm {names}"
        )


def _find(session: Session, file_id: str) -> Report:
    key = file_id.rstrip("/").rpartition("/")[2]
    report = session.scalars(select(Report).where(Report.file_id == key)).one_or_none()
    if report is None:
        raise ConfigurationError(
            f"no report {quoted(file_id)} is stored; `problems` and `history` show the ids of "
            "stored reports"
        )
    return report


def _stored_value(
    app: App, session: Session, report: Report, *, field: str, value: str | None
) -> str | None:
    reading = facts.reading_of(report)
    if field == Field.AUTHORITY and value is None:
        reading = facts.as_read(report)
    try:
        checked = checked_value(field, value, reading)
    except ValueRefused as error:
        raise ConfigurationError(str(error)) from error
    if field in (*DATES, Field.PUBLISHED) and checked:
        day = date.fromisoformat(checked)
        if day > app.settings.today() + MISPRINT:
            raise ConfigurationError(f"{field} {checked} is in the future")
        if day < EARLIEST_INSPECTION:
            raise ConfigurationError(
                f"{field} {checked} is too early: no report is from before "
                f"{EARLIEST_INSPECTION.year}"
            )
    if field != Field.AUTHORITY or checked is None:
        return checked
    return authority_named(session, app.register, checked).key
