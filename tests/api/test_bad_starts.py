"""The daemon as a process, started in all the wrong ways: told in words, with a remedy, and nothing damaged."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from daemon.db.migrate import migrate
from daemon.lock import locked_state_dir

pytestmark = pytest.mark.slow

HOUSE = Path(__file__).parents[2]
Started = subprocess.CompletedProcess[str]


@pytest.fixture
def start(folder: Path) -> Callable[..., Started]:
    """Runs `counterfoild` to its end, in *folder* unless told otherwise."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERFOIL_")}
    usual = {"COUNTERFOIL_STATE_DIR": str(folder), "COUNTERFOIL_PUBLIC__LISTEN": "127.0.0.1:0"}

    def run(*words: str, **settings: str) -> Started:
        given = {f"COUNTERFOIL_{name}": value for name, value in settings.items()}
        return subprocess.run(
            [sys.executable, "-m", "daemon", *(words or ("run",))],
            cwd=HOUSE,
            env={**clean, **usual, **given},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    return run


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def told(done: Started, exit_code: int, *words: str) -> None:
    """The process ended with *exit_code* and said *words*; a remedy follows on a line of its own."""
    assert done.returncode == exit_code, done.stderr
    assert "Traceback" not in done.stderr
    assert all(word in done.stderr for word in words), done.stderr
    first, *remedy = done.stderr.strip().splitlines()
    assert first.startswith("counterfoild: ")
    assert remedy
    assert done.stdout == ""


def content(folder: Path) -> dict[str, bytes]:
    """The database's files, byte by byte."""
    return {file.name: file.read_bytes() for file in folder.glob("counterfoil.db*")}


def test_an_unknown_setting(start: Callable[..., Started], folder: Path) -> None:
    told(start(PUBLIC_LISTEN="127.0.0.1:0"), 2, "COUNTERFOIL_PUBLIC_LISTEN", "COUNTERFOIL_PUBLIC__LISTEN")

    assert list(folder.iterdir()) == []


def test_an_unknown_setting_in_the_file(start: Callable[..., Started], folder: Path) -> None:
    (folder / "c.toml").write_text("[sync]\ncatchup_minutes = 5\n")

    told(start("run", "--config", str(folder / "c.toml")), 2, "c.toml, line 2", "sync.catch_up_minutes")


def test_a_configuration_that_cannot_be_read(start: Callable[..., Started], folder: Path) -> None:
    told(start("run", "--config", str(folder)), 2, "cannot be read", "permissions")
    told(start(CONFIG=str(folder / "none.toml")), 2, "none.toml", "No such file")


def test_a_state_folder_that_cannot_be_written(start: Callable[..., Started], folder: Path) -> None:
    (folder / "file").write_text("in the way")

    told(start(STATE_DIR=str(folder / "file" / "state")), 1, "cannot be written", "COUNTERFOIL_STATE_DIR")

    assert (folder / "file").read_text() == "in the way"


def test_a_database_of_a_newer_version(start: Callable[..., Started], folder: Path) -> None:
    migrate(folder / "counterfoil.db")
    with closing(sqlite3.connect(folder / "counterfoil.db")) as conn:
        conn.execute("pragma user_version = 9999")
    before = content(folder)

    told(start(), 1, "newer Counterfoil", "9999", "Install that version")

    assert content(folder) == before
    assert not (folder / "counterfoil.sock").exists()


def test_a_database_of_another_program(start: Callable[..., Started], folder: Path) -> None:
    with closing(sqlite3.connect(folder / "counterfoil.db")) as conn:
        conn.execute("create table theirs (id integer)")
    before = content(folder)

    told(start(), 1, "not one of Counterfoil's")

    assert content(folder) == before


def test_a_port_that_is_taken(start: Callable[..., Started], folder: Path, taken_port: int) -> None:
    told(
        start(PUBLIC__LISTEN=f"127.0.0.1:{taken_port}"),
        1,
        f"127.0.0.1:{taken_port}",
        "in use",
        "COUNTERFOIL_PUBLIC__LISTEN",
    )

    assert not (folder / "counterfoil.sock").exists()


def test_a_state_folder_in_which_a_daemon_works(start: Callable[..., Started], folder: Path) -> None:
    with locked_state_dir(folder):
        for command in ("run", "migrate", "rebuild"):
            told(start(command), 1, f"process {os.getpid()}", "COUNTERFOIL_STATE_DIR")


def test_a_socket_that_is_served(start: Callable[..., Started], folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(folder / "other.sock"))
        other.listen()

        told(start(SOCKET=str(folder / "other.sock")), 1, "Another daemon serves", "COUNTERFOIL_SOCKET")

        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(str(folder / "other.sock"))


def test_a_file_in_the_sockets_place(start: Callable[..., Started], folder: Path) -> None:
    (folder / "letter").write_text("dear friend")

    told(start(SOCKET=str(folder / "letter")), 1, "is no socket", "COUNTERFOIL_SOCKET")

    assert (folder / "letter").read_text() == "dear friend"


def test_a_socket_path_that_is_too_long(start: Callable[..., Started], folder: Path) -> None:
    told(start(SOCKET=str(folder / ("x" * 120))), 2, "107 bytes", "shorter")


def test_check_says_what_is_in_force_and_starts_nothing(start: Callable[..., Started], folder: Path) -> None:
    done = start("check", BIGCOMMERCE__CLIENT_SECRET="s3cret")

    assert done.returncode == 0
    assert str(folder) in done.stdout
    assert "s3cret" not in done.stdout
    assert list(folder.iterdir()) == []


def test_migrate_twice_has_nothing_left_to_do(start: Callable[..., Started], folder: Path) -> None:
    first, second = start("migrate"), start("migrate")

    assert (first.returncode, second.returncode) == (0, 0)
    assert "0001_base.sql" in first.stdout
    assert "up to date" in second.stdout
    shutil.rmtree(folder)
