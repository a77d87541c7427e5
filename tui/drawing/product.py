"""One product as lines: what it is, what was sold of it, in which orders and to whom."""

from collections.abc import Iterator
from dataclasses import dataclass

from common.money import money_text
from common.products import ProductBuyer, ProductDetail, ProductOrder, ProductState
from common.times import ago
from tui.drawing.contact import OrderTarget
from tui.drawing.glyphs import PRODUCT_SIGNS, STATUS_SIGNS
from tui.drawing.line import BLANK, Line, Role, Span, heading, labelled, line, wrapped
from tui.drawing.moments import day, long_ago, minute
from tui.format import Align, count, cut, fit, full_name

_NAME_CHARS = 500
_TEXT_CHARS = 400

_STATE_WORDS = {
    ProductState.VISIBLE: "on show in the store",
    ProductState.HIDDEN: "hidden in the store",
    ProductState.DELETED: "deleted in the store",
    ProductState.UNKNOWN: "bought, but not in the catalogue as it was read",
}


@dataclass(frozen=True, slots=True)
class ProductTarget:
    """A product's line: what Enter opens. *at* tells lines of the same product apart."""

    store: str
    product_id: int
    at: int = 0


@dataclass(frozen=True, slots=True)
class BuyerTarget:
    """The line of somebody who bought it."""

    contact_id: int


def product_lines(product: ProductDetail, now: int, width: int) -> list[Line]:
    return [
        *_head(product, width),
        *(one for label, text in _facts(product) if text for one in _fact(label, text, width)),
        heading("Sold", width, _pieces(product)),
        *_sold(product, now),
        *_orders(product.orders_shown, product.store, now, width),
        *_buyers(product.buyers, width),
    ]


def _head(product: ProductDetail, width: int) -> list[Line]:
    sign, role = PRODUCT_SIGNS[product.state]
    where = cut(product.store_name or product.store, 30)
    state = line(Span(f"{sign} {_STATE_WORDS[product.state]}", role), Span(f"  {where}", Role.MUTED))
    return [*_broken(product.name or "(no name)", width, Role.STRONG), state, BLANK]


def _broken(text: str, width: int, role: Role) -> list[Line]:
    """*text* in at most four lines; the last one ends in an ellipsis when there is more."""
    lines = wrapped(cut(text, _NAME_CHARS), width, role)
    if len(lines) <= 4:
        return lines
    return [*lines[:3], line(Span(cut(f"{lines[3].text} …", width), role))]


def _facts(product: ProductDetail) -> Iterator[tuple[str, str]]:
    yield "SKU", product.sku
    yield "id", str(product.product_id)
    yield "price", product.price.text if product.price else ""
    yield "on sale", product.sale_price.text if product.sale_price else ""
    yield "rating", "" if product.rating is None else f"★ {product.rating:.1f} of 5"
    for at, path in enumerate(product.category_paths):
        yield "" if at else "category", path
    yield "page", product.url
    yield "changed", "" if product.modified_at is None else minute(product.modified_at)


def _fact(label: str, text: str, width: int) -> list[Line]:
    return [labelled(label, cut(text, max(min(_TEXT_CHARS, width - 11), 1)))]


def _pieces(product: ProductDetail) -> str:
    return f"{count(product.pieces)} {'piece' if product.pieces == 1 else 'pieces'}"


def _sold(product: ProductDetail, now: int) -> list[Line]:
    if not product.sales:
        return [line(Span("In no order that counts.", Role.MUTED))]
    orders = "order" if product.orders == 1 else "orders"
    contacts = "contact" if product.contacts == 1 else "contacts"
    lines = [
        labelled("orders", f"{count(product.orders)} {orders} by {count(product.contacts)} {contacts}"),
        labelled("last", f"{day(product.ordered_at)}, {long_ago(product.ordered_at, now=now)}")
        if product.ordered_at
        else labelled("last", "not lately"),
    ]
    widest = max(Span(sales.revenue.text).width for sales in product.sales)
    for at, sales in enumerate(product.sales):
        each = money_text(sales.revenue.minor // sales.pieces, sales.currency) if sales.pieces else ""
        note = f"  {count(sales.pieces)} × {each}" if each else ""
        amounts = (Span(fit(sales.revenue.text, widest, Align.RIGHT), Role.STRONG), Span(note, Role.MUTED))
        lines.append(line(*labelled("" if at else "revenue", "").spans[:1], *amounts))
    return lines


def _orders(orders: list[ProductOrder], store: str, now: int, width: int) -> list[Line]:
    if not orders:
        return []
    name_width = max(len(str(order.number)) for order in orders) + 1
    status_width = max(len(order.status) for order in orders)
    pieces_width = max(len(count(order.quantity)) for order in orders)
    money_width = max(Span(order.total.text).width for order in orders)
    lines = [heading("Newest orders", width)]
    for order in orders:
        sign, role = STATUS_SIGNS[order.status]
        lines.append(
            line(
                fit(f"#{order.number}", name_width + 1),
                Span(f"{sign} {fit(order.status, status_width)} ", role),
                f"{fit(count(order.quantity), pieces_width, Align.RIGHT)} × ",
                fit(order.total.text, money_width, Align.RIGHT),
                Span(f" {fit(ago(order.placed_at, now=now), 4, Align.RIGHT)}  ", Role.MUTED),
                Span(cut(order.email, 60) or "erased", Role.MUTED),
                target=OrderTarget(store, order.number),
            )
        )
    return lines


def _buyers(buyers: list[ProductBuyer], width: int) -> list[Line]:
    if not buyers:
        return []
    pieces_width = max(len(count(buyer.pieces)) for buyer in buyers)
    lines = [heading("Bought most", width)]
    for buyer in buyers:
        lines.append(
            line(
                f"{fit(count(buyer.pieces), pieces_width, Align.RIGHT)} ×  ",
                Span(cut(buyer.email, 60), Role.ACCENT),
                Span(f"  {cut(full_name(buyer.first_name, buyer.last_name), 40)}", Role.MUTED),
                target=BuyerTarget(buyer.id),
            )
        )
    return lines
