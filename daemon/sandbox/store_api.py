"""The endpoints about the store itself: its settings, its clock, currencies and channels."""

from aiohttp import web

from daemon.sandbox import render_v2, render_v3
from daemon.sandbox.keys import IDENTITY, WORLD
from daemon.sandbox.orders import CURRENCIES, USD
from daemon.sandbox.plan import STORE_NUMBER
from daemon.sandbox.queries import ids, v2_page, v3_page
from daemon.sandbox.replies import Refusal, v2_one, v2_rows, v3_one, v3_rows
from daemon.sandbox.wire import dumps

CHANNELS = (1, 2)


async def store(request: web.Request) -> web.Response:
    identity = request.app[IDENTITY]
    return v2_one(
        {
            "id": identity.store_hash,
            "store_id": STORE_NUMBER,
            "account_uuid": "8d4d492f-17a1-4d95-b396-e1c5720815a5",
            "domain": "shop.example.com",
            "secure_url": "https://shop.example.com",
            "control_panel_base_url": f"https://store-{identity.store_hash}.example.com",
            "status": "live",
            "name": "Example Shop",
            "first_name": "Sam",
            "last_name": "Keeper",
            "address": "1 Market Square",
            "country": "United States",
            "country_code": "US",
            "infrastructure_region": "us-central1",
            "phone": "",
            "admin_email": "owner@example.com",
            "order_email": "orders@example.com",
            "favicon_url": "",
            "timezone": {
                "name": identity.timezone,
                "raw_offset": -21600,
                "dst_offset": -18000,
                "dst_correction": True,
                "date_format": {
                    "display": "M jS Y",
                    "export": "M jS Y",
                    "extended_display": "M jS Y @ g:i A",
                },
            },
            "language": "en",
            "currency": USD.code,
            "currency_symbol": USD.token,
            "decimal_separator": ".",
            "thousands_separator": ",",
            "decimal_places": USD.places,
            "currency_symbol_location": "left",
            "weight_units": "LBS",
            "dimension_units": "Inches",
            "dimension_decimal_places": 2,
            "dimension_decimal_token": ".",
            "dimension_thousands_token": ",",
            "plan_name": "Pro",
            "plan_level": "Pro",
            "plan_is_trial": False,
            "industry": "",
            "logo": [],  # an object once a logo is uploaded
            "is_price_entered_with_tax": False,
            "default_channel_id": 1,
            "default_site_id": 1000,
            "active_comparison_modules": [],
            "features": {
                "stencil_enabled": True,
                "sitewidehttps_enabled": True,
                "facebook_catalog_id": "",
                "checkout_type": "optimized",
                "wishlists_enabled": True,
                "graphql_storefront_api_enabled": True,
                "shopper_consent_tracking_enabled": False,
                "multi_storefront_enabled": True,
                "storefront_limits": {"active": 3, "total_including_inactive": 5},
            },
        }
    )


async def time(request: web.Request) -> web.Response:
    return v2_one({"time": request.app[WORLD].clock.seconds()})


async def currencies(request: web.Request) -> web.Response:
    page = v2_page(request.query)
    rows = [dumps(row) for row in render_v2.currencies(request.app[WORLD].plan.begins_at)]
    return v2_rows(rows[page.first : page.first + page.limit])


async def currency(request: web.Request) -> web.Response:
    wanted = int(request.match_info["currency_id"])
    found = next((each for each in CURRENCIES if each.id == wanted), None)
    if found is None:
        raise Refusal(404, "The requested resource was not found.")
    return v2_one(render_v2.currency(found, request.app[WORLD].plan.begins_at))


async def customer_groups(request: web.Request) -> web.Response:
    page = v2_page(request.query)
    rows = [dumps({"id": i, "name": name, "is_default": False}) for i, name in ((1, "VIP"), (2, "Wholesale"))]
    return v2_rows(rows[page.first : page.first + page.limit])


async def channels(request: web.Request) -> web.Response:
    query, page = request.query, v3_page(request.query)
    chosen = ids(query, "id:in") or list(CHANNELS)
    rows = [render_v3.channel(i, at=request.app[WORLD].plan.begins_at) for i in CHANNELS if i in chosen]
    return v3_rows(rows[page.first : page.first + page.limit], total=len(rows), page=page)


async def channel(request: web.Request) -> web.Response:
    wanted = int(request.match_info["channel_id"])
    if wanted not in CHANNELS:
        raise Refusal(404)
    return v3_one(render_v3.channel(wanted, at=request.app[WORLD].plan.begins_at))


def v2_routes() -> list[web.RouteDef]:
    return [
        web.get("/store", store),
        web.get("/time", time),
        web.get("/currencies", currencies),
        web.get(r"/currencies/{currency_id:\d+}", currency),
        web.get("/customer_groups", customer_groups),
    ]


def v3_routes() -> list[web.RouteDef]:
    return [web.get("/channels", channels), web.get(r"/channels/{channel_id:\d+}", channel)]
