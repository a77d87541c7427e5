"""`counterfoil product`."""

import json

import pytest
from rich.cells import cell_len

from common.products import ProductQuery, ProductSort
from tests.cli.conftest import Cli
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_products import catalogue, product, unsold
from tui.cli.paper import PLAIN, Paper
from tui.cli.product import product_lines


@pytest.fixture(autouse=True)
def _goods(daemon: FakeDaemon) -> None:
    daemon.goods.products = catalogue()


def test_list_json_is_the_wire_model(cli: Cli) -> None:
    answer = json.loads(cli("product", "list", "--limit", "2", "--json").stdout)

    assert (answer["total"], answer["next"]) == (7, "2")
    first = answer["products"][0]
    assert (first["store"], first["product_id"], first["name"], first["pieces"]) == ("abc123", 101, "Wool scarf", 1204)
    assert (first["state"], first["revenue"]["text"], first["sale_price"]["minor"]) == ("visible", "$25,000.00", 1990)
    assert first["modified_at"].endswith("Z")


def test_list_shows_a_line_each_and_counts_on_stderr(cli: Cli) -> None:
    result = cli("product", "list", "--limit", "3")

    assert result.stdout.startswith("STORE ")
    assert len(result.stdout.splitlines()) == 4
    assert result.stderr == "3 of 7 products\n"


def test_list_passes_on_what_was_asked(cli: Cli, daemon: FakeDaemon) -> None:
    words = ["--store", "https://store-abc123.mybigcommerce.com", "--search", "blue shoe", "--sort", "name"]

    cli("product", "list", *words, "--reverse", "--limit", "7", "--after", "1")

    assert daemon.goods.queries == [
        ProductQuery(store="abc123", search="blue shoe", sort=ProductSort.NAME, reverse=True, limit=7, after="1")
    ]


def test_list_without_a_match_prints_nothing_on_stdout(cli: Cli) -> None:
    result = cli("product", "list", "--search", "zzz")

    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "No products match.\n")


def test_show_json_is_the_wire_model(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("product", "show", "abc123", "#100", "--json")

    assert json.loads(result.stdout) == json.loads(daemon.goods.products[0].model_dump_json())


def test_show_says_what_was_sold_to_whom(cli: Cli) -> None:
    shown = cli("product", "show", "abc123", "100").stdout

    assert shown.startswith("Blue canvas shoe  visible  acme\n")
    assert "31 in 12 orders, $1,612.00" in shown
    assert "1204" in shown
    assert "bob@example.org" in shown
    assert "erased" in shown


def test_show_of_what_nobody_bought_says_so(cli: Cli) -> None:
    assert "nothing in any order that counts" in "\n".join(product_lines(unsold(1, "Bowl"), PLAIN))


@pytest.mark.parametrize(("words", "code"), [(("abc123", "9999"), 1), (("abc123", "mug"), 2)])
def test_show_of_no_product_fails(cli: Cli, words: tuple[str, str], code: int) -> None:
    assert cli("product", "show", *words).exit_code == code


def test_a_strangers_text_brings_no_control_character_and_fits_the_terminal() -> None:
    hostile = "\x1b[31mRed\x07 \u202eevil" + "山" * 300
    shown = product(1, hostile, sku=hostile, store_name=hostile, category_paths=[hostile], url=hostile)

    lines = list(product_lines(shown, Paper(width=80)))

    assert all(line.isprintable() for line in lines)
    orders = lines[lines.index("Newest orders") :]
    assert all(cell_len(line) <= 80 for line in orders)
