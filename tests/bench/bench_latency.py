"""How long after a store's webhook the change is on the event stream, when the store takes 100 ms for each answer.

The baseline is what no daemon can do without: the one answer of the store.
"""

import os
import time

from common.client import ApiClient
from common.events import Changed, Event
from common.sync import RunKind
from tests.bench.report import tell
from tests.support.house import House

CHANGES = int(os.environ.get("BENCH_CHANGES", "100"))
LATENCY_S = 0.1
BUDGET_MS = 400


async def test_from_the_webhook_to_the_event() -> None:
    async with House("--orders=100", "--customers=50", "--products=20", "--quota=0") as house:
        await house.connect(hooks=True)
        async with house.api() as api:
            await house.over((await api.start_run(house.told["hash"], RunKind.HISTORICAL)).id)
            await house.happens("faults", spec=f"latency={LATENCY_S}")
            took = await _took(house, api)
    took.sort()
    p95 = took[int(len(took) * 0.95)]
    tell(
        "webhook to event, 95th of 100, store answers in 100 ms",
        *([p95], "ms"),
        against="the store's answer",
        baseline=[LATENCY_S * 1000],
        budget=f"{BUDGET_MS} ms",
        is_kept=p95 <= BUDGET_MS,
    )


async def _took(house: House, api: ApiClient) -> list[float]:
    """Milliseconds from asking the sandbox to place an order, which calls the hook at once, to the event of it."""
    took = []
    customers = [row["id"] for row in await house.truth("customer")]
    events = api.events()
    await anext(events)  # hello
    for number in range(CHANGES):
        began = time.perf_counter()
        order = await house.happens("order", customer_id=customers[number % len(customers)])
        async for event in events:
            if _is_of(event, order["id"]):
                break
        took.append((time.perf_counter() - began) * 1000)
    return took


def _is_of(event: Event, number: int) -> bool:
    return isinstance(event, Changed) and event.what == "order" and number in event.ids
