"""Contacts and members as files for other programs, page after page: each once, also while others arrive."""

import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from common.client import ApiClient
from common.contacts import ContactQuery, ContactRow
from common.errors import Invalid
from common.segments.answers import Member, MemberQuery
from tui.cli.paper import json_text
from tui.export.kinds import ExportFormat
from tui.export.sheets import Put, Row, Sheet
from tui.export.writing import parquet_put, text_put, written

# Large enough that the calls do not count, small enough that no answer holds up the daemon.
_PAGE = 5000

# For each page a rule is asked of everybody: few large ones.
_PAGE_OF_A_RULE = 50_000


async def contact_pages(client: ApiClient, query: ContactQuery) -> AsyncIterator[Sequence[ContactRow]]:
    """All contacts that match *query*."""
    query = query.model_copy(update={"limit": _PAGE_OF_A_RULE if query.match else _PAGE})
    while True:
        page = await client.contacts(query)
        yield page.contacts
        if not page.next:
            return
        query = query.model_copy(update={"after": page.next})


async def member_pages(client: ApiClient, name: str) -> AsyncIterator[Sequence[Member]]:
    """All members of a segment. Raises NotFound."""
    query = MemberQuery(name=name, limit=_PAGE)
    while True:
        page = await client.segment_members(query)
        yield page.contacts
        if not page.next:
            return
        query = query.model_copy(update={"after": page.next})


async def write(
    pages: AsyncIterator[Sequence[Row]], sheet: Sheet[Row], kind: ExportFormat, output: Path | None
) -> None:
    """Puts all rows into the file *output*, None = on stdout; a page at a time is held.

    Raises Invalid for Parquet on a terminal, and what `written` raises.
    """
    if kind is ExportFormat.PARQUET and output is None and sys.stdout.isatty():
        raise Invalid("Parquet is no text for a terminal.", remedy="Give --output FILE, or redirect stdout to one.")
    with written(sheet, kind, output) if output else _on_stdout(sheet, kind) as put:
        async for rows in pages:
            put(rows)


@contextmanager
def _on_stdout(sheet: Sheet[Row], kind: ExportFormat) -> Iterator[Put]:
    if kind is ExportFormat.PARQUET:
        with parquet_put(sheet, sys.stdout.buffer) as put:
            yield put
    else:
        yield text_put(sheet, kind, _echo, json_text)


def _echo(text: str) -> None:
    click.echo(text, nl=False)
