"""The deliveries we want and what each one names.

Subscribed is every event after which something we keep is stale, by its exact scope: the wildcards would add carts
changing with every click, messages and metafields. Not subscribed are address books (we keep where orders were billed
to), stock and variants (we keep neither), `cart/created` and `cart/updated` (only an abandoned cart matters, and
`cart/abandoned` tells it) and the channel-scoped twins, which say the same thing twice. A change of shipment does
change its order.
"""

import re

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from daemon.records import Kind

_ORDER_IDS = ("order_id", "orderId", "id")
_CART_IDS = ("cart_id", "cartId", "id")

# Scope -> the kind of resource it makes stale and where its id stands in `data`, the first that is there.
_TOUCHES: dict[str, tuple[Kind, tuple[str, ...]]] = {
    "store/order/created": (Kind.ORDER, _ORDER_IDS),
    "store/order/updated": (Kind.ORDER, _ORDER_IDS),
    "store/order/statusUpdated": (Kind.ORDER, _ORDER_IDS),
    "store/order/archived": (Kind.ORDER, _ORDER_IDS),
    "store/order/refund/created": (Kind.ORDER, _ORDER_IDS),
    "store/shipment/created": (Kind.ORDER, ("orderId", "order_id")),
    "store/shipment/updated": (Kind.ORDER, ("orderId", "order_id")),
    "store/customer/created": (Kind.CUSTOMER, ("id", "customer_id")),
    "store/customer/updated": (Kind.CUSTOMER, ("id", "customer_id")),
    "store/customer/deleted": (Kind.CUSTOMER, ("id", "customer_id")),
    "store/subscriber/created": (Kind.SUBSCRIBER, ("id", "subscriber_id")),
    "store/subscriber/updated": (Kind.SUBSCRIBER, ("id", "subscriber_id")),
    "store/subscriber/deleted": (Kind.SUBSCRIBER, ("id", "subscriber_id")),
    "store/product/created": (Kind.PRODUCT, ("id", "product_id")),
    "store/product/updated": (Kind.PRODUCT, ("id", "product_id")),
    "store/product/deleted": (Kind.PRODUCT, ("id", "product_id")),
    "store/category/created": (Kind.CATEGORY, ("id", "category_id")),
    "store/category/updated": (Kind.CATEGORY, ("id", "category_id")),
    "store/category/deleted": (Kind.CATEGORY, ("id", "category_id")),
    "store/cart/abandoned": (Kind.CART, _CART_IDS),
    "store/cart/converted": (Kind.CART, _CART_IDS),
    "store/cart/deleted": (Kind.CART, _CART_IDS),
    "store/information/updated": (Kind.STORE, ()),
    "store/app/uninstalled": (Kind.STORE, ()),
}

SCOPES = tuple(_TOUCHES)
"""What makes something of ours stale."""

HOOK_TROUBLE = "store/hook/deliveryException"
"""Says that deliveries to us fail, or that a hook was switched off for it."""

SUBSCRIBED = (*SCOPES, HOOK_TROUBLE)
"""One hook each."""

# Understood when they come, but not asked for. The id of an address event is the address's own.
_ALSO_UNDERSTOOD: dict[str, tuple[Kind, tuple[str, ...]]] = {
    "store/shipment/deleted": (Kind.ORDER, ("orderId", "order_id")),
    **dict.fromkeys(
        (f"store/customer/address/{event}" for event in ("created", "updated", "deleted")),
        (Kind.CUSTOMER, ("address.customer_id",)),
    ),
}
_UNDERSTOOD = _TOUCHES | _ALSO_UNDERSTOOD

_CHANNEL = re.compile(r"^store/channel/\d+/")
_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_CART_ID = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)  # it becomes a part of a path


class Envelope(BaseModel):
    """A delivery's body. *producer* is `stores/{hash}`; only *scope* and *data* always come."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    scope: str
    data: dict[str, object] = Field(default_factory=dict)
    producer: str | None = None
    store_id: str | None = None
    hash: str | None = None
    created_at: int | float | None = None

    @property
    def store_hash(self) -> str:
        """ "" when the producer names no store."""
        return (self.producer or "").partition("stores/")[2]


def envelope_in(body: bytes) -> Envelope | None:
    """The envelope in a delivery's body; None when it is none."""
    try:
        return Envelope.model_validate_json(body)
    except ValidationError:
        return None


def delivery_subject(envelope: Envelope) -> tuple[Kind, str] | None:
    """Which resource a delivery makes stale, as its kind and id; None for what we do not use or cannot tell.

    A store's own events have the store's hash as id.
    """
    touched = _UNDERSTOOD.get(envelope.scope) or _UNDERSTOOD.get(_CHANNEL.sub("store/", envelope.scope))
    if touched is None:
        return None
    kind, fields = touched
    if kind is Kind.STORE:
        return kind, envelope.store_hash
    form = _CART_ID if kind is Kind.CART else _NUMBER
    for name in fields:
        text = _id_text(_within(envelope.data, name))
        if form.fullmatch(text):
            return kind, text
    return None


def _within(data: dict[str, object], dotted: str) -> object:
    value: object = data
    for name in dotted.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _id_text(value: object) -> str:
    """Ids come as numbers and as texts."""
    return str(value).strip() if isinstance(value, int | str) else ""
