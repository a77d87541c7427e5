"""`counterfoil events`: what changes, as it happens."""

import asyncio
import os
import stat
import sys
from contextlib import aclosing

import click
from pydantic import ValidationError

from common.client import ApiClient
from common.errors import DaemonUnreachable
from common.events import EVENT, Changed, Event, HealthChanged, Heartbeat, Hello, Resync, RunProgress, What
from common.text import safe
from tui.cli.paper import write_json
from tui.cli.progress import progress_text
from tui.cli.session import ask, json_option
from tui.cli.values import clock
from tui.format import count

_IDS_SHOWN = 10


@click.command()
@json_option
def events(as_json: bool) -> None:
    """Print what changes, as it happens, until Ctrl+C. With --json each event is a line as the daemon sent it."""
    try:
        ask(lambda client: _print_while_read(client, as_json=as_json))
    except KeyboardInterrupt:
        return
    except asyncio.CancelledError:
        raise BrokenPipeError from None


async def _print_while_read(client: ApiClient, *, as_json: bool) -> None:
    _watch_the_reader()
    async with aclosing(client.event_lines()) as lines:
        async for line in lines:
            if as_json:
                write_json(line.decode())
            elif text := _in_words(line):
                click.echo(text)
    raise DaemonUnreachable(
        "The daemon ended the stream.", remedy="It was stopped or restarted; see `counterfoil status`."
    )


def _watch_the_reader() -> None:
    """Ends this command when whoever reads our stdout leaves, without waiting for the next event to find out."""
    task = asyncio.current_task()
    try:
        descriptor = sys.stdout.fileno()
        is_pipe = stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    except (OSError, ValueError):  # no descriptor, nobody to watch
        return
    if is_pipe and task:
        # A pipe's writing end becomes "readable" in one case only: its reading end was closed.
        asyncio.get_running_loop().add_reader(descriptor, task.cancel)


def _in_words(line: bytes) -> str:
    """One line for people, "" for what only machines care about."""
    try:
        event = EVENT.validate_json(line)
    except ValidationError:  # a newer daemon tells of things we do not know
        return safe(line.decode("utf-8", "replace"))
    told = _told(event)
    return f"{clock(event.at)}  {told}" if told else ""


def _told(event: Event) -> str:
    match event:
        case Hello(version=version):
            return f"listening to counterfoil {safe(version)}"
        case Changed():
            return _changed(event)
        case RunProgress(run=run):
            return f"run {run.id} of {safe(run.store)}: {progress_text(run)}"
        case HealthChanged(items=items):
            return "; ".join(f"{item.severity.value}: {safe(item.title)}" for item in items) or "all is well"
        case Resync():
            return "too slow a reader: some events were left out"
        case Heartbeat():
            return ""


def _changed(event: Changed) -> str:
    if event.what is What.DELIVERY:
        return f"inbox of {safe(event.store)} changed"
    shown = ", ".join(safe(str(one)) for one in event.ids[:_IDS_SHOWN])
    more = f" and {count(len(event.ids) - _IDS_SHOWN)} more" if len(event.ids) > _IDS_SHOWN else ""
    where = f" of {safe(event.store)}" if event.store else ""
    return f"{event.what.value}{where} changed ({safe(event.origin)}): {shown}{more}"
