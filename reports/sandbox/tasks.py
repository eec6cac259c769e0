"""What the limited process can be asked for, besides reading a report."""

READING = "reading"
CELLS = "cells"
"""The cells of a spreadsheet."""
CONFINEMENT = "confinement"
"""What it cannot do; it tries."""
