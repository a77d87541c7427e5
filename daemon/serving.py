"""Where the daemon is called: its API on the socket, what stores call on the public port, and metrics."""

import asyncio
import socket
from pathlib import Path
from typing import Any

from aiohttp import web

from common.errors import Refused
from daemon.api.audit import AuditHandlers
from daemon.api.backups import BackupHandlers
from daemon.api.connecting import ConnectingHandlers
from daemon.api.contacts import ContactHandlers
from daemon.api.door import Door, Owner, owner_of
from daemon.api.edits import EditHandlers
from daemon.api.events import EventHandlers
from daemon.api.inbox import InboxHandlers
from daemon.api.ledger import Ledger
from daemon.api.metrics import metrics_application
from daemon.api.peers import People as Peers
from daemon.api.products import ProductHandlers
from daemon.api.runs import RunHandlers
from daemon.api.segments import SegmentHandlers
from daemon.api.server import api_application, bound_socket
from daemon.api.settings import SettingsHandlers
from daemon.api.stores import StoreHandlers
from daemon.insight import Insight
from daemon.parts import Care, Ground, Ingest, People, Stores
from daemon.public.install import install_routes
from daemon.public.panel import panel_routes
from daemon.public.self_test import self_test_route
from daemon.public.server import public_application
from daemon.public.site import PublicSite
from daemon.public.sources import Sources
from daemon.settings import MetricsSettings, PublicSettings, Settings

# How long open calls may go on when it stops; once their input is cut off they have as long again. Deliveries are on
# the disk in a fraction of it. An answer that its reader does not take in can be asked for again.
_DELIVERIES_END_WITHIN_S = 1.0
_ANSWERS_END_WITHIN_S = 0.5

# A rule in a query string may take nine bytes a character.
_LONGEST_LINE = 256 * 1024


def socket_application(
    on: Ground,
    ingest: Ingest,
    stores: Stores,
    people: People,
    care: Care,
    insight: Insight,
    owner: Owner,
) -> web.Application:
    """The API of the socket that belongs to *owner*."""
    database, clock = on.database, on.clock
    return api_application(
        Door(on.settings.access, owner, Peers(clock)),
        Ledger(database, clock),
        (
            ContactHandlers(database, people.eraser, people.rule_desk),
            StoreHandlers(stores.lifecycle, stores.secrets, care.reporter, stores.settings_desk),
            ConnectingHandlers(stores.connector, stores.installs, on.settings),
            RunHandlers(database, ingest.runner, ingest.planner),
            InboxHandlers(database, ingest.replayer),
            SegmentHandlers(people.rule_desk, people.saved_desk),
            EditHandlers(database, people.editor),
            ProductHandlers(database),
            SettingsHandlers(care.reloader),
            AuditHandlers(database),
            BackupHandlers(care.backups),
            *insight.handlers,
        ),
        EventHandlers(on.bus, clock),
        care.reporter,
    )


def store_application(on: Ground, ingest: Ingest, stores: Stores, care: Care, insight: Insight) -> web.Application:
    """What stores, their owners' browsers and our own self-test call."""
    settings, clock = on.settings.public, on.clock
    pages = (
        self_test_route(insight.doctor.self_test),
        *install_routes(stores.installs),
        *panel_routes(stores.installs, care.reporter, clock),
    )
    return public_application(
        ingest.receiver, *pages, sources=Sources(settings, clock), max_body_bytes=settings.max_body_bytes
    )


class Listeners:
    """Takes its places at once, so that what is taken by others is told before any work; answers when told to."""

    def __init__(self, settings: Settings) -> None:
        """Raises Refused when a place cannot be had; nothing is held then."""
        self._path = settings.socket_path
        self._socket = bound_socket(self._path, settings.access.group)
        self._ports: list[socket.socket] = []
        self._runners: list[web.AppRunner] = []
        try:
            self._public = self._bound(settings.public)
            self._metrics = self._bound(settings.metrics) if settings.metrics.listen else None
        except BaseException:
            self.leave()
            raise

    def _bound(self, where: PublicSettings | MetricsSettings) -> socket.socket:
        self._ports.append(port := _bound_port(where))
        return port

    @property
    def owner(self) -> Owner:
        """Whose socket it is."""
        return owner_of(self._socket)

    async def answer(self, api: web.Application, public: web.Application, insight: Insight) -> None:
        # Who hangs up wants no answer: a long count ends.
        asked = await self._runner(
            api, ends_within_s=_ANSWERS_END_WITHIN_S, handler_cancellation=True, max_line_size=_LONGEST_LINE
        )
        await web.SockSite(asked, self._socket, backlog=1024).start()
        behind_proxy = await self._runner(public, ends_within_s=_DELIVERIES_END_WITHIN_S)
        await PublicSite(behind_proxy, self._public).start()
        if self._metrics is not None:
            told = await self._runner(metrics_application(insight.metrics), ends_within_s=_ANSWERS_END_WITHIN_S)
            await web.SockSite(told, self._metrics, backlog=1024).start()

    async def _runner(self, app: web.Application, *, ends_within_s: float, **ways: Any) -> web.AppRunner:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=ends_within_s, handle_signals=False, **ways)
        await runner.setup()
        self._runners.append(runner)
        return runner

    async def close(self) -> None:
        """All at once: what is answered there has the same few seconds to end."""
        await asyncio.gather(*(runner.cleanup() for runner in self._runners))

    def leave(self) -> None:
        """Gives the places up; others may have them."""
        for port in self._ports:
            port.close()
        _remove_socket(self._path, self._socket)


def _bound_port(where: PublicSettings | MetricsSettings) -> socket.socket:
    """Raises Refused when the port is taken or may not be used."""
    name = "public" if isinstance(where, PublicSettings) else "metrics"
    try:
        return socket.create_server(
            (where.host, where.port), family=socket.AF_INET6 if ":" in where.host else socket.AF_INET
        )
    except OSError as error:
        raise Refused(
            f"The {name} listener cannot use {where.listen}: {error.strerror}.",
            remedy=f"Stop what listens there, or choose another COUNTERFOIL_{name.upper()}__LISTEN.",
        ) from error


def _remove_socket(path: Path, listener: socket.socket) -> None:
    listener.close()
    path.unlink(missing_ok=True)
