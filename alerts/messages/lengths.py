"""Limits in characters for names, titles and notes in messages. Areas are never shortened."""

from __future__ import annotations

LONGEST_NAME = 80
LONGEST_TITLE = 200
LONGEST_NOTE = 400
