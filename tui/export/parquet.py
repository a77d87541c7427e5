"""Rows as a Parquet file, a row group a page. What writes it is the extra `parquet`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

from common.errors import Refused
from tui.export.sheets import Kind, Put, Row, Sheet

try:
    import pyarrow
    from pyarrow import parquet
except ImportError as error:
    raise Refused(
        "Parquet is written by pyarrow, which is not installed.",
        remedy="Install the extra: pip install 'counterfoil[parquet]'; or export as csv or jsonl.",
    ) from error

_TYPES = {
    Kind.TEXT: pyarrow.string(),
    Kind.NUMBER: pyarrow.int64(),
    Kind.AMOUNT: pyarrow.decimal128(21, 3),  # what a row's amounts hold, in the currency with the most places
    Kind.MOMENT: pyarrow.timestamp("ms", tz="UTC"),  # the coarsest that Parquet has
}


@contextmanager
def parquet_writer(file: BinaryIO, sheet: Sheet[Row]) -> Iterator[Put]:
    """Takes rows page by page; the file is whole when it is left."""
    schema = pyarrow.schema([(field.name, _TYPES[field.kind]) for field in sheet])
    with parquet.ParquetWriter(pyarrow.PythonFile(_Stream(file), mode="w"), schema) as writer:

        def put(rows: Sequence[Row]) -> None:
            if rows:
                writer.write_batch(pyarrow.record_batch([_column(sheet, at, rows) for at in range(len(sheet))], schema))

        yield put


def _column(sheet: Sheet[Row], at: int, rows: Sequence[Row]) -> Any:
    field = sheet[at]
    values = [field.value(row) for row in rows]
    if field.kind is Kind.MOMENT:
        values = [value * 1000 if isinstance(value, int) else None for value in values]
    return pyarrow.array(values, type=_TYPES[field.kind])


class _Stream:
    """A file as it is written to only; a pipe cannot tell how far it is."""

    closed = False

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = 0

    def write(self, data: bytes) -> int:
        self._at += len(data)
        return self._file.write(data)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self.flush()
