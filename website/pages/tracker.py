"""Follow each issue through a council's inspections and visits. Pure, except for the stored rows.

An issue begins where an area for improvement is first raised, and goes on wherever a later report
raises it again (`storage.repeats`). An issue that is not mentioned any more has not been shown to
be solved.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from reports.model import Kind, Repeat
from reports.repeats.words import tier_words
from reports.safe_text import plain_line
from reports.themes.names import issue_name
from reports.wording import listed_words, month_words
from storage.models import Report
from storage.repeats import start_of
from website import addresses
from website.charts.tracker import Column, TrackerChart, TrackerRow
from website.pages.kept import kept_with_council
from website.pages.page import Link
from website.pages.report_view import heading_of
from website.pages.words import common_words, sure_words, tier_rank
from website.snapshot import Council

# More rows do not fit on a screen; the table has all.
MOST_IN_CHART = 12
_KINDS = (Kind.INSPECTION, Kind.FOCUSED_VISIT, Kind.MONITORING_VISIT)


@dataclass(frozen=True, kw_only=True)
class TrackedIssue:
    """One issue. `mentions` are the reports that raised it, the earliest first; `months` when.

    `since` says in words what followed the last mention. `tier` is how sure the whole history is:
    as sure as the weakest link that it needs; `sure` is how often such links are right.
    `latest_link` says how sure the last link is, where it is surer. `common` is how common the
    issue is.
    `places` are the positions of the reports in the council's line. `number` tells it from other
    issues of the same name; 0 where there are none.
    """

    issue: str
    theme: Link
    mentions: tuple[Link, ...]
    months: tuple[str, ...]
    since: str
    still_raised: bool
    tier: str
    tier_class: str
    sure: str
    latest_link: str
    common: str
    latest_words: str
    places: tuple[int, ...]
    number: int = 0

    @property
    def name(self) -> str:
        """The name in the chart and the table, such as "Supervision (2)"."""
        return f"{self.issue} ({self.number})" if self.number else self.issue

    @property
    def is_possible(self) -> bool:
        """Whether the history is only possibly of one issue."""
        return self.tier_class == "possible"

    @property
    def all_months(self) -> str:
        """When reports raised it: "May 2018, June 2021 and May 2024"."""
        return listed_words(self.months)

    @property
    def one_line(self) -> str:
        """Its name, when it was raised, how sure that is and how common it is."""
        said = (f"{self.issue}: {self.all_months}", self.sure_words, self.latest_link, self.common)
        return ". ".join(part.rstrip(".") for part in said if part) + "."

    @property
    def sure_words(self) -> str:
        """How sure the whole history is: "Likely the same issue (about 8 in 10)"."""
        return f"{self.tier} ({self.sure})" if self.sure else self.tier

    @property
    def times_words(self) -> str:
        """When it was raised: "Raised 3 times: May 2018, June 2021 and May 2024"."""
        times = "twice" if len(self.months) == 2 else f"{len(self.months)} times"
        return f"Raised {times}: {self.all_months}"


@dataclass(frozen=True, kw_only=True)
class Tracker:
    """All issues that were raised more than once.

    Those that are still raised come first, then those raised most often.
    """

    issues: tuple[TrackedIssue, ...]
    chart: TrackerChart | None


_Node = tuple[int, str]
_RepeatLink = tuple[Report, Report, Repeat]


@kept_with_council
def tracker(council: Council) -> Tracker:
    """Return the issues of one council."""
    line = [report for report in council.current if report.kind in _KINDS]
    places = {report.id: place for place, report in enumerate(line)}
    links = [
        (found.report, earlier, repeat)
        for found in council.repeats.values()
        if found.report.id in places
        for earlier, repeat in found.repeats
        if earlier.id in places
    ]
    issues = [_issue(line, places, group) for group in _threads(links)]
    issues.sort(key=lambda issue: (not issue.still_raised, -len(issue.places), issue.issue))
    issues = list(_told_apart(issues))
    return Tracker(issues=tuple(issues), chart=_chart(council, line, issues))


def _told_apart(issues: list[TrackedIssue]) -> Iterable[TrackedIssue]:
    """Yield the issues, with numbers where several have the same name.

    Without them, a "Supervision" could be raised in a report in which another is not mentioned.
    """
    names = Counter(issue.issue for issue in issues)
    counted: Counter[str] = Counter()
    for issue in issues:
        counted[issue.issue] += 1
        several = names[issue.issue] > 1
        yield replace(issue, number=counted[issue.issue]) if several else issue


def _threads(links: Iterable[_RepeatLink]) -> list[list[_RepeatLink]]:
    """Return the links of each issue: those that statements have in common, directly or not."""
    groups: defaultdict[_Node, list[_RepeatLink]] = defaultdict(list)
    known = list(links)
    joined = _Joined()
    for link in known:
        joined.join(*_nodes(link))
    for link in known:
        groups[joined.root(_nodes(link)[0])].append(link)
    return list(groups.values())


class _Joined:
    """Statements of reports that are joined into groups."""

    def __init__(self) -> None:
        self._parent: dict[_Node, _Node] = {}

    def root(self, node: _Node) -> _Node:
        """Return the statement that stands for the group of a statement."""
        while self._parent.setdefault(node, node) != node:
            node = self._parent[node]
        return node

    def join(self, one: _Node, other: _Node) -> None:
        self._parent[self.root(one)] = self.root(other)

    def reports_with(self, node: _Node) -> set[int]:
        """Return the ids of the reports in the group of a statement."""
        root = self.root(node)
        return {
            report_id for report_id, text in self._parent if self.root((report_id, text)) == root
        }


def _nodes(link: _RepeatLink) -> tuple[_Node, _Node]:
    later, earlier, repeat = link
    return (later.id, repeat.later), (earlier.id, repeat.earlier)


def _weakest(group: Sequence[_RepeatLink], reports: Set[int]) -> Repeat:
    """Return the weakest link without which an issue would not reach all its reports.

    Weaker links that only lead to the same reports again do not count.
    """
    joined = _Joined()
    for link in sorted(group, key=lambda one: _sureness(one[2]), reverse=True):
        joined.join(*_nodes(link))
        if joined.reports_with(_nodes(link)[0]) == reports:
            return link[2]
    raise AssertionError("all links of an issue lead to all its reports")


def _issue(
    line: list[Report], places: Mapping[int, int], group: Sequence[_RepeatLink]
) -> TrackedIssue:
    last = max(group, key=lambda link: (places[link[0].id], _sureness(link[2])))
    repeat = last[2]
    reports = {report.id for later, earlier, _ in group for report in (later, earlier)}
    raised = sorted(places[report_id] for report_id in reports)
    weakest = _weakest(group, reports)
    tier = _tier(weakest)
    return TrackedIssue(
        issue=issue_name(repeat.theme, repeat.facet),
        theme=Link(label="theme", href=addresses.theme_page(repeat.theme)),
        mentions=tuple(
            Link(label=heading_of(line[at]), href=addresses.report_page(line[at].file_id))
            for at in raised
        ),
        months=tuple(month_words(start_of(line[at])) for at in raised),
        since=_since(line, raised[-1]),
        still_raised=not any(report.kind == Kind.INSPECTION for report in line[raised[-1] + 1 :]),
        tier=tier,
        tier_class=weakest.strength,
        sure=sure_words(weakest),
        latest_link=_latest_link(last) if tier != _tier(repeat) else "",
        common=common_words(repeat, council=True),
        latest_words=plain_line(repeat.later),
        places=tuple(raised),
    )


def _tier(repeat: Repeat) -> str:
    return tier_words(repeat.strength, confirmed=repeat.confirmed)


def _latest_link(link: _RepeatLink) -> str:
    """Return "July 2023 and November 2025: likely the same issue (more than 9 in 10)"."""
    later, earlier, repeat = link
    tier = _tier(repeat)
    sure = f" ({said})" if (said := sure_words(repeat)) else ""
    months = f"{month_words(start_of(earlier))} and {month_words(start_of(later))}"
    return f"{months}: {tier[:1].lower()}{tier[1:]}{sure}"


def _sureness(repeat: Repeat) -> tuple[bool, int, float]:
    """Return a key that sorts the surest repeat last."""
    tier, certainty = tier_rank(repeat)
    return repeat.confirmed, -tier, -certainty


def _since(line: list[Report], last: int) -> str:
    """Return what followed the last mention, in words."""
    after = line[last + 1 :]
    full = [report for report in after if report.kind == Kind.INSPECTION]
    if full:
        return f"Not mentioned in the full inspection of {month_words(start_of(full[-1]))}"
    if line[last].kind == Kind.INSPECTION:
        return "Raised at the last full inspection"
    return "Raised at a visit since the last full inspection"


def _chart(council: Council, line: list[Report], issues: list[TrackedIssue]) -> TrackerChart | None:
    if not issues:
        return None
    used = sorted({place for issue in issues for place in issue.places})
    # The last full inspection has its column also where it raises none of these again.
    full = [place for place, report in enumerate(line) if report.kind == Kind.INSPECTION]
    used = sorted({*used, *full[-1:]})
    columns = {place: at for at, place in enumerate(used)}
    return TrackerChart(
        title=f"{council.name}: issues raised again",
        description="The table below says the same in words.",
        columns=tuple(
            Column(
                when=f"{start_of(line[place]):%b %Y}",
                visit=line[place].kind != Kind.INSPECTION,
            )
            for place in used
        ),
        rows=tuple(
            TrackerRow(
                label=issue.name,
                raised=tuple(columns[place] for place in issue.places),
                sure=issue.tier_class,
            )
            for issue in issues[:MOST_IN_CHART]
        ),
    )
