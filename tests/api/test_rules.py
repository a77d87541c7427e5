"""Rules over the socket, asked of a daemon that knows one store."""

from collections.abc import Awaitable

import pytest

from common.client import ApiClient
from common.contacts import ContactQuery, ContactSort
from common.errors import Invalid, NotFound
from common.segments.answers import PreviewQuery, SegmentSave, TallyQuery, ValueQuery
from daemon.sandbox.store import SandboxStore
from tests.api.test_answers import synced

BOUGHT = "total_orders > 0"


async def test_the_count_is_that_of_the_contacts_listed_one_by_one(beside_shop: ApiClient, shop: SandboxStore) -> None:
    await synced(beside_shop, shop)
    every = (await beside_shop.contacts(ContactQuery(limit=1000))).contacts

    counted = await beside_shop.count_rule(BOUGHT)

    assert (counted.count, counted.total) == (sum(row.orders > 0 for row in every), len(every))
    assert 0 < counted.count < counted.total


async def test_a_preview_pages_through_the_same_contacts_in_the_order_asked_for(
    beside_shop: ApiClient, shop: SandboxStore
) -> None:
    await synced(beside_shop, shop)
    asked = PreviewQuery(rule=BOUGHT, sort=ContactSort.EMAIL, limit=3)
    listed = await beside_shop.contacts(ContactQuery(match=BOUGHT, sort=ContactSort.EMAIL, limit=1000))

    found: list[str] = []
    page = await beside_shop.preview_rule(asked)
    while True:
        found += [row.email for row in page.contacts]
        if not page.next:
            break
        page = await beside_shop.preview_rule(asked.model_copy(update={"after": page.next}))

    assert found == [row.email for row in listed.contacts] == sorted(found)
    assert (page.count, listed.total) == (len(found), len(found))


async def test_a_rule_narrows_a_search(beside_shop: ApiClient, shop: SandboxStore) -> None:
    await synced(beside_shop, shop)
    buyer = (await beside_shop.contacts(ContactQuery(match=BOUGHT, limit=1))).contacts[0]

    one = await beside_shop.contacts(ContactQuery(search=buyer.email, match=BOUGHT))
    none = await beside_shop.contacts(ContactQuery(search=buyer.email, match=f"not {BOUGHT}"))

    assert ([row.email for row in one.contacts], none.total) == ([buyer.email], 0)


async def test_an_explanation_tells_each_part_with_the_values(beside_shop: ApiClient, shop: SandboxStore) -> None:
    await synced(beside_shop, shop)
    buyer = (await beside_shop.contacts(ContactQuery(match=BOUGHT, limit=1))).contacts[0]

    why = await beside_shop.explain_rule(f'{BOUGHT} and not email contains "@"', f" {buyer.email.upper()} ")

    assert (why.member, why.email, why.rule.joins) == (False, buyer.email, "all")
    bought, denied = why.rule.parts
    assert (bought.holds, bought.actual) == (True, [str(buyer.orders)])
    assert (denied.joins, denied.holds, denied.parts[0].actual) == ("not", False, [buyer.email])


@pytest.mark.parametrize("rule", ["", "nonsense", "total_orders >", "total_orders > 1 and"])
async def test_what_is_no_rule_is_refused_with_its_place(client: ApiClient, rule: str) -> None:
    with pytest.raises(Invalid, match=r"line 1, column \d+: "):
        await client.count_rule(rule)


async def test_a_long_rule_fits_into_a_call(client: ApiClient) -> None:
    rule = "last_name in (" + ", ".join(f'"ß{number:06}"' for number in range(1000)) + ")"

    assert (await client.count_rule(rule)).count == 0


async def test_nobody_is_explained_to_strangers(client: ApiClient) -> None:
    with pytest.raises(NotFound):
        await client.explain_rule(BOUGHT, "nobody@example.com")


async def test_an_overlap_adds_up(beside_shop: ApiClient, shop: SandboxStore) -> None:
    await synced(beside_shop, shop)
    rich, often = "total_revenue > 100", "total_orders > 1"

    found = await beside_shop.overlap(rich, often)

    either = (await beside_shop.count_rule(f"{rich} or {often}")).count
    assert 0 < found.both <= min(found.rule, found.other) < found.total
    assert found.rule + found.other - found.both == either


async def test_values_are_those_of_the_store(beside_shop: ApiClient, shop: SandboxStore) -> None:
    await synced(beside_shop, shop)
    name = next(iter(shop.world.catalogue.products.values())).name

    found = await beside_shop.suggest_values(ValueQuery(condition="product_name_in_any_order", search=name[:6]))

    assert all(name[:6].casefold() in one.value.casefold() for one in found.values)


async def test_a_value_that_was_counted_can_be_asked_for(beside_shop: ApiClient, shop: SandboxStore) -> None:
    await synced(beside_shop, shop)

    told = await beside_shop.tally_values(TallyQuery(rule=BOUGHT, condition="order_payment_method", limit=2))

    assert told.contacts == (await beside_shop.count_rule(BOUGHT)).count
    assert told.different >= len(told.values) == 2
    for one in told.values:
        assert one.contacts == (await beside_shop.count_rule(f"{BOUGHT} and {one.rule}")).count > 0


async def test_a_condition_that_cannot_be_counted_is_refused_with_the_nearest_name(client: ApiClient) -> None:
    with pytest.raises(Invalid, match="no condition 'total_order'") as refused:
        await client.tally_values(TallyQuery(rule="everyone", condition="total_order"))
    assert refused.value.remedy == "Did you mean total_orders?"


async def test_a_store_that_is_not_here_is_refused_with_its_place_and_the_nearest(
    beside_shop: ApiClient, shop: SandboxStore
) -> None:
    await synced(beside_shop, shop)
    known = shop.identity.store_hash
    rule = f'{BOUGHT} and\n  total_orders on store "{known}x" > 0'
    asked: list[Awaitable[object]] = [
        beside_shop.count_rule(rule),
        beside_shop.save_segment("VIP", rule),
        beside_shop.explain_rule(rule, "ann@example.com"),
        beside_shop.contacts(ContactQuery(match=rule)),
    ]

    for one in asked:
        with pytest.raises(Invalid, match=rf"line 2, column 25: there is no store “{known}x”") as refused:
            await one
        assert refused.value.remedy == f"Did you mean {known}?"

    assert (await beside_shop.count_rule(rule.replace(f"{known}x", known))).count > 0


async def test_of_several_segments_the_wrong_one_is_named_and_none_is_saved(client: ApiClient) -> None:
    wanted = [SegmentSave(name="Good", rule=BOUGHT), SegmentSave(name="Bad", rule="total_order > 1")]

    with pytest.raises(Invalid, match="“Bad”: line 1, column 1: there is no condition 'total_order'"):
        await client.apply_segments(wanted)

    assert (await client.segments()).segments == []
