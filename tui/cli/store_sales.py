"""`counterfoil store sales`: what a store sold by month, and to whom."""

from collections.abc import Iterable

import click

from common.sales import StoreSales
from tui.cli.paper import Paper, answer, say
from tui.cli.session import ask, json_option, store_hash
from tui.cli.table import Column, number, table
from tui.format import count


@click.command("sales")
@click.argument("store", metavar="HASH", callback=store_hash)
@click.option(
    "--months", type=click.IntRange(1, 120), default=12, show_default=True, help="The last months, this one included."
)
@json_option
def show_sales(store: str, months: int, as_json: bool) -> None:
    """Show what a store sold by month, and how many of the buyers were new.

    Revenue is net of refunds, of orders whose status counts, in the month they were placed in. A buyer is new in the
    month of their first such order in the store.
    """
    sales = ask(lambda client: client.store_sales(store, months=months))
    answer(sales, _lines, as_json=as_json)
    if not as_json:
        say(f"Months as in {sales.timezone}; the last one is not over.")


def _lines(sales: StoreSales, paper: Paper) -> Iterable[str]:
    revenue = [number(f"REVENUE {currency}") for currency in sales.currencies]
    columns = (Column("MONTH"), *revenue, number("ORDERS"), number("NEW"), number("RETURNING"))
    rows = (
        (
            month.month,
            *(money.text for money in month.revenue),
            count(month.orders),
            count(month.new_buyers),
            count(month.returning_buyers),
        )
        for month in sales.months
    )
    return table(columns, rows, paper)
