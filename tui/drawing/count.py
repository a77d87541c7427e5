"""The line over the contact list: how many, which, in what order, and what waits to be shown."""

from common.contacts import ContactQuery, ContactSort
from tui.drawing.columns import arrow
from tui.drawing.line import Line, Role, Span, line
from tui.format import count, cut

SORT_TITLES: dict[ContactSort, str] = {
    ContactSort.LAST_ORDER: "last order",
    ContactSort.REVENUE: "revenue",
    ContactSort.ORDERS: "orders",
    ContactSort.EMAIL: "email",
    ContactSort.NAME: "name",
    ContactSort.CREATED: "date added",
}

_SEARCH_CELLS = 24


def count_line(query: ContactQuery, total: int, new: int, *, is_busy: bool) -> Line:
    """ "1,048,211 contacts · sorted by last order ↓ · 3 new · r"."""
    noun = "contact" if total == 1 else "contacts"
    parts = [Span(" "), Span(count(total), Role.STRONG), Span(f" {noun}", Role.MUTED)]
    if query.search:
        verb = "matches" if total == 1 else "match"
        parts.append(Span(f" {verb} “{cut(query.search, _SEARCH_CELLS)}”", Role.MUTED))
    parts.append(Span(f" · sorted by {SORT_TITLES[query.sort]} {arrow(query.sort, reverse=query.reverse)}", Role.MUTED))
    if new > 0:
        parts += [Span(" · ", Role.MUTED), Span(f"{count(new)} new · r", Role.ACCENT, "screen.reload")]
    if is_busy:
        parts.append(Span(" · …", Role.MUTED))
    return line(*parts)
