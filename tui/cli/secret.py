"""Secrets on their way in: read from a file or stdin, never from an argument, never shown."""

import stat
import sys
from pathlib import Path

import click
from pydantic import SecretStr

from common.errors import Invalid
from tui.cli.paper import say

# Far more than any token; guards against a file that is something else altogether.
_MAX_BYTES = 10_000


def secret_from(source: str, *, what: str) -> SecretStr:
    """The one line in the file *source*, or on stdin where it is "-"; *what* names it in messages.

    At a terminal stdin is asked for without echo. Raises Invalid for anything but one line of text.
    """
    raw = _stdin(what) if source == "-" else _file(Path(source), what)
    lines = raw.strip().splitlines()
    shown = "stdin" if source == "-" else source
    if not lines:
        raise Invalid(f"The {what} is missing: {shown} is empty.", remedy=f"Put the {what} alone on its one line.")
    if len(lines) > 1 or not lines[0].isprintable() or " " in lines[0]:
        raise Invalid(f"{shown} holds more than a {what}.", remedy=f"Put the {what} alone on its one line.")
    return SecretStr(lines[0])


def _stdin(what: str) -> str:
    if sys.stdin.isatty():
        entered: str = click.prompt(what.capitalize(), hide_input=True, default="", show_default=False, err=True)
        return entered
    return sys.stdin.read(_MAX_BYTES)


def _file(path: Path, what: str) -> str:
    try:
        with path.open(encoding="utf-8") as opened:
            mode = path.stat().st_mode
            text = opened.read(_MAX_BYTES)
    except OSError as error:
        raise Invalid(f"The {what} file {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"The {what} file {path} is no text.") from error
    if stat.S_ISREG(mode) and mode & (stat.S_IRGRP | stat.S_IROTH):
        say(f"counterfoil: {path} can be read by others; `chmod 600 {path}` keeps the {what} yours.")
    return text
