"""Who may use Prefect's server: whoever knows the password, and no page of another website.

By default Prefect's server has no password, answers every origin, and lets a run name the command
to execute. Anyone who reaches it could then run programs as the user of the service.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alerts.channels.hosts import is_this_machine
from reports.errors import ConfigurationError
from storage.private_files import keep_private_text

SERVER = "PREFECT_SERVER_API_AUTH_STRING"
CLIENT = "PREFECT_API_AUTH_STRING"
USER = "admin"

STRENGTH = 24
"""Bytes of randomness: 192 bits cannot be guessed."""

JOB_TEMPLATE = Path(__file__).with_name("work_pool.json")
"""A work pool whose runs can override nothing: no command, no variables, no folder."""


@dataclass(frozen=True)
class Access:
    """The `password` as `user:password`, for the server and for the programs that call it.

    `is_new` means that it was made just now. `file` keeps a generated password; None: the user
    chose it.
    """

    password: str
    file: Path | None = None
    is_new: bool = False

    @property
    def credentials(self) -> tuple[str, str]:
        """User and password for a request."""
        user, _, password = self.password.partition(":")
        return user, password


def access(environment: Mapping[str, str], *, home: Path, host: str) -> Access:
    """Return the password of the user's environment, or the one kept in `home`; else make one.

    Raises ConfigurationError for a password that Prefect would not understand, and for a `host`
    that other machines can reach while the user has not chosen a password.
    """
    given = {name: value for name in (SERVER, CLIENT) if (value := environment.get(name))}
    for name, value in given.items():
        if not _is_usable(value):
            raise ConfigurationError(f"{name} must have the form user:password")
    if len(set(given.values())) > 1:
        raise ConfigurationError(f"{SERVER} and {CLIENT} must be the same")
    if given:
        return Access(next(iter(given.values())))
    if not is_this_machine(host):
        raise _own_password_needed(f"--host {host}")
    return _kept(home / "password")


def require_own_password(allowed: Access, *, host: str, named: str) -> None:
    """Raise ConfigurationError where other machines can reach `host` with a generated password.

    `named` is the setting that names the host.
    """
    if allowed.file is not None and not is_this_machine(host):
        raise _own_password_needed(named)


def _own_password_needed(named: str) -> ConfigurationError:
    return ConfigurationError(
        f"{named} can be reached from other machines: set {SERVER} and {CLIENT} to "
        "user:password first"
    )


def allowed_origins(host: str, port: int) -> str:
    """Return the origins whose pages may read the server's answers, as Prefect's setting."""
    names = {"127.0.0.1", "localhost", f"[{host}]" if ":" in host else host}
    if host in ("0.0.0.0", "::"):
        names.discard(f"[{host}]" if ":" in host else host)
    return ",".join(f"http://{name}:{port}" for name in sorted(names))


def job_template() -> dict[str, Any]:
    """Return the job template of our work pool."""
    template: dict[str, Any] = json.loads(JOB_TEMPLATE.read_text(encoding="utf-8"))
    return template


def _kept(file: Path) -> Access:
    made = f"{USER}:{secrets.token_urlsafe(STRENGTH)}"
    kept = keep_private_text(file, f"{made}\n").strip()
    file.chmod(0o600)
    if not _is_usable(kept):
        raise ConfigurationError(
            f"{file} does not hold a password as user:password: delete it, "
            "and the next start makes a new one"
        )
    return Access(kept, file=file, is_new=kept == made)


def _is_usable(value: str) -> bool:
    user, _, password = value.partition(":")
    return bool(user and password)
