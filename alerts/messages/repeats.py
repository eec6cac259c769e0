"""The repeats in a message: both statements, word for word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from alerts.events.repeats import SURER
from alerts.events.types import EventType
from alerts.messages.lengths import LONGEST_NAME
from alerts.messages.message import Link, RepeatLine, RepeatSection
from reports.repeats.base_rates import is_compared_with_full_inspections
from reports.repeats.words import (
    certainty_words,
    decline_words,
    framework_changed,
    improvement_words,
    progress_words,
    raised_before_words,
    raised_words,
    stated_words,
    strength_words,
)
from reports.safe_text import plain_line, shortened, web_address
from reports.wording import counted, inspected_words, listed_words, month_words, uk_date
from storage.models import Event

_PROGRESS = 2
_REPORTED = 3
"""How many statements about progress, and how many improvements or declines, a message quotes."""


def repeat_section(
    events: Sequence[Event], hosts: set[str], *, possible: bool = False
) -> RepeatSection | None:
    """Return the repeats of the events; None where they have none.

    Possible repeats are only counted, unless the subscription asks for them (`possible`). Repeats
    that a person has rejected since (`not-same`) are left out. If none is left, there is no
    section, unless the inspectors themselves say that something was raised before.
    """
    event = next((event for event in events if event.type == EventType.THEME_REPEAT), None)
    if event is None:
        return None
    repeats = [repeat for repeat in event.detail["repeats"] if not repeat.get("rejected")]
    if not repeats and not event.detail["stated"]:
        return None
    report = event.report
    framework = report.framework if report else None
    council = is_compared_with_full_inspections(framework)
    shown = [r for r in repeats if possible or r["strength"] in SURER]
    return RepeatSection(
        lines=tuple(_line(repeat, hosts, council=council, framework=framework) for repeat in shown),
        said=tuple(stated_words(plain_line(text)) for text in event.detail["stated"]),
        possible=len(repeats) - len(shown),
        no_longer_named=len(event.detail["no_longer_named"]),
        since=(
            *_progress(event.detail.get("progress_since", ())),
            *_reported(event.detail.get("declined", ()), decline_words, "decline"),
            *_reported(event.detail.get("improved", ()), improvement_words, "improvement"),
        ),
    )


def _line(
    repeat: dict[str, Any], hosts: set[str], *, council: bool, framework: str | None
) -> RepeatLine:
    address = web_address(repeat["earlier_report"].get("url"), hosts)
    earlier_report = _earlier_report(repeat)
    return RepeatLine(
        issue=shortened(plain_line(repeat["name"]), LONGEST_NAME),
        later=plain_line(repeat["later"]),
        earlier=plain_line(repeat["earlier"]),
        earlier_report=earlier_report,
        certainty=_certainty(repeat, council=council),
        raised_before=_raised_before(repeat, framework),
        explanation=plain_line(repeat.get("explanation", "")),
        is_possible=repeat["strength"] not in SURER,
        report=Link(label=earlier_report, url=address) if address else None,
    )


def _earlier_report(repeat: dict[str, Any]) -> str:
    """Return what is known of it: "inspection of February 2023, published 14 April 2023"."""
    published = repeat["earlier_report"].get("published")
    day = uk_date(date.fromisoformat(published)) if published else ""
    if not (start := repeat.get("earlier_start")):
        return f"report of {day}" if day else "earlier report"
    visit = inspected_words(repeat.get("earlier_framework")) == "visited"
    subject = f"{'visit' if visit else 'inspection'} of {month_words(date.fromisoformat(start))}"
    return f"{subject}, published {day}" if day else subject


def _progress(quotes: Sequence[str]) -> Iterator[str]:
    """Yield the first statements about progress."""
    yield from (progress_words(plain_line(text)) for text in quotes[:_PROGRESS])


def _reported(quotes: Sequence[str], in_words: Callable[[str], str], noun: str) -> Iterator[str]:
    """Yield the first improvements, or declines, that inspectors report, and how many more."""
    yield from (in_words(plain_line(text)) for text in quotes[:_REPORTED])
    if (more := len(quotes) - _REPORTED) > 0:
        yield f"The report names {counted(more, f'more {noun}')}."


def _raised_before(repeat: dict[str, Any], framework: str | None) -> str:
    """Return, for example, "Raised in March 2021. Raised before that in June 2018."."""
    sentences = []
    if start := repeat.get("earlier_start"):
        changed = framework_changed(repeat.get("earlier_framework"), framework)
        sentences.append(
            raised_words(
                month_words(date.fromisoformat(start)),
                later=repeat["later"],
                earlier=repeat["earlier"],
                strength=repeat["strength"],
                similar=repeat.get("similar_words", False),
                framework_changed=changed,
            )
        )
    months = [
        month_words(date.fromisoformat(older["start"])) for older in repeat.get("raised_before", ())
    ]
    if months:
        same_issue = repeat.get("same_issue_before", False)
        sentences.append(raised_before_words(listed_words(months), same_issue=same_issue))
    return " ".join(sentences)


def _certainty(repeat: dict[str, Any], *, council: bool) -> str:
    strength, confirmed = repeat["strength"], repeat.get("confirmed", False)
    certainty = certainty_words(
        strength,
        repeat.get("certainty"),
        confirmed=confirmed,
        theme=repeat["theme"],
        facet=repeat.get("facet"),
        rate=repeat["base_rate"],
        council=council,
    )
    return f"{strength_words(strength, confirmed=confirmed)}. {certainty}".rstrip()
