"""What is read of the real reports after other programs have written them again.

People keep reports as text, as the PDF another program made, or as a printed web page. Each report
passes through `pdftotext -layout` and `pdftohtml` (poppler), Ghostscript's `pdfwrite` and Chromium,
and its reading is compared with the checked facts. A value that differs, and an area that is lost
without a problem, is an error; what is missing and has a problem is only counted.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reports.model import Reading
from reports.sandbox.pool import ReaderPool

Facts = Mapping[str, Any]
"""What is true of a report: a line of `gold.jsonl` in the corpus."""

SECONDS = 120
"""A program that needs longer for one report has failed."""

PROGRAMS = 2
"""So many programs run at the same time."""


def layout_text(pdf: Path, folder: Path) -> Path:
    """Write the text as poppler lays it out, with the columns side by side."""
    text = folder / f"{pdf.stem}.txt"
    _run("pdftotext", "-layout", str(pdf), str(text))
    return text


def written_again(pdf: Path, folder: Path) -> Path:
    """Write the same PDF by Ghostscript, as "print to PDF" and archives do."""
    copy = folder / pdf.name
    _run("gs", "-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-sDEVICE=pdfwrite", f"-o{copy}", str(pdf))
    return copy


def printed_page(pdf: Path, folder: Path) -> Path:
    """Write the report as a web page, and print that in Chromium."""
    return _printed(pdf, folder, "-s")


def printed_layout(pdf: Path, folder: Path) -> Path:
    """The same with every line at its place on the page."""
    return _printed(pdf, folder, "-s", "-c")


def _printed(pdf: Path, folder: Path, *how: str) -> Path:
    work = folder / pdf.stem
    work.mkdir()
    _run("pdftohtml", "-q", "-i", "-noframes", *how, str(pdf), str(work / "page.html"))
    copy = folder / pdf.name
    options = ("--headless", "--no-sandbox", "--disable-gpu")
    _run(
        "chromium",
        *options,
        f"--user-data-dir={work / 'profile'}",
        f"--print-to-pdf={copy}",
        (work / "page.html").as_uri(),
    )
    shutil.rmtree(work)
    return copy


CONVERSIONS: Mapping[str, tuple[Callable[[Path, Path], Path], tuple[str, ...]]] = {
    "pdftotext -layout": (layout_text, ("pdftotext",)),
    "Ghostscript pdfwrite": (written_again, ("gs",)),
    "web page printed by Chromium": (printed_page, ("pdftohtml", "chromium")),
    "web page with placed lines printed by Chromium": (printed_layout, ("pdftohtml", "chromium")),
}
"""What is done with each report, and the programs it needs."""


@dataclass
class Comparison:
    """What was read of one form of the reports, compared with the facts."""

    counts: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def add(self, reading: Reading, facts: Facts) -> None:
        """Count one report."""
        problems = bool(reading.problems)
        self.counts["reports"] += 1
        self.counts["reports with a problem"] += problems
        self.counts.update(f"problem {code}" for code in {p.code for p in reading.problems})
        self._grades(reading, facts, silent=not problems)
        self._dates(reading, facts, silent=not problems)
        self._areas(reading, facts, silent=not problems)

    def _grades(self, reading: Reading, facts: Facts, *, silent: bool) -> None:
        real = {fact["judgement"]: fact["grade"] for fact in facts["judgements"]}
        read = {row.judgement.value: row.grade.value for row in reading.judgements if row.grade}
        for judgement, grade in read.items():
            if real.get(judgement) != grade:
                self._error("wrong grade", reading, f"{judgement}: {grade}")
        missing = real.keys() - read.keys()
        self.counts["grades missing, with a problem"] += 0 if silent else len(missing)
        if silent and missing:
            self._error("grade missing without a problem", reading, ", ".join(sorted(missing)))

    def _dates(self, reading: Reading, facts: Facts, *, silent: bool) -> None:
        for which in ("inspection_start", "inspection_end"):
            real = {facts[which], facts.get(f"{which}_likely")}
            read = getattr(reading, which)
            if facts[which] is None:
                continue
            if read is None:
                self.counts["dates missing, with a problem"] += not silent
                if silent:
                    self._error("date missing without a problem", reading, which)
            elif read.isoformat() not in real:
                self._error("wrong date", reading, f"{which}: {read}, not {facts[which]}")

    def _areas(self, reading: Reading, facts: Facts, *, silent: bool) -> None:
        sections = facts["improvement_sections"]
        real = Counter(letters(text) for section in sections for text in section["items"])
        read = Counter(letters(area.text) for area in reading.improvement_areas)
        lost, invented = real - read, read - real
        self.counts["areas read right"] += (real & read).total()
        self.counts["areas lost or changed, with a problem"] += 0 if silent else lost.total()
        if not silent:
            return
        for text in lost:
            self._error("area lost without a problem", reading, text[:90])
        if not any(section.get("prose") for section in sections):
            for text in invented:
                self._error("area invented without a problem", reading, text[:90])

    def _error(self, name: str, reading: Reading, detail: str) -> None:
        self.counts[f"ERROR {name}"] += 1
        self.errors.append(f"{name}: {reading.file}: {detail}")


def letters(text: str) -> str:
    """Only letters and digits, so that quotes, spaces and hyphens at line ends do not count."""
    return "".join(character for character in text.casefold() if character.isalnum())


def measure(corpus: Path) -> None:
    """Print what each conversion does to the readings."""
    facts = {
        fact["file_id"]: fact
        for fact in map(json.loads, (corpus / "gold.jsonl").read_text().splitlines())
    }
    pdfs = [corpus / "pdfs" / f"{name}.pdf" for name in sorted(facts)]
    for name, (convert, programs) in CONVERSIONS.items():
        missing = [program for program in programs if not shutil.which(program)]
        if missing:
            print(f"{name} needs {' and '.join(missing)}, which this machine does not have.")
            continue
        with tempfile.TemporaryDirectory() as folder:
            comparison = _compared(_converted(pdfs, convert, Path(folder)), facts)
        print(name)
        for what, count in sorted(comparison.counts.items()):
            print(f"  {count:6} {what}")
        for error in comparison.errors:
            print(f"    {error}")


def _compared(files: Iterable[Path], facts: Mapping[str, Facts]) -> Comparison:
    comparison = Comparison()
    with ReaderPool() as readers:
        for reading in readers.read_many(files):
            comparison.add(reading, facts[Path(reading.file).stem])
    return comparison


def _converted(
    pdfs: Iterable[Path], convert: Callable[[Path, Path], Path], folder: Path
) -> list[Path]:
    def converted(pdf: Path) -> Path | None:
        try:
            return convert(pdf, folder)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            print(f"{pdf.name} could not be converted: {error}", file=sys.stderr)
            return None

    with ThreadPoolExecutor(PROGRAMS) as threads:
        return [path for path in threads.map(converted, pdfs) if path is not None]


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
