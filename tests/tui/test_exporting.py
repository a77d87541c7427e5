"""e on a list: all that match into a file, in the background; nothing is overwritten without a word."""

import csv
import json
from pathlib import Path

import pytest

from common import routes
from common.errors import TryLater
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import contact, people
from tests.support.fake_products import product
from tests.support.ui import SMALL, WIDE, Ui, assert_golden, ui_on

_FILE = Path("contacts-2026-11-23.csv")


def _rows(file: Path = _FILE) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def _text(file: Path | str) -> str:
    return Path(file).expanduser().read_text("utf-8")


def _written() -> list[Path]:
    """Whatever an export has left here."""
    return [*Path().glob("*.csv*")]


async def _asked(ui: Ui, name: str = "") -> None:
    """Answers the question for a file with *name*; "" = as suggested."""
    await ui.until("File  its ending")
    if name:
        await ui.press("home", "ctrl+k")
        await ui.type(name)
    await ui.press("enter")


async def test_a_list_is_written_as_it_is_sorted_and_filtered(daemon: FakeDaemon) -> None:
    daemon.contacts = people(250)
    async with ui_on(daemon) as ui:
        await ui.until("250 contacts", "● live")
        await ui.press("slash")
        await ui.type("ann")
        await ui.until("match “ann”")
        await ui.press("enter", "o", "end", "up", "up", "enter")
        await ui.until("sorted by email")
        daemon.queries.clear()

        await ui.press("e")
        await ui.until("Export ")
        await _asked(ui)

        await ui.until("contacts are in contacts-2026-11-23.csv")
        emails = [row["email"] for row in _rows()]
        assert emails == sorted(person.email for person in daemon.contacts if "ann" in person.email)
        assert {(query.search, query.sort) for query in daemon.queries} == {("ann", "email")}


async def test_more_than_a_page_is_written_whole(daemon: FakeDaemon) -> None:
    daemon.contacts = people(4100)
    async with ui_on(daemon) as ui:
        await ui.until("4,100 contacts", "● live")

        await ui.press("e")
        await ui.until("Export 4,100 contacts")
        await _asked(ui, "~/all.jsonl")

        await ui.until("4,100 contacts are in")
        lines = _text("~/all.jsonl").splitlines()
        assert len({json.loads(line)["id"] for line in lines}) == 4100


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))


async def test_cells_that_a_spreadsheet_would_run_are_defused(daemon: FakeDaemon) -> None:
    daemon.contacts = [contact(1, name="=cmd() \x1b[31mLee")]
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")

        await ui.press("e")
        await _asked(ui)

        await ui.until("1 contacts are in")
        assert (_rows()[0]["first_name"], _rows()[0]["last_name"]) == ("'=cmd()", "Lee")


@pytest.fixture
def _files_from_before(tmp_path: Path) -> None:
    (tmp_path / _FILE).write_text("of yesterday", "utf-8")
    (tmp_path / "mine.csv").write_text("mine", "utf-8")


@pytest.mark.usefixtures("_files_from_before")
async def test_a_file_that_is_there_is_asked_about(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        await ui.press("e")
        await ui.until("contacts-2026-11-23-2.csv")
        await _asked(ui, "mine.csv")

        await ui.until("mine.csv is there already")
        await ui.press("enter")
        await _asked(ui)
        await ui.until("mine.csv is there already")
        assert _text("mine.csv") == "mine"
        await ui.press("down", "enter")

        await ui.until("3 contacts are in mine.csv")
        assert len(_rows(Path("mine.csv"))) == 3
        assert _text(_FILE) == "of yesterday"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("all.xlsx", "has to end in .csv or .jsonl"),
        ("nowhere/all.csv", "There is no folder nowhere."),
        ("~nobody-of-that-name/all.csv", "names a home folder"),
    ],
)
async def test_a_name_that_cannot_be_is_refused_as_it_is_typed(daemon: FakeDaemon, name: str, why: str) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        await ui.press("e")

        await _asked(ui, name)

        await ui.until(why)


async def test_e_once_more_stops_it_and_leaves_no_file(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        calls = daemon.calls[routes.CONTACTS]
        daemon.delay_s[routes.CONTACTS] = 60
        await ui.press("e")
        await _asked(ui)
        await ui.when(lambda: daemon.calls[routes.CONTACTS] > calls)

        await ui.press("e")
        await ui.until("An export is under way")
        await ui.press("down", "enter")

        await ui.until("The export was stopped; nothing was written.")
        assert not _written()
        daemon.delay_s[routes.CONTACTS] = 0
        await ui.press("e")
        await ui.until("Export 3 contacts")


async def test_an_export_goes_on_while_one_is_elsewhere(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        daemon.delay_s[routes.CONTACTS] = 0.2
        await ui.press("e")
        await _asked(ui)

        await ui.press("6")

        await ui.until("database", "3 contacts are in contacts-2026-11-23.csv")


async def test_an_export_that_fails_leaves_what_was_there(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        await ui.press("e")
        await ui.until("Export 3 contacts")
        daemon.failures[routes.CONTACTS] = TryLater("The database is being restored.")

        await _asked(ui)

        await ui.until("Not exported. The database is being restored.")
        assert not _written()


async def test_deliveries_are_exported_and_of_marked_ones_only_those(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="inbox") as ui:
        await ui.until("4 deliveries", "order 1187", "● live")
        await ui.press("space", "down", "space")

        await ui.press("e")
        await ui.until("Export 2 marked deliveries")
        await _asked(ui, "in.csv")

        await ui.until("2 marked deliveries are in in.csv")
        assert [row["id"] for row in _rows(Path("in.csv"))] == ["4", "2"]


async def test_products_are_exported_by_pages_the_daemon_gives(daemon: FakeDaemon) -> None:
    daemon.goods.products = [product(number, f"=cup {number}") for number in range(1, 1501)]
    async with ui_on(daemon, first_screen="products") as ui:
        await ui.until("1,500 products", "● live")

        await ui.press("e")
        await ui.until("Export 1,500 products")
        await _asked(ui, "goods.csv")

        await ui.until("1,500 products are in goods.csv")
        rows = _rows(Path("goods.csv"))
        assert len({row["product_id"] for row in rows}) == 1500
        assert (rows[0]["name"][:5], rows[0]["price"], rows[0]["revenue_currency"]) == ("'=cup", "52.00", "USD")


async def test_those_a_rule_holds_for_are_exported_from_the_builder(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="segments") as ui:
        await ui.until("No segment is saved yet.", "● live")
        await ui.press("a")
        await ui.until("New segment", "3")

        await ui.press("e")
        await ui.until("Export 3 contacts")
        await _asked(ui)

        await ui.until("3 contacts are in")
        assert len(_rows()) == 3


async def test_where_no_row_is_there_is_nothing_to_export(empty_daemon: FakeDaemon) -> None:
    async with ui_on(empty_daemon) as ui:
        await ui.until("No store is connected yet.")

        await ui.press("e")

        await ui.until("There is nothing here to export.")


async def test_with_people_masked_the_message_says_that_the_file_is_not(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        await ui.press("m", "e")
        await _asked(ui)

        await ui.until("3 contacts are in contacts-2026-11-23.csv, unmasked.")
        assert _rows()[0]["email"] == "ann@example.com"


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_the_question_for_a_file(daemon: FakeDaemon, size: tuple[int, int]) -> None:
    async with ui_on(daemon, size=size) as ui:
        await ui.until("ann@example.com", "● live", "Orders" if size == WIDE else "")
        await ui.press("e")

        assert_golden(f"export-form-{size[0]}x{size[1]}", await ui.until("Export 3 contacts"))
