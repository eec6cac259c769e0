"""Whether two statements name the same issue, not only the same theme.

They must share a facet: an issue of the taxonomy (`reports/data/themes.yaml`), such as supervision
or private fostering. That is not enough:

* if one statement limits an aspect or a matter of leadership ("assessments", "management
  oversight") to a subject that the other does not name, it is another issue;
* recording something is a different issue from the thing itself. If the later statement is about
  records in general, an earlier statement about some records is raised again;
* aspects, and facets that cover many issues, also need similar words.

The taxonomy says of a facet whether it is `wide` (it covers many issues), a `population` (it also
says only whom a statement is about, as "care leavers" does) or `specific` (it is one issue). Its
theme is a "subject" (a service, a group or a step of the work), an "aspect" (a quality of it) or
"cross" (how work is led and checked).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reports.repeats.issues import Issue, Statement, likeness
from reports.themes.taxonomy import load_taxonomy

_RECORDING = "case_records"

LIKE_POPULATION = 0.6
LIKE_WIDE = 0.35
LIKE_SECONDARY = 0.34
LIKE_ASPECT = 0.15
LIKE_ANY = 0.05
"""The likeness of words (0 to 1) that a match needs where the facet alone says little.

In order: for a facet that also says whom a statement is about; for a wide facet; for a facet that
is not the main one of both statements; for an aspect; and for all others (one word in twenty).
"""


@dataclass(frozen=True, slots=True)
class Match:
    """An issue that two statements share, and how alike their words are, 0 to 1.

    `score` ranks the matches of one pair of statements.
    """

    issue: Issue
    likeness: float
    score: float


def match_statements(later: Statement, earlier: Statement) -> Match | None:
    """Return the shared issue that matches best, or None if they share no issue."""
    pairs = [(later, earlier)]
    pairs += [(part, earlier) for part in later.parts]
    pairs += [(new, part) for part in earlier.parts for new in (later, *later.parts)]
    found = [match for pair in pairs for match in _matches(*pair)]
    return max(found, key=lambda match: match.score, default=None)


def _matches(later: Statement, earlier: Statement) -> Iterator[Match]:
    alike = likeness(later, earlier)
    for issue in later.issues:
        other = earlier.issue(issue.id)
        if other is not None and _same(issue, other, later, earlier, alike):
            yield Match(issue, alike, _score(issue, other, alike))


def _score(issue: Issue, other: Issue, alike: float) -> float:
    return alike + issue.primary + other.primary + (issue.axis == "subject")


def _same(issue: Issue, other: Issue, later: Statement, earlier: Statement, alike: float) -> bool:
    """Return whether two statements with the same facet name the same issue.

    `issue` is the facet in the later statement, `other` in the earlier one, and `alike` how alike
    all their words are. The first condition that is met decides.
    """
    # Records in general: "Case recording." raises "The recording of visits." again.
    if later.ids == {_RECORDING} and issue.id == _RECORDING:
        return True
    # The same service is what both are mainly about: "PEPs." and "Personal education plans."
    if _main_subject(issue) and _main_subject(other):
        return True
    # The facet covers much, and few words are alike: "Decisions on contacts." and "Referrals."
    if alike < _least_likeness(issue):
        return False
    # "The quality of assessments." and "Assessments of disabled children."
    if issue.axis != "subject" and _differently_limited(issue, other, later, earlier):
        return False
    # Both are mainly about it: "Training, and supervision." and "Caseloads, and supervision."
    if issue.primary and other.primary:
        return True
    # One is mainly about it: "The quality of plans." and "Supervision, and the quality of plans."
    if (issue.primary or other.primary) and (issue.axis == "aspect" or _specific(issue)):
        return True
    # At least one names it only as a further issue: then their words must be more alike.
    return alike >= LIKE_SECONDARY


def _differently_limited(issue: Issue, other: Issue, later: Statement, earlier: Statement) -> bool:
    """Return whether an aspect or a matter of leadership belongs to different things.

    One statement may limit it to a subject or to records of it, or name it only to narrow other
    words: "the impact of supervision on plans" is about supervision.
    """
    return (
        _limited_to_subject(later, earlier)
        or _recording_differs(issue, other, later, earlier)
        or _only_narrows(issue)
        or _only_narrows(other)
    )


def _only_narrows(issue: Issue) -> bool:
    """Return whether an issue only narrows words: it is not the main one, nor one of several."""
    return not (issue.primary or issue.coordinate)


def _main_subject(issue: Issue) -> bool:
    """Return whether the issue is one service or group, and is what its statement is about.

    Two such statements need no word in common: "PEPs" are personal education plans.
    """
    return issue.primary and issue.axis == "subject" and not (issue.wide or issue.population)


def _least_likeness(issue: Issue) -> float:
    if issue.specific:
        return 0.0
    if issue.population:
        return LIKE_POPULATION
    if issue.wide:
        return LIKE_WIDE
    return LIKE_ASPECT if issue.axis == "aspect" else LIKE_ANY


def _specific(issue: Issue) -> bool:
    """Return whether the facet names one issue only, so that it need not be the main one."""
    theme = load_taxonomy().themes[issue.theme]
    return issue.specific or (theme.axis == "subject" and theme.repeat_level == "facet")


def _limited_to_subject(later: Statement, earlier: Statement) -> bool:
    """Return whether one statement is limited to a subject that the other does not name."""
    themes = [{issue.theme for issue in s.issues} for s in (later, earlier)]
    return bool(later.narrowing - themes[1] or earlier.narrowing - themes[0])


def _recording_differs(issue: Issue, other: Issue, later: Statement, earlier: Statement) -> bool:
    """Return whether only one is about recording the issue, or both are about other records.

    "Recording of supervision" is about recording; "supervision ..., and that work is recorded" is
    not: there the issue comes first.
    """
    recording = later.issue(_RECORDING), earlier.issue(_RECORDING)
    if issue.id == _RECORDING:
        return later.ids != earlier.ids
    ahead = [
        record is not None and record.position < named.position
        for record, named in zip(recording, (issue, other), strict=True)
    ]
    if all(ahead):
        return later.ids != earlier.ids
    return any(ahead)
