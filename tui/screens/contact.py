"""One contact with its ecommerce box on the whole screen."""

from functools import partial

from textual.app import ComposeResult

from common.contacts import ContactDetail, ContactRow
from tui.bindings import Place, bindings
from tui.drawing.contact import CartTarget, OrderTarget
from tui.drawing.line import Role
from tui.screens.framed import Framed
from tui.screens.order import OrderScreen
from tui.session import RowsChanged, Session
from tui.widgets.contact_box import ContactBox
from tui.widgets.lines_view import LinesView


class BoxKeys(Framed):
    """What the keys do on a screen with a contact's box."""

    @property
    def box(self) -> ContactBox:
        return self.query_one(ContactBox)

    def show_contact(self, contact: ContactDetail) -> None:
        names = {store.hash: store.name for store in self.session.stores if store.name}
        self.box.show_contact(contact, now=self.session.now(), names=names)

    def action_next_store(self) -> None:
        if not self.box.display or self.box.contact is None:
            self.say("No ecommerce box is on show: Enter opens it.", Role.WARN)
        elif not self.box.next_store():
            self.say("All of it comes from one store: there is nothing to choose.", Role.WARN)

    def on_lines_view_opened(self, message: LinesView.Opened) -> None:
        match message.target:
            case OrderTarget(store, number) | CartTarget(store, _, int(number)):
                self.app.push_screen(OrderScreen(self.session, store, number))
            case CartTarget():
                self.say("This cart has not become an order: there is nothing more to show.", Role.WARN)


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

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self._row.email)
        self.say("Copied the email address.", Role.GOOD)
