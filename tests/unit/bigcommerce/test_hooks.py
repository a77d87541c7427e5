"""Our subscriptions at a store that keeps them."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from daemon.bigcommerce.errors import AbsentInStore, StoreRejected, StoreUnavailable
from daemon.bigcommerce.hooks import Fault, HookRecord, ensure_hooks, faults_of, mended_hooks, remove_hooks

OURS = "https://hooks.test/webhooks/bigcommerce/abc123"
KEY = {"X-Hook-Key": "hush"}
SCOPES = ("store/order/created", "store/order/updated", "store/customer/created")


class HookStore:
    """Keeps hooks as the store does; *refused* scopes are rejected, and *calls* are the writes."""

    def __init__(self, *hooks: HookRecord, refused: tuple[str, ...] = ()) -> None:
        self.kept = {hook.hook_id: hook for hook in hooks}
        self.refused = refused
        self.calls: list[str] = []

    async def hooks(self) -> tuple[HookRecord, ...]:
        return tuple(self.kept.values())

    async def create_hook(self, scope: str, destination: str, headers: Mapping[str, str]) -> HookRecord:
        self.calls.append(f"create {scope}")
        if scope in self.refused or any((h.scope, h.destination) == (scope, destination) for h in self.kept.values()):
            raise StoreRejected("no such scope, or already there", status=422)
        hook = HookRecord(max(self.kept, default=0) + 1, scope, destination, dict(headers), True)
        self.kept[hook.hook_id] = hook
        return hook

    async def update_hook(self, hook_id: int, *, headers: Mapping[str, str], is_active: bool) -> HookRecord:
        self.calls.append(f"update {hook_id}")
        self.kept[hook_id] = replace(self.kept[hook_id], headers=dict(headers), is_active=is_active)
        return self.kept[hook_id]

    async def delete_hook(self, hook_id: int) -> None:
        self.calls.append(f"delete {hook_id}")
        if self.kept.pop(hook_id, None) is None:
            raise AbsentInStore("gone", status=404)


def hook(hook_id: int, scope: str = SCOPES[0], **fields: object) -> HookRecord:
    made = HookRecord(hook_id, scope, OURS, KEY, True)
    return replace(made, **fields)  # type: ignore[arg-type]


async def ensured(store: HookStore) -> list[str]:
    alive = await ensure_hooks(store, destination=OURS, headers=KEY, scopes=SCOPES)
    assert all(one.is_active and one.destination == OURS for one in alive)
    return sorted(one.scope for one in alive)


async def test_every_scope_gets_a_hook_with_our_secret() -> None:
    store = HookStore()

    assert await ensured(store) == sorted(SCOPES)
    assert all(one.headers == KEY for one in store.kept.values())


async def test_hooks_as_they_should_be_are_left_alone() -> None:
    store = HookStore()
    await ensured(store)
    store.calls.clear()

    await ensured(store)

    assert store.calls == []


@pytest.mark.parametrize(
    "drifted",
    [
        pytest.param(hook(1, is_active=False), id="inactive"),
        pytest.param(hook(1, headers={"X-Hook-Key": "old"}), id="an old secret"),
        pytest.param(hook(1, headers={}), id="no secret"),
        pytest.param(hook(1, headers=KEY | {"More": "x"}), id="another header"),
    ],
)
async def test_a_drifted_hook_is_set_right(drifted: HookRecord) -> None:
    store = HookStore(drifted)

    assert await ensured(store) == sorted(SCOPES)
    assert store.calls[0] == "update 1"
    assert store.kept[1] == hook(1)


async def test_header_names_may_come_back_in_another_case() -> None:
    store = HookStore(*(hook(number, scope, headers={"x-hook-key": "hush"}) for number, scope in enumerate(SCOPES, 1)))

    await ensured(store)

    assert store.calls == []


async def test_strays_on_our_destination_go_and_others_stay() -> None:
    elsewhere = hook(3, destination="https://other.test/x")
    store = HookStore(hook(1), hook(2), elsewhere, hook(4, "store/cart/*"))

    await ensured(store)

    assert {"delete 2", "delete 4"} <= set(store.calls)
    assert store.kept[3] == elsewhere


async def test_a_refused_scope_is_missing_and_the_others_work() -> None:
    store = HookStore(refused=(SCOPES[2],))

    assert await ensured(store) == sorted(SCOPES[:2])


async def test_a_store_that_refuses_every_scope_is_an_error() -> None:
    with pytest.raises(StoreRejected):
        await ensured(HookStore(refused=SCOPES))


async def test_a_duplicate_made_meanwhile_is_taken_as_ours() -> None:
    class Hasty(HookStore):
        """Somebody else, or our own request whose answer was lost, makes the hook right after we looked."""

        async def hooks(self) -> tuple[HookRecord, ...]:
            before = await super().hooks()
            self.kept.setdefault(1, hook(1))
            return before

    assert await ensured(Hasty()) == sorted(SCOPES)


async def test_a_store_that_goes_away_is_not_hidden() -> None:
    class Away(HookStore):
        async def create_hook(self, scope: str, destination: str, headers: Mapping[str, str]) -> HookRecord:
            raise StoreUnavailable("away")

    with pytest.raises(StoreUnavailable):
        await ensured(Away())


async def test_a_hook_whose_answer_was_lost_is_not_made_twice() -> None:
    class Forgetful(HookStore):
        """Makes the hook, or does not, and loses the answer once."""

        def __init__(self, *, makes_it: bool) -> None:
            super().__init__()
            self.makes_it = makes_it
            self.has_lost = False

        async def create_hook(self, scope: str, destination: str, headers: Mapping[str, str]) -> HookRecord:
            if self.has_lost or scope != SCOPES[1]:
                return await super().create_hook(scope, destination, headers)
            self.has_lost = True
            if self.makes_it:
                await super().create_hook(scope, destination, headers)
            raise StoreUnavailable("the answer broke off")

    for store in (Forgetful(makes_it=True), Forgetful(makes_it=False)):
        assert await ensured(store) == sorted(SCOPES)
        assert store.calls.count(f"create {SCOPES[1]}") == 1


async def test_removing_takes_only_ours_even_if_some_are_gone_already() -> None:
    class Vanishing(HookStore):
        async def delete_hook(self, hook_id: int) -> None:
            self.kept.pop(1, None)
            await super().delete_hook(hook_id)

    store = Vanishing(hook(1), hook(2, SCOPES[1]), hook(3, destination="https://other.test/x"))

    assert await remove_hooks(store, destination=OURS) == 2
    assert list(store.kept) == [3]


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        pytest.param([hook(1)], [], id="as it should be"),
        pytest.param([], [Fault.MISSING], id="missing"),
        pytest.param([hook(1, destination="https://else.test")], [Fault.MISSING], id="elsewhere"),
        pytest.param([hook(1, is_active=False)], [Fault.INACTIVE], id="inactive"),
        pytest.param([hook(1, headers={"X-Hook-Key": "old"})], [Fault.DISTRUSTED], id="an old secret"),
        pytest.param([hook(9)], [Fault.IDLE], id="long unused"),
        pytest.param([hook(1), hook(2)], [Fault.STRAY], id="doubled"),
        pytest.param([hook(1), hook(2, "store/other")], [Fault.STRAY], id="not wanted"),
    ],
)
def test_what_is_wrong_with_a_hook_is_named(listed: list[HookRecord], expected: list[Fault]) -> None:
    found = faults_of(listed, destination=OURS, headers=KEY, idle={9}, scopes=SCOPES[:1])

    assert [fault for _, fault in found] == expected


async def test_a_hook_long_unused_is_switched_on_once_more() -> None:
    store = HookStore(hook(1))

    await mended_hooks(store, destination=OURS, headers=KEY, idle={1}, scopes=SCOPES[:1])

    assert store.calls == ["update 1"]


async def test_every_refusal_is_told() -> None:
    store = HookStore(refused=SCOPES[:2])

    ensured = await mended_hooks(store, destination=OURS, headers=KEY, scopes=SCOPES)

    assert sorted(ensured.refused) == sorted(SCOPES[:2])
    assert [one.scope for one in ensured.alive] == [SCOPES[2]]
