"""Every command of the palette: what the keys of the present screen do, and what can be done from anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.screen import Screen

from tui.bindings import KEYS, Key, Place
from tui.keymap import in_force
from tui.preferences import ThemeName

# What moves the cursor or closes the palette itself is quicker with its key than by name.
_UNNAMED = (
    Place.LINES,
    Place.SEARCH,
    Place.CHOICE,
    Place.COPY,
    Place.HELP,
    Place.DIALOG,
    Place.PICKER,
    Place.VALUES,
    Place.OPTIONS,
)


@dataclass(frozen=True, slots=True)
class Command:
    """*actions* are done one after the other. *key* is the id of the key that does the same, "" = there is none."""

    title: str
    help: str
    actions: tuple[str, ...]
    key: str = ""

    @property
    def note(self) -> str:
        """The help with the key, as people read it; the key alone where the title says all."""
        if not self.key:
            return self.help
        shown = in_force().shown(self.key)
        return shown if self.help == self.title else f"{self.help} ({shown})"


ANYWHERE = (
    Command("Contacts", "The list of all contacts", ("app.go('contacts')",), "go.contacts"),
    Command("Segments", "Saved rules over contacts, and who they hold for", ("app.go('segments')",), "go.segments"),
    Command("Stores and runs", "What is connected and what is being read", ("app.go('stores')",), "go.stores"),
    Command("Inbox", "Deliveries of webhooks, and what became of them", ("app.go('inbox')",), "go.inbox"),
    Command("Status", "The daemon, its inbox and its health", ("app.go('status')",), "go.status"),
    Command(
        "Doctor", "Look at everything that can be wrong", ("app.go_first('status')", "screen.doctor"), "status.doctor"
    ),
    Command("Products", "What the stores sell, and what was sold of it", ("app.go('products')",), "go.products"),
    Command("Settings", "What is in force, and where it comes from", ("app.go('settings')",), "go.settings"),
    Command("Audit", "Who commanded what", ("app.go_first('settings')", "screen.audit"), "daemon.audit"),
    Command("Reload settings", "As they stand now", ("app.go_first('settings')", "screen.load_anew"), "daemon.reload"),
    Command(
        "Filter contacts", "By email, name or order number", ("app.go_first('contacts')", "screen.search"), "search"
    ),
    Command("Sort contacts", "Choose the order of the list", ("app.go_first('contacts')", "screen.sort"), "sort"),
    Command("Filter products", "By name, SKU or id", ("app.go_first('products')", "screen.search"), "product.search"),
    Command("Sort products", "Choose what comes first", ("app.go_first('products')", "screen.sort"), "product.sort"),
    Command("Build a segment", "Counted while you build", ("app.go_first('segments')", "screen.create"), "segment.new"),
    Command("Guide to the first store", "Step by step, up to its first sync", ("app.guide",)),
    Command("Connect a store", "By its hash or address", ("app.go_first('stores')", "screen.add_store"), "store.add"),
    Command(
        "Pause or resume", "The run or store under the cursor", ("app.go_first('stores')", "screen.hold"), "store.hold"
    ),
    Command(
        "Cancel the run, or delete the store",
        "The one under the cursor; its data stays",
        ("app.go_first('stores')", "screen.end"),
        "store.end",
    ),
    Command(
        "Reconnect a store",
        "Another token for the store under the cursor",
        ("app.go_first('stores')", "screen.reconnect"),
        "store.reconnect",
    ),
    Command(
        "Replace the webhooks' secret",
        "Of the store under the cursor; both are good for a day",
        ("app.go('stores')", "screen.rotate_secret"),
    ),
    Command(
        "Filter deliveries by state",
        "All, pending or dead ones, one after the other",
        ("app.go_first('inbox')", "screen.next_state"),
        "inbox.state",
    ),
    *(
        Command(f"Theme: {name}", note, (f"app.theme('{name}')",))
        for name, note in (
            (ThemeName.DARK, "Light on dark"),
            (ThemeName.LIGHT, "Dark on light"),
            (ThemeName.CONTRAST, "High contrast"),
            (ThemeName.SIXTEEN, "The terminal's own 16 colours"),
            (ThemeName.NONE, "No colours at all"),
        )
    ),
)


def here(screen: Screen[Any]) -> Iterator[Command]:
    """What keys do on *screen*, as the table tells it."""
    active = {bound.binding.id for bound in screen.active_bindings.values()}
    for place in KEYS:
        if place not in _UNNAMED:
            yield from (_named(key) for key in in_force().keys(place) if key.id in active and not _goes(key))


def _goes(key: Key) -> bool:
    """Whether it opens a screen or this palette: told in `ANYWHERE`, or of no use here."""
    return key.id.startswith("go.") or key.id in ("palette", "quit.now", "back")


def _named(key: Key) -> Command:
    return Command(key.hint.capitalize() or key.help, key.help, (f"app.press('{key.id}')",), key.id)


class Commands(Provider):
    """Offers every command, and finds those that match what is typed."""

    async def discover(self) -> Hits:
        for command in self._all():
            yield DiscoveryHit(Content(command.title), partial(self._run, command), help=command.note)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in self._all():
            score = max(matcher.match(command.title), matcher.match(command.note))
            if score > 0:
                title = matcher.highlight(command.title)
                yield Hit(score, title, partial(self._run, command), text=command.title, help=command.note)

    def _all(self) -> list[Command]:
        return [*here(self.screen), *ANYWHERE]

    async def _run(self, command: Command) -> None:
        for action in command.actions:
            await self.app.run_action(action)
