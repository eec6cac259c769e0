"""The repeats of one report, as text and as JSON: both statements, and how common the issue is.

Each line is a `rich.text.Text`; nothing in it is markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.text import Text

from cli.output import wrapped
from cli.words import date_words
from reports.model import Repeat
from reports.repeats.base_rates import is_compared_with_full_inspections
from reports.repeats.words import (
    decline_words,
    framework_changed,
    improvement_words,
    progress_words,
    raised_before_words,
    raised_words,
    repeat_certainty_words,
    strength_words,
)
from reports.themes.names import issue_name
from reports.wording import counted, listed_words, month_words
from storage.models import Report
from storage.repeat_decisions import repeat_key
from storage.repeats import ReportRepeats, start_of

_STYLES = {"stated": "bold yellow", "likely": "yellow", "possible": ""}


def repeat_lines(found: ReportRepeats, *, width: int) -> Iterator[Text]:
    """Yield the repeats of one report, the strongest first."""
    if found.stated:
        yield Text("  Ofsted says of earlier areas", style="bold")
    for quote in found.stated:
        yield from wrapped(f"“{quote}”", indent="    ", hanging="     ", width=width)
    for quote in found.progress_since:
        yield from wrapped(progress_words(quote), indent="  ", hanging="    ", width=width)
    for quote in found.declined:
        yield from wrapped(decline_words(quote), indent="  ", hanging="    ", width=width)
    for quote in found.improved:
        yield from wrapped(improvement_words(quote), indent="  ", hanging="    ", width=width)
    if found.repeats:
        visit = ", by a visit that follows up" if found.follow_up else ""
        heading = again_heading([repeat for _, repeat in found.repeats])
        yield Text(f"  {heading}{visit}", style="bold")
    council = is_compared_with_full_inspections(found.report.framework)
    for earlier, repeat in found.repeats:
        name = issue_name(repeat.theme, repeat.facet)
        key = repeat_key(repeat.later, repeat.earlier)
        head = f"{key}: {name}. {strength(repeat, council=council)}"
        style = _STYLES[repeat.strength]
        yield from wrapped(head, indent="    ", hanging="      ", style=style, width=width)
        now = f"{start_of(found.report).year}: “{repeat.later}”"
        yield from wrapped(now, indent=" " * 6, hanging=" " * 12, width=width)
        then = f"{start_of(earlier).year}: “{repeat.earlier}” ({inspection_words(earlier)})"
        yield from wrapped(then, indent=" " * 6, hanging=" " * 12, width=width)
        words = raised_words(
            month_words(start_of(earlier)),
            later=repeat.later,
            earlier=repeat.earlier,
            strength=repeat.strength,
            similar=repeat.similar_words,
            framework_changed=framework_changed(earlier.framework, found.report.framework),
        )
        if further := found.raised_before.get(repeat.later):
            years = listed_words([str(start_of(older).year) for older, _ in further])
            same_issue = repeat.later in found.same_issue_before
            words += f" {raised_before_words(years, same_issue=same_issue)}"
        yield from wrapped(words, indent=" " * 6, width=width)
        yield from wrapped(repeat.explanation, indent=" " * 6, style="dim", width=width)
    if found.same_area:
        yield Text("  Same subject, different point", style="bold")
    for earlier, near in found.same_area:
        now = f"{start_of(found.report).year}: “{near.later}”"
        yield from wrapped(now, indent=" " * 6, hanging=" " * 12, width=width)
        then = f"{start_of(earlier).year}: “{near.earlier}” ({inspection_words(earlier)})"
        yield from wrapped(then, indent=" " * 6, hanging=" " * 12, width=width)
    for report in found.not_compared:
        text = (
            f"Not compared with the {inspection_words(report)}: its areas are not certain; "
            "see its problems."
        )
        yield from wrapped(text, indent="  ", style="dim", width=width)
    if found.no_longer_named:
        yield from wrapped(_not_found_words(found), indent="  ", style="dim", width=width)


def _not_found_words(found: ReportRepeats) -> str:
    """Return how many areas of the last full inspection were not found again, and what of others.

    "Of the 5 areas in the inspection of 11 June 2018, 2 were not found again. …"
    """
    full, gone, own = found.compared_with[-1], len(found.no_longer_named), found.own_areas_before
    which = f"{counted(own, 'area')}{' for the council' if own < len(full.areas) else ''}"
    which = f"the {which} in the {inspection_words(full)}"
    no_proof = "This does not in itself show improvement."
    if gone == own:
        return f"Not found again: {which}. {no_proof}"
    said = f"Of {which}, {gone} {'was' if gone == 1 else 'were'} not found again. {no_proof}"
    others = "The other one was" if own - gone == 1 else f"The other {own - gone} were"
    return f"{said} {others} raised again, or this report says something about the same subject."


def again_heading(repeats: Sequence[Repeat]) -> str:
    """Return the heading of repeats; it does not say "raised again" where all are only possible."""
    possible = [repeat.strength == "possible" for repeat in repeats]
    if all(possible):
        return "Possibly raised before"
    return "Raised again, or possibly raised before" if any(possible) else "Raised again"


def strength(repeat: Repeat, *, council: bool) -> str:
    """Return how certain a repeat is, in words. `council`: see `certainty_words`."""
    certainty = repeat_certainty_words(repeat, council=council)
    return f"{strength_words(repeat.strength, confirmed=repeat.confirmed)}. {certainty}".rstrip()


def inspection_words(report: Report) -> str:
    """Return the name of an inspection or visit: "inspection of 11 June 2018"."""
    visit = "visit" if report.kind and report.kind.endswith("_visit") else "inspection"
    return f"{visit} of {date_words(start_of(report))}"


def repeats_as_json(found: ReportRepeats) -> dict[str, Any]:
    """Return the repeats of one report as JSON."""
    return {
        "repeats": [
            {
                "key": repeat_key(repeat.later, repeat.earlier),
                **repeat.model_dump(mode="json"),
                "name": issue_name(repeat.theme, repeat.facet),
                "earlier_file_id": earlier.file_id,
                "earlier_url": earlier.url,
                "earlier_inspection_start": start_of(earlier).isoformat(),
                "raised_before": [
                    {
                        "file_id": older.file_id,
                        "inspection_start": start_of(older).isoformat(),
                        "statement": statement,
                    }
                    for older, statement in found.raised_before.get(repeat.later, ())
                ],
                "same_issue_before": repeat.later in found.same_issue_before,
            }
            for earlier, repeat in found.repeats
        ],
        "same_area": [
            {**near.model_dump(mode="json"), "earlier_file_id": earlier.file_id}
            for earlier, near in found.same_area
        ],
        "stated": list(found.stated),
        "progress_since": list(found.progress_since),
        "declined": list(found.declined),
        "improved": list(found.improved),
        "no_longer_named": list(found.no_longer_named),
        "compared_with": [report.file_id for report in found.compared_with],
        "not_compared": [report.file_id for report in found.not_compared],
        "follow_up": found.follow_up,
    }
