"""What happened to one contact, put together from the rows that say so, the newest first.

Tags and lists that came by a sync are told by the rows that are there, or by what took them away; what an operator did
is told by the edits. The same fact from two places is one. Consent is told of stores that are set to show it.
"""

import base64
import sqlite3
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from common.errors import Invalid
from common.money import Money, minor_units
from common.timeline import Happened, Happening, Timeline, TimelineQuery
from daemon.db.box import no_contact

# Of what happened in the same second the later line of this list is the newer.
_RANK = {what: rank for rank, what in enumerate(Happening)}


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows of one kind of event: where they are read from, and the SQL of what each says."""

    what: Happening
    source: str
    at: str
    key: str
    cause: str = "''"
    store: str = "''"
    order: str = "null"
    before: str = "''"
    after: str = "''"
    amount: str = "null"
    currency: str = "''"

    @property
    def sql(self) -> str:
        return (
            f"select {self.at} as at, {_RANK[self.what]} as rank, {self.key} as key, '{self.what}' as what, "
            f"{self.store} as store, {self.order} as number, {self.before} as before, {self.after} as after, "
            f"{self.amount} as amount, {self.currency} as currency, {self.cause} as cause from {self.source}"
        )


_BOUGHT = "store_order as bought join store on store.id = bought.store_id"
_LEFT = "cart join store on store.id = cart.store_id"
_MINE = "contact_id = :contact"


def _bought() -> list[_Part]:
    """Orders with what became of them; store_order_contact_ix."""
    return [
        _Part(
            Happening.ORDER_PLACED,
            f"{_BOUGHT} where {_MINE}",
            at="placed_at",
            key="bought.id",
            cause="bought.origin",
            store="hash",
            order="number",
            amount="total_minor",
            currency="bought.currency",
        ),
        _Part(
            Happening.ORDER_STATUS,
            f"{_BOUGHT} join order_status_change as step on step.order_id = bought.id "
            f"where {_MINE} and from_status_id is not null",
            at="seen_at",
            key="step.id",
            cause="step.origin",
            store="hash",
            order="number",
            before="from_status",
            after="to_status",
        ),
        _Part(
            Happening.ORDER_REFUNDED,
            f"{_BOUGHT} join refund indexed by refund_order_ix on refund.store_id = bought.store_id "
            f"and refund.number = bought.number where {_MINE}",
            at="refund.created_at",
            key="refund_id",
            store="hash",
            order="bought.number",
            amount="amount",
            currency="bought.currency",
        ),
        _Part(
            Happening.ORDER_ARCHIVED,
            f"{_BOUGHT} where {_MINE} and deleted_at is not null",
            at="deleted_at",
            key="bought.id",
            store="hash",
            order="number",
        ),
    ]


def _carts() -> list[_Part]:
    """Carts that were left, and how that ended; cart_contact_ix."""
    kept = "closed_as is not 'emptied'"
    return [
        _Part(
            Happening.CART_LEFT,
            f"{_LEFT} where {_MINE} and {kept}",
            at="abandoned_at",
            key="cart.id",
            cause="cart.origin",
            store="hash",
            amount="total_minor",
            currency="cart.currency",
        ),
        _Part(
            Happening.CART_RECOVERED,
            f"{_LEFT} join store_order as bought on bought.store_id = cart.store_id and number = order_number "
            f"where cart.{_MINE}",
            at="placed_at",
            key="cart.id",
            store="hash",
            order="order_number",
        ),
        _Part(
            Happening.CART_CLOSED,
            f"{_LEFT} where {_MINE} and {kept} and closed_at is not null",
            at="closed_at",
            key="cart.id",
            store="hash",
            after="closed_as",
        ),
    ]


def _synced() -> list[_Part]:
    """Tags and lists as syncs gave and took them: what is there, and what was there before it was taken."""
    by_sync = "and {origin} != 'operator'"
    tag, of_list = "(select name from tag where id = tag_id)", "(select name from list where id = list_id)"
    edited = "edit_contact as touched join edit on edit.id = edit_id"
    return [
        _Part(
            Happening.TAG_ADDED,
            f"contact_tag where {_MINE} {by_sync.format(origin='origin')}",
            at="added_at",
            key="tag_id",
            cause="origin",
            after=tag,
        ),
        _Part(
            Happening.TAG_ADDED,
            f"tag_gone where {_MINE} {by_sync.format(origin='added_as')}",
            at="added_at",
            key="500000000 + id",
            cause="added_as",
            after="tag",
        ),
        _Part(
            Happening.TAG_REMOVED,
            f"tag_gone where {_MINE}",
            at="removed_at",
            key="500000000 + id",
            cause="origin",
            after="tag",
        ),
        _Part(
            Happening.TAG_ADDED,
            f"{edited} where {_MINE} and verb = 'remove_tag' {by_sync.format(origin='before_as')}",
            at="before_at",
            key="target_id",
            cause="before_as",
            after="name",
        ),
        _Part(
            Happening.LIST_JOINED,
            f"list_member where {_MINE} and status = 'active' {by_sync.format(origin='origin')}",
            at="changed_at",
            key="list_id",
            cause="origin",
            after=of_list,
        ),
        _Part(
            Happening.LIST_UNSUBSCRIBED,
            f"list_member where {_MINE} and status = 'unsubscribed' {by_sync.format(origin='origin')}",
            at="changed_at",
            key="list_id",
            cause="origin",
            after=of_list,
        ),
        _Part(
            Happening.LIST_JOINED,
            f"{edited} where {_MINE} and verb in ('unsubscribe', 'remove_from_list') "
            f"{by_sync.format(origin='before_as')}",
            at="before_at",
            key="target_id",
            cause="before_as",
            after="name",
        ),
    ]


# What each edit did to a contact, and what taking it back did.
_DONE = {
    "add_tag": (Happening.TAG_ADDED, Happening.TAG_REMOVED),
    "remove_tag": (Happening.TAG_REMOVED, Happening.TAG_ADDED),
    "add_to_list": (Happening.LIST_JOINED, Happening.LIST_LEFT),
    "unsubscribe": (Happening.LIST_UNSUBSCRIBED, Happening.LIST_JOINED),
    "remove_from_list": (Happening.LIST_LEFT, Happening.LIST_JOINED),
}


def _edited() -> list[_Part]:
    """What operators did; edit_contact_ix. Keys of edits are above those of tags, lists and tags that are gone."""
    parts = []
    for verb, (done, undone) in _DONE.items():
        source = f"edit_contact as touched join edit on edit.id = edit_id where {_MINE} and verb = '{verb}'"
        key = "1000000000 + edit_id"
        parts.append(_Part(done, source, at="touched.at", key=key, cause="'operator'", after="name"))
        source = f"{source} and touched.undone_at is not null"
        parts.append(_Part(undone, source, at="touched.undone_at", key=key, cause="'undo'", after="name"))
    return parts


def _consents() -> list[_Part]:
    """Both signals, of stores that are set to show them; customer_contact_ix, consent_change_customer_ix."""
    source = (
        "customer join consent_change as said on said.customer_id = customer.id "
        "join store on store.id = customer.store_id "
        "join store_setting as shown on shown.store_id = store.id and shown.name = 'display.consent' "
        f"and shown.value = 'on' where {_MINE} and said.value = "
    )
    given = {"at": "changed_at", "key": "said.id", "cause": "said.origin", "store": "hash", "after": "signal"}
    return [
        _Part(Happening.CONSENT_GIVEN, f"{source}1", before="source", **given),
        _Part(Happening.CONSENT_TAKEN, f"{source}0", before="source", **given),
    ]


def _segments() -> list[_Part]:
    """segment_change_contact_ix."""
    source = f"segment_change as moved join segment on segment.id = segment_id where {_MINE} and deleted_at is null"
    moved = {"at": "at", "key": "moved.id", "cause": "cause", "after": "name"}
    return [
        _Part(Happening.SEGMENT_ENTERED, f"{source} and entered", **moved),
        _Part(Happening.SEGMENT_LEFT, f"{source} and not entered", **moved),
    ]


_KNOWN = _Part(Happening.KNOWN, "contact where id = :contact", at="created_at", key="0")

_EVENTS = " union ".join(
    part.sql for part in (_KNOWN, *_bought(), *_carts(), *_synced(), *_edited(), *_consents(), *_segments())
)

_PAGE = f"""
select at, rank, key, what, store, number, before, after, amount, currency, cause from ({_EVENTS})
where (at, rank, key) < (:at, :rank, :key) order by at desc, rank desc, key desc limit :limit
"""

_Int = Annotated[int, Field(ge=-(2**63), lt=2**63, strict=True)]
_PLACE: TypeAdapter[tuple[int, int, int]] = TypeAdapter(tuple[_Int, _Int, _Int])
_END = (2**62, 0, 0)


def timeline(conn: sqlite3.Connection, query: TimelineQuery) -> Timeline:
    """Raises NotFound, and Invalid for a cursor that is none of ours."""
    contact_id, email = _contact(conn, query)
    at, rank, key = _position(query.after) if query.after else _END
    asked = {"contact": contact_id, "at": at, "rank": rank, "key": key, "limit": query.limit + 1}
    rows = conn.execute(_PAGE, asked).fetchall()
    shown = rows[: query.limit]
    following = _cursor(shown[-1]) if len(rows) > query.limit else ""
    return Timeline(contact_id=contact_id, email=email, events=list(map(_event, shown)), next=following)


def _contact(conn: sqlite3.Connection, query: TimelineQuery) -> tuple[int, str]:
    column, value, name = ("id", query.id, f"number {query.id}") if query.id else _by_email(query.email)
    sql = f"select id, email from contact where {column} = ?  -- contact_email_ux or primary key"
    found: tuple[int, str] | None = conn.execute(sql, (value,)).fetchone()
    if found is None:
        raise no_contact(name)
    return found


def _by_email(email: str) -> tuple[str, str, str]:
    return "email", email, f"with the email {email!r}"


def _event(row: tuple[Any, ...]) -> Happened:
    at, _, _, what, store, number, before, after, amount, currency, cause = row
    minor = minor_units(amount, currency) if isinstance(amount, str) else amount
    return Happened(
        at=at,
        what=Happening(what),
        store=store,
        order=number,
        before=before,
        after=after,
        amount=None if minor is None else Money.of(minor, currency),
        cause=cause,
    )


def _cursor(row: tuple[Any, ...]) -> str:
    return base64.urlsafe_b64encode(_PLACE.dump_json(row[:3])).decode()


def _position(cursor: str) -> tuple[int, int, int]:
    try:
        return _PLACE.validate_json(base64.urlsafe_b64decode(cursor))
    except ValueError:
        raise Invalid(f"{cursor!r} is no cursor of a timeline.", remedy="Use `next` of the page before.") from None
