"""Erasing a person, and letting one be known again."""

import asyncio
import logging
import sqlite3
from zoneinfo import ZoneInfo

from common.emails import normalised_email
from common.errors import Invalid, NotFound
from common.events import What
from common.persons import Erased, Readmitted
from daemon.bus import Bus
from daemon.clock import Clock
from daemon.db import box, erasing, totals
from daemon.db.database import Database
from daemon.db.erasing import Erasure
from daemon.segments import fits, membership
from daemon.segments.membership import Why
from daemon.vault import Vault

log = logging.getLogger(__name__)

# An order takes its lines and raw body along.
_ROWS_A_TRANSACTION = 250
_TRY_AGAIN_S = 30.0


class Eraser:
    """Erases people piece by piece beside all other work, and goes on from there after a restart."""

    def __init__(self, database: Database, vault: Vault, *, bus: Bus, clock: Clock, zone: ZoneInfo) -> None:
        self._database = database
        self._key = vault.person_key
        self._bus = bus
        self._clock = clock
        self._zone = zone

    async def erase(self, email: str, *, confirm: str) -> Erased:
        """Returns once nothing of them is left. From the first moment on nothing more of them is kept.

        Raises NotFound, or Invalid when *confirm* is another address.
        """
        address = _address(email)
        if _address(confirm) != address:
            raise Invalid(f"{confirm!r} is not the address of the person to erase.", remedy=f"Type {address} to do it.")
        orders, contact_id = await self._database.write(lambda conn: self._begin(conn, address))
        log.info("person is being erased", extra={"contact": contact_id})
        await self._erase(Erasure(contact_id, address))
        return Erased(orders=orders)

    async def readmit(self, email: str) -> Readmitted:
        """Lets an erased person be known again; the next historical run brings what the stores still have of them.

        Raises NotFound when they were not erased.
        """
        address = _address(email)
        person = erasing.hash_of_email(self._key, address)
        if not await self._database.write(lambda conn: erasing.lift_bans(conn, person)):
            raise NotFound(f"Nobody with the address {address} was erased.")
        return Readmitted(email=address)

    async def run(self) -> None:
        """Ends what a restart broke off; works until cancelled."""
        while True:
            try:
                for erasure in await self._database.read(erasing.erasures):
                    await self._erase(erasure)
            except sqlite3.Error:  # a full disk, as a rule: what is left to erase is still asked for
                log.exception("erasing stopped")
            await asyncio.sleep(_TRY_AGAIN_S)

    def _begin(self, conn: sqlite3.Connection, email: str) -> tuple[int, int]:
        """The bans, and how much there is to erase."""
        found = erasing.contact_with(conn, email)
        if found is None:
            raise box.no_contact(f"with the email {email!r}")
        contact_id, orders = found
        accounts = (erasing.hash_of_customer(self._key, *one) for one in erasing.accounts(conn, contact_id))
        bans = erasing.Bans(erasing.hash_of_email(self._key, email), tuple(accounts))
        erasing.begin(conn, contact_id, email, bans, now=self._clock.now())
        return orders, contact_id

    async def _erase(self, erasure: Erasure) -> None:
        moment = fits.Clock(self._clock.now(), self._zone)
        while await self._database.write(lambda conn: _some(conn, erasure, moment)):
            pass
        await self._clean()
        self._bus.changed(What.CONTACT, "", [erasure.contact_id], origin="")
        log.info("person erased", extra={"contact": erasure.contact_id})

    async def _clean(self) -> None:
        """What deleted rows leave behind in the search index and in the journal."""
        is_first = True
        while await self._database.write(lambda conn, first=is_first: erasing.merge_search(conn, is_first=first)):  # type: ignore[misc]
            is_first = False
        await self._database.empty_journal()


def _some(conn: sqlite3.Connection, erasure: Erasure, moment: fits.Clock) -> int:
    rows = erasing.erase_some(conn, erasure, limit=_ROWS_A_TRANSACTION)
    totals.refresh_totals(conn, [erasure.contact_id])
    membership.settle(conn, [erasure.contact_id], moment, Why.MANUAL)
    return rows


def _address(email: str) -> str:
    address = normalised_email(email)
    if not address:
        raise Invalid(f"{email!r} is no email address.")
    return address
