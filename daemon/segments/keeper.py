"""Keeps memberships right beside all other work: what was noted, what time changes, and segments that are new."""

import asyncio
import json
import logging
import sqlite3
from dataclasses import dataclass, field
from functools import partial
from zoneinfo import ZoneInfo

from common.errors import CounterfoilError
from common.events import What
from daemon.bus import Bus
from daemon.clock import Clock
from daemon.db.database import Database
from daemon.segments import membership, saved
from daemon.segments.book import Book, book_of
from daemon.segments.fits import Clock as Moment
from daemon.segments.membership import Found, Why
from daemon.segments.saved import Definition, SegmentRow
from daemon.waiting import rung

log = logging.getLogger(__name__)

_CONTACTS_A_LOOK = 5000
# A row written costs some 5 µs with its indexes and triggers: nobody waits for the writer longer than for a commit.
_ROWS_A_TRANSACTION = 2000
_DUE_A_TRANSACTION = 500
_LET_GO_A_TRANSACTION = 5000

_TRY_AGAIN_S = 5.0
_STAMP_EVERY_S = 60

# While others note contacts, as a historical run does, it works a twentieth of the time: whom it looks at is as a rule
# noted again. With a pause of at most 20 s, a look of 7 s at a large database cost the run a quarter more.
_PAUSE_SHARE = 19
_LONGEST_PAUSE_S = 300.0
_NOTING_S = 0.5  # who notes does so more often
_DUE_EVERY_S = 20.0  # what time changes does not wait for that


@dataclass(frozen=True, slots=True)
class _Look:
    """What was found of some contacts, who were noted *until* then, of segments as the *book* has them."""

    book: Book
    contact_ids: list[int]
    why: Why
    until: int
    at: int
    found: list[Found] = field(default_factory=list)


class Keeper:
    """Looks at contacts on the scanner lane and writes what differs, a few rows at a time."""

    def __init__(self, database: Database, *, bus: Bus, clock: Clock, zone: ZoneInfo) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock
        self._zone = zone
        self._bell = asyncio.Event()
        self._settled_at = 0  # until then nothing is due
        self._stamped_at = 0
        self._latest = 0  # the moment of the last round; 0 = there was none yet

    def wake(self) -> None:
        """Tells that there may be something to do."""
        self._bell.set()

    async def look(self) -> None:
        """The beat: something may have become due."""
        self._bell.set()

    async def run(self) -> None:
        """Works until cancelled; what an earlier life left undone, and what became due since then, comes first."""
        while True:
            self._bell.clear()
            try:
                await self.settle_all()
            except sqlite3.Error:  # a full disk, as a rule: what is owed stands in its tables
                log.exception("memberships stand still")
            await rung(self._bell, within_s=_TRY_AGAIN_S)

    async def settle_all(self) -> None:
        """One round: all that waited when it began."""
        if not self._latest:
            await self._database.write(_owe_the_unreadable)
        went_back = await self._notice_jump_back()
        while await self._database.write(lambda conn: saved.let_go(conn, limit=_LET_GO_A_TRANSACTION)):
            pass
        for row in await self._database.read(saved.segment_rows):
            if row.owed:
                await self._compute(row, Why.CLOCK if went_back else Why.REBUILT if row.as_of else Why.EDITED)
                await self._settle_due()
        await self._settle_due()
        await self._settle_noted()
        await self._stamp()

    async def _notice_jump_back(self) -> bool:
        """Whether the clock went back: what was found at a later moment than now says nothing of now."""
        now = self._clock.now()
        went_back = now < max(self._latest, await self._database.read(saved.latest_moment))
        if went_back:
            log.warning("the clock went back: memberships are computed anew")
            await self._database.write(lambda conn: saved.start_over(conn, now=now))
        self._latest = now
        return went_back

    async def _compute(self, row: SegmentRow, why: Why) -> None:
        """All members of a segment that is new, was edited, or is to be computed anew."""
        moment = self._moment()

        def scanned(conn: sqlite3.Connection) -> tuple[Book, int, Found | None]:
            book, until = book_of(conn), membership.last_note(conn)
            definition = _same(book, row)
            if definition is None:
                return book, until, None
            try:
                return book, until, membership.found_of_all(conn, book.question_of_all(definition, moment))
            except CounterfoilError as error:  # stored by a newer version
                log.debug("segment cannot be asked", extra={"segment": row.id, "error": error.message})
                return book, until, None

        book, until, found = await self._database.scan(scanned)
        if found is None:
            return
        if await self._write(book, [found], _Look(book, [], why, until, moment.now)):
            await self._database.write(partial(saved.settle_owed, segment_id=row.id, owed=row.owed, as_of=moment.now))
        self._bus.changed(What.SEGMENT, "", [row.id], origin="")

    async def _settle_due(self) -> None:
        while True:
            moment = self._moment()
            looked, changed = await self._database.write(
                lambda conn, moment=moment: membership.settle_due(conn, moment, limit=_DUE_A_TRANSACTION)  # type: ignore[misc]
            )
            self._tell(changed, Why.CLOCK)
            if looked < _DUE_A_TRANSACTION:
                self._settled_at = moment.now
                return

    async def _settle_noted(self) -> None:
        while (look := await self._look_at_noted()) is not None:
            began_at = self._clock.monotonic()
            await self._find(look)
            if await self._write(look.book, look.found, look):
                await self._database.write(
                    partial(membership.forget_notes, contact_ids=look.contact_ids, until=look.until)
                )
            await self._make_way(look.until, for_s=_PAUSE_SHARE * (self._clock.monotonic() - began_at))

    async def _make_way(self, noted: int, *, for_s: float) -> None:
        """Returns as soon as nobody notes any more, after that time at the latest. What is due is settled meanwhile."""
        await self._settle_due()
        settled_s, for_s = 0.0, min(for_s, _LONGEST_PAUSE_S)
        while for_s > 0 and (latest := await self._database.read(membership.last_note)) > noted:
            noted = latest
            await asyncio.sleep(min(for_s, _NOTING_S))
            for_s, settled_s = for_s - _NOTING_S, settled_s + _NOTING_S
            if settled_s >= _DUE_EVERY_S:
                settled_s = 0.0
                await self._settle_due()

    async def _look_at_noted(self) -> _Look | None:
        now = self._clock.now()

        def unit(conn: sqlite3.Connection) -> _Look | None:
            contact_ids, why = membership.noted(conn, limit=_CONTACTS_A_LOOK)
            return _Look(book_of(conn), contact_ids, why, membership.last_note(conn), now) if contact_ids else None

        return await self._database.read(unit)

    async def _find(self, look: _Look) -> None:
        """One segment after the other, so that questions of people come in between."""
        ids = json.dumps(sorted(look.contact_ids))
        for question in look.book.questions(Moment(look.at, self._zone)):
            found = await self._database.scan(
                lambda conn, question=question: membership.found_of_some(conn, question, ids)  # type: ignore[misc]
            )
            if not found.is_nothing:
                look.found.append(found)

    async def _write(self, book: Book, found: list[Found], look: _Look) -> bool:
        """Whether all was written: segments that were changed meanwhile are owed anyhow."""
        changed: set[int] = set()
        is_whole = True
        for piece in (piece for one in found for piece in membership.pieces(one, _ROWS_A_TRANSACTION)):

            def unit(conn: sqlite3.Connection, piece: Found = piece) -> int | None:
                if saved.definitions(conn) != book.definitions:
                    return None
                return membership.write(conn, piece, at=look.at, why=look.why, until=look.until)

            count = await self._database.write(unit)
            if count is None:
                is_whole = False
                break
            if count:
                changed.add(piece.segment_id)
        self._tell(changed, look.why)
        return is_whole

    async def _stamp(self) -> None:
        """Notes once a minute that all is right as of when what is due was settled last: since then more may be due."""
        as_of = self._settled_at
        if not self._stamped_at <= as_of < self._stamped_at + _STAMP_EVERY_S:
            await self._database.write(lambda conn: saved.stamp(conn, as_of=as_of))
            self._stamped_at = as_of

    def _moment(self) -> Moment:
        return Moment(self._clock.now(), self._zone)

    def _tell(self, segments: set[int], why: Why) -> None:
        if segments:
            self._bus.changed(What.SEGMENT, "", sorted(segments), origin=why)


def _owe_the_unreadable(conn: sqlite3.Connection) -> None:
    """Segments of a newer version miss what happens from now on: whoever can read them computes them anew."""
    book = book_of(conn)
    for definition in book.definitions:
        if book.fault(definition):
            saved.owe_anew(conn, definition.id)


def _same(book: Book, row: SegmentRow) -> Definition | None:
    """The segment as it was looked at; None = it was changed since then."""
    found = (one for one in book.definitions if (one.id, one.revision) == (row.id, row.revision))
    return next(found, None)


def compute_all(conn: sqlite3.Connection, moment: Moment) -> int:
    """Computes all members of all segments in one transaction, with nobody beside; gives how many segments there are.

    Those that cannot be asked stay as they are.
    """
    book = book_of(conn)
    for row in saved.segment_rows(conn):
        definition = _same(book, row)
        if definition is None or book.fault(definition):
            continue
        for piece in membership.pieces(
            membership.found_of_all(conn, book.question_of_all(definition, moment)), _CONTACTS_A_LOOK
        ):
            membership.write(conn, piece, at=moment.now, why=Why.REBUILT)
        saved.settle_owed(conn, row.id, owed=row.owed, as_of=moment.now)
    conn.execute("delete from segment_due")
    return len(book.definitions)
