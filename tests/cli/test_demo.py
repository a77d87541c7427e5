"""`counterfoil demo --headless` with stand-ins for its two programs: what it starts, and that nothing stays behind."""

import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from common.errors import CounterfoilError
from tests.cli.conftest import SOURCES, program
from tui.cli.children import Children, ended_by_signals

_DEADLINE_S = 10


def _demo(tmp_path: Path, *words: str, **environment: str) -> "subprocess.Popen[bytes]":
    """A headless demo whose throw-away folder is made in *tmp_path*/t."""
    temporary = tmp_path / "t"
    temporary.mkdir(exist_ok=True)
    return program("demo", "--headless", *words, TMPDIR=str(temporary), **environment)


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


def _running_demo(tmp_path: Path) -> tuple["subprocess.Popen[bytes]", list[int]]:
    """A demo that waits for a run that never ends, and the ids of its two children."""
    demo = _demo(tmp_path, STANDIN="never over")
    assert demo.stderr is not None
    while b"Syncing its history" not in demo.stderr.readline():
        assert demo.poll() is None
    return demo, _children_of(demo.pid)


def _is_empty(tmp_path: Path) -> bool:
    return not any((tmp_path / "t").iterdir())


def test_it_ends_by_itself_with_a_summary_and_leaves_nothing(tmp_path: Path) -> None:
    demo = _demo(tmp_path)

    out, told = demo.communicate(timeout=_DEADLINE_S)

    assert demo.returncode == 0
    assert [line.split()[0] for line in out.decode().splitlines()] == [
        "contacts", "orders", "revenue", "requests", "seconds", "orders/s",
    ]  # fmt: skip
    assert b"Connected the store demo1" in told
    assert _is_empty(tmp_path)


def test_json_prints_the_summary_alone(tmp_path: Path) -> None:
    out, told = _demo(tmp_path, "--json").communicate(timeout=_DEADLINE_S)

    summary = json.loads(out)
    assert set(summary) == {"contacts", "orders", "revenue", "requests", "seconds", "orders_per_s"}
    assert summary["contacts"] == 20
    assert told == b""


def test_a_given_folder_is_kept_and_only_its_owners(tmp_path: Path) -> None:
    kept = tmp_path / "kept"

    demo = _demo(
        tmp_path, "--state-dir", str(kept), "--customers", "9", "--seed", "3", COUNTERFOIL_SYNC__QUIET_HOURS="x"
    )
    demo.communicate(timeout=_DEADLINE_S)

    arguments = json.loads((kept / "arguments.json").read_text())
    settings = json.loads((kept / "environment.json").read_text())
    assert kept.stat().st_mode & 0o777 == 0o700
    assert arguments[arguments.index("--customers") + 1] == "9"
    assert arguments[arguments.index("--rate") + 1] == "0.0"
    assert settings["COUNTERFOIL_STATE_DIR"] == str(kept)
    assert settings["COUNTERFOIL_PUBLIC__URL"] == f"http://{settings['COUNTERFOIL_PUBLIC__LISTEN']}"
    assert settings["COUNTERFOIL_BIGCOMMERCE__API_URL"] == "http://127.0.0.1:1"
    assert "COUNTERFOIL_SYNC__QUIET_HOURS" not in settings


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    demo = _demo(tmp_path, "--state-dir", str(tmp_path))

    _, told = demo.communicate(timeout=_DEADLINE_S)

    assert demo.returncode == 1
    assert b"is not empty" in told


def test_a_folder_too_deep_for_a_socket_works_all_the_same(tmp_path: Path) -> None:
    demo = _demo(tmp_path, "--state-dir", str(tmp_path / ("d" * 120)))

    demo.communicate(timeout=_DEADLINE_S)

    assert demo.returncode == 0


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("sandbox fails", "The sandbox ended by itself (exit code 1).\nIts log ends:\nno such fault: gremlins\n"),
        ("daemon fails", "The daemon ended by itself (exit code 1).\nIts log ends:\nthe folder is not writable\n"),
        ("daemon dies", "The daemon ended by itself (exit code 7).\nIts log ends:\nout of cheese\n"),
    ],
)
def test_a_child_that_dies_ends_it_and_shows_its_log(tmp_path: Path, fault: str, message: str) -> None:
    demo = _demo(tmp_path, STANDIN=fault)

    out, told = demo.communicate(timeout=_DEADLINE_S)

    assert (demo.returncode, out) == (1, b"")
    assert told.decode().endswith(message)
    assert _is_empty(tmp_path)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=["int", "term", "hup"]
)
def test_signals_end_it_and_leave_nothing(tmp_path: Path, number: signal.Signals, code: int) -> None:
    demo, children = _running_demo(tmp_path)

    demo.send_signal(number)
    demo.communicate(timeout=_DEADLINE_S)

    assert demo.returncode == code
    assert len(children) == 2
    assert not any(_lives(child) for child in children)
    assert _is_empty(tmp_path)


def test_even_kill_9_leaves_no_orphan(tmp_path: Path) -> None:
    demo, children = _running_demo(tmp_path)

    demo.kill()
    demo.communicate(timeout=_DEADLINE_S)

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

    with ended_by_signals(children), children, pytest.raises(CounterfoilError, match="not ready after 0 s"):
        child = children.start(
            "daemon", ["check"], folder=tmp_path, environment={"STANDIN": "deaf", "PYTHONPATH": SOURCES}
        )
        children.wait_until(child, lambda: False, timeout_s=0)
