"""A disk that is full: nothing is acknowledged that is not kept, and what stood still goes on once there is room."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from common.errors import TryLater
from common.stores import StoreState
from common.sync import RunKind, RunState
from tests.support import soundness, truth
from tests.support.bench import IMPATIENT, Bench, eventually, small_store

_DISK_MB = 8


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A small disk of its own, on which the daemon's state lies."""
    words = ["mount", "-t", "tmpfs", "-o", f"size={_DISK_MB}m", "tmpfs", str(tmp_path)]
    if os.geteuid() != 0 or subprocess.run(words, check=False, capture_output=True).returncode != 0:
        pytest.skip("a disk can be mounted by root only")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    subprocess.run(["umount", "-l", str(tmp_path)], check=True)


def _fill(disk: Path) -> Path:
    """Takes all that is left of the disk; the file to remove."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return ballast


async def _differences(bench: Bench) -> list[str]:
    shown = {email: truth.shown(contact) for email, contact in (await bench.contacts()).items()}
    return truth.differences(shown, truth.expected(bench.store))


async def test_a_run_on_a_full_disk_goes_on_by_itself_once_there_is_room(
    disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with Bench(small_store(customers=40, orders=300), hooks=False) as bench:
        bench.store.faults.values["page-latency"] = 0.2
        run_id = await bench.started(RunKind.HISTORICAL)
        ballast = _fill(disk)

        async def is_told() -> bool:
            return "database or disk is full" in caplog.text

        await eventually(is_told)
        assert "disk-full" in [item.code for item in (await bench.api.status()).health]
        with pytest.raises(TryLater, match="cannot be written now"):
            await bench.api.change_settings(bench.store.identity.store_hash, {"sync_guests": "on"})
        ballast.unlink()
        run = await bench.over(run_id)

        assert (run.state, run.error) == (RunState.DONE, "")
        assert await _differences(bench) == []
        assert soundness.faults_in(bench.settings) == {}


async def test_a_delivery_on_a_full_disk_is_refused_and_taken_in_when_the_store_sends_it_again(disk: Path) -> None:
    async with Bench(small_store(), patience=IMPATIENT) as bench:
        await bench.synced()
        bench.store.clock.advance(3600)
        for number in [order.id for order in bench.store.world.orders if order.customer_id]:
            bench.store.orders.edit(number, staff_notes="x" * 2000)
            bench.store.orders.change_status(number, 2)
        ballast = _fill(disk)
        attempts = await bench.store.deliver()
        refused = [attempt for attempt in attempts if attempt.failure]

        ballast.unlink()
        await bench.worked_off(step_s=200)

        assert refused
        assert {attempt.failure for attempt in refused} == {"HTTP 503"}
        assert await _differences(bench) == []
        assert soundness.faults_in(bench.settings) == {}


QUICK = replace(IMPATIENT, look_every_s=0.02)
_RESERVE_MB = 4


def _leave(disk: Path, free_kb: int) -> Path:
    """Takes what is left of the disk but for that much; the file to remove."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(disk).free - free_kb * 1024)
    return ballast


def _an_order(bench: Bench) -> int:
    return next(order.id for order in bench.store.world.orders if order.customer_id)


async def _told(bench: Bench, code: str, *, is_there: bool = True) -> None:
    async def holds() -> bool:
        return (code in [item.code for item in (await bench.api.status()).health]) is is_there

    await eventually(holds)


async def test_on_the_reserve_runs_stand_still_and_deliveries_are_taken_in(disk: Path) -> None:
    async with Bench(small_store(orders=60), reserve_mb=_RESERVE_MB, patience=QUICK) as bench:
        await bench.synced()
        ballast = _leave(disk, _RESERVE_MB * 1024 - 300)
        await _told(bench, "disk-low")
        bench.store.clock.advance(60)
        bench.store.orders.change_status(_an_order(bench), 2)
        taken = await bench.post()
        store = bench.store.identity.store_hash
        await bench.api.change_settings(store, {"status.2": "Refunded"})
        run_id = await bench.started(RunKind.MANUAL)

        async def stands_still() -> bool:
            return "Waits for room" in (await bench.api.run(run_id)).error

        await eventually(stands_still)
        status = await bench.api.status()
        assert (await bench.api.store_settings(store)).doing
        ballast.unlink()
        await bench.inbox_empty()
        run = await bench.over(run_id)

        async def is_derived() -> bool:
            return not (await bench.api.store_settings(store)).doing

        await eventually(is_derived)

    assert taken
    assert status.inbox.pending == taken
    assert status.disk is not None
    assert status.disk.room == "low"
    assert [store.state for store in status.stores] == [StoreState.CONNECTED]
    assert (run.state, run.error) == (RunState.DONE, "")


async def test_below_the_reserve_deliveries_are_sent_again_later(disk: Path) -> None:
    async with Bench(small_store(), reserve_mb=_RESERVE_MB, patience=QUICK) as bench:
        await bench.synced()
        ballast = _leave(disk, _RESERVE_MB * 1024 // 8 - 100)
        await _told(bench, "disk-full")
        bench.store.clock.advance(60)
        bench.store.orders.change_status(_an_order(bench), 2)
        refused = [attempt.failure for attempt in await bench.store.deliver()]
        ballast.unlink()
        await _told(bench, "disk-full", is_there=False)
        await bench.worked_off(step_s=200)
        shown = await _differences(bench)

    assert set(refused) == {"HTTP 503"}
    assert shown == []
