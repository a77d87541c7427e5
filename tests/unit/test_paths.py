"""Where client and daemon look when nobody says otherwise."""

from pathlib import Path

import pytest

from common.paths import client_socket, default_socket, default_state_dir

VARIABLES = ("COUNTERFOIL_SOCKET", "COUNTERFOIL_STATE_DIR", "STATE_DIRECTORY", "RUNTIME_DIRECTORY", "XDG_STATE_HOME")


@pytest.fixture(autouse=True)
def _nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_a_socket_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_SOCKET", "/a.sock")

    assert client_socket("/b.sock") == Path("/b.sock")
    assert client_socket() == Path("/a.sock")


def test_a_state_folder_of_ones_own_holds_its_own_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_STATE_DIR", "/state")

    assert client_socket() == Path("/state/counterfoil.sock")


def test_the_service_managers_folders_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", "/var/lib/counterfoil:/var/lib/other")
    monkeypatch.setenv("RUNTIME_DIRECTORY", "/run/cf")

    assert default_state_dir() == Path("/var/lib/counterfoil")
    assert default_socket() == Path("/run/cf/counterfoil.sock")


def test_a_user_has_a_state_folder_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/home/ann/state")

    assert default_state_dir() == Path("/home/ann/state/counterfoil")
