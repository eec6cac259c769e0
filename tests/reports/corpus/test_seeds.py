"""The three inspection reports that the project was handed as text, with what they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from reports.model import Framework, Grade, Judgement
from reports.reader import read_file
from reports.register import Register

pytestmark = pytest.mark.corpus

G, R, I = Grade.GOOD, Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE  # noqa: E741


@dataclass(frozen=True)
class Seed:
    """What one of them says."""

    prefix: str
    authority: str
    urn: str
    start: date
    end: date
    lead: str
    grades: tuple[Grade, Grade, Grade, Grade]
    areas: tuple[str, ...]
    """How each area for improvement starts."""


SEEDS = (
    Seed(
        "000", "Havering", "80500", date(2018, 6, 11), date(2018, 6, 22), "Andy Whippey",
        (G, R, G, G),
        (
            "The quality of management oversight of social work practice, including supervision",
            "The quality of strategy discussions, core groups and children in need planning",
            "Planned support for children returning home from care.",
            "The quality of children's plans so they are explicit about desired outcomes",
            "The consistency and quality of response to and interventions with vulnerable",
        ),
    ),
    Seed(
        "002", "Haringey", "80498", date(2018, 10, 29), date(2018, 11, 9), "Anne Waterman",
        (R, R, R, R),
        (
            "Assessment of children's needs when their circumstances change, in order to inform",
            "Child-focused plans, particularly in the disabled children's team",
            "Timely and effective permanence planning for all children in care",
            "Placement sufficiency for vulnerable adolescents.",
            "The quality and timeliness of case recording, including the recording of management",
            "The quality of audits to inform practice and drive practice improvements.",
            "The strategic partnership response to criminally exploited children.",
            "The offer and take-up of return home interviews and the subsequent use",
            "Pathways to private fostering.",
        ),
    ),
    Seed(
        "004", "Newham", "80511", date(2019, 2, 11), date(2019, 2, 22), "Dawn Godfrey",
        (I, R, I, I),
        (
            "Senior leadership urgency in progressing the improvement plan to address deficits",
            "Senior managers' interaction with social workers to enable staff to feel listened to.",
            "The accuracy and reliability of the existing quality assurance and performance",
            "Opportunities for children to participate in their planning and influence wider",
            "The regularity and quality of staff supervision and management oversight",
            "The quality and timeliness of social work assessments, so that they consistently",
            "The quality and effectiveness of safety planning for children at risk of",
            "The take-up of return home interviews and the effective use of information",
            "Permanence planning for children to ensure that permanence is achieved",
            "The quality of life-story work for all children.",
            "Care leavers' experience of leaving care services and access to outreach workers",
        ),
    ),
)  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.authority)
def test_a_seed_is_read_whole(seed: Seed, shared: Path, register: Register) -> None:
    (path,) = (shared / "seeds").glob(f"{seed.prefix}_*.txt")
    report = read_file(path, register=register)
    assert report.problems == ()
    assert report.framework is Framework.ILACS_2018
    assert report.authority is not None
    assert (report.authority.name, report.authority.urn) == (seed.authority, seed.urn)
    assert (report.inspection_start, report.inspection_end) == (seed.start, seed.end)
    assert report.lead_inspector == seed.lead
    assert [j.judgement for j in report.judgements] == [
        Judgement.IMPACT_OF_LEADERS,
        Judgement.HELP_AND_PROTECTION,
        Judgement.CARE_AND_CARE_LEAVERS,
        Judgement.OVERALL_EFFECTIVENESS,
    ]
    assert tuple(j.grade for j in report.judgements) == seed.grades
    assert len(report.improvement_areas) == len(seed.areas)
    for area, start in zip(report.improvement_areas, seed.areas, strict=True):
        assert area.text.startswith(start)
        assert area.text.endswith(".")
        assert area.heading == "What needs to improve"
        assert not area.priority_action
