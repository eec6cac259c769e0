"""The files of a new folder for Inspection Watch: `watch.yaml`, `.env` and a service unit."""

from __future__ import annotations

import getpass
import json
import os
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reports.errors import ConfigurationError

_OWNER_ONLY = 0o600


@dataclass(frozen=True, kw_only=True)
class NewHome:
    """What a user chooses: the councils, and where the messages go."""

    councils: Sequence[str]
    email: str | None = None
    mail_server: str = "localhost"
    mail_port: int = 25
    mail_user: str = ""
    slack_channel: str | None = None

    @property
    def watch_yaml(self) -> str:
        """The text of `watch.yaml`, with one channel and one subscription.

        JSON strings are valid YAML.
        """
        return f"""\
# Channels, subscriptions and operators: docs/subscriptions.md explains every option.
# Keep secrets in .env. Run `inspection-watch check` after each change.
channels:
  {self._channel}
subscriptions:
  - name: Our councils
    authorities: {{names: [{", ".join(json.dumps(name) for name in self.councils)}]}}
    channels: [alerts]
    welcome: true   # new recipients get a welcome message
"""

    @property
    def env(self) -> str:
        """The text of `.env`, with a line for each secret that the channel needs."""
        secret = "MAIL_PASSWORD=\n" if self.mail_user else "# MAIL_PASSWORD=\n"
        if self.slack_channel:
            secret = "SLACK_BOT_TOKEN=\n"
        return f"# Settings and secrets: docs/settings.md lists them.\n{secret}"

    @property
    def _channel(self) -> str:
        if self.slack_channel:
            name = json.dumps(self.slack_channel)
            return f'alerts: {{type: slack, token: "${{SLACK_BOT_TOKEN}}", channel: {name}}}'
        address = json.dumps(self.email)
        server = f"host: {json.dumps(self.mail_server)}, port: {self.mail_port}"
        begin = (
            "# Recipients write to the address in `from` to change or stop messages.\n"
            f"  alerts: {{type: email, to: [{address}], from: {address},\n           {server}"
        )
        if self.mail_user:
            user = json.dumps(self.mail_user)
            return (
                f"{begin}, starttls: true,\n"
                f'           username: {user}, password: "${{MAIL_PASSWORD}}"}}'
            )
        return (
            f"{begin}}}\n"
            "  # For a mail server with a password, add: "
            'starttls: true, username: …, password: "${MAIL_PASSWORD}"'
        )


def service_unit(folder: Path) -> str:
    """Return a systemd unit that runs `serve` in `folder`."""
    command = shlex.join([sys.executable, "-m", "inspection_watch"])
    return f"""\
# Install: copy this file to /etc/systemd/system, then run: systemctl enable --now inspection-watch
[Unit]
Description=Inspection Watch
After=network-online.target
Wants=network-online.target

[Service]
User={_user()}
WorkingDirectory={folder}
ExecStart={command} --home {shlex.quote(str(folder))} serve
Restart=on-failure
RestartSec=10
# The program stops its parts itself, after the run under way.
KillMode=mixed
KillSignal=SIGINT
TimeoutStopSec=90
NoNewPrivileges=true
PrivateTmp=true
ProtectSystem=full

[Install]
WantedBy=multi-user.target
"""


def _user() -> str:
    """Return the user who runs this. In a container, the user may have a number and no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # KeyError up to Python 3.12, OSError from 3.13
        return "inspection-watch"


def write_home(folder: Path, chosen: NewHome) -> list[Path]:
    """Write the files and return their paths.

    Raises ConfigurationError, and writes nothing, where `folder` already has one of them.
    """
    files = {
        folder / "watch.yaml": (chosen.watch_yaml, 0o644),
        folder / ".env": (chosen.env, _OWNER_ONLY),
        folder / "inspection-watch.service": (service_unit(folder.absolute()), 0o644),
    }
    for path in files:
        if path.exists():
            raise ConfigurationError(f"{path} exists already; nothing was written")
    folder.mkdir(parents=True, exist_ok=True)
    for path, (text, mode) in files.items():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
    return list(files)
