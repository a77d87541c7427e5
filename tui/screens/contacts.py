"""Contacts: the list of all of them, filtered and sorted, and the ecommerce box of the one under the cursor."""

import asyncio
from functools import partial

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widget import Widget

from common.contacts import ContactDetail, ContactQuery, ContactRow
from common.errors import CounterfoilError, NotFound
from tui.bindings import Place, bindings
from tui.drawing.line import Role
from tui.format import cut
from tui.keymap import shown
from tui.screens.beside import REST_S, Beside
from tui.screens.contact import BoxKeys, ContactScreen
from tui.screens.contact_list import ListScreen
from tui.screens.edits import Chosen, who_of, who_of_many
from tui.screens.naming import saved_anew
from tui.session import Session
from tui.taking import Taken
from tui.widgets.contact_box import ContactBox
from tui.widgets.contact_list import ContactList
from tui.widgets.count_bar import ContactCount
from tui.widgets.notice import Notice
from tui.widgets.row_list import RowList
from tui.widgets.search_box import SearchBox

_SEARCH_CHARS = 2000  # a rule may be long
# A box that takes longer to come gives way to the name of the contact it will be about.
_LATE_S = 0.4


class ContactsScreen(BoxKeys, Beside, ListScreen):
    MODE = "contacts"
    PLACES = (Place.CONTACTS, Place.SEARCH, Place.LINES)
    BINDINGS = bindings(Place.CONTACTS)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._late = Timer(self, _LATE_S)

    def body(self) -> ComposeResult:
        with Horizontal(id="content"):
            with Vertical(id="list-side"):
                yield ContactCount()
                yield SearchBox(
                    id="search",
                    placeholder="email, name, #order or :rule",
                    max_length=_SEARCH_CHARS,
                    select_on_focus=False,
                )
                yield Notice(id="no-match")
                yield ContactList(self.list_query, id="contacts", takes_marks=True)
            yield ContactBox(id="box")

    @property
    def list_pane(self) -> Widget:
        return self.row_list

    @property
    def detail_pane(self) -> ContactBox:
        return self.box

    @property
    def can_go_back(self) -> bool:
        return self.focused is self.box or self.has_marks or self.is_filtered

    @property
    def has_marks(self) -> bool:
        return self.row_list.marks_all or bool(self.row_list.marked)

    def on_row_list_highlighted(self, message: RowList.Highlighted) -> None:
        if isinstance(message.row, ContactRow) and self.is_side_by_side:
            self._late.stop()
            self.read_detail()
            if not self.session.is_live:
                return
            self._late = self.set_timer(_LATE_S, partial(self.box.introduce, message.row), name="late")

    def show_contact(self, contact: ContactDetail) -> None:
        self._late.stop()
        if self.row_list.current and self.row_list.current.id == contact.id:
            super().show_contact(contact)

    def freshen(self) -> None:
        super().freshen()
        row = self.row_list.current
        if row and self.is_side_by_side:
            self.ask_again(partial(self._still_there, row.id), self._show_again, group="box again")

    async def _still_there(self, contact_id: int) -> ContactDetail | None:
        """None when the contact went away: the list tells it too, and moves on."""
        try:
            return await self.session.client.contact_by_id(contact_id)
        except NotFound:
            return None

    def _show_again(self, contact: ContactDetail | None) -> None:
        if contact is not None:
            self.show_contact(contact)

    def read_detail(self) -> None:
        row = self.row_list.current
        if row is None or not self.is_side_by_side:
            return
        contact_id = row.id
        if not self.session.is_live and (self.box.contact is None or self.box.contact.id != contact_id):
            self.box.introduce(row, is_coming=False)
            return

        async def read() -> ContactDetail | None:
            await asyncio.sleep(REST_S)
            return await self._still_there(contact_id)

        self.ask(read, self._show_again, group="box")

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        if self.is_side_by_side:
            self.box.focus()
        elif isinstance(message.row, ContactRow):
            self.open_over(ContactScreen(self.session, message.row))

    def action_back(self) -> None:
        if self.focused is self.box:
            self.row_list.focus()
        elif self.has_marks:
            self._mark(frozenset())
        elif self.is_filtered:
            self.on_search_box_cleared()

    def open_list(self, query: ContactQuery, *, keep: ContactRow | None = None, after_s: float = 0) -> None:
        """What was marked as all that the filter finds is no longer marked when that finds others."""
        if self.row_list.marks_all and (query.search, query.match) != (self.list_query.search, self.list_query.match):
            self._mark(frozenset())
        super().open_list(query, keep=keep, after_s=after_s)

    def action_mark(self) -> None:
        if self._turn_mark():
            self.row_list.action_move(1)

    def _turn_mark(self) -> bool:
        """Marks the row under the cursor, or takes its mark away; whether it could."""
        row = self.row_list.current
        if self.row_list.marks_all:
            self.say(f"All that match are marked; {shown('back')} takes the marks away.", Role.WARN)
        elif self.has_rows() and row is not None:
            self._mark(self.row_list.marked ^ {row.id})
        return row is not None and not self.row_list.marks_all

    def on_row_list_mark_asked(self, message: RowList.MarkAsked) -> None:
        if message.all_rows:
            self.action_mark_all()
        else:
            self._turn_mark()

    def action_mark_all(self) -> None:
        """Marks them as whoever the filter finds, however many; once more takes that away."""
        if not self.row_list.row_count:
            self.say("There is no contact to mark.", Role.WARN)
        else:
            self._mark(frozenset(), everybody=not self.row_list.marks_all)

    def _mark(self, marked: frozenset[int], *, everybody: bool = False) -> None:
        bar = self.query_one(ContactCount)
        self.row_list.marked, self.row_list.marks_all = marked, everybody
        bar.marked, bar.marks_all = len(marked), everybody
        self.show_keys()

    def chosen(self) -> Chosen | None:
        """Whoever is marked, or else the contact under the cursor."""
        rows = self.row_list
        if rows.marks_all:
            return Chosen(who_of_many(self.query_one(ContactCount).total), query=self.list_query)
        if rows.marked:
            return Chosen(who_of_many(len(rows.marked)), tuple(sorted(rows.marked)))
        return Chosen(who_of(self.session.shown(rows.current).email), (rows.current.id,)) if rows.current else None

    def was_edited(self) -> None:
        self._mark(frozenset())

    def action_save_rule(self) -> None:
        """What is typed is saved, not what the list may still be filtered by."""
        try:
            rule = self.filtered_by(self.query_one(SearchBox).value.strip()).match
        except CounterfoilError as error:
            self.say(str(error), Role.WARN)
            return
        if not rule:
            self.say("Filter by a rule first: type / and a colon before it.", Role.WARN)
        elif self.can("rule.keep"):
            self.run_worker(self._save_rule(rule), group="save", exclusive=True)

    async def _save_rule(self, rule: str) -> None:
        segment = await saved_anew(self.app, self.session, rule)
        if segment is not None:
            self.say(f"{cut(segment.name, 40)} is saved; {shown('go.segments')} shows it.", Role.GOOD)

    def idle_keys(self) -> set[str]:
        idle = set() if self.list_query.match else {"rule.keep"}
        return super().idle_keys() | idle | (set() if self.row_list.row_count else {"contacts.tags"})

    def taken(self) -> Taken | None:
        return self.taken_of_box() if self.focused is self.box else self.taken_of_row()
