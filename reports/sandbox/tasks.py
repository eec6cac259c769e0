"""The tasks of the reading process."""

READING = "reading"
"""Read a report."""
CELLS = "cells"
"""Read the cells of a spreadsheet."""
CONFINEMENT = "confinement"
"""Try what must not be possible."""
