"""`counterfoil sync` and `counterfoil runs`: starting, waiting, and what a run came to."""

import json
import signal
from typing import Any

import pytest

from common import routes
from common.stores import StoreState
from common.sync import PhaseProgress, Run, RunState
from tests.cli.conftest import Cli, Served, program
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import finished_run, run, store
from tui.cli.progress import progress_text


def _ended(daemon: FakeDaemon, **changes: Any) -> Run:
    ended = {"state": RunState.DONE, "phase": None} | changes
    return daemon.runs[0].model_copy(update=ended)


def test_sync_starts_a_manual_run_and_prints_it(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("sync", "abc123", "--json")

    assert json.loads(result.stdout)["kind"] == "manual"
    assert json.loads(result.stdout)["state"] == "running"


def test_sync_historical_starts_a_historical_run(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("sync", "abc123", "--historical")

    assert "historical  abc123  running" in result.stdout
    assert "counterfoil runs show 1" in result.stderr


def test_wait_follows_to_the_end_and_prints_the_final_run(cli: Cli, served: Served) -> None:
    served.soon(lambda: served.daemon.push_run(_ended(served.daemon)))

    result = cli("sync", "abc123", "--wait", "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["state"] == "done"
    assert result.stderr == ""


def test_wait_says_the_phases_when_stderr_is_no_terminal(cli: Cli, served: Served) -> None:
    served.soon(lambda: served.daemon.push_run(_ended(served.daemon)))

    result = cli("sync", "abc123", "--wait")

    assert result.stderr == "run 1: running orders\nrun 1: done\n"


@pytest.mark.parametrize("state", [RunState.FAILED, RunState.CANCELLED])
def test_wait_for_a_run_that_did_not_finish_is_exit_1(cli: Cli, served: Served, state: RunState) -> None:
    served.soon(lambda: served.daemon.push_run(_ended(served.daemon, state=state, error="The token was revoked.")))

    result = cli("sync", "abc123", "--wait")

    assert result.exit_code == 1
    assert state.value in result.stdout
    assert "The token was revoked." in result.stderr


def test_wait_for_a_run_that_failed_because_the_store_is_away_is_exit_4(cli: Cli, served: Served) -> None:
    def fail() -> None:
        served.daemon.stores["abc123"] = store(state=StoreState.UNAVAILABLE)
        served.daemon.push_run(_ended(served.daemon, state=RunState.FAILED, error="503"))

    served.soon(fail)

    assert cli("sync", "abc123", "--wait").exit_code == 4


def test_wait_survives_a_restart_of_the_daemon(cli: Cli, served: Served) -> None:
    def restart() -> None:
        served.daemon.runs = [_ended(served.daemon)]
        served.restart_soon()

    served.soon(restart)

    result = cli("sync", "abc123", "--wait", "--json")

    assert json.loads(result.stdout)["state"] == "done"


def test_ctrl_c_while_waiting_leaves_the_run_to_the_daemon(served: Served) -> None:
    waiting = program("--socket", str(served.daemon.socket), "sync", "abc123", "--wait")
    served.soon(lambda: waiting.send_signal(signal.SIGINT))

    out, told = waiting.communicate(timeout=5)

    assert (waiting.returncode, out) == (130, b"")
    assert b"Run 1 goes on in the daemon." in told


def test_sync_of_an_unknown_store_is_exit_1(cli: Cli, daemon: FakeDaemon) -> None:
    assert cli("sync", "other1", "--wait").exit_code == 1


def test_runs_list_json_is_the_wire_model(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.runs = [finished_run(), run()]

    runs = json.loads(cli("runs", "list", "--json").stdout)["runs"]

    assert [one["id"] for one in runs] == [7, 6]
    assert runs[0]["finished_at"] is None
    assert all(isinstance(one["skipped"], list) for one in runs)


def test_runs_list_is_a_line_each(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.runs = [finished_run(), run()]

    assert [line.split()[0] for line in cli("runs", "list").stdout.splitlines()] == ["RUN", "7", "6"]


def test_runs_list_without_runs_says_so_on_stderr(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("runs", "list", "--store", "abc123")

    assert (result.stdout, result.exit_code) == ("", 0)
    assert "No run yet" in result.stderr


def test_runs_show_tells_what_was_left_out(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.runs = [finished_run()]

    assert "Left out (1)\n  order 118: " in cli("runs", "show", "6").stdout


def test_progress_names_phase_rate_and_eta() -> None:
    phase = PhaseProgress(name="orders", done=612_400, total=1_204_118, rate_per_s=1930.4, eta_s=306.0)

    assert progress_text(run(phase=phase, requests=2449)) == (
        f"{run().kind.value} run · orders · 612,400 / 1,204,118 · █████░░░░░ 50 % · 1,930/s · ETA 5 min 6 s"
        " · 2,449 requests"
    )


@pytest.mark.parametrize("total", [None, 0])
def test_progress_without_a_total_does_not_divide_by_it(total: int | None) -> None:
    phase = PhaseProgress(name="refunds", done=0, total=total, rate_per_s=0.0, eta_s=None)

    assert "refunds" in progress_text(run(phase=phase))


def test_plan_says_what_it_would_come_to_and_starts_nothing(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("sync", "abc123", "--historical", "--plan")

    assert result.stdout.splitlines() == [
        "products   1,200",
        "customers  48,000",
        "orders     1,204,118",
        "requests   5,023",
        "time       about 11 min 10 s",
        "disk       about 2.8 GB",
    ]
    assert daemon.calls[routes.RUN_START] == 0


def test_plan_as_json_holds_bare_numbers(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("sync", "abc123", "--plan", "--json")

    assert json.loads(result.stdout) == {
        "products": 1200,
        "customers": 48_000,
        "orders": 1_204_118,
        "requests": 5023,
        "seconds": 669.5,
        "disk_bytes": 2_799_423_400,
        "quiet_hours": "none",
        "quota_share": 0.5,
        "quota_limit": 450,
        "quota_window_s": 30.0,
    }


def test_plan_and_wait_exclude_each_other(cli: Cli, daemon: FakeDaemon) -> None:
    assert cli("sync", "abc123", "--plan", "--wait").exit_code == 2


def test_runs_pause_holds_a_run_and_says_how_it_goes_on(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.runs = [run(7)]

    result = cli("runs", "pause", "7")

    assert result.stdout.startswith("Run 7  historical  abc123  paused")
    assert "counterfoil runs resume 7" in result.stderr


@pytest.mark.parametrize(("verb", "state"), [("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")])
def test_runs_verbs_give_the_run_as_json(cli: Cli, daemon: FakeDaemon, verb: str, state: str) -> None:
    daemon.runs = [run(7)]

    result = cli("runs", verb, "7", "--json")

    assert json.loads(result.stdout)["state"] == state
    assert result.stderr == ""


@pytest.mark.parametrize("verb", ["pause", "resume", "cancel"])
def test_runs_verbs_refuse_a_run_that_is_over(cli: Cli, daemon: FakeDaemon, verb: str) -> None:
    daemon.runs = [finished_run(6)]

    result = cli("runs", verb, "6")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "Run 6 is over: it is done." in result.stderr
