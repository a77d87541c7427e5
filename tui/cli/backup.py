"""`counterfoil backup`: copies of the database: make one, see which there are, try the newest."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING

import click

from common.backups import Backup, Backups, Task
from common.errors import Refused
from common.times import duration
from tui.cli.paper import Paper, answer, say
from tui.cli.progress import moved
from tui.cli.session import ask, json_option
from tui.cli.table import Column, facts, number, table
from tui.cli.values import minute, size
from tui.format import count

if TYPE_CHECKING:
    from common.client import ApiClient

_ASKED_EVERY_S = 0.5
_BACKUPS = (Column("MADE"), Column("FILE"), number("SIZE"), number("CONTACTS"), number("ORDERS"), Column("BY"))

_no_wait = click.option(
    "--no-wait", is_flag=True, help="Begin it and return; `counterfoil backup list` tells the rest."
)


@click.group("backup")
def backup_group() -> None:
    """Copies of the database: make one, see which there are, try the newest.

    Restoring one is done with the service stopped: counterfoild restore FILE
    """


@backup_group.command("now")
@_no_wait
@json_option
def make(no_wait: bool, as_json: bool) -> None:
    """Make a backup now, beside all other work, and wait until it is on the disk."""
    _carry_out(Task.BACKUP, lambda client: client.make_backup(), no_wait=no_wait, as_json=as_json)


@backup_group.command("list")
@json_option
def show(as_json: bool) -> None:
    """List the backups, the newest first, and whether the last one that was tried can be restored."""
    answer(ask(lambda client: client.backups()), backups_lines, as_json=as_json)


@backup_group.command("drill")
@_no_wait
@json_option
def drill(no_wait: bool, as_json: bool) -> None:
    """Try the newest backup: restore it to a temporary file, check that, and throw it away."""
    _carry_out(Task.DRILL, lambda client: client.try_backup(), no_wait=no_wait, as_json=as_json)


def _carry_out(task: Task, begin: "Callable[[ApiClient], Awaitable[Backups]]", *, no_wait: bool, as_json: bool) -> None:
    told = ask(lambda client: _done(client, begin(client), is_waited_for=not no_wait))
    _demand_success(told, task)
    answer(told, backups_lines, as_json=as_json)


async def _done(client: "ApiClient", begun: Awaitable[Backups], *, is_waited_for: bool) -> Backups:
    """How backups stand when it is over, its progress on a terminal's stderr meanwhile."""
    told = await begun
    while is_waited_for and told.under_way:
        _show(told)
        await asyncio.sleep(_ASKED_EVERY_S)
        told = await client.backups()
    moved("")
    return told


def _show(told: Backups) -> None:
    work = told.under_way
    if work is None:
        return
    share = (
        f"{100 * work.done_bytes // work.total_bytes} % of {size(work.total_bytes)}" if work.total_bytes else "begun"
    )
    moved(f"{work.task} · {share}")


def _demand_success(told: Backups, task: Task) -> None:
    """Raises Refused with what went wrong."""
    if told.under_way:
        say(f"The {task} has begun.")
        return
    fault = told.failure if task is Task.BACKUP else told.drill.fault if told.drill else "it was broken off"
    if fault:
        raise Refused(f"The {task} failed: {fault}", remedy="See `counterfoil status` for what to do.")


def backups_lines(told: Backups, paper: Paper) -> Iterator[str]:
    """Where and when, how the last drill went, and a line per backup."""
    yield from facts(backup_facts(told), paper)
    yield ""
    if told.backups:
        yield from table(_BACKUPS, map(_row, told.backups), paper)
    else:
        yield "No backup yet. Make one: counterfoil backup now"


def backup_facts(told: Backups) -> dict[str, str]:
    """What is done about backups, by label."""
    every = f"every {told.every_hours} h" if told.every_hours else "only when asked for"
    kept = f"{told.keep_days} days, at least {told.keep_at_least}" if told.keep_days else "for ever"
    facts = {
        "lie in": told.dir,
        "made": f"{every}; the next {minute(told.next_at)}" if told.next_at else every,
        "kept": kept,
        "tried": _of_the_drill(told),
        "failed": f"{minute(told.failed_at)}: {told.failure}" if told.failed_at else "",
        "doing": f"{told.under_way.task}, since {minute(told.under_way.began_at)}" if told.under_way else "",
    }
    return {name: text for name, text in facts.items() if text}


def _of_the_drill(told: Backups) -> str:
    drill = told.drill
    if drill is None:
        return "never"
    result = f"FAILED: {drill.fault}" if drill.fault else f"can be restored, took {duration(drill.seconds)}"
    return f"{minute(drill.at)}: {drill.file} {result}"


def _row(backup: Backup) -> tuple[str, ...]:
    counts = backup.counts
    return (
        minute(backup.made_at),
        backup.file,
        size(backup.bytes),
        count(counts.get("contact", 0)),
        count(counts.get("store_order", 0)),
        backup.made_by,
    )
