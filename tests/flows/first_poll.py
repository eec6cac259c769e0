"""A first poll from the real reports, made once for every state of the program and then kept."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from demo.site import load_corpus
from flows.pipeline.poll import poll
from storage.models import Delivery, Event
from tests.flows.world import World, open_world
from tests.kept import key_of, only_one, state_folder

DAY = date(2024, 1, 1)
"""The day of the fill."""

_SOURCES = ("reports", "scrapers", "storage", "alerts", "website", "flows", "demo", "tests/flows")


def begin_with_first_poll(world: World, corpus: Path) -> None:
    """Give a world what a first poll on `DAY` has left."""
    facts = (corpus / "index.csv").read_bytes(), (corpus / "gold.jsonl").read_bytes()
    kept = state_folder("first-polls", *_SOURCES) / key_of(*facts)
    # While one test process fills, the others wait for what it leaves.
    with only_one(kept):
        if not kept.exists():
            _fill(kept, corpus)
    world.take_over(kept / "data", (kept / "address").read_text())


def _fill(kept: Path, corpus: Path) -> None:
    site = load_corpus(corpus, today=DAY)
    with (
        TemporaryDirectory(dir=kept.parent) as made,
        open_world(site, Path(made)) as world,
    ):
        with world.app() as app:
            poll(app)
            with app.database.read() as session:
                assert session.scalar(select(func.count(Event.id))) == 0
                assert session.scalar(select(func.count(Delivery.id))) == 0
        assert world.slack.messages == ()
        assert world.mailbox.mails == ()
        draft = Path(f"{kept}.{os.getpid()}")
        # The originals are a hundred megabytes, and nothing here reads them again.
        without = shutil.ignore_patterns("originals")
        shutil.copytree(Path(made) / "data", draft / "data", ignore=without)
        (draft / "address").write_text(world.server.url)
        draft.replace(kept)
