"""New orders of customers drawn at random, as a store would bring them to a generated database."""

import random
import sqlite3
from collections.abc import Iterator

from daemon.records import OrderRecord
from tests.bench.generate import NOW
from tests.db.rows import line, order

FIRST_NUMBER = 90_000_000
"""Above all that a generated database holds."""


def new_orders(conn: sqlite3.Connection, numbers: range) -> Iterator[OrderRecord]:
    """Of two and a half lines each; the same *numbers* draw the same places in databases of all sizes."""
    dice = random.Random(numbers.start)
    (highest,) = conn.execute("select max(id) from customer").fetchone()
    sql = "select customer_id from customer where id >= ? and +store_id = 1 order by id limit 1  -- primary key"
    for number in numbers:
        (buyer,) = conn.execute(sql, (1 + int(dice.random() * (highest - 100)),)).fetchone()
        lines = tuple(line(number * 4 + place) for place in range(2 + number % 2))
        yield order(number, buyer, placed_at=NOW, modified_at=NOW, lines=lines)
