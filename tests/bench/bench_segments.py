"""How long it takes to count who fits a rule, against DuckDB that is asked the same of the same rows.

Every condition of the catalogue by its example, and twelve rules of several. Both take turns, and the median of each
counts. BENCH_CONTACTS=200000 makes it smaller; `python -m tests.bench.bench_segments order_time` asks only that.
"""

import csv
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from common.segments.language import parsed
from common.segments.rules import Rule
from daemon.db.database import connect
from daemon.segments.compile import Asking
from daemon.segments.count import count
from daemon.segments.fits import Clock
from tests.bench.generate import NOW, database
from tests.bench.questions import combined, conditions
from tests.bench.report import tell

CONTACTS = int(os.environ.get("BENCH_CONTACTS", "1000000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
BERLIN = ZoneInfo("Europe/Berlin")

# What DuckDB is given: rows as they came, without what we derive of them.
_TABLES = {
    "store": "id, hash, timezone",
    "contact": "id, email, first_name, last_name, phone, created_at",
    "customer": "contact_id, store_id, company, accepts_marketing, deleted_at",
    "contact_tag": "contact_id, tag_id, added_at",
    "tag": "id, name",
    "list_member": "contact_id, list_id, status, changed_at",
    "list": "id, name",
    "category_set": "id, names",
    "item": "id, product_id, name, sku, category_set_id, brand, is_on_sale, rating",
    "store_order": "id, store_id, number, contact_id, status, store_status, counts, deleted_at, currency, total_minor, "
    "refunded_minor, discount_minor, products, placed_at, shipping_method, payment_method, place_id",
    "place": "id, country_code, state, city, postal_code",
    "order_line": "order_id, position, item_id, contact_id, quantity, price_minor",
    "cart": "id, contact_id, status, closed_as, currency, total_minor, abandoned_at",
    "cart_line": "cart_id, item_id",
}

_NULL = "\\N"


@dataclass(frozen=True)
class Row:
    rule: str
    is_combined: bool
    ours_ms: float
    duck_ms: float
    ours: int
    duck: int

    @property
    def ratio(self) -> float:
        return self.ours_ms / self.duck_ms


def test_counts_of_segments_against_duckdb() -> None:
    rows = measured()
    report(rows)
    _told(rows)
    assert [row.rule for row in rows if row.ours != row.duck] == []


def measured(*only: str) -> list[Row]:
    """Of the rules with one of *only* in them; none given = of all."""
    path = database(CONTACTS)
    with closing(connect(path, writes=False)) as ours, duckdb.connect(str(_duck_file(path)), read_only=True) as duck:
        asking = Asking(Clock(NOW, BERLIN))
        rows = []
        for rule, sql, is_combined in questions():
            if not only or any(part in rule for part in only):
                rows.append(_row(ours, duck, asking, (rule, sql, is_combined)))
                print(_line(rows[-1]), flush=True)
        return rows


def questions() -> Iterator[tuple[str, str, bool]]:
    after = round(datetime(2026, 1, 2, tzinfo=BERLIN).timestamp())
    yield from ((rule, sql, False) for rule, sql in conditions(NOW, after))
    yield from ((rule, sql, True) for rule, sql in combined(NOW, after))


def _row(
    ours: sqlite3.Connection, duck: duckdb.DuckDBPyConnection, asking: Asking, question: tuple[str, str, bool]
) -> Row:
    text, sql, is_combined = question
    rule = parsed(text)

    def of_duck() -> int:
        found = duck.execute(sql).fetchone()
        assert found is not None
        return int(found[0])

    times: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        (mine, ours_ms), (theirs, duck_ms) = _timed(lambda: _count(ours, rule, asking)), _timed(of_duck)
        times.append((ours_ms, duck_ms))
    ours_ms, duck_ms = (statistics.median(each) for each in zip(*times, strict=True))
    return Row(text, is_combined, ours_ms, duck_ms, mine, theirs)


def _count(conn: sqlite3.Connection, rule: Rule, asking: Asking) -> int:
    return count(conn, rule, asking)


def _timed(ask: Callable[[], int]) -> tuple[int, float]:
    began = time.perf_counter()
    found = ask()
    return found, (time.perf_counter() - began) * 1000


def _duck_file(path: Path) -> Path:
    """The rows of *path* in DuckDB, copied unless they are there."""
    copied, part = path.with_suffix(".duckdb"), path.with_suffix(".duckdb-part")
    if not copied.exists():
        part.unlink(missing_ok=True)
        with duckdb.connect(str(part)) as duck, closing(connect(path, writes=False)) as ours:
            for table, columns in _TABLES.items():
                _copy(ours, duck, table, columns)
        part.rename(copied)
    return copied


def _copy(ours: sqlite3.Connection, duck: duckdb.DuckDBPyConnection, table: str, columns: str) -> None:
    """By way of a file of comma-separated values: DuckDB's reader of SQLite files would have to be downloaded."""
    kinds = {row[0]: row[1] for row in ours.execute("select name, type from pragma_table_info(?)", (table,))}
    shape = ", ".join(f"{name} {'bigint' if kinds[name] == 'INTEGER' else 'varchar'}" for name in columns.split(", "))
    duck.execute(f"create table {table} ({shape})")
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="", encoding="utf-8") as file:
        told = ", ".join(f"ifnull({name}, '{_NULL}')" for name in columns.split(", "))
        csv.writer(file).writerows(ours.execute(f"select {told} from {table}"))
        file.flush()
        duck.execute(f"copy {table} from '{file.name}' (header false, nullstr '{_NULL}')")


def report(rows: list[Row]) -> None:
    for name, some in (
        ("conditions", [row for row in rows if not row.is_combined]),
        ("combined", [row for row in rows if row.is_combined]),
        ("all", rows),
    ):
        if some:
            print(
                f"{name}: median {statistics.median(row.ours_ms for row in some):.0f} ms, "
                f"worst {max(row.ours_ms for row in some):.0f} ms, "
                f"median ratio {statistics.median(row.ratio for row in some):.2f}; "
                f"DuckDB {statistics.median(row.duck_ms for row in some):.0f} ms"
            )


def _told(rows: list[Row]) -> None:
    worst, ratio = max(rows, key=lambda row: row.ours_ms), statistics.median(row.ratio for row in rows)
    tell(
        f"segment counts at {CONTACTS:,} contacts, {len(rows)} rules",
        *([row.ours_ms for row in rows], "ms"),
        against="DuckDB on the same rows",
        baseline=[row.duck_ms for row in rows],
        budget="100 ms, and 1.0 of it",
        is_kept=ratio <= 1 and statistics.median(row.ours_ms for row in rows) <= 100,
    )
    tell(
        f"the slowest of them, `{worst.rule}`",
        *([worst.ours_ms], "ms"),
        against="DuckDB",
        baseline=[worst.duck_ms],
        budget="600 ms",
        is_kept=worst.ours_ms <= 600,
    )


def _line(row: Row) -> str:
    differs = "" if row.ours == row.duck else f"  DIFFERS: DuckDB counts {row.duck:,}"
    return f"{row.ours_ms:8.1f} {row.duck_ms:8.1f} {row.ratio:7.2f} {row.ours:9,}  {row.rule}{differs}"


if __name__ == "__main__":
    report(measured(*sys.argv[1:]))
