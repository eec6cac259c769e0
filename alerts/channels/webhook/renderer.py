"""A message as JSON. docs/webhooks.md explains the fields; other programs rely on their names."""

from __future__ import annotations

import json
from typing import Any

from alerts.messages.alert_ids import message_reference
from alerts.messages.combined import CombinedMessage
from alerts.messages.content import Content
from alerts.messages.digest import DigestMessage
from alerts.messages.keywords import found_in_message
from alerts.messages.message import LICENCE, Envelope, Message, Notice

_BODY_LIMIT = 1_000_000
"""Receivers limit the size of what they take. Ten reports with all details have some 100,000 bytes.
"""


def webhook_payload(content: Content, envelope: Envelope) -> dict[str, Any]:
    """Return the whole body. Details of events are left out of a body over _BODY_LIMIT."""
    data: dict[str, Any] = {
        "id": message_reference(envelope.key),
        "alert": envelope.alert_id,
        "subscription": envelope.subscription,
        "reason": envelope.because,
        "how_to_stop": envelope.how_to_stop,
        "note": envelope.note,
        "headline": content.headline,
        "urgent": content.urgent,
    }
    match content:
        case Notice():
            kind = "notice"
            data["lines"] = list(content.lines)
        case DigestMessage():
            kind = "combined" if isinstance(content, CombinedMessage) else "digest"
            data["summary"] = content.summary
            data["reports"] = [
                _report(row.message, envelope, sent_before=row.sent_before) for row in content.rows
            ]
        case Message():
            kind = "report"
            data["reports"] = [_report(content, envelope)]
    data["licence"] = LICENCE
    body = {"type": kind, "timestamp": envelope.at.isoformat(), "data": data}
    if len(json.dumps(body)) > _BODY_LIMIT:
        for report in data.get("reports", ()):
            report["events"] = [event | {"detail": None} for event in report["events"]]
    return body


def _report(message: Message, envelope: Envelope, *, sent_before: bool = False) -> dict[str, Any]:
    return {
        "headline": message.headline,
        "urgent": message.urgent,
        "sent_before": sent_before,
        "authority": message.authority,
        "region": message.region,
        "kind": message.kind,
        "title": message.title,
        "inspected": message.inspected,
        "published": message.published,
        "areas": [
            {"text": area.text, "priority_action": area.priority, "addressee": area.addressee}
            for area in message.areas
        ],
        "area_count": None if message.areas_need_review else message.area_count,
        "keywords": list(found_in_message(message, envelope.keywords)),
        "problems": list(message.problems),
        "links": [{"label": link.label, "url": link.url} for link in message.links],
        "events": list(message.records),
    }
