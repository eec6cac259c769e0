"""How certain a repeat is, in words for people."""

from __future__ import annotations

from reports.model import Framework
from reports.repeats.base_rates import rate_words
from reports.repeats.certainty import Strength

_CERTAINTY: dict[Strength, str] = {
    "stated": "the inspectors say so themselves",
    "likely": "likely the same issue",
    "possible": "possibly the same issue",
}


def certainty_words(strength: Strength, *, confirmed: bool) -> str:
    """How certain it is that both statements name the same issue."""
    return "confirmed as the same issue" if confirmed else _CERTAINTY[strength]


def strength_words(
    certainty: str, *, theme: str, facet: str | None, rate: float | None, council: bool
) -> str:
    """ "likely the same issue; named in 6% of all full inspections on record"

    `certainty` is from `certainty_words`. `rate` is how common the issue is, None where too few
    reports say; `council`: whether it is about inspections of a council, rather than of a joint
    one.
    """
    if rate is None:
        return certainty
    return f"{certainty}; {rate_words(theme, facet, rate, council=council)}"


def raised_words(month: str, *, similar: bool, framework_changed: bool) -> str:
    """ "Raised in March 2021, in similar words."

    `month` is when the earlier inspection was, as a month and year.
    """
    said = f"Raised in {month}" + (", in similar words" if similar else "")
    return (
        f"{said}. The inspection framework has changed since." if framework_changed else f"{said}."
    )


def framework_changed(earlier: str | None, later: str | None) -> bool:
    """Whether the rules of inspection changed from the Single Inspection Framework to today's."""
    return earlier == Framework.SIF and later not in (Framework.SIF, None)


def improvement_words(said: str) -> str:
    """ "Ofsted reports improvement: “Supervision has improved since the last inspection.”" """
    return f"Ofsted reports improvement: “{said}”"
