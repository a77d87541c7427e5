"""What is not as it should be, each with a stable code and what to do about it."""

import sqlite3
from collections.abc import Iterator

from common.status import HealthItem, InboxCounts, Severity
from common.stores import StoreState
from daemon.bus import Bus
from daemon.db import deliveries, health, stores
from daemon.db.database import Database
from daemon.db.stores import StoreRow


class HealthWatch:
    """Tells when what is wrong has changed."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database = database
        self._bus = bus
        self._last: list[HealthItem] = []

    async def look(self) -> None:
        items = await self._database.read(health_items)
        if items != self._last:
            self._last = items
            self._bus.health(items)


# Enough deliveries to tell a wrong secret from one stray call.
_SIGNATURES_LOOKED_AT = 20


def health_items(conn: sqlite3.Connection) -> list[HealthItem]:
    """All that is wrong now, store by store and then in general; empty when all is well."""
    rows = stores.all_stores(conn)
    items = [item for row in rows for item in _of_store(conn, row)]
    return items + list(_in_general(conn, deliveries.inbox_counts(conn)))


def _of_store(conn: sqlite3.Connection, row: StoreRow) -> Iterator[HealthItem]:
    if row.state is StoreState.DELETED:
        return
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
            fix="Make a new API account in the store and give its token to "
            f"`counterfoil store reconnect {row.hash} --token-file FILE`. Deliveries are kept until then.",
        )
    if row.state is StoreState.UNAVAILABLE:
        yield HealthItem(
            code="store-unavailable",
            severity=Severity.WARNING,
            title=f"{row.name} does not answer: {row.state_reason}",
            fix="Nothing to do: it is tried again by itself, and what was missed is fetched then.",
        )
    hooks = stores.hook_count(conn, row.id)
    if row.wants_hooks and hooks.alive < max(1, hooks.expected):
        yield HealthItem(
            code="hooks-missing",
            severity=Severity.WARNING,
            title=f"{row.name}: {hooks.alive} of {hooks.expected} webhooks are alive.",
            fix="Changes they would have told come with the catch-up runs; see `counterfoil store show`.",
        )
    for scope in stores.scopes(conn, row.id):
        if not scope.granted:
            yield HealthItem(
                code="scope-missing",
                severity=Severity.INFO,
                title=f"{row.name}: the token may not read {scope.feeds} ({scope.scope}).",
                fix="Make an API account that has this scope too, if you want it.",
            )


def _in_general(conn: sqlite3.Connection, inbox: InboxCounts) -> Iterator[HealthItem]:
    if inbox.dead:
        yield HealthItem(
            code="deliveries-dead",
            severity=Severity.WARNING,
            title=f"{inbox.dead} deliveries could not be worked in.",
            fix="The next catch-up run brings what they named; the reason stands in the daemon's log.",
        )
    if not health.is_master_list_there(conn):
        yield HealthItem(
            code="master-list-missing",
            severity=Severity.WARNING,
            title="There is no list called Master Contact List: contacts who accept marketing join no list.",
            fix="Name a list so again, or subscribe them by an automation of your own.",
        )
    if health.mistrusted_signatures(conn, latest=_SIGNATURES_LOOKED_AT):
        yield HealthItem(
            code="signature-mismatch",
            severity=Severity.WARNING,
            title="Deliveries carry a signature that does not match the client secret given for the store.",
            fix="They were taken in by their secret header. Check the client secret of the API account.",
        )
