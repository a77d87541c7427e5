"""What the tables say about the state of things: counts that health and status are made of."""

import sqlite3

from daemon.db.consents import master_list


def is_master_list_there(conn: sqlite3.Connection) -> bool:
    """Also under another name, where a store follows it."""
    sql = "select exists (select 1 from store_setting where name = 'lists.follow_rename' and value = 'on')"
    follows = bool(conn.execute(sql).fetchone()[0])
    return master_list(conn, follows_rename=follows) is not None


def mistrusted_signatures(conn: sqlite3.Connection, *, latest: int) -> int:
    """How many of the *latest* deliveries had a signature that does not match the client secret we hold."""
    sql = "select count(*) from (select signature from delivery order by id desc limit ?) where signature = 'invalid'"
    return int(conn.execute(sql, (latest,)).fetchone()[0])


def database_bytes(conn: sqlite3.Connection) -> int:
    pages, size = conn.execute("pragma page_count").fetchone()[0], conn.execute("pragma page_size").fetchone()[0]
    return int(pages) * int(size)
