"""Many rows in one step are the rows that one after the other would be."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.db.at_once import put_rows, rows_at_once

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["", "[", "]", '"', "\\", ",", "],[", "\x00", "\x1b[31m", "null", "é", "𝄞", "{rows}"]
)
ROWS = st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), TEXTS | st.none()), max_size=120)


@pytest.fixture(scope="module")
def conn() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        opened.execute("create table thing (number integer, name text) strict")
        yield opened


@given(rows=ROWS)
def test_what_is_put_is_what_is_found(conn: sqlite3.Connection, rows: list[tuple[int, str | None]]) -> None:
    conn.execute("delete from thing")

    put_rows(conn, "insert into thing (number, name) values {rows}", rows)

    assert conn.execute("select number, name from thing order by rowid").fetchall() == rows
    found = rows_at_once(conn, "select json_array(number, name) as row from thing  -- walked", ())
    assert sorted(map(repr, map(tuple, found))) == sorted(map(repr, rows))


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 101])
def test_no_row_is_lost_where_one_statement_ends(conn: sqlite3.Connection, count: int) -> None:
    conn.execute("delete from thing")

    put_rows(conn, "insert into thing (number, name) values {rows}", ((number, "a") for number in range(count)))

    found = rows_at_once(conn, "select json_array(number) as row from thing where name = ?", ("a",))
    assert sorted(row[0] for row in found) == list(range(count))
