"""One contact with its ecommerce box on the whole screen."""

from functools import partial

from textual.app import ComposeResult

from common.contacts import BoxOrder, ContactDetail, ContactRow
from common.emails import normalised_email
from common.errors import Invalid, NotFound
from common.persons import Erased
from common.timeline import MAX_EVENTS, Happened, Timeline, TimelineQuery
from tui import taking
from tui.bindings import Place, bindings
from tui.drawing.contact import CartTarget, OrderTarget
from tui.drawing.line import Role
from tui.drawing.timeline import EventTarget, MoreTarget
from tui.format import count, cut
from tui.keymap import shown, with_keys
from tui.screens.edit_keys import EditKeys
from tui.screens.edits import Chosen, who_of
from tui.screens.line_form import LineForm
from tui.screens.order import OrderScreen
from tui.session import RowsChanged, Session
from tui.taking import Taken
from tui.widgets.contact_box import ContactBox
from tui.widgets.lines_view import LinesView

_EVENTS = 20


class BoxKeys(EditKeys):
    """What the keys do on a screen with a contact's box."""

    @property
    def box(self) -> ContactBox:
        return self.query_one(ContactBox)

    def show_contact(self, contact: ContactDetail) -> None:
        names = {store.hash: store.name for store in self.session.stores if store.name}
        self.box.show_contact(contact, now=self.session.now(), names=names)
        read = min(max(len(self.box.view.timeline), _EVENTS), MAX_EVENTS)
        query = TimelineQuery(id=contact.id, limit=read)
        self.ask_again(partial(self._timeline, query), partial(self._tell, is_continued=False), group="timeline")

    def _read_on(self) -> None:
        if (contact := self.box.contact) is not None:
            query = TimelineQuery(id=contact.id, limit=_EVENTS, after=self.box.next_events)
            self.ask(partial(self._timeline, query), partial(self._tell, is_continued=True), group="earlier")

    async def _timeline(self, query: TimelineQuery) -> Timeline | None:
        """None when the contact went away meanwhile, which is told elsewhere."""
        try:
            return await self.session.client.timeline(query)
        except NotFound:
            return None

    def _tell(self, timeline: Timeline | None, *, is_continued: bool) -> None:
        if timeline is not None:
            self.box.show_timeline(timeline, is_continued=is_continued)

    def taken_of_box(self) -> Taken | None:
        """The order the cursor is on, else the contact."""
        client, person = self.session.client, self.box.contact
        if person is None:
            return None
        if (order := self._order_here(person)) is not None:
            name, now = self.session.store_name(order.store), self.session.now()
            return partial(taking.box_order, order, person, name, now, partial(client.order, order.store, order.number))
        return partial(taking.contact, person, partial(client.contact_by_id, person.id))

    def _order_here(self, person: ContactDetail) -> BoxOrder | None:
        """The order on the line under the cursor, or the one that what happened there is about."""
        match self.box.target:
            case OrderTarget(store, number) | EventTarget(Happened(store=store, order=int(number))):
                here = (order for order in person.ecommerce.orders if (order.store, order.number) == (store, number))
                return next(here, None)
        return None

    def action_next_store(self) -> None:
        if not self.box.display or self.box.contact is None:
            self.say(with_keys("No ecommerce box is on show: {open} opens it."), Role.WARN)
        elif not self.box.next_store():
            self.say("All of it comes from one store: there is nothing to choose.", Role.WARN)

    def action_next_activity(self) -> None:
        if not self.box.display or self.box.contact is None:
            self.say(with_keys("No ecommerce box is on show: {open} opens it."), Role.WARN)
        else:
            self.box.next_activity()

    def action_erase(self) -> None:
        if why := self.why_not("person.erase"):
            self.say(why, Role.WARN)
        elif not self.box.display or self.box.contact is None:
            self.say(with_keys("No ecommerce box is on show: {open} opens it."), Role.WARN)
        elif self.session.is_masked:
            self.say(
                f"Whom you erase you have to see: press {shown('mask')} first.",
                Role.WARN,
            )
        else:
            self.run_worker(self._erase(self.box.contact.email), group="erase", exclusive=True)

    async def _erase(self, email: str) -> None:
        hint = "type it to erase all there is of them, for good"
        form = LineForm(f"Erase {cut(email, 46)}", "Address", hint, partial(_same_address, email))
        if await self.app.push_screen_wait(form) is not None:
            self.ask(partial(self.session.client.erase_person, email, confirm=email), self.erased, group="turn")

    def erased(self, erased: Erased) -> None:
        """Tells that it is done, on the screen that stays."""
        self.say(f"Erased. {count(erased.orders)} orders stay, and no longer say whose.", Role.GOOD)

    def on_lines_view_opened(self, message: LinesView.Opened) -> None:
        match message.target:
            case OrderTarget(store, number) | CartTarget(store, _, int(number)):
                self.open_over(OrderScreen(self.session, store, number))
            case EventTarget(event):
                self._open_event(event)
            case MoreTarget():
                self._read_on()
            case CartTarget():
                self.say("This cart has not become an order: there is nothing more to show.", Role.WARN)

    def _open_event(self, event: Happened) -> None:
        if event.order is not None:
            self.open_over(OrderScreen(self.session, event.store, event.order))
        else:
            self.say("This is about no order: there is nothing more to show.", Role.WARN)


class ContactScreen(BoxKeys):
    MODE = "contacts"
    PLACES = (Place.BOX, Place.LINES)
    BINDINGS = bindings(Place.BOX)

    def __init__(self, session: Session, row: ContactRow) -> None:
        super().__init__(session)
        self._row = row

    def body(self) -> ComposeResult:
        yield ContactBox(id="content")

    def on_mount(self) -> None:
        self.box.introduce(self._row)
        self.stand_back()

    def read(self) -> None:
        self.ask_again(partial(self.session.client.contact_by_id, self._row.id), self._shown, group="box")

    def _shown(self, contact: ContactDetail) -> None:
        self.show_contact(contact)
        self.stand_back()

    def on_rows_changed(self, _: RowsChanged) -> None:
        self.read()

    def chosen(self) -> Chosen:
        return Chosen(who_of(self.session.shown(self._row).email), (self._row.id,))

    def erased(self, erased: Erased) -> None:
        below = self.app.screen_stack[-2]
        self.dismiss()
        if isinstance(below, BoxKeys):
            below.erased(erased)

    def taken(self) -> Taken | None:
        return self.taken_of_box()


def _same_address(email: str, typed: str) -> str:
    """Raises Invalid for another address."""
    if normalised_email(typed) != email:
        raise Invalid(f"That is not {cut(email, 60)}.")
    return email
