"""A contact and its ecommerce box as lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.contacts import BoxCart, BoxOrder, Consent, ContactDetail, ContactRow, Totals
from common.money import Money, money_text
from common.statuses import Status
from common.timeline import Happened
from common.times import ago
from tui.box import Activity, spent_by_currency
from tui.drawing.blocks import sparkline
from tui.drawing.glyphs import STATUS_SIGNS
from tui.drawing.line import BLANK, Line, Role, Span, heading, line, wrapped
from tui.drawing.said import not_read
from tui.drawing.timeline import timeline_lines
from tui.format import Align, count, cut, fit, full_name

_LABEL = 8
_MONEY = 11
_WIDE_FROM = 60
_LAST_FROM = 42


@dataclass(frozen=True, slots=True)
class OrderTarget:
    """An order's line: what Enter opens."""

    store: str
    number: int


@dataclass(frozen=True, slots=True)
class CartTarget:
    """A cart's line. `order` is the number of the order it became, None while it is abandoned."""

    store: str
    cart_id: str
    order: int | None


@dataclass(frozen=True, slots=True)
class BoxView:
    """How the box is looked at: *store* None = all; *names* are the stores' names by hash.

    *timeline* is what was read of it, *has_earlier* whether there is more.
    """

    now: int
    names: Mapping[str, str]
    store: str | None = None
    activity: Activity = Activity.ALL
    timeline: tuple[Happened, ...] = ()
    has_earlier: bool = False


def introduction(row: ContactRow, width: int, *, is_coming: bool = True) -> list[Line]:
    """What the list already knows of a contact, while the rest is read, or until the daemon is back."""
    said = [line(Span("Loading…", Role.MUTED))] if is_coming else not_read(width)
    return [_who(row.first_name, row.last_name, row.email, width), BLANK, *said]


def contact_lines(contact: ContactDetail, view: BoxView, width: int) -> list[Line]:
    box = contact.ecommerce
    orders = [order for order in box.orders if view.store in (None, order.store)]
    carts = [cart for cart in box.carts if view.store in (None, cart.store)]
    return [
        *_person(contact, width),
        *_consents(contact.consents, view, width),
        heading("Ecommerce", width, choices=_choices(view)),
        *_totals(box.totals, view, width),
        *_spend(orders, box.totals, view, width),
        *(_orders(orders, view, width) if view.activity is not Activity.CARTS else []),
        *(_carts(carts, view, width) if view.activity is not Activity.ORDERS else []),
        *_timeline(view, width),
    ]


def _choices(view: BoxView) -> list[Span]:
    return [
        Span(f"{_store_name(view.store, view)} ▾", Role.MUTED, "screen.next_store"),
        Span(f"{view.activity} ▾", Role.MUTED, "screen.next_activity"),
    ]


def _activity(event: Happened) -> Activity | None:
    if event.what.startswith("order_"):
        return Activity.ORDERS
    return Activity.CARTS if event.what.startswith("cart_") else None


def _timeline(view: BoxView, width: int) -> list[Line]:
    """What belongs to no store is told with each; what is no doing in a store, with all activity only."""
    of_store = [event for event in view.timeline if view.store is None or event.store in ("", view.store)]
    events = [event for event in of_store if view.activity is Activity.ALL or _activity(event) is view.activity]
    return timeline_lines(events, view.names, width, now=view.now, has_more=view.has_earlier)


def _who(first_name: str, last_name: str, email: str, width: int) -> Line:
    name = full_name(first_name, last_name)
    if not name:
        return line(Span(cut(email, width), Role.STRONG))
    shown = cut(name, max(width // 2, 8))
    return line(Span(shown, Role.STRONG), "   ", Span(cut(email, max(width - Span(shown).width - 3, 8)), Role.ACCENT))


def _person(contact: ContactDetail, width: int) -> list[Line]:
    tags = " · ".join(cut(tag, width) for tag in contact.tags)
    lists = " · ".join(_membership(entry.name, entry.status, width) for entry in contact.lists)
    rows = [("phone", cut(contact.phone, width)), ("tags", tags), ("lists", lists)]
    who = _who(contact.first_name, contact.last_name, contact.email, width)
    return [who, *(one for label, text in rows if text for one in _labelled(label, text, width))]


def _membership(name: str, status: str, width: int) -> str:
    return cut(name, width) if status == "active" else f"{cut(name, width)} ({cut(status, 16)})"


def _labelled(label: str, text: str, width: int) -> list[Line]:
    lines = wrapped(text, width - _LABEL)
    heads = [label, *[""] * (len(lines) - 1)]
    return [line(Span(fit(head, _LABEL), Role.MUTED), *row.spans) for head, row in zip(heads, lines, strict=True)]


def _store_name(store: str | None, view: BoxView) -> str:
    return "all stores" if store is None else cut(view.names.get(store, store), 24)


def _totals(totals: Sequence[Totals], view: BoxView, width: int) -> list[Line]:
    chosen = sorted((row for row in totals if row.store == view.store), key=lambda row: (-row.orders, row.currency))
    if not chosen:
        return [line(Span("Nothing bought yet", Role.MUTED))]
    lines = [_overall(row, width) for row in chosen]
    parts = [row for row in totals if row.store is not None]
    if view.store is None and len({row.store for row in parts}) > 1:
        lines += [
            _per_store(row, view, width) for row in sorted(parts, key=lambda row: (row.store or "", row.currency))
        ]
    return lines


def _overall(row: Totals, width: int) -> Line:
    numbers = ((row.revenue.text, "Revenue"), (count(row.orders), "Orders"), (count(row.products), "Products"))
    spans: list[Span] = []
    for at, (number, label) in enumerate(numbers):
        spans += [Span(f"{'  ' if at else ''}{label} ", Role.MUTED), Span(number, Role.STRONG)]
    roomy = line(*spans)
    if roomy.width <= width:
        return roomy
    rest = Span(f"  {count(row.orders)} orders  {count(row.products)} products", Role.MUTED)
    return line(Span(row.revenue.text, Role.STRONG), rest)


def _per_store(row: Totals, view: BoxView, width: int) -> Line:
    name_width = max(min(width - 36, 20), 6)
    age = ago(row.last_order_at, now=view.now) if row.last_order_at is not None else ""
    word = "last " if width >= _LAST_FROM else ""
    noun = "order " if row.orders == 1 else "orders"
    text = f"{fit(row.revenue.text, _MONEY, Align.RIGHT)} {fit(count(row.orders), 5, Align.RIGHT)} {noun}"
    last = Span(f"  {word}{age}" if age else "", Role.MUTED)
    return line(Span("  " + fit(_store_name(row.store, view), name_width), Role.MUTED), text, last)


def _spend(orders: Sequence[BoxOrder], totals: Sequence[Totals], view: BoxView, width: int) -> list[Line]:
    """A line for each currency that was bought in, the one of most orders first; of the others those of this year."""
    shown = spent_by_currency(orders, totals, view.store, now=view.now)
    return [_spend_line(currency, months, width, is_alone=len(shown) == 1) for currency, months in shown.items()]


def _spend_line(currency: str, months: Sequence[int], width: int, *, is_alone: bool) -> Line:
    what = "spend" if is_alone else f"{cut(currency, 8)} spend"
    peak = f", most {money_text(max(months), currency)}" if max(months) > 0 and width >= _WIDE_FROM else ""
    return line(Span(sparkline(months), Role.ACCENT), Span(f"  {what}, last 12 months{peak}", Role.MUTED))


@dataclass(frozen=True, slots=True)
class _Entry:
    """An order or a cart as a row, before its columns have widths."""

    name: str
    status: Status
    total: Money
    at: int
    where: str
    target: OrderTarget | CartTarget


def _orders(orders: Sequence[BoxOrder], view: BoxView, width: int) -> list[Line]:
    entries = [
        _Entry(
            f"#{order.number}",
            order.status,
            order.total,
            order.placed_at,
            _where(_store_name(order.store, view), order, width),
            OrderTarget(order.store, order.number),
        )
        for order in orders
    ]
    return _section("Orders", entries, view, width)


def _where(store: str, order: BoxOrder, width: int) -> str:
    """The store, and on wide screens what was bought too."""
    if width < _WIDE_FROM:
        return store
    names = ", ".join(cut(product.name, 40) for product in order.products)
    return f"{fit(store, 10)}  {names}"


def _consents(consents: Sequence[Consent], view: BoxView, width: int) -> list[Line]:
    """Only of stores that are set to show it."""
    lines: list[Line] = []
    for consent in consents:
        said = "accepts marketing" if consent.accepts_marketing else "does not accept marketing"
        since = f" · {consent.source} {ago(consent.changed_at, now=view.now)}" if consent.changed_at else ""
        lines += _labelled("consent", f"{said}, {_store_name(consent.store, view)}{since}", width)
    return lines


def _carts(carts: Sequence[BoxCart], view: BoxView, width: int) -> list[Line]:
    entries = [
        _Entry(
            "cart",
            cart.status,
            cart.total,
            cart.abandoned_at,
            f"{_store_name(cart.store, view)}{_what_became(cart)}",
            CartTarget(cart.store, cart.cart_id, cart.order),
        )
        for cart in carts
    ]
    return _section("Carts", entries, view, width)


def _what_became(cart: BoxCart) -> str:
    return f"  → #{cart.order}" if cart.order else f"  {cart.closed_as}" if cart.closed_as else ""


def _section(title: str, entries: Sequence[_Entry], view: BoxView, width: int) -> list[Line]:
    """The entries, newest first, in columns as wide as what stands in them."""
    if not entries:
        return []
    name_width = max(len(entry.name) for entry in entries)
    status_width = max(len(entry.status) for entry in entries)
    money_width = max(Span(entry.total.text).width for entry in entries)
    lines = [heading(title, width, count(len(entries)))]
    for entry in sorted(entries, key=lambda entry: (-entry.at, entry.name)):
        sign, role = STATUS_SIGNS[entry.status]
        lines.append(
            line(
                fit(entry.name, name_width + 1),
                Span(f"{sign} {fit(entry.status, status_width)} ", role),
                fit(entry.total.text, money_width, Align.RIGHT),
                Span(f" {fit(ago(entry.at, now=view.now), 4, Align.RIGHT)}  {entry.where}", Role.MUTED),
                target=entry.target,
            )
        )
    return lines
