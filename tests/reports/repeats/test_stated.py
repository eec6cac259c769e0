"""What inspectors say themselves: praise and reproach, and which area it is about."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reports.errors import ConfigurationError
from reports.model import ImprovementArea, Kind, Reading
from reports.repeats.mentions import find_mention
from reports.repeats.sentences import find_sentences
from reports.repeats.stated import (
    StatedSentence,
    can_mean,
    find_declined,
    find_improved,
    find_stated,
    find_statements,
)
from reports.repeats.tone import load_tone_weights, tone
from reports.repeats.tone_rules import Tone
from reports.text.document import Line


def lines(*texts: str, page: int = 1) -> list[Line]:
    """Lines of one page."""
    return [Line(text, page) for text in texts]


def area(text: str) -> ImprovementArea:
    """An area for improvement."""
    return ImprovementArea(text=text, heading="What needs to improve", page=2)


def tones(*texts: str) -> list[Tone]:
    """The tones of the statements in a text."""
    return [said.tone for said in find_statements(lines(*texts))]


@pytest.mark.parametrize(
    "text",
    [
        "All areas for improvement identified at the last inspection remain areas for improvement.",
        "Despite being a recommendation from the last inspection, audits are not robust.",
        "Leaders have been too slow to act on the areas for improvement from the last inspection.",
        "Inadequate progress was made in the areas for improvement identified at the 2014 visit.",
        "Similar areas for development were identified in the focused visit of 2018.",
        "Several areas identified at the previous inspection, in 2019, still require improvement.",
    ],
)
def test_reproach(text: str) -> None:
    assert tones(text) == [Tone.PERSISTS]


@pytest.mark.parametrize(
    "text",
    [
        "The areas for improvement identified at the last inspection have been fully addressed.",
        "Leaders have acted on the recommendations of the previous inspection in 2017.",
        "Visits have improved; they were an area identified at the last inspection.",
    ],
)
def test_praise(text: str) -> None:
    assert tones(text) == [Tone.IMPROVED]


@pytest.mark.parametrize(
    "text",
    [
        "The last inspection was in 2019.",
        "Leaders identified this before the visit.",
        "Some areas for improvement remain.",
    ],
)
def test_sentences_that_name_nothing_from_before(text: str) -> None:
    assert set(tones(text)) <= {Tone.NONE}


@pytest.mark.parametrize(
    "text",
    [
        "Services for children have deteriorated since the last inspection in 2019.",
        "There has been a decline in the quality of plans since the last inspection.",
        "Since the last visit, management oversight of practice has weakened.",
        "Since the last inspection in 2021, leaders have been ineffective in planning homes.",
    ],
)
def test_what_became_worse_is_kept_apart(text: str) -> None:
    said = find_statements(lines(text))
    assert [one.text for one in find_declined(said)] == [text]
    assert find_improved(said) == find_stated(said, []) == ()


@pytest.mark.parametrize(
    "text",
    [
        "The number of children in care has declined since the last inspection.",
        "Reoffending by children known to services has declined since the last inspection.",
        "Leaders rebuilt partnerships that had weakened since the last inspection.",
        "The decline in practice since the last inspection has been halted.",
    ],
)
def test_a_number_that_fell_and_a_decline_that_was_stopped_are_not_reported(text: str) -> None:
    assert find_declined(find_statements(lines(text))) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Progress on what was identified at the inspection in 2014 had been too slow.",
        "Leaders continue to focus on improving supervision since the last inspection.",
        "Since the last inspection, leaders have maintained very effective support.",
    ],
)
def test_what_is_still_to_come_or_was_kept_is_not_reported_as_an_improvement(text: str) -> None:
    assert find_improved(find_statements(lines(text))) == ()


@pytest.mark.parametrize(
    ("before", "sentence", "after"),
    [
        ("", "Caseloads have fallen since the last visit, although some remain too high.", ""),
        ("", "Supervision has improved since the last inspection.", "However, it is not regular."),
        ("", "Since the 2019 inspection, some aspects have improved.", "Many plans are weak."),
    ],
)
def test_some_of_it_improved_and_some_persists(before: str, sentence: str, after: str) -> None:
    assert tone(before, sentence, after) is Tone.MIXED


@pytest.mark.parametrize(
    ("before", "sentence", "after"),
    [
        ("", "Visits were found to be delayed at the last visit.", "This has not been resolved."),
        ("Health checks are late.", "This was also a finding at the focused visit in 2021.", ""),
        ("", "Records are kept apart. (This was a recommendation at the last inspection.)", ""),
        ("", "The pace of change since the last inspection has been too slow.", ""),
        ("", "The range of homes has improved little since the previous inspection.", ""),
    ],
)
def test_the_sentences_around_it_say_that_it_persists(
    before: str, sentence: str, after: str
) -> None:
    assert tone(before, sentence, after) is Tone.PERSISTS


def test_what_improved_is_kept_apart_with_the_words_it_points_back_to() -> None:
    said = find_statements(
        lines("Strategy meetings are prompt. This is an improvement since the last inspection.")
    )
    (improved,) = find_improved(said)
    assert improved.text == "This is an improvement since the last inspection."
    assert improved.context.startswith("Strategy meetings are prompt. This is")
    assert find_stated(said, []) == ()


def test_what_takes_praise_back_is_quoted_with_it() -> None:
    text = (
        "Supervision has improved since the last inspection. However, supervision is not regular."
    )
    (said,) = find_stated(find_statements(lines(text)), [area("The regularity of supervision.")])
    assert said.area == 0
    assert said.context == text


def test_hostile_repetition_is_judged_quickly() -> None:
    for words in ("last inspection " + "a " * 400, "this was " + "is " * 300, "pace " + "x " * 340):
        assert tone(words * 9, words[:700], words * 9) in Tone


def test_a_bare_sentence_takes_its_tone_from_the_one_before() -> None:
    bare = "This was an area for improvement at the last inspection."
    assert tones("Supervision is not regular.", bare) == [Tone.PERSISTS]
    # Of such praise too little is right to be quoted; but it is not taken for a repeat.
    assert tones("Supervision has improved.", bare) == [Tone.NONE]
    assert tones("Supervision is regular.", bare) == [Tone.NONE]


def test_a_bare_sentence_in_an_area_is_reproach_about_it() -> None:
    areas = [
        area("The quality of audits."),
        area("Supervision. (This was a recommendation at the last inspection.)"),
    ]
    (said,) = find_stated(find_statements(lines(*(one.text for one in areas), page=2)), areas)
    assert said.area == 1
    assert said.page == 2
    assert said.text == "This was a recommendation at the last inspection."


def test_praise_makes_no_repeat() -> None:
    text = "All areas for improvement from the last inspection have been addressed."
    assert find_stated(find_statements(lines(text)), [area("The quality of audits.")]) == ()


def test_what_the_next_sentence_lists_is_what_it_is_about() -> None:
    body = [
        *lines("A page before.", page=3),
        *lines(
            "36. All areas for improvement from the previous inspection in 2014 still",
            "require attention. These include the accuracy of recording and the quality of",
            "supervision. Leaders care.",
            page=4,
        ),
    ]
    said = find_stated(
        find_statements(body),
        [area("The quality of audits."), area("The regularity of supervision.")],
    )
    assert [(one.area, one.page) for one in said] == [(1, 4)]
    assert said[0].text == (
        "All areas for improvement from the previous inspection in 2014 still require attention."
    )


@pytest.mark.parametrize(
    "text",
    [
        "Services for children in care and care leavers have deteriorated.",
        "There has been a significant deterioration in the quality of support for care leavers.",
        "The response to some children at immediate risk of harm has deteriorated.",
    ],
)
def test_that_services_became_worse_needs_no_earlier_inspection(text: str) -> None:
    (said,) = find_declined(find_statements(lines(text)))
    assert said.text == text


@pytest.mark.parametrize(
    "text",
    [
        "Performance on stability has declined in the past year.",
        "The number of children adopted has declined.",
        "Staff escalate children’s plans when their circumstances have deteriorated.",
        "The time to match children with adopters has declined to 220 days.",
        "The decline in the quality of practice has been halted.",
    ],
)
def test_numbers_and_recent_months_are_not_what_services_became(text: str) -> None:
    assert find_declined(find_statements(lines(text))) == ()


def test_a_decline_since_then_is_quoted_with_when_that_was() -> None:
    inspected = "Services were last inspected in March 2020 and were judged to be good."
    worse = "Since then, there has been a deterioration in the quality of social work practice."
    (said,) = find_declined(find_statements(lines(inspected, worse)))
    assert said.context == f"{inspected} {worse}"


def test_improvement_that_was_held_back_is_none() -> None:
    text = "COVID-19 has significantly impeded service improvement since the last inspection."
    assert find_improved(find_statements(lines(text))) == ()


def test_what_is_about_no_area_is_still_said() -> None:
    (said,) = find_stated(
        find_statements(
            lines("Areas for improvement from the last inspection have not been addressed.")
        ),
        [area("The quality of audits.")],
    )
    assert said.area is None


def test_an_area_of_practice_is_what_the_sentence_before_is_about() -> None:
    areas = [area("The quality of social work practice."), area("The response to domestic abuse.")]
    text = "This was raised in 2021 and improvements have not been seen in this area of practice."
    about = f"The response to domestic abuse lacks urgency. {text}"
    (said,) = find_stated([StatedSentence(text, page=1, tone=Tone.PERSISTS, about=about)], areas)
    assert said.area == 1


def test_a_heading_or_a_table_is_not_part_of_the_sentence_after_it() -> None:
    found = find_statements(
        [
            Line("Key judgement", 3, size=14, weight=700),
            Line("Leadership and governance Good", 3, size=14),
            Line("The recommendations of the last inspection have still not", 3, size=12),
            Line("been acted on.", 3, size=12),
        ]
    )
    assert [said.text for said in found] == [
        "The recommendations of the last inspection have still not been acted on."
    ]


@pytest.mark.parametrize(
    "glued",
    [
        "The impact of leaders Good The experiences and progress of care leavers Good "
        "Overall effectiveness Requires improvement to be good",
        "The impact of leaders Inadequate The experiences and progress of children in care Good "
        "The experiences and progress of care leavers Requires improvement to be good",
        "The experiences and progress of children in care are good 19.",
    ],
)
def test_what_is_glued_to_the_start_of_a_sentence_is_not_quoted(glued: str) -> None:
    sentence = "Supervision has improved since the last inspection in 2022."
    (said,) = find_statements(lines(glued, sentence))
    assert said.tone is Tone.IMPROVED
    assert said.text == said.about == sentence


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        (
            "\uf06e Caseloads have reduced since the last inspection.",
            "Caseloads have reduced since the last inspection.",
        ),
        (
            "Summary for children and young people \uf06e Services have improved a lot since the "
            "last inspection.",
            "Services have improved a lot since the last inspection.",
        ),
        (
            "Findings Services have improved a lot since the last inspection.",
            "Services have improved a lot since the last inspection.",
        ),
        (
            "Services have improved since the last inspection; see the LSCB Summary of reviews.",
            "Services have improved since the last inspection; see the LSCB Summary of reviews.",
        ),
    ],
)
def test_a_quote_begins_with_its_first_word(text: str, quoted: str) -> None:
    (said,) = find_statements(lines(text))
    assert (said.tone, said.text, said.context) == (Tone.IMPROVED, quoted, "")


def test_a_quote_of_two_items_of_a_list_has_no_bullet() -> None:
    (said,) = find_statements(
        lines(
            "\uf06e Most assessments are up to date.",
            "This is an improvement since the last inspection.",
            "\uf06e However, a minority are weak, and this leads to poor planning and delay.",
        )
    )
    assert said.tone is Tone.MIXED
    assert said.context == (
        "Most assessments are up to date. This is an improvement since the last inspection. "
        "However, a minority are weak, and this leads to poor planning and delay."
    )


@pytest.mark.parametrize("number", ["7", "28", "104"])
def test_a_heading_with_the_number_of_the_paragraph_below_it_is_not_a_statement(
    number: str,
) -> None:
    heading = f"Progress since the last inspection {number}."
    assert tones(f"{heading} Plans are written for all children.") == [Tone.NONE]


def test_a_heading_is_not_what_a_sentence_points_back_to() -> None:
    (said,) = find_statements(
        [
            Line("Headline findings", 1, size=14, weight=700),
            Line("This was an area for improvement at the last inspection. It has improved.", 1),
        ]
    )
    assert said.context == ""


def test_a_table_of_grades_is_not_what_was_said_before() -> None:
    table = "The impact of leaders Outstanding Overall effectiveness Outstanding"
    mention = find_mention("", f"{table} Since the last inspection, leadership was poor.", "")
    assert mention is not None
    assert mention.before == ""


def test_not_only_does_not_count_as_criticism() -> None:
    named = "Areas for improvement from the last inspection were converted into areas of strength."
    assert tones(named, "Partners attend not only meetings but also reviews.") == [Tone.IMPROVED]


def test_what_leaders_had_not_identified_does_not_count_as_an_earlier_inspection() -> None:
    assert tones("Leaders had not previously identified this issue and acted on it late.") == []


@pytest.mark.parametrize(
    "text",
    [
        "Plans do not address the weaknesses identified at the home’s last inspection.",
        "Leaders did not act on previous audit recommendations.",
    ],
)
def test_a_finding_about_others_is_not_about_an_earlier_inspection_of_the_council(
    text: str,
) -> None:
    assert tones(text) == []


def test_a_sentence_about_the_past_alone_is_quoted_with_what_is_so_now() -> None:
    past = "Support for homeless young people was a weakness at the previous inspection."
    now = "It is still poor."
    (said,) = find_statements(lines(past, now))
    assert said.tone is Tone.PERSISTS
    assert said.context == f"{past} {now}"


def test_the_number_of_the_next_paragraph_is_not_quoted() -> None:
    text = "Record supervision. (This was a recommendation at the last inspection.)"
    (said,) = find_stated((), [area(f"{text} 11.")])
    (quoted,) = find_statements(lines(f"Drift remains. {text} 11."))
    assert not quoted.text.endswith("11.")
    assert not said.context.endswith("11.")


def test_what_leads_into_a_list_is_not_judged_by_the_sentence_before_it() -> None:
    lead_in = (
        "In addition to the weaknesses identified at the last inspection, the following areas "
        "for improvement were identified at this visit:"
    )
    assert tones("Records are poor.", lead_in, "◼ Audits") == [Tone.NONE]


def test_what_follows_says_whether_it_persists_and_is_quoted() -> None:
    named = "The last inspection identified the need to improve life-story work."
    (said,) = find_statements(lines(named, "This has not been achieved."))
    assert said.tone is Tone.PERSISTS
    assert said.context == f"{named} This has not been achieved."


@pytest.mark.parametrize(
    "text",
    [
        "Leaders knew of these delays prior to this inspection and have a plan.",
        "At 31 March, visits were made on time for 51% of children.",
        "Learning from a serious case review in 2021 has not been shared widely.",
    ],
)
def test_only_earlier_inspections_are_listened_to(text: str) -> None:
    assert set(tones(text)) <= {Tone.NONE}


@pytest.mark.parametrize(
    "text",
    [
        "Previously identified shortfalls remain.",
        "Recommendations from the last Ofsted report are not met.",
        "The same delays were named in the last report.",
        "The earlier report named the same delays.",
        "These weaknesses were identified before, and they remain.",
        "The delays highlighted then remain.",
        "The weaknesses identified both then and now are serious.",
        "The area of development in 2019 is still weak.",
        "Areas for concern from 2018 remain.",
    ],
)
def test_every_way_to_mention_an_earlier_inspection_is_found(text: str) -> None:
    (found,) = find_sentences([Line("Plans are late.", 1), Line(text, 1)])
    assert found.text == text


@pytest.mark.parametrize(
    "text",
    [
        "Delays are not identified before drift occurs.",
        "Needs are identified before children move.",
        "Risks are identified then acted on.",
    ],
)
def test_what_is_done_before_something_else_is_not_about_an_earlier_inspection(text: str) -> None:
    assert find_mention("", text, "") is None


def test_a_year_is_enough_to_name_an_earlier_inspection() -> None:
    assert tones("Return interviews, an area for improvement in 2018, remain variable.") == [
        Tone.PERSISTS
    ]


def test_a_file_without_usable_weights_is_named(tmp_path: Path) -> None:
    path = tmp_path / "tone_weights.json"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="tone_weights"):
        load_tone_weights(path)


@pytest.mark.parametrize(
    ("text", "kind", "year", "expected"),
    [
        ("This was raised at the last inspection.", Kind.INSPECTION, 2019, True),
        ("This was raised at the last inspection.", Kind.FOCUSED_VISIT, 2021, False),
        ("This was raised at the last focused visit.", Kind.FOCUSED_VISIT, 2021, True),
        ("This was raised at the last focused visit.", Kind.INSPECTION, 2019, False),
        ("This was raised at the last inspection in 2019.", Kind.INSPECTION, 2019, True),
        ("This was raised at the last inspection, in May 2019.", Kind.INSPECTION, 2015, False),
        ("This was raised in the 2012 and 2013 inspections.", Kind.INSPECTION, 2013, True),
        ("This was raised at the last inspection and visit.", Kind.FOCUSED_VISIT, 2021, True),
        ("All recommendations made previously remain.", Kind.FOCUSED_VISIT, 2021, True),
    ],
)
def test_a_sentence_means_only_a_report_of_the_kind_and_year_that_it_names(
    text: str, kind: Kind, year: int, expected: bool
) -> None:
    earlier = Reading(
        file="a.pdf",
        sha256="0" * 64,
        pages=1,
        kind=kind,
        inspection_start=date(year, 5, 8),
        inspection_end=date(year, 5, 19),
        published=date(year, 7, 1),
        reader_version=1,
    )
    assert can_mean(text, earlier) is expected


def test_a_bare_sentence_in_an_area_is_quoted_with_what_it_points_back_to() -> None:
    text = "The quality of audits. This was a recommendation at the last inspection."
    (said,) = find_stated((), [area(text)])
    assert said.text == "This was a recommendation at the last inspection."
    assert said.context == text
