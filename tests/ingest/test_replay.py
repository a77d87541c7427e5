"""Dead letters and what becomes of them: replayed by a person they are fetched and applied like new ones."""

import json
from typing import Any

import aiohttp
import pytest

from common.errors import NotFound
from common.events import Changed, Event, What
from common.inbox import CauseQuery, DeliveryKind, DeliveryQuery, DeliveryRow, DeliveryState, ReplayRequest
from daemon.sandbox.store import SandboxStore
from tests.support import truth
from tests.support.bench import Bench

_WHOLE = {"include": "consignments.line_items", "consignment_structure": "object"}


async def _as_told(store: SandboxStore, path: str) -> Any:
    async with (
        aiohttp.ClientSession() as session,
        session.get(store.api + path, params=_WHOLE, headers=store.headers) as answer,
    ):
        return await answer.json()


async def _killed(bench: Bench, number: int) -> None:
    """A delivery about order *number* dies: the store sends it once in a form nobody can read."""
    spoiled = await _as_told(bench.store, f"/v2/orders/{number}") | {"total_inc_tax": "much"}
    bench.store.fail(path=f"/v2/orders/{number}?", status=200, body=json.dumps(spoiled))
    bench.store.orders.change_status(number, 9)
    await bench.deliver()


def _numbers(bench: Bench) -> list[int]:
    return [order.id for order in bench.store.world.orders if order.customer_id]


async def _dead(bench: Bench) -> list[DeliveryRow]:
    return (await bench.api.deliveries(DeliveryQuery(state=DeliveryState.DEAD))).deliveries


async def test_a_replayed_dead_delivery_is_applied(bench: Bench) -> None:
    number = _numbers(bench)[-1]
    await _killed(bench, number)
    dead = await _dead(bench)
    assert {row.resource for row in dead} == {f"order {number}"}

    answer = await bench.api.replay(ReplayRequest(ids=[row.id for row in dead]))
    await bench.inbox_empty()

    assert answer.replayed == len(dead)
    assert await _dead(bench) == []
    boxes = {email: truth.shown(contact) for email, contact in (await bench.contacts()).items()}
    assert boxes == truth.expected(bench.store)


async def test_a_settled_delivery_tells_what_it_changed(bench: Bench) -> None:
    number = _numbers(bench)[-1]
    bench.store.orders.change_status(number, 9)

    await bench.deliver()

    newest = (await bench.api.deliveries(DeliveryQuery(kind=DeliveryKind.ORDER, limit=1))).deliveries[0]
    shown = await bench.api.delivery(newest.id)
    changed = {things.what: things.ids for things in shown.changed}
    assert changed[What.ORDER] == [number]
    assert len(changed[What.CONTACT]) == 1
    assert json.loads(shown.body)["scope"] == shown.scope
    assert shown.signature == "valid"


async def test_dead_deliveries_of_one_cause_are_replayed_together(bench: Bench) -> None:
    first, second = _numbers(bench)[-2:]
    await _killed(bench, first)
    await _killed(bench, second)

    told = await bench.api.dead_causes(CauseQuery())
    answer = await bench.api.replay(ReplayRequest(state=DeliveryState.DEAD, cause=told.causes[0].cause))
    await bench.inbox_empty()

    assert len(told.causes) == 1
    assert answer.replayed == told.dead == told.causes[0].count
    assert await _dead(bench) == []


async def test_health_names_where_dead_deliveries_are_found(bench: Bench) -> None:
    await _killed(bench, _numbers(bench)[-1])

    (item,) = [item for item in (await bench.api.status()).health if item.code == "deliveries-dead"]

    assert "counterfoil inbox list --state dead" in item.fix


async def test_a_flood_of_deliveries_is_few_facts_on_the_stream(bench: Bench) -> None:
    def is_inbox(event: Event) -> bool:
        return isinstance(event, Changed) and event.what is What.DELIVERY

    async with bench.listening() as heard:
        for number in _numbers(bench)[:20]:
            bench.store.orders.edit(number, staff_notes="x")
        taken = await bench.deliver()
        await heard.first(is_inbox)

    assert len([event for event in heard.events if is_inbox(event)]) < taken / 2


async def test_a_delivery_nobody_knows_is_not_found(bench: Bench) -> None:
    with pytest.raises(NotFound, match="999999"):
        await bench.api.delivery(999_999)
