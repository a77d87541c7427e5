"""One order: what was bought, what it cost, what came of it."""

from functools import partial

from textual.app import ComposeResult

from common.orders import OrderDetail
from tui import taking
from tui.bindings import Place, bindings
from tui.drawing.order import order_lines
from tui.drawing.product import ProductTarget
from tui.screens.framed import Framed
from tui.session import RowsChanged, Session
from tui.taking import Taken
from tui.widgets.lines_view import LinesView


class OrderScreen(Framed):
    MODE = "contacts"
    PLACES = (Place.ORDER, Place.LINES)
    BINDINGS = bindings(Place.ORDER)

    def __init__(self, session: Session, store: str, number: int) -> None:
        super().__init__(session)
        self._store = store
        self._number = number
        self._order: OrderDetail | None = None

    def body(self) -> ComposeResult:
        yield LinesView(id="content")

    def read(self) -> None:
        self.ask_again(self._ask, self._shown, group="order")

    async def _ask(self) -> OrderDetail:
        return await self.session.client.order(self._store, self._number)

    def _shown(self, order: OrderDetail) -> None:
        self._order = order
        self.query_one(LinesView).show(partial(order_lines, order, self.session.now()))
        self.stand_back()

    def on_rows_changed(self, _: RowsChanged) -> None:
        self.read()

    def taken(self) -> Taken | None:
        return partial(taking.order, self._order, self._ask) if self._order else None

    def on_lines_view_opened(self, message: LinesView.Opened) -> None:
        from tui.screens.product import ProductScreen  # which opens orders in its turn

        if isinstance(message.target, ProductTarget):
            self.open_over(ProductScreen(self.session, message.target.store, message.target.product_id))
