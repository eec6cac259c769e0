"""All commands, and where each stands. A command's module is loaded when the command is asked for.

Most of the time that a command takes to start goes into loading code, and none needs all of it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from pkgutil import resolve_name
from typing import Any, cast

import typer
from typer.core import TyperCommand, TyperGroup

# In the order in which they are listed: running it, looking at reports, at the store, repairing.
COMMANDS: Mapping[str, str] = {
    "demo": "cli.running:demo",
    "serve": "cli.running:serve",
    "poll": "cli.watching:poll",
    "backfill": "cli.watching:backfill",
    "deliver": "cli.watching:deliver",
    "release": "cli.watching:release",
    "read": "cli.reading:read",
    "compare": "cli.comparing:compare_files",
    "history": "cli.timeline:history",
    "spread": "cli.spread:spread",
    "themes": "cli.taxonomy:themes",
    "events": "cli.looking:events",
    "deliveries": "cli.looking:deliveries",
    "check": "cli.checking:check",
    "export": "cli.exporting:export",
    "status": "cli.status:status",
    "problems": "cli.working_off:problems",
    "confirm": "cli.working_off:confirm",
    "not-same": "cli.working_off:not_same",
    "add": "cli.adding:add",
    "reconcile": "cli.adding:reconcile",
    "mute": "cli.muting:mute",
    "unmute": "cli.muting:unmute",
    "mutes": "cli.muting:mutes",
    "forget": "cli.muting:forget",
    "publish": "cli.publishing:publish",
}


def _loaded(where: str) -> Callable[..., None]:
    # Loading makes many objects and no garbage; looking for some takes a tenth of the time.
    gc.disable()
    try:
        return cast(Callable[..., None], resolve_name(where))
    finally:
        gc.freeze()
        gc.enable()


class LazyCommands(Mapping[str, TyperCommand]):
    """The commands by name; each is made from its function when it is looked up."""

    def __getitem__(self, name: str) -> TyperCommand:
        alone = typer.Typer(add_completion=False)
        alone.command(name=name)(_loaded(COMMANDS[name]))
        return cast(TyperCommand, typer.main.get_command(alone))

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class Commands(TyperGroup):
    """The group of all commands."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = cast(MutableMapping[str, Any], LazyCommands())
