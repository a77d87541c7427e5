"""One order with all that was kept of it, a fact a line."""

from collections.abc import Iterator
from dataclasses import dataclass

from common.events import What
from common.orders import OrderDetail, OrderLine
from tui.cli.order import order_facts, order_sums
from tui.cli.values import minute
from tui.format import count
from tui.linear.place import Facts, Item, Page, Place, Room, Wanted, details
from tui.linear.spoken import fact, facts, sentences


@dataclass(frozen=True, slots=True)
class Order(Place):
    word = "order"
    store: str
    number: int

    async def read(self, room: Room, wanted: Wanted) -> Page:
        order = room.seen(await room.client.order(self.store, self.number))
        head = sentences(f"Order {order.number} in {order.store_name or order.store}")
        return details([head], list(_items(order)), wanted)

    async def changed(self, room: Room, page: Page, facts: Facts) -> str:
        return "This order changed; again shows it." if facts.names(What.ORDER, self.store, self.number) else ""


def _items(order: OrderDetail) -> Iterator[Item | str]:
    yield fact("status", str(order.status))
    yield from facts(order_facts(order))
    yield from (_line(line) for line in order.lines)
    yield from facts({name: amount.text for name, amount in order_sums(order).items()})
    yield from (fact(f"refund on {minute(one.refunded_at)}", one.amount.text) for one in order.refunds)
    for step in order.history:
        became = f"from {step.before} to {step.after}" if step.before else f"first seen as {step.after}"
        yield fact(f"status on {minute(step.seen_at)}", f"{became}, {step.origin}")


def _line(line: OrderLine) -> str:
    categories = ", ".join(line.category_paths or line.categories)
    return sentences(
        f"{'Part of the above' if line.is_bundle_part else 'Product'}: {count(line.quantity)} of {line.name}",
        f"Options {', '.join(line.options)}" if line.options else "",
        f"SKU {line.sku}" if line.sku else "",
        f"Price {line.price.text}",
        f"Total {line.total.text}",
        f"Refunded {count(line.quantity_refunded)}" if line.quantity_refunded else "",
        f"Categories {categories}" if categories else "",
    )
