"""`counterfoil product`: what a store sells, and what was sold of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from common.products import (
    MAX_PRODUCTS,
    ProductBuyer,
    ProductDetail,
    ProductOrder,
    ProductPage,
    ProductQuery,
    ProductRow,
    ProductSort,
)
from common.text import safe
from tui.cli import offers
from tui.cli.export_options import format_option, output_option
from tui.cli.paper import Ink, Paper, answer, say
from tui.cli.session import ask, json_option, order_number, store_argument, store_option
from tui.cli.table import Column, facts, number, table
from tui.cli.values import NONE, day, minute, state_ink
from tui.export.kinds import ExportFormat
from tui.format import count, full_name

_PRODUCTS = (
    Column("STORE"),
    number("ID"),
    Column("NAME", gives_way=True),
    Column("SKU", gives_way=True),
    Column("STATE", ink=state_ink),
    number("PRICE"),
    number("SOLD"),
    number("REVENUE"),
)
_ORDERS = (
    number("ORDER"),
    Column("STATUS", ink=state_ink),
    Column("PLACED"),
    number("QTY"),
    number("TOTAL"),
    Column("EMAIL", gives_way=True),
)
_BUYERS = (number("PIECES"), Column("EMAIL", gives_way=True), Column("NAME", gives_way=True), number("ORDERS"))


def _which(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that say which products, and in which order."""
    search = click.option(
        "--search", default="", metavar="TEXT", help="Names and SKUs that contain each word of TEXT, or an id."
    )
    sort = click.option(
        "--sort",
        type=click.Choice([key.value for key in ProductSort]),
        default=ProductSort.SOLD.value,
        show_default=True,
        help="What comes first: what sold most, the dearest, the newest, or A.",
    )
    reverse = click.option("--reverse", is_flag=True, help="The other way round.")
    return store_option("Only this store's.")(search(sort(reverse(command))))


@click.group()
def product() -> None:
    """Products and what was sold of them."""


@product.command("list")
@_which
@click.option("--limit", type=click.IntRange(1, MAX_PRODUCTS), default=50, show_default=True, help="At most this many.")
@click.option("--after", default="", metavar="CURSOR", help="Go on after a page, by the `next` of its JSON.")
@json_option
def list_products(store: str, search: str, sort: str, reverse: bool, limit: int, after: str, as_json: bool) -> None:
    """List products, what sold most first. Sold and revenue are of orders that count."""
    query = ProductQuery(store=store, search=search, sort=ProductSort(sort), reverse=reverse, limit=limit, after=after)
    page = ask(lambda client: client.products(query))
    answer(page, _page_lines, as_json=as_json)
    if not as_json:
        say(f"{count(len(page.products))} of {count(page.total)} products" if page.total else "No products match.")


@product.command("export")
@format_option(default="csv")
@output_option
@_which
def export_products(kind: str, output: Path | None, store: str, search: str, sort: str, reverse: bool) -> None:
    """Write all products, with what was sold of them."""
    from tui.cli.export import product_pages, write
    from tui.export.sheets import PRODUCTS

    query = ProductQuery(store=store, search=search, sort=ProductSort(sort), reverse=reverse)
    ask(lambda client: write(product_pages(client, query), PRODUCTS, ExportFormat(kind), output))


@product.command("show")
@store_argument
@click.argument("product_id", metavar="ID", callback=order_number, shell_complete=offers.products)
@json_option
def show_product(store: str, product_id: int, as_json: bool) -> None:
    """Show product ID of the store HASH: what it is, what was sold of it, who bought it."""
    answer(ask(lambda client: client.product(store, product_id)), product_lines, as_json=as_json)


def _page_lines(page: ProductPage, paper: Paper) -> list[str]:
    return table(_PRODUCTS, map(_row, page.products), paper) if page.products else []


def _row(row: ProductRow) -> tuple[str, ...]:
    price = row.sale_price or row.price
    return (
        row.store,
        str(row.product_id),
        row.name,
        row.sku,
        row.state.value,
        price.text if price else NONE,
        count(row.pieces),
        row.revenue.text,
    )


def product_lines(product: ProductDetail, paper: Paper) -> Iterator[str]:
    """What it is, what was sold, the newest orders that hold it, and who bought most."""
    state = paper.ink(product.state.value, state_ink(product.state))
    yield f"{paper.ink(safe(product.name), Ink.HEAD)}  {state}  {safe(product.store_name or product.store)}"
    yield from facts(product_facts(product), paper)
    yield from _orders(product.orders_shown, paper)
    yield from _buyers(product.buyers, paper)


def product_facts(product: ProductDetail) -> Iterator[tuple[str, str]]:
    """What it is and what was sold of it, by label, which may come several times; "" = nothing to say."""
    yield "id", str(product.product_id)
    yield "SKU", product.sku
    yield "price", product.price.text if product.price else ""
    yield "on sale", product.sale_price.text if product.sale_price else ""
    yield "rating", "" if product.rating is None else f"{product.rating:.1f} of 5"
    for path in product.category_paths:
        yield "category", path
    yield "url", product.url
    yield "changed", "" if product.modified_at is None else minute(product.modified_at)
    yield "contacts", count(product.contacts)
    for sales in product.sales:
        noun = "order" if sales.orders == 1 else "orders"
        yield "sold", f"{count(sales.pieces)} in {count(sales.orders)} {noun}, {sales.revenue.text}"
    if not product.sales:
        yield "sold", "nothing in any order that counts"


def _orders(orders: list[ProductOrder], paper: Paper) -> Iterator[str]:
    if not orders:
        return
    yield ""
    yield paper.ink("Newest orders", Ink.HEAD)
    yield from table(_ORDERS, map(_order_row, orders), paper)


def _order_row(order: ProductOrder) -> tuple[str, ...]:
    return (
        str(order.number),
        order.status.value,
        day(order.placed_at),
        count(order.quantity),
        order.total.text,
        order.email or "erased",
    )


def _buyers(buyers: list[ProductBuyer], paper: Paper) -> Iterator[str]:
    if not buyers:
        return
    yield ""
    yield paper.ink("Bought most", Ink.HEAD)
    rows = [
        (count(one.pieces), one.email, full_name(one.first_name, one.last_name), count(one.orders)) for one in buyers
    ]
    yield from table(_BUYERS, rows, paper)
