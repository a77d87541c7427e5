"""What a database that comes back from a backup is asked, and what it is told of those who were erased since."""

import sqlite3
from contextlib import closing
from pathlib import Path

from daemon.db.erasing import hash_of_email

Ban = tuple[bytes, bytes, int]
"""A row of `erased`: hash, person, erased_at."""


def sealed_tokens(conn: sqlite3.Connection) -> dict[str, bytes]:
    """The stores' tokens as they are kept, by the store's hash."""
    return dict(conn.execute("select hash, token from store where state != 'deleted' order by hash").fetchall())


def bans_in(database: Path) -> list[Ban]:
    """Who was erased, by a database of whatever version. Raises sqlite3.Error."""
    with closing(sqlite3.connect(database)) as conn:
        return conn.execute("select hash, person, erased_at from erased").fetchall()


def ban(conn: sqlite3.Connection, bans: list[Ban], *, key: bytes) -> int:
    """Keeps *bans* and notes the contacts they are of as being erased; gives how many contacts that are."""
    conn.execute("begin immediate")
    new = {row[0] for row in bans} - {row[0] for row in conn.execute("select hash from erased")}
    conn.executemany("insert or ignore into erased values (?, ?, ?)", bans)
    contacts = conn.execute("select id, email from contact") if new else []
    back = [(contact_id, email) for contact_id, email in contacts if hash_of_email(key, email) in new]
    conn.executemany("insert or ignore into erasure values (?, ?)", back)
    conn.execute("commit")
    return len(back)


def seal_anew(
    conn: sqlite3.Connection, store_hash: str, *, token: bytes, client_secret: bytes, hook_key: bytes
) -> None:
    """The store has these secrets from now on and has to be reconnected, which gives it right ones."""
    conn.execute(
        "update store set token = ?, client_secret = ?, hook_key = ?, former_hook_key = null, "
        "state = 'needs_reconnect', state_reason = 'The key of its token was lost.' where hash = ?",
        (token, client_secret, hook_key, store_hash),
    )
