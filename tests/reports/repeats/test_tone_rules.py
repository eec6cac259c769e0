"""One example for each rule, in the order in which the rules are tried."""

from __future__ import annotations

import pytest

from reports.repeats.mentions import Mention
from reports.repeats.tone import tone as tone_of
from reports.repeats.tone_rules import Tone, tone_by_rules


@pytest.mark.parametrize(
    ("before", "sentence", "after", "tone"),
    [
        ("Plans are weak.", "This was a finding at the last visit.", "", Tone.PERSISTS),
        ("Plans are effective.", "This was a finding at the last visit.", "", Tone.IMPROVED),
        ("", "Supervision was an area for improvement in 2019.", "It is weak.", Tone.PERSISTS),
        (
            "",
            "Supervision was an area for improvement in 2019.",
            "It is better now.",
            Tone.IMPROVED,
        ),
        ("", "Plans are weak, despite being raised at the last visit.", "", Tone.PERSISTS),
        ("", "Progress in planning has been slow since the last visit.", "", Tone.PERSISTS),
        ("", "Visits improved since 2019, but progress in plans has been slow.", "", Tone.MIXED),
        ("", "Services have deteriorated since the last inspection.", "", Tone.NONE),
        ("", "Since 2019, visits are more timely, but records of them are weak.", "", Tone.MIXED),
        ("", "The last inspection identified drift.", "This is now resolved.", Tone.IMPROVED),
        (
            "",
            "Plans were among the findings in 2019.",
            "While there is progress, plans are weak.",
            Tone.MIXED,
        ),
        ("", "Visits have improved since the last inspection.", "", Tone.IMPROVED),
        (
            "",
            "Visits have improved since the last inspection.",
            "However, some visits are late.",
            Tone.MIXED,
        ),
        ("", "As identified at the last visit, plans are weak.", "", Tone.PERSISTS),
        ("", "The last visit was in May 2019.", "", Tone.NONE),
    ],
)
def test_the_first_rule_that_applies_decides(
    before: str, sentence: str, after: str, tone: Tone
) -> None:
    assert tone_by_rules(Mention(before=before, sentence=sentence, after=after)) is tone


@pytest.mark.parametrize(
    ("sentence", "tone"),
    [
        ("None of the weaknesses identified at the last inspection persist.", Tone.IMPROVED),
        ("None of the shortfalls found at the last visit remains today.", Tone.IMPROVED),
        ("Weaknesses in supervision identified at the last inspection persist.", Tone.PERSISTS),
        (
            "The weaknesses identified at the last inspection remain, with no progress.",
            Tone.PERSISTS,
        ),
    ],
)
def test_that_nothing_named_before_persists_is_praise(sentence: str, tone: Tone) -> None:
    assert tone_of("", sentence, "") is tone
