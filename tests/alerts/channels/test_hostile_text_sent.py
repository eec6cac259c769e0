"""Hostile words in every field at once, sent by every channel to its local counterpart."""

from __future__ import annotations

import json
from collections.abc import Callable
from email import policy
from email.message import EmailMessage

import pytest
from lxml import html as lxml_html

from alerts.messages.compose import compose
from alerts.messages.message import Message
from alerts.outbox.summary import SendSummary
from alerts.subscriptions.config import AlertConfig
from demo.mailbox import LocalMailbox
from demo.slack import LocalSlack
from storage.database import Database
from tests.alerts.builders import NOW, SITES, change, make_event, make_report
from tests.alerts.conftest import mail_channel, slack_channel
from tests.alerts.harmless import HOSTILE, check_mail, check_markdown, check_slack
from tests.alerts.json_service import json_service
from tests.alerts.messages.test_hostile_text import raised_again_with
from tests.alerts.posting import post
from tests.alerts.surroundings import surroundings

Configure = Callable[..., AlertConfig]
Send = Callable[..., SendSummary]

texts = pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))


def message_full_of(text: str) -> Message:
    """A message in which everything that comes from outside is hostile."""
    report = make_report(
        authority=text, region=text, title=text, areas=[text, "An ordinary one."], priority=[text]
    )
    changes = [change("in_care", "good", "inadequate", "worse", text)]
    events = [
        make_event(report, "grade_change", changes=changes, earlier={"url": text, "title": text}),
        make_event(report, "theme_repeat", **raised_again_with(text)),
        make_event(report, "new_report", note=text),
    ]
    around = surroundings(
        edition=f"{text} neighbours", region=text, names=[f"{text} {n}" for n in range(10)]
    )
    return compose(report, events, sites=SITES, context=around)


@texts
def test_what_arrives_is_harmless_on_every_channel(
    configure: Configure,
    send: Send,
    slack: LocalSlack,
    mailbox: LocalMailbox,
    database: Database,
    text: str,
) -> None:
    with json_service(200) as (url, received):
        config = configure(
            team=slack_channel(slack),
            hook={"type": "slack-webhook", "url": slack.webhook_url},
            mail=mail_channel(mailbox),
            teams={"type": "apprise", "url": url},
        )
        post(database, config, message_full_of(text), now=NOW)
        summary = send(config)
    assert (summary.sent, summary.failed) == (4, 0)
    for message in slack.messages:
        check_slack({"text": message.text, "blocks": message.blocks})
        shown = [block for block in message.blocks if block["type"] == "image"]
        assert all(set("<>&").isdisjoint(block["alt_text"]) for block in shown)
    assert all(set("<>&").isdisjoint(file.alt_text) for file in slack.files)
    [mail] = mailbox.mails
    assert mail.recipients == ("team@example.gov.uk",)
    check_mail(mail.content, to="team@example.gov.uk")
    [note] = received
    check_markdown({"title": note["title"], "body": note["message"]})


def test_what_was_written_can_be_read_as_it_was_written(
    configure: Configure,
    send: Send,
    slack: LocalSlack,
    mailbox: LocalMailbox,
    database: Database,
) -> None:
    words = "Work with <b>R&D</b> &amp; “others” *now*"
    config = configure(team=slack_channel(slack), mail=mail_channel(mailbox))
    post(database, config, message_full_of(words), now=NOW)
    assert send(config).sent == 2
    posted = json.dumps(slack.messages[0].blocks, ensure_ascii=False)
    assert "• Work with &lt;b&gt;R&amp;D&lt;/b&gt; &amp;amp; “others” *now*" in posted
    [mail] = mailbox.mails
    assert f"* {words}" in mail.text
    page = lxml_html.document_fromstring(mail.html)
    assert [item.text_content() for item in page.iter("li")].count(words) >= 2
    assert words in mail.subject


@pytest.mark.parametrize("text", ["x\r\nBcc: a@b.org", "x\u2028Bcc: a@b.org"])
def test_a_name_can_add_no_header(
    configure: Configure, send: Send, mailbox: LocalMailbox, database: Database, text: str
) -> None:
    config = configure(mail=mail_channel(mailbox))
    post(database, config, message_full_of(text), now=NOW)
    assert send(config).sent == 1
    [mail] = mailbox.mails
    header = mail.content.partition(b"\r\n\r\n")[0]
    assert b"\r\nBcc" not in header
    assert isinstance(mail.message, EmailMessage)
    assert "x Bcc: a@b.org" in mail.subject
    assert mail.message.policy == policy.default
