"""What a store's settings mean to the write unit."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from common.statuses import Status
from common.store_settings import (
    CREATED_ON,
    FOLLOW_RENAME,
    MARKETING_SIGNAL,
    NO_DATE,
    ON,
    STATUS_PREFIX,
    SYNC_GUESTS,
    Setting,
)
from daemon.db import store_settings
from daemon.db.consents import Signal

# Accounts that began before have nobody join a list by themselves (ActiveCampaign's rule).
_LISTS_SINCE = date(2024, 1, 8)


@dataclass(frozen=True, slots=True)
class StoreRules:
    """*status_map* holds the statuses that mean something else here than usual, by the store's id."""

    sync_guests: bool = False
    follows_rename: bool = False
    joins_lists: bool = True
    signal: Signal = Signal.NEWSLETTER
    status_map: Mapping[int, Status] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: Mapping[str, str]) -> "StoreRules":
        """The rules of the settings *kept*; what is not kept is at its default."""

        def value(setting: Setting) -> str:
            return kept.get(setting.name, setting.default)

        created_on = value(CREATED_ON)
        return cls(
            sync_guests=value(SYNC_GUESTS) == ON,
            follows_rename=value(FOLLOW_RENAME) == ON,
            joins_lists=created_on == NO_DATE or date.fromisoformat(created_on) >= _LISTS_SINCE,
            signal=Signal(value(MARKETING_SIGNAL)),
            status_map={
                int(name.removeprefix(STATUS_PREFIX)): Status(text)
                for name, text in kept.items()
                if name.startswith(STATUS_PREFIX)
            },
        )


def rules_of(conn: sqlite3.Connection, store_id: int) -> StoreRules:
    return StoreRules.of(store_settings.kept_values(conn, store_id))
