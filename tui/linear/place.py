"""What is said at one place: a page of lines, some of them numbered, and what may be asked there."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from common.client import ApiClient
from common.errors import Invalid
from common.events import What
from common.sync import Run
from tui.export.sheets import Sheet
from tui.format import count
from tui.masking import masked

Value = TypeVar("Value")

_NOTHING_HERE = "Go to a list first, such as contacts."


@dataclass(slots=True)
class Room:
    """What all places share. *now* is the only clock they may read."""

    client: ApiClient
    now: Callable[[], int]
    is_masked: bool = False
    store_names: dict[str, str] = field(default_factory=dict)

    def store(self, store_hash: str) -> str:
        """What people call the store; its hash while its name is not known."""
        return self.store_names.get(store_hash) or store_hash

    def seen(self, value: Value) -> Value:
        """*value* as it may be told now: every answer of the daemon that names a person goes through here."""
        return masked(value) if self.is_masked else value

    async def learn_stores(self) -> None:
        """Reads how the stores are called."""
        self.store_names = {store.hash: store.name for store in (await self.client.stores()).stores}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the daemon told of since the last prompt. *ids* are those that changed, each with its store."""

    ids: Mapping[What, frozenset[tuple[str, int | str]]] = field(default_factory=dict)
    runs: tuple[Run, ...] = ()
    is_unsure: bool = False  # lines were left out or the link was lost: anything may have changed

    def touches(self, *what: What) -> bool:
        return self.is_unsure or any(one in self.ids for one in what)

    def names(self, what: What, store: str, one_id: int | str) -> bool:
        return (store, one_id) in self.ids.get(what, frozenset())


@dataclass(frozen=True, slots=True)
class Item:
    """One line to be said. *leads* is what its number opens; without it the line has no number."""

    text: str
    leads: "Place | None" = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """At most *size* lines from line *first* on; *after* is the `after` of the page before, if that is at hand.

    With it nothing is told twice, or left out, when something came or went at the top of the list meanwhile.
    """

    first: int
    size: int
    after: str = ""

    def as_query(self) -> dict[str, str | int]:
        return {"after": self.after, "offset": self.first, "limit": self.size}


@dataclass(frozen=True, slots=True)
class Page:
    """*lines* begin with line *first* (from 0) of *total*; *leads* are what the numbers open, on whatever page."""

    head: list[str]
    lines: list[str]
    first: int
    total: int
    leads: Mapping[int, "Place"]
    after: str = ""

    @property
    def end(self) -> int:
        return self.first + len(self.lines)

    def told(self) -> list[str]:
        return [*self.head, *self.lines, *self._where()]

    def _where(self) -> list[str]:
        if not self.lines or len(self.lines) == self.total:
            return []
        goes_on = "next goes on" if self.end < self.total else "the end"
        return [f"{count(self.first + 1)} to {count(self.end)} of {count(self.total)}, {goes_on}."]


def list_page(head: list[str], items: Sequence[Item], wanted: Wanted, *, total: int, after: str) -> Page:
    """A page of a long list; a row's number is its place in the list."""
    numbered = {wanted.first + at: item for at, item in enumerate(items, start=1)}
    lines = [f"{number}: {item.text}" for number, item in numbered.items()]
    leads = {number: item.leads for number, item in numbered.items() if item.leads}
    return Page(head, lines, wanted.first, total, leads, after)


def details(head: list[str], items: Sequence[Item | str], wanted: Wanted) -> Page:
    """A page of what is known as a whole; what can be opened is numbered from 1."""
    leads: dict[int, Place] = {}
    lines: list[str] = []
    for item in items:
        text = item if isinstance(item, str) else item.text
        if isinstance(item, Item) and item.leads:
            leads[len(leads) + 1] = item.leads
            text = f"{len(leads)}: {text}"
        lines.append(text)
    start = min(wanted.first, max(len(lines) - 1, 0) // wanted.size * wanted.size)
    return Page(head, lines[start : start + wanted.size], start, len(lines), leads)


class Place(ABC):
    """A screen, or one thing that was opened. *word* stands in the prompt.

    Most of its lines have at most *line_chars* characters; a narrow window breaks those that are longer.
    """

    word: ClassVar[str]
    line_chars: ClassVar[int] = 80

    @abstractmethod
    async def read(self, room: Room, wanted: Wanted) -> Page:
        """That part of it."""

    def found(self, asked: str) -> "Place | None":
        """This list filtered by *asked*, "" = by nothing; None = it is no list that can be filtered."""
        return None

    def sorted(self, words: Sequence[str]) -> "Place":
        raise Invalid("There is nothing to sort here.", remedy=_NOTHING_HERE)

    def rows(self, room: Room) -> "tuple[AsyncIterator[Sequence[Any]], Sheet[Any]] | None":
        """All of this list and what a file of it holds; None = it is no list that is exported."""
        return None

    def rule(self) -> str:
        """The rule that decides who is in this list; "" = none does."""
        return ""

    def person(self) -> str:
        """The email of whom this is about; "" = of nobody."""
        return ""

    def delivery(self) -> int:
        """The delivery this is about; 0 = none."""
        return 0

    def run(self) -> int:
        """The run this is about; 0 = none."""
        return 0

    def of_store(self) -> str:
        """The hash of the store this is about; "" = none."""
        return ""

    async def changed(self, room: Room, page: Page, facts: Facts) -> str:
        """What to say of *facts* to somebody who was told *page*; "" = nothing."""
        return ""
