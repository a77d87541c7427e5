"""Derived rows made anew from base rows: for after a fault, and for the proof that they were right."""

from daemon.db import totals
from daemon.db.database import connect
from daemon.db.migrate import migrate
from daemon.lock import locked_state_dir
from daemon.settings import Settings

_CONTACTS_A_TRANSACTION = 5000


def rebuild_totals(settings: Settings) -> int:
    """Recomputes every contact's totals and gives how many contacts there are. Raises Refused while a daemon runs."""
    with locked_state_dir(settings.state_dir):
        migrate(settings.database)
        conn = connect(settings.database, writes=True)
        try:
            done, last = 0, 0
            while ids := totals.all_contact_ids(conn, after=last, limit=_CONTACTS_A_TRANSACTION):
                conn.execute("begin immediate")
                totals.rebuild_totals(conn, ids)
                conn.execute("commit")
                done, last = done + len(ids), ids[-1]
            return done
        finally:
            conn.close()
