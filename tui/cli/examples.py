"""An example of every command, which its help ends with, and its line in the help of its group."""

import re
from collections.abc import Mapping
from types import MappingProxyType

import click

EXAMPLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "demo": ("demo", "demo --linear", "demo --headless --customers 500 --orders 2000 --state-dir /tmp/shop"),
        "store add": (
            "store add abc123xyz --token-file token.txt",
            "pass show acme/token | counterfoil store add abc123xyz --token-file -",
        ),
        "store list": ("store list",),
        "store show": ("store show abc123xyz",),
        "store pause": ("store pause abc123xyz",),
        "store resume": ("store resume abc123xyz",),
        "store rotate-secret": ("store rotate-secret abc123xyz",),
        "store reconnect": ("store reconnect abc123xyz --token-file new-token.txt",),
        "store delete": ("store delete abc123xyz --yes",),
        "store purge": ("store purge abc123xyz --confirm abc123xyz",),
        "store settings": ("store settings abc123xyz",),
        "store set": ("store set abc123xyz sync_guests on", "store set abc123xyz status.13 --default"),
        "store needs": ("store needs",),
        "store try": ("store try abc123xyz --token-file token.txt",),
        "store sales": ("store sales abc123xyz --months 24",),
        "sync": ("sync abc123xyz --wait", "sync abc123xyz --historical --plan"),
        "runs list": ("runs list --store abc123xyz --limit 5",),
        "runs show": ("runs show 7",),
        "runs pause": ("runs pause 7",),
        "runs resume": ("runs resume 7",),
        "runs cancel": ("runs cancel 7",),
        "contact list": (
            "contact list --sort revenue --limit 10",
            "contact list --match 'total_orders >= 3' --json",
        ),
        "contact show": (
            "contact show ann@example.com",
            "contact show ann@example.com --store abc123xyz --activity orders",
        ),
        "contact export": (
            "contact export --match 'tag is vip' --output vip.csv",
            "contact export ann@example.com > ann.json",
        ),
        "contact timeline": ("contact timeline ann@example.com --limit 20",),
        "contact erase": ("contact erase ann@example.com",),
        "contact readmit": ("contact readmit ann@example.com",),
        "segment count": ("segment count 'total_revenue > 500'", "segment count VIP"),
        "segment preview": ("segment preview 'last_order_date in last 30 days' --sort revenue",),
        "segment explain": (
            "segment explain 'total_orders >= 3' ann@example.com",
            "segment explain VIP ann@example.com",
        ),
        "segment values": ("segment values VIP product_category_in_any_order",),
        "segment overlap": ("segment overlap VIP 'last_order_date in last 30 days'",),
        "segment suggested": ("segment suggested",),
        "segment conditions": ("segment conditions revenue",),
        "segment save": ("segment save VIP 'total_revenue > 2000 USD'",),
        "segment list": ("segment list",),
        "segment show": ("segment show VIP",),
        "segment duplicate": ("segment duplicate VIP 'VIP of last year'",),
        "segment rename": ("segment rename VIP 'Best customers'",),
        "segment delete": ("segment delete VIP --yes",),
        "segment members": ("segment members VIP --limit 20", "segment members VIP --format csv --output vip.csv"),
        "segment log": ("segment log VIP --limit 20",),
        "segment export": ("segment export --dir segments",),
        "segment apply": ("segment apply --dir segments",),
        "segment growth": ("segment growth VIP --days 90",),
        "tags list": ("tags list",),
        "tags add": ("tags add vip --match 'total_revenue > 2000 USD'", "tags add vip ann@example.com"),
        "tags remove": ("tags remove vip --all",),
        "lists list": ("lists list",),
        "lists add": ("lists add Newsletter ann@example.com",),
        "lists unsubscribe": ("lists unsubscribe Newsletter ann@example.com",),
        "lists remove": ("lists remove Newsletter --search example.org",),
        "undo": ("undo", "undo --list"),
        "order show": ("order show abc123xyz 1204",),
        "product list": ("product list --sort revenue --limit 20", "product list --search mug --json"),
        "product export": ("product export --sort revenue --output products.csv",),
        "product show": ("product show abc123xyz 118",),
        "inbox list": ("inbox list --state dead", "inbox list --causes"),
        "inbox export": ("inbox export --state dead --output dead.csv",),
        "inbox show": ("inbox show 118", "inbox show 118 --trace"),
        "inbox replay": ("inbox replay 118 119", "inbox replay --state dead --cause 'timed out'"),
        "status": ("status", "status --json"),
        "doctor": ("doctor", "doctor --fix", "doctor --list"),
        "metrics": ("metrics", "metrics --json"),
        "support-bundle": ("support-bundle --print", "support-bundle help.tar.gz"),
        "activity": ("activity", "activity --day"),
        "reload": ("reload", "reload --json | jq .waiting"),
        "audit": ("audit --limit 20", "audit --outcome failed --json"),
        "settings": ("settings", "settings --json"),
        "backup now": ("backup now", "backup now --no-wait"),
        "backup list": ("backup list", "backup list --json"),
        "backup drill": ("backup drill",),
        "events": ("events", "events --json | jq .kind"),
        "openapi": ("openapi > counterfoil.openapi.json", "openapi --json | jq '.paths | keys'"),
        "keys": ("keys", "keys --json"),
        "completion": ("completion bash > ~/.local/share/bash-completion/completions/counterfoil",),
    }
)
"""By the command's words, without the program's name unless it stands behind a pipe."""

_FIRST_SENTENCE = re.compile(r"(.*?\.)(\s|$)", re.DOTALL)


def explained(command: click.Command, path: str) -> click.Command:
    """*command* and all below it with their examples, and with a whole sentence for the help of the group."""
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            explained(below, f"{path} {name}")
    if command.short_help is None and command.help:
        command.short_help = first_sentence(command.help)
    if command.epilog is None and path in EXAMPLES:
        command.epilog = _epilog(EXAMPLES[path])
    return command


def first_sentence(text: str) -> str:
    """Of the first paragraph, on one line: "Show a run."."""
    paragraph = " ".join(text.split("\n\n", maxsplit=1)[0].split())
    found = _FIRST_SENTENCE.match(paragraph)
    return found.group(1) if found else paragraph


def _epilog(examples: tuple[str, ...]) -> str:
    """In the shape that click leaves as it is."""
    lines = (f"  {line if ' | counterfoil ' in line else f'counterfoil {line}'}" for line in examples)
    return "\n".join(["\b", "Example:" if len(examples) == 1 else "Examples:", *lines])
