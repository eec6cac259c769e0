"""What `deliveries` and `events` print for people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from cli.commands.deliveries import deliveries
from cli.commands.events import events
from flows.pipeline.app import open_app
from flows.settings import load_settings
from storage.models import Delivery, DeliveryState, Event

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
ERROR = (
    "[Errno 111] the mail server at mail.example.org refused the connection three times in a row, "
    "and a_word_that_is_far_too_long_for_any_column_of_a_narrow_window as well"
)


def store_delivery(**values: Any) -> None:
    """Store a delivery with these values."""
    with open_app(load_settings()) as app, app.database.write() as session:
        session.add(
            Delivery(
                key="one",
                subscription="Scrutiny",
                channel="team-mail",
                recipient="team@example.org",
                payload={},
                next_attempt_at=NOW,
                created_at=NOW,
                **values,
            )
        )


def test_the_last_error_is_shown_whole(capsys: pytest.CaptureFixture[str]) -> None:
    store_delivery(state=DeliveryState.FAILED, tries=3, last_error=ERROR)
    deliveries(state=None, as_json=False)
    printed = capsys.readouterr().out
    assert f"last error: {ERROR}" in printed


def test_deliveries_says_that_its_times_do_not_follow_a_fixed_clock(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCH_NOW", "2026-08-22T13:00")
    store_delivery(state=DeliveryState.SENT, tries=1, sent_at=NOW)
    deliveries(state=None, as_json=False)
    printed = capsys.readouterr()
    assert "sent 1 Jul 2026, 13:00, 1 try" in printed.out
    assert printed.err == "WATCH_NOW is set. The times below are those of the real clock.\n"


def test_an_event_is_printed_with_the_number_by_which_commands_know_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with open_app(load_settings()) as app, app.database.write() as session:
        session.add(
            Event(
                id=17,
                key="one",
                type="theme_repeat",
                authority_id=1,
                detected_at=NOW,
                summary="Two issues are raised again.",
                detail={},
            )
        )
    events(since=None, authority=None, as_json=False)
    said = "    17   1 Jul 2026, 13:00  theme_repeat     Two issues are raised again.\n"
    assert capsys.readouterr().out == said


def test_where_there_is_nothing_a_sentence_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    deliveries(state=None, as_json=False)
    events(since=None, authority=None, as_json=False)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "There are no messages.\nNo events have been detected.\n"
