"""Long lists as files for other programs, page after page: each row once, also while others arrive."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

import click

from common.audit import MAX_AUDIT, AuditQuery, AuditRow
from common.client import ApiClient
from common.contacts import ContactQuery, ContactRow
from common.errors import Invalid
from common.inbox import DeliveryQuery, DeliveryRow
from common.products import MAX_PRODUCTS, ProductQuery, ProductRow
from common.segments.answers import Member, MemberQuery
from common.wire import Query
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
    async for page in _each_page(client.contacts, query):
        yield page.contacts


async def member_pages(client: ApiClient, name: str) -> AsyncIterator[Sequence[Member]]:
    """All members of a segment. Raises NotFound."""
    async for page in _each_page(client.segment_members, MemberQuery(name=name, limit=_PAGE)):
        yield page.contacts


async def product_pages(client: ApiClient, query: ProductQuery) -> AsyncIterator[Sequence[ProductRow]]:
    """All products that match *query*."""
    async for page in _each_page(client.products, query.model_copy(update={"limit": MAX_PRODUCTS})):
        yield page.products


async def delivery_pages(client: ApiClient, query: DeliveryQuery) -> AsyncIterator[Sequence[DeliveryRow]]:
    """All deliveries that match *query*, the newest first."""
    async for page in _each_page(client.deliveries, query.model_copy(update={"limit": _PAGE})):
        yield page.deliveries


async def command_pages(client: ApiClient, query: AuditQuery) -> AsyncIterator[Sequence[AuditRow]]:
    """All commands that match *query*, the newest first."""
    async for page in _each_page(client.audit, query.model_copy(update={"limit": MAX_AUDIT})):
        yield page.commands


class _Page(Protocol):
    """What knows where the page behind it begins; "" or 0 = there is none."""

    @property
    def next(self) -> str | int: ...


_P = TypeVar("_P", bound=_Page)
_Q = TypeVar("_Q", bound=Query)


async def _each_page(ask: Callable[[_Q], Awaitable[_P]], query: _Q) -> AsyncIterator[_P]:
    while True:
        page = await ask(query)
        yield page
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
