"""One connection to the daemon: what it says as it happens, how the link stands, and where failed calls end up."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar, assert_never

from pydantic import ValidationError
from textual.message import Message

from common.client import ApiClient
from common.errors import CounterfoilError
from common.events import Changed, Event, HealthChanged, Heartbeat, Hello, Resync, RunProgress, What
from common.personal import Personal
from common.roles import Caller
from common.status import HealthItem
from common.stores import StoreSummary
from common.sync import Run
from tui.masking import masked, masked_call, masked_text
from tui.patience import Patience
from tui.preferences import Preferences

Result = TypeVar("Result")

# A daemon that restarts is back within a second or two; after that there is no hurry.
BACKOFF_S = (1, 1, 2, 3, 5)
# Changes of a historical run come by the hundred a second; a screen that re-reads 4 times a second looks live.
_GATHER_S = 0.25


class LinkState(StrEnum):
    CONNECTING = "connecting"
    LIVE = "live"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Link:
    """How the connection stands.

    While away `retry_s` counts down, `error` says why, and `since` is when it was lost (epoch s; 0 = it never was
    there). While live `version` is the daemon's.
    """

    state: LinkState = LinkState.CONNECTING
    retry_s: int = 0
    error: CounterfoilError | None = None
    since: int = 0
    version: str = ""


@dataclass
class LinkMoved(Message, bubble=False):
    """The connection came, went, or comes a second nearer to the next try."""

    link: Link


@dataclass
class Waiting(Message, bubble=False):
    """An answer is awaited for so many seconds; 0 = none is for long."""

    for_s: int


@dataclass
class Regained(Message, bubble=False):
    """Anything may have changed meanwhile: read again what is on show."""


@dataclass
class RowsChanged(Message, bubble=False):
    """Rows changed in committed writes since the last such message."""

    what: frozenset[What]
    contact_ids: frozenset[int]


@dataclass
class RunsMoved(Message, bubble=False):
    """How runs stand now, each once."""

    runs: list[Run]


@dataclass
class InboxMoved(Message, bubble=False):
    """Deliveries came, or something became of them."""


@dataclass
class HealthMoved(Message, bubble=False):
    items: list[HealthItem]


@dataclass
class MaskMoved(Message, bubble=False):
    """People are masked from now on, or shown again."""


@dataclass
class StoresRead(Message, bubble=False):
    stores: list[StoreSummary]


Tell = Callable[[Callable[[], Message]], None]
"""Hands every screen its own copy of a message."""


class Session:
    """Follows the daemon behind *client* and tells the screens. *now* is the only clock screens may read."""

    def __init__(
        self,
        client: ApiClient,
        tell: Tell,
        *,
        prefers: Preferences,
        now: Callable[[], int],
        backoff_s: Sequence[int] = BACKOFF_S,
    ) -> None:
        self.client = client
        self.prefers = prefers
        self.now = now
        self.link = Link()
        self.stores: list[StoreSummary] = []
        self.knows_stores = False
        self.caller: Caller | None = None  # who we are to the daemon; None = it does not tell
        self.is_masked = False
        self.has_read_stores = asyncio.Event()
        self._tell = tell
        self._backoff_s = backoff_s
        self._patience = Patience(lambda for_s: tell(lambda: Waiting(for_s)))
        self._hurry = asyncio.Event()
        self._stores_due = asyncio.Event()
        self._what: set[What] = set()
        self._contact_ids: set[int] = set()
        self._runs: dict[int, Run] = {}
        self._inbox_moved = False
        self._flush: asyncio.TimerHandle | None = None
        self._flushed_at = 0.0

    @property
    def is_live(self) -> bool:
        return self.link.state is LinkState.LIVE

    def store_name(self, store_hash: str) -> str:
        """What people call the store; its hash while its name is not known."""
        return next((store.name for store in self.stores if store.hash == store_hash and store.name), store_hash)

    def shown(self, value: Result) -> Result:
        """*value* as it may stand on the screen: with the people in it masked while that is wanted."""
        return masked(value) if self.is_masked else value

    def shown_call(self, call: Callable[[], Result]) -> Callable[[], Result]:
        """*call* so that it says what may stand on the screen, where it is a partial of models."""
        return masked_call(call) if self.is_masked else call

    def shown_text(self, text: str) -> str:
        """A sentence as it may stand on the screen: what an error quotes may be an address."""
        return masked_text(text, Personal.PROSE) if self.is_masked else text

    def mask(self, *, is_masked: bool) -> None:
        """Masks people on every screen, or shows them again."""
        self.is_masked = is_masked
        self._tell(MaskMoved)

    async def ask(self, call: Callable[[], Awaitable[Result]]) -> Result:
        """The answer to *call*; an answer of another version's shape becomes an error a person can read."""
        try:
            with self._patience.waiting():
                return await call()
        except ValidationError as error:
            raise _misunderstood(error) from error

    async def follow(self) -> None:
        """Listens to the daemon until cancelled, through every restart of it."""
        attempt = 0
        while True:
            try:
                async for event in self.client.events():
                    attempt = 0
                    self._took(event)
                error = CounterfoilError("The daemon closed the connection; it is probably restarting.")
            except CounterfoilError as broken:
                error = broken
            except ValidationError as unknown:
                error = _misunderstood(unknown)
            await self._pause(self._backoff_s[min(attempt, len(self._backoff_s) - 1)], error)
            attempt += 1

    async def keep_stores(self) -> None:
        """Keeps `stores` as the daemon has them, until cancelled."""
        while True:
            await self._stores_due.wait()
            self._stores_due.clear()
            await self._read_stores()

    def hurry(self) -> None:
        """Tries the daemon again at once if it is away."""
        self._hurry.set()

    def close(self) -> None:
        self._patience.close()
        if self._flush is not None:
            self._flush.cancel()

    def _took(self, event: Event) -> None:
        match event:
            case Hello(version=version, caller=caller):
                self.caller = caller
                self._came(version)
            case Changed():
                self._gather(event)
            case RunProgress(run=run):
                self._runs[run.id] = run
                self._flush_soon()
            case HealthChanged(items=items):
                self._tell(lambda: HealthMoved(items))
            case Resync():
                self._tell(Regained)
            case Heartbeat():
                pass
            case _:
                assert_never(event)

    def _came(self, version: str) -> None:
        self._move(Link(LinkState.LIVE, version=version))
        self._stores_due.set()
        self._tell(Regained)

    async def _pause(self, wait_s: int, error: CounterfoilError) -> None:
        self._hurry.clear()
        since = self.now() if self.is_live else self.link.since
        link = Link(LinkState.AWAY, wait_s, error, since)
        while link.retry_s > 0 and not self._hurry.is_set():
            self._move(link)
            await self._a_second()
            link = replace(link, retry_s=link.retry_s - 1)
        self._move(replace(link, retry_s=0))

    async def _a_second(self) -> None:
        try:
            async with asyncio.timeout(1):
                await self._hurry.wait()
        except TimeoutError:
            pass

    def _move(self, link: Link) -> None:
        self.link = link
        self._tell(lambda: LinkMoved(link))

    def _gather(self, event: Changed) -> None:
        if event.what is What.DELIVERY:
            self._inbox_moved = True
        else:
            self._what.add(event.what)
        if event.what is What.CONTACT:
            self._contact_ids |= {int(contact_id) for contact_id in event.ids}
        if event.what is What.STORE:
            self._stores_due.set()
        self._flush_soon()

    def _flush_soon(self) -> None:
        if self._flush is None:
            loop = asyncio.get_running_loop()
            self._flush = loop.call_at(max(loop.time(), self._flushed_at + _GATHER_S), self._tell_gathered)

    def _tell_gathered(self) -> None:
        what, contact_ids, runs = frozenset(self._what), frozenset(self._contact_ids), list(self._runs.values())
        inbox_moved, self._inbox_moved = self._inbox_moved, False
        self._what.clear()
        self._contact_ids.clear()
        self._runs.clear()
        self._flush = None
        self._flushed_at = asyncio.get_running_loop().time()
        if what:
            self._tell(lambda: RowsChanged(what, contact_ids))
        if runs:
            self._tell(lambda: RunsMoved(runs))
        if inbox_moved:
            self._tell(InboxMoved)

    async def _read_stores(self) -> None:
        try:
            self.stores = (await self.ask(self.client.stores)).stores
        except CounterfoilError:
            return  # the names stay as they were; the stores' own screen shows the error
        self.knows_stores = True
        self.has_read_stores.set()
        self._tell(lambda: StoresRead(self.stores))


def _misunderstood(error: ValidationError) -> CounterfoilError:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the whole"
    return CounterfoilError(
        f"The daemon's answer was not understood ({where}: {first['msg']}).",
        remedy="The daemon and this program are of different versions; bring both to the newer one and restart.",
    )
