"""What benchmarks stand on is a database as the daemon would have written it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from daemon.db.database import connect
from daemon.db.migrate import migrate
from daemon.settings import Settings
from tests.bench import generate
from tests.bench.generate import database
from tests.support import soundness

CONTACTS = 300
DRAWN = 100  # each has two twins


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    folder = tmp_path_factory.mktemp("bench")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COUNTERFOIL_BENCH_DIR", str(folder))
        patch.setattr(generate, "DRAWN", DRAWN)
        settings = Settings(state_dir=folder)
        database(CONTACTS).rename(settings.database)
        yield settings


@pytest.fixture
def conn(settings: Settings) -> Iterator[sqlite3.Connection]:
    with closing(connect(settings.database, writes=False)) as conn:
        yield conn


def test_its_schema_is_that_of_the_daemon(conn: sqlite3.Connection, tmp_path: Path) -> None:
    migrate(tmp_path / "empty.db")
    sql = "select type, name, sql from sqlite_schema order by 1, 2"
    with closing(connect(tmp_path / "empty.db", writes=False)) as empty:
        assert conn.execute(sql).fetchall() == empty.execute(sql).fetchall()


def test_a_rebuild_changes_nothing(settings: Settings) -> None:
    assert soundness.is_rebuilt_alike(settings)


def test_nothing_is_wrong_but_that_orders_came_without_their_steps(settings: Settings) -> None:
    assert {what for what in soundness.faults_in(settings) if "step" not in what} == set()


def test_orders_are_in_the_store_of_their_buyers_account_and_count_as_their_status_says(
    conn: sqlite3.Connection,
) -> None:
    odd = (
        "select store_order.number from store_order left join customer using (store_id, customer_id, contact_id) "
        "where customer.id is null or counts != (store_status in ('Completed', 'Shipped'))"
    )
    assert conn.execute(odd).fetchall() == []
    assert conn.execute("select count(*) from store_order").fetchone() == (5 * CONTACTS,)
