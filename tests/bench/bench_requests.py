"""How many requests 1,000 orders with lines, shipping and customers cost, against asking for each order's parts.

Both are counted by the sandbox.
"""

import aiohttp

from common.sync import RunKind, RunState
from tests.bench.report import tell
from tests.support.house import House

ORDERS = 1000
LIMIT = 8
_PARTS = ("products", "shipping_addresses")


async def test_requests_of_a_thousand_orders_against_one_for_each_part() -> None:
    async with House(f"--orders={ORDERS}", f"--customers={ORDERS}", "--products=100", "--quota=0") as house:
        await house.connect(hooks=False)
        async with house.api() as api:
            before = await _asked(house)
            run = await house.over((await api.start_run(house.told["hash"], RunKind.HISTORICAL)).id)
        assert run.state is RunState.DONE
        asked = {path: count - before.get(path, 0) for path, count in (await _asked(house)).items()}
        ours = sum(count for path, count in asked.items() if _is_of_orders_or_customers(path))
        each = await _one_by_one(house)
    assert run.skipped == []
    tell(
        "requests of 1,000 orders and their customers",
        *([ours], ""),
        against="one for each part of an order",
        baseline=[each],
        budget=f"at most {LIMIT}",
        is_kept=ours <= LIMIT,
    )


async def _asked(house: House) -> dict[str, int]:
    found: dict[str, int] = (await house.stats())["requests"]
    return found


def _is_of_orders_or_customers(path: str) -> bool:
    return path.endswith(("/v2/orders", "/v3/customers"))


async def _one_by_one(house: House) -> int:
    """The requests of a client that reads a list, then of each order its parts."""
    api = f"{house.told['url']}/stores/{house.told['hash']}"
    headers = {"X-Auth-Token": house.told["token"], "Accept": "application/json"}
    requests, page = 0, 0
    async with aiohttp.ClientSession(headers=headers) as session:
        while True:
            page += 1
            requests += 1
            async with session.get(f"{api}/v2/orders", params={"limit": "250", "page": str(page)}) as answer:
                orders = await answer.json(content_type=None) if answer.status == 200 else []
            for order in orders:
                for part in _PARTS:
                    requests += 1
                    async with session.get(f"{api}/v2/orders/{order['id']}/{part}") as answer:
                        await answer.read()
            if len(orders) < 250:
                return requests
