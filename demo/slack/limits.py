"""What Slack accepts as a message: the documented limits of text and Block Kit.

A sender that passes these checks passes Slack's. One limit is not documented: all blocks of one
message together may hold about 13,200 characters. It is measured here on their JSON, the
strictest way to count.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

MAX_TEXT = 40_000
MAX_BLOCKS = 50
MAX_ALL_BLOCKS = 13_200

_FILE_ID = re.compile(r"F[A-Z0-9]{8,}")

Block = Mapping[str, Any]


def files_shown(message: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ids of the uploaded files that a valid message shows."""
    for block in message.get("blocks") or []:
        for element in (block, *block.get("elements", ())):
            if element.get("type") == "image" and "slack_file" in element:
                yield element["slack_file"]["id"]


def message_error(message: Mapping[str, Any]) -> str | None:
    """Return Slack's code for what is wrong with a message; None if it would be accepted."""
    blocks = message.get("blocks") or []
    words = message.get("text") or ""
    if not (words or blocks or message.get("attachments")):
        return "no_text"
    if not isinstance(words, str) or not isinstance(blocks, Sequence):
        return "invalid_arguments"
    if len(words) > MAX_TEXT:
        return "msg_too_long"
    if len(blocks) > MAX_BLOCKS or any(not _block_is_valid(block) for block in blocks):
        return "invalid_blocks"
    if blocks and len(json.dumps(blocks, ensure_ascii=False)) > MAX_ALL_BLOCKS:
        return "msg_blocks_too_long"
    metadata = message.get("metadata")
    if metadata is not None and not _metadata_is_valid(metadata):
        return "invalid_metadata_format"
    return None


def _text_is_valid(text: object, *, longest: int, plain: bool = False) -> bool:
    if not isinstance(text, Mapping):
        return False
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    words = text.get("text")
    return text.get("type") in kinds and isinstance(words, str) and 1 <= len(words) <= longest


def _section(block: Block) -> bool:
    fields = block.get("fields")
    if fields is not None:
        return (
            isinstance(fields, Sequence)
            and 1 <= len(fields) <= 10
            and all(_text_is_valid(field, longest=2_000) for field in fields)
            and ("text" not in block or _text_is_valid(block["text"], longest=3_000))
        )
    return _text_is_valid(block.get("text"), longest=3_000)


def _header(block: Block) -> bool:
    return _text_is_valid(block.get("text"), longest=150, plain=True)


def _image(element: Block) -> bool:
    address, file = element.get("image_url"), element.get("slack_file")
    alt_text = element.get("alt_text")
    return (
        (address is None) != (file is None)
        and (address is None or (isinstance(address, str) and 1 <= len(address) <= 3_000))
        and (file is None or _FILE_ID.fullmatch(str(file.get("id"))) is not None)
        and isinstance(alt_text, str)
        and 1 <= len(alt_text) <= 2_000
    )


def _context(block: Block) -> bool:
    elements = block.get("elements")
    return (
        isinstance(elements, Sequence)
        and 1 <= len(elements) <= 10
        and all(
            _image(element)
            if element.get("type") == "image"
            else _text_is_valid(element, longest=3_000)
            for element in elements
        )
    )


def _button(element: Block) -> bool:
    return (
        element.get("type") == "button"
        and _text_is_valid(element.get("text"), longest=75, plain=True)
        and len(element.get("url", "")) <= 3_000
    )


def _actions(block: Block) -> bool:
    elements = block.get("elements")
    return (
        isinstance(elements, Sequence)
        and 1 <= len(elements) <= 25
        and all(_button(element) for element in elements)
    )


_RICH_PARTS = {
    "rich_text_section",
    "rich_text_list",
    "rich_text_quote",
    "rich_text_preformatted",
}


def _rich_text(block: Block) -> bool:
    elements = block.get("elements")
    return isinstance(elements, Sequence) and all(
        isinstance(element, Mapping) and element.get("type") in _RICH_PARTS for element in elements
    )


_CHECKS: Mapping[str, Callable[[Block], bool]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "rich_text": _rich_text,
    "divider": lambda _block: True,
}


def _block_is_valid(block: object) -> bool:
    if not isinstance(block, Mapping) or len(str(block.get("block_id", ""))) > 255:
        return False
    check = _CHECKS.get(str(block.get("type")))
    return check is not None and check(block)


def _metadata_is_valid(metadata: object) -> bool:
    return (
        isinstance(metadata, Mapping)
        and isinstance(metadata.get("event_type"), str)
        and isinstance(metadata.get("event_payload"), Mapping)
    )
