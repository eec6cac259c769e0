"""The sample world: invented councils, years of reports about them, and a day with new ones."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, TypeAdapter

from demo.documents import SampleDocument, render
from demo.site import Site, SiteAuthority, SiteListing
from reports.model import Kind, Record

DATA = Path(str(files("demo") / "data"))

REGISTER_FILE = DATA / "authorities.csv"
"""The invented councils, in the format of the register of real ones."""

_TITLES = {
    Kind.INSPECTION: "Children's services inspection",
    Kind.FOCUSED_VISIT: "Children's services focused visit",
    Kind.MONITORING_VISIT: "Children's services monitoring visit",
}


class Published(Record):
    """One document of the sample history: where and when it is listed, and what it says.

    `authority` is the key of the council in the register file.
    """

    authority: str
    file_id: str
    published: date
    title: str
    document: SampleDocument = Field(discriminator="document")


class History(Record):
    """The whole sample history.

    The first poll happens on `first_poll`; `demo_day` is the day on which new reports appear.
    """

    first_poll: date
    demo_day: date
    reports: tuple[Published, ...]

    @property
    def new_reports(self) -> tuple[Published, ...]:
        """The reports that appear after the first poll, up to the day of the demonstration."""
        return tuple(
            report for report in self.reports if self.first_poll < report.published <= self.demo_day
        )


@dataclass(frozen=True)
class Council:
    """A row of the register file."""

    key: str
    urn: str
    name: str
    short: str
    la_code: str


@cache
def councils() -> tuple[Council, ...]:
    """Return the invented councils."""
    fields = Council.__dataclass_fields__
    with REGISTER_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Council(**{name: row[name] for name in fields}) for row in csv.DictReader(file)
        )


@cache
def sample_history() -> History:
    """Return the sample history as described in `demo/data/history.yaml`."""
    raw = yaml.safe_load((DATA / "history.yaml").read_text("utf-8"))
    names = {council.key: council.short for council in councils()}
    return TypeAdapter(History).validate_python(
        {**raw, "reports": [_unfolded(entry, names) for entry in raw["reports"]]}
    )


def sample_site(*, today: date | None = None) -> Site:
    """Return a site with the sample history; it looks as on `today` (the day of the first poll).

    Move `site.today` to `sample_history().demo_day` to let the new reports appear.
    """
    history = sample_history()
    return Site(
        [SiteAuthority(c.urn, c.name, c.la_code) for c in councils()],
        _listings(history),
        {report.file_id: _pdf(report.file_id) for report in history.reports},
        today=today or history.first_poll,
    )


def _listings(history: History) -> Iterator[SiteListing]:
    urns = {council.key: council.urn for council in councils()}
    for report in history.reports:
        yield SiteListing(
            urn=urns[report.authority],
            title=report.title,
            published=report.published,
            inspection_start=report.document.periods[0].start,
            file_id=report.file_id,
        )


@cache
def _pdf(file_id: str) -> bytes:
    """Return the PDF of a report; kept, since drawing it takes about 50 ms."""
    found = next(report for report in sample_history().reports if report.file_id == file_id)
    return render(found.document)


def _unfolded(entry: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """Return an entry of the YAML file, a flat mapping, with the document's part set apart."""
    document = dict(entry)
    listing = {name: document.pop(name) for name in ("file_id", "published")}
    title = document.pop("title", None)
    kind = Kind(document.get("visit", Kind.FOCUSED_VISIT))
    if document["document"] == "inspection":
        kind = Kind.INSPECTION
    document["periods"] = [{"start": first, "end": last} for first, last in document["periods"]]
    document["authority"] = names[entry["authority"]]
    return {
        **listing,
        "authority": entry["authority"],
        "title": title or _TITLES[kind],
        "document": document,
    }
