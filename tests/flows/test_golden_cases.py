"""Cases that tools in this field have got wrong, or could: real ones where the reports are here,
generated look-alikes where they are not. Each is one behaviour of the whole way from file to event.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from alerts.events.types import EventType
from demo.documents import SampleReport, render
from demo.sample import REGISTER_FILE
from demo.site import Site, load_corpus
from flows.pipeline.poll import poll
from reports.comparison import compare
from reports.model import Direction, Framework, Grade, Judgement, Period, Reading
from reports.reader import read_bytes
from reports.register import Register
from storage import history
from storage.models import Event
from tests.flows.world import World, open_world
from tests.readings import kept_readings

ILACS_2018 = (
    Judgement.IMPACT_OF_LEADERS,
    Judgement.HELP_AND_PROTECTION,
    Judgement.CARE_AND_CARE_LEAVERS,
    Judgement.OVERALL_EFFECTIVENESS,
)
FOUR = (
    Judgement.IMPACT_OF_LEADERS,
    Judgement.HELP_AND_PROTECTION,
    Judgement.IN_CARE,
    Judgement.CARE_LEAVERS,
)
FIVE = (*FOUR, Judgement.OVERALL_EFFECTIVENESS)
RI = Grade.REQUIRES_IMPROVEMENT


@pytest.fixture(scope="module")
def pdfs(shared: Path) -> Path:
    return shared / "corpus" / "pdfs"


def sample(
    framework: Framework, start: date, grades: dict[Judgement, Grade], **more: object
) -> Reading:
    """An inspection of the invented council Aldermere, as it is read from its PDF."""
    description = SampleReport.model_validate(
        {
            "authority": "Aldermere",
            "framework": framework,
            "periods": (Period(start=start, end=start + timedelta(days=4)),),
            "lead_inspector": "Imogen Fairley",
            "grades": grades,
            "improvements": ("The quality of supervision.",),
            **more,
        }
    )
    report = read_bytes(
        render(description), name="sample.pdf", register=Register.load(REGISTER_FILE)
    )
    assert report.problems == ()
    return report


def directions(earlier: Reading, later: Reading) -> dict[Judgement, Direction]:
    return {change.judgement: change.direction for change in compare(earlier, later).changes}


@pytest.mark.corpus
def test_two_reports_on_one_trust_are_two_authorities(pdfs: Path) -> None:
    """Case 4: North and West Northamptonshire share a trust, the dates and the lead."""
    (report,) = kept_readings([pdfs / "50306547.pdf"])
    assert report.authority is not None
    assert report.authority.name == "West Northamptonshire"
    assert report.framework is Framework.ILACS_2026
    assert (report.inspection_start, report.inspection_end) == (
        date(2026, 5, 11),
        date(2026, 5, 22),
    )


@pytest.mark.corpus
def test_one_provider_of_three_councils_is_three_authorities(pdfs: Path) -> None:
    """Case 11: Kingston and Windsor & Maidenhead have one provider, and reports of their own."""
    kingston, windsor = kept_readings([pdfs / "50267803.pdf", pdfs / "50261980.pdf"])
    assert kingston.authority is not None
    assert windsor.authority is not None
    assert kingston.authority.name == "Kingston upon Thames"
    assert windsor.authority.name == "Windsor and Maidenhead"
    assert {j.grade for j in kingston.judgements} == {Grade.OUTSTANDING}
    assert windsor.grade(Judgement.CARE_LEAVERS) is Grade.OUTSTANDING
    assert windsor.grade(Judgement.IN_CARE) is Grade.GOOD


@pytest.mark.corpus
def test_havering_falls_from_good_to_inadequate(shared: Path, tmp_path: Path) -> None:
    """Case 9: good in 2018, a visit in 2021, inadequate in four of five in February 2024."""
    site = of_authorities(load_corpus(shared / "corpus", today=date(2024, 1, 31)), {"80500"})
    events = events_of_day(site, tmp_path, date(2024, 2, 16))
    change = next(event for event in events if event.type == EventType.GRADE_CHANGE)
    moved = {c["judgement"]: (c["from"], c["to"], c["direction"]) for c in change.detail["changes"]}
    assert moved == {
        "impact_of_leaders": ("good", "inadequate", "worse"),
        "help_and_protection": ("requires_improvement", "inadequate", "worse"),
        "in_care": ("good", "inadequate", "worse"),
        "care_leavers": (None, "requires_improvement", "first"),
        "overall_effectiveness": ("good", "inadequate", "worse"),
    }


@pytest.mark.corpus
def test_a_day_with_many_reports_sends_each_of_them(shared: Path, tmp_path: Path) -> None:
    """Case 10: 12 July 2024, when a pre-election pause ended."""
    day = date(2024, 7, 12)
    site = load_corpus(shared / "corpus", today=date(2024, 7, 11))
    new = [entry for entry in site.listings if entry.published == day]
    site = of_authorities(site, {entry.urn for entry in new})
    events = events_of_day(site, tmp_path, day)
    as_new = {
        event.report.file_id for event in events if event.type == "new_report" and event.report
    }
    assert as_new == {entry.file_id for entry in new}
    assert len(as_new) >= 9


@pytest.mark.corpus
def test_none_of_the_real_statements_of_no_priority_action_is_one(shared: Path) -> None:
    """Case 12: "There are no areas for priority action" is printed as an item of a list."""
    (report,) = kept_readings([shared / "corpus" / "pdfs" / "50004293.pdf"])
    assert not any(area.priority_action for area in report.improvement_areas)
    assert not any("no priority" in a.text.lower() for a in report.improvement_areas)


def test_a_short_inspection_can_fall_on_all_and_the_overall_grade_ends() -> None:
    """Case 2: Somerset, good in 2022, requires improvement on three of four in June 2026."""
    earlier = sample(Framework.ILACS_2018, date(2022, 7, 18), dict.fromkeys(ILACS_2018, Grade.GOOD))
    grades = {**dict.fromkeys(FOUR, RI), Judgement.CARE_LEAVERS: Grade.GOOD}
    later = sample(Framework.ILACS_2026, date(2026, 4, 27), grades)
    assert directions(earlier, later) == {
        Judgement.IMPACT_OF_LEADERS: Direction.WORSE,
        Judgement.HELP_AND_PROTECTION: Direction.WORSE,
        Judgement.IN_CARE: Direction.WORSE,
        Judgement.CARE_LEAVERS: Direction.FIRST,
        Judgement.OVERALL_EFFECTIVENESS: Direction.NOT_GIVEN_ANY_MORE,
    }


def test_rows_of_different_grades_are_not_shifted() -> None:
    """Case 6: St Helens 2023, where every row has another grade than the one before it."""
    grades = {
        Judgement.IMPACT_OF_LEADERS: Grade.GOOD,
        Judgement.HELP_AND_PROTECTION: RI,
        Judgement.IN_CARE: Grade.GOOD,
        Judgement.CARE_LEAVERS: Grade.OUTSTANDING,
        Judgement.OVERALL_EFFECTIVENESS: Grade.GOOD,
    }
    for narrow in (False, True):
        report = sample(
            Framework.ILACS_2023, date(2023, 9, 11), grades, quirks={"narrow_grades": narrow}
        )
        assert {j.judgement: j.grade for j in report.judgements} == grades


def test_a_cell_that_breaks_in_two_is_one_grade() -> None:
    """Case 7: Nottingham and Southend 2019, "Requires improvement" above "to be good"."""
    report = sample(
        Framework.ILACS_2018,
        date(2019, 1, 14),
        dict.fromkeys(ILACS_2018, RI),
        quirks={"narrow_grades": True},
    )
    assert {j.grade for j in report.judgements} == {RI}
    assert {j.as_printed for j in report.judgements} == {"Requires improvement to be good"}


def test_dates_and_name_of_the_running_footer_do_not_count() -> None:
    """Case 13: the footer of some reports has other dates, or another council's name."""
    report = sample(
        Framework.ILACS_2023,
        date(2025, 5, 12),
        dict.fromkeys(FIVE, Grade.GOOD),
        quirks={"footer_dates": "17 April to 1 May 2025", "footer_authority": "Brackenshire"},
    )
    assert report.inspection_start == date(2025, 5, 12)
    assert report.authority is not None
    assert report.authority.name == "Aldermere"


def of_authorities(site: Site, urns: set[str]) -> Site:
    """The same site with only these authorities."""
    return Site(
        [authority for authority in site.authorities if authority.urn in urns],
        [entry for entry in site.listings if entry.urn in urns],
        site.files,
        today=site.today,
    )


def events_of_day(site: Site, folder: Path, day: date) -> list[Event]:
    """Fill from the site as it is, look again on `day`, and return what was detected."""
    with open_world(site, folder, events="withdrawn") as world:
        look(world)
        world.move_to(day)
        look(world)
        with world.app() as app, app.database.read() as session:
            return list(history.events(session))


def look(world: World) -> None:
    with world.app() as app:
        poll(app)
