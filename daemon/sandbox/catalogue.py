"""The goods of the store: a category tree with paths, products in one or several categories, variants and prices."""

import uuid
from dataclasses import dataclass, field
from random import Random

from daemon.sandbox.dice import dice_of
from daemon.sandbox.plan import DAY, Plan

# root -> child -> grandchildren; names repeat on purpose under different parents ("Running", "Accessories")
TREE: dict[str, dict[str, tuple[str, ...]]] = {
    "Shoes": {"Running": ("Trail", "Road"), "Boots": ("Winter", "Chelsea"), "Sandals": (), "Kids": ()},
    "Clothing": {"Shirts": ("Linen", "Flannel"), "Jackets": ("Rain", "Down"), "Trousers": (), "Running": ()},
    "Kitchen": {"Mugs": (), "Knives": (), "Coffee": ("Beans", "Grinders"), "Tea": ()},
    "Home": {"Lighting": ("Lamps",), "Textiles": ("Blankets", "Towels"), "Candles": ()},
    "Outdoor": {"Tents": (), "Backpacks": (), "Accessories": ()},
    "Books": {"Cookery": (), "Travel": ()},
    "Gift Ideas": {"Accessories": (), "Sale % — Ends Soon!": ()},
    "Музыка и 音楽": {"Vinyl": ()},
}
COLOURS = ("Blue", "Red", "Forest Green", "Charcoal", "Ivory", "Mustard", "Navy", "Rosé", "Slate", "Copper")
MATERIALS = ("Cotton", "Wool", "Leather", "Stoneware", "Steel", "Oak", "Recycled", "Canvas", "Merino", "Linen")
BRANDS = ("Halden", "Oki & Daughters", "Fjordline", "Campo Alto", "Brightwater", "Maison Élan", "Tern", "無印の家")
SIZES = ("XS", "S", "M", "L", "XL")
ROOT = 0  # parent_id of a top category


@dataclass(slots=True, kw_only=True)
class Category:
    id: int
    tree_id: int
    parent_id: int
    name: str
    path: str  # "/shoes/running/"
    uuid: str
    sort_order: int
    is_visible: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    id: int
    sku_id: int
    product_id: int
    sku: str
    size: str  # "" for the base variant of a product without options
    price_cents: int | None  # None: the product's price


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    id: int
    name: str
    sku: str
    kind: str  # physical | digital
    price_cents: int
    sale_cents: int
    cost_cents: int
    categories: tuple[int, ...]
    brand_id: int
    variants: tuple[Variant, ...]
    created_at: int
    modified_at: int
    is_visible: bool = True
    inventory: int = 0
    total_sold: int = 0
    reviews: int = 0
    stars: int = 0  # all reviews together

    @property
    def selling_cents(self) -> int:
        return self.sale_cents or self.price_cents


@dataclass(slots=True)
class Catalogue:
    """What is on sale now, and `ever`: all that was sold in the store's history, as it was then."""

    categories: dict[int, Category]
    products: dict[int, Product]
    ever: tuple[Product, ...] = field(default=())
    next_product_id: int = 0

    def in_stock(self, rng: Random) -> Product:
        return rng.choice(tuple(self.products.values()))


def slug(text: str) -> str:
    """A path part of a name, e.g. `mugs-cups`."""
    words = "".join(c.lower() if c.isalnum() else " " for c in text).split()
    return "-".join(words) or "x"


def plant_categories(seed: int) -> dict[int, Category]:
    """Tree 1 belongs to the first channel, tree 2 (one small branch) to the second."""
    rng = dice_of(f"{seed}/categories")
    grown: dict[int, Category] = {}

    def grow(name: str, parent: Category | None, tree_id: int = 1) -> Category:
        identity = (max(grown) if grown else 17) + rng.randint(1, 4)
        grown[identity] = Category(
            id=identity,
            tree_id=parent.tree_id if parent else tree_id,
            parent_id=parent.id if parent else ROOT,
            name=name,
            path=f"{parent.path if parent else '/'}{slug(name)}/",
            uuid=str(uuid.UUID(int=rng.getrandbits(128), version=4)),
            sort_order=rng.randint(-2, 9),
        )
        return grown[identity]

    for root, children in TREE.items():
        top = grow(root, None)
        for child, leaves in children.items():
            middle = grow(child, top)
            for leaf in leaves:
                grow(leaf, middle)
    wholesale = grow("Wholesale", None, tree_id=2)
    grow("Shoes", wholesale)
    return grown


def _leaf_ids(categories: dict[int, Category]) -> list[int]:
    parents = {c.parent_id for c in categories.values()}
    return [c.id for c in categories.values() if c.id not in parents]


def _variants(rng: Random, product_id: int, sku: str, price_cents: int) -> tuple[Variant, ...]:
    """One base variant, or one per size; large sizes may cost more."""
    sizes = SIZES if rng.random() < 0.35 else ("",)
    return tuple(
        Variant(
            id=product_id * 6 + place,
            sku_id=product_id * 5 + 300 + place,
            product_id=product_id,
            sku=f"{sku}-{size}" if size else sku,
            size=size,
            price_cents=price_cents + 200 if size == "XL" else None,
        )
        for place, size in enumerate(sizes)
    )


def _product(rng: Random, identity: int, plan: Plan, categories: dict[int, Category], leaves: list[int]) -> Product:
    home = categories[rng.choice(leaves)]
    also = rng.sample(leaves, k=rng.choice((0, 0, 0, 1, 1, 2)))
    name = f"{rng.choice(COLOURS)} {rng.choice(MATERIALS)} {home.name.rstrip('s')}"
    price = max(99, int(rng.lognormvariate(8.1, 0.8)) // 50 * 50 - 1)
    created = plan.begins_at - rng.randint(0, 400) * DAY - rng.randint(0, DAY)
    sku = f"{slug(name)[:3].upper()}-{identity}"
    return Product(
        id=identity,
        name=name,
        sku=sku,
        kind="digital" if rng.random() < 0.06 else "physical",
        price_cents=price,
        sale_cents=price * 8 // 10 if rng.random() < 0.12 else 0,
        cost_cents=price // 2,
        categories=tuple(dict.fromkeys((home.id, *also))),
        brand_id=rng.randint(0, len(BRANDS)),
        variants=_variants(rng, identity, sku, price),
        created_at=created,
        modified_at=rng.randint(created, plan.ends_at),
        is_visible=rng.random() > 0.04,
        inventory=rng.randint(0, 400),
        reviews=(reviews := identity * 7 % 53 if identity % 5 else 0),
        stars=reviews * (28 + identity * 11 % 23) // 10,
    )


def stock(plan: Plan) -> Catalogue:
    """The catalogue of *plan*; with `awkward` every 25th product has since been deleted from it."""
    rng = dice_of(f"{plan.seed}/products")
    categories = plant_categories(plan.seed)
    leaves = _leaf_ids(categories)
    identity, ever = 76, []
    for _ in range(max(plan.products, 1)):
        identity += rng.randint(1, 3)
        ever.append(_product(rng, identity, plan, categories, leaves))
    gone = {p.id for place, p in enumerate(ever) if plan.awkward and place % 25 == 24}
    live = {p.id: p for p in ever if p.id not in gone}
    return Catalogue(categories=categories, products=live, ever=tuple(ever), next_product_id=identity + 1)
