"""The command line's root: its commands by section, each imported only when it is called."""

from typing import Any

import click

from common.paths import client_socket
from tui.cli import offers
from tui.cli.lazy import Entry, LazyGroup
from tui.cli.passthrough import PassThrough
from tui.cli.program import Program
from tui.cli.ui import open_ui, require_terminal, ui_options

_SECTIONS: dict[str, list[Entry]] = {
    "Try it": [
        Entry("demo", "tui.cli.demo:demo", "A store, a daemon and the UI, thrown away when you leave."),
    ],
    "Work with your stores": [
        Entry("store", "tui.cli.store:store_group", "Connect stores, see how they stand, pause or remove them."),
        Entry("sync", "tui.cli.sync:sync", "Bring a store's data in, new or from its beginning."),
        Entry("runs", "tui.cli.runs:runs", "Syncs, past and present."),
        Entry("contact", "tui.cli.contact:contact", "Contacts and what they bought."),
        Entry("tags", "tui.cli.tags:tags", "Tags: give and take them, of one contact or many."),
        Entry("lists", "tui.cli.lists:lists", "Lists: who is on them, who unsubscribed."),
        Entry("undo", "tui.cli.undo:undo", "Take back what was done to tags and lists."),
        Entry("segment", "tui.cli.segment:segment", "Rules over contacts: count, look, ask why."),
        Entry("order", "tui.cli.order:order", "One order with all that was kept of it."),
        Entry("product", "tui.cli.product:product", "Products and what was sold of them."),
        Entry("inbox", "tui.cli.inbox:inbox", "Webhooks that came: look at them, replay them."),
        Entry("status", "tui.cli.status:status", "How the daemon is."),
        Entry("doctor", "tui.cli.doctor:doctor", "Look at everything that can be wrong, and set some of it right."),
        Entry("metrics", "tui.cli.metrics:metrics", "What a monitor would be told."),
        Entry("support-bundle", "tui.cli.support:support_bundle", "What to hand to whoever helps, without secrets."),
        Entry("settings", "tui.cli.settings:settings", "What the daemon is set to, and where that comes from."),
        Entry("reload", "tui.cli.reload:reload", "Have the daemon read its settings anew."),
        Entry("audit", "tui.cli.audit:audit", "Who commanded what, and what became of it."),
        Entry("activity", "tui.cli.activity:activity", "What went in and out lately."),
        Entry("backup", "tui.cli.backup:backup_group", "Copies of the database: make, list and try them."),
        Entry("events", "tui.cli.events:events", "What changes, as it happens."),
        Entry("openapi", "tui.cli.openapi:openapi", "The daemon's API, described for tools."),
    ],
    "Make it your own": [
        Entry("keys", "tui.cli.keys:keys", "The keys of the UI with their ids, to change them."),
        Entry("completion", "tui.cli.completion:completion", "Let your shell complete what you type."),
    ],
}

_DAEMON_COMMANDS = {
    "run": "Run the daemon in the foreground.",
    "check": "Try the settings, show what is in force, and change nothing.",
    "migrate": "Bring the database to this version.",
    "restore": "Put a backup in the place of the database (stop the daemon first).",
    "rebuild": "Compute all totals again from the orders.",
    "rotate-key": "Encrypt the secrets with a new key.",
    "sandbox": "Serve a store to try Counterfoil against.",
}


@click.group(
    cls=Program,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--socket",
    metavar="PATH",
    shell_complete=offers.files,
    help="The daemon's socket. Default: $COUNTERFOIL_SOCKET, else the usual place.",
)
@ui_options
@click.version_option(package_name="counterfoil", message="%(prog)s %(version)s")
@click.pass_context
def counterfoil(ctx: click.Context, /, socket: str | None, **wishes: Any) -> None:
    """The customer side of your BigCommerce stores, on a machine of your own.

    Without a command the terminal UI opens; the options but --socket are for it.
    """
    ctx.obj = socket
    if ctx.invoked_subcommand is None:
        require_terminal("--linear or a command", **wishes)
        ctx.exit(open_ui(client_socket(socket), **wishes))


def _add_commands(root: LazyGroup) -> None:
    for section, entries in _SECTIONS.items():
        root.add_lazy(section, entries)
    for name, summary in _DAEMON_COMMANDS.items():
        root.add_command(PassThrough(name, summary))


_add_commands(counterfoil)
