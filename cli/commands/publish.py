"""The command `publish`: files that a web server can serve."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.arguments import check_folder, folder_of
from cli.output import out
from flows.pipeline.app import open_app
from flows.pipeline.publish import FEEDS
from flows.pipeline.publish import publish as write
from flows.settings import home, load_settings
from reports.errors import ConfigurationError


def publish(
    to: Annotated[str, typer.Option("--to", help="The folder to write into.")],
) -> None:
    """Write the website, with a page for each council and report, and the feeds, into a folder.

    The folder must not contain .env or the data folder: a web server would show them to everyone.

    Example: inspection-watch publish --to www
    """
    folder = folder_of(to, option="--to")
    settings = load_settings()
    with open_app(settings) as app:
        for private in (home(), settings.data_dir):
            if private.resolve().is_relative_to(folder.resolve()):
                raise ConfigurationError(
                    f"--to {to} contains {private.absolute()}, which a web server would show to "
                    "everyone; name another folder, such as www"
                )
        check_folder(folder)
        done = write(app, folder)
    out.print(f"{done.summary} {done.feeds} feeds are in {folder / FEEDS}.")
    out.print(f"The first page is {(folder / 'index.html').absolute()}")
