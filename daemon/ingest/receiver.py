"""Takes webhooks in: believed by their secret header, written down, answered. Nothing is fetched here."""

import hmac
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from multidict import MultiMapping

from common.status import Refusals
from common.stores import StoreState
from daemon.activity import Happening
from daemon.bigcommerce.deliveries import delivery_subject, envelope_in
from daemon.bigcommerce.signature import ID_HEADER, Verdict, verdict
from daemon.clock import Clock
from daemon.db.database import Database, is_of_the_disk
from daemon.db.deliveries import Delivery
from daemon.disk import DiskWatch, NoRoom, Room
from daemon.ingest.answers import Answers
from daemon.ingest.connect import HOOK_KEY_HEADER
from daemon.ingest.inbox_news import InboxNews
from daemon.ingest.intake import Intake
from daemon.ingest.pump import Pump
from daemon.ingest.registry import ConnectedStore, Registry
from daemon.settings import PublicSettings


class Reception(Enum):
    """How a call was received. UNREADABLE ones are answered like the good ones: they passed the secret, and a failure
    answer would count against every hook of our domain."""

    KEPT = "kept"
    UNREADABLE = "unreadable"
    UNAUTHENTICATED = "unauthenticated"


@dataclass(slots=True)
class _Counts:
    unauthenticated: int = 0
    unreadable: int = 0
    too_large: int = 0
    limited: int = 0


class Receiver:
    """The inbox's door. A call that comes back KEPT is on the disk."""

    def __init__(
        self,
        database: Database,
        registry: Registry,
        pump: Pump,
        news: InboxNews,
        clock: Clock,
        *,
        disk: DiskWatch,
        public: PublicSettings,
    ) -> None:
        self._public = public
        self._intake = Intake(database)
        self._registry = registry
        self._pump = pump
        self._news = news
        self._clock = clock
        self._disk = disk
        self._counts = _Counts()
        self.answers = Answers()

    def believed(self, store_hash: str, headers: Mapping[str, str]) -> ConnectedStore | None:
        """The store the call comes from; None when its secret header is missing or wrong, or the store was deleted.

        Costs the same for all of them.
        """
        store = self._registry.with_hash(store_hash)
        good = (store.hook_key, store.former_hook_key or store.hook_key) if store else ("no such store",) * 2
        given = headers.get(HOOK_KEY_HEADER, "").encode("utf-8", "surrogateescape")
        is_right = sum(hmac.compare_digest(given, key.encode()) for key in good) > 0  # each is looked at
        if is_right and store and store.row.state is not StoreState.DELETED:
            return store
        self._counts.unauthenticated += 1
        return None

    async def take_in(self, store: ConnectedStore, headers: MultiMapping[str], body: bytes) -> Reception:
        """Keeps a believed call, and returns when it is durable. Raises NoRoom when the disk is too full for it.

        Where signatures are required, one without is not believed, unless there is nothing to check it with.
        """
        self._disk.demand(Room.LOW)
        envelope = envelope_in(body)
        if envelope is None:
            self._counts.unreadable += 1
            self._registry.activity.note(Happening.TURNED_AWAY)
            return Reception.UNREADABLE
        now = self._clock.now()
        signed = verdict(headers, body, client_secret=store.client_secret, now=now)
        if self._public.require_signature and store.client_secret and signed not in (Verdict.VALID, Verdict.STALE):
            self._counts.unauthenticated += 1
            return Reception.UNAUTHENTICATED
        kind, resource_id = delivery_subject(envelope) or (None, "")
        delivery = Delivery(
            store_id=store.row.id,
            scope=envelope.scope,
            kind=kind,
            resource_id=resource_id,
            webhook_id=_as_text(headers.get(ID_HEADER, "")),
            signature=signed,
            received_at=now,
            body=body,
        )
        try:
            await self._intake.keep(delivery)
        except sqlite3.Error as error:
            if is_of_the_disk(error):
                raise NoRoom(f"The delivery could not be kept: {error}.") from error
            raise
        self._registry.activity.note(Happening.DELIVERIES)
        self._news.note(store.hash)
        if kind is not None:
            self._pump.wake(store.row.id)
        return Reception.KEPT

    def note_too_large(self) -> None:
        self._counts.too_large += 1

    def note_limited(self) -> None:
        self._counts.limited += 1

    def note_answer(self, status: int) -> None:
        """Counts what a webhook call was answered: the store judges our address by it."""
        self.answers.note(status, now=self._clock.now())
        if not 200 <= status < 300:
            self._registry.activity.note(Happening.TURNED_AWAY)

    @property
    def refusals(self) -> Refusals:
        """What was not taken in since the daemon started."""
        counts = self._counts
        return Refusals(
            unauthenticated=counts.unauthenticated,
            unreadable=counts.unreadable,
            too_large=counts.too_large,
            limited=counts.limited,
        )


def _as_text(value: str) -> str:
    """*value* of a header without the stand-ins for bytes that are no UTF-8: nothing could be stored of them."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
