"""What a reader must know about a council to understand its grades, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from alerts.messages.context import ReportContext
from alerts.messages.lengths import LONGEST_NAME
from reports.safe_text import plain_line, shortened
from reports.wording import uk_date


def background(authority: str, context: ReportContext, *, is_first: bool) -> Iterator[str]:
    """Yield who delivered the services and, with first grades, which councils it replaced.

    `authority` is safe text. Grades never pass from a council to the one that replaced it.
    """
    if context.delivered_by:
        names = " and ".join(_name(name) for name in context.delivered_by)
        yield f"{names} delivered the services at the time."
    if is_first and context.replaced:
        before = [
            _name(council.short)
            + (f" (until {uk_date(council.valid_to)})" if council.valid_to else "")
            for council in context.replaced
        ]
        yield f"{authority} replaced {' and '.join(before)}, whose grades are not its own."


def _name(text: str) -> str:
    return shortened(plain_line(text), LONGEST_NAME)
