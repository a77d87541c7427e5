"""The list on a screen into a file, in the background: all rows that match, or those that are marked."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from common.errors import CounterfoilError, Invalid
from tui.drawing.line import Role
from tui.export.kinds import ExportFormat
from tui.export.sheets import Put, Sheet
from tui.export.writing import written
from tui.format import count, cut
from tui.keymap import shown
from tui.pages import Q, R
from tui.screens.choice import Choice, Option
from tui.screens.line_form import LineForm
from tui.screens.row_list import RowListScreen

Say = Callable[[str, Role], None]

# For each page a rule is asked of everybody: few, as large as the loop bears.
_PAGE_OF_A_RULE = 10_000
_MOST_CELLS = 60
_YES = "yes"
_SUFFIXES = {".csv": ExportFormat.CSV, ".jsonl": ExportFormat.JSONL}


@dataclass(frozen=True, slots=True)
class _Job:
    """*rows* in pages, into *file*; *many* is how many there are to be."""

    rows: AsyncIterator[Sequence[Any]]
    sheet: Sheet[Any]
    file: Path
    many: int
    noun: str
    was_masked: bool


class Export:
    """One export at a time. *say* tells how it goes, on whichever screen is on show."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._writing: asyncio.Task[None] | None = None

    async def begin(self, screen: RowListScreen[Q, R]) -> None:
        """Asks for a file and writes the list of *screen* into it; asks whether to stop one that is under way."""
        if self._writing is not None:
            await self._ask_to_stop(screen, self._writing)
        elif (job := await _wanted(screen, self._say)) is not None:
            async with asyncio.TaskGroup() as group:
                self._writing = group.create_task(self._written(job))

    async def _ask_to_stop(self, screen: RowListScreen[Q, R], writing: asyncio.Task[None]) -> None:
        options = [Option("no", "Let it go on"), Option(_YES, "Stop it", "Nothing is left of the file.")]
        if await screen.app.push_screen_wait(Choice("An export is under way", options)) == _YES:
            writing.cancel()

    async def _written(self, job: _Job) -> None:
        try:
            done = await self._write(job)
        except asyncio.CancelledError:
            self._say("The export was stopped; nothing was written.", Role.WARN)
            raise
        except CounterfoilError as error:
            self._say(f"Not exported. {error}", Role.BAD)
        else:
            unmasked = ", unmasked" if job.was_masked else ""
            self._say(f"{count(done)} {job.noun} are in {cut(str(job.file), _MOST_CELLS)}{unmasked}.", Role.GOOD)
        finally:
            self._writing = None

    async def _write(self, job: _Job) -> int:
        """How many rows there were. Raises CounterfoilError."""
        done = 0
        with written(job.sheet, _SUFFIXES[job.file.suffix.lower()], job.file) as put:
            async for rows in job.rows:
                await _put(put, rows)
                done += len(rows)
                self._say(
                    f"Exporting: {count(done)} of {count(job.many)} {job.noun} · {shown('export')} stops it", Role.MUTED
                )
        return done


async def _put(put: Put, rows: Sequence[Any]) -> None:
    """Writes beside the loop; whoever is cancelled meanwhile leaves no thread behind that writes on."""
    writing = asyncio.ensure_future(asyncio.to_thread(put, rows))
    try:
        await asyncio.shield(writing)
    except asyncio.CancelledError:
        await writing
        raise


async def _wanted(screen: RowListScreen[Q, R], say: Say) -> _Job | None:
    """What is to be written, None when there is nothing or it was thought better of."""
    pages, marked = screen.pages, screen.row_list.marked
    many = len(marked) or (pages.total if pages else 0)
    if not many or pages is None or not screen.SHEET:
        say("There is nothing here to export.", Role.WARN)
        return None
    which = "marked " if marked else ""
    title = f"Export {count(many)} {which}{screen.NOUN}"
    file = await _asked_file(screen, title)
    if file is None:
        return None
    rows = _pages(screen, pages.query, marked)
    return _Job(rows, screen.SHEET, file, many, f"{which}{screen.NOUN}", screen.session.is_masked)


async def _asked_file(screen: RowListScreen[Q, R], title: str) -> Path | None:
    """A file that may be written: new, or one that was meant to be replaced."""
    value = _suggested(screen.NOUN, screen.session.now())
    while True:
        form = LineForm(title, "File", "its ending says how: .csv or .jsonl", _file_name, value=value)
        if (name := await screen.app.push_screen_wait(form)) is None:
            return None
        file = _path(name)
        if not file.exists() or await _is_to_be_replaced(screen, file):
            return file
        value = name


async def _is_to_be_replaced(screen: RowListScreen[Q, R], file: Path) -> bool:
    options = [Option("no", "Choose another name"), Option(_YES, "Replace it")]
    return await screen.app.push_screen_wait(Choice(f"{cut(file.name, 30)} is there already", options)) == _YES


def _suggested(noun: str, now: int) -> str:
    """A name that is free in this folder: contacts-2026-11-23.csv."""
    stem = f"{noun}-{datetime.fromtimestamp(now, UTC):%Y-%m-%d}"
    names = (f"{stem}{f'-{at}' if at else ''}.csv" for at in (0, *range(2, 1000)))
    return next((name for name in names if not Path(name).exists()), "")


def _path(name: str) -> Path:
    return Path(name.strip()).expanduser()


def _file_name(typed: str) -> str:
    """Raises Invalid for what no export can be written to."""
    try:
        path = _path(typed)
    except RuntimeError as error:
        raise Invalid(f"{typed} names a home folder that nobody has.") from error
    if path.suffix.lower() not in _SUFFIXES:
        raise Invalid("Its name has to end in .csv or .jsonl: that says how it is written.")
    if path.is_dir() or not path.parent.is_dir():
        raise Invalid(f"There is no folder {path.parent}." if not path.parent.is_dir() else f"{path} is a folder.")
    return typed


async def _pages(screen: RowListScreen[Q, R], query: Q, marked: frozenset[int]) -> AsyncIterator[Sequence[R]]:
    """The rows that match *query*, in its order; of those only the *marked* ones if there are any."""
    limit = _PAGE_OF_A_RULE if getattr(query, "match", "") else screen.MOST_AT_ONCE
    query = query.model_copy(update={"limit": limit, "after": "", "offset": 0})
    left = len(marked)
    while True:
        page = await screen.session.ask(partial(screen.ask_page, query))
        rows = [row for row in page.rows if row.id in marked] if marked else page.rows
        left -= len(rows)
        if rows:
            yield rows
        if not page.next or (marked and not left):
            return
        query = query.model_copy(update={"after": page.next})
