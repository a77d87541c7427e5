"""What a headless demo came to: the numbers of its run, and what the store's customers spent."""

from collections import Counter
from collections.abc import Iterator

from common.client import ApiClient
from common.contacts import MAX_PAGE, ContactQuery, ContactSort
from common.money import Money
from common.sync import Run
from common.wire import Wire
from tui.cli.paper import Ink, Paper
from tui.format import count


class DemoSummary(Wire):
    """*revenue* is one amount per currency, the largest first; a contact counts in the currency it buys in most."""

    contacts: int
    orders: int
    revenue: list[Money]
    requests: int
    seconds: float
    orders_per_s: float


async def summary(client: ApiClient, run: Run, seconds: float) -> DemoSummary:
    """The summary of *run*, which took *seconds*."""
    status = await client.status()
    return DemoSummary(
        contacts=status.contacts,
        orders=status.orders,
        revenue=await _revenue(client),
        requests=run.requests,
        seconds=round(seconds, 1),
        orders_per_s=round(run.orders / max(seconds, 0.001), 1),
    )


async def _revenue(client: ApiClient) -> list[Money]:
    spent: Counter[str] = Counter()
    after = ""
    while True:
        page = await client.contacts(ContactQuery(sort=ContactSort.EMAIL, after=after, limit=MAX_PAGE))
        for row in page.contacts:
            spent[row.revenue.currency] += row.revenue.minor
        if not page.next:
            return [Money.of(minor, currency) for currency, minor in spent.most_common() if minor]
        after = page.next


def summary_lines(result: DemoSummary, paper: Paper) -> Iterator[str]:
    facts = {
        "contacts": count(result.contacts),
        "orders": count(result.orders),
        "revenue": " · ".join(amount.text for amount in result.revenue),
        "requests": count(result.requests),
        "seconds": f"{result.seconds:,.1f}",
        "orders/s": f"{result.orders_per_s:,.0f}",
    }
    for name, text in facts.items():
        yield f"{paper.ink(f'{name:<8}', Ink.FAINT)}  {text}"
