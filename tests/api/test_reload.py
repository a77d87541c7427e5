"""Settings are read anew while the daemon runs: all or nothing, and what has to wait is told."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from common.client import ApiClient
from common.errors import Invalid
from daemon.app import Daemon
from daemon.settings import Settings, load_settings
from tests.api.conftest import IMPATIENT

BASE = 'log_level = "warning"\n[public]\nlisten = "127.0.0.1:0"\nurl = "http://127.0.0.1:2"\n'


@pytest.fixture
def file(folder: Path) -> Path:
    made = folder / "counterfoil.toml"
    made.write_text(BASE, "utf-8")
    return made


def put(file: Path, text: str) -> None:
    file.write_text(text, "utf-8")


@pytest.fixture
async def reloading(folder: Path, file: Path) -> AsyncIterator[Daemon]:
    read = partial(load_settings, file, state_dir=folder)
    level = logging.getLogger().level
    async with Daemon(read(), patience=IMPATIENT, read=read) as running:
        yield running
    logging.getLogger().setLevel(level)


@pytest.fixture
async def client(reloading: Daemon, folder: Path) -> AsyncIterator[ApiClient]:
    async with ApiClient(folder / "counterfoil.sock") as opened:
        yield opened


async def test_what_can_change_is_in_force_at_once_and_the_rest_waits_for_a_restart(
    client: ApiClient, file: Path
) -> None:
    put(
        file,
        BASE.replace("warning", "error")
        + 'max_body_bytes = 2048\n[sync]\nquiet_hours = "01:00-05:00"\ncatch_up_minutes = 30\n'
        "[bigcommerce]\nquota_share = 0.25\n[access]\noperators = ['adm']\n",
    )

    done = await client.reload()

    assert {one.name: (one.before, one.after) for one in done.applied} == {
        "log_level": ("warning", "error"),
        "sync.quiet_hours": ("none", "01:00-05:00"),
        "sync.catch_up_minutes": ("15", "30"),
        "bigcommerce.quota_share": ("0.5", "0.25"),
        "access.operators": ("", "adm"),
    }
    assert [one.name for one in done.waiting] == ["public.max_body_bytes"]
    assert logging.getLogger().level == logging.ERROR
    connecting = await client.connecting()
    assert (connecting.quota_share, connecting.quiet_hours) == (0.25, "01:00-05:00")


async def test_what_waits_is_told_by_the_settings_and_the_health_until_it_is_taken_back(
    client: ApiClient, file: Path
) -> None:
    put(file, 'timezone = "Europe/Berlin"\n' + BASE)
    await client.reload()

    by_name = {one.name: one for group in (await client.settings()).groups for one in group.settings}
    assert (by_name["timezone"].value, by_name["timezone"].waits, by_name["timezone"].wanted) == (
        "UTC", True, "Europe/Berlin",
    )  # fmt: skip
    assert "settings-waiting" in [item.code for item in (await client.status()).health]

    put(file, BASE)
    await client.reload()

    assert "settings-waiting" not in [item.code for item in (await client.status()).health]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('log_level = "error"\n[sync]\ncatch_up_minutes = -1\n', "line 3: sync.catch_up_minutes"),
        ('log_level = "error"\n[access]\nadmins = ["nosuchgroup"]\n', "line 3: access.admins"),
        ("log_level = \n", "not valid TOML"),
        ('log_levle = "error"\n', "line 1: log_levle"),
    ],
)
async def test_settings_with_a_mistake_leave_all_as_it_was_and_say_where_it_is(
    client: ApiClient, reloading: Daemon, file: Path, text: str, told: str
) -> None:
    before = reloading.reloader.settings.model_dump()
    put(file, text)

    with pytest.raises(Invalid, match=told):
        await client.reload()

    assert reloading.reloader.settings.model_dump() == before
    (item,) = [item for item in (await client.status()).health if item.code == "settings-refused"]
    assert told in item.title

    put(file, BASE)
    await client.reload()
    assert "settings-refused" not in [item.code for item in (await client.status()).health]


async def test_a_signal_does_the_same_and_no_mistake_ends_the_daemon(reloading: Daemon, file: Path) -> None:
    told: list[str] = []

    @contextmanager
    def around() -> Iterator[None]:
        told.append("begins")
        yield
        told.append("ends")

    reloading.reloader.around = around
    put(file, "nonsense")
    await reloading.reloader.on_signal()
    put(file, BASE.replace("warning", "info"))
    await reloading.reloader.on_signal()

    assert reloading.reloader.settings.log_level == "info"
    assert told[0] == "begins"


async def test_another_public_address_has_every_stores_hooks_looked_at(client: ApiClient, file: Path) -> None:
    put(file, BASE.replace("127.0.0.1:2", "127.0.0.1:3"))

    await client.reload()

    assert (await client.status()).public_url == "http://127.0.0.1:3"


def test_settings_are_never_shared_between_daemons(folder: Path) -> None:
    given = Settings(state_dir=folder)

    assert Daemon(given).reloader.settings.public is not given.public
