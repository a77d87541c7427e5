"""Money: minor units by currency, rounding, and what is refused as no amount."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.money import Money, exponent, minor_units, money_text, short_count, short_money_text


@pytest.mark.parametrize(("currency", "places"), [("USD", 2), ("JPY", 0), ("XPF", 0), ("KWD", 3), ("???", 2), ("", 2)])
def test_a_currency_has_its_own_number_of_places(currency: str, places: int) -> None:
    assert exponent(currency) == places


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        pytest.param("64.5300", "USD", 6453, id="four-places-as-v2-writes"),
        pytest.param("8", "USD", 800, id="no-places"),
        pytest.param(" 8.10 ", "USD", 810, id="spaces-around"),
        pytest.param("-3.50", "USD", -350, id="negative"),
        pytest.param("0.005", "USD", 1, id="half-a-cent-goes-up"),
        pytest.param("0.00499", "USD", 0, id="less-than-half-goes-down"),
        pytest.param("-0.005", "USD", -1, id="negative-half-goes-away-from-zero"),
        pytest.param("1500.4", "JPY", 1500, id="no-cents"),
        pytest.param("1.2345", "KWD", 1235, id="three-places"),
        pytest.param(0.1 + 0.2, "USD", 30, id="float-noise"),
        pytest.param(1.005, "USD", 101, id="a-float-counts-as-its-shortest-text"),
        pytest.param(1e-7, "USD", 0, id="float-with-exponent"),
        pytest.param(Decimal("19.99"), "USD", 1999, id="decimal"),
        pytest.param(7, "USD", 700, id="integer"),
    ],
)
def test_an_amount_becomes_minor_units(amount: str | Decimal | float, currency: str, minor: int) -> None:
    assert minor_units(amount, currency) == minor


@pytest.mark.parametrize(
    "amount",
    ["", " ", "abc", "1,50", "1.2.3", "$5", "NaN", "sNaN", "Infinity", "-inf", "1e400", "1e30", "0x10", "None", "True"],
)
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="amount of money"):
        minor_units(amount, "USD")


def test_an_amount_larger_than_any_purchase_is_refused() -> None:
    with pytest.raises(ValueError, match="larger than any amount"):
        minor_units("1000000000000001", "USD")


@given(st.integers(-(10**12), 10**12), st.sampled_from(["USD", "JPY", "KWD"]))
def test_minor_units_come_back_from_their_major_text(minor: int, currency: str) -> None:
    assert minor_units(str(Decimal(minor).scaleb(-exponent(currency))), currency) == minor


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (120450, "USD", "$1,204.50"),
        (-5, "USD", "-$0.05"),
        (0, "EUR", "€0.00"),
        (1500, "JPY", "¥1,500"),
        (1235, "KWD", "KWD 1.235"),
        (99, "MXN", "MXN 0.99"),
        (100, "CAD", "CA$1.00"),
    ],
)
def test_money_is_written_with_a_symbol_only_where_it_is_unmistakable(minor: int, currency: str, text: str) -> None:
    assert money_text(minor, currency) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (-7, "-7"),
        (999, "999"),
        (1000, "1k"),
        (1250, "1.2k"),
        (99_999, "99k"),
        (-1_048_211, "-1M"),
        (34 * 10**9, "34B"),
        (9 * 10**18, "9,000,000T"),
    ],
)
def test_a_short_count_has_two_digits_at_least_and_never_more_than_there_is(number: int, text: str) -> None:
    assert short_count(number) == text


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (0, "USD", "$0.00"),
        (-5, "USD", "-$0.05"),
        (95_000, "USD", "$950"),
        (120_450, "USD", "$1.2k"),
        (-3_400_000_000, "EUR", "-€34M"),
        (1500, "JPY", "¥1.5k"),
        (1500, "MXN", "MXN 15"),
    ],
)
def test_short_money_says_the_currency_as_the_long_one_does(minor: int, currency: str, text: str) -> None:
    assert short_money_text(minor, currency) == text


def test_money_on_the_wire_carries_number_currency_and_text() -> None:
    assert Money.of(1050, "USD").model_dump() == {"minor": 1050, "currency": "USD", "text": "$10.50"}
