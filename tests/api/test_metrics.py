"""Metrics of a real daemon, read as a monitor reads them."""

from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from common.client import ApiClient
from common.errors import Invalid
from common.stores import StoreAdd
from daemon.app import Daemon
from daemon.sandbox.store import SandboxStore
from daemon.settings import MetricsSettings, load_settings
from tests.api.conftest import IMPATIENT, settings_in
from tests.support.bench import free_port

Labels = frozenset[tuple[str, str]]


def samples(text: str) -> dict[tuple[str, Labels], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def at(name: str, **labels: str) -> tuple[str, Labels]:
    return f"counterfoil_{name}", frozenset(labels.items())


async def test_an_idle_daemon_tells_its_levels(client: ApiClient) -> None:
    found = samples(await client.metrics())

    assert found[at("inbox_deliveries", state="pending")] == 0
    assert found[at("inbox_oldest_pending_age_seconds")] == 0
    assert found[at("database_bytes")] > 0
    assert found[at("disk_free_bytes")] > 0
    assert found[at("process_resident_memory_bytes")] > 0
    assert (
        found[at("lane_unit_seconds_count", lane="db-writer")]
        == found[at("lane_unit_seconds_bucket", lane="db-writer", le="+Inf")]
    )
    assert found[at("event_readers")] == 0
    assert ("counterfoil_last_backup_age_seconds", frozenset()) not in found


async def test_a_store_is_told_by_its_hash_alone(beside_shop: ApiClient, shop: SandboxStore) -> None:
    identity = shop.identity
    await beside_shop.add_store(StoreAdd(store=identity.store_hash, token=identity.token, name="Acme", hooks=False))
    await beside_shop.pause_store(identity.store_hash)

    text = await beside_shop.metrics()

    found = samples(text)
    assert found[at("store_up", store=identity.store_hash)] == 0
    assert found[at("health", code="store-paused", severity="info")] == 1
    assert found[at("store_requests_total", store=identity.store_hash, outcome="answered")] > 0
    assert "Acme" not in text


async def test_a_monitor_on_this_machine_reads_them_from_a_port(folder: Path) -> None:
    listen = f"127.0.0.1:{free_port()}"
    settings = settings_in(folder).model_copy(update={"metrics": MetricsSettings(listen=listen)})
    async with Daemon(settings, patience=IMPATIENT), aiohttp.ClientSession() as session:
        async with session.get(f"http://{listen}/metrics") as answer:
            assert at("inbox_deliveries", state="dead") in samples(await answer.text())
        async with session.get(f"http://{listen}/v1/status") as answer:
            assert answer.status == 404


@pytest.mark.parametrize("listen", ["0.0.0.0:9474", "192.0.2.7:9474", "metrics", "127.0.0.1:99999"])
def test_a_listener_that_others_could_reach_is_refused(listen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_METRICS__LISTEN", listen)

    with pytest.raises(Invalid, match=r"metrics\.listen is wrong"):
        load_settings()
