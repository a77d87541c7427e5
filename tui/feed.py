"""Reads long lists from the daemon: a list anew, one more page of it, or what changed in the part that shows."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic

from common.audit import AuditPage, AuditQuery, AuditRow
from common.contacts import ContactPage, ContactQuery, ContactRow
from common.inbox import DeliveryDetail, DeliveryPage, DeliveryQuery, DeliveryRow
from common.products import ProductPage, ProductQuery, ProductRow
from tui.pages import PAGE_ROWS, Chunk, Pages, Q, R

# Rows that left their page are looked up one by one; more at once means that the order itself changed: r tells.
_LOOKUPS = 12
# The longest address a mail server takes.
_EMAIL_CHARS = 254


@dataclass(frozen=True, slots=True)
class Freshness(Generic[R]):
    """What a look at the daemon found: rows before and after by id, and how many rows match now."""

    changed: dict[int, tuple[R, R]]
    total: int


async def opened(ask: Callable[[Q], Awaitable[Chunk[R]]], query: Q, *, around: int = 0) -> Pages[Q, R]:
    """The list of *query* from now on, with its first page and the one that holds row *around* at hand."""
    pages: Pages[Q, R] = Pages(query)
    pages.take(0, await ask(pages.request(0)))
    number = min(around, max(pages.total - 1, 0)) // PAGE_ROWS
    if number:
        pages.take(number, await ask(pages.request(number)))
    return pages


async def fill(ask: Callable[[Q], Awaitable[Chunk[R]]], pages: Pages[Q, R], number: int) -> None:
    """Brings page *number* of *pages* to hand."""
    pages.take(number, await ask(pages.request(number)))


def _shown(pages: Pages[Q, R], top: int, bottom: int) -> list[R]:
    return [row for index in range(top, bottom + 1) if (row := pages.row(index))]


def contact_chunk(page: ContactPage) -> Chunk[ContactRow]:
    return Chunk(page.total, page.contacts, page.next, page.is_counted)


async def freshen_contacts(
    ask: Callable[[ContactQuery], Awaitable[ContactPage]], pages: Pages[ContactQuery, ContactRow], top: int, bottom: int
) -> Freshness[ContactRow]:
    """Updates rows *top* to *bottom* where they stand.

    A contact that another order would put elsewhere keeps its place and is asked for by its email.
    """
    found: dict[int, ContactRow] = {}
    total = pages.total
    for number in range(top // PAGE_ROWS, max(bottom, top) // PAGE_ROWS + 1):
        place = {"offset": number * PAGE_ROWS, "limit": PAGE_ROWS}
        page = await ask(pages.query.model_copy(update=place))
        total = page.total
        found |= {row.id: row for row in page.contacts}
    for row in [row for row in _shown(pages, top, bottom) if row.id not in found][:_LOOKUPS]:
        page = await ask(ContactQuery(search=row.email[:_EMAIL_CHARS], limit=PAGE_ROWS))
        found |= {other.id: other for other in page.contacts}
    return Freshness(pages.update(found.values()), total)


def product_chunk(page: ProductPage) -> Chunk[ProductRow]:
    return Chunk(page.total, page.products, page.next)


async def freshen_products(
    ask: Callable[[ProductQuery], Awaitable[ProductPage]], pages: Pages[ProductQuery, ProductRow], top: int, bottom: int
) -> Freshness[ProductRow]:
    """Updates rows *top* to *bottom* where they stand.

    A product that another order would put elsewhere keeps its place and is asked for by its id.
    """
    place = {"offset": top, "limit": max(bottom - top + 1, 1)}
    page = await ask(pages.query.model_copy(update=place))
    found = {row.id: row for row in page.products}
    for row in [row for row in _shown(pages, top, bottom) if row.id not in found][:_LOOKUPS]:
        alone = await ask(ProductQuery(store=row.store, search=f"#{row.product_id}", limit=PAGE_ROWS))
        found |= {other.id: other for other in alone.products}
    return Freshness(pages.update(found.values()), page.total)


def delivery_chunk(page: DeliveryPage) -> Chunk[DeliveryRow]:
    return Chunk(page.total, page.deliveries, page.next)


async def freshen_deliveries(
    ask: Callable[[DeliveryQuery], Awaitable[DeliveryPage]],
    show: Callable[[int], Awaitable[DeliveryDetail]],
    pages: Pages[DeliveryQuery, DeliveryRow],
    top: int,
    bottom: int,
) -> Freshness[DeliveryRow]:
    """Updates rows *top* to *bottom* where they stand, whatever came on top of them.

    A delivery that the filter no longer finds, as a dead one that was replayed, keeps its place and is asked for alone.
    """
    shown = _shown(pages, top, bottom)
    place = {"after": str(shown[0].id + 1), "limit": len(shown)} if shown else {"limit": 1}
    page = await ask(pages.query.model_copy(update=place))
    found = {row.id: row for row in page.deliveries}
    for row in [row for row in shown if row.id not in found][:_LOOKUPS]:
        found[row.id] = DeliveryRow.model_validate((await show(row.id)).model_dump())
    return Freshness(pages.update(found.values()), page.total)


def audit_chunk(page: AuditPage) -> Chunk[AuditRow]:
    return Chunk(page.total, page.commands, page.next)


async def freshen_audit(
    ask: Callable[[AuditQuery], Awaitable[AuditPage]], pages: Pages[AuditQuery, AuditRow], top: int, bottom: int
) -> Freshness[AuditRow]:
    """Updates rows *top* to *bottom* where they stand: a command that had begun has an outcome by now."""
    shown = _shown(pages, top, bottom)
    place = {"after": str(shown[0].id + 1), "limit": len(shown)} if shown else {"limit": 1}
    page = await ask(pages.query.model_copy(update=place))
    return Freshness(pages.update(page.commands), page.total)
