"""Erasing a store and waiting until it is done."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from common.errors import NotFound
from common.stores import StoreDetail, StorePurged
from tui.cli.question import typed
from tui.format import count

if TYPE_CHECKING:
    from common.client import ApiClient

_LOOK_EVERY_S = 0.25
_TELL_EVERY_S = 5.0


def typed_hash(store_hash: str) -> str:
    """What the person types when asked for the hash."""
    return typed(
        f"Everything of {store_hash} will be erased, for good. Type its hash to go on", option="--confirm HASH"
    )


async def purged(client: "ApiClient", store_hash: str, *, confirm: str, say: Callable[[str], None]) -> StorePurged:
    """Has the store erased and returns when nothing is left of it; *say* is told how much is left meanwhile."""
    left = await client.purge_store(store_hash, confirm=confirm)
    say(_told(left))
    waited_s = 0.0
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        waited_s += _LOOK_EVERY_S
        try:
            left = await client.store(store_hash)
        except NotFound:
            return StorePurged(hash=store_hash)
        if waited_s >= _TELL_EVERY_S:
            say(_told(left))
            waited_s = 0.0


def _told(store: StoreDetail) -> str:
    return f"Erasing {store.hash}: {count(store.orders)} orders, {count(store.customers)} customers are left."
