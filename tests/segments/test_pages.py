"""Pages of a rule's contacts are those of all its contacts in order, however rare they are."""

import pytest

from common.contacts import ContactQuery, ContactSort
from common.segments.language import parsed
from daemon.segments.page import contact_page
from tests.segments.shop import Shop

PEOPLE = 600


@pytest.fixture
def crowd(shop: Shop) -> Shop:
    for number in range(PEOPLE):
        tags = {f"every {each}": "2026-01-01 12:00" for each in (1, 3, 40, 599) if number % each == 0}
        shop.person(f"p{number:03}", last_order_at=number % 7, tags=tags)
    return shop


@pytest.mark.parametrize("each", [1, 3, 40, 599, 601])
@pytest.mark.parametrize("sort", [ContactSort.LAST_ORDER, ContactSort.EMAIL])
@pytest.mark.parametrize("reverse", [False, True])
def test_pages_follow_each_other_to_the_last_member(
    crowd: Shop, each: int, sort: ContactSort, *, reverse: bool
) -> None:
    rule = parsed(f'tag is "every {each}"')
    members = [number for number in range(PEOPLE) if number % each == 0 and each < PEOPLE]
    expected = sorted(members) if sort is ContactSort.EMAIL else sorted(members, key=lambda one: (-(one % 7), -one))
    expected = expected[::-1] if reverse else expected

    query, seen = ContactQuery(sort=sort, reverse=reverse, limit=7), []
    while True:
        page = contact_page(crowd.conn, query, rule, crowd.asking())
        assert page.total == len(members)
        seen += [contact.email for contact in page.contacts]
        if not page.next:
            break
        assert len(page.contacts) == 7
        query = query.model_copy(update={"after": page.next})

    assert seen == [f"p{number:03}@example.com" for number in expected]


def test_a_search_narrows_the_page_and_its_total(crowd: Shop) -> None:
    page = contact_page(crowd.conn, ContactQuery(search="p00"), parsed('tag is "every 3"'), crowd.asking())

    assert page.total == 4
    assert [contact.email[:4] for contact in page.contacts] == ["p006", "p003", "p009", "p000"]


def test_a_place_far_down_is_that_of_all_members(crowd: Shop) -> None:
    page = contact_page(
        crowd.conn,
        ContactQuery(sort=ContactSort.EMAIL, offset=100, limit=2),
        parsed('tag is "every 3"'),
        crowd.asking(),
    )

    assert [contact.email[:4] for contact in page.contacts] == ["p300", "p303"]
