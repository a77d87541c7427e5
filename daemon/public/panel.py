"""The app within the store's control panel: opened there by a person, taken out there, or somebody taken off it."""

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from common.errors import CounterfoilError
from common.stores import StoreDetail, StoreState
from common.times import ago
from daemon.bigcommerce.oauth import LOAD_PATH, REMOVE_USER_PATH, UNINSTALL_PATH
from daemon.bigcommerce.signed_calls import NotBelieved
from daemon.clock import Clock
from daemon.ingest.installs import AppInstalls
from daemon.public.pages import page
from daemon.status import Reporter

log = logging.getLogger(__name__)

_PAYLOAD = "signed_payload_jwt"

_STATES = {
    StoreState.CONNECTED: "Connected: what changes here is kept as it happens.",
    StoreState.PAUSED: "Paused: nothing is fetched; what this store tells is kept until the operator goes on.",
    StoreState.NEEDS_RECONNECT: "Its token is no longer good: install the app again, here or at its link.",
    StoreState.UNAVAILABLE: "This store did not answer lately: it is tried again by itself.",
    StoreState.DELETED: "Taken out by the operator: nothing is synced any more. Install the app again to connect it.",
}


def panel_routes(installs: AppInstalls, reporter: Reporter, clock: Clock) -> list[web.RouteDef]:
    async def load(request: web.Request) -> web.Response:
        """A page on how the store stands here."""
        try:
            call = installs.caller(request.query.get(_PAYLOAD, ""))
        except NotBelieved as error:
            _note("load", error)
            return page(["This page opens from the store's control panel only.", f"Refused: {error}."], status=401)
        try:
            store = await reporter.store(call.store_hash)
        except CounterfoilError:
            return page(["This store is not connected to Counterfoil here.", "Install the app again."], status=404)
        return page([f"{store.name or store.hash} (store-{store.hash})", _STATES[store.state]], _facts(store, clock))

    return [
        web.get(LOAD_PATH, load, allow_head=False),
        web.get(UNINSTALL_PATH, _heeding("uninstall", installs.uninstalled), allow_head=False),
        web.get(REMOVE_USER_PATH, _heeding("remove-user", installs.user_removed), allow_head=False),
    ]


def _heeding(name: str, heed: Callable[[str], Awaitable[None]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A call from BigCommerce's server: heeded and answered without a word, or refused with as many."""

    async def answer(request: web.Request) -> web.Response:
        try:
            await heed(request.query.get(_PAYLOAD, ""))
        except NotBelieved as error:
            _note(name, error)
            return web.Response(status=401)
        return web.Response()

    return answer


def _note(name: str, error: NotBelieved) -> None:
    log.debug("app call refused", extra={"call": name, "why": str(error)})  # anybody may call: not a line each


def _facts(store: StoreDetail, clock: Clock) -> dict[str, str]:
    now = clock.now()
    granted = ", ".join(scope.feeds for scope in store.scopes if scope.granted)
    lacking = ", ".join(scope.feeds for scope in store.scopes if not scope.granted)
    return {
        "Synced": f"{granted}; not granted: {lacking}" if lacking else granted,
        "Kept of this store": f"{store.customers:,} customers, {store.orders:,} orders",
        "Webhooks": f"{store.hooks.alive} of {store.hooks.expected} alive",
        "Last delivery": _when(store.last_delivery_at, now),
        "Last sync": _when(store.last_sync_at, now),
    }


def _when(moment: int | None, now: int) -> str:
    return "none yet" if moment is None else f"{ago(moment, now=now)} ago"
