"""`counterfoil lists`: which there are, and who is on them."""

import click

from common.edits import MailingLists, Verb
from tui.cli.edits import Given, edit_options, make_edit
from tui.cli.paper import Paper, answer, say
from tui.cli.session import ask, json_option
from tui.cli.table import Column, number, table
from tui.format import count

_LISTS = (Column("LIST", gives_way=True), number("ACTIVE"), number("UNSUBSCRIBED"))


@click.group()
def lists() -> None:
    """Lists of contacts. Who unsubscribed from one stays so: neither a sync nor `add` brings them back."""


@lists.command("list")
@json_option
def list_lists(as_json: bool) -> None:
    """List them with how many are on each, and how many unsubscribed."""
    found = ask(lambda client: client.lists())
    answer(found, _lines, as_json=as_json)
    if not found.lists and not as_json:
        say("No list yet. Make one: counterfoil lists add NAME EMAIL")


@lists.command("add")
@edit_options
def add(given: Given) -> None:
    """Put contacts on the list NAME, which is made if there is none; who unsubscribed from it stays so."""
    make_edit(Verb.ADD_TO_LIST, given)


@lists.command("unsubscribe")
@edit_options
def unsubscribe(given: Given) -> None:
    """Unsubscribe active members of the list NAME, for good: no sync adds them again."""
    make_edit(Verb.UNSUBSCRIBE, given)


@lists.command("remove")
@edit_options
def remove(given: Given) -> None:
    """Take active members off the list NAME; a sync may add them again, `unsubscribe` keeps them off."""
    make_edit(Verb.REMOVE_FROM_LIST, given)


def _lines(found: MailingLists, paper: Paper) -> list[str]:
    rows = [(one.name, count(one.active), count(one.unsubscribed)) for one in found.lists]
    return table(_LISTS, rows, paper) if rows else []
