"""Calls nobody means well by, as bytes: made from a seed, so that a round can be had again."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "X" * 40)
_CALLBACKS = ("auth", "load", "uninstall", "remove-user", "", "../healthz")
_PLACES = (
    *(
        "/",
        "/.env",
        "/wp-login.php",
        "/v1/status",
        "//",
        "/healthz/..",
        "/%00",
        "/%ff%fe",
        "/a" * 300,
        "/?" + "q=1&" * 300,
    ),
    *("/webhooks", "/webhooks/bigcommerce/", "/webhooks/bigcommerce/a/b/c", "http://elsewhere.example/healthz", "*"),
)
_LIMIT = 65_536


@dataclass(frozen=True, slots=True)
class Call:
    """*is_cut* = it is hung up in its midst, and may stay without an answer; *is_last* = no call can follow it."""

    wire: bytes
    is_last: bool = False
    is_cut: bool = False


class Hostile:
    """An endless row of calls. *path* and *key*: where the store's deliveries go, and by what they are believed."""

    def __init__(self, seed: int, *, path: str, key: tuple[str, str]) -> None:
        self._dice = Random(seed)
        self._path = path
        self._key = key
        self._kinds: tuple[tuple[Callable[[], Call], int], ...] = (
            (self._stranger, 20),
            (self._wrong_key, 20),
            (self._believed, 4),
            (self._callback, 20),
            (self._odd_headers, 12),
            (self._too_large, 3),
            (self._chunks, 6),
            (self._no_http, 8),
            (self._broken_frame, 7),
        )

    def one(self) -> Call:
        makers, weights = [make for make, _ in self._kinds], [weight for _, weight in self._kinds]
        (make,) = self._dice.choices(makers, weights)
        return make()

    def _stranger(self) -> Call:
        method = self._dice.choice(_METHODS)
        where = self._dice.choice((*_PLACES, self._path, "/healthz", "/bigcommerce/load"))
        return Call(_call(method, where), is_last=method == "CONNECT")

    def _wrong_key(self) -> Call:
        given = self._dice.choice(("", "x", self._key[1][:-1], self._key[1] + "x", "é\xff", "a" * 4000))
        return Call(
            _call("POST", self._dice.choice((self._path, self._path + "x")), self._junk(), {self._key[0]: given})
        )

    def _believed(self) -> Call:
        body = self._dice.choice((self._junk(), _nested(), json.dumps({"scope": self._text(), "data": {}}).encode()))
        packed = {"Content-Encoding": "gzip"} if self._dice.random() < 0.2 else {}
        return Call(_call("POST", self._path, body, {self._key[0]: self._key[1], **packed}), is_last=bool(packed))

    def _callback(self) -> Call:
        claims = {
            "aud": self._text(),
            "iss": "bc",
            "sub": "stores/abc123",
            "exp": self._dice.choice((0, 2**70, -1, "x")),
        }
        head = {"alg": self._dice.choice(("none", "None", "HS256", "HS512", "RS256", "")), "typ": "JWT"}
        token = ".".join((_b64(head), _b64(claims), self._dice.choice(("", "AAAA", "%00", "é"))))
        query = self._dice.choice(
            (
                f"signed_payload_jwt={token}",
                "signed_payload_jwt=" + "a." * 600,
                "code=&context=stores/../..",
                "",
                "&" * 50,
            )
        )
        return Call(_call("GET", f"/bigcommerce/{self._dice.choice(_CALLBACKS)}?{query}"))

    def _odd_headers(self) -> Call:
        headers = self._dice.choice(
            (
                {"X-Forwarded-For": ", ".join(f"10.{n % 256}.0.1" for n in range(200))},
                {"X-Forwarded-For": self._text()},
                {"Range": "bytes=0-18446744073709551615", "If-Match": "*", "Cookie": "a=" * 500},
                {f"X-{n}": "v" * 20 for n in range(90)},
                {"webhook-id": "x", "webhook-timestamp": "9" * 40, "webhook-signature": "v1," * 90},
                {"Expect": "the-unexpected"},
                {"Upgrade": "websocket", "Sec-WebSocket-Key": "x"},
                {"Accept-Encoding": "gzip;q=nan, br;q=-1", "Content-Type": "multipart/form-data; boundary="},
            )
        )
        return Call(_call("POST", self._path, b"{}", headers), is_last="Upgrade" in headers)

    def _too_large(self) -> Call:
        key = {self._key[0]: self._key[1]}
        if self._dice.random() < 0.5:
            return Call(_call("POST", self._path, b"a" * (_LIMIT + 10), key), is_last=True)
        declared = {**key, "Content-Length": str(self._dice.choice((_LIMIT * 10**6, 2**63, 10**30)))}
        return Call(_head("POST", self._path, declared), is_cut=True)

    def _chunks(self) -> Call:
        body = self._dice.choice(
            (b"5\r\nhello\r\n0\r\n\r\n", b"zz\r\n", b"-1\r\n", b"ffffffffffffffffff\r\na", b"1;x=y\r\na\r\n0\r\n\r\n")
        )
        headers = {"Transfer-Encoding": "chunked", self._key[0]: self._key[1]}
        return Call(_head("POST", self._path, headers) + body, is_last=True)

    def _no_http(self) -> Call:
        tls = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
        lines = (
            b"GET\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
            b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
            b"SSH-2.0-x\r\n\r\n",
        )
        odd = (
            b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
            b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        )
        return Call(
            self._dice.choice((*lines, *odd, tls, b"\x00" + self._dice.randbytes(60) + b"\r\n\r\n")), is_last=True
        )

    def _broken_frame(self) -> Call:
        both = {"Content-Length": "5", "Transfer-Encoding": "chunked"}
        length = {"Content-Length": self._dice.choice(("-1", "+5", "0x10", "5, 6", "five", "100"))}
        null = {"X-A": "b\x00c"}
        return Call(_head("POST", self._path, self._dice.choice((both, length, null))) + b"abc", is_last=True)

    def _junk(self) -> bytes:
        return self._dice.randbytes(self._dice.randrange(300))

    def _text(self) -> str:
        return "".join(self._dice.choice("ab\t'\"<>;&%é0") for _ in range(self._dice.randrange(30)))


def _call(method: str, where: str, body: bytes = b"", headers: dict[str, str] | None = None) -> bytes:
    return _head(method, where, {**(headers or {}), "Content-Length": str(len(body))}) + body


def _head(method: str, where: str, headers: dict[str, str]) -> bytes:
    lines = [
        f"{method} {where} HTTP/1.1",
        "Host: hooks.example.com",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def _b64(claims: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()


def _nested() -> bytes:
    return b'{"scope":"store/order/updated","data":' + b"[" * 5_000 + b"]" * 5_000 + b"}"
