"""Contacts as a table, and the choice of what comes first in it: for every command that lists them."""

from collections.abc import Iterable

import click

from common.contacts import ContactRow, ContactSort
from tui.cli.paper import Paper
from tui.cli.table import Column, number, table
from tui.cli.values import day
from tui.format import count, full_name

_COLUMNS = (
    Column("EMAIL", gives_way=True),
    Column("NAME", gives_way=True),
    number("ORDERS"),
    number("REVENUE"),
    Column("LAST ORDER"),
)

sort_option = click.option(
    "--sort",
    type=click.Choice([key.value for key in ContactSort]),
    default=ContactSort.LAST_ORDER.value,
    show_default=True,
    help="What comes first: the newest, the largest, or A.",
)


def contact_rows(contacts: Iterable[ContactRow], paper: Paper) -> list[str]:
    """The contacts with a line of titles; nothing when there are none."""
    rows = [
        (
            row.email,
            full_name(row.first_name, row.last_name),
            count(row.orders),
            row.revenue.text,
            day(row.last_order_at),
        )
        for row in contacts
    ]
    return table(_COLUMNS, rows, paper) if rows else []
