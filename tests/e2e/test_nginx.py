"""The store's calls through a real nginx, run with the sample that is to be copied: what should reach us does."""

import asyncio
import http.client
import json
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass

import pytest
import pytest_asyncio

from common.doctor import CheckResult, Verdict
from daemon.ingest.connect import HOOK_KEY_HEADER
from tests.support.bench import eventually, free_port
from tests.support.house import House
from tests.support.proxy import NAME, Proxy, nginx

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(nginx() is None, reason="nginx is not installed"),
    pytest.mark.asyncio(loop_scope="module"),
]

_DAEMON, _SECURE, _OLD, _HEARING, _EAR = (free_port() for _ in range(5))
_ORDER = json.dumps({"scope": "store/order/updated", "data": {"type": "order", "id": 100}, "producer": "stores/x"})


@dataclass(frozen=True, slots=True)
class Street:
    """The store, the proxy it calls, and the daemon behind that."""

    house: House
    proxy: Proxy

    @property
    def path(self) -> str:
        return f"/webhooks/bigcommerce/{self.house.told['hash']}"

    def call(self, *, port: int = _SECURE) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection(NAME, port, context=self.proxy.trust(), timeout=10)

    async def answer(
        self, method: str, path: str, body: str | None = None, *, port: int = _SECURE, **headers: str
    ) -> int:
        """The status of one call, made beside the loop."""

        def asked() -> int:
            with closing(self.call(port=port)) as line:
                line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
                return line.getresponse().status

        return await asyncio.to_thread(asked)

    async def deliver(self, body: str = _ORDER, *, port: int = _SECURE, **more: str) -> int:
        """A delivery with the store's secret header."""
        _, secret = self.house.hook()
        return await self.answer("POST", self.path, body, port=port, **secret, **more)

    def kept(self) -> int:
        (count,) = self.house.rows("select count(*) from delivery")
        return int(count)


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    with Proxy() as made:
        made.add(_SECURE, _DAEMON)
        made.add(_OLD, _DAEMON, http_1_0=True)
        made.add(_HEARING, _EAR)
        made.start()
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def street(proxy: Proxy) -> AsyncIterator[Street]:
    environment = {
        "COUNTERFOIL_PUBLIC__LISTEN": f"127.0.0.1:{_DAEMON}",
        "COUNTERFOIL_PUBLIC__URL": f"https://{NAME}:{_SECURE}",
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(proxy.certificate))  # by which the store believes the proxy
        async with House("--customers=5", "--orders=10", "--quota=0", environment=environment) as house:
            await house.connect(hooks=True)
            yield Street(house, proxy)


async def test_an_order_reaches_the_box_through_the_proxy(street: Street) -> None:
    await street.house.happens("burst", count=1)

    async def is_in_a_box() -> bool:
        return [len(contact.ecommerce.orders) for contact in (await street.house.contacts()).values()] == [1]

    await eventually(is_in_a_box)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("HEAD", "/healthz", 200),
        ("POST", "/healthz", 403),
        ("GET", "/webhooks/bigcommerce/abc", 403),
        ("PUT", "/webhooks/bigcommerce/abc", 403),
        ("POST", "/webhooks/bigcommerce/abc", 401),
        ("POST", "/webhooks/bigcommerce/../../v1/status", 404),
        ("POST", "/webhooks/bigcommerce/%2e%2e/%2e%2e/healthz", 403),
        ("POST", "/webhooks/other", 404),
        ("POST", "/bigcommerce/auth", 403),
        ("GET", "/bigcommerce/authentic", 404),
        ("GET", "/v1/status", 404),
        ("GET", "/healthz/", 404),
        ("GET", "/", 404),
    ],
)
async def test_only_what_stores_call_passes(street: Street, method: str, path: str, status: int) -> None:
    assert await street.answer(method, path) == status


async def test_another_name_is_hung_up_on(street: Street) -> None:
    def shaken(name: str) -> None:
        context = street.proxy.trust()
        with (
            closing(socket.create_connection(("127.0.0.1", _SECURE), timeout=10)) as line,
            context.wrap_socket(line, server_hostname=name),
        ):
            pass

    with pytest.raises(ssl.SSLError, match=r"(?i)unrecognized.name"):
        await asyncio.to_thread(shaken, "elsewhere.example.com")
    with pytest.raises(http.client.RemoteDisconnected):
        await street.answer("GET", "/healthz", Host="elsewhere.example.com")


@pytest.mark.parametrize(("size", "status"), [(7900, 200), (9000, 400)])
async def test_large_headers_pass_as_far_as_the_daemon_takes_them(street: Street, size: int, status: int) -> None:
    assert await street.deliver(X_Large="x" * size) == status


@pytest.mark.parametrize(("size", "status"), [(65_536, 200), (65_537, 413)])
async def test_a_body_passes_up_to_the_daemon_s_own_limit(street: Street, size: int, status: int) -> None:
    assert await street.deliver(_ORDER.ljust(size)) == status


async def test_a_slow_caller_holds_up_nobody_and_is_answered_in_the_end(street: Street) -> None:
    _, secret = street.house.hook()
    before = street.kept()
    with closing(street.call()) as slow:

        def begun() -> None:
            slow.putrequest("POST", street.path)
            for name, value in {**secret, "Content-Length": str(len(_ORDER))}.items():
                slow.putheader(name, value)
            slow.endheaders(_ORDER[:20].encode())

        await asyncio.to_thread(begun)
        assert await street.deliver() == 200
        assert street.kept() == before + 1

        await asyncio.to_thread(slow.send, _ORDER[20:].encode())
        assert (await asyncio.to_thread(slow.getresponse)).status == 200
    assert street.kept() == before + 2


async def test_many_deliveries_come_over_one_connection(street: Street) -> None:
    _, secret = street.house.hook()

    def delivered(line: http.client.HTTPSConnection) -> tuple[int, object]:
        line.request("POST", street.path, _ORDER, secret)
        answer = line.getresponse()
        answer.read()
        return answer.status, line.sock

    with closing(street.call()) as line:
        answers = [await asyncio.to_thread(delivered, line) for _ in range(5)]

    assert {status for status, _ in answers} == {200}
    assert len({id(sock) for _, sock in answers}) == 1


async def test_a_proxy_that_still_speaks_http_1_0_to_us_is_understood(street: Street) -> None:
    assert [await street.deliver(port=_OLD) for _ in range(2)] == [200, 200]


async def test_a_delivery_waits_for_neither_a_new_proxy_nor_a_new_daemon(street: Street) -> None:
    street.proxy.stop()
    with pytest.raises(ConnectionRefusedError):
        await street.deliver()
    street.proxy.start()
    assert await street.deliver() == 200

    await street.house.stop()
    assert await street.deliver() == 502  # the store sends it again
    await street.house.start()
    assert await street.deliver() == 200


async def _looked_at(street: Street) -> dict[str, CheckResult]:
    async with street.house.api() as api:
        found = await api.diagnosis()
    return {result.code: result for result in found.results if result.code.startswith("public-")}


async def test_the_doctor_s_call_comes_through_whole(street: Street) -> None:
    found = await _looked_at(street)

    assert {code: result.verdict for code, result in found.items()} == dict.fromkeys(found, Verdict.WELL)
    assert {"public-name", "public-tls", "public-path"} <= found.keys()


@pytest.mark.parametrize(
    ("line", "instead", "found"),
    [
        ('Connection "";', f'Connection ""; proxy_set_header {HOOK_KEY_HEADER} "";', HOOK_KEY_HEADER),
        ("location /webhooks/bigcommerce/", "location /hooks/bigcommerce/", "answered 404"),
        (
            "proxy_pass http://counterfoil",
            "return 301 https://localhost/; proxy_pass http://counterfoil",
            "answered 301",
        ),
        ("client_max_body_size        64k", "client_max_body_size 8k", "answered 413"),
        (f"server 127.0.0.1:{_DAEMON}", f"server 127.0.0.1:{_EAR}", "answered 502"),
    ],
    ids=["a header dropped", "another path", "sent elsewhere", "small bodies", "another port"],
)
async def test_the_doctor_names_what_the_proxy_spoils(street: Street, line: str, instead: str, found: str) -> None:
    with street.proxy.saying(line, instead):
        path = (await _looked_at(street))["public-path"]

    assert (path.verdict, found in path.found) == (Verdict.ERROR, True), path
    assert path.remedy


async def test_what_a_caller_claims_about_itself_ends_at_the_proxy(street: Street) -> None:
    async with _ear() as heard:
        claims = {"X_Forwarded_For": "192.0.2.1", "Forwarded": "for=192.0.2.1", "X_Forwarded_Proto": "http"}
        assert await street.deliver(port=_HEARING, **claims) == 204

    (call,) = heard
    head, _, body = call.decode().partition("\r\n\r\n")
    lines = {name.lower(): value for name, _, value in (line.partition(": ") for line in head.splitlines()[1:])}
    assert (lines["x-forwarded-for"], lines["x-forwarded-proto"], lines["host"]) == ("127.0.0.1", "https", NAME)
    assert "forwarded" not in lines
    assert body == _ORDER  # byte for byte: it is what is signed


@asynccontextmanager
async def _ear() -> AsyncIterator[list[bytes]]:
    """Something that listens where the daemon would, and keeps what it hears."""
    heard: list[bytes] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(_ORDER.encode()))
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(hear, "127.0.0.1", _EAR):
        yield heard
