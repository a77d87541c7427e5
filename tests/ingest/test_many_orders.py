"""Many orders that are dirty at once: pages of the list are read for them, and nothing is settled that was not seen."""

from collections.abc import Sequence

import pytest

from tests.support import truth
from tests.support.bench import Bench


def _numbers(bench: Bench) -> list[int]:
    return [order.id for order in bench.store.world.orders if order.customer_id]


async def _deliver_at_once(bench: Bench) -> dict[str, int]:
    """Has the inbox worked off in one pass; the requests it took, by path without ids."""
    await bench.api.pause_store("simstore1")
    await bench.post()
    bench.store.requests.clear()
    await bench.api.resume_store("simstore1")
    await bench.inbox_empty()
    counts = {"list": bench.store.requests["/v2/orders"]}
    singly = [n for path, n in bench.store.requests.items() if path.startswith("/v2/orders/")]
    return counts | {"singly": sum(singly), "refunds": bench.store.requests["/v3/orders/payment_actions/refunds"]}


async def _is_as_in_the_store(bench: Bench) -> bool:
    boxes = {email: truth.shown(contact) for email, contact in (await bench.contacts()).items()}
    return boxes == truth.expected(bench.store)


def _change(bench: Bench, numbers: Sequence[int], status_id: int) -> None:
    for number in numbers:
        bench.store.orders.change_status(number, status_id)


async def test_many_changed_orders_are_one_page_and_one_lookup_of_refunds(bench: Bench) -> None:
    numbers = _numbers(bench)
    _change(bench, numbers, 2)
    for number in numbers[:4]:
        bench.store.orders.refund(number)

    requests = await _deliver_at_once(bench)

    assert requests == {"list": 1, "singly": 0, "refunds": 1}
    assert await _is_as_in_the_store(bench)


async def test_a_delivery_among_many_says_which_order_it_changed(bench: Bench) -> None:
    numbers = _numbers(bench)
    _change(bench, numbers, 2)

    await _deliver_at_once(bench)

    changed = bench.rows("select changed from delivery where resource_id = ? limit 1", str(numbers[-1]))
    assert changed == [f'{{"order":[{numbers[-1]}]}}']


async def test_orders_that_the_list_does_not_show_are_fetched_singly(bench: Bench) -> None:
    numbers = _numbers(bench)
    _change(bench, numbers[:25], 2)
    bench.store.orders.archive(numbers[3])
    bench.store.world.announce("store/order/updated", {"type": "order", "id": numbers[30]})  # not changed at all

    requests = await _deliver_at_once(bench)

    assert (requests["list"], requests["singly"]) == (1, 2)
    assert await _is_as_in_the_store(bench)


async def test_a_list_that_shows_none_of_them_costs_one_request(bench: Bench) -> None:
    numbers = _numbers(bench)
    for number in numbers[:25]:
        bench.store.world.announce("store/order/updated", {"type": "order", "id": number})

    requests = await _deliver_at_once(bench)

    assert requests == {"list": 1, "singly": 25, "refunds": requests["refunds"]}


async def test_a_list_the_store_refuses_buries_nothing(bench: Bench) -> None:
    numbers = _numbers(bench)
    _change(bench, numbers[:25], 2)
    bench.store.fail(path="/v2/orders?", status=400)

    requests = await _deliver_at_once(bench)

    assert requests["singly"] == 25
    assert await _is_as_in_the_store(bench)


@pytest.mark.parametrize("seconds", [-180, 180, 3 * 3600])
async def test_a_store_whose_clock_is_off_is_asked_by_its_own_time(bench: Bench, seconds: int) -> None:
    await bench.stop()
    bench.time.ahead_s = -seconds
    await bench.start()
    numbers = _numbers(bench)
    _change(bench, numbers[:25], 2)

    requests = await _deliver_at_once(bench)

    assert (requests["list"], requests["singly"]) == (1, 0)
