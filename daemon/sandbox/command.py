"""`counterfoild sandbox`: a BigCommerce store on this machine, from the command line."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from common.errors import Refused

if TYPE_CHECKING:
    from daemon.sandbox.store import SandboxStore

_PORTS = click.IntRange(0, 65_535)
_COUNT = click.IntRange(min=0)
_AMOUNT = click.FloatRange(min=0)
FAULT_HELP = "Comma list of what is to go wrong; see the table below."


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for on the command line."""

    port: int
    host: str
    store_hash: str
    token: str
    client_id: str
    client_secret: str
    customers: int
    orders: int
    products: int
    seed: int
    end: int | None
    rate: float
    quota: int
    faults: str
    latency: float
    without_scope: tuple[str, ...]
    extra_fields: bool
    warm: bool


class ExplainedCommand(click.Command):
    """Adds the tables of faults and control routes to --help, read only when help is asked for."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from daemon.sandbox import control, faults

        for title, table in (
            ("Faults", faults.describe()),
            ("Control routes (loopback, no token)", control.describe()),
        ):
            formatter.write(f"\n{title}:\n{table}\n")


@click.command("sandbox", cls=ExplainedCommand)
@click.option("--port", type=_PORTS, default=8475, show_default=True, help="TCP port; 0 takes any free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--hash", "store_hash", default="simstore1", show_default=True, help="The store hash in every path.")
@click.option("--token", default="sandbox-token", show_default=True, help="The access token that is accepted.")
@click.option("--client-id", default="test_client_id", show_default=True, help="API account that owns the hooks.")
@click.option("--client-secret", default="test_client_secret", show_default=True,
              help="Signs the deliveries; empty leaves them unsigned.")  # fmt: skip
@click.option("--customers", type=_COUNT, default=5_000, show_default=True, help="Customer records.")
@click.option("--orders", type=_COUNT, default=20_000, show_default=True, help="Orders over about three years.")
@click.option("--products", type=_COUNT, default=600, show_default=True, help="Products of the catalogue.")
@click.option("--seed", default=7, show_default=True, help="The same seed and end give the same store.")
@click.option("--end", type=int, default=None, help="Epoch second at which the history ends; the default is now.")
@click.option(
    "--rate", type=_AMOUNT, default=0.0, show_default=True, help="Events per minute while running; 0 is a still store."
)
@click.option("--quota", type=_COUNT, default=450, show_default=True, help="Requests per 30 s window; 0 is unlimited.")
@click.option("--faults", default="", help=FAULT_HELP)
@click.option(
    "--latency", type=_AMOUNT, default=0.0, show_default=True, help="Seconds each answer waits; as the fault latency=…"
)
@click.option("--without-scope", multiple=True, metavar="SCOPE", help="The token lacks this scope: 403. Repeatable.")
@click.option("--extra-fields", is_flag=True, help="Answers carry fields that no documentation names.")
@click.option("--warm", is_flag=True, help="Render all orders before the ready line: about 10 kB of memory each.")
def sandbox(**given: object) -> None:
    """Run a BigCommerce store of our own, to try Counterfoil against."""
    options = Options(**given)  # type: ignore[arg-type]  # click has typed them as declared above
    asyncio.run(serve(options))


def store_of(options: Options) -> SandboxStore:
    """The store that *options* describe; a usage error for a fault or a scope that does not exist."""
    import time

    from daemon.sandbox.clock import VirtualClock
    from daemon.sandbox.faults import parse
    from daemon.sandbox.keys import SCOPES, Identity
    from daemon.sandbox.plan import Plan
    from daemon.sandbox.store import SandboxStore

    try:
        faults = parse(options.faults)
    except ValueError as problem:
        raise click.UsageError(str(problem)) from None
    if unknown := sorted(set(options.without_scope) - set(SCOPES)):
        raise click.UsageError(f"no scope is called {unknown[0]!r}; there are: {', '.join(sorted(SCOPES))}")
    if options.latency:
        faults["latency"] = options.latency
    plan = Plan(
        customers=options.customers,
        orders=options.orders,
        products=options.products,
        seed=options.seed,
        ends_at=int(time.time()) if options.end is None else options.end,
    )
    identity = Identity(
        store_hash=options.store_hash,
        token=options.token,
        client_id=options.client_id,
        client_secret=options.client_secret,
        scopes=set(SCOPES) - set(options.without_scope),
        extra_fields=options.extra_fields,
    )
    return SandboxStore(plan, clock=VirtualClock(), identity=identity, quota=options.quota, faults=faults)


async def serve(options: Options) -> None:
    """Run until SIGTERM or SIGINT; one line of JSON on stdout says when the store is ready."""
    store = store_of(options)
    gc.freeze()  # the history stays: the collector need not look through it again with every page
    gc.set_threshold(50_000, 20, 50)
    try:
        await store.start(host=options.host, port=options.port, is_warm=options.warm)
    except OSError as error:
        await store.stop()
        raise Refused(
            f"The sandbox cannot listen on {options.host}:{options.port}: {error.strerror}.",
            remedy="Stop what listens there, or choose another --port; 0 takes any free one.",
        ) from error
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    ready = {
        "url": store.url,
        "hash": options.store_hash,
        "token": options.token,
        "client_secret": options.client_secret,
        "pid": os.getpid(),
    }
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    store.live(events_per_minute=options.rate)
    try:
        await stop.wait()
    finally:
        await store.stop()


if __name__ == "__main__":
    sandbox()
