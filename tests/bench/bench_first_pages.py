"""How long first pages take: of a rule's contacts against that of all contacts, where the sort has an index, and of
many products against that of few.

The count that is told with it is not in it: see bench_segments. BENCH_CONTACTS=200000 makes it smaller.
"""

import sqlite3
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from common.contacts import ContactQuery, ContactSort
from common.products import ProductQuery, ProductSort
from common.segments.language import parsed
from daemon.db import contact_list, products, shelf
from daemon.db.database import connect
from daemon.db.migrate import migrate
from daemon.segments.compile import Asking
from daemon.segments.count import count
from daemon.segments.fits import Clock
from daemon.segments.page import page_alone
from tests.bench.bench_segments import BERLIN, CONTACTS, ROUNDS, questions
from tests.bench.generate import NOW, database, goods
from tests.bench.report import tell

SORTS = (ContactSort.LAST_ORDER, ContactSort.REVENUE, ContactSort.EMAIL)


def test_first_pages_of_rules_against_that_of_all_contacts() -> None:
    asking = Asking(Clock(NOW, BERLIN))
    with closing(connect(database(CONTACTS), writes=False)) as conn:
        rules = {text: parsed(text) for text, _, _ in questions()}
        totals = {text: count(conn, rule, asking) for text, rule in rules.items()}
        for sort in SORTS:
            query = ContactQuery(sort=sort)
            everybody_ms = _timed(partial(contact_list.page_of, conn, query, total=0))
            took = {
                text: _timed(partial(page_alone, conn, query, rule, asking, total=totals[text]))
                for text, rule in rules.items()
            }
            tell(
                f"first pages of {len(rules)} rules by {sort}",
                *([statistics.median(took.values())], "ms"),
                against="of all contacts",
                baseline=[everybody_ms],
                budget="50 ms",
                is_kept=statistics.median(took.values()) <= 50,
            )
            for text, ms in sorted(took.items(), key=lambda one: -one[1])[:8]:
                print(f"{ms:8.1f}  {text}")


MANY, FEW = 200_000, 10_000


def test_first_pages_of_many_products_against_those_of_few(tmp_path: Path) -> None:
    with closing(_listed(tmp_path, MANY)) as many, closing(_listed(tmp_path, FEW)) as few:
        for sort in ProductSort:
            query = ProductQuery(sort=sort)
            ours = _timed(partial(products.product_page, many, query))
            tell(
                f"first page of {MANY:,} products by {sort}",
                *([ours], "ms"),
                against=f"of {FEW:,}",
                baseline=[_timed(partial(products.product_page, few, query))],
                budget="50 ms",
                is_kept=ours <= 50,
            )


def _listed(folder: Path, count: int) -> sqlite3.Connection:
    """A database with that many products, of which two thirds are sold."""
    path = folder / f"{count}.db"
    migrate(path)
    conn = connect(path, writes=True)
    conn.execute("begin")
    goods(conn, count)
    conn.execute(
        "insert into product_total select store_id, product_id, 'USD', 1 + 1000000 / id, 1 + 100000 / id, "
        "id * 7919 % 1000003 from item where id % 3"
    )
    shelf.rebuild(conn)
    conn.execute("commit")
    return conn


def _timed(ask: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        ask()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)
