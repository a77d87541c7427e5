"""Every word that can be typed, as data, and which one is meant by what was typed."""

from dataclasses import dataclass

from common.contacts import ContactSort
from common.errors import Invalid
from common.segments.catalogue import OF_CONTACTS, nearest
from common.sync import RunKind
from tui.linear.screens import SCREENS


@dataclass(frozen=True, slots=True)
class Word:
    """*takes* is what may follow it, *short* its one letter where it has one."""

    name: str
    takes: str
    help: str
    short: str = ""


ACTIONS = (
    Word("open", "N", "opens what is numbered N; the number alone does it, too, and an email address opens a contact"),
    Word("next", "", "the next page, or the rest of this one", "n"),
    Word("previous", "", "the page before", "p"),
    Word("back", "", "the place before", "b"),
    Word("again", "", "reads this place anew", "a"),
    Word(
        "find",
        "TEXT or :RULE",
        "filters the list by a text, contacts also by a rule, inbox and audit by a state; alone it shows all",
    ),
    Word("sort", "KEY", "sorts contacts; reverse behind the key turns the order round"),
    Word("why", "N RULE", "why a rule, or a saved segment, holds for contact N; in a list made by a rule N is enough"),
    Word("sync", "STORE KIND", "starts a run of a store; what is not said is asked for"),
    Word("pause", "N", "holds the run or store that is open, or is numbered N; it keeps its place"),
    Word("resume", "N", "goes on with a run or store that was paused"),
    Word("cancel", "N", "ends a run before it is through; what it brought stays"),
    Word("replay", "N or dead", "works deliveries in again, by their numbers or all that are dead"),
    Word("fix", "", "sets right what the doctor finds and safely can be, after a yes"),
    Word("tag", "N NAME", "gives a tag to contacts: numbers, all of the list, or who is open"),
    Word("untag", "N NAME", "takes a tag away from them"),
    Word("join", "N NAME", "puts them on a list"),
    Word("unsubscribe", "N NAME", "unsubscribes them from a list; no sync adds them again"),
    Word("leave", "N NAME", "takes them off a list; a sync may add them again"),
    Word("undo", "", "takes back the last edit of tags or lists"),
    Word("erase", "N", "erases a person for good, once their address is typed"),
    Word("save", "NAME: RULE", "keeps a rule as a segment; the name alone keeps the rule of this list"),
    Word("rename", "N", "calls a segment otherwise"),
    Word("delete", "N", "deletes a segment; its contacts stay"),
    Word("export", "FILE", "writes this list into a file that ends in .csv, .jsonl or .parquet"),
    Word("add", "HASH", "connects a store; its token is asked for"),
    Word("mask", "", "hides names, addresses and phone numbers, or shows them again"),
    Word("go", "DIGIT", "goes to a screen by its digit in the other UI"),
    Word("help", "WORD", "tells the words, or what one does", "h"),
    Word("quit", "", "leaves; the daemon goes on", "q"),
)
_SHORT = {word.short: word.name for word in ACTIONS if word.short} | {"?": "help", "exit": "quit"}
NAMES = (*(screen.word for screen in SCREENS), *(word.name for word in ACTIONS))


def meant(typed: str) -> str:
    """The word that *typed* is, or begins. Raises Invalid."""
    word = typed.lower()
    if word in NAMES or word in _SHORT:
        return _SHORT.get(word, word)
    able = [name for name in NAMES if name.startswith(word)]
    if len(able) == 1:
        return able[0]
    if able:
        raise Invalid(f"{typed!r} may be {' or '.join(able)}.", remedy="Type one letter more.")
    near = nearest(word, NAMES)
    raise Invalid(
        f"There is no word {typed!r}.", remedy=f"Did you mean {near}?" if near else "help tells all there are."
    )


def help_lines(name: str = "") -> list[str]:
    """A line per word; with *name* only that word's."""
    screens = [f"{screen.word}: {screen.help}" for screen in SCREENS]
    actions = [f"{' '.join(filter(None, (word.name, word.takes)))}: {_told(word)}" for word in ACTIONS]
    if name:
        return [line for line in (*screens, *actions) if line.startswith((f"{name}:", f"{name} "))]
    return [
        "Type a word and Enter. The first letters are enough. An empty line tells what is new.",
        "Screens:",
        *screens,
        "Words:",
        *actions,
        "Control C leaves what is being asked, Control D leaves Counterfoil.",
    ]


def completions(typed: str) -> list[str]:
    """What the last word of *typed* may become."""
    before, _, last = typed.rpartition(" ")
    return [one for one in _candidates(before.split()) if one.startswith(last.lower())]


def _candidates(before: list[str]) -> tuple[str, ...]:
    if not before:
        return NAMES
    try:
        word = meant(before[0])
    except Invalid:
        return ()
    if word == "find":
        return tuple(f":{name}" for name in OF_CONTACTS) if len(before) == 1 else tuple(OF_CONTACTS)
    return {
        "sort": (*ContactSort, "reverse"),
        "help": NAMES,
        "go": tuple(screen.digit for screen in SCREENS if screen.digit),
        "sync": tuple(kind.value for kind in RunKind if kind is not RunKind.CATCH_UP),
        "replay": ("dead",),
    }.get(word, ())


def _told(word: Word) -> str:
    return f"{word.help}; {word.short} for short" if word.short else word.help
