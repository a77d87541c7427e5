"""What the service manager hears, on a real datagram socket."""

import os
import time

import pytest

from common.status import HealthItem, Severity
from daemon.notify import Notifier
from daemon.pulse import status_line
from tests.support.manager import Manager


@pytest.mark.parametrize("is_abstract", [False, True], ids=["path", "abstract"])
async def test_ready_and_stopping_are_told(is_abstract: bool) -> None:
    with Manager(is_abstract=is_abstract) as manager:
        notifier = Notifier.of({"NOTIFY_SOCKET": manager.address})

        notifier.ready()
        notifier.stopping()

        await manager.told("STOPPING=1")
        assert manager.messages == ["READY=1", "STOPPING=1"]


async def test_a_reload_tells_its_moment_on_the_clock_that_never_jumps_and_its_end() -> None:
    with Manager() as manager:
        before = time.monotonic_ns() // 1000
        with pytest.raises(ValueError, match="refused"), Notifier(manager.address).reload():
            raise ValueError("refused")

        name, _, microseconds = (await manager.told("RELOADING=1\n")).splitlines()[1].partition("=")
        assert name == "MONOTONIC_USEC"
        assert before <= int(microseconds) <= time.monotonic_ns() // 1000
        await manager.told("READY=1")


async def test_a_status_is_told_once_until_it_changes() -> None:
    with Manager() as manager:
        notifier = Notifier(manager.address)
        for text in ("one", "one", "two", "one"):
            notifier.status(text)
        notifier.ready()

        await manager.told("READY=1")
        assert manager.messages[:-1] == ["STATUS=one", "STATUS=two", "STATUS=one"]


async def test_more_time_is_asked_for_as_long_as_something_lasts() -> None:
    with Manager() as manager:
        notifier = Notifier(manager.address)
        async with notifier.taking_long("copying", ask_every_s=0.01, more_s=3):
            assert await manager.told("EXTEND_TIMEOUT_USEC=") == "EXTEND_TIMEOUT_USEC=3000000"
            await manager.told("EXTEND_TIMEOUT_USEC=")
            assert manager.messages[0] == "STATUS=copying"
        notifier.ready()

        await manager.told("READY=1")
        assert await manager.is_silent("EXTEND", for_s=0.03)


def test_nobody_who_listens_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    Notifier.of({}).ready()
    assert caplog.messages == []

    Notifier("/nowhere/at/all").ready()
    assert caplog.messages == ["service manager was not told"]


@pytest.mark.parametrize(
    ("variables", "watchdog_s"),
    [
        pytest.param({}, None, id="none"),
        pytest.param({"WATCHDOG_USEC": "2000000"}, 2.0, id="anybody's"),
        pytest.param({"WATCHDOG_USEC": "2000000", "WATCHDOG_PID": str(os.getpid())}, 2.0, id="ours"),
        pytest.param({"WATCHDOG_USEC": "2000000", "WATCHDOG_PID": "1"}, None, id="another-process's"),
        pytest.param({"WATCHDOG_USEC": "0"}, None, id="off"),
        pytest.param({"WATCHDOG_USEC": "soon"}, None, id="no-number"),
    ],
)
def test_how_often_the_watchdog_wants_to_hear(variables: dict[str, str], watchdog_s: float | None) -> None:
    assert Notifier.of(variables).watchdog_s == watchdog_s


def item(code: str, severity: Severity) -> HealthItem:
    return HealthItem(code=code, severity=severity, title="", fix="")


@pytest.mark.parametrize(
    ("stores", "items", "line"),
    [
        (0, [], "0 stores; all is well"),
        (1, [item("disk-full", Severity.ERROR)], "1 store; error: disk-full (counterfoil status)"),
        (
            2,
            [item("store-paused", Severity.INFO), item("deliveries-dead", Severity.WARNING)],
            "2 stores; warning: deliveries-dead and 1 more (counterfoil status)",
        ),
    ],
)
def test_the_status_line_names_the_worst(stores: int, items: list[HealthItem], line: str) -> None:
    assert status_line(stores, items) == line
