"""The counts of what is stored, as `status` prints them: each in words that say what is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cli.words import event_count_words
from reports.wording import counted
from storage.models import DeliveryState, ReportState

_THINGS = {
    "reports": "Reports",
    "events": "Events",
    "deliveries": "Deliveries",
    "notifications": "Notifications (one for each event of a report and each subscription that "
    "gets the report)",
}
"""What is counted; each row of the data has one of these keys."""

REPORT_STATES = {
    ReportState.LISTED.value: "not fetched yet",
    ReportState.FETCHED.value: "not read yet",
    ReportState.READ.value: "read",
    ReportState.FAILED.value: "not readable",
    ReportState.MISSING.value: "without a document on the site",
}
_READ = ("reports", ReportState.READ.value)
_DELIVERIES = {
    DeliveryState.DUE.value: "to be sent",
    DeliveryState.SENDING.value: "being sent",
    DeliveryState.FAILED.value: "failed",
}
_NOTIFICATIONS = {
    DeliveryState.DUE.value: "waiting for a message",
    DeliveryState.SENT.value: "included in messages",
}


def count_lines(stored: Mapping[str, Mapping[str, int]], *, with_problems: int) -> Iterator[str]:
    """Yield a line for each thing that is counted: "Deliveries: 3 sent, 1 failed".

    `with_problems` of the reports that were read need review.
    """
    councils = stored["authorities"]
    yield (
        f"Councils: {councils['today']} current, {councils['in_register']} in the register of "
        f"councils; {counted(councils['watched'], 'page')} on Ofsted's site opened so far"
    )
    for thing, name in _THINGS.items():
        said = [
            _count_words(thing, key, count)
            + (_with_problems(with_problems) if (thing, key) == _READ else "")
            for key, count in stored[thing].items()
        ]
        yield f"{name}: {', '.join(said) or 'none'}"


def _with_problems(number: int) -> str:
    return f" ({counted(number, 'needs review', 'need review')})" if number else ""


def _count_words(thing: str, key: str, count: int) -> str:
    if thing == "events":
        return event_count_words(key, count)
    words = {
        "reports": REPORT_STATES,
        "deliveries": _DELIVERIES,
        "notifications": _NOTIFICATIONS,
    }[thing]
    return f"{count} {words.get(key, key)}"
