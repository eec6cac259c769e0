"""Mail as it looks: light and dark, on a phone and on a wide screen. See artefacts/."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from alerts.channels.base import Outgoing
from alerts.channels.email.renderer import mail_payload
from alerts.channels.email.transport import as_email
from alerts.messages.combined import CombinedMessage, combined_message
from alerts.messages.content import Content
from alerts.messages.digest import DigestMessage, DigestRow, DigestSection, digest_headline
from alerts.messages.digest_schedule import DigestPeriod
from alerts.messages.message import Envelope
from demo.mailbox import page_of
from tests.alerts.builders import NOW
from tests.alerts.chromium import look_at
from tests.alerts.surroundings import fall_message, message_of_2026

PERIOD = DigestPeriod(date(2026, 6, 15), date(2026, 6, 21))


def digest() -> DigestMessage:
    """A week with two reports."""
    rows = (
        DigestRow(message=fall_message(), sent_before=True),
        DigestRow(message=message_of_2026()),
    )
    summary = (
        "2 reports for 12 councils. Ofsted's site was checked 65 times, last at 13:02 on Friday."
    )
    rose = DigestSection(
        heading="Raised more often in the last 12 months",
        lines=("Supervision: 21 of 30, 70%; in the 12 months before 12 of 31, 39%",),
    )
    headline = digest_headline("Weekly digest", PERIOD, rows)
    return DigestMessage(headline=headline, summary=summary, rows=rows, sections=(rose,))


def several() -> CombinedMessage:
    """Two reports that came together."""
    return combined_message(digest().rows)


def as_it_is_sent(content: Content) -> str:
    """The HTML of the mail, with its pictures in it instead of next to it."""
    envelope = Envelope(key="k", subscription="Scrutiny", at=NOW)
    payload = mail_payload(content, envelope, sender="watch@example.gov.uk")
    outgoing = Outgoing(
        key="k",
        recipient="team@example.gov.uk",
        payload=payload,
        first_attempt_at=NOW,
    )
    mail = message_from_bytes(as_email(outgoing).as_bytes(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return page_of(mail)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("fall", fall_message),
        ("no-overall", message_of_2026),
        ("digest", digest),
        ("combined", several),
    ],
)
def test_nothing_is_wider_than_the_window(
    name: str, content: Callable[[], Content], dark: bool
) -> None:
    found = look_at(
        as_it_is_sent(content()), f"mail-{name}-{'dark' if dark else 'light'}", dark=dark
    )
    assert [one["width"] for one in found] == [320, 640, 900]
    assert all(one["needed"] <= one["width"] for one in found)
    assert not any(one["missing"] for one in found), "a picture is not shown"
