"""Aligned tables by cell width; on a terminal they give way at its edge."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from common.text import safe
from tui.cli.paper import Ink, Paper
from tui.format import Align, fit

_GAP = "  "
_NARROWEST = 8


@dataclass(frozen=True, slots=True)
class Column:
    """*gives_way*: may be cut to fit the terminal. *ink*: the colour of a cell by its text."""

    title: str
    align: Align = Align.LEFT
    gives_way: bool = False
    ink: Callable[[str], Ink | None] | None = None


def number(title: str) -> Column:
    return Column(title, align=Align.RIGHT)


def table(columns: Sequence[Column], rows: Iterable[Sequence[str]], paper: Paper) -> list[str]:
    """A line of titles and a line per row, every cell made safe and padded to its column."""
    cells = _safe_cells(rows)
    titles = [column.title for column in columns]
    widths = _widths(columns, [titles, *cells], paper.width)
    return [paper.ink(_line(titles, columns, widths), Ink.HEAD), *_lines(cells, columns, widths, paper)]


def facts(told: Mapping[str, str] | Iterable[tuple[str, str]], paper: Paper) -> Iterator[str]:
    """A line per fact that is known: its name, faint, and its text behind the longest name."""
    named = list(told.items() if isinstance(told, Mapping) else told)
    width = max((len(name) for name, _ in named), default=0)
    return (f"{paper.ink(f'{name:<{width}}', Ink.FAINT)} {safe(text)}" for name, text in named if text)


def aligned(columns: Sequence[Column], rows: Iterable[Sequence[str]], paper: Paper, *, indent: int) -> list[str]:
    """A line per row without titles, each *indent* cells from the left; columns that are empty throughout are gone."""
    cells = _safe_cells(rows)
    filled = [place for place in range(len(columns)) if any(row[place] for row in cells)]
    kept = [columns[place] for place in filled]
    cells = [[row[place] for place in filled] for row in cells]
    widths = _widths(kept, cells, None if paper.width is None else paper.width - indent)
    return [" " * indent + line for line in _lines(cells, kept, widths, paper)]


def _safe_cells(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    return [[safe(cell) for cell in row] for row in rows]


def _lines(
    cells: Sequence[Sequence[str]], columns: Sequence[Column], widths: Sequence[int], paper: Paper
) -> Iterator[str]:
    return (_line(row, columns, widths, paper) for row in cells)


def _line(row: Sequence[str], columns: Sequence[Column], widths: Sequence[int], paper: Paper | None = None) -> str:
    return _GAP.join(
        _cell(text, column, width, paper) for text, column, width in zip(row, columns, widths, strict=True)
    ).rstrip()


def _cell(text: str, column: Column, width: int, paper: Paper | None) -> str:
    padded = fit(text, width, column.align)
    return paper.ink(padded, column.ink(text)) if paper and column.ink else padded


def _widths(columns: Sequence[Column], cells: Sequence[Sequence[str]], room: int | None) -> list[int]:
    widths = [max(map(cell_len, texts)) for texts in zip(*cells, strict=True)]
    if room is None:
        return widths
    return _narrowed(widths, columns, room - len(_GAP) * (len(columns) - 1))


def _narrowed(widths: list[int], columns: Sequence[Column], room: int) -> list[int]:
    """*widths* with the widest columns that give way taken in, until all fit in *room* or none can give more."""
    narrowed = list(widths)
    while sum(narrowed) > room:
        able = [place for place, column in enumerate(columns) if column.gives_way and narrowed[place] > _NARROWEST]
        if not able:
            break
        widest = max(able, key=lambda place: narrowed[place])
        narrowed[widest] -= 1
    return narrowed
