"""What is not as it should be, each with a stable code and what to do about it."""

import sqlite3
from collections import deque
from collections.abc import Iterator

from common.status import HealthItem, InboxCounts, Severity
from common.stores import StoreState
from common.times import DAY_S, HOUR_S, duration
from daemon.bus import Bus
from daemon.clock import Clock
from daemon.db import deliveries, health, hook_watch, stores
from daemon.db.database import Database
from daemon.db.stores import StoreRow
from daemon.ingest.answers import Answers, Risk
from daemon.segments import stores_asked
from daemon.segments.book import book_of
from daemon.upkeep import Upkeep

_CHANGES_KEPT = 200


class HealthWatch:
    """Tells when what is wrong has changed. *history* holds the codes after each of the last changes."""

    def __init__(self, database: Database, bus: Bus, answers: Answers, clock: Clock, *, upkeep: Upkeep) -> None:
        self._database = database
        self._bus = bus
        self._answers = answers
        self._clock = clock
        self.upkeep = upkeep
        self._last: list[HealthItem] = []
        self.history: deque[tuple[int, list[str]]] = deque(maxlen=_CHANGES_KEPT)

    @property
    def items(self) -> list[HealthItem]:
        """What was wrong at the last look."""
        return self._last

    async def items_now(self) -> list[HealthItem]:
        """What is wrong at this moment."""
        now = self._clock.now()
        risk = self._answers.risk(now)
        return await self._database.read(lambda conn: health_items(conn, now=now, risk=risk, upkeep=self.upkeep))

    async def look(self) -> None:
        items = await self.items_now()
        if items != self._last:
            self._last = items
            self.history.append((self._clock.now(), [item.code for item in items]))
            self._bus.health(items)


# Enough deliveries to tell a wrong secret from one stray call.
_SIGNATURES_LOOKED_AT = 20


def health_items(
    conn: sqlite3.Connection, *, now: int, risk: Risk | None = None, upkeep: Upkeep | None = None
) -> list[HealthItem]:
    """All that is wrong now, store by store and then in general; empty when all is well.

    *risk* None = the stores have no reason to shun our address; *upkeep* None = there is no daemon.
    """
    rows = [row for row in stores.all_stores(conn) if row.state is not StoreState.DELETED]
    items = [
        item for row in rows for item in (*_of_store(row), *_of_scopes(conn, row, now), *_of_hooks(conn, row, now))
    ]
    items += [_blocklist_risk(risk)] if risk else []
    items += upkeep.items(now=now) if upkeep else []
    return items + list(_in_general(conn, deliveries.inbox_counts(conn)))


def _of_store(row: StoreRow) -> Iterator[HealthItem]:
    if row.state is StoreState.PAUSED:
        yield HealthItem(
            code="store-paused",
            severity=Severity.INFO,
            title=f"{row.name} is paused: nothing is fetched from it.",
            fix=f"Go on by `counterfoil store resume {row.hash}`. Deliveries are kept until then.",
        )
    if row.state is StoreState.NEEDS_RECONNECT:
        yield HealthItem(
            code="store-needs-reconnect",
            severity=Severity.ERROR,
            title=f"{row.name} refuses our token: {row.state_reason}",
            fix=f"{_new_token(row)} Deliveries are kept until then.",
        )
    if row.state is StoreState.UNAVAILABLE:
        yield HealthItem(
            code="store-unavailable",
            severity=Severity.WARNING,
            title=f"{row.name} does not answer: {row.state_reason}",
            fix="Nothing to do: it is tried again by itself, and what was missed is fetched then.",
        )


def _new_token(row: StoreRow) -> str:
    """How the store gets another token, by the way its last one came."""
    if row.app_token_at is not None:
        return "Install the app again in the store's control panel: that brings a new token."
    return (
        "Make a new API account in the store and give its token to "
        f"`counterfoil store reconnect {row.hash} --token-file FILE`."
    )


def _of_scopes(conn: sqlite3.Connection, row: StoreRow, now: int) -> Iterator[HealthItem]:
    for scope, since in stores.missing_scopes(conn, row.id):
        how_long = f" for {_in_hours(now - since)}" if now - since >= HOUR_S else ""
        yield HealthItem(
            code="scope-missing",
            severity=Severity.WARNING if scope.required else Severity.INFO,
            title=f"{row.name}: the token may not read {scope.feeds} ({scope.scope}){how_long}.",
            fix="Everything else goes on; its deliveries wait. It is tried again every hour. Give the API account "
            f"this scope, or the store another token: `counterfoil store reconnect {row.hash} --token-file FILE`.",
        )


def _of_hooks(conn: sqlite3.Connection, row: StoreRow, now: int) -> Iterator[HealthItem]:
    if not row.wants_hooks:
        return
    hooks = stores.hook_count(conn, row.id)
    if hooks.alive < max(1, hooks.expected):
        yield HealthItem(
            code="hooks-missing",
            severity=Severity.WARNING,
            title=f"{row.name}: {hooks.alive} of {hooks.expected} webhooks are alive.",
            fix="Changes they would have told come with the catch-up runs; see `counterfoil store show`.",
        )
    watch = hook_watch.watch(conn, row.id)
    if watch and watch.refused:
        yield HealthItem(
            code="hooks-refused",
            severity=Severity.WARNING,
            title=f"{row.name} refuses webhooks: {watch.refused}",
            fix="It is tried again every hour. Is COUNTERFOIL_PUBLIC__URL an https address that the store can reach?",
        )
    for scope, last_at in hook_watch.quiet_scopes(conn, row.id, now=now):
        yield HealthItem(
            code="scope-quiet",
            severity=Severity.INFO,
            title=f"{row.name}: nothing came by {scope} for {_in_hours(now - last_at)}, much longer than usual.",
            fix="Its webhook is looked at every hour, and catch-up runs bring what it does not tell. If the shop is as "
            "busy as ever, see the store's webhooks and `counterfoil store show`.",
        )
    if watch and watch.repaired_at is not None and 0 <= now - watch.repaired_at < DAY_S:
        yield HealthItem(
            code="hooks-repaired",
            severity=Severity.INFO,
            title=f"{row.name}: webhooks were found {watch.repaired}, and were set right.",
            fix="Nothing to do: a run fetches what they did not tell. This note goes away after a day.",
        )


def _in_hours(span_s: int) -> str:
    """Whole hours: an item that read otherwise at every look would be news at every look."""
    return duration(span_s // HOUR_S * HOUR_S)


def _blocklist_risk(risk: Risk) -> HealthItem:
    return HealthItem(
        code="blocklist-risk",
        severity=Severity.ERROR,
        title=f"{risk.refused} of {risk.requests} webhook calls within two minutes were refused: {risk.reasons}.",
        fix="Below 90 % success BigCommerce stops calling an address for minutes, for all its stores. "
        "What is missed meanwhile is sent again, and comes with the catch-up runs.",
    )


def _of_segments(conn: sqlite3.Connection) -> Iterator[HealthItem]:
    book = book_of(conn)
    for definition in book.definitions:
        if stores := stores_asked.gone(conn, book, definition):
            yield HealthItem(
                code="segment-store-gone",
                severity=Severity.WARNING,
                title=f"The segment “{definition.name}” names a store that is not here any more: {', '.join(stores)}.",
                fix="As far as is known here nobody bought there. Save it with another rule, or delete it.",
            )


def _in_general(conn: sqlite3.Connection, inbox: InboxCounts) -> Iterator[HealthItem]:
    if inbox.dead:
        yield HealthItem(
            code="deliveries-dead",
            severity=Severity.WARNING,
            title=f"{inbox.dead} deliveries could not be worked in.",
            fix="`counterfoil inbox list --state dead` says why; once that is mended, replay them with "
            "`counterfoil inbox replay --state dead`.",
        )
    if not health.is_master_list_there(conn):
        yield HealthItem(
            code="master-list-missing",
            severity=Severity.WARNING,
            title="There is no list called Master Contact List: contacts who accept marketing join no list.",
            fix="Name a list so again, or have a store follow it: `counterfoil store set HASH lists.follow_rename on`.",
        )
    yield from _of_segments(conn)
    if health.mistrusted_signatures(conn, latest=_SIGNATURES_LOOKED_AT):
        yield HealthItem(
            code="signature-mismatch",
            severity=Severity.WARNING,
            title="Deliveries carry a signature that does not match the client secret given for the store.",
            fix="They were taken in by their secret header. Check the client secret of the API account.",
        )
