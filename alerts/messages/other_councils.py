"""How other councils were graded on the same judgements, in words."""

from __future__ import annotations

from alerts.messages.context import GroupMember, ReportContext
from alerts.messages.lengths import LONGEST_NAME
from alerts.messages.message import Link, OtherCouncil, OtherCouncils, OtherCouncilsLine
from reports.analysis.peers import GradeCount
from reports.safe_text import plain_line, shortened, web_address
from reports.wording import judgement_words, number_graded_words, uk_date


def other_councils(context: ReportContext, hosts: set[str]) -> OtherCouncils | None:
    """Describe the neighbours and the region; None where no grades can be compared."""
    groups = [group for group in (context.neighbours, context.region) if group is not None]
    if not groups:
        return None
    lines = [
        OtherCouncilsLine(
            judgement=judgement_words(counted.judgement),
            group=shortened(plain_line(group.name), LONGEST_NAME),
            said=_counts(counted),
        )
        for group in groups
        for counted in group.counted
        if counted.known
    ]
    return OtherCouncils(
        lines=tuple(lines),
        neighbours=tuple(
            _council(member, hosts)
            for member in (context.neighbours.members if context.neighbours else ())
        ),
    )


def _counts(counted: GradeCount) -> str:
    """Return counts: "2 outstanding, 5 good, 2 without a comparable grade".

    A council without one has no grade under a comparable framework, or none is stored.
    """
    said = [number_graded_words(number, grade) for grade, number in counted.grades]
    if without := counted.members - counted.known:
        said.append(f"{without} without a comparable grade")
    return ", ".join(said)


def _council(member: GroupMember, hosts: set[str]) -> OtherCouncil:
    report = member.report
    url = web_address(report.url, hosts) if report else None
    name = shortened(plain_line(member.authority.short), LONGEST_NAME)
    start = report.inspection.start if report and report.inspection else None
    return OtherCouncil(
        name=name,
        inspected=uk_date(start) if start else "",
        report=Link(label=name, url=url) if url else None,
    )
