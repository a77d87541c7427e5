"""Where deliveries wait for the disk: those that come while others are written are written together, next."""

import asyncio
import sqlite3
from functools import partial
from typing import NamedTuple

from daemon.bigcommerce.deliveries import HOOK_TROUBLE
from daemon.db import deliveries, hook_watch
from daemon.db.database import Database
from daemon.db.deliveries import Delivery


class _Waiting(NamedTuple):
    delivery: Delivery
    kept: asyncio.Future[None]


class Intake:
    """Under load a delivery costs a share of a statement, where each by itself would cost several."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, delivery: Delivery) -> None:
        """Returns when it is on the disk. Raises sqlite3.Error when it could not be written."""
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(delivery, kept))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all(), name="intake")
        await kept

    async def _write_all(self) -> None:
        while self._waiting:
            together, self._waiting = self._waiting, []
            try:
                await self._write(together)
            except sqlite3.IntegrityError:  # one of them, whose store is gone meanwhile: the others are good
                for one in together:
                    await self._write_alone(one)
            except Exception as error:  # each of them hears of it
                _tell(together, error)

    async def _write_alone(self, one: _Waiting) -> None:
        try:
            await self._write([one])
        except Exception as error:
            _tell([one], error)

    async def _write(self, together: list[_Waiting]) -> None:
        await self._database.write(partial(_keep, [one.delivery for one in together]))
        _tell(together, None)


def _tell(waiting: list[_Waiting], error: Exception | None) -> None:
    for one in waiting:
        if one.kept.done():  # its caller was cancelled
            continue
        if error is None:
            one.kept.set_result(None)
        else:
            one.kept.set_exception(error)


def _keep(arrived: list[Delivery], conn: sqlite3.Connection) -> None:
    """One that says that others fail has the hooks looked at, at the next beat."""
    deliveries.put_deliveries(conn, arrived)
    for store_id in {delivery.store_id for delivery in arrived if delivery.scope == HOOK_TROUBLE}:
        hook_watch.call_for_look(conn, store_id)
