"""How certain a repeat is, in words for people."""

from __future__ import annotations

import re

from reports.model import Framework, Repeat
from reports.repeats.base_rates import rate_words
from reports.repeats.certainty import Strength, load_repeat_weights

_TIERS: dict[Strength, str] = {
    "stated": "Inspectors say so",
    "likely": "Likely the same issue",
    "possible": "Possibly the same issue",
}
_BEFORE_ILACS = frozenset(
    {
        Framework.SIF,
        Framework.PRE_2013,
        Framework.PROTECTION_OF_CHILDREN,
        Framework.SAFEGUARDING_AND_LOOKED_AFTER,
        Framework.CONTACT_REFERRAL_ASSESSMENT,
    }
)
_CONFIRMED = "Confirmed as the same issue"


def strength_words(strength: Strength, *, confirmed: bool) -> str:
    """Return how certain it is that both statements name the same issue, in a few words."""
    return _CONFIRMED if confirmed else _TIERS[strength]


def certainty_words(
    strength: Strength,
    certainty: float | None,
    *,
    confirmed: bool,
    theme: str,
    facet: str | None,
    rate: float | None,
    council: bool,
) -> str:
    """Return what a strength rests on: how often such a match is right, how common the issue is.

    "In more than 9 in 10 cases like this, both statements are about the same issue. This issue is
    raised in 6% of all full inspections since 2018."

    `certainty` is a probability, 0 to 1. `rate` is how common the issue is, 0 to 1; None where too
    few reports are known. `council`: whether the reports are of inspections of a council, rather
    than joint or area inspections.
    """
    sentences = []
    if strength != "stated" and not confirmed and certainty is not None:
        share = often_right_words(certainty, strength)
        sentences.append(f"In {share} cases like this, both statements are about the same issue.")
    if rate is not None:
        sentences.append(rate_words(theme, facet, rate, council=council))
    return " ".join(sentences)


def often_right_words(certainty: float, strength: Strength) -> str:
    """Return a certainty, 0 to 1, as how often it is right: "about 8 in 10".

    A possible repeat is never said to be right as often as a likely one, although both may round to
    the same number.
    """
    if certainty >= 0.95:
        return "more than 9 in 10"
    tenths = round(certainty * 10)
    if strength == "possible":
        tenths = min(tenths, round(load_repeat_weights().likely_from * 10) - 1)
    return f"about {tenths} in 10"


def repeat_certainty_words(repeat: Repeat, *, council: bool) -> str:
    """Return the `certainty_words` of a repeat."""
    return certainty_words(
        repeat.strength,
        repeat.certainty,
        confirmed=repeat.confirmed,
        theme=repeat.theme,
        facet=repeat.facet,
        rate=repeat.base_rate,
        council=council,
    )


def raised_words(
    month: str,
    *,
    later: str,
    earlier: str,
    strength: Strength,
    similar: bool,
    framework_changed: bool,
) -> str:
    """Return when an issue was raised: "Raised in March 2021, in similar words."

    `month` is when the earlier inspection was, as a month and year. `later` and `earlier` are the
    two statements. If they differ in capitals and punctuation only, the words are the same. Similar
    words are not mentioned for a possible repeat: they would seem to contradict the doubt.
    """
    raised = f"Raised in {month}"
    if _words(later) == _words(earlier):
        raised += ", in the same words"
    elif similar and strength != "possible":
        raised += ", in similar words"
    return (
        f"{raised}. The inspection framework has changed since."
        if framework_changed
        else f"{raised}."
    )


def raised_before_words(when: str, *, same_issue: bool) -> str:
    """Return "Raised before that in 2018.": where a repeat goes further back.

    Without `same_issue`, it may have been another issue of the theme then.
    """
    raised = "Raised" if same_issue else "An issue of the same theme was raised"
    return f"{raised} before that in {when}."


def _words(statement: str) -> list[str]:
    return re.findall(r"\w+", statement.casefold())


def framework_changed(earlier: str | None, later: str | None) -> bool:
    """Return whether a framework from before ILACS was certainly followed by another.

    The framework of a monitoring visit may be that of the inspection it follows up.
    """
    uncertain = (None, Framework.UNKNOWN, Framework.MONITORING_VISIT)
    return earlier in _BEFORE_ILACS and later not in (earlier, *uncertain)


def stated_words(quote: str) -> str:
    """Return "Ofsted says of earlier areas: “Supervision remains too irregular.”"."""
    return f"Ofsted says of earlier areas: “{quote}”"


def progress_words(quote: str) -> str:
    """Return a quote such as “Change is slow.” after "Ofsted says of progress since …"."""
    return f"Ofsted says of progress since the previous inspection: “{quote}”"


def decline_words(quote: str) -> str:
    """Return "Ofsted reports a decline: “Practice has deteriorated since the last visit.”"."""
    return f"Ofsted reports a decline: “{quote}”"


def improvement_words(quote: str) -> str:
    """Return "Ofsted reports improvement: “Supervision has improved since the last visit.”"."""
    return f"Ofsted reports improvement: “{quote}”"
