"""Reads contact lists from the daemon: a list anew, one more page of it, or what changed in the part that shows."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from common.contacts import ContactPage, ContactQuery, ContactRow
from tui.drawing.columns import Field
from tui.pages import PAGE_ROWS, Pages

# Rows that left their page are looked up one by one; more at once means that the order itself changed: r tells.
_LOOKUPS = 12
# The longest address a mail server takes.
_EMAIL_CHARS = 254

AskPage = Callable[[ContactQuery], Awaitable[ContactPage]]


@dataclass(frozen=True, slots=True)
class Freshness:
    """What a look at the daemon found: changed fields by contact id, and how many contacts there are now."""

    changed: dict[int, frozenset[Field]]
    total: int


async def opened(ask: AskPage, query: ContactQuery, *, around: int = 0) -> Pages:
    """The list of *query* from now on, with its first page and the one that holds row *around* at hand."""
    pages = Pages(query)
    pages.take(0, await ask(pages.request(0)))
    number = min(around, max(pages.total - 1, 0)) // PAGE_ROWS
    if number:
        pages.take(number, await ask(pages.request(number)))
    return pages


async def fill(ask: AskPage, pages: Pages, number: int) -> None:
    """Brings page *number* of *pages* to hand."""
    pages.take(number, await ask(pages.request(number)))


async def freshen(ask: AskPage, pages: Pages, top: int, bottom: int) -> Freshness:
    """Updates rows *top* to *bottom* where they stand.

    A contact that another order would put elsewhere keeps its place and is asked for by its email.
    """
    shown = [row for index in range(top, bottom + 1) if (row := pages.row(index))]
    found: dict[int, ContactRow] = {}
    total = pages.total
    for number in range(top // PAGE_ROWS, max(bottom, top) // PAGE_ROWS + 1):
        place = {"offset": number * PAGE_ROWS, "limit": PAGE_ROWS}
        page = await ask(pages.query.model_copy(update=place))
        total = page.total
        found |= {row.id: row for row in page.contacts}
    for row in [row for row in shown if row.id not in found][:_LOOKUPS]:
        page = await ask(ContactQuery(search=row.email[:_EMAIL_CHARS], limit=PAGE_ROWS))
        found |= {other.id: other for other in page.contacts}
    return Freshness(pages.update(found.values()), total)
