"""What grows with the number of orders, and how: the write unit, the file, the daemon's memory, counts and pages.

BENCH_SCALE=200000,2000000,50000000 names the sizes, in orders; each is told beside the smallest. The write unit takes
pages of new orders as a historical run brings them, and all of it is taken back: what a commit costs is not in it.
"""

import os
import random
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

from common.contacts import ContactQuery
from common.segments.language import parsed
from daemon.db import contact_list
from daemon.db.database import connect
from daemon.ingest.apply import Batch, apply
from daemon.ingest.changes import StoreKey
from daemon.records import Cause, OrderRecord, Origin
from daemon.segments.compile import Asking
from daemon.segments.count import count
from daemon.segments.fits import Clock
from tests.bench.bench_segments import BERLIN, questions
from tests.bench.generate import NOW, database
from tests.bench.linked import link
from tests.bench.report import tell
from tests.db.rows import line, order
from tests.support.house import House

SIZES = [int(size) for size in os.environ.get("BENCH_SCALE", "200000,2000000").split(",")]
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
PAGES, PAGE = 20, 250
_FIRST_NUMBER = 90_000_000  # above all that a database holds
_ORDERS_A_CONTACT = 5

# As "flat or logarithmic" is meant: ten times the rows cost at most this much more.
_FLAT = 1.5


@dataclass(slots=True)
class Figures:
    """Of one size, a figure a round: orders/s of the write unit, and milliseconds of the rest."""

    written: list[float] = field(default_factory=list)
    counts: list[float] = field(default_factory=list)
    pages: dict[str, list[float]] = field(default_factory=dict)


async def test_growth_with_the_number_of_orders() -> None:
    found = {size: Figures() for size in SIZES}
    for number in range(ROUNDS):
        for size, figures in found.items():
            _measure(size, figures, number)
    megabytes = {size: await _memory_mb(size) for size in SIZES}
    least = SIZES[0]
    for size in SIZES[1:]:
        _told(size, found[size], least, found[least])
        _tell_growth(f"memory of the daemon at {size:,} orders", [megabytes[size]], "MB", [megabytes[least]], least)
    for size in SIZES:
        print(_line(size, found[size], megabytes[size]))


def _measure(size: int, figures: Figures, number: int) -> None:
    with closing(connect(database(size // _ORDERS_A_CONTACT), writes=True)) as conn:
        figures.written.append(_written_per_s(conn, number))
        figures.counts.append(statistics.median(_counted_ms(conn)))
        for name, ms in _paged_ms(conn).items():
            figures.pages.setdefault(name, []).append(ms)


def _written_per_s(conn: sqlite3.Connection, number: int) -> float:
    store = StoreKey(1, "USD")
    cause = Cause(origin=Origin.HISTORICAL, now=NOW, fetched_at_ms=NOW * 1000)
    pages = list(_new_orders(conn, number))
    conn.execute("begin immediate")
    began = time.perf_counter()
    for page in pages:
        apply(conn, store, Batch(orders=page), cause)
    took = time.perf_counter() - began
    conn.execute("rollback")
    return PAGES * PAGE / took


def _new_orders(conn: sqlite3.Connection, number: int) -> Iterator[tuple[OrderRecord, ...]]:
    """Of customers drawn at random, two and a half lines each."""
    dice = random.Random(number)
    (highest,) = conn.execute("select max(id) from customer").fetchone()
    sql = "select customer_id from customer where id >= ? and store_id = 1 order by id limit 1"
    for page in range(PAGES):
        numbers = range(_FIRST_NUMBER + page * PAGE, _FIRST_NUMBER + (page + 1) * PAGE)
        buyers = [conn.execute(sql, (dice.randrange(1, highest - 100),)).fetchone()[0] for _ in numbers]
        yield tuple(
            order(
                new, buyer, placed_at=NOW, modified_at=NOW, lines=tuple(line(4 * new + k) for k in range(2 + new % 2))
            )
            for new, buyer in zip(numbers, buyers, strict=True)
        )


def _counted_ms(conn: sqlite3.Connection) -> Iterator[float]:
    """Every eighth question of the catalogue."""
    asking = Asking(Clock(NOW, BERLIN))
    for text, _, _ in list(questions())[::8]:
        yield _timed_ms(partial(count, conn, parsed(text), asking))


def _paged_ms(conn: sqlite3.Connection) -> dict[str, float]:
    total = contact_list.contact_page(conn, ContactQuery(limit=1)).total
    places = {"first": 0, "middle": total // 2, "last": total - 100}
    return {
        name: _timed_ms(partial(contact_list.contact_page, conn, ContactQuery(limit=100, offset=offset)))
        for name, offset in places.items()
    }


def _timed_ms(ask: Callable[[], object]) -> float:
    """The median of a few, once its pages are read."""
    ask()
    took = []
    for _ in range(5):
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


async def _memory_mb(size: int) -> float:
    """Once it stands on the file and has shown a page."""
    file = database(size // _ORDERS_A_CONTACT)
    async with House("--orders=20", prepared=lambda folder: link(file, folder)) as house, house.api() as api:
        await api.contacts(ContactQuery(limit=100))
        return house.memory_mb("VmRSS")


def _told(size: int, ours: Figures, least: int, base: Figures) -> None:
    seconds, of_base = ([1000 / rate for rate in one.written] for one in (ours, base))
    _tell_growth(f"a new order written at {size:,} orders", seconds, "ms", of_base, least)
    for name, took in ours.pages.items():
        _tell_growth(f"{name} page of contacts at {size:,} orders", took, "ms", base.pages[name], least)
    tell(
        f"segment counts, median, at {size:,} orders",
        *(ours.counts, "ms"),
        against=f"at {least:,}",
        baseline=base.counts,
        budget=f"with the rows: {size / least:g} times it",
        is_kept=statistics.median(a / b for a, b in zip(ours.counts, base.counts, strict=True)) <= 1.2 * size / least,
    )


def _tell_growth(what: str, ours: list[float], unit: str, base: list[float], least: int) -> None:
    ratio = statistics.median(mine / of_base for mine, of_base in zip(ours, base, strict=True))
    budget = f"{_FLAT} times it"
    tell(what, ours, unit, against=f"at {least:,}", baseline=base, budget=budget, is_kept=ratio <= _FLAT)


def _line(size: int, figures: Figures, memory_mb: float) -> str:
    size_bytes = database(size // _ORDERS_A_CONTACT).stat().st_size
    pages = " / ".join(f"{statistics.median(took):.1f}" for took in figures.pages.values())
    return (
        f"{size:>12,} orders: {size_bytes / 2**30:.2f} GB, {size_bytes / size:,.0f} bytes an order; "
        f"written {statistics.median(figures.written):,.0f} orders/s; "
        f"count {statistics.median(figures.counts):.1f} ms; pages {pages} ms; daemon {memory_mb:.0f} MB"
    )
