"""A click group that lists its commands without importing them."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click


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
                    return entry.load()
        return self.commands.get(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for section, entries in self._sections.items():
            with formatter.section(section):
                formatter.write_dl([(entry.name, entry.summary) for entry in entries], col_spacing=4)
        with formatter.section("Work with the daemon itself"):
            formatter.write_dl([(name, command.help or "") for name, command in self.commands.items()], col_spacing=4)
