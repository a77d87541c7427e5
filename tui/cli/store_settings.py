"""`counterfoil store settings` and `counterfoil store set`: what a store is set to."""

from collections.abc import Iterator

import click

from common.store_settings import OFF, SYNC_GUESTS, SettingRow, StoreSettings, setting_named, value_in
from tui.cli import offers
from tui.cli.paper import Paper, answer, say
from tui.cli.question import demand_yes
from tui.cli.session import ask, json_option, store_argument
from tui.cli.table import Column, table
from tui.format import count

_SETTINGS = (Column("SETTING"), Column("VALUE"), Column(""), Column("WHAT IT DOES", gives_way=True))


@click.command("settings")
@store_argument
@json_option
def show_settings(store: str, as_json: bool) -> None:
    """Show what a store is set to, and what each setting does."""
    answer(ask(lambda client: client.store_settings(store)), _lines, as_json=as_json)


@click.command("set")
@store_argument
@click.argument("name", metavar="SETTING", shell_complete=offers.settings)
@click.argument("value", required=False, shell_complete=offers.setting_values)
@click.option("--default", "to_default", is_flag=True, help="Back to its default, in place of a value.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def change_setting(store: str, name: str, value: str | None, to_default: bool, yes: bool, as_json: bool) -> None:
    """Change a setting of a store, such as `sync_guests on` or `status.13 Completed`.

    It is in force at once; what is there already is derived anew in the background.
    """
    if (value is None) is not to_default:
        raise click.UsageError("Give a value, or --default.")
    setting = setting_named(name)
    wanted = setting.default if value is None else value_in(setting, value)
    if setting is SYNC_GUESTS and wanted == OFF and not yes:
        _demand_yes_for_guests(store)
    changed = ask(lambda client: client.change_settings(store, {setting.name: wanted}))
    only = changed.model_copy(update={"settings": [row for row in changed.settings if row.name == setting.name]})
    answer(changed if as_json else only, _lines, as_json=as_json)
    if changed.doing and not as_json:
        say(f"Under way: {changed.doing}.")


def _demand_yes_for_guests(store: str) -> None:
    orders = ask(lambda client: client.store_settings(store)).guest_orders
    if orders:
        demand_yes(f"Erase {count(orders)} orders of guests of {store}, and the contacts known by nothing else?")


def _lines(settings: StoreSettings, paper: Paper) -> Iterator[str]:
    yield from table(_SETTINGS, map(_row, settings.settings), paper)


def _row(setting: SettingRow) -> tuple[str, ...]:
    return (
        setting.name,
        setting.value,
        "" if setting.value == setting.default else f"(default {setting.default})",
        setting.help,
    )
