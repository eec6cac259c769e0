"""The first message to a recipient: what will come, how often, and how to stop it. Pure."""

from __future__ import annotations

from alerts.messages.message import Notice
from alerts.messages.periods import When
from reports.wording import counted

_WHEN = {
    When.NOW: "Messages come when Ofsted publishes something, after one of the checks of its site.",
    When.DAILY: "A digest comes every morning, also when there is nothing new.",
    When.MONTHLY: "A digest comes on the first of each month, also when there is nothing new.",
    When.WEEKLY: "A digest comes every Monday morning, also when there is nothing new.",
}


def welcome(*, what: str, when: When, reports: int | None) -> Notice:
    """Return the first message.

    `what` is the rule in words: "Havering, grade changes". `reports` is how many reports of the
    past twelve months it covers; None where that is not known yet.
    """
    lines = [
        f"You will get messages about reports of Ofsted on children's services: {what}.",
        _WHEN[when],
    ]
    if when is not When.NOW:
        lines.append(
            "Urgent messages come at once: an area for priority action, or a grade that fell to "
            "Inadequate."
        )
    if reports is not None:
        lines.append(f"How often: the past twelve months had {_reports(reports)}.")
    lines.append("The end of every message says how to stop or change this.")
    return Notice(headline="You now get messages from Inspection Watch", lines=tuple(lines))


def _reports(number: int) -> str:
    return "no such report" if number == 0 else counted(number, "such report", "such reports")
