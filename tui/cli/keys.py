"""`counterfoil keys`: the keys of the terminal UI with their ids, as they are in force."""

from collections.abc import Iterator

import click

from common.paths import ui_config_file
from common.wire import Wire
from tui.bindings import KEYS
from tui.cli.paper import Paper, answer
from tui.cli.session import json_option
from tui.cli.table import Column, table
from tui.keymap import Keymap
from tui.preferences import load_preferences


class KeyRow(Wire):
    """`is_changed`: it is not the usual one, but what the preferences say."""

    id: str
    place: str
    keys: str
    does: str
    is_changed: bool


class KeyTable(Wire):
    file: str
    keys: list[KeyRow]


@click.command()
@json_option
def keys(as_json: bool) -> None:
    """The keys of the terminal UI with their ids, as they are in force.

    Another key is given to an id in ui.toml, in the folder ~/.config/counterfoil:

    \b
        [keys]
        refresh = "f5,ctrl+r"
        sort = "z"
    """
    in_force = Keymap(load_preferences().keys)
    rows = [
        KeyRow(id=key.id, place=place, keys=key.shown, does=key.help, is_changed=key.id in in_force.changed)
        for place in KEYS
        for key in in_force.keys(place)
    ]
    answer(KeyTable(file=str(ui_config_file()), keys=rows), _lines, as_json=as_json)


def _lines(shown: KeyTable, paper: Paper) -> Iterator[str]:
    columns = [Column("ID"), Column("PLACE"), Column("KEYS"), Column("DOES", gives_way=True)]
    rows = [(row.id, row.place, f"{row.keys}{' (changed)' if row.is_changed else ''}", row.does) for row in shown.keys]
    yield from table(columns, rows, paper)
    yield f"To change them: {shown.file}"
