"""What stdout can take, and how an answer gets there: as JSON for scripts or as lines for people."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import click
from pydantic import BaseModel

Answer = TypeVar("Answer", bound=BaseModel)


class Ink(StrEnum):
    """A meaning with its colour; never the only sign of it."""

    HEAD = "head"
    FAINT = "faint"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


_STYLES: dict[Ink, dict[str, Any]] = {
    Ink.HEAD: {"bold": True},
    Ink.FAINT: {"dim": True},
    Ink.GOOD: {"fg": "green"},
    Ink.WARN: {"fg": "yellow"},
    Ink.BAD: {"fg": "red"},
}


@dataclass(frozen=True, slots=True)
class Paper:
    """*width* is in cells; None means there is no edge: stdout is no terminal, and nothing is cut."""

    width: int | None = None
    is_coloured: bool = False

    def ink(self, text: str, ink: Ink | None) -> str:
        if ink is None or not self.is_coloured or not text:
            return text
        return click.style(text, **_STYLES[ink])


PLAIN = Paper()


def stdout_paper() -> Paper:
    """The terminal's width and colours, or PLAIN when stdout is a file or a pipe."""
    if not sys.stdout.isatty():
        return PLAIN
    return Paper(width=shutil.get_terminal_size().columns, is_coloured=not os.environ.get("NO_COLOR"))


def answer(result: Answer, view: Callable[[Answer, Paper], Iterable[str]], *, as_json: bool) -> None:
    """Puts *result* on stdout: its wire form, or the lines *view* makes of it."""
    if as_json:
        write_json(result.model_dump_json())
        return
    if lines := list(view(result, stdout_paper())):
        click.echo("\n".join(lines), color=True)


def write_json(text: str) -> None:
    """*text* as one line of UTF-8; on a terminal indented."""
    if sys.stdout.isatty():
        click.echo(json_text(text, indent=2))
        return
    click.echo(text.encode())


def json_text(text: str, *, indent: int | None = None) -> str:
    """The JSON *text* as stdout can take it: on a terminal in ASCII, so that no stranger's text acts on it."""
    return json.dumps(json.loads(text), indent=indent) if sys.stdout.isatty() else text


def say(text: str) -> None:
    """One line of talk, on stderr."""
    click.echo(text, err=True)
