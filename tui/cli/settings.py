"""`counterfoil settings`: what the daemon is set to, and where each value comes from."""

from collections.abc import Iterator

import click

from common.daemon_settings import SettingInForce, SettingsInForce, Source
from common.text import safe
from tui.cli.paper import Ink, Paper, answer
from tui.cli.session import ask, json_option
from tui.cli.table import Column, table
from tui.cli.values import NONE
from tui.setting import shown_value, waiting_words

_COLUMNS = (
    Column("SETTING"),
    Column("VALUE", gives_way=True),
    Column("FROM", ink=lambda text: None if text == Source.DEFAULT else Ink.WARN),
    Column("WHAT IT IS", gives_way=True),
)


@click.command()
@json_option
def settings(as_json: bool) -> None:
    """Show what the daemon is set to, and where each value comes from. Of a secret only whether it is set.

    What a store is set to shows `counterfoil store settings HASH`.
    """
    answer(ask(lambda client: client.settings()), _lines, as_json=as_json)


def _lines(found: SettingsInForce, paper: Paper) -> Iterator[str]:
    yield f"{paper.ink('file', Ink.FAINT)} {safe(found.file) or 'none was read'}"
    rows = [_row(setting) for group in found.groups for setting in group.settings]
    yield from table(_COLUMNS, rows, paper)


def _row(setting: SettingInForce) -> tuple[str, ...]:
    source = f"{setting.source}, line {setting.line}" if setting.line else str(setting.source)
    return setting.name, (shown_value(setting) or NONE) + waiting_words(setting), source, setting.help
