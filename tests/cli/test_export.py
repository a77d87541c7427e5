"""`counterfoil contact export`."""

import csv
import io
import json

from tests.cli.conftest import Cli
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import contact, people, row_of


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
