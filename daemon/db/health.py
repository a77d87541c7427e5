"""What the tables say about the state of things: counts that health and status are made of."""

import sqlite3

from daemon.db.consents import master_list


def is_master_list_there(conn: sqlite3.Connection) -> bool:
    return master_list(conn) is not None


def mistrusted_signatures(conn: sqlite3.Connection, *, latest: int) -> int:
    """How many of the *latest* deliveries had a signature that does not match the client secret we hold."""
    sql = "select count(*) from (select signature from delivery order by id desc limit ?) where signature = 'invalid'"
    return int(conn.execute(sql, (latest,)).fetchone()[0])


def database_bytes(conn: sqlite3.Connection) -> int:
    pages, size = conn.execute("pragma page_count").fetchone()[0], conn.execute("pragma page_size").fetchone()[0]
    return int(pages) * int(size)
