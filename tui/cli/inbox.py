"""`counterfoil inbox`: the deliveries of the stores' webhooks, what became of them, and working them in again."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from common.errors import Refused
from common.inbox import (
    MAX_DELIVERIES,
    CauseQuery,
    DeadCauses,
    DeliveryDetail,
    DeliveryKind,
    DeliveryPage,
    DeliveryQuery,
    DeliveryState,
    DeliveryTrace,
    Replayed,
    ReplayRequest,
)
from common.text import safe
from tui.cli import offers
from tui.cli.export_options import format_option, output_option
from tui.cli.paper import Ink, Paper, answer, say
from tui.cli.session import ask, json_option, store_option
from tui.cli.table import Column, facts, number, table
from tui.cli.values import NONE, minute, second, state_ink
from tui.delivery import body_lines, changed_text
from tui.export.kinds import ExportFormat
from tui.format import count

_DELIVERIES = (
    number("ID"),
    Column("RECEIVED"),
    Column("STATE", ink=state_ink),
    Column("STORE"),
    Column("SCOPE"),
    Column("RESOURCE", gives_way=True),
    number("ATTEMPTS"),
    Column("ERROR", gives_way=True),
)
_CAUSES = (number("DEAD"), Column("LAST"), Column("STORES"), number("EXAMPLE"), Column("CAUSE", gives_way=True))

_TRACE = (Column("AT"), Column("WHAT"), Column("IN WORDS", gives_way=True))

_store = store_option("Only this store's.")


@click.group()
def inbox() -> None:
    """Deliveries of webhooks: what came, what became of it, working it in again."""


def _which(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that say which deliveries; each is a field of DeliveryQuery."""
    state = click.option(
        "--state", type=click.Choice([state.value for state in DeliveryState]), help="Only those in this state."
    )
    kind = click.option(
        "--kind", type=click.Choice([kind.value for kind in DeliveryKind]), help="Only those about such a thing."
    )
    search = click.option(
        "--search", default="", metavar="TEXT", help="Scopes that contain TEXT, or the id of what was named."
    )
    return state(_store(kind(search(command))))


@inbox.command("list")
@_which
@click.option(
    "--limit", type=click.IntRange(1, MAX_DELIVERIES), default=50, show_default=True, help="At most this many."
)
@click.option("--after", default="", metavar="CURSOR", help="Go on after a page, by the `next` of its JSON.")
@click.option("--causes", is_flag=True, help="Why deliveries are dead instead: a line per cause, with how many.")
@json_option
def list_deliveries(limit: int, after: str, causes: bool, as_json: bool, **which: str | None) -> None:
    """List deliveries, the newest first."""
    query = DeliveryQuery.model_validate(which | {"limit": limit, "after": after})
    if causes:
        if query.state not in (None, DeliveryState.DEAD) or query.kind or query.search or after:
            raise click.UsageError("--causes is about dead deliveries and goes with --store only.")
        _list_causes(query.store, as_json=as_json)
        return
    page = ask(lambda client: client.deliveries(query))
    answer(page, _page_lines, as_json=as_json)
    if not as_json:
        say(_how_many(page))


@inbox.command("export")
@format_option(default="csv", name="file_format")
@output_option
@_which
def export_deliveries(file_format: str, output: Path | None, **which: str | None) -> None:
    """Write all deliveries, the newest first; their bodies are told by `inbox show`."""
    from tui.cli.export import delivery_pages, write
    from tui.export.sheets import DELIVERIES

    query = DeliveryQuery.model_validate(which)
    ask(lambda client: write(delivery_pages(client, query), DELIVERIES, ExportFormat(file_format), output))


def _list_causes(store: str, *, as_json: bool) -> None:
    told = ask(lambda client: client.dead_causes(CauseQuery(store=store)))
    answer(told, _cause_lines, as_json=as_json)
    if not as_json:
        say("Replay those of a cause: counterfoil inbox replay --cause TEXT" if told.causes else "No delivery is dead.")


@inbox.command("show")
@click.argument(
    "delivery_id", metavar="ID", type=click.IntRange(min=1, max=10**18 - 1), shell_complete=offers.deliveries
)
@click.option("--trace", "traces", is_flag=True, help="What it went through and what it caused instead.")
@json_option
def show_delivery(delivery_id: int, traces: bool, as_json: bool) -> None:
    """Show a delivery: its body, its attempts, and what it changed."""
    if traces:
        answer(ask(lambda client: client.trace(delivery_id)), trace_table, as_json=as_json)
        return
    answer(ask(lambda client: client.delivery(delivery_id)), delivery_lines, as_json=as_json)


@inbox.command("replay")
@click.argument(
    "ids", metavar="[ID]...", type=click.IntRange(min=1, max=2**63 - 1), nargs=-1, shell_complete=offers.deliveries
)
@click.option(
    "--state",
    type=click.Choice([DeliveryState.DEAD.value, DeliveryState.DONE.value]),
    help="All in this state.",
)
@store_option("With --state: only this store's.")
@click.option(
    "--cause", default="", metavar="TEXT", help="Dead ones whose cause contains TEXT; ids in it do not matter."
)
@json_option
def replay(ids: tuple[int, ...], state: str | None, store: str, cause: str, as_json: bool) -> None:
    """Work deliveries in again: those with the IDs, or all in a state.

    What they named is fetched anew. Only done and dead ones can be replayed.
    """
    request = _replay_request(ids, state, store, cause)
    done = ask(lambda client: client.replay(request))
    answer(done, _replayed_lines, as_json=as_json)
    if done.left and not done.replayed:
        raise Refused("Nothing was replayed.", remedy="See `counterfoil inbox list`.")


def _replay_request(ids: tuple[int, ...], state: str | None, store: str, cause: str) -> ReplayRequest:
    if cause and state is None:
        state = DeliveryState.DEAD
    if cause and state != DeliveryState.DEAD:
        raise click.UsageError("Only dead deliveries have a cause.")
    if ids and (state or store):
        raise click.UsageError("Give either IDs, or --state with --store and --cause.")
    if not ids and state is None:
        raise click.UsageError("Name the deliveries: by ID, or with --state.")
    if len(ids) > MAX_DELIVERIES:
        raise click.UsageError(f"At most {MAX_DELIVERIES} IDs at a time.")
    return ReplayRequest(ids=list(ids), state=DeliveryState(state) if state else None, store=store, cause=cause)


def _page_lines(page: DeliveryPage, paper: Paper) -> list[str]:
    rows = (
        (
            str(row.id),
            minute(row.received_at),
            row.state.value,
            row.store,
            row.scope,
            row.resource or NONE,
            count(row.attempts),
            row.error,
        )
        for row in page.deliveries
    )
    return table(_DELIVERIES, rows, paper) if page.deliveries else []


def _how_many(page: DeliveryPage) -> str:
    whole = f"{count(page.pending)} pending, {count(page.done)} done, {count(page.dead)} dead"
    if not page.total:
        return f"No deliveries match; the inbox holds {whole}."
    return f"{count(len(page.deliveries))} of {count(page.total)} deliveries; the inbox holds {whole}"


def _cause_lines(told: DeadCauses, paper: Paper) -> list[str]:
    rows = (
        (count(cause.count), minute(cause.last_received_at), ", ".join(cause.stores), str(cause.example), cause.cause)
        for cause in told.causes
    )
    return table(_CAUSES, rows, paper) if told.causes else []


def trace_table(trace: DeliveryTrace, paper: Paper) -> list[str]:
    """A line per step, the oldest first."""
    return table(_TRACE, ((second(step.at), step.what.value, step.words) for step in trace.steps), paper)


def delivery_lines(delivery: DeliveryDetail, paper: Paper) -> Iterator[str]:
    """What it named and how it stands, what it changed, and the body as it came."""
    state = paper.ink(delivery.state.value, state_ink(delivery.state))
    yield f"{paper.ink(f'delivery {delivery.id}', Ink.HEAD)}  {safe(delivery.resource or delivery.scope)}  {state}"
    yield from facts(delivery_facts(delivery), paper)
    yield ""
    yield from body_lines(delivery.body)


def delivery_facts(delivery: DeliveryDetail) -> dict[str, str]:
    """What came and what became of it, by label; "" = nothing to say."""
    return {
        "store": delivery.store,
        "scope": delivery.scope,
        "received": minute(delivery.received_at),
        "replayed": minute(delivery.replayed_at) if delivery.replayed_at is not None else "",
        "given up" if delivery.state is DeliveryState.DEAD else "settled": (
            minute(delivery.settled_at) if delivery.settled_at is not None else ""
        ),
        "due": minute(delivery.due_at) if delivery.due_at is not None else "",
        "failed": count(delivery.attempts) if delivery.attempts else "",
        "error": delivery.error,
        "changed": "; ".join(map(changed_text, delivery.changed)),
        "webhook id": delivery.webhook_id,
        "signature": delivery.signature,
    }


def _replayed_lines(done: Replayed, _: Paper) -> Iterator[str]:
    noun = "delivery is" if done.replayed == 1 else "deliveries are"
    yield f"{count(done.replayed)} {noun} pending again."
    for left in done.left:
        yield f"{left.id}: {safe(left.why)}"
