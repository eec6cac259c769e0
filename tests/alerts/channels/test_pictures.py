"""Messages with a picture of the grades: sent with it where that works, and without it else."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import lxml.html
import pytest
from PIL import Image

from alerts.channels.email import pictures as email_pictures
from alerts.channels.email.renderer import MOST_PICTURES
from alerts.channels.slack import picture
from alerts.channels.slack import transport as slack_module
from alerts.messages.combined import combined_message
from alerts.messages.content import Content
from alerts.messages.digest import DigestMessage, DigestRow
from alerts.outbox.summary import SendSummary
from alerts.subscriptions.config import AlertConfig
from demo.mailbox import LocalMailbox, ReceivedMail
from demo.mailbox import cut as cut_mail
from demo.slack import LocalSlack, cut, hang, rate_limited, refused, server_error
from storage.database import Database
from storage.models import Delivery, DeliveryState
from tests.alerts.conftest import WaitingClock, mail_channel, slack_channel
from tests.alerts.posting import post
from tests.alerts.surroundings import fall_message, message_of_2026

Configure = Callable[..., AlertConfig]
Send = Callable[..., SendSummary]
Put = Callable[..., None]
Rows = Callable[[], list[Delivery]]

UPLOAD = "files.getUploadURLExternal"


@pytest.fixture
def put(database: Database, clock: WaitingClock) -> Put:
    """Writes a message into the outbox for every recipient of every channel."""

    def written(config: AlertConfig, content: Content | None = None) -> None:
        post(database, config, content or fall_message(), now=clock.now())

    return written


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_module, "PAUSES", (0.0, 0.0))


def kinds(slack: LocalSlack) -> list[str]:
    """The kinds of the one message's blocks."""
    [message] = slack.messages
    return [block["type"] for block in message.blocks]


def test_slack_shows_the_picture_where_the_words_would_stand(
    configure: Configure, put: Put, send: Send, slack: LocalSlack
) -> None:
    config = configure(team=slack_channel(slack))
    put(config)
    assert send(config).sent == 1
    [file] = slack.files
    assert file.complete
    with Image.open(io.BytesIO(file.content)) as picture:
        assert picture.format == "PNG"
    assert file.alt_text.startswith("Grades over time. Overall effectiveness: Requires")
    [message] = slack.messages
    [image] = [block for block in message.blocks if block["type"] == "image"]
    assert image["slack_file"] == {"id": file.id}
    assert "Overall effectiveness: Requires improvement (June 2014)" in image["alt_text"]
    assert "Inadequate (April 2024)" in image["alt_text"]
    assert message.visible_text().count("Grades over time") == 1


@pytest.mark.parametrize(
    "fault",
    [
        refused("missing_scope", method=UPLOAD),
        refused("not_allowed_token_type", method=UPLOAD),
        rate_limited(method=UPLOAD, retry_after="600"),
        server_error(accept=False, method=UPLOAD),
        cut(accept=True, method=UPLOAD),
        server_error(accept=False, method="upload"),
        cut(accept=False, method="upload"),
        refused("internal_error", method="files.completeUploadExternal"),
        cut(accept=True, method="files.completeUploadExternal"),
    ],
    ids=lambda fault: f"{fault.method}-{fault.answer}-{fault.code}",
)
def test_whatever_is_wrong_with_the_upload_the_message_goes_out(
    configure: Configure, put: Put, send: Send, slack: LocalSlack, rows: Rows, fault: Any
) -> None:
    slack.add_fault(fault)
    config = configure(team=slack_channel(slack))
    put(config)
    summary = send(config)
    assert (summary.sent, summary.postponed) == (1, 0)
    assert "image" not in kinds(slack)
    assert "Impact of leaders: Requires improvement (June 2014, for leadership" in (
        slack.messages[0].visible_text()
    )
    assert rows()[0].tries == 1


def test_an_upload_that_hangs_holds_the_message_up_for_a_bounded_time(
    configure: Configure,
    put: Put,
    send: Send,
    slack: LocalSlack,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(picture, "TOTAL_SECONDS", 0.2)
    slack.add_fault(hang(accept=False, method="upload"))
    config = configure(team=slack_channel(slack))
    put(config)
    assert send(config).sent == 1
    assert "image" not in kinds(slack)


@pytest.mark.parametrize(("refusals", "has_picture"), [(1, True), (2, False)])
def test_a_file_that_slack_does_not_know_yet_is_offered_again_and_then_left_out(
    configure: Configure,
    put: Put,
    send: Send,
    slack: LocalSlack,
    refusals: int,
    has_picture: bool,
) -> None:
    slack.add_fault(refused("invalid_blocks"), times=refusals)
    config = configure(team=slack_channel(slack))
    put(config)
    summary = send(config)
    assert (summary.sent, summary.failed) == (1, 0)
    assert ("image" in kinds(slack)) == has_picture


def test_blocks_that_slack_refuses_without_the_picture_too_fail(
    configure: Configure, put: Put, send: Send, slack: LocalSlack, rows: Rows
) -> None:
    slack.add_fault(refused("invalid_blocks"), times=None)
    config = configure(team=slack_channel(slack))
    put(config)
    assert send(config).failed == 1
    assert rows()[0].state == DeliveryState.FAILED
    assert slack.messages == ()


@pytest.mark.parametrize("accept", [True, False])
def test_a_message_with_a_picture_is_posted_once_whatever_happens(
    configure: Configure, put: Put, send: Send, slack: LocalSlack, accept: bool
) -> None:
    slack.add_fault(cut(accept=accept))
    config = configure(team=slack_channel(slack))
    put(config)
    summary = send(config, wait_seconds=300)
    assert (summary.sent + summary.found, summary.may_be_duplicates) == (1, 0)
    assert "image" in kinds(slack)
    assert slack.calls("files.completeUploadExternal") == (1 if accept else 2)


def test_a_webhook_has_the_line_in_words(
    configure: Configure, put: Put, send: Send, slack: LocalSlack
) -> None:
    config = configure(hook={"type": "slack-webhook", "url": slack.webhook_url})
    put(config)
    assert send(config).sent == 1
    assert "image" not in kinds(slack)
    assert "Overall effectiveness: Requires improvement (June 2014)" in (
        slack.messages[0].visible_text()
    )
    assert slack.files == ()


def test_a_mail_has_the_picture_and_the_page_that_shows_it(
    configure: Configure, put: Put, send: Send, mailbox: LocalMailbox
) -> None:
    config = configure(team=mail_channel(mailbox))
    put(config)
    assert send(config).sent == 1
    [mail] = mailbox.mails
    types = [part.get_content_type() for part in mail.message.walk()]
    assert types == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    [picture] = [part for part in mail.message.walk() if part.get_content_type() == "image/png"]
    assert picture.get_content_disposition() == "inline"
    name = str(picture["Content-ID"]).strip("<>")
    assert f'src="cid:{name}"' in mail.html
    assert 'alt="Grades over time. Overall effectiveness: Requires' in mail.html
    assert "* Overall effectiveness: Requires improvement (June 2014), Good" in mail.text
    assert len(mail.content) < 100_000


def test_a_second_try_sends_the_same_mail_to_the_last_byte(
    configure: Configure, put: Put, send: Send, mailbox: LocalMailbox, clock: WaitingClock
) -> None:
    mailbox.add_fault(cut_mail(accept=True))
    config = configure(team=mail_channel(mailbox))
    put(config)
    assert send(config).waiting == 1
    clock.pass_by(3_600)
    assert send(config).sent == 1
    first, second = mailbox.mails
    assert first.content == second.content


def test_a_mail_without_its_picture_says_it_in_words(
    configure: Configure,
    put: Put,
    send: Send,
    mailbox: LocalMailbox,
    database: Database,
) -> None:
    config = configure(team=mail_channel(mailbox))
    put(config)
    with database.write() as session:
        row = session.query(Delivery).one()
        [picture] = row.payload["pictures"]
        row.payload = {**row.payload, "pictures": [{**picture, "data": {}}]}
    assert send(config).sent == 1
    [mail] = mailbox.mails
    assert 'alt="Grades over time.' in mail.html


FALL, LATER = DigestRow(message=fall_message()), DigestRow(message=message_of_2026())
OVERALL = (
    "Overall effectiveness: Requires improvement (June 2014), Good (January 2021), "
    "Inadequate (April 2024)"
)


def pictures(mail: ReceivedMail) -> dict[str, tuple[int, int]]:
    """The size of each picture of a mail, by the address under which its page shows it."""
    found = {}
    for part in mail.message.walk():
        if part.get_content_type() == "image/png":
            with Image.open(io.BytesIO(part.get_content())) as picture:
                found["cid:" + str(part["Content-ID"]).strip("<>")] = picture.size
    return found


def images(mail: ReceivedMail) -> dict[str, str]:
    """The text alternative of each picture, by its address, in the order of the page."""
    page = lxml.html.fromstring(mail.html)
    return {image.get("src"): image.get("alt") for image in page.iter("img")}


def test_several_reports_have_a_small_picture_each_and_few_words_for_it(
    configure: Configure, put: Put, send: Send, mailbox: LocalMailbox
) -> None:
    config = configure(team=mail_channel(mailbox))
    put(config, combined_message([FALL, LATER]))
    assert send(config).sent == 1
    [mail] = mailbox.mails
    shown, sizes = images(mail), pictures(mail)
    assert list(shown) == list(sizes)
    first, second = shown.values()
    assert (
        first
        == f"Grades over time. {OVERALL}. Ofsted's framework changed between these inspections."
    )
    assert second == (
        "Grades over time, inspected June 2014, January 2021, April 2024, April 2026. "
        "Impact of leaders: Requires improvement, Good, Inadequate, Good. "
        "Help and protection: Requires improvement, Requires improvement, Inadequate, "
        "Requires improvement. "
        "Children in care: Requires improvement, Requires improvement, Requires improvement, "
        "Requires improvement. "
        "Care leavers: Good, no such grade, Good, Good. "
        "Ofsted's framework changed between these inspections."
    )
    low, high = (height for _, height in sizes.values())
    assert low < high / 2, "the overall grade alone, and four judgements"
    page = lxml.html.fromstring(mail.html)
    assert not any("over time" in text for text in page.itertext())
    assert f"  Grades over time\n    {OVERALL}\n" in mail.text.replace("\r\n", "\n")


def test_a_digest_shows_it_with_the_grades(
    configure: Configure, put: Put, send: Send, mailbox: LocalMailbox
) -> None:
    quiet = DigestRow(message=replace(fall_message(), grades=()))
    config = configure(team=mail_channel(mailbox))
    put(config, DigestMessage(headline="Daily digest", summary="Two looks.", rows=(quiet, FALL)))
    assert send(config).sent == 1
    [mail] = mailbox.mails
    assert len(images(mail)) == len(pictures(mail)) == 1
    assert mail.text.count("Grades over time") == 1


def test_a_mail_has_a_bounded_number_of_pictures(
    configure: Configure, put: Put, send: Send, mailbox: LocalMailbox
) -> None:
    config = configure(team=mail_channel(mailbox))
    put(config, combined_message([FALL] * (MOST_PICTURES + 3)))
    assert send(config).sent == 1
    [mail] = mailbox.mails
    assert len(images(mail)) == len(pictures(mail)) == MOST_PICTURES
    assert mail.text.count("Grades over time") == MOST_PICTURES + 3


def test_pictures_without_room_have_their_words_and_a_second_try_is_the_same(
    configure: Configure,
    put: Put,
    send: Send,
    mailbox: LocalMailbox,
    clock: WaitingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(email_pictures, "PICTURES_BYTES", 30_000)
    mailbox.add_fault(cut_mail(accept=True))
    config = configure(team=mail_channel(mailbox))
    put(config, combined_message([FALL] * 5))
    assert send(config).waiting == 1
    clock.pass_by(3_600)
    assert send(config).sent == 1
    first, second = mailbox.mails
    assert first.content == second.content
    assert 0 < len(pictures(first)) < 5
    assert len(set(images(first).values())) == 1
    assert len(images(first)) == 5


def test_several_reports_in_slack_have_the_overall_grade_in_one_line(
    configure: Configure, put: Put, send: Send, slack: LocalSlack
) -> None:
    config = configure(team=slack_channel(slack))
    put(config, combined_message([FALL, LATER]))
    assert send(config).sent == 1
    assert slack.files == ()
    lines = slack.messages[0].visible_text().splitlines()
    assert [line for line in lines if "Jun 2014" in line] == [
        "Overall: Requires improvement (Jun 2014) → Good (Jan 2021) → Inadequate (Apr 2024); "
        "the framework has changed"
    ]
