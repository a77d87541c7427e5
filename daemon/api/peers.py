"""Who is at the other end of a Unix socket: as the kernel tells it, and as this machine's users and groups do."""

import asyncio
import grp
import os
import pwd
import socket
import struct
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from daemon.clock import Clock

K = TypeVar("K")
V = TypeVar("V")

_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid of the other end (SO_PEERCRED)
_SO_PEERGROUPS = 59  # linux/asm-generic/socket.h; Python has no name for it
_GROUPS_BYTES = 1024  # the most that Python's getsockopt takes: 256 groups

# A person who is taken out of a group, or put into one, need not wait longer.
_KNOWN_S = 30


@dataclass(frozen=True, slots=True)
class Peer:
    """The other end of a connection; *gids* are its process's groups, those of a login beside the main one, too."""

    pid: int
    uid: int
    gids: frozenset[int]


@dataclass(frozen=True, slots=True)
class User:
    """*name* is "uid 1000" for one whom the machine does not know; *gids* are those it is a member of."""

    name: str
    gids: frozenset[int]


def peer_at(end: socket.socket) -> Peer:
    """Who connected to *end*."""
    pid, uid, gid = _CREDENTIALS.unpack(end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))
    gids = {gid}
    with suppress(OSError):  # more groups than fit: the machine's own list has them, too
        told = end.getsockopt(socket.SOL_SOCKET, _SO_PEERGROUPS, _GROUPS_BYTES)
        gids |= {found for (found,) in struct.iter_unpack("I", told)}
    return Peer(pid, uid, frozenset(gids))


def user_of(uid: int) -> User:
    """What the machine knows of a user; may ask the network, where its users stand in a directory."""
    try:
        entry = pwd.getpwuid(uid)
        return User(entry.pw_name, frozenset(os.getgrouplist(entry.pw_name, entry.pw_gid)))
    except (KeyError, OSError):
        return User(f"uid {uid}", frozenset())


def gid_of(group: str) -> int | None:
    """None = there is no such group, now."""
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        return None


def group_name(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return f"gid {gid}"


class People:
    """Looks users and groups up beside the loop, and remembers each for a while."""

    def __init__(
        self, clock: Clock, user_of: Callable[[int], User] = user_of, gid_of: Callable[[str], int | None] = gid_of
    ) -> None:
        self._users = _Remembered(clock, user_of)
        self._groups = _Remembered(clock, gid_of)

    async def user(self, uid: int) -> User:
        return await self._users.ask(uid)

    async def gids(self, groups: Iterable[str]) -> set[int | None]:
        return {await self._groups.ask(group) for group in groups}


class _Remembered(Generic[K, V]):
    """Answers of a slow *question*."""

    def __init__(self, clock: Clock, question: Callable[[K], V]) -> None:
        self._clock = clock
        self._question = question
        self._known: dict[K, tuple[float, V]] = {}

    async def ask(self, about: K) -> V:
        known = self._known.get(about)
        if known is None or self._clock.monotonic() - known[0] > _KNOWN_S:
            known = self._clock.monotonic(), await asyncio.to_thread(self._question, about)
            self._known[about] = known
        return known[1]
