"""The token's permissions: their names, what each feeds, and the cheapest request that shows whether one is granted."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Scope:
    """*feeds* is what the operator goes without when it is missing; without a *required* one no store is connected.

    *paths* are the beginnings of the paths it opens. A probe that is answered 404 was let through.
    """

    name: str
    feeds: str
    required: bool
    paths: tuple[str, ...]
    probe: str
    probe_params: dict[str, str] = field(default_factory=dict)


# No cart has this id: the answer is 404 with the permission and 403 without.
_NO_CART = "00000000-0000-4000-8000-000000000000"

SCOPES = (
    Scope(
        "store_v2_orders_read_only",
        "orders, their products and refunds",
        True,
        ("/v2/orders", "/v2/order_statuses", "/v3/orders"),
        "/v2/orders",
        {"limit": "1"},
    ),
    Scope(
        "store_v2_customers_read_only",
        "contacts and their newsletter consent",
        True,
        ("/v3/customers", "/v2/customers"),
        "/v3/customers",
        {"limit": "1"},
    ),
    Scope(
        "store_v2_products_read_only",
        "products and their categories",
        True,
        ("/v3/catalog",),
        "/v3/catalog/products",
        {"limit": "1", "include_fields": "name"},
    ),
    Scope(
        "store_v2_information_read_only",
        "the store's name, currency and time zone",
        True,
        ("/v2/store", "/v2/time", "/v2/currencies", "/v3/abandoned-carts"),
        "/v2/time",
    ),
    Scope("store_cart_read_only", "abandoned carts", False, ("/v3/carts",), f"/v3/carts/{_NO_CART}"),
    Scope(
        "store_channel_settings_read_only",
        "the names of the store's channels",
        False,
        ("/v3/channels",),
        "/v3/channels",
        {"limit": "1"},
    ),
)


def scope_of(path: str) -> Scope | None:
    """The permission that opens *path*; None when it needs none or we know none."""
    return next((scope for scope in SCOPES if path.startswith(scope.paths)), None)
