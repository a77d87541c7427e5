"""`counterfoil undo`: takes back what was done to tags and lists, and shows what was done."""

from collections.abc import Iterator

import click

from common.edits import MAX_EDITS, EditList, EditQuery
from common.errors import NotFound
from tui.cli.edits import undone
from tui.cli.paper import Paper, answer, say
from tui.cli.question import demand_yes
from tui.cli.session import ask, json_option
from tui.cli.table import Column, number, table
from tui.cli.values import day, minute, state_ink
from tui.edits import undo_asked
from tui.format import count

_EDITS = (
    number("EDIT"),
    Column("MADE"),
    Column("STATE", ink=state_ink),
    number("CHANGED"),
    number("TAKEN BACK"),
    Column("UNDO UNTIL"),
    Column("WHAT", gives_way=True),
)


@click.command()
@click.argument("edit_id", metavar="[ID]", required=False, type=click.IntRange(min=1, max=2**63 - 1))
@click.option("--list", "lists", is_flag=True, help="Show recent edits instead, the newest first.")
@click.option(
    "--limit", type=click.IntRange(1, MAX_EDITS), default=20, show_default=True, help="With --list: how many."
)
@click.option("--yes", is_flag=True, help="Do it without asking.")
@json_option
def undo(edit_id: int | None, lists: bool, limit: int, yes: bool, as_json: bool) -> None:
    """Take back an edit of tags or lists: the one with ID, or the last one.

    Everybody it changed is put back as they were, unless something later changed them again. An edit can be taken
    back for 90 days after its end.
    """
    if lists:
        found = ask(lambda client: client.edits(EditQuery(limit=limit)))
        answer(found, _lines, as_json=as_json)
        if not found.edits and not as_json:
            say("No tags or lists were edited yet.")
        return
    if edit_id is None:
        edit_id = _last(yes=yes)
    undone(edit_id, as_json=as_json)


def _last(*, yes: bool) -> int:
    """The id of the last edit that can be taken back; says which it is, and asks."""
    found = ask(lambda client: client.edits(EditQuery(limit=1, undoable=True))).edits
    if not found:
        raise NotFound("There is nothing to undo: no edit of tags or lists stands.")
    if not yes:
        demand_yes(f"Take back edit {found[0].id} of {minute(found[0].made_at)}: {undo_asked(found[0])}?")
    return found[0].id


def _lines(found: EditList, paper: Paper) -> Iterator[str]:
    rows = [
        (
            str(edit.id),
            minute(edit.made_at),
            edit.state.value,
            count(edit.changed),
            count(edit.taken_back),
            day(edit.undoable_until),
            undo_asked(edit),
        )
        for edit in found.edits
    ]
    if rows:
        yield from table(_EDITS, rows, paper)
