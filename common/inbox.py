"""The inbox on the wire: webhook calls that were taken in, what became of them, and how they are worked in again."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from common.events import What
from common.personal import Personal, Prose
from common.times import Moment
from common.wire import Query, Wire

MAX_DELIVERIES = 10_000
"""Rows of one page, and ids of one replay."""

_MAX_SEARCH = 200
_MAX_OFFSET = 10**12
_TOLD_IDS = 10


class DeliveryState(StrEnum):
    """PENDING waits for its fetch, DONE was worked in, DEAD was given up and needs a person."""

    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"


class DeliveryKind(StrEnum):
    """What a delivery can be about."""

    ORDER = "order"
    CUSTOMER = "customer"
    SUBSCRIBER = "subscriber"
    PRODUCT = "product"
    CATEGORY = "category"
    CART = "cart"
    STORE = "store"


class DeliveryQuery(Query):
    """Which deliveries, the newest first; None and "" filter nothing.

    *search* finds scopes that contain it, and deliveries about the resource with exactly that id ("#1001" or "1001").
    *after* is the `next` of an earlier page, or the id below which to go on; it wins over *offset*.
    """

    store: str = ""
    state: DeliveryState | None = None
    kind: DeliveryKind | None = None
    search: str = Field(default="", max_length=_MAX_SEARCH)
    after: str = Field(default="", pattern=r"^[0-9]{0,18}$")
    offset: int = Field(default=0, ge=0, le=_MAX_OFFSET)
    limit: int = Field(default=50, ge=1, le=MAX_DELIVERIES)


class DeliveryRow(Wire):
    """One webhook call. `resource` is what it named, like "order 1001"; "" for a scope that is not used.

    `attempts` counts the failed ones since it came or was last replayed, `error` is why the latest of them failed.
    """

    id: int
    store: str
    scope: Prose
    kind: str
    resource: Prose
    received_at: Moment
    state: DeliveryState
    attempts: int
    error: Prose
    settled_at: Moment | None
    replayed_at: Moment | None


class DeliveryPage(Wire):
    """`pending`, `done` and `dead` count the whole inbox, `total` what matches; `next` is "" on the last page."""

    pending: int
    done: int
    dead: int
    total: int
    deliveries: list[DeliveryRow]
    next: str = ""


class ChangedThings(Wire):
    """What of one kind a write changed: the store's own ids, or ours for contacts."""

    what: What
    ids: list[int | str]


class DeliveryDetail(DeliveryRow):
    """A delivery with its body as it came (bytes that are no UTF-8 replaced) and what its settling write changed.

    `signature` is the verdict on it: absent, valid, stale or invalid. `due_at` = when a pending one is tried next.
    """

    webhook_id: str
    signature: str
    due_at: Moment | None
    changed: list[ChangedThings]
    body: Annotated[str, Personal.BODY]


class TraceWhat(StrEnum):
    """What befell a delivery, or came of it."""

    RECEIVED = "received"
    FAILED = "failed"
    DIED = "died"
    REPLAYED = "replayed"
    DUE = "due"
    FETCHED = "fetched"
    APPLIED = "applied"
    ENTERED = "entered"
    LEFT = "left"
    RUN = "run"
    SUPERSEDED = "superseded"


class TraceStep(Wire):
    at: Moment
    what: TraceWhat
    words: Prose


class DeliveryTrace(Wire):
    """What a delivery went through and what it caused, the oldest first. Of many failures the first ones are kept."""

    id: int
    store: str
    state: DeliveryState
    steps: list[TraceStep]


class CauseQuery(Query):
    store: str = ""


class DeadCause(Wire):
    """Dead deliveries with one reason. Numbers and ids in `cause` read "#", so that equal reasons are one."""

    cause: Prose
    count: int
    first_received_at: Moment
    last_received_at: Moment
    stores: list[str]
    example: int


class DeadCauses(Wire):
    """The most frequent first; `dead` counts the deliveries of all of them."""

    dead: int
    causes: list[DeadCause]


class ReplayRequest(Query):
    """Which settled deliveries to work in again: those with *ids*, or all in *state*.

    *store* and *cause* (a part of it) narrow those in a state; "" narrows nothing.
    """

    ids: list[Annotated[int, Field(ge=1, lt=2**63)]] = Field(default=[], max_length=MAX_DELIVERIES)
    state: DeliveryState | None = None
    store: str = ""
    cause: str = Field(default="", max_length=1000)

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if bool(self.ids) == (self.state is not None):
            raise ValueError("give either ids or a state")
        if self.ids and (self.store or self.cause):
            raise ValueError("store and cause go with a state, not with ids")
        if self.state is DeliveryState.PENDING:
            raise ValueError("what is pending needs no replay")
        if self.cause and self.state is not DeliveryState.DEAD:
            raise ValueError("only dead deliveries have a cause")
        return self

    def subject(self) -> str:
        if self.ids:
            return f"deliveries {', '.join(map(str, self.ids[:_TOLD_IDS]))}{', …' * (len(self.ids) > _TOLD_IDS)}"
        return f"{self.state} {self.store}".strip()


class Unreplayed(Wire):
    """A delivery that was asked for and is not replayed, and why."""

    id: int
    why: Prose


class Replayed(Wire):
    """`replayed` counts those that are pending again; `left` are those named by id that are not."""

    replayed: int
    left: list[Unreplayed]
