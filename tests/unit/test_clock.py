"""The daemon's time."""

import time

from daemon.clock import SystemClock


def test_seconds_and_milliseconds_are_of_the_same_clock() -> None:
    clock = SystemClock()

    before, now_ms, after = clock.now(), clock.now_ms(), clock.now()

    assert before <= now_ms // 1000 <= after


def test_the_clock_is_that_of_the_machine() -> None:
    assert abs(SystemClock().now() - time.time()) < 2


def test_spans_never_run_backwards() -> None:
    clock = SystemClock()

    assert clock.monotonic() <= clock.monotonic()
