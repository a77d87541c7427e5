"""What a write unit has changed so far, gathered while it runs."""

from dataclasses import dataclass, field

from common.events import What
from daemon.ingest.store_rules import StoreRules


@dataclass(frozen=True, slots=True)
class StoreKey:
    """A store as far as writing its data goes: our id, its default currency, and what it is set to.

    The write unit reads the *rules* itself: whatever is written after a change of them goes by the new ones. With the
    *person_key* it knows people who were erased.
    """

    id: int
    currency: str
    rules: StoreRules = field(default_factory=StoreRules)
    person_key: bytes = field(default=b"", repr=False)


@dataclass(slots=True)
class Changes:
    """Ids of what changed: the store's own, except those of contacts and segments, which are ours."""

    products: set[int] = field(default_factory=set)
    customers: set[int] = field(default_factory=set)
    orders: set[int] = field(default_factory=set)
    carts: set[str] = field(default_factory=set)
    contacts: set[int] = field(default_factory=set)
    contacts_with_new_totals: set[int] = field(default_factory=set)
    segments: set[int] = field(default_factory=set)

    @property
    def touched(self) -> set[int]:
        """Contacts of whom anything changed."""
        return self.contacts | self.contacts_with_new_totals

    def as_ids(self) -> dict[What, list[int | str]]:
        """The ids by kind of thing, sorted; kinds without a change are left out."""
        by_kind: dict[What, list[int | str]] = {
            What.PRODUCT: [*sorted(self.products)],
            What.CUSTOMER: [*sorted(self.customers)],
            What.ORDER: [*sorted(self.orders)],
            What.CART: [*sorted(self.carts)],
            What.CONTACT: [*sorted(self.touched)],
            What.SEGMENT: [*sorted(self.segments)],
        }
        return {what: ids for what, ids in by_kind.items() if ids}
