"""Fixtures for the tests of reading."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reports.model import Reading
from reports.reader import read_bytes
from reports.register import Register
from tests.reports.documents import Ilacs, as_pdf, as_text

ReadPdf = Callable[[bytes], Reading]


@pytest.fixture(scope="session")
def register() -> Register:
    """The register that ships with the program."""
    return Register.default()


class Reads:
    """Reads an invented report as text or as PDF."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def text(self, report: Ilacs) -> Reading:
        """As plain text."""
        return read_bytes(as_text(report), name="report.txt", register=self._register)

    def pdf(self, report: Ilacs) -> Reading:
        """As PDF."""
        return read_bytes(as_pdf(report), name="report.pdf", register=self._register)

    def both(self, report: Ilacs) -> tuple[Reading, Reading]:
        """In both forms."""
        return self.text(report), self.pdf(report)


@pytest.fixture(scope="session")
def reads(register: Register) -> Reads:
    """Reading of invented reports."""
    return Reads(register)


@pytest.fixture(scope="session")
def read_pdf(register: Register) -> ReadPdf:
    """Reading of the bytes of a PDF."""
    return lambda data: read_bytes(data, name="report.pdf", register=register)


def codes(report: Reading) -> set[str]:
    """The codes of a report's problems."""
    return {problem.code for problem in report.problems}


def texts(report: Reading) -> list[str]:
    """The words of a report's areas for improvement."""
    return [area.text for area in report.improvement_areas]
