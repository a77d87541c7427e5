"""The one error boundary of the command line: every failure becomes two lines (or one of JSON) and an exit code."""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NoReturn

import click

from tui.cli.lazy import LazyGroup

if TYPE_CHECKING:
    from pydantic import ValidationError

    from common.errors import CounterfoilError

COMPLETE_VARIABLE = "_COUNTERFOIL_COMPLETE"
"""Set by the shell's script when it asks for completions."""

INTERRUPTED = 130  # 128 + SIGINT, as shells count
USAGE = 2


class Program(LazyGroup):
    """The root group. Errors go to stderr; with --json among the arguments, as {"error": Problem} on one line."""

    def main(  # type: ignore[override]  # always alone: it ends the process
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        given = list(sys.argv[1:] if args is None else args)
        if COMPLETE_VARIABLE in os.environ:
            from tui.cli.shells import teach

            teach()
        as_json = "--json" in takewhile(lambda word: word != "--", given)
        try:
            code = super().main(given, prog_name, **(extra | {"standalone_mode": False}))
        except click.Abort:
            code = INTERRUPTED
        except Exception as error:
            code = _report(error, as_json=as_json)
        sys.exit(code or 0)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _forget_stdout()
            return 0
        return result


def _report(error: Exception, *, as_json: bool) -> int:
    """Tells stderr what went wrong; the exit code. What is not for a person's eyes is raised again."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError) and not as_json:
        click.echo(error.format_message(), err=True)
        return USAGE
    from common.errors import Problem

    told = _as_ours(error)
    if as_json:
        click.echo(json.dumps({"error": Problem.of(told).model_dump()}), err=True)
    else:
        click.echo(_in_words(told.message, told.remedy), err=True)
    return told.exit_code


def _as_ours(error: Exception) -> "CounterfoilError":
    """*error* as one of our tree; raises it again where it is a mistake of ours, whose traceback is wanted."""
    from pydantic import ValidationError

    from common.errors import CounterfoilError, Invalid

    match error:
        case CounterfoilError():
            return error
        case ValidationError():  # of what is asked; an answer that is not understood is told by the client
            return Invalid(first_fault(error))
        case click.UsageError():
            path = error.ctx.command_path if error.ctx else "counterfoil"
            return Invalid(error.format_message(), remedy=f"See `{path} --help`.")
        case click.ClickException():
            return CounterfoilError(error.format_message())
        case OSError():
            _forget_stdout()  # it may be the very thing that failed, as on a full disk
            return CounterfoilError(f"{error}.")
        case _:
            raise error


def first_fault(error: "ValidationError") -> str:
    """What is wrong with what was given: "name: String should have at most 200 characters."."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}." if place else f"{first['msg']}."


def _in_words(message: str, remedy: str) -> str:
    from common.text import safe

    return "\n".join([f"counterfoil: {safe(message)}", *map(safe, remedy.splitlines())])


def _forget_stdout() -> None:
    """What is still buffered for stdout goes nowhere, quietly: its reader has left, or it cannot be written."""
    with suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
