"""Pictures of numbers: as wide as there is room, nothing cut, nothing that is there shown as nothing."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.drawing.blocks import FULL, SHADE, sparkline
from tui.drawing.chart import Axis, Part, column_lines, first_that_fits, legend, stacked_lines
from tui.drawing.line import Line

MONTHS = ("Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov")

numbers = st.one_of(st.none(), st.integers(-100, 100), st.integers(-(10**18), 10**18))
columns = st.lists(numbers, max_size=70)
widths = st.integers(1, 200)
heights = st.integers(2, 9)


def texts(lines: Sequence[Line]) -> list[str]:
    return [line.text.rstrip() for line in lines]


@given(values=columns, width=widths, height=heights)
def test_columns_are_exactly_as_wide_as_there_is_room(values: list[int | None], width: int, height: int) -> None:
    marks = [f"{number:03}" for number in range(len(values))]

    lines = column_lines(values, width, height, Axis(marks=marks))

    assert {line.width for line in lines} == {width}
    assert len(lines) in (height + 1, height + 2)


@given(values=st.lists(st.tuples(numbers, numbers), max_size=70), width=widths, height=heights)
def test_stacks_are_exactly_as_wide_as_there_is_room(
    values: list[tuple[int | None, int | None]], width: int, height: int
) -> None:
    lower, upper = Part("returning", [one for one, _ in values]), Part("new", [other for _, other in values])

    lines = stacked_lines(lower, upper, width, height)

    assert {line.width for line in lines} == {width}
    assert len(lines) == height + 1
    assert legend(lower, upper, width).width <= max(width, 2)


@given(values=st.lists(st.integers(0, 10**12), min_size=1, max_size=30), height=heights)
def test_every_column_that_is_something_shows_and_no_other_does(values: list[int], height: int) -> None:
    *_, lowest, _ = (line.text for line in column_lines(values, 30, height, Axis(reads=lambda _: "")))

    size = min(30 // len(values), 6)
    assert [lowest[at * size] != " " for at in range(len(values))] == [value > 0 for value in values]


@given(values=st.lists(st.integers(1, 10**12), min_size=2, max_size=30), height=heights)
def test_a_larger_value_never_has_the_lower_column(values: list[int], height: int) -> None:
    rows = [line.text for line in column_lines(values, len(values), height, Axis(reads=lambda _: ""))][:height]

    def height_of(at: int) -> int:
        return sum(" ▁▂▃▄▅▆▇█".index(row[at]) for row in rows)

    by_value = [height_of(at) for at in sorted(range(len(values)), key=values.__getitem__)]
    assert by_value == sorted(by_value)
    assert by_value[-1] == 8 * height


@given(lower=st.integers(0, 10**9), upper=st.integers(0, 10**9), other=st.integers(0, 10**9), height=heights)
def test_neither_part_of_a_stack_is_lost(lower: int, upper: int, other: int, height: int) -> None:
    lines = stacked_lines(Part("a", [lower, other]), Part("b", [upper, 0]), 2, height, Axis(reads=lambda _: ""))
    column = "".join(line.text[0] for line in lines[:height])

    assert (SHADE in column) is (upper > 0)
    assert (column.strip(f" {SHADE}") != "") is (lower > 0)
    assert column.strip() == column.lstrip()  # it stands on the axis


@given(marks=st.lists(st.text("abc", max_size=5), max_size=60), width=widths)
def test_no_mark_is_cut_and_none_touches_the_next(marks: list[str], width: int) -> None:
    lines = column_lines([1] * len(marks), width, 2, Axis(reads=lambda _: "", marks=marks))

    shown = lines[3].text.split() if len(lines) > 3 else []
    rest = iter(marks)
    assert all(any(mark == one for one in rest) for mark in shown)  # in their order


def test_a_year_by_month() -> None:
    lines = column_lines([12, 3, 450, 999, 120, 0, 1, 77, 600, 820, 300, 44], 44, 5, Axis(marks=MONTHS))

    assert texts(lines) == [
        "999┤         ██                ▁▁",
        "   │         ██                ██",
        "   │      ▂▂ ██             ██ ██",
        "   │      ██ ██             ██ ██ ▄▄",
        "   │▁▁ ▁▁ ██ ██ ▅▅    ▁▁ ▃▃ ██ ██ ██ ▂▂",
        "   └────────────────────────────────────",
        "       Jan   Mar   May   Jul   Sep   Nov",
    ]


def test_what_is_less_than_nothing_hangs_below_the_axis() -> None:
    assert texts(column_lines([5, -3, 10, -20, 7], 18, 6)) == [
        " 10┤    ██  ▃▃",
        "   │██  ██  ██",
        "  0┼──────────",
        "   │  ▀▀  ██",
        "   │      ██",
        "   │      ██",
        "-20┤      ██",
    ]


@pytest.mark.parametrize("values", [[], [0, 0, 0], [None, None]], ids=["no values", "nothing", "not known"])
def test_nothing_is_an_axis_without_columns_and_without_a_label(values: list[int | None]) -> None:
    lines = texts(column_lines(values, 30, 3))

    assert lines[:3] == ["", "", ""]
    assert set(lines[3]) <= {"─"}


def test_one_value_fills_its_column() -> None:
    assert texts(column_lines([7], 20, 2, Axis(marks=["Nov"]))) == ["7┤█████", " │█████", " └──────", "  Nov"]


def test_labels_that_would_take_the_room_are_left_out() -> None:
    assert texts(column_lines([10**30, 1], 20, 1)) == ["█████ ▁▁▁▁▁", "────────────"]


def test_where_not_all_have_room_the_latest_are_drawn() -> None:
    values = [9] * 50 + [0] * 8 + [1, 2]

    assert texts(column_lines(values, 10, 1, Axis(reads=lambda _: ""))) == ["        ▄█", "─" * 10]


def test_parts_are_told_apart_by_their_signs() -> None:
    returning, new = Part("returning", [1, 5, 9, 0, 3]), Part("new", [2, 0, 1, 4, 0])

    assert texts(stacked_lines(returning, new, 40, 4)) == [
        "10┤            ░░░░░",
        "  │            █████",
        "  │░░░░░ █████ █████ ░░░░░ ▂▂▂▂▂",
        "  │█████ █████ █████ ░░░░░ █████",
        "  └──────────────────────────────",
    ]
    assert legend(returning, new, 40).text == f"{FULL} returning   {SHADE} new"


def test_a_legend_says_as_much_as_there_is_room_for() -> None:
    parts = Part("returning", []), Part("new", [])
    said = [legend(*parts, width, says=[("44 returning", "29 new in Nov")]).text for width in (40, 24, 8)]

    assert said == [f"{FULL} 44 returning   {SHADE} 29 new in Nov", f"{FULL} returning   {SHADE} new", FULL + SHADE]


def test_a_line_of_blocks_leaves_blank_what_is_not_known() -> None:
    assert sparkline([None, 0, 4, 8]) == " ▁▅█"


def test_the_longest_text_that_fits_is_said() -> None:
    assert [first_that_fits(["abcdef", "abc"], width) for width in (6, 5, 2)] == ["abcdef", "abc", ""]
