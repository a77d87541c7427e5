"""Everything that is stored encrypted, so that it can be encrypted anew."""

import sqlite3
from collections.abc import Callable

_COLUMNS = ("token", "client_secret", "hook_key", "former_hook_key")


def reseal(conn: sqlite3.Connection, anew: Callable[[bytes], bytes]) -> int:
    """Puts *anew* of every secret in its place, in one transaction: all of them, or none. How many there are."""
    conn.execute("begin immediate")
    try:
        rows = conn.execute(f"select id, {', '.join(_COLUMNS)} from store").fetchall()
        for row_id, *sealed in rows:
            conn.execute(
                f"update store set {', '.join(f'{name} = ?' for name in _COLUMNS)} where id = ?",
                (*(one and anew(one) for one in sealed), row_id),
            )
        conn.execute("commit")
    except BaseException:
        if conn.in_transaction:
            conn.execute("rollback")
        raise
    return sum(one is not None for _, *sealed in rows for one in sealed)
