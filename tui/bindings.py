"""Every key of the terminal UI, by the place where it works. Each has an id, so that a person can change it."""

from dataclasses import dataclass
from enum import StrEnum

from textual.binding import Binding, BindingType


class Place(StrEnum):
    """Where keys work, as the help screen titles it."""

    EVERYWHERE = "Everywhere"
    LINES = "Moving"
    CONTACTS = "Contacts"
    SEARCH = "Search"
    BOX = "Ecommerce box"
    SEGMENTS = "Segments"
    BUILDER = "Building a segment"
    RULE_TEXT = "Text of the rule"
    PICKER = "Conditions"
    VALUES = "Values of a condition"
    OPTIONS = "One of several"
    ORDER = "Order"
    PRODUCTS = "Products"
    PRODUCT = "Product"
    SETTINGS = "Settings"
    AUDIT = "Commands given"
    STORES = "Stores and runs"
    STORE = "Store or run"
    GUIDE = "Connecting a store"
    LINK = "Link of the app"
    FIELDS = "Fields"
    INBOX = "Inbox"
    DELIVERY = "Delivery"
    STATUS = "Status"
    DOCTOR = "Doctor"
    CHOICE = "Menu"
    COPY = "Copy"
    HELP = "Help"
    DIALOG = "Dialog"


@dataclass(frozen=True, slots=True)
class Key:
    """*keys* as Textual spells them; *shown* is how people read them. One with a *hint* stands in the footer.

    Where the footer has too little room, keys that are *spare* leave it first, the most spare before the others.
    """

    id: str
    keys: str
    action: str
    shown: str
    help: str
    hint: str = ""
    is_priority: bool = False
    spare: int = 0


_EVERYWHERE = (
    Key("go.contacts", "1", "app.go('contacts')", "1", "Contacts"),
    Key("go.segments", "2", "app.go('segments')", "2", "Segments"),
    Key("go.automations", "3", "app.later('Automations')", "3", "Automations (later version)"),
    Key("go.stores", "4", "app.go('stores')", "4", "Stores and runs"),
    Key("go.inbox", "5", "app.go('inbox')", "5", "Inbox"),
    Key("go.status", "6", "app.go('status')", "6", "Status"),
    Key("go.products", "7", "app.go('products')", "7", "Products"),
    Key("go.settings", "8", "app.go('settings')", "8", "Settings in force"),
    Key("go.back", "minus", "app.go_back", "-", "The screen before"),
    Key("back", "escape", "screen.back", "Esc", "Back", "back"),
    Key("refresh", "r", "screen.reload", "r", "Read again from the daemon, or try to reach it", "refresh", spare=3),
    Key("undo", "u", "screen.undo", "u", "Undo the last edit of tags or lists, once it is said which"),
    Key("sync", "s", "screen.sync", "s", "Sync a store: manual or historical run", "sync", spare=1),
    Key("copy", "y", "app.copy", "y", "Copy a value, the row, JSON or the command", "copy"),
    Key("export", "e", "app.export", "e", "Take out: a list to a file, a text to $PAGER", "export"),
    Key("mask", "m", "app.mask", "m", "Mask names, addresses and phones, or unmask"),
    Key("palette", "ctrl+p,colon", "app.command_palette", "Ctrl+P :", "Command palette"),
    Key("quit", "q", "app.quit", "q", "Quit"),
    Key("quit.now", "ctrl+c,ctrl+q", "app.quit", "Ctrl+C", "Quit from anywhere", is_priority=True),
    Key("help", "question_mark,f1", "app.help", "?", "This help", "help"),
)

_LINES = (
    Key("line.up", "up,k", "move(-1)", "↑ k", "Up"),
    Key("line.down", "down,j", "move(1)", "↓ j", "Down"),
    Key("page.up", "pageup,ctrl+b", "turn(-1)", "PgUp", "A page up"),
    Key("page.down", "pagedown,ctrl+f", "turn(1)", "PgDn", "A page down"),
    Key("first", "home,g", "leap(False)", "Home g", "To the first line"),
    Key("last", "end,G", "leap(True)", "End G", "To the last line"),
    Key("open", "enter,l,right", "open", "⏎ l", "Open what the cursor is on", "open"),
    Key("back.left", "h,left", "screen.back", "← h", "Back"),
)

_CONTACTS = (
    Key("search", "slash", "search", "/", "Filter by email, name or order number; after a colon by a rule", "filter"),
    Key("rule.keep", "ctrl+s", "save_rule", "Ctrl+S", "Save the rule after the colon as a segment", "save"),
    Key("sort", "o", "sort", "o", "Choose the order of the list", "sort"),
    Key("sort.reverse", "O", "reverse", "O", "Turn the order round"),
    Key("box.store", "f", "next_store", "f", "Ecommerce box: all stores, or one after the other"),
    Key("box.doing", "F", "next_activity", "F", "Ecommerce box: everything, orders alone, or carts left"),
    Key("mark", "space", "mark", "Space", "Mark the contact, or take the mark away"),
    Key("mark.all", "asterisk", "mark_all", "*", "Mark all that the filter finds; Esc takes marks away"),
    Key("contacts.tags", "t", "tags", "t", "Tags of what is marked, else of what the cursor is on", "tags"),
    Key("contacts.lists", "T", "lists", "T", "Lists of what is marked, else of what the cursor is on"),
    Key("contact.erase", "x", "erase", "x", "Erase the person in the box, once the address is typed"),
    Key("switch.pane", "tab", "switch_pane", "Tab", "Between the list and the box"),
)

_SEARCH = (
    Key("search.clear", "escape", "clear", "Esc", "Clear the filter", "clear"),
    Key("search.done", "enter,down", "done", "⏎ ↓", "To the list, keeping the filter", "to the list"),
)

_BOX = (
    Key("box.filter", "f", "next_store", "f", "All stores, or one after the other", "store"),
    Key("box.activity", "F", "next_activity", "F", "Everything, orders alone, or carts left", "activity"),
    Key("person.tags", "t", "tags", "t", "Add or remove a tag", "tags"),
    Key("person.lists", "T", "lists", "T", "Add to a list, unsubscribe, or take off one"),
    Key("person.erase", "x", "erase", "x", "Erase this person, once the address is typed", "erase"),
)

_BUILDER = (
    Key("rule.and", "a", "join('all')", "a", "And: add a condition that has to hold, too", "and"),
    Key("rule.or", "o", "join('any')", "o", "Or: add a condition that may hold instead", "or"),
    Key("rule.not", "n", "deny", "n", "Not: the opposite of this part", "not"),
    Key("rule.turn", "t", "turn", "t", "All of these become any of them, and the other way round", "all/any"),
    Key("rule.remove", "x", "remove", "x", "Take this part out", "remove"),
    Key("rule.text", "E", "edit_text", "E", "Edit the text", "text"),
    Key("rule.why", "w", "why", "w", "Why the rule holds for this contact, part by part", "why"),
    Key("rule.save", "ctrl+s", "save", "Ctrl+S", "Save it as a segment", "save"),
    Key("rule.duplicate", "d", "duplicate", "d", "Save it under another name, and go on there", "duplicate"),
    Key("rule.rename", "R", "rename", "R", "Call the segment otherwise", "rename"),
    Key("rule.delete", "X", "delete", "X", "Delete the segment", "delete"),
    Key("rule.pane", "tab", "switch_pane", "Tab", "From the tree to the contacts, to the text, and again"),
)

_SEGMENTS = (
    Key("segment.new", "a", "create", "a", "Build a new segment", "new"),
    Key("segment.suggested", "S", "suggest", "S", "Segments that most shops want", "suggested"),
    Key("segment.rename", "R", "rename", "R", "Call this segment otherwise", "rename"),
    Key("segment.duplicate", "d", "duplicate", "d", "Save its rule under another name, too", "duplicate"),
    Key("segment.delete", "x", "remove", "x", "Delete this segment", "delete"),
    Key("segment.growth", "v", "growth", "v", "How this segment grew, day by day", "growth"),
    Key("segment.pane", "tab", "switch_pane", "Tab", "Between the list and the picture"),
)

_RULE_TEXT = (Key("rule.text.leave", "escape", "leave", "Esc", "Back to the tree; the text stays", "to the tree"),)

_PICKER = (
    Key("picker.up", "up", "step(-1)", "↑", "The one before"),
    Key("picker.down", "down", "step(1)", "↓", "The next one"),
    Key("picker.page.up", "pageup", "leaf(-1)", "PgUp", "A page up"),
    Key("picker.page.down", "pagedown", "leaf(1)", "PgDn", "A page down"),
    Key("picker.cancel", "escape", "cancel", "Esc", "Close without choosing"),
)

_VALUES = (Key("values.text", "ctrl+t", "as_text", "Ctrl+T", "Go on with the text: one store, all lines"),)

_OPTIONS = (
    Key("option.before", "left", "step_option(-1)", "←", "The one before"),
    Key("option.next", "right,space", "step_option(1)", "→ Space", "The next one; a letter goes to what begins so"),
    Key("option.take", "enter", "take", "⏎", "Take the condition"),
)

_PRODUCTS = (
    Key("product.search", "slash", "search", "/", "Filter by name, SKU or id", "filter"),
    Key("product.sort", "o", "sort", "o", "Choose the order of the list", "sort"),
    Key("product.reverse", "O", "reverse", "O", "Turn the order round"),
    Key("product.store", "f", "next_store", "f", "All stores, or one after the other", "store"),
    Key("product.pane", "tab", "switch_pane", "Tab", "Between the list and the details"),
)

_STORES = (
    Key("store.add", "a", "add_store", "a", "Connect a store", "add"),
    Key("store.pane", "tab", "switch_pane", "Tab", "Between the list and the details"),
)

_STORE = (
    Key("store.hold", "p", "hold", "p", "Pause this run or store, or go on with it", "pause"),
    Key("store.end", "x", "end", "x", "Cancel this run, or delete this store", "end"),
    Key("store.reconnect", "c", "reconnect", "c", "Give this store another token", "reconnect", spare=2),
    Key("store.settings", "E", "settings", "E", "Settings of this store: guests, statuses, consent", "settings"),
)

_GUIDE = (
    Key(
        "guide.next",
        "pagedown",
        "screen.step(1)",
        "⏎ PgDn",
        "On to the next step, with what was typed or chosen",
        "next",
    ),
    Key("guide.back", "pageup", "screen.step(-1)", "PgUp ←", "The step before; what was typed stays", "step before"),
    Key("guide.copy", "y", "screen.copy", "y", "Copy the app's link", "copy link"),
    Key("guide.leave", "escape", "screen.leave", "Esc", "Leave; the guide keeps its place and what was typed", "leave"),
)

_LINK = (
    Key("link.copy", "y", "copy", "y", "Copy the link"),
    Key("link.cancel", "escape,q", "back", "Esc", "Close without waiting on"),
)

_FIELDS = (
    Key("field.next", "down", "app.focus_next", "Tab ↓", "Next field"),
    Key("field.previous", "up", "app.focus_previous", "Shift+Tab ↑", "Previous field"),
)

_INBOX = (
    Key("inbox.search", "slash", "search", "/", "Filter by scope, or by the id of what was named", "filter"),
    Key("inbox.state", "f", "next_state", "f", "All deliveries, the pending ones, the dead ones", "state"),
    Key("inbox.mark", "space", "mark", "Space", "Mark the delivery, or take the mark away", "mark", spare=2),
    Key("inbox.replay", "R", "replay", "R", "Work in again: what is marked, else what the cursor is on", "replay"),
    Key("inbox.trace", "t", "trace", "t", "What this delivery went through, and what it caused", "trace"),
    Key("inbox.pane", "tab", "switch_pane", "Tab", "Between the list and the details"),
)

_DELIVERY = (
    Key("delivery.replay", "R", "replay", "R", "Work it in again", "replay"),
    Key("delivery.trace", "t", "trace", "t", "What it went through, and what it caused", "trace"),
)

_STATUS = (Key("status.doctor", "d", "doctor", "d", "Look at everything that can be wrong", "doctor"),)

_DOCTOR = (Key("doctor.fix", "F", "mend", "F", "Set right what safely can be, once you agree", "fix"),)

_SETTINGS = (
    Key("daemon.audit", "A", "audit", "A", "Who commanded what, and what became of it", "audit"),
    Key("daemon.reload", "L", "load_anew", "L", "Have the daemon read its settings anew", "reload"),
)

_AUDIT = (
    Key("audit.search", "slash", "search", "/", "Filter by user or command", "filter"),
    Key("audit.outcome", "f", "next_outcome", "f", "All commands, those that failed, those under way", "outcome"),
)

_CHOICE = (Key("choice.cancel", "escape,q", "cancel", "Esc", "Close without choosing"),)

_COPY = (Key("copy.first", "y", "take_first", "y", "Take the first"),)

_HELP = (
    Key("help.text", "e", "app.export", "e", "This help in your $PAGER"),
    Key("help.close", "escape,q,question_mark", "cancel", "Esc", "Close"),
)

_DIALOG = (
    Key("dialog.cancel", "escape", "cancel", "Esc", "Close without doing anything", "cancel"),
    Key("dialog.next", "tab,down", "app.focus_next", "Tab", "Next field", "next field"),
    Key("dialog.previous", "shift+tab,up", "app.focus_previous", "Shift+Tab", "Previous field"),
    Key("dialog.send", "ctrl+s", "send", "Ctrl+S", "Do it", "connect"),
)

KEYS: dict[Place, tuple[Key, ...]] = {
    Place.CONTACTS: _CONTACTS,
    Place.SEARCH: _SEARCH,
    Place.BOX: _BOX,
    Place.SEGMENTS: _SEGMENTS,
    Place.BUILDER: _BUILDER,
    Place.RULE_TEXT: _RULE_TEXT,
    Place.PICKER: _PICKER,
    Place.VALUES: _VALUES,
    Place.OPTIONS: _OPTIONS,
    Place.ORDER: (),
    Place.PRODUCTS: _PRODUCTS,
    Place.PRODUCT: (),
    Place.SETTINGS: _SETTINGS,
    Place.AUDIT: _AUDIT,
    Place.STORES: _STORES,
    Place.STORE: _STORE,
    Place.GUIDE: _GUIDE,
    Place.LINK: _LINK,
    Place.FIELDS: _FIELDS,
    Place.INBOX: _INBOX,
    Place.DELIVERY: _DELIVERY,
    Place.STATUS: _STATUS,
    Place.DOCTOR: _DOCTOR,
    Place.CHOICE: _CHOICE,
    Place.COPY: _COPY,
    Place.HELP: _HELP,
    Place.DIALOG: _DIALOG,
    Place.LINES: _LINES,
    Place.EVERYWHERE: _EVERYWHERE,
}
"""In the order in which footer and help tell them: what is special to a place first."""


# Where a key types text: what is printed there is no command.
TEXTS = frozenset({Place.SEARCH, Place.RULE_TEXT, Place.PICKER, Place.VALUES, Place.DIALOG})

_WITHIN = (Place.LINES, Place.EVERYWHERE)
_DIALOGS = (
    (Place.CHOICE, Place.COPY, Place.LINES),
    (Place.HELP, Place.LINES),
    (Place.LINK,),
    (Place.PICKER, Place.VALUES, Place.OPTIONS, Place.DIALOG),
)
_PARTS = (
    (Place.SEARCH, Place.CONTACTS, Place.EVERYWHERE),
    (Place.SEARCH, Place.INBOX, Place.EVERYWHERE),
    (Place.SEARCH, Place.PRODUCTS, Place.EVERYWHERE),
    (Place.SEARCH, Place.AUDIT, Place.EVERYWHERE),
    (Place.RULE_TEXT, Place.BUILDER, Place.EVERYWHERE),
)
_IN_DIALOGS = {place for places in _DIALOGS for place in places if place is not Place.LINES}
_SCREENS = [place for place in KEYS if place not in (*_WITHIN, *_IN_DIALOGS, *TEXTS)]

TOGETHER: tuple[tuple[Place, ...], ...] = (*((place, *_WITHIN) for place in _SCREENS), *_PARTS, *_DIALOGS)
"""The places whose keys work at the same time: each screen with its lists, the parts of screens, the dialogs."""


def bindings(*places: Place) -> list[BindingType]:
    """The keys of *places* in the form Textual takes."""
    return [
        Binding(key.keys, key.action, key.help, show=bool(key.hint), id=key.id, priority=key.is_priority)
        for place in places
        for key in KEYS[place]
    ]
