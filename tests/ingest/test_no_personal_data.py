"""Nobody's name, address or number, and no secret, gets into the log, the metrics or a support bundle."""

import io
import json
import logging
import tarfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
import pytest
from pydantic import SecretStr

from common.client import ApiClient
from common.contacts import ContactQuery
from common.errors import CounterfoilError
from common.inbox import DeliveryQuery
from common.stores import StoreAdd
from common.sync import RunKind
from daemon.app import Daemon
from daemon.logs import LastLines, start_logging
from daemon.sandbox.plan import Plan
from daemon.sandbox.store import SandboxStore
from daemon.settings import BigCommerceSettings, PublicSettings
from daemon.support.redaction import Redaction
from tests.api.conftest import IMPATIENT, settings_in
from tests.support.bench import eventually, free_port
from tui.cli.support import packed

CLIENT_SECRET = "c1ient-secret-0f-the-app-9876543210"
STORE_NAME = "Zanzibar Teapots"
VERA = "vera.unmistakable@example.com"


@pytest.fixture
def last_lines() -> Iterator[LastLines]:
    root, noisy = logging.getLogger(), [logging.getLogger(name) for name in ("asyncio", "aiohttp.server")]
    before, levels = (root.handlers[:], root.level), [(one, one.level, one.filters[:]) for one in noisy]
    yield start_logging("debug", under_journald=False)
    root.handlers[:], root.level = before
    for one, level, filters in levels:
        one.level, one.filters[:] = level, filters


async def test_a_day_of_work_tells_nobodys_name(last_lines: LastLines) -> None:
    with TemporaryDirectory(prefix="cf-") as made:
        texts, private = await _worked(Path(made), last_lines)

    assert len(texts["log"].splitlines()) > 5
    told = {(where, word) for where, text in texts.items() for word in private if word.lower() in text.lower()}
    assert told == set()


async def _worked(folder: Path, last_lines: LastLines) -> tuple[dict[str, str], set[str]]:
    """What was logged, measured and bundled after connecting, syncing, deliveries and refusals, and who must not be
    in it."""
    listen = f"127.0.0.1:{free_port()}"
    shop = SandboxStore(Plan(customers=8, orders=12, products=6))
    async with shop:
        settings = settings_in(folder, api_url=shop.url).model_copy(
            update={
                "public": PublicSettings(listen=listen, url=f"http://{listen}"),
                "bigcommerce": BigCommerceSettings(api_url=shop.url, client_secret=SecretStr(CLIENT_SECRET)),
            }
        )
        daemon = Daemon(settings, patience=IMPATIENT, last_lines=last_lines)
        async with daemon, ApiClient(folder / "counterfoil.sock") as client:
            return await _told(client, shop, last_lines)


async def _told(client: ApiClient, shop: SandboxStore, last_lines: LastLines) -> tuple[dict[str, str], set[str]]:
    identity = shop.identity
    shop.live()
    await client.add_store(StoreAdd(store=identity.store_hash, token=SecretStr(identity.token), name=STORE_NAME))
    run = await client.start_run(identity.store_hash, RunKind.HISTORICAL)

    async def is_over() -> bool:
        return (await client.run(run.id)).state.is_over

    await eventually(is_over)
    await _something_comes_live(client, shop)
    people = (await client.contacts(ContactQuery(limit=100))).contacts
    bundle = await client.support_bundle()
    archive = tarfile.open(fileobj=io.BytesIO(packed(bundle)))  # noqa: SIM115 - in memory
    inside = {entry.name: (archive.extractfile(entry) or io.BytesIO()).read().decode() for entry in archive}
    private = {one.email for one in people} | {one.last_name for one in people if len(one.last_name) > 4}
    private |= {identity.token, identity.client_secret, CLIENT_SECRET, VERA, "Unmistakable", "not welcome"}
    texts = {"log": "\n".join(last_lines.lines), "metrics": await client.metrics(), **inside}
    named = {STORE_NAME.lower(), identity.store_hash}
    assert not [name for name, text in inside.items() for word in named if word in text.lower()]
    assert len(people) > 3
    return texts, private


async def _something_comes_live(client: ApiClient, shop: SandboxStore) -> None:
    """By webhooks: a person, an order, and a store that quotes the person while it refuses."""

    async def acted(what: str, **body: object) -> None:
        async with aiohttp.ClientSession() as session, session.post(f"{shop.url}/_sandbox/{what}", json=body) as done:
            assert done.status == 200

    await acted("customer", email=VERA, first_name="Vera", last_name="Unmistakable")
    await eventually(lambda: _is_known(client))
    words = json.dumps([{"status": 422, "message": f"Vera Unmistakable <{VERA}> is not welcome"}])
    await acted("fail", times=5, path="/v2/orders", status=422, body=words)
    await acted("order", email=VERA)

    async def has_failed() -> bool:
        rows = (await client.deliveries(DeliveryQuery(limit=50))).deliveries
        return any("is not welcome" in row.error for row in rows)

    await eventually(has_failed)
    logging.getLogger("daemon").error(
        "planted", extra={"why": f"the store answered 422 to GET /v2/orders (Unmistakable {VERA})"}
    )


async def _is_known(client: ApiClient) -> bool:
    try:
        return (await client.contact(VERA)).last_name == "Unmistakable"
    except CounterfoilError:
        return False


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mail to Ann.Lee+x@example.co.uk failed", "mail to (email) failed"),
        ("call +49 171 2345678 now", "call (number) now"),
        ("call (030) 1234-567 now", "call (number) now"),
        ("2026-11-26 19:24:00,123 INFO ready", "2026-11-26 19:24:00,123 INFO ready"),
        ("until 2026-11-26T19:24:00Z", "until 2026-11-26T19:24:00Z"),
        ("database_bytes 552960123456", "database_bytes 552960123456"),
        ("key gAAAAABnQ1xyz0123456789abcdefgh-_=", "key (token)"),
        (
            "delivery_resource_ix of counterfoil_lane_unit_seconds",
            "delivery_resource_ix of counterfoil_lane_unit_seconds",
        ),
        ("store abc123xyz of Acme Ltd", "store abc1… of (name)"),
        ("s3cr3t!", "(secret)"),
    ],
)
def test_what_is_taken_out(text: str, told: str) -> None:
    redaction = Redaction(names=["Acme Ltd", ""], hashes=["abc123xyz"], secrets=["s3cr3t!", ""])

    assert redaction.of(text) == told


def test_of_an_error_what_it_quotes_is_left_out() -> None:
    redaction = Redaction(names=[], hashes=[], secrets=[])

    assert (
        redaction.of_error("the store sent name='Ann Lee' (expected text)") == "the store sent name='…' (expected text)"
    )
