"""`counterfoil runs`: syncs, past and present."""

from collections.abc import Iterator

import click

from common.sync import Run, RunList, RunQuery
from common.text import safe
from common.times import duration
from tui.cli import offers
from tui.cli.paper import Ink, Paper, answer, say
from tui.cli.session import ask, json_option, store_option
from tui.cli.table import Column, facts, number, table
from tui.cli.values import NONE, minute, state_ink
from tui.format import count

_RUNS = (
    number("RUN"),
    Column("STORE"),
    Column("KIND"),
    Column("STATE", ink=state_ink),
    Column("STARTED"),
    Column("TOOK"),
    number("CUSTOMERS"),
    number("ORDERS"),
    number("CHANGED"),
    number("REQUESTS"),
    Column("ERROR", gives_way=True),
)

_RUN_ID = click.argument("run_id", metavar="ID", type=click.IntRange(min=1), shell_complete=offers.runs)


@click.group()
def runs() -> None:
    """Syncs, past and present."""


@runs.command("list")
@store_option("Only this store's.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="At most this many.")
@json_option
def list_runs(store: str, limit: int, as_json: bool) -> None:
    """List runs, the newest first."""
    query = RunQuery(store=store, limit=limit)
    found = ask(lambda client: client.runs(query))
    answer(found, _list_lines, as_json=as_json)
    if not found.runs and not as_json:
        say("No run yet. Start one: counterfoil sync HASH --historical")


@runs.command("show")
@_RUN_ID
@json_option
def show_run(run_id: int, as_json: bool) -> None:
    """Show a run: what it brought, what it left out and why."""
    answer(ask(lambda client: client.run(run_id)), run_lines, as_json=as_json)


@runs.command("pause")
@_RUN_ID
@json_option
def pause_run(run_id: int, as_json: bool) -> None:
    """Hold a run after the page it is writing; it keeps its place, also over a restart."""
    answer(ask(lambda client: client.pause_run(run_id)), run_lines, as_json=as_json)
    if not as_json:
        say(f"It goes on by: counterfoil runs resume {run_id}")


@runs.command("resume")
@_RUN_ID
@json_option
def resume_run(run_id: int, as_json: bool) -> None:
    """Go on with a paused run where it was."""
    answer(ask(lambda client: client.resume_run(run_id)), run_lines, as_json=as_json)


@runs.command("cancel")
@_RUN_ID
@json_option
def cancel_run(run_id: int, as_json: bool) -> None:
    """End a run before it is through; what it brought stays."""
    answer(ask(lambda client: client.cancel_run(run_id)), run_lines, as_json=as_json)


def _list_lines(found: RunList, paper: Paper) -> list[str]:
    return runs_table(found.runs, paper)


def runs_table(runs: list[Run], paper: Paper) -> list[str]:
    """A line per run; nothing at all, not even titles, when there is none."""
    rows = (
        (
            str(run.id),
            run.store,
            run.kind.value,
            run.state.value,
            minute(run.started_at),
            took(run),
            count(run.customers),
            count(run.orders),
            count(run.changed),
            count(run.requests),
            run.error,
        )
        for run in runs
    )
    return table(_RUNS, rows, paper) if runs else []


def run_lines(run: Run, paper: Paper) -> Iterator[str]:
    """What a run is and did, and each thing it had to leave out."""
    state = paper.ink(run.state.value, state_ink(run.state.value))
    yield f"{paper.ink(f'Run {run.id}', Ink.HEAD)}  {run.kind.value}  {safe(run.store)}  {state}"
    yield from facts(run_facts(run), paper)
    if run.skipped:
        yield ""
        yield paper.ink(f"Left out ({count(len(run.skipped))})", Ink.HEAD)
    for skipped in run.skipped:
        yield f"  {safe(skipped.kind)} {safe(skipped.id)}: {safe(skipped.why)}"


def run_facts(run: Run) -> dict[str, str]:
    """What a run did and when, by label; "" = nothing yet."""
    return {
        "error": run.error,
        "queued": minute(run.queued_at),
        "started": minute(run.started_at) if run.started_at else "",
        "finished": minute(run.finished_at) if run.finished_at else "",
        "took": took(run) if run.finished_at else "",
        "read": ", ".join(
            f"{count(number)} {name}"
            for number, name in (
                (run.products, "products"),
                (run.customers, "customers"),
                (run.orders, "orders"),
                (run.carts, "carts"),
            )
        ),
        "changed": f"{count(run.changed)} rows",
        "requests": count(run.requests),
    }


def took(run: Run) -> str:
    """From start to finish; "-" while it runs."""
    if run.started_at is None or run.finished_at is None:
        return NONE
    return duration(run.finished_at - run.started_at)
