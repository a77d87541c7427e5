"""The socket API as one aiohttp application, and its Unix socket, which never takes over a living one."""

import asyncio
import errno
import fcntl
import os
import shutil
import socket
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from aiohttp import web

from common import routes
from common.activity import Activity
from common.api_description import ApiDescription
from common.errors import Refused
from common.openapi import api_description
from common.status import Status
from daemon.api.binding import Call, route
from daemon.api.door import DOOR, Door
from daemon.api.events import EventHandlers
from daemon.api.ledger import LEDGER, Ledger
from daemon.api.middleware import errors_as_problems, no_browsers
from daemon.status import Reporter

_SOCKET_MODE = 0o660
_BACKLOG = 1024


class Handlers(Protocol):
    """Those of one subject."""

    def routes(self) -> list[web.RouteDef]: ...


def api_application(
    door: Door, ledger: Ledger, subjects: Iterable[Handlers], events: EventHandlers, reporter: Reporter
) -> web.Application:
    async def status(call: Call) -> Status:
        return (await reporter.status()).model_copy(update={"caller": call.caller})

    async def activity(call: Call) -> Activity:
        del call
        return reporter.activity()

    async def openapi(call: Call) -> ApiDescription:
        del call
        return await asyncio.to_thread(api_description)

    app = web.Application(middlewares=[errors_as_problems, no_browsers])
    app[DOOR], app[LEDGER] = door, ledger
    app.add_routes([route(routes.STATUS, status), route(routes.ACTIVITY, activity), route(routes.OPENAPI, openapi)])
    for handlers in (*subjects, events):
        app.add_routes(handlers.routes())
    app.on_shutdown.append(events.close)
    return app


def bound_socket(path: Path, group: str = "") -> socket.socket:
    """A listening Unix socket at *path*, readable and writable by user and group (*group* "" = this process's).

    One that a dead daemon left behind is replaced. Raises Refused when a living one is served there, or when the
    place cannot be used. It listens from the first moment on, and one daemon looks at a folder at a time: two that
    start at once cannot take each other's socket for a dead one.
    """
    try:
        path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        with _folder_held(path.parent):
            _refuse_what_stands_at(path)
            return _bound(path, group)
    except OSError as error:
        raise Refused(
            f"The socket {path} cannot be made: {error.strerror}.",
            remedy="Choose another COUNTERFOIL_SOCKET, in a folder this user may write to.",
        ) from error


@contextmanager
def _folder_held(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _refuse_what_stands_at(path: Path) -> None:
    """Raises Refused unless nothing stands there, or a socket that nobody serves."""
    if _is_served(path):
        raise Refused(
            f"Another daemon serves the socket {path}.",
            remedy="Stop it first, or give this one a COUNTERFOIL_STATE_DIR and COUNTERFOIL_SOCKET of its own.",
        )
    if _is_other_file(path):
        raise Refused(
            f"{path} is no socket: it is not replaced by one.",
            remedy="Choose another COUNTERFOIL_SOCKET, or move that file away.",
        )


def _bound(path: Path, group: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.unlink(missing_ok=True)
        mask = os.umask(0o777 & ~_SOCKET_MODE)
        try:
            listener.bind(str(path))
        finally:
            os.umask(mask)
        if group:
            _give_to(path, group)
        listener.listen(_BACKLOG)
    except BaseException:
        listener.close()
        raise
    listener.setblocking(False)
    return listener


def _give_to(path: Path, group: str) -> None:
    """Raises Refused when the group is not to be had."""
    try:
        shutil.chown(path, group=group)
    except (LookupError, PermissionError) as error:
        path.unlink()
        why = "this user is not a member of it" if isinstance(error, PermissionError) else "there is no such group"
        raise Refused(
            f"The socket {path} cannot be given to the group {group}: {why}.",
            remedy=f"Make it (`sudo groupadd {group}`), let the service's user join it, or change access.group.",
        ) from error


def _is_other_file(path: Path) -> bool:
    """Whether something that is no socket stands there; False also where we may not look: nothing can be made there."""
    try:
        return not stat.S_ISSOCK(path.stat().st_mode)
    except OSError:
        return False


def _is_served(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except OSError as error:
            return error.errno in (errno.EAGAIN, errno.ETIMEDOUT)  # somebody listens, but is busy
    return True
