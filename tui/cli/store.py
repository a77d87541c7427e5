"""`counterfoil store`: connecting stores, and how they stand."""

from collections.abc import Iterator

import click
from pydantic import SecretStr

from common.stores import HookRow, ScopeRow, StoreAdd, StoreDetail, StoreList, StoreSummary
from common.text import safe
from tui.cli.paper import Ink, Paper, answer, say
from tui.cli.secret import secret_from
from tui.cli.session import ask, json_option, store_hash
from tui.cli.table import Column, number, table
from tui.cli.values import NONE, minute, state_ink
from tui.format import count

_NAME_MAX = 200

_STORES = (
    Column("STORE"),
    Column("NAME", gives_way=True),
    Column("STATE", ink=state_ink),
    Column("HOOKS"),
    number("CUSTOMERS"),
    number("ORDERS"),
    Column("LAST DELIVERY"),
    Column("LAST SYNC"),
)
_SCOPES = (Column("SCOPE"), Column("", ink=state_ink), Column("FEEDS", gives_way=True))
_HOOKS = (Column("HOOK"), Column("", ink=state_ink), Column("LAST DELIVERY"))


@click.group("store")
def store_group() -> None:
    """Connect stores and see how they stand."""


@store_group.command("add")
@click.argument("store", metavar="HASH|URL", callback=store_hash)
@click.option(
    "--token-file", required=True, metavar="FILE|-", help="Holds the API account's access token; - reads stdin."
)
@click.option(
    "--client-secret-file", metavar="FILE|-", help="Holds its client secret, to check deliveries' signatures."
)
@click.option("--name", default="", help="What to call the store. Default: its own name.")
@click.option("--no-hooks", is_flag=True, help="Register no webhooks; the store is then only read by syncs.")
@json_option
def add_store(
    store: str, token_file: str, client_secret_file: str | None, name: str, no_hooks: bool, as_json: bool
) -> None:
    """Connect a store.

    The token and its scopes are checked, the store's facts are read and the webhooks are registered.
    """
    if (token_file, client_secret_file) == ("-", "-"):
        raise click.UsageError("Only one of --token-file and --client-secret-file can be stdin.")
    if len(name) > _NAME_MAX:
        raise click.BadParameter(f"A name has at most {_NAME_MAX} characters.", param_hint="--name")
    wanted = StoreAdd(
        store=store,
        token=secret_from(token_file, what="token"),
        client_secret=secret_from(client_secret_file, what="client secret") if client_secret_file else SecretStr(""),
        name=name,
        hooks=not no_hooks,
    )
    answer(ask(lambda client: client.add_store(wanted)), store_lines, as_json=as_json)
    if not as_json:
        say(f"Connected. Bring its history in: counterfoil sync {store} --historical --wait")


@store_group.command("list")
@json_option
def list_stores(as_json: bool) -> None:
    """List the connected stores."""
    stores = ask(lambda client: client.stores())
    answer(stores, _list_lines, as_json=as_json)
    if not stores.stores and not as_json:
        say("No store is connected. Connect one: counterfoil store add HASH --token-file FILE")


@store_group.command("show")
@click.argument("store", metavar="HASH", callback=store_hash)
@json_option
def show_store(store: str, as_json: bool) -> None:
    """Show a store with its scopes and webhooks."""
    answer(ask(lambda client: client.store(store)), store_lines, as_json=as_json)


def _list_lines(stores: StoreList, paper: Paper) -> list[str]:
    return stores_table(stores.stores, paper)


def stores_table(stores: list[StoreSummary], paper: Paper) -> list[str]:
    """A line per store; nothing at all, not even titles, when there is none."""
    rows = (
        (
            store.hash,
            store.name,
            store.state.value,
            f"{store.hooks.alive}/{store.hooks.expected} alive",
            count(store.customers),
            count(store.orders),
            minute(store.last_delivery_at),
            minute(store.last_sync_at),
        )
        for store in stores
    )
    return table(_STORES, rows, paper) if stores else []


def store_lines(store: StoreDetail, paper: Paper) -> Iterator[str]:
    """State, what is kept of it, then which scopes were granted and which hooks live."""
    yield f"{paper.ink(safe(store.name) or store.hash, Ink.HEAD)}  {paper.ink(store.state, state_ink(store.state))}"
    for name, text in _facts(store).items():
        if text:
            yield f"{paper.ink(f'{name:<13}', Ink.FAINT)} {safe(text)}"
    if store.scopes:
        yield ""
        yield from table(_SCOPES, map(_scope_row, store.scopes), paper)
    if store.hook_rows:
        yield ""
        yield from table(_HOOKS, map(_hook_row, store.hook_rows), paper)


def _facts(store: StoreDetail) -> dict[str, str]:
    return {
        "reason": store.state_reason,
        "hash": store.hash,
        "address": store.domain,
        "currency": store.currency,
        "time zone": store.timezone,
        "plan": store.plan,
        "kept": f"{count(store.customers)} customers, {count(store.orders)} orders",
        "connected": minute(store.connected_at),
        "last delivery": minute(store.last_delivery_at),
        "last sync": minute(store.last_sync_at),
        "hooks": f"{store.hooks.alive} of {store.hooks.expected} alive",
        "quota": _quota(store),
    }


def _quota(store: StoreDetail) -> str:
    quota = store.quota
    if quota.limit is None or quota.left is None or quota.window_s is None:
        return f"{quota.share:.0%} of the store's window, which is not known yet"
    return f"{quota.share:.0%} of {count(quota.limit)} requests per {quota.window_s:g} s, {count(quota.left)} left"


def _scope_row(row: ScopeRow) -> tuple[str, ...]:
    lacking = "missing" if row.required else "not granted"
    return (row.scope, "granted" if row.granted else lacking, row.feeds)


def _hook_row(row: HookRow) -> tuple[str, ...]:
    state = "missing" if row.hook_id is None else "alive" if row.is_active else "inactive"
    return (row.scope, state, minute(row.last_delivery_at) if row.last_delivery_at else NONE)
