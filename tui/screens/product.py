"""One product on the whole screen, and what its lines open."""

from functools import partial

from textual.app import ComposeResult

from common.products import ProductDetail
from tui import taking
from tui.bindings import Place, bindings
from tui.drawing.contact import OrderTarget
from tui.drawing.product import BuyerTarget, product_lines
from tui.screens.contact import ContactScreen
from tui.screens.framed import Framed
from tui.screens.order import OrderScreen
from tui.session import RowsChanged, Session
from tui.taking import Taken
from tui.widgets.lines_view import LinesView
from tui.widgets.product_box import ProductBox


class ProductKeys(Framed):
    """What the keys do on a screen with a product on it."""

    product: ProductDetail | None = None

    def show_product(self, view: LinesView, product: ProductDetail) -> None:
        is_another = self.product is None or product.id != self.product.id
        self.product = product
        view.show(partial(product_lines, product, self.session.now()), from_top=is_another)

    def on_lines_view_opened(self, message: LinesView.Opened) -> None:
        match message.target:
            case OrderTarget(store, number):
                self.open_over(OrderScreen(self.session, store, number))
            case BuyerTarget(contact_id):
                buyers = self.product.buyers if self.product else []
                for buyer in buyers:
                    if buyer.id == contact_id:
                        self.open_over(ContactScreen(self.session, buyer))

    def taken_of_product(self) -> Taken | None:
        """The buyer or the order the cursor is on, else the product."""
        client, product = self.session.client, self.product
        if product is None:
            return None
        match self.query_one(ProductBox).target:
            case BuyerTarget(contact_id):
                for buyer in (one for one in product.buyers if one.id == contact_id):
                    ask = partial(client.contact_by_id, buyer.id)
                    return partial(taking.product_buyer, buyer, product, self.session.now(), ask)
            case OrderTarget(store, number):
                for order in (one for one in product.orders_shown if one.number == number):
                    ask_order = partial(client.order, store, number)
                    return partial(taking.product_order, order, product, self.session.now(), ask_order)
        return partial(taking.product, product, partial(client.product, product.store, product.product_id))


class ProductScreen(ProductKeys):
    MODE = "products"
    PLACES = (Place.PRODUCT, Place.LINES)
    BINDINGS = bindings(Place.PRODUCT)

    def __init__(self, session: Session, store: str, product_id: int) -> None:
        super().__init__(session)
        self._store = store
        self._product_id = product_id

    def body(self) -> ComposeResult:
        yield ProductBox(id="content")

    def read(self) -> None:
        call = partial(self.session.client.product, self._store, self._product_id)
        self.ask_again(call, self._shown, group="product")

    def _shown(self, product: ProductDetail) -> None:
        self.show_product(self.query_one(ProductBox), product)
        self.stand_back()

    def on_rows_changed(self, _: RowsChanged) -> None:
        self.read_soon()

    def taken(self) -> Taken | None:
        return self.taken_of_product()
