"""Products: the list and the one under the cursor, what its lines open, and names that strangers gave."""

import pytest
from rich.cells import cell_len

from common.errors import TryLater
from common.events import What
from common.products import ProductQuery, ProductSort
from common.routes import PRODUCT
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import NOW, run
from tests.support.fake_products import product
from tests.support.ui import SMALL, WIDE, Ui, assert_golden, ui_on
from tui.drawing.product import product_lines
from tui.drawing.products import columns_for, heads, row_line

HOSTILE = "\x1b[31mRed\x07 [bold]mug[/] \u202eevil " + "山" * 60 + "x" * 500
WIDTHS = pytest.mark.parametrize("width", [18, 30, 46, 58, 62, 77, 90, 120, 198])


async def opened(ui: Ui, *wanted: str) -> None:
    await ui.until("● live", "Gift card", *wanted)


async def test_seven_shows_them_what_sold_most_first(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        await ui.press("7")

        await ui.until("7 products · sorted by pieces sold ↓")
        assert "Wool scarf" in ui.cursor_line


async def test_a_product_opened_on_a_small_terminal_is_read_from_its_top(daemon: FakeDaemon) -> None:
    daemon.goods.products = [product(category_paths=[f"Shop / Shoes / {at}" for at in range(9)])]
    async with ui_on(daemon, first_screen="products", size=(60, 20)) as ui:
        await ui.until("● live", "Blue canvas shoe")

        await ui.press("enter")

        await ui.until("SKU-118", "Shop / Shoes / 8", "Esc back")


async def test_down_reads_on_from_the_top_to_the_first_order(daemon: FakeDaemon) -> None:
    daemon.goods.products = [product(category_paths=[f"Shop / Shoes / {at}" for at in range(9)])]
    async with ui_on(daemon, first_screen="products", size=(60, 20)) as ui:
        await ui.until("● live", "Blue canvas shoe")
        await ui.press("enter")
        await ui.until("SKU-118", "Esc back")

        await ui.press("down", "down")
        await ui.until("── Sold", gone="on show in the store")
        assert not ui.cursor_line
        await ui.press(*["down"] * 5)

        await ui.until("▌#1204")


async def test_typing_filters_and_escape_shows_all_again(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="products") as ui:
        await opened(ui)

        await ui.press("slash")
        await ui.type("mug")
        await ui.until("1 product matches “mug”", gone="Wool scarf")
        await ui.press("enter", "escape")

        await ui.until("7 products ·", "Wool scarf")


async def test_what_is_not_found_says_how_to_go_on(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="products") as ui:
        await opened(ui)

        await ui.press("slash")
        await ui.type("zzz")

        await ui.until("No product matches “zzz”.", "Esc clears the filter.")


async def test_f_goes_from_store_to_store_and_escape_back_to_all(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="products") as ui:
        await opened(ui)

        await ui.press("f")
        await ui.until("6 products of acme", gone="山田")
        await ui.press("f")
        await ui.until("1 product of bazaar", gone="Wool scarf")
        await ui.press("escape")

        await ui.until("7 products ·")


async def test_another_order_is_chosen_from_a_menu_and_turned_round(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="products") as ui:
        await opened(ui)

        await ui.press("o")
        await ui.until("Sort products by")
        await ui.press("end", "enter")
        await ui.until("sorted by last change ↓", "CHANGED ↓")
        await ui.press("O")

        await ui.until("sorted by last change ↑")
        asked = daemon.goods.queries[-1]
        assert (asked.sort, asked.reverse) == (ProductSort.MODIFIED, True)


async def test_a_product_opens_its_orders_and_an_order_its_products(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="products") as ui:
        await opened(ui)
        await ui.press("down", "enter")
        await ui.until("── Newest orders", "▌#1204")

        await ui.press("enter")
        await ui.until("── Totals", "▌   2 × Blue canvas shoe")
        await ui.press("enter")

        await ui.until("SKU-100", "── Bought most")


async def test_where_there_is_room_each_row_says_whose_it_is(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, size=(160, 40)) as ui:
        await ui.until("ann@example.com", "2 stores")

        await ui.press("7")

        await ui.until("STORE", "Gift card")
        (row,) = [line for line in ui.text.splitlines() if "SKU-2106" in line]
        assert row.split()[3] == "bazaar"


async def test_one_store_needs_no_column_of_stores(daemon: FakeDaemon) -> None:
    del daemon.stores["xyz789"]
    async with ui_on(daemon, size=(160, 40), first_screen="products") as ui:
        text = await ui.until("1 store", "Gift card")

        assert "STORE " not in text


async def test_who_bought_it_can_be_opened(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="products") as ui:
        await opened(ui)
        await ui.press("enter")
        await ui.until("── Bought most")

        await ui.press("end", "enter")

        await ui.until("Bob Ortiz", "── Ecommerce")


async def test_beside_the_list_stands_what_the_cursor_is_on(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, size=WIDE, first_screen="products") as ui:
        await opened(ui, "SKU        SKU-101")

        await ui.press("down")
        await ui.until("SKU        SKU-100")
        await ui.press("enter")
        await ui.until("▌#1204")
        await ui.press("escape")

        await ui.when(lambda: "Blue canvas shoe" in ui.cursor_line)


async def test_a_sale_changes_the_row_where_it_stands(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="products") as ui:
        await opened(ui)
        await ui.press("down")

        daemon.goods.products[0] = product(100, pieces=2000)
        daemon.push_changed(What.ORDER, 1205)

        await ui.when(lambda: "2,000" in ui.cursor_line)
        assert "Blue canvas shoe" in ui.cursor_line


async def test_a_list_that_a_run_fills_stays_in_order_while_nobody_moves(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="products") as ui:
        await opened(ui)

        daemon.goods.products[0] = product(100, pieces=2000)
        daemon.push_run(run())

        await ui.when(lambda: "Blue canvas shoe" in ui.cursor_line)


async def test_a_change_of_contacts_alone_asks_for_nothing(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="products") as ui:
        await opened(ui)
        asked = len(daemon.goods.queries)

        daemon.push_changed(What.CONTACT, 1)
        daemon.push_changed(What.PRODUCT, 100)

        await ui.when(lambda: len(daemon.goods.queries) > asked)
        assert len(daemon.goods.queries) == asked + 1


async def test_a_product_that_cannot_be_read_says_why(daemon: FakeDaemon) -> None:
    daemon.failures[PRODUCT] = TryLater("The database is being restored.", remedy="It takes a minute.")
    async with ui_on(daemon, first_screen="products") as ui:
        await opened(ui)

        await ui.press("enter")

        await ui.until("being restored", "r to try again")


async def test_a_long_list_is_read_page_by_page_as_one_goes_down(daemon: FakeDaemon) -> None:
    daemon.goods.products = [product(number, f"Ware {number:05}", pieces=9_999 - number) for number in range(5_000)]
    async with ui_on(daemon, first_screen="products") as ui:
        await ui.until("5,000 products", "Ware 00000")

        await ui.press("G")

        await ui.until("Ware 04999")
        assert all(query.limit <= 100 for query in daemon.goods.queries)


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "120x40"])
async def test_hostile_names_leave_the_columns_where_they_are(daemon: FakeDaemon, size: tuple[int, int]) -> None:
    daemon.goods.products[1] = product(101, HOSTILE, sku="\x1b]0;x\x07" + "長" * 90, store_name=HOSTILE, pieces=1204)
    async with ui_on(daemon, size=size, first_screen="products") as ui:
        text = await ui.until("Red [bold]mug", "Gift card", "── Bought most" if size == WIDE else "")

        assert_golden(f"products-hostile-{size[0]}x{size[1]}", text)


@WIDTHS
@pytest.mark.parametrize("sort", ProductSort)
def test_every_row_is_as_wide_as_the_heads(width: int, sort: ProductSort) -> None:
    columns = columns_for(width, sort, with_store=True)
    row = product(1, HOSTILE, sku=HOSTILE)

    drawn = row_line(row, columns, frozenset(), HOSTILE, now=NOW)

    query = ProductQuery(sort=sort)
    assert cell_len(drawn.text) + 2 == heads(columns, query.sort, reverse=False).width
    assert drawn.text.isprintable()


@WIDTHS
def test_a_strangers_product_brings_no_control_character_to_its_page(width: int) -> None:
    hostile = product(1, HOSTILE, sku=HOSTILE, store_name=HOSTILE, category_paths=[HOSTILE], url=HOSTILE)

    lines = product_lines(hostile, NOW, width)

    assert all(drawn.text.isprintable() for drawn in lines)
