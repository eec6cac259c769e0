"""The command `publish`: files that a web server can serve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.arguments import check_folder
from cli.output import out
from flows.pipeline.app import open_app
from flows.pipeline.publish import FEEDS
from flows.pipeline.publish import publish as write
from flows.settings import load_settings


def publish(
    to: Annotated[Path, typer.Option("--to", help="The folder to write into.")],
) -> None:
    """Write the website, with a page for each council and report, and the feeds, into a folder.

    Example: inspection-watch publish --to www
    """
    with open_app(load_settings()) as app:
        check_folder(to)
        done = write(app, to)
    out.print(f"{done.summary} {done.feeds} feeds are in {to / FEEDS}.")
    out.print(f"The first page is {(to / 'index.html').absolute()}")
