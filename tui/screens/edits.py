"""Edits of tags and lists as a person makes them: what, then whether it is meant, and what became of it; and undo."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from textual.app import App

from common.contacts import ContactQuery
from common.edits import Edit, EditPlan, EditQuery, EditRequest, Verb
from common.errors import NotFound
from common.times import ago
from tui.drawing.line import Role
from tui.edits import asked, notes, told, undo_asked
from tui.format import count, cut
from tui.keymap import shown
from tui.screens.choice import Choice, Option
from tui.screens.labels import LabelPicker
from tui.session import Session

_AGAIN_S = 0.5
_NO = "no"
_CELLS = 54  # of an option, in a menu on 60 columns
_VERBS = {
    "tag": (Verb.ADD_TAG, Verb.REMOVE_TAG),
    "list": (Verb.ADD_TO_LIST, Verb.UNSUBSCRIBE, Verb.REMOVE_FROM_LIST),
}

Say = Callable[[str, Role], None]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The contacts an edit is about: those with *ids*, else all that *query* finds. *who* is how people call them."""

    who: str
    ids: tuple[int, ...] = ()
    query: ContactQuery | None = None

    def request(self, verb: Verb, name: str) -> EditRequest:
        if self.query is None:
            return EditRequest(verb=verb, name=name, ids=list(self.ids))
        found = {"search": self.query.search, "match": self.query.match}
        is_filtered = bool(self.query.search.strip() or self.query.match.strip())
        return EditRequest.model_validate({"verb": verb, "name": name, "everybody": not is_filtered} | found)


async def edited(app: App[None], session: Session, chosen: Chosen, noun: str, say: Say) -> bool:
    """Asks which *noun* ("tag" or "list") and what about it, and does it; False = nothing is done.

    Raises CounterfoilError for what the daemon refuses.
    """
    title = f"{'Tags' if noun == 'tag' else 'Lists'} of {chosen.who}"
    name = await app.push_screen_wait(LabelPicker(session, title, noun))
    if name is None:
        return False
    say("Counting who would change…", Role.MUTED)  # of a million that takes a second or two
    plans = await _plans(session, chosen, noun, name)
    say("", Role.TEXT)
    verb = await _verb(app, [session.shown(plan) for plan in plans], noun, session.shown_text(name))
    if verb is None:
        return False
    edit = await session.ask(partial(session.client.make_edit, chosen.request(verb, name)))
    await _followed(session, edit, say)
    return True


async def _plans(session: Session, chosen: Chosen, noun: str, name: str) -> list[EditPlan]:
    """What each thing that can be done with the tag or list *name* would do."""
    plans = [await _plan(session, chosen.request(verb, name)) for verb in _VERBS[noun]]
    return [plan for plan in plans if plan is not None]


async def _verb(app: App[None], plans: list[EditPlan], noun: str, name: str) -> Verb | None:
    """What is to be done with the tag or list *name*: each that would change somebody, with how many."""
    able = [plan for plan in plans if plan.changes]
    options = [Option(plan.verb, asked(plan, width=_CELLS), notes(plan)) for plan in able]
    lead = "" if able else f"Nobody would change. {' '.join(notes(plan) for plan in plans[:1])}"
    called = cut(plans[0].name if plans else name, 30)
    picked = await app.push_screen_wait(
        Choice(f"{noun.capitalize()} “{called}”?", [*options, Option(_NO, "Not now")], lead=lead)
    )
    return None if picked in (None, _NO) else Verb(picked)


async def _plan(session: Session, request: EditRequest) -> EditPlan | None:
    """None = there is no such tag or list that could be taken."""
    try:
        return await session.ask(partial(session.client.plan_edit, request))
    except NotFound:
        if request.verb.makes:
            raise
        return None


async def undone(app: App[None], session: Session, say: Say) -> None:
    """Takes the last edit back, once it was said which it is. Raises CounterfoilError for what the daemon refuses."""
    last = await session.ask(partial(session.client.edits, EditQuery(limit=1, undoable=True)))
    if not last.edits:
        say("There is nothing to undo: no edit of tags or lists stands.", Role.WARN)
        return
    edit = last.edits[0]
    age = ago(edit.made_at, now=session.now())
    lead = f"Made {age if age == 'now' else f'{age} ago'}. All it changed are put back as they were."
    options = [
        Option("yes", f"Take back: {undo_asked(session.shown(edit), width=_CELLS - 11)}"),
        Option(_NO, "Not now"),
    ]
    if await app.push_screen_wait(Choice("Undo?", options, lead=lead)) == "yes":
        await _followed(session, await session.ask(partial(session.client.undo_edit, edit.id)), say)


async def _followed(session: Session, edit: Edit, say: Say) -> None:
    """Says what becomes of *edit* until it is over."""
    while not edit.state.is_over:
        say(told(edit), Role.TEXT)
        await asyncio.sleep(_AGAIN_S)
        edit = await session.ask(partial(session.client.edit, edit.id))
    say(f"{told(edit)}{_how_to_undo(edit)}", Role.WARN if edit.error or not edit.changed else Role.GOOD)


def _how_to_undo(edit: Edit) -> str:
    return f" {shown('undo')} undoes it." if edit.changed and edit.undone_at is None else ""


def who_of(email: str) -> str:
    return cut(email, 40)


def who_of_many(number: int) -> str:
    return f"{count(number)} marked contact{'s' if number != 1 else ''}"
