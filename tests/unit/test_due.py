"""When timed work is due: the stores' catch-up runs, and what is tried again."""

from daemon.ingest.catchup import due_after_s
from daemon.ingest.pump import retry_after_s

_HASHES = [f"store{number}" for number in range(200)]


def test_a_run_is_due_up_to_a_tenth_of_the_interval_early() -> None:
    due = [due_after_s(store_hash, 900) for store_hash in _HASHES]

    assert 810 <= min(due) < 815
    assert 895 < max(due) <= 900


def test_a_store_is_always_due_after_the_same_time() -> None:
    assert due_after_s("abc123", 900) == due_after_s("abc123", 900)


def test_stores_are_spread_over_the_whole_tenth() -> None:
    tenths = {int((900 - due_after_s(store_hash, 900)) / 9) for store_hash in _HASHES}

    assert tenths == set(range(10))


def test_what_cannot_be_had_waits_twice_as_long_each_time_up_to_ten_minutes() -> None:
    assert [retry_after_s(attempts, jitter=0) for attempts in range(9)] == [5, 10, 20, 40, 80, 160, 320, 600, 600]


def test_jitter_adds_up_to_a_quarter() -> None:
    assert [retry_after_s(3, jitter=jitter) for jitter in (0.0, 0.5, 1.0)] == [40, 45, 50]
