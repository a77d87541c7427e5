"""`counterfoil activity`: what went in and out of the daemon lately."""

from collections.abc import Sequence
from functools import partial

import click

from common.activity import Activity, ActivitySlot
from tui.cli.paper import Paper, answer, say
from tui.cli.session import ask, json_option
from tui.cli.table import Column, number, table
from tui.cli.values import minute
from tui.format import count

_COLUMNS = (
    Column("FROM"),
    number("DELIVERIES"),
    number("TURNED AWAY"),
    number("ANSWERED"),
    number("REFUSED"),
    number("OVER QUOTA"),
    number("FAILED"),
)


@click.command()
@click.option("--day", is_flag=True, help="The last day by the half hour, instead of the last hour by the minute.")
@json_option
def activity(day: bool, as_json: bool) -> None:
    """What went in and out lately: webhook calls, and requests to the stores' APIs.

    Times in which nothing happened are left out; --json has them all. It is counted since the daemon started.
    """
    told = ask(lambda client: client.activity())
    slots = told.half_hours if day else told.minutes
    answer(told, partial(_lines, slots), as_json=as_json)
    if not as_json:
        say(f"Since {minute(max(told.since, slots[0].at))}.")


def _lines(slots: Sequence[ActivitySlot], _: Activity, paper: Paper) -> list[str]:
    rows = [(minute(slot.at), *map(count, _counts(slot))) for slot in slots if any(_counts(slot))]
    return table(_COLUMNS, rows, paper) if rows else []


def _counts(slot: ActivitySlot) -> tuple[int, ...]:
    return (slot.deliveries, slot.turned_away, slot.answered, slot.refused, slot.over_quota, slot.failed)
