"""Opening the terminal UI, where there is a terminal to open it on."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tui.cli import offers
from tui.lean import put_off_garbage

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--theme", metavar="NAME", shell_complete=offers.themes, help="auto, dark, light, contrast, 16 or none."
    ),
    click.option("--low-bandwidth", is_flag=True, default=None, help="Paint by itself at most every five seconds."),
    click.option(
        "--linear", is_flag=True, default=None, help="Plain lines and words, for screen readers and simple terminals."
    ),
    click.option("--masked", is_flag=True, default=None, help="Mask names, emails and phones from the start."),
)


def require_terminal(instead: str, **wishes: Any) -> None:
    """Raises a usage error unless input and output are a terminal; *instead* says what works without one.

    Plain lines, which *wishes* or the preferences may ask for, need none.
    """
    from tui.preferences import load_preferences

    if not (sys.stdin.isatty() and sys.stdout.isatty()) and not load_preferences(**wishes).linear:
        raise click.UsageError(
            f"The terminal UI needs a terminal for its input and output. Without one, use {instead}."
        )


def ui_options(command: Command) -> Command:
    """The options of a command that opens the UI. They are given as `theme`, `low_bandwidth`, `linear` and `masked`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def open_ui(socket: Path, **wishes: Any) -> int:
    """Shows the UI until the person leaves it; its exit code. *wishes* are preferences; None = as the file says.

    Raises Invalid for what the preferences get wrong.
    """
    from tui.preferences import load_preferences

    prefers = load_preferences(**wishes)
    if prefers.linear:
        from tui.linear.program import run_linear

        return run_linear(socket, prefers)
    put_off_garbage()  # the app looks for it once it stands
    os.environ.setdefault("TEXTUAL_FPS", "120")  # a key waits for the next frame: 4 ms instead of 8 in the middle
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # 3 ms to look for them among all that is installed
    from tui.app import run_ui

    return run_ui(socket, prefers)
