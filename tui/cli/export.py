"""Contacts and members as files for other programs, page after page: each once, also while others arrive."""

import csv
import io
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

import click

from common.client import ApiClient
from common.contacts import ContactQuery, ContactRow
from common.errors import Invalid, Refused
from common.segments.answers import Member, MemberQuery
from tui.cli.export_options import ExportFormat
from tui.cli.paper import json_text
from tui.cli.sheets import Put, Row, Sheet

# Large enough that the calls do not count, small enough that no answer holds up the daemon.
_PAGE = 5000

# For each page a rule is asked of everybody: few large ones.
_PAGE_OF_A_RULE = 50_000


async def contact_pages(client: ApiClient, query: ContactQuery) -> AsyncIterator[Sequence[ContactRow]]:
    """All contacts that match *query*."""
    query = query.model_copy(update={"limit": _PAGE_OF_A_RULE if query.match else _PAGE})
    while True:
        page = await client.contacts(query)
        yield page.contacts
        if not page.next:
            return
        query = query.model_copy(update={"after": page.next})


async def member_pages(client: ApiClient, name: str) -> AsyncIterator[Sequence[Member]]:
    """All members of a segment. Raises NotFound."""
    query = MemberQuery(name=name, limit=_PAGE)
    while True:
        page = await client.segment_members(query)
        yield page.contacts
        if not page.next:
            return
        query = query.model_copy(update={"after": page.next})


async def write(
    pages: AsyncIterator[Sequence[Row]], sheet: Sheet[Row], kind: ExportFormat, output: Path | None
) -> None:
    """Puts all rows into the file *output*, None = on stdout; a page at a time is held.

    A file is there when it is whole. Raises Invalid for Parquet on a terminal, and Refused when the file cannot be
    written or what writes Parquet is not installed.
    """
    if kind is ExportFormat.PARQUET and output is None and sys.stdout.isatty():
        raise Invalid("Parquet is no text for a terminal.", remedy="Give --output FILE, or redirect stdout to one.")
    with _written(sheet, kind, output) as put:
        async for rows in pages:
            put(rows)


@contextmanager
def _written(sheet: Sheet[Row], kind: ExportFormat, output: Path | None) -> Iterator[Put]:
    if kind is ExportFormat.PARQUET:
        from tui.cli.parquet import parquet_writer

        with _opened(output) as file, parquet_writer(file, sheet) as put:
            yield put
    elif output is None:
        yield _texts(sheet, kind, _echo, json_text)
    else:
        with _opened(output) as file:
            yield _texts(sheet, kind, partial(_write, file), str)


def _echo(text: str) -> None:
    click.echo(text, nl=False)


def _write(file: BinaryIO, text: str) -> None:
    file.write(text.encode())


@contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    """The file, under another name until it is whole."""
    if output is None:
        yield sys.stdout.buffer
        return
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(output)
    except OSError as error:
        raise Refused(
            f"{output} cannot be written: {error.strerror}.", remedy="Choose another folder, or make room."
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _texts(sheet: Sheet[Row], kind: ExportFormat, put: Callable[[str], None], as_line: Callable[[str], str]) -> Put:
    if kind is ExportFormat.CSV:
        put(_csv([[field.name for field in sheet]]))

    def put_rows(rows: Sequence[Row]) -> None:
        if kind is ExportFormat.CSV:
            put(_csv([field.cell(row) for field in sheet] for row in rows))
        else:
            put("".join(f"{as_line(row.model_dump_json())}\n" for row in rows))

    return put_rows


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
