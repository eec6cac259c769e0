"""The parent process on its own: settings for the children, refusals, and giving up."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest.mock import patch

import pytest

from flows.serve import (
    _alone,
    _require_free,
    _say_what_is_wrong,
    children,
    serve,
    supervisor,
)
from flows.serve.access import Access, access, allowed_origins, job_template
from flows.serve.children import Child, family
from flows.serve.environment import absolute_database, api_url, child_environment
from flows.serve.errors import ServeError
from flows.serve.health_and_metrics import opening
from flows.serve.prefect_api import PrefectApi
from flows.serve.supervisor import Supervisor
from flows.settings import Settings, environment, load_settings, require_home
from reports.errors import ConfigurationError


def quiet(line: str) -> None:
    """Nobody listens."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


def test_a_port_in_use_is_one_sentence(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"port {port} on 127.0.0.1 is in use"):
            serve(settings, port=port, say=quiet)


def test_a_start_says_that_watch_yaml_has_a_mistake(tmp_path: Path) -> None:
    config = tmp_path / "watch.yaml"
    settings = Settings(data_dir=tmp_path / "data", config=config)
    said: list[str] = []
    config.write_text("subscriptons: []\n", encoding="utf-8")
    _say_what_is_wrong(opening(settings, {}), said.append)
    config.write_text("subscriptions: []\n", encoding="utf-8")
    _say_what_is_wrong(opening(settings, {}), said.append)
    [line] = said
    assert line.startswith("Nothing is checked or sent until this is put right: watch.yaml, line 1")


def test_a_second_one_on_the_same_data_folder_is_refused(settings: Settings) -> None:
    home = settings.data_dir / "prefect"
    home.mkdir(parents=True)
    with _alone(home), pytest.raises(ConfigurationError, match="another `serve` runs"):
        serve(settings, port=0, say=quiet)


def test_a_system_without_file_locks_is_refused_in_words(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)  # as on Windows
    with pytest.raises(ConfigurationError, match="WSL or a container"):
        serve(settings, port=0, say=quiet)


def test_a_log_takes_a_bounded_place_and_ends_with_the_newest_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "LOG_BYTES", 1_000)
    lines = io.StringIO("".join(f"line {number}\n" for number in range(5_000)))
    children._write_down(lines, tmp_path / "worker.log")
    kept = sorted(tmp_path.iterdir())
    assert [path.name for path in kept] == [f"worker.log{end}" for end in ("", ".1", ".2", ".3")]
    assert all(path.stat().st_size <= 1_000 for path in kept)
    assert kept[0].read_text().endswith("line 4999\n")


def test_lines_that_a_full_disk_does_not_take_are_dropped_without_a_word(
    capfd: pytest.CaptureFixture[str],
) -> None:
    children._write_down(io.StringIO("one\ntwo\n"), Path("/dev/full"))
    assert capfd.readouterr() == ("", "")


def test_a_log_that_cannot_be_opened_does_not_hold_up_a_part(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lines = io.StringIO("one\ntwo\n")
    children._write_down(lines, tmp_path / "no such folder" / "worker.log")
    assert lines.closed  # it was read to its end, so the part can write on
    assert capfd.readouterr() == ("", "")


def given_to_children(folder: Path, *, host: str = "127.0.0.1") -> dict[str, str]:
    return child_environment(
        load_settings(), home=folder / "p", host=host, port=4200, access=Access("me:secret")
    )


def test_children_get_settings_that_hold_in_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WATCH_DATA_DIR", "here")
    monkeypatch.setenv("WATCH_CONFIG", "mine.yaml")
    monkeypatch.setenv("WATCH_NOW", "2026-06-30T13:00:00")
    monkeypatch.setenv("PREFECT_API_KEY", "for another Prefect")
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-1\nWATCH_CONTACT=me@example.org\n")

    given = given_to_children(tmp_path, host="0.0.0.0")

    assert given["WATCH_DATA_DIR"] == str(tmp_path / "here")
    assert given["WATCH_CONFIG"] == str(tmp_path / "mine.yaml")
    assert given["WATCH_DATABASE_URL"] == f"sqlite:///{tmp_path}/here/watch.db"
    assert given["WATCH_NOW"] == "2026-06-30T13:00:00+01:00"
    assert given["WATCH_CONTACT"] == "me@example.org"
    assert given["SLACK_BOT_TOKEN"] == "xoxb-1"
    assert given["PREFECT_API_URL"] == "http://127.0.0.1:4200/api"
    assert "PREFECT_API_KEY" not in given
    assert given["PREFECT_SERVER_API_AUTH_STRING"] == "me:secret"
    assert given["PREFECT_API_AUTH_STRING"] == "me:secret"
    assert given["PREFECT_SERVER_CSRF_PROTECTION_ENABLED"] == "true"


def test_children_find_a_home_that_is_named_from_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WATCH_HOME", "watch")
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "watch.yaml").write_text("channels: {}\nsubscriptions: []\n")
    given = given_to_children(tmp_path)
    with patch.dict(os.environ, given, clear=True), contextlib.chdir("/"):
        require_home(load_settings())


def test_children_read_the_env_file_again_but_keep_what_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOOK_SECRET", "of the environment")
    written = tmp_path / ".env"
    written.write_text("TOKEN=old\nGONE=1\nHOOK_SECRET=of the file\nPREFECT_API_KEY=mine\n")
    given = given_to_children(tmp_path)
    written.write_text("TOKEN=new\nADDED=2\nHOOK_SECRET=of the file\nPREFECT_API_KEY=mine\n")

    with patch.dict(os.environ, given, clear=True), contextlib.chdir("/"):
        seen = environment()

    assert (seen["TOKEN"], seen["ADDED"]) == ("new", "2")
    assert "GONE" not in seen
    assert seen["HOOK_SECRET"] == "of the environment"
    assert seen["PREFECT_API_URL"] == "http://127.0.0.1:4200/api"
    assert "PREFECT_API_KEY" not in seen
    # The website and the monitoring run in the service itself, which has the same variables.
    assert environment(given)["TOKEN"] == "new"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///some.db", "sqlite:///{here}/some.db"),
        ("sqlite:////var/some.db", "sqlite:////var/some.db"),
        ("sqlite:///file:some.db?uri=true", "sqlite:///file:some.db?uri=true"),
        ("postgresql+psycopg://me:secret@db/watch", "postgresql+psycopg://me:secret@db/watch"),
    ],
)
def test_only_the_file_of_a_database_is_made_absolute(
    url: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert absolute_database(url) == expected.format(here=tmp_path)


def test_the_first_start_makes_a_password_that_only_its_user_can_read(tmp_path: Path) -> None:
    first = access({}, home=tmp_path, host="127.0.0.1")
    second = access({}, home=tmp_path, host="localhost")

    assert first.is_new
    assert not second.is_new
    assert second.credentials == first.credentials
    assert first.file is not None
    assert first.file.stat().st_mode & 0o777 == 0o600
    assert len(first.credentials[1]) >= 32
    other = tmp_path / "another"
    other.mkdir()
    assert access({}, home=other, host="::1").password != first.password


def test_a_password_of_the_users_own_takes_precedence(tmp_path: Path) -> None:
    both = {"PREFECT_SERVER_API_AUTH_STRING": "me:a:b", "PREFECT_API_AUTH_STRING": "me:a:b"}
    for given in (both, *({name: value} for name, value in both.items())):
        found = access(given, home=tmp_path, host="0.0.0.0")
        assert found.credentials == ("me", "a:b")
        assert found.password == "me:a:b"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "environment",
    [
        {"PREFECT_SERVER_API_AUTH_STRING": "no-colon"},
        {"PREFECT_SERVER_API_AUTH_STRING": "admin:"},
        {"PREFECT_SERVER_API_AUTH_STRING": "a:b", "PREFECT_API_AUTH_STRING": "a:c"},
    ],
)
def test_a_password_that_cannot_work_is_an_error(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError, match="PREFECT_SERVER_API_AUTH_STRING"):
        access(environment, home=tmp_path, host="127.0.0.1")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "watch.example"])
def test_an_address_for_other_machines_needs_a_password_of_the_users_own(
    host: str, settings: Settings
) -> None:
    with pytest.raises(ConfigurationError, match=f"--host {host} .* user:password"):
        serve(settings, host=host, port=0, say=quiet)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:4200/api"),
        ("0.0.0.0", "http://127.0.0.1:4200/api"),
        ("::", "http://[::1]:4200/api"),
        ("::1", "http://[::1]:4200/api"),
        ("2001:db8::7", "http://[2001:db8::7]:4200/api"),
    ],
)
def test_the_server_is_called_at_an_address_that_is_valid(host: str, expected: str) -> None:
    assert api_url(host, 4200) == expected


def test_a_name_that_no_host_can_have_is_one_sentence() -> None:
    with pytest.raises(ConfigurationError, match="a..b:4200: no host can have this name"):
        _require_free("a..b", 4200)


def test_only_the_services_own_pages_may_read_its_answers() -> None:
    assert allowed_origins("127.0.0.1", 4200) == "http://127.0.0.1:4200,http://localhost:4200"
    assert "http://[2001:db8::7]:80" in allowed_origins("2001:db8::7", 80).split(",")
    assert "0.0.0.0" not in allowed_origins("0.0.0.0", 4200)
    assert "*" not in allowed_origins("0.0.0.0", 4200)


def test_a_run_can_override_nothing_of_the_work_pool() -> None:
    template = job_template()
    assert template["variables"]["properties"] == {}
    assert template["variables"]["additionalProperties"] is False
    assert "{{" not in str(template["job_configuration"])


@pytest.fixture
def healthy_server() -> Iterator[str]:
    """An address that calls itself healthy and knows of no runs."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b'{"token": "x"}')

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(b"[]")

        do_PATCH = do_POST

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Not in the output of the tests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/api"
        server.shutdown()


def test_a_part_that_keeps_dying_ends_the_whole_and_leaves_nothing(
    tmp_path: Path, healthy_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE", 0.01)
    monkeypatch.setattr(supervisor, "TICK", 0.01)
    environment = {"PREFECT_HOME": str(tmp_path), "PATH": "/usr/bin"}

    def child(role: str, arguments: list[str]) -> Child:
        return Child(role, arguments, environment=environment, logs=tmp_path)

    ready: list[str] = []
    supervised = Supervisor(
        server=child("server", ["http.server", "0", "--bind", "127.0.0.1"]),
        worker=child("worker", ["no_such_module_here"]),
        command=lambda name, arguments: child(name, ["timeit", "-n1", "-r1", "pass"]),
        api=PrefectApi(healthy_server),
        say=quiet,
    )
    with pytest.raises(ServeError, match="worker keeps ending.*no_such_module_here"):
        supervised.run(ready=lambda: ready.append("once"))
    assert ready == ["once"]
    assert family(tmp_path) == []


FLAKY = """
import sys, time
from pathlib import Path
starts = Path(sys.argv[1])
starts.write_text(starts.read_text() + "x")
if starts.read_text() == "xx":
    sys.exit("no room")
time.sleep(60)
"""
"""A server whose second start fails."""


def test_a_server_that_fails_at_one_restart_is_started_once_more(
    tmp_path: Path, healthy_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE", 0.01)
    monkeypatch.setattr(supervisor, "TICK", 0.01)
    (tmp_path / "flaky.py").write_text(FLAKY)
    starts = tmp_path / "starts"
    starts.write_text("")
    environment = {"PREFECT_HOME": str(tmp_path), "PATH": "/usr/bin", "PYTHONPATH": str(tmp_path)}

    class Api(PrefectApi):
        def healthy(self) -> bool:
            if starts.read_text() == "xxx":
                os.kill(os.getpid(), signal.SIGINT)
            return starts.read_text() in ("x", "xxx")

    def child(role: str, arguments: list[str]) -> Child:
        return Child(role, arguments, environment=environment, logs=tmp_path)

    server = child("server", ["flaky", str(starts)])
    supervised = Supervisor(
        server=server,
        worker=child("worker", ["http.server", "0", "--bind", "127.0.0.1"]),
        command=lambda name, arguments: child(name, ["timeit", "-n1", "-r1", "pass"]),
        api=Api(healthy_server),
        say=quiet,
    )
    supervised.run(ready=lambda: server.stop(grace=1))
    assert starts.read_text() == "xxx"
    assert family(tmp_path) == []


def test_a_command_that_fails_is_quoted(tmp_path: Path, healthy_server: str) -> None:
    environment = {"PREFECT_HOME": str(tmp_path), "PATH": "/usr/bin"}

    def child(role: str, arguments: list[str]) -> Child:
        return Child(role, arguments, environment=environment, logs=tmp_path)

    supervised = Supervisor(
        server=child("server", ["http.server", "0", "--bind", "127.0.0.1"]),
        worker=child("worker", ["http.server", "0", "--bind", "127.0.0.1"]),
        command=lambda name, arguments: child(name, ["no_such_command_here"]),
        api=PrefectApi(healthy_server),
        say=quiet,
    )
    with pytest.raises(ServeError, match=r"prefect .*deploy --all.*no_such_command_here"):
        supervised.run(ready=lambda: None)
    assert family(tmp_path) == []
