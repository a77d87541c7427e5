"""The stores' hooks are looked after: what is wrong with them is set right, and what they did not tell is fetched."""

import dataclasses
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace

import aiohttp
import pytest

from common.errors import Refused
from common.stores import StoreState
from common.sync import Run, RunQuery
from common.times import DAY_S, HOUR_S
from daemon.bigcommerce.deliveries import HOOK_TROUBLE, SUBSCRIBED
from daemon.bigcommerce.hooks import destination_of
from daemon.sandbox.hooks import Hook
from daemon.sandbox.store import SandboxStore
from tests.support.bench import IMPATIENT, Bench, eventually, small_store

_WATCHFUL = dataclasses.replace(IMPATIENT, look_every_s=0.02)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with Bench(small_store(), patience=_WATCHFUL) as running:
        await running.synced()
        yield running


def _hooks(store: SandboxStore) -> dict[int, Hook]:
    return store.office.book.hooks


def _change(store: SandboxStore, **changes: object) -> None:
    for hook in list(_hooks(store).values()):
        _hooks(store)[hook.id] = replace(hook, **changes)  # type: ignore[arg-type]


def _delete(store: SandboxStore) -> None:
    _hooks(store).clear()


def _switch_off(store: SandboxStore) -> None:
    _change(store, is_active=False, was_deactivated=True)


def _point_elsewhere(store: SandboxStore) -> None:
    _change(store, destination="http://127.0.0.1:9/elsewhere")


def _take_secret(store: SandboxStore) -> None:
    _change(store, headers={"X-Counterfoil-Key": "another"})


def _delete_one(store: SandboxStore) -> None:
    _hooks(store).pop(min(_hooks(store)))


def _cancelled_unheard(bench: Bench) -> int:
    """The number of an order whose change is told to nobody."""
    number: int = bench.rows("select max(number) from store_order")[0]
    bench.store.orders.change_status(number, 5)
    bench.store.office.pending.clear()
    return number


async def _all_as_they_should_be(bench: Bench) -> None:
    destination = f"{bench.settings.public.url}/webhooks/bigcommerce/simstore1"

    async def is_so() -> bool:
        hooks = _hooks(bench.store).values()
        return (
            sorted(hook.scope for hook in hooks) == sorted(SUBSCRIBED)
            and all(hook.is_active and hook.destination == destination_of(hook.scope, destination) for hook in hooks)
            and all(hook.headers != {"X-Counterfoil-Key": "another"} for hook in hooks)
        )

    await eventually(is_so)


async def _comes(bench: Bench, number: int) -> None:
    async def is_canceled() -> bool:
        return (await bench.api.order("simstore1", number)).status == "Canceled"

    await eventually(is_canceled)


async def _codes(bench: Bench) -> set[str]:
    return {item.code for item in (await bench.api.status()).health}


async def _runs(bench: Bench) -> list[Run]:
    return (await bench.api.runs(RunQuery())).runs


async def _looked(bench: Bench) -> None:
    """Waits until a look at the present moment is written down."""

    async def is_so() -> bool:
        return bench.rows("select max(looked_at) from hook_watch") == [bench.store.clock.seconds()]

    await eventually(is_so)


@pytest.mark.parametrize(
    "harm", [_delete, _delete_one, _switch_off, _point_elsewhere, _take_secret], ids=lambda harm: harm.__name__[1:]
)
async def test_hooks_are_set_right_and_what_they_missed_arrives(
    bench: Bench, harm: Callable[[SandboxStore], None]
) -> None:
    harm(bench.store)
    bench.store.clock.advance(600)
    number = _cancelled_unheard(bench)

    bench.store.clock.advance(HOUR_S)

    await _comes(bench, number)
    await _all_as_they_should_be(bench)
    assert "hooks-repaired" in await _codes(bench)
    assert "hooks-missing" not in await _codes(bench)


async def test_a_repaired_hook_delivers_again(bench: Bench) -> None:
    _take_secret(bench.store)
    bench.store.clock.advance(HOUR_S)
    await _all_as_they_should_be(bench)
    number = bench.rows("select max(number) from store_order")[0]

    bench.store.orders.change_status(number, 5)
    await bench.deliver()

    await _comes(bench, number)


async def test_what_happens_while_new_hooks_do_not_fire_yet_arrives(bench: Bench) -> None:
    _delete(bench.store)
    bench.store.clock.advance(HOUR_S)
    await _all_as_they_should_be(bench)

    async def has_run() -> bool:
        return len(await _runs(bench)) == 2

    await eventually(has_run)
    number = _cancelled_unheard(bench)

    bench.store.clock.advance(60)

    await _comes(bench, number)


async def test_hooks_that_are_well_cost_one_request_and_no_run(bench: Bench) -> None:
    before = sum(bench.store.requests.values())

    bench.store.clock.advance(HOUR_S)
    await _looked(bench)

    assert sum(bench.store.requests.values()) - before == 1
    assert len(await _runs(bench)) == 1
    assert "hooks-repaired" not in await _codes(bench)


async def test_nothing_is_looked_at_before_the_hour(bench: Bench) -> None:
    _delete(bench.store)
    bench.store.clock.advance(HOUR_S - 1)
    before = bench.store.requests["/v3/hooks"]

    await _a_few_beats(bench)

    assert bench.store.requests["/v3/hooks"] == before


async def _a_few_beats(bench: Bench) -> None:
    """Health is told on the same beat: a change of it shows that the beat has struck since."""
    async with bench.listening() as heard:
        with bench.database(writes=True) as conn:
            conn.execute("update list set name = 'another'")
        conn.close()
        await heard.first(lambda event: event.kind == "health")


async def test_a_start_after_a_long_stop_looks_at_once(bench: Bench) -> None:
    await bench.stop()
    _switch_off(bench.store)
    bench.store.clock.advance(3 * DAY_S)
    number = _cancelled_unheard(bench)

    await bench.start()

    await _comes(bench, number)
    await _all_as_they_should_be(bench)


async def test_a_start_looks_even_within_the_hour(bench: Bench) -> None:
    await bench.stop()
    _delete(bench.store)

    await bench.start()

    await _all_as_they_should_be(bench)


async def test_the_hooks_of_a_former_address_are_made_anew(bench: Bench) -> None:
    await bench.stop()
    public = bench.settings.public.model_copy(
        update={"url": bench.settings.public.url.replace("127.0.0.1", "127.0.0.2")}
    )
    bench.settings = bench.settings.model_copy(update={"public": public})

    await bench.start()

    await _all_as_they_should_be(bench)


async def test_hooks_of_others_on_the_same_account_are_left_alone(bench: Bench) -> None:
    hook = next(iter(_hooks(bench.store).values()))
    other = replace(hook, id=1, destination="https://other.example.com/", headers={"X-Key": "theirs"})
    _hooks(bench.store)[1] = other
    _hooks(bench.store).pop(hook.id)

    bench.store.clock.advance(HOUR_S)

    await eventually(lambda: _is_there(bench, hook.scope))
    assert _hooks(bench.store)[1] == other


async def _is_there(bench: Bench, scope: str) -> bool:
    return len([hook for hook in _hooks(bench.store).values() if hook.scope == scope]) == 2


async def test_a_hook_long_unused_is_kept_awake_without_a_run(bench: Bench) -> None:
    for _ in range(3):
        bench.store.clock.advance(81 * DAY_S)
        await _looked(bench)

    assert all(hook.is_active for hook in _hooks(bench.store).values())
    bench.store.office.book.deactivate_idle()
    assert all(hook.is_active for hook in _hooks(bench.store).values())
    assert len(await _runs(bench)) == 1


async def test_a_repair_is_told_for_a_day(bench: Bench) -> None:
    _delete(bench.store)
    bench.store.clock.advance(HOUR_S)
    await _all_as_they_should_be(bench)
    await _looked(bench)
    assert "hooks-repaired" in await _codes(bench)

    bench.store.clock.advance(DAY_S)

    assert "hooks-repaired" not in await _codes(bench)


async def test_refused_hooks_are_named_and_start_no_run_again_and_again(bench: Bench) -> None:
    _delete(bench.store)
    bench.store.office.book.strict = True  # only https destinations, which ours is not
    for _ in range(3):
        bench.store.clock.advance(HOUR_S)
        await _looked(bench)

    health = {item.code: item for item in (await bench.api.status()).health}
    assert "must_be_https" in health["hooks-refused"].title
    assert "hooks-repaired" not in health
    await eventually(lambda: _are_over(bench))
    assert len(await _runs(bench)) == 2


async def _are_over(bench: Bench) -> bool:
    return all(run.state.is_over for run in await _runs(bench))


async def test_hooks_are_looked_at_when_an_outage_has_ended(bench: Bench) -> None:
    bench.store.fail(times=1000, path="/", status=503)
    run_id = await bench.started()

    async def is_away() -> bool:
        return (await bench.api.store("simstore1")).state is StoreState.UNAVAILABLE

    await eventually(is_away)
    _switch_off(bench.store)
    bench.store.gate.failures.clear()

    await bench.over(run_id)

    await _all_as_they_should_be(bench)


async def test_a_repair_that_breaks_off_is_ended_later_and_its_gap_read(bench: Bench) -> None:
    _switch_off(bench.store)
    number = _cancelled_unheard(bench)
    bench.store.fail(times=200, path="/v3/hooks/", status=503)
    bench.store.clock.advance(HOUR_S)

    await _comes(bench, number)
    bench.store.gate.failures.clear()
    bench.store.clock.advance(120)

    await _all_as_they_should_be(bench)


async def test_a_store_without_hooks_is_left_alone() -> None:
    async with Bench(small_store(), hooks=False, patience=_WATCHFUL) as bench:
        bench.store.clock.advance(HOUR_S)

        await _a_few_beats(bench)

        assert bench.store.requests["/v3/hooks"] == 0


async def test_a_store_that_says_that_hooks_fail_has_them_looked_at_at_once(bench: Bench) -> None:
    _delete_one(bench.store)

    bench.store.office.announce(HOOK_TROUBLE, {"type": "webhook", "id": 1, "error_code": 90002, "message": "over"})
    await bench.post()

    await _all_as_they_should_be(bench)


async def test_an_account_that_has_trouble_told_elsewhere_raises_no_alarm(bench: Bench) -> None:
    hooks = _hooks(bench.store)
    ours = hooks.pop(next(number for number, hook in hooks.items() if hook.scope == HOOK_TROUBLE))
    hooks[1] = replace(ours, id=1, destination="http://127.0.0.1:9/pager", headers={})
    bench.store.clock.advance(HOUR_S)

    await _looked(bench)

    assert await _codes(bench) == set()


async def test_a_secret_is_replaced_without_turning_anything_away(bench: Bench) -> None:
    before = {_secret_of(hook) for hook in _hooks(bench.store).values()}
    runs = len((await bench.api.runs(RunQuery())).runs)

    store = await bench.api.rotate_secret("simstore1")

    assert store.hook_secret_rotated_at is not None
    number = _cancelled_unheard(bench)
    bench.store.orders.change_status(number, 10)
    await bench.deliver()  # some hooks carry the former secret still

    async def carries_another() -> bool:
        return not before & {_secret_of(hook) for hook in _hooks(bench.store).values()}

    await eventually(carries_another)
    bench.store.orders.change_status(number, 11)
    await bench.deliver()
    assert (await bench.api.status()).refused.unauthenticated == 0
    assert len((await bench.api.runs(RunQuery())).runs) == runs  # nothing was missed, so nothing is read


async def test_a_secret_replaced_while_hooks_are_looked_at_reaches_them(bench: Bench) -> None:
    """That look has read them with the former secret: another is owed."""
    await _looked(bench)
    before = {_secret_of(hook) for hook in _hooks(bench.store).values()}
    asked = bench.store.requests["/v3/hooks"]
    bench.store.fail(path="/v3/hooks", status=0, delay_s=0.5)
    bench.time.ahead_s += HOUR_S

    async def is_looking() -> bool:
        return bench.store.requests["/v3/hooks"] > asked

    await eventually(is_looking)
    await bench.api.rotate_secret("simstore1")

    async def carries_another() -> bool:
        return not before & {_secret_of(hook) for hook in _hooks(bench.store).values()}

    await eventually(carries_another)


async def test_the_former_secret_is_good_until_a_day_has_passed(bench: Bench) -> None:
    former = next(iter(_hooks(bench.store).values())).headers
    await bench.api.rotate_secret("simstore1")
    with pytest.raises(Refused, match="is being replaced already"):
        await bench.api.rotate_secret("simstore1")
    await bench.stop()
    await bench.start()

    assert await _answer_to(bench, former) == 200
    bench.time.ahead_s += DAY_S + HOUR_S

    async def is_forgotten() -> bool:
        return (await bench.api.store("simstore1")).hook_secret_rotated_at is None

    async def is_refused() -> bool:
        return await _answer_to(bench, former) == 401

    await eventually(is_forgotten)
    await eventually(is_refused)  # a moment later: the registry reads it from what was committed
    assert await _answer_to(bench, next(iter(_hooks(bench.store).values())).headers) == 200


async def test_a_secret_that_a_hook_carries_is_not_forgotten(bench: Bench) -> None:
    former = next(iter(_hooks(bench.store).values())).headers
    bench.store.fail(1000, path="/v3/hooks", status=500)
    await bench.api.rotate_secret("simstore1")
    bench.time.ahead_s += DAY_S + HOUR_S

    async def is_unavailable() -> bool:
        return (await bench.api.store("simstore1")).state is StoreState.UNAVAILABLE

    await eventually(is_unavailable)
    assert await _answer_to(bench, former) == 200


async def test_without_webhooks_there_is_no_secret_to_replace() -> None:
    async with Bench(small_store(), hooks=False) as bench:
        with pytest.raises(Refused, match="has no webhooks"):
            await bench.api.rotate_secret("simstore1")


def _secret_of(hook: Hook) -> str:
    return (hook.headers or {})["X-Counterfoil-Key"]


async def _answer_to(bench: Bench, headers: Mapping[str, str] | None) -> int:
    url = f"{bench.settings.public.url}/webhooks/bigcommerce/simstore1"
    async with aiohttp.ClientSession(headers=headers) as session, session.post(url, data=b"{}") as answer:
        return answer.status
