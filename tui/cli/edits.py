"""What the commands that edit tags and lists share: whom it is about, the question before, following it to its end."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import reduce, wraps
from typing import TYPE_CHECKING, Any

import click

from common.edits import Edit, EditRequest, Verb, label_typed
from common.emails import normalised_email
from common.errors import Invalid
from tui.cli.paper import Paper, answer, say
from tui.cli.progress import moved
from tui.cli.question import demand_yes
from tui.cli.rule import match_option
from tui.cli.session import ask, json_option
from tui.edits import asked, notes, progress, told

if TYPE_CHECKING:
    from common.client import ApiClient

_AGAIN_S = 0.5


@dataclass(frozen=True, slots=True)
class Given:
    """What a command that edits was given."""

    name: str
    emails: tuple[str, ...]
    match: str
    search: str
    everybody: bool
    yes: bool
    as_json: bool


def edit_options(command: Callable[[Given], None]) -> Callable[..., None]:
    """The arguments NAME and EMAIL..., and the options of every edit."""
    options = (
        json_option,
        click.option("--yes", is_flag=True, help="Do it without asking."),
        click.option("--all", "everybody", is_flag=True, help="Every contact there is."),
        click.option("--search", default="", metavar="TEXT", help="Those that `contact list --search` finds."),
        match_option,
        click.argument("emails", metavar="[EMAIL]...", nargs=-1),
        click.argument("name", metavar="NAME"),
    )

    @wraps(command)
    def made(**given: Any) -> None:
        command(Given(**given))

    return reduce(lambda inner, option: option(inner), options, made)


def make_edit(verb: Verb, given: Given) -> None:
    """Asks what it would do and whether that is meant, does it, and tells what became of it."""
    request = _request(verb, given)
    if not given.yes:
        plan = ask(lambda client: client.plan_edit(request))
        if noted := notes(plan):
            say(noted)
        if plan.changes:
            demand_yes(f"{asked(plan)}?")
    answer(ask(lambda client: _followed(client, client.make_edit(request))), _lines, as_json=given.as_json)


def _request(verb: Verb, given: Given) -> EditRequest:
    if sum((bool(given.emails), bool(given.match or given.search), given.everybody)) != 1:
        raise click.UsageError("Say whom: EMAIL..., or --match and --search, or --all.")
    return EditRequest(
        verb=verb,
        name=label_typed(given.name),
        emails=[_address(email) for email in given.emails],
        match=given.match,
        search=given.search,
        everybody=given.everybody,
    )


def undone(edit_id: int, *, as_json: bool) -> None:
    answer(ask(lambda client: _followed(client, client.undo_edit(edit_id))), _lines, as_json=as_json)


def _address(email: str) -> str:
    address = normalised_email(email)
    if not address:
        raise Invalid(f"{email!r} is no email address.", remedy="Quote a name of several words.")
    return address


def _lines(edit: Edit, _: Paper) -> Iterable[str]:
    yield told(edit)


async def _followed(client: "ApiClient", begun: Awaitable[Edit]) -> Edit:
    """The edit when it is over; on a terminal a line tells how far it is."""
    edit = await begun
    while not edit.state.is_over:
        moved(progress(edit))
        await asyncio.sleep(_AGAIN_S)
        edit = await client.edit(edit.id)
    moved("")
    return edit
