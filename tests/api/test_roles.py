"""Who may do what on the socket, by Unix groups."""

import asyncio
import os
import socket
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from common import routes
from common.audit import AuditQuery
from common.errors import Problem, Refused
from common.roles import Role
from common.status import Status
from common.stores import StoreDetail, StoreList
from daemon.api.binding import Call, route
from daemon.api.door import Door
from daemon.api.middleware import errors_as_problems
from daemon.api.peers import peer_at
from daemon.app import Daemon
from daemon.db.audit import Entry, audit_page, begin, forget_commands, settle
from daemon.db.database import Database
from daemon.db.migrate import migrate
from daemon.settings import AccessSettings
from tests.support.doors import ANN, OWNER, behind, door_to
from tests.support.fake_data import store

STAFF, CHIEFS = AccessSettings(operators="daemon"), AccessSettings(admins="adm")
SHUT = AccessSettings(viewers="adm")


@pytest.fixture
async def database(folder: Path) -> AsyncIterator[Database]:
    migrate(folder / "counterfoil.db")
    opened = Database(folder / "counterfoil.db")
    yield opened
    await opened.close()


async def asked(door: Door, method: str, path: str, database: Database | None = None) -> tuple[int, Problem]:
    """What the caller at *door* is answered; the Problem is empty where there is none."""

    async def stores(call: Call) -> StoreList:
        return StoreList(stores=[])

    async def one(call: Call) -> StoreDetail:
        if call.text("hash") == "gone":
            raise Refused("It is gone.")
        return store()

    app = web.Application(middlewares=[errors_as_problems])
    behind(door, app, database)
    app.add_routes(
        [route(routes.STORES, stores), route(routes.STORE_PAUSE, one), route(routes.STORE_DELETE, one)],
    )
    async with TestClient(TestServer(app)) as caller, caller.request(method, path) as answer:
        raw = await answer.read()
        return answer.status, Problem.model_validate_json(raw) if answer.status >= 400 else Problem(code="", message="")


@pytest.mark.parametrize(
    ("door", "role"),
    [
        pytest.param(door_to(0), Role.ADMIN, id="root"),
        pytest.param(door_to(OWNER.uid), Role.ADMIN, id="the service's user"),
        pytest.param(door_to(ANN, process=frozenset({900})), Role.OPERATOR, id="in the socket's group by login"),
        pytest.param(door_to(ANN, machine=frozenset({900})), Role.OPERATOR, id="in the socket's group by the list"),
        pytest.param(door_to(ANN), Role.VIEWER, id="let in by an access list"),
        pytest.param(door_to(ANN, machine=frozenset({900}), access=STAFF), Role.VIEWER, id="not of those named"),
        pytest.param(door_to(ANN, machine=frozenset({1, 900}), access=STAFF), Role.OPERATOR, id="of those named"),
        pytest.param(door_to(ANN, machine=frozenset({4}), access=CHIEFS), Role.ADMIN, id="of the admins"),
        pytest.param(door_to(ANN, machine=frozenset({900}), access=SHUT), Role.OPERATOR, id="operators are viewers"),
        pytest.param(door_to(ANN, machine=frozenset({4}), access=SHUT), Role.VIEWER, id="of the viewers"),
    ],
)
async def test_the_groups_of_a_caller_give_the_role(door: Door, role: Role, database: Database) -> None:
    paths = ("/v1/stores", "/v1/stores/abc123/pause", "/v1/stores/abc123/delete")

    answers = [(await asked(door, "POST" if "abc" in path else "GET", path, database))[0] for path in paths]

    may = [200, 200 if role.allows(Role.OPERATOR) else 403, 200 if role is Role.ADMIN else 403]
    assert answers == may


async def test_where_viewers_are_named_nobody_else_may_look() -> None:
    status, problem = await asked(door_to(ANN, access=SHUT), "GET", "/v1/stores")

    assert (status, problem.code) == (403, "forbidden")
    assert problem.message.startswith("You, ann (uid 1000), have no role here")
    assert "sudo usermod -aG adm ann" in problem.remedy


async def test_a_refusal_says_who_what_is_needed_and_how_to_get_it(database: Database) -> None:
    _, viewer = await asked(door_to(ANN), "POST", "/v1/stores/abc123/pause", database)
    _, operator = await asked(door_to(ANN, machine=frozenset({900})), "POST", "/v1/stores/abc123/delete", database)

    assert viewer.message == "You, ann, are a viewer here; this needs an operator."
    assert "usermod -aG counterfoil ann" in viewer.remedy
    assert "needs an admin" in operator.message
    assert operator.remedy.startswith("Do it as root or as counterfoil")


async def test_commands_stand_in_the_audit_with_who_what_and_what_came_of_it(
    database: Database,
) -> None:
    operator = door_to(ANN, machine=frozenset({900}))
    for path in ("abc123/pause", "abc123/delete", "gone/pause", "ann@example.com/pause"):
        await asked(operator, "POST", f"/v1/stores/{path}", database)
    await asked(operator, "GET", "/v1/stores", database)

    rows = await database.read(
        lambda conn: conn.execute("select user, uid, role, command, subject, outcome from audit order by id").fetchall()
    )

    who = ("ann", ANN, "operator")
    assert rows == [
        (*who, "store pause", "abc123", "done"),
        (*who, "store delete", "abc123", "forbidden"),
        (*who, "store pause", "gone", "refused"),
        (*who, "store pause", "", "done"),
    ]


async def test_a_strangers_command_stands_in_the_audit_as_refused(database: Database) -> None:
    await asked(door_to(ANN, access=SHUT), "POST", "/v1/stores/abc123/pause", database)

    (row,) = (await database.read(lambda conn: audit_page(conn, AuditQuery()))).commands
    assert (row.user, row.role, row.command, row.subject, row.outcome) == (
        "ann", None, "store pause", "abc123", "forbidden",
    )  # fmt: skip


async def test_the_audit_is_paged_filtered_and_forgotten_by_age(database: Database) -> None:
    def unit(conn: sqlite3.Connection) -> list[list[int]]:
        for at in range(1, 8):
            entry = Entry(1, "ann" if at % 2 else "bob", "operator", "replay", "")
            settle(conn, begin(conn, entry, now=at), "", "done" if at < 6 else "refused")
        first = audit_page(conn, AuditQuery(limit=3))
        rest = audit_page(conn, AuditQuery(limit=3, after=first.next))
        found = audit_page(conn, AuditQuery(search="ANN", outcome="failed"))
        gone = forget_commands(conn, 5, limit=100)
        left = audit_page(conn, AuditQuery())
        return [[row.at for row in page.commands] for page in (first, rest, found, left)] + [[gone]]

    assert await database.write(unit) == [[7, 6, 5], [4, 3, 2], [7], [7, 6, 5], [4]]


def test_every_call_needs_a_role_and_what_erases_or_reloads_needs_an_admin() -> None:
    admins = {name for endpoint, name in routes.NAMES.items() if endpoint.role is Role.ADMIN}

    assert {"store delete", "store purge", "person erase", "person readmit", "reload", "backup now"} <= admins
    looks = {name for endpoint, name in routes.NAMES.items() if endpoint.method == "GET"}
    assert looks & admins == {"support bundle"}  # it is to leave the house
    assert all(endpoint.role is Role.VIEWER for endpoint, name in routes.NAMES.items() if name in looks - admins)


def caller_as(uid: int, gids: list[int], path: Path) -> Status:
    """The status as a process of that user reads it."""
    reading, writing = os.pipe()
    if not os.fork():
        os.setgroups(gids)
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        with socket.socket(socket.AF_UNIX) as end:
            end.connect(str(path))
            end.sendall(b"GET /v1/status HTTP/1.0\r\n\r\n")
            while some := end.recv(65536):
                os.write(writing, some)
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as answer:
        said = answer.read()
    os.wait()
    return Status.model_validate_json(said.partition(b"\r\n\r\n")[2])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may call as somebody else")
async def test_the_kernel_tells_who_called_and_in_which_groups(daemon: Daemon, folder: Path) -> None:
    path = folder / "counterfoil.sock"
    for place in (folder, path):
        os.chmod(place, 0o777)

    told = [(await asyncio.to_thread(caller_as, 65534, gids, path)).caller for gids in ([], [0])]

    assert [(caller.uid, caller.role) for caller in told if caller] == [(65534, Role.VIEWER), (65534, Role.OPERATOR)]


def test_a_peer_is_told_with_its_groups() -> None:
    left, right = socket.socketpair(socket.AF_UNIX)
    with left, right:
        peer = peer_at(left)

    assert (peer.pid, peer.uid) == (os.getpid(), os.geteuid())
    assert peer.gids == {os.getegid(), *os.getgroups()}
