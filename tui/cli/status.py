"""`counterfoil status`: how the daemon is."""

import time
from collections.abc import Iterator

import click

from common.status import HealthItem, Status
from common.text import safe
from common.times import duration
from tui.cli.paper import Ink, Paper, answer
from tui.cli.runs import runs_table
from tui.cli.session import ask, json_option
from tui.cli.store import stores_table
from tui.cli.table import facts
from tui.cli.values import size, state_ink
from tui.format import count
from tui.upkeep import upkeep_facts


@click.command()
@json_option
def status(as_json: bool) -> None:
    """How the daemon is: its stores, runs and inbox, and what is not as it should be."""
    answer(ask(lambda client: client.status()), status_lines, as_json=as_json)


def status_lines(status: Status, paper: Paper) -> Iterator[str]:
    """The daemon, what it keeps, its inbox, stores and runs; last, where the eye stays, what needs somebody."""
    up = duration(time.time() - status.started_at)
    yield f"{paper.ink(f'counterfoil {safe(status.version)}', Ink.HEAD)}  process {status.pid}, up {up}"
    yield from facts(status_facts(status), paper)
    for lines in (stores_table(status.stores, paper), runs_table(status.runs, paper)):
        if lines:
            yield ""
            yield from lines
    yield ""
    yield from _health(status.health, paper)


def status_facts(status: Status) -> dict[str, str]:
    """What the daemon keeps and hears, by label."""
    inbox, refused = status.inbox, status.refused
    return {
        "keeps": f"{count(status.contacts)} contacts, {count(status.orders)} orders, {size(status.database_bytes)}",
        "kept in": status.state_dir,
        **dict(upkeep_facts(status, int(time.time()))),
        "webhooks": f"{status.public_url} (listening on {status.public_listen})",
        "inbox": f"{count(inbox.pending)} pending, {count(inbox.done)} done, {count(inbox.dead)} dead",
        "refused": f"{count(refused.unauthenticated)} unauthenticated, {count(refused.unreadable)} unreadable, "
        f"{count(refused.too_large)} too large, "
        f"{count(refused.limited)} too many from one source",
    }


def _health(items: list[HealthItem], paper: Paper) -> Iterator[str]:
    if not items:
        yield paper.ink("All is well.", Ink.GOOD)
    for item in items:
        yield f"{paper.ink(item.severity.value, state_ink(item.severity.value))}: {safe(item.title)}"
        if item.fix:
            yield f"  {safe(item.fix)}"
