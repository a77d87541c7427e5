"""The keys a person changes: taken where they can be, refused with the reason where not."""

from itertools import combinations

import pytest

from common.errors import Invalid
from tui.bindings import KEYS, TOGETHER, Place
from tui.keymap import Keymap, as_read

# Where an inner place covers a key of the screen around it, and means to.
_MEANT = {"escape", "ctrl+s", "f", "y", "tab", "enter", "down", "up", "left", "right", "space", "pageup", "pagedown"}


def test_changed_keys_take_the_place_of_the_usual_ones() -> None:
    keymap = Keymap({"refresh": "F5, ctrl+r", "help": "?"})

    assert keymap.key("refresh").keys == "f5,ctrl+r"
    assert keymap.shown("refresh") == "F5"
    assert keymap.changed["help"] == "question_mark"
    assert keymap.shown("sort") == "o"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"refesh": "x"}, "keys.refesh: there is nothing of that id. Did you mean refresh?"),
        ({"refresh": ""}, "keys.refresh: no key is given"),
        ({"refresh": "hyper+x"}, "keys.refresh: 'hyper+x' is no key"),
        ({"refresh": "ctrl+i"}, "keys.refresh: terminals send Tab for ctrl+i"),
        ({"refresh": "j"}, "keys.refresh: j already is line.down (Down)"),
        ({"inbox.replay": "s"}, "keys.inbox.replay: s already is sync"),
        ({"search.done": "x"}, "keys.search.done: x is typed there"),
        ({"quit.now": "x", "refresh": "x"}, "x already is"),
    ],
    ids=lambda given: next(iter(given)) if isinstance(given, dict) else "",
)
def test_what_cannot_be_is_refused_with_the_reason(changes: dict[str, str], why: str) -> None:
    with pytest.raises(Invalid) as refused:
        Keymap(changes)

    assert why in str(refused.value)


def test_a_key_that_is_given_away_can_be_taken() -> None:
    keymap = Keymap({"refresh": "f5", "sort": "r"})

    assert keymap.shown("sort") == "r"


def test_no_two_keys_of_one_place_are_the_same() -> None:
    for place, keys in KEYS.items():
        for one, other in combinations(keys, 2):
            assert not set(one.keys.split(",")) & set(other.keys.split(",")), (place, one.id, other.id)


def test_places_that_work_together_cover_only_what_they_mean_to() -> None:
    for places in TOGETHER:
        keys = [key for place in places for key in KEYS[place]]
        for one, other in combinations(keys, 2):
            shared = set(one.keys.split(",")) & set(other.keys.split(","))
            assert shared <= _MEANT, (one.id, other.id)


def test_every_place_works_together_with_something() -> None:
    assert {place for places in TOGETHER for place in places} == set(Place)


@pytest.mark.parametrize(
    ("key", "read"),
    [
        ("ctrl+s", "Ctrl+S"),
        ("question_mark", "?"),
        ("f5", "F5"),
        ("x", "x"),
        ("X", "X"),
        ("shift+tab", "Shift+Tab"),
        ("minus", "-"),
    ],
)
def test_keys_are_read_as_people_write_them(key: str, read: str) -> None:
    assert as_read(key) == read
