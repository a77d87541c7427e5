"""JSON on a terminal: a stranger's characters are spelled out there, so that none acts on it."""

import os
import pty
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.conftest import program
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import contact

_HOSTILE = "\x9b2J\u202eeeL"


def _on_terminal(*words: str) -> str:
    """What a command prints where its stdout is a terminal."""
    ours, its = pty.openpty()
    running = program(*words, stdout=its)
    os.close(its)
    shown = b""
    with os.fdopen(ours, "rb", buffering=0) as terminal, suppress(OSError):  # EIO: the command has ended
        while chunk := terminal.read(4096):
            shown += chunk
    running.communicate(timeout=10)
    return shown.decode()


@pytest.mark.parametrize(
    "words",
    [
        ("contact", "list", "--json"),
        ("contact", "show", "ann@example.com", "--json"),
        ("contact", "export", "--format", "jsonl"),
        ("contact", "export", "ann@example.com"),
    ],
    ids=" ".join,
)
def test_json_commands_no_terminal(daemon: FakeDaemon, tmp_path: Path, words: tuple[str, ...]) -> None:
    daemon.contacts = [contact(email="ann@example.com", name=_HOSTILE)]

    shown = _on_terminal("--socket", str(tmp_path / "s"), *words)

    assert "ann@example.com" in shown
    assert shown.isascii()
    assert "\\u009b2J" in shown
