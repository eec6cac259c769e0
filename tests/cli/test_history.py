"""One council's line as people read it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from rich.text import Text

from cli.views.grade_grid import WIDTH, grade_grid
from cli.views.repeats import again_heading, repeat_lines
from cli.views.report import report_lines
from reports.model import Framework, Grade, Judgement, Kind, Monitoring, Problem, Repeat
from storage import facts, history
from storage.authorities import store_register
from storage.database import Database
from storage.models import Authority
from storage.repeats import repeats_of_council
from tests.storage.readings import GRADES, NOW, REGISTER, RI, UNSURE, a_reading, stored

SIF: dict[Judgement, Grade | None] = {
    Judgement.OVERALL_EFFECTIVENESS: RI,
    Judgement.HELP_AND_PROTECTION: RI,
    Judgement.LOOKED_AFTER_AND_PERMANENCE: RI,
    Judgement.ADOPTION: Grade.GOOD,
    Judgement.CARE_LEAVERS: RI,
    Judgement.LEADERSHIP_MANAGEMENT_GOVERNANCE: Grade.INADEQUATE,
    Judgement.LSCB: RI,
}
ILACS_2018: dict[Judgement, Grade | None] = {
    Judgement.IMPACT_OF_LEADERS: Grade.GOOD,
    Judgement.HELP_AND_PROTECTION: Grade.GOOD,
    Judgement.CARE_AND_CARE_LEAVERS: Grade.OUTSTANDING,
    Judgement.OVERALL_EFFECTIVENESS: Grade.GOOD,
}
LONG = (
    "The quality and timeliness of assessments, plans and reviews for every child, including those "
    "who live with neglect over long periods and those who go missing from home or care."
)

FOSTERING, EARLY_HELP = "The number of foster carers.", "The reach of early help."


def fill(database: Database) -> None:
    """A line with three frameworks, a visit, two versions, a withdrawn file and a problem."""
    with database.write() as session:
        stored(
            session,
            "50000001",
            a_reading(framework=Framework.SIF, grades=SIF, start=date(2016, 9, 27)),
            published=date(2016, 12, 9),
        )
        stored(
            session,
            "50000002",
            a_reading(framework=Framework.ILACS_2018, grades=ILACS_2018, start=date(2018, 6, 11)),
            published=date(2018, 8, 1),
        )
        letter = a_reading(
            kind=Kind.FOCUSED_VISIT,
            framework=Framework.FOCUSED_VISIT,
            grades={},
            start=date(2021, 5, 12),
            priority=["The oversight of children at risk."],
        )
        visit = stored(
            session,
            "50000003",
            letter.model_copy(update={"topic": "the front door"}),
            published=date(2021, 6, 20),
        )
        visit.last_seen_at = datetime(2026, 6, 26, 23, 30, tzinfo=UTC)  # 27 June in London
        visit.withdrawn_at = datetime(2026, 6, 29, 23, 30, tzinfo=UTC)
        inadequate = {**GRADES, Judgement.IN_CARE: Grade.INADEQUATE}
        for file_id, grades in (("50000004", inadequate), ("50000005", GRADES)):
            day = date(2024, 2, int(file_id[-1]))
            reading = a_reading(start=date(2023, 12, 11), grades=grades, areas=[LONG])
            stored(session, file_id, reading, published=day)
        unsure = a_reading(
            start=date(2026, 5, 11),
            framework=Framework.ILACS_2026,
            grades={
                Judgement.IMPACT_OF_LEADERS: Grade.GOOD,
                Judgement.IN_CARE: None,
                Judgement.CARE_LEAVERS: None,
            },
            problems=[UNSURE, Problem(code="areas_unclear", message="A list is not clear.")],
        )
        last = stored(session, "50000006", unsure, published=date(2026, 6, 20))
        facts.confirm(
            session,
            last,
            field="care_leavers",
            value="good",
            who="A. Clerk",
            why="page 1, the table",
            now=NOW,
        )


def lines(database: Database, *, width: int = WIDTH) -> list[str]:
    with database.read() as session:
        authority = session.query(Authority).filter_by(key="havering").one()
        reports = history.reports_of(session, authority.id)
        old = history.superseded(reports)
        found: list[Text] = list(grade_grid(reports, width=width))
        for report in reports:
            found += report_lines(report, is_superseded=report.id in old, width=width)
        return [line.plain.rstrip() for line in found]


def row(found: list[str], start: str) -> str:
    return next(line for line in found if line.startswith(start))


@pytest.mark.parametrize("width", [80, 100, 120])
def test_everything_fits_the_terminal(database: Database, width: int) -> None:
    fill(database)
    found = lines(database, width=width)
    addresses = [line for line in found if "https://" in line]
    assert max(len(line) for line in found if line not in addresses) <= width
    at = found[0].index("In care")
    assert row(found, "27 Sep 2016")[at:].startswith(("Requires impr.‡", "Req. impr.‡"))
    assert row(found, "11 Jun 2018")[at:].startswith("Outstanding†")


def test_grades_are_in_columns_across_frameworks_with_the_breaks_marked(
    database: Database,
) -> None:
    fill(database)
    found = lines(database)
    assert found[0].split() == [
        *("Began", "Overall", "Leaders", "Help/protection", "In", "care", "Care", "leavers")
    ]
    breaks = [line.strip("─ ") for line in found if line.startswith("──")]
    assert len(breaks) == 4
    assert breaks[0].startswith("Single inspection framework")
    at = found[0].index("In care")
    assert row(found, "27 Sep 2016")[at:].startswith("Requires impr.‡")
    assert row(found, "11 Jun 2018")[at:].startswith("Outstanding†")
    assert row(found, "11 Dec 2023")[at:].startswith("Good")
    assert row(found, "27 Sep 2016")[found[0].index("Leaders") :].startswith("Inadequate‡")
    assert "Adoption: Good · Safeguarding board: Requires impr." in "\n".join(found)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("inadequate", "Inadequate (read: Good). Corrected"),
        ("good", "Good. Confirmed"),
    ],
)
def test_of_the_values_that_people_gave_the_last_is_shown(
    database: Database, value: str, said: str
) -> None:
    with database.write() as session:
        report = stored(session, "50000007", a_reading(start=date(2026, 5, 11)))
        for given in ("outstanding", value):
            facts.confirm(
                session,
                report,
                field="in_care",
                value=given,
                who="A. Clerk",
                why="page 1.",
                now=NOW,
            )
    text = " ".join(" ".join(lines(database)).split())
    assert f"* Children in care: {said} by A. Clerk on 30 June 2026. Reason: page 1." in text
    assert text.count("A. Clerk") == 1


def test_no_overall_grade_is_made_up_and_no_grade_in_doubt_is_shown_as_one(
    database: Database,
) -> None:
    fill(database)
    found = lines(database)
    last = row(found, "11 May 2026")
    assert last.split() == ["11", "May", "2026", "–", "?", "–", "?", "?"]
    assert "areas for improvement need review" in " ".join(found[found.index(last) :][:3])
    assert "  areas for improvement need review (read:)" in found
    assert "  Impact of leaders: needs review (read: Good)" in found


def test_an_area_send_outcome_in_doubt_is_not_shown_as_one(database: Database) -> None:
    outcome: dict[Judgement, Grade | None] = {Judgement.AREA_SEND_OUTCOME: Grade.INCONSISTENT}
    reading = a_reading(
        kind=Kind.AREA_SEND, framework=Framework.AREA_SEND, grades=outcome, problems=[UNSURE]
    )
    with database.write() as session:
        stored(session, "50000008", reading)
    found = lines(database)
    assert "outcome needs review" in row(found, "13 May 2024")


def test_visits_versions_withdrawn_files_and_problems_are_in_the_line(database: Database) -> None:
    fill(database)
    found = lines(database)
    text = "\n".join(found)
    visit = row(found, "12 May 2021")
    assert "Focused visit · the front door · 1 FOR PRIORITY ACTION · 1 area" in visit
    assert "withdrawn: last listed on 27 Jun 2026" in text
    assert "WITHDRAWN: Ofsted last listed it on 27 June 2026" in text
    assert "2 versions of this report; the newest is shown" in text
    assert "! 2 problems: see below" in text
    assert "! A list is not clear." in text
    assert "PRIORITY ACTION  The oversight of children at risk." in text
    assert "superseded by a newer version of the same inspection" in text
    said = (
        "* Care leavers: Good (not read). Corrected by A. Clerk on 30 June 2026. Reason: page 1, "
    )
    assert said in " ".join(text.split())
    assert LONG in " ".join(line.strip() for line in found)


def test_a_monitoring_visit_shows_what_it_reviewed_and_found(database: Database) -> None:
    found = Monitoring(visit_number=2, progress="Progress is slow.", areas_reviewed=("audits",))
    letter = a_reading(
        kind=Kind.MONITORING_VISIT,
        framework=Framework.MONITORING_VISIT,
        grades={},
        areas=(),
        start=date(2025, 3, 26),
    ).model_copy(update={"monitoring": found})
    with database.write() as session:
        report = stored(session, "50000009", letter, published=date(2025, 4, 29))
        printed = " ".join(str(line) for line in report_lines(report, is_superseded=False))
        data = history.report_as_json(report)
    assert data["areas_need_review"] is False
    assert data["monitoring"] == found.model_dump(mode="json") | {"areas_reviewed": ["audits"]}
    assert "Monitoring visit 2 since the last inspection." in printed
    assert "Areas of the last inspection reviewed: audits." in printed
    assert "Progress found: “Progress is slow.”" in printed


def test_a_predecessor_is_named_and_its_grades_are_not_inherited(database: Database) -> None:
    reading = a_reading(framework=Framework.ILACS_2018, grades=ILACS_2018, start=date(2022, 9, 20))
    with database.write() as session:
        store_register(session, REGISTER)
        stored(session, "50000001", reading, authority="cumbria", published=date(2022, 11, 15))
    with database.read() as session:
        heir = session.query(Authority).filter_by(key="cumberland").one()
        relations = history.relations_of(session, heir)
        (earlier,) = relations.predecessors
        assert earlier.short == "Cumbria"
        reports = history.reports_of(session, earlier.id)
        shown = list(grade_grid(reports, heading="Predecessor: Cumbria", grey=True))
        assert {str(line.style) for line in shown} == {"dim"}
        assert history.reports_of(session, heir.id) == []
        assert [a.short for a in history.relations_of(session, earlier).successors] == [
            "Cumberland",
            "Westmorland and Furness",
        ]


def test_the_trust_that_delivers_services_is_known_with_its_dates(database: Database) -> None:
    with database.write() as session:
        store_register(session, REGISTER)
        council = session.query(Authority).filter_by(key="worcestershire").one()
        (row,) = history.relations_of(session, council).delivered_by
        assert (row.other, row.valid_to) == ("Worcestershire Children First", date(2024, 9, 30))


def test_history_says_what_it_could_not_compare_with(database: Database) -> None:
    doubt = [Problem(code="areas_unclear", message="Not clear.")]
    with database.write() as session:
        stored(session, "1", a_reading(start=date(2018, 6, 11), problems=doubt))
        last = stored(session, "2", a_reading(start=date(2023, 12, 11)))
        *_, found = repeats_of_council(session, history.reports_of(session, last.authority_id))
        (said,) = repeat_lines(found, width=120)
    assert said.plain == (
        "  Not compared with the inspection of 11 June 2018: its areas are not certain; "
        "see its problems."
    )


@pytest.mark.parametrize(
    ("areas", "said"),
    [
        (
            (FOSTERING, EARLY_HELP),
            "Not found again: the 2 areas in the inspection of 11 June 2018. This does not in "
            "itself show improvement.",
        ),
        (
            (FOSTERING, EARLY_HELP, "The quality of supervision."),
            "Of the 3 areas in the inspection of 11 June 2018, 2 were not found again. This does "
            "not in itself show improvement. The other one was raised again, or this report says "
            "something about the same subject.",
        ),
    ],
)
def test_history_says_how_many_areas_were_not_found_again_and_what_of_the_others(
    database: Database, areas: tuple[str, ...], said: str
) -> None:
    with database.write() as session:
        stored(session, "1", a_reading(start=date(2018, 6, 11), areas=areas))
        later = a_reading(start=date(2023, 12, 11), areas=["The regularity of supervision."])
        last = stored(session, "2", later)
        *_, found = repeats_of_council(session, history.reports_of(session, last.authority_id))
        *_, line = repeat_lines(found, width=400)
    assert line.plain.strip() == said


@pytest.mark.parametrize(
    ("strengths", "heading"),
    [
        (("stated", "likely"), "Raised again"),
        (("likely", "possible"), "Raised again, or possibly raised before"),
        (("possible",), "Possibly raised before"),
    ],
)
def test_the_heading_of_repeats_says_where_they_are_only_possible(
    strengths: tuple[str, ...], heading: str
) -> None:
    repeats = [
        Repeat.model_validate(
            {"later": "a", "earlier": "b", "theme": "lado", "strength": one, "facet": None}
        )
        for one in strengths
    ]
    assert again_heading(repeats) == heading
