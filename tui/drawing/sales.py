"""What a store sold by month as a picture: revenue, and who bought."""

from collections.abc import Sequence

from rich.cells import cell_len

from common.money import money_text, short_money_text
from common.sales import SalesMonth, StoreSales
from tui.drawing.blocks import sparkline
from tui.drawing.chart import Axis, Part, column_lines, first_that_fits, legend, stacked_lines
from tui.drawing.line import Line, Role, Span, heading, line
from tui.drawing.moments import month_name
from tui.format import count, cut

_ROWS = 5


def sales_lines(sales: StoreSales, width: int) -> list[Line]:
    """Revenue in the currency of most orders, the others in a line each; buyers, new ones upon returning ones."""
    months = sales.months
    if not any(month.orders for month in months):
        nothing = Span(f"Nothing sold in {count(len(months))} months.", Role.MUTED)
        return [heading("Revenue", width), line(nothing)]
    first, *others = sales.currencies
    marks = [month_name(month.month) for month in months]
    revenue = _minor(months, 0)
    return [
        heading("Revenue", width, _span(first, sales, width)),
        *_revenue(first, revenue, marks, width),
        *(_other(currency, _minor(months, at), width) for at, currency in enumerate(others, 1)),
        heading("Buyers", width, first_that_fits(("new or returning, by month", "by month"), width - 16)),
        *_buyers(months, marks, width, labels=cell_len(short_money_text(max(revenue), first))),
    ]


def _span(currency: str, sales: StoreSales, width: int) -> str:
    first, last = sales.months[0].month, sales.months[-1].month
    dates = f"{month_name(first)} {first[:4]} – {month_name(last)} {last[:4]}"
    return first_that_fits(
        (f"{currency} by month, {dates}, {sales.timezone}", f"{currency}, {dates}", currency), width - 18
    )


def _minor(months: Sequence[SalesMonth], at: int) -> list[int]:
    return [month.revenue[at].minor for month in months]


def _revenue(currency: str, minor: Sequence[int], marks: Sequence[str], width: int) -> list[Line]:
    most, last = max(minor), minor[-1]
    peak = f"most {money_text(most, currency)} in {marks[minor.index(most)]}" if most > last else ""
    running = f"{marks[-1]} so far {money_text(last, currency)}"
    before = f"{marks[-2]} {money_text(minor[-2], currency)}" if len(minor) > 1 else ""
    parts = [part for part in (running, before, peak) if part]
    said = first_that_fits((" · ".join(parts), " · ".join([parts[0], *parts[2:]]), running), width)
    axis = Axis(lambda value: short_money_text(value, currency), marks)
    return [*column_lines(minor, width, _ROWS, axis), line(Span(said, Role.MUTED))]


def _other(currency: str, minor: Sequence[int], width: int) -> Line:
    most = f"  {cut(currency, 8)}, most {money_text(max(minor), currency)}"
    blocks = sparkline(minor)[-max(width, 1) :]
    said = first_that_fits((most, f"  {cut(currency, 8)}"), width - len(blocks))
    return line(Span(blocks, Role.ACCENT), Span(said, Role.MUTED))


def _buyers(months: Sequence[SalesMonth], marks: Sequence[str], width: int, *, labels: int) -> list[Line]:
    returning = Part("returning", [month.returning_buyers for month in months])
    new = Part("new", [month.new_buyers for month in months], Role.GOOD)
    last = months[-1]
    counts = (f"{count(last.returning_buyers)} returning", f"{count(last.new_buyers)} new in {marks[-1]}")
    lines = stacked_lines(returning, new, width, _ROWS, Axis(marks=marks, labels=labels))
    return [*lines, legend(returning, new, width, says=[counts])]
