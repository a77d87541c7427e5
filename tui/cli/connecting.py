"""`counterfoil store needs` and `store try`: what it takes to connect a store, and whether a token is enough."""

from collections.abc import Iterator

import click

from common.connecting import Connecting, StoreTried, StoreTry
from common.stores import ScopeRow
from common.text import safe
from tui.cli import offers
from tui.cli.paper import Ink, Paper, answer, say
from tui.cli.secret import secret_from
from tui.cli.session import ask, json_option, store_argument
from tui.cli.table import Column, facts, table
from tui.cli.values import state_ink

_WANTED = (Column("SCOPE"), Column(""), Column("FEEDS", gives_way=True))
_SCOPES = (Column("SCOPE"), Column("", ink=state_ink), Column("FEEDS", gives_way=True))

token_option = click.option(
    "--token-file",
    required=True,
    metavar="FILE|-",
    shell_complete=offers.files,
    help="Holds the API account's access token; - reads stdin.",
)


@click.command("needs")
@json_option
def show_needs(as_json: bool) -> None:
    """Show what it takes to connect a store: scopes, and the link of the app where one is set up."""
    answer(ask(lambda client: client.connecting()), _needs_lines, as_json=as_json)


@click.command("try")
@store_argument
@token_option
@json_option
def try_store(store: str, token_file: str, as_json: bool) -> None:
    """Look at a store by a token, and at what the token may read. Nothing is kept of either."""
    attempt = StoreTry(store=store, token=secret_from(token_file, what="token"))
    tried = ask(lambda client: client.try_store(attempt))
    answer(tried, _tried_lines, as_json=as_json)
    if not as_json:
        say(
            f"It is enough. Connect the store: counterfoil store add {tried.hash} --token-file {token_file}"
            if tried.is_enough
            else "It is not enough: a required scope is missing. Make another API account; scopes never change."
        )


def _needs_lines(needs: Connecting, paper: Paper) -> Iterator[str]:
    yield from facts(needs_facts(needs), paper)
    yield ""
    rows = ((scope.scope, "required" if scope.required else "optional", scope.feeds) for scope in needs.scopes)
    yield from table(_WANTED, rows, paper)


def needs_facts(needs: Connecting) -> dict[str, str]:
    """The ways in and whether stores can call, by label; "" = nothing to say."""
    app, last = needs.app, needs.last_install
    missing = f"not set up: {', '.join(app.missing)} is not set"
    return {
        "token": "of a store-level API account: control panel, Settings, Store-level API accounts",
        "app": app.link or missing,
        "callback": app.callback,
        "installed": "" if last is None else last.error or f"store {last.store}",
        "webhooks": needs.public_url or "COUNTERFOIL_PUBLIC__URL is not set: stores cannot call",
    }


def _tried_lines(tried: StoreTried, paper: Paper) -> Iterator[str]:
    yield paper.ink(safe(tried.name) or tried.hash, Ink.HEAD)
    yield from facts(tried_facts(tried), paper)
    yield ""
    yield from scopes_table(tried.scopes, paper)


def tried_facts(tried: StoreTried) -> dict[str, str]:
    """The store as its token shows it, by label; "" = nothing to say."""
    return {
        "hash": tried.hash,
        "address": tried.domain,
        "currency": tried.currency,
        "time zone": tried.timezone,
        "plan": tried.plan,
        "webhooks": f"{tried.hooks} would be registered" if tried.hooks else "none: stores cannot call this daemon",
    }


def scopes_table(scopes: list[ScopeRow], paper: Paper) -> list[str]:
    return table(_SCOPES, ((row.scope, scope_state(row), row.feeds) for row in scopes), paper)


def scope_state(row: ScopeRow) -> str:
    if row.granted:
        return "granted"
    return "missing" if row.required else "not granted"
