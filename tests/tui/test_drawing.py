"""Values as lines: what fits, what is cut, what the blocks say."""

import pytest
from rich.cells import cell_len

from common.contacts import Consent, ContactSort
from common.money import Money
from common.segments.answers import Segment
from common.statuses import Status
from common.times import DAY_S
from tests.support.fake_data import (
    NOW,
    bought,
    box_order,
    busy,
    contact,
    nothing_sold,
    order_detail,
    quiet,
    row_of,
    run,
    segment_growth,
    store,
    store_sales,
)
from tui.box import monthly_minor
from tui.drawing.activity import activity_lines
from tui.drawing.blocks import sparkline
from tui.drawing.columns import Field, columns_for, heads, row_line
from tui.drawing.contact import BoxView, contact_lines
from tui.drawing.frame import KeyHint, keys_line, rule_lines, top_line
from tui.drawing.growth import growth_lines
from tui.drawing.line import Span, cropped, line, wrapped
from tui.drawing.order import order_lines
from tui.drawing.run import progress_lines
from tui.drawing.sales import sales_lines
from tui.drawing.segments import segments_lines
from tui.drawing.store import overview_lines

HOSTILE = "a\x1b[31mb\u202ec\nd" + "直" * 200
WIDTHS = pytest.mark.parametrize("width", [1, 8, 20, 38, 58, 78, 118, 200])


@WIDTHS
def test_rows_and_heads_are_as_wide_as_each_other(width: int) -> None:
    columns = columns_for(width)
    row = row_of(contact(name="直子 山田", email="a-very-long-address-indeed@example.com"))

    head = heads(columns, ContactSort.EMAIL, reverse=False)

    assert row_line(row, columns, frozenset(), now=NOW).width == head.width - 2


def test_narrow_lists_leave_out_the_name_and_then_the_orders() -> None:
    assert [column.field for column in columns_for(78)] == list(Field)
    assert Field.NAME not in {column.field for column in columns_for(58)}
    assert Field.ORDERS not in {column.field for column in columns_for(40)}


@WIDTHS
def test_no_frame_line_is_wider_than_the_terminal(width: int) -> None:
    mark = Span("● live · 2 stores")
    hints = [KeyHint("/", "filter", "search"), KeyHint("?", "help", "help")]

    for drawn in (top_line("contacts", mark, Span("● live"), width), keys_line(hints, width)):
        assert drawn.width <= width
    assert {one.width for one in rule_lines(Span("said " * 60), max(width, 8))} == {max(width, 8)}


def test_consent_is_shown_where_the_store_is_set_to_show_it_and_only_there() -> None:
    told = Consent(
        store="abc123", accepts_marketing=True, signal="newsletter", source="storefront", changed_at=NOW - 3 * DAY_S
    )
    view = BoxView(NOW, {"abc123": "acme"})

    shown = [row.text.rstrip() for row in contact_lines(contact(1, consents=[told]), view, 78)]
    silent = [row.text for row in contact_lines(contact(1), view, 78)]

    assert "consent accepts marketing, acme · storefront 3d" in shown
    assert [text for text in silent if "marketing" in text] == []


def test_help_is_the_last_key_to_go() -> None:
    hints = [KeyHint(key, "something long", key) for key in "abcdef"] + [KeyHint("?", "help", "help")]

    assert keys_line(hints, 30).text.rstrip(" │").endswith("? help")


def test_a_spare_key_makes_room_for_those_behind_it() -> None:
    hints = [KeyHint("r", "refresh", "r", spare=3), KeyHint("s", "sync", "s", spare=1)]
    hints += [KeyHint("y", "copy", "y"), KeyHint("?", "help", "?")]

    assert [keys_line(hints, width).text[2:-1].rstrip() for width in (40, 30, 20)] == [
        "r refresh  s sync  y copy  ? help",
        "s sync  y copy  ? help",
        "y copy  ? help",
    ]


@WIDTHS
def test_strangers_text_brings_no_control_character_to_any_page(width: int) -> None:
    hostile = box_order(7, store_status=HOSTILE, shipping_method=HOSTILE)
    person = contact(1, name=f"{HOSTILE} {HOSTILE}", phone=HOSTILE, tags=[HOSTILE], ecommerce=bought([hostile]))
    shop = store(name=HOSTILE, state_reason=HOSTILE)

    lines = [
        *contact_lines(person, BoxView(now=NOW, names={"abc123": HOSTILE}), width),
        *order_lines(order_detail(hostile, person, HOSTILE), NOW, width),
        *overview_lines([shop], [run()], NOW, width),
    ]

    assert all(drawn.text.isprintable() for drawn in lines)


def test_what_is_cut_ends_in_an_ellipsis_within_its_cells() -> None:
    cut = cropped(line("直子直子直子", "more"), 6)

    assert cut.text == "直子…"
    assert cell_len(cut.text) <= 6


def test_a_word_longer_than_the_line_stands_alone() -> None:
    assert [row.text for row in wrapped("a bbbbbbbb c", 4)] == ["a", "bbbbbbbb", "c"]


def test_spend_counts_completed_orders_net_of_refunds_in_their_month() -> None:
    orders = [
        box_order(1, total=Money.of(100, "USD"), refunded=Money.of(30, "USD"), placed_at=NOW),
        box_order(2, total=Money.of(500, "USD"), status=Status.CANCELED, placed_at=NOW),
        box_order(3, total=Money.of(700, "EUR"), placed_at=NOW),
        box_order(4, total=Money.of(40, "USD"), placed_at=NOW - 31 * DAY_S),
        box_order(5, total=Money.of(900, "USD"), placed_at=NOW - 400 * DAY_S),
    ]

    assert monthly_minor(orders, "USD", now=NOW) == [0] * 10 + [40, 70]


def test_each_currency_that_was_bought_in_has_its_line_of_spend() -> None:
    orders = [
        box_order(1, total=Money.of(5000, "USD"), placed_at=NOW),
        box_order(2, total=Money.of(5000, "USD"), refunded=Money.of(5000, "USD"), placed_at=NOW - 40 * DAY_S),
        box_order(3, total=Money.of(900, "EUR"), placed_at=NOW - 40 * DAY_S),
        box_order(4, total=Money.of(900, "GBP"), placed_at=NOW - 500 * DAY_S),
    ]

    person = contact(1, ecommerce=bought(orders))
    shown = [row.text for row in contact_lines(person, BoxView(NOW, {}), 78) if "spend" in row.text]

    assert shown == [
        "▁▁▁▁▁▁▁▁▁▁▁█  USD spend, last 12 months, most $50.00",
        "▁▁▁▁▁▁▁▁▁▁█▁  EUR spend, last 12 months, most €9.00",
    ]


def test_spend_that_was_refunded_wholly_is_no_peak() -> None:
    order = box_order(1, total=Money.of(5000, "USD"), refunded=Money.of(5000, "USD"), placed_at=NOW)

    person = contact(1, ecommerce=bought([order]))
    (shown,) = [row.text for row in contact_lines(person, BoxView(NOW, {}), 78) if "spend" in row.text]

    assert shown == "▁▁▁▁▁▁▁▁▁▁▁▁  spend, last 12 months"


@WIDTHS
@pytest.mark.parametrize("currencies", [("USD",), ("USD", "EUR", "JPY")], ids=["one currency", "three"])
def test_pictures_are_no_wider_than_there_is_room(width: int, currencies: tuple[str, ...]) -> None:
    quiet_or_busy = [drawn for told in (quiet(), busy()) for drawn in activity_lines(told, width)]

    for drawn in (
        *sales_lines(store_sales(currencies=currencies), width),
        *sales_lines(store_sales(months=1, currencies=currencies), width),
        *sales_lines(nothing_sold(), max(width, 27)),
        *growth_lines(segment_growth(days=90), NOW, max(width, 12)),
        *growth_lines(segment_growth(days=1), NOW, max(width, 12)),
        *(drawn for drawn in quiet_or_busy if width >= 20),
    ):
        assert drawn.width <= max(width, 27), drawn.text


def test_more_given_back_than_sold_hangs_below_the_axis() -> None:
    sales = store_sales(months=3)
    back = sales.months[1].model_copy(update={"revenue": [Money.of(-90_000_00, "USD")]})
    texts = [
        drawn.text
        for drawn in sales_lines(sales.model_copy(update={"months": [sales.months[0], back, sales.months[2]]}), 60)
    ]

    assert any(text.startswith("-$90k┤") for text in texts)
    assert any(text.strip().startswith("$0.00┼") for text in texts)


def test_what_was_before_the_daemon_started_is_blank_and_not_nothing() -> None:
    told = [drawn.text for drawn in activity_lines(busy(), 76) if "24 h" in drawn.text or "half an hour" in drawn.text]

    assert told[0].startswith(" " * 7 + "▁▁")


@pytest.mark.parametrize(
    ("values", "blocks"),
    [
        pytest.param([0, 0], "▁▁", id="nothing spent"),
        pytest.param([1, 1000], "▂█", id="a little is more than nothing"),
        pytest.param([500, 1000], "▅█", id="half"),
        pytest.param([-5, 10], "▁█", id="more refunded than bought"),
    ],
)
def test_the_highest_month_is_a_full_block(values: list[int], blocks: str) -> None:
    assert sparkline(values) == blocks


def test_a_run_without_a_known_total_shows_no_bar() -> None:
    phase = run().phase
    assert phase is not None
    unbounded = run(phase=phase.model_copy(update={"total": None, "eta_s": None}))

    text = " ".join(drawn.text for drawn in progress_lines(unbounded, 120))

    assert "612,400" in text
    assert "█" not in text


def test_a_segments_count_stands_still_while_its_age_goes_on() -> None:
    segment = Segment(
        id=1,
        name="VIP",
        rule="total_orders > 1",
        members=24,
        waiting=0,
        as_of=NOW,
        revision=1,
        created_at=NOW,
        changed_at=NOW,
    )

    lines = {segments_lines([segment], NOW + age_s, 58)[1].text for age_s in (0, 1, 59, 60, 40 * DAY_S)}

    assert len({line.index("24") for line in lines}) == 1
    assert any("as of 59s ago" in line for line in lines)
