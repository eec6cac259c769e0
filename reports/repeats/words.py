"""How certain and how common a repeat is, in words for people."""

from __future__ import annotations

from reports.repeats.certainty import Strength
from reports.themes.taxonomy import load_taxonomy

_CERTAINTY: dict[Strength, str] = {
    "stated": "the inspectors say so themselves",
    "likely": "likely the same issue",
    "possible": "possibly the same issue",
}


def strength_words(
    strength: Strength, *, theme: str, facet: str | None, rate: float | None, council: bool
) -> str:
    """ "likely the same issue (named in 6% of all full inspections on record)".

    `rate` is how common the issue is, None where too few reports say; `council`: whether it is
    about inspections of a council, rather than of a joint one.
    """
    said = _CERTAINTY[strength]
    if rate is None:
        return said
    return f"{said} ({rate_words(theme, facet, rate, council=council)})"


def raised_words(month: str, *, similar: bool, framework_changed: bool) -> str:
    """ "Also raised in March 2021, in similar words."

    `month` is when the earlier inspection was, as a month and year.
    """
    said = f"Also raised in {month}" + (", in similar words" if similar else "")
    return (
        f"{said}. The inspection framework has changed since." if framework_changed else f"{said}."
    )


def improvement_words(said: str) -> str:
    """ "Ofsted reports improvement: “Supervision has improved since the last inspection.”" """
    return f"Ofsted reports improvement: “{said}”"


def rate_words(theme: str, facet: str | None, rate: float, *, council: bool) -> str:
    """ "its theme is named in 64% of all full inspections on record".

    Of most themes all issues are counted together.
    """
    whole = facet and load_taxonomy().key(theme, facet) == theme
    which = "full inspections" if council else "such inspections"
    subject = "its theme is named" if whole else "named"
    share = "fewer than 1%" if rate < 0.01 else f"{rate:.0%}"
    return f"{subject} in {share} of all {which} on record"
