"""The colours of charts and pages, in light and dark mode.

Text has a contrast of at least 4.5 to 1 with its background, every edge of at least 3 to 1.
"""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "ink": "#1f1b2d",
    "quiet": "#5a5568",
    "paper": "#ffffff",
    "tint": "#f6f3ee",
    "line": "#d8d2c6",
    "edge": "#857d8f",
    "accent": "#6b2358",
    "on-accent": "#ffffff",
    "link": "#0a5270",
    "bar": "#7c4a74",
    "o-ground": "#cfe3fb",
    "o-edge": "#0b57a4",
    "g-ground": "#d3efdb",
    "g-edge": "#17692f",
    "r-ground": "#fdeab4",
    "r-edge": "#8a5a00",
    "i-ground": "#fbd9d9",
    "i-edge": "#a01b1b",
    "n-ground": "#eceaf0",
    "n-edge": "#5a5568",
}
DARK: Mapping[str, str] = {
    "ink": "#eeebf3",
    "quiet": "#b9b3c6",
    "paper": "#17141f",
    "tint": "#211d2c",
    "line": "#3d374b",
    "edge": "#8d859e",
    "accent": "#e3a6d3",
    "on-accent": "#1f1b2d",
    "link": "#8fd0ee",
    "bar": "#c58bb9",
    "o-ground": "#15335c",
    "o-edge": "#9cc7ff",
    "g-ground": "#143a22",
    "g-edge": "#86dba1",
    "r-ground": "#44350c",
    "r-edge": "#f3cd6b",
    "i-ground": "#4c1a1c",
    "i-edge": "#ffa3a3",
    "n-ground": "#2d2839",
    "n-edge": "#b9b3c6",
}

GRADE_MARKS: Mapping[str | None, tuple[str, str]] = {
    "outstanding": ("o", "O"),
    "good": ("g", "G"),
    "requires_improvement": ("r", "R"),
    "inadequate": ("i", "I"),
    "adequate": ("n", "A"),
    "limited": ("n", "L"),
    "typically_positive": ("g", "1"),
    "inconsistent": ("r", "2"),
    "widespread_or_systemic_failings": ("i", "3"),
}
"""The key of the colour and shape of each grade, and its letter or digit.

All other grades are neutral.
"""

NEUTRAL = ("n", "–")


def mark_of(grade: str | None) -> tuple[str, str]:
    """Return the key of the colour and shape of a grade, and its letter or digit."""
    return GRADE_MARKS.get(grade, NEUTRAL)


def variables(colours: Mapping[str, str]) -> str:
    """Return the colours as CSS variables."""
    return "".join(f"--{name}:{value};" for name, value in colours.items())
