"""The counts of what is stored, as `status` prints them: each in words that say what is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cli.words import event_count_words
from reports.wording import counted
from storage.models import DeliveryState, ReportState

# What is counted; each row of the data has one of these keys.
_THINGS = {
    "reports": "Reports",
    "events": "Events",
    "deliveries": "Deliveries",
    "notifications": "Notifications",
}
_REPORTS = {
    ReportState.LISTED.value: "not fetched yet",
    ReportState.FETCHED.value: "not read yet",
    ReportState.READ.value: "read",
    ReportState.FAILED.value: "not readable",
    ReportState.MISSING.value: "without a document on the site",
}
_DELIVERIES = {
    DeliveryState.DUE.value: "to be sent",
    DeliveryState.SENDING.value: "being sent",
    DeliveryState.FAILED.value: "failed",
}
_NOTIFICATIONS = {
    DeliveryState.DUE.value: "waiting for a message",
    DeliveryState.SENT.value: "included in messages",
}


def count_lines(stored: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """Yield a line for each thing that is counted: "Deliveries: 3 sent, 1 failed"."""
    councils = stored["authorities"]
    yield (
        f"Councils: {councils['in_register']} known, of which {councils['today']} exist today; "
        f"{counted(councils['watched'], 'page')} opened so far"
    )
    for thing, name in _THINGS.items():
        listed = ", ".join(_count_words(thing, key, count) for key, count in stored[thing].items())
        yield f"{name}: {listed or 'none'}"


def _count_words(thing: str, key: str, count: int) -> str:
    if thing == "events":
        return event_count_words(key, count)
    words = {"reports": _REPORTS, "deliveries": _DELIVERIES, "notifications": _NOTIFICATIONS}[thing]
    return f"{count} {words.get(key, key)}"
