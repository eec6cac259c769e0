"""watch.yaml: every fault names its line and the nearest valid word, and shows no secret."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from alerts.channels.email.transport import EmailChannel
from alerts.channels.slack.transport import SlackChannel
from alerts.events.types import EventType
from alerts.messages.digest_schedule import When
from alerts.subscriptions.config import AlertConfig, load_config
from reports.errors import ConfigurationError
from reports.register import Register

Load = Callable[..., AlertConfig]

WHOLE = """\
channels:
  scrutiny-slack: {type: slack, token: "${SLACK_BOT_TOKEN}", channel: "#childrens-services"}
  slack-hook:     {type: slack-webhook, url: "${SLACK_WEBHOOK_URL}"}
  team-mail:      {type: email, to: [team@example.gov.uk], from: watch@example.gov.uk, \
host: localhost, port: 25}
  teams:          {type: apprise, url: "${TEAMS_URL}"}
subscriptions:
  - name: Scrutiny
    authorities: {names: [Havering, Newham], regions: [London], neighbours_of: [Haringey], \
all: false}
    events: [grade_change, first_grade, priority_action, theme_repeat, new_report, correction, \
withdrawn, due_soon]
    when: now
    channels: [scrutiny-slack, team-mail]
operators:
  channels: [team-mail]
"""
SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-very-secret",
    "SLACK_WEBHOOK_URL": "https://hooks.slack.com/services/T0/B0/very-secret",
    "TEAMS_URL": "json://127.0.0.1/very-secret",
}


@pytest.fixture
def load(tmp_path: Path, register: Register) -> Load:
    def loaded(text: str, **environment: str) -> AlertConfig:
        path = tmp_path / "watch.yaml"
        path.write_text(text, encoding="utf-8")
        return load_config(path, register=register, environment=environment or SECRETS)

    return loaded


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


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("subscriptions:", "subscription:", 6, ["unknown key “subscription”", "subscriptions"]),
        ("type: slack,", "type: slak,", 2, ["unknown type “slak”", "did you mean slack"]),
        ("type: slack, ", "", 2, ["no type"]),
        ("token:", "tokn:", 2, ["unknown key “tokn”", "did you mean token"]),
        ("host: localhost,", "hst: localhost,", 4, ["unknown key “hst”", "did you mean host"]),
        ("from: watch@example.gov.uk,", "", 4, ["from is missing"]),
        ('token: "${SLACK_BOT_TOKEN}"', 'token: ""', 2, ["token", "empty"]),
        ('"#childrens-services"', "#childrens", 3, ["not valid YAML"]),
        ("[Havering, Newham]", "[Havring, Newham]", 8, ["Havring", "did you mean Havering"]),
        (
            "regions: [London]",
            "regions: [Londn]",
            8,
            ["unknown region “Londn”", "did you mean London"],
        ),
        ("[Haringey]", "[Harringay]", 8, ["Harringay", "did you mean Haringey"]),
        ("names:", "name:", 8, ["unknown key “name”", "did you mean names"]),
        (
            "first_grade,",
            "frist_grade,",
            9,
            ["unknown event “frist_grade”", "did you mean first_grade"],
        ),
        (
            "when: now",
            "when: dayly",
            10,
            ["unknown value for `when` “dayly”", "did you mean daily"],
        ),
        ("[scrutiny-slack,", "[scrutny-slack,", 11, ["scrutny-slack", "mean scrutiny-slack"]),
        ("channels: [team-mail]", "channels: [teem-mail]", 13, ["did you mean team-mail"]),
        ("port: 25", "port: 99999", 4, ["port", "65535"]),
        ("port: 25", "port: smtp", 4, ["port must be a whole number"]),
        ("all: false", "all: maybe", 8, ["all must be true or false"]),
        ("[Havering, Newham]", "Havering", 8, ["names must be a list", "[Havering]"]),
        ("[Havering, Newham]", "[12]", 8, ["entry 1 of names must be text"]),
        ("{names", "[names", 8, ["not valid YAML"]),
        ("[scrutiny-slack, ", "scrutiny-slack #", 11, ["channels must be a list", "team-mail"]),
        ("channels: [team-mail]", "channels: []", 12, ["names neither channels nor a ping"]),
        ("[team@example.gov.uk]", "[]", 4, ["to is empty"]),
        ("host: localhost,", 'host: "a b",', 4, ["host has characters"]),
        (
            "regions: [London]",
            "regions: [Scotland]",
            8,
            ["unknown region “Scotland”; choose from", "London"],
        ),
        ("name: Scrutiny", "name: operators", 7, ["choose another name"]),
        ("name: Scrutiny", "name: Subscriber 1", 7, ["subscribe", "choose another name"]),
        ("name: Scrutiny", "nam: Scrutiny", 7, ["name"]),
    ],
)
def test_a_fault_names_its_line_and_the_nearest_word(
    load: Load, old: str, new: str, line: int, words: list[str]
) -> None:
    assert old in WHOLE
    with pytest.raises(ConfigurationError) as caught:
        load(WHOLE.replace(old, new, 1))
    said = str(caught.value)
    assert said.startswith(f"watch.yaml, line {line}: ")
    for word in words:
        assert word in said


def test_lines_are_those_of_a_file_in_block_style(load: Load) -> None:
    text = """\
channels:
  team-mail:
    type: email
    to:
      - team@example.gov.uk
      - "team2@example.gov.uk, eve@example.org"
    from: watch@example.gov.uk
    host: localhost
"""
    with pytest.raises(ConfigurationError, match=r"line 4: to must be one plain email address"):
        load(text)


def test_a_channel_whose_name_became_a_comment_is_explained(load: Load) -> None:
    text = "channels:\n  a:\n    type: slack\n    token: x\n    channel: #general\n"
    with pytest.raises(ConfigurationError, match="line 5: channel is empty.*needs quotes"):
        load(text)


@pytest.mark.parametrize(
    "text",
    [
        "channels: [",
        "channels:\n\t- x",
        "channels: {}\nchannels: {}",
        "- just\n- a list",
        "channels: 5",
        "channels: {a: 7}",
        "subscriptions: {a: b}",
        "subscriptions: [7]",
        "a: &x [*x]",
        "channels: !!python/object/apply:os.system ['true']",
        "\x00",
    ],
)
def test_a_file_that_is_not_a_configuration_is_one_sentence(load: Load, text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(text)
    assert "\n" not in str(caught.value)


HEAD = """\
channels:
  mail: {type: email, to: [a@example.org], from: b@example.org, host: h}
subscriptions:
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{HEAD}  - name: A\n   channels: [mail]\n", "line 5: .* check the indentation"),
        (f"{HEAD}  - name: A\n    x:\n     - y\n    - z\n", "line 7: .* check the indentation"),
        (f"{HEAD}  - name: A: B\n", "line 4: .* check the indentation, and put text"),
        (f"{HEAD}\t- name: A\n", "line 4: .* indented with a tab"),
        (f"{HEAD}  - name: [A, B}}\n", "line 4: .* bracket is not closed"),
        (f'{HEAD}  - name: "A\n', "a quotation mark is not closed"),
        (f"{HEAD}  - name: @A\n", "line 4: .* begins with @"),
        (f"{HEAD}  - keywords: [*care]\n", r"line 4: .* begins with \* or &"),
        (f"{HEAD}  name: A\n", "subscriptions must be a list: each entry begins with -"),
        ("channels:\n  s: {channel: #general}\n  t: {}\n", "begins with # needs quotes"),
    ],
)
def test_broken_yaml_is_explained_to_people_who_do_not_know_it(
    load: Load, text: str, said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        load(text)
    assert "\n" not in str(caught.value)


def test_all_mistakes_of_a_file_are_found_at_once(load: Load) -> None:
    text = """\
channels:
  mail: {type: email, too: [a@example.org], from: b@example.org, host: h, port: x}
  chat: {type: slakc, token: "${TOKEN}"}
subscription: []
subscriptions:
  - name: A
    authorities: {names: [Haverring], regions: [Londn]}
    events: [grade_chnage]
    channels: [mial]
  - name: B
    authorities: {names: [Newhan]}
    themes: [suficiency]
    channels: [mail]
operators: {channels: [maill]}
"""
    with pytest.raises(ConfigurationError) as caught:
        load(text)
    said = [line.removeprefix("watch.yaml, ") for line in str(caught.value).splitlines()]
    assert sorted(said, key=lambda line: (int(line.split()[1][:-1]), line)) == [
        "line 2: port must be a whole number",
        "line 2: unknown key “too”; did you mean to?",
        "line 3: channel “chat” has an unknown type “slakc”; did you mean slack?",
        "line 3: the environment variable TOKEN is not set; add it to .env, or remove its entry",
        "line 4: unknown key “subscription”; did you mean subscriptions?",
        "line 7: unknown council “Haverring”; did you mean Havering?",
        "line 7: unknown region “Londn”; did you mean London?",
        "line 8: unknown event “grade_chnage”; did you mean grade_change?",
        "line 9: unknown channel “mial”; did you mean mail?",
        "line 11: unknown council “Newhan”; did you mean Newham?",
        "line 12: unknown theme “suficiency”; did you mean sufficiency?",
        "line 14: unknown channel “maill”; did you mean mail?",
    ]


def test_of_very_many_mistakes_the_first_are_shown(load: Load) -> None:
    names = ", ".join(f"Nowhere{number}" for number in range(40))
    with pytest.raises(ConfigurationError, match="… and 20 more mistakes"):
        load(WHOLE.replace("[Havering, Newham]", f"[{names}]"))


def test_a_key_given_twice_is_an_error(load: Load) -> None:
    with pytest.raises(ConfigurationError, match="line 3: “a” appears twice"):
        load("channels:\n  a: {type: apprise, url: 'json://h'}\n  a: {type: email}\n")


def test_two_subscriptions_of_one_name_are_an_error(load: Load) -> None:
    again = WHOLE[WHOLE.index("  - name") : WHOLE.index("operators")]
    with pytest.raises(ConfigurationError, match="line 12: two subscriptions are named “Scrutiny”"):
        load(WHOLE.replace("operators", again + "operators"))


def test_a_variable_that_is_not_set_is_named(load: Load) -> None:
    with pytest.raises(ConfigurationError, match="line 3: .* SLACK_WEBHOOK_URL is not set"):
        load(WHOLE, SLACK_BOT_TOKEN="x", TEAMS_URL="json://h")


def test_a_subscription_that_chooses_no_councils_is_an_error(load: Load) -> None:
    text = WHOLE.replace(
        "{names: [Havering, Newham], regions: [London], neighbours_of: [Haringey], all: false}",
        "{all: false}",
    )
    with pytest.raises(ConfigurationError, match="line 8: chooses no councils"):
        load(text)


@pytest.mark.parametrize(
    "address",
    [
        '"a\\r\\nRCPT TO:<b@example.org>"@example.org',
        "a@example.org\\r\\nBcc: b@example.org",
        "a@example.org,b@example.org",
        "A Name <a@example.org>",
        '"quoted"@example.org',
        "a(comment)@example.org",
        "a@b@example.org",
        "a b@example.org",
        "a@exa mple.org",
        "a@-example.org",
        "a@example..org",
        ".a@example.org",
        "a.@example.org",
        "@example.org",
        "a@",
        "ä@example.org",
        "a@example.org\\n",
        "a@example.org\\u2028",
        "a" * 65 + "@example.org",
    ],
)
def test_addresses_that_are_not_plain_are_refused(load: Load, address: str) -> None:
    for place in ("team@example.gov.uk", "watch@example.gov.uk"):
        quoted = '"' + address.replace('"', '\\"') + '"'
        with pytest.raises(ConfigurationError, match="must be one plain email address"):
            load(WHOLE.replace(place, quoted, 1))


def test_an_address_named_twice_is_an_error(load: Load) -> None:
    with pytest.raises(ConfigurationError, match="names an address twice"):
        load(WHOLE.replace("[team@example.gov.uk]", "[a@example.org, A@example.org]"))


def test_one_address_needs_no_list(load: Load) -> None:
    config = load(WHOLE.replace("[team@example.gov.uk]", "team@example.gov.uk"))
    assert config.channels["team-mail"].recipients() == ("team@example.gov.uk",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("channel:", "chanel:"),
        ("slack-webhook, url", "slack-webhook, uri"),
        ("type: slack-webhook,", "type: slack-webhok,"),
        ("type: apprise,", "type: slack,"),
        ('"${SLACK_WEBHOOK_URL}"', '"${TEAMS_URL}"'),
        ('"#childrens-services"', "7"),
    ],
)
def test_no_error_shows_a_secret(load: Load, old: str, new: str) -> None:
    assert old in WHOLE
    with pytest.raises(ConfigurationError) as caught:
        load(WHOLE.replace(old, new, 1))
    assert "secret" not in str(caught.value)
    assert "secret" not in repr(caught.value.__cause__)


def test_secrets_are_hidden_wherever_the_configuration_is_shown(load: Load) -> None:
    config = load(WHOLE)
    assert "secret" not in repr(config)
    assert "secret" not in str(config.channels)
    assert set(config.secrets()) == set(SECRETS.values())


def test_a_password_without_encryption_is_warned_about(load: Load) -> None:
    login = "host: mail.example.org, username: watch, password: x"
    [warning] = load(WHOLE.replace("host: localhost", login)).warnings
    assert "team-mail" in warning
    assert "starttls" in warning


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("Bournmouth", "did you mean Bournemouth, Christchurch and Poole?"),
        ("Yorkshire", "the region Yorkshire and the Humber (under regions)"),
    ],
)
def test_a_part_of_a_name_leads_to_the_councils_and_the_region_that_have_it(
    load: Load, name: str, suggested: str
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        load(WHOLE.replace("Havering", name))
    assert suggested in str(raised.value)


EVENTS = """\
    events: [grade_change, first_grade, priority_action, theme_repeat, new_report, correction, \
withdrawn, due_soon]
"""


def test_without_events_a_subscription_covers_what_a_council_wants_to_know_of_itself(
    load: Load,
) -> None:
    config = load(WHOLE.replace(EVENTS, ""))
    assert config.subscriptions[0].events == set(EventType) - {EventType.DUE_SOON}
    assert config.warnings == ()


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


def test_a_digest_is_accepted(load: Load) -> None:
    config = load(WHOLE.replace("when: now", "when: weekly"))
    assert config.subscriptions[0].when == When.WEEKLY
    assert config.warnings == ()


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


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("events: [", "events: grade_change #["),
        ("events: [", "events: [] #["),
        ("authorities: {", "authorities: Havering #{"),
        ("starttls: true", "starttls: perhaps"),
        ("name: Scrutiny", "name: 2026"),
        ("name: Scrutiny", "name: " + "x" * 201),
        ("name: Scrutiny", 'name: ""'),
        ("port: 25", "port: 2.5"),
        ("port: 25", "port: 0"),
    ],
)
def test_a_wrong_kind_of_value_is_said_in_plain_words(load: Load, old: str, new: str) -> None:
    text = WHOLE.replace("port: 25", "port: 25, starttls: true")
    assert old in text
    with pytest.raises(ConfigurationError) as caught:
        load(text.replace(old, new, 1))
    for word in ("tuple", "input", "dictionary", "instance", "string", "boolean", "integer"):
        assert word not in str(caught.value)


def test_names_are_taken_as_people_write_them(load: Load, register: Register) -> None:
    text = WHOLE.replace("[Havering, Newham]", "[London Borough of Havering]").replace(
        "regions: [London], neighbours_of: [Haringey], ", ""
    )
    havering = register.find("Havering")
    assert havering is not None
    assert load(text).subscriptions[0].authorities == {havering.key}


def _bomb() -> str:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    return "\n".join(levels)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (_bomb(), "line 5: the file expands to more than 20,000 values"),
        ("channels: &a [*a]", "line 1: the file expands to more than"),
        ("channels: &a {x: [*a, *a]}", "line 1: the file expands to more than"),
        ("channels: " + "[" * 200_000, "line 1: this value is nested too deeply"),
        (
            "channels: " + "{a: " * 50_000 + "x" + "}" * 50_000,
            "line 1: this value is nested too deeply",
        ),
        (
            "\n".join(" " * n + "a:" for n in range(1_000)),
            "line 21: this value is nested too deeply",
        ),
        ("channels: [" + "x, " * 300_000 + "]", "line 1: the file expands to more than"),
    ],
    ids=["aliases", "itself", "itself within", "flow", "flow mappings", "block", "values"],
)
def test_a_file_that_expands_to_too_much_is_one_error_at_once(
    load: Load, text: str, said: str
) -> None:
    started = time.process_time()
    with pytest.raises(ConfigurationError, match=f"watch.yaml, {said}"):
        load(text)
    assert time.process_time() - started < 1


def test_an_alias_may_save_writing(load: Load) -> None:
    found = load(
        "channels: {mail: {type: email, to: [a@example.org], from: b@example.org, host: h}}\n"
        "subscriptions:\n"
        "  - {name: One, authorities: {all: true}, events: &e [correction], channels: &c [mail]}\n"
        "  - {name: Two, authorities: {all: true}, events: *e, channels: *c}\n"
    )
    assert found.subscriptions[0].events == found.subscriptions[1].events
