"""Contacts as a file for other programs: CSV with formulas defused, or one JSON object a line."""

import csv
import io
from collections.abc import Iterable
from enum import StrEnum

import click

from common.client import ApiClient
from common.contacts import ContactQuery, ContactRow
from common.money import major_units
from common.text import csv_cell
from common.times import rfc3339
from tui.cli.paper import json_text

# Large enough that the calls do not count, small enough that no answer holds up the daemon.
_PAGE = 5000

# For each page a rule is asked of everybody: few large ones.
_PAGE_OF_A_RULE = 50_000

_HEADER = ("email", "first_name", "last_name", "orders", "revenue", "currency", "last_order_at")


class ExportFormat(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"


async def write_contacts(client: ApiClient, query: ContactQuery, kind: ExportFormat) -> None:
    """Puts all contacts that match *query* on stdout, page after page; each once, also while others arrive."""
    if kind is ExportFormat.CSV:
        click.echo(_csv([_HEADER]), nl=False)
    query = query.model_copy(update={"limit": _PAGE_OF_A_RULE if query.match else _PAGE})
    while True:
        page = await client.contacts(query)
        click.echo(_lines(page.contacts, kind), nl=False)
        if not page.next:
            return
        query = query.model_copy(update={"after": page.next})


def _lines(rows: Iterable[ContactRow], kind: ExportFormat) -> str:
    """*rows* as text, each line ended."""
    match kind:
        case ExportFormat.CSV:
            return _csv(_cells(row) for row in rows)
        case ExportFormat.JSONL:
            return "".join(f"{json_text(row.model_dump_json())}\n" for row in rows)


def _cells(row: ContactRow) -> tuple[str, ...]:
    return (
        csv_cell(row.email),
        csv_cell(row.first_name),
        csv_cell(row.last_name),
        str(row.orders),
        str(major_units(row.revenue.minor, row.revenue.currency)),
        row.revenue.currency,
        rfc3339(row.last_order_at) if row.last_order_at else "",
    )


def _csv(rows: Iterable[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
