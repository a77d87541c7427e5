"""Products and categories over v3, with the odd rules of their lists."""

import asyncio

from daemon.sandbox.store import SandboxStore
from daemon.sandbox.wire import iso
from tests.sandbox.client import Asker


async def test_products_page_by_keyset(store: SandboxStore, ask: Asker) -> None:
    seen: list[int] = []
    while rows := (
        await ask(
            "/v3/catalog/products",
            sort="id",
            direction="asc",
            limit="7",
            **{"id:greater": str(seen[-1] if seen else 0)},
        )
    ).data:
        seen += [row["id"] for row in rows]

    assert seen == sorted(store.world.catalogue.products)


async def test_options_and_modifiers_shrink_the_page_to_ten(ask: Asker) -> None:
    answer = await ask("/v3/catalog/products", include="options", limit="250")

    assert len(answer.data) == 10
    assert answer.json["meta"]["pagination"]["per_page"] == 10


async def test_a_date_without_time_gets_the_present_time_of_day(store: SandboxStore, ask: Asker) -> None:
    today = iso(store.clock.seconds())[:10]
    product = store.catalogue.edit_product(next(iter(store.world.catalogue.products)), name="Edited")
    store.clock.advance(600)

    without_time = await ask("/v3/catalog/products", **{"date_modified:min": today})
    with_time = await ask("/v3/catalog/products", **{"date_modified:min": f"{today}T00:00:00Z"})

    assert without_time.data == []
    assert [row["id"] for row in with_time.data] == [product.id]


async def test_fields_can_be_chosen_and_the_id_always_stays(ask: Asker) -> None:
    only = (await ask("/v3/catalog/products", include_fields="name", limit="1")).data[0]
    without = (await ask("/v3/catalog/products", exclude_fields="description,id", limit="1")).data[0]

    assert set(only) == {"id", "name"}
    assert "description" not in without
    assert "id" in without


async def test_a_deleted_product_is_404_and_its_lines_keep_its_id(store: SandboxStore, ask: Asker) -> None:
    product = next(iter(store.world.catalogue.products))
    order = store.orders.place(basket=[(product, 1)])

    store.catalogue.delete_product(product)

    assert (await ask(f"/v3/catalog/products/{product}")).status == 404
    assert (await ask(f"/v2/orders/{order.id}/products")).json[0]["product_id"] == product


async def test_history_sold_products_that_are_gone(store: SandboxStore) -> None:
    sold = {line.product_id for order in store.world.orders for line in order.lines}

    assert sold - set(store.world.catalogue.products) - {0}


async def test_an_order_moves_stock_and_sales(store: SandboxStore, ask: Asker) -> None:
    product = store.catalogue.add_product("Mug")
    store.clock.advance(5)
    store.orders.place(basket=[(product.id, 3)])

    row = (await ask(f"/v3/catalog/products/{product.id}")).data
    assert (row["inventory_level"], row["total_sold"]) == (97, 3)
    assert row["date_modified"] == iso(product.modified_at + 5, zone="+00:00")


async def test_variants_of_several_products_come_in_one_list(store: SandboxStore, ask: Asker) -> None:
    wanted = list(store.world.catalogue.products)[:5]

    rows = (await ask("/v3/catalog/variants", limit="250", **{"product_id:in": ",".join(map(str, wanted))})).data

    assert {row["product_id"] for row in rows} == set(wanted)


async def test_categories_have_two_shapes(ask: Asker) -> None:
    tree = (await ask("/v3/catalog/trees/categories", limit="1")).data[0]
    legacy = (await ask("/v3/catalog/categories", limit="1")).data[0]

    assert tree["category_id"] == legacy["id"]
    assert tree["url"]["path"] == legacy["custom_url"]["url"]


async def test_a_renamed_category_shows_in_both_shapes(store: SandboxStore, ask: Asker) -> None:
    first = min(store.world.catalogue.categories)

    store.catalogue.rename_category(first, "Renamed")

    assert (await ask("/v3/catalog/trees/categories", **{"category_id:in": str(first)})).data[0]["name"] == "Renamed"
    assert (await ask(f"/v3/catalog/categories/{first}")).data["name"] == "Renamed"


async def test_categories_form_trees_with_equal_names_in_different_places(store: SandboxStore) -> None:
    categories = store.world.catalogue.categories

    assert all(c.parent_id == 0 or c.parent_id in categories for c in categories.values())
    assert len({c.name for c in categories.values()}) < len(categories)
    assert {c.tree_id for c in categories.values()} == {1, 2}


async def test_only_one_request_at_a_time_reads_a_whole_tree(ask: Asker) -> None:
    answers = await asyncio.gather(*(ask("/v3/catalog/trees/1/categories") for _ in range(6)))

    assert 200 in {answer.status for answer in answers}
    assert {answer.status for answer in answers} <= {200, 429}


async def test_an_unknown_sort_is_422(ask: Asker) -> None:
    assert (await ask("/v3/catalog/products", sort="colour")).status == 422
