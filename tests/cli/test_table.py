"""Tables: aligned by cells, cut on terminals only."""

from rich.cells import cell_len

from tui.cli.paper import PLAIN, Ink, Paper
from tui.cli.table import Column, aligned, number, table

_COLUMNS = (Column("NAME", gives_way=True), number("ORDERS"), Column("LAST"))


def test_columns_are_aligned_by_cells_not_characters() -> None:
    lines = table(_COLUMNS, [("直子", "12", "x"), ("Ann", "3", "x")], PLAIN)

    assert len({cell_len(line.removesuffix("x")) for line in lines[1:]}) == 1
    assert lines[0] == "NAME  ORDERS  LAST"
    assert lines[2] == "Ann        3  x"


def test_piped_text_is_never_cut() -> None:
    assert "a" * 300 in table(_COLUMNS, [("a" * 300, "1", "x")], PLAIN)[1]


def test_on_a_terminal_the_columns_that_give_way_end_in_an_ellipsis() -> None:
    lines = table(_COLUMNS, [("a" * 300, "1", "2025-01-01")], Paper(width=40))

    assert all(cell_len(line) <= 40 for line in lines)
    assert lines[1].endswith("a…       1  2025-01-01")


def test_strangers_text_is_made_safe() -> None:
    line = table(_COLUMNS, [("\x1b[2J\u202eAnn\nLee", "1", "x")], PLAIN)[1]

    assert line.startswith("Ann Lee ")


def test_colour_appears_on_coloured_paper_only() -> None:
    columns = (Column("STATE", ink=lambda _: Ink.BAD),)

    assert "\x1b[31m" in table(columns, [("failed",)], Paper(width=80, is_coloured=True))[1]
    assert table(columns, [("failed",)], PLAIN) == ["STATE", "failed"]


def test_a_table_without_rows_is_its_titles() -> None:
    assert table(_COLUMNS, [], PLAIN) == ["NAME  ORDERS  LAST"]


def test_aligned_rows_leave_out_columns_that_are_empty_throughout() -> None:
    assert aligned(_COLUMNS, [("Ann", "", "x"), ("Bo", "", "y")], PLAIN, indent=2) == ["  Ann  x", "  Bo   y"]
