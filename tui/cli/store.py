"""`counterfoil store`: connecting stores, how they stand, and what may be done to one."""

from collections.abc import Iterator

import click
from pydantic import SecretStr

from common.stores import HookRow, StoreAdd, StoreDetail, StoreList, StorePurged, StoreReconnect, StoreSummary
from common.text import safe
from tui.cli import offers
from tui.cli.connecting import scopes_table, show_needs, token_option, try_store
from tui.cli.paper import Ink, Paper, answer, say
from tui.cli.purge import purged, typed_hash
from tui.cli.question import demand_yes
from tui.cli.secret import secret_from
from tui.cli.session import ask, json_option, store_argument, store_hash
from tui.cli.store_sales import show_sales
from tui.cli.store_settings import change_setting, show_settings
from tui.cli.table import Column, facts, number, table
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
_HOOKS = (Column("HOOK"), Column("", ink=state_ink), Column("LAST DELIVERY"))


_CLIENT_SECRET = click.option(
    "--client-secret-file",
    metavar="FILE|-",
    shell_complete=offers.files,
    help="Holds its client secret, to check deliveries' signatures.",
)


@click.group("store")
def store_group() -> None:
    """Connect stores, see how they stand, set, hold, reconnect, delete or erase them."""


store_group.add_command(show_settings)
store_group.add_command(change_setting)
store_group.add_command(show_sales)
store_group.add_command(show_needs)
store_group.add_command(try_store)


@store_group.command("add")
@click.argument("store", metavar="HASH|URL", callback=store_hash, shell_complete=offers.stores)
@token_option
@_CLIENT_SECRET
@click.option("--name", default="", help="What to call the store. Default: its own name.")
@click.option("--no-hooks", is_flag=True, help="Register no webhooks; the store is then only read by syncs.")
@json_option
def add_store(
    store: str, token_file: str, client_secret_file: str | None, name: str, no_hooks: bool, as_json: bool
) -> None:
    """Connect a store.

    The token and its scopes are checked, the store's facts are read and the webhooks are registered. A store that was
    deleted comes back with its data.
    """
    _refuse_stdin_twice(token_file, client_secret_file)
    if len(name) > _NAME_MAX:
        raise click.BadParameter(f"A name has at most {_NAME_MAX} characters.", param_hint="--name")
    wanted = StoreAdd(
        store=store,
        token=secret_from(token_file, what="token"),
        client_secret=_client_secret(client_secret_file),
        name=name,
        hooks=not no_hooks,
    )
    added = ask(lambda client: client.add_store(wanted))
    answer(added, store_lines, as_json=as_json)
    if not as_json and added.last_sync_at is None:
        say(f"Connected. Bring its history in: counterfoil sync {store} --historical --wait")
    elif not as_json:
        say(f"Connected again, with its data. What it missed is being read: counterfoil runs list --store {store}")


@store_group.command("list")
@json_option
def list_stores(as_json: bool) -> None:
    """List the connected stores."""
    stores = ask(lambda client: client.stores())
    answer(stores, _list_lines, as_json=as_json)
    if not stores.stores and not as_json:
        say("No store is connected. Connect one: counterfoil store add HASH --token-file FILE")


@store_group.command("show")
@store_argument
@json_option
def show_store(store: str, as_json: bool) -> None:
    """Show a store with its scopes and webhooks."""
    answer(ask(lambda client: client.store(store)), store_lines, as_json=as_json)


@store_group.command("pause")
@store_argument
@json_option
def pause_store(store: str, as_json: bool) -> None:
    """Fetch nothing from a store. Its deliveries are kept, its runs wait."""
    answer(ask(lambda client: client.pause_store(store)), store_lines, as_json=as_json)
    if not as_json:
        say(f"It goes on by: counterfoil store resume {store}")


@store_group.command("resume")
@store_argument
@json_option
def resume_store(store: str, as_json: bool) -> None:
    """Go on with a paused store, and with what waited for it."""
    answer(ask(lambda client: client.resume_store(store)), store_lines, as_json=as_json)


@store_group.command("rotate-secret")
@store_argument
@json_option
def rotate_secret(store: str, as_json: bool) -> None:
    """Have a store's webhooks carry another secret.

    The former one is good as well for a day, and until every webhook carries the new one: no delivery is turned away.
    """
    answer(ask(lambda client: client.rotate_secret(store)), store_lines, as_json=as_json)
    if not as_json:
        say("The webhooks are given the new secret within a minute; the former one stays good for a day.")


@store_group.command("reconnect")
@store_argument
@token_option
@_CLIENT_SECRET
@json_option
def reconnect_store(store: str, token_file: str, client_secret_file: str | None, as_json: bool) -> None:
    """Give a store another token. Its data stays, its webhooks are repaired.

    What it missed is read by a manual run. The client secret belongs to the token's account: without the option
    signatures are no longer checked.
    """
    _refuse_stdin_twice(token_file, client_secret_file)
    secrets = StoreReconnect(
        token=secret_from(token_file, what="token"), client_secret=_client_secret(client_secret_file)
    )
    answer(ask(lambda client: client.reconnect_store(store, secrets)), store_lines, as_json=as_json)
    if not as_json:
        say(f"Reconnected. What it missed is being read: counterfoil runs list --store {store}")


@store_group.command("delete")
@store_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def delete_store(store: str, yes: bool, as_json: bool) -> None:
    """Stop syncing a store and remove its webhooks; its data stays.

    `store add` connects it again, with its data; `store purge` erases that.
    """
    if not yes:
        demand_yes(f"Stop syncing {store} and remove its webhooks? What was synced stays.")
    answer(ask(lambda client: client.delete_store(store)), store_lines, as_json=as_json)


@store_group.command("purge")
@store_argument
@click.option("--confirm", default="", metavar="HASH", help="The hash once more, instead of typing it when asked.")
@json_option
def purge_store(store: str, confirm: str, as_json: bool) -> None:
    """Erase everything of a store: orders, carts, customers, products, deliveries, runs.

    Contacts that no other store knows go too. The store is deleted first. It goes on by itself when this command is
    interrupted or the daemon restarts; it cannot be taken back.
    """
    typed = confirm or typed_hash(store)
    erased = ask(lambda client: purged(client, store, confirm=typed, say=_say_nothing if as_json else say))
    answer(erased, _purged_lines, as_json=as_json)


def _say_nothing(_: str) -> None:
    """JSON output carries no talk."""


def _purged_lines(erased: StorePurged, _: Paper) -> list[str]:
    return [f"{erased.hash} is erased."]


def _refuse_stdin_twice(token_file: str, client_secret_file: str | None) -> None:
    if (token_file, client_secret_file) == ("-", "-"):
        raise click.UsageError("Only one of --token-file and --client-secret-file can be stdin.")


def _client_secret(file: str | None) -> SecretStr:
    return secret_from(file, what="client secret") if file else SecretStr("")


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
    yield from facts(store_facts(store), paper)
    if store.scopes:
        yield ""
        yield from scopes_table(store.scopes, paper)
    if store.hook_rows:
        yield ""
        yield from table(_HOOKS, map(_hook_row, store.hook_rows), paper)


def store_facts(store: StoreDetail) -> dict[str, str]:
    """How the store stands, by label; "" = nothing to say."""
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
        "secret": _secret(store),
        "quota": _quota(store),
    }


def _secret(store: StoreDetail) -> str:
    """Told only while the webhooks have two secrets."""
    if store.hook_secret_rotated_at is None:
        return ""
    return f"replaced {minute(store.hook_secret_rotated_at)}; the former one is good for a day"


def _quota(store: StoreDetail) -> str:
    quota = store.quota
    if quota.limit is None or quota.left is None or quota.window_s is None:
        return f"{quota.share:.0%} of the store's window, which is not known yet"
    return f"{quota.share:.0%} of {count(quota.limit)} requests per {quota.window_s:g} s, {count(quota.left)} left"


def hook_state(row: HookRow) -> str:
    if row.hook_id is None:
        return "missing"
    return "alive" if row.is_active else "inactive"


def _hook_row(row: HookRow) -> tuple[str, ...]:
    return (row.scope, hook_state(row), minute(row.last_delivery_at) if row.last_delivery_at else NONE)
