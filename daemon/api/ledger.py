"""Every command stands in the audit table before it is carried out, and with its outcome when it has ended."""

import logging
import re
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiohttp import web

from common.audit import DONE
from common.errors import CounterfoilError, Forbidden
from common.roles import Caller
from common.text import safe
from daemon.clock import Clock
from daemon.db import audit
from daemon.db.database import Database

log = logging.getLogger(__name__)

_MOST_CHARS = 300
# What stands in a path names a store or a row; anything else was mistyped, and may be anybody's address.
_NAME = re.compile(r"[A-Za-z0-9_-]{1,24}")


class Subject:
    """What a command is about, as far as it is known yet."""

    def __init__(self, path: Mapping[str, str]) -> None:
        self._parts = [f"#{value}" if name == "id" else value for name, value in path.items() if _NAME.fullmatch(value)]

    def add(self, part: str) -> None:
        self._parts.append(part)

    def __str__(self) -> str:
        return safe(" ".join(filter(None, self._parts)))[:_MOST_CHARS]


class Ledger:
    """Writes the audit table."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def note_stranger(self, uid: int, user: str, command: str, path: Mapping[str, str]) -> None:
        """A command by somebody without any role, which was refused."""
        subject, now = str(Subject(path)), self._clock.now()
        asked = audit.Entry(uid, user, "", command, subject)

        def unit(conn: sqlite3.Connection) -> None:
            audit.settle(conn, audit.begin(conn, asked, now=now), subject, Forbidden.code)

        await self._database.write(unit)

    @asynccontextmanager
    async def entry(self, caller: Caller, command: str, path: Mapping[str, str]) -> AsyncIterator[Subject]:
        """Around a command: nothing is carried out that could not be noted."""
        subject, now = Subject(path), self._clock.now()
        asked = audit.Entry(caller.uid, caller.user, caller.role, command, str(subject))
        entry_id = await self._database.write(lambda conn: audit.begin(conn, asked, now=now))
        outcome = audit.FAILED
        try:
            yield subject
            outcome = DONE
        except CounterfoilError as error:
            outcome = error.code
            raise
        finally:
            log.info(
                "command",
                extra={"command": command, "subject": subject, "uid": caller.uid, "role": caller.role, "is": outcome},
            )
            await self._database.write(lambda conn: audit.settle(conn, entry_id, str(subject), outcome))


LEDGER = web.AppKey("ledger", Ledger)
