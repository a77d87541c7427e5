"""Fixtures: a small store at a fixed second, and a client that asks it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from daemon.sandbox.plan import Plan
from daemon.sandbox.store import SandboxStore
from tests.sandbox.client import Asker


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def store() -> AsyncIterator[SandboxStore]:
    """400 orders and 120 customers with every exception, on a clock that stands still."""
    async with SandboxStore(Plan(customers=120, orders=400, products=60)) as running:
        yield running


@pytest.fixture
def ask(store: SandboxStore, session: aiohttp.ClientSession) -> Asker:
    return Asker(store, session)
