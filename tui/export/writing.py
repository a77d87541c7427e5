"""Rows into a file as CSV, JSON lines or Parquet: a page at a time, and there only when it is whole."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from common.errors import Refused
from tui.export.kinds import ExportFormat
from tui.export.sheets import Put, Row, Sheet


@contextmanager
def written(sheet: Sheet[Row], kind: ExportFormat, output: Path) -> Iterator[Put]:
    """Takes rows for the file *output*, which is there once this is left without an error.

    Raises Refused when the file cannot be written, or what writes Parquet is not installed.
    """
    with _opened(output) as file:
        if kind is ExportFormat.PARQUET:
            with parquet_put(sheet, file) as put:
                yield put
        else:
            yield text_put(sheet, kind, partial(_write, file))


@contextmanager
def parquet_put(sheet: Sheet[Row], file: BinaryIO) -> Iterator[Put]:
    """Raises Refused when what writes Parquet is not installed."""
    from tui.export.parquet import parquet_writer

    with parquet_writer(file, sheet) as put:
        yield put


def text_put(
    sheet: Sheet[Row], kind: ExportFormat, write: Callable[[str], None], as_line: Callable[[str], str] = str
) -> Put:
    """Takes rows and writes them as text, titles first; *as_line* makes of a row's JSON what can be written."""
    if kind is ExportFormat.CSV:
        write(_csv([[field.name for field in sheet]]))

    def put_rows(rows: Sequence[Row]) -> None:
        if kind is ExportFormat.CSV:
            write(_csv([field.cell(row) for field in sheet] for row in rows))
        else:
            write("".join(f"{as_line(row.model_dump_json())}\n" for row in rows))

    return put_rows


def _write(file: BinaryIO, text: str) -> None:
    file.write(text.encode())


@contextmanager
def _opened(output: Path) -> Iterator[BinaryIO]:
    """The file, under another name until it is whole."""
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


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
