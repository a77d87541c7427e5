"""Driving a store from another process."""

import json
import signal
import socket
import subprocess
import sys
import time
from typing import Any

import aiohttp
import pytest
from click.testing import CliRunner

from common.errors import Refused
from daemon.sandbox import faults
from daemon.sandbox.command import sandbox
from daemon.sandbox.control import ACTIONS, HELP
from daemon.sandbox.store import SandboxStore


async def post(session: aiohttp.ClientSession, store: SandboxStore, route: str, /, **body: Any) -> Any:
    async with session.post(f"{store.url}/_sandbox/{route}", json=body) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def test_an_order_goes_through_its_life_over_http(store: SandboxStore, session: aiohttp.ClientSession) -> None:
    customer = store.world.customers.ids[0]
    product = next(iter(store.world.catalogue.products))
    order = await post(session, store, "order", customer_id=customer, basket=[[product, 2]])
    await post(session, store, "status", order_id=order["id"], status_id=2)
    await post(session, store, "refund", order_id=order["id"], cents=100)
    await post(session, store, "archive", order_id=order["id"])

    kept = store.world.orders[order["id"]]
    assert (kept.status_id, kept.is_archived, kept.lines[0].quantity) == (14, True, 2)


async def test_carts_people_and_catalogue_are_driven_too(store: SandboxStore, session: aiohttp.ClientSession) -> None:
    cart = await post(session, store, "cart/abandon", email="shopper@example.com")
    order = await post(session, store, "cart/convert", cart_id=cart["cart_id"])
    made = await post(session, store, "customer", email="new@example.com")
    await post(session, store, "customer/edit", customer_id=made["customer_id"], first_name="Nina")
    await post(session, store, "subscribe", email="new@example.com")
    await post(session, store, "unsubscribe", email="new@example.com")
    category = min(store.world.catalogue.categories)
    await post(session, store, "category/rename", category_id=category, name="New")

    assert store.world.orders[order["id"]].cart_id == cart["cart_id"]
    assert store.world.customers[made["customer_id"]].first_name == "Nina"
    assert store.world.catalogue.categories[category].name == "New"


async def test_bursts_and_random_life_add_events(store: SandboxStore, session: aiohttp.ClientSession) -> None:
    burst = await post(session, store, "burst", count=25)
    await post(session, store, "live", count=40)
    async with session.get(f"{store.url}/_sandbox/stats") as answer:
        stats = await answer.json()

    assert len(set(burst["order_ids"])) == 25
    assert stats["announced"]["store/order/created"] >= 25
    assert stats["requests"] == {}


async def test_token_scopes_quota_and_clock_can_be_changed(store: SandboxStore, session: aiohttp.ClientSession) -> None:
    before = store.clock.now()
    await post(session, store, "token", token="fresh")
    await post(session, store, "scopes", drop=["store_cart_read_only"])
    await post(session, store, "quota", limit=10, other_apps=1)
    await post(session, store, "advance", seconds=90)
    await post(session, store, "faults", spec="lost=0.5")
    await post(session, store, "fail", times=2, path="/v2", status=503)

    assert store.identity.token == "fresh"
    assert "store_cart_read_only" not in store.identity.scopes
    assert store.gate.quota.share == 5
    assert store.clock.now() == before + 90
    assert store.faults.values == {"lost": 0.5}
    assert len(store.gate.failures) == 2


async def test_a_mistake_is_400_with_its_reason(store: SandboxStore, session: aiohttp.ClientSession) -> None:
    async with session.post(f"{store.url}/_sandbox/status", json={"order_id": 1, "status_id": 2}) as answer:
        assert (answer.status, "KeyError" in (await answer.json())["error"]) == (400, True)


async def test_the_truth_is_dumped_line_by_line(store: SandboxStore, session: aiohttp.ClientSession) -> None:
    async with session.get(f"{store.url}/_sandbox/truth") as answer:
        rows = [json.loads(line) for line in (await answer.text()).splitlines()]

    assert sum(row["kind"] == "order" for row in rows) == len(store.world.orders)
    assert {row["kind"] for row in rows} >= {"category", "product", "customer", "subscriber", "order", "refund"}


def test_every_action_is_explained() -> None:
    assert set(ACTIONS) == set(HELP)


def test_help_names_every_fault_and_route() -> None:
    text = CliRunner().invoke(sandbox, ["--help"]).output

    assert [name for name in faults.KNOWN if name not in text] == []
    assert "/_sandbox/cart/abandon" in text


def test_an_unknown_fault_is_a_usage_error() -> None:
    result = CliRunner().invoke(sandbox, ["--faults", "gremlins"])

    assert (result.exit_code, "gremlins" in result.output) == (2, True)


@pytest.mark.parametrize(
    "words", [["--port", "65536"], ["--orders", "-5"], ["--quota", "-1"], ["--rate", "-1"], ["--without-scope", "nope"]]
)
def test_a_store_that_cannot_be_is_a_usage_error(words: list[str]) -> None:
    result = CliRunner().invoke(sandbox, words)

    assert (result.exit_code, words[1] in result.output) == (2, True)


def test_a_port_that_is_taken_is_refused_with_a_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])

        result = CliRunner().invoke(sandbox, ["--port", port, "--customers", "1", "--orders", "1", "--products", "5"])

    assert isinstance(result.exception, Refused)
    assert port in result.exception.message
    assert "--port" in result.exception.remedy


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_says_when_it_is_ready_and_ends_within_a_second(number: signal.Signals) -> None:
    sizes = ("--customers", "50", "--orders", "100", "--products", "20")
    command = [sys.executable, "-m", "daemon.sandbox.command", "--port", "0", *sizes]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        ready = json.loads(process.stdout.readline())
        asked = time.monotonic()
        process.send_signal(number)
        code = process.wait(5)

    assert set(ready) >= {"url", "hash", "token", "client_secret", "pid"}
    assert (code, time.monotonic() - asked < 1) == (0, True)
