"""The briefing of a council as a file of its own: Word, PDF or a page."""
