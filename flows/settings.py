"""The settings: environment variables `WATCH_…`, or a `.env` file in the home folder."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from reports.errors import ConfigurationError
from reports.london import LONDON, london_date
from reports.value_faults import MUST_BE
from reports.wording import uk_time
from scrapers.public_site import PUBLIC_SITE

ENV_FILE = ".env"
HOME_VARIABLE = "WATCH_HOME"
ENV_FILE_VARIABLE = "INSPECTION_WATCH_ENV_FILE"
"""In the environment of the parts of a service: the file whose variables it was started with."""
FROM_ENV_FILE = "INSPECTION_WATCH_FROM_ENV_FILE"
"""In the same place: the names of the variables that came from that file."""
_PREFECT = "PREFECT_"
_ENCODING = "utf-8-sig"
"""UTF-8, with or without the byte order mark that Windows programs put at the start."""


class Settings(BaseSettings):
    """All settings. The variable of a field is `WATCH_` plus its name; see docs/settings.md."""

    model_config = SettingsConfigDict(
        env_prefix="WATCH_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    site_url: str = PUBLIC_SITE
    allowed_hosts: str | None = None
    database_url: str | None = None
    data_dir: Path = Path("data")
    originals: str | None = None
    config: Path = Path("watch.yaml")
    authorities: Path | None = None
    requests_per_second: float = Field(default=1.0, ge=0)
    contact: str = ""
    public_url: str | None = None
    # The website that `serve` keeps current, and where it offers it.
    website: bool = True
    website_address: str = "127.0.0.1:4280"
    # Where `serve` offers health and metrics.
    monitoring: bool = True
    monitoring_address: str = "127.0.0.1:4290"
    now: datetime | None = None
    hold_over: int = Field(default=25, ge=0)
    reading_processes: int = Field(default=2, ge=1, le=32)
    unlimited_reading: bool = False
    certain_after: float = Field(default=30.0, gt=0, le=3600)

    @field_validator("now")
    @classmethod
    def _now_is_an_instant(cls, value: datetime | None) -> datetime | None:
        # Near the first and the last year, the days before and after it cannot be computed.
        if value is not None and not 1970 <= value.year <= 2999:
            raise ValueError("must be a time from 1970 to 2999, such as 2026-06-30T13:00")
        # A time without a zone is London time, which is what people in the UK mean.
        if value is not None and value.tzinfo is None:
            return value.replace(tzinfo=LONDON)
        return value

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not re.fullmatch(r"https?://[^\s/?#@]+(?:/[^\s?#]*)?", value):
            raise ValueError("must be a whole address, such as https://watch.example.gov.uk")
        return value.rstrip("/")

    @field_validator("website_address", "monitoring_address")
    @classmethod
    def _is_host_and_port(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not re.fullmatch("[0-9]{1,5}", port) or int(port) > 65_535:
            raise ValueError("must be host:port, such as 127.0.0.1:4280")
        return value

    @property
    def archive(self) -> str | Path:
        """The folder or the store's address where original files are kept."""
        return self.originals or self.data_dir / "originals"

    @property
    def database(self) -> str:
        """The database's SQLAlchemy URL."""
        # Imported here, because commands that need no database read the settings too.
        from sqlalchemy import URL

        file = URL.create("sqlite", database=str(self.data_dir.absolute() / "watch.db"))
        return self.database_url or file.render_as_string(hide_password=False)

    @property
    def hosts(self) -> tuple[str, ...] | None:
        """The hosts (host or host:port) that report links may point to; None: the default."""
        if self.allowed_hosts is None:
            return None
        return tuple(host.strip() for host in self.allowed_hosts.split(",") if host.strip())

    @property
    def is_public_site(self) -> bool:
        """Whether the site is Ofsted's own, whose size is known."""
        return self.site_url.rstrip("/") == PUBLIC_SITE

    @property
    def holds_read_again(self) -> bool:
        """Whether messages about what reading a report again has changed wait for `release`."""
        return self.hold_over > 0

    @property
    def clock_warning(self) -> str:
        """What does not work while WATCH_NOW is set; empty where it is not."""
        if self.now is None:
            return ""
        return (
            f"WATCH_NOW fixes the clock at {uk_time(self.now)}. Checks find no reports "
            "that are published later, and nothing alerts you if checks stop. Use it only for "
            "replays and tests."
        )

    def instant(self) -> datetime:
        """Return the present moment, or that of WATCH_NOW, in UTC."""
        return (self.now or datetime.now(UTC)).astimezone(UTC)

    def today(self) -> date:
        """Return today's date in London."""
        return london_date(self.instant())


def home() -> Path:
    """Return the folder with `watch.yaml` and `.env`: WATCH_HOME, or the current folder."""
    return Path(os.environ.get(HOME_VARIABLE) or ".")


def require_home(settings: Settings) -> None:
    """Raise ConfigurationError where nothing is set up, so that no empty database is created.

    The folder of `--home` or WATCH_HOME must exist. A folder is set up when it has `watch.yaml`,
    `.env` or a data folder. Without any of these, the environment must have settings.
    """
    if not home().is_dir():
        raise ConfigurationError(
            f"There is no folder {home().absolute()}. Check --home and WATCH_HOME. To start in a "
            "new folder, run `inspection-watch init` with the same --home."
        )
    if any(name.startswith("WATCH_") and name != HOME_VARIABLE for name in os.environ):
        return
    if any(path.exists() for path in (settings.config, settings.data_dir, home() / ENV_FILE)):
        return
    raise ConfigurationError(
        f"There is no watch.yaml in {home().absolute()}. Create one with `inspection-watch init`, "
        "or name the folder that has it with --home or WATCH_HOME."
    )


def environment(given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the variables of `given`, and those that only the `.env` file sets.

    A part of a service has the variables of the file as they were when the service began. Here the
    file counts as it is now, so that a new token needs no restart. Raises ConfigurationError for a
    `.env` file that cannot be used.
    """
    file = Path(given[ENV_FILE_VARIABLE]) if ENV_FILE_VARIABLE in given else home() / ENV_FILE
    before = given.get(FROM_ENV_FILE, "").split()
    own = {name: value for name, value in given.items() if name not in before}
    return {**_named_in(file, prefect=ENV_FILE_VARIABLE not in given), **own}


def handed_on() -> dict[str, str]:
    """Return the variables by which a part of a service finds the folder and `.env` again."""
    names = _named_in(home() / ENV_FILE, prefect=False).keys() - os.environ.keys()
    named = {HOME_VARIABLE: str(home().absolute())} if HOME_VARIABLE in os.environ else {}
    return named | {
        ENV_FILE_VARIABLE: str((home() / ENV_FILE).absolute()),
        FROM_ENV_FILE: " ".join(sorted(names)),
    }


def _named_in(file: Path, *, prefect: bool) -> dict[str, str]:
    """Return the variables of a `.env` file, with or without those of Prefect.

    The parts of a service do not read those, because it keeps the Prefect server it began with.
    """
    check_env_file(file)
    named = dotenv_values(file, encoding=_ENCODING)
    return {
        name: value
        for name, value in named.items()
        if value is not None and (prefect or not name.startswith(_PREFECT))
    }


def share_certificates() -> None:
    """Let every library trust the certificate authorities that SSL_CERT_FILE names.

    `requests`, which sends webhooks, Apprise, GOV.UK Notify and the ping, reads another variable.
    """
    if path := os.environ.get("SSL_CERT_FILE"):
        os.environ.setdefault("REQUESTS_CA_BUNDLE", path)


def check_env_file(file: Path | None = None) -> None:
    """Raise ConfigurationError for a `.env` file that cannot be used or sets WATCH_HOME.

    None: the file of `home()`. A folder is not read.
    """
    file = file or home() / ENV_FILE
    try:
        if not file.is_file():
            return
        data = file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{file.absolute()} cannot be read: {error.strerror}") from error
    try:
        data.decode(_ENCODING)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigurationError(
            f"{file.absolute()}: line {line} is not UTF-8 text. Save the file again as UTF-8."
        ) from error
    for binding in parse_stream(io.StringIO(data.decode(_ENCODING))):
        if binding.error:
            before, said = binding.original.line, binding.original.string
            line = before + said[: len(said) - len(said.lstrip())].count("\n")
            raise ConfigurationError(
                f"{file.absolute()}: line {line} must be NAME=value, and quotation "
                "marks must be closed."
            )
    # It decides which `.env` is read, so it cannot be in one.
    if dotenv_values(file, encoding=_ENCODING).get(HOME_VARIABLE):
        raise ConfigurationError(
            f"{file.absolute()}: {HOME_VARIABLE} has no effect here. Remove the line, and set it "
            "in the environment or use --home."
        )


def load_settings() -> Settings:
    """Read the settings; relative paths start at `home()`.

    Raises a ConfigurationError that names the variable and the fault.
    """
    check_env_file()
    try:
        return _from_home(Settings(_env_file=home() / ENV_FILE, _env_file_encoding=_ENCODING))
    except ValidationError as error:
        first = error.errors()[0]
        name = "WATCH_" + "_".join(str(part) for part in first["loc"]).upper()
        known = MUST_BE.get(first["type"])
        said = known.format_map(first.get("ctx", {})) if known else first["msg"]
        raise ConfigurationError(f"{name} {said.removeprefix('Value error, ')}") from error


def _from_home(settings: Settings) -> Settings:
    """Return the settings with paths that start at WATCH_HOME, where that is set."""
    if HOME_VARIABLE not in os.environ:
        return settings
    paths = {"data_dir": settings.data_dir, "config": settings.config}
    if settings.authorities:
        paths["authorities"] = settings.authorities
    moved: dict[str, object] = {name: home() / path for name, path in paths.items()}
    if settings.originals and "://" not in settings.originals:
        moved["originals"] = str(home() / settings.originals)
    return settings.model_copy(update=moved)
