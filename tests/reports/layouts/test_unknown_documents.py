"""Documents that are not a report on a council's services for children."""

from __future__ import annotations

import pytest

from reports.model import Kind
from tests.reports.conftest import codes
from tests.reports.layouts.conftest import Read

UNKNOWN = {
    "children's home": "Inspection report for children’s home\n\nReference number: SC012345\n"
    "Inspection date: 4 May 2021\nOverall experiences and progress: good\n",
    "school": "Bury High School\n\nInspection of a good school\n\nInspection dates: 4 and 5 May "
    "2021\n\nOutcome\n\nThe school continues to be a good school.\n",
    "college": "Bury College\n\nFurther education and skills inspection report\n\n"
    "Inspection dates: 4 to 7 May 2021\n\nOverall effectiveness\tGood\n",
    "prison": "HMP Bury\n\nMonitoring visit report\n\nInspection dates: 4 to 5 May 2021\n\n"
    "Themes\n\nWhat progress have leaders made?\tReasonable progress\n",
    "Wales": "Care Inspectorate Wales\n\nInspection of Cardiff children’s services\n\n"
    "Inspection dates: 4 to 7 May 2021\n\nStrengths\n\n- Leaders listen.\n",
    "Scotland": "Joint inspection of services for children at risk of harm in Fife\n\n"
    "Care Inspectorate, Healthcare Improvement Scotland\n\nWe evaluate leadership as good.\n",
    "Northern Ireland": "Regulation and Quality Improvement Authority\n\nInspection report\n\n"
    "Inspection dates: 4 May 2021\n\nAreas for improvement\n\n- Records.\n",
    "school monitoring": "Dear Ms Roe\n\nMonitoring inspection visit to Bury High School\n\n"
    "This letter summarises the findings of the monitoring visit to Bury High School on 4 May "
    "2021.\n\nYours sincerely\n\nAnn Lee\nHer Majesty’s Inspector\n",
    "school visit": "Dear Ms Roe\n\nMonitoring visit to Bury High School\n\n"
    "This letter summarises the findings of the monitoring visit to Bury High School on 4 May "
    "2021.\n\nYours sincerely\n\nAnn Lee\nHer Majesty’s Inspector\n",
    "SEND strategy": "Dear colleague\n\nJoint area SEND strategy in Bury\n\nWe consult.\n",
}


@pytest.mark.parametrize("text", UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_not_a_report_on_a_councils_services_stays_unknown(read: Read, text: str) -> None:
    reading = read(text)
    assert (reading.kind, reading.authority) == (Kind.UNKNOWN, None)
    assert codes(reading) == {"layout_unknown"}
