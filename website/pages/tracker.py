"""Follow each issue through a council's inspections and visits. Pure, except for the stored rows.

An issue begins where an area for improvement is first raised, and goes on wherever a later report
raises it again (`storage.repeats`). A row has links of one theme alone, and has the name of an
issue only where all its links are known as that issue: otherwise it has the name of the theme.
Links that are more likely wrong than right are left out. An issue that is not found again has not
been shown to be solved.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from reports.model import Kind, Repeat
from reports.repeats.words import strength_words
from reports.safe_text import plain_line
from reports.themes.names import issue_name, theme_name
from reports.themes.tagging import tag
from reports.wording import listed_words, month_words, uncapitalised
from storage.models import Report
from storage.repeats import start_of
from website import addresses
from website.charts.tracker import TrackerChart, TrackerColumn, TrackerRow
from website.pages.followed import (
    Followed,
    RepeatLink,
    began_words,
    is_likely_enough,
    is_sure,
    name_of,
    nodes,
    since_words,
)
from website.pages.kept import kept_with_council
from website.pages.latest import OWN_KINDS
from website.pages.links import report_link
from website.pages.page import Link
from website.pages.tracked_issues import Statement, TrackedIssue, Tracker
from website.pages.words import (
    common_words,
    strength_rank,
    sure_words,
)
from website.snapshot import Council

MOST_IN_CHART = 12
"""More rows do not fit on a screen; the table has all."""


@kept_with_council
def tracker(council: Council) -> Tracker:
    """Return the issues of one council."""
    line = [report for report in council.current if report.kind in OWN_KINDS]
    places = {report.id: place for place, report in enumerate(line)}
    links = [
        (found.report, earlier, repeat)
        for found in council.repeats.values()
        if found.report.id in places
        for earlier, repeat in found.repeats
        if earlier.id in places
    ]
    in_order = sorted(links, key=lambda link: places[link[0].id])
    followed = Followed(council=council, line=line, places=places, links=in_order)
    issues = [_issue(followed, group) for group in _rows(links)]
    issues.sort(key=_order)
    issues = list(_told_apart(issues))
    return Tracker(
        issues=tuple(issues),
        chart=_chart(council, line, issues),
        theme_pages_raised_again=tuple(
            sorted(map(addresses.theme_page, followed.themes_raised_again()))
        ),
    )


def _order(issue: TrackedIssue) -> tuple[bool, bool, int, int, str]:
    """Return the key by which issues are sorted (see `Tracker`)."""
    often = (-len(issue.sure_months), -len(issue.places))
    return not issue.still_raised, issue.is_possible, *often, issue.issue


def _told_apart(issues: list[TrackedIssue]) -> Iterable[TrackedIssue]:
    """Yield the issues, with numbers where several have the same name.

    Without numbers, the same report could seem to raise "Supervision" and not to raise it again.
    """
    names = Counter(issue.issue for issue in issues)
    counted: Counter[str] = Counter()
    for issue in issues:
        counted[issue.issue] += 1
        several = names[issue.issue] > 1
        yield replace(issue, number=counted[issue.issue]) if several else issue


def _rows(links: Iterable[RepeatLink]) -> list[list[RepeatLink]]:
    """Return the links of each row: those of one theme that share statements."""
    by_theme: defaultdict[str, list[RepeatLink]] = defaultdict(list)
    for link in links:
        if is_likely_enough(link[2]):
            by_theme[link[2].theme].append(link)
    return [group for theme in by_theme.values() for group in _threads(theme)]


def _threads(links: Iterable[RepeatLink]) -> list[list[RepeatLink]]:
    """Return the links of each issue: those that share statements, directly or by other links."""
    groups: defaultdict[Statement, list[RepeatLink]] = defaultdict(list)
    known = list(links)
    joined = _Joined()
    for link in known:
        joined.join(*nodes(link))
    for link in known:
        groups[joined.root(nodes(link)[0])].append(link)
    return list(groups.values())


class _Joined:
    """Statements of reports that are joined into groups."""

    def __init__(self) -> None:
        self._parent: dict[Statement, Statement] = {}

    def root(self, node: Statement) -> Statement:
        """Return the one statement of a group by which the group is known."""
        while self._parent.setdefault(node, node) != node:
            node = self._parent[node]
        return node

    def join(self, one: Statement, other: Statement) -> None:
        self._parent[self.root(one)] = self.root(other)

    def groups(self) -> list[set[Statement]]:
        """Return all groups."""
        found: defaultdict[Statement, set[Statement]] = defaultdict(set)
        for node in self._parent:
            found[self.root(node)].add(node)
        return list(found.values())


def _sure_core(group: Sequence[RepeatLink], last: int | None = None) -> Sequence[RepeatLink]:
    """Return the links that are more than possible and join the most reports of an issue.

    Given the id of its `last` report, only links that join that report to others are returned.
    Empty where there are none.
    """
    sure = [link for link in group if is_sure(link[2])]
    cores = [core for core in _threads(sure) if last is None or last in _reports(core)]
    return max(cores, key=lambda core: len(_reports(core)), default=())


def _reports(links: Iterable[RepeatLink]) -> set[int]:
    return {report.id for later, earlier, _ in links for report in (later, earlier)}


def _statements(links: Iterable[RepeatLink]) -> tuple[Statement, ...]:
    return tuple(sorted({node for link in links for node in nodes(link)}))


def _weakest(group: Sequence[RepeatLink]) -> Repeat:
    """Return the weakest link without which an issue would not reach all its reports.

    Weaker links that only lead to the same reports again do not count.
    """
    joined = _Joined()
    reports = _reports(group)
    for link in sorted(group, key=lambda link: _sureness(link[2]), reverse=True):
        joined.join(*nodes(link))
        if any({report_id for report_id, _ in group} == reports for group in joined.groups()):
            return link[2]
    raise AssertionError("all links of an issue lead to all its reports")


def _surer(group: Iterable[RepeatLink], last: RepeatLink, weakest: Repeat) -> str:
    """Return which reports are more surely of one issue than the whole history, in words."""
    words = _strength_words(last[2])
    if words == _strength_words(weakest):
        return ""
    earlier = {
        start_of(link[1])
        for link in group
        if link[0].id == last[0].id and _strength_words(link[2]) == words
    }
    months = listed_words([month_words(day) for day in (*sorted(earlier), start_of(last[0]))])
    return f"{uncapitalised(words)} for {months}"


def _strength_words(repeat: Repeat) -> str:
    return strength_words(repeat.strength, confirmed=repeat.confirmed)


def _issue(followed: Followed, group: Sequence[RepeatLink]) -> TrackedIssue:
    line, places = followed.line, followed.places
    last = max(group, key=lambda link: (places[link[0].id], _sureness(link[2])))
    repeat = last[2]
    raised = sorted(places[report_id] for report_id in _reports(group))
    core = _sure_core(group, line[raised[-1]].id)
    before = core or _sure_core(group)
    sure = sorted(places[report_id] for report_id in _reports(before or group))
    weakest = _weakest(core or group)
    names = {name_of(link) for link in group}
    now = [link for link in group if places[link[0].id] >= followed.last_full]
    statements = _statements(group)
    issues = {(repeat.theme, repeat.facet) for _, _, repeat in group if repeat.facet}
    since, no_longer_named = since_words(followed, raised[-1], statements, issues, repeat.theme)
    return TrackedIssue(
        issue=theme_name(repeat.theme) if len(names) > 1 else name_of(last),
        theme=Link(label="theme", href=addresses.theme_page(repeat.theme)),
        mentions=tuple(report_link(line[at]) for at in raised),
        known_as=_known_as(group, [line[at].id for at in raised]),
        months=tuple(month_words(start_of(line[at])) for at in raised),
        since=since,
        began=began_words(followed, raised[0], statements, repeat.theme),
        no_longer_named=no_longer_named,
        still_raised=raised[-1] >= followed.last_full,
        raised_as=tuple(sorted(set(map(name_of, now)))),
        surely_raised_as=tuple(sorted({name_of(link) for link in now if is_sure(link[2])})),
        strength_words=_strength_words(weakest),
        strength=weakest.strength,
        sure=sure_words(weakest),
        surer=_surer(group, last, weakest),
        sure_months=tuple(month_words(start_of(line[at])) for at in sure),
        common=_common(repeat, of_theme=len(names) > 1),
        last_report_is=_last_report_is(followed, raised[-1]),
        progress=_progress(followed.council, now),
        latest_words=plain_line(repeat.later),
        places=tuple(raised),
        sure_places=tuple(sure),
        statements=statements,
        sure_statements=_statements(core or group),
    )


def _last_report_is(followed: Followed, last: int) -> str:
    """Return which of the latest reports one is, in words; empty for an earlier report."""
    if last < followed.last_full:
        return ""
    if last == followed.last_full:
        return "the last full inspection"
    return "the latest visit" if last == len(followed.line) - 1 else "a visit since"


def _progress(council: Council, now: Iterable[RepeatLink]) -> str:
    """Return a sentence if a report also says that an issue it raises has improved; else empty."""
    for later, _, repeat in now:
        improved = council.repeats[later.id].improved
        issues = {(found.theme, found.facet) for text in improved for found in tag(text)}
        if repeat.facet and (repeat.theme, repeat.facet) in issues:
            return "The report also speaks of improvement here."
    return ""


def _known_as(group: Iterable[RepeatLink], reports: Iterable[int]) -> tuple[str, ...]:
    """Return what the links of each report call the issue; nothing where all call it the same.

    The words of a report are empty where its links name only the theme, as the row does.
    """
    known = list(group)
    if len({name_of(link) for link in known}) == 1:
        return ()
    theme = theme_name(known[0][2].theme)
    return tuple(
        "; ".join(
            name
            for name in dict.fromkeys(
                name_of(link) for link in known if report_id in (link[0].id, link[1].id)
            )
            if name != theme
        )
        for report_id in reports
    )


def _common(repeat: Repeat, *, of_theme: bool) -> str:
    """Return how common an issue is. Its name is given where the row has that of the theme."""
    words = common_words(repeat, council=True)
    if not of_theme:
        return words
    return words.replace("This issue", f"“{issue_name(repeat.theme, repeat.facet)}”")


def _sureness(repeat: Repeat) -> tuple[bool, int, float]:
    """Return a key that sorts the surest repeat last."""
    strength, certainty = strength_rank(repeat)
    return repeat.confirmed, -strength, -certainty


def _chart(council: Council, line: list[Report], issues: list[TrackedIssue]) -> TrackerChart | None:
    if not issues:
        return None
    used = sorted({place for issue in issues for place in issue.places})
    # The last full inspection has a column even if it raises none of these again.
    full = [place for place, report in enumerate(line) if report.kind == Kind.INSPECTION]
    used = sorted({*used, *full[-1:]})
    columns = {place: at for at, place in enumerate(used)}
    return TrackerChart(
        title=f"{council.name}: issues raised again",
        description="The table below says the same in words.",
        columns=tuple(
            TrackerColumn(
                when=f"{start_of(line[place]):%b %Y}",
                visit=line[place].kind != Kind.INSPECTION,
            )
            for place in used
        ),
        rows=tuple(
            TrackerRow(
                label=issue.name,
                raised=tuple(columns[place] for place in issue.places),
                no_longer_named=issue.no_longer_named,
                possibly=tuple(
                    columns[place]
                    for place in issue.places
                    if issue.is_possible_throughout or place not in issue.sure_places
                ),
            )
            for issue in issues[:MOST_IN_CHART]
        ),
    )
