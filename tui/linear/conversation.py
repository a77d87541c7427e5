"""Obeys what is typed: goes from place to place, and knows the way back."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from common.edits import Verb
from common.errors import CounterfoilError, Invalid
from common.status import Status
from common.sync import Run
from tui.linear import doing, editing, keeping, taking_out, turning
from tui.linear.adding import Adding
from tui.linear.answer import Answer, Answering
from tui.linear.place import Facts, Page, Place, Room, Wanted
from tui.linear.places.contact import Contact
from tui.linear.places.contacts import Contacts
from tui.linear.places.doctor import mended
from tui.linear.places.status import greeting
from tui.linear.screens import SCREENS, screen_named
from tui.linear.spoken import many, sentences
from tui.linear.words import help_lines, meant

_START = "counterfoil"
_VERBS = {
    "tag": Verb.ADD_TAG,
    "untag": Verb.REMOVE_TAG,
    "join": Verb.ADD_TO_LIST,
    "unsubscribe": Verb.UNSUBSCRIBE,
    "leave": Verb.REMOVE_FROM_LIST,
}
# Nobody waits for a prompt to be told what is new.
_NEWS_S = 1.0


@dataclass(slots=True)
class _Visit:
    """*leads* are all numbers told of the place, so that what was read a page ago can still be opened."""

    place: Place
    page: Page | None = None
    leads: dict[int, Place] = field(default_factory=dict)

    @property
    def first(self) -> int:
        return self.page.first if self.page else 0


class Conversation:
    """*page_rows* tells how many lines of so many characters a page has now."""

    def __init__(self, room: Room, page_rows: Callable[[int], int]) -> None:
        self._room = room
        self._page_rows = page_rows
        self._visits: list[_Visit] = []
        self._obeying: dict[str, Callable[[str], Answering]] = {
            "open": self._open,
            "next": self._next,
            "previous": self._previous,
            "back": self._back,
            "again": self._again,
            "find": self._find,
            "sort": self._sort,
            "why": self._why,
            "sync": lambda rest: doing.synced(self._room, rest.split()),
            "pause": lambda rest: turning.paused(self._room, self._meant(rest)),
            "resume": lambda rest: turning.resumed(self._room, self._meant(rest)),
            "cancel": lambda rest: turning.cancelled(self._room, self._meant(rest)),
            "replay": self._replay,
            "fix": lambda _: mended(self._room),
            "undo": lambda _: editing.undone(self._room),
            "erase": lambda rest: editing.erased(self._room, self._meant(rest)),
            "save": lambda rest: keeping.saved(self._room, self._here().place, rest),
            "rename": lambda rest: keeping.renamed(self._room, self._meant(rest)),
            "delete": lambda rest: keeping.deleted(self._room, self._meant(rest)),
            "export": lambda rest: taking_out.exported(self._room, self._here().place, rest),
            "add": lambda rest: Adding(self._room).begun(rest),
            "mask": self._mask,
            "go": self._go,
            "help": _help,
            "quit": _quit,
        }
        self._obeying |= {screen.word: self._go for screen in SCREENS}
        self._obeying |= {word: partial(self._edit, verb) for word, verb in _VERBS.items()}

    @property
    def prompt(self) -> str:
        return f"{self._visits[-1].place.word if self._visits else _START}> "

    async def greet(self) -> list[str]:
        """How things are, and what can be done. Raises what the daemon raises."""
        status: Status = await self._room.client.status()
        self._room.store_names = {store.hash: store.name for store in status.stores}
        return [*greeting(status), "Type help for the words, or contacts for the list."]

    async def obey(self, typed: str) -> Answer:
        """Does what the line says. Raises Invalid for what is no word, and what the daemon raises."""
        word, _, rest = typed.strip().partition(" ")
        if not word:
            return Answer([], is_local=True)
        if word.isdecimal() or "@" in word:
            return await self._open(word)
        name = meant(word)
        return await self._obeying[name](name if screen_named(name) else rest.strip())

    async def news(self, facts: Facts) -> list[str]:
        """What to say of *facts*, the runs that ended first and then what concerns the place where the person is."""
        ended = [self._ended(run) for run in facts.runs]
        visit = self._visits[-1] if self._visits else None
        if visit is None or visit.page is None:
            return ended
        try:
            async with asyncio.timeout(_NEWS_S):
                told = await visit.place.changed(self._room, visit.page, facts)
        except (CounterfoilError, TimeoutError):
            return ended  # the next word will say what is wrong
        return [*ended, told] if told else ended

    def _ended(self, run: Run) -> str:
        return sentences(
            f"Run {run.id} of {self._room.store(run.store)} is {run.state}", many(run.orders, "order"), run.error
        )

    async def _to(self, place: Place) -> Answer:
        """Goes to a place that becomes the last one once it could be read."""
        visit = _Visit(place)
        answer = await self._told(visit, 0)
        self._visits.append(visit)
        return answer

    async def _told(self, visit: _Visit, first: int, *, after: str = "") -> Answer:
        visit.page = await visit.place.read(self._room, Wanted(first, self._size(visit), after))
        visit.leads |= visit.page.leads
        return Answer(visit.page.told())

    def _size(self, visit: _Visit) -> int:
        return self._page_rows(visit.place.line_chars)

    def _here(self) -> _Visit:
        if not self._visits:
            raise Invalid("You are nowhere yet.", remedy="Go to a screen first, such as contacts.")
        return self._visits[-1]

    def _meant(self, rest: str) -> Place:
        """What is numbered so here, or without a number what is open."""
        here = self._here()
        return doing.numbered(here.leads, rest) if rest else here.place

    async def _go(self, name: str) -> Answer:
        screen = screen_named(name)
        if screen is None:
            digits = ", ".join(f"{one.digit} {one.word}" for one in SCREENS if one.digit)
            raise Invalid(f"No screen has the digit {name!r}." if name else "Go where?", remedy=f"There are {digits}.")
        if not self._room.store_names:
            await self._room.learn_stores()
        return await self._to(screen.start)

    async def _open(self, rest: str) -> Answer:
        if "@" in rest:
            contact = await self._room.client.contact(rest)
            return await self._to(Contact(contact.id, contact.email))
        if not rest:
            raise Invalid("Open which number?", remedy="Say open and a number that was told, or only the number.")
        return await self._to(doing.numbered(self._here().leads, rest))

    async def _next(self, _: str) -> Answer:
        visit = self._here()
        if visit.page is None or visit.page.end >= visit.page.total:
            return Answer(["That was the last page."], is_local=True)
        return await self._told(visit, visit.page.end, after=visit.page.after)

    async def _previous(self, _: str) -> Answer:
        visit = self._here()
        if not visit.first:
            return Answer(["This is the first page."], is_local=True)
        return await self._told(visit, max(visit.first - self._size(visit), 0))

    async def _back(self, _: str) -> Answer:
        if len(self._visits) < 2:
            return Answer(["There is no place before this one."], is_local=True)
        answer = await self._told(self._visits[-2], self._visits[-2].first)
        self._visits.pop()
        return answer

    async def _again(self, _: str) -> Answer:
        return await self._told(self._here(), self._here().first)

    async def _find(self, asked: str) -> Answer:
        place = self._visits[-1].place.found(asked) if self._visits else None
        return await self._to(place or Contacts().found(asked))

    async def _sort(self, rest: str) -> Answer:
        return await self._to(self._here().place.sorted(rest.split()))

    async def _why(self, rest: str) -> Answer:
        here = self._here()
        return await self._to(doing.why([visit.place for visit in self._visits], here.leads, rest.split()))

    async def _edit(self, verb: Verb, rest: str) -> Answer:
        here = self._here()
        return await editing.edited(self._room, verb, here.place, here.leads, rest)

    async def _replay(self, rest: str) -> Answer:
        if not self._visits:
            raise Invalid("Replay what?", remedy="Go to the inbox first: its numbers are deliveries.")
        here = self._here()
        return await doing.replayed(self._room, here.place, here.leads, rest.replace(",", " ").split())

    async def _mask(self, _: str) -> Answer:
        self._room.is_masked = not self._room.is_masked
        said = "Names, addresses and phone numbers are hidden." if self._room.is_masked else "Nothing is hidden."
        return Answer([said, *((await self._again("")).lines if self._visits else [])])


async def _help(name: str) -> Answer:
    return Answer(help_lines(meant(name) if name else ""), is_local=True)


async def _quit(_: str) -> Answer:
    return Answer([], is_local=True, is_last=True)
