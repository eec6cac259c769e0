"""Why a recipient gets a message: the rule of `watch.yaml` that matched, in words. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from alerts.events.types import EventType, most_important_first
from alerts.subscriptions.model import OPERATORS, ChoiceRule
from reports.safe_text import plain_line, shortened
from reports.wording import listed_words

_WORDS = {
    EventType.PRIORITY_ACTION: "priority actions",
    EventType.GRADE_CHANGE: "grade changes",
    EventType.CORRECTION: "corrections",
    EventType.WITHDRAWN: "withdrawn reports",
    EventType.RETURNED: "reports that are back on the site",
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
    """Return, for example, "the subscription “Scrutiny” includes grade changes for London".

    It follows "because". `authorities` are the keys of the councils that the message is about. A
    message about none, such as a digest with nothing new, names all rules. Any other message names
    only the rules and events that caused it. A council that no rule chooses was taken out of the
    subscription while the message waited.
    """
    if subscription == OPERATORS:
        return "you are one of the operators in watch.yaml"
    if rules and not all(any(rule.chooses(key) for rule in rules) for key in authorities):
        sentence = f"the subscription “{subscription}” covered these councils until recently"
        return shortened(plain_line(sentence), _LONGEST)
    matched = _matched(rules, authorities) if authorities else list(rules)
    if not matched and not events:
        return shortened(plain_line(f"of the subscription “{subscription}”"), _LONGEST)
    found = " for ".join(filter(None, (_event_words(events), _council_words(matched))))
    verb = "includes" if authorities else "covers"
    sentence = f"the subscription “{subscription}” {verb} {found}"
    return shortened(plain_line(sentence), _LONGEST)


def choice_words(rules: Sequence[ChoiceRule], events: Collection[EventType]) -> str:
    """Return what a subscription asks for: "grade changes for Havering and London"."""
    return shortened(plain_line(f"{_event_words(events)} for {_council_words(rules)}"), _LONGEST)


def _event_words(events: Collection[EventType]) -> str:
    return listed_words([_WORDS[event] for event in most_important_first(events)])


def _council_words(rules: Sequence[ChoiceRule]) -> str:
    choices = [rule.words for rule in rules[:_MOST_RULES]]
    if more := len(rules) - len(choices):
        choices.append(f"{more} more choices of councils" if more > 1 else rules[-1].words)
    return listed_words(choices)


def _matched(rules: Sequence[ChoiceRule], authorities: Collection[str]) -> list[ChoiceRule]:
    """Return the rules that choose these councils: for each council, the first that does."""
    first = {
        next((n for n, rule in enumerate(rules) if rule.chooses(key)), None) for key in authorities
    }
    return [rule for number, rule in enumerate(rules) if number in first]
