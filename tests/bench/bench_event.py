"""What it costs to work in one changed order, at a million contacts against ten thousand.

The whole write unit with its commit, turn about on copies of both databases. BENCH_CONTACTS=200000 makes the larger one
smaller.
"""

import sqlite3
import statistics
import time
from contextlib import ExitStack, closing

from daemon.db.database import connect
from daemon.ingest.apply import Batch, apply
from daemon.ingest.changes import StoreKey
from daemon.records import Cause, Origin
from tests.bench.bench_segments import CONTACTS, ROUNDS
from tests.bench.drawn import FIRST_NUMBER, new_orders
from tests.bench.generate import NOW
from tests.bench.linked import copied
from tests.bench.report import tell

FEW = 10_000
EVENTS = 500
CAUSE = Cause(origin=Origin.LIVE, now=NOW, fetched_at_ms=NOW * 1000)


def test_one_order_worked_in_at_a_million_contacts_against_ten_thousand() -> None:
    with ExitStack() as stack:
        files = [stack.enter_context(copied(contacts, "events")) for contacts in (FEW, CONTACTS)]
        few, many = (stack.enter_context(closing(connect(file, writes=True))) for file in files)
        ours, baseline = [], []
        for number in range(ROUNDS + 1):
            of_few, of_many = _worked_in_ms(few, number), _worked_in_ms(many, number)
            if number:  # the first round warms both
                baseline.append(of_few)
                ours.append(of_many)
    ratio = statistics.median(many / few for many, few in zip(ours, baseline, strict=True))
    tell(
        f"one changed order at {CONTACTS:,} contacts",
        *(ours, "ms"),
        against=f"at {FEW:,}",
        baseline=baseline,
        budget="1.3 times it",
        is_kept=ratio <= 1.3,
    )


def _worked_in_ms(conn: sqlite3.Connection, number: int) -> float:
    """The median over orders of customers drawn at random."""
    store = StoreKey(1, "USD")
    took = []
    first = FIRST_NUMBER + number * EVENTS
    for record in new_orders(conn, range(first, first + EVENTS)):
        began = time.perf_counter()
        conn.execute("begin immediate")
        apply(conn, store, Batch(orders=(record,)), CAUSE)
        conn.execute("commit")
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)
