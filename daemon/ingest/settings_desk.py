"""Showing and changing the settings of a store."""

import sqlite3
from collections.abc import Mapping

from common.errors import Invalid
from common.events import What
from common.store_settings import (
    CREATED_ON,
    FOLLOW_RENAME,
    MARKETING_SIGNAL,
    ON,
    SETTINGS,
    STATUS_PREFIX,
    SYNC_GUESTS,
    SettingsChange,
    StoreSettings,
    setting_named,
    settings_rows,
    value_in,
)
from common.stores import StoreState
from daemon.bus import Bus
from daemon.db import orders, store_settings
from daemon.db.database import Database
from daemon.ingest.connect import deleted_already
from daemon.ingest.derive import Deriver
from daemon.ingest.registry import Registry

_CONSENT = (MARKETING_SIGNAL.name, FOLLOW_RENAME.name, CREATED_ON.name)

_DOING = {
    "statuses": "the orders' statuses and totals are derived anew",
    "consent": "who accepts marketing is derived anew",
    "times": "the times of day of orders are derived anew",
    "guests": "guests' orders are being erased",
    "history": "a historical run brings guests' orders as soon as no other run of the store is under way",
}


class SettingsDesk:
    """Changes take effect with their commit for all that is written from then on; what is there is derived anew."""

    def __init__(self, database: Database, registry: Registry, deriver: Deriver, bus: Bus) -> None:
        self._database = database
        self._registry = registry
        self._deriver = deriver
        self._bus = bus

    async def show(self, store_hash: str) -> StoreSettings:
        """Raises NotFound."""
        store = self._registry.demand(store_hash)
        return await self._database.read(lambda conn: _shown(conn, store.row.id, store_hash))

    async def change(self, store_hash: str, wanted: SettingsChange) -> StoreSettings:
        """The settings after the change; all of it or nothing. Raises NotFound, Invalid, or Refused when deleted."""
        store = self._registry.demand(store_hash)
        if store.row.state is StoreState.DELETED:
            raise deleted_already(store)
        values = _values(wanted)

        def unit(conn: sqlite3.Connection) -> None:
            before = store_settings.kept_values(conn, store.row.id)
            store_settings.keep_values(conn, store.row.id, values)
            _ask(conn, store.row.id, before, store_settings.kept_values(conn, store.row.id))

        await self._database.write(unit)
        self._deriver.wake()
        self._bus.changed(What.STORE, store.hash, [store.hash], origin="")
        return await self.show(store_hash)


def _values(wanted: SettingsChange) -> dict[str, str | None]:
    """What is to be kept by name; None = the default, which is not kept."""
    if not wanted.values:
        raise Invalid("No setting is named.", remedy="See `counterfoil store settings HASH`.")
    values: dict[str, str | None] = {}
    for name, text in wanted.values.items():
        setting = setting_named(name)
        value = setting.default if text is None else value_in(setting, text)
        values[setting.name] = None if value == setting.default else value
    return values


def _ask(conn: sqlite3.Connection, store_id: int, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Asks for what follows from the difference."""
    changed = {name for name in SETTINGS if before.get(name) != after.get(name)}
    if any(name.startswith(STATUS_PREFIX) for name in changed):
        store_settings.ask_for(conn, store_id, "statuses")
    if changed.intersection(_CONSENT):
        store_settings.ask_for(conn, store_id, "consent")
    if SYNC_GUESTS.name in changed:
        wants_guests = after.get(SYNC_GUESTS.name) == ON
        store_settings.let_go(conn, store_id, "guests" if wants_guests else "history")
        store_settings.ask_for(conn, store_id, "history" if wants_guests else "guests")


def _shown(conn: sqlite3.Connection, store_id: int, store_hash: str) -> StoreSettings:
    doing = [_DOING[what] for what in store_settings.derivations_of(conn, store_id)]
    return StoreSettings(
        store=store_hash,
        settings=list(settings_rows(store_settings.kept_values(conn, store_id))),
        doing="; ".join(doing),
        guest_orders=orders.guest_order_count(conn, store_id),
    )
