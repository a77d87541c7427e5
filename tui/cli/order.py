"""`counterfoil order`: one order with all that was kept of it."""

from collections.abc import Iterator

import click

from common.money import Money
from common.orders import OrderDetail, OrderLine, Place
from common.text import safe
from tui.cli import offers
from tui.cli.paper import Ink, Paper, answer
from tui.cli.session import ask, json_option, order_number, store_argument
from tui.cli.table import Column, facts, number, table
from tui.cli.values import minute, state_ink
from tui.format import count

_LINES = (
    number("QTY"),
    Column("PRODUCT", gives_way=True),
    Column("SKU", gives_way=True),
    Column("CATEGORIES", gives_way=True),
    number("PRICE"),
    number("TOTAL"),
)


@click.group()
def order() -> None:
    """One order with all that was kept of it."""


@order.command("show")
@store_argument
@click.argument("number_in_store", metavar="NUMBER", callback=order_number, shell_complete=offers.orders)
@json_option
def show_order(store: str, number_in_store: int, as_json: bool) -> None:
    """Show order NUMBER of the store HASH."""
    answer(ask(lambda client: client.order(store, number_in_store)), order_lines, as_json=as_json)


def order_lines(order: OrderDetail, paper: Paper) -> Iterator[str]:
    """Who and when, the lines, the sums, the refunds and the life of its status."""
    status = paper.ink(order.status.value, state_ink(order.status.value))
    yield f"{paper.ink(f'Order #{order.number}', Ink.HEAD)}  {status}  {safe(order.store_name or order.store)}"
    yield from facts(order_facts(order), paper)
    yield ""
    yield from table(_LINES, [_line_row(line) for line in order.lines], paper)
    yield ""
    yield from _sums(order)
    yield from _refunds(order, paper)
    yield from _history(order, paper)


def order_facts(order: OrderDetail) -> dict[str, str]:
    """What is known of the order beside its lines and sums, by label; "" = nothing is."""
    return {
        "contact": order.email or "erased",
        "placed": minute(order.placed_at),
        "changed": minute(order.modified_at),
        "in store": order.store_status,
        "shipping": order.shipping_method,
        "payment": order.payment_method,
        "billed": _place(order.billed_to),
        "came by": order.origin,
    }


def _place(place: Place) -> str:
    """ "78701 Austin, Texas, US"; "" = not known."""
    city = f"{place.postal_code} {place.city}".strip()
    return ", ".join(part for part in (city, place.state, place.country) if part)


def _line_row(line: OrderLine) -> tuple[str, ...]:
    options = f" ({', '.join(line.options)})" if line.options else ""
    returned = f" [{count(line.quantity_refunded)} refunded]" if line.quantity_refunded else ""
    part = "└ " if line.is_bundle_part else ""
    return (
        count(line.quantity),
        f"{part}{line.name}{options}{returned}",
        line.sku,
        ", ".join(line.category_paths or line.categories),
        line.price.text,
        line.total.text,
    )


def order_sums(order: OrderDetail) -> dict[str, Money]:
    """What the order comes to, by label; beside the total only what is not zero."""
    named = {
        "subtotal": order.subtotal,
        "discount": order.discount,
        "shipping": order.shipping,
        "tax": order.tax,
        "total": order.total,
        "refunded": order.refunded,
    }
    return {name: amount for name, amount in named.items() if amount.minor or name == "total"}


def _sums(order: OrderDetail) -> Iterator[str]:
    shown = {name: amount.text for name, amount in order_sums(order).items()}
    widest = max(len(text) for text in shown.values())
    for name, text in shown.items():
        yield f"{name:<8} {text:>{widest}}"


def _refunds(order: OrderDetail, paper: Paper) -> Iterator[str]:
    if not order.refunds:
        return
    yield ""
    yield paper.ink("Refunds", Ink.HEAD)
    for refund in order.refunds:
        yield f"  {minute(refund.refunded_at)}  {refund.amount.text}"


def _history(order: OrderDetail, paper: Paper) -> Iterator[str]:
    if not order.history:
        return
    yield ""
    yield paper.ink("History", Ink.HEAD)
    for change in order.history:
        step = f"{safe(change.before)} → {safe(change.after)}" if change.before else f"first seen {safe(change.after)}"
        yield f"  {minute(change.seen_at)}  {step}  ({safe(change.origin)})"
