"""Whatever a store goes through, and in whatever order what we saw of it arrives: the same rows come out."""

import random
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.store_settings import SYNC_GUESTS
from daemon.db.database import connect
from daemon.db.store_settings import keep_values
from daemon.rebuild import rebuild_totals
from daemon.settings import Settings
from tests.support.ledger import Fetch, Ledger
from tests.support.living_shops import HASHES, looks_at_shops

# Hypothesis draws the same examples every time: a failure is found by whoever made it, not by the next one.
PROVEN = settings(max_examples=60, deadline=None, derandomize=True, database=None)


def rows_after(looks: list[Fetch]) -> dict[str, list[Any]]:
    """The rows that must not depend on the order of arrival; what we noted on the way (histories, origins) may."""
    with Ledger(HASHES) as ledger:
        for key in ledger.keys:
            keep_values(ledger.conn, key.id, {SYNC_GUESTS.name: "on"})
        for look in looks:
            ledger.apply(look)
        return {name: sorted(ledger.rows(sql), key=str) for name, sql in ROWS.items()}


_CONTACT = "(select email from contact where contact.id = {}.contact_id)"
ROWS = {
    "customers": f"select store_id, customer_id, email, {_CONTACT.format('customer')}, company, channel_ids, "
    "accepts_marketing, modified_at from customer",
    "subscribers": "select store_id, subscriber_id, email, accepts_newsletter, channel_id, source from subscriber "
    "where digest != x''",
    "products": "select store_id, product_id, name from product where deleted_at is null",
    "orders": f"select store_id, number, {_CONTACT.format('store_order')}, status_id, status, counts, currency, "
    "total_minor, refunded_minor, products, placed_at, modified_at, payment_method, cart_id, deleted_at is null "
    "from store_order",
    "lines": "select store_order.store_id, number, line_id, position, product_id, quantity, "
    f"{_CONTACT.format('order_line')} from order_line join store_order on store_order.id = order_id "
    "join item on item.id = item_id",
    "refunds": "select * from refund",
    "carts": f"select store_id, cart_id, {_CONTACT.format('cart')}, status, order_number, total_minor, updated_at, "
    "closed_as, gone_at_ms is null from cart",
    "totals": f"select {_CONTACT.format('contact_total')}, store_id, currency, revenue_minor, orders, products, "
    "first_order_at, last_order_at from contact_total",
    "sold": "select * from product_total",
    "listed": "select store_id, product_id, name_folded, price_minor, pieces, revenue_minor from shelf "
    "where (store_id, product_id) in (select store_id, product_id from product where deleted_at is null)",
    "places": f"select {_CONTACT.format('contact_place')}, place.country_code, city, orders from contact_place "
    "join place on place.id = place_id",
    "places of orders": "select store_id, number, country_code, city from store_order "
    "join place on place.id = place_id",
    "guests": "select email, first_name, last_name, phone from contact where email like 'guest%'",
    "sums": "select email, orders, revenue_minor, revenue_currency, last_order_at from contact where orders",
}

seeds = st.integers(min_value=0, max_value=2**32)


@PROVEN
@given(seed=seeds, steps=st.integers(1, 25))
def test_looks_that_arrive_in_any_order_and_any_number_of_times_end_in_the_same_rows(seed: int, steps: int) -> None:
    dice = random.Random(seed)
    looks = looks_at_shops(dice, steps=steps)
    jumbled = dice.sample(looks, k=len(looks)) + dice.choices(looks, k=len(looks))
    dice.shuffle(jumbled)

    assert rows_after(jumbled) == rows_after(looks)


@PROVEN
@given(seed=seeds, steps=st.integers(1, 25))
def test_looking_again_at_a_store_that_did_not_change_writes_nothing(seed: int, steps: int) -> None:
    *_, last = looks = looks_at_shops(random.Random(seed), steps=steps)
    with Ledger(HASHES) as ledger:
        for look in looks:
            ledger.apply(look)
        before = ledger.conn.total_changes

        applied = ledger.apply(replace(last, at_ms=last.at_ms + 1))

        assert (applied.ids, ledger.conn.total_changes) == ({}, before)


@PROVEN
@given(seed=seeds, steps=st.integers(1, 30))
def test_totals_are_the_sums_of_what_counts(seed: int, steps: int) -> None:
    with Ledger(HASHES) as ledger:
        for look in looks_at_shops(random.Random(seed), steps=steps):
            ledger.apply(look)

        totals = ledger.rows(
            "select contact_id, store_id, currency, revenue_minor, orders, products, first_order_at, last_order_at, "
            "last_order_id from contact_total"
        )
        assert set(totals) == naive_totals(ledger)


def naive_totals(ledger: Ledger) -> set[tuple[Any, ...]]:
    bought = ledger.rows(
        "select contact_id, store_id, currency, total_minor - refunded_minor, products, placed_at, id from store_order "
        "where status in ('Completed', 'Recovered') and deleted_at is null"
    )
    groups: dict[tuple[int, int, str], list[Any]] = {}
    for row in bought:
        for store_id in (0, row[1]):
            groups.setdefault((row[0], store_id, row[2]), []).append(row)
    return {
        (
            *key,
            sum(row[3] for row in rows),
            len(rows),
            sum(row[4] for row in rows),
            min(row[5] for row in rows),
            *max((row[5], row[6]) for row in rows),
        )
        for key, rows in groups.items()
    }


@PROVEN
@given(seed=seeds, steps=st.integers(1, 30))
def test_what_was_sold_of_a_product_is_the_sum_of_its_lines_in_orders_that_count(seed: int, steps: int) -> None:
    with Ledger(HASHES) as ledger:
        for look in looks_at_shops(random.Random(seed), steps=steps):
            ledger.apply(look)

        kept = ledger.rows("select store_id, product_id, currency, pieces, orders, revenue_minor from product_total")
        assert sorted(kept) == naive_sales(ledger)


def naive_sales(ledger: Ledger) -> list[tuple[Any, ...]]:
    lines = ledger.rows(
        "select store_order.store_id, product_id, currency, order_id, quantity, quantity_refunded, "
        "order_line.total_minor from order_line join store_order on store_order.id = order_id "
        "join item on item.id = item_id where status in ('Completed', 'Recovered') and deleted_at is null "
        "and product_id"
    )
    groups: dict[tuple[int, int, str], list[Any]] = {}
    for row in lines:
        groups.setdefault(row[:3], []).append(row)
    return sorted(
        (
            *key,
            sum(row[4] for row in rows),
            len({row[3] for row in rows}),
            sum(row[6] - row[6] * row[5] // row[4] for row in rows),
        )
        for key, rows in groups.items()
    )


@PROVEN
@given(seed=seeds, steps=st.integers(1, 30))
def test_places_are_those_that_orders_were_billed_to(seed: int, steps: int) -> None:
    with Ledger(HASHES) as ledger:
        for look in looks_at_shops(random.Random(seed), steps=steps):
            ledger.apply(look)

        billed = ledger.rows("select contact_id, place_id from store_order where deleted_at is null and place_id")
        assert sorted(ledger.rows("select contact_id, place_id from contact_place")) == sorted(set(billed))
        named = Counter(ledger.rows("select place_id from store_order where place_id"))
        assert ledger.rows("select id, orders from place order by id") == sorted(named.items())


_DERIVED = (
    "select * from contact_total",
    "select * from product_total",
    "select * from shelf order by id",
    "select * from contact order by id",
    "select * from contact_trait",
    "select * from trait order by id",
    "select * from contact_place",
    "select * from place order by id",
)


@pytest.mark.parametrize("seed", range(4))
def test_a_rebuild_changes_nothing(tmp_path: Path, seed: int) -> None:
    with Ledger(HASHES) as ledger:
        for look in looks_at_shops(random.Random(seed), steps=40):
            ledger.apply(look)
        derived = [ledger.rows(sql) for sql in _DERIVED]
        here = Settings(state_dir=tmp_path)
        ledger.keep(here.database)

    rebuilt = rebuild_totals(here)

    with closing(connect(here.database, writes=False)) as conn:
        assert [conn.execute(sql).fetchall() for sql in _DERIVED] == derived
        assert rebuilt == len(derived[3])
