"""`counterfoil contact` and `counterfoil order`."""

import json
import time
from datetime import UTC, datetime

import pytest
from rich.cells import cell_len

from common.contacts import Consent, ContactDetail, ContactQuery, ContactSort, ListMembership
from common.money import Money
from common.statuses import Status
from tests.cli.conftest import Cli
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import NOW, bought, box_cart, box_order, contact, people, row_of
from tui.box import Activity, shown
from tui.cli.box import contact_lines
from tui.cli.paper import PLAIN, Paper


def lines_of(person: ContactDetail, paper: Paper) -> list[str]:
    return list(contact_lines(shown(person, None, Activity.ALL, now=NOW), paper))


def test_list_json_is_the_wire_model(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("contact", "list", "--json")

    answer = json.loads(result.stdout)
    assert result.stderr == ""
    assert answer["total"] == 1
    assert answer["contacts"] == [json.loads(row_of(daemon.contacts[0]).model_dump_json())]
    assert set(answer["contacts"][0]["revenue"]) == {"minor", "currency", "text"}


def test_list_shows_a_line_each_and_counts_on_stderr(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.contacts = people(7)

    result = cli("contact", "list", "--limit", "3")

    assert result.stdout.startswith("EMAIL ")
    assert len(result.stdout.splitlines()) == 4
    assert result.stderr == "3 of 7 contacts\n"


def test_list_passes_on_what_was_asked(cli: Cli, daemon: FakeDaemon) -> None:
    cli("contact", "list", "--search", "#1204", "--sort", "revenue", "--reverse", "--limit", "100000")

    assert daemon.queries == [
        ContactQuery(search="#1204", sort=ContactSort.REVENUE, reverse=True, limit=100_000),
    ]


def test_list_without_a_match_prints_nothing_on_stdout(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("contact", "list", "--search", "zzz")

    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "No contacts match.\n")


def test_list_gives_tens_of_thousands_of_rows_in_one_answer(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.rows = [row_of(contact())] * 20_000

    result = cli("contact", "list", "--limit", "100000", "--json")

    assert len(json.loads(result.stdout)["contacts"]) == 20_000


def test_show_says_who_accepts_marketing_where_the_store_is_set_to_show_it(cli: Cli, daemon: FakeDaemon) -> None:
    told = Consent(
        store="abc123", accepts_marketing=False, signal="newsletter", source="storefront", changed_at=1_760_000_000
    )
    silent = cli("contact", "show", daemon.contacts[0].email).stdout
    daemon.contacts = [daemon.contacts[0].model_copy(update={"consents": [told]})]

    shown = cli("contact", "show", daemon.contacts[0].email).stdout

    assert "does not accept marketing in abc123 since 2025-10-09" in shown
    assert "marketing" not in silent


def test_show_json_is_the_wire_model(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("contact", "show", " Ann@Example.com ", "--json")

    told = json.loads(result.stdout)
    assert [spend["currency"] for spend in told.pop("spend")] == ["USD"]
    assert told == json.loads(daemon.contacts[0].model_dump_json())


@pytest.mark.parametrize(
    ("words", "numbers", "carts", "stores", "cents"),
    [
        ([], [1, 2], ["c-1", "c-2"], {None, "abc123", "xyz789"}, 1500),
        (["--store", "xyz789"], [2], ["c-2"], {"xyz789"}, 500),
        (["--activity", "orders"], [1, 2], [], {None, "abc123", "xyz789"}, 1500),
        (["--activity", "carts", "--store", "abc123"], [], ["c-1"], {"abc123"}, 1000),
    ],
)
def test_the_box_is_shown_of_a_store_and_of_an_activity(
    cli: Cli, daemon: FakeDaemon, words: list[str], numbers: list[int], carts: list[str], stores: set[str], cents: int
) -> None:
    now = int(time.time())
    here = box_order(1, total=Money.of(1000, "USD"), placed_at=now)
    there = box_order(2, store="xyz789", total=Money.of(500, "USD"), placed_at=now)
    both = bought([here, there], [box_cart("c-1"), box_cart("c-2", store="xyz789")])
    daemon.contacts = [contact(ecommerce=both)]

    told = json.loads(cli("contact", "show", "ann@example.com", *words, "--json").stdout)

    box, (spend,) = told["ecommerce"], told["spend"]
    assert [order["number"] for order in box["orders"]] == numbers
    assert [cart["cart_id"] for cart in box["carts"]] == carts
    assert {row["store"] for row in box["totals"]} == stores
    assert [month["total"]["minor"] for month in spend["months"]] == [0] * 11 + [cents]
    assert spend["months"][-1]["month"] == f"{datetime.fromtimestamp(now, UTC):%Y-%m}"


def test_a_store_that_knows_nothing_of_a_contact_is_told(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("contact", "show", "ann@example.com", "--store", "nowhere1")

    assert "Nothing bought yet." in result.stdout
    assert result.stderr == "Nothing is known of ann@example.com in the store nowhere1.\n"


def test_show_of_nobody_is_exit_1(cli: Cli, daemon: FakeDaemon) -> None:
    assert cli("contact", "show", "nobody@example.com").exit_code == 1


def test_show_tells_the_whole_box() -> None:
    orders = [
        box_order(1204, total=Money.of(10_400, "USD"), status=Status.COMPLETED),
        box_order(7, total=Money.of(2_000, "USD"), refunded=Money.of(2_000, "USD"), status=Status.REFUNDED),
    ]
    ann = contact(
        phone="+1 555 0100",
        tags=["bigcommerce-customer", "vip"],
        lists=[ListMembership(name="News", status="unsubscribed")],
        ecommerce=bought(orders, [box_cart("c-9", order=1204, status=Status.RECOVERED)]),
    )

    text = "\n".join(lines_of(ann, PLAIN))

    for part in (
        "Ann Lee  ann@example.com",
        "phone   +1 555 0100",
        "tags    bigcommerce-customer · vip",
        "lists   News (unsubscribed)",
        "STORE   REVENUE",
        "  spent in 12 months, ",
        "Orders (2)",
        "  #1204  Completed  $104.00",
        "  #7     Refunded    $20.00  $20.00 refunded",
        "Carts (1)",
        "became #1204",
        " × ",
    ):
        assert part in text


def test_show_sums_over_stores_only_where_there_are_several() -> None:
    here, there = box_order(1), box_order(2, store="xyz789")

    assert "all stores" not in "\n".join(lines_of(contact(ecommerce=bought([here])), PLAIN))
    assert "all stores" in "\n".join(lines_of(contact(ecommerce=bought([here, there])), PLAIN))


def test_show_of_a_contact_that_bought_nothing() -> None:
    assert lines_of(contact(ecommerce=bought([])), PLAIN)[-1] == "Nothing bought yet."


def test_show_fits_a_terminal_and_lets_nothing_strange_through() -> None:
    order = box_order(1, shipping_method="\x1b]0;owned\x07slow boat " * 20)
    long = order.products[0].model_copy(update={"name": "\u202eshoe\x9b31m " * 40})
    ann = contact(ecommerce=bought([order.model_copy(update={"products": [long]})]))

    lines = lines_of(ann, Paper(width=80))

    assert all(line.isprintable() for line in lines)
    assert all(cell_len(line) <= 80 for line in lines)


@pytest.mark.parametrize("number", ["1204", "#1204"])
def test_an_order_is_found_by_its_number(cli: Cli, daemon: FakeDaemon, number: str) -> None:
    daemon.contacts = [contact(ecommerce=bought([box_order(1204)]))]

    plain = cli("order", "show", "abc123", number)
    as_json = cli("order", "show", "https://store-abc123.mybigcommerce.com/manage", number, "--json")

    assert plain.stdout.startswith("Order #1204  Completed  acme\n")
    assert json.loads(as_json.stdout)["number"] == 1204


def test_an_order_shows_lines_sums_and_history(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.contacts = [contact(ecommerce=bought([box_order(1204)]))]

    shown = cli("order", "show", "abc123", "1204").stdout

    assert all(part in shown for part in ("QTY", "PRODUCT", "subtotal", "total", "78701 Austin", "History"))
