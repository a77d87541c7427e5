"""What the screens say when they have nothing to show, and what to do about it."""

from common.inbox import DeliveryState
from tui.drawing.said import Kind, Said
from tui.format import cut

NO_STORE = Said(Kind.EMPTY, "No store is connected yet.", "Press 4, then a: a guide leads to the first one.")
NO_CONTACTS = Said(
    Kind.EMPTY,
    "No contacts yet.",
    "They come with the first run: press s and choose the historical one. New customers then appear by themselves.",
)
NO_SEGMENTS = Said(
    Kind.EMPTY,
    "No segment is saved yet.",
    "Press a to build one, or S to look at ten that most shops want.",
)
NOBODY = Said(Kind.EMPTY, "The rule holds for nobody.", "")
NO_STORES = Said(
    Kind.EMPTY,
    "No store is connected yet.",
    "Press a: a guide leads from an API account's token, or an app, to the first sync.",
)
NO_DELIVERIES = Said(
    Kind.EMPTY,
    "The inbox is empty.",
    "Deliveries come by themselves as things happen in a store. Screen 4 tells whether its webhooks are alive.",
)


def no_delivery(search: str, state: DeliveryState | None) -> Said:
    word = f"{state} delivery" if state else "delivery"
    if search:
        return Said(Kind.EMPTY, f"No {word} matches “{cut(search, 40)}”.", "Esc clears the filter.")
    return Said(Kind.EMPTY, f"No {word}.", "f shows the others, Esc all of them.")


def no_match(search: str) -> Said:
    return Said(Kind.EMPTY, f"No contact matches “{cut(search, 40)}”.", "Esc clears the filter.")
