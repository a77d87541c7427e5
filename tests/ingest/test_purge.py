"""Erasing a store: nothing of it is left, nothing of another is touched, and it may be broken off anywhere."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
from pydantic import SecretStr

from common.errors import Invalid, NotFound, Refused
from common.segments.answers import MemberQuery, SegmentSave
from common.stores import StoreAdd
from daemon.db import purge, stores
from daemon.sandbox.store import SandboxStore
from tests.support import truth
from tests.support.bench import Bench, eventually, small_store

FIRST, OTHER = "simstore1", "otherstore"


@pytest.fixture
async def two() -> AsyncIterator[Bench]:
    """Two synced stores that share some customers."""
    first = small_store(awkward=True)
    other = small_store(customers=8, orders=25, awkward=True, store_hash=OTHER, clock=first.clock)
    async with Bench(first, other) as running:
        for store in running.stores:
            await running.synced(store=store)
        yield running


async def _purged(bench: Bench, store_hash: str) -> None:
    async def is_gone() -> bool:
        return store_hash not in [store.hash for store in (await bench.api.stores()).stores]

    await eventually(is_gone)


async def _boxes(bench: Bench) -> dict[str, tuple[object, ...]]:
    """Every contact's box without the names: those of a shared contact may come from either store."""
    boxes = {email: truth.shown(contact) for email, contact in (await bench.contacts()).items()}
    return {email: _bought(box) for email, box in boxes.items()}


def _bought(box: truth.Box) -> tuple[object, ...]:
    return box.totals, box.orders, box.carts


def _expected(store: SandboxStore) -> dict[str, tuple[object, ...]]:
    return {email: _bought(box) for email, box in truth.expected(store).items()}


def _tables(conn: sqlite3.Connection) -> list[str]:
    """Every table with rows of a store."""
    names = [row[0] for row in conn.execute("select name from sqlite_schema where type = 'table'")]
    return [name for name in names if "store_id" in {row[1] for row in conn.execute(f"pragma table_info({name})")}]


def _left_of(bench: Bench, store_id: int) -> dict[str, int]:
    with closing(bench.database()) as conn:
        sql = "select count(*) from {} where store_id = ?"
        counts = {table: conn.execute(sql.format(table), (store_id,)).fetchone()[0] for table in _tables(conn)}
        return {table: count for table, count in counts.items() if count}


async def test_nothing_is_left_of_a_purged_store_and_the_other_is_as_it_was(two: Bench) -> None:
    shared = set(truth.expected(two.stores[0])) & set(truth.expected(two.stores[1]))
    assert shared, "the stores must share customers for this to prove anything"
    (store_id,) = two.rows("select id from store where hash = ?", FIRST)

    await two.api.purge_store(FIRST, confirm=FIRST)
    await _purged(two, FIRST)

    assert _left_of(two, store_id) == {}
    assert await _boxes(two) == _expected(two.stores[1])
    assert (await two.api.status()).contacts == len(_expected(two.stores[1]))
    assert two.rows("select count(*) from contact where revenue_currency = ''") == [0]
    with closing(two.database()) as conn:
        assert conn.execute("pragma foreign_key_check").fetchall() == []
        assert conn.execute("pragma integrity_check").fetchall() == [("ok",)]
        orphans = (
            "select count(*) from category_set where names != '[]' "
            "and not exists (select 1 from item where category_set_id = category_set.id)"
        )
        assert conn.execute(orphans).fetchone() == (0,)
        unused = "select count(*) from place where id not in (select place_id from store_order where place_id)"
        assert conn.execute(unused).fetchone() == (0,)
        lines = "select count(*) from order_line where order_id not in (select id from store_order)"
        assert conn.execute(lines).fetchone() == (0,)


async def test_a_purge_removes_the_hooks_first(two: Bench) -> None:
    await two.api.purge_store(FIRST, confirm=FIRST)
    await _purged(two, FIRST)

    assert not two.stores[0].office.book.hooks
    assert two.stores[1].office.book.hooks


async def test_a_purge_without_the_hash_typed_again_does_nothing(two: Bench) -> None:
    with pytest.raises(Invalid, match="is not the hash"):
        await two.api.purge_store(FIRST, confirm=OTHER)

    assert (await two.api.store(FIRST)).state == "connected"


async def test_a_store_nobody_knows_cannot_be_purged(two: Bench) -> None:
    with pytest.raises(NotFound):
        await two.api.purge_store("nobody", confirm="nobody")


async def test_a_purge_goes_on_after_a_restart_from_where_it_was(two: Bench) -> None:
    await two.api.delete_store(FIRST)
    await two.stop()
    with closing(two.database(writes=True)) as conn:  # what a daemon killed in the middle leaves behind
        (store_id,) = conn.execute("select id from store where hash = ?", (FIRST,)).fetchone()
        stores.ask_for_purge(conn, store_id, now=1)
        for _ in range(12):
            conn.execute("begin")
            assert purge.erase_some(conn, store_id, limit=7).rows
            conn.execute("commit")

    await two.start()
    await _purged(two, FIRST)

    assert _left_of(two, store_id) == {}
    assert await _boxes(two) == _expected(two.stores[1])


async def test_every_piece_of_a_purge_leaves_right_totals(two: Bench) -> None:
    await two.api.delete_store(FIRST)
    await two.stop()
    with closing(two.database(writes=True)) as conn:
        (store_id,) = conn.execute("select id from store where hash = ?", (FIRST,)).fetchone()
        while purge.erase_some(conn, store_id, limit=5).rows:
            differs = (
                "select count(*) from contact where orders != "
                "(select count(*) from store_order where contact_id = contact.id and counts)"
            )
            assert conn.execute(differs).fetchone() == (0,)
            places = (
                "select contact_id, place_id from contact_place except select contact_id, place_id from store_order"
            )
            assert conn.execute(places).fetchall() == []
        purge.erase_store(conn, store_id)
    await two.start()


def _adding(store: SandboxStore, *, hooks: bool) -> StoreAdd:
    identity = store.identity
    return StoreAdd(store=identity.store_hash, token=SecretStr(identity.token), hooks=hooks)


async def test_a_store_that_is_being_erased_cannot_be_connected_yet(two: Bench) -> None:
    await two.api.delete_store(FIRST)
    await two.stop()
    with closing(two.database(writes=True)) as conn:
        conn.execute("update store set purge_asked_at = 1 where hash = ?", (FIRST,))
        conn.execute("create trigger held before delete on store_order begin select raise(abort, 'held'); end")
    await two.start()

    with pytest.raises(Refused, match="is being erased"):
        await two.api.add_store(_adding(two.store, hooks=True))


async def test_a_purged_store_can_be_connected_anew(two: Bench) -> None:
    await two.api.purge_store(FIRST, confirm=FIRST)
    await _purged(two, FIRST)

    store = await two.api.add_store(_adding(two.store, hooks=False))

    assert (store.orders, store.customers) == (0, 0)
    await two.synced(store=two.stores[0])
    assert await _boxes(two) == {email: _bought(box) for email, box in truth.expected(*two.stores).items()}


async def test_a_purge_beside_a_run_at_work_leaves_nothing_and_harms_nobody() -> None:
    other = small_store(customers=8, orders=25, store_hash=OTHER)
    async with Bench(small_store(customers=20, orders=900, clock=other.clock), other, hooks=False) as bench:
        bench.store.faults.values["page-latency"] = 0.1
        run_id = await bench.started()

        async def has_orders() -> bool:
            return (await bench.api.run(run_id)).orders > 0

        await eventually(has_orders)
        await bench.api.purge_store(FIRST, confirm=FIRST)
        await _purged(bench, FIRST)

        await bench.synced(store=other)
        assert await _boxes(bench) == _expected(other)


async def test_a_segment_that_names_a_purged_store_says_so_and_goes_on(two: Bench) -> None:
    rule = f'total_orders on store "{OTHER}" > 0'
    await two.api.save_segment("Others", rule)
    await two.api.save_segment("Not them", 'not in segment "Others"')
    assert (await two.api.segment("Others")).warning == ""

    await two.api.purge_store(OTHER, confirm=OTHER)
    await _purged(two, OTHER)

    async def are_all_gone() -> bool:
        return not (await two.api.segment("Others")).members

    await eventually(are_all_gone)
    shown = await two.api.segment("Others")
    assert (shown.fault, shown.rule) == ("", rule)
    assert OTHER in shown.warning == (await two.api.segment("Not them")).warning
    health = [item.title for item in (await two.api.status()).health if item.code == "segment-store-gone"]
    assert [OTHER in title for title in health] == [True, True]

    newcomer = two.store.customers.create("new@example.org", "New", "Comer")
    two.store.orders.place(newcomer.id)
    await two.deliver()

    assert (await two.api.count_rule("Others")).count == 0
    members = await two.api.segment_members(MemberQuery(name="Not them", limit=1000))
    assert "new@example.org" in [one.email for one in members.contacts]
    again = await two.api.apply_segments([SegmentSave(name="Others", rule=rule)])
    assert again.unchanged == ["Others"]
    with pytest.raises(Invalid, match=f"no store “{OTHER}”"):
        await two.api.save_segment("Others", f"{rule} or {rule}")
