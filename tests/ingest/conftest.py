"""A daemon that has synced a small store and now follows it."""

from collections.abc import AsyncIterator

import pytest

from tests.support.bench import Bench, small_store


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with Bench(small_store()) as running:
        await running.synced()
        running.store.clock.advance(3600)
        yield running
