"""Orders for which several things hold at once: `same order (…)` and `count of orders (…)`."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from types import MappingProxyType

from common.segments import rules
from common.segments.catalogue import OF_ORDERS
from common.segments.operators import Op, Type, operator_in
from common.segments.rules import Rule
from common.statuses import Status
from daemon.db.totals import Standing
from daemon.segments.fits import TENTHS, Clock, Test, asserted
from daemon.segments.functions import folded
from daemon.segments.in_sum import some_order
from daemon.segments.sql import FALSE, TRUE, Sql, every, marks, negated, one_of, some, sql
from daemon.segments.values import (
    CATEGORY,
    ITEM_BRAND,
    ITEM_NAME,
    ITEM_ON_SALE,
    ITEM_PRODUCT,
    ITEM_RATING,
    ITEM_SKU,
    Dictionary,
    Values,
    among_contacts,
)

# With a plus: the index by customer would begin with it, and every row be looked up.
_STORE = Dictionary(
    "store.hash",
    "+purchase.store_id in (select store.id from store where {})",
    "purchase.store_id",
    id="store.id",
    tables="store",
)
# The statuses there are stand in for the orders', under the same name.
_STATUSES = " union all ".join(f"select '{status}' as status" for status in Status)
_STATUS = Dictionary(
    "purchase.status",
    f"purchase.status in (select purchase.status from ({_STATUSES}) as purchase where {{}})",
)


def _of_order(column: str, unit: str = "") -> Values:
    return Values(column, unit=unit)


# The order is `purchase`, its product `line`. Orders that were archived in the store are none any more.
VALUES = MappingProxyType(
    {
        "order_number": _of_order("cast(purchase.number as text)"),
        "order_date": _of_order("purchase.placed_at"),
        "order_time": _of_order("purchase.placed_minute", "purchase.placed_at"),
        "order_total": _of_order("purchase.total_minor", "purchase.currency"),
        "order_refunded": _of_order("purchase.refunded_minor", "purchase.currency"),
        "order_currency": _of_order("purchase.currency"),
        "order_status": Values(_STATUS.column, dictionary=_STATUS),
        "order_store_status": _of_order("purchase.store_status"),
        "order_shipping_method": _of_order("purchase.shipping_method"),
        "order_payment_method": _of_order("purchase.payment_method"),
        "order_product_count": _of_order("purchase.products"),
        "order_discount": _of_order("purchase.discount_minor", "purchase.currency"),
        "order_store": Values(_STORE.column, dictionary=_STORE),
        "product_name": Values(ITEM_NAME.column, dictionary=ITEM_NAME),
        "product_id": Values(ITEM_PRODUCT.column, dictionary=ITEM_PRODUCT),
        "product_sku": Values(ITEM_SKU.column, dictionary=ITEM_SKU),
        "product_category": Values(CATEGORY.column, dictionary=CATEGORY),
        "product_quantity": _of_order("line.quantity"),
        "product_rating": Values(ITEM_RATING.column, dictionary=ITEM_RATING, unit=TENTHS),
        "product_vendor": Values(ITEM_BRAND.column, dictionary=ITEM_BRAND),
        "product_on_sale": Values(ITEM_ON_SALE.column, dictionary=ITEM_ON_SALE),
        "product_price": _of_order("line.price_minor", "purchase.currency"),
    }
)
"""By the name of the condition."""

_KEPT = Sql("purchase.deleted_at is null and purchase.contact_id is not null")


def holds(orders: rules.Orders, clock: Clock, among: Collection[int] | None, *, is_alone: bool) -> Sql:
    """Contacts with such orders, or with so many. *is_alone*: nothing else is asked of the contacts."""
    count = orders.count
    if count is None and among is None:
        known = some_order(orders.where, clock, is_alone=is_alone)
        if known is not None:
            return known
    if count is None:
        owners = _by_lines(orders.where, clock, among) or _owners(orders.where, clock, among)
        return one_of(sql("{} group by 1", owners))
    op = operator_in(count.op, Type.NUMBER)
    is_denied = op.denies is not None
    test = Test(Type.NUMBER, op.denies or op.op, count.values, clock)
    how_many = test.of(_count(orders.where))
    fits = negated(how_many) if is_denied else how_many
    if test.fits_zero is is_denied:  # none at all does not fit
        return one_of(sql("{} group by 1 having {}", _owners(orders.where, clock, among), fits))
    return negated(one_of(sql("{} group by 1 having {}", _owners(orders.where, clock, among), negated(fits))))


def _by_lines(where: Rule, clock: Clock, among: Collection[int] | None) -> Sql | None:
    """The owners of lines that fit, where nothing is asked of their orders; None = something is."""
    asked = [node for node in rules.walk(where) if isinstance(node, rules.Condition)]
    if among is not None or any(not _is_of_one_line(one) or one.name == "product_price" for one in asked):
        return None
    if _holds_without_line(where):
        return None
    stands = Sql(f"line.standing between {Standing.KEPT} and {max(Standing)} and line.contact_id is not null")
    fits = _Order(clock, may_lack_line=False, of_few=False).holds(where)
    return sql("select line.contact_id from order_line as line where {}", every((stands, fits)))


def _count(where: Rule) -> str:
    """Of orders: with their products an order comes once for each that fits."""
    return "count(distinct purchase.id)" if _asks_of_lines(where) else "count(*)"


def _asks_of_lines(where: Rule) -> bool:
    return any(_is_of_one_line(node) for node in rules.walk(where))


def _owners(where: Rule, clock: Clock, among: Collection[int] | None) -> Sql:
    return sql("select purchase.contact_id from {}", _fitting(where, clock, among))


def how_many(where: Rule, clock: Clock, contact_id: int) -> Sql:
    """A query for how many orders of one contact fit."""
    return sql(f"select {_count(where)} from {{}}", _fitting(where, clock, (contact_id,)))


def _fitting(where: Rule, clock: Clock, among: Collection[int] | None) -> Sql:
    """Orders that fit, of those contacts; an order may appear once for each of its products that fit."""
    may_lack_line = _holds_without_line(where)
    of_few = among is not None
    fits = _Order(clock, may_lack_line=may_lack_line, of_few=of_few).holds(where)
    which = every((_KEPT, fits, among_contacts("purchase.contact_id", among)))
    return sql("{} where {}", _tables(where, may_lack_line=may_lack_line, of_few=of_few), which)


def values_of(name: str) -> Values:
    """Where the values of that condition stand in all orders of a contact."""
    tables = "store_order as purchase"
    if OF_ORDERS[name].is_of_line:
        tables = f"{tables} join order_line as line on line.order_id = purchase.id"
    return replace(VALUES[name], tables=Sql(tables), which=_KEPT, owner="purchase.contact_id")


def _tables(where: Rule, *, may_lack_line: bool, of_few: bool) -> Sql:
    """Of a few contacts their orders are found first, of all contacts what was bought, as SQLite thinks."""
    if not _asks_of_lines(where):
        return Sql("store_order as purchase")
    join = "left join" if may_lack_line else "cross join" if of_few else "join"
    return Sql(f"store_order as purchase {join} order_line as line on line.order_id = purchase.id")


def _is_of_one_line(node: Rule) -> bool:
    return isinstance(node, rules.Condition) and OF_ORDERS[node.name].is_of_line and not node.lines


def _holds_without_line(where: Rule) -> bool:
    """Whether an order without products may fit, taking it that all else about it can be."""
    match where:
        case rules.AllOf():
            return all(map(_holds_without_line, where.of))
        case rules.AnyOf():
            return any(map(_holds_without_line, where.of))
        case rules.Condition() if _is_of_one_line(where):
            return operator_in(where.op, OF_ORDERS[where.name].type).denies is not None
        case rules.Not(rule=rules.Condition() as denied) if _is_of_one_line(denied):
            return not _holds_without_line(denied)
    return True


@dataclass(frozen=True, slots=True)
class _Order:
    """What is asked of one order and of one product of it, as a predicate on `purchase` and `line`."""

    clock: Clock
    may_lack_line: bool
    of_few: bool

    def holds(self, where: Rule) -> Sql:
        match where:
            case rules.AllOf():
                return every(map(self.holds, where.of))
            case rules.AnyOf():
                return some(map(self.holds, where.of))
            case rules.Not():
                return negated(self.holds(where.rule))
            case rules.Condition():
                return self._condition(where)
        raise AssertionError(f"{where.is_a} inside an order")

    def _condition(self, condition: rules.Condition) -> Sql:
        test, is_denied = asserted(condition, self.clock)
        is_named = condition.name == "order_number" and test.op in (Op.IS, Op.HAS_ANY)
        values = VALUES[condition.name]
        # Lines of one order are few, too.
        if values.dictionary is not None and (self.of_few or condition.lines):
            values = replace(values, dictionary=values.dictionary.for_few)
        fits = _numbered(test) if is_named else values.test(test)
        if condition.lines:
            fits = _on_lines(fits, of_all=condition.lines == "all" and not is_denied)
        elif _is_of_one_line(condition) and self.may_lack_line:
            fits = every((Sql("line.line_id is not null"), fits))
        return negated(fits) if is_denied else fits


def _numbered(test: Test) -> Sql:
    """Orders by their numbers, for store_order_number_ix."""
    texts = (folded(one.text) for one in test.values if isinstance(one, rules.Text))
    numbers = sorted({int(text) for text in texts if re.fullmatch("0|-?[1-9][0-9]{0,17}", text)})
    return sql("purchase.number in {}", marks(numbers)) if numbers else FALSE


def _on_lines(fits: Sql, *, of_all: bool) -> Sql:
    """Whether some product of the order fits, or every one of them, of which there is one at least."""
    lines = "exists (select 1 from order_line as line where line.order_id = purchase.id and {})"
    if not of_all:
        return FALSE if fits == FALSE else sql(lines, fits)
    return every((sql(lines, TRUE), negated(sql(lines, negated(fits)))))
