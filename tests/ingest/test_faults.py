"""Everything that goes wrong between us and a store, in each thing we do: what is seen meanwhile, and how it ends.

What ends by itself or by one reconnect leaves exactly the store's rows; a row that cannot be read is named.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from common.status import Status
from common.stores import StoreReconnect, StoreState
from common.sync import Run, RunKind, RunState
from daemon.bigcommerce.deliveries import SUBSCRIBED
from tests.support import soundness, truth
from tests.support.bench import IMPATIENT, Bench, eventually, small_store

HASH = "simstore1"
HOUR_S = 3600
_HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>"
_SHORT = replace(IMPATIENT, retries=replace(IMPATIENT.retries, timeout_s=0.7), look_every_s=0.05)


class During(Enum):
    HISTORICAL = "historical run"
    CATCH_UP = "catch-up"
    LIVE = "live traffic"


@dataclass
class Scene:
    """A daemon in the middle of something; *run_id* None = it is working deliveries in."""

    bench: Bench
    during: During
    stack: AsyncExitStack
    run_id: int | None = None

    def numbers(self) -> list[int]:
        return [order.id for order in self.bench.store.world.orders if order.customer_id]

    async def differences(self) -> list[str]:
        shown = {email: truth.shown(contact) for email, contact in (await self.bench.contacts()).items()}
        return truth.differences(shown, truth.expected(self.bench.store))

    async def begin(self) -> None:
        if self.during is During.LIVE:
            await self.bench.post()
        else:
            self.run_id = await self.bench.started(RunKind(self.during.name.lower().replace("_", "-")))

    async def run(self) -> Run:
        assert self.run_id is not None
        return await self.bench.api.run(self.run_id)

    async def state(self) -> StoreState:
        return (await self.bench.api.store(HASH)).state

    async def codes(self) -> frozenset[str]:
        return frozenset(item.code for item in (await self.bench.api.status()).health)

    async def over(self) -> None:
        """Lets time pass until nothing is being done."""

        async def is_over() -> bool:
            await self.bench.pass_time(60)
            return self.bench.rows(_WAITING) == []

        await eventually(is_over)


_WAITING = (
    "select 1 from delivery where state = 'pending' and kind != 'store' "
    "union all select 1 from run where finished_at is null "
    "union all select 1 from hook_watch where gap_since is not null limit 1"
)

Act = Callable[[Scene], Awaitable[None]]


async def _nothing(scene: Scene) -> None:
    del scene


@dataclass(frozen=True)
class Fault:
    """It *strikes*, is *seen* by the operator, and is *mended*; *codes_after* is the health that remains."""

    name: str
    strikes: Act
    seen: Act = _nothing
    mended: Act = _nothing
    codes_after: frozenset[str] = frozenset()


@asynccontextmanager
async def _scene(during: During) -> AsyncIterator[Scene]:
    """A store that has changed: not yet read, changed unheard, or with its deliveries on their way."""
    async with Bench(small_store(), patience=_SHORT) as bench, AsyncExitStack() as stack:
        if during is not During.HISTORICAL:
            await bench.synced()
            bench.store.clock.advance(HOUR_S)
        for number in [order.id for order in bench.store.world.orders if order.customer_id][-3:]:
            bench.store.orders.change_status(number, 2)
            bench.store.orders.place(bench.store.world.orders[number].customer_id)
        bench.store.customers.edit(bench.store.world.customers.ids[0], last_name="Changed")
        if during is not During.LIVE:
            bench.store.office.pending.clear()
        yield Scene(bench, during, stack)


def _failing(*, times: int = 1, **failure: Any) -> Act:
    async def strikes(scene: Scene) -> None:
        for path in ("/v2/orders", "/v3/customers"):
            scene.bench.store.fail(times=times, path=path, **failure)

    return strikes


async def _is_unavailable(scene: Scene) -> None:
    async def is_so() -> Status | None:
        """One answer tells both: another question of ours may be answered a moment later, and the state be another."""
        if scene.run_id is None:
            await scene.bench.pass_time(60)
        status = await scene.bench.api.status()
        return status if status.stores[0].state is StoreState.UNAVAILABLE else None

    status = await eventually(is_so)
    assert "store-unavailable" in {item.code for item in status.health}
    if scene.run_id:
        await _stands_still(scene, "503")


async def _stands_still(scene: Scene, why: str) -> None:
    async def is_waiting() -> bool:
        run = await scene.run()
        return run.state is RunState.QUEUED and why in run.error

    await eventually(is_waiting)


async def _answers_again(scene: Scene) -> None:
    scene.bench.store.gate.failures.clear()


async def _loses_its_token(scene: Scene) -> None:
    """In the midst of it: people and products are still told."""
    scene.bench.store.fail(times=10_000, path="/v2/orders", status=401, body="{}")


async def _needs_reconnect(scene: Scene) -> None:
    async def is_so() -> bool:
        return await scene.state() is StoreState.NEEDS_RECONNECT

    await eventually(is_so)
    assert "store-needs-reconnect" in await scene.codes()
    if scene.run_id:
        run = await scene.bench.over(scene.run_id)
        assert run.state is RunState.FAILED
        assert "answered 401" in run.error
    else:
        assert (await scene.bench.api.status()).inbox.pending > 0


async def _is_reconnected(scene: Scene) -> None:
    scene.bench.store.gate.failures.clear()
    scene.bench.store.identity.token = "another-token"
    await scene.bench.api.reconnect_store(HASH, StoreReconnect(token=SecretStr("another-token")))


async def _spoils_a_row(scene: Scene) -> int:
    """The number of an order that is told with one field of the wrong type, in a page or by itself."""
    store, number = scene.bench.store, scene.numbers()[-1]
    if scene.during is During.LIVE:
        path, asked = f"/v2/orders/{number}?", {}
        store.orders.edit(number, staff_notes="x")
    else:
        path, asked = "/v2/orders?", {"sort": "id:desc", "limit": "250"}
    whole = {"include": "consignments.line_items", "consignment_structure": "object", **asked}
    async with (
        aiohttp.ClientSession(headers=store.headers) as session,
        session.get(store.api + path.rstrip("?"), params=whole) as answer,
    ):
        told = await answer.json()
    for order in [told] if isinstance(told, dict) else told:
        if order["id"] == number:
            order["total_inc_tax"] = ["much"]
    store.fail(path=path, status=200, body=json.dumps(told))
    return number


async def _named(scene: Scene) -> list[tuple[str, str]]:
    """What the run left out, or the dead deliveries are about."""
    if scene.run_id:
        return [(thing.kind, thing.id) for thing in (await scene.run()).skipped]
    return scene.bench.rows("select distinct kind, resource_id from delivery where state = 'dead'")


def _all_but(number: int, differences: list[str]) -> list[str]:
    """*differences* without those of the order itself and of what is summed over it."""
    return [line for line in differences if f"orders ('{HASH}', {number})" not in line and "totals" not in line]


async def _refuses_hooks(scene: Scene) -> None:
    """All hooks are gone, and none may be made."""
    scene.bench.store.office.book.hooks.clear()
    scene.bench.store.fail(times=10_000, path="/v3/hooks", status=422, body='{"title":"must be https"}')
    scene.bench.store.clock.advance(HOUR_S)


async def _hooks_are_missed(scene: Scene) -> None:
    async def is_told() -> bool:
        return "hooks-refused" in await scene.codes()

    await eventually(is_told)


async def _takes_hooks(scene: Scene) -> None:
    scene.bench.store.gate.failures.clear()
    scene.bench.store.clock.advance(HOUR_S)

    async def are_there() -> bool:
        return len(scene.bench.store.office.book.hooks) == len(SUBSCRIBED)

    await eventually(are_there)


def _clock_is_off(ahead_s: int) -> Act:
    async def strikes(scene: Scene) -> None:
        scene.bench.time.ahead_s += ahead_s

    return strikes


async def _is_read_for_long(scene: Scene) -> None:
    reader = scene.stack.enter_context(closing(scene.bench.database()))
    reader.execute("begin")
    reader.execute("select count(*) from contact").fetchone()


async def _stalls(scene: Scene) -> None:
    """Everything in this process stands still."""
    del scene
    asyncio.get_running_loop().call_later(0.02, time.sleep, 0.4)


_TOLD_QUOTA = {"X-Rate-Limit-Time-Reset-Ms": "40"}

FAULTS = (
    Fault("429 with headers", _failing(status=429, headers=_TOLD_QUOTA)),
    Fault("500 as throttle", _failing(times=2)),
    Fault("HTML 502", _failing(status=502, body=_HTML, content_type="text/html", has_rate_headers=False, times=2)),
    Fault("503 for long", _failing(times=10_000, status=503), _is_unavailable, _answers_again),
    Fault("reset", _failing(resets=True, times=3)),
    Fault("slow body", _failing(body_pause_s=20.0, status=0)),
    Fault("truncated JSON", _failing(cuts_body=True, status=0, times=2)),
    Fault("401 in mid-run", _loses_its_token, _needs_reconnect, _is_reconnected),
    Fault("hooks refused", _refuses_hooks, _hooks_are_missed, _takes_hooks, codes_after=frozenset({"hooks-repaired"})),
    Fault("our clock 3 minutes ahead", _clock_is_off(180)),
    Fault("our clock jumps a day ahead and back", _clock_is_off(86_400), mended=_clock_is_off(-86_400)),
    Fault("a long reader", _is_read_for_long),
    Fault("a stalled loop", _stalls),
)


# Slow, as the pause that we make when no header names one, or much like another one.
LONG_FAULTS = (
    Fault("429 without headers", _failing(status=429, body="", has_rate_headers=False)),
    Fault("JSON without its end", _failing(status=200, body='[{"id": 100,', times=2)),
    Fault("our clock 3 minutes behind", _clock_is_off(-180)),
)


@pytest.mark.parametrize(
    "fault",
    [pytest.param(fault, id=fault.name) for fault in FAULTS]
    + [pytest.param(fault, id=fault.name, marks=pytest.mark.soak) for fault in LONG_FAULTS],
)
@pytest.mark.parametrize("during", During, ids=lambda during: during.value)
async def test_what_goes_wrong_is_seen_and_leaves_what_the_store_has(during: During, fault: Fault) -> None:
    async with _scene(during) as scene:
        await fault.strikes(scene)
        await scene.begin()
        await fault.seen(scene)
        await fault.mended(scene)
        await scene.over()

        assert await scene.differences() == []
        assert (await scene.state(), await scene.codes()) == (StoreState.CONNECTED, fault.codes_after)
        assert scene.bench.rows("select state from run order by id desc limit 1") == ["done"]
        assert scene.bench.rows("select * from run_skip") == []
        assert soundness.faults_in(scene.bench.settings) == {}


@pytest.mark.parametrize("during", During, ids=lambda during: during.value)
async def test_a_row_with_a_field_of_the_wrong_type_is_named_and_the_rest_is_there(during: During) -> None:
    async with _scene(during) as scene:
        number = await _spoils_a_row(scene)
        await scene.begin()
        await scene.over()

        assert await _named(scene) == [("order", str(number))]
        codes = frozenset({"deliveries-dead"} if during is During.LIVE else ())
        assert (await scene.state(), await scene.codes()) == (StoreState.CONNECTED, codes)
        assert _all_but(number, await scene.differences()) == []
        assert soundness.faults_in(scene.bench.settings) == {}


@pytest.mark.parametrize("during", During, ids=lambda during: during.value)
async def test_a_part_that_may_not_be_read_is_named_and_the_rest_is_there(during: During) -> None:
    async with _scene(during) as scene:
        bench = scene.bench
        number = scene.numbers()[-1]
        bench.store.faults.values["forbidden-refunds"] = 1
        bench.store.orders.refund(number, cents=100, changes_status=False)
        await scene.begin()
        if scene.run_id:
            run = await bench.over(scene.run_id)
            assert [(thing.kind, thing.id) for thing in run.skipped] == [("store", "refunds")]

        async def is_the_rest_there() -> bool:
            return _all_but(number, await scene.differences()) == []

        await eventually(is_the_rest_there)
        if scene.run_id:  # a delivery about an order asks for its refunds only when it tells of one
            assert await scene.codes() == frozenset({"scope-missing"})

        bench.store.faults.values.clear()
        await bench.synced(RunKind.HISTORICAL)
        await scene.over()
        assert await scene.differences() == []
