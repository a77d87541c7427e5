"""How a segment grew, day by day, told from its members and its log."""

import random
from zoneinfo import ZoneInfo

import pytest

from common.times import DAY_S
from daemon.segments import growth, saved
from daemon.segments.growth import known_since
from daemon.segments.membership import Why
from daemon.segments.saved import SegmentRow
from tests.segments.shop import BERLIN, NOON, Shop, at
from tests.support.some_shops import insert


@pytest.fixture
def vip(shop: Shop) -> Shop:
    """A segment without members, made a hundred days ago."""
    insert(shop.conn, "segment", name="VIP", folded="vip", rule="{}", created_at=NOON - 100 * DAY_S)
    return shop


def moves(shop: Shop, name: str, when: int, cause: Why = Why.LIVE) -> None:
    """Who is no member becomes one, and the other way round."""
    contact_id = shop.id_of(name)
    gone = shop.conn.execute("delete from segment_member where contact_id = ?", (contact_id,)).rowcount
    if not gone:
        insert(shop.conn, "segment_member", segment_id=1, contact_id=contact_id, since=when)
    insert(shop.conn, "segment_change", segment_id=1, contact_id=contact_id, entered=not gone, at=when, cause=cause)


def row(shop: Shop) -> SegmentRow:
    found = saved.segment_named(shop.conn, "VIP")
    assert found
    return found


def members(shop: Shop, *, days: int, since: int = 0, zone: ZoneInfo = BERLIN) -> dict[str, int]:
    grown = growth.growth(shop.conn, row(shop), days=days, since=since, now=NOON, zone=zone)
    return {one.day[5:]: one.members for one in grown.days}


def test_each_day_ends_with_those_who_were_members_then(vip: Shop) -> None:
    for name in ("ann", "bob"):
        vip.person(name)
    moves(vip, "ann", at("2026-03-12 09:00"))
    moves(vip, "bob", at("2026-03-13 23:59"))
    moves(vip, "ann", at("2026-03-14 00:00"))

    assert members(vip, days=5) == {"03-11": 0, "03-12": 1, "03-13": 2, "03-14": 1, "03-15": 1}


def test_who_came_and_went_in_a_day_is_told(vip: Shop) -> None:
    vip.person("ann")
    for minute in range(3):
        moves(vip, "ann", NOON - minute * 60)

    (today,) = growth.growth(vip.conn, row(vip), days=1, since=0, now=NOON, zone=BERLIN).days

    assert (today.members, today.entered, today.left) == (1, 2, 1)


def test_what_an_edit_of_the_rule_made_is_told_apart(vip: Shop) -> None:
    for name in ("ann", "bob", "carla", "dan"):
        vip.person(name)
        moves(vip, name, at("2026-03-14 09:00"), Why.EDITED)
    moves(vip, "ann", at("2026-03-15 09:00"))
    moves(vip, "bob", at("2026-03-15 10:00"), Why.REBUILT)

    grown = growth.growth(vip.conn, row(vip), days=3, since=0, now=NOON, zone=BERLIN).days

    assert [(one.members, one.entered, one.left, one.by_edit) for one in grown] == [
        (0, 0, 0, 0),
        (4, 0, 0, 4),
        (2, 0, 1, -1),
    ]


def test_days_are_those_of_the_zone(vip: Shop) -> None:
    vip.person("ann")
    moves(vip, "ann", at("2026-03-15 00:30"))

    assert members(vip, days=2) == {"03-14": 0, "03-15": 1}
    assert members(vip, days=2, zone=ZoneInfo("America/New_York")) == {"03-14": 1, "03-15": 1}


def test_no_day_is_told_of_which_the_log_is_gone(vip: Shop) -> None:
    assert list(members(vip, days=30, since=at("2026-03-13 18:00"))) == ["03-13", "03-14", "03-15"]


@pytest.mark.parametrize(("log_days", "since"), [(365, 100), (30, 30), (0, 100)])
def test_members_are_known_since_the_segment_is_or_the_log_begins(vip: Shop, log_days: int, since: int) -> None:
    assert known_since(row(vip), now=NOON, log_days=log_days) == NOON - since * DAY_S


def test_an_erased_member_is_as_if_there_had_been_none(vip: Shop) -> None:
    vip.person("ann")
    moves(vip, "ann", at("2026-03-13 09:00"))
    vip.conn.execute("pragma foreign_keys = on")
    vip.conn.execute("delete from contact")

    assert set(members(vip, days=5).values()) == {0}


def test_what_a_clock_that_went_ahead_logged_is_of_today(vip: Shop) -> None:
    vip.person("ann")
    moves(vip, "ann", NOON + 40 * DAY_S)

    assert members(vip, days=2) == {"03-14": 0, "03-15": 1}


@pytest.mark.parametrize("seed", range(5))
def test_going_back_gives_what_was_counted_on_the_way(vip: Shop, seed: int) -> None:
    dice = random.Random(seed)
    names = [f"p{number}" for number in range(8)]
    for name in names:
        vip.person(name)
    counted: dict[str, int] = {}
    for days in range(20, -1, -1):
        for minute in range(dice.randrange(6)):
            moves(vip, dice.choice(names), NOON - days * DAY_S + minute, dice.choice([*Why]))
        day = f"{3 if days < 15 else 2:02}-{(15 - days) if days < 15 else (15 - days + 28):02}"
        counted[day] = row(vip).members

    assert members(vip, days=21) == counted
