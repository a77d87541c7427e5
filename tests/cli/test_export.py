"""`counterfoil contact export`."""

import csv
import io
import json
import os
import pty
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from common.products import ProductQuery, ProductSort
from common.segments.answers import Member
from tests.cli.conftest import Cli, program
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import NOW, contact, people, row_of
from tests.support.fake_products import unsold


def test_csv_has_a_header_and_a_row_for_each_contact(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.contacts = people(7)

    rows = list(csv.DictReader(io.StringIO(cli("contact", "export").stdout)))

    assert len(rows) == 7
    assert set(rows[0]) == {"email", "first_name", "last_name", "orders", "revenue", "currency", "last_order_at"}


def test_csv_amounts_are_plain_numbers(cli: Cli, daemon: FakeDaemon) -> None:
    row = row_of(daemon.contacts[0])

    (exported,) = csv.DictReader(io.StringIO(cli("contact", "export", "--format", "csv").stdout))

    assert float(exported["revenue"]) * 100 == row.revenue.minor
    assert exported["currency"] == row.revenue.currency


def test_csv_cells_that_begin_like_a_formula_are_defused(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.contacts = [contact(name="=cmd|' /C calc'!A0")]

    (exported,) = csv.DictReader(io.StringIO(cli("contact", "export").stdout))

    assert exported["first_name"] == "'=cmd|'"


def test_jsonl_is_one_wire_model_a_line(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.contacts = people(3)

    lines = cli("contact", "export", "--format", "jsonl").stdout.splitlines()

    assert {json.loads(line)["email"] for line in lines} == {person.email for person in daemon.contacts}


def test_export_goes_on_over_pages_until_the_last(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.contacts = people(5003)

    lines = cli("contact", "export", "--format", "jsonl").stdout.splitlines()

    assert len({json.loads(line)["email"] for line in lines}) == 5003


def test_parquet_has_typed_columns(cli: Cli, daemon: FakeDaemon, tmp_path: Path) -> None:
    daemon.contacts = [contact(name="=formula"), *people(5003)]
    row = row_of(daemon.contacts[0])
    file = tmp_path / "all.parquet"

    result = cli("contact", "export", "--format", "parquet", "--output", str(file))

    assert (result.exit_code, result.stdout) == (0, "")
    table = parquet.read_table(file)
    assert parquet.ParquetFile(file).num_row_groups == 2
    assert table.schema.field("revenue").type == pyarrow.decimal128(21, 3)
    assert table.schema.field("last_order_at").type == pyarrow.timestamp("ms", tz="UTC")
    (found,) = [one for one in table.to_pylist() if one["email"] == row.email]
    assert (found["first_name"], found["orders"]) == ("=formula", row.orders)
    assert found["revenue"] * 100 == Decimal(row.revenue.minor)
    assert found["last_order_at"] == datetime.fromtimestamp(row.last_order_at or 0, UTC)
    assert len({one["email"] for one in table.to_pylist()}) == 5004


def test_parquet_goes_through_a_pipe_and_not_to_a_terminal(daemon: FakeDaemon, tmp_path: Path) -> None:
    words = ("--socket", str(tmp_path / "s"), "contact", "export", "--format", "parquet")
    ours, terminal = pty.openpty()

    with program(*words) as piped, program(*words, stdout=terminal) as shown:
        out, _ = piped.communicate(timeout=20)
        _, error = shown.communicate(timeout=20)

    os.close(ours)
    os.close(terminal)
    assert parquet.read_table(pyarrow.BufferReader(out)).num_rows == len(daemon.contacts)
    assert (piped.returncode, shown.returncode) == (0, 2)
    assert b"--output FILE" in error


def test_without_its_extra_parquet_is_refused_by_name(
    cli: Cli, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delitem(sys.modules, "tui.export.parquet", raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    result = cli("contact", "export", "--format", "parquet", "--output", str(tmp_path / "all.parquet"))

    assert (result.exit_code, [*tmp_path.glob("all*")]) == (1, [])
    assert "pip install 'counterfoil[parquet]'" in result.stderr


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_members_are_exported_whole(cli: Cli, daemon: FakeDaemon, tmp_path: Path, kind: str) -> None:
    daemon.saved.put("VIP", "total_orders >= 3")
    daemon.saved.members = [_member(number) for number in range(1, 5004)]
    file = tmp_path / "vip"

    result = cli("segment", "members", "vip", "--format", kind, "--output", str(file))

    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    rows = _rows_in(file, kind)
    assert [row["email"] for row in rows] == [one.email for one in daemon.saved.members]
    assert str(rows[0]["since"])[:10] == f"{datetime.fromtimestamp(NOW, UTC):%Y-%m-%d}"


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_products_are_exported_whole_as_they_are_asked_for(
    cli: Cli, daemon: FakeDaemon, tmp_path: Path, kind: str
) -> None:
    daemon.goods.products = [unsold(number, f"=Mug {number}") for number in range(1, 1203)]
    file = tmp_path / "goods"

    result = cli("product", "export", "--search", "mug", "--sort", "name", "--format", kind, "--output", str(file))

    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    rows = _rows_in(file, kind)
    assert len({row["product_id"] for row in rows}) == 1202
    assert rows[0]["name"].startswith("'=" if kind == "csv" else "=")
    assert daemon.goods.queries[0] == ProductQuery(search="mug", sort=ProductSort.NAME, limit=1000)


def _member(number: int) -> Member:
    return Member(id=number, email=f"{number}@example.com", first_name="Ann", last_name="Lee", since=NOW)


def _rows_in(file: Path, kind: str) -> list[dict[str, Any]]:
    match kind:
        case "csv":
            return list(csv.DictReader(io.StringIO(file.read_text("utf-8"), newline="")))
        case "jsonl":
            return [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    rows: list[dict[str, Any]] = parquet.read_table(file).to_pylist()
    return rows


def test_a_file_that_breaks_off_is_not_left_behind(cli: Cli, daemon: FakeDaemon, tmp_path: Path) -> None:
    file = tmp_path / "vip.csv"
    file.write_text("of yesterday")

    result = cli("segment", "members", "nobody", "--format", "csv", "--output", str(file))

    assert (result.exit_code, file.read_text(), [*tmp_path.glob("*.part")]) == (1, "of yesterday", [])


def test_a_place_that_cannot_be_written_is_told(cli: Cli, daemon: FakeDaemon, tmp_path: Path) -> None:
    result = cli("contact", "export", "--output", str(tmp_path / "nowhere" / "all.csv"))

    assert result.exit_code == 1
    assert "cannot be written: No such file or directory" in result.stderr
