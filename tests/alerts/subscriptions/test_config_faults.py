"""watch.yaml: every fault names its line and the nearest valid word, and shows no secret."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from alerts.subscriptions.config import load_config
from reports.errors import ConfigurationError
from reports.register import Register
from tests.alerts.subscriptions.conftest import WHOLE, Load

HEAD = """\
channels:
  mail: {type: email, to: [a@example.org], from: b@example.org, host: h}
subscriptions:
"""


def _bomb() -> str:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    return "\n".join(levels)


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
        ("channels: [team-mail]", "channels: []", 12, ["must have channels or a ping"]),
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
        ("channels: {}\n---\nsubscriptions: []\n", "line 2: .* begins a second document"),
        ("channels: {}\x07\n", "has a control character"),
        ("channels:\n  s: {channel: #general}\n  t: {}\n", "begins with # needs quotes"),
    ],
)
def test_broken_yaml_is_explained_to_people_who_do_not_know_it(
    load: Load, text: str, said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        load(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", ["!!bool yes?", "!!timestamp today", "!!int ''", "!!float ''"])
def test_a_value_that_does_not_fit_its_tag_is_an_error_with_its_line(
    load: Load, value: str
) -> None:
    with pytest.raises(ConfigurationError, match="line 4: this value cannot be read"):
        load(f"{HEAD}  - name: {value}\n")


@pytest.mark.parametrize("kind", ["device", "pipe", "folder"])
def test_what_is_not_a_file_is_refused_because_it_may_have_no_end(
    tmp_path: Path, register: Register, kind: str
) -> None:
    path = tmp_path / "watch.yaml"
    match kind:
        case "device":
            path.symlink_to("/dev/zero")
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
    with pytest.raises(ConfigurationError, match="watch.yaml cannot be read: it is not a file"):
        load_config(path, register=register)


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


@pytest.mark.parametrize(("mistakes", "rest"), [(40, "20 more mistakes"), (21, "1 more mistake")])
def test_of_very_many_mistakes_the_first_are_shown(load: Load, mistakes: int, rest: str) -> None:
    names = ", ".join(f"Nowhere{number}" for number in range(mistakes))
    with pytest.raises(ConfigurationError, match=f"… and {rest}$"):
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


def test_what_is_wrong_with_a_whole_entry_is_one_sentence_about_it(load: Load) -> None:
    text = (
        "channels:\n  team: {type: email, to: [a@example.org], from: b@example.org, host: x,"
        " username: u}\noperators: {channels: []}\n"
    )
    with pytest.raises(ConfigurationError) as caught:
        load(text)
    assert str(caught.value).splitlines() == [
        "watch.yaml, line 2: team needs both username and password, or neither",
        "watch.yaml, line 3: operators must have channels or a ping address",
    ]


@pytest.mark.parametrize("value", ["x", '"a\\nb"', "7", "{a: b}"])
def test_a_template_that_is_not_an_id_is_one_plain_sentence(load: Load, value: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(f"channels:\n  n: {{type: notify, to: [a@example.org], template_id: {value}}}\n")
    [_, fault] = str(caught.value).splitlines()
    assert fault.startswith("watch.yaml, line 2: template_id must be an ID, such as ")


def test_a_subscription_that_chooses_no_councils_is_an_error(load: Load) -> None:
    text = WHOLE.replace(
        "{names: [Havering, Newham], regions: [London], neighbours_of: [Haringey], all: false}",
        "{all: false}",
    )
    with pytest.raises(ConfigurationError, match="line 8: this subscription chooses no councils"):
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
