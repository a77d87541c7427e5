"""The database as the daemon sees it: lanes on which units of work run whole.

A unit is a plain function of a connection. It never awaits, sleeps, logs or reads the clock. A lane is one thread with
one connection; standard-library executors give exactly that, so a unit costs one hop however many statements it has.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from daemon.db.lane_meter import LaneMeter
from daemon.segments import functions

T = TypeVar("T")
Unit = Callable[[sqlite3.Connection], T]

READER_LANES = 2

_STATEMENTS = 512  # kept prepared: an insert has one for each number of rows


def connect(path: Path, *, writes: bool) -> sqlite3.Connection:
    """A connection with our pragmas and functions, in autocommit mode: the driver never opens a transaction.

    May be opened on one thread and used on another, one at a time.
    """
    mode = "rwc" if writes else "ro"
    conn = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_STATEMENTS,
    )
    conn.execute("pragma busy_timeout = 10000")
    conn.execute("pragma foreign_keys = on")
    # What a savepoint may have to take back grows by a page with every statement: 40 000 rows in 1900 statements hold
    # 160 MB and take 8 s in memory, 6 MB and 1 s when it may go to a file. What is sorted stays in memory, too, while
    # it is no larger than the cache; a million ids are sorted in half the time in pieces of a few megabytes.
    conn.execute("pragma temp_store = file")
    functions.register(conn)
    if writes:
        conn.execute("pragma cache_size = -32768")
        conn.execute("pragma journal_mode = wal")
        # 16 MB of log before it is taken into the database: a page of orders touches some 900 of the same pages as the
        # one before it, and at SQLite's own 1000 each would be written and synced twice.
        conn.execute("pragma wal_autocheckpoint = 4000")
        conn.execute("pragma synchronous = full")  # an acknowledged delivery survives a power cut
        conn.execute("pragma secure_delete = on")  # what is erased is overwritten, not only let go
    else:
        conn.execute("pragma cache_size = -2048")
        conn.execute("pragma threads = 2")  # of which one sorts while the other reads
        conn.execute("pragma query_only = on")
    return conn


def is_of_the_disk(error: Exception) -> bool:
    """Whether the database could not be written, for another reason than what was to be written."""
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode != sqlite3.SQLITE_ERROR


class Lane:
    """One thread, one connection; units run one after the other, whole."""

    def __init__(self, name: str, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._turning = threading.Lock()
        self._at_work: object = None  # the question that is being answered
        self.meter = LaneMeter(name)

    async def run(self, unit: Unit[T]) -> T:
        """The unit's result. A caller that is cancelled stops waiting; the unit still runs to its end."""
        self.meter.waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._timed, unit)
        finally:
            self.meter.waiting -= 1

    def _timed(self, unit: Unit[T]) -> T:
        began_at = time.perf_counter()
        try:
            return unit(self._conn)
        finally:
            self.meter.note(time.perf_counter() - began_at)

    async def ask(self, unit: Unit[T]) -> T:
        """Like `run` for a unit that only reads: one whose caller is cancelled ends at once, or never begins."""
        mark, over = object(), threading.Event()

        def answered(conn: sqlite3.Connection) -> T:
            with self._turning:
                if over.is_set():
                    raise InterruptedError
                self._at_work = mark
            try:
                return unit(conn)
            finally:
                with self._turning:  # from here on an interruption would hit the next question
                    self._at_work = None

        try:
            return await self.run(answered)
        except asyncio.CancelledError:
            over.set()
            with self._turning:
                if self._at_work is mark:
                    self._conn.interrupt()
            raise

    async def close(self) -> None:
        await self.run(lambda conn: conn.close())
        self._thread.shutdown()


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[T]):
    unit: Unit[T]
    outcome: "asyncio.Future[T]"


class Writer:
    """The one lane that writes. Units that wait at the same moment share one transaction and one fsync.

    Where several share one, each has a savepoint of its own: one that raises takes back only what it wrote itself. A
    result is handed out after the commit, so whoever has it may rely on it.
    """

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self.meter = lane.meter
        self._waiting: list[_Waiting[Any]] = []
        self._committing: asyncio.Task[None] | None = None

    async def run(self, unit: Unit[T]) -> T:
        outcome: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(unit, outcome))
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit_all(), name="writer")
        return await outcome

    async def idle(self, work: Unit[T]) -> T:
        """Runs *work* outside any transaction, when nothing is being committed."""
        while self._committing is not None and not self._committing.done():
            await asyncio.wait([self._committing])
        return await self._lane.run(work)

    async def close(self) -> None:
        """Waits until everything handed in is committed, then closes the connection."""
        if self._committing is not None:
            await self._committing
        await self._lane.close()

    async def _commit_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            units = [waiting.unit for waiting in batch]
            try:
                outcomes = await self._lane.run(lambda conn, units=units: _committed(conn, units))  # type: ignore[misc]
            except Exception as error:  # nobody's work is durable, and nobody may wait for ever
                outcomes = [_Outcome(error=error) for _ in batch]
            for waiting, outcome in zip(batch, outcomes, strict=True):
                _hand_out(waiting.outcome, outcome)


@dataclass(frozen=True, slots=True)
class _Outcome:
    value: object = None
    error: BaseException | None = None


def _committed(conn: sqlite3.Connection, units: Sequence[Unit[Any]]) -> list[_Outcome]:
    """Raises what failed when nothing of it all was written: the one unit alone, or the disk."""
    conn.execute("begin immediate")
    try:
        outcomes = [_in_savepoint(conn, unit) for unit in units] if len(units) > 1 else [_Outcome(units[0](conn))]
        conn.execute("commit")
    except BaseException:
        if conn.in_transaction:  # some failures of the disk have rolled back already
            conn.execute("rollback")
        raise
    return outcomes


def _in_savepoint(conn: sqlite3.Connection, unit: Unit[Any]) -> _Outcome:
    conn.execute("savepoint unit")
    try:
        value = unit(conn)
    except Exception as error:  # handed to the one who asked for the unit; the others of the batch go on
        if not conn.in_transaction:  # unless the disk failed: then SQLite has taken back the whole batch
            raise
        conn.execute("rollback to unit")
        conn.execute("release unit")
        return _Outcome(error=error)
    conn.execute("release unit")
    return _Outcome(value=value)


def _hand_out(waiting: "asyncio.Future[Any]", outcome: _Outcome) -> None:
    if waiting.done():  # its caller was cancelled; the work is committed all the same
        return
    if outcome.error is not None:
        waiting.set_exception(outcome.error)
    else:
        waiting.set_result(outcome.value)


def _of_one_moment(conn: sqlite3.Connection, unit: Unit[T]) -> T:
    conn.execute("begin")
    try:
        return unit(conn)
    finally:
        conn.execute("rollback")  # nothing was written; it only lets go of the moment


class Database:
    """One writer, two readers, and a scanner for the long questions."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer = Writer(Lane("db-writer", connect(path, writes=True)))
        self._readers = [Lane(f"db-reader-{n}", connect(path, writes=False)) for n in range(READER_LANES)]
        self._scanner = Lane("db-scanner", connect(path, writes=False))
        self._turn = 0

    @property
    def path(self) -> Path:
        return self._path

    @property
    def meters(self) -> list[LaneMeter]:
        """Of the writer, the readers and the scanner."""
        return [self._writer.meter, *(lane.meter for lane in self._readers), self._scanner.meter]

    async def write(self, unit: Unit[T]) -> T:
        """Runs *unit* in a transaction; returns when it is on the disk."""
        return await self._writer.run(unit)

    async def empty_journal(self) -> None:
        """Takes the write-ahead log into the database and empties it, as far as no reader is still in it."""
        await self._writer.idle(lambda conn: conn.execute("pragma wal_checkpoint(truncate)").fetchall())

    async def read(self, unit: Unit[T]) -> T:
        """Runs *unit* on a reader lane, over what is committed: all its statements see the same moment."""
        self._turn = (self._turn + 1) % len(self._readers)
        return await self._readers[self._turn].run(lambda conn: _of_one_moment(conn, unit))

    async def scan(self, unit: Unit[T]) -> T:
        """Runs a unit that may take seconds (counts, exports) beside the readers; it ends when its caller is gone."""
        return await self._scanner.ask(lambda conn: _of_one_moment(conn, unit))

    async def close(self) -> None:
        await self._writer.close()
        for lane in (*self._readers, self._scanner):
            await lane.close()
