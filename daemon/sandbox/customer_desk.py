"""What happens to people: accounts opened, edited and deleted, consents given and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from daemon.sandbox.names import PLACES
from daemon.sandbox.people import NEWSLETTER, Address, Customer, Subscriber
from daemon.sandbox.world import World


class CustomerDesk:
    """Acts on customers and subscribers of a world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def create(
        self, email: str, first_name: str = "Ann", last_name: str = "Lee", *, channel_id: int = 1, **more: object
    ) -> Customer:
        """A new account; *more* are further fields of Customer."""
        world, now = self._world, self._world.clock.seconds()
        identity = world.customers.next_id()
        address = Address(id=identity * 4, first_name=first_name, last_name=last_name, company="",
                          street_1="1 Main St", street_2="", place=PLACES[0], phone="")  # fmt: skip
        draft = Customer(id=identity, email=email, first_name=first_name, last_name=last_name, company="", phone="",
                         addresses=(address,), created_at=now, modified_at=now, channel_id=channel_id,
                         channel_ids=(channel_id,))  # fmt: skip
        customer = replace(draft, **more)  # type: ignore[arg-type]  # a wrong name or type fails the test that gave it
        world.customers.keep(customer)
        self._say(customer, "created")
        return customer

    def edit(self, customer_id: int, **changes: object) -> Customer:
        """Change fields of Customer, e.g. email, first_name, phone."""
        before = self._world.customers[customer_id]
        customer = replace(before, **changes, modified_at=self._world.clock.seconds())  # type: ignore[arg-type]
        self._world.customers.keep(customer)
        self._say(customer, "updated")
        return customer

    def delete(self, customer_id: int) -> Customer:
        """The account goes; its orders stay, without a customer."""
        world = self._world
        gone = world.customers.drop(customer_id)
        for order_id in world.orders.of_customer(customer_id):
            world.orders.keep(replace(world.orders[order_id], customer_id=0))
        world.announce("store/customer/deleted", {"type": "customer", "id": customer_id})
        return gone

    def _say(self, customer: Customer, verb: str) -> None:
        channels = {"origin_channel_id": customer.channel_id}
        if customer.channel_ids is not None:
            channels |= {"channel_ids": list(customer.channel_ids)}  # type: ignore[dict-item]
        self._world.announce(f"store/customer/{verb}", {"type": "customer", "id": customer.id, **channels})

    def subscriber_of(self, email: str) -> Subscriber | None:
        """The consent record of an address; compares without case."""
        ids = self._world.subscribers.ids_of_email(email)
        return self._world.subscribers[min(ids)] if ids else None

    def subscribe(
        self, email: str, *, consents: Sequence[str] = (NEWSLETTER,), source: str = "storefront", channel_id: int = 1
    ) -> Subscriber:
        """Give consents; makes the record when there is none."""
        known, now = self.subscriber_of(email), self._world.clock.seconds()
        if known:
            return self.consent(known.id, consents)
        subscriber = Subscriber(id=self._world.subscribers.next_id(), email=email, first_name="", last_name="",
                                source=source, channel_id=channel_id, consents=tuple(consents), created_at=now,
                                modified_at=now)  # fmt: skip
        self._world.subscribers.put(subscriber.id, subscriber, modified=now)
        self._world.announce("store/subscriber/created", {"type": "subscriber", "id": subscriber.id})
        return subscriber

    def unsubscribe(self, email: str) -> Subscriber:
        """Take every consent back; KeyError for an address without a record."""
        known = self.subscriber_of(email)
        if known is None:
            raise KeyError(email)
        return self.consent(known.id, ())

    def consent(self, subscriber_id: int, consents: Sequence[str]) -> Subscriber:
        """Set the consents of a record."""
        now = self._world.clock.seconds()
        subscriber = replace(self._world.subscribers[subscriber_id], consents=tuple(consents), modified_at=now)
        self._world.subscribers.put(subscriber_id, subscriber, modified=now)
        self._world.announce("store/subscriber/updated", {"type": "subscriber", "id": subscriber_id})
        return subscriber

    def readdress_subscriber(self, subscriber_id: int, email: str) -> Subscriber:
        """The record, its consents as they were, under another address."""
        now = self._world.clock.seconds()
        subscriber = replace(self._world.subscribers[subscriber_id], email=email, modified_at=now)
        self._world.subscribers.put(subscriber_id, subscriber, modified=now)
        self._world.announce("store/subscriber/updated", {"type": "subscriber", "id": subscriber_id})
        return subscriber

    def delete_subscriber(self, subscriber_id: int) -> Subscriber:
        gone = self._world.subscribers.remove(subscriber_id)
        self._world.announce("store/subscriber/deleted", {"type": "subscriber", "id": subscriber_id})
        return gone
