"""Where the settings come from, and what is said of an unusual file or folder."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from prefect.server.schemas.schedules import CronSchedule
from sqlalchemy import make_url
from typer.testing import CliRunner

from cli.main import app
from flows.serve.access import Access
from flows.serve.environment import PROJECT, child_environment, watch_variables
from flows.settings import Settings, environment, load_settings
from reports.errors import ConfigurationError
from storage.database import Database
from tests.command import run_command


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "content", [b"# one\nWATCH_CONTACT=caf\xe9@example.org\n", "\nA=é\n".encode("utf-16-le")]
)
@pytest.mark.parametrize("command", ["status", "read", "serve", "demo", "check"])
def test_an_env_file_that_is_not_utf_8_is_one_clear_error(
    folder: Path, content: bytes, command: str
) -> None:
    (folder / ".env").write_bytes(content)
    done = CliRunner().invoke(app, [command, *(["x.pdf"] if command == "read" else [])])
    assert isinstance(done.exception, ConfigurationError)
    assert str(done.exception) == (
        f"{folder / '.env'}: line 2 is not UTF-8 text. Save the file again as UTF-8."
    )
    for read in (load_settings, environment):
        with pytest.raises(ConfigurationError, match="line 2 is not UTF-8 text"):
            read()


@pytest.mark.parametrize(
    "line", ["SLACK_BOT_TOKEN: xoxb-secret", "MAIL_PASSWORD='secret", "set MAIL_PASSWORD=secret"]
)
def test_an_env_line_that_sets_no_variable_is_one_clear_error_without_its_words(
    folder: Path, line: str
) -> None:
    (folder / ".env").write_text(f"# Secrets\n\n{line}\nWATCH_HOLD_OVER=5\n")
    done = CliRunner().invoke(app, ["status"])
    assert isinstance(done.exception, ConfigurationError)
    assert str(done.exception) == (
        f"{folder / '.env'}: line 3 must be NAME=value, and quotation marks must be closed."
    )


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("WATCH_HOLD_OVER", "many", "must be a whole number"),
        ("WATCH_HOLD_OVER", "-1", "must be 0 or more"),
        ("WATCH_READING_PROCESSES", "99", "must be 32 or less"),
        ("WATCH_REQUESTS_PER_SECOND", "fast", "must be a number"),
        ("WATCH_REQUESTS_PER_SECOND", "-1", "must be 0 or more"),
        ("WATCH_CERTAIN_AFTER", "0", "must be more than 0"),
        ("WATCH_WEBSITE", "perhaps", "must be true or false"),
        ("WATCH_NOW", "noon", "must be a date and a time, such as 2026-06-30T13:00"),
        ("WATCH_NOW", "0001-01-01", "must be a time from 1970 to 2999, such as 2026-06-30T13:00"),
        (
            "WATCH_PUBLIC_URL",
            "{x}",
            "must be a whole address, such as https://watch.example.gov.uk",
        ),
    ],
)
def test_a_wrong_setting_is_named_in_plain_words(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, problem: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert str(caught.value) == f"{name} {problem}"


def test_the_folder_cannot_be_chosen_in_a_file_in_it(folder: Path) -> None:
    (folder / ".env").write_text("WATCH_HOME=/srv/watch\n", "utf-8")
    done = CliRunner().invoke(app, ["status"])
    assert isinstance(done.exception, ConfigurationError)
    assert str(done.exception) == (
        f"{folder / '.env'}: WATCH_HOME has no effect here. Remove the line, and set it in the "
        "environment or use --home."
    )
    assert not (folder / "data").exists()


@pytest.mark.parametrize("command", ["status", "poll", "serve", "worker", "deploy"])
def test_a_misspelt_folder_is_an_error_and_is_not_made(
    folder: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.delenv("WATCH_DATA_DIR")
    monkeypatch.setenv("WATCH_CONTACT", "me@example.org")
    done = run_command("--home", str(folder / "wacth"), command, env=dict(os.environ))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"There is no folder {folder / 'wacth'}. Check --home ")
    assert list(folder.iterdir()) == []


def test_a_folder_where_nothing_is_set_up_is_an_error_and_stays_empty(folder: Path) -> None:
    outside = {name: value for name, value in os.environ.items() if not name.startswith("WATCH_")}
    done = run_command("--home", str(folder), "status", env=outside)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"There is no watch.yaml in {folder}. ")
    assert list(folder.iterdir()) == []


def test_the_mark_of_windows_programs_in_front_of_an_env_file_is_ignored(folder: Path) -> None:
    (folder / ".env").write_bytes(b"\xef\xbb\xbfWATCH_CONTACT=me@example.org\nTOKEN=caf\xc3\xa9\n")
    assert load_settings().contact == "me@example.org"
    assert environment()["TOKEN"] == "café"


@pytest.mark.parametrize("name", ["what?", "a#b%20 &;=", "q?mode=memory&cache=shared"])
def test_the_data_folder_may_have_any_name(folder: Path, name: str) -> None:
    settings = Settings(data_dir=Path(name))
    database = Database(settings.database)
    database.migrate()
    assert database.is_current()
    database.close()
    assert (folder / name / "watch.db").is_file()
    handed_on = watch_variables(settings)
    assert handed_on["WATCH_DATA_DIR"] == str(folder / name)
    assert make_url(handed_on["WATCH_DATABASE_URL"]).database == str(folder / name / "watch.db")


def test_prefects_database_is_in_the_data_folder_whatever_its_name(folder: Path) -> None:
    home = folder / "what?" / "prefect"
    given = child_environment(
        Settings(data_dir=folder / "what?"), home=home, host="127.0.0.1", port=4200,
        access=Access("me:secret"),
    )  # fmt: skip
    url = make_url(given["PREFECT_SERVER_DATABASE_CONNECTION_URL"])
    assert url.database == str(home / "prefect.db")


def test_messages_are_sent_every_five_minutes_also_when_the_clocks_go_back() -> None:
    deployments = yaml.safe_load((PROJECT / "prefect.yaml").read_text("utf-8"))["deployments"]
    (deliver,) = (one for one in deployments if one["name"] == "deliver")
    (schedule,) = deliver["schedules"]
    planned = CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"])
    # Sunday 25 October 2026: 02:00 in London becomes 01:00 at 01:00 UTC.
    start, end = (datetime(2026, 10, 25, hour, tzinfo=ZoneInfo("UTC")) for hour in (0, 3))
    runs = asyncio.run(planned.get_dates(n=100, start=start, end=end))
    assert [run.astimezone(UTC) for run in runs] == [
        start + timedelta(minutes=5 * n) for n in range(37)
    ]
