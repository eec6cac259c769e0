"""A message as an email: subject, text and HTML, and the headers that identify it.

The headers are fixed when the delivery is written, so that every try sends the same email and the
recipient's program can recognise a second copy by its Message-ID.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from alerts.messages import charts
from alerts.messages.combined import CombinedMessage
from alerts.messages.content import Content
from alerts.messages.digest import DigestMessage
from alerts.messages.grades import GradesContext
from alerts.messages.keywords import keyword_parts, keyword_sentence
from alerts.messages.message import LICENCE, PRIORITY_ACTION_MEANS, Envelope, Message, Notice
from alerts.messages.national_digest import NationalDigest
from reports.licence import LICENCE_ADDRESS
from reports.safe_text import plain_line, shortened

if TYPE_CHECKING:
    from jinja2 import Environment

MOST_PICTURES = 12
"""The most pictures in one email. With a hundred it would be too large to deliver."""

_SUBJECT_LIMIT = 180
_TEMPLATES = {
    Message: "mail",
    Notice: "notice",
    DigestMessage: "digest",
    CombinedMessage: "combined",
    NationalDigest: "national",
}
_NOT_IN_LIST_ID = re.compile(r"[^a-z0-9]+")


def mail_payload(
    content: Content,
    envelope: Envelope,
    *,
    sender: str,
    unsubscribe: str | None = None,
    unsubscribe_url: str | None = None,
) -> dict[str, Any]:
    """Return everything of the email except the recipient. `sender` is the From address.

    `unsubscribe` is the mailbox of those who take people off the list, the sender's by default.
    """
    domain = sender.rpartition("@")[2]
    name = _TEMPLATES[type(content)]
    subject = f"[Urgent] {content.headline}" if content.urgent else content.headline
    own_id = message_id(envelope.key, domain=domain)
    pictures = _pictures(content, own_id)
    words = {
        "content": content,
        "envelope": envelope,
        "licence": LICENCE,
        "licence_address": LICENCE_ADDRESS,
        "pictures": pictures,
        "picture_width": charts.WIDTH,
        "priority_means": PRIORITY_ACTION_MEANS,
        "mailbox": unsubscribe or sender,
        "unsubscribe_url": unsubscribe_url,
    }
    return {
        "subject": shortened(plain_line(subject), _SUBJECT_LIMIT),
        "text": _templates().get_template(f"{name}.txt.j2").render(words),
        "html": _templates().get_template(f"{name}.html.j2").render(words),
        "from": sender,
        "date": format_datetime(envelope.at),
        "message_id": own_id,
        "unsubscribe": unsubscribe or sender,
        "unsubscribe_url": unsubscribe_url,
        "list_id": _list_id(envelope.subscription, domain=domain),
        "urgent": content.urgent,
        "pictures": list(pictures.values()),
    }


def _marked(text: str, keywords: Sequence[str]) -> Markup:
    """Return HTML of a text with the keywords highlighted."""
    return Markup("").join(
        Markup("<mark>{}</mark>").format(part) if marked else part
        for part, marked in keyword_parts(text, keywords)
    )


def _pictures(content: Content, own_id: str) -> dict[int, dict[str, Any]]:
    """Return the data of each picture and the Content-ID by which the HTML shows it.

    The keys are the numbers of the reports in the email, from 0. Of the reports that have a
    picture, only the first MOST_PICTURES show it: those that matter most come first. It is drawn
    when the email is sent.
    """
    found: list[tuple[int, dict[str, Any]]] = []
    match content:
        case Message(over_time=GradesContext() as grades):
            found = [(0, grades.picture)]
        case DigestMessage():
            found = [
                (number, brief.picture)
                for number, row in enumerate(content.rows)
                if (brief := content.grades_in_brief(row)) is not None
            ]
    return {
        number: {"data": data, "cid": f"grades-{number + 1}.{own_id.strip('<>')}"}
        for number, data in found[:MOST_PICTURES]
    }


def message_id(key: str, *, domain: str) -> str:
    """Return the Message-ID of a delivery: the same at every try."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def _list_id(subscription: str, *, domain: str) -> str:
    """Return the List-Id (RFC 2919), by which people can filter the emails of a subscription."""
    label = _NOT_IN_LIST_ID.sub("-", subscription.lower()).strip("-")[:60] or "alerts"
    return f"<{label}.inspection-watch.{domain}>"


@lru_cache(maxsize=1)
def _templates() -> Environment:
    # Imported here: the configuration loads this module, and most commands send nothing.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("alerts.channels.email"),
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["marked"] = _marked
    environment.globals["keyword_sentence"] = keyword_sentence
    return environment
