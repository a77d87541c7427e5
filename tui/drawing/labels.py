"""Tags or lists to choose from, as lines: those that fit what is typed, and the typed name where it is a new one."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.edits import MailingLists, Tags
from tui.drawing.line import BLANK, Line, Role, Span, line, spread, wrapped
from tui.format import count, cut

_NOTE_CELLS = 34


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A tag or list as it is called, and how many have it. *seen* is the name as it shows, "" = as it is."""

    name: str
    note: str
    seen: str = ""


def tag_rows(found: Tags) -> list[LabelRow]:
    return [LabelRow(tag.name, count(tag.contacts)) for tag in found.tags]


def list_rows(found: MailingLists) -> list[LabelRow]:
    return [LabelRow(one.name, _list_note(one.active, one.unsubscribed)) for one in found.lists]


def _list_note(active: int, unsubscribed: int) -> str:
    return f"{count(active)} active" + (f" · {count(unsubscribed)} unsubscribed" if unsubscribed else "")


def label_lines(rows: Sequence[LabelRow], typed: str, noun: str, width: int) -> list[Line]:
    """Those in which *typed* stands, what begins with it first; targets are names."""
    word = typed.strip().casefold()
    found = [row for row in rows if word in row.name.casefold()]
    found.sort(key=lambda row: (not row.name.casefold().startswith(word), row.name.casefold()))
    lines = [_row(row, width) for row in found]
    if word and word not in {row.name.casefold() for row in rows}:
        made = line(Span("+ ", Role.ACCENT), cut(typed.strip(), width - 16), target=typed.strip())
        lines.append(spread(made, line(Span(f"new {noun}", Role.MUTED)), width))
    return lines or wrapped(f"There is no {noun} yet: type the name of a new one.", width, Role.MUTED)


def _row(row: LabelRow, width: int) -> Line:
    note = Span(cut(row.note, min(_NOTE_CELLS, width // 2)), Role.MUTED)
    name = cut(row.seen or row.name, max(width - note.width - 3, 8))
    return spread(line("  ", name, target=row.name), line(note), width)


def no_label_lines(fault: str, width: int) -> list[Line]:
    """What stands where they cannot be had."""
    return [BLANK, *wrapped(cut(fault, 400), width, Role.BAD)]
