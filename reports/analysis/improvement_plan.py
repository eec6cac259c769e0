"""Which of the inspectors' areas for improvement a council's improvement plan names. Pure.

An area is compared by its main theme, issue by issue (facet). An issue is covered only where words
of the plan can be shown that are about it:

* the name of one of the plan's themes;
* a sentence of its aim that is mainly about the issue;
* an entry of its progress table that is mainly about it, where the name and aim are about the same
  theme: a "manager" mentioned next to something else is not evidence.

What concerns all work (leadership, supervision, records) may be said of one subject alone, such as
the governance of work with adolescents. Then it does not cover what an area says of all work.

That nothing is found does not show that the council does nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Literal

from reports.model import ImprovementArea, PlanTheme, ThemeTag
from reports.themes.tagging import tag
from reports.themes.taxonomy import load_taxonomy

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z‘“'\"])")

Status = Literal["covered", "partly", "not_named", "no_theme"]


@dataclass(frozen=True, kw_only=True)
class PlanEvidence:
    """Words of a plan that name an issue, and the theme of the plan they are in."""

    plan_theme: str
    words: str
    page: int | None


@dataclass(frozen=True, kw_only=True)
class IssueCoverage:
    """One issue of an area, and where the plan names it; None where nothing does.

    `near` are other words about the same theme, where nothing covers this issue.
    """

    theme: str
    facet: str | None
    covered_by: PlanEvidence | None
    near: PlanEvidence | None = None


@dataclass(frozen=True, kw_only=True)
class AreaCoverage:
    """One of the inspectors' areas, and which of its issues the plan names."""

    area: ImprovementArea
    issues: tuple[IssueCoverage, ...]

    @property
    def status(self) -> Status:
        """How much of the area the plan names.

        `no_theme`: no theme of the taxonomy fits the area, so that nothing can be said.
        """
        named = sum(issue.covered_by is not None for issue in self.issues)
        if not self.issues:
            return "no_theme"
        if named == len(self.issues):
            return "covered"
        return "partly" if named else "not_named"


def tag_plan(plan: Sequence[PlanTheme]) -> tuple[PlanTheme, ...]:
    """Return the themes of a plan, tagged with those of the taxonomy by their names and aims."""
    return tuple(
        theme.model_copy(update={"themes": tag(f"{theme.name}. {theme.aim}")}) for theme in plan
    )


def coverage(
    areas: Sequence[ImprovementArea], plan: Sequence[PlanTheme]
) -> tuple[AreaCoverage, ...]:
    """Return how much of each area the plan names, in the order of the areas."""
    statements = [statement for theme in plan for statement in _statements(theme)]
    return tuple(
        AreaCoverage(
            area=area,
            issues=tuple(
                _issue(theme_tag, statements, about={other.theme for other in area.themes})
                for theme_tag in area.themes
                if theme_tag.role == "primary"
            ),
        )
        for area in areas
    )


def answers_none(
    areas: Sequence[ImprovementArea], plan: Sequence[PlanTheme]
) -> tuple[PlanTheme, ...]:
    """Return the themes of the plan that have no theme in common with any of the areas."""
    asked = {theme_tag.theme for area in areas for theme_tag in area.themes}
    return tuple(theme for theme in plan if not _subjects(theme) & asked)


def _subjects(theme: PlanTheme) -> set[str]:
    return {theme_tag.theme for theme_tag in theme.themes or tag(f"{theme.name}. {theme.aim}")}


@dataclass(frozen=True)
class _Statement:
    """Words of a plan with the issues they are about.

    `confined_to` are the only subjects that they apply to; empty where they apply to all work.
    """

    evidence: PlanEvidence
    issues: frozenset[tuple[str, str | None]]
    confined_to: frozenset[str] = frozenset()

    def speaks_of(self, theme: str, *, about: Set[str]) -> bool:
        """Return whether what it says of a theme applies to an area `about` these themes."""
        known = load_taxonomy().themes.get(theme)
        crosses = known is not None and known.axis == "cross"
        return not (crosses and self.confined_to and not self.confined_to & about)


def _statements(theme: PlanTheme) -> Iterator[_Statement]:
    """Yield the statements of a theme of the plan, the clearest evidence first."""
    name = _issues(tag(theme.name), main_only=False)
    aim = [(part, _issues(tag(part))) for part in _SENTENCE_END.split(theme.aim) if part]
    subjects = _subjects(theme)
    confined = _confined_to(theme)
    yield _statement(theme, theme.name, name)
    for words, issues in aim:
        yield _statement(theme, words, issues, confined)
    for entry in (*theme.next_steps, *theme.achievements):
        about = frozenset(issue for issue in _issues(tag(entry)) if issue[0] in subjects)
        yield _statement(theme, entry, about, confined)


def _statement(
    theme: PlanTheme,
    words: str,
    issues: frozenset[tuple[str, str | None]],
    confined_to: frozenset[str] = frozenset(),
) -> _Statement:
    evidence = PlanEvidence(plan_theme=theme.name, words=words, page=theme.page)
    return _Statement(evidence, issues, confined_to)


def _confined_to(theme: PlanTheme) -> frozenset[str]:
    """Return the subjects of a theme of the plan; none where it is about all work."""
    known = load_taxonomy().themes
    tags = tag(theme.name) or tag(f"{theme.name}. {theme.aim}")
    main = [known[theme_tag.theme] for theme_tag in tags if theme_tag.role == "primary"]
    return frozenset(
        subject.id for subject in main if all(other.axis == "subject" for other in main)
    )


def _issues(
    tags: Sequence[ThemeTag], *, main_only: bool = True
) -> frozenset[tuple[str, str | None]]:
    return frozenset(
        (theme_tag.theme, theme_tag.facet)
        for theme_tag in tags
        if theme_tag.role == "primary" or not main_only
    )


def _issue(
    theme_tag: ThemeTag, statements: Sequence[_Statement], *, about: Set[str]
) -> IssueCoverage:
    """Return where the plan names an issue; for a theme without an issue, where it names any."""
    same, near = None, None
    for statement in statements:
        facets = {facet for theme, facet in statement.issues if theme == theme_tag.theme}
        same_issue = theme_tag.facet is None or theme_tag.facet in facets
        if facets and same_issue and statement.speaks_of(theme_tag.theme, about=about):
            same = same or statement.evidence
        elif facets:
            near = near or statement.evidence
    return IssueCoverage(
        theme=theme_tag.theme, facet=theme_tag.facet, covered_by=same, near=None if same else near
    )
