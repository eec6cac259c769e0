"""watch.yaml: what is allowed, but probably not what was meant."""

from __future__ import annotations

import pytest

from tests.alerts.subscriptions.conftest import WHOLE, Load

EVENTS = """\
    events: [grade_change, first_grade, priority_action, theme_repeat, new_report, correction, \
withdrawn, due_soon]
"""


def test_a_password_without_encryption_is_warned_about(load: Load) -> None:
    login = "host: mail.example.org, username: watch, password: x"
    [warning] = load(WHOLE.replace("host: localhost", login)).warnings
    assert "team-mail" in warning
    assert "starttls" in warning


@pytest.mark.parametrize(
    ("old", "new", "remedy"),
    [
        (EVENTS, "    events: [grade_change]\n", "add new_report to its events"),
        ("when: now", "min_severity: change", "set min_severity to info"),
    ],
)
def test_a_council_whose_inspection_would_send_nothing_is_warned_about(
    load: Load, old: str, new: str, remedy: str
) -> None:
    text = WHOLE.replace(old, new)
    [warning] = load(text).warnings
    assert warning.startswith("Scrutiny: an inspection that changes no grade")
    assert remedy in warning
    every = "  - {name: Every, authorities: {all: true}, channels: [team-mail]}\noperators:"
    assert load(text.replace("operators:", every)).warnings == ()


@pytest.mark.parametrize(
    "line", ["themes: [sufficiency]", "judgements: [in_care]"], ids=["themes", "judgements"]
)
def test_a_filter_that_new_reports_pass_is_warned_about(load: Load, line: str) -> None:
    text = WHOLE.replace("when: now", line)
    [warning] = load(text).warnings
    key = line.partition(":")[0]
    assert warning.startswith(f"Scrutiny: its {key} leave out no report, because it asks for")
    narrow = text.replace("new_report, ", "")
    assert not any("leave out" in said for said in load(narrow).warnings)
    changes = text.replace(line, f"{line}\n    min_severity: change")
    assert not any("leave out" in said for said in load(changes).warnings)


@pytest.mark.parametrize(
    ("judgements", "warned"),
    [
        ("overall_effectiveness", True),
        ("care_and_care_leavers, overall_effectiveness", True),
        ("overall_effectiveness, help_and_protection", False),
    ],
)
def test_a_watch_on_grades_that_ofsted_no_longer_gives_is_warned_about(
    load: Load, judgements: str, warned: bool
) -> None:
    """Since April 2026 there is no overall grade, so that it can neither rise nor fall."""
    line = f"judgements: [{judgements}]"
    text = WHOLE.replace("when: now", line).replace("new_report, ", "")
    said = [one for one in load(text).warnings if "grades none of its judgements" in one]
    assert bool(said) is warned
    for one in said:
        assert f"({judgements})" in one
        assert "Choose from impact_of_leaders, help_and_protection, in_care, care_leavers." in one


def test_a_watch_on_a_council_that_was_replaced_names_its_successors(load: Load) -> None:
    [warning] = load(WHOLE.replace("Havering", "Cumbria")).warnings
    assert warning.startswith("watch.yaml, line 8: Cumbria no longer exists")
    assert warning.endswith("; name Cumberland and Westmorland and Furness instead.")


def test_neighbours_of_a_council_that_was_replaced_are_a_warning_that_names_its_successors(
    load: Load,
) -> None:
    """One that is abolished must not stop the messages of all subscriptions."""
    config = load(WHOLE.replace("[Haringey]", "[Cumbria]"))
    assert any("name Cumberland and Westmorland" in warning for warning in config.warnings)
