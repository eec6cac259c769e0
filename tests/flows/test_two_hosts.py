"""Two hosts on one PostgreSQL: the work is shared, and one may die in the middle of it.

Each host has its own data folder; the original files are in a folder that both can reach.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.alerts.killing import KILLS
from tests.flows.outcome import content, messages, send_the_rest
from tests.flows.pair import (
    NEXT_POLL,
    Outcome,
    Pair,
    pair_of_hosts,
    undisturbed_outcome,
)
from tests.flows.waiting import PATIENCE
from tests.hosts import running_hosts, why_not

pytestmark = [pytest.mark.faults, pytest.mark.postgres]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return undisturbed_outcome(tmp_path_factory.mktemp("undisturbed"))


@pytest.fixture
def pair(tmp_path: Path, postgres_url: str) -> Iterator[Pair]:
    if reason := why_not():
        pytest.skip(reason)
    with pair_of_hosts(tmp_path, postgres_url) as pair:
        yield pair


@pytest.mark.parametrize("number", range(max(1, KILLS // 5)))
def test_two_hosts_share_the_work_and_one_dies_in_the_middle_of_it(
    pair: Pair, undisturbed: Outcome, number: int
) -> None:
    moment = random.Random(number).randint(1, undisturbed.steps - 1)
    dies_after = pair.steps() + moment
    started = time.monotonic()
    begun = [pair.start("poll", on=host) for host in (pair.alpha, pair.beta)]
    while pair.steps() < dies_after and None in (process.poll() for process in begun):
        time.sleep(0.005)
    pair.alpha.die()
    for process in begun:
        process.wait(PATIENCE)

    # Beta goes on by itself. What alpha left half done, the next poll and delivery finish.
    assert set(pair.run("poll", on=[pair.beta], WATCH_NOW=NEXT_POLL)) <= {0, 1}
    send_the_rest(pair.world, **pair.shared(), WATCH_NOW=NEXT_POLL)
    assert content(pair.database_url) == undisturbed.content
    assert messages(pair.world) == undisturbed.messages
    say_what_happened(pair, moment, undisturbed.steps, seconds=time.monotonic() - started)

    # Reading again asks the site for no file: the originals are where both can reach them.
    asked_before = len(pair.world.server.requests)
    with running_hosts(["gamma"], pair.world.folder / "more", pair.ports) as [gamma]:
        assert set(pair.run("backfill", "--reparse", on=[pair.beta, gamma])) <= {0, 1}
    asked = pair.world.server.requests[asked_before:]
    assert [one for one in asked if "/file/" in one.path] == []
    assert content(pair.database_url) == undisturbed.content
    assert messages(pair.world) == undisturbed.messages


def say_what_happened(pair: Pair, moment: int, steps: int, *, seconds: float) -> None:
    """Print the numbers of a round; `pytest -s` shows them."""
    fetched = {host.name: pair.fetched(host) for host in (pair.alpha, pair.beta)}
    files = [path for paths in fetched.values() for path in paths]
    mails = pair.world.mailbox.mails
    numbers = {
        "died after": f"{moment} steps (one poll alone takes {steps})",
        "reports fetched": ", ".join(f"{name} {len(paths)}" for name, paths in fetched.items()),
        "fetched twice": len(files) - len(set(files)),
        "messages": f"{len(pair.world.slack.messages)} in Slack, {len(mails)} by email",
        "copies by email": len(mails) - len({mail.message_id for mail in mails}),
        "seconds": f"{seconds:.0f}",
    }
    said = "; ".join(f"{name}: {number}" for name, number in numbers.items())
    sys.stdout.write(f"\n  {said}\n")
