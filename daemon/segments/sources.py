"""Where each condition of the catalogue finds its values, but for those of one order."""

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

from common.segments.operators import Op
from common.segments.rules import Condition
from daemon.db.totals import Standing
from daemon.db.traits import Kind
from daemon.segments.fits import PLAIN, TENTHS, currency_named
from daemon.segments.in_sum import of_trait, placed, placed_at_times
from daemon.segments.sql import TRUE, Sql, every, sql, value
from daemon.segments.values import (
    CATEGORY,
    ITEM_BRAND,
    ITEM_NAME,
    ITEM_ON_SALE,
    ITEM_PRODUCT,
    ITEM_RATING,
    ITEM_SKU,
    OF_ITEM,
    OF_ITEMS,
    Dictionary,
    Twins,
    Values,
)

Source = Callable[[Condition], Values]


def _own(column: str, folded: str = "") -> Source:
    """A column of the contact itself."""
    return lambda condition: Values(column, folded=folded)


# What is kept in sum -----------------------------------------------------------------------------------------------


def _of_store(condition: Condition, column: str) -> Sql:
    """Rows of the store that is asked about, or of any."""
    if not condition.store:
        return TRUE
    return sql(f"{column} = (select id from store where hash = {{}})", value(condition.store))


def _summed(condition: Condition) -> Sql:
    """Rows of contact_total: of the store that is asked about, or those over all stores."""
    return _of_store(condition, "total.store_id") if condition.store else Sql("total.store_id = 0")


def _in_currency(column: str) -> Source:
    """*column* of the rows of the currency that is named."""
    return lambda condition: Values(
        column,
        tables=Sql("contact_total as total"),  # contact_total_currency_ix
        which=every((_summed(condition), sql("total.currency = {}", value(currency_named(condition.values))))),
        owner="total.contact_id",
        unit="total.currency",
    )


def _revenue(condition: Condition) -> Values:
    """Of no currency in particular it is the plain sum: nothing is converted."""
    if currency_named(condition.values):
        return replace(_in_currency("total.revenue_minor")(condition), counts_zero=True)
    if condition.store:
        return _over_currencies("sum(revenue_plain)", PLAIN, counts_zero=True)(condition)
    return Values("contact.revenue_plain", unit=PLAIN)


def _average(condition: Condition) -> Values:
    if currency_named(condition.values):
        return _in_currency(_rounded("total.revenue_minor", "total.orders"))(condition)
    if condition.store:
        return _over_currencies(_of_no_currency("sum(revenue_plain)", "sum(orders)"), PLAIN)(condition)
    return Values(
        _of_no_currency("contact.revenue_plain", "contact.orders"), which=Sql("contact.orders > 0"), unit=PLAIN
    )


def _rounded(amount: str, count: str) -> str:
    """Half a minor unit and more is one; what is shown as the average is what is compared."""
    return f"((2 * {amount} + {count}) / (2 * {count}))"


def _of_no_currency(amount: str, count: str) -> str:
    """In hundredths, given in thousandths."""
    return f"(10 * {_rounded(amount, f'(10 * {count})')})"


def _over_currencies(amount: str, unit: str = "", *, counts_zero: bool = False) -> Source:
    """*amount*, an aggregate, over the currencies a contact buys in at the store that is asked about."""

    def source(condition: Condition) -> Values:
        per_contact = f"(select contact_id, {amount} as amount from contact_total as total where {{}} group by 1)"
        of_one = f"""(select {amount} from contact_total as each
          where each.contact_id = total.contact_id and each.store_id = total.store_id)"""
        of_few = Values(of_one, Sql("contact_total as total"), _summed(condition), "total.contact_id", unit)
        return Values(
            "summed.amount",
            tables=sql(f"{per_contact} as summed", _summed(condition)),
            owner="summed.contact_id",
            unit=unit,
            counts_zero=counts_zero,
            of_few=replace(of_few, counts_zero=counts_zero),
        )

    return source


def _kept_in_sum(own: Values, per_store: Source) -> Source:
    """On the contact itself over all stores, for one store in its sums."""
    return lambda condition: per_store(condition) if condition.store else own


def _purchased_from(condition: Condition) -> Values:
    return replace(of_trait(Kind.BOUGHT_FROM), of_few=_BOUGHT_FROM_OF_FEW)


# Their last order --------------------------------------------------------------------------------------------------

_LATEST = """not exists (select 1 from contact_total as later where later.contact_id = total.contact_id
  and later.store_id = total.store_id and later.currency != total.currency
  and (later.last_order_at, later.last_order_id) > (total.last_order_at, total.last_order_id))"""


def _last_order(own: str, column: str, own_unit: str = "", unit: str = "") -> Source:
    """*own* is where it stands on the contact, *column* on the order; so are the units."""
    return _kept_in_sum(
        Values(own, which=Sql("contact.last_order_id is not null"), unit=own_unit),
        lambda condition: Values(
            column,
            tables=Sql("contact_total as total join store_order as purchase on purchase.id = total.last_order_id"),
            which=every((_summed(condition), Sql(_LATEST))),
            owner="total.contact_id",
            unit=unit,
        ),
    )


_ENDS_IT = "line.position = (select max(position) from order_line where order_id = total.last_order_id)"


def _last_line(dictionary: Dictionary) -> Source:
    def source(condition: Condition) -> Values:
        is_last = condition.name == "last_product_category" and not condition.lines
        if not condition.store:
            return _lines(dictionary, Standing.ENDS_LAST if is_last else Standing.LAST)
        found = Values(
            dictionary.column,
            tables=Sql("contact_total as total cross join order_line as line on line.order_id = total.last_order_id"),
            which=every((_summed(condition), Sql(_LATEST), Sql(_ENDS_IT) if is_last else TRUE)),
            owner="total.contact_id",
            dictionary=dictionary,
        )
        return replace(found, of_few=replace(found, dictionary=dictionary.for_few))

    return source


def _lines(dictionary: Dictionary, least: Standing) -> Values:
    """Lines of *least* standing, found by what was bought: few things are, and by many. Those of a few contacts are
    found by their orders, and never the other way round: SQLite does not know how many lines a product has."""
    stands = Sql(f"line.standing between {least} and {max(Standing)} and line.contact_id is not null")
    return Values(
        dictionary.column,
        tables=Sql("order_line as line"),  # order_line_item_ix
        which=stands,
        owner="line.contact_id",
        dictionary=dictionary,
        of_few=Values(
            dictionary.column,
            tables=Sql("store_order as purchase cross join order_line as line on line.order_id = purchase.id"),
            which=stands,
            owner="purchase.contact_id",
            dictionary=dictionary.for_few,
        ),
    )


# Any of their orders -----------------------------------------------------------------------------------------------


def _completed(condition: Condition) -> Sql:
    return every(
        (Sql("purchase.counts and purchase.contact_id is not null"), _of_store(condition, "purchase.store_id"))
    )


def _any_order(column: str, unit: str = "") -> Source:
    return lambda condition: Values(
        column,
        tables=Sql("store_order as purchase"),
        which=_completed(condition),
        owner="purchase.contact_id",
        unit=unit,
    )


def _any_line(dictionary: Dictionary) -> Source:
    return lambda condition: _narrowed(_lines(dictionary, Standing.COUNTS), _of_store(condition, "item.store_id"))


def _narrowed(lines: Values, item_is: Sql) -> Values:
    """To those of what the predicate holds for."""
    if item_is == TRUE:
        return lines
    of_few = lines.of_few and replace(lines.of_few, which=every((lines.of_few.which, sql(OF_ITEM, item_is))))
    return replace(lines, which=every((lines.which, sql(OF_ITEMS, item_is))), of_few=of_few)


# How it was offered ------------------------------------------------------------------------------------------------


def _sale(lines: Source, own: str) -> Source:
    """Lines of what was on sale; over all stores *own*, a predicate on the contact."""

    def source(condition: Condition) -> Values:
        found = _narrowed(lines(condition), Sql("item.is_on_sale"))
        return found if condition.store else Values("1", which=Sql(own), of_few=found.of_few)

    return source


def _rating(lines: Source, top: str, low: str) -> Source:
    """Whether some is above or below an amount is told by the highest or the lowest, which the contact has."""
    own = {Op.GREATER: top, Op.AT_LEAST: top, Op.EMPTY: top, Op.EMPTY_NOT: top, Op.LESS: low, Op.AT_MOST: low}

    def source(condition: Condition) -> Values:
        found = _in_tenths(lines(condition))
        column = own.get(condition.op)
        if column is None or condition.store or condition.lines == "all":
            return found
        return Values(column, which=Sql(f"{column} is not null"), unit=TENTHS, of_few=found.of_few)

    return source


def _in_tenths(values: Values) -> Values:
    return replace(values, unit=TENTHS, of_few=_in_tenths(values.of_few) if values.of_few else None)


# Marketing and carts -----------------------------------------------------------------------------------------------


def _customers(which: str, twins: Twins = Twins.ANYWHERE) -> Source:
    """Accounts that the store has deleted say nothing any more."""
    return lambda condition: Values(
        "customer.company",
        tables=Sql("customer"),
        which=every(
            (Sql("customer.deleted_at is null"), Sql(which), _of_store(condition, "customer.store_id")),
        ),
        owner="customer.contact_id",
        twins=twins,
    )


def _company(condition: Condition) -> Values:
    """Few accounts name one, and their index is walked, whatever is asked of it."""
    named = _customers("customer.company != ''")(condition)
    return replace(named, tables=Sql("customer indexed by customer_company_ix"), of_few=named)


def _carts(which: str, column: str = "1", unit: str = "") -> Source:
    return lambda condition: Values(
        column,
        tables=Sql("cart"),
        which=every((Sql(which), _of_store(condition, "cart.store_id"))),
        owner="cart.contact_id",
        unit=unit,
        twins=Twins.TOGETHER,  # cart_contact_ix
    )


_LEFT = "cart.status = 'Abandoned'"


def _cart_line(dictionary: Dictionary) -> Source:
    def source(condition: Condition) -> Values:
        found = Values(
            dictionary.column,
            tables=Sql("cart join cart_line as line on line.cart_id = cart.id"),
            which=every((Sql(_LEFT), _of_store(condition, "cart.store_id"))),
            owner="cart.contact_id",
            dictionary=dictionary,
        )
        by_cart = Sql("cart cross join cart_line as line on line.cart_id = cart.id")
        return replace(found, of_few=replace(found, tables=by_cart, dictionary=dictionary.for_few))

    return source


# Tags and lists ----------------------------------------------------------------------------------------------------


def _tags(column: str, dictionary: Dictionary | None = None) -> Source:
    return lambda condition: Values(
        column, tables=Sql("contact_tag as tagged"), owner="tagged.contact_id", dictionary=dictionary
    )


def _lists(status: str, column: str, dictionary: Dictionary | None = None) -> Source:
    return lambda condition: Values(
        column,
        tables=Sql("list_member as joined"),
        which=Sql(f"joined.status = '{status}'"),
        owner="joined.contact_id",
        dictionary=dictionary,
        twins=Twins.TOGETHER,  # list_member_ix
    )


# Geography ---------------------------------------------------------------------------------------------------------


_LOCATED, _TO_PLACE = "contact_place as located", "join place on place.id = located.place_id"


def _places(column: str) -> Source:
    link = ("located.place_id", "place.id", "place")
    some = Dictionary(column, "located.place_id in (select place.id from place where {})", *link)
    # Nearly everybody has one: all are walked in order, and asked whether theirs is among the few places without.
    most = Dictionary(column, "+located.place_id not in (select place.id from place where not {})", *link)
    of_few = Values(column, Sql(f"{_LOCATED} {_TO_PLACE}"), owner="located.contact_id")

    def source(condition: Condition) -> Values:
        if condition.op in (Op.EMPTY, Op.EMPTY_NOT):
            return _located(most, of_few, Twins.TOGETHER)
        return _located(some, of_few)  # contact_place_ix

    return source


def _located(dictionary: Dictionary, of_few: Values, twins: Twins = Twins.ANYWHERE) -> Values:
    return replace(of_few, tables=Sql(_LOCATED), dictionary=dictionary, twins=twins, of_few=of_few)


def _countries(condition: Condition) -> Values:
    """One that is named is looked up; no two codes differ in their case alone, all are kept in capitals."""
    codes = "located.country_code {} (select distinct located.country_code from place as located where {} {{}})"
    match condition.op:
        case Op.IS | Op.IS_NOT:
            test, twins = codes.format("=", ""), Twins.TOGETHER  # contact_place_country_ix
        case Op.EMPTY | Op.EMPTY_NOT:
            test, twins = codes.format("not in", "not"), Twins.TOGETHER
        case _:
            test, twins = codes.format("in", ""), Twins.ANYWHERE
    of_few = Values("located.country_code", Sql(_LOCATED), owner="located.contact_id")
    return _located(Dictionary(of_few.column, test), of_few, twins)


_STORE = Dictionary(
    "store.hash",
    "total.store_id in (select store.id from store where {})",
    "total.store_id",
    id="store.id",
    tables="store",
)
_BOUGHT_FROM_OF_FEW = Values(
    _STORE.column,
    tables=Sql("contact_total as total"),
    which=Sql("total.store_id != 0"),
    owner="total.contact_id",
    dictionary=_STORE,
)
_TAG = Dictionary(
    "tag.name", "tagged.tag_id in (select tag.id from tag where {})", "tagged.tag_id", id="tag.id", tables="tag"
)
_LIST = Dictionary(
    "list.name", "joined.list_id in (select list.id from list where {})", "joined.list_id", id="list.id", tables="list"
)

SOURCES = MappingProxyType(
    {
        "total_revenue": _revenue,
        "total_orders": _kept_in_sum(Values("contact.orders"), _over_currencies("sum(orders)", counts_zero=True)),
        "total_products": _kept_in_sum(Values("contact.products"), _over_currencies("sum(products)", counts_zero=True)),
        "average_order_value": _average,
        "first_order_date": _kept_in_sum(
            Values("contact.first_order_at", which=Sql("contact.first_order_at is not null")),
            _over_currencies("min(first_order_at)"),
        ),
        "has_purchased_from": _purchased_from,
        "last_order_date": _kept_in_sum(
            Values("contact.last_order_at", which=Sql("contact.last_order_at != 0")),
            _over_currencies("max(last_order_at)"),
        ),
        "last_order_price": _last_order(
            "contact.last_net_minor",
            "purchase.total_minor - purchase.refunded_minor",
            "contact.last_currency",
            "purchase.currency",
        ),
        "last_order_currency": _last_order("contact.last_currency", "purchase.currency"),
        "last_order_product_count": _last_order("contact.last_products", "purchase.products"),
        "last_order_shipping_method": _last_order("contact.last_shipping", "purchase.shipping_method"),
        "last_product_id": _last_line(ITEM_PRODUCT),
        "last_product_sku": _last_line(ITEM_SKU),
        "last_product_name": _last_line(ITEM_NAME),
        "last_product_category": _last_line(CATEGORY),
        "sale_product_in_last_order": _sale(_last_line(ITEM_ON_SALE), "contact.last_on_sale"),
        "sale_product_in_any_order": _sale(_any_line(ITEM_ON_SALE), "contact.bought_on_sale = 2"),
        "product_rating_in_last_order": _rating(
            _last_line(ITEM_RATING), "contact.last_best_rating", "contact.last_worst_rating"
        ),
        "product_rating_in_any_order": _rating(_any_line(ITEM_RATING), "contact.best_rating", "contact.worst_rating"),
        "product_vendor_in_last_order": _last_line(ITEM_BRAND),
        "product_vendor_in_any_order": _any_line(ITEM_BRAND),
        "order_date": _any_order("purchase.placed_at"),
        "order_time": _any_order("purchase.placed_minute", "purchase.placed_at"),
        "product_name_in_any_order": _any_line(ITEM_NAME),
        "product_category_in_any_order": _any_line(CATEGORY),
        "product_id_in_any_order": _any_line(ITEM_PRODUCT),
        "product_sku_in_any_order": _any_line(ITEM_SKU),
        "has_opted_in_to_marketing": _customers("customer.accepts_marketing = 1", Twins.TOGETHER),
        "has_not_opted_in_to_marketing": _customers("customer.accepts_marketing = 0", Twins.TOGETHER),
        "has_abandoned_a_cart": _carts("cart.closed_as is not 'emptied'"),
        "has_not_abandoned_a_cart": _carts("cart.closed_as is not 'emptied'"),
        "has_recovered_an_abandoned_cart": _carts("cart.status = 'Recovered'"),
        "has_not_recovered_an_abandoned_cart": _carts(_LEFT),
        "abandoned_cart_date": _carts(_LEFT, "cart.abandoned_at"),
        "abandoned_cart_value": _carts(_LEFT, "cart.total_minor", "cart.currency"),
        "abandoned_product_name": _cart_line(ITEM_NAME),
        "abandoned_product_id": _cart_line(ITEM_PRODUCT),
        "abandoned_product_sku": _cart_line(ITEM_SKU),
        "abandoned_product_category": _cart_line(CATEGORY),
        "email": _own("contact.email"),
        "email_domain": _own("contact.email_domain", folded="contact.email_domain"),
        "first_name": _own("contact.first_name", folded="contact.first_folded"),
        "last_name": _own("contact.last_name", folded="contact.last_folded"),
        "full_name": _own(
            "trim(contact.first_name || ' ' || contact.last_name)",
            folded="trim(contact.first_folded || ' ' || contact.last_folded)",
        ),
        "phone": _own("contact.phone", folded="contact.phone_folded"),
        "date_created": _own("contact.created_at"),
        "company": _company,
        "tag": _tags("tag.name", _TAG),
        "date_tag_was_added": _tags("tagged.added_at"),
        "list": _lists("active", "list.name", _LIST),
        "unsubscribed_list": _lists("unsubscribed", "list.name", _LIST),
        "subscription_date": _lists("active", "joined.changed_at"),
        "unsubscribe_date": _lists("unsubscribed", "joined.changed_at"),
        "country": _countries,
        "state": _places("place.state"),
        "city": _places("place.city"),
        "postal_code": _places("place.postal_code"),
    }
)
"""By the name of the condition."""

IN_SUM = MappingProxyType({"order_date": placed, "order_time": placed_at_times})
"""By the name of a condition on any order: whether one fits, from what is kept in sum over all stores."""

OF_ABSENCE = frozenset({"has_not_abandoned_a_cart"})
"""Conditions that say yes where there is no row."""
