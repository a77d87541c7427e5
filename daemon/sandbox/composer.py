"""Fills orders: what is bought, how it is sent, and each kind of exception in its share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from daemon.sandbox.catalogue import BRANDS, Product
from daemon.sandbox.dice import weighted
from daemon.sandbox.names import HOSTILE, PLACES
from daemon.sandbox.orders import USD, Consignment, Currency, Line, Ship
from daemon.sandbox.people import Address

LINE_IDS_PER_ORDER = 100  # line ids are order id x 100 + place: no two orders share one
METHODS = ("Flat Rate", "Free Shipping", "UPS® Ground", "Express (1–2 days)", "Royal Mail Tracked 48", "None")
METHOD_WEIGHTS = (40, 25, 15, 10, 7, 3)
METHOD_DRAW = weighted(tuple(enumerate(METHOD_WEIGHTS)))
COUPON_CODE = "TENOFF"


class Composer:
    """Fills the consignments of one order: plain ones mostly, and each kind of exception in its share."""

    def __init__(
        self, order_id: int, rng: Random, shelf: tuple[Product, ...], address: Address, email: str, currency: Currency
    ) -> None:
        self.order_id = order_id
        self.email = email
        self.subtotal_cents = 0
        self._rng, self._shelf, self._address, self._currency = rng, shelf, address, currency
        self._lines_made = 0

    def consignments(self, chance: float) -> tuple[Consignment, ...]:
        """*chance* 0..1 picks the kind of order; 1.0 is always a plain one."""
        for below, kind in KINDS:
            if chance < below:
                return kind(self)
        return self.plain()

    def plain(self) -> tuple[Consignment, ...]:
        return (self._ship(self._some_lines(), place=0),)

    def many_lines(self) -> tuple[Consignment, ...]:
        """More than an included consignment shows."""
        return (self._ship(tuple(self.line(1) for _ in range(60)), place=0),)

    def hidden_lines(self) -> tuple[Consignment, ...]:
        return (self._ship((self.line(), self.line()), place=0, hides_lines=True),)

    def pickup(self) -> tuple[Consignment, ...]:
        return (self._go(Ship.PICKUP, self._some_lines()),)

    def digital(self) -> tuple[Consignment, ...]:
        return (self._go(Ship.DOWNLOAD, (self.line(1, kind="digital"),)),)

    def gift_certificate(self) -> tuple[Consignment, ...]:
        return (self._go(Ship.GIFT, (self._gift(),)),)

    def two_addresses(self) -> tuple[Consignment, ...]:
        return tuple(self._ship(self._some_lines(), place=place) for place in range(2))

    def with_custom_item(self) -> tuple[Consignment, ...]:
        return (self._ship((self.custom_line(), self.line()), place=0),)

    def bundle(self) -> tuple[Consignment, ...]:
        return (self._ship(self._bundle(), place=0),)

    def shipped_and_digital(self) -> tuple[Consignment, ...]:
        return (*self.plain(), *self.digital())

    def _some_lines(self) -> tuple[Line, ...]:
        more = int(self._rng.random() ** 2.2 * 6)
        return tuple(self.line() for _ in range(1 + more))

    def line(self, quantity: int = 0, *, kind: str = "", product: Product | None = None) -> Line:
        """One line of *product*, or of one taken from the shelf; few products sell most."""
        rng = self._rng
        product = product or self._shelf[int(len(self._shelf) * rng.random() ** 1.8)]
        variant = product.variants[int(rng.random() * len(product.variants))]
        price = variant.price_cents or product.selling_cents
        return self._made(
            Line(
                id=self._next_line_id(),
                product_id=product.id,
                variant_id=None if self.order_id % 19 == 0 else variant.id,
                name=product.name,
                sku=variant.sku,
                kind=kind or product.kind,
                quantity=quantity or 1 + int(rng.random() ** 3 * 4),
                price_cents=self._charged(price),
                size=variant.size,
                cost_cents=self._charged(product.cost_cents),
                brand=BRANDS[product.brand_id - 1] if product.brand_id else "",
                has_discounted_total=self.order_id % 7 != 0,
            )
        )

    def custom_line(self) -> Line:
        """An item that is in no catalogue, as a merchant types it into a manual order."""
        name = HOSTILE[self.order_id % len(HOSTILE)] if self._rng.random() < 0.3 else "Engraving, per letter"
        price = self._charged(1250)
        return self._made(
            Line(id=self._next_line_id(), product_id=0, variant_id=0, name=name, sku="", kind="physical", quantity=1,
                 price_cents=price)
        )  # fmt: skip

    def _gift(self) -> Line:
        price = self._charged(5000)
        return self._made(
            Line(id=self._next_line_id(), product_id=0, variant_id=0, name="Gift Certificate", sku="",
                 kind="giftcertificate", quantity=1, price_cents=price)
        )  # fmt: skip

    def _bundle(self) -> tuple[Line, ...]:
        """A parent with its price and two free parts that point at it."""
        parent = self.line(1)
        parts = tuple(
            Line(id=self._next_line_id(), product_id=part.id, variant_id=part.variants[0].id, name=part.name,
                 sku=part.sku, kind="physical", quantity=1, price_cents=0, parent_id=parent.id, is_bundled=True)
            for part in self._rng.choices(self._shelf, k=2)
        )  # fmt: skip
        return (parent, *parts)

    def _ship(self, lines: tuple[Line, ...], *, place: int, hides_lines: bool = False) -> Consignment:
        method = METHODS[METHOD_DRAW[int(self._rng.random() * len(METHOD_DRAW))]]
        cost = 0 if method in ("Free Shipping", "None") else self._charged(995)
        address = self._address if place == 0 else _moved(self._address, place)
        return Consignment(id=self.order_id * 3 + place, ship=Ship.SHIPPING, method=method, address=address,
                           lines=lines, cost_cents=cost, hides_lines=hides_lines)  # fmt: skip

    def _go(self, ship: Ship, lines: tuple[Line, ...]) -> Consignment:
        method = "Pickup in Store — Downtown" if ship is Ship.PICKUP else ""
        return Consignment(id=self.order_id * 3 + 2, ship=ship, method=method, address=self._address, lines=lines)

    def _next_line_id(self) -> int:
        self._lines_made += 1
        return self.order_id * LINE_IDS_PER_ORDER + self._lines_made

    def _made(self, line: Line) -> Line:
        self.subtotal_cents += line.price_cents * line.quantity
        return line

    def _charged(self, usd_cents: int) -> int:
        """In the order's currency, whole units where it has no decimals."""
        if self._currency is USD:
            return usd_cents
        cents = int(usd_cents * self._currency.rate)
        return cents if self._currency.places else cents // 100 * 100


Kind = Callable[[Composer], tuple[Consignment, ...]]

# kinds of orders with the share of all below which they lie; the rest are plain
KINDS: tuple[tuple[float, Kind], ...] = (
    (0.002, Composer.many_lines),
    (0.004, Composer.hidden_lines),
    (0.030, Composer.pickup),
    (0.070, Composer.digital),
    (0.080, Composer.gift_certificate),
    (0.100, Composer.two_addresses),
    (0.115, Composer.with_custom_item),
    (0.135, Composer.bundle),
    (0.145, Composer.shipped_and_digital),
)


def _moved(address: Address, place: int) -> Address:
    """The same person elsewhere."""
    return Address(id=address.id + place, first_name=address.first_name, last_name=address.last_name, company="",
                   street_1="2 Second Home", street_2="", place=PLACES[address.id % len(PLACES)], phone="")  # fmt: skip


def with_coupon(consignments: tuple[Consignment, ...]) -> tuple[tuple[Consignment, ...], int]:
    """(the same with a tenth off the dearest line, how many cents that is: whole units, 0 for cheap orders)."""
    dearest = max((line for parcel in consignments for line in parcel.lines), key=lambda line: line.total_cents)
    cents = dearest.total_cents // 1000 * 100
    marked = replace(dearest, discount_cents=cents, discount_code=COUPON_CODE)
    parcels = (
        replace(parcel, lines=tuple(marked if line is dearest else line for line in parcel.lines))
        for parcel in consignments
    )
    return tuple(parcels), cents
