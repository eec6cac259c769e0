"""The version of the reader, recorded in every reading."""

READER_VERSION = 34
"""Raise it with every change that can change readings; reports with older ones are read again."""
