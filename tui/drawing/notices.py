"""What the screens say when they have nothing to show, and what to do about it."""

from common.inbox import DeliveryState
from tui.drawing.said import Kind, Said
from tui.format import cut

NO_STORE = Said(
    Kind.EMPTY,
    "No store is connected yet.",
    "Press {go.stores}, then {store.add}: a guide leads to the first one.",
)
NO_CONTACTS = Said(
    Kind.EMPTY,
    "No contacts yet.",
    "They come with the first run: press {sync} and choose the historical one. New customers then come by themselves.",
)
NO_PRODUCTS = Said(
    Kind.EMPTY,
    "No products yet.",
    "They come with the first run: press {sync} and choose the historical one. New ones then come by themselves.",
)
NO_SEGMENTS = Said(
    Kind.EMPTY,
    "No segment is saved yet.",
    "Press {segment.new} to build one, or {segment.suggested} to look at ten that most shops want.",
)
NOBODY = Said(Kind.EMPTY, "The rule holds for nobody.", "")
NO_STORES = Said(
    Kind.EMPTY,
    "No store is connected yet.",
    "Press {store.add}: a guide leads from an API account's token, or an app, to the first sync.",
)
NO_DELIVERIES = Said(
    Kind.EMPTY,
    "The inbox is empty.",
    "Deliveries come as things happen in a store. Screen {go.stores} tells whether its webhooks are alive.",
)


def no_delivery(search: str, state: DeliveryState | None) -> Said:
    word = f"{state} delivery" if state else "delivery"
    if search:
        return Said(Kind.EMPTY, f"No {word} matches “{cut(search, 40)}”.", "{back} clears the filter.")
    return Said(Kind.EMPTY, f"No {word}.", "{inbox.state} shows the others, {back} all of them.")


NOTHING_COMMANDED = Said(
    Kind.EMPTY,
    "Nothing was commanded yet.",
    "Every command is noted here: who gave it, and what became of it.",
)


def no_command(search: str, outcome: str) -> Said:
    if search:
        return Said(Kind.EMPTY, f"No command matches “{cut(search, 40)}”.", "{back} clears the filter.")
    return Said(Kind.EMPTY, f"No command is {outcome}.", "{audit.outcome} shows the others, {back} all of them.")


def no_product(search: str, store_name: str) -> Said:
    of_store = f" of {cut(store_name, 30)}" if store_name else ""
    if search:
        return Said(Kind.EMPTY, f"No product{of_store} matches “{cut(search, 40)}”.", "{back} clears the filter.")
    return Said(
        Kind.EMPTY, f"No product{of_store} is known.", "{product.store} shows the next store, {back} all of them."
    )


def no_match(search: str) -> Said:
    return Said(Kind.EMPTY, f"No contact matches “{cut(search, 40)}”.", "{back} clears the filter.")
