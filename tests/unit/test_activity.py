"""What is counted of the last hour and the last day."""

from common.activity import ActivitySlot
from common.times import DAY_S, HOUR_S, MINUTE_S
from daemon.activity import ActivityLog, Happening
from daemon.clock import SystemClock

START = 1_760_000_000  # 08:53:20


class SetClock(SystemClock):
    def __init__(self) -> None:
        self.at = START

    def now(self) -> int:
        return self.at


def total(slots: list[ActivitySlot]) -> int:
    return sum(slot.deliveries for slot in slots)


def test_nothing_is_an_hour_and_a_day_of_nothing() -> None:
    told = ActivityLog(SetClock()).told()

    assert (len(told.minutes), len(told.half_hours), told.since) == (60, 48, START)
    assert {slot.model_copy(update={"at": 0}) for slot in (*told.minutes, *told.half_hours)} == {ActivitySlot(at=0)}


def test_slots_follow_each_other_up_to_the_running_one() -> None:
    told = ActivityLog(SetClock()).told()

    assert [slot.at for slot in told.minutes] == list(range(START - 20 - 59 * 60, START, 60))
    assert told.half_hours[-1].at == START - 20 - 23 * MINUTE_S
    assert told.half_hours[-1].at - told.half_hours[0].at == 47 * HOUR_S // 2


def test_each_kind_is_counted_in_its_minute() -> None:
    clock = SetClock()
    log = ActivityLog(clock)
    for happening in Happening:
        log.note(happening)
    clock.at += MINUTE_S
    log.note(Happening.DELIVERIES)

    *_, before, running = log.told().minutes
    assert before == ActivitySlot(
        at=START - 20, deliveries=1, turned_away=1, answered=1, refused=1, over_quota=1, failed=1
    )
    assert (running.deliveries, running.answered) == (1, 0)


def test_what_is_older_is_forgotten() -> None:
    clock = SetClock()
    log = ActivityLog(clock)
    for _ in range(3000):
        log.note(Happening.DELIVERIES)
        clock.at += MINUTE_S

    told = log.told()
    assert (total(told.minutes), total(told.half_hours)) == (59, 47 * 30 + 23)
    assert log.held <= 60 + 48


def test_a_quiet_day_leaves_nothing() -> None:
    clock = SetClock()
    log = ActivityLog(clock)
    log.note(Happening.DELIVERIES)
    clock.at += DAY_S

    assert (total(log.told().minutes), total(log.told().half_hours)) == (0, 0)


def test_a_clock_that_is_set_back_goes_on_counting() -> None:
    clock = SetClock()
    log = ActivityLog(clock)
    log.note(Happening.DELIVERIES)
    clock.at -= 2 * DAY_S
    log.note(Happening.DELIVERIES)

    assert total(log.told().minutes) == 1
    assert log.held == 2
