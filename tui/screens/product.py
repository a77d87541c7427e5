"""One product on the whole screen, and what its lines open."""

from functools import partial

from textual.app import ComposeResult

from common.products import ProductDetail
from tui.bindings import Place, bindings
from tui.drawing.contact import OrderTarget
from tui.drawing.line import Role
from tui.drawing.product import BuyerTarget, product_lines
from tui.format import cut
from tui.screens.contact import ContactScreen
from tui.screens.framed import Framed
from tui.screens.order import OrderScreen
from tui.session import RowsChanged, Session
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
                self.app.push_screen(OrderScreen(self.session, store, number))
            case BuyerTarget(contact_id):
                buyers = self.product.buyers if self.product else []
                for buyer in buyers:
                    if buyer.id == contact_id:
                        self.app.push_screen(ContactScreen(self.session, buyer))

    def copy_sku(self, sku: str, product_id: int) -> None:
        """Copies the SKU, of a product without one its id."""
        self.app.copy_to_clipboard(sku or str(product_id))
        self.say(f"Copied {cut(sku, 40) or product_id}.", Role.GOOD)


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

    def action_copy(self) -> None:
        self.copy_sku(self.product.sku if self.product else "", self._product_id)
