"""What the stores sell: the list, and one product with its newest orders and those who bought most."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace

from common.events import What
from common.products import ProductDetail, ProductQuery, ProductRow, ProductSort
from tui.cli.export import product_pages
from tui.cli.product import product_facts
from tui.cli.values import day
from tui.export.sheets import PRODUCTS, Sheet
from tui.format import count, cut, full_name
from tui.linear.place import Facts, Item, Page, Place, Room, Wanted, details, list_page
from tui.linear.places.contact import Contact
from tui.linear.places.contacts import sorted_words
from tui.linear.places.order import Order
from tui.linear.spoken import fact, many, sentences

_NAME_CELLS = 80


@dataclass(frozen=True, slots=True)
class Products(Place):
    word = "products"
    line_chars = 110
    query: ProductQuery = ProductQuery()  # noqa: RUF009 - frozen

    async def read(self, room: Room, wanted: Wanted) -> Page:
        page = await room.client.products(self.query.model_copy(update=wanted.as_query()))
        items = [Item(_row(row, room), Product(row.store, row.product_id)) for row in page.products]
        which = f" matching {self.query.search}" if self.query.search else ""
        order = f"sorted by {self.query.sort}{', reversed' if self.query.reverse else ''}"
        head = sentences(f"{many(page.total, 'product')}{which}, {order}")
        return list_page([head], items, wanted, total=page.total, after=page.next)

    def rows(self, room: Room) -> tuple[AsyncIterator[Sequence[ProductRow]], Sheet[ProductRow]]:
        return product_pages(room.client, self.query), PRODUCTS

    def found(self, asked: str) -> "Products | None":
        return None if asked.startswith(":") else Products(ProductQuery(search=asked, sort=self.query.sort))

    def sorted(self, words: Sequence[str]) -> "Products":
        key, is_reverse = sorted_words(words, tuple(ProductSort), self.query.sort, "Products")
        return replace(self, query=self.query.model_copy(update={"sort": ProductSort(key), "reverse": is_reverse}))

    async def changed(self, room: Room, page: Page, facts: Facts) -> str:
        return "Products changed; again shows them." if facts.touches(What.PRODUCT) else ""


@dataclass(frozen=True, slots=True)
class Product(Place):
    word = "product"
    store: str
    product_id: int

    async def read(self, room: Room, wanted: Wanted) -> Page:
        product = room.seen(await room.client.product(self.store, self.product_id))
        return details([sentences(f"Product {product.name or product.product_id}")], list(_items(product)), wanted)


def _row(row: ProductRow, room: Room) -> str:
    price = row.sale_price or row.price
    return sentences(
        cut(row.name, _NAME_CELLS) or "No name",
        f"SKU {row.sku}" if row.sku else "",
        f"Store {room.store(row.store)}",
        f"Price {price.text}" if price else "",
        f"Sold {count(row.pieces)}, revenue {row.revenue.text}" if row.orders else "Sold nothing",
        "" if row.state == "visible" else f"State {row.state}",
    )


def _items(product: ProductDetail) -> Iterator[Item | str]:
    yield from (fact(label, text) for label, text in product_facts(product) if text)
    for order in product.orders_shown:
        text = sentences(
            f"Order {order.number}",
            f"Status {order.status}",
            f"Placed {day(order.placed_at)}",
            f"Holds {many(order.quantity, 'piece')}, {order.total.text}",
            f"By {order.email}" if order.email else "By somebody who was erased",
        )
        yield Item(text, Order(product.store, order.number))
    for buyer in product.buyers:
        name = full_name(buyer.first_name, buyer.last_name)
        said = sentences(f"{buyer.email} bought {many(buyer.pieces, 'piece')}", f"Name {name}" if name else "")
        yield Item(said, Contact(buyer.id, buyer.email))
