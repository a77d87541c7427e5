"""Where a v3 page goes on, told from what the store says about itself; it says it in four ways and leaves some out."""

from collections.abc import Callable
from typing import TypeVar

from daemon.bigcommerce.errors import StoreAnswerUnreadable
from daemon.bigcommerce.pages import Next, Page
from daemon.bigcommerce.payloads import LinksRow, Row
from daemon.bigcommerce.reading import Rows
from daemon.bigcommerce.transport import Answer
from daemon.records import Kind, Unreadable

R = TypeVar("R", bound=Row)
T = TypeVar("T")

_PAGE_CURSOR = "page:"  # a cursor of our own, for a store that gives none


def page_of(
    answer: Answer,
    rows: Rows[R],
    record: Callable[[R], T | None],
    kind: Kind,
    then: Next | None,
    *,
    id_field: str = "id",
) -> Page[T, Next]:
    """*rows* as records; a row *record* refuses becomes unreadable, one it makes None of is left out."""
    records: list[T] = []
    unreadable = list(rows.unreadable)
    for row in rows.rows:
        try:
            made = record(row)
        except ValueError as error:
            unreadable.append(Unreadable(kind, str(getattr(row, id_field) or ""), str(error)))
        else:
            records += [] if made is None else [made]
    total = rows.meta.pagination.total
    return Page(tuple(records), tuple(unreadable), answer.fetched_at_ms, answer.server_time, then, total)


def page_after(rows: Rows[R], page: int, limit: int) -> int | None:
    """The number of the page after *page*."""
    total_pages = rows.meta.pagination.total_pages
    if not rows.count:
        return None
    if total_pages is not None:
        return page + 1 if page < total_pages else None
    return page + 1 if rows.count >= _per_page(rows, limit) else None


def highest_id_if_more(rows: Rows[R], limit: int) -> int | None:
    """The id to go on above; the store counts only what lies above the id asked for, so one page left is the last."""
    total_pages = rows.meta.pagination.total_pages
    if not rows.count or total_pages == 1 or (total_pages is None and rows.count < _per_page(rows, limit)):
        return None
    ids = [int(getattr(row, "id", 0)) for row in rows.rows]
    ids += [int(row.resource_id) for row in rows.unreadable if row.resource_id.isdecimal()]
    if not ids:
        raise StoreAnswerUnreadable(f"Nothing on the page can be read: {rows.unreadable[0].why}.")
    return max(ids)


def cursor_asked(cursor: str | None) -> dict[str, object]:
    """The parameter *cursor* stands for; None = the beginning."""
    if cursor is None:
        return {}
    if cursor.startswith(_PAGE_CURSOR):
        return {"page": cursor.removeprefix(_PAGE_CURSOR)}
    return {"after": cursor}


def cursor_after(rows: Rows[R], cursor: str | None, limit: int) -> str | None:
    """The store's cursor for the page after this one, or the page's number where it gives no cursor."""
    if cursor is not None and cursor.startswith(_PAGE_CURSOR):
        return _numbered(page_after(rows, int(cursor.removeprefix(_PAGE_CURSOR)), limit))
    told = rows.meta.cursor_pagination
    if not told.end_cursor:
        return _numbered(page_after(rows, 1, limit)) if cursor is None else None
    if rows.count < _per_page(rows, limit) or told.end_cursor == cursor:
        return None
    if cursor is None and rows.meta.pagination.total_pages == 1:
        return None
    return None if _says_no_next(told.links) else told.end_cursor


def _says_no_next(links: object) -> bool:
    """Links that name this page or the one before, but no next; links that are empty say nothing."""
    return isinstance(links, LinksRow) and bool(links.current or links.previous) and not links.next


def _numbered(page: int | None) -> str | None:
    return None if page is None else f"{_PAGE_CURSOR}{page}"


def _per_page(rows: Rows[R], limit: int) -> int:
    """How many rows a full page has; the store may give fewer than asked for."""
    return min(limit, rows.meta.pagination.per_page or limit)
