"""Reading the settings anew while the daemon runs: all or nothing, and what cannot change now waits for a restart.

There is one object of settings, which all services share and read when they need a value: a reload changes it in place.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext

from pydantic import SecretStr

from common.errors import CounterfoilError
from common.reloading import Reloaded, SettingChanged
from common.status import HealthItem, Severity
from daemon.origins import Place
from daemon.settings import Section, Settings

log = logging.getLogger(__name__)

LIVE: frozenset[Place] = frozenset(
    {
        ("log_level",),
        ("public", "url"),
        ("public", "require_signature"),
        ("public", "trusted_proxies"),
        ("public", "per_source_per_minute"),
        ("bigcommerce", "login_url"),
        ("bigcommerce", "client_id"),
        ("bigcommerce", "client_secret"),
        ("bigcommerce", "quota_share"),
        ("sync", "catch_up_minutes"),
        ("sync", "quiet_hours"),
        ("segments", "log_days"),
        ("backup", "every_hours"),
        ("backup", "keep_days"),
        ("backup", "keep_at_least"),
        ("backup", "drill_days"),
        ("retention", "delivery_body_days"),
        ("retention", "delivery_days"),
        ("retention", "run_days"),
        ("retention", "order_raw_days"),
        ("retention", "audit_days"),
        ("access", "viewers"),
        ("access", "operators"),
        ("access", "admins"),
    }
)
"""What is read at use, or followed. Anything else is taken at the start: a place to listen, a folder, a zone."""

Follower = Callable[[frozenset[Place]], None]
"""Told what has just changed."""


class Reloader:
    """Holds what is in force. *read* gives the settings as they stand now; it may raise, and may block."""

    def __init__(self, settings: Settings, read: Callable[[], Settings]) -> None:
        self.settings = settings
        self.waiting: list[SettingChanged] = []
        self.refused: CounterfoilError | None = None
        self.around: Callable[[], AbstractContextManager[object]] = nullcontext  # told of each reload's begin and end
        self._read = read
        self._followers: list[Follower] = []
        self._turn = asyncio.Lock()

    def follow(self, follower: Follower) -> None:
        self._followers.append(follower)

    async def reload(self) -> Reloaded:
        """Raises what the new settings are refused with; then the ones in force stay so."""
        async with self._turn:
            with self.around():
                try:
                    fresh = await asyncio.to_thread(self._read)
                except CounterfoilError as error:
                    self.refused = error
                    log.warning("settings refused", extra={"why": error.message})
                    raise
                self.refused = None
                return self._swap(fresh)

    async def on_signal(self) -> None:
        """A reload that nobody waits for the answer of: the log and the health tell it."""
        try:
            await self.reload()
        except CounterfoilError:
            return

    def _swap(self, fresh: Settings) -> Reloaded:
        changed = list(_differing(self.settings, fresh))
        now = frozenset(place for place in changed if place in LIVE)
        applied = [_told(self.settings, fresh, place) for place in changed if place in now]
        self.waiting = [_told(self.settings, fresh, place) for place in changed if place not in now]
        for place in now:
            _put(self.settings, place, _value(fresh, place))
        self.settings.come_from(fresh.origins)
        for follower in self._followers:
            follower(now)
        names = {"applied": [one.name for one in applied], "waiting": [one.name for one in self.waiting]}
        log.info("settings read anew", extra={kind: ",".join(some) or "none" for kind, some in names.items()})
        file = self.settings.origins.file
        return Reloaded(file=str(file) if file else "", applied=applied, waiting=self.waiting)

    def health(self) -> Iterator[HealthItem]:
        if self.refused is not None:
            yield HealthItem(
                code="settings-refused",
                severity=Severity.WARNING,
                title=f"The settings were not taken over; those from before stay in force. {self.refused.message}",
                fix="Mend them, try them by `counterfoil check`, then `counterfoil reload`.",
            )
        if self.waiting:
            names = ", ".join(one.name for one in self.waiting)
            yield HealthItem(
                code="settings-waiting",
                severity=Severity.INFO,
                title=f"Settings were changed that need a restart: {names}.",
                fix="Restart the daemon when it suits: `systemctl restart counterfoild`. Deliveries meanwhile are sent "
                "again by the store.",
            )


def _places(settings: Settings) -> Iterator[Place]:
    for name in Settings.model_fields:
        section = getattr(settings, name)
        if isinstance(section, Section):
            yield from ((name, inner) for inner in type(section).model_fields)
        else:
            yield (name,)


def _differing(before: Settings, after: Settings) -> Iterator[Place]:
    return (place for place in _places(before) if _value(before, place) != _value(after, place))


def _value(settings: Settings, place: Place) -> object:
    found: object = settings
    for name in place:
        found = getattr(found, name)
    return found


def _put(settings: Settings, place: Place, value: object) -> None:
    """Settings are frozen for everybody else: this is the one hand that changes them."""
    *sections, name = place
    owner = getattr(settings, sections[0]) if sections else settings
    vars(owner)[name] = value


def _told(before: Settings, after: Settings, place: Place) -> SettingChanged:
    return SettingChanged(
        name=".".join(place), before=_shown(_value(before, place)), after=_shown(_value(after, place))
    )


def _shown(value: object) -> str:
    return "" if isinstance(value, SecretStr) or value is None else str(value)
