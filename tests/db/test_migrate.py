"""Migrations: forward only, whole or not at all, and never over a stranger's file."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from common.errors import Refused
from daemon.db.database import connect
from daemon.db.migrate import APPLICATION_ID, Migration, migrate, migrations

NEXT = Migration(
    version=len(migrations()) + 1, name="next.sql", sql="create table note (id integer primary key) strict;"
)
BROKEN = Migration(
    version=NEXT.version, name="broken.sql", sql="create table note (id); insert into nothing values (1);"
)


def pragma(path: Path, name: str) -> int:
    with closing(sqlite3.connect(path)) as conn:
        return int(conn.execute(f"pragma {name}").fetchone()[0])


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as conn:
        return {row[0] for row in conn.execute("select name from sqlite_schema where type = 'table'")}


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_versions_count_up_from_one_without_a_gap() -> None:
    assert [migration.version for migration in migrations()] == list(range(1, len(migrations()) + 1))


def test_a_fresh_database_gets_every_migration(tmp_path: Path) -> None:
    path = tmp_path / "new.db"

    assert migrate(path) == [migration.name for migration in migrations()]
    assert (pragma(path, "user_version"), pragma(path, "application_id")) == (len(migrations()), APPLICATION_ID)
    assert {"contact", "store_order", "delivery", "run"} <= tables(path)


def test_a_fresh_database_is_for_its_owner_alone(tmp_path: Path) -> None:
    migrate(tmp_path / "new.db")
    with closing(connect(tmp_path / "new.db", writes=True)) as conn:
        conn.execute("insert into tag (name) values ('x')")
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}

    assert set(modes.values()) == {0o600}, modes


def test_a_fresh_database_holds_the_tag_and_the_list_of_all_customers(conn: sqlite3.Connection) -> None:
    assert conn.execute("select name from tag").fetchall() == [("bigcommerce-customer",)]
    assert conn.execute("select name from list").fetchall() == [("Master Contact List",)]


def test_migrating_twice_does_nothing(path: Path) -> None:
    before = path.read_bytes()

    assert migrate(path) == []
    assert path.read_bytes() == before


def test_a_fresh_database_is_not_copied(tmp_path: Path) -> None:
    migrate(tmp_path / "new.db")

    assert [file.name for file in tmp_path.glob("*before*")] == []


def test_a_database_is_copied_before_it_is_changed(path: Path) -> None:
    assert migrate(path, [*migrations(), NEXT]) == ["next.sql"]

    copy = path.with_name(f"counterfoil.db.before-{NEXT.version:04}")
    assert "note" in tables(path)
    assert "note" not in tables(copy)
    assert pragma(copy, "user_version") == len(migrations())
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_a_migration_that_fails_changes_nothing(path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="nothing"):
        migrate(path, [*migrations(), BROKEN])

    assert "note" not in tables(path)
    assert pragma(path, "user_version") == len(migrations())


def test_a_migration_that_failed_can_be_done_again(path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        migrate(path, [*migrations(), BROKEN])

    assert migrate(path, [*migrations(), NEXT]) == ["next.sql"]


def test_a_database_of_a_newer_version_is_refused_and_not_touched(path: Path) -> None:
    migrate(path, [*migrations(), NEXT])
    before = files(path.parent)

    with pytest.raises(Refused, match="newer Counterfoil") as refused:
        migrate(path)

    assert files(path.parent) == before
    assert "Install that version" in refused.value.remedy


def test_a_database_of_another_program_is_refused_and_not_touched(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as conn:
        conn.execute("create table theirs (id integer)")
    before = files(tmp_path)

    with pytest.raises(Refused, match="not one of Counterfoil's"):
        migrate(tmp_path / "other.db")

    assert files(tmp_path) == before


@pytest.mark.parametrize("content", [b"this is a letter to a friend, " * 50, b"SQLite format 3\0" + b"\xff" * 600])
def test_a_file_that_is_no_database_is_refused_and_not_touched(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "letter.db").write_bytes(content)

    with pytest.raises(Refused, match="cannot be used") as refused:
        migrate(tmp_path / "letter.db")

    assert files(tmp_path) == {"letter.db": content}
    assert "backup" in refused.value.remedy


def test_a_folder_in_the_files_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "counterfoil.db").mkdir()

    with pytest.raises(Refused, match="cannot be used"):
        migrate(tmp_path / "counterfoil.db")


def test_an_empty_file_is_a_fresh_database(tmp_path: Path) -> None:
    (tmp_path / "new.db").touch()

    assert migrate(tmp_path / "new.db")
