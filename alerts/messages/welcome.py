"""The welcome message to a new recipient: what to expect, how often, and how to stop it. Pure."""

from __future__ import annotations

from alerts.messages.digest_schedule import When
from alerts.messages.message import Notice
from reports.wording import counted

_WHEN = {
    When.NOW: "You get a message after a check of Ofsted's site finds something new.",
    When.DAILY: "You get a digest every morning, even when there is nothing new.",
    When.MONTHLY: "You get a digest on the first of each month, even when there is nothing new.",
    When.WEEKLY: "You get a digest every Monday morning, even when there is nothing new.",
}


def welcome(*, what: str, when: When, reports: int | None) -> Notice:
    """Return the welcome message.

    `what` is the rule in words: "grade changes for Havering". `reports` is how many reports of the
    past twelve months it covers; None where that is not known yet.
    """
    lines = [
        f"You will get messages about Ofsted's reports on children's services: {what}.",
        _WHEN[when],
    ]
    if reports is not None:
        lines.append(_how_often(reports))
    if when is not When.NOW:
        lines.append(
            "Urgent messages come at once: an area for priority action, or a grade that fell to "
            "Inadequate."
        )
    lines.append("The end of every message says how to change or stop these messages.")
    return Notice(headline="You now get messages from Inspection Watch", lines=tuple(lines))


def _how_often(reports: int) -> str:
    if reports == 0:
        return "There were no matching reports in the past 12 months."
    were = "was" if reports == 1 else "were"
    return f"There {were} {counted(reports, 'matching report')} in the past 12 months."
