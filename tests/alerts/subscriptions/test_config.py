"""watch.yaml: what it may say, and how that is understood."""

from __future__ import annotations

from pathlib import Path

from alerts.channels.email.transport import EmailChannel
from alerts.channels.slack.transport import SlackChannel
from alerts.events.types import EventType
from alerts.messages.digest_schedule import When
from alerts.subscriptions.config import load_config
from reports.register import Register
from tests.alerts.subscriptions.conftest import SECRETS, WHOLE, Load

EVENTS = """\
    events: [grade_change, first_grade, priority_action, theme_repeat, new_report, correction, \
withdrawn, due_soon]
"""


def test_the_whole_file_is_understood(load: Load, register: Register) -> None:
    config = load(WHOLE)
    assert list(config.channels) == ["scrutiny-slack", "slack-hook", "team-mail", "teams"]
    slack, mail = config.channels["scrutiny-slack"], config.channels["team-mail"]
    assert isinstance(slack, SlackChannel)
    assert slack.base_url == "https://slack.com/api/"
    assert isinstance(mail, EmailChannel)
    assert (mail.sender, mail.to, mail.starttls) == (
        "watch@example.gov.uk",
        ("team@example.gov.uk",),
        False,
    )
    [subscription] = config.subscriptions
    london = {authority.key for authority in register.regions["London"]}
    haringey = register.find("Haringey")
    assert haringey is not None
    near = {authority.key for authority in register.neighbours(haringey.key)}
    assert subscription.authorities == london | near
    assert subscription.events == set(EventType)
    assert subscription.when == When.NOW
    assert config.operators == ("team-mail",)
    assert config.warnings == ()


def test_without_a_file_no_message_is_sent(tmp_path: Path, register: Register) -> None:
    config = load_config(tmp_path / "watch.yaml", register=register, environment={})
    assert (dict(config.channels), config.subscriptions) == ({}, ())


def test_an_empty_file_is_allowed(load: Load) -> None:
    assert load("# nothing yet\n").subscriptions == ()


def test_one_address_needs_no_list(load: Load) -> None:
    config = load(WHOLE.replace("[team@example.gov.uk]", "team@example.gov.uk"))
    assert config.channels["team-mail"].recipients() == ("team@example.gov.uk",)


def test_secrets_are_hidden_wherever_the_configuration_is_shown(load: Load) -> None:
    config = load(WHOLE)
    assert "secret" not in repr(config)
    assert "secret" not in str(config.channels)
    assert set(config.secrets()) == set(SECRETS.values())


def test_without_events_a_subscription_covers_what_a_council_wants_to_know_of_itself(
    load: Load,
) -> None:
    config = load(WHOLE.replace(EVENTS, ""))
    assert config.subscriptions[0].events == set(EventType) - {EventType.DUE_SOON}
    assert config.warnings == ()


def test_a_digest_is_accepted(load: Load) -> None:
    config = load(WHOLE.replace("when: now", "when: weekly"))
    assert config.subscriptions[0].when == When.WEEKLY
    assert config.warnings == ()


def test_names_are_taken_as_people_write_them(load: Load, register: Register) -> None:
    text = WHOLE.replace("[Havering, Newham]", "[London Borough of Havering]").replace(
        "regions: [London], neighbours_of: [Haringey], ", ""
    )
    havering = register.find("Havering")
    assert havering is not None
    assert load(text).subscriptions[0].authorities == {havering.key}


def test_a_region_is_known_with_spaces_around_it(load: Load) -> None:
    spaced = load(WHOLE.replace("regions: [London]", 'regions: [" london "]'))
    assert spaced.subscriptions[0].authorities == load(WHOLE).subscriptions[0].authorities


def test_an_alias_may_save_writing(load: Load) -> None:
    found = load(
        "channels: {mail: {type: email, to: [a@example.org], from: b@example.org, host: h}}\n"
        "subscriptions:\n"
        "  - {name: One, authorities: {all: true}, events: &e [correction], channels: &c [mail]}\n"
        "  - {name: Two, authorities: {all: true}, events: *e, channels: *c}\n"
    )
    assert found.subscriptions[0].events == found.subscriptions[1].events
