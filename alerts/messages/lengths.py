"""How long words of ours may be in a message. What inspectors wrote is never shortened here."""

from __future__ import annotations

LONGEST_NAME = 80
LONGEST_TITLE = 200
LONGEST_NOTE = 300
