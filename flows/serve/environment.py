"""The folder and the environment in which the children of `serve` run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import URL

from flows.serve.access import CLIENT, SERVER, Access, allowed_origins
from flows.settings import Settings, environment, handed_on
from reports.errors import ConfigurationError
from storage.database import checked_url

PROJECT = Path(__file__).resolve().parents[2]
"""Prefect reads `prefect.yaml`, `prefect.toml` and `logging.yml` from the current directory."""

FOREIGN = ("PREFECT_API_URL", "PREFECT_API_KEY", "PREFECT_PROFILE", "PREFECT_PROFILES_PATH")
"""A user of Prefect may have a server, an account and a profile of their own, which the children
must not find."""

_PREFECT_DATABASES = (
    "PREFECT_SERVER_DATABASE_CONNECTION_URL",
    "PREFECT_API_DATABASE_CONNECTION_URL",
    "PREFECT_SERVER_DATABASE_DRIVER",
)


def require_project() -> None:
    """Raise ConfigurationError where the deployments are not in the folder of the program."""
    if not (PROJECT / "prefect.yaml").is_file():
        raise ConfigurationError(
            f"{PROJECT} has no prefect.yaml: parts of the program are missing. Install it again."
        )


def child_environment(
    settings: Settings, *, home: Path, host: str, port: int, access: Access
) -> dict[str, str]:
    """Return the environment of all children: the caller's, ours made absolute, and Prefect's.

    The children run in the project's folder, so paths relative to the folder where `serve` was
    started become absolute. The variables of that folder's `.env` are handed on, because
    `watch.yaml` may name them, and so is its address, because a run reads it again.
    """
    given = {name: value for name, value in environment().items() if name not in FOREIGN}
    return given | {
        **watch_variables(settings),
        **handed_on(),
        **version_variable(),
        "PREFECT_HOME": str(home),
        **_prefect_database(home, given),
        "PREFECT_API_URL": api_url(host, port),
        SERVER: access.password,
        CLIENT: access.password,
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": allowed_origins(host, port),
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "true",
        # Relative, so that the pages work under whatever name a browser reaches them.
        "PREFECT_SERVER_UI_API_URL": "/api",
        "PREFECT_LOGGING_COLORS": "false",
        "DO_NOT_TRACK": "1",
        "NO_COLOR": "1",
        "PYTHONUNBUFFERED": "1",
    }


def _prefect_database(home: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Return the address of Prefect's database in `home`, unless the environment has one.

    The address that Prefect itself makes is wrong for some names of folders.
    """
    if any(name in given for name in _PREFECT_DATABASES):
        return {}
    file = URL.create("sqlite+aiosqlite", database=str(home / "prefect.db"))
    return {_PREFECT_DATABASES[0]: file.render_as_string(hide_password=False)}


def watch_variables(settings: Settings) -> dict[str, str]:
    """Return `settings` as environment variables, with absolute paths."""
    values = {name: getattr(settings, name) for name in type(settings).model_fields}
    values["database_url"] = absolute_database(settings.database)
    if settings.originals and "://" not in settings.originals:
        values["originals"] = Path(settings.originals)
    return {
        f"WATCH_{name.upper()}": _written(value)
        for name, value in values.items()
        if value is not None
    }


def version_variable() -> dict[str, str]:
    """Return the installed version, as `prefect.yaml` gives it to every deployment."""
    return {"INSPECTION_WATCH_VERSION": version("inspection-watch")}


def absolute_database(url: str) -> str:
    """Return `url` with an absolute path where it names the file of an SQLite database.

    Raises ConfigurationError where it cannot be used.
    """
    parsed = checked_url(url)
    file = str(parsed.database)
    if parsed.get_backend_name() != "sqlite" or file.startswith("file:"):
        return url
    return parsed.set(database=str(Path(file).absolute())).render_as_string(hide_password=False)


def api_url(host: str, port: int) -> str:
    """Return the address at which this machine reaches the server's API."""
    # A server that listens on every address is called at the loopback address.
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://{f'[{name}]' if ':' in name else name}:{port}/api"


def _written(value: object) -> str:
    if isinstance(value, Path):
        return str(value.absolute())
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
