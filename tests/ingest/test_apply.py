"""The write unit alone: what arrives late, twice or at the same second never makes rows older than they are."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from common.events import What
from common.store_settings import SYNC_GUESTS
from daemon.db.store_settings import keep_values
from daemon.ingest.apply import Batch, Gone
from daemon.records import BillingContact, CategoryRecord, Kind, OrderRecord, Origin, Place
from tests.support.ledger import LONG_AGO, NOW, Fetch, Ledger, cart, customer, line, order, product, refund, subscriber


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger() as opened:
        opened.take(customers=(customer(),), products=(product(),))
        yield opened


def test_a_stale_page_that_arrives_late_overwrites_no_newer_order(ledger: Ledger) -> None:
    ledger.take(9, orders=(order(status_id=2, modified_at=LONG_AGO + 5),))

    applied = ledger.take(3, orders=(order(status_id=11, modified_at=LONG_AGO),), origin=Origin.HISTORICAL)

    assert (applied.ids, ledger.rows("select status_id from store_order")) == ({}, [2])


@pytest.mark.parametrize("arrivals", [(1, 2), (2, 1)], ids=["in-order", "turned-round"])
def test_of_two_looks_in_the_same_second_the_later_one_wins(ledger: Ledger, arrivals: tuple[int, int]) -> None:
    status_seen_at = {1: 11, 2: 2}

    for at_ms in arrivals:
        ledger.take(at_ms, orders=(order(status_id=status_seen_at[at_ms]),))

    assert ledger.rows("select status_id from store_order") == [2]


def test_the_same_order_again_touches_no_row(ledger: Ledger) -> None:
    batch = Batch(orders=(order(),), refunds=(refund(),), carts=(cart(),), subscribers=(subscriber(),))
    ledger.apply(Fetch(batch, 1))
    before = ledger.conn.total_changes

    applied = ledger.apply(Fetch(batch, 2, origin=Origin.HISTORICAL))

    assert (applied.ids, ledger.conn.total_changes) == ({}, before)


def test_an_unknown_field_in_the_payload_is_no_change(ledger: Ledger) -> None:
    ledger.take(1, orders=(order(raw=b'{"id":1}'),))

    assert ledger.take(2, orders=(order(raw=b'{"id":1,"new":true}'),)).ids == {}


def test_what_changed_is_told_by_kind(ledger: Ledger) -> None:
    applied = ledger.take(orders=(order(7),), carts=(cart("left"),))

    assert applied.ids == {What.ORDER: [7], What.CART: ["left"], What.CONTACT: [1]}
    assert applied.count == 2


def test_the_first_origin_of_an_order_stays(ledger: Ledger) -> None:
    ledger.take(1, orders=(order(),), origin=Origin.LIVE)

    ledger.take(2, orders=(order(status_id=2, modified_at=LONG_AGO + 1),), origin=Origin.HISTORICAL)

    assert ledger.rows("select origin from store_order") == ["live"]


def test_a_guests_order_whose_address_was_corrected_is_that_addresss(ledger: Ledger) -> None:
    keep_values(ledger.conn, 1, {SYNC_GUESTS.name: "on"})
    wrong = order(9, 0, billing=BillingContact("tpyo@example.org", "Amy", "Lee", ""))
    ledger.take(1, orders=(wrong,))

    right = replace(wrong, billing=replace(wrong.billing, email="typo@example.org"), modified_at=LONG_AGO + 5)
    ledger.take(2, orders=(right,))

    guests = "select email, orders from contact where email like '%@example.org'"
    assert ledger.rows(guests) == [("typo@example.org", 1)]


def test_guests_leave_no_trace(ledger: Ledger) -> None:
    before = ledger.conn.total_changes

    ledger.take(orders=(order(customer_id=0), order(2, customer_id=0, status_id=0)))

    assert ledger.rows("select number from passed_over") == [1]  # that the store has the order, and no more
    assert ledger.conn.total_changes == before + 1


def test_an_order_of_a_customer_the_store_does_not_list_is_its_billing_contacts(ledger: Ledger) -> None:
    ledger.take(orders=(order(customer_id=77),))

    assert ledger.rows("select email from contact join store_order on contact_id = contact.id") == [
        "billing77@example.com"
    ]


def test_the_stores_own_record_takes_the_place_of_the_billing_contact(ledger: Ledger) -> None:
    ledger.take(1, orders=(order(customer_id=77),))

    ledger.take(2, customers=(customer(77, email="real@example.com"),))

    assert ledger.rows("select email, orders from contact where email like '%real%'") == [("real@example.com", 1)]


def test_an_empty_name_never_overwrites_a_filled_one(ledger: Ledger) -> None:
    ledger.take(customers=(customer(first_name="", last_name="", modified_at=LONG_AGO + 1),))

    assert ledger.rows("select first_name, last_name from contact") == [("Ann", "Lee")]


@pytest.mark.parametrize("places", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_the_name_is_that_of_the_account_changed_last_whatever_came_first(
    ledger: Ledger, places: tuple[int, ...]
) -> None:
    keep_values(ledger.conn, ledger.keys[0].id, {SYNC_GUESTS.name: "on"})
    typed = BillingContact("lee@example.com", "Lea", "Typed", "555")
    told = (
        Batch(customers=(customer(2, email="lee@example.com", first_name="Old", modified_at=LONG_AGO),)),
        Batch(customers=(customer(3, email="lee@example.com", first_name="New", modified_at=LONG_AGO + 9),)),
        Batch(orders=(order(7, 0, billing=typed, placed_at=LONG_AGO + 99),)),
    )

    for place in places:
        ledger.apply(Fetch(told[place]))

    assert ledger.rows("select first_name, last_name, phone from contact where email = 'lee@example.com'") == [
        ("New", "Lee", "555")
    ]


def test_refunds_beyond_the_total_take_no_more_than_the_total(ledger: Ledger) -> None:
    ledger.take(orders=(order(),), refunds=(refund(1, amount="20"), refund(2, amount="20")))

    assert ledger.rows("select refunded_minor from store_order") == [2500]
    assert ledger.rows("select revenue_minor from contact_total where store_id = 1") == [0]


def test_a_refund_may_come_before_its_order(ledger: Ledger) -> None:
    ledger.take(refunds=(refund(),))

    ledger.take(orders=(order(),))

    assert ledger.rows("select revenue_minor from contact_total where store_id = 1") == [2000]


def test_two_customers_of_one_email_are_one_contact_with_the_orders_of_both(ledger: Ledger) -> None:
    twin = customer(2, email="customer1@example.com", channel_ids=(2,))

    ledger.take(customers=(twin,), orders=(order(1, 1), order(2, 2)))

    assert ledger.rows("select email, orders from contact") == [("customer1@example.com", 2)]


def test_consent_counts_in_the_customers_channels_only(ledger: Ledger) -> None:
    ledger.take(subscribers=(subscriber(channel_id=2),))

    assert ledger.rows("select accepts_marketing from customer") == [0]


def test_a_customer_of_all_channels_accepts_by_any_consent(ledger: Ledger) -> None:
    ledger.take(2, customers=(customer(channel_ids=(), modified_at=LONG_AGO + 1),))

    ledger.take(subscribers=(subscriber(channel_id=2),))

    assert ledger.rows("select accepts_marketing from customer") == [1]


def test_a_consent_may_come_before_its_customer(ledger: Ledger) -> None:
    ledger.take(subscribers=(subscriber(email="late@example.com"),))

    ledger.take(customers=(customer(2, email="late@example.com"),))

    assert ledger.rows("select accepts_marketing from customer where customer_id = 2") == [1]


def test_nobody_joins_a_list_when_the_master_contact_list_was_renamed(ledger: Ledger) -> None:
    ledger.conn.execute("update list set name = 'Something else'")

    ledger.take(subscribers=(subscriber(),))

    assert ledger.rows("select accepts_marketing, (select count(*) from list_member) from customer") == [(1, 0)]


def test_who_left_the_list_is_never_put_back_by_a_sync(ledger: Ledger) -> None:
    ledger.take(1, subscribers=(subscriber(),))
    ledger.conn.execute("update list_member set status = 'unsubscribed'")

    ledger.take(2, subscribers=(subscriber(accepts=False, modified_at=LONG_AGO + 1),))
    ledger.take(3, subscribers=(subscriber(accepts=True, modified_at=LONG_AGO + 2),))

    assert ledger.rows("select status from list_member") == ["unsubscribed"]


def test_who_accepts_and_changes_the_email_joins_the_list_as_the_new_contact(ledger: Ledger) -> None:
    ledger.take(1, subscribers=(subscriber(1), subscriber(2, email="new@example.com")))

    ledger.take(2, customers=(customer(email="new@example.com", modified_at=LONG_AGO + 1),))

    assert ledger.rows("select email from list_member join contact on contact.id = contact_id order by email") == [
        "customer1@example.com",
        "new@example.com",
    ]


def test_an_account_that_was_deleted_accepts_nothing_and_joins_nothing(ledger: Ledger) -> None:
    ledger.take(1, gone=(Gone(Kind.CUSTOMER, "1"),))

    ledger.take(2, subscribers=(subscriber(),))

    assert ledger.rows("select accepts_marketing, (select count(*) from list_member) from customer") == [(0, 0)]


def test_an_incomplete_order_is_a_cart_and_no_order(ledger: Ledger) -> None:
    ledger.take(orders=(order(5, status_id=0),))

    assert ledger.rows("select cart_id, status from cart") == [("order:5", "Abandoned")]
    assert ledger.rows("select count(*) from store_order") == [0]


def test_an_incomplete_order_of_this_hour_is_nothing_yet(ledger: Ledger) -> None:
    ledger.take(orders=(order(5, status_id=0, modified_at=NOW - 3599),))

    assert ledger.rows("select count(*) from cart") == [0]


@pytest.mark.parametrize("cart_id", ["", "cart-1"], ids=["no-cart-of-its-own", "from-a-cart"])
@pytest.mark.parametrize("arrivals", [(0, 1), (1, 0)], ids=["in-order", "turned-round"])
def test_a_payment_page_left_and_paid_later_is_a_recovered_cart(
    ledger: Ledger, arrivals: tuple[int, int], cart_id: str
) -> None:
    left = order(5, status_id=0, cart_id=cart_id)
    paid = order(5, status_id=11, cart_id=cart_id, modified_at=LONG_AGO + 60)

    for place in arrivals:
        ledger.take(place + 1, orders=((left, paid)[place],))

    assert ledger.rows("select status, order_number from cart") == [("Recovered", 5)]
    assert ledger.rows("select status_id from store_order") == [11]


def test_an_archived_order_leaves_the_totals(ledger: Ledger) -> None:
    ledger.take(1, orders=(order(1), order(2)))

    ledger.take(2, orders=(order(2, is_deleted=True, modified_at=LONG_AGO + 1),))

    assert ledger.rows("select orders, revenue_minor from contact_total where store_id = 1") == [(1, 2500)]


def test_an_order_archived_before_it_was_known_is_not_brought_back_by_a_stale_page(ledger: Ledger) -> None:
    ledger.take(2, orders=(order(is_deleted=True, modified_at=LONG_AGO + 1),))

    ledger.take(1, orders=(order(),), origin=Origin.HISTORICAL)

    assert ledger.rows("select orders from contact") == [0]


def test_a_deleted_product_is_not_brought_back_by_a_stale_page(ledger: Ledger) -> None:
    ledger.take(3, gone=(Gone(Kind.PRODUCT, "1"),))

    ledger.take(2, products=(product(name="Older Name", modified_at=LONG_AGO + 1),))

    assert ledger.rows("select deleted_at is not null from product") == [1]


def test_a_deleted_product_that_is_seen_again_later_is_there_again(ledger: Ledger) -> None:
    ledger.take(3, gone=(Gone(Kind.PRODUCT, "1"),))

    ledger.take(4, products=(product(),))

    assert ledger.rows("select deleted_at from product") == [None]


def test_a_product_seen_after_it_was_missed_is_not_taken_for_gone(ledger: Ledger) -> None:
    ledger.take(4, products=(product(name="Here", modified_at=LONG_AGO + 1),))

    ledger.take(3, gone=(Gone(Kind.PRODUCT, "1"),))

    assert ledger.rows("select deleted_at from product") == [None]


def test_a_deleted_customer_is_not_brought_back_by_a_stale_page(ledger: Ledger) -> None:
    ledger.take(3, gone=(Gone(Kind.CUSTOMER, "1"),))

    ledger.take(2, customers=(customer(phone="5", modified_at=LONG_AGO + 1),))

    assert ledger.rows("select deleted_at is not null from customer") == [1]


def test_a_deleted_consent_is_not_brought_back_by_a_stale_page(ledger: Ledger) -> None:
    ledger.take(1, subscribers=(subscriber(),))
    ledger.take(3, gone=(Gone(Kind.SUBSCRIBER, "1"),))

    ledger.take(2, subscribers=(subscriber(),), origin=Origin.HISTORICAL)

    assert ledger.rows("select accepts_marketing from customer") == [0]


def test_a_stale_list_of_categories_brings_no_old_names_back(ledger: Ledger) -> None:
    ledger.take(3, categories=(CategoryRecord(1, 0, "New"),))

    ledger.take(2, categories=(CategoryRecord(1, 0, "Old"), CategoryRecord(2, 0, "Gone Since")))

    assert ledger.rows("select name from category where category_id = 1") == ["New"]


def test_a_category_that_is_gone_keeps_its_name_marked_as_deleted(ledger: Ledger) -> None:
    ledger.take(1, categories=(CategoryRecord(1, 0, "Shoes"), CategoryRecord(2, 1, "Boots")))

    ledger.take(2, categories=(CategoryRecord(1, 0, "Shoes"),))

    assert ledger.rows("select name, deleted_at is not null from category") == [("Shoes", 0), ("Boots", 1)]


def test_a_line_written_again_keeps_its_categories_and_a_new_one_takes_todays(ledger: Ledger) -> None:
    ledger.take(1, categories=(CategoryRecord(1, 0, "Old"),), products=(product(2, categories=(1,)),))
    ledger.take(2, orders=(order(lines=(line(1, product_id=2),)),))
    ledger.take(3, categories=(CategoryRecord(1, 0, "New"),))
    longer = order(lines=(line(1, product_id=2), line(2, product_id=2, name="Mug XL")), modified_at=LONG_AGO + 1)

    ledger.take(4, orders=(longer,))

    names = "select names from order_line join item on item.id = item_id join category_set on category_set.id = "
    assert ledger.rows(names + "category_set_id order by position") == ['["Old"]', '["New"]']


def test_a_bundles_parts_are_not_counted_as_products(ledger: Ledger) -> None:
    part = line(2)._replace(parent_line_id=1, price_minor=0)

    ledger.take(orders=(order(lines=(line(1, quantity=2), part)),))

    assert ledger.rows("select products from contact_total where store_id = 1") == [2]


def test_an_order_whose_customer_was_deleted_stays_with_its_contact_and_still_changes(ledger: Ledger) -> None:
    ledger.take(1, orders=(order(7, status_id=11),))

    ledger.take(2, orders=(order(7, 0, status_id=5, modified_at=LONG_AGO + 5),))

    assert ledger.rows("select status_id || ' ' || contact_id || ' ' || customer_id from store_order") == ["5 1 1"]
    assert ledger.rows("select count(*) from contact_total") == [0]


def test_a_stand_in_from_an_order_leaves_no_contact_behind_once_the_account_shows_another_email(
    ledger: Ledger,
) -> None:
    ledger.take(1, orders=(order(7, 777),))
    assert "billing777@example.com" in ledger.rows("select email from contact")

    ledger.take(2, customers=(customer(777, email="account@example.com"),))

    emails = ledger.rows("select email from contact")
    assert "billing777@example.com" not in emails
    assert "account@example.com" in emails
    of_order = "select email from contact join store_order on contact_id = contact.id"
    assert ledger.rows(of_order) == ["account@example.com"]


# Places ------------------------------------------------------------------------------------------------------------

AUSTIN, PARIS = Place("US", "Texas", "Austin", "78701"), Place("FR", "", "Paris", "75001")
_CITIES = (
    "select email, city from contact_place join contact on contact.id = contact_id join place on place.id = place_id"
)


def _billed(number: int, place: Place, **more: Any) -> OrderRecord:
    return order(number, billing=BillingContact("ann@example.com", "Ann", "", "", place), **more)


def test_an_address_that_is_corrected_moves_the_contact_and_the_former_place_goes(ledger: Ledger) -> None:
    ledger.take(customers=(customer(email="ann@example.com"),), orders=(_billed(1, AUSTIN), _billed(2, AUSTIN)))
    ledger.take(orders=(_billed(1, PARIS), _billed(2, PARIS)))

    assert ledger.rows(_CITIES) == [("ann@example.com", "Paris")]
    assert ledger.rows("select city, orders from place") == [("Paris", 2)]


def test_an_archived_order_keeps_its_place_and_its_buyer_does_not(ledger: Ledger) -> None:
    ledger.take(customers=(customer(email="ann@example.com"),), orders=(_billed(1, AUSTIN), _billed(2, PARIS)))
    ledger.take(9, gone=(Gone(Kind.ORDER, "1"),))

    assert ledger.rows(_CITIES) == [("ann@example.com", "Paris")]
    assert ledger.rows("select city from place order by 1") == ["Austin", "Paris"]


def test_a_customer_who_changes_to_another_address_takes_the_places_along(ledger: Ledger) -> None:
    ledger.take(customers=(customer(email="ann@example.com"),), orders=(_billed(1, AUSTIN),))
    ledger.take(customers=(customer(email="new@example.com", modified_at=LONG_AGO + 9),))

    assert ledger.rows(_CITIES) == [("new@example.com", "Austin")]


# How products were offered -----------------------------------------------------------------------------------------

_OFFERED = (
    "select brand, is_on_sale, rating from store_order join order_line on order_id = store_order.id "
    "join item on item.id = item_id order by number"
)


def _bought(number: int, untaxed_minor: int = 900, **more: Any) -> OrderRecord:
    return order(number, lines=(line(number)._replace(untaxed_minor=untaxed_minor, brand="Tern"),), **more)


@pytest.mark.parametrize(
    ("untaxed_minor", "sale_minor", "currency", "is_on_sale"),
    [
        pytest.param(900, 900, "USD", 1, id="at the sale price"),
        pytest.param(750, 900, "USD", 1, id="a sale price that holds tax"),
        pytest.param(1000, 900, "USD", 0, id="dearer"),
        pytest.param(900, None, "USD", 0, id="no sale"),
        pytest.param(0, 900, "USD", 0, id="part of a bundle"),
        pytest.param(1000, 900, "EUR", 1, id="in another currency"),
    ],
)
def test_a_line_was_on_sale_when_it_cost_no_more_than_the_sale_price(
    ledger: Ledger, untaxed_minor: int, sale_minor: int | None, currency: str, is_on_sale: int
) -> None:
    ledger.take(2, products=(replace(product(modified_at=LONG_AGO + 1), sale_minor=sale_minor, rating=45),))
    ledger.take(3, orders=(_bought(1, untaxed_minor, currency=currency),))

    assert ledger.rows(_OFFERED) == [("Tern", is_on_sale, 45)]
    assert ledger.rows("select bought_on_sale, last_on_sale, best_rating from contact") == [
        (2 * is_on_sale, is_on_sale, 45)
    ]


def test_an_order_keeps_how_its_products_were_offered_when_it_came(ledger: Ledger) -> None:
    ledger.take(2, products=(replace(product(modified_at=LONG_AGO + 1), sale_minor=900, rating=45),))
    ledger.take(3, orders=(_bought(1),))
    ledger.take(4, products=(replace(product(modified_at=LONG_AGO + 2), rating=30),))
    ledger.take(5, orders=(_bought(1, payment_method="Card", modified_at=LONG_AGO + 3), _bought(2)))

    assert ledger.rows(_OFFERED) == [("Tern", 1, 45), ("Tern", 0, 30)]
    columns = "bought_on_sale, best_rating, worst_rating, last_on_sale, last_best_rating, last_worst_rating"
    assert ledger.rows(f"select {columns} from contact") == [(2, 45, 30, 0, 30, 30)]


def test_what_was_on_sale_in_an_archived_order_is_not_told_of_its_buyer(ledger: Ledger) -> None:
    ledger.take(2, products=(replace(product(modified_at=LONG_AGO + 1), sale_minor=900, rating=45),))
    ledger.take(3, orders=(_bought(1),))
    ledger.take(9, gone=(Gone(Kind.ORDER, "1"),))

    assert ledger.rows("select bought_on_sale, top_rating, best_rating from contact") == [(0, None, None)]
