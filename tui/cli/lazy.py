"""A click group that lists its commands without importing them."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem

from tui.cli.examples import explained


@dataclass(frozen=True, slots=True)
class Entry:
    """A command by *name*; *target* is "module:attribute", *summary* its line in the group's help."""

    name: str
    target: str
    summary: str

    def load(self) -> click.Command:
        module, _, attribute = self.target.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


class LazyGroup(click.Group):
    """Imports a command's module when that command is called; the group's help names all from their entries."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sections: dict[str, Sequence[Entry]] = {}

    def add_lazy(self, section: str, entries: Sequence[Entry]) -> None:
        self._sections[section] = entries

    def list_commands(self, ctx: click.Context) -> list[str]:
        lazy = [entry.name for entries in self._sections.values() for entry in entries]
        return lazy + list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for entries in self._sections.values():
            for entry in entries:
                if entry.name == cmd_name:
                    return explained(entry.load(), entry.name)
        return self.commands.get(cmd_name)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Commands by their entries, then what any command completes."""
        named = [(entry.name, entry.summary) for entries in self._sections.values() for entry in entries]
        named += [(name, command.get_short_help_str()) for name, command in self.commands.items()]
        found = [CompletionItem(name, help=summary) for name, summary in named if name.startswith(incomplete)]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Raises UsageError, with the nearest name, for what is no command."""
        names = self.list_commands(ctx)
        near = get_close_matches(args[0], names, n=1, cutoff=0.5)
        if near and near[0] != args[0] and not ctx.resilient_parsing:
            raise click.UsageError(f"No such command {args[0]!r}. Did you mean {near[0]!r}?", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for section, entries in self._sections.items():
            with formatter.section(section):
                formatter.write_dl([(entry.name, entry.summary) for entry in entries], col_spacing=4)
        with formatter.section("Work with the daemon itself"):
            formatter.write_dl([(name, command.help or "") for name, command in self.commands.items()], col_spacing=4)
