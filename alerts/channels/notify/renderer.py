"""A message for GOV.UK Notify: two fields of one template, in Notify's own Markdown.

Notify knows headings, lists and links, but no bold. It escapes HTML itself.
https://www.notifications.service.gov.uk/using-notify/formatting
"""

from __future__ import annotations

import re
from typing import Any

from alerts.channels.markdown import markdown_payload
from alerts.messages.content import Content
from alerts.messages.message import Envelope

_HEADING = re.compile(r"^\*\*(.+)\*\*$", re.MULTILINE)
"""Asterisks in texts are escaped, so the others are our own."""

_LINKED_HEADING = re.compile(r"^\[\*\*(.+)\*\*\]\((\S+)\)$", re.MULTILINE)
_BOLD = re.compile(r"(?<!\\)\*\*")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def notify_payload(content: Content, envelope: Envelope) -> dict[str, Any]:
    """Return `subject` (plain text) and `body` (Markdown), the fields of the template."""
    payload = markdown_payload(content, envelope)
    body = _LINKED_HEADING.sub(r"## [\1](\2)", _HEADING.sub(r"## \1", payload["body"]))
    body = _BOLD.sub("", body)
    for entity, character in _ENTITIES:
        body = body.replace(entity, character)
    return {"subject": payload["title"], "body": body}
