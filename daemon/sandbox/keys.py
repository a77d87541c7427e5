"""Who the store is, and the keys under which its parts hang in the web application."""

from dataclasses import dataclass, field

from aiohttp import web

from daemon.sandbox.faults import Faults
from daemon.sandbox.world import World

SCOPES = frozenset(
    {
        "store_v2_default",
        "store_v2_orders_read_only",
        "store_v2_customers_read_only",
        "store_v2_products_read_only",
        "store_v2_information_read_only",
        "store_cart_read_only",
        "store_channel_settings_read_only",
        "store_v2_transactions_read_only",
    }
)


@dataclass(slots=True, kw_only=True)
class Identity:
    """The store's hash and the one API account that may read it; tests may change any of it at any time."""

    store_hash: str = "simstore1"
    token: str = "sandbox-token"  # noqa: S105 - opens nothing but this sandbox
    client_id: str = "test_client_id"
    client_secret: str = "test_client_secret"  # noqa: S105 - signs deliveries; "" leaves them unsigned
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    timezone: str = "America/Chicago"
    extra_fields: bool = False  # answers carry fields that no documentation names
    auth_callback: str = ""  # where the app, whose id and secret are the account's, is registered to be called


WORLD = web.AppKey("world", World)
IDENTITY = web.AppKey("identity", Identity)
FAULTS = web.AppKey("faults", Faults)
