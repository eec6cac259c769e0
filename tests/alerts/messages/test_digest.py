"""How a digest looks in each channel, and that it stays within their limits."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from alerts.channels.email.renderer import mail_payload
from alerts.channels.markdown import BODY_BYTES, markdown_payload
from alerts.channels.slack.renderer import slack_payload
from alerts.events.types import EventType
from alerts.messages.compose import compose
from alerts.messages.digest import DigestMessage, DigestRow, DigestSection, digest_headline
from alerts.messages.digest_schedule import DigestPeriod
from alerts.messages.message import AreaLine, Envelope, Message, RepeatLine, RepeatSection
from demo.slack.limits import message_error
from tests.alerts.builders import NOW, SITES, a_repeat, fall_events, make_event, make_report
from tests.alerts.surroundings import fall_message, message_of_2026

ENVELOPE = Envelope(key="k", subscription="Scrutiny", at=NOW)
PERIOD = DigestPeriod(date(2026, 6, 15), date(2026, 6, 21))


def row(
    number: int, *, falls: bool = False, name: str = "Marlbury", sent_before: bool = False
) -> DigestRow:
    """One report."""
    report = make_report(file_id=f"5050{number:04d}", authority=f"{name} {number}")
    events = fall_events(report) if falls else [make_event(report, EventType.NEW_REPORT)]
    return DigestRow(message=compose(report, events, sites=SITES), sent_before=sent_before)


def digest(*rows: DigestRow) -> DigestMessage:
    """A digest of a week."""
    return DigestMessage(
        headline=digest_headline("Weekly digest", PERIOD, rows), summary="65 checks.", rows=rows
    )


@pytest.mark.parametrize("number", [0, 1, 5, 20, 44, 200])
def test_slack_takes_a_digest_of_any_length(number: int) -> None:
    content = digest(*(row(n, falls=True) for n in range(number)))
    payload = slack_payload(content, ENVELOPE)
    assert message_error(payload) is None
    text = str(payload["blocks"])
    shown = sum(f"/{n:04d}" in text or f"5050{n:04d}" in text for n in range(number))
    left_out = number - shown
    assert (f"… and {left_out} more report" in text) == bool(left_out)
    assert shown >= min(number, 20)


def test_the_most_important_report_is_shown_in_full() -> None:
    rows = [row(0, falls=True), *(row(n) for n in range(1, 40))]
    text = str(slack_payload(digest(*rows), ENVELOPE)["blocks"])
    assert "Help and protection" in text


def test_mail_has_every_row_with_what_changed() -> None:
    content = digest(row(1, falls=True, sent_before=True), row(2))
    payload = mail_payload(content, ENVELOPE, sender="watch@example.org")
    for part in (payload["text"], payload["html"]):
        assert "Marlbury 1: overall grade falls from Good to Inadequate" in part
        assert "Urgent, already sent to you" in part
        assert "50500001" in part
        assert "4 areas for improvement" in part
        assert "Unchanged: Children in care (Requires improvement to be good)" in part
    assert payload["subject"] == "Weekly digest, 15 to 21 June 2026: 2 reports, 1 urgent"


def repeated(later: str, earlier: str) -> RepeatSection:
    """One issue that is raised again."""
    line = RepeatLine(
        issue="Supervision", later=later, earlier=earlier, earlier_report="2021", certainty="rare"
    )
    return RepeatSection(lines=(line,))


def test_chat_quotes_what_is_raised_again_where_there_is_room() -> None:
    plain = row(1)
    short = replace(plain.message, repeats=repeated("Later words.", "Earlier words."))
    long = replace(plain.message, repeats=repeated("Later words. " * 300, "Earlier words."))
    for render in (slack_payload, markdown_payload):
        said = str(render(digest(DigestRow(message=short)), ENVELOPE))
        assert re.search(r"Now: “?Later words\.", said)
    said = str(slack_payload(digest(DigestRow(message=long)), ENVELOPE))
    assert "Now:" not in said
    assert "1 raised again" in said


def test_a_message_with_only_possible_repeats_does_not_say_raised_again() -> None:
    message = replace(row(1).message, repeats=RepeatSection(possible=2, no_longer_named=1))
    for content in (message, digest(DigestRow(message=message))):
        texts = [str(render(content, ENVELOPE)) for render in (slack_payload, markdown_payload)]
        texts.append(str(mail_payload(content, ENVELOPE, sender="watch@example.org")))
        for text in texts:
            assert "raised again" not in text.casefold()
    text = mail_payload(message, ENVELOPE, sender="watch@example.org")["text"]
    assert "COMPARED WITH EARLIER REPORTS\n2 issues were possibly raised before." in text


def with_repeats(*strengths: str) -> Message:
    """A message to recipients who ask for possible repeats, with repeats of these strengths."""
    report = make_report()
    repeats = [
        a_repeat(strength, later=f"Later {n}.", earlier=f"Earlier {n}.")
        for n, strength in enumerate(strengths)
    ]
    event = make_event(
        report, EventType.THEME_REPEAT, repeats=repeats, stated=[], no_longer_named=[]
    )
    return compose(report, [event], possible=True)


def test_quoted_repeats_that_are_only_possible_are_not_called_raised_again() -> None:
    message = with_repeats("possible", "possible")
    assert message.headline == "Marlbury: new inspection report"
    assert message.repeats is not None
    assert message.repeats.heading == "Possibly raised before (2)"
    assert len(message.repeats.lines) == 2
    assert message.repeat_count == 0
    assert "raised again" not in str(slack_payload(message, ENVELOPE)).casefold()


def test_possible_repeats_among_others_are_counted_by_themselves() -> None:
    message = with_repeats("likely", "possible", "possible")
    assert message.headline == (
        "Marlbury: areas for improvement raised again in a new inspection report"
    )
    assert message.repeats is not None
    assert message.repeats.heading == "Raised again (1) or possibly raised before (2)"
    assert message.repeat_count == 1
    said = replace(message.repeats, lines=message.repeats.lines[1:], said=("It persists.",))
    assert said.heading == "Raised again or possibly raised before (2)"


def test_what_is_raised_again_is_counted() -> None:
    again = RepeatSection(
        lines=(
            RepeatLine(
                issue="Supervision", later="a", earlier="b", earlier_report="2021", certainty="rare"
            ),
        )
    )
    plain = row(1)
    content = digest(DigestRow(message=replace(plain.message, repeats=again)))
    text = mail_payload(content, ENVELOPE, sender="watch@example.org")["text"]
    assert "4 areas for improvement, 1 raised again" in text


def uncertain_row(*, sent_before: bool = False) -> DigestRow:
    """A report with an area for priority action, a repeat, and a grade that was not read."""
    repeat = RepeatLine(
        issue="Supervision",
        later="Now <so>.",
        earlier="Then <so>.",
        earlier_report="May 2021",
        certainty="rare",
    )
    message = replace(
        message_of_2026(),
        repeats=RepeatSection(lines=(repeat,)),
        problems=("The grade of <care leavers> could not be read.",),
    )
    return DigestRow(message=message, sent_before=sent_before)


def test_mail_has_the_statements_and_the_evidence_of_what_was_not_sent_before() -> None:
    row = uncertain_row()
    payload = mail_payload(digest(row), ENVELOPE, sender="watch@example.org")
    assert [area.text in payload["text"] for area in row.message.areas] == [True] * 5
    for words in (
        "Before (May 2021): Then <so>.",
        "Needs review: The grade of <care leavers> could",
    ):
        assert words in payload["text"]
    for words in ("Now:</b> Now &lt;so&gt;.", "⚠ Needs review: The grade of &lt;care leavers"):
        assert words in payload["html"]
    assert [area.text in payload["html"] for area in row.message.areas] == [True] * 5


def test_mail_only_counts_the_statements_of_what_was_sent_at_once() -> None:
    row = uncertain_row(sent_before=True)
    payload = mail_payload(digest(row), ENVELOPE, sender="watch@example.org")
    for part in (payload["text"], payload["html"]):
        assert "1 area for priority action, 4 areas for improvement, 1 raised again" in part
        assert not any(area.text in part for area in row.message.areas)
        assert "Needs review: " in part, "what needs review is said again"


@pytest.mark.parametrize("event", [EventType.DUE_SOON, EventType.WITHDRAWN])
def test_mail_only_counts_the_statements_of_a_report_of_the_past(event: EventType) -> None:
    report = make_report()
    content = digest(DigestRow(message=compose(report, [make_event(report, event)])))
    text = mail_payload(content, ENVELOPE, sender="watch@example.org")["text"]
    assert "4 areas for improvement" in text
    assert not any(area.text in text for area in report.areas)


def test_a_digest_without_end_counts_the_statements_of_its_last_reports() -> None:
    reports = [
        make_report(file_id=f"5060{n:04d}", areas=(f"{n} " + "w" * 40_000,)) for n in range(5)
    ]
    rows = [
        DigestRow(message=compose(report, [make_event(report, EventType.NEW_REPORT)]))
        for report in reports
    ]
    content = digest(*rows)
    assert content.in_full == {0, 1, 2}
    text = mail_payload(content, ENVELOPE, sender="watch@example.org")["text"]
    assert text.count("1 area for improvement") == 5
    assert len(text) < 160_000


def test_chat_has_priority_actions_word_for_word_and_says_what_is_not_certain() -> None:
    content = digest(uncertain_row())
    slack = str(slack_payload(content, ENVELOPE)["blocks"])
    body = markdown_payload(content, ENVELOPE)["body"]
    for text in (slack, body):
        assert "❗ Area for priority action: The timeliness of child protection medicals." in text
        assert "⚠ Needs review: The grade of &lt;care leavers&gt; could not be read." in text


def test_a_priority_action_too_long_for_chat_is_counted_and_costs_nothing_else() -> None:
    row = uncertain_row()
    long = AreaLine(text="w" * 5_000, priority=True)
    content = digest(DigestRow(message=replace(row.message, areas=(long,))))
    payload = slack_payload(content, ENVELOPE)
    assert message_error(payload) is None
    text = str(payload["blocks"])
    assert "1 area for priority action" in text
    assert "Needs review" in text
    assert "wwww" not in text


def test_of_many_priority_actions_chat_has_the_first_and_counts_the_rest() -> None:
    row = uncertain_row()
    areas = tuple(AreaLine(text=f"{n} " + "w" * 298, priority=True) for n in range(5))
    words = DigestRow(message=replace(row.message, areas=areas)).priority_words
    assert [line[28:30] for line in words[:-1]] == ["0 ", "1 "]
    assert words[-1] == "❗ … and 3 more for priority action in the report"


def test_chat_says_that_priority_actions_are_too_long_to_show() -> None:
    row = uncertain_row()
    areas = tuple(AreaLine(text="w" * 800, priority=True) for _ in range(2))
    (words,) = DigestRow(message=replace(row.message, areas=areas)).priority_words
    assert words == "❗ 2 areas for priority action are in the report, too long to show here"


def test_markdown_has_every_row() -> None:
    payload = markdown_payload(digest(row(1, falls=True), row(2)), ENVELOPE)
    assert payload["title"].startswith("Weekly digest")
    assert "[**Marlbury 1: overall grade falls" in payload["body"]
    assert "Marlbury 2" in payload["body"]


@pytest.mark.parametrize("number", [60, 900])
def test_markdown_stays_within_what_teams_takes_and_counts_what_is_left_out(number: int) -> None:
    rows = [row(n, falls=n < 3, name="Märlbury") for n in range(number)]
    body = markdown_payload(digest(*rows), ENVELOPE)["body"]
    assert len(body.encode()) <= BODY_BYTES
    assert "Help and protection" in body, "what counts most is shown in full"
    shown = sum(f"Märlbury {n}:" in body for n in range(number))
    left_out = number - shown
    assert shown > 40
    rest = f"… and {left_out} more reports. To list all reports, run inspection-watch events."
    assert (rest in body) == bool(left_out)


def test_a_slack_message_says_how_many_reports_have_only_their_titles() -> None:
    rows = [row(n, falls=True) for n in range(40)]
    blocks = slack_payload(digest(*rows), ENVELOPE)["blocks"]
    texts = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    number = sum("Marlbury" in text and "\n" not in text for text in texts)
    assert 0 < number < 40
    (said,) = (text for text in texts if text.startswith("For lack of room, "))
    assert said == (
        f"For lack of room, {number} reports have only their title here. To read more, follow the "
        "link."
    )
    short = slack_payload(digest(*rows[:2]), ENVELOPE)["blocks"]
    assert "For lack of room" not in str(short)


def test_markdown_of_a_report_without_end_says_where_the_rest_is() -> None:
    report = make_report(areas=("Short.", *(f"{n} " + "ä" * 9_000 for n in range(5))))
    message = compose(report, fall_events(report), sites=SITES)
    body = markdown_payload(message, ENVELOPE)["body"]
    assert len(body.encode()) <= BODY_BYTES
    assert "too long for this channel: the report has the rest" in body
    assert "Read the report" in body
    assert "Help and protection" in body


def test_names_can_neither_mention_nor_break_anything() -> None:
    content = digest(row(1, falls=True, name="<!channel> <script>x</script> *bold*"))
    slack = str(slack_payload(content, ENVELOPE)["blocks"])
    assert "<!channel>" not in slack
    mail = mail_payload(content, ENVELOPE, sender="watch@example.org")
    assert "<script>" not in mail["html"]
    assert "\\*bold\\*" in markdown_payload(content, ENVELOPE)["body"]


def test_the_sections_after_the_reports_are_in_every_channel() -> None:
    section = DigestSection(heading="Named more <often>", lines=("Supervision: 21 of 30, 70%",))
    content = replace(digest(row(1)), sections=(section,))
    slack = str(slack_payload(content, ENVELOPE)["blocks"])
    mail = mail_payload(content, ENVELOPE, sender="watch@example.org")
    body = markdown_payload(content, ENVELOPE)["body"]
    assert "*Named more &lt;often&gt;*\\n• Supervision: 21 of 30, 70%" in slack
    assert "NAMED MORE <OFTEN>\n* Supervision: 21 of 30, 70%" in mail["text"]
    assert "<h2>Named more &lt;often&gt;</h2>" in mail["html"]
    assert "<li>Supervision: 21 of 30, 70%</li>" in mail["html"]
    assert "**Named more &lt;often&gt;**\n\n- Supervision: 21 of 30, 70%" in body


@pytest.mark.parametrize("number", [1, 10, 60])
def test_slack_takes_any_number_of_sections(number: int) -> None:
    lines = tuple(f"<&> {n} " + "w" * 90 for n in range(number))
    sections = tuple(DigestSection(heading="H" * 300, lines=lines) for _ in range(number))
    content = replace(digest(*(row(n, falls=True) for n in range(44))), sections=sections)
    payload = slack_payload(content, ENVELOPE)
    assert message_error(payload) is None
    text = str(payload["blocks"])
    assert ("… and " in text.partition("w" * 90)[2]) == (number > 1)


def test_a_row_says_how_other_councils_stand() -> None:
    content = digest(DigestRow(message=fall_message()), DigestRow(message=message_of_2026()))
    text = mail_payload(content, ENVELOPE, sender="watch@example.org")["text"]
    first = "DfE statistical neighbours, list in use since 16 June 2025."
    assert f"{first} Overall effectiveness: 1 outstanding, 5 good, 1 requires" in text
    assert f"{first} Impact of leaders: 9 good, 1 without a comparable grade. Help and" in text
    assert first in str(slack_payload(content, ENVELOPE)["blocks"])
    assert first in markdown_payload(content, ENVELOPE)["body"]
