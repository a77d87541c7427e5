"""Edits of tags and lists that an operator asks for, and taking them back: in slices beside all other work.

An edit and how far it is stand in a table, and each slice commits with its place: a daemon that is killed goes on where
it was. Whom it is about is told once, when it begins or goes on.
"""

import asyncio
import logging
import sqlite3
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from common.edits import Edit, EditPlan, EditRequest, EditState, label_typed
from common.errors import CounterfoilError
from common.events import What
from daemon.bus import Bus
from daemon.clock import Clock
from daemon.db import edits, labels, retagging
from daemon.db.database import Database
from daemon.db.edits import EditRow
from daemon.disk import DiskWatch, NoRoom, Room
from daemon.ingest.whom import Whom
from daemon.records import Origin
from daemon.segments import fits, membership
from daemon.segments.keeper import Keeper
from daemon.segments.membership import Why
from daemon.slices import slices
from daemon.waiting import rung

log = logging.getLogger(__name__)

# As derivations write: nobody waits for the writer longer than for a commit.
_CONTACTS_A_SLICE = 500
# Of larger edits the keeper looks at segments beside them, many contacts at a time.
_LOOKED_AT_ALONG = 2000
_COUNTED_AT_ONCE = 50_000
_TRY_AGAIN_S = 5.0
# Some 50,000 contacts are done in it; of more a person wants to see how far it is.
_WAIT_S = 2.0


class Editor:
    """Works off edits one after the other. Who asks for one waits for its end, but not for longer than `wait_s`."""

    def __init__(
        self,
        database: Database,
        whom: Whom,
        keeper: Keeper,
        *,
        disk: DiskWatch,
        bus: Bus,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._database = database
        self._whom = whom
        self._keeper = keeper
        self._disk = disk
        self._bus = bus
        self._clock = clock
        self._zone = zone
        self.wait_s = _WAIT_S
        self._bell = asyncio.Event()
        self._found: dict[int, array[int]] = {}  # of edits that are asked for and not begun
        self._over: dict[int, asyncio.Event] = {}

    async def plan(self, request: EditRequest) -> EditPlan:
        """What it would do. Raises what `edit` raises."""
        name, ids = label_typed(request.name), await self._whom.ids(request)

        def unit(conn: sqlite3.Connection) -> EditPlan:
            label = labels.label_called(conn, request.verb, name)
            some = list(slices(ids, _COUNTED_AT_ONCE))
            return EditPlan(
                verb=request.verb,
                name=label.name,
                is_new=not label.id,
                contacts=len(ids),
                changes=sum(retagging.changed_among(conn, request.verb, label.id, each) for each in some),
                unsubscribed=sum(retagging.unsubscribed_among(conn, request.verb, label.id, each) for each in some),
            )

        return await self._database.scan(unit)

    async def edit(self, request: EditRequest) -> Edit:
        """The edit as it stands when it is over, or when it takes longer than one waits.

        Raises Invalid for what is no name or no rule, NotFound for a tag or list to take away that there is not, and
        for somebody nobody knows; NoRoom while the disk has room for deliveries only.
        """
        self._disk.demand(Room.AMPLE)
        name, ids = label_typed(request.name), await self._whom.ids(request)
        now = self._clock.now()

        def unit(conn: sqlite3.Connection) -> int:
            label = labels.label_called(conn, request.verb, name)
            is_new, label = not label.id, labels.made(conn, request.verb, label)
            return edits.begin(conn, self._whom.kept(request, ids), label, is_new=is_new, contacts=len(ids), now=now)

        edit_id = await self._database.write(unit)
        self._found[edit_id] = ids
        return await self._worked_off(edit_id)

    async def undo(self, edit_id: int) -> Edit:
        """The edit as it stands when it is taken back, or when that takes longer than one waits; 0 = the last one.

        Raises NotFound, or Refused for what cannot be taken back; NoRoom as `edit` does.
        """
        self._disk.demand(Room.AMPLE)
        now = self._clock.now()
        begun = await self._database.write(lambda conn: edits.begin_undo(conn, edit_id, now=now))
        return await self._worked_off(begun)

    async def run(self) -> None:
        """Works until cancelled; what a restart or a disk without room broke off comes first."""
        while True:
            self._bell.clear()
            try:
                for edit in await self._database.read(edits.open_edits):
                    await self._work(edit)
            except sqlite3.Error:  # a full disk, as a rule: what is left to do stands in its table
                log.exception("edits stand still")
            except NoRoom as short:
                log.debug("edits stand still", extra={"why": short.message})
            await rung(self._bell, within_s=_TRY_AGAIN_S)

    def wake(self) -> None:
        """Tells that there may be something to do."""
        self._bell.set()

    async def _worked_off(self, edit_id: int) -> Edit:
        over = self._over.setdefault(edit_id, asyncio.Event())
        self._bell.set()
        await rung(over, within_s=self.wait_s)
        return await self._database.read(lambda conn: edits.edit_shown(conn, edit_id))

    async def _work(self, edit: EditRow) -> None:
        """Brings an edit to its end; one that is to be undone meanwhile is taken back at once."""
        if edit.state is EditState.RUNNING:
            await self._do(edit)
            edit = await self._database.read(lambda conn: edits.edit_row(conn, edit.id))
        if edit.state is EditState.UNDOING:
            await self._undo(edit)
        self._keeper.wake()
        self._found.pop(edit.id, None)
        if (over := self._over.pop(edit.id, None)) is not None:
            over.set()

    async def _do(self, edit: EditRow) -> None:
        error = ""
        try:
            ids = self._found.get(edit.id) or await self._whom.ids(EditRequest.model_validate_json(edit.whom))
        except CounterfoilError as fault:  # a restart came between, and the rule cannot be asked any more
            ids, error = array("q"), f"It stopped before its end: {fault.message}"
        for some in slices(ids[bisect_right(ids, edit.place) :], _CONTACTS_A_SLICE):
            if not await self._do_some(edit, some):
                return
        await self._database.write(lambda conn: edits.finish(conn, edit.id, now=self._clock.now(), error=error))
        log.info("contacts edited", extra={"edit": edit.id, "verb": edit.verb, "contacts": edit.contacts})

    async def _do_some(self, edit: EditRow, some: list[int]) -> bool:
        """False = it is to be undone meanwhile."""
        self._disk.demand(Room.AMPLE)
        now = self._clock.now()

        def unit(conn: sqlite3.Connection) -> tuple[list[int], set[int]] | None:
            if edits.edit_row(conn, edit.id).state is not EditState.RUNNING:
                return None
            unsubscribed = retagging.unsubscribed_among(conn, edit.verb, edit.target_id, some)
            changed = retagging.do(conn, edit, some, now=now)
            edits.advance(
                conn,
                edit.id,
                place=some[-1],
                looked_at=len(some),
                changed=len(changed),
                unsubscribed=unsubscribed,
            )
            return changed, self._settle(conn, edit, changed, now)

        return self._tell(await self._database.write(unit))

    async def _undo(self, edit: EditRow) -> None:
        while await self._undo_some(edit.id):
            pass
        log.info("edit undone", extra={"edit": edit.id, "verb": edit.verb})

    async def _undo_some(self, edit_id: int) -> bool:
        """False = it is over."""
        self._disk.demand(Room.AMPLE)
        now = self._clock.now()

        def unit(conn: sqlite3.Connection) -> tuple[list[int], set[int]] | None:
            edit = edits.edit_row(conn, edit_id)
            undone = retagging.undo_some(conn, edit, limit=_CONTACTS_A_SLICE, now=now)
            if not undone.looked_at:
                edits.finish_undo(conn, edit_id, now=now)
                if edit.is_new:
                    labels.drop_unused(conn, edit.verb, edit.target_id)
                return None
            edits.advance_undo(conn, edit_id, place=undone.looked_at[-1], taken_back=len(undone.changed))
            return undone.changed, self._settle(conn, edit, undone.changed, now)

        return self._tell(await self._database.write(unit))

    def _settle(self, conn: sqlite3.Connection, edit: EditRow, contact_ids: Sequence[int], now: int) -> set[int]:
        """The segments whose members changed; of large edits they follow."""
        if edit.contacts > _LOOKED_AT_ALONG:
            membership.note(conn, contact_ids, Why.OPERATOR)
            return set()
        return membership.settle(conn, contact_ids, fits.Clock(now, self._zone), Why.OPERATOR)

    def _tell(self, changes: tuple[list[int], set[int]] | None) -> bool:
        if changes is None:
            return False
        contact_ids, segments = changes
        if contact_ids:
            self._bus.changed(What.CONTACT, "", [*contact_ids], origin=Origin.OPERATOR)
        if segments:
            self._bus.changed(What.SEGMENT, "", sorted(segments), origin=Origin.OPERATOR)
        return True
