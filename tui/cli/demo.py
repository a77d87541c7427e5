"""`counterfoil demo`: a store, a daemon and the UI on a folder of their own, gone when you leave."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from common.errors import CounterfoilError
from common.stores import StoreAdd
from common.sync import Run, RunKind, RunState
from tui.cli.children import Children, ended_by_signals
from tui.cli.demo_house import House, StorePlan, build, socket_path, state_folder
from tui.cli.demo_summary import summary, summary_lines
from tui.cli.follow import until_over
from tui.cli.paper import answer, say
from tui.cli.session import ask, json_option
from tui.cli.ui import open_ui, require_terminal, ui_options

# Happenings a minute: a third of them are new orders, so that one comes in every few seconds.
_LIVING_RATE = 40.0
_SIZES = click.IntRange(min=1)


@click.command()
@click.option("--headless", is_flag=True, help="Without the UI: sync the store's history, print a summary and end.")
@click.option("--customers", type=_SIZES, default=5000, show_default=True, help="Customers of the store.")
@click.option("--orders", type=_SIZES, default=20000, show_default=True, help="Orders of the store.")
@click.option("--products", type=_SIZES, default=600, show_default=True, help="Products of the store.")
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed makes the same store.")
@click.option("--rate", type=click.FloatRange(min=0), help="Happenings a minute in it. Default: 40, headless 0.")
@click.option("--state-dir", type=click.Path(path_type=Path), help="Keep everything in this new or empty folder.")
@ui_options
@json_option
def demo(
    headless: bool,
    rate: float | None,
    state_dir: Path | None,
    as_json: bool,
    **given: Any,
) -> None:
    """A store, a daemon and the UI, thrown away when you leave."""
    sizes = {name: given.pop(name) for name in ("customers", "orders", "products", "seed")}
    if as_json and not headless:
        raise click.UsageError("--json is for --headless.")
    if not headless:
        require_terminal("--headless", **given)
    living = (0.0 if headless else _LIVING_RATE) if rate is None else rate
    plan = StorePlan(**sizes, rate=living)
    tell = _untold if as_json else say
    children = Children()
    with ended_by_signals(children), state_folder(state_dir) as folder, socket_path(folder) as path, children:
        house = build(plan, folder, path, children, tell)
        run = _history_begun(house, tell)
        code = _summed_up(house, run, as_json=as_json) if headless else open_ui(house.socket, **given)
    click.get_current_context().exit(code)


def _history_begun(house: House, tell: Callable[[str], None]) -> Run:
    """The store connected and its historical run started."""
    shop = house.shop
    wanted = StoreAdd(store=shop.hash, token=shop.token, client_secret=shop.client_secret)
    store = ask(lambda client: client.add_store(wanted), house.socket)
    tell(f"Connected the store {store.hash} ({store.name}): {store.hooks.alive} webhooks alive")
    run = ask(lambda client: client.start_run(store.hash, RunKind.HISTORICAL), house.socket)
    tell(f"Syncing its history: run {run.id}")
    return run


def _summed_up(house: House, run: Run, *, as_json: bool) -> int:
    """Waits for *run* and prints what it came to. Raises CounterfoilError when that is not done."""
    began_at = time.monotonic()
    over = until_over(house.socket, run, is_quiet=as_json)
    seconds = time.monotonic() - began_at
    if over.state is not RunState.DONE:
        raise CounterfoilError(f"The historical run is {over.state.value}. {over.error}".strip())
    answer(ask(lambda client: summary(client, over, seconds), house.socket), summary_lines, as_json=as_json)
    return 0


def _untold(_: str) -> None:
    """Talk nobody asked for."""
