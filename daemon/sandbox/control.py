"""Routes under `/_sandbox/` by which another process drives and inspects the store; loopback only, no token."""

from __future__ import annotations

import asyncio
import inspect
import ipaddress
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

from daemon.sandbox import truth
from daemon.sandbox.faults import Failure, parse
from daemon.sandbox.life import Life
from daemon.sandbox.wire import dumps

if TYPE_CHECKING:
    from daemon.sandbox.store import SandboxStore

Body = dict[str, Any]
Action = Callable[["SandboxStore", Body], object]
ROWS_PER_WRITE = 500

# path below /_sandbox/ -> (fields of the JSON body, what it does); also the text of --help
HELP: dict[str, tuple[str, str]] = {
    "order": ("customer_id | email, basket [[product_id, quantity]..], status_id, cart_id", "place an order"),
    "status": ("order_id, status_id", "change an order's status"),
    "refund": ("order_id, cents, changes_status, is_declined, kind money|tax", "record a refund"),
    "archive": ("order_id", "archive an order"),
    "customer": ("email, first_name, last_name", "create a customer"),
    "customer/edit": ("customer_id, email, first_name, ..", "edit a customer"),
    "customer/delete": ("customer_id", "delete a customer"),
    "subscribe": ("email, consents", "give consents"),
    "unsubscribe": ("email", "take all consents back"),
    "cart": ("customer_id, email, basket", "open a cart"),
    "cart/abandon": ("cart_id | customer_id, email, basket", "abandon a cart"),
    "cart/convert": ("cart_id", "turn a cart into an order"),
    "cart/delete": ("cart_id", "delete a cart"),
    "category/rename": ("category_id, name", "rename a category"),
    "product/edit": ("product_id, name, ..", "edit a product"),
    "product/delete": ("product_id", "delete a product"),
    "burst": ("count", "place that many orders of random customers at once"),
    "live": ("count", "let that many random things happen"),
    "token": ("token", "replace the token; empty revokes it"),
    "scopes": ("drop [..] | add [..]", "change what the token may read"),
    "faults": ("spec", "replace the standing faults, as --faults"),
    "fail": ("times, path, status, body, delay_s, cuts_body, ..", "make the next requests to a path fail"),
    "quota": ("limit, other_apps", "change the quota"),
    "advance": ("seconds", "move the store's clock on"),
    "app": ("callback", "register the app's auth callback; GET /app/CLIENT_ID/install installs it, .../open opens it"),
    "uninstall": ("", "the account goes, with its hooks and token; the app is called, if one is registered"),
}


def describe() -> str:
    """The routes for --help."""
    posts = [f"  POST /_sandbox/{path}  {{{fields}}}: {text}" for path, (fields, text) in HELP.items()]
    gets = ["  GET /_sandbox/stats: requests by path, events, deliveries", "  GET /_sandbox/truth: all rows, NDJSON",
            "  GET /_sandbox/hooks: hooks of every account"]  # fmt: skip
    return "\n".join(posts + gets)


def _order(store: SandboxStore, body: Body) -> object:
    basket = [tuple(pair) for pair in body.pop("basket", [])]
    return truth.order_row(store.orders.place(basket=basket, **body))


def _cart(store: SandboxStore, body: Body) -> object:
    return _cart_row(store.carts.open(**_with_basket(body)).id)


def _abandon(store: SandboxStore, body: Body) -> object:
    return _cart_row(store.carts.abandon(**_with_basket(body)).id)


def _cart_row(cart_id: str) -> Body:
    return {"cart_id": cart_id}


def _with_basket(body: Body) -> Body:
    return {**body, "basket": [tuple(pair) for pair in body.get("basket", [])]}


def _burst(store: SandboxStore, body: Body) -> object:
    ids = store.world.customers.ids
    buyers = [store.world.dice.choice(ids) for _ in range(int(body.get("count", 10)))]
    return {"order_ids": [store.orders.place(buyer).id for buyer in buyers]}


def _live(store: SandboxStore, body: Body) -> object:
    life = Life(store)
    for _ in range(int(body.get("count", 1))):
        life.step()
    return {}


def _scopes(store: SandboxStore, body: Body) -> object:
    store.identity.scopes.difference_update(body.get("drop", []))
    store.identity.scopes.update(body.get("add", []))
    return {"scopes": sorted(store.identity.scopes)}


def _faults(store: SandboxStore, body: Body) -> object:
    store.faults.values = parse(str(body.get("spec", "")))
    if "second-app" in store.faults:
        store.gate.quota.other_apps = int(store.faults.value("second-app"))
    return store.faults.values


def _fail(store: SandboxStore, body: Body) -> object:
    times = int(body.pop("times", 1))
    store.gate.failures.add([Failure(**body)] * times)
    return {"waiting": len(store.gate.failures)}


def _quota(store: SandboxStore, body: Body) -> object:
    quota = store.gate.quota
    quota.limit = int(body.get("limit", quota.limit))
    quota.other_apps = int(body.get("other_apps", quota.other_apps))
    return {"share": quota.share}


def _advance(store: SandboxStore, body: Body) -> object:
    store.clock.advance(float(body["seconds"]))
    store.carts.abandon_idle()
    store.office.wake()
    return {"now": store.clock.now()}


def _token(store: SandboxStore, body: Body) -> object:
    store.identity.token = str(body.get("token", ""))
    return {}


def _app(store: SandboxStore, body: Body) -> object:
    store.identity.auth_callback = str(body["callback"])
    return {"link": f"{store.url}/app/{store.identity.client_id}/install"}


async def _uninstall(store: SandboxStore, _body: Body) -> object:
    """Then tells the app, if one is registered: by what it was answered."""
    store.uninstall()
    url = store.login.panel_url("uninstall")
    if not url:
        return {}
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return {"callback": answer.status}


ACTIONS: dict[str, Action] = {
    "order": _order,
    "status": lambda store, body: truth.order_row(store.orders.change_status(**body)),
    "refund": lambda store, body: {"refund_id": store.orders.refund(**body).id},
    "archive": lambda store, body: truth.order_row(store.orders.archive(**body)),
    "customer": lambda store, body: {"customer_id": store.customers.create(**body).id},
    "customer/edit": lambda store, body: {"customer_id": store.customers.edit(**body).id},
    "customer/delete": lambda store, body: {"customer_id": store.customers.delete(**body).id},
    "subscribe": lambda store, body: {"subscriber_id": store.customers.subscribe(**body).id},
    "unsubscribe": lambda store, body: {"subscriber_id": store.customers.unsubscribe(**body).id},
    "cart": _cart,
    "cart/abandon": _abandon,
    "cart/convert": lambda store, body: truth.order_row(store.carts.convert(**body)),
    "cart/delete": lambda store, body: _cart_row(store.carts.delete(**body).id),
    "category/rename": lambda store, body: {"category_id": store.catalogue.rename_category(**body).id},
    "product/edit": lambda store, body: {"product_id": store.catalogue.edit_product(**body).id},
    "product/delete": lambda store, body: {"product_id": store.catalogue.delete_product(**body).id},
    "burst": _burst,
    "live": _live,
    "token": _token,
    "scopes": _scopes,
    "faults": _faults,
    "fail": _fail,
    "quota": _quota,
    "advance": _advance,
    "app": _app,
    "uninstall": _uninstall,
}


def stats(store: SandboxStore) -> Body:
    """What was asked and sent so far."""
    tally = store.office.tally
    return {
        "requests": dict(store.requests),
        "announced": dict(tally.announced),
        "deliveries": {"delivered": tally.delivered, "failed": tally.failed, "lost": tally.lost,
                       "pending": len(store.office.pending)},
        "orders": len(store.world.orders),
        "customers": len(store.world.customers),
        "now": store.clock.now(),
    }  # fmt: skip


def _on_loopback(request: web.Request) -> None:
    if not request.remote or not ipaddress.ip_address(request.remote).is_loopback:
        raise web.HTTPForbidden(text="Control routes answer loopback only.")


def _acting(store: SandboxStore, action: Action) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def act(request: web.Request) -> web.Response:
        _on_loopback(request)
        try:
            body = json.loads(await request.read() or b"{}")
            result = action(store, body)
            if inspect.isawaitable(result):
                result = await result
        except (ValueError, TypeError, KeyError) as problem:
            return web.json_response({"error": f"{type(problem).__name__}: {problem}"}, status=400)
        return web.json_response(result)

    return act


def routes(store: SandboxStore) -> list[web.RouteDef]:
    async def show_stats(request: web.Request) -> web.Response:
        _on_loopback(request)
        return web.json_response(stats(store))

    async def show_hooks(request: web.Request) -> web.Response:
        _on_loopback(request)
        hooks = store.office.book.hooks.values()
        return web.json_response([{"id": h.id, "scope": h.scope, "destination": h.destination, "status": h.status,
                                   "client_id": h.client_id} for h in hooks])  # fmt: skip

    async def dump_truth(request: web.Request) -> web.StreamResponse:
        _on_loopback(request)
        stream = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await stream.prepare(request)
        batch: list[str] = []
        for row in truth.rows(store.world):
            batch.append(dumps(row) + "\n")
            if len(batch) == ROWS_PER_WRITE:
                await stream.write("".join(batch).encode("utf-8", "surrogatepass"))
                batch.clear()
                await asyncio.sleep(0)
        await stream.write("".join(batch).encode("utf-8", "surrogatepass"))
        return stream

    return [
        web.get("/_sandbox/stats", show_stats),
        web.get("/_sandbox/hooks", show_hooks),
        web.get("/_sandbox/truth", dump_truth),
        *(web.post(f"/_sandbox/{path}", _acting(store, action)) for path, action in ACTIONS.items()),
    ]
