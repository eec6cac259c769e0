"""What the limited process can do, apart from reading a report."""

READING = "reading"
CELLS = "cells"
"""The cells of a spreadsheet."""
CONFINEMENT = "confinement"
"""What it cannot do; it tries."""
