"""The version of the reader, recorded in every report."""

READER_VERSION = 13
"""Rises with every change that can change what is read; older reports are then read again."""
