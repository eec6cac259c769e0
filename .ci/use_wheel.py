"""Use the installed wheel as a new user would, from `init` to a restored backup."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from inspection_watch import ROOMS

sys.path.insert(0, str(ROOMS))

from demo.mailbox import LocalMailbox
from demo.sample import REGISTER_FILE, sample_history, sample_site
from demo.site import SiteServer

HOME, ELSEWHERE = Path("watch"), Path("elsewhere")


def run(*arguments: str, expect: int = 0, **variables: str) -> str:
    """Run a command and return its output. End the check if its exit code is not `expect`."""
    done = subprocess.run(
        ["inspection-watch", *arguments],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    print(f"inspection-watch {' '.join(arguments)} → {done.returncode}")
    if done.returncode != expect:
        sys.exit(f"{expect} was expected\n{done.stdout}\n{done.stderr}")
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answer_of(url: str, password: str) -> str:
    """Return the answer of a page as text; empty for no answer or an error."""
    token = base64.b64encode(password.encode()).decode()
    request = urllib.request.Request(url, headers={"Authorization": f"Basic {token}"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


@contextmanager
def serving(variables: dict[str, str], mailbox: LocalMailbox, *, polls_on: date) -> Iterator[None]:
    """Run the service during the block, which begins after a poll and a message.

    The poll stores everything else before the message is sent, so nothing changes after it. The
    service must end cleanly.
    """
    received = len(mailbox.mails)
    monitoring = f"127.0.0.1:{free_port()}"
    settings = {
        **os.environ,
        **variables,
        "WATCH_WEBSITE_ADDRESS": f"127.0.0.1:{free_port()}",
        "WATCH_MONITORING_ADDRESS": monitoring,
    }
    command = ["inspection-watch", "--home", str(HOME), "serve", "--port", str(free_port())]
    process = subprocess.Popen(command, env=settings)
    try:
        kept = HOME / "data" / "prefect" / "password"
        ends = time.monotonic() + 600
        health = ""
        while not (
            f'"last_successful_poll": "{polls_on}' in health and len(mailbox.mails) > received
        ):
            if process.poll() is not None or time.monotonic() > ends:
                sys.exit(f"serve did not poll, or no message arrived: {health}")
            time.sleep(0.2)
            if kept.exists():
                health = answer_of(f"http://{monitoring}/health", kept.read_text().strip())
        print(f"serve has polled; {len(mailbox.mails)} messages received")
        if not answer_of(f"http://{monitoring}/metrics", kept.read_text().strip()):
            sys.exit("serve does not offer metrics")
        yield
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=120)
    print(f"serve → {code}")
    if code != 0:
        sys.exit("serve did not end cleanly")


def main() -> None:
    run("--version")
    run("status", expect=2)
    run("demo")
    history = sample_history()
    site = sample_site()
    site.today = history.first_poll
    with SiteServer(site) as server, LocalMailbox(Path("mail")) as mailbox:
        councils = {
            "WATCH_AUTHORITIES": str(REGISTER_FILE),
            "WATCH_SITE_URL": server.url,
            "WATCH_REQUESTS_PER_SECOND": "0",
        }
        run(
            *("--home", str(HOME), "init", "--council", "Aldermere"),
            *("--email", "team@example.org", "--mail-server", f"127.0.0.1:{mailbox.port}"),
            **councils,
        )
        at = {**councils, "WATCH_NOW": f"{history.first_poll}T13:00:00"}
        run("--home", str(HOME), "poll", **at)
        site.today = history.demo_day
        at["WATCH_NOW"] = f"{history.demo_day}T13:00:00"
        with serving(at, mailbox, polls_on=history.demo_day):
            run("--home", str(HOME), "backup", "backup.tar.gz", **at)
        run("--home", str(ELSEWHERE), "restore", "backup.tar.gz", **at)
        histories = [
            json.loads(run("--home", str(folder), "history", "Aldermere", "--json", **at))
            for folder in (HOME, ELSEWHERE)
        ]
        if histories[0] != histories[1]:
            sys.exit("the restored history differs")
        run("--home", str(ELSEWHERE), "status", "--check", **at)


main()
