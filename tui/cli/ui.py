"""Opening the terminal UI, where there is a terminal to open it on."""

import sys
from pathlib import Path

import click


def require_terminal(instead: str) -> None:
    """Raises a usage error unless input and output are a terminal; *instead* says what works without one."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError(
            f"The terminal UI needs a terminal for its input and output. Without one, use {instead}."
        )


def open_ui(socket: Path) -> int:
    """Shows the UI until the person leaves it; its exit code."""
    from tui.app import run_ui

    return run_ui(socket)
