"""A text handed to the reader's pager, and the terminal taken back afterwards."""

import asyncio
import shlex
import shutil
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from textual.app import App, SuspendNotSupported

from common.errors import CounterfoilError, Refused

_DEFAULTS = ("less", "more")
_NO_COLOUR = "\x1b[0m"


def pager_in(environ: Mapping[str, str]) -> list[str]:
    """The command $PAGER names, else what this machine has. Raises Refused when there is none."""
    asked = environ.get("PAGER", "").strip()
    try:
        words = shlex.split(asked) if asked else [next(filter(shutil.which, _DEFAULTS), _DEFAULTS[0])]
    except ValueError as error:
        raise Refused(f"PAGER is no command: {asked} ({error}).", remedy="Set it to one, like less.") from error
    if not shutil.which(words[0], path=environ.get("PATH")):
        told = f"PAGER names {words[0]}, which is not installed." if asked else f"{words[0]} is not installed."
        raise Refused(told, remedy="Set PAGER to a program that is.")
    # Who has less end at once when a text fits the screen would see a flash of it.
    return [*words, "-+F"] if Path(words[0]).name == "less" else words


async def show_paged(app: App[None], text: str, environ: Mapping[str, str]) -> None:
    """Has *text* read in the pager; the app neither paints nor reads keys until that ends. Raises Refused."""
    command = pager_in(environ)
    try:
        # Batched, since what goes on meanwhile must not be painted over the pager.
        with app.suspend(), app.batch_update(), _terminal_put_right(), _interrupts_left_to_others():
            ended_with = await _run(command, text)
    except SuspendNotSupported as error:
        raise Refused("This terminal cannot be handed to a pager.") from error
    if ended_with:
        raise CounterfoilError(f"The pager {command[0]} ended with code {ended_with}.", remedy="PAGER names it.")


async def _run(command: list[str], text: str) -> int:
    try:
        pager = await asyncio.create_subprocess_exec(*command, stdin=subprocess.PIPE)
    except OSError as error:
        raise Refused(f"The pager {command[0]} cannot be run: {error.strerror}.", remedy="PAGER names it.") from error
    await pager.communicate(text.encode("utf-8", errors="replace"))
    return pager.returncode or 0


@contextmanager
def _terminal_put_right() -> Iterator[None]:
    """A pager that is killed may leave no echo and no lines behind, and a colour; the app would keep that for good."""
    stdin = sys.__stdin__
    before = termios.tcgetattr(stdin) if stdin and stdin.isatty() else None
    try:
        yield
    finally:
        if stdin and before:
            termios.tcsetattr(stdin, termios.TCSANOW, before)
        if sys.__stderr__ and sys.__stderr__.isatty():
            sys.__stderr__.write(_NO_COLOUR)
            sys.__stderr__.flush()


@contextmanager
def _interrupts_left_to_others() -> Iterator[None]:
    """Ctrl+C is the pager's: it stops a search there. A handler, since a signal ignored would be so in the pager."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
