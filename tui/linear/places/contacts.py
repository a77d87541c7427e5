"""The list of contacts: all, those that a text finds, or those a rule holds for."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

from common.contacts import ContactQuery, ContactRow, ContactSort
from common.errors import Invalid
from common.events import What
from common.segments.catalogue import nearest
from tui.cli.export import contact_pages
from tui.cli.values import day
from tui.export.sheets import CONTACTS, Sheet
from tui.format import count, cut, full_name
from tui.linear.place import Facts, Item, Page, Place, Room, Wanted, list_page
from tui.linear.places.contact import Contact
from tui.linear.spoken import many, sentences

_NAME_CELLS = 60
_EMAIL_CELLS = 80
_ASKED_CELLS = 200
_REVERSE = "reverse"


@dataclass(frozen=True, slots=True)
class Contacts(Place):
    """*title* is what the list is called where a rule of its own makes it; "" = by what is asked."""

    word = "contacts"
    line_chars = 110
    query: ContactQuery = ContactQuery()  # noqa: RUF009 - frozen
    title: str = ""

    async def read(self, room: Room, wanted: Wanted) -> Page:
        page = await room.client.contacts(self.query.model_copy(update=wanted.as_query()))
        items = [_row(row, room.seen(row)) for row in page.contacts]
        head = [self._head(page.total), *self._nobody(page.total)]
        return list_page(head, items, wanted, total=page.total, after=page.next)

    def rows(self, room: Room) -> tuple[AsyncIterator[Sequence[ContactRow]], Sheet[ContactRow]]:
        return contact_pages(room.client, self.query), CONTACTS

    def found(self, asked: str) -> "Contacts":
        wanted = {"search": "", "match": asked[1:].strip()} if asked.startswith(":") else {"search": asked, "match": ""}
        return Contacts(ContactQuery(**(self.query.model_dump() | wanted)))

    def sorted(self, words: Sequence[str]) -> "Contacts":
        key, is_reverse = sorted_words(words, _KEYS, self.query.sort, "Contacts")
        return replace(self, query=self.query.model_copy(update={"sort": ContactSort(key), "reverse": is_reverse}))

    def rule(self) -> str:
        return self.query.match

    async def changed(self, room: Room, page: Page, facts: Facts) -> str:
        if not facts.touches(What.CONTACT):
            return ""
        total = (await room.client.contacts(self.query.model_copy(update={"limit": 1}))).total
        if total > page.total:
            return f"{many(total - page.total, 'new contact')}; again shows them."
        shown = [lead for lead in page.leads.values() if isinstance(lead, Contact)]
        touched = sum(facts.names(What.CONTACT, "", one.contact_id) for one in shown)
        return f"{many(touched, 'contact')} of this list changed; again shows them." if touched else ""

    @property
    def _asked(self) -> str:
        """What the list is filtered by, as it is typed."""
        return f":{self.query.match}" if self.query.match else self.query.search

    def _head(self, total: int) -> str:
        asked = cut(self._asked, _ASKED_CELLS)
        which = self.title or (f"matching {asked}" if asked else "")
        key = self.query.sort.replace("_", " ")
        order = f"sorted by {key}{', reversed' if self.query.reverse else ''}"
        return sentences(" ".join(part for part in (many(total, "contact"), which) if part) + f", {order}")

    def _nobody(self, total: int) -> list[str]:
        if total:
            return []
        if self._asked:
            return ["find alone shows all contacts again."]
        return ["They come with the first run: sync starts it. stores tells which stores are connected."]


_KEYS = tuple(key.value for key in ContactSort)


def _is_reverse(words: Sequence[str]) -> bool:
    """Alone it has to be spelled out: what it begins with begins revenue, too."""
    last = words[-1].lower()
    return last == _REVERSE or (len(words) > 1 and _REVERSE.startswith(last))


def sorted_words(words: Sequence[str], keys: Sequence[str], now: str, what: str) -> tuple[str, bool]:
    """The sort key that *words* name, of *keys*, and whether the order is turned round; without a key as *now*."""
    is_reverse = bool(words) and _is_reverse(words)
    said = words[:-1] if is_reverse else words
    return (now if is_reverse and not said else _sort_key("_".join(said), keys, what)), is_reverse


def _sort_key(word: str, keys: Sequence[str], what: str) -> str:
    """The one of *keys* that *word* is or begins. Raises Invalid."""
    typed = word.lower().replace("-", "_")
    meant = [key for key in keys if key == typed] or [key for key in keys if key.startswith(typed)]
    if word and len(meant) == 1:
        return str(meant[0])
    near = nearest(word, keys) if word else ""
    hint = f"Did you mean {near}? " if near else ""
    raise Invalid(
        f"{what} cannot be sorted by {word!r}." if word else "Sort by what?",
        remedy=f"{hint}sort takes one of: {', '.join(keys)}; reverse behind it turns the order round.",
    )


def _row(row: ContactRow, seen: ContactRow) -> Item:
    """*seen* is what is told of *row*."""
    name = cut(full_name(seen.first_name, seen.last_name), _NAME_CELLS)
    text = sentences(
        cut(seen.email, _EMAIL_CELLS),
        f"Name {name}" if name else "No name",
        f"Orders {count(row.orders)}",
        f"Revenue {row.revenue.text}" if row.orders else "",
        f"Last order {day(row.last_order_at)}" if row.last_order_at else "",
    )
    return Item(text, Contact(row.id, row.email))
