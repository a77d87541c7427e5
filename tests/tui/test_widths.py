"""Columns beside text whose width terminals dispute."""

import re

import pytest
from rich.cells import cell_len

from tui.widths import held_in_place

_SAVE, _RESTORE = "\x1b7", "\x1b8"


class _Screen:
    """A row of a terminal that gives each sign of *wide* that many cells, and knows the few codes used here."""

    def __init__(self, wide: dict[str, int]) -> None:
        self.cells = [" "] * 40
        self._wide = wide
        self._at = self._saved = 0

    def go_to_start(self) -> None:
        self._at = 0

    def write(self, text: str) -> None:
        rest = text
        while rest:
            if rest.startswith(_SAVE):
                self._saved, rest = self._at, rest[2:]
            elif rest.startswith(_RESTORE):
                self._at, rest = self._saved, rest[2:]
            elif rest.startswith("\x1b["):
                code = re.match(r"\x1b\[(\d*)([Cm])", rest)
                assert code
                self._at += int(code[1]) if code[2] == "C" else 0
                rest = rest[code.end() :]
            else:
                self._put(rest[0])
                rest = rest[1:]

    def _put(self, sign: str) -> None:
        width = self._wide.get(sign, cell_len(sign))
        if not width:
            self.cells[max(self._at - 1, 0)] += sign
        for _ in range(width):
            self.cells[self._at] = ""
            self._at += 1
        if width:
            self.cells[self._at - width] = sign


@pytest.mark.parametrize("width_of_vowel_signs", [0, 1, 2])
@pytest.mark.parametrize("name", ["कार्ल", "மாரி", "हिन्दी नाम", "🫩 x", "a\u093e"])
def test_what_follows_stands_where_it_is_counted_to_stand(name: str, width_of_vowel_signs: int) -> None:
    screen = _Screen({sign: width_of_vowel_signs for sign in name if not cell_len(sign)})
    screen.write("old text of the row before it")
    screen.go_to_start()

    screen.write(held_in_place(f"{name}│"))

    before = screen.cells[: cell_len(name)]
    assert screen.cells[cell_len(name)].startswith("│")
    assert not any(letter in "".join(before) for letter in "old")


@pytest.mark.parametrize("gap", ["  ", "   ", " │ ", " \x1b[1m\x1b[31m"])
def test_each_column_is_held_by_itself(gap: str) -> None:
    row = f"\x1b[32m42 मेरा{gap}हिन्दी नाम{gap}9"
    counted, wider = _Screen({}), _Screen({"\u093e": 1, "\u0947": 1, "\u093f": 1, "\u0940": 1})

    for screen in (counted, wider):
        screen.write(held_in_place(row))

    place = counted.cells.index("9")
    assert wider.cells[place] == "9"
    assert wider.cells[: place + 1].count("9") == 1


def test_text_has_the_blanks_beside_it_for_itself() -> None:
    screen = _Screen({"\u093e": 1})

    screen.write(held_in_place("मामा    |"))

    assert "".join(screen.cells).rstrip() == "मामा  |"


@pytest.mark.parametrize("text", ["plain \x1b[1mbold", "Olivia Çelik Παππάς", "小明 太郎", "▁▇█ ● ┌─┐"])
def test_text_that_terminals_agree_on_is_written_as_it_is(text: str) -> None:
    assert held_in_place(text) == text
