"""What grows with the number of orders, and how: the write unit, the file, the daemon's memory, counts and pages.

BENCH_SCALE=200000,2000000,50000000 names the sizes, in orders; each is told beside the smallest. The write unit takes
pages of new orders as a historical run brings them, and all of it is taken back: what a commit costs is not in it.
The generated file holds no order as its store sent it: a synced one is larger by that, see README.
"""

import os
import sqlite3
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial

from common.contacts import ContactQuery
from common.segments.language import parsed
from daemon.db import box, contact_list
from daemon.db.database import connect
from daemon.ingest.apply import Batch, apply
from daemon.ingest.changes import StoreKey
from daemon.records import Cause, Origin
from daemon.segments.compile import Asking
from daemon.segments.count import count
from daemon.segments.fits import Clock
from tests.bench.bench_segments import BERLIN, questions
from tests.bench.drawn import FIRST_NUMBER, new_orders
from tests.bench.generate import NOW, database
from tests.bench.linked import link
from tests.bench.report import tell
from tests.support.house import House

SIZES = sorted(int(size) for size in os.environ.get("BENCH_SCALE", "200000,2000000").split(","))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
PAGES, PAGE = 20, 250
BOXES = 100
ROWS = 100
_ORDERS_A_CONTACT = 5
_LONG_MS = 2000.0

# Ten times the rows make a tree a level deeper at most; what is looked up by key may cost that much more.
_FLAT = 1.5

# What passes every contact on its way grows with their number.
_WITH_ROWS = {"segment count", "middle page"}

Figures = dict[str, list[float]]
"""Of one size, by what was measured: a figure for each round, in milliseconds."""


async def test_growth_with_the_number_of_orders() -> None:
    found: dict[int, Figures] = {size: defaultdict(list) for size in SIZES}
    for number in range(ROUNDS):
        for size, figures in found.items():
            for what, ms in _measured(size, number):
                figures[what].append(ms)
    megabytes = {size: await _memory_mb(size) for size in SIZES}
    for size in SIZES[1:]:
        for what, took in found[size].items():
            _tell_growth(what, size, took, "ms", found[SIZES[0]][what])
        _tell_growth("memory of the daemon", size, [megabytes[size]], "MB", [megabytes[SIZES[0]]])
    print(_by_size(found, megabytes))


def _measured(size: int, number: int) -> Iterator[tuple[str, float]]:
    with closing(connect(database(size // _ORDERS_A_CONTACT), writes=True)) as conn:
        yield "new order written", _written_ms(conn, number)
    with closing(connect(database(size // _ORDERS_A_CONTACT), writes=False)) as conn:
        yield "segment count", statistics.median(_counted_ms(conn))
        yield from _paged_ms(conn)
        yield "orders of a contact", statistics.median(_boxes_ms(conn))


def _written_ms(conn: sqlite3.Connection, number: int) -> float:
    """Of one order, written in pages."""
    store, cause = StoreKey(1, "USD"), Cause(origin=Origin.HISTORICAL, now=NOW, fetched_at_ms=NOW * 1000)
    first = FIRST_NUMBER + number * PAGES * PAGE
    orders = tuple(new_orders(conn, range(first, first + PAGES * PAGE)))
    conn.execute("begin immediate")
    began = time.perf_counter()
    for at in range(0, len(orders), PAGE):
        apply(conn, store, Batch(orders=orders[at : at + PAGE]), cause)
    took = time.perf_counter() - began
    conn.execute("rollback")
    return took * 1000 / len(orders)


def _counted_ms(conn: sqlite3.Connection) -> Iterator[float]:
    """Every eighth question of the catalogue."""
    asking = Asking(Clock(NOW, BERLIN))
    for text, _, _ in list(questions())[::8]:
        yield _timed_ms(partial(count, conn, parsed(text), asking))


def _paged_ms(conn: sqlite3.Connection) -> Iterator[tuple[str, float]]:
    first = contact_list.contact_page(conn, ContactQuery(limit=ROWS))
    for name, query in (
        ("first page", ContactQuery(limit=ROWS)),
        ("next page", ContactQuery(limit=ROWS, after=first.next)),
        ("middle page", ContactQuery(limit=ROWS, offset=first.total // 2)),
        ("last page", ContactQuery(limit=ROWS, offset=first.total - ROWS)),
    ):
        yield name, _timed_ms(partial(contact_list.contact_page, conn, query))


def _boxes_ms(conn: sqlite3.Connection) -> Iterator[float]:
    """Of contacts at the same places in databases of all sizes, who have as many orders there."""
    total = contact_list.contact_count(conn)
    for at in range(BOXES):
        yield _timed_ms(partial(box.contact_by_id, conn, 1 + total * at // BOXES))


def _timed_ms(ask: Callable[[], object]) -> float:
    """The median of a few, once its pages are read; of fewer where it takes seconds."""
    ask()
    took: list[float] = []
    while len(took) < 5 and sum(took) < _LONG_MS:
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


async def _memory_mb(size: int) -> float:
    """Once it stands on the file and has shown a page."""
    file = database(size // _ORDERS_A_CONTACT)
    async with House("--orders=20", prepared=lambda folder: link(file, folder)) as house, house.api() as api:
        await api.contacts(ContactQuery(limit=ROWS))
        return house.memory_mb("VmRSS")


def _tell_growth(what: str, size: int, ours: list[float], unit: str, base: list[float]) -> None:
    most = size / SIZES[0] if what in _WITH_ROWS else _FLAT
    ratio = statistics.median(mine / of_base for mine, of_base in zip(ours, base, strict=True))
    tell(
        f"{what} at {size:,} orders",
        *(ours, unit),
        against=f"at {SIZES[0]:,}",
        baseline=base,
        budget=f"{most:g} times it",
        is_kept=ratio <= most,
    )


def _by_size(found: dict[int, Figures], megabytes: dict[int, float]) -> str:
    """A table with a line for each size."""
    whats = list(found[SIZES[0]])
    head = ["orders", "file", "bytes an order", "written", "daemon", *whats]
    lines = [head, ["---:"] * len(head)]
    for size, figures in found.items():
        of_file = database(size // _ORDERS_A_CONTACT).stat().st_size
        middles = [statistics.median(figures[what]) for what in whats]
        written = f"{1000 / middles[0]:,.0f}/s"
        cells = [f"{size:,}", f"{of_file / 1e9:.2f} GB", f"{of_file / size:,.0f}", written, f"{megabytes[size]:.0f} MB"]
        lines.append([*cells, *(f"{ms:.2f} ms" for ms in middles)])
    return "\n" + "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
