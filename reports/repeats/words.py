"""How much it means that an issue is named again, in words for people."""

from __future__ import annotations

from reports.repeats.finding import SPECIFIC_BELOW, Strength
from reports.themes.taxonomy import load_taxonomy


def strength_words(
    strength: Strength, *, theme: str, facet: str | None, rate: float | None, council: bool
) -> str:
    """ "seldom named (named in 6% of all full inspections on record)".

    `rate` is how common the issue is, None where too few reports say; `council`: whether it is
    told of inspections of a council, rather than of a joint one.
    """
    often = "" if rate is None else rate_words(theme, facet, rate, council=council)
    if strength == "stated":
        said = "the inspectors say so themselves"
    elif strength == "common":
        said = _why_common(rate)
    elif rate is not None and rate < SPECIFIC_BELOW:
        said = "seldom named"
    else:
        said = "three times in a row, or for priority action"
    return f"{said} ({often})" if often else said


def _why_common(rate: float | None) -> str:
    if rate is None:
        return "how often others name it is not known yet"
    return "seldom named, but in other words" if rate < SPECIFIC_BELOW else "often named"


def rate_words(theme: str, facet: str | None, rate: float, *, council: bool) -> str:
    """ "its theme is named in 64% of all full inspections on record".

    Of most themes all issues are counted together.
    """
    whole = facet and load_taxonomy().key(theme, facet) == theme
    which = "full inspections" if council else "such inspections"
    subject = "its theme is named" if whole else "named"
    share = "fewer than 1%" if rate < 0.01 else f"{rate:.0%}"
    return f"{subject} in {share} of all {which} on record"
