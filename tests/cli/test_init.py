"""`init`: a folder that `check` accepts, secrets that only the owner reads, nothing overwritten."""

from __future__ import annotations

import getpass
import os
from configparser import ConfigParser
from pathlib import Path

import pytest

from alerts.subscriptions.config import load_config
from reports.register import Register
from tests.command import Done, run_command

EMAIL = ("--email", "team@example.gov.uk", "--mail-server", "mail.example.gov.uk:587")


def run(folder: Path, *arguments: str, keyboard: str = "") -> Done:
    """The command for `folder`, with no setting in the environment."""
    return run_command(
        "--home", str(folder), *arguments, env={"PATH": os.environ["PATH"]}, keyboard=keyboard
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "watch"


def test_an_email_subscription_is_valid(folder: Path) -> None:
    done = run(folder, "init", "--council", "city of york", *EMAIL)
    assert done.returncode == 0, done.stderr
    config = load_config(folder / "watch.yaml", register=Register.default())
    [subscription] = config.subscriptions
    assert [channel.name for channel in config.channels.values()] == ["alerts"]
    assert len(subscription.authorities) == 1
    assert (folder / ".env").stat().st_mode & 0o077 == 0
    assert f" --home {folder} check --send-test\n" in done.stdout
    assert [line.partition(":")[0] for line in done.stdout.splitlines()[-2:]] == ["Next", "Then"]


def test_the_service_runs_as_its_user_and_is_stopped_as_by_a_person(folder: Path) -> None:
    run(folder, "init", "--council", "Leeds", *EMAIL)
    unit = ConfigParser(strict=False, interpolation=None)
    unit.read(folder / "inspection-watch.service")
    service = unit["Service"]
    assert service["User"] == getpass.getuser()
    assert service["ExecStart"].endswith(f" -m inspection_watch --home {folder} serve")
    # Only the program itself gets the signal: its parts live until the run under way has ended.
    assert (service["KillMode"], service["KillSignal"]) == ("mixed", "SIGINT")


def test_a_slack_subscription_takes_its_token_from_env(folder: Path) -> None:
    done = run(folder, "init", "--council", "Leeds", "--slack", "#children")
    assert done.returncode == 0, done.stderr
    assert "SLACK_BOT_TOKEN=" in (folder / ".env").read_text(encoding="utf-8")
    config = load_config(
        folder / "watch.yaml",
        register=Register.default(),
        environment={"SLACK_BOT_TOKEN": "xoxb-1-invented"},
    )
    assert list(config.channels) == ["alerts"]


def test_a_mail_server_with_a_user_takes_its_password_from_env(folder: Path) -> None:
    done = run(folder, "init", "--council", "Leeds", *EMAIL, "--mail-user", "watch")
    assert done.returncode == 0, done.stderr
    assert "put the password of the mail server into .env" in done.stdout
    assert "\nMAIL_PASSWORD=\n" in (folder / ".env").read_text(encoding="utf-8")
    config = load_config(
        folder / "watch.yaml",
        register=Register.default(),
        environment={"MAIL_PASSWORD": "invented"},
    )
    assert config.channels["alerts"].model_dump()["username"] == "watch"
    assert config.subscriptions[0].welcome


def test_a_slip_is_asked_about_again(folder: Path) -> None:
    answers = [
        "Havring",
        "Havering, Northants",
        "Havering, North Northamptonshire",
        "team",
        "t@example.org",
    ]
    done = run(folder, "init", keyboard="\n".join([*answers, "localhost", "", ""]))
    assert done.returncode == 0, done.stderr
    assert "did you mean Havering?" in done.stderr
    assert "or North Northamptonshire?" in done.stderr
    written = (folder / "watch.yaml").read_text(encoding="utf-8")
    assert 'to: ["t@example.org"]' in written


@pytest.mark.parametrize(
    "server", ["mail:99999", "mail:0", "mail:smtp", ":25", "two words:25", "mail:" + "9" * 5000]
)
def test_a_mail_server_without_a_usable_port_writes_nothing(folder: Path, server: str) -> None:
    done = run(folder, "init", "--council", "Leeds", *EMAIL[:2], "--mail-server", server)
    assert done.returncode == 2
    assert done.stderr == f"--mail-server takes host or host:port, not “{server}”\n"
    assert not folder.exists()


def test_a_slip_in_the_mail_server_is_asked_about_again(folder: Path) -> None:
    answers = ["t@example.org", "mail:smtp", "mail:587", ""]
    done = run(folder, "init", "--council", "Leeds", keyboard="\n".join([*answers, ""]))
    assert done.returncode == 0, done.stderr
    assert 'host: "mail", port: 587' in (folder / "watch.yaml").read_text(encoding="utf-8")


def test_an_empty_slack_channel_writes_nothing(folder: Path) -> None:
    done = run(folder, "init", "--council", "Leeds", "--slack", "")
    assert done.returncode == 2
    assert "--slack takes a channel" in done.stderr
    assert not folder.exists()


def test_an_unknown_council_writes_nothing(folder: Path) -> None:
    done = run(folder, "init", "--council", "Havring", *EMAIL)
    assert done.returncode == 2
    assert "did you mean Havering?" in done.stderr
    assert not folder.exists()


def test_existing_files_are_never_changed(folder: Path) -> None:
    folder.mkdir()
    (folder / "watch.yaml").write_text("# mine\n", encoding="utf-8")
    done = run(folder, "init", "--council", "Leeds", *EMAIL)
    assert done.returncode == 2
    assert "exists already" in done.stderr
    assert [path.name for path in folder.iterdir()] == ["watch.yaml"]


def test_a_folder_without_settings_gets_no_empty_database(folder: Path) -> None:
    folder.mkdir()
    done = run(folder, "status")
    assert done.returncode == 2
    assert "inspection-watch init" in done.stderr
    assert not list(folder.iterdir())


def test_the_demonstration_needs_no_folder(tmp_path: Path) -> None:
    done = run_command("demo", env={"PATH": os.environ["PATH"]}, cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_name_of_a_council_may_have_a_comma(folder: Path) -> None:
    councils = "Bristol, City of, Havering, Bournemouth, Christchurch and Poole, York"
    done = run(folder, "init", "--slack", "#alerts", keyboard=f"{councils}\n")
    assert done.returncode == 0, done.stderr
    written = (folder / "watch.yaml").read_text(encoding="utf-8")
    names = '"Bristol", "Havering", "Bournemouth, Christchurch and Poole", "York"'
    assert f"names: [{names}]" in written


def test_a_council_after_one_whose_name_may_have_a_comma_is_kept(folder: Path) -> None:
    done = run(folder, "init", "--slack", "#alerts", keyboard="Bristol, City of London\n")
    assert done.returncode == 0, done.stderr
    written = (folder / "watch.yaml").read_text(encoding="utf-8")
    assert 'names: ["Bristol", "City of London"]' in written


@pytest.mark.parametrize("channel", [" ", "#two words", "#", "#a\nb"])
def test_a_slack_channel_that_slack_cannot_have_writes_nothing(folder: Path, channel: str) -> None:
    done = run(folder, "init", "--council", "Leeds", "--slack", channel)
    assert done.returncode == 2
    assert "--slack takes a channel" in done.stderr
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_is_named(folder: Path) -> None:
    folder.write_text("a file")
    done = run(folder, "init", "--council", "Leeds", *EMAIL)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (f"--home {folder} cannot be written: {folder} is a file, not a folder\n")
