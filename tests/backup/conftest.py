"""A state folder with a database in it, that holds a store, a person and an order."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from daemon.db.database import connect
from daemon.db.migrate import migrate
from daemon.settings import Settings
from daemon.vault import opened_vault
from tests.segments.shop import NOON, Shop


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    migrate(folder / "counterfoil.db", now=NOON)
    with closing(connect(folder / "counterfoil.db", writes=True)) as conn:
        shop = Shop(conn)
        shop.person("ann")
        shop.person("bob")
        conn.execute("update store set token = ?", (opened_vault(folder).seal("token"),))
    return folder


@pytest.fixture
def settings(filled: Path, tmp_path: Path) -> Settings:
    return Settings(state_dir=Path(shutil.copytree(filled, tmp_path / "state")))
