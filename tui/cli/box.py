"""A contact with its ecommerce box, as lines to read."""

from collections.abc import Iterator, Sequence

from common.contacts import BoughtProduct, BoxCart, BoxOrder, Consent, ContactDetail, Ecommerce, Totals
from common.text import safe
from tui.box import ContactShown, Spend
from tui.cli.paper import Ink, Paper
from tui.cli.table import Column, aligned, facts, number, table
from tui.cli.values import day, minute, state_ink
from tui.drawing.blocks import sparkline
from tui.format import count, cut, full_name

_ALL_STORES = "all stores"
_PRODUCT_INDENT = " " * 6

_TOTALS = (Column("STORE"), number("REVENUE"), number("ORDERS"), number("PRODUCTS"), Column("FIRST"), Column("LAST"))
_ORDER = (
    Column("number"),
    Column("status", ink=state_ink),
    number("total"),
    Column("refunded"),
    Column("placed"),
    Column("store"),
    Column("shipping", gives_way=True),
)
_CART = (
    Column("status", ink=state_ink),
    number("total"),
    Column("order"),
    Column("abandoned"),
    Column("store"),
    Column("cart", gives_way=True),
)


def contact_lines(contact: ContactShown, paper: Paper) -> Iterator[str]:
    """Name and address, tags and lists, what was bought in all and by month, then orders and carts, newest first."""
    yield _title(contact, paper)
    yield from _facts(contact, paper)
    yield ""
    yield from _totals(contact.ecommerce, paper)
    yield from (_spend_line(spend, paper) for spend in contact.spend)
    yield from _orders(contact.ecommerce.orders, paper)
    yield from _carts(contact.ecommerce.carts, paper)


def product_line(product: BoughtProduct) -> str:
    """ "2 × Blue shirt · SKU-1 · $20.00 · Shirts, Summer"."""
    parts = (product.name, product.sku, product.price.text, ", ".join(product.categories))
    return f"{count(product.quantity)} × " + " · ".join(safe(part) for part in parts if part)


def _title(contact: ContactDetail, paper: Paper) -> str:
    name = full_name(contact.first_name, contact.last_name)
    email = safe(contact.email)
    return f"{paper.ink(name, Ink.HEAD)}  {email}" if name else paper.ink(email, Ink.HEAD)


def _facts(contact: ContactDetail, paper: Paper) -> Iterator[str]:
    lists = [
        member.name if member.status == "active" else f"{member.name} ({member.status})" for member in contact.lists
    ]
    known = {
        "phone": contact.phone,
        "tags": " · ".join(contact.tags),
        "lists": " · ".join(lists),
        "since": minute(contact.created_at),
        "consent": "; ".join(map(_consent, contact.consents)),
    }
    yield from facts(known, paper)


def _consent(consent: Consent) -> str:
    said = "accepts marketing" if consent.accepts_marketing else "does not accept marketing"
    since = f" since {minute(consent.changed_at)}, {consent.source}" if consent.changed_at else ""
    return f"{said} in {consent.store}{since}"


def _totals(box: Ecommerce, paper: Paper) -> Iterator[str]:
    if not box.totals:
        yield "Nothing bought yet."
        return
    stores = {row.store for row in box.totals if row.store is not None}
    rows = [row for row in box.totals if len(stores) != 1 or row.store is not None]  # one store is all stores
    rows.sort(key=lambda row: (row.store is not None, row.store or "", row.currency))
    yield from table(_TOTALS, map(_totals_row, rows), paper)


def _totals_row(row: Totals) -> tuple[str, ...]:
    return (
        row.store or _ALL_STORES,
        row.revenue.text,
        count(row.orders),
        count(row.products),
        day(row.first_order_at),
        day(row.last_order_at),
    )


def _spend_line(spend: Spend, paper: Paper) -> str:
    """ "▁▁▂▁▇▁▁▁▃▁▁▂  spent in 12 months, 2025-12 to 2026-11, USD, most $204.00"."""
    totals = [month.total for month in spend.months]
    most = max(totals, key=lambda total: total.minor)
    peak = f", most {most.text}" if most.minor > 0 else ""
    months = f"{count(len(totals))} months, {spend.months[0].month} to {spend.months[-1].month}"
    said = f"  spent in {months}, {safe(spend.currency)}{peak}"
    return sparkline([total.minor for total in totals]) + paper.ink(said, Ink.FAINT)


def _orders(orders: list[BoxOrder], paper: Paper) -> Iterator[str]:
    if orders:
        yield from _section("Orders", aligned(_ORDER, map(_order_row, orders), paper, indent=2), orders, paper)


def _carts(carts: list[BoxCart], paper: Paper) -> Iterator[str]:
    if carts:
        yield from _section("Carts", aligned(_CART, map(_cart_row, carts), paper, indent=2), carts, paper)


def _section(title: str, heads: Sequence[str], entries: Sequence[BoxOrder | BoxCart], paper: Paper) -> Iterator[str]:
    """The orders or carts under their *title*: one line each, and below it one per product."""
    yield ""
    yield paper.ink(f"{title} ({count(len(entries))})", Ink.HEAD)
    for head, entry in zip(heads, entries, strict=True):
        yield head
        for product in entry.products:
            yield _PRODUCT_INDENT + _within(product_line(product), paper)


def _order_row(order: BoxOrder) -> tuple[str, ...]:
    return (
        f"#{order.number}",
        order.status.value,
        order.total.text,
        f"{order.refunded.text} refunded" if order.refunded.minor else "",
        day(order.placed_at),
        order.store,
        order.shipping_method,
    )


def _cart_row(cart: BoxCart) -> tuple[str, ...]:
    return (
        cart.status.value,
        cart.total.text,
        f"became #{cart.order}" if cart.order is not None else cart.closed_as or "",
        day(cart.abandoned_at),
        cart.store,
        cart.cart_id,
    )


def _within(line: str, paper: Paper) -> str:
    """*line*, on a terminal kept to what is left beside the indentation."""
    return line if paper.width is None else cut(line, paper.width - len(_PRODUCT_INDENT))
