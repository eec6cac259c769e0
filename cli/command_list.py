"""All commands and their modules. A command's module is loaded only when the command is used.

Loading code takes most of the time that a command needs to start, and no command needs all of it.
"""

from __future__ import annotations

import gc
import inspect
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from functools import cache
from pkgutil import resolve_name
from typing import Any, cast

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

COMMANDS: Mapping[str, str] = {
    "demo": "cli.commands.demo:demo",
    "init": "cli.commands.init:init",
    "serve": "cli.commands.serve:serve",
    "deploy": "cli.commands.deploy:deploy",
    "worker": "cli.commands.worker:worker",
    "poll": "cli.commands.poll:poll",
    "backfill": "cli.commands.backfill:backfill",
    "deliver": "cli.commands.deliver:deliver",
    "release": "cli.commands.release:release",
    "read": "cli.commands.read:read",
    "compare": "cli.commands.compare:compare_files",
    "history": "cli.commands.history:history",
    "trends": "cli.commands.trends:trends",
    "themes": "cli.commands.themes:themes",
    "events": "cli.commands.events:events",
    "deliveries": "cli.commands.deliveries:deliveries",
    "check": "cli.commands.check:check",
    "export": "cli.commands.export:export",
    "status": "cli.commands.status:status",
    "problems": "cli.commands.problems:problems",
    "confirm": "cli.commands.confirm:confirm",
    "not-same": "cli.commands.not_same:not_same",
    "same": "cli.commands.same:same",
    "add": "cli.commands.add:add",
    "remove": "cli.commands.remove:remove",
    "reconcile": "cli.commands.reconcile:reconcile",
    "subscribe": "cli.commands.subscribe:subscribe",
    "unsubscribe": "cli.commands.unsubscribe:unsubscribe",
    "subscribers": "cli.commands.subscribers:subscribers",
    "mute": "cli.commands.mute:mute",
    "unmute": "cli.commands.unmute:unmute",
    "mutes": "cli.commands.mutes:mutes",
    "forget": "cli.commands.forget:forget",
    "publish": "cli.commands.publish:publish",
    "briefing": "cli.commands.briefing:briefing",
    "backup": "cli.commands.backup:backup",
    "restore": "cli.commands.restore:restore",
}
"""In the order of `--help`: running it, reading reports and the store, corrections, subscribers,
the website, backups."""


@cache
def _loaded(where: str) -> Callable[..., None]:
    # Loading makes many objects and no garbage; searching for garbage takes a tenth of the time.
    gc.disable()
    try:
        return cast(Callable[..., None], resolve_name(where))
    finally:
        gc.freeze()
        gc.enable()


def _help(function: Callable[..., None]) -> str:
    """Return the docstring of a command with each paragraph on one line, to be wrapped once."""
    paragraphs = inspect.cleandoc(function.__doc__ or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _without_type_of_flags(params: list[Any]) -> list[Any]:
    """Leave out the type `<bool>` of flags in the help: it looks as if they took a value."""
    for param in params:
        if isinstance(param, TyperOption) and param.is_flag:
            param.metavar = ""
    return params


class Command(TyperCommand):
    """One command."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return its arguments and options, as the help shows them."""
        return _without_type_of_flags(super().get_params(ctx))


class LazyCommands(Mapping[str, TyperCommand]):
    """The commands by name; each is made from its function when it is looked up."""

    def __getitem__(self, name: str) -> TyperCommand:
        alone = typer.Typer(add_completion=False)
        function = _loaded(COMMANDS[name])
        alone.command(name=name, cls=Command, help=_help(function))(function)
        return cast(TyperCommand, typer.main.get_command(alone))

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class CommandGroup(TyperGroup):
    """The group of all commands."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = cast(MutableMapping[str, Any], LazyCommands())

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the options of all commands, as the help shows them."""
        return _without_type_of_flags(super().get_params(ctx))
