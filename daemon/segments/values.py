"""Where the values of a condition stand, and what of a contact follows from a test on them."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import Enum, auto

from common.segments.operators import Op
from daemon.segments.fits import Test
from daemon.segments.sql import FALSE, NOTHING, TRUE, Sql, every, negated, one_of, sql, value


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Values that many rows share, tested once each instead of row by row.

    *column*, of *tables*, is the value, *folded* where it stands as it is compared, if anywhere. *test* is a predicate
    on the row that takes one on the value. *link*, of the row, is the *id* of its values in *tables*; "" = the value
    stands in the row itself. *of_row*: the test where few rows are looked at, so that the values of others are not
    tested; "" = there are few values. *alone*: the test where one value is asked for, no two are equal and a contact
    has each once, so that it has one row; "" = it may have two.
    """

    column: str
    test: str
    link: str = ""
    id: str = ""
    tables: str = ""
    folded: str = ""
    of_row: str = ""
    alone: str = ""

    @property
    def for_few(self) -> "Dictionary":
        return replace(self, test=self.of_row or self.test)

    @property
    def join(self) -> str:
        """Leads from the row to its values."""
        return f"join {self.tables} on {self.id} = {self.link}" if self.link else ""


OF_ITEMS = "line.item_id in (select item.id from item where {})"
OF_ITEM = "exists (select 1 from item where item.id = line.item_id and {})"
"""Lines of what a predicate on `item` holds for; this one where few lines are looked at."""


def _of_item(column: str) -> Dictionary:
    """What was bought; `line` is a line of an order or a cart."""
    return Dictionary(column, OF_ITEMS, "line.item_id", id="item.id", tables="item", of_row=OF_ITEM)


ITEM_NAME = _of_item("item.name")
ITEM_SKU = _of_item("item.sku")
ITEM_BRAND = _of_item("item.brand")
ITEM_ON_SALE = _of_item("item.is_on_sale")
ITEM_RATING = Dictionary(
    "iif(item.rating = 0, '', item.rating)",
    OF_ITEMS.format("item.rating != 0 and {}"),
    "line.item_id",
    id="item.id",
    tables="item",
    of_row=OF_ITEM.format("item.rating != 0 and {}"),
)
ITEM_PRODUCT = _of_item("iif(item.product_id = 0, '', cast(item.product_id as text))")  # 0: not from the catalogue
CATEGORY = Dictionary(
    "category.value",
    "line.item_id in (select item.id from item where item.category_set_id in "
    "(select category_set.id from category_set, json_each(category_set.names) as category where {}))",
    "line.item_id",
    id="item.id",
    tables="item join category_set on category_set.id = item.category_set_id "
    "join json_each(category_set.names) as category",
    of_row="exists (select 1 from item cross join category_set cross join json_each(category_set.names) as category "
    "where item.id = line.item_id and category_set.id = item.category_set_id and {})",
)


class Twins(Enum):
    """Where rows of the same contact stand among those that are read."""

    ANYWHERE = auto()
    TOGETHER = auto()  # the index they are read from is by contact
    NONE = auto()


@dataclass(frozen=True, slots=True)
class Values:
    """The values of a condition: *column* of *tables* where *which*; *owner* is the contact they are of.

    *tables* "" = of the contact's own row. *unit*: where money's currency stands, or the zone of a moment's time of
    day. *folded*: where a text stands as it is compared. *counts_zero*: a contact without rows has the value 0.
    *twins*: of the rows as they are read when many contacts are asked about. *of_few*: the same from where a few
    contacts' rows are found faster; None = there is no such place.
    """

    column: str
    tables: Sql = NOTHING
    which: Sql = TRUE
    owner: str = "contact.id"
    unit: str = ""
    folded: str = ""
    dictionary: Dictionary | None = None
    counts_zero: bool = False
    twins: Twins = Twins.ANYWHERE
    of_few: "Values | None" = None

    @property
    def unindexed(self) -> "Values":
        """The same of which no index is used: SQLite takes one on a contact's columns for selective, whatever is
        compared, and looks up row by row what contact_bought_ix tells in passing."""
        if self.tables.text:
            return self
        return replace(self, column=f"+{self.column}", folded=f"+{self.folded}" if self.folded else "")

    def test(self, asked: Test) -> Sql:
        """The predicate on one row."""
        if self.dictionary is None:
            return asked.of(self.column, self.unit, self.folded)
        on_value = asked.of(self.column, self.unit, self.dictionary.folded)
        if on_value == FALSE:
            return FALSE
        return sql(
            self.dictionary.alone if asked.op is Op.IS and self.dictionary.alone else self.dictionary.test, on_value
        )

    def fitting(self, asked: Test, among: Collection[int] | None) -> Sql:
        """Contacts with a row that fits; see `some`."""
        is_alone = asked.op is Op.IS and self.dictionary is not None and self.dictionary.alone
        values = replace(self, twins=Twins.NONE) if is_alone else self
        return values.some(self.test(asked), among)

    def some(self, test: Sql, among: Collection[int] | None) -> Sql:
        """Contacts with a row that *test* holds for. Of none but *among*, when it is given, anything is claimed."""
        if not self.tables.text:
            return every((self.which, test))
        if test == FALSE:
            return FALSE
        return one_of(self.owners(test, among))

    def only(self, test: Sql, among: Collection[int] | None) -> Sql:
        """Contacts with rows, for all of which *test* holds."""
        return every((self.some(TRUE, among), negated(self.some(negated(test), among))))

    def owners(self, test: Sql, among: Collection[int] | None) -> Sql:
        """A query for the contacts of rows that *test* holds for, each once.

        In order: a set is made of sorted ids in a third of the time (at a million, 2026-11).
        """
        which = every((self.which, test, among_contacts(self.owner, among)))
        if self.twins is Twins.ANYWHERE:
            return sql(f"select {self.owner} from {{}} where {{}} group by {self.owner}", self.tables, which)
        once = "distinct " if self.twins is Twins.TOGETHER else ""  # in passing; a group costs half as much again
        return sql(f"select {once}{self.owner} from {{}} where {{}}", self.tables, which)

    @property
    def joined(self) -> Sql:
        """The tables with those in which the values themselves stand."""
        tables = sql(f"{{}} {self.dictionary.join}", self.tables) if self.dictionary else self.tables
        return tables if tables.text else Sql("contact")

    def listed(self, contact_id: int, limit: int, asked: Test) -> Sql:
        """A query for what one contact's values are, as rows of (value, unit), those that fit *asked* before others."""
        which = every((self.which, sql(f"{self.owner} = {{}}", value(contact_id))))
        folded = self.dictionary.folded if self.dictionary else self.folded
        return sql(
            f"""select {self.column}, {self.unit or "''"} from {{}} where {{}} group by 1, 2
              order by max({{}}) desc, 1 limit {{}}""",
            self.joined,
            which,
            asked.of(self.column, self.unit, folded),
            value(limit),
        )


def among_contacts(owner: str, among: Collection[int] | None) -> Sql:
    """Rows that belong to those; None = to anybody."""
    if among is None:
        return TRUE
    return sql(f"{owner} in (select value from json_each({{}}))", value(f"[{','.join(map(str, among))}]"))
