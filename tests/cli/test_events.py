"""`counterfoil events` and `counterfoil status`."""

import json
import signal
from pathlib import Path

from common.events import What
from tests.cli.conftest import Cli, Served, program
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import finished_run, health_item


def _listen(served: Served, *words: str):  # type: ignore[no-untyped-def]
    return program("--socket", str(served.daemon.socket), "events", *words)


def test_json_lines_come_as_the_daemon_sent_them_and_ctrl_c_is_exit_0(served: Served) -> None:
    listening = _listen(served, "--json")
    served.soon(lambda: served.daemon.push_changed(What.ORDER, 118, 119))

    hello, changed = (listening.stdout.readline() for _ in range(2))
    listening.send_signal(signal.SIGINT)
    rest, complaint = listening.communicate(timeout=5)

    assert json.loads(hello)["kind"] == "hello"
    assert json.loads(changed) | {"at": "", "seq": 0} == {
        "seq": 0,
        "at": "",
        "kind": "changed",
        "what": "order",
        "store": "abc123",
        "ids": [118, 119],
        "origin": "live",
    }
    assert (listening.returncode, rest, complaint) == (0, b"", b"")


def test_readers_may_leave_at_any_time(served: Served) -> None:
    listening = _listen(served)

    listening.stdout.readline()
    listening.stdout.close()

    assert listening.wait(timeout=5) == 0
    assert listening.stderr.read() == b""
    listening.stderr.close()


def test_plain_lines_say_what_changed(cli: Cli, served: Served) -> None:
    def tell() -> None:
        served.daemon.push_changed(What.ORDER, *range(12))
        served.daemon.push_run(finished_run())
        served.daemon.push_health([health_item()])
        served.daemon.push_heartbeat()
        served.daemon.push_resync()
        served.close_streams()

    served.soon(tell)

    result = cli("events")

    lines = [line[10:] for line in result.stdout.splitlines()]
    assert lines[:2] == [
        "listening to counterfoil 0.1.0",
        "order of abc123 changed (live): 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more",
    ]
    assert lines[2].startswith("run 6 of abc123: manual run · done")
    assert lines[3].startswith("warning: ")
    assert len(lines) == 5


def test_a_stream_the_daemon_ends_is_exit_3(cli: Cli, served: Served) -> None:
    served.soon(served.close_streams)

    assert cli("events").exit_code == 3


def test_status_json_is_the_wire_model(cli: Cli, daemon: FakeDaemon) -> None:
    answer = json.loads(cli("status", "--json").stdout)

    assert set(answer["inbox"]) == {"pending", "done", "dead"}
    assert answer["health"] == []
    assert [store["hash"] for store in answer["stores"]] == ["abc123"]


def test_status_ends_with_what_needs_somebody(cli: Cli, daemon: FakeDaemon) -> None:
    assert cli("status").stdout.endswith("\nAll is well.\n")

    daemon.health = [health_item()]

    *_, title, fix = cli("status").stdout.splitlines()
    assert title.startswith("warning: ")
    assert fix.startswith("  ")


def test_status_by_the_environments_socket(served: Served, tmp_path: Path) -> None:
    asked = program("status", COUNTERFOIL_SOCKET=str(tmp_path / "s"))

    out, _ = asked.communicate(timeout=5)

    assert (asked.returncode, out[:12]) == (0, b"counterfoil ")
