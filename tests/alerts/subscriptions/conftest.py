"""A watch.yaml that uses every kind of key, and a way to load others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from alerts.subscriptions.config import AlertConfig, load_config
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
