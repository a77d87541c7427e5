"""What a change of one contact costs in the write unit with 50 saved segments: many contacts against few.

Everything is taken back at the end. BENCH_CONTACTS=200000 makes the larger database smaller.
"""

import os
import random
import statistics
import time
from contextlib import closing

from daemon.db import totals
from daemon.db.database import connect
from daemon.segments import membership, shelf
from daemon.segments.fits import Clock
from daemon.segments.membership import Why
from daemon.segments.shelf import Wanted
from tests.bench.bench_saved_segments import RULES
from tests.bench.bench_segments import BERLIN, CONTACTS
from tests.bench.generate import NOW, database
from tests.bench.report import tell

FEW = 10_000
CHANGES = 200
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))


def test_a_change_at_a_million_contacts_against_ten_thousand() -> None:
    few, many = [], []
    for _ in range(ROUNDS):
        few.append(settled_ms(FEW))
        many.append(settled_ms(CONTACTS))
    tell(
        f"one contact in {len(RULES)} segments at {CONTACTS:,} contacts",
        *(many, "ms"),
        against=f"at {FEW:,}",
        baseline=few,
        budget="1.3 times it",
        is_kept=statistics.median(more / less for more, less in zip(many, few, strict=True)) <= 1.3,
    )


def settled_ms(contacts: int) -> float:
    """The median over contacts, once their members are those of now."""
    dice, clock = random.Random(1), Clock(NOW, BERLIN)
    with closing(connect(database(contacts), writes=True)) as conn:
        conn.execute("begin immediate")
        try:
            shelf.save(conn, [Wanted(f"s{number}", rule) for number, rule in enumerate(RULES)], now=NOW)
            conn.execute("update segment set as_of = ?, owed = 0", (NOW,))
            took = []
            for contact_id in (dice.randrange(1, contacts) for _ in range(CHANGES)):
                for is_first in (True, False):
                    began = time.perf_counter()
                    totals.refresh_totals(conn, [contact_id])
                    membership.settle(conn, [contact_id], clock, Why.LIVE)
                    if not is_first:
                        took.append((time.perf_counter() - began) * 1000)
        finally:
            conn.execute("rollback")
    return statistics.median(took)
