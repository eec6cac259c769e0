"""What a message contains, before a channel formats it. Pure records.

All words in them have passed `reports.safe_text`; every address is a checked web address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.events.types import EventType
from alerts.messages.alert_ids import alert_id
from alerts.messages.grades import GradesContext
from reports.licence import LICENCE_NAME
from reports.model import Direction, Judgement, Kind
from reports.wording import capitalised, counted, inspected_words, judgement_words, numbered_pages

OVERALL = judgement_words(Judgement.OVERALL_EFFECTIVENESS)
LICENCE = f"Contains public sector information licensed under the {LICENCE_NAME}. Source: Ofsted."

PRIORITY_ACTION_MEANS = (
    "An area for priority action is a serious weakness that must be put right at once. It is the "
    "strongest demand that inspectors make."
)
_ASK = "ask the person who runs Inspection Watch"
STOP_ALERTS = "To stop these alerts, edit `operators` in watch.yaml."


@dataclass(frozen=True, kw_only=True)
class Link:
    """A checked address and its label."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class GradeLine:
    """One judgement: the grade before and the grade after, in words.

    `direction` is None where the grade before is not known; then only `after` is shown.
    `moved` is how it moved, in a few words. `note` is what a recipient must know about the
    comparison.
    """

    label: str
    after: str
    before: str | None = None
    direction: Direction | None = None
    sign: str = ""
    moved: str = ""
    note: str = ""

    @property
    def is_step(self) -> bool:
        """Whether the grade changed to another one, so that both are shown."""
        return bool(self.before and self.after and self.before != self.after)


@dataclass(frozen=True, kw_only=True)
class AreaLine:
    """One area for improvement, word for word."""

    text: str
    priority: bool = False
    page: int | None = None
    """Where it is in the report, from 1."""
    addressee: str = ""
    """Whom it addresses, where that is not the inspected body itself."""

    @property
    def said(self) -> str:
        """The area, and whom it addresses in square brackets: they are our words."""
        return f"{self.text} [{self.addressee}]" if self.addressee else self.text


def _pages(areas: Iterable[AreaLine]) -> Iterator[int]:
    return (area.page for area in areas if area.page is not None)


def _heading(name: str, *details: str) -> str:
    known = ", ".join(detail for detail in details if detail)
    return f"{name} ({known})" if known else name


@dataclass(frozen=True, kw_only=True)
class RepeatLine:
    """One area that is, or possibly is, raised again.

    `earlier_report` names the report that raised it before. `certainty` says how certain the repeat
    is and how common the issue is, or that the inspectors say themselves that it was raised before.
    """

    issue: str
    later: str
    earlier: str
    earlier_report: str
    certainty: str
    raised_before: str = ""
    """When it was raised before, in sentences."""
    explanation: str = ""
    """Why both statements are taken for the same issue, in one sentence."""
    is_possible: bool = False
    """Whether it is only possible that both statements name the same issue."""
    report: Link | None = None

    @property
    def reason(self) -> str:
        """When it was raised before, and why both statements are taken for the same issue."""
        return " ".join(said for said in (self.raised_before, self.explanation) if said)


@dataclass(frozen=True, kw_only=True)
class RepeatSection:
    """Everything about repeats in one message.

    `said` are sentences of the inspectors. `lines` includes possible repeats if the subscription
    asks for them; otherwise they are only counted (`possible`). So are earlier areas that were not
    found again (`no_longer_named`).
    """

    lines: tuple[RepeatLine, ...] = ()
    said: tuple[str, ...] = ()
    possible: int = 0
    no_longer_named: int = 0
    since: tuple[str, ...] = ()
    """Sentences on what the inspectors say about progress and improvements since."""

    @property
    def heading(self) -> str:
        """The heading; it does not say "raised again" where every repeat is only possible."""
        again = "Raised again" if self.says_raised_again else ""
        if self.surer:
            again += f" ({len(self.surer)})"
        if possible := len(self.lines) - len(self.surer):
            start = f"{again} or possibly" if again else "Possibly"
            return f"{start} raised before ({possible})"
        return again or "Compared with earlier reports"

    @property
    def surer(self) -> tuple[RepeatLine, ...]:
        """The lines without those that are only possible."""
        return tuple(line for line in self.lines if not line.is_possible)

    @property
    def says_raised_again(self) -> bool:
        """Whether anything is more than possibly raised again, or the inspectors say so."""
        return bool(self.surer or self.said)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Progress since, and the numbers of possible repeats and of areas not found again."""
        sentences = list(self.since)
        if self.possible:
            noun = "more issue" if self.lines or self.said else "issue"
            what = counted(self.possible, f"{noun} was", f"{noun}s were")
            sentences.append(f"{what} possibly raised before.")
        if self.no_longer_named:
            what = (
                "One earlier area was"
                if self.no_longer_named == 1
                else f"{self.no_longer_named} earlier areas were"
            )
            sentences.append(f"{what} not found again. This does not in itself show improvement.")
        return tuple(sentences)


@dataclass(frozen=True, kw_only=True)
class OtherCouncilsLine:
    """The councils of one group, counted by their grade on one judgement, in words."""

    judgement: str
    group: str
    said: str


@dataclass(frozen=True, kw_only=True)
class OtherCouncil:
    """One neighbour, and when its last inspection began."""

    name: str
    inspected: str = ""
    report: Link | None = None


@dataclass(frozen=True, kw_only=True)
class OtherCouncils:
    """How other councils were graded at their last inspections, the lines ordered by group."""

    lines: tuple[OtherCouncilsLine, ...]
    neighbours: tuple[OtherCouncil, ...] = ()

    @property
    def short(self) -> tuple[OtherCouncilsLine, ...]:
        """The overall grade where there is one; else every judgement, of the first group only."""
        overall = tuple(line for line in self.lines if line.judgement == OVERALL)
        return overall or tuple(line for line in self.lines if line.group == self.lines[0].group)

    @property
    def compared(self) -> tuple[OtherCouncil, ...]:
        """The neighbours that have been inspected."""
        return tuple(council for council in self.neighbours if council.inspected)


@dataclass(frozen=True, kw_only=True)
class Message:
    """Everything that one message says about one report."""

    headline: str
    events: tuple[EventType, ...]
    """The types of the events, without their details."""
    urgent: bool
    authority: str
    region: str
    title: str
    inspected: str | None
    published: str | None
    kind: Kind = Kind.UNKNOWN
    grades: tuple[GradeLine, ...] = ()
    grades_hold: bool = True
    """Whether they still count: the report is not withdrawn, in doubt or regraded since."""
    since: str = ""
    """What has become of the report since its events, in a sentence; empty if they still hold."""
    earlier_version_counts: bool = False
    """Whether the report was a correction that Ofsted has withdrawn, so that an earlier version
    counts again."""
    corrected_before: bool = False
    """Whether an earlier message said that Ofsted had corrected the report."""
    remarks: tuple[str, ...] = ()
    over_time: GradesContext | None = None
    others: OtherCouncils | None = None
    areas: tuple[AreaLine, ...] = ()
    areas_need_review: bool = False
    """Whether `areas` are only those for priority action that are certain."""
    repeats: RepeatSection | None = None
    areas_left_out: tuple[AreaLine, ...] = ()
    repeats_left_out: int = 0
    """With `areas_left_out`: what is only counted, where the subscription wants short messages."""
    problems: tuple[str, ...] = ()
    report: Link | None = None
    earlier: Link | None = None
    council: Link | None = None
    pages: tuple[Link, ...] = ()
    """The pages of the report and the council on our own website, where it is published."""
    records: tuple[dict[str, Any], ...] = ()
    """The whole events as JSON, for programs that receive webhooks."""

    @property
    def priority_actions(self) -> tuple[AreaLine, ...]:
        """The areas for priority action."""
        return tuple(area for area in self.areas if area.priority)

    @property
    def area_count(self) -> int:
        """The number of areas for improvement in the report that do not need review."""
        return len(self.areas) + len(self.areas_left_out)

    @property
    def counted_areas(self) -> str:
        """The number of areas of each sort; empty where there are none."""
        urgent = len(self.priority_actions)
        others = self.area_count - urgent
        areas = ((urgent, "priority action"), (others, "improvement"))
        return ", ".join(f"{counted(n, 'area')} for {what}" for n, what in areas if n)

    @property
    def repeat_count(self) -> int:
        """The number of areas that were raised before, without those where it is only possible."""
        return self.repeats_left_out + (len(self.repeats.surer) if self.repeats else 0)

    @property
    def other_areas(self) -> tuple[AreaLine, ...]:
        """The areas for improvement that are not for priority action."""
        return tuple(area for area in self.areas if not area.priority)

    @property
    def priority_heading(self) -> str:
        """The heading of the areas for priority action, with their pages."""
        return _heading("Areas for priority action", numbered_pages(_pages(self.priority_actions)))

    @property
    def improvement_heading(self) -> str:
        """The heading of the other areas, with their number and pages."""
        areas = self.other_areas
        pages = numbered_pages(_pages(areas))
        where = f"on {pages}" if pages else ""
        return _heading("Areas for improvement", str(len(areas)), where)

    @property
    def links(self) -> tuple[Link, ...]:
        """Links to further pages, the report first."""
        ofsted = tuple(link for link in (self.report, self.earlier, self.council) if link)
        return (*ofsted, *self.pages)

    @property
    def document(self) -> str:
        """The region and title of the report."""
        return " · ".join(part for part in (self.region, self.title) if part)

    @property
    def dates(self) -> str:
        """The dates of the inspection and of publication, in words."""
        said = []
        if self.inspected:
            last = "last " if EventType.DUE_SOON in self.events else ""
            said.append(f"{last}{inspected_words(self.kind)} {self.inspected}")
        if self.published:
            said.append(f"published {self.published}")
        text = " · ".join(said)
        return capitalised(text)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A short message about Inspection Watch itself.

    It is a test, a welcome, an operator alert, or says whether Ofsted's site can be read.
    """

    headline: str
    lines: tuple[str, ...]

    @property
    def urgent(self) -> bool:
        """Never: it is not about a report."""
        return False


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What makes a message one delivery: its key, when it was written, and why it was sent."""

    key: str
    subscription: str
    at: datetime
    reason: str = ""
    """What follows "because": "the subscription “X” includes grade changes for London"."""
    note: str = ""
    """What the subscription says in all its messages."""
    keywords: tuple[str, ...] = ()
    """What is highlighted in the areas for improvement."""
    unsubscribe_url: str | None = None
    """Where the recipient leaves the subscription with one click."""
    to_operators: bool = False
    """Whether it is an operator alert, to which nobody subscribes."""
    is_test: bool = False
    """Whether it is a test message, which belongs to no subscription."""

    @property
    def alert_id(self) -> str:
        """The id that people see."""
        return alert_id(self.key)

    @property
    def because(self) -> str:
        """The sentence that says why the recipient gets this message."""
        matched = self.reason or f"of the subscription “{self.subscription}”"
        return f"You get this message because {matched}."

    @property
    def ask_to_stop(self) -> str:
        """Whom to ask to change or stop the messages, where there is no link to unsubscribe."""
        if self.to_operators:
            return STOP_ALERTS
        if self.is_test:
            return "It is sent only when an operator runs that command."
        return (
            f"To change or stop these messages, {_ASK}, and name the subscription "
            f"“{self.subscription}”."
        )

    @property
    def sent_for(self) -> str:
        """Which subscription the message is for: "subscription “Scrutiny”"."""
        return "test message" if self.is_test else f"subscription “{self.subscription}”"

    @property
    def how_to_stop(self) -> str:
        """How to change or stop the messages, on a channel that gives no address to write to."""
        if self.unsubscribe_url is None:
            return self.ask_to_stop
        return f"To stop these messages, unsubscribe below. To change them, {_ASK}."
