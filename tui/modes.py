"""The screens that digits open, each loaded when it is first wanted: all at once they are a third of the start."""

from importlib import import_module
from typing import Any

MODES = {
    "contacts": "tui.screens.contacts:ContactsScreen",
    "segments": "tui.screens.segments:SegmentsScreen",
    "stores": "tui.screens.stores:StoresScreen",
    "inbox": "tui.screens.inbox:InboxScreen",
    "status": "tui.screens.status:StatusScreen",
    "products": "tui.screens.products:ProductsScreen",
    "settings": "tui.screens.in_force:InForceScreen",
}


def screen_class(mode: str) -> Any:
    """The class of that mode's screen."""
    module, name = MODES[mode].split(":")
    return getattr(import_module(module), name)
