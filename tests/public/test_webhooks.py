"""Webhooks at the door: believed by their secret, kept before they are answered, answered with next to nothing."""

import asyncio
import gzip
import json
import socket
import time
from urllib.parse import quote

import pytest

from daemon.db import hook_watch
from daemon.ingest.connect import HOOK_KEY_HEADER
from tests.public.conftest import MAX_BODY_BYTES, SECRET, Door

ORDER = {
    "scope": "store/order/created",
    "store_id": "1",
    "data": {"type": "order", "id": 250},
    "producer": "stores/abc123",
}
GOOD = json.dumps(ORDER).encode()


async def test_a_delivery_is_kept_when_it_is_answered(door: Door) -> None:
    answer = await door.post(GOOD)

    assert (answer.status, answer.body) == (200, b"")
    assert await door.kept() == [GOOD]


async def test_every_delivery_of_a_burst_is_kept(door: Door) -> None:
    answers = await asyncio.gather(*(door.post(GOOD) for _ in range(50)))

    assert {answer.status for answer in answers} == {200}
    assert (await door.inbox()).pending == 50


async def test_what_was_taken_in_and_what_was_turned_away_is_counted(door: Door) -> None:
    await door.post(GOOD)
    await door.post(GOOD, headers={})
    await door.post(b"no json")
    await door.post(b"x" * (MAX_BODY_BYTES + 1))

    running = door.registry.activity.told().half_hours
    assert (sum(slot.deliveries for slot in running), sum(slot.turned_away for slot in running)) == (1, 3)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="none"),
        pytest.param({HOOK_KEY_HEADER: ""}, id="empty"),
        pytest.param({HOOK_KEY_HEADER: "wrong"}, id="wrong"),
        pytest.param({HOOK_KEY_HEADER: SECRET + "x"}, id="longer"),
        pytest.param({HOOK_KEY_HEADER: SECRET[:-1]}, id="shorter"),
        pytest.param({HOOK_KEY_HEADER: SECRET.upper()}, id="other-case"),
        pytest.param({HOOK_KEY_HEADER: "sécret"}, id="beyond-ascii"),
        pytest.param({"Authorization": SECRET}, id="in-another-header"),
    ],
)
async def test_without_the_right_secret_it_is_401_and_nothing_is_kept(door: Door, headers: dict[str, str]) -> None:
    answer = await door.post(GOOD, headers=headers)

    assert (answer.status, answer.body) == (401, b"")
    assert await door.kept() == []
    assert door.receiver.refusals.unauthenticated == 1


@pytest.mark.parametrize(
    "store", ["unknown1", "ABC123", "abc123 ", "a/b", "..", "%", "\0", "ä", "'; drop table store", "x" * 4000]
)
async def test_a_store_that_is_not_connected_is_401_or_404(door: Door, store: str) -> None:
    answer = await door.post(GOOD, store=quote(store, safe=""))

    assert answer.status in (401, 404)
    assert await door.kept() == []


async def test_an_unknown_store_with_the_secret_of_no_store_is_401(door: Door) -> None:
    answer = await door.post(GOOD, store="unknown1", headers={HOOK_KEY_HEADER: "no such store"})

    assert answer.status == 401


async def test_a_stranger_learns_nothing_of_which_stores_there_are(door: Door) -> None:
    known, unknown = await door.post(GOOD, headers={}), await door.post(GOOD, headers={}, store="unknown1")

    assert (known.status, known.body, sorted(known.headers)) == (unknown.status, unknown.body, sorted(unknown.headers))


async def test_a_body_too_large_is_413_and_counted(door: Door) -> None:
    answer = await door.post(b"x" * (MAX_BODY_BYTES + 1))

    assert (answer.status, answer.body) == (413, b"")
    assert door.receiver.refusals.too_large == 1


async def test_a_body_that_grows_too_large_when_unpacked_is_413(door: Door) -> None:
    answer = await door.post(gzip.compress(b"x" * 1_000_000), extra={"Content-Encoding": "gzip"})

    assert answer.status == 413


async def test_a_body_of_the_largest_size_is_kept(door: Door) -> None:
    body = GOOD + b" " * (MAX_BODY_BYTES - len(GOOD))

    assert (await door.post(body)).status == 200
    assert await door.kept() == [body]


async def test_a_stranger_cannot_make_us_read_a_large_body(door: Door) -> None:
    assert (await door.post(b"x" * (MAX_BODY_BYTES + 1), headers={})).status == 401


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"hello", id="no-json"),
        pytest.param(b"{", id="half-json"),
        pytest.param(b"\xff\xfe\x00", id="no-text"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="list"),
        pytest.param(b'"store/order/created"', id="text"),
        pytest.param(b"{}", id="no-scope"),
        pytest.param(b'{"scope":null}', id="scope-null"),
        pytest.param(b'{"scope":{"a":1}}', id="scope-object"),
        pytest.param(b'{"scope":"\\ud800"}', id="scope-no-text"),
        pytest.param(b'{"scope":"store/order/created","data":7}', id="data-no-object"),
        pytest.param(b"[" * 2000, id="endless-nesting"),
    ],
)
async def test_a_body_that_is_no_envelope_is_taken_and_counted(door: Door, body: bytes) -> None:
    answer = await door.post(body)

    assert (answer.status, answer.body) == (200, b"")
    assert door.receiver.refusals.unreadable == 1
    assert await door.kept() == []


async def test_a_packed_body_that_cannot_be_unpacked_is_taken_and_counted(door: Door) -> None:
    answer = await door.post(b"no gzip at all", extra={"Content-Encoding": "gzip"})

    assert answer.status == 200
    assert door.receiver.refusals.unreadable == 1


async def test_a_packed_body_is_kept_unpacked(door: Door) -> None:
    assert (await door.post(gzip.compress(GOOD), extra={"Content-Encoding": "gzip"})).status == 200
    assert await door.kept() == [GOOD]


@pytest.mark.parametrize(
    "envelope",
    [
        pytest.param({"scope": "store/weather/changed", "data": {"id": 1}}, id="unknown-scope"),
        pytest.param({"scope": "store/order/created"}, id="no-data"),
        pytest.param({"scope": "store/order/created", "data": {}}, id="no-id"),
        pytest.param({"scope": "store/order/created", "data": {"id": "../x"}}, id="odd-id"),
        pytest.param({"scope": "store/order/created", "data": {"id": -1}}, id="negative-id"),
        pytest.param({"scope": "store/order/created", "data": {"id": 10**40}}, id="giant-id"),
        pytest.param({"scope": "store/order/created", "data": {"id": [1]}}, id="id-list"),
        pytest.param({"scope": "", "data": {}}, id="empty-scope"),
        pytest.param({"scope": "a\0b", "data": {}}, id="nul-in-scope"),
        pytest.param({"scope": "x" * 1500, "data": {}}, id="long-scope"),
    ],
)
async def test_what_we_have_no_use_for_is_kept_as_done(door: Door, envelope: dict[str, object]) -> None:
    answer = await door.post(json.dumps(envelope).encode())

    assert answer.status == 200
    inbox = await door.inbox()
    assert (inbox.pending, inbox.done) == (0, 1)


@pytest.mark.parametrize(
    "extra",
    [
        {"ids": "as text", "data": {"id": "250"}},
        {"store_id": 1, "created_at": 1.5, "hash": None, "new_field": {"deep": [1]}},
        {"producer": "stores/other1"},
        {"producer": 7},
    ],
    ids=["id-as-text", "odd-types", "other-producer", "producer-number"],
)
async def test_an_odd_envelope_that_names_an_order_is_pending(door: Door, extra: dict[str, object]) -> None:
    answer = await door.post(json.dumps({**ORDER, **extra}).encode())

    assert answer.status == 200
    assert (await door.inbox()).pending == 1


async def test_the_content_type_does_not_matter(door: Door) -> None:
    assert (await door.post(GOOD, extra={"Content-Type": "text/plain; charset=nonsense"})).status == 200
    assert (await door.inbox()).pending == 1


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_only_post_delivers(door: Door, method: str) -> None:
    answer = await door.call(method, "/webhooks/bigcommerce/abc123", headers=door.headers)

    assert (answer.status, answer.body) == (405, b"")


@pytest.mark.parametrize(
    "path", ["/", "/webhooks", "/webhooks/bigcommerce/", "/v1/status", "/webhooks/bigcommerce/a/b"]
)
async def test_there_is_nothing_else(door: Door, path: str) -> None:
    answer = await door.call("GET", path)

    assert (answer.status, answer.body) == (404, b"")


async def test_the_health_check_says_ok_and_no_more(door: Door) -> None:
    answer = await door.call("GET", "/healthz")

    assert (answer.status, answer.body) == (200, b"ok\n")


@pytest.mark.parametrize("what", ["kept", "refused", "nowhere", "health"])
async def test_answers_do_not_tell_what_answers(door: Door, what: str) -> None:
    answer = {
        "kept": await door.post(GOOD),
        "refused": await door.post(GOOD, headers={}),
        "nowhere": await door.call("GET", "/nowhere"),
        "health": await door.call("GET", "/healthz"),
    }[what]

    assert {name.lower() for name in answer.headers} <= {"content-length", "content-type", "date"}
    assert not any(word in str(answer.headers).lower() for word in ("aiohttp", "python", "counterfoil"))


async def test_nothing_that_was_sent_comes_back(door: Door) -> None:
    marked = json.dumps({**ORDER, "mark": "m4rk"}).encode()
    answers = [
        await door.post(marked),
        await door.post(marked, headers={}),
        await door.post(b"m4rk"),
        await door.post(b"m4rk" * 1000),
        await door.post(marked, store="m4rk"),
        await door.call("GET", "/m4rk?m4rk=1", headers={"X-Mark": "m4rk"}),
    ]

    assert not [answer for answer in answers if b"m4rk" in answer.body or "m4rk" in str(answer.headers)]


async def _raw(door: Door, request: bytes) -> bytes:
    """What comes back for bytes that no client library would send, until the other end closes."""
    url = door.session._base_url
    assert url is not None
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), timeout=5)
    writer.close()
    await writer.wait_closed()
    return answer


def _request(*headers: bytes, body: bytes = GOOD) -> bytes:
    lines = [
        b"POST /webhooks/bigcommerce/abc123 HTTP/1.1",
        b"Host: x",
        b"Connection: close",
        b"%s: %s" % (HOOK_KEY_HEADER.encode(), SECRET.encode()),
        *headers,
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


async def test_headers_that_are_no_text_do_no_harm(door: Door) -> None:
    length = b"Content-Length: %d" % len(GOOD)

    answer = await _raw(door, _request(length, b"webhook-id: \xff\xfe", b"webhook-signature: \xff v1,\xff"))

    assert answer.startswith(b"HTTP/1.1 200")
    assert (await door.inbox()).pending == 1


async def test_a_body_in_broken_pieces_is_no_fault_of_ours(door: Door) -> None:
    answer = await _raw(door, _request(b"Transfer-Encoding: chunked", body=b"zz\r\nnonsense\r\n0\r\n\r\n"))

    assert answer.split()[1] == b"400"


@pytest.mark.parametrize("line", [b"Expect: 100-continue", b"Connection: keep-alive", b"Upgrade: websocket"])
async def test_a_call_in_another_way_is_kept_as_well(door: Door, line: bytes) -> None:
    answer = await _raw(door, _request(b"Content-Length: %d" % len(GOOD), line))

    assert answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n").startswith(b"HTTP/1.1 200 OK\r\n")
    assert await door.kept() == [GOOD]


async def test_calls_in_a_row_on_one_connection_are_answered_in_a_row(door: Door) -> None:
    good = _request(b"Content-Length: %d" % len(GOOD)).replace(b"Connection: close\r\n", b"")
    refused = good.replace(SECRET.encode(), b"wrong")
    last = _request(b"Content-Length: %d" % len(GOOD))

    answers = (await _raw(door, good + refused + good + last)).split(b"HTTP/1.1 ")[1:]

    assert [answer[:3] for answer in answers] == [b"200", b"401", b"200", b"200"]
    assert [b"Connection: close" in answer for answer in answers] == [False, False, False, True]
    assert await door.kept() == [GOOD] * 3


async def test_an_old_caller_is_answered_and_its_connection_closed(door: Door) -> None:
    call = _request(b"Content-Length: %d" % len(GOOD)).replace(b"HTTP/1.1", b"HTTP/1.0")

    answer = await _raw(door, call.replace(b"Connection: close\r\n", b""))

    assert answer.split(b"\r\n")[0] == b"HTTP/1.1 200 OK"


async def test_a_caller_who_hangs_up_is_not_kept_and_leaves_the_door_open(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    url = door.session._base_url
    assert url is not None
    for _ in range(5):
        with socket.create_connection((url.host or "", url.port or 0)) as caller:
            caller.sendall(_request(b"Content-Length: 1999"))

    assert (await door.post(GOOD)).status == 200
    assert await door.kept() == [GOOD]
    assert "public call failed" not in caplog.text


async def test_many_refused_calls_are_what_a_store_would_shun_us_for(door: Door) -> None:
    await asyncio.gather(*(door.post(GOOD, headers={}) for _ in range(11)), *(door.post(GOOD) for _ in range(89)))

    risk = door.receiver.answers.risk(int(time.time()))
    assert risk is not None
    assert (risk.requests, risk.refused, risk.reasons) == (100, 11, "11 no or a wrong secret header")


async def test_word_of_failing_deliveries_has_the_hooks_looked_at(door: Door) -> None:
    await door.database.write(lambda conn: hook_watch.note_looked(conn, 1, now=1, is_alive=True))
    told = {"scope": "store/hook/deliveryException", "data": {"type": "webhook", "id": 7, "error_code": 90001}}

    answer = await door.post(json.dumps(told).encode())

    watch = await door.database.read(lambda conn: hook_watch.watch(conn, 1))
    assert (answer.status, watch is not None and watch.calls) == (200, 1)
