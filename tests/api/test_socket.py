"""The Unix socket: for user and group, never taken over from the living, gone when the daemon is."""

import os
import socket
import stat
from pathlib import Path

import pytest

from common.client import ApiClient
from common.errors import Refused
from daemon.api.server import bound_socket
from daemon.app import Daemon
from tests.api.conftest import settings_in


def dead_socket(path: Path) -> None:
    """Leaves at *path* what a killed daemon leaves."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


async def test_the_socket_is_open_to_user_and_group_only(daemon: Daemon, folder: Path) -> None:
    mode = (folder / "counterfoil.sock").stat().st_mode

    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o660


async def test_the_socket_is_gone_when_the_daemon_has_stopped(folder: Path) -> None:
    async with Daemon(settings_in(folder)):
        pass

    assert not (folder / "counterfoil.sock").exists()


async def test_a_socket_left_by_a_killed_daemon_is_replaced(folder: Path) -> None:
    dead_socket(folder / "counterfoil.sock")

    async with Daemon(settings_in(folder)), ApiClient(folder / "counterfoil.sock") as client:
        await client.status()


async def test_a_living_socket_is_not_taken_over(daemon: Daemon, folder: Path, client: ApiClient) -> None:
    with pytest.raises(Refused, match="Another daemon serves") as refused:
        bound_socket(folder / "counterfoil.sock")

    assert "COUNTERFOIL_SOCKET" in refused.value.remedy
    await client.status()


async def test_a_second_daemon_in_the_same_folder_is_refused_and_harms_nothing(
    daemon: Daemon, folder: Path, client: ApiClient
) -> None:
    with pytest.raises(Refused, match="Another daemon"):
        await Daemon(settings_in(folder)).__aenter__()

    await client.status()


async def test_a_second_daemon_at_the_same_socket_is_refused_and_harms_nothing(
    daemon: Daemon, folder: Path, client: ApiClient
) -> None:
    other = settings_in(folder / "other").model_copy(update={"socket": folder / "counterfoil.sock"})

    with pytest.raises(Refused, match="serves the socket"):
        await Daemon(other).__aenter__()

    await client.status()


def test_a_file_in_the_sockets_place_is_kept(folder: Path) -> None:
    (folder / "precious.txt").write_text("a letter")

    with pytest.raises(Refused, match="is no socket"):
        bound_socket(folder / "precious.txt")

    assert (folder / "precious.txt").read_text() == "a letter"


def test_a_folder_in_the_sockets_place_is_refused(folder: Path) -> None:
    with pytest.raises(Refused, match="is no socket"):
        bound_socket(folder)


def test_a_place_that_cannot_be_is_refused(folder: Path) -> None:
    (folder / "file").touch()

    with pytest.raises(Refused, match="cannot be made") as refused:
        bound_socket(folder / "file" / "x.sock")

    assert "COUNTERFOIL_SOCKET" in refused.value.remedy


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_place_that_is_closed_to_us_is_refused(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o000)

    with pytest.raises(Refused, match="cannot be made: Permission denied"):
        bound_socket(closed / "x.sock")


def test_a_folder_that_is_not_there_is_made(folder: Path) -> None:
    bound_socket(folder / "run" / "x.sock").close()

    assert (folder / "run").is_dir()


async def test_after_a_start_that_failed_the_next_one_succeeds(folder: Path) -> None:
    (folder / "counterfoil.db").write_bytes(b"no database at all, but long enough to be looked at " * 20)
    with pytest.raises(Refused, match="cannot be used"):
        await Daemon(settings_in(folder)).__aenter__()
    (folder / "counterfoil.db").unlink()

    async with Daemon(settings_in(folder)), ApiClient(folder / "counterfoil.sock") as client:
        await client.status()


async def test_a_key_that_opens_no_token_stops_the_start_with_a_remedy(folder: Path) -> None:
    (folder / "counterfoil.key").write_bytes(b"damaged")
    (folder / "counterfoil.key").chmod(0o600)

    with pytest.raises(Refused, match="cannot be used") as refused:
        await Daemon(settings_in(folder)).__aenter__()

    assert "backup" in refused.value.remedy
    assert not (folder / "counterfoil.sock").exists()
