"""Every screen that can be gone to by its word, with its digit in the other UI and where it begins; "" = none."""

from dataclasses import dataclass

from tui.linear.place import Place
from tui.linear.places.audit import Audit
from tui.linear.places.contacts import Contacts
from tui.linear.places.doctor import Doctor
from tui.linear.places.in_force import InForce
from tui.linear.places.inbox import Inbox
from tui.linear.places.products import Products
from tui.linear.places.segments import Segments
from tui.linear.places.status import StatusScreen
from tui.linear.places.stores import Stores


@dataclass(frozen=True, slots=True)
class Screen:
    word: str
    digit: str
    help: str
    start: Place


SCREENS = (
    Screen("contacts", "1", "all contacts, those who bought last first", Contacts()),
    Screen("segments", "2", "saved rules over contacts", Segments()),
    Screen("stores", "4", "stores and runs", Stores()),
    Screen("inbox", "5", "webhooks that came, and what became of them", Inbox()),
    Screen("status", "6", "how the daemon is, and what needs somebody", StatusScreen()),
    Screen("products", "7", "what the stores sell, what sold most first", Products()),
    Screen("settings", "8", "what the daemon is set to, and where that comes from", InForce()),
    Screen("doctor", "", "everything that can be wrong, looked at anew; fix sets right what it can", Doctor()),
    Screen("audit", "", "who commanded what, and what became of it", Audit()),
)


def screen_named(name: str) -> Screen | None:
    """The screen of that word or digit."""
    return next((screen for screen in SCREENS if name and name in (screen.word, screen.digit)), None)
