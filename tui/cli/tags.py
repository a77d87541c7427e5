"""`counterfoil tags`: which there are, and giving and taking them, of one contact or of many."""

import click

from common.edits import Tags, Verb
from tui.cli.edits import Given, edit_options, make_edit
from tui.cli.paper import Paper, answer, say
from tui.cli.session import ask, json_option
from tui.cli.table import Column, number, table
from tui.format import count

_TAGS = (Column("TAG", gives_way=True), number("CONTACTS"))


@click.group()
def tags() -> None:
    """Tags of contacts."""


@tags.command("list")
@json_option
def list_tags(as_json: bool) -> None:
    """List tags with how many contacts have each."""
    found = ask(lambda client: client.tags())
    answer(found, _lines, as_json=as_json)
    if not found.tags and not as_json:
        say("No tag yet. Make one: counterfoil tags add NAME EMAIL")


@tags.command("add")
@edit_options
def add(given: Given) -> None:
    """Give contacts the tag NAME, which is made if there is none; those who have it keep it."""
    make_edit(Verb.ADD_TAG, given)


@tags.command("remove")
@edit_options
def remove(given: Given) -> None:
    """Take the tag NAME from contacts. `counterfoil undo` gives it back to those who had it."""
    make_edit(Verb.REMOVE_TAG, given)


def _lines(found: Tags, paper: Paper) -> list[str]:
    return table(_TAGS, [(tag.name, count(tag.contacts)) for tag in found.tags], paper) if found.tags else []
