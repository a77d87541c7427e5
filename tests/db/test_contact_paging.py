"""Paging: every contact exactly once, whatever the sort, ties or newcomers."""

import base64
import contextlib
import json
import sqlite3
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.contacts import ContactPage, ContactQuery, ContactSort
from common.errors import Invalid
from daemon.db import contact_list
from daemon.db.contact_list import contact_page

SORT_KEYS: dict[ContactSort, Callable[[tuple[object, ...]], object]] = {
    ContactSort.LAST_ORDER: lambda row: (-_number(row[5]), -_number(row[0])),
    ContactSort.REVENUE: lambda row: (-_number(row[4]), -_number(row[0])),
    ContactSort.ORDERS: lambda row: (-_number(row[3]), -_number(row[0])),
    ContactSort.EMAIL: lambda row: str(row[1]),
    ContactSort.NAME: lambda row: (str(row[2]).lower(), _number(row[0])),
    ContactSort.CREATED: lambda row: -_number(row[0]),
}


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value


def add(conn: sqlite3.Connection, number: int, *, tie: int = 0, last_name: str = "Lee") -> int:
    """A contact; those with the same *tie* have the same orders, revenue and last order."""
    sql = (
        "insert into contact (email, first_name, last_name, last_folded, phone, created_at, orders, "
        "revenue_minor, revenue_currency, last_order_at) values (?1, 'Ann', ?2, folded(?2), '', 0, ?3, ?4, 'USD', ?3) "
        "returning id"
    )
    return int(conn.execute(sql, (f"c{number:05}@example.com", last_name, tie, tie * 100)).fetchone()[0])


@pytest.fixture
def crowd(conn: sqlite3.Connection) -> sqlite3.Connection:
    """60 contacts in ties of twelve; the names differ in case too."""
    for number in range(60):
        add(conn, 59 - number, tie=number % 5, last_name=("lee", "Lee", "Ng", "", "Zoë")[number % 5])
    return conn


def expected(conn: sqlite3.Connection, sort: ContactSort, *, reverse: bool) -> list[int]:
    """The ids in order, by plain Python."""
    rows = conn.execute("select id, email, last_name, orders, revenue_minor, last_order_at from contact").fetchall()
    ids = [row[0] for row in sorted(rows, key=SORT_KEYS[sort])]  # type: ignore[arg-type]  # keys are comparable
    return ids[::-1] if reverse else ids


def walk(conn: sqlite3.Connection, query: ContactQuery, between: Callable[[], object] = lambda: None) -> list[int]:
    """The ids of all pages from the first to the last; *between* happens after each."""
    ids, after = [], ""
    while True:
        page = contact_page(conn, query.model_copy(update={"after": after}))
        ids += [row.id for row in page.contacts]
        if not page.next:
            return ids
        after = page.next
        between()


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("sort", ContactSort)
def test_all_contacts_come_once_and_in_order(crowd: sqlite3.Connection, sort: ContactSort, reverse: bool) -> None:
    ids = walk(crowd, ContactQuery(sort=sort, reverse=reverse, limit=7))

    assert ids == expected(crowd, sort, reverse=reverse)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("sort", ContactSort)
def test_newcomers_neither_hide_nor_double_anyone(crowd: sqlite3.Connection, sort: ContactSort, reverse: bool) -> None:
    there = set(expected(crowd, sort, reverse=reverse))
    numbers = iter(range(1000, 2000))

    ids = walk(crowd, ContactQuery(sort=sort, reverse=reverse, limit=7), lambda: add(crowd, next(numbers), tie=2))

    assert len(ids) == len(set(ids))
    assert there <= set(ids)


@pytest.mark.parametrize("sort", ContactSort)
def test_an_offset_leads_to_the_same_page_as_the_cursor(crowd: sqlite3.Connection, sort: ContactSort) -> None:
    first = contact_page(crowd, ContactQuery(sort=sort, limit=20))

    by_cursor = contact_page(crowd, ContactQuery(sort=sort, limit=20, after=first.next))
    by_offset = contact_page(crowd, ContactQuery(sort=sort, limit=20, offset=20))

    assert by_cursor == by_offset


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(ContactSort), st.booleans(), st.integers(1, 70))
def test_no_page_size_loses_anyone(crowd: sqlite3.Connection, sort: ContactSort, reverse: bool, limit: int) -> None:
    ids = walk(crowd, ContactQuery(sort=sort, reverse=reverse, limit=limit))

    assert ids == expected(crowd, sort, reverse=reverse)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("sort", ContactSort)
def test_every_offset_leads_to_its_part_of_the_list(
    crowd: sqlite3.Connection, sort: ContactSort, reverse: bool
) -> None:
    """Those behind the middle are found from the end."""
    whole = contact_page(crowd, ContactQuery(sort=sort, reverse=reverse, limit=60)).contacts

    for offset in range(61):
        page = contact_page(crowd, ContactQuery(sort=sort, reverse=reverse, limit=7, offset=offset))
        assert page.contacts == whole[offset : offset + 7]
        assert bool(page.next) is (offset + 7 < 60)


def test_the_cursor_wins_over_an_offset(crowd: sqlite3.Connection) -> None:
    after = contact_page(crowd, ContactQuery(limit=10)).next

    assert contact_page(crowd, ContactQuery(limit=10, after=after, offset=50)) == contact_page(
        crowd, ContactQuery(limit=10, after=after)
    )


def test_the_last_page_has_no_next(crowd: sqlite3.Connection) -> None:
    assert contact_page(crowd, ContactQuery(limit=60)).next == ""
    assert contact_page(crowd, ContactQuery(limit=59)).next != ""


def test_the_total_is_of_all_pages(crowd: sqlite3.Connection) -> None:
    assert contact_page(crowd, ContactQuery(limit=7)).total == 60


def test_an_empty_list_is_a_page(conn: sqlite3.Connection) -> None:
    assert contact_page(conn, ContactQuery()) == ContactPage(total=0, contacts=[], next="")


def test_an_offset_beyond_the_end_is_an_empty_page(crowd: sqlite3.Connection) -> None:
    assert contact_page(crowd, ContactQuery(offset=1000)) == ContactPage(total=60, contacts=[], next="")


def test_who_never_ordered_has_no_last_order(conn: sqlite3.Connection) -> None:
    add(conn, 1)

    assert contact_page(conn, ContactQuery()).contacts[0].last_order_at is None


def _coded(place: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        pytest.param("x", id="no-base64"),
        pytest.param("äöü", id="not-ascii"),
        pytest.param(base64.urlsafe_b64encode(b"\xff\xfe").decode(), id="no-text"),
        pytest.param(base64.urlsafe_b64encode(b"[" * 9000).decode(), id="endless-nesting"),
        pytest.param(base64.urlsafe_b64encode(b'["last_order","\\ud800",1]').decode(), id="lone-surrogate"),
        pytest.param(_coded(None), id="null"),
        pytest.param(_coded({}), id="object"),
        pytest.param(_coded([]), id="empty"),
        pytest.param(_coded([1, 2]), id="no-sort"),
        pytest.param(_coded(["last_order", 1]), id="too-short"),
        pytest.param(_coded(["last_order", 1, 2, 3]), id="too-long"),
        pytest.param(_coded(["last_order", "1", 2]), id="text-for-a-number"),
        pytest.param(_coded(["last_order", 1.5, 2]), id="fraction"),
        pytest.param(_coded(["last_order", [1], {}]), id="nested"),
        pytest.param(_coded(["last_order", None, True]), id="null-and-true"),
        pytest.param(_coded(["last_order", 10**30, 1]), id="larger-than-a-column"),
        pytest.param(_coded(["revenue", 1, 2]), id="of-another-sort"),
    ],
)
def test_what_is_no_cursor_of_this_list_is_refused(crowd: sqlite3.Connection, cursor: str) -> None:
    with pytest.raises(Invalid, match="no cursor of this list"):
        contact_page(crowd, ContactQuery(after=cursor))


@pytest.mark.parametrize("sort", ContactSort)
@given(text=st.text(max_size=40))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_text_is_a_fault_as_a_cursor(conn: sqlite3.Connection, sort: ContactSort, text: str) -> None:
    with contextlib.suppress(Invalid):
        contact_page(conn, ContactQuery(sort=sort, after=text))


def test_a_quick_page_of_many_has_the_rows_and_leaves_the_rest_uncounted(
    crowd: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_list, "_FEW", 3)
    query = ContactQuery(search="example", limit=20)
    whole = contact_page(crowd, query)

    quick = contact_page(crowd, query.model_copy(update={"quick": True}))

    assert (quick.total, quick.is_counted, whole.is_counted) == (3, False, True)
    assert (quick.contacts, quick.next) == (whole.contacts, whole.next)


def test_a_quick_page_of_few_is_counted(crowd: sqlite3.Connection) -> None:
    query = ContactQuery(search="example", limit=20)

    assert contact_page(crowd, query.model_copy(update={"quick": True})) == contact_page(crowd, query)
