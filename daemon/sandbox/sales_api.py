"""The v3 endpoints around an order: refunds, transactions, carts and abandoned carts."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from daemon.sandbox import render_v3
from daemon.sandbox.keys import FAULTS, WORLD
from daemon.sandbox.queries import ids, moment, v3_page, words
from daemon.sandbox.replies import Refusal, v3_one, v3_rows

FOREVER = 1 << 40  # epoch seconds no store lives to see


def _refuse_when_forbidden(request: web.Request) -> None:
    if "forbidden-refunds" in request.app[FAULTS]:
        raise Refusal(403)


async def list_refunds(request: web.Request) -> web.Response:
    _refuse_when_forbidden(request)
    query, shelf, page = request.query, request.app[WORLD].refunds, v3_page(request.query)
    low, high = moment(query, "created:min", version="v3"), moment(query, "created:max", version="v3")
    wanted, of_orders = ids(query, "id:in"), ids(query, "order_id:in")
    found: Iterable[int] = shelf.ids
    if of_orders is not None:
        found = sorted(i for order_id in set(of_orders) for i in shelf.of_order(order_id))
    if wanted is not None:
        chosen = set(wanted)
        found = (i for i in found if i in chosen)
    if low is not None or high is not None:
        created = dict(zip(shelf.ids, shelf.modified, strict=True))
        between = range(low or 0, (high or FOREVER) + 1)
        found = (i for i in found if created[i] in between)
    every = list(found)
    rows = [render_v3.refund(shelf[i]) for i in every[page.first : page.first + page.limit]]
    return v3_rows(rows, total=len(every), page=page)


async def one_refund(request: web.Request) -> web.Response:
    _refuse_when_forbidden(request)
    found = request.app[WORLD].refunds.find(int(request.match_info["refund_id"]))
    if found is None:
        raise Refusal(404)
    return v3_one(render_v3.refund(found, alone=True))


async def order_refunds(request: web.Request) -> web.Response:
    _refuse_when_forbidden(request)
    order_id = int(request.match_info["order_id"])
    shelf = request.app[WORLD].refunds
    return v3_one([render_v3.refund(shelf[i]) for i in shelf.of_order(order_id)])


async def order_transactions(request: web.Request) -> web.Response:
    """This store keeps none: 204."""
    if int(request.match_info["order_id"]) not in request.app[WORLD].orders:
        raise Refusal(404)
    return web.Response(status=204)


async def one_cart(request: web.Request) -> web.Response:
    found = request.app[WORLD].live_cart(request.match_info["cart_id"])
    if found is None:
        raise Refusal(404)
    with_options = any(name.endswith(".options") for name in words(request.query, "include") or ())
    return v3_one(render_v3.cart(found, with_options=with_options))


async def abandoned_cart(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    cart_id = world.cart_of_token.get(request.match_info["token"])
    if cart_id is None or world.live_cart(cart_id) is None:
        raise Refusal(404)
    return v3_one({"cart_id": cart_id})


async def abandoned_settings(_request: web.Request) -> web.Response:
    return v3_one(
        {
            "enable_notification": True,
            "email_customer_until_cart_is_recovered": True,
            "marketing_emails_require_customer_consent": True,
            "email_merchant_when_cart_is_converted": False,
            "email_merchant_when_cart_is_abandoned": False,
            "merchant_email_address": "owner@example.com",
            "merchant_abandoned_cart_email_frequency_type": "digest",
            "merchant_abandoned_cart_digest_email_frequency": 10,
        }
    )


def routes() -> list[web.RouteDef]:
    return [
        web.get("/orders/payment_actions/refunds", list_refunds),
        web.get(r"/orders/payment_actions/refunds/{refund_id:\d+}", one_refund),
        web.get(r"/orders/{order_id:\d+}/payment_actions/refunds", order_refunds),
        web.get(r"/orders/{order_id:\d+}/transactions", order_transactions),
        web.get("/carts/{cart_id:[0-9a-f-]{36}}", one_cart),
        web.get("/abandoned-carts/settings", abandoned_settings),
        web.get("/abandoned-carts/{token:[0-9a-f]+}", abandoned_cart),
    ]
