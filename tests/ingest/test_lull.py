"""While the rows of a page are being made nobody reads the next one; it is read beside SQLite."""

import asyncio
from collections.abc import Iterator

import pytest

from daemon.ingest.apply import Batch, apply
from daemon.ingest.lull import Lull
from daemon.records import Cause, Origin
from tests.support.ledger import NOW, Ledger, customer, order


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger() as opened:
        yield opened


async def _is_let_go_on(lull: Lull) -> bool:
    """Whether somebody who waits goes on without anything else happening."""
    waiting = asyncio.create_task(lull.wait())
    for _ in range(3):
        await asyncio.sleep(0)
    done = waiting.done()
    waiting.cancel()
    return done


async def test_whoever_reads_waits_until_the_rows_are_in_or_the_write_is_over() -> None:
    lull = Lull()

    assert await _is_let_go_on(lull)
    with lull.writing() as on_rows:
        assert not await _is_let_go_on(lull)
        waiting = asyncio.create_task(lull.wait())
        await asyncio.to_thread(on_rows)  # as the writer's lane does
        await waiting
    with lull.writing():
        assert not await _is_let_go_on(lull)
    assert await _is_let_go_on(lull)


async def test_a_write_that_fails_keeps_nobody_waiting() -> None:
    lull = Lull()

    with pytest.raises(RuntimeError), lull.writing():
        raise RuntimeError

    assert await _is_let_go_on(lull)


def test_rows_are_in_before_anything_is_summed_up(ledger: Ledger) -> None:
    cause = Cause(origin=Origin.HISTORICAL, now=NOW, fetched_at_ms=1)
    seen: list[object] = []

    def on_rows() -> None:
        for table in ("store_order", "order_line", "order_raw"):
            seen.extend(ledger.rows(f"select count(*) from {table}"))
        seen.extend(ledger.rows("select orders from contact"))

    with ledger.transaction():
        batch = Batch(customers=(customer(),), orders=(order(1),))
        apply(ledger.conn, ledger.keys[0], batch, cause, on_rows=on_rows)

    assert seen == [1, 1, 1, 0]
    assert ledger.rows("select orders from contact") == [1]
