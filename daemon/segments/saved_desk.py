"""Saved segments as people handle them: save, list, show, rename, delete; their members and their log."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import TypeVar

from common.errors import Invalid
from common.events import What
from common.segments.answers import (
    LogQuery,
    MemberPage,
    MemberQuery,
    Segment,
    SegmentApplied,
    SegmentDeleted,
    SegmentDetail,
    SegmentList,
    SegmentLog,
    SegmentSave,
)
from common.segments.growth import GrowthQuery, SegmentGrowth
from daemon.bus import Bus
from daemon.clock import Clock
from daemon.db import contact_list
from daemon.db.database import Database
from daemon.segments import growth, membership, rolls, saved, shelf, stores_asked
from daemon.segments.book import Book, book_of
from daemon.segments.keeper import Keeper
from daemon.segments.saved import SegmentRow
from daemon.segments.shelf import Outcome, Wanted
from daemon.settings import SegmentSettings

Given = TypeVar("Given")


class SavedDesk:
    """What is saved is there when a call returns; its members follow, and `as_of` tells when they are complete.

    *settings* say for how long it is kept who entered and left; days are those of *zone*.
    """

    def __init__(
        self, database: Database, keeper: Keeper, *, bus: Bus, clock: Clock, zone: tzinfo, settings: SegmentSettings
    ) -> None:
        self._database = database
        self._keeper = keeper
        self._bus = bus
        self._clock = clock
        self._zone = zone
        self._settings = settings

    async def listed(self) -> SegmentList:
        now = self._clock.now()

        def unit(conn: sqlite3.Connection) -> SegmentList:
            shown = _Shown(conn, now)
            return SegmentList(segments=[Segment.model_validate(shown.fields(row)) for row in saved.segment_rows(conn)])

        return await self._database.read(unit)

    async def shown(self, name: str) -> SegmentDetail:
        """Raises NotFound."""
        now = self._clock.now()
        return await self._database.read(lambda conn: _Shown(conn, now).detail(shelf.demanded(conn, name)))

    async def save(self, wanted: SegmentSave) -> SegmentDetail:
        """See `shelf.save`."""
        await self._save([wanted])
        return await self.shown(wanted.name)

    async def apply(self, wanted: Sequence[SegmentSave]) -> SegmentApplied:
        """See `shelf.save`."""
        outcome = await self._save(wanted)
        return SegmentApplied(created=outcome.created, changed=outcome.changed, unchanged=outcome.unchanged)

    async def _save(self, wanted: Sequence[SegmentSave]) -> Outcome:
        now = self._clock.now()
        asked = [Wanted(one.name, one.rule, one.revision) for one in wanted]
        return await self._written(lambda conn: shelf.save(conn, asked, now=now))

    async def rename(self, name: str, to: str) -> SegmentDetail:
        """See `shelf.rename`."""
        now = self._clock.now()
        await self._written(lambda conn: shelf.rename(conn, name, to, now=now))
        return await self.shown(to)

    async def delete(self, name: str) -> SegmentDeleted:
        """See `shelf.delete`."""
        now = self._clock.now()
        row = await self._written(lambda conn: shelf.delete(conn, name, now=now))
        return SegmentDeleted(name=row.name)

    async def members(self, asked: MemberQuery) -> MemberPage:
        """Raises NotFound."""
        return await self._database.scan(lambda conn: rolls.member_page(conn, shelf.demanded(conn, asked.name), asked))

    async def log(self, asked: LogQuery) -> SegmentLog:
        """Raises NotFound."""
        return await self._database.scan(lambda conn: rolls.log_page(conn, shelf.demanded(conn, asked.name), asked))

    async def growth(self, asked: GrowthQuery) -> SegmentGrowth:
        """Raises NotFound."""
        now = self._clock.now()

        def unit(conn: sqlite3.Connection) -> SegmentGrowth:
            row = shelf.demanded(conn, asked.name)
            since = growth.known_since(row, now=now, log_days=self._settings.log_days)
            return growth.growth(conn, row, days=asked.days, since=since, now=now, zone=self._zone)

        return await self._database.scan(unit)

    async def _written(self, change: Callable[[sqlite3.Connection], Given]) -> Given:
        """What *change* gives; the segments it made, changed or deleted are told after the commit."""

        def unit(conn: sqlite3.Connection) -> tuple[Given, list[int]]:
            before = {one.id: one for one in saved.definitions(conn)}
            given = change(conn)
            after = {one.id: one for one in saved.definitions(conn)}
            return given, [one for one in sorted(before | after) if before.get(one) != after.get(one)]

        given, changed = await self._database.write(unit)
        if changed:
            self._bus.changed(What.SEGMENT, "", [*changed], origin="")
            self._keeper.wake()
        return given


class _Shown:
    """Segments on the wire, as of *now*."""

    def __init__(self, conn: sqlite3.Connection, now: int) -> None:
        self._conn = conn
        self._book: Book = book_of(conn)
        self._now = now
        self._contacts = contact_list.contact_count(conn)
        self._waiting = membership.noted_count(conn)
        self._is_current = not self._waiting and not membership.is_due(conn, now=now)

    def fields(self, row: SegmentRow) -> dict[str, object]:
        definition = self._book.definition(row.name)
        return {
            "id": row.id,
            "name": row.name,
            "rule": _text(row),
            "revision": row.revision,
            "members": row.members,
            "waiting": self._contacts if row.owed and row.as_of else self._waiting,
            "created_at": row.created_at,
            "changed_at": row.changed_at,
            "as_of": self._now if self._is_current and not row.owed and (row.as_of or 0) <= self._now else row.as_of,
            "fault": self._book.fault(definition) if definition else "",
            "warning": stores_asked.warning(
                stores_asked.gone(self._conn, self._book, definition) if definition else ()
            ),
        }

    def detail(self, row: SegmentRow) -> SegmentDetail:
        referring = [one.name for one in self._book.referring(row.name)]
        return SegmentDetail.model_validate(self.fields(row) | {"document": row.document, "referred_by": referring})


def _text(row: SegmentRow) -> str:
    try:
        return shelf.text_of(row.document)
    except Invalid:  # told as the segment's fault
        return ""
