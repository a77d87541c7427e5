"""`counterfoil demo --headless` with stand-ins for its two programs: what it starts, and that nothing stays behind."""

import json
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
from click.testing import Result

from common.errors import CounterfoilError
from tests.cli.conftest import SOURCES, Cli, program
from tui.cli.children import Children, ended_by_signals

_DEADLINE_S = 10


class Demo(Protocol):
    def __call__(self, *words: str, standin: str = "") -> Result: ...


@pytest.fixture
def temporary() -> Iterator[Path]:
    """Where throw-away folders are made; short enough for sockets, so that all of a demo is in it."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture
def demo(temporary: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Demo:
    """Runs a headless demo in this process; *standin* names what goes wrong."""
    monkeypatch.setenv("PYTHONPATH", SOURCES)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    def run(*words: str, standin: str = "") -> Result:
        monkeypatch.setenv("STANDIN", standin)
        return cli("demo", "--headless", *words)

    return run


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _DEADLINE_S
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def _children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _running_demo(temporary: Path) -> tuple["subprocess.Popen[bytes]", list[int]]:
    """A demo as a process that waits for a run that never ends, and the ids of its two children."""
    running = program("demo", "--headless", TMPDIR=str(temporary), STANDIN="never over")
    assert running.stderr is not None
    while b"Syncing its history" not in running.stderr.readline():
        assert running.poll() is None
    return running, _children_of(running.pid)


def test_it_ends_by_itself_with_a_summary_and_leaves_nothing(demo: Demo, temporary: Path) -> None:
    result = demo()

    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == [
        "contacts", "orders", "revenue", "requests", "seconds", "orders/s",
    ]  # fmt: skip
    assert "Connected the store demo1" in result.stderr
    assert list(temporary.iterdir()) == []


def test_json_prints_the_summary_alone(demo: Demo) -> None:
    result = demo("--json")

    summary = json.loads(result.stdout)
    assert set(summary) == {"contacts", "orders", "revenue", "requests", "seconds", "orders_per_s"}
    assert summary["contacts"] == 20
    assert result.stderr == ""


def test_a_given_folder_is_kept_and_only_its_owners(demo: Demo, tmp_path: Path) -> None:
    kept = tmp_path / "kept"

    demo("--state-dir", str(kept))

    assert (kept / "daemon.log").exists()
    assert kept.stat().st_mode & 0o777 == 0o700


def test_the_programs_are_told_what_was_asked_and_nothing_of_the_machines_own(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERFOIL_SYNC__QUIET_HOURS", "01:00-05:00")
    deep = tmp_path / ("d" * 120)  # its own path is too long for a socket

    demo("--state-dir", str(deep), "--customers", "9")

    arguments = json.loads((deep / "arguments.json").read_text())
    settings = json.loads((deep / "environment.json").read_text())
    assert arguments[arguments.index("--customers") + 1] == "9"
    assert arguments[arguments.index("--rate") + 1] == "0.0"
    assert settings["COUNTERFOIL_STATE_DIR"] == str(deep)
    assert settings["COUNTERFOIL_PUBLIC__URL"] == f"http://{settings['COUNTERFOIL_PUBLIC__LISTEN']}"
    assert settings["COUNTERFOIL_BIGCOMMERCE__API_URL"] == "http://127.0.0.1:1"
    assert len(settings["COUNTERFOIL_SOCKET"]) <= 107
    assert "COUNTERFOIL_SYNC__QUIET_HOURS" not in settings


def test_a_folder_that_holds_something_is_refused(demo: Demo, tmp_path: Path) -> None:
    (tmp_path / "mine").touch()

    result = demo("--state-dir", str(tmp_path))

    assert result.exit_code == 1
    assert "is not empty" in result.stderr


def test_a_folder_that_cannot_be_made_is_refused_with_a_remedy(demo: Demo, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    result = demo("--state-dir", str(tmp_path / "file" / "state"))

    assert result.exit_code == 1
    assert "cannot be used: Not a directory.\nGive the demo a new folder" in result.stderr


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("sandbox fails", "The sandbox ended by itself (exit code 1).\nIts log ends:\nno such fault: gremlins\n"),
        ("daemon fails", "The daemon ended by itself (exit code 1).\nIts log ends:\nthe folder is not writable\n"),
        ("daemon dies", "The daemon ended by itself (exit code 7).\nIts log ends:\nout of cheese\n"),
    ],
    ids=lambda text: text if len(text) < 20 else "",
)
def test_a_child_that_dies_ends_it_and_shows_its_log(demo: Demo, temporary: Path, fault: str, message: str) -> None:
    result = demo(standin=fault)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.endswith(message)
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=["int", "term", "hup"]
)
def test_signals_end_it_and_leave_nothing(temporary: Path, number: signal.Signals, code: int) -> None:
    running, children = _running_demo(temporary)

    running.send_signal(number)
    running.communicate(timeout=_DEADLINE_S)

    assert running.returncode == code
    assert len(children) == 2
    assert not any(_lives(child) for child in children)
    assert list(temporary.iterdir()) == []


def test_even_kill_9_leaves_no_orphan(temporary: Path) -> None:
    running, children = _running_demo(temporary)

    running.kill()
    running.communicate(timeout=_DEADLINE_S)

    assert len(children) == 2
    _until(lambda: not any(_lives(child) for child in children))


def test_a_child_deaf_to_sigterm_is_killed_after_its_grace(tmp_path: Path) -> None:
    children = Children(grace_s=0.05)

    with ended_by_signals(children), children:
        deaf = children.start(
            "daemon", ["check"], folder=tmp_path, environment={"STANDIN": "deaf", "PYTHONPATH": SOURCES}
        )
        children.wait_until(deaf, lambda: b"deaf" in deaf.output.read_bytes(), timeout_s=_DEADLINE_S)

    assert deaf.process.returncode == -signal.SIGKILL


def test_a_child_that_is_never_ready_is_given_up(tmp_path: Path) -> None:
    children = Children(grace_s=0.05)

    with ended_by_signals(children), children:
        slow = children.start(
            "daemon", ["check"], folder=tmp_path, environment={"STANDIN": "deaf", "PYTHONPATH": SOURCES}
        )
        with pytest.raises(CounterfoilError, match="not ready after 0 s"):
            children.wait_until(slow, lambda: False, timeout_s=0)


def test_plain_lines_need_no_terminal(temporary: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", SOURCES)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    told = cli("demo", "--linear", given="stores\nquit\n")

    assert (told.exit_code, told.stdout.splitlines()[0][:8]) == (0, "1 store,")
    assert list(temporary.iterdir()) == []
