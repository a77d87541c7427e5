"""Which contacts a rule holds for, as the predicate says that is compiled of it."""

import sqlite3

from common.segments.rules import Rule
from daemon.segments.compile import Asking, compiled


def members(conn: sqlite3.Connection, rule: Rule, asking: Asking, *, after: int = 0, limit: int = 1000) -> list[int]:
    """Ids of the contacts *rule* holds for, ascending, the first *limit* above *after*.

    Raises what `compiled` raises.
    """
    predicate = compiled(rule, asking)
    sql = f"select id from contact where contact.id > ? and {predicate.text} order by contact.id limit ?"
    return [row[0] for row in conn.execute(sql, (after, *predicate.values, limit))]
