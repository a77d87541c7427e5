"""Products: all that the stores sell, filtered and sorted, and the one under the cursor with what was sold of it."""

from functools import partial

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from common.events import What
from common.products import MAX_PRODUCTS, ProductDetail, ProductQuery, ProductRow
from tui import feed, taking
from tui.bindings import Place, bindings
from tui.drawing.line import Role
from tui.drawing.notices import NO_PRODUCTS, NO_STORE, no_product
from tui.drawing.products import SORT_TITLES
from tui.drawing.said import Said
from tui.export.sheets import PRODUCTS
from tui.pages import Chunk, Pages
from tui.screens.beside import DetailBeside
from tui.screens.product import ProductKeys, ProductScreen
from tui.screens.sorted_list import SortedListScreen
from tui.session import RowsChanged, Session, StoresRead
from tui.taking import Taken
from tui.widgets.count_bar import ProductCount
from tui.widgets.lines_view import LinesView
from tui.widgets.notice import Notice
from tui.widgets.product_box import ProductBox
from tui.widgets.product_list import ProductList
from tui.widgets.row_list import RowList
from tui.widgets.search_box import SearchBox

_SEARCH_CHARS = 200
_CHANGES_IT = frozenset({What.PRODUCT, What.ORDER})


class ProductsScreen(
    ProductKeys, DetailBeside[ProductQuery, ProductRow, ProductDetail], SortedListScreen[ProductQuery, ProductRow]
):
    MODE = "products"
    PLACES = (Place.PRODUCTS, Place.SEARCH, Place.LINES)
    BINDINGS = bindings(Place.PRODUCTS)
    SHEET = PRODUCTS
    NOUN = "products"
    SORTS = SORT_TITLES
    MOST_AT_ONCE = MAX_PRODUCTS

    def __init__(self, session: Session) -> None:
        super().__init__(session, ProductQuery())

    def body(self) -> ComposeResult:
        with Horizontal(id="content"):
            with Vertical(id="list-side"):
                yield ProductCount()
                yield SearchBox(
                    id="search", placeholder="name, SKU or #id", max_length=_SEARCH_CHARS, select_on_focus=False
                )
                yield Notice(id="no-match")
                yield ProductList(self.list_query, id="products")
            yield ProductBox(id="detail")

    async def ask_page(self, query: ProductQuery) -> Chunk[ProductRow]:
        return feed.product_chunk(await self.session.client.products(query))

    async def ask_fresh(
        self, pages: Pages[ProductQuery, ProductRow], top: int, bottom: int
    ) -> feed.Freshness[ProductRow]:
        return await feed.freshen_products(self.session.client.products, pages, top, bottom)

    def nothing(self) -> Said:
        return NO_PRODUCTS if self.session.stores else NO_STORE

    def no_match(self) -> Said:
        return no_product(self.list_query.search, self._store_name)

    @property
    def is_filtered(self) -> bool:
        return bool(self.list_query.search or self.list_query.store)

    @property
    def _store_name(self) -> str:
        """What the list is limited to; "" = all stores."""
        store = self.list_query.store
        return self.session.store_name(store) if store else ""

    @property
    def detail_pane(self) -> LinesView:
        return self.query_one("#detail", LinesView)

    @property
    def can_go_back(self) -> bool:
        return self.focused is self.detail_pane or self.is_filtered

    @property
    def sync_store(self) -> str:
        return self.list_query.store

    def show_count(self, *, new: int) -> None:
        self.query_one(ProductCount).store_name = self._store_name
        super().show_count(new=new)

    def take(self, pages: Pages[ProductQuery, ProductRow], *, keep: ProductRow | None = None, around: int = 0) -> None:
        self._name_stores()
        super().take(pages, keep=keep, around=around)

    def on_stores_read(self, message: StoresRead) -> None:
        self._name_stores()
        super().on_stores_read(message)

    def _name_stores(self) -> None:
        self.query_one(ProductList).names = {store.hash: store.name or store.hash for store in self.session.stores}

    def on_rows_changed(self, message: RowsChanged) -> None:
        if message.what & _CHANGES_IT:
            self.read_soon()

    async def ask_detail(self, row: ProductRow) -> ProductDetail:
        return await self.session.client.product(row.store, row.product_id)

    def show_detail(self, product: ProductDetail) -> None:
        if self.row_list.current and self.row_list.current.id == product.id:
            self.show_product(self.detail_pane, product)

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        if self.is_side_by_side:
            self.detail_pane.focus()
        elif isinstance(message.row, ProductRow):
            self.open_over(ProductScreen(self.session, message.row.store, message.row.product_id))

    def action_back(self) -> None:
        if self.focused is self.detail_pane:
            self.row_list.focus()
        elif self.is_filtered:
            self.list_query = self.list_query.model_copy(update={"store": "", "search": ""})
            self.on_search_box_cleared()
            self.open_list(self.list_query)

    def action_next_store(self) -> None:
        """All stores, then one after the other."""
        hashes = ["", *(store.hash for store in self.session.stores)]
        if len(hashes) < 3:
            self.say("All of them are of one store: there is nothing to choose.", Role.WARN)
            return
        at = hashes.index(self.list_query.store) if self.list_query.store in hashes else 0
        self.open_list(self.list_query.model_copy(update={"store": hashes[(at + 1) % len(hashes)]}))

    def taken(self) -> Taken | None:
        if self.focused is self.detail_pane:
            return self.taken_of_product()
        if (row := self.row_list.current) is None:
            return None
        ask = partial(self.session.client.product, row.store, row.product_id)
        return partial(taking.product_row, row, self.session.store_name(row.store), self.session.now(), ask)
