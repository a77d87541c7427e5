"""Tags, lists, edits and timelines over the socket."""

import pytest

from common.client import ApiClient
from common.contacts import ContactQuery
from common.edits import EditQuery, EditRequest, EditState, Verb
from common.errors import Invalid, NotFound
from common.timeline import Happening, TimelineQuery
from daemon.sandbox.store import SandboxStore
from tests.api.test_answers import synced

BOUGHT = "total_orders > 0"


async def test_a_rule_names_whom_a_tag_is_given_to_and_undo_takes_it_back(
    beside_shop: ApiClient, shop: SandboxStore
) -> None:
    await synced(beside_shop, shop)
    request = EditRequest(verb=Verb.ADD_TAG, name="buyer", match=BOUGHT)
    meant = (await beside_shop.count_rule(BOUGHT)).count

    plan = await beside_shop.plan_edit(request)
    edit = await beside_shop.make_edit(request)

    assert (plan.contacts, plan.changes, plan.is_new) == (meant, meant, True)
    assert (edit.state, edit.changed) == (EditState.DONE, meant)
    assert (await beside_shop.count_rule("tag is buyer")).count == meant
    assert {tag.name: tag.contacts for tag in (await beside_shop.tags()).tags}["buyer"] == meant

    undone = await beside_shop.undo_edit()
    assert (undone.id, undone.state, undone.taken_back) == (edit.id, EditState.UNDONE, meant)
    assert "buyer" not in {tag.name for tag in (await beside_shop.tags()).tags}
    assert [one.id for one in (await beside_shop.edits(EditQuery())).edits] == [edit.id]
    assert await beside_shop.edit(edit.id) == undone


async def test_addresses_name_whom_a_list_is_joined_by(beside_shop: ApiClient, shop: SandboxStore) -> None:
    await synced(beside_shop, shop)
    ann, bob = (await beside_shop.contacts(ContactQuery(limit=2))).contacts
    request = EditRequest(verb=Verb.ADD_TO_LIST, name="News", emails=[ann.email.upper(), bob.email])

    await beside_shop.make_edit(request)
    await beside_shop.make_edit(EditRequest(verb=Verb.UNSUBSCRIBE, name="news", ids=[ann.id]))

    again = await beside_shop.plan_edit(request)
    assert (again.changes, again.unsubscribed) == (0, 1)
    news = next(one for one in (await beside_shop.lists()).lists if one.name == "News")
    assert (news.active, news.unsubscribed) == (1, 1)


async def test_a_search_finds_whom_it_finds_in_the_list(beside_shop: ApiClient, shop: SandboxStore) -> None:
    await synced(beside_shop, shop)
    (someone,) = (await beside_shop.contacts(ContactQuery(limit=1))).contacts

    edit = await beside_shop.make_edit(EditRequest(verb=Verb.ADD_TAG, name="one", search=someone.email))

    assert (edit.contacts, (await beside_shop.contact(someone.email)).tags[-1]) == (1, "one")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"emails": ["nobody@example.com"]}, NotFound),
        ({"match": "total_orders >"}, Invalid),
        ({"match": 'in segment "none"'}, NotFound),
        ({"everybody": True, "name": "a\u202eb"}, Invalid),
        ({"everybody": True, "name": "   "}, Invalid),
        ({"everybody": True, "verb": Verb.REMOVE_TAG}, NotFound),
    ],
    ids=["nobody", "no-rule", "no-segment", "odd-name", "blank-name", "no-tag"],
)
async def test_what_is_refused_leaves_nothing(
    client: ApiClient, fields: dict[str, object], error: type[Exception]
) -> None:
    request = EditRequest.model_validate({"verb": Verb.ADD_TAG, "name": "x"} | fields)

    for call in (client.plan_edit, client.make_edit):
        with pytest.raises(error):
            await call(request)
    assert (await client.edits(EditQuery())).edits == []
    assert [tag.name for tag in (await client.tags()).tags] == ["bigcommerce-customer"]


async def test_nothing_to_undo_is_said(client: ApiClient) -> None:
    with pytest.raises(NotFound, match="nothing to undo"):
        await client.undo_edit()
    with pytest.raises(NotFound, match="no edit 7"):
        await client.undo_edit(7)


async def test_a_timeline_goes_back_page_by_page_to_when_somebody_became_known(
    beside_shop: ApiClient, shop: SandboxStore
) -> None:
    await synced(beside_shop, shop)
    (buyer,) = (await beside_shop.contacts(ContactQuery(match=BOUGHT, limit=1))).contacts
    await beside_shop.make_edit(EditRequest(verb=Verb.ADD_TAG, name="vip", ids=[buyer.id]))

    page = await beside_shop.timeline(TimelineQuery(email=buyer.email.upper(), limit=2))
    found = [*page.events]
    while page.next:
        page = await beside_shop.timeline(TimelineQuery(id=buyer.id, limit=2, after=page.next))
        found += page.events

    kinds = [event.what for event in found]
    assert {Happening.KNOWN, Happening.ORDER_PLACED, Happening.TAG_ADDED} <= set(kinds)
    assert kinds.count(Happening.ORDER_PLACED) == buyer.orders or kinds.count(Happening.ORDER_PLACED) > buyer.orders
    with pytest.raises(NotFound):
        await beside_shop.timeline(TimelineQuery(email="nobody@example.com"))
