"""Site and messages through a proxy that ends TLS under an authority of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.certificates import server_context
from demo.mailbox import LocalMailbox
from demo.sample import REGISTER_FILE, sample_site
from demo.site import SiteServer
from demo.slack import LocalSlack
from tests.alerts.receiver import SECRET, Receiver, receiving
from tests.command import Done, run_command
from tests.hosts import port_of
from tests.proxy import Proxy, running_proxy

SLACK, HOOKS, SITE = "slack.example:443", "hooks.example:443", "site.example:443"
WATCH_YAML = """
channels:
  slack: {{type: slack, token: "{token}", channel: "#childrens-services",
           base_url: "https://slack.example/api/"}}
  program: {{type: webhook, url: "https://hooks.example/hooks/very-secret", secret: "{secret}"}}
  mail: {{type: email, to: [team@example.org], from: watch@example.org,
          host: localhost, port: {port}, starttls: true}}
subscriptions:
  - {{name: Everything, authorities: {{all: true}}, channels: [slack, program, mail]}}
"""


@dataclass
class Council:
    """A network whose only way out is a proxy, with a mail server inside."""

    proxy: Proxy
    site: SiteServer
    slack: LocalSlack
    receiver: Receiver
    mailbox: LocalMailbox
    folder: Path

    def check(self, **more: str) -> Done:
        """Send a test message to every channel."""
        ours = ("PROXY", "CERT_FILE", "CA_BUNDLE")
        outside = {k: v for k, v in os.environ.items() if not k.upper().endswith(ours)}
        given = {
            "WATCH_DATA_DIR": str(self.folder / "data"),
            "WATCH_CONFIG": str(self.folder / "watch.yaml"),
            "WATCH_AUTHORITIES": str(REGISTER_FILE),
            "WATCH_SITE_URL": "https://site.example",
            "HTTPS_PROXY": self.proxy.url,
        }
        return run_command("check", "--send-test", env={**outside, **given, **more})


@pytest.fixture
def council(tmp_path: Path) -> Iterator[Council]:
    tls = server_context(tmp_path, "slack.example", "hooks.example", "site.example")
    with (
        SiteServer(sample_site()) as site,
        LocalSlack() as slack,
        receiving() as receiver,
        LocalMailbox(tmp_path / "mails", require_starttls=True) as mailbox,
        running_proxy(
            {
                SLACK: port_of(slack.base_url),
                HOOKS: port_of(receiver.url),
                SITE: port_of(site.url),
            },
            tls=tls,
        ) as proxy,
    ):
        (tmp_path / "watch.yaml").write_text(
            WATCH_YAML.format(token=slack.token, secret=SECRET, port=mailbox.port)
        )
        both = (tmp_path / "server.pem").read_text() + mailbox.certificate.read_text()
        (tmp_path / "authorities.pem").write_text(both)
        yield Council(proxy, site, slack, receiver, mailbox, tmp_path)


def test_site_slack_webhooks_and_mail_trust_the_authority_that_the_environment_names(
    council: Council,
) -> None:
    done = council.check(SSL_CERT_FILE=str(council.folder / "authorities.pem"))
    assert len(council.slack.messages) == 1
    assert len(council.receiver.bodies) == 1
    assert len(council.mailbox.mails) == 1
    assert {SLACK, HOOKS, SITE} == set(council.proxy.asked)
    assert "ok   site: https://site.example answers" in done.stdout


def test_without_it_nothing_is_sent_and_each_channel_says_why(council: Council) -> None:
    done = council.check()
    assert (council.slack.messages, council.receiver.bodies, council.mailbox.mails) == ((), [], ())
    refused = [line for line in done.stdout.splitlines() if "cert" in line.lower()]
    assert {line.split()[1] for line in refused} == {"slack:", "program:", "mail:", "site:"}, (
        done.stdout
    )
    assert "the site's certificate is not trusted; if a firewall replaces" in done.stdout
