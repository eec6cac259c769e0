"""The words people use for grades, judgements, directions and dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol

from reports.london import LONDON
from reports.model import COUNCIL_KINDS, Direction, Framework, Grade, Judgement, Kind, Target

GRADES: dict[str, str] = {
    Grade.OUTSTANDING: "Outstanding",
    Grade.GOOD: "Good",
    Grade.REQUIRES_IMPROVEMENT: "Requires improvement to be good",
    Grade.INADEQUATE: "Inadequate",
    Grade.ADEQUATE: "Adequate",
    Grade.LIMITED: "Limited",
    Grade.NOT_JUDGED: "Not judged",
    Grade.TYPICALLY_POSITIVE: "Typically positive experiences and outcomes",
    Grade.INCONSISTENT: "Inconsistent experiences and outcomes",
    Grade.WIDESPREAD_OR_SYSTEMIC_FAILINGS: "Widespread and/or systemic failings",
}

JUDGEMENTS: dict[str, str] = {
    Judgement.OVERALL_EFFECTIVENESS: "Overall effectiveness",
    Judgement.IMPACT_OF_LEADERS: "Impact of leaders",
    Judgement.HELP_AND_PROTECTION: "Help and protection",
    Judgement.CARE_AND_CARE_LEAVERS: "Children in care and care leavers",
    Judgement.IN_CARE: "Children in care",
    Judgement.CARE_LEAVERS: "Care leavers",
    Judgement.LOOKED_AFTER_AND_PERMANENCE: "Looked-after children and permanence",
    Judgement.ADOPTION: "Adoption",
    Judgement.LEADERSHIP_MANAGEMENT_GOVERNANCE: "Leadership, management and governance",
    Judgement.LSCB: "Local Safeguarding Children Board",
    Judgement.CAPACITY_TO_IMPROVE: "Capacity to improve",
    Judgement.OUTCOMES_FOR_LOOKED_AFTER_CHILDREN: "Outcomes for looked-after children",
    Judgement.QUALITY_OF_PROVISION: "Quality of provision",
    Judgement.LEADERSHIP_AND_MANAGEMENT: "Leadership and management",
    Judgement.QUALITY_OF_PRACTICE: "Quality of practice",
    Judgement.LEADERSHIP_AND_GOVERNANCE: "Leadership and governance",
    Judgement.SAFEGUARDING_OVERALL_EFFECTIVENESS: "Safeguarding: overall effectiveness",
    Judgement.SAFEGUARDING_CAPACITY_FOR_IMPROVEMENT: "Safeguarding: capacity for improvement",
    Judgement.LOOKED_AFTER_OVERALL_EFFECTIVENESS: "Looked-after children: overall effectiveness",
    Judgement.LOOKED_AFTER_CAPACITY_FOR_IMPROVEMENT: (
        "Looked-after children: capacity for improvement"
    ),
    Judgement.OVERALL_PROGRESS: "Overall progress",
    Judgement.AREA_SEND_OUTCOME: "Area SEND outcome",
}

KINDS: dict[str, str] = {
    Kind.INSPECTION: "inspection report",
    Kind.FOCUSED_VISIT: "focused visit report",
    Kind.MONITORING_VISIT: "monitoring visit report",
    Kind.JOINT_INSPECTION: "joint inspection report",
    Kind.AREA_SEND: "area SEND inspection report",
    Kind.AREA_SEND_MONITORING: "area SEND monitoring report",
    Kind.UNANNOUNCED_INSPECTION: "unannounced inspection report",
    Kind.COUNCIL_UPDATE: "council update",
    Kind.UNKNOWN: "report",
}

_ADDRESSEES: dict[str, str] = {
    Target.LSCB: "For the Local Safeguarding Children Board, not the council",
    Target.PARTNERSHIP: "For the partnership of agencies",
    Target.PARTNER: "For a partner, not the council",
}

_SHORT_FRAMEWORKS: dict[str, str] = {
    Framework.SIF: "2013 rules",
    Framework.ILACS_2018: "2018 rules",
    Framework.ILACS_2023: "2023 rules",
    Framework.ILACS_2026: "2026 rules",
    Framework.PRE_2013: "Before 2013",
    Framework.PROTECTION_OF_CHILDREN: "2012 rules",
    Framework.SAFEGUARDING_AND_LOOKED_AFTER: "2009 rules",
}
_ILACS = "Inspecting local authority children’s services"
_FRAMEWORKS: dict[str, str] = {
    Framework.SIF: "Single inspection framework, 2013 to 2018",
    Framework.ILACS_2018: f"{_ILACS} (ILACS), 2018 to 2022",
    Framework.ILACS_2023: f"{_ILACS} (ILACS), January 2023 to March 2026",
    Framework.ILACS_2026: f"{_ILACS} (ILACS), from April 2026",
}

_SCALE = (Grade.INADEQUATE, Grade.REQUIRES_IMPROVEMENT, Grade.GOOD, Grade.OUTSTANDING)
"""The order of the four-point scale; other grades have no place on it."""

SIGNS: dict[Direction, str] = {
    Direction.BETTER: "▲",
    Direction.WORSE: "▼",
    Direction.SAME: "=",
    Direction.FIRST: "★",
    Direction.NOT_GIVEN_ANY_MORE: "–",
    Direction.NOT_COMPARABLE: "≠",
}
"""Each direction has a sign of its own shape: colour alone must never distinguish them."""

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
FEWEST_FOR_PERCENT = 20
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class _Graded(Protocol):
    """A judgement as a report gives it or as it is stored, or a change of one."""

    @property
    def judgement(self) -> str: ...


def grade_words(grade: str | None) -> str | None:
    """Return a grade in words; None stays None. The key of an unknown grade becomes its words."""
    return None if grade is None else GRADES.get(grade, grade.replace("_", " ").capitalize())


def short_grade_words(grade: str | None) -> str | None:
    """Return a grade in short, for tables: "Requires improvement" without "to be good"."""
    words = grade_words(grade)
    return words.removesuffix(" to be good") if words else None


def number_graded_words(number: int, grade: str) -> str:
    """Return how many councils have a grade: "3 good", "1 requires improvement", "2 require …"."""
    words = (short_grade_words(grade) or "").lower()
    if number != 1:
        words = words.replace("requires", "require", 1)
    return f"{number} {words}"


def judgement_words(judgement: str) -> str:
    """Return the short name of a judgement."""
    return JUDGEMENTS.get(judgement, judgement.replace("_", " ").capitalize())


def short_framework_words(framework: str) -> str:
    """Return Ofsted’s rules for an inspection by the year they began: "2018 rules"."""
    return _SHORT_FRAMEWORKS.get(framework, "Other rules")


def full_framework_words(framework: str) -> str:
    """Return the full name of a framework of full inspections; empty for any other."""
    return _FRAMEWORKS.get(framework, "")


def addressee_words(target: str, body: str | None, *, kind: str | None) -> str:
    """Return whom an area for improvement addresses; empty where it is the inspected body itself.

    `body` is who must act in the report's own words, if it says so. `kind` is that of the report.
    """
    if body:
        return f"For: {body}"
    if target == Target.PARTNERSHIP and kind not in COUNCIL_KINDS:
        return ""
    return _ADDRESSEES.get(target, "")


def inspected_words(kind: str | None) -> str:
    """Return what inspectors did on the days that a report is about: "inspected" or "visited"."""
    return "visited" if kind in (Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT) else "inspected"


def estimate_words(grade: str | None, *, gaps: int, waiting_longer: int) -> str:
    """Return, in a sentence, what the likely time of the next inspection is based on.

    `grade` is the last overall grade, None where there was none. `gaps` is the number of earlier
    inspections with a known next one, `waiting_longer` the number of councils that have already
    waited longer than this window.
    """
    graded = f" graded {(grade_words(grade) or '').lower()}" if grade else ""
    said = (
        "This is our estimate, not Ofsted’s plan. After 8 in 10 of the earlier "
        f"inspections{graded} ({gaps} in all), the next one came within the period given here"
    )
    if waiting_longer:
        councils = "council has" if waiting_longer == 1 else "councils have"
        said += f"; {waiting_longer} {councils} already waited longer"
    return f"{said}."


def direction_words(direction: Direction, earlier: str | None, later: str | None) -> str:
    """Return how a judgement moved, in words: "down one grade", "same grade"."""
    match direction:
        case Direction.BETTER | Direction.WORSE:
            way = "up" if direction == Direction.BETTER else "down"
            steps = grade_steps(earlier, later)
            return f"{way} {number_words(steps)} grade{'s' if steps > 1 else ''}" if steps else way
        case Direction.SAME:
            return "same grade"
        case Direction.FIRST:
            return "first grade"
        case Direction.NOT_GIVEN_ANY_MORE:
            return "no longer given"
        case Direction.NOT_COMPARABLE:
            return "not comparable"


def overall_first(graded: _Graded) -> bool:
    """Return the key by which lists of judgements for people are sorted: the overall grade first.

    The others stay in the order of the report.
    """
    return graded.judgement != Judgement.OVERALL_EFFECTIVENESS


def grade_steps(earlier: str | None, later: str | None) -> int:
    """Return the distance of two grades on the four-point scale; 0 unless both are on it."""
    if earlier not in _SCALE or later not in _SCALE:
        return 0
    return abs(_SCALE.index(Grade(earlier)) - _SCALE.index(Grade(later)))


def number_words(number: int) -> str:
    """Return a number from 0 to 10 as a word ("no" for 0), and any other in figures."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else str(number)


def capitalised(text: str) -> str:
    """Return a text as the beginning of a sentence. Its other letters stay as they are."""
    return f"{text[:1].upper()}{text[1:]}"


def uncapitalised(text: str) -> str:
    """Return a name or a sentence as it is in the middle of a sentence: "impact of leaders"."""
    return f"{text[:1].lower()}{text[1:]}"


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Return a number with its noun: "1 report", "3 reports". `plural` is for irregular ones."""
    return f"{number} {singular if number == 1 else plural or f'{singular}s'}"


def share_in_words(number: int, of: int) -> str:
    """Return a share: "58% (14 of 24)"; only "3 of 7" where a percentage would say too much."""
    if of < FEWEST_FOR_PERCENT:
        return f"{number} of {of}"
    return f"{number / of:.0%} ({number} of {of})"


def listed_words(words: Sequence[str]) -> str:
    """Return words as a list: "2022, 2020 and 2019"."""
    *most, last = words or [""]
    return f"{', '.join(most)} and {last}" if most else last


def either_words(words: Sequence[str]) -> str:
    """Return words of which one is meant: "daily, weekly or monthly"."""
    *most, last = words or [""]
    return f"{', '.join(most)} or {last}" if most else last


def numbered_pages(pages: Iterable[int]) -> str:
    """Return the pages of a document: "page 3", "pages 3, 4 and 6"; empty where none is known."""
    known = [str(page) for page in sorted(set(pages))]
    if not known:
        return ""
    return f"{'page' if len(known) == 1 else 'pages'} {listed_words(known)}"


def region_words(region: str) -> str:
    """Return a region as a sentence names it: "the North West", "London"."""
    return region if region.startswith(("London", "Yorkshire")) else f"the {region}"


def iso(when: date | None) -> str | None:
    """Return a date or an instant as JSON has it."""
    return when.isoformat() if when else None


def uk_date(day: date) -> str:
    """Return a date as it is written in the UK: 3 May 2024."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def uk_time(moment: datetime) -> str:
    """Return an instant in London time: Friday 3 May 2024, 13:02."""
    local = moment.astimezone(LONDON)
    return f"{local:%A} {uk_date(local.date())}, {local:%H:%M}"


def month_words(day: date) -> str:
    """Return the month of a date: May 2024."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


def uk_period(start: date, end: date | None) -> str:
    """Return a period as Ofsted prints it: 22 April to 3 May 2024."""
    if end is None or end == start:
        return uk_date(start)
    if start.year != end.year:
        return f"{uk_date(start)} to {uk_date(end)}"
    first = str(start.day)
    if start.month != end.month:
        first += f" {_MONTHS[start.month - 1]}"
    return f"{first} to {uk_date(end)}"


def uk_periods(periods: Sequence[tuple[date, date | None]]) -> str | None:
    """Return the stays of the inspectors, joined by "and"; None where none is known."""
    return " and ".join(uk_period(start, end) for start, end in periods) or None
