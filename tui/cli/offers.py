"""What a shell may complete where: functions for the parameters of commands. None of them ever fails or waits long."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import click
from click.shell_completion import CompletionItem

Offer: TypeAlias = Callable[[click.Context, click.Parameter, str], list[CompletionItem[str]]]

_AT_MOST = 50
RULE = "rule"
"""The type of an item that is a rule so far: more follows it. Its `shown` is the part of it that is new."""


def stores(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    from common.routes import STORES

    rows = _rows(ctx, STORES.path, "stores")
    return _items(((row.get("hash"), row.get("name")) for row in rows), begun)


def runs(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    from common.routes import RUNS

    rows = _rows(ctx, RUNS.path, "runs", limit=_AT_MOST)
    told = ((row.get("id"), f"{row.get('kind')} of {row.get('store')}, {row.get('state')}") for row in rows)
    return _items(told, begun)


def deliveries(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    from common.routes import DELIVERIES

    rows = _rows(ctx, DELIVERIES.path, "deliveries", limit=_AT_MOST)
    return _items(((row.get("id"), f"{row.get('resource')}, {row.get('state')}") for row in rows), begun)


def orders(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """The orders that deliveries lately named; nobody wants a list of all."""
    from common.routes import DELIVERIES

    store = str(ctx.params.get("store") or "")
    rows = _rows(ctx, DELIVERIES.path, "deliveries", store=store, kind="order", limit=_AT_MOST)
    return _items(((str(row.get("resource")).removeprefix("order "), "") for row in rows), begun)


def products(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """What sold most in the store that was named, or the one product with an id so far."""
    from common.routes import PRODUCTS

    store = str(ctx.params.get("store") or "")
    found = [row for search in ("", begun) for row in _rows(ctx, PRODUCTS.path, "products", **_asked(store, search))]
    return _items(((row.get("product_id"), row.get("name")) for row in found), begun)


def _asked(store: str, search: str) -> dict[str, str | int]:
    return {"store": store, "search": search, "limit": _AT_MOST}


def contacts(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """Addresses that begin so, among those that contain it."""
    from common.routes import CONTACTS

    rows = _rows(ctx, CONTACTS.path, "contacts", search=begun, limit=_AT_MOST)
    return _items(((row.get("email"), f"{row.get('first_name')} {row.get('last_name')}") for row in rows), begun)


def segments(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    from common.routes import SEGMENTS

    return _items(((row.get("name"), row.get("rule")) for row in _rows(ctx, SEGMENTS.path, "segments")), begun)


def rules(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """The rule so far, gone on with what may come next in it."""
    from tui.cli.rule_ends import ends

    return [CompletionItem(end.text, type=RULE, help=end.help, shown=end.shown) for end in ends(begun)]


def rules_or_segments(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    return [*segments(ctx, param, begun), *rules(ctx, param, begun)]


def conditions(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    from common.segments.catalogue import OF_CONTACTS

    return _items(((name, kind.help) for name, kind in OF_CONTACTS.items()), begun)


def settings(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    from common.store_settings import SETTINGS

    return _items(((name, setting.help) for name, setting in SETTINGS.items()), begun)


def setting_values(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """What the setting that was named may be set to."""
    from common.store_settings import SETTINGS

    setting = SETTINGS.get(str(ctx.params.get("name")))
    return _items(((value, "") for value in (setting.choices if setting else ())), begun)


def themes(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    from tui.preferences import ThemeName

    return _items(((theme.value, "") for theme in ThemeName), begun)


def files(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    return [CompletionItem(begun, type="file")]


def _rows(ctx: click.Context, target: str, name: str, **query: str | int) -> list[dict[str, Any]]:
    """The rows called *name* of the daemon's answer; none where it has no such answer."""
    from common.paths import client_socket
    from tui.cli.glance import glance  # with it comes an HTTP client, which nothing else here needs

    rows = glance(client_socket(ctx.find_root().params.get("socket")), target, **query).get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _items(told: Iterable[tuple[Any, Any]], begun: str) -> list[CompletionItem[str]]:
    """Those values that begin so, each once, made safe: a shell writes them on the terminal."""
    from common.text import safe

    found = {safe(str(value)): safe(str(about or "")) for value, about in told if value not in (None, "")}
    return [CompletionItem(value, help=about or None) for value, about in found.items() if value.startswith(begun)]
