"""Search: by a part of the email or name, or by the number of an order; every character is literal."""

import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.contacts import ContactQuery
from daemon.db.contact_list import contact_page
from tests.db.rows import add_store, customer, order, put

PEOPLE = {
    1: ("ann.lee@example.com", "Ann", "Lee"),
    2: ("bob@shop.test", "Robert", "O'Brien"),
    3: ("100%_off@odd.test", 'Say "Hi"', "50% off_now"),
    4: ("naoko@example.com", "直子", "山田太郎"),
    5: ("zoe@example.com", "Zoë", "Öz"),
    6: ("joanna@example.com", "Joanna", "Leeds"),
    7: ("1204@numbers.test", "Num", "Ber"),
    8: ("100xxoff@odd.test", "Bang!", "a*b\\c"),
}


@pytest.fixture
def known(conn: sqlite3.Connection) -> sqlite3.Connection:
    """The people above; Bob has order 1204, Zoë orders 12 and 7."""
    store = add_store(conn)
    customers = [
        customer(key, email=email, first_name=first, last_name=last) for key, (email, first, last) in PEOPLE.items()
    ]
    put(conn, store, customers=customers, orders=[order(1204, 2), order(12, 5), order(7, 5)])
    return conn


def found(conn: sqlite3.Connection, search: str) -> set[int]:
    """The people that *search* finds."""
    page = contact_page(conn, ContactQuery(search=search))
    assert page.total == len(page.contacts)
    number_of = {email: number for number, (email, _, _) in PEOPLE.items()}
    return {number_of[row.email] for row in page.contacts}


@pytest.mark.parametrize(
    ("search", "who"),
    [
        pytest.param("ann.lee@example.com", {1}, id="whole-email"),
        pytest.param("lee@ex", {1}, id="part-of-an-email"),
        pytest.param("ANN.LEE", {1}, id="case-of-an-email"),
        pytest.param("obe", {2}, id="part-of-a-first-name"),
        pytest.param("brien", {2}, id="part-of-a-last-name"),
        pytest.param("ann", {1, 6}, id="several"),
        pytest.param("ann lee", {1, 6}, id="two-words-anywhere"),
        pytest.param("joanna leeds", {6}, id="two-words"),
        pytest.param("leeds joanna", {6}, id="two-words-turned-round"),
        pytest.param("  joanna \t ", {6}, id="spaces-around"),
        pytest.param("joanna nobody", set(), id="one-word-found-is-not-enough"),
        pytest.param("le", {1, 6}, id="short-beginning-of-a-last-name"),
        pytest.param("zo", {5}, id="short-beginning-of-an-email"),
        pytest.param("ee", set(), id="short-words-only-begin"),
        pytest.param("Öz", {5}, id="short-beyond-ascii"),
        pytest.param("山田", {4}, id="short-in-other-scripts"),
        pytest.param("山田太", {4}, id="other-scripts"),
        pytest.param("zoë", {5}, id="beyond-ascii"),
        pytest.param("ZOË", {5}, id="case-beyond-ascii"),
        pytest.param("1204", {2, 7}, id="order-number-or-email"),
        pytest.param("#1204", {2}, id="order-number-with-hash"),
        pytest.param("12", {5, 7}, id="short-order-number"),
        pytest.param("#7", {5}, id="one-digit-order-number"),
        pytest.param("120", {7}, id="an-order-number-is-whole"),
        pytest.param("#9999", set(), id="unknown-order-number"),
        pytest.param("zoe #12", {5}, id="word-and-number"),
        pytest.param("%", set(), id="percent-alone"),
        pytest.param("100%", {3}, id="percent-is-literal"),
        pytest.param("%_off", {3}, id="underscore-is-literal"),
        pytest.param("off_now", {3}, id="underscore-in-a-name"),
        pytest.param('"hi"', {3}, id="double-quotes"),
        pytest.param("o'brien", {2}, id="single-quote"),
        pytest.param("bang!", {8}, id="the-escape-character-itself"),
        pytest.param("a*b", {8}, id="asterisk"),
        pytest.param("b\\c", {8}, id="backslash"),
        pytest.param("ann OR bob", set(), id="operators-are-words"),
        pytest.param("email:ann", set(), id="columns-are-words"),
        pytest.param("joanna\0leeds", {6}, id="nul-parts-words"),
        pytest.param("", set(PEOPLE), id="nothing-finds-all"),
        pytest.param("   ", set(PEOPLE), id="spaces-find-all"),
        pytest.param("#", set(), id="hash-alone"),
        pytest.param("9" * 18, set(), id="a-number-beyond-all"),
        pytest.param("9" * 400, set(), id="a-number-beyond-any-column"),
        pytest.param("٣٤٥", set(), id="other-digits"),
    ],
)
def test_a_search_finds_whom_it_names(known: sqlite3.Connection, search: str, who: set[int]) -> None:
    assert found(known, search) == who


def test_a_search_follows_a_change_of_name(known: sqlite3.Connection) -> None:
    put(
        known,
        add_store(known, "other1"),
        customers=[customer(9, email="ann.lee@example.com", first_name="Anne", last_name="Married")],
    )

    assert found(known, "married") == {1}
    assert found(known, "leeds") == {6}


def test_a_search_is_paged_like_the_list(known: sqlite3.Connection) -> None:
    query = ContactQuery(search="example", limit=3)
    first = contact_page(known, query)
    rest = contact_page(known, query.model_copy(update={"after": first.next}))

    assert (first.total, rest.total) == (4, 4)
    assert len({row.id for row in first.contacts + rest.contacts}) == 4


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("%_!\"'*^:-()#\\ \0aein")), max_size=60)
)
def test_no_text_is_a_fault_as_a_search(known: sqlite3.Connection, search: str) -> None:
    found(known, search)


@pytest.mark.parametrize(
    "search", ["a " * 250, "x" * 500, "ab1 " * 125, '" ' * 250, "".join(map(chr, range(500, 1000)))]
)
def test_the_longest_searches_are_answered(known: sqlite3.Connection, search: str) -> None:
    found(known, search)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(sorted(PEOPLE)), st.data())
def test_every_longer_part_of_an_email_finds_it(known: sqlite3.Connection, number: int, data: st.DataObject) -> None:
    email = PEOPLE[number][0]
    start = data.draw(st.integers(0, len(email) - 3))
    end = data.draw(st.integers(start + 3, len(email)))

    assert number in found(known, email[start:end])
