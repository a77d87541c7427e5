"""`counterfoil sync`: bring a store's data in, and wait for it if asked to."""

from collections.abc import Iterator

import click

from common.errors import CounterfoilError, TryLater
from common.stores import StoreState
from common.sync import Run, RunKind, RunState, SyncPlan
from common.times import duration
from tui.cli.paper import Paper, answer, say
from tui.cli.runs import run_lines
from tui.cli.session import ask, daemon_socket, json_option, store_argument
from tui.format import byte_size, count


@click.command()
@store_argument
@click.option("--historical", is_flag=True, help="Everything from the store's beginning, not only what is new.")
@click.option("--sweep", is_flag=True, help="What may have changed without a word: orders not final, things gone.")
@click.option("--plan", is_flag=True, help="Start nothing: ask the store how much it would be, and how long it takes.")
@click.option("--wait", is_flag=True, help="Stay until it is over; exits 1 if it failed, 4 if the store was away.")
@json_option
def sync(store: str, historical: bool, sweep: bool, plan: bool, wait: bool, as_json: bool) -> None:
    """Bring in what is missing or changed in the store HASH since the last completed sync."""
    if sweep and (historical or plan):
        raise click.UsageError("--sweep is a run of its own kind, and is not planned.")
    kind = RunKind.HISTORICAL if historical else RunKind.SWEEP if sweep else RunKind.MANUAL
    if plan:
        if wait:
            raise click.UsageError("--plan starts no run that --wait could wait for.")
        answer(ask(lambda client: client.plan(store, kind)), plan_lines, as_json=as_json)
        return
    run = ask(lambda client: client.start_run(store, kind))
    if wait:
        run = _waited_for(run, is_quiet=as_json)
    answer(run, run_lines, as_json=as_json)
    if wait:
        _refuse_if_not_done(run)
    elif not as_json:
        say(f"It goes on in the daemon. See how far it is: counterfoil runs show {run.id}")


def plan_lines(plan: SyncPlan, paper: Paper) -> Iterator[str]:
    """What a run would come to, a line each."""
    del paper
    yield f"products   {count(plan.products)}"
    yield f"customers  {count(plan.customers)}"
    yield f"orders     {count(plan.orders)}"
    yield f"requests   {count(plan.requests)}"
    yield f"time       about {duration(plan.seconds)}"
    yield f"disk       about {byte_size(plan.disk_bytes)}"


def _waited_for(run: Run, *, is_quiet: bool) -> Run:
    from tui.cli.follow import until_over

    try:
        return until_over(daemon_socket(), run, is_quiet=is_quiet)
    except KeyboardInterrupt:
        if not is_quiet:
            say(f"Run {run.id} goes on in the daemon. See how far it is: counterfoil runs show {run.id}")
        raise


def _refuse_if_not_done(run: Run) -> None:
    if run.state is RunState.DONE:
        return
    why = f"Run {run.id} of {run.store} {'was cancelled' if run.state is RunState.CANCELLED else 'failed'}."
    if run.state is RunState.FAILED and _is_away(run.store):
        raise TryLater(
            f"{why} {run.error}", remedy="The store does not answer now; what is missing comes with a later sync."
        )
    raise CounterfoilError(f"{why} {run.error}".strip(), remedy=f"See `counterfoil store show {run.store}`.")


def _is_away(store: str) -> bool:
    return ask(lambda client: client.store(store)).state is StoreState.UNAVAILABLE
