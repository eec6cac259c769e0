"""What is muted, as people call it."""

from __future__ import annotations

from reports.register import Register
from reports.themes.names import theme_name
from reports.themes.taxonomy import load_taxonomy
from storage.models import Mute, MuteKind

KIND_WORDS = {
    MuteKind.AUTHORITY: "council",
    MuteKind.THEME: "theme",
    MuteKind.SUBSCRIPTION: "subscription",
}


def muted_words(mute: Mute, register: Register) -> str:
    """Return the council, theme or subscription that a mute is about, by its everyday name."""
    match mute.kind:
        case MuteKind.AUTHORITY:
            shorts = {authority.key: authority.short for authority in register.authorities}
            return shorts.get(mute.target, mute.target)
        case MuteKind.THEME if mute.target in load_taxonomy().themes:
            return f"“{theme_name(mute.target)}”"
        case _:
            return f"“{mute.target}”"
