"""The window over a long list: what it asks for, keeps and forgets."""

from common.contacts import ContactPage, ContactQuery, ContactRow
from common.money import Money
from tests.support.fake_data import contact, row_of
from tui import feed
from tui.pages import KEPT_PAGES, PAGE_ROWS, Chunk, Pages


def row(at: int) -> ContactRow:
    return row_of(contact(at + 1, f"user{at + 1}@example.com"))


def page(number: int, total: int) -> Chunk[ContactRow]:
    start = number * PAGE_ROWS
    end = min(start + PAGE_ROWS, total)
    return Chunk(total, [row(at) for at in range(start, end)], f"after-{end}")


def pages_with(*numbers: int, total: int = 1_000_000) -> Pages[ContactQuery, ContactRow]:
    pages: Pages[ContactQuery, ContactRow] = Pages(ContactQuery())
    for number in numbers:
        pages.take(number, page(number, total))
    return pages


def test_what_shows_is_wanted_before_its_neighbours() -> None:
    pages = pages_with(0)

    assert pages.missing(5000, 5020) == 50


def test_a_page_either_side_is_wanted_once_the_shown_ones_are_at_hand() -> None:
    assert pages_with(0, 50).missing(5000, 5020) == 51
    assert pages_with(0, 50, 51).missing(5000, 5020) == 49
    assert pages_with(0, 49, 50, 51).missing(5000, 5020) is None


def test_nothing_is_wanted_beyond_the_last_row() -> None:
    assert pages_with(0, total=40).missing(0, 39) is None


def test_a_page_after_one_at_hand_is_asked_for_by_its_cursor() -> None:
    assert pages_with(0).request(1) == ContactQuery(after="after-100", limit=PAGE_ROWS)


def test_a_page_far_away_is_asked_for_by_offset() -> None:
    assert pages_with(0).request(9999) == ContactQuery(offset=999_900, limit=PAGE_ROWS)


def test_the_page_least_used_is_forgotten() -> None:
    pages = pages_with(*range(KEPT_PAGES))
    pages.row(0)

    pages.take(KEPT_PAGES, page(KEPT_PAGES, 1_000_000))

    assert pages.row(0) is not None
    assert pages.row(PAGE_ROWS) is None


def test_a_page_that_falls_short_ends_the_list() -> None:
    pages = pages_with(0, total=150)

    pages.take(1, Chunk(150, [row(100)]))

    assert pages.total == 101


def test_a_row_is_updated_where_it_stands() -> None:
    pages = pages_with(0, total=3)
    richer = row(1).model_copy(update={"revenue": Money.of(5_000_00, "USD"), "orders": 9})

    changed = pages.update([richer])

    assert changed == {2: (row(1), richer)}
    assert pages.row(1) == richer
    assert pages.index_of(2) == 1


async def test_a_contact_that_left_its_page_is_asked_for_by_email() -> None:
    pages = pages_with(0, total=2)
    moved = row(0).model_copy(update={"orders": 9})

    async def ask(query: ContactQuery) -> ContactPage:
        rows = [moved] if query.search == moved.email else [row(1)]
        return ContactPage(total=3, contacts=rows)

    fresh = await feed.freshen_contacts(ask, pages, 0, 1)

    assert fresh.total == 3
    assert pages.row(0) == moved
