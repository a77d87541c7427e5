"""As what an export is written, and where to: options of every command that writes one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tui.export.kinds import ExportFormat

Command = TypeVar("Command", bound=Callable[..., Any])


_CHOICE = click.Choice([kind.value for kind in ExportFormat])
FORMATS = "CSV for spreadsheets, one JSON object a line, or Parquet with typed columns (needs the extra `parquet`)."


def format_option(*, default: str | None, before: str = "", name: str = "kind") -> Callable[[Command], Command]:
    """Adds --format, given to the command as *name*."""
    return click.option(
        "--format", name, type=_CHOICE, default=default, show_default=default is not None, help=before + FORMATS
    )


def output_option(command: Command) -> Command:
    """Adds --output, given to the command as `output`; None = stdout."""
    path = click.Path(dir_okay=False, path_type=Path)
    return click.option("--output", type=path, metavar="FILE", help="Write to FILE instead of stdout.")(command)
