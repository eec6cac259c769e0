"""A website from a store of made-up reports: a rich council, one with two reports, and others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from lxml import html as lxml_html
from lxml.html import HtmlElement
from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.analysis.next_inspection import DueWindow
from reports.model import Framework, Grade, ImprovementArea, Judgement, Kind, Reading
from reports.themes.tagging import tag
from storage.database import Database
from storage.kept_repeats import KeptRepeats
from storage.models import Authority, Inspection, Report, StoredJudgement
from tests.storage.readings import GOOD, RI, UNSURE, a_reading, stored
from website.site import SiteWritten, write_site
from website.snapshot import Snapshot, take_snapshot

TODAY = date(2026, 6, 30)
CHECKED = datetime(2026, 6, 30, 11, 2, tzinfo=UTC)
OUTSTANDING, INADEQUATE = Grade.OUTSTANDING, Grade.INADEQUATE

IN_DOUBT = "kent"
"""The council whose grades need review."""

SUPERVISION = "The regularity and quality of supervision for social workers."
SUPERVISION_AGAIN = "The quality and regularity of supervision of social workers."
PATHWAYS = "The quality of pathway plans for care leavers."
PRIORITY = "The response to children who go missing from care."

_ILACS_2018 = (
    Judgement.IMPACT_OF_LEADERS,
    Judgement.HELP_AND_PROTECTION,
    Judgement.CARE_AND_CARE_LEAVERS,
    Judgement.OVERALL_EFFECTIVENESS,
)
_ILACS_2023 = (
    Judgement.IMPACT_OF_LEADERS,
    Judgement.HELP_AND_PROTECTION,
    Judgement.IN_CARE,
    Judgement.CARE_LEAVERS,
    Judgement.OVERALL_EFFECTIVENESS,
)
WINDOW = DueWindow(
    last=date(2023, 7, 17),
    earliest=date(2026, 11, 2),
    middle=date(2028, 1, 10),
    latest=date(2028, 12, 4),
    grade=Grade.GOOD,
    gaps=30,
    gaps_of_earlier_frameworks=0,
    waiting_longer=1,
)


def graded(framework: Framework, *grades: Grade) -> dict[Judgement, Grade | None]:
    """The grades of an inspection in the order of its table."""
    names = _ILACS_2018 if framework is Framework.ILACS_2018 else _ILACS_2023
    return dict(zip(names, grades, strict=False))


def tagged(reading: Reading, texts: Sequence[str], *, priority: Sequence[str] = ()) -> Reading:
    """The same reading with these areas, each with its themes and its page."""
    areas = tuple(
        ImprovementArea(
            text=text,
            heading="What needs to improve",
            page=3,
            priority_action=text in priority,
            themes=tag(text),
        )
        for text in (*priority, *texts)
    )
    return reading.model_copy(update={"improvement_areas": areas})


def fill(session: Session) -> None:
    """Store the reports of some councils."""
    first = a_reading(
        start=date(2019, 3, 11),
        framework=Framework.ILACS_2018,
        grades=graded(Framework.ILACS_2018, RI, RI, GOOD, RI),
    )
    stored(session, "1001", tagged(first, [SUPERVISION, PATHWAYS]), published=date(2019, 5, 2))
    visit = a_reading(
        start=date(2021, 6, 8),
        kind=Kind.FOCUSED_VISIT,
        framework=Framework.FOCUSED_VISIT,
        grades={},
    )
    stored(
        session,
        "1002",
        tagged(visit, [SUPERVISION_AGAIN], priority=[PRIORITY]),
        published=date(2021, 7, 20),
    )
    last = a_reading(
        start=date(2024, 5, 13),
        grades=graded(Framework.ILACS_2023, GOOD, INADEQUATE, RI, OUTSTANDING, GOOD),
    )
    stored(session, "1003", tagged(last, [SUPERVISION_AGAIN]), published=date(2024, 7, 12))
    _others(session)


def store_visit_since(session: Session, texts: Sequence[str]) -> None:
    """Store a visit of Havering after its last full inspection."""
    visit = a_reading(
        start=date(2025, 3, 3),
        kind=Kind.FOCUSED_VISIT,
        framework=Framework.FOCUSED_VISIT,
        grades={},
    )
    stored(session, "1009", tagged(visit, texts), published=date(2025, 4, 9))


def _others(session: Session) -> None:
    """One council with two reports, one by the present framework, and one that needs review."""
    earlier = a_reading(
        start=date(2018, 9, 3),
        framework=Framework.ILACS_2018,
        grades=graded(Framework.ILACS_2018, GOOD, GOOD, GOOD, GOOD),
    )
    later = a_reading(
        start=date(2023, 2, 6),
        grades=graded(Framework.ILACS_2023, OUTSTANDING, GOOD, GOOD, GOOD, OUTSTANDING),
    )
    stored(session, "2001", tagged(earlier, []), authority="barnet", published=date(2018, 10, 9))
    stored(
        session, "2002", tagged(later, [PATHWAYS]), authority="barnet", published=date(2023, 4, 3)
    )
    present = a_reading(
        start=date(2026, 4, 27),
        framework=Framework.ILACS_2026,
        grades=graded(Framework.ILACS_2026, RI, RI, GOOD, GOOD),
    )
    stored(
        session,
        "3001",
        tagged(present, [PATHWAYS]),
        authority="somerset",
        published=date(2026, 6, 17),
    )
    unsure = a_reading(
        start=date(2025, 1, 13),
        grades=graded(Framework.ILACS_2023, *[INADEQUATE] * 5),
        problems=[UNSURE],
    )
    stored(
        session, "4001", tagged(unsure, [SUPERVISION]), authority="kent", published=date(2025, 3, 3)
    )
    old = a_reading(
        start=date(2022, 1, 10),
        framework=Framework.ILACS_2018,
        grades=graded(Framework.ILACS_2018, GOOD, GOOD, GOOD, GOOD),
    )
    stored(
        session, "5001", tagged(old, []), authority="northamptonshire", published=date(2019, 3, 3)
    )


def snapshot_of(
    database: Database,
    *,
    today: date = TODAY,
    unavailable: bool = False,
    held: Collection[int] = (),
    kept: KeptRepeats | None = None,
) -> Snapshot:
    """What the store holds."""
    with database.read() as session:
        return take_snapshot(
            session,
            today=today,
            site_url="https://reports.ofsted.gov.uk",
            checked_at=CHECKED,
            source_unavailable=unavailable,
            held=held,
            kept=kept,
        )


@dataclass(frozen=True)
class Built:
    """A site in a folder, with the store it was built from."""

    folder: Path
    database: Database

    def build(self, **more: Any) -> SiteWritten:
        """Build it once more."""
        return write_site(self.folder, snapshot_of(self.database, **more), database=self.database)

    @cached_property
    def pages(self) -> dict[str, str]:
        """The text of every page by its path."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_text("utf-8")
            for path in sorted(self.folder.rglob("*.html"))
        }

    def page(self, path: str) -> HtmlElement:
        """A page as a tree."""
        return lxml_html.document_fromstring(self.pages[path])

    def said(self, path: str) -> str:
        """The words of a page, in one line."""
        main = self.page(path).get_element_by_id("main")
        return " ".join(str(main.text_content()).split())


def address_of(site: Built, path: str) -> str:
    """The address of a page in its file."""
    return (site.folder / path).absolute().as_uri()


def a_store(path: Path) -> Database:
    """A database with the reports of `fill`."""
    database = Database(f"sqlite:///{path}")
    database.migrate()
    with database.write() as session:
        fill(session)
    return database


def table(site: Built, path: str, caption: str) -> list[list[str]]:
    """The rows of the table whose caption begins so, as words."""
    (found,) = [
        one
        for one in site.page(path).xpath("//table")
        if str(one.findtext("caption")).startswith(caption)
    ]
    return [
        [" ".join(str(cell.text_content()).split()) for cell in row.xpath("th|td")]
        for row in found.xpath(".//tbody/tr")
    ]


def latest_grades(site: Built, key: str) -> dict[str, str]:
    """The grades of a council's last full inspection, asked of the store itself."""
    query = (
        select(StoredJudgement.judgement, StoredJudgement.grade, Inspection.start)
        .join(Report, Report.id == StoredJudgement.report_id)
        .join(Report.inspection)
        .join(Report.authority)
        .where(Authority.key == key, Report.kind == "inspection")
    )
    with site.database.read() as session:
        rows = session.execute(query).all()
    last = max((row.start for row in rows), default=None)
    return {row.judgement: row.grade for row in rows if row.start == last}
