"""One order with all that was kept of it, as lines."""

from common.money import Money
from common.orders import OrderDetail, OrderLine, RefundRow, StatusChange
from common.times import ago
from tui.drawing.glyphs import STATUS_SIGNS
from tui.drawing.line import BLANK, READABLE, Line, Role, Span, heading, line, spread, wrapped
from tui.drawing.moments import day, minute
from tui.drawing.product import ProductTarget
from tui.format import Align, count, cut, fit

_LABEL = 12
_MONEY = 13


def order_lines(order: OrderDetail, now: int, width: int) -> list[Line]:
    width = min(width, READABLE)
    return [
        *_head(order, now, width),
        heading("Products", width, count(len(order.lines))),
        *(one for at, bought in enumerate(order.lines) for one in _bought(bought, order.store, at, width)),
        heading("Totals", width, cut(order.currency, 8)),
        *_totals(order),
        *_refunds(order.refunds, width),
        *_history(order.history, width),
    ]


def _head(order: OrderDetail, now: int, width: int) -> list[Line]:
    sign, role = STATUS_SIGNS[order.status]
    title = line(
        Span(f"#{order.number}", Role.STRONG),
        Span(f"  {cut(order.store_name or order.store, 24)}  ", Role.MUTED),
        Span(cut(order.email, 48), Role.ACCENT),
    )
    in_store = f" ({cut(order.store_status, 30)} in the store)" if order.store_status != order.status else ""
    fields = [
        ("placed", f"{minute(order.placed_at)}, {ago(order.placed_at, now=now)} ago"),
        ("changed", minute(order.modified_at)),
        ("came by", _origin(order.origin)),
        ("shipping", cut(order.shipping_method, width) or "–"),
        ("payment", cut(order.payment_method, width) or "–"),
    ]
    status = line(_label("status"), Span(f"{sign} {order.status}", role), Span(in_store, Role.MUTED))
    return [title, BLANK, status, *(line(_label(label), text) for label, text in fields)]


def _label(label: str) -> Span:
    return Span(fit(label, _LABEL), Role.MUTED)


def _bought(bought: OrderLine, store: str, at: int, width: int) -> list[Line]:
    price = bought.price.text if bought.quantity != 1 else ""
    amounts = line(Span(price + "  ", Role.MUTED), Span(fit(bought.total.text, _MONEY, Align.RIGHT)))
    target = ProductTarget(store, bought.product_id, at) if bought.product_id else None
    quantity = Span(fit(f"{bought.quantity} ×", 6, Align.RIGHT) + " ")
    name = line(quantity, cut(bought.name, width), target=target)
    details = [
        f"SKU {cut(bought.sku, 40)}" if bought.sku else "",
        *(cut(option, 60) for option in bought.options),
        *(cut(path, 80) for path in bought.category_paths or bought.categories),
        "part of a bundle" if bought.is_bundle_part else "",
        f"{bought.quantity_refunded} refunded" if bought.quantity_refunded else "",
    ]
    shown = " · ".join(detail for detail in details if detail)
    return [spread(name, amounts, width), *(line(" " * 7, *one.spans) for one in wrapped(shown, width - 7, Role.MUTED))]


def _totals(order: OrderDetail) -> list[Line]:
    rows: list[tuple[str, Money, bool]] = [
        ("subtotal", order.subtotal, True),
        ("discount", order.discount, bool(order.discount.minor)),
        ("shipping", order.shipping, True),
        ("tax", order.tax, True),
    ]
    lines = [_amount(label, money, Role.TEXT) for label, money, is_shown in rows if is_shown]
    lines.append(_amount("total", order.total, Role.STRONG))
    return [*lines, _amount("refunded", order.refunded, Role.WARN)] if order.refunded.minor else lines


def _amount(label: str, money: Money, role: Role) -> Line:
    return line(_label(label), Span(fit(money.text, _MONEY, Align.RIGHT), role))


def _refunds(refunds: list[RefundRow], width: int) -> list[Line]:
    if not refunds:
        return []
    rows = [line(_label(day(refund.refunded_at)), fit(refund.amount.text, _MONEY, Align.RIGHT)) for refund in refunds]
    return [heading("Refunds", width, count(len(refunds))), *rows]


def _origin(origin: str) -> str:
    """How we learned of it."""
    return {"live": "webhook", "manual": "manual run", "historical": "historical run"}.get(origin, cut(origin, 20))


def _history(history: list[StatusChange], width: int) -> list[Line]:
    if not history:
        return []
    rows = [
        line(
            Span(f"{minute(change.seen_at)}  ", Role.MUTED),
            f"{cut(change.before, 24)} → {cut(change.after, 24)}" if change.before else cut(change.after, 24),
            Span(f"  by {_origin(change.origin)}", Role.MUTED),
        )
        for change in sorted(history, key=lambda change: -change.seen_at)
    ]
    return [heading("Status history", width), *rows]
