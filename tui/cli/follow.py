"""Following a run to its end: by the event stream, by asking again wherever that breaks off."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, nullcontext
from pathlib import Path

from common.client import ApiClient
from common.errors import CounterfoilError, DaemonUnreachable, TryLater
from common.events import Heartbeat, Hello, Resync, RunProgress
from common.sync import Run
from tui.cli.progress import shown_progress

# Long enough for a restart with a migration; after that somebody should know.
PATIENCE_S = 60
_AGAIN_S = 0.5


def until_over(socket: Path, run: Run, *, is_quiet: bool) -> Run:
    """*run* as it stands when it is over, its progress shown on stderr unless *is_quiet*."""
    with nullcontext(_unseen) if is_quiet else shown_progress() as seen:
        return asyncio.run(follow(socket, run, seen))


def _unseen(_: Run) -> None:
    """Progress nobody asked to see."""


async def follow(socket: Path, run: Run, seen: Callable[[Run], None], *, patience_s: float = PATIENCE_S) -> Run:
    """*run* as it stands when it is over; *seen* is called with every state of it on the way.

    A daemon that goes away is waited for: DaemonUnreachable is raised only when it stays away for *patience_s*.
    """
    seen(run)
    heard_at = time.monotonic()
    if run.state.is_over:
        return run
    while True:
        try:
            async with ApiClient(socket) as client, aclosing(_sightings(client, run.id)) as sightings:
                async for sighting in sightings:
                    heard_at = time.monotonic()
                    seen(sighting)
                    if sighting.state.is_over:
                        return sighting
        except (DaemonUnreachable, TryLater):
            if time.monotonic() - heard_at > patience_s:
                raise
        await asyncio.sleep(_AGAIN_S)


async def _sightings(client: ApiClient, run_id: int) -> AsyncGenerator[Run, None]:
    """The run now and whenever the daemon tells of it; ends with the stream, so that the caller asks anew."""
    yield await client.run(run_id)
    try:
        async for event in client.events():
            match event:
                case RunProgress(run=run) if run.id == run_id:
                    yield run
                case Hello() | Resync() | Heartbeat():  # what was said before the stream began, or got lost
                    yield await client.run(run_id)
    except DaemonUnreachable:
        raise
    except CounterfoilError:
        return  # no stream to be had: asking again does as well
