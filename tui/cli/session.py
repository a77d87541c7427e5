"""What every command that talks to the daemon shares: the call itself, --json, and arguments that name a store."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tui.cli import offers

if TYPE_CHECKING:
    from common.client import ApiClient

Result = TypeVar("Result")
Command = TypeVar("Command", bound=Callable[..., Any])


def ask(work: "Callable[[ApiClient], Awaitable[Result]]", socket: Path | None = None) -> Result:
    """What *work* gives, done with a client of the daemon at *socket* (None = the chosen one)."""
    from common.client import ApiClient

    async def connected() -> Result:
        async with ApiClient(socket or daemon_socket()) as client:
            return await work(client)

    return asyncio.run(connected())


def daemon_socket() -> Path:
    """The socket chosen by --socket before the command, else by the environment."""
    from common.paths import client_socket

    return client_socket(click.get_current_context().find_root().obj)


def json_option(command: Command) -> Command:
    """Adds --json, given to the command as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")(command)


def store_hash(_: click.Context, __: click.Parameter, value: str) -> str:
    """A parameter that names a store by its hash or any address that holds it; "" stays (no store named)."""
    from common.stores import store_hash_from

    return store_hash_from(value) if value else ""


store_argument = click.argument("store", metavar="HASH", callback=store_hash, shell_complete=offers.stores)


def store_option(help_line: str) -> Callable[[Command], Command]:
    """Adds --store, "" = not given."""
    return click.option(
        "--store", default="", metavar="HASH", callback=store_hash, shell_complete=offers.stores, help=help_line
    )


def order_number(_: click.Context, __: click.Parameter, value: str) -> int:
    """A parameter that is an order's number, as "1204" or "#1204"."""
    digits = value.removeprefix("#")
    if not (digits.isascii() and digits.isdigit()):
        raise click.BadParameter(f"{value!r} is no order number.")
    return int(digits)
