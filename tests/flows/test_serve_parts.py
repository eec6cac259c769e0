"""The parent process on its own: settings for the children, refusals, and giving up."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from flows.serve import _alone, serve, supervisor
from flows.serve.children import Child, family
from flows.serve.environment import absolute_database, child_environment, credentials
from flows.serve.errors import ServeError
from flows.serve.prefect_api import PrefectApi
from flows.serve.supervisor import Supervisor
from flows.settings import Settings, load_settings
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


def test_a_second_one_on_the_same_data_folder_is_refused(settings: Settings) -> None:
    home = settings.data_dir / "prefect"
    home.mkdir(parents=True)
    with _alone(home), pytest.raises(ConfigurationError, match="another `serve` runs"):
        serve(settings, port=0, say=quiet)


def test_children_get_settings_that_hold_in_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WATCH_DATA_DIR", "here")
    monkeypatch.setenv("WATCH_CONFIG", "mine.yaml")
    monkeypatch.setenv("WATCH_NOW", "2026-06-30T13:00:00")
    monkeypatch.setenv("PREFECT_API_KEY", "for another Prefect")
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-1\nWATCH_CONTACT=me@example.org\n")

    given = child_environment(load_settings(), home=tmp_path / "p", host="0.0.0.0", port=4200)

    assert given["WATCH_DATA_DIR"] == str(tmp_path / "here")
    assert given["WATCH_CONFIG"] == str(tmp_path / "mine.yaml")
    assert given["WATCH_DATABASE_URL"] == f"sqlite:///{tmp_path}/here/watch.db"
    assert given["WATCH_NOW"] == "2026-06-30T13:00:00+01:00"
    assert given["WATCH_CONTACT"] == "me@example.org"
    assert given["SLACK_BOT_TOKEN"] == "xoxb-1"
    assert given["PREFECT_API_URL"] == "http://127.0.0.1:4200/api"
    assert "PREFECT_API_KEY" not in given


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///some.db", "sqlite:///{here}/some.db"),
        ("sqlite:////var/some.db", "sqlite:////var/some.db"),
        ("sqlite://", "sqlite://"),
        ("postgresql+psycopg://me:secret@db/watch", "postgresql+psycopg://me:secret@db/watch"),
    ],
)
def test_only_the_file_of_a_database_is_made_absolute(
    url: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert absolute_database(url) == expected.format(here=tmp_path)


def test_a_password_for_the_server_is_used() -> None:
    assert credentials({}) is None
    assert credentials({"PREFECT_API_AUTH_STRING": "admin:a:b"}) == ("admin", "a:b")


@pytest.fixture
def healthy_server() -> Iterator[str]:
    """An address that calls itself healthy and knows of no runs."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"true")

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(b"[]")

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
