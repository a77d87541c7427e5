"""What happens to the catalogue: products added, changed and deleted, categories renamed."""

from __future__ import annotations

from dataclasses import replace

from daemon.sandbox.catalogue import Category, Product, Variant, slug
from daemon.sandbox.world import World


class CatalogueDesk:
    """Acts on products and categories of a world; orders keep the names of their day."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_product(self, name: str, *, price_cents: int = 2000, categories: tuple[int, ...] = ()) -> Product:
        catalogue, now = self._world.catalogue, self._world.clock.seconds()
        identity = catalogue.next_product_id
        catalogue.next_product_id += 1
        sku = f"{slug(name)[:3].upper()}-{identity}"
        variant = Variant(id=identity * 6, sku_id=identity * 5 + 300, product_id=identity, sku=sku, size="",
                          price_cents=None)  # fmt: skip
        product = Product(id=identity, name=name, sku=sku, kind="physical", price_cents=price_cents, sale_cents=0,
                          cost_cents=price_cents // 2, categories=categories or (min(catalogue.categories),),
                          brand_id=0, variants=(variant,), created_at=now, modified_at=now, inventory=100)  # fmt: skip
        catalogue.products[identity] = product
        self._say_product(identity, "created")
        return product

    def edit_product(self, product_id: int, **changes: object) -> Product:
        """Change fields of Product, e.g. name, price_cents, categories."""
        products = self._world.catalogue.products
        changed = replace(products[product_id], **changes, modified_at=self._world.clock.seconds())  # type: ignore[arg-type]
        products[product_id] = changed
        self._say_product(product_id, "updated")
        return changed

    def delete_product(self, product_id: int) -> Product:
        """Out of the catalogue; the lines that sold it keep its id."""
        gone = self._world.catalogue.products.pop(product_id)
        self._say_product(product_id, "deleted")
        return gone

    def _say_product(self, product_id: int, verb: str) -> None:
        self._world.announce(f"store/product/{verb}", {"type": "product", "id": product_id})

    def rename_category(self, category_id: int, name: str) -> Category:
        """A category carries no date: only the event, or reading all of them again, tells."""
        category = replace(self._world.catalogue.categories[category_id], name=name)
        self._world.catalogue.categories[category_id] = category
        self._world.announce("store/category/updated", {"type": "category", "id": category_id})
        return category

    def delete_category(self, category_id: int) -> Category:
        """Its products stay, without it. The event's id is text, as one of the real samples has it."""
        catalogue = self._world.catalogue
        gone = catalogue.categories.pop(category_id)
        for product in list(catalogue.products.values()):
            if category_id in product.categories:
                left = tuple(i for i in product.categories if i != category_id)
                catalogue.products[product.id] = replace(product, categories=left)
        self._world.announce("store/category/deleted", {"type": "category", "id": str(category_id)})
        return gone
