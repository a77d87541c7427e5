"""Questions at a terminal; where there is none, the option that answers them is asked for."""

import sys

import click


def demand_yes(question: str) -> None:
    """Returns when the person says yes. Raises click.Abort for no, UsageError where nobody can be asked."""
    _demand_terminal("--yes")
    click.confirm(question, abort=True, err=True)


def typed(question: str, *, option: str) -> str:
    """What the person types. Raises UsageError where nobody can be asked: *option* gives it instead."""
    _demand_terminal(option)
    given: str = click.prompt(question, default="", show_default=False, err=True)
    return given.strip()


def _demand_terminal(option: str) -> None:
    if not sys.stdin.isatty():
        raise click.UsageError(f"This wants to be confirmed: give {option}.")
