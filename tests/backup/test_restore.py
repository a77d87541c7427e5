"""Backups and putting them back: what is refused, what is kept aside, and what the key and the erased say to it."""

import shutil
import sqlite3
import stat
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from common.errors import CounterfoilError, NotFound, Refused
from daemon.backup import copying
from daemon.backup.copying import copied
from daemon.backup.restore import restore
from daemon.backup.shelf import backups_in, manifest_of, read_manifest
from daemon.backup.words import lines_of
from daemon.db import erasing
from daemon.db.database import connect
from daemon.db.migrate import Migration, migrate, migrations
from daemon.lock import locked_state_dir
from daemon.settings import Settings
from daemon.vault import opened_vault
from tests.segments.shop import NOON

EMAILS = "select email from contact order by email"
BOTH = ["ann@example.com", "bob@example.com"]
NEXT = Migration(version=len(migrations()) + 1, name="next.sql", sql="create table note (id integer primary key);")


def rows(database: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(database)) as conn:
        return [row[0] for row in conn.execute(sql)]


def write(database: Path, *statements: str) -> None:
    with closing(connect(database, writes=True)) as conn:
        for statement in statements:
            conn.execute(statement)


@pytest.fixture
def backup(settings: Settings) -> Path:
    return settings.backup_dir / copied(settings.database, settings.backup_dir, now=NOON).file


def test_a_backup_holds_what_was_committed_while_others_write(settings: Settings) -> None:
    with closing(connect(settings.database, writes=True)) as writer:
        writer.execute("insert into tag (name) values ('before')")
        writer.execute("begin immediate")
        writer.execute("insert into tag (name) values ('not committed')")
        made = copied(settings.database, settings.backup_dir, now=NOON)
        writer.execute("rollback")

    assert rows(settings.backup_dir / made.file, "select name from tag") == ["bigcommerce-customer", "before"]
    assert (made.counts["contact"], made.counts["tag"]) == (2, 2)


def test_a_backup_is_of_the_moment_it_began(settings: Settings) -> None:
    """Each step of the copy finds another transaction committed; none of them is in it."""
    with closing(connect(settings.database, writes=True)) as writer:

        def disturb(done: int, _: int) -> None:
            writer.execute("insert into tag (name) values (?)", (str(done),))

        made = copied(settings.database, settings.backup_dir, now=NOON, on_step=disturb)

    assert rows(settings.backup_dir / made.file, "select count(*) from tag") == [1]
    assert rows(settings.database, "select count(*) > 1 from tag") == [1]


def test_a_backup_is_for_its_owner_alone_and_leaves_nothing_beside_it(settings: Settings, backup: Path) -> None:
    files = list(settings.backup_dir.iterdir())

    assert {file.name.removeprefix(backup.name) for file in files} == {"", ".json", ".sha256"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_its_checksum_is_one_that_sha256sum_confirms(backup: Path) -> None:
    words = ["sha256sum", "--check", "--strict", f"{backup.name}.sha256"]

    assert subprocess.run(words, cwd=backup.parent, capture_output=True, check=True).stdout.endswith(b": OK\n")


def test_it_may_be_read_where_nothing_may_be_written(backup: Path) -> None:
    with closing(sqlite3.connect(backup)) as conn:
        assert conn.execute("pragma journal_mode").fetchone() == ("delete",)


def test_of_one_that_is_broken_off_nothing_is_left(settings: Settings) -> None:
    def stop(_: int, __: int) -> None:
        raise OSError("the disk is gone")

    with pytest.raises(Refused, match="the disk is gone"):
        copied(settings.database, settings.backup_dir, now=NOON, on_step=stop)

    assert list(settings.backup_dir.iterdir()) == []


def test_none_is_begun_that_would_fill_the_disk(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(settings.state_dir)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    with pytest.raises(Refused, match="have to be free, and 0 MB are"):
        copied(settings.database, settings.backup_dir, now=NOON)


def test_what_was_lost_since_is_there_again_and_the_rest_is_kept_aside(settings: Settings, backup: Path) -> None:
    write(settings.database, "delete from contact where email = 'ann@example.com'")

    done = restore(settings, backup, now=NOON)

    assert rows(settings.database, EMAILS) == BOTH
    assert done.aside is not None
    assert rows(done.aside, EMAILS) == ["bob@example.com"]
    assert "opens the tokens of all stores" in "\n".join(lines_of(done))


def test_restoring_twice_in_one_second_keeps_both(settings: Settings, backup: Path) -> None:
    write(settings.database, "delete from contact where email = 'ann@example.com'")

    first, second = restore(settings, backup, now=NOON).aside, restore(settings, backup, now=NOON).aside

    assert first is not None
    assert second is not None
    assert (rows(first, EMAILS), rows(second, EMAILS)) == (["bob@example.com"], BOTH)


def test_what_stood_in_the_journal_is_kept_aside_too(settings: Settings, backup: Path) -> None:
    """As after a kill: nobody has taken the journal into the file."""
    with closing(connect(settings.database, writes=True)) as conn:
        conn.execute("delete from contact where email = 'ann@example.com'")
        killed = {
            suffix: settings.database.with_name(f"counterfoil.db{suffix}").read_bytes() for suffix in ("", "-wal")
        }
    for suffix, content in killed.items():
        settings.database.with_name(f"counterfoil.db{suffix}").write_bytes(content)

    aside = restore(settings, backup, now=NOON).aside

    assert rows(settings.database, EMAILS) == BOTH
    assert aside is not None
    assert rows(aside, EMAILS) == ["bob@example.com"]


def test_a_damaged_database_is_replaced_and_kept_as_it_is(settings: Settings, backup: Path) -> None:
    settings.database.write_bytes(b"SQLite format 3\0" + b"\xff" * 600)

    aside = restore(settings, backup, now=NOON).aside

    assert rows(settings.database, EMAILS) == BOTH
    assert aside is not None
    assert aside.read_bytes().endswith(b"\xff")


def test_on_a_fresh_machine_there_is_nothing_to_keep(settings: Settings, backup: Path, tmp_path: Path) -> None:
    fresh = Settings(state_dir=tmp_path / "fresh")

    done = restore(fresh, backup, now=NOON)

    assert rows(fresh.database, EMAILS) == BOTH
    assert (done.aside, done.unopened) == (None, ("abc123", "def456"))
    assert "is missing" in "\n".join(lines_of(done))
    assert not (fresh.state_dir / "counterfoil.key").exists()


def _damage(backup: Path) -> None:
    content = bytearray(backup.read_bytes())
    content[9000] ^= 1
    backup.write_bytes(content)


def _cut(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-4096])


def _rewrite(backup: Path, **changed: object) -> None:
    manifest_of(backup).write_text(read_manifest(backup).model_copy(update=changed).model_dump_json())


def _exchange(backup: Path, content: bytes) -> None:
    backup.write_bytes(content)
    _rewrite(backup, sha256=copying.sha256_of(backup))


REFUSED = {
    "a byte": (_damage, "its checksum is another one"),
    "its end": (_cut, "its checksum is another one"),
    "manifest": (lambda backup: manifest_of(backup).unlink(), "has no manifest"),
    "newer": (lambda backup: _rewrite(backup, schema_version=99, made_by="9.1"), "newer Counterfoil"),
    "rows": (lambda backup: _rewrite(backup, counts={"contact": 3}), "contact has 2 rows, and 3 when it was made"),
    "no database": (lambda backup: _exchange(backup, b"hello" * 900), "file is not a database"),
    "not there": (lambda backup: backup.unlink(), "There is no backup"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_relied_on_is_refused_and_nothing_is_changed(
    settings: Settings, backup: Path, what: str
) -> None:
    spoil, why = REFUSED[what]
    spoil(backup)
    write(settings.database, "delete from contact where email = 'ann@example.com'")
    before = {file.name for file in settings.state_dir.iterdir()}

    with pytest.raises(CounterfoilError, match=why) as refused:
        restore(settings, backup, now=NOON)

    assert isinstance(refused.value, Refused | NotFound)
    assert refused.value.remedy
    assert rows(settings.database, EMAILS) == ["bob@example.com"]
    assert {file.name for file in settings.state_dir.iterdir()} - before <= {"counterfoil.lock"}


def test_a_row_that_points_nowhere_is_found(settings: Settings) -> None:
    write(settings.database, "pragma foreign_keys = off", "insert into contact_tag values (77, 1, 0, '')")
    made = copied(settings.database, settings.backup_dir, now=NOON)

    with pytest.raises(Refused, match="a row of contact_tag points at a row of contact that is not there"):
        restore(settings, settings.backup_dir / made.file, now=NOON)


def test_beside_a_daemon_nothing_is_restored(settings: Settings, backup: Path) -> None:
    with locked_state_dir(settings.state_dir), pytest.raises(Refused, match="Another daemon"):
        restore(settings, backup, now=NOON)


def test_of_a_key_that_opens_nothing_is_told_and_a_lost_one_can_be_given_up(settings: Settings) -> None:
    write(settings.database, "update store set former_hook_key = token")
    backup = settings.backup_dir / copied(settings.database, settings.backup_dir, now=NOON + 1).file
    (settings.state_dir / "counterfoil.key").unlink()
    other = opened_vault(settings.state_dir)

    told = restore(settings, backup, now=NOON)
    given_up = restore(settings, backup, now=NOON + 1, is_key_lost=True)

    assert "--key-lost" in "\n".join(lines_of(told))
    assert "counterfoil store reconnect HASH" in "\n".join(lines_of(given_up))
    with closing(sqlite3.connect(settings.database)) as conn:
        secrets = conn.execute("select state, token, client_secret, hook_key from store").fetchall()
        assert conn.execute("select count(former_hook_key) from store").fetchone() == (0,)
    assert [(state, other.open(token), other.open(secret)) for state, token, secret, _ in secrets] == [
        ("needs_reconnect", "lost", "")
    ] * 2
    assert all(len(other.open(hook_key)) > 30 for *_, hook_key in secrets)


def test_who_was_erased_since_does_not_come_back(settings: Settings, backup: Path) -> None:
    key = opened_vault(settings.state_dir).person_key
    with closing(connect(settings.database, writes=True)) as conn:
        bans = erasing.Bans(erasing.hash_of_email(key, "ann@example.com"))
        erasing.begin(conn, 1, "ann@example.com", bans, now=NOON)
        while erasing.erase_some(conn, erasing.Erasure(1, "ann@example.com"), limit=100):
            pass

    done = restore(settings, backup, now=NOON)

    assert done.erased == 1
    assert rows(settings.database, "select email from erasure") == ["ann@example.com"]
    assert rows(settings.database, "select count(*) from erased") == [1]


def test_an_upgrade_is_undone_by_restoring_what_was_kept_before_it(settings: Settings) -> None:
    """The way back to the program of before: the newer database is refused, its forerunner is restored."""
    migrate(settings.database, [*migrations(), NEXT], now=NOON)
    write(settings.database, "insert into note values (1)")
    with pytest.raises(Refused, match="newer Counterfoil") as refused:
        migrate(settings.database)

    kept = settings.state_dir / f"counterfoil.db.before-{NEXT.version:04}"
    done = restore(settings, kept, now=NOON)

    assert f"`counterfoild restore {kept}`" in refused.value.remedy
    assert migrate(settings.database) == []
    assert rows(settings.database, EMAILS) == BOTH
    assert done.aside is not None
    assert rows(done.aside, "select id from note") == [1]


def test_an_upgrade_that_cannot_keep_a_copy_changes_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(settings.state_dir)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    with pytest.raises(Refused, match="could not be copied"):
        migrate(settings.database, [*migrations(), NEXT], now=NOON)

    assert rows(settings.database, "select count(*) from sqlite_schema where name = 'note'") == [0]


def test_two_backups_of_one_second_have_two_names(settings: Settings, backup: Path) -> None:
    copied(settings.database, settings.backup_dir, now=NOON)

    assert len(backups_in(settings.backup_dir)) == 2
