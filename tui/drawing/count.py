"""The line over a list: how many, which, in what order, and what waits to be shown."""

from common.audit import AuditQuery
from common.contacts import ContactQuery, ContactSort
from common.inbox import DeliveryQuery, DeliveryState
from common.products import ProductQuery
from common.status import InboxCounts
from tui.drawing import products
from tui.drawing.columns import arrow
from tui.drawing.line import Line, Role, Span, line
from tui.format import count, cut
from tui.keymap import shown

SORT_TITLES: dict[ContactSort, str] = {
    ContactSort.LAST_ORDER: "last order",
    ContactSort.REVENUE: "revenue",
    ContactSort.ORDERS: "orders",
    ContactSort.EMAIL: "email",
    ContactSort.NAME: "name",
    ContactSort.CREATED: "date added",
}

_SEARCH_CELLS = 24

_STATE_WORDS = {DeliveryState.PENDING: "pending ", DeliveryState.DONE: "done ", DeliveryState.DEAD: "dead "}


def inbox_count_line(
    query: DeliveryQuery, total: int, new: int, counts: InboxCounts, *, marked: int, is_busy: bool
) -> Line:
    """ "18,208 deliveries · 3 pending · ! 1 dead · 2 marked · 3 new · r"."""
    noun = "delivery" if total == 1 else "deliveries"
    state = _STATE_WORDS[query.state] if query.state else ""
    parts = [Span(" "), Span(count(total), Role.STRONG), Span(f" {state}{noun}", Role.MUTED)]
    if query.search:
        verb = "matches" if total == 1 else "match"
        parts.append(Span(f" {verb} “{cut(query.search, _SEARCH_CELLS)}”", Role.MUTED))
    if query.state is not DeliveryState.PENDING:
        parts.append(Span(f" · {count(counts.pending)} pending", Role.MUTED))
    if query.state is not DeliveryState.DEAD:
        parts += [Span(" · ", Role.MUTED), _dead(counts.dead)]
    if marked:
        parts.append(Span(f" · ✓ {count(marked)} marked", Role.ACCENT))
    return line(*parts, *_tail(new, is_busy=is_busy))


def _dead(dead: int) -> Span:
    return Span(f"! {count(dead)} dead", Role.BAD) if dead else Span("0 dead", Role.MUTED)


def _tail(new: int, *, is_busy: bool) -> list[Span]:
    """What waits to be shown, and that an answer is under way."""
    waits = Span(f"{count(new)} new · {shown('refresh')}", Role.ACCENT, "screen.reload")
    waiting = [Span(" · ", Role.MUTED), waits] if new > 0 else []
    return [*waiting, Span(" · …", Role.MUTED)] if is_busy else waiting


def asked_for(query: ContactQuery) -> str:
    """What the list is filtered by, as it is typed; "" = by nothing."""
    return f":{query.match}" if query.match else query.search


def count_line(query: ContactQuery, total: int, new: int, *, marked: int = 0, is_busy: bool) -> Line:
    """ "1,048,211 contacts · ✓ 2 marked · sorted by last order ↓ · 3 new · r"."""
    noun = "contact" if total == 1 else "contacts"
    parts = [Span(" "), Span(count(total), Role.STRONG), Span(f" {noun}", Role.MUTED)]
    if asked := asked_for(query):
        verb = "matches" if total == 1 else "match"
        parts.append(Span(f" {verb} “{cut(asked, _SEARCH_CELLS)}”", Role.MUTED))
    if marked:
        parts.append(Span(f" · ✓ {count(marked)} marked", Role.ACCENT))
    parts.append(Span(f" · sorted by {SORT_TITLES[query.sort]} {arrow(query.sort, reverse=query.reverse)}", Role.MUTED))
    return line(*parts, *_tail(new, is_busy=is_busy))


def audit_count_line(query: AuditQuery, total: int, new: int, *, is_busy: bool) -> Line:
    """ "1,204 failed commands match “ann” · newest first · 3 new · r"."""
    noun = "command" if total == 1 else "commands"
    outcome = f" {query.outcome}" if query.outcome else ""
    parts = [Span(" "), Span(count(total), Role.STRONG), Span(f"{outcome} {noun}", Role.MUTED)]
    if query.search:
        verb = "matches" if total == 1 else "match"
        parts.append(Span(f" {verb} “{cut(query.search, _SEARCH_CELLS)}”", Role.MUTED))
    parts.append(Span(" · the newest first", Role.MUTED))
    return line(*parts, *_tail(new, is_busy=is_busy))


def product_count_line(query: ProductQuery, store_name: str, total: int, new: int, *, is_busy: bool) -> Line:
    """ "1,204 products of acme match “mug” · sorted by pieces sold ↓ · 3 new · r"."""
    noun = "product" if total == 1 else "products"
    of_store = f" of {cut(store_name, _SEARCH_CELLS)}" if store_name else ""
    parts = [Span(" "), Span(count(total), Role.STRONG), Span(f" {noun}{of_store}", Role.MUTED)]
    if query.search:
        verb = "matches" if total == 1 else "match"
        parts.append(Span(f" {verb} “{cut(query.search, _SEARCH_CELLS)}”", Role.MUTED))
    way = products.arrow(query.sort, reverse=query.reverse)
    parts.append(Span(f" · sorted by {products.SORT_TITLES[query.sort]} {way}", Role.MUTED))
    return line(*parts, *_tail(new, is_busy=is_busy))
