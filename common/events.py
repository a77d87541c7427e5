"""The event stream: first a hello with the state of things, then one fact per line."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from common.roles import Caller
from common.status import HealthItem
from common.sync import Run
from common.times import Moment
from common.wire import Wire

HEARTBEAT_S = 15


class What(StrEnum):
    """The kinds of thing that change. Ids are the store's own, except a contact's and a segment's, which are ours.

    Deliveries come too fast to be named one by one: their fact says that the store's inbox changed, without ids.
    """

    ORDER = "order"
    CUSTOMER = "customer"
    CONTACT = "contact"
    CART = "cart"
    PRODUCT = "product"
    STORE = "store"
    DELIVERY = "delivery"
    SEGMENT = "segment"


class _Line(Wire):
    seq: int
    at: Moment


class Hello(_Line):
    """The first line. `version` is the daemon's; `seq` is where the stream begins; `caller` is who listens."""

    kind: Literal["hello"] = "hello"
    version: str
    caller: Caller | None = None


class Changed(_Line):
    """Rows that changed in one committed write. `store` is "" where the thing belongs to no single store."""

    kind: Literal["changed"] = "changed"
    what: What
    store: str
    ids: list[int | str]
    origin: str


class RunProgress(_Line):
    kind: Literal["run"] = "run"
    run: Run


class HealthChanged(_Line):
    kind: Literal["health"] = "health"
    items: list[HealthItem]


class Heartbeat(_Line):
    kind: Literal["heartbeat"] = "heartbeat"


class Resync(_Line):
    """The reader was too slow and lines were left out: read again what is on show."""

    kind: Literal["resync"] = "resync"


Event = Annotated[
    Hello | Changed | RunProgress | HealthChanged | Heartbeat | Resync,
    Field(discriminator="kind"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
