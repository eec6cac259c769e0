"""What is wrong with the setup of a Slack app is said in words, with what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from alerts.channels.errors import Refused
from alerts.channels.slack.error_replies import refusal
from alerts.channels.slack.tokens import check_kind_of_token

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize(
    ("code", "needed", "said"),
    [
        ("missing_scope", "groups:read", "add the scope groups:read"),
        ("not_in_channel", "", "/invite @your-app"),
        ("not_allowed_token_type", "", "wrong kind of token"),
        ("invalid_auth", "", "begins with xoxb-"),
    ],
)
def test_a_refusal_names_the_code_and_the_remedy(code: str, needed: str, said: str) -> None:
    error = refusal(code, needed)
    assert isinstance(error, Refused)
    assert code in str(error)
    assert said in str(error)


@pytest.mark.parametrize("token", ["xoxp-1-2", "xapp-1-A"])
def test_a_token_of_another_kind_is_named_without_being_shown(token: str) -> None:
    with pytest.raises(Refused, match="token, which begins with") as raised:
        check_kind_of_token(token)
    assert token not in str(raised.value)
    check_kind_of_token("xoxb-1-2")


def test_the_manifest_has_the_scopes_of_the_documentation() -> None:
    manifest = yaml.safe_load((DOCS / "slack-manifest.yaml").read_text("utf-8"))
    documented = re.findall(
        r"`([a-z]+:[a-z]+)`", (DOCS / "slack.md").read_text("utf-8").partition("3. Install")[0]
    )
    assert sorted(manifest["oauth_config"]["scopes"]["bot"]) == sorted(documented)
