"""One request: what is sent, what is tried again, and in which words it fails."""

import gzip
from collections.abc import Callable
from contextlib import suppress

import pytest
from aiohttp import web

from common.errors import CounterfoilError
from daemon.activity import Happening
from daemon.bigcommerce.budget import Priority
from daemon.bigcommerce.errors import (
    AbsentInStore,
    MissingScope,
    StoreRejected,
    StoreUnauthorized,
    StoreUnavailable,
    UnknownStore,
)
from daemon.bigcommerce.transport import Answer, StoreTransport
from tests.unit.bigcommerce.conftest import TOKEN, ManualClock, Reply, StubStore, reply

GOOD = reply([{"id": 1}], headers={"Date": "Thu, 09 Oct 2025 08:53:20 GMT"})


async def fetch(transport: StoreTransport, path: str = "/v2/orders", **params: str) -> Answer:
    return await transport.fetch("GET", path, params, priority=Priority.LIVE)


async def test_a_request_carries_the_token_and_asks_for_compressed_json(
    store: StubStore, transport: StoreTransport
) -> None:
    store.on("/v2/orders", GOOD)

    await fetch(transport, **{"min_date_modified": "2025-10-09T08:53:20Z", "id:in": "1,2"})

    seen = store.seen[0]
    assert (seen.headers["X-Auth-Token"], seen.headers["Accept"]) == (TOKEN, "application/json")
    assert (seen.headers["Accept-Encoding"], seen.headers["User-Agent"]) == ("gzip", "Counterfoil")
    assert seen.query == {"min_date_modified": "2025-10-09T08:53:20Z", "id:in": "1,2"}


async def test_an_answer_tells_the_stores_time_and_when_we_asked(
    store: StubStore, transport: StoreTransport, clock: ManualClock
) -> None:
    store.on("/v2/orders", GOOD)

    assert await fetch(transport) == Answer(200, b'[{"id":1}]', 1_760_000_000, clock.now_ms(), took_s=0.0)


async def test_what_an_answer_took_is_neither_our_waiting_nor_the_attempts_before(
    store: StubStore, transport: StoreTransport, clock: ManualClock
) -> None:
    def slow(span_s: float, then: Reply) -> Reply:
        def answer() -> web.StreamResponse:
            clock.at_s += span_s
            return then()

        return answer

    store.on("/v2/orders", slow(7, reply(status=429)), slow(5, reply(status=503)), slow(2, GOOD))

    answer = await fetch(transport)

    assert (answer.took_s, sum(clock.slept) > 0) == (2.0, True)


@pytest.mark.parametrize(
    ("replies", "outcomes"),
    [
        ([GOOD], [Happening.ANSWERED]),
        ([reply(status=404)], [Happening.ANSWERED]),
        ([reply(status=429), reply(status=503), GOOD], [Happening.OVER_QUOTA, Happening.FAILED, Happening.ANSWERED]),
        ([reply(status=403)], [Happening.REFUSED]),
        ([reply(status=422)], [Happening.REFUSED]),
        ([reply(status=302)], [Happening.REFUSED]),
    ],
    ids=["answered", "gone", "tried again", "no permission", "not accepted", "sent elsewhere"],
)
async def test_every_request_is_told_by_what_became_of_it(
    store: StubStore, transport: StoreTransport, replies: list[Reply], outcomes: list[Happening]
) -> None:
    told: list[Happening] = []
    transport.on_outcome = told.append
    store.on("/v2/orders", *replies)

    with suppress(CounterfoilError):
        await fetch(transport)

    assert told == outcomes


async def test_a_request_that_reaches_nobody_has_failed(connect: Callable[..., StoreTransport]) -> None:
    nowhere, told = connect(url="http://127.0.0.1:1"), list[Happening]()
    nowhere.on_outcome = told.append

    with pytest.raises(StoreUnavailable):
        await fetch(nowhere)

    assert set(told) == {Happening.FAILED}


async def test_a_compressed_answer_is_unpacked(store: StubStore, transport: StoreTransport) -> None:
    store.on("/v2/orders", reply(raw=gzip.compress(b'[{"id":1}]'), headers={"Content-Encoding": "gzip"}))

    assert (await fetch(transport)).body == b'[{"id":1}]'


async def test_an_empty_list_is_an_empty_body(store: StubStore, transport: StoreTransport) -> None:
    store.on("/v2/orders", reply(status=204))

    answer = await fetch(transport)

    assert (answer.status, answer.body) == (204, b"")


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(reply([{"status": 500, "message": "Oops"}], status=500), id="500"),
        pytest.param(reply(status=502, raw=b"<html>Bad gateway</html>"), id="502 with html"),
        pytest.param(reply(status=503), id="503 empty"),
        pytest.param(reply(status=504), id="504"),
        pytest.param(reply(status=423), id="locked"),
        pytest.param(reply(status=408), id="timeout"),
        pytest.param(reply(status=520), id="an edge's own code"),
        pytest.param(reply(raw=b'[{"id":1},{"id'), id="JSON cut in the middle"),
        pytest.param(reply(raw=b"[{}]", headers={"Content-Encoding": "gzip"}), id="not the compression it says"),
    ],
)
async def test_passing_trouble_is_tried_again(store: StubStore, transport: StoreTransport, trouble: Reply) -> None:
    store.on("/v2/orders", trouble, trouble, GOOD)

    assert (await fetch(transport)).body == b'[{"id":1}]'
    assert len(store.seen) == 3


async def test_trouble_that_lasts_makes_the_store_unavailable(store: StubStore, transport: StoreTransport) -> None:
    store.on("/v2/orders", reply(status=503, raw=b"<h1>Down for\n maintenance</h1>"))

    with pytest.raises(StoreUnavailable, match=r"abc123 .*503 \(<h1>Down for maintenance</h1>\)") as failure:
        await fetch(transport)

    assert failure.value.is_overloaded
    assert len(store.seen) == 3


async def test_nobody_listening_is_unavailable_but_not_overloaded(connect: Callable[..., StoreTransport]) -> None:
    with pytest.raises(StoreUnavailable) as failure:
        await fetch(connect(url="http://127.0.0.1:1"))

    assert not failure.value.is_overloaded


async def test_an_answer_that_breaks_off_is_tried_again(store: StubStore, transport: StoreTransport) -> None:
    class Cut(web.Response):
        async def write_eof(self, data: bytes = b"") -> None:
            if self._req is not None and self._req.transport is not None:
                self._req.transport.close()

    store.on("/v2/orders", lambda: Cut(body=b"[" + b" " * 4096), GOOD)

    assert (await fetch(transport)).body == b'[{"id":1}]'


async def test_a_post_is_not_sent_twice(store: StubStore, transport: StoreTransport) -> None:
    store.on("/v3/hooks", reply(status=502))

    with pytest.raises(StoreUnavailable):
        await transport.fetch("POST", "/v3/hooks", body={"scope": "x"}, priority=Priority.LIVE)

    assert len(store.seen) == 1
    assert (store.seen[0].body, store.seen[0].headers["Content-Type"]) == (b'{"scope": "x"}', "application/json")


async def test_a_refusal_for_quota_is_waited_out(
    store: StubStore, transport: StoreTransport, clock: ManualClock
) -> None:
    store.on("/v2/orders", reply(status=429, headers={"X-Retry-After": "7"}), reply(status=509), GOOD)

    await fetch(transport)

    assert clock.slept == [7, 5]


async def test_a_quota_that_stays_used_up_is_said_so(store: StubStore, transport: StoreTransport) -> None:
    store.on("/v2/orders", reply(status=429))

    with pytest.raises(StoreUnavailable, match="quota is used up"):
        await fetch(transport)

    assert len(store.seen) == 8


async def test_the_first_401_is_asked_again(store: StubStore, transport: StoreTransport) -> None:
    store.on("/v2/orders", reply(status=401), GOOD)

    assert (await fetch(transport)).status == 200


async def test_the_second_401_means_the_token_is_dead(store: StubStore, transport: StoreTransport) -> None:
    store.on("/v2/orders", reply({"status": 401, "title": "Unauthorized"}, status=401))

    with pytest.raises(StoreUnauthorized, match=r"abc123 answered 401 to GET /v2/orders \(Unauthorized\).*reconnect"):
        await fetch(transport)

    assert len(store.seen) == 2


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/v2/orders/1/products", "store_v2_orders_read_only"),
        ("/v3/orders/payment_actions/refunds", "store_v2_orders_read_only"),
        ("/v3/customers/subscribers", "store_v2_customers_read_only"),
        ("/v3/catalog/trees/categories", "store_v2_products_read_only"),
        ("/v2/store", "store_v2_information_read_only"),
        ("/v3/carts/x", "store_cart_read_only"),
        ("/v3/channels", "store_channel_settings_read_only"),
        ("/v3/hooks", ""),
    ],
)
async def test_403_names_the_missing_scope(store: StubStore, transport: StoreTransport, path: str, scope: str) -> None:
    store.on(path, reply(status=403))

    with pytest.raises(MissingScope) as failure:
        await fetch(transport, path)

    assert failure.value.scope == scope
    assert scope in str(failure.value)


@pytest.mark.parametrize("path", ["/v2/store", "/v2/time"])
async def test_a_store_that_has_not_even_a_name_is_unknown(transport: StoreTransport, path: str) -> None:
    with pytest.raises(UnknownStore, match="no store abc123"):
        await fetch(transport, path)


async def test_any_other_404_is_only_that_thing_missing(transport: StoreTransport) -> None:
    with pytest.raises(AbsentInStore, match=r"404 to GET /v2/orders/5 \(Nothing here\.\)"):
        await fetch(transport, "/v2/orders/5")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(
            b'[{"status":400,"message":"The field \'x\' is not supported."}]', "The field 'x' is not", id="v2"
        ),
        pytest.param(
            b'[{"message":"Too many.","details":{"max_limit":250}}]', 'Too many. {"max_limit": 250}', id="details"
        ),
        pytest.param(
            b'{"title":"Invalid","errors":{"destination":"error.path.missing"}}', "error.path.missing", id="v3"
        ),
        pytest.param(b'{"title":"Invalid","errors":{}}', "(Invalid)", id="v3 without errors"),
        pytest.param(b'{"errors":[{"title":"No group"}]}', "No group", id="list of errors"),
        pytest.param(b"<html>\n<b>No</b></html>", "<html> <b>No</b></html>", id="html"),
        pytest.param(b"", "no explanation", id="nothing"),
        pytest.param(b"[]", "[]", id="empty list"),
        pytest.param(b'"just text"', "just text", id="text"),
        pytest.param(b"[" * 5000, "[[[[", id="nested without end"),
    ],
)
async def test_what_the_store_says_is_passed_on(
    store: StubStore, transport: StoreTransport, body: bytes, words: str
) -> None:
    store.on("/v2/orders", reply(status=400, raw=body))

    with pytest.raises(StoreRejected) as failure:
        await fetch(transport)

    assert words in failure.value.message
    assert failure.value.status == 400
    assert len(failure.value.message) < 400


async def test_a_redirect_is_not_followed(store: StubStore, transport: StoreTransport) -> None:
    store.on("/v2/orders", reply(status=301, headers={"Location": f"{store.url}stolen"}))

    with pytest.raises(StoreRejected, match="redirect"):
        await fetch(transport)

    assert [seen.path for seen in store.seen] == ["/v2/orders"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
async def test_a_store_that_echoes_the_token_does_not_get_it_into_an_error(
    store: StubStore, transport: StoreTransport, status: int
) -> None:
    store.on("/v2/orders", reply([{"message": f"bad token {TOKEN}"}], status=status))

    with pytest.raises((StoreRejected, StoreUnauthorized, MissingScope, StoreUnavailable)) as failure:
        await fetch(transport)

    assert TOKEN not in f"{failure.value} {failure.value.__cause__!r} {transport!r}"


async def test_every_request_that_goes_out_is_counted(store: StubStore, transport: StoreTransport) -> None:
    counted: list[int] = []
    store.on("/v2/orders", reply(status=500), reply(status=429), reply(status=401), GOOD)

    await transport.fetch("GET", "/v2/orders", priority=Priority.LIVE, on_request=lambda: counted.append(1))

    assert len(counted) == len(store.seen) == 4
