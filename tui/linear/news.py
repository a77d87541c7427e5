"""Listens to the daemon between prompts, and keeps what is worth saying before the next one."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass

from common.client import ApiClient
from common.errors import CounterfoilError, DaemonUnreachable
from common.events import Changed, Event, HealthChanged, Hello, Resync, RunProgress, What
from common.status import HealthItem
from common.sync import Run
from tui.linear.place import Facts

# As in the other UI: a daemon that restarts is back within a second or two.
_BACKOFF_S = (1, 1, 2, 3, 5)


@dataclass(frozen=True, slots=True)
class Heard:
    """What came since the last time. *health* None = nothing was told of it; *lost* is why the daemon is away."""

    facts: Facts
    health: list[HealthItem] | None = None
    lost: CounterfoilError | None = None
    is_back: bool = False


class News:
    """Written to and read on one event loop."""

    def __init__(self) -> None:
        self._lost: CounterfoilError | None = None
        self._clear()

    def _clear(self) -> None:
        self._ids: dict[What, set[tuple[str, int | str]]] = defaultdict(set)
        self._runs: dict[int, Run] = {}
        self._health: list[HealthItem] | None = None
        self._is_unsure = False
        self._is_back = False

    async def take(self) -> Heard:
        """What was gathered, which is forgotten here."""
        ids = {what: frozenset(of_it) for what, of_it in self._ids.items()}
        facts = Facts(ids, tuple(self._runs.values()), self._is_unsure)
        heard = Heard(facts, self._health, self._lost, self._is_back)
        self._clear()
        return heard

    async def follow(self, client: ApiClient) -> None:
        """Listens until cancelled, through every restart of the daemon."""
        attempt = 0
        while True:
            has_begun = False
            try:
                async for event in client.events():
                    has_begun, attempt = True, 0
                    self._took(event)
                self._lost = _broken_off()
            except CounterfoilError as error:
                self._lost = _broken_off() if has_begun else error
            await asyncio.sleep(_BACKOFF_S[min(attempt, len(_BACKOFF_S) - 1)])
            attempt += 1

    def _took(self, event: Event) -> None:
        match event:
            case Hello():
                self._is_back = self._is_unsure = self._lost is not None
                self._lost = None
            case Changed():
                self._ids[event.what] |= {(event.store, one) for one in event.ids}
            case RunProgress(run=run) if run.state.is_over:
                self._runs[run.id] = run
            case HealthChanged(items=items):
                self._health = items
            case Resync():
                self._is_unsure = True


def _broken_off() -> DaemonUnreachable:
    return DaemonUnreachable("The daemon closed the connection.", remedy="It was probably stopped, or is restarting.")
