"""Whoever is looked at only when it is due, is never wrong: what a rule says stays the same until then."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from common.segments.language import parsed
from common.segments.rules import Rule
from daemon.segments.compile import Asking
from daemon.segments.fits import Clock
from daemon.segments.flips import is_moving, next_flips
from tests.segments.shop import Shop
from tests.support.members import members

BERLIN, NEW_YORK, LORD_HOWE = map(ZoneInfo, ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe"))
HAVANA = ZoneInfo("America/Havana")  # where clocks are changed at midnight

BEGINNINGS = [
    ("2026-03-27 11:00", BERLIN),  # clocks forward on the 29th
    ("2024-02-27 18:00", NEW_YORK),  # a leap day, then clocks forward on the 10th
    ("2025-10-24 06:30", BERLIN),  # clocks back on the 26th
    ("2026-04-03 12:00", LORD_HOWE),  # clocks back on the 5th by half an hour
    ("2025-10-31 23:00", HAVANA),  # at 1:00 on the 2nd it is midnight again
    ("2026-12-29 12:00", ZoneInfo("UTC")),
]

ASKED = [
    "in last 7 hours", "in last 3 days", "not in last 2 weeks", "in last 1 month", "in last 2 months",
    "not in last 1 year", "in next 4 days", "in next 1 month", "in next 1 year", "is today", "is yesterday",
    "is anniversary of today",
]  # fmt: skip

DAYS = 5


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize(("begin", "zone"), BEGINNINGS, ids=str)
def test_what_a_rule_says_stays_until_the_next_flip(shop: Shop, begin: str, zone: ZoneInfo, asked: str) -> None:
    rule, start = parsed(f"date_created {asked}"), int(datetime.fromisoformat(begin).replace(tzinfo=zone).timestamp())
    for number, moment in enumerate(_moments(start, zone)):
        shop.person(f"p{number}", created_at=moment)
    kept = Kept(shop, rule, zone)
    kept.look(start)

    wrong = [now for now in _walk(shop, start) if kept.look_at_the_due(now) != kept.fresh(now)]

    assert [str(datetime.fromtimestamp(now, zone)) for now in wrong] == []
    assert kept.looks < 40 * kept.contacts  # of some 1,000 moments


class Kept:
    """Members who are looked at again only when it is due."""

    def __init__(self, shop: Shop, rule: Rule, zone: ZoneInfo) -> None:
        self._shop, self._rule, self._zone = shop, rule, zone
        self._members: set[int] = set()
        self._due: dict[int, int] = {}
        self.contacts = shop.conn.execute("select count(*) from contact").fetchone()[0]
        self.looks = 0

    def fresh(self, now: int) -> set[int]:
        return set(members(self._shop.conn, self._rule, Asking(Clock(now, self._zone))))

    def look(self, now: int) -> None:
        """At all."""
        self._members = self.fresh(now)
        self._due = dict(self._flips(Asking(Clock(now, self._zone))))

    def look_at_the_due(self, now: int) -> set[int]:
        due = sorted(one for one, at in self._due.items() if at <= now)
        self.looks += len(due)
        if due:
            asking = Asking(Clock(now, self._zone), among=due)
            found = set(members(self._shop.conn, self._rule, asking))
            self._members = (self._members - set(due)) | (found & set(due))
            flips = dict(self._flips(asking))
            assert all(at > now for at in flips.values())
            self._due = {one: at for one, at in self._due.items() if one not in due} | flips
        return self._members

    def _flips(self, asking: Asking) -> list[tuple[int, int]]:
        query = next_flips(self._rule, asking)
        return self._shop.conn.execute(query.text, query.values).fetchall()


def _moments(start: int, zone: ZoneInfo) -> Iterator[int]:
    """Dates that a span of the rules begins or ends with in the days that are walked through, and some others."""
    dice = random.Random(start)
    around = datetime.fromtimestamp(start, zone)
    for back in (0, 1, 2, 3, 14, 28, 29, 30, 31, 59, 60, 61, 62, 364, 365, 366, 730, -1, -4, -28, -30, -31, -365):
        for _ in range(6):
            day = around - timedelta(days=back - dice.randrange(DAYS))
            yield int(day.timestamp()) + dice.choice((0, 1, -1, dice.randrange(-40_000, 40_000)))


def _walk(shop: Shop, start: int) -> Iterator[int]:
    """Moments in order: each half hour and some contacts' times of day, with the seconds before and after."""
    end = start + DAYS * 86_400
    moments = set(range(start - start % 1800, end, 1800))
    for (created_at,) in shop.conn.execute("select created_at from contact limit 8").fetchall():
        for shift in (0, 3600):
            moments.update(range(start + (created_at + shift - start) % 86_400, end, 86_400))
    return iter(sorted({one + more for one in moments for more in (-1, 0, 1) if one + more >= start}))


def test_rules_without_a_relative_date_never_flip() -> None:
    assert not is_moving(parsed("last_order_date after 2026-01-01 and order_time between 08:00 and 12:00"))
    assert is_moving(parsed("not (total_orders > 3 or same order (order_date in last 3 days))"))
