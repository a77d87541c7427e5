"""The keys in force: the table of bindings with what a person changed in it."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from common.errors import Invalid
from tui.bindings import KEYS, TEXTS, TOGETHER, Key, Place

_NAMED = (
    "enter", "tab", "escape", "space", "backspace", "delete", "insert", "home", "end", "pageup", "pagedown",
    "up", "down", "left", "right", *(f"f{number}" for number in range(1, 13)),
)  # fmt: skip
_KEY = re.compile(rf"(?:(?:ctrl|alt|shift)\+)*(?:{'|'.join(_NAMED)}|[^\s,])")

# As the table spells them for Textual.
_SIGNS = {"?": "question_mark", "/": "slash", ":": "colon", "*": "asterisk", "-": "minus", " ": "space"}
# What a terminal sends for these is what it sends for another key.
_SAME = {"ctrl+i": "Tab", "ctrl+m": "Enter", "ctrl+j": "Enter", "ctrl+[": "Esc", "ctrl+h": "Backspace"}

_SHOWN = {
    "enter": "⏎", "escape": "Esc", "pageup": "PgUp", "pagedown": "PgDn", "up": "↑", "down": "↓", "left": "←",
    "right": "→", "space": "Space", "tab": "Tab", "home": "Home", "end": "End", "delete": "Del", "insert": "Ins",
    "backspace": "Backspace", **{name: sign for sign, name in _SIGNS.items() if sign != " "},
}  # fmt: skip


class Keymap:
    """The table with *changes*, keys by the id of what they do: {"refresh": "f5,ctrl+r"}.

    Raises Invalid for an id or a key there is not, and where two would need the same key at the same time.
    """

    def __init__(self, changes: Mapping[str, str]) -> None:
        self.changed = {key_id: _spelled(key_id, keys) for key_id, keys in changes.items()}
        known = {key.id for keys in KEYS.values() for key in keys}
        for key_id in self.changed:
            if key_id not in known:
                raise _unknown(key_id, known)
        self._places = {place: tuple(self._as_changed(key) for key in keys) for place, keys in KEYS.items()}
        if self.changed:
            self._refuse_typed()
            self._refuse_conflicts()

    def keys(self, place: Place) -> tuple[Key, ...]:
        return self._places[place]

    def every(self) -> Iterator[Key]:
        """All of them, in the order of the table."""
        for keys in self._places.values():
            yield from keys

    def key(self, key_id: str) -> Key:
        return next(key for key in self.every() if key.id == key_id)

    def shown(self, key_id: str) -> str:
        """The first key of that id as people read it."""
        return self.key(key_id).shown.split(" ", maxsplit=1)[0]

    def _as_changed(self, key: Key) -> Key:
        keys = self.changed.get(key.id)
        return key if keys is None else replace(key, keys=keys, shown=" ".join(map(as_read, keys.split(","))))

    def _refuse_typed(self) -> None:
        for place in TEXTS:
            for key in self._places[place]:
                if key.id in self.changed and (typed := next(filter(_is_printed, key.keys.split(",")), None)):
                    raise _wrong(key.id, f"{as_read(typed)} is typed there", "Choose one with Ctrl, or a function key.")

    def _refuse_conflicts(self) -> None:
        """Where the table itself lets a place cover a key, as Esc in a filter does Esc on its screen, it is meant."""
        for places in TOGETHER:
            working = [key for place in places for key in self._places[place]]
            for one, other in combinations(working, 2):
                changed = one if one.id in self.changed else other
                shared = set(one.keys.split(",")) & set(other.keys.split(","))
                if changed.id in self.changed and shared and one.id != other.id:
                    taken = other if changed is one else one
                    key = as_read(min(shared))
                    raise _wrong(changed.id, f"{key} already is {taken.id} ({taken.help})", "Change that one, too.")


def as_read(key: str) -> str:
    """ "ctrl+s" -> "Ctrl+S", "question_mark" -> "?"."""
    *modifiers, last = key.split("+") if key != "+" else [key]
    shown = _SHOWN.get(last, last.upper() if modifiers or re.fullmatch(r"f\d+", last) else last)
    return "+".join([*(part.capitalize() for part in modifiers), shown])


def _spelled(key_id: str, keys: str) -> str:
    """*keys* as Textual spells them."""
    given = [part.strip() or part for part in keys.split(",")] if keys.strip() else []
    if not given:
        raise _wrong(key_id, "no key is given", "Leave the line away to keep the usual one.")
    return ",".join(_one_spelled(key_id, one) for one in given)


def _one_spelled(key_id: str, key: str) -> str:
    lowered = key if len(key) == 1 else key.lower()
    if same := _SAME.get(lowered):
        raise _wrong(key_id, f"terminals send {same} for {key}", "Choose another one.")
    if lowered in _SIGNS.values() or _KEY.fullmatch(lowered):
        return _SIGNS.get(lowered, lowered)
    raise _wrong(key_id, f"{key!r} is no key", f"Keys are x, X, ?, f5, ctrl+x, and: {', '.join(_NAMED[:15])}.")


def _is_printed(key: str) -> bool:
    return len(key) == 1 or key in _SIGNS.values()


def _unknown(key_id: str, known: set[str]) -> Invalid:
    near = difflib.get_close_matches(key_id, known, n=1, cutoff=0.4)
    hint = f"Did you mean {near[0]}?" if near else "`counterfoil keys` lists the ids."
    return Invalid(f"keys.{key_id}: there is nothing of that id.", remedy=hint)


def _wrong(key_id: str, why: str, remedy: str) -> Invalid:
    return Invalid(f"keys.{key_id}: {why}.", remedy=remedy)


_IN_FORCE = [Keymap({})]  # of the process, as its language would be: every sentence that names a key reads it


def put_in_force(keymap: Keymap) -> None:
    _IN_FORCE[0] = keymap


def in_force() -> Keymap:
    return _IN_FORCE[0]


def shown(key_id: str) -> str:
    """How the key in force for *key_id* is read, for a sentence that names it."""
    return in_force().shown(key_id)


def with_keys(text: str) -> str:
    """*text* with the keys in force in place of their ids in braces: "Press {refresh}" -> "Press r"."""
    ids = {key.id for key in in_force().every()}
    return re.sub(r"\{([a-z.]+)\}", lambda found: shown(found[1]) if found[1] in ids else found[0], text)
