"""A door of the socket whose callers are invented: who comes, in which groups, on which machine."""

from collections.abc import Mapping

from aiohttp import web

from daemon.api.door import DOOR, Door, Owner
from daemon.api.ledger import LEDGER, Ledger
from daemon.api.peers import Peer, People, User
from daemon.clock import Clock, SystemClock
from daemon.db.database import Database
from daemon.settings import AccessSettings

OWNER = Owner(uid=900, name="counterfoil", gid=900, group="counterfoil")
GROUPS = {"counterfoil": 900, "daemon": 1, "adm": 4}
ANN = 1000


def door_to(
    uid: int,
    *,
    process: frozenset[int] = frozenset(),
    machine: frozenset[int] = frozenset(),
    access: AccessSettings | None = None,
    names: Mapping[int, str] = {ANN: "ann"},
) -> Door:
    """To a caller with that *uid* in groups by their *process* and by the *machine*'s list."""
    people = People(
        SystemClock(),
        user_of=lambda asked: User(names.get(asked, f"uid {asked}"), machine),
        gid_of=GROUPS.get,
    )
    return Door(access or AccessSettings(), OWNER, people, peer_at=lambda _: Peer(1, uid, process | {uid}))


def behind(door: Door, app: web.Application, database: Database | None = None, clock: Clock | None = None) -> None:
    """Puts *app* behind it."""
    app[DOOR] = door
    if database is not None:
        app[LEDGER] = Ledger(database, clock or SystemClock())
