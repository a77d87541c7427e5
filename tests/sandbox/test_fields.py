"""Every field the store sends has a name its interface documents and a value of the documented type."""

from collections.abc import Iterator

import pytest

from daemon.sandbox.store import SandboxStore
from tests.sandbox import fields
from tests.sandbox.client import Asker, Receiver

# path -> extra types it may have, with the reason
EXCEPTIONS: dict[str, dict[str, str]] = {
    "ORDER": {
        "custom_status": "s",  # answers carry the merchant's label; the list's table leaves it out
        "credit_card_type": "0",  # a dead field that real answers still hold
        "cart_id": "0",  # null for orders made without a cart
        "payment_provider_id": "0",
        "external_order_id": "0",
        "consignments.shipping[].__warning__": "o",  # the mark of a list of lines cut at 50
        "consignments.shipping[].__warning__.message": "s",
    },
    "LINE": {},
    "STATUS": {"order": "i"},  # its place in the list
    "ADDRESS": {},
    "CUSTOMER": {"channel_ids": "0"},  # null: all channels
    "PRODUCT": {
        "base_variant_id": "0",  # null when the product has options
        "variants": "a",  # of include=variants, whose rows are checked as VARIANT
        "primary_image.date_modified": "s",
    },
    "VARIANT": dict.fromkeys(("price", "sale_price", "retail_price", "sku_id"), "0"),  # null: the product's own
    "REFUND": {"reason": "0", "items[].requested_amount": "0"},
    "CART": {
        "email": "0",  # null until the shopper is known
        "line_items.physical_items[].parent_id": "0",
        "line_items.digital_items[].parent_id": "0",
        "line_items.physical_items[].options": "a",  # of the include
        "line_items.digital_items[].options": "a",
        "line_items.physical_items[].options[].name": "s",
        "line_items.physical_items[].options[].nameId": "i",
        "line_items.physical_items[].options[].value": "s",
        "line_items.physical_items[].options[].valueId": "i",
        "line_items.physical_items[].coupons": "a",
    },
    "HOOK": {"headers.X-Hook-Key": "s"},  # whatever names the client has chosen
    "HOOK_ADMIN": {"hooks_list[].headers.X-Hook-Key": "s"},
}
BELONG_ELSEWHERE = frozenset(("line_items", "variants", "children"))  # lists of rows that have a table of their own


LETTERS = {type(None): "0", bool: "b", int: "in", float: "n", str: "s", list: "a", dict: "o"}


def walk(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """(path, value) of everything below *value*, without rows that have a table of their own."""
    if isinstance(value, dict):
        for name, part in value.items():
            inner = f"{path}.{name}" if path else name
            yield inner, part
            if name not in BELONG_ELSEWHERE or not isinstance(part, list):
                yield from walk(part, inner)
    if isinstance(value, list):
        for part in value:
            if not isinstance(part, dict | list):
                yield f"{path}[]", part
            yield from walk(part, f"{path}[]")


def misfits(table_name: str, rows: object) -> set[str]:
    """What in *rows* the table does not know, or knows as another type."""
    table = dict(pair.rsplit(":", 1) for pair in getattr(fields, table_name).split())
    allowed = EXCEPTIONS.get(table_name, {})
    found = set()
    for row in rows if isinstance(rows, list) else [rows]:
        for path, value in walk(row):
            types = table.get(path, "") + allowed.get(path, "")
            if not types:
                found.add(f"{path} is not documented")
            elif "*" not in types and not set(types) & set(LETTERS[type(value)]):
                found.add(f"{path} is {value!r}, documented as {types}")
    return found


FULL = {"include": "consignments.line_items", "consignment_structure": "object", "limit": "250"}


def groups_of(order: dict[str, dict[str, object]]) -> Iterator[dict[str, list[object]]]:
    """Every consignment of an order that was read with its consignments."""
    consignments = order["consignments"]
    for group in ("shipping", "pickups", "downloads"):
        yield from consignments[group]  # type: ignore[misc]  # lists of objects, as misfits has checked
    yield from consignments["email"]["gift_certificates"]  # type: ignore[index]


async def test_orders_and_their_lines_are_as_documented(ask: Asker) -> None:
    orders = (await ask("/v2/orders", **FULL)).json + (await ask("/v2/orders", page="2", **FULL)).json
    lines = [line for order in orders for parcel in groups_of(order) for line in parcel["line_items"]]

    assert misfits("ORDER", orders) == set()
    assert misfits("LINE", lines) == set()
    assert len(orders) > 380
    assert len(lines) > 700


async def test_orders_without_include_are_as_documented(ask: Asker) -> None:
    assert misfits("ORDER", (await ask("/v2/orders", limit="250")).json) == set()


@pytest.mark.parametrize(
    ("table", "path", "query"),
    [
        ("LINE", "/v2/orders/{order}/products", {}),
        ("ADDRESS", "/v2/orders/{order}/shipping_addresses", {}),
        ("COUNT", "/v2/orders/count", {}),
        ("STATUS", "/v2/order_statuses", {}),
        ("STORE", "/v2/store", {}),
        ("CURRENCY", "/v2/currencies", {}),
        ("CUSTOMER_V2", "/v2/customers", {"limit": "250"}),
        ("CUSTOMER", "/v3/customers", {"limit": "250", "include": "addresses,storecredit,attributes,formfields"}),
        ("SUBSCRIBER", "/v3/customers/subscribers", {"limit": "250"}),
        ("PRODUCT", "/v3/catalog/products", {"limit": "250", "include": "variants,images,primary_image,channels"}),
        ("PRODUCT", "/v3/catalog/products", {"include": "options,modifiers"}),
        ("VARIANT", "/v3/catalog/variants", {"limit": "250"}),
        ("SUMMARY", "/v3/catalog/summary", {}),
        ("LEGACY_CATEGORY", "/v3/catalog/categories", {"limit": "250"}),
        ("TREE_CATEGORY", "/v3/catalog/trees/categories", {"limit": "250"}),
        ("TREE", "/v3/catalog/trees", {}),
        ("BRANCH", "/v3/catalog/trees/1/categories", {}),
        ("REFUND", "/v3/orders/payment_actions/refunds", {"limit": "250"}),
        ("CHANNEL", "/v3/channels", {}),
    ],
)
async def test_resources_are_as_documented(
    store: SandboxStore, ask: Asker, table: str, path: str, query: dict[str, str]
) -> None:
    order = next(order for order in store.world.orders if order.customer_id and order.shipping_cents)

    answer = (await ask(path.format(order=order.id), **query)).json
    rows = answer["data"] if path.startswith("/v3") else answer

    assert rows
    assert misfits(table, rows) == set()


async def test_a_refund_alone_is_as_documented(store: SandboxStore, ask: Asker) -> None:
    refund = store.orders.refund(store.world.orders.ids[5], cents=150)

    answer = await ask(f"/v3/orders/payment_actions/refunds/{refund.id}")

    documented = misfits("ONE_REFUND", answer.data)
    # transaction_id stands in the list's table and is left out of this one
    assert documented <= {"payments[].transaction_id is not documented"}


async def test_a_coupon_is_as_documented(store: SandboxStore, ask: Asker) -> None:
    order = next(order for order in store.world.orders if order.coupon_cents)

    assert misfits("COUPON", (await ask(f"/v2/orders/{order.id}/coupons")).json) == set()


async def test_a_cart_is_as_documented(store: SandboxStore, ask: Asker) -> None:
    products = store.world.catalogue.products.values()
    sized = next(product for product in products if len(product.variants) > 1)
    cart = store.carts.open(basket=[(sized.id, 2)])

    answer = await ask(f"/v3/carts/{cart.id}", include="line_items.physical_items.options")

    assert misfits("CART", answer.data) == set()


async def test_hooks_are_as_documented(ask: Asker) -> None:
    async with Receiver() as receiver:
        body = {"scope": "store/order/created", "destination": receiver.url, "headers": {"X-Hook-Key": "s"}}
        created = await ask.send("POST", "/v3/hooks", body=body)
    admin = await ask("/v3/hooks/admin")

    assert misfits("HOOK", created.data) == set()
    assert misfits("HOOK_ADMIN", admin.data) == set()
