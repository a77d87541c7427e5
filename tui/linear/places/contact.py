"""One contact with the ecommerce box, a fact a line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from common.contacts import BoughtProduct, BoxCart, BoxOrder, Consent, ContactDetail, Ecommerce, Totals
from common.events import What
from common.money import money_text
from tui.box import MONTHS, monthly_minor
from tui.cli.values import day
from tui.format import count, full_name
from tui.linear.place import Facts, Item, Page, Place, Room, Wanted, details
from tui.linear.places.order import Order
from tui.linear.spoken import fact, many, moment, sentences


@dataclass(frozen=True, slots=True)
class Contact(Place):
    word = "contact"
    contact_id: int
    email: str

    async def read(self, room: Room, wanted: Wanted) -> Page:
        contact = room.seen(await room.client.contact_by_id(self.contact_id))
        return details([_title(contact)], list(_items(contact, room)), wanted)

    def person(self) -> str:
        return self.email

    async def changed(self, room: Room, page: Page, facts: Facts) -> str:
        return "This contact changed; again shows it." if facts.names(What.CONTACT, "", self.contact_id) else ""


def _title(contact: ContactDetail) -> str:
    return sentences(f"Contact {full_name(contact.first_name, contact.last_name) or contact.email}")


def _items(contact: ContactDetail, room: Room) -> Iterator[Item | str]:
    yield from _person(contact, room)
    yield from (_consent(consent, room) for consent in contact.consents)
    yield from _totals(contact.ecommerce, room)
    yield from _months(contact.ecommerce, room)
    yield from (_order(order, room) for order in contact.ecommerce.orders)
    yield from (_cart(cart, room) for cart in contact.ecommerce.carts)


def _person(contact: ContactDetail, room: Room) -> Iterator[str]:
    yield fact("email", contact.email)
    if contact.phone:
        yield fact("phone", contact.phone)
    yield fact("tags", ", ".join(contact.tags) or "none")
    lists = (one.name if one.status == "active" else f"{one.name} ({one.status})" for one in contact.lists)
    yield fact("lists", ", ".join(lists) or "none")
    yield fact("known", f"since {moment(contact.created_at, now=room.now())}")


def _consent(consent: Consent, room: Room) -> str:
    said = "accepts marketing" if consent.accepts_marketing else "does not accept marketing"
    when = f", {consent.source}, {moment(consent.changed_at, now=room.now())}" if consent.changed_at else ""
    return fact(f"consent in {room.store(consent.store)}", f"{said}{when}")


def _totals(box: Ecommerce, room: Room) -> Iterator[str]:
    if not box.totals:
        yield "Nothing bought yet."
        return
    stores = {row.store for row in box.totals if row.store is not None}
    chosen = [row for row in box.totals if len(stores) != 1 or row.store is not None]  # one store is all stores
    for row in sorted(chosen, key=lambda row: (row.store is not None, row.store or "", row.currency)):
        yield from _bought(row, room)


def _bought(row: Totals, room: Room) -> Iterator[str]:
    where = "all stores" if row.store is None else room.store(row.store)
    yield fact(f"revenue in {where}, {row.currency}", row.revenue.text)
    yield fact(f"orders in {where}, {row.currency}", f"{count(row.orders)}, {many(row.products, 'product')}")
    if row.last_order_at is not None:
        yield fact("first order", day(row.first_order_at))
        yield fact("last order", moment(row.last_order_at, now=room.now()))


def _months(box: Ecommerce, room: Room) -> Iterator[str]:
    """What the picture of the last twelve months shows, told for the months in which anything was spent."""
    for currency in sorted({row.currency for row in box.totals}):
        spent = monthly_minor(box.orders, currency, now=room.now())
        told = [f"{_month(at, room)} {money_text(minor, currency)}" for at, minor in enumerate(spent) if minor]
        yield fact(f"spent in the last {MONTHS} months, {currency}", ", ".join(told) or "nothing")


def _month(at: int, room: Room) -> str:
    """ "November 2026" for the last of the twelve."""
    now = datetime.fromtimestamp(room.now(), UTC)
    whole = now.year * 12 + now.month - 1 - (MONTHS - 1 - at)
    return f"{datetime(whole // 12, whole % 12 + 1, 1, tzinfo=UTC):%B} {whole // 12}"


def _order(order: BoxOrder, room: Room) -> Item:
    text = sentences(
        f"Order {order.number} in {room.store(order.store)}",
        f"Status {order.status}",
        f"Total {order.total.text}",
        f"Refunded {order.refunded.text}" if order.refunded.minor else "",
        f"Placed {day(order.placed_at)}",
        f"Shipped by {order.shipping_method}" if order.shipping_method else "",
        f"Bought {_products(order.products)}" if order.products else "",
    )
    return Item(text, Order(order.store, order.number))


def _cart(cart: BoxCart, room: Room) -> Item:
    text = sentences(
        f"Cart in {room.store(cart.store)}",
        f"Status {cart.status}",
        f"Total {cart.total.text}",
        f"Left behind {day(cart.abandoned_at)}",
        f"Became order {cart.order}" if cart.order is not None else "",
        f"Closed as {cart.closed_as}" if cart.closed_as else "",
        f"Holds {_products(cart.products)}" if cart.products else "",
    )
    return Item(text, Order(cart.store, cart.order) if cart.order is not None else None)


def _products(products: list[BoughtProduct]) -> str:
    return ", ".join(f"{count(one.quantity)} of {one.name}" for one in products)
