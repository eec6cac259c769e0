"""What is said of repeats that a person has rejected (`not-same`) before the message was made."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from alerts.events.types import EventType
from alerts.messages.compose import compose
from storage.models import Event, Report
from tests.alerts.builders import SITES, a_repeat, make_event, make_report


def raised_again_event(report: Report, *rejected: bool, stated: Sequence[str] = ()) -> Event:
    """An event with a repeat for each of `rejected`: whether a person has rejected it since."""
    repeats = [a_repeat(base_rate=0.1, **({"rejected": True} if no else {})) for no in rejected]
    return make_event(
        report,
        EventType.THEME_REPEAT,
        repeats=repeats,
        stated=list(stated),
        no_longer_named=["c"],
    )


@pytest.mark.parametrize(
    ("rejected", "stated", "still"),
    [
        ((True, True), (), False),
        ((True, False), (), True),
        ((True,), ("It was named before.",), True),
        ((), ("It was named before.",), True),
    ],
)
def test_where_every_repeat_was_rejected_since_nothing_is_raised_again(
    rejected: tuple[bool, ...], stated: tuple[str, ...], still: bool
) -> None:
    report = make_report()
    message = compose(report, [raised_again_event(report, *rejected, stated=stated)], sites=SITES)
    assert ("raised again" in message.headline) is still
    assert (message.repeats is not None) is still
    if not still:
        assert message.headline.endswith(": new inspection report")


def test_a_message_quotes_what_inspectors_say_of_progress_after_what_is_raised_again() -> None:
    report = make_report()
    event = raised_again_event(report, False)
    event.detail["progress_since"] = ["Progress has been slow.", "Change is slow.", "A third."]
    message = compose(report, [event], sites=SITES)
    assert message.repeats is not None
    assert message.repeats.said == ()
    assert message.repeats.remarks[:2] == (
        "Ofsted says of progress since the previous inspection: “Progress has been slow.”",
        "Ofsted says of progress since the previous inspection: “Change is slow.”",
    )
    assert not any("A third." in said for said in message.repeats.remarks)


@pytest.mark.parametrize(
    ("detail", "framework", "said"),
    [
        ({"similar_words": True}, "ilacs_2018", "Raised in March 2021, in similar words."),
        ({"earlier_framework": "ilacs_2018"}, "ilacs_2023", "Raised in March 2021."),
        ({"earlier_framework": "sif"}, "sif", "Raised in March 2021."),
        (
            {"earlier_framework": "sif"},
            "ilacs_2018",
            "Raised in March 2021. The inspection framework has changed since.",
        ),
        (
            {"raised_before": [{"start": "2018-06-11"}], "same_issue_before": True},
            "ilacs_2018",
            "Raised in March 2021. Raised before that in June 2018.",
        ),
        (
            {"raised_before": [{"start": "2018-06-11"}], "same_issue_before": False},
            "ilacs_2018",
            "Raised in March 2021. An issue of the same theme was raised before that in June 2018.",
        ),
    ],
)
def test_a_repeat_says_when_it_was_also_raised(
    detail: dict[str, object], framework: str, said: str
) -> None:
    report = make_report()
    report.framework = framework
    event = raised_again_event(report, False)
    (repeat,) = event.detail["repeats"]
    repeat |= {"earlier_start": "2021-03-01"} | detail
    message = compose(report, [event], sites=SITES)
    assert message.repeats is not None
    (line,) = message.repeats.lines
    assert line.raised_before == said
    assert (
        line.certainty
        == "Likely the same issue. This issue is raised in 10% of all full inspections since 2018."
    )


def test_how_common_an_issue_is_counts_full_inspections_for_an_inspection_before_2013() -> None:
    report = make_report(kind="unannounced_inspection")
    report.framework = "contact_referral_assessment"
    message = compose(report, [raised_again_event(report, False)], sites=SITES)
    assert message.repeats is not None
    (line,) = message.repeats.lines
    assert line.certainty.endswith(
        "This issue is raised in 10% of all full inspections since 2018."
    )
