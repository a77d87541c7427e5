"""For how long things are kept: what is too old goes in small portions, beside all other work."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from common.edits import UNDO_DAYS
from common.times import DAY_S, HOUR_S
from daemon.clock import Clock
from daemon.db import audit, edits, health, retention
from daemon.db.database import Database
from daemon.segments import rolls
from daemon.settings import RetentionSettings, SegmentSettings

log = logging.getLogger(__name__)

# Nobody waits for the writer longer than for a commit: 500 rows take some milliseconds.
_ROWS_A_PORTION = 500
_PORTIONS_A_BEAT = 20
_EVERY_S = HOUR_S
_SIZES_KEPT_DAYS = 30

Forget = Callable[..., int]


@dataclass(frozen=True, slots=True)
class _Rule:
    """What is let go after *days*; 0 = never."""

    what: str
    days: int
    forget: Forget


class Retention:
    """Lets go what is older than the settings want, and notes how large the database is."""

    def __init__(
        self, database: Database, settings: RetentionSettings, segments: SegmentSettings, *, clock: Clock
    ) -> None:
        self._database = database
        self._settings = settings
        self._segments = segments
        self._clock = clock
        self._next_at = 0
        self._raw_next_at = 0

    async def let_go_due(self) -> None:
        """The beat. What is not through in one goes on at the next; otherwise there is an hour's rest."""
        now = self._clock.now()
        if now < self._next_at:
            return
        await self._note_size(now)
        through = [await self._let_go(rule, now - rule.days * DAY_S) for rule in self._rules(now) if rule.days]
        if self._settings.order_raw_days and now >= self._raw_next_at:
            through.append(await self._let_raw_go(now))
        if all(through):
            self._next_at = now + _EVERY_S

    def _rules(self, now: int) -> Iterator[_Rule]:
        """As they are at this moment: a reload changes the settings in place."""
        wanted = self._settings
        yield _Rule("bodies", wanted.delivery_body_days, retention.forget_bodies)
        yield _Rule("deliveries", wanted.delivery_days, retention.forget_deliveries)
        yield _Rule("runs", wanted.run_days, retention.forget_runs)
        yield _Rule("audit", wanted.audit_days, audit.forget_commands)
        yield _Rule("segment log", self._segments.log_days, rolls.forget_before)
        yield _Rule("edits", UNDO_DAYS, partial(edits.forget_ended_before, now=now))

    async def _note_size(self, now: int) -> None:
        size = await self._database.read(health.database_bytes)
        await self._database.write(partial(retention.note_size, size_bytes=size, now=now, keep_days=_SIZES_KEPT_DAYS))

    async def _let_go(self, rule: _Rule, before: int) -> bool:
        """Whether it is through for now."""
        gone = 0
        for _ in range(_PORTIONS_A_BEAT):
            rows = await self._database.write(lambda conn: rule.forget(conn, before, limit=_ROWS_A_PORTION))
            gone += rows
            if rows < _ROWS_A_PORTION:
                break
            await asyncio.sleep(0)
        if gone:
            log.info("let go by age", extra={"what": rule.what, "rows": gone})
        return gone < _ROWS_A_PORTION * _PORTIONS_A_BEAT

    async def _let_raw_go(self, now: int) -> bool:
        """A way through all payloads, once a day; they do not lie in the order of time. Reading takes no writer."""
        before = now - self._settings.order_raw_days * DAY_S
        for _ in range(_PORTIONS_A_BEAT):
            place = await self._database.read(partial(retention.place_of, what="raw"))
            rows = await self._database.read(partial(retention.raw_after, order_id=place, limit=_ROWS_A_PORTION))
            old = [order_id for order_id, placed_at in rows if placed_at < before]
            is_end = len(rows) < _ROWS_A_PORTION
            await self._database.write(partial(_raw_gone, old=old, place=0 if is_end else rows[-1][0]))
            if is_end:
                self._raw_next_at = now + DAY_S
                return True
        return False


def _raw_gone(conn: sqlite3.Connection, *, old: list[int], place: int) -> None:
    retention.forget_raw(conn, old)
    retention.move(conn, "raw", place)
