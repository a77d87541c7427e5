"""What happened to one contact, as far as the database knows it."""

from enum import StrEnum

from pydantic import Field

from common.money import Money
from common.times import Moment
from common.wire import Query, Wire

MAX_EVENTS = 500


class Happening(StrEnum):
    """What it is that happened, in the order in which things of one second follow each other."""

    KNOWN = "known"
    ORDER_PLACED = "order_placed"
    ORDER_STATUS = "order_status"
    ORDER_REFUNDED = "order_refunded"
    ORDER_ARCHIVED = "order_archived"
    CART_LEFT = "cart_left"
    CART_RECOVERED = "cart_recovered"
    CART_CLOSED = "cart_closed"
    TAG_ADDED = "tag_added"
    TAG_REMOVED = "tag_removed"
    LIST_JOINED = "list_joined"
    LIST_UNSUBSCRIBED = "list_unsubscribed"
    LIST_LEFT = "list_left"
    CONSENT_GIVEN = "consent_given"
    CONSENT_TAKEN = "consent_taken"
    SEGMENT_ENTERED = "segment_entered"
    SEGMENT_LEFT = "segment_left"


class TimelineQuery(Query):
    """A page of one contact's timeline, by email or by id. *after* is the `next` of an earlier page."""

    email: str = ""
    id: int = Field(default=0, ge=0, lt=2**63)
    after: str = ""
    limit: int = Field(default=50, ge=1, le=MAX_EVENTS)


class Happened(Wire):
    """One thing that happened.

    `store` is "" where it belongs to none, `order` None where it is about none. `after` is the status it has since, how
    a cart ended, the signal of a consent, the name of a tag, list or segment; `before` the status it had, the source of
    a consent. `cause` says who or what made it so: live, manual or historical as it came from a store; operator; undo,
    as an operator took an edit back; what a segment's log says; "" = nothing says.
    """

    at: Moment
    what: Happening
    store: str
    order: int | None
    before: str
    after: str
    amount: Money | None
    cause: str


class Timeline(Wire):
    """The newest first; `next` is "" on the last page."""

    contact_id: int
    email: str
    events: list[Happened]
    next: str = ""
