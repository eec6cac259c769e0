"""Telling the operators, those who look after the watch itself, what needs a person.

Each concern is told once, and once more when it is solved; what came up or was solved since the
last time goes out as one message. What they have been told is kept in the database, in the same
transaction as the message: a killed run tells nothing twice and forgets nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.messages.message import Notice
from alerts.outbox.enqueue import MessageKey, enqueue
from alerts.subscriptions.config import AlertConfig
from alerts.subscriptions.model import OPERATORS
from alerts.subscriptions.recipients import Addressee
from reports.safe_text import plain_line, shortened
from storage.models import Delivery, OperatorAlert

# What every channel shows in full; the rest is a command away.
_LINES_LIMIT = 1_200
_LINE_LIMIT = 220


@dataclass(frozen=True, kw_only=True)
class OpenConcerns:
    """Everything that needs a person now. Keys are natural names; values are sentences.

    `judged` are the beginnings of the keys that this look could judge: only a concern whose key
    begins so can have been solved. A search, for example, says nothing about authority pages.
    """

    concerns: Mapping[str, str]
    judged: tuple[str, ...]


def alert_operators(
    session: Session,
    standing: OpenConcerns,
    *,
    config: AlertConfig,
    now: datetime,
    real_now: datetime,
    avoid: Collection[str] = (),
) -> list[Delivery]:
    """Queue one message to each operator about what is new and what is solved. Never commits.

    Without operators in the configuration nothing is noted, so that those who are named later hear
    of everything that stands open then. `now` may be replayed; `real_now` is for the outbox.
    Channels to `avoid` (they are what is broken) are used only where no other is left.
    """
    if not config.operators:
        return []
    unsolved = {
        concern.key: concern
        for concern in session.scalars(
            select(OperatorAlert).where(OperatorAlert.solved_at.is_(None))
        )
    }
    new = [
        OperatorAlert(key=key, sentence=sentence, told_at=now)
        for key, sentence in standing.concerns.items()
        if key not in unsolved
    ]
    solved = [
        concern
        for key, concern in unsolved.items()
        if key not in standing.concerns and key.startswith(standing.judged)
    ]
    if not new and not solved:
        return []
    session.add_all(new)
    for concern in solved:
        concern.solved_at = now
    session.flush()
    names = [name for name in config.operators if name not in avoid] or config.operators
    return _queue(session, new, solved, config=config, names=names, now=real_now)


def _queue(
    session: Session,
    new: Sequence[OperatorAlert],
    solved: Sequence[OperatorAlert],
    *,
    config: AlertConfig,
    names: Iterable[str],
    now: datetime,
) -> list[Delivery]:
    to = [
        Addressee(subscription=OPERATORS, channel=config.channels[name], recipient=recipient)
        for name in names
        for recipient in config.channels[name].recipients()
    ]
    # A concern can come back: the row's number tells this time from the last.
    numbers = [f"new {one.id}" for one in new] + [f"solved {one.id}" for one in solved]
    key = MessageKey("operators", f"{len(new)}-new-{len(solved)}-solved", tuple(numbers))
    return enqueue(session, _notice(new, solved), to, key=key, now=now)


def _notice(new: Sequence[OperatorAlert], solved: Sequence[OperatorAlert]) -> Notice:
    said = []
    if new:
        said.append(f"{len(new)} {'problem needs' if len(new) == 1 else 'problems need'} review")
    if solved:
        said.append(f"{len(solved)} {'is' if len(solved) == 1 else 'are'} solved")
    lines = [
        *_that_fit((c.sentence for c in new), before="", room=_LINES_LIMIT if not solved else 800),
        *_that_fit((c.sentence for c in solved), before="Solved: ", room=400),
    ]
    if new:
        lines.append("The whole list: inspection-watch problems, and inspection-watch status.")
    return Notice(headline=f"Inspection Watch: {', '.join(said)}", lines=tuple(lines))


def _that_fit(sentences: Iterable[str], *, before: str, room: int) -> list[str]:
    """As many lines as fit, and how many did not."""
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
