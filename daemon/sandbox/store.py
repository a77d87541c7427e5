"""A whole store in one object: built from a plan, started on a loopback port, driven and inspected by tests."""

from __future__ import annotations

import asyncio
from collections import Counter
from types import TracebackType
from typing import Any

from aiohttp import web

from daemon.sandbox import control
from daemon.sandbox.cart_desk import CartDesk
from daemon.sandbox.catalogue_desk import CatalogueDesk
from daemon.sandbox.clock import VirtualClock
from daemon.sandbox.customer_desk import CustomerDesk
from daemon.sandbox.deliveries import Attempt, PostOffice, Reorder
from daemon.sandbox.dice import dice_of
from daemon.sandbox.faults import Failure, Faults
from daemon.sandbox.gate import Gate
from daemon.sandbox.keys import Identity
from daemon.sandbox.life import Life
from daemon.sandbox.login import LoginDesk
from daemon.sandbox.order_desk import OrderDesk
from daemon.sandbox.orders_api import RENDERER
from daemon.sandbox.plan import Plan
from daemon.sandbox.rates import Quota
from daemon.sandbox.server import application
from daemon.sandbox.world import build

HOST = "127.0.0.1"


class SandboxStore:
    """Use as `async with SandboxStore(plan) as store:`; it then listens on `store.url`.

    Its parts are public and meant to be used: `world` holds the truth; `orders`, `carts`, `customers` and `catalogue`
    are the desks that change it; `gate` has the quota, queued failures and request counts; `office` the hooks and
    deliveries; `login` gives an app its token; `clock` the time. Deliveries leave when `deliver` is called, or by
    themselves after `live`.
    """

    def __init__(
        self,
        plan: Plan | None = None,
        *,
        clock: VirtualClock | None = None,
        identity: Identity | None = None,
        quota: int = 450,
        faults: dict[str, float] | None = None,
    ) -> None:
        self.plan = plan or Plan()
        self.clock = clock or VirtualClock(self.plan.ends_at)
        self.identity = identity or Identity()
        chance = dice_of(f"{self.plan.seed}/faults")
        self.faults = Faults(faults, chance=chance)
        self.office = PostOffice(self.identity, self.clock, self.faults, chance)
        self.world = build(self.plan, self.clock, self.office.announce)
        quota_kept = Quota(self.clock, quota)
        quota_kept.other_apps = int(self.faults.value("second-app"))
        self.gate = Gate(self.identity, self.clock, quota_kept, self.faults, chance)
        self.orders: OrderDesk = OrderDesk(self.world)
        self.carts: CartDesk = CartDesk(self.world, self.orders)
        self.customers: CustomerDesk = CustomerDesk(self.world)
        self.catalogue: CatalogueDesk = CatalogueDesk(self.world)
        self.login = LoginDesk(self.identity, self.clock, chance)
        self.url = ""
        self._courier: asyncio.Task[None] | None = None
        self._runner: web.AppRunner | None = None

    async def start(self, *, host: str = HOST, port: int = 0, is_warm: bool = False) -> None:
        """Listen; port 0 takes any free one. With *is_warm* every order is rendered before."""
        app = application(self.world, self.gate, self.office, self.login)
        app.add_routes(control.routes(self))
        if is_warm:
            app[RENDERER].warm(self.world.orders)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.05)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        address = self._runner.addresses[0]
        self.url = f"http://{address[0]}:{address[1]}"

    def live(self, *, events_per_minute: float = 0.0) -> None:
        """From now on deliver what falls due, and, when asked, let the store live its own life."""
        self._courier = asyncio.create_task(self._live(events_per_minute))

    async def _live(self, events_per_minute: float) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.office.run())
            if events_per_minute > 0:
                tasks.create_task(Life(self).run(events_per_minute))

    async def deliver(self, *, order: Reorder = list, early: bool = True) -> list[Attempt]:
        """Send every waiting delivery now, in the order *order* gives (it may repeat or leave out); the attempts."""
        return await self.office.deliver(order=order, early=early)

    async def stop(self) -> None:
        if self._courier is not None:
            self._courier.cancel()
            await asyncio.gather(self._courier, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> SandboxStore:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def revoke_token(self) -> None:
        """Every call from now on answers 401."""
        self.identity.token = ""

    def uninstall(self) -> None:
        """The account is gone: its hooks with it, its token dead."""
        self.world.announce("store/app/uninstalled", {"type": "store"})
        for hook in self.office.book.of_client(self.identity.client_id):
            self.office.book.remove(hook)
        self.revoke_token()

    def fail(self, times: int = 1, **failure: Any) -> None:
        """The next *times* requests whose path holds `path` get a `Failure` with those fields."""
        self.gate.failures.add([Failure(**failure)] * times)

    @property
    def requests(self) -> Counter[str]:
        """Requests so far by path below the store, e.g. `/v2/orders`."""
        return self.gate.requests

    @property
    def api(self) -> str:
        """The store's own base: `{url}/stores/{hash}`."""
        return f"{self.url}/stores/{self.identity.store_hash}"

    @property
    def headers(self) -> dict[str, str]:
        """What a client must send."""
        return {"X-Auth-Token": self.identity.token, "Accept": "application/json"}
