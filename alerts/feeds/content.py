"""An entry of a feed as HTML: what the message says, escaped, with areas up to a limit. Pure."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from alerts.messages.message import LICENCE, AreaLine, Message

_TEXT_LIMIT = 60_000
"""Characters of areas in one entry. The longest real report has some 8,000."""


def entry_html(message: Message, *, notes: tuple[str, ...] = ()) -> str:
    """Return the content of an entry. `notes` are sentences that come first."""
    shown = _that_fit((*message.priority_actions, *message.other_areas))
    named = (
        (message.priority_heading, [area for area in shown if area.priority]),
        (message.improvement_heading, [area for area in shown if not area.priority]),
    )
    return template("entry.html.j2").render(
        content=message,
        notes=notes,
        areas_by_heading=[(heading, areas) for heading, areas in named if areas],
        left_out=len(message.areas) - len(shown),
        licence=LICENCE,
    )


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("alerts.feeds"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def template(name: str) -> Template:
    """Load a template of this package."""
    return _templates().get_template(name)


def _that_fit(areas: tuple[AreaLine, ...]) -> list[AreaLine]:
    """Return the areas up to the limit. An area that begins within the limit is shown whole."""
    shown: list[AreaLine] = []
    room = _TEXT_LIMIT
    for area in areas:
        if room <= 0:
            break
        shown.append(area)
        room -= len(area.said)
    return shown
