"""Finding what can be asked by a few words."""

import pytest

from common.segments.catalogue import OF_CONTACTS, OF_ORDERS, about

EVERY = [*OF_CONTACTS.values(), *OF_ORDERS.values()]


def found(words: str) -> list[str]:
    return [kind.name for kind in about(words, EVERY)]


def test_without_a_word_all_is_found_in_its_order() -> None:
    assert found(" ") == [kind.name for kind in EVERY]


def test_what_is_called_so_comes_before_what_only_speaks_of_it() -> None:
    names = found("total revenue")

    assert names[0] == "total_revenue"
    assert "average_order_value" in names


@pytest.mark.parametrize("words", ["Order total", "order_total", " ORDER  TOTAL "])
def test_names_are_found_with_blanks_or_underscores_in_any_case(words: str) -> None:
    assert found(words)[0] == "order_total"


def test_every_word_has_to_do_with_it() -> None:
    assert found("cart date") == ["abandoned_cart_date"]
    assert found("cart zebra") == []


def test_groups_and_examples_are_looked_into() -> None:
    assert "country" in found("geography")
    assert "order_payment_method" in found("paypal")
