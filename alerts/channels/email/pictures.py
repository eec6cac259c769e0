"""The pictures of an email, with the HTML that shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from typing import Any

from alerts.messages import charts

PICTURES_BYTES = 300_000
"""All pictures of one email together. A picture has some 20,000 bytes, half of that if it
shows only one judgement."""


def add_pictures(
    message: EmailMessage, pictures: Sequence[Mapping[str, Any]], boundary: str
) -> None:
    """Draw the pictures and add them to an email. Where one is missing, the HTML shows its words.

    `boundary` is the MIME boundary of the email: every try must send the same bytes.
    """
    page = message.get_body(("html",))
    assert isinstance(page, EmailMessage), "it has just been added"
    room = PICTURES_BYTES
    for number, picture in enumerate(pictures, start=1):
        drawn = charts.draw_if_possible(picture["data"])
        if drawn is None or len(drawn) > room:
            continue
        room -= len(drawn)
        page.add_related(
            drawn,
            "image",
            "png",
            cid=f"<{picture['cid']}>",
            disposition="inline",
            filename=f"grades-{number}.png",
        )
        page.set_boundary(f"{boundary}.related")
