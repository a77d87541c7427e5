import pytest

from daemon.bigcommerce.deliveries import SCOPES, Envelope, delivery_subject, envelope_in
from daemon.records import Kind
from tests.unit.bigcommerce.samples import Json, encoded

CART = "0f0e7a52-6f0d-4a7e-9d3b-2f4a0c6d1e11"


@pytest.mark.parametrize(
    ("scope", "data", "expected"),
    [
        ("store/order/created", {"type": "order", "id": 1001}, (Kind.ORDER, "1001")),
        ("store/order/updated", {"id": "1001"}, (Kind.ORDER, "1001")),
        ("store/order/statusUpdated", {"id": 1001, "status": {"new_status_id": 11}}, (Kind.ORDER, "1001")),
        ("store/order/archived", {"id": 1001}, (Kind.ORDER, "1001")),
        ("store/order/refund/created", {"id": 1001, "refund": {"refund_id": 7}}, (Kind.ORDER, "1001")),
        ("store/channel/1/order/updated", {"order_id": 1001}, (Kind.ORDER, "1001")),
        ("store/shipment/created", {"type": "shipment", "id": 12, "orderId": 1001}, (Kind.ORDER, "1001")),
        ("store/shipment/deleted", {"id": 12, "order_id": "1001"}, (Kind.ORDER, "1001")),
        ("store/customer/updated", {"id": 501, "channel_ids": [1]}, (Kind.CUSTOMER, "501")),
        ("store/customer/address/created", {"id": 60, "address": {"customer_id": 501}}, (Kind.CUSTOMER, "501")),
        ("store/subscriber/deleted", {"id": 5}, (Kind.SUBSCRIBER, "5")),
        ("store/product/updated", {"id": 205, "context": {"channel_id": 2}}, (Kind.PRODUCT, "205")),
        ("store/category/deleted", {"id": "42"}, (Kind.CATEGORY, "42")),
        ("store/cart/abandoned", {"id": CART, "token": "t"}, (Kind.CART, CART)),
        ("store/cart/converted", {"id": CART, "orderId": 1001}, (Kind.CART, CART)),
        ("store/channel/3/cart/abandoned", {"cart_id": CART}, (Kind.CART, CART)),
        ("store/information/updated", {"type": "store"}, (Kind.STORE, "abc123")),
        ("store/app/uninstalled", {"type": "store"}, (Kind.STORE, "abc123")),
        ("store/cart/created", {"id": CART}, None),
        ("store/cart/lineItem/created", {"id": "x", "cartId": CART}, None),
        ("store/order/message/created", {"id": 1001}, None),
        ("store/order/transaction/created", {"order_id": "1001"}, None),
        ("store/sku/updated", {"id": 461}, None),
        ("store/product/inventory/updated", {"id": 205}, None),
        ("store/channel/created", {"id": 2}, None),
        ("store/hook/deliveryException", {"id": 123}, None),
        ("store/brand/new", {"id": 1}, None),
        ("store/order/created", {}, None),
        ("store/order/created", {"id": None}, None),
        ("store/order/created", {"id": 0}, None),
        ("store/order/created", {"id": -5}, None),
        ("store/order/created", {"id": True}, None),
        ("store/order/created", {"id": "1001/../products"}, None),
        ("store/order/created", {"id": 10**30}, None),
        ("store/order/created", {"id": "١٢"}, None),
        ("store/cart/abandoned", {"id": "../../orders"}, None),
        ("store/customer/address/created", {"id": 60, "address": 501}, None),
    ],
    ids=repr,
)
def test_a_delivery_names_one_resource(scope: str, data: Json, expected: tuple[Kind, str] | None) -> None:
    assert delivery_subject(Envelope(scope=scope, data=data, producer="stores/abc123")) == expected


def test_every_scope_we_subscribe_names_something() -> None:
    data: dict[str, object] = {"id": 12, "orderId": 1001}

    assert all(delivery_subject(Envelope(scope=scope, data=data)) for scope in SCOPES)


@pytest.mark.parametrize(
    ("fields", "store_hash"),
    [
        pytest.param(
            {"producer": "stores/abc123", "store_id": "1000042", "created_at": 1760000000}, "abc123", id="usual"
        ),
        pytest.param({"producer": "stores/abc123", "store_id": 1000042}, "abc123", id="old: a number, no time"),
        pytest.param({"producer": None, "hash": None, "unknown": {}}, "", id="nulls"),
    ],
)
def test_envelopes_old_and_new_are_read(fields: Json, store_hash: str) -> None:
    envelope = envelope_in(encoded({"scope": "store/order/created", "data": {"id": 1}, **fields}))

    assert envelope is not None
    assert envelope.store_hash == store_hash


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b'{"scope":1,"data":[]}', b"\xff"], ids=repr)
def test_what_is_no_envelope_is_none(body: bytes) -> None:
    assert envelope_in(body) is None
