"""A person's decision about two statements, as `same` and `not-same` show it."""

from __future__ import annotations

from cli.output import out
from flows.pipeline.repeat_decisions import RecordedDecision
from reports.wording import listed_words
from storage.repeat_decisions import repeat_key


def print_decision(recorded: RecordedDecision, verdict: str) -> None:
    """Print what was recorded, its key, and the councils that it concerns if there are several."""
    out.print(f"Recorded as {verdict}:")
    out.print(f"  “{recorded.later}”")
    out.print(f"  “{recorded.earlier}”")
    out.print(f"Key of the repeat: {repeat_key(recorded.later, recorded.earlier)}")
    if len(recorded.councils) > 1:
        councils = listed_words(recorded.councils)
        out.print(f"This applies to {councils}, whose reports have the same two statements.")
