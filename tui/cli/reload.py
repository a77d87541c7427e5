"""`counterfoil reload`: the daemon reads its settings anew, or says why it keeps those it has."""

from collections.abc import Iterator

import click

from common.reloading import Reloaded, SettingChanged
from common.text import safe
from tui.cli.paper import Ink, Paper, answer
from tui.cli.session import ask, json_option
from tui.cli.table import Column, table
from tui.cli.values import NONE

_COLUMNS = (Column("SETTING"), Column("WAS", gives_way=True), Column("IS", gives_way=True), Column("IN FORCE"))


@click.command()
@json_option
def reload(as_json: bool) -> None:
    """Have the daemon read its settings anew: file, credentials and all.

    Where one of them is refused, all those from before stay in force, and it is said which and why. Some settings wait
    for a restart: these are told.
    """
    answer(ask(lambda client: client.reload()), _lines, as_json=as_json)


def _lines(done: Reloaded, paper: Paper) -> Iterator[str]:
    yield f"{paper.ink('file', Ink.FAINT)} {safe(done.file) or 'none was read'}"
    rows = [*(_row(one, "now") for one in done.applied), *(_row(one, "after a restart") for one in done.waiting)]
    if rows:
        yield from table(_COLUMNS, rows, paper)
    else:
        yield "Nothing has changed."


def _row(one: SettingChanged, when: str) -> tuple[str, ...]:
    return one.name, safe(one.before) or NONE, safe(one.after) or NONE, when
