"""One example for each condition under which two statements name the same issue, in their order."""

from __future__ import annotations

import pytest

from reports.repeats.issues import statement
from reports.repeats.matching import match_statements
from reports.themes.tagging import tag


@pytest.mark.parametrize(
    ("later", "earlier", "issue"),
    [
        ("Case recording.", "The recording of visits to children.", "case_records"),
        ("The timeliness of PEPs.", "Personal education plans.", "pep_virtual_school"),
        ("Decisions on contacts.", "Referrals.", None),
        ("The quality of assessments.", "Assessments of disabled children.", None),
        ("The frequency of supervision.", "The recording of supervision.", None),
        ("The quality of plans.", "The impact of supervision on the quality of plans.", None),
        ("Training, and supervision.", "Caseloads, and supervision.", "supervision"),
        ("The quality of plans.", "Supervision, and the quality of plans.", "cin_cp_plans"),
    ],
)
def test_the_first_condition_that_is_met_decides(
    later: str, earlier: str, issue: str | None
) -> None:
    match = match_statements(*(statement(text, tag(text)) for text in (later, earlier)))
    assert (match and match.issue.id) == issue
