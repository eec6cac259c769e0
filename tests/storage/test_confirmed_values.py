"""Values that people confirm: they stay, they settle what they are about, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from reports.model import Framework, Grade, Judgement, Kind, Problem, Reading
from storage import facts
from storage.confirmable_fields import fields_about
from storage.confirmed_values import with_confirmed_values
from storage.database import Database
from storage.field_values import ValueRefused, checked_value
from storage.models import Report
from storage.versions import current_report
from tests.storage.readings import GOOD, GRADES, NOW, RI, UNSURE, a_reading, stored

UNCERTAIN = a_reading(grades={**GRADES, Judgement.IN_CARE: None}, problems=[UNSURE])
LOOKED: dict[str, Any] = {"who": "A. Clerk", "why": "page 1, the table", "now": NOW}


def failed() -> Reading:
    """What is left of a document that could not be opened."""
    problem = Problem(code="encrypted", message="The file is encrypted.")
    return Reading(file="x.pdf", sha256="f" * 64, pages=0, problems=(problem,))


def test_a_confirmed_grade_settles_the_problem_about_it() -> None:
    assert fields_about(UNSURE, UNCERTAIN) == ("in_care",)
    reading = with_confirmed_values(UNCERTAIN, {"in_care": "requires_improvement"})
    assert reading.grade(Judgement.IN_CARE) == RI
    assert reading.problems == ()
    assert [j.judgement for j in reading.judgements] == list(GRADES)


def test_a_confirmed_value_settles_nothing_else() -> None:
    other = Problem(code="dates_unclear", message="Two periods are printed.")
    reading = a_reading(grades={**GRADES, Judgement.IN_CARE: None}, problems=[UNSURE, other])
    assert with_confirmed_values(reading, {"lead_inspector": "Ann Other"}).problems == (
        UNSURE,
        other,
    )
    assert with_confirmed_values(reading, {"in_care": "good"}).problems == (other,)
    assert with_confirmed_values(reading, {"inspection_start": "2024-05-13"}).problems == (
        UNSURE,
        other,
    )


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        (
            "2024-06-30",
            "2024-07-04",
            "The inspection would end (24 May 2024) before it began (30 June 2024).",
        ),
        (
            "2018-05-13",
            "2018-05-24",
            "The inspection would have gone on from 13 May 2018 to 24 May 2024.",
        ),
    ],
)
def test_a_confirmed_day_that_contradicts_the_other_as_it_is_read_now_is_a_problem(
    start: str, end: str, message: str
) -> None:
    later = with_confirmed_values(a_reading(), {"inspection_start": start})
    assert [(problem.code, problem.message) for problem in later.problems] == [
        ("dates_unclear", message)
    ]
    assert later.inspection_start is None
    both = {"inspection_start": start, "inspection_end": end}
    assert with_confirmed_values(a_reading(), both).problems == ()


def test_a_mistyped_year_makes_no_report_a_version_of_another_inspection(
    database: Database,
) -> None:
    with database.write() as session:
        before = stored(session, "50000001", a_reading(start=date(2018, 5, 14)))
        report = stored(session, "50000002", a_reading())
        own = report.inspection
        for value, is_open in (("2018-05-13", True), ("2024-05-13", False)):
            facts.confirm(session, report, field="inspection_start", value=value, **LOOKED)
            assert bool(report.problems) is is_open
            assert report.inspection is own
        assert before.inspection is not None
        assert current_report(session, before.inspection) is before


def test_two_grades_that_were_not_read_are_settled_together() -> None:
    grades = {**GRADES, Judgement.IN_CARE: None, Judgement.CARE_LEAVERS: None}
    reading = a_reading(grades=grades, problems=[UNSURE, UNSURE])
    assert len(with_confirmed_values(reading, {"in_care": "good"}).problems) == 2
    assert (
        with_confirmed_values(reading, {"in_care": "good", "care_leavers": "good"}).problems == ()
    )


def test_nothing_confirmed_changes_nothing() -> None:
    assert with_confirmed_values(UNCERTAIN, {}) is UNCERTAIN


def test_a_corrected_date_moves_the_period_with_it() -> None:
    reading = with_confirmed_values(a_reading(), {"inspection_start": "2024-05-06"})
    assert reading.inspection_start == date(2024, 5, 6)
    assert reading.inspection_periods[0].start == date(2024, 5, 6)


def test_a_document_that_was_not_read_is_settled_only_when_everything_is_given() -> None:
    """Nothing passes as read because it is empty."""
    confirmed: dict[str, str | None] = {"document": None, "kind": "inspection"}
    codes = {problem.code for problem in with_confirmed_values(failed(), confirmed).problems}
    assert codes == {"authority_missing", "dates_missing"}
    confirmed |= {"framework": "ilacs_2026"}
    assert "table_missing" in {p.code for p in with_confirmed_values(failed(), confirmed).problems}
    confirmed |= {j: "good" for j in GRADES if j != Judgement.OVERALL_EFFECTIVENESS}
    confirmed |= {"inspection_start": "2026-05-11", "inspection_end": "2026-05-15"}
    confirmed |= {"authority": "havering"}
    whole = with_confirmed_values(failed(), confirmed, authority=a_reading().authority)
    assert whole.problems == ()
    assert len(whole.judgements) == 4


@pytest.mark.parametrize(
    ("field", "text", "refusal"),
    [
        ("in_care", "adequate", "not a grade of"),
        ("in_care", "goood", "did you mean good"),
        (
            "in_care",
            "fine",
            "unknown grade “fine”; choose from outstanding, good, requires_improvement, "
            "inadequate, not_judged$",
        ),
        ("adoption", "good", "has no judgement"),
        ("kind", "inspektion", "did you mean inspection"),
        ("kind", "unknown", "unknown kind of report “unknown”; choose from inspection, "),
        ("inspection_start", "12 May 2024", "is a date such as"),
        ("inspection_end", "2024-01-01", "before it began"),
        ("grades", "good", "^give no value for grades"),
        ("published", None, "^published was not read"),
    ],
)
def test_a_value_that_cannot_be_is_refused(field: str, text: str | None, refusal: str) -> None:
    with pytest.raises(ValueRefused, match=refusal):
        checked_value(field, text, a_reading())


@pytest.mark.parametrize("field", ["kind", "framework"])
def test_what_was_not_recognised_cannot_be_confirmed_without_a_value(field: str) -> None:
    reading = a_reading(kind=Kind.UNKNOWN, framework=Framework.UNKNOWN, grades={})
    with pytest.raises(ValueRefused, match=f"^{field} was not read; give the correct value"):
        checked_value(field, None, reading)


def test_a_framework_that_is_not_in_the_list_can_be_confirmed_as_unknown() -> None:
    assert checked_value("framework", "unknown", a_reading()) == "unknown"


def test_grades_that_were_not_read_cannot_be_confirmed_in_one_go() -> None:
    with pytest.raises(ValueRefused, match="one by one: in_care"):
        checked_value("grades", None, UNCERTAIN)


def test_grades_are_understood_as_printed() -> None:
    assert checked_value("in_care", "Requires improvement to be good", a_reading()) == RI
    assert checked_value("in_care", "requires_improvement", a_reading()) == RI
    assert checked_value("in_care", None, a_reading()) == GOOD
    assert checked_value("lead_inspector", "none", a_reading()) is None


def test_a_correction_survives_reading_again(database: Database) -> None:
    with database.write() as session:
        report = stored(session, "50000001", UNCERTAIN)
        facts.confirm(session, report, field="in_care", value="good", **LOOKED)
        assert report.problems == []
        assert {j.judgement: j.grade for j in report.judgements}["in_care"] == "good"
    with database.write() as session:
        report = session.query(Report).one()
        assert report.as_read is not None
        assert report.as_read["problems"][0]["code"] == "grade_disagreement"
        again = a_reading(grades={**GRADES, Judgement.IN_CARE: Grade.INADEQUATE}, version=2)
        facts.store_reading(session, report, again, now=NOW)
    with database.read() as session:
        report = session.query(Report).one()
        assert facts.reading_of(report).grade(Judgement.IN_CARE) == GOOD
        assert report.as_read is not None
        assert report.as_read["judgements"][2]["grade"] == "inadequate"
        (correction,) = report.confirmed_values
        assert (correction.read_value, correction.value) == (None, "good")
        assert (correction.who, correction.why) == ("A. Clerk", "page 1, the table")
        assert correction.confirmed_at == NOW


NEW_FILE = "b" * 64


def store(session: Session, report: Report, reading: Reading) -> None:
    """Store the reading of another file."""
    report.sha256 = reading.sha256
    facts.store_reading(session, report, reading, now=NOW)


def test_a_correction_stays_for_a_new_file_that_says_the_same(database: Database) -> None:
    with database.write() as session:
        report = stored(session, "50000001", UNCERTAIN)
        report.sha256 = UNCERTAIN.sha256
        facts.confirm(session, report, field="in_care", value="good", **LOOKED)
        store(session, report, UNCERTAIN.model_copy(update={"sha256": NEW_FILE}))
        assert facts.reading_of(report).grade(Judgement.IN_CARE) == GOOD
        assert report.problems == []


@pytest.mark.parametrize(
    ("read", "open_problems"),
    [(Grade.GOOD, 0), (Grade.INADEQUATE, 1), (None, 1)],
    ids=["as corrected", "otherwise", "in doubt again"],
)
def test_a_correction_does_not_count_for_a_file_that_says_something_else(
    database: Database, read: Grade | None, open_problems: int
) -> None:
    with database.write() as session:
        report = stored(session, "50000001", UNCERTAIN)
        report.sha256 = UNCERTAIN.sha256
        facts.confirm(session, report, field="in_care", value="good", **LOOKED)
        new = a_reading(
            grades={**GRADES, Judgement.IN_CARE: read},
            problems=[] if read else list(UNCERTAIN.problems),
            sha256=NEW_FILE,
        ).model_copy(update={"topic": "something else"})
        for _ in range(2):  # when it is read, and read again later
            store(session, report, new)
            assert facts.reading_of(report).grade(Judgement.IN_CARE) == read
            assert [p.code for p in report.problems] == ["grade_disagreement"] * open_problems
        facts.confirm(session, report, field="in_care", value="inadequate", **LOOKED)
        assert report.problems == []
        store(session, report, UNCERTAIN)  # the file has been put back
        assert facts.reading_of(report).grade(Judgement.IN_CARE) == GOOD
        assert report.problems == []


@pytest.mark.parametrize(
    ("field", "value", "words", "code"),
    [
        ("lead_inspector", "Ann Other", "“Ann Other”", "lead_unclear"),
        ("inspection_start", "2024-05-06", "6 May 2024", "dates_unclear"),
        ("published", "2024-07-01", "1 July 2024", "published_unclear"),
        ("kind", "focused_visit", "“focused visit”", "kind_mismatch"),
        ("framework", "ilacs_2018", "“ilacs 2018”", "framework_unknown"),
    ],
)
@pytest.mark.parametrize("settled_by", ["the field", "document"])
def test_each_field_that_a_person_corrected_needs_review_in_a_new_file_that_reads_otherwise(
    database: Database, field: str, value: str, words: str, code: str, settled_by: str
) -> None:
    with database.write() as session:
        report = stored(session, "50000001", a_reading())
        report.sha256 = "a" * 64
        facts.confirm(session, report, field=field, value=value, **LOOKED)
        store(
            session,
            report,
            a_reading(sha256=NEW_FILE).model_copy(update={"topic": "something else"}),
        )
        [problem] = report.problems
        assert problem.code == code
        assert f"since a person confirmed {words} as" in problem.message
        answer = ("document", None) if settled_by == "document" else (field, value)
        facts.confirm(session, report, field=answer[0], value=answer[1], **LOOKED)
        assert report.problems == []


def test_the_newest_correction_counts_and_the_others_stay_on_record(database: Database) -> None:
    with database.write() as session:
        report = stored(session, "50000001", UNCERTAIN)
        facts.confirm(session, report, field="in_care", value="good", **LOOKED)
        facts.confirm(session, report, field="in_care", value="inadequate", **LOOKED)
        assert facts.reading_of(report).grade(Judgement.IN_CARE) == Grade.INADEQUATE
        assert [c.value for c in report.confirmed_values] == ["good", "inadequate"]


def test_a_corrected_start_is_that_of_the_inspection(database: Database) -> None:
    with database.write() as session:
        report = stored(session, "50000001", a_reading())
        facts.confirm(session, report, field="inspection_start", value="2024-05-06", **LOOKED)
        assert report.inspection is not None
        assert report.inspection.start == date(2024, 5, 6)
    with database.read() as session:
        assert len(session.query(Report).one().inspection.reports) == 1  # type: ignore[union-attr]


def test_a_document_dated_as_another_inspection_leaves_it_when_its_days_are_corrected(
    database: Database,
) -> None:
    with database.write() as session:
        true = stored(session, "50000001", a_reading())
        misread = stored(session, "50000002", a_reading(sha256="b" * 64))
        assert misread.inspection is true.inspection
        for field, day in (("inspection_end", "2026-01-23"), ("inspection_start", "2026-01-12")):
            facts.confirm(session, misread, field=field, value=day, **LOOKED)
        assert true.inspection is not None
        assert misread.inspection is not None
        assert misread.inspection is not true.inspection
        assert (true.inspection.start, misread.inspection.start) == (
            date(2024, 5, 13),
            date(2026, 1, 12),
        )


def test_a_confirmed_authority_takes_the_report_along(database: Database) -> None:
    mismatch = Problem(code="authority_mismatch", message="It is about Newham.", page=1)
    with database.write() as session:
        report = stored(session, "50000001", a_reading(problems=[mismatch]))
        facts.confirm(session, report, field="authority", value="newham", **LOOKED)
        assert report.authority.key == "newham"
        assert report.inspection is not None
        assert report.inspection.authority.key == "newham"
        assert report.problems == []
        assert facts.reading_of(report).authority.name == "Newham"  # type: ignore[union-attr]


def test_an_inspection_says_what_its_newest_version_says(database: Database) -> None:
    """Whatever the order of reading."""
    first, second = a_reading(), a_reading().model_copy(update={"lead_inspector": "Ann Other"})
    with database.write() as session:
        new = stored(session, "50000002", second, published=date(2024, 8, 1))
        old = stored(session, "50000001", first, published=date(2024, 7, 12))
        assert old.inspection is new.inspection
        assert old.inspection is not None
        assert old.inspection.lead_inspector == "Ann Other"
        assert current_report(session, old.inspection) is new
        new.withdrawn_at = NOW
        assert current_report(session, old.inspection) is old


def test_other_kinds_are_corrected_too() -> None:
    reading = a_reading(kind=Kind.UNKNOWN, framework=Framework.UNKNOWN, grades={}, start=None)
    changed = with_confirmed_values(
        reading, {"kind": "council_update", "framework": "council_update"}
    )
    assert (changed.kind, changed.framework) == (Kind.COUNCIL_UPDATE, Framework.COUNCIL_UPDATE)
    assert changed.problems == ()


@pytest.mark.parametrize("code", ["authority_mismatch", "authority_unknown", "authority_missing"])
def test_a_document_of_an_uncertain_council_has_no_facts_until_the_council_is_confirmed(
    database: Database, code: str
) -> None:
    doubt = Problem(code=code, message="Whose report is it?", page=1)
    with database.write() as session:
        report = stored(session, "50000001", a_reading(problems=[doubt]))
        assert (report.judgements, report.areas, report.inspection) == ([], [], None)
        kept = facts.reading_of(report)
        assert (kept.judgements, kept.improvement_areas, kept.inspection_start) == ((), (), None)
        facts.confirm(session, report, field="authority", value="newham", **LOOKED)
        assert report.judgements
        assert report.inspection is not None
        assert report.inspection.authority.key == "newham"
