"""Why does a subscriber get a message? The rule of `watch.yaml` that matched, in words. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from alerts.events.types import EventType, most_important_first
from alerts.subscriptions.model import OPERATORS, ChoiceRule
from reports.safe_text import plain_line, shortened

_WORDS = {
    EventType.PRIORITY_ACTION: "priority actions",
    EventType.GRADE_CHANGE: "grade changes",
    EventType.CORRECTION: "corrections",
    EventType.WITHDRAWN: "withdrawn reports",
    EventType.RETURNED: "reports that return",
    EventType.FIRST_GRADE: "first grades",
    EventType.THEME_REPEAT: "issues raised again",
    EventType.NEW_REPORT: "new reports",
    EventType.DUE_SOON: "inspections that are likely soon",
}
_MOST_RULES = 3
_LONGEST = 500


def reason(
    subscription: str,
    rules: Sequence[ChoiceRule],
    *,
    authorities: Collection[str],
    events: Collection[EventType],
) -> str:
    """Return, for example, "the subscription Scrutiny covers London, grade changes".

    `authorities` are the keys of the councils that the message is about. A message about none, such
    as a digest with nothing new, names all rules.
    """
    if subscription == OPERATORS:
        return "you are one of the operators in watch.yaml"
    matched = _matched(rules, authorities) if authorities else list(rules)
    said = [rule.said for rule in matched[:_MOST_RULES]]
    if more := len(matched) - len(said):
        said.append(f"{more} more choices of councils" if more > 1 else matched[-1].said)
    said += [_WORDS[event] for event in most_important_first(events)]
    because = f"of the subscription {subscription}"
    if said:
        because = f"the subscription {subscription} covers {', '.join(said)}"
    return shortened(plain_line(because), _LONGEST)


def choice_words(rules: Sequence[ChoiceRule], events: Collection[EventType]) -> str:
    """Return what a subscription asks for: "Havering, London: grade changes, new reports"."""
    councils = [rule.said for rule in rules[:_MOST_RULES]]
    if more := len(rules) - len(councils):
        councils.append(f"{more} more choices of councils" if more > 1 else rules[-1].said)
    said = ", ".join(_WORDS[event] for event in most_important_first(events))
    return shortened(plain_line(f"{', '.join(councils)}: {said}"), _LONGEST)


def _matched(rules: Sequence[ChoiceRule], authorities: Collection[str]) -> list[ChoiceRule]:
    """Return the first rule that chooses each council."""
    first = {
        next((n for n, rule in enumerate(rules) if rule.chooses(key)), None) for key in authorities
    }
    return [rule for number, rule in enumerate(rules) if number in first]
