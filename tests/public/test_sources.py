"""Who calls in vain, and how often they may."""

import logging
import time
from collections.abc import Mapping

import pytest
from multidict import CIMultiDict

from daemon.clock import SystemClock
from daemon.ingest.connect import HOOK_KEY_HEADER
from daemon.public.sources import Sources
from daemon.sandbox import envelope
from daemon.settings import PublicSettings
from tests.public.conftest import Door
from tests.public.test_webhooks import GOOD


class SetClock(SystemClock):
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = 600

    def now(self) -> int:
        return self.moment


def counted(*, per_minute: int = 3) -> tuple[Sources, SetClock]:
    clock = SetClock()
    settings = PublicSettings(trusted_proxies="127.0.0.1, ::1, 10.0.0.0/8", per_source_per_minute=per_minute)
    return Sources(settings, clock), clock


@pytest.mark.parametrize(
    ("remote", "told", "source"),
    [
        pytest.param("127.0.0.1", [], "127.0.0.1", id="nobody-told"),
        pytest.param("127.0.0.1", ["203.0.113.9"], "203.0.113.9", id="by-our-proxy"),
        pytest.param(
            "127.0.0.1", ["1.2.3.4, 203.0.113.9"], "203.0.113.9", id="what-it-was-told-before-is-not-believed"
        ),
        pytest.param("127.0.0.1", ["203.0.113.9, 10.1.2.3"], "203.0.113.9", id="through-two-of-ours"),
        pytest.param("127.0.0.1", ["203.0.113.9", "10.1.2.3"], "203.0.113.9", id="in-two-headers"),
        pytest.param("198.51.100.7", ["203.0.113.9"], "198.51.100.7", id="by-a-stranger"),
        pytest.param("127.0.0.1", ["nonsense"], "127.0.0.1", id="no-address"),
        pytest.param("127.0.0.1", ["203.0.113.9, nonsense"], "127.0.0.1", id="no-address-nearest"),
        pytest.param("::1", ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64", id="a-line-of-six"),
        pytest.param("::ffff:127.0.0.1", ["203.0.113.9"], "203.0.113.9", id="four-in-six"),
        pytest.param(None, [], "unknown", id="no-address-at-all"),
        pytest.param("127.0.0.1", ["\x1b[31m, \x00"], "127.0.0.1", id="escapes"),
    ],
)
def test_the_source_is_the_nearest_that_is_no_proxy_of_ours(remote: str | None, told: list[str], source: str) -> None:
    headers: CIMultiDict[str] = CIMultiDict(("x-forwarded-for", value) for value in told)

    assert counted()[0].source(remote, headers) == source


def test_a_source_is_over_once_it_was_refused_so_often_and_until_the_next_minute() -> None:
    sources, clock = counted()
    for _ in range(3):
        assert not sources.is_over("a")
        sources.note_refused("a")

    assert sources.is_over("a")
    assert not sources.is_over("b")
    clock.moment += 60
    assert not sources.is_over("a")


def test_without_a_limit_nobody_is_over() -> None:
    sources, _ = counted(per_minute=0)
    for _ in range(1000):
        sources.note_refused("a")

    assert not sources.is_over("a")


def test_sources_without_number_are_held_in_a_little_room(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    sources, clock = counted()
    for number in range(20_000):
        sources.note_refused(str(number))

    assert sources.is_over("one more")  # those that came late share one measure
    assert not sources.is_over("5")
    clock.moment += 60
    sources.is_over("a")
    assert 0 < len(caplog.records) <= 10


@pytest.mark.parametrize("door", [{"per_source_per_minute": 3}], indirect=True)
async def test_what_is_refused_too_often_is_answered_429_and_what_is_believed_is_taken_in(door: Door) -> None:
    wrong = {HOOK_KEY_HEADER: "wrong"}

    refused = [(await door.post(GOOD, headers=wrong)).status for _ in range(5)]

    assert refused == [401, 401, 401, 429, 429]
    assert (await door.call("GET", "/nowhere")).status == 429
    assert (await door.call("GET", "/bigcommerce/load")).status == 429
    assert (await door.call("GET", "/healthz")).status == 200
    assert (await door.post(GOOD)).status == 200
    assert door.receiver.refusals.limited == 4


@pytest.mark.parametrize("door", [{"per_source_per_minute": 2}], indirect=True)
async def test_another_source_behind_the_same_proxy_is_not_concerned(door: Door) -> None:
    async def refused(source: str) -> int:
        return (await door.post(GOOD, headers={"X-Forwarded-For": source})).status

    assert [await refused("203.0.113.9") for _ in range(3)] == [401, 401, 429]
    assert await refused("203.0.113.10") == 401


@pytest.mark.parametrize("door", [{"require_signature": True}], indirect=True)
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 401, id="none"),
        pytest.param({"webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}, 401, id="forged"),
    ],
)
async def test_where_signatures_are_required_one_without_is_refused(
    door: Door, headers: Mapping[str, str], status: int
) -> None:
    answer = await door.post(GOOD, extra=dict(headers))

    assert (answer.status, answer.body) == (status, b"")
    assert await door.kept() == []
    assert door.receiver.refusals.unauthenticated == 1


@pytest.mark.parametrize("door", [{"require_signature": True}], indirect=True)
async def test_where_signatures_are_required_a_right_one_is_taken_in(door: Door) -> None:
    now = int(time.time())
    extra = {
        "webhook-id": "1",
        "webhook-timestamp": str(now),
        "webhook-signature": envelope.signature("client-secret", "1", now, GOOD),
    }

    assert (await door.post(GOOD, extra=extra)).status == 200
    assert await door.kept() == [GOOD]


@pytest.mark.parametrize(
    "wrong", ["nowhere", "127.0.0.1/33", "127.0.0.1; ::1", "10.0.0.1/8"], ids=["word", "bits", "semicolon", "host-bits"]
)
def test_proxies_that_are_no_addresses_are_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="expected addresses or networks"):
        PublicSettings(trusted_proxies=wrong)
