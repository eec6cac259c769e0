"""Operator alerts: what the people who run Inspection Watch must know.

Operators get one message for each problem that is new, and one when it is resolved; the problems of
one moment share a message. Alerts are stored in the transaction that writes the message: a killed
process repeats nothing and forgets nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from alerts.messages.message import Notice
from alerts.outbox.enqueue import AlertRun, MessageKey, enqueue, replace_content
from alerts.outbox.waiting_messages import HAS_WAITED_AFTER
from alerts.subscriptions.model import OPERATORS
from alerts.subscriptions.recipients import Addressee
from reports.safe_text import plain_line, shortened
from reports.wording import counted
from storage.models import Delivery, DeliveryState, OperatorAlert

_LINES_LIMIT = 1_200
"""Characters that every channel shows in full. The commands list the rest."""

_LINE_LIMIT = 220
_KEY_LIMIT = 200
"""The room for a key in the database."""
_KIND, _NEW = "operators", "new"
_ONE_MOMENT = timedelta(seconds=1)
"""An alert and its message are written together, but with times that differ a little."""
SOURCE_UNAVAILABLE = "source:unavailable"
"""The key of the one problem about which subscribers get a notice, and operators no alert."""


@dataclass(frozen=True, kw_only=True)
class OpenProblems:
    """The problems that are open now: a sentence for each natural key.

    checked: the prefixes of the keys that this check covers. Only a problem with such a key counts
        as resolved when it is missing: a search, for example, says nothing about authority pages.
    ended: the prefixes of the keys of problems that end without a message when they are missing. A
        failed message that is due again is not sent yet. If it fails again, that is a new problem.
    """

    problems: Mapping[str, str]
    checked: tuple[str, ...]
    ended: tuple[str, ...] = ()


def alert_operators(
    session: Session,
    found: OpenProblems,
    run: AlertRun,
    *,
    avoid: Collection[str] = (),
) -> list[Delivery]:
    """Write one message to each operator about new and resolved problems. Never commits.

    Without operators in the configuration nothing is stored, so that operators who are added later
    get everything that is open then. Broken channels (`avoid`) are used only where no other is
    left.
    """
    if not run.config.operators:
        return []
    unresolved = {
        alert.key: alert
        for alert in session.scalars(
            select(OperatorAlert).where(OperatorAlert.resolved_at.is_(None))
        )
    }
    problems = {_short(key): sentence for key, sentence in found.problems.items()}
    new = [
        OperatorAlert(key=key, sentence=sentence, alerted_at=run.now)
        for key, sentence in problems.items()
        if key not in unresolved
    ]
    missing = {key: alert for key, alert in unresolved.items() if key not in problems}
    resolved = [alert for key, alert in missing.items() if key.startswith(found.checked)]
    for key, alert in missing.items():
        if key.startswith(found.ended):
            alert.resolved_at = run.now
    if not new and not resolved:
        return []
    session.add_all(new)
    for alert in resolved:
        alert.resolved_at = run.now
    session.flush()
    names = [name for name in run.config.operators if name not in avoid] or run.config.operators
    return _write(session, new, resolved, run, names=names)


def update_waiting_alerts(session: Session, run: AlertRun) -> None:
    """Rewrite waiting alerts to say what is open now, and what was resolved meanwhile.

    Of several alerts for one recipient, only the newest is sent. Never commits.
    """
    due = session.scalars(
        select(Delivery)
        .where(Delivery.state == DeliveryState.DUE, Delivery.key.startswith(f"{_KIND}:"))
        .order_by(Delivery.id)
    ).all()
    open_now: Sequence[OperatorAlert] | None = None
    for rows in _by_recipient(due):
        if len(rows) == 1 and _is_fresh(rows[0], run):
            continue
        if open_now is None:
            open_now = _alerts(session, OperatorAlert.resolved_at.is_(None))
        *older, newest = rows
        for row in older:
            row.state, row.last_error = DeliveryState.MUTED, "a later alert includes all of it"
        since = min(row.created_at for row in rows) - (run.real_now - run.now) - _ONE_MOMENT
        was_sent = OperatorAlert.alerted_at < since
        may_be_known = true() if any(row.no_replies for row in rows) else was_sent
        has_returned = OperatorAlert.key.in_([alert.key for alert in open_now])
        resolved = _alerts(session, may_be_known, OperatorAlert.resolved_at >= since, ~has_returned)
        if open_now or resolved:
            to = _addressees(run, run.config.operators)
            replace_content(session, newest, _notice(open_now, resolved), to, run)
        else:
            newest.state, newest.last_error = DeliveryState.MUTED, "all of it is resolved"


def _is_fresh(row: Delivery, run: AlertRun) -> bool:
    """Return whether a message has just been written, and was not put off."""
    is_young = row.created_at >= run.real_now - HAS_WAITED_AFTER
    return is_young and row.next_attempt_at == row.created_at


def _by_recipient(rows: Iterable[Delivery]) -> Iterable[list[Delivery]]:
    """Group the deliveries by channel and recipient. Each group keeps their order."""
    groups: dict[tuple[str, str], list[Delivery]] = {}
    for row in rows:
        groups.setdefault((row.channel, row.recipient), []).append(row)
    return groups.values()


def _alerts(session: Session, *which: ColumnElement[bool]) -> Sequence[OperatorAlert]:
    """Return the alerts to operators that meet all of these conditions, oldest first."""
    query = select(OperatorAlert).where(OperatorAlert.key != SOURCE_UNAVAILABLE, *which)
    return session.scalars(query.order_by(OperatorAlert.id)).all()


def _addressees(run: AlertRun, names: Iterable[str]) -> list[Addressee]:
    """Return everybody whom these channels reach."""
    return [
        Addressee(subscription=OPERATORS, channel=run.config.channels[name], recipient=recipient)
        for name in names
        for recipient in run.config.channels[name].recipients()
    ]


def _short(key: str) -> str:
    """Return a key that fits into the database: the names in it may be long."""
    if len(key) <= _KEY_LIMIT:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()[:40]
    return f"{key[: _KEY_LIMIT - len(digest) - 1]} {digest}"


def _write(
    session: Session,
    new: Sequence[OperatorAlert],
    resolved: Sequence[OperatorAlert],
    run: AlertRun,
    *,
    names: Iterable[str],
) -> list[Delivery]:
    # The same problem can return: the number of its row makes this message a new one.
    numbers = [f"new {alert.id}" for alert in new] + [f"resolved {alert.id}" for alert in resolved]
    key = MessageKey(_KIND, f"{len(new)}-{_NEW}-{len(resolved)}-resolved", tuple(numbers))
    to = _addressees(run, names)
    return enqueue(session, _notice(new, resolved), to, key=key, now=run.real_now)


def _notice(new: Sequence[OperatorAlert], resolved: Sequence[OperatorAlert]) -> Notice:
    said = []
    if new:
        said.append(counted(len(new), "problem needs review", "problems need review"))
    if resolved:
        words = ("is resolved", "are resolved")
        if not new:
            words = ("problem is resolved", "problems are resolved")
        said.append(counted(len(resolved), *words))
    lines = [
        *_that_fit(
            (a.sentence for a in new), before="", room=_LINES_LIMIT if not resolved else 800
        ),
        *_that_fit((a.sentence for a in resolved), before="Resolved: ", room=400),
    ]
    if new:
        lines.append(
            "To see all problems, run inspection-watch status. To resolve problems with reports, "
            "run inspection-watch problems."
        )
    return Notice(headline=f"Inspection Watch: {', '.join(said)}", lines=tuple(lines))


def _that_fit(sentences: Iterable[str], *, before: str, room: int) -> list[str]:
    """Return as many lines as fit, and a last line with the number of those that do not."""
    lines: list[str] = []
    left_out = 0
    for sentence in sentences:
        line = shortened(f"{before}{plain_line(sentence)}", _LINE_LIMIT)
        if left_out or len(line) + 1 > room:
            left_out += 1
            continue
        lines.append(line)
        room -= len(line) + 1
    return [*lines, f"… and {left_out} more"] if left_out else lines
