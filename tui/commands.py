"""Every command of the palette: a name, what it does, and the actions that do it one after the other."""

from dataclasses import dataclass
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content


@dataclass(frozen=True, slots=True)
class Command:
    id: str
    title: str
    help: str
    actions: tuple[str, ...]


COMMANDS = (
    Command("go.contacts", "Contacts", "The list of all contacts (1)", ("app.go('contacts')",)),
    Command("go.segments", "Segments", "Saved rules over contacts, and who they hold for (2)", ("app.go('segments')",)),
    Command("go.stores", "Stores and runs", "What is connected and what is being read (4)", ("app.go('stores')",)),
    Command("go.inbox", "Inbox", "Deliveries of webhooks, and what became of them (5)", ("app.go('inbox')",)),
    Command("go.status", "Status", "The daemon, its inbox and its health (6)", ("app.go('status')",)),
    Command(
        "contacts.search",
        "Filter contacts",
        "By email, name or order number (/)",
        ("app.go('contacts')", "screen.search"),
    ),
    Command(
        "contacts.sort", "Sort contacts", "Choose the order of the list (o)", ("app.go('contacts')", "screen.sort")
    ),
    Command(
        "contacts.reverse",
        "Reverse the order of contacts",
        "Turn it round (O)",
        ("app.go('contacts')", "screen.reverse"),
    ),
    Command(
        "guide",
        "Guide to the first store",
        "Connecting a store step by step, up to its first sync",
        ("app.guide",),
    ),
    Command(
        "store.add", "Connect a store", "By hash or address, and a token (a)", ("app.go('stores')", "screen.add_store")
    ),
    Command(
        "inbox.state",
        "Filter deliveries by state",
        "All, pending or dead ones, one after the other (f)",
        ("app.go('inbox')", "screen.next_state"),
    ),
    Command(
        "store.hold",
        "Pause or resume",
        "The run or store under the cursor (p)",
        ("app.go('stores')", "screen.hold"),
    ),
    Command(
        "store.end",
        "Cancel the run, or delete the store",
        "The one under the cursor; its data stays (x)",
        ("app.go('stores')", "screen.end"),
    ),
    Command(
        "store.reconnect",
        "Reconnect a store",
        "Another token for the store under the cursor (c)",
        ("app.go('stores')", "screen.reconnect"),
    ),
    Command("sync", "Sync a store", "Manual or historical run (s)", ("screen.sync",)),
    Command("refresh", "Refresh", "Read again what is on show (r)", ("screen.reload",)),
    Command("help", "Help", "The keys of this screen (?)", ("app.help",)),
    Command("quit", "Quit", "Leave the terminal UI; the daemon goes on (q)", ("app.quit",)),
)


class Commands(Provider):
    """Offers every command, and finds those that match what is typed."""

    async def discover(self) -> Hits:
        for command in COMMANDS:
            yield DiscoveryHit(Content(command.title), partial(self._run, command), help=command.help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in COMMANDS:
            score = max(matcher.match(command.title), matcher.match(command.help))
            if score > 0:
                title = matcher.highlight(command.title)
                yield Hit(score, title, partial(self._run, command), text=command.title, help=command.help)

    async def _run(self, command: Command) -> None:
        for action in command.actions:
            await self.app.run_action(action)
