"""When a poll holds its messages for an operator: it finds implausibly many reports.

`storage.listings` asks this about new reports, and `flows.pipeline.withdrawals` about those that
are withdrawn or count again. What is held is in `storage.held_messages`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sized

from storage.models import Poll, Report


def are_too_many(reports: Sized, *, hold_over: int) -> bool:
    """Return whether these are more reports at once than `hold_over` (0: never)."""
    return 0 < hold_over < len(reports)


def hold(reports: Iterable[Report], poll: Poll) -> None:
    """Hold these new reports of a poll, until the command `release`."""
    poll.held = True
    for report in reports:
        report.held = True
