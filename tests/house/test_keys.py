"""What the UI says of keys follows the table: a sentence names a key by its id, and the id is one there is."""

import re
from pathlib import Path

import pytest

from tests.house.test_sql import texts
from tui.bindings import KEYS

HOUSE = Path(__file__).parents[2]
SPOKEN = ("drawing", "screens", "widgets")

_IDS = {key.id for keys in KEYS.values() for key in keys}
_NAMED_BY_ID = re.compile(r"\{([a-z]+(?:\.[a-z]+)*)\}")
_NAMED_AS_IT_IS = re.compile(r"[Ss]creen \d|[Pp]ress \S\b(?!\w)|\b(?:Esc|Enter|Ctrl\+\w|F\d+) [a-z]+s\b")


def unknown(text: str) -> list[str]:
    return [key_id for key_id in _NAMED_BY_ID.findall(text) if key_id not in _IDS]


@pytest.mark.parametrize("text", ["Press {refesh} to try again.", "{store.reconect} gives it another token."])
def test_an_id_that_is_none_is_found(text: str) -> None:
    assert unknown(text)


@pytest.mark.parametrize("text", ["press r; or go on", "On screen 4 it goes on.", "Esc leaves it.", "Ctrl+S saves it."])
def test_a_key_named_as_it_is_is_found(text: str) -> None:
    assert _NAMED_AS_IT_IS.search(text)


def test_sentences_name_keys_by_ids_that_exist() -> None:
    files = [file for part in SPOKEN for file in (HOUSE / "tui" / part).glob("*.py")]

    wrong = [
        f"{file.name}: {text}"
        for file in files
        for text in texts(file.read_text(encoding="utf-8"))
        if unknown(text) or _NAMED_AS_IT_IS.search(text)
    ]

    assert files
    assert not wrong, wrong
