"""The door of the socket: who is there, which role that gives, and what was commanded under it."""

import logging
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from aiohttp import web

from common.errors import Forbidden
from common.roles import Caller, Role
from common.routes import NAMES, Endpoint
from common.wire import Wire
from daemon.api.peers import Peer, People, group_name, peer_at, user_of
from daemon.settings import AccessSettings

log = logging.getLogger(__name__)

Result = TypeVar("Result", bound=Wire)

_ROOT = 0


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose service this is: its user, and the group that its socket is open to."""

    uid: int
    name: str
    gid: int
    group: str


class Stranger(Forbidden):
    """Who reached the socket and has no role."""

    def __init__(self, uid: int, user: str, message: str, *, remedy: str) -> None:
        super().__init__(message, remedy=remedy)
        self.uid = uid
        self.user = user


class Door:
    """Tells callers their role by the groups their user is in, as `access` says it now.

    Root and the service's user are admins, so that nobody can lock themselves out. Whoever else reaches the socket was
    let in by its group (or by an access list somebody set): without a word about operators the group's members are
    just that, and without a word about viewers everybody else may look.
    """

    def __init__(
        self,
        access: AccessSettings,
        owner: Owner,
        people: People,
        *,
        peer_at: Callable[[socket.socket], Peer] = peer_at,
    ) -> None:
        self._access = access
        self._owner = owner
        self._people = people
        self._peer_at = peer_at

    async def caller(self, request: web.Request) -> Caller:
        """Raises Forbidden for who has no role at all."""
        end = request.transport.get_extra_info("socket") if request.transport else None
        if end is None:
            raise Forbidden("The connection is closed already.")
        peer = self._peer_at(end)
        user = await self._people.user(peer.uid)
        role = await self._role(peer.uid, peer.gids | user.gids)
        if role is None:
            log.warning("stranger refused", extra={"uid": peer.uid, "user": user.name, "pid": peer.pid})
            raise self._stranger(peer.uid, user.name)
        return Caller(uid=peer.uid, user=user.name, role=role, ways=self._ways(role, user.name))

    async def _role(self, uid: int, gids: frozenset[int]) -> Role | None:
        if uid in (_ROOT, self._owner.uid) or gids & await self._members_of(Role.ADMIN):
            return Role.ADMIN
        if gids & (await self._members_of(Role.OPERATOR) or {self._owner.gid}):
            return Role.OPERATOR
        viewers = await self._members_of(Role.VIEWER)
        return Role.VIEWER if not viewers or gids & viewers else None

    async def _members_of(self, role: Role) -> set[int | None]:
        """The groups that have it; one that is gone by now is None."""
        return await self._people.gids(self._access.named(role))

    def _ways(self, role: Role, user: str) -> dict[Role, str]:
        return {needed: self._way(needed, user) for needed in Role if not role.allows(needed)}

    def _way(self, needed: Role, user: str) -> str:
        """How *user* comes to that role."""
        groups = self._access.named(needed) or ((self._owner.group,) if needed is Role.OPERATOR else ())
        if groups:
            joined = f"Join the group {' or '.join(groups)}: `sudo usermod -aG {groups[0]} {user}`, then log in anew."
            return joined if needed is not Role.ADMIN else f"{joined} Root may do it, too."
        return f"Do it as root or as {self._owner.name}, or name a group under access.{needed}s in the settings."

    def _stranger(self, uid: int, user: str) -> "Stranger":
        return Stranger(
            uid,
            user,
            f"You, {user} (uid {uid}), have no role here: not even looking is open to you.",
            remedy=self._way(Role.VIEWER, user),
        )


DOOR = web.AppKey("door", Door)


def demand(caller: Caller, endpoint: Endpoint[Result]) -> None:
    """Raises Forbidden, with how to get there, when the caller's role is not enough."""
    if why := caller.why_not(endpoint.role):
        log.warning(
            "command refused",
            extra={"command": NAMES.get(endpoint, endpoint.path), "uid": caller.uid, "role": caller.role},
        )
        raise Forbidden(why, remedy=caller.way_to(endpoint.role))


def owner_of(bound: socket.socket) -> Owner:
    """This process's user, and the group that the socket *bound* is open to."""
    uid, gid = os.geteuid(), Path(bound.getsockname()).stat().st_gid
    return Owner(uid, user_of(uid).name, gid, group_name(gid))
