"""Derived rows made anew from base rows: for after a fault, and for the proof that they were right."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from daemon.clock import Clock, SystemClock
from daemon.db import product_totals, sales, totals
from daemon.db.database import connect
from daemon.db.migrate import migrate
from daemon.lock import locked_state_dir
from daemon.segments import fits
from daemon.segments.keeper import compute_all
from daemon.settings import Settings

_CONTACTS_A_TRANSACTION = 5000


def rebuild_totals(settings: Settings) -> int:
    """Recomputes every contact's totals, what was sold of each product and what stores sold; gives how many contacts.

    Raises Refused while a daemon runs.
    """
    with _alone(settings) as conn:
        conn.execute("begin immediate")
        product_totals.rebuild(conn)
        conn.execute("commit")
        done, last = 0, 0
        while ids := totals.all_contact_ids(conn, after=last, limit=_CONTACTS_A_TRANSACTION):
            conn.execute("begin immediate")
            totals.rebuild_totals(conn, ids)
            conn.execute("commit")
            done, last = done + len(ids), ids[-1]
        conn.execute("begin immediate")
        sales.rebuild(conn)
        conn.execute("commit")
        return done


def rebuild_memberships(settings: Settings, clock: Clock) -> int:
    """Recomputes the members of every saved segment as of now and gives how many segments there are.

    Raises Refused while a daemon runs.
    """
    with _alone(settings) as conn:
        conn.execute("begin immediate")
        segments = compute_all(conn, fits.Clock(clock.now(), settings.zone))
        conn.execute("commit")
        return segments


@contextmanager
def _alone(settings: Settings) -> Iterator[sqlite3.Connection]:
    with locked_state_dir(settings.state_dir):
        migrate(settings.database, now=SystemClock().now())
        conn = connect(settings.database, writes=True)
        try:
            yield conn
        finally:
            conn.close()
