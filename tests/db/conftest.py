"""A migrated database per test, copied from one that was migrated once."""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from daemon.db.database import Database, connect
from daemon.db.migrate import migrate


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "counterfoil.db"
    migrate(path)
    return path


@pytest.fixture
def path(empty_database: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty_database, tmp_path / "counterfoil.db"))


@pytest.fixture
def conn(path: Path) -> Iterator[sqlite3.Connection]:
    opened = connect(path, writes=True)
    opened.execute("pragma synchronous = off")  # nobody pulls the plug on a test
    yield opened
    opened.close()


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    opened = Database(path)
    yield opened
    await opened.close()
