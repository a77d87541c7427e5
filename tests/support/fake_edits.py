"""Tags, lists, edits of them and timelines of the fake daemon: done to its contacts at once, whole, and undone so."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from common import routes
from common.contacts import ContactDetail, ListMembership
from common.edits import (
    UNDO_DAYS,
    Edit,
    EditList,
    EditPlan,
    EditQuery,
    EditRequest,
    EditState,
    EditUndo,
    MailingList,
    MailingLists,
    Tag,
    Tags,
    Verb,
    label_typed,
)
from common.errors import NotFound, Refused
from common.events import What
from common.routes import Endpoint
from common.timeline import Happened, Timeline, TimelineQuery
from common.times import DAY_S
from common.wire import Wire
from tests.support.fake_data import NOW

if TYPE_CHECKING:
    from tests.support.fake_daemon import FakeDaemon

_Answer = Callable[[web.Request], Awaitable[Wire]]


class FakeEdits:
    """`requests` are those that were carried out; `events` are on everybody's timeline, the newest first.

    Rules are not asked: `match` finds everybody. With `stays_running` an edit is never over.
    """

    def __init__(self, daemon: "FakeDaemon") -> None:
        self._daemon = daemon
        self._before: dict[int, dict[int, ContactDetail]] = {}
        self.edits: list[Edit] = []
        self.requests: list[EditRequest] = []
        self.events: list[Happened] = []
        self.stays_running = False

    def answers(self) -> dict[Endpoint[Any], _Answer]:
        return {
            routes.TAGS: self._tags,
            routes.LISTS: self._lists,
            routes.EDITS: self._edits,
            routes.EDIT: self._edit,
            routes.EDIT_PLAN: self._plan,
            routes.EDIT_MAKE: self._make,
            routes.EDIT_UNDO: self._undo,
            routes.TIMELINE: self._timeline,
        }

    async def _tags(self, _: web.Request) -> Tags:
        names = [tag for contact in self._daemon.contacts for tag in contact.tags]
        return Tags(tags=[Tag(name=name, contacts=names.count(name)) for name in sorted(set(names))])

    async def _lists(self, _: web.Request) -> MailingLists:
        on = [entry for contact in self._daemon.contacts for entry in contact.lists]
        names = sorted({entry.name for entry in on})
        return MailingLists(
            lists=[
                MailingList(
                    name=name,
                    active=on.count(ListMembership(name=name, status="active")),
                    unsubscribed=on.count(ListMembership(name=name, status="unsubscribed")),
                    is_master=name == "Master Contact List",
                )
                for name in names
            ]
        )

    async def _edits(self, request: web.Request) -> EditList:
        query = EditQuery.model_validate_strings(dict(request.query))
        shown = [edit for edit in reversed(self.edits) if not query.undoable or edit.state is EditState.DONE]
        return EditList(edits=shown[: query.limit])

    async def _edit(self, request: web.Request) -> Edit:
        return next(edit for edit in self.edits if edit.id == int(request.match_info["id"]))

    async def _plan(self, request: web.Request) -> EditPlan:
        wanted = EditRequest.model_validate_json(await request.read())
        meant = self._meant(wanted)
        name = self._called(wanted)
        changed = [contact for contact in meant if edited(contact, wanted.verb, name) != contact]
        return EditPlan(
            verb=wanted.verb,
            name=name,
            is_new=name not in self._known(wanted.verb),
            contacts=len(meant),
            changes=len(changed),
            unsubscribed=_unsubscribed(meant, wanted.verb, name),
        )

    async def _make(self, request: web.Request) -> Edit:
        wanted = EditRequest.model_validate_json(await request.read())
        meant, name = self._meant(wanted), self._called(wanted)
        self.requests.append(wanted)
        changed = [contact for contact in meant if edited(contact, wanted.verb, name) != contact]
        edit = Edit(
            id=len(self.edits) + 1,
            verb=wanted.verb,
            name=name,
            state=EditState.RUNNING if self.stays_running else EditState.DONE,
            contacts=len(meant),
            looked_at=len(meant),
            changed=len(changed),
            unsubscribed=_unsubscribed(meant, wanted.verb, name),
            taken_back=0,
            error="",
            made_at=NOW,
            ended_at=NOW,
            undone_at=None,
            undoable_until=NOW + UNDO_DAYS * DAY_S if changed else None,
        )
        self.edits.append(edit)
        self._before[edit.id] = {contact.id: contact for contact in changed}
        self._put([edited(contact, wanted.verb, name) for contact in changed])
        return edit

    async def _undo(self, request: web.Request) -> Edit:
        wanted = EditUndo.model_validate_json(await request.read()).id
        done = [edit for edit in self.edits if edit.state is EditState.DONE and wanted in (0, edit.id)]
        if not done and wanted:
            raise Refused(f"Edit {wanted} is taken back already.")
        if not done:
            raise NotFound("There is nothing to undo: no edit of tags or lists stands.")
        edit, before = done[-1], self._before[done[-1].id]
        self._put(list(before.values()))
        undone = edit.model_copy(
            update={"state": EditState.UNDONE, "taken_back": len(before), "undone_at": NOW, "undoable_until": None}
        )
        self.edits[edit.id - 1] = undone
        return undone

    async def _timeline(self, request: web.Request) -> Timeline:
        query = TimelineQuery.model_validate_strings(dict(request.query))
        found = [one for one in self._daemon.contacts if query.id == one.id or query.email == one.email]
        if not found:
            raise NotFound("No such contact.")
        start = int(query.after or 0)
        end = start + query.limit
        following = str(end) if end < len(self.events) else ""
        return Timeline(contact_id=found[0].id, email=found[0].email, events=self.events[start:end], next=following)

    def _meant(self, wanted: EditRequest) -> list[ContactDetail]:
        contacts = self._daemon.contacts
        if wanted.ids or wanted.emails:
            for email in set(wanted.emails) - {contact.email for contact in contacts}:
                raise NotFound(f"There is no contact with the email {email!r}.")
            return [contact for contact in contacts if contact.id in wanted.ids or contact.email in wanted.emails]
        return [contact for contact in contacts if wanted.search in contact.email]

    def _called(self, wanted: EditRequest) -> str:
        name = label_typed(wanted.name)
        alike = [one for one in self._known(wanted.verb) if one.casefold() == name.casefold()]
        if not alike and not wanted.verb.makes:
            raise NotFound(f"There is no {'tag' if wanted.verb.is_of_tags else 'list'} “{name}”.")
        return alike[0] if alike else name

    def _known(self, verb: Verb) -> set[str]:
        if verb.is_of_tags:
            return {tag for contact in self._daemon.contacts for tag in contact.tags}
        return {entry.name for contact in self._daemon.contacts for entry in contact.lists}

    def _put(self, contacts: list[ContactDetail]) -> None:
        for contact in contacts:
            self._daemon.replace_contact(contact)
        if contacts:
            self._daemon.push_changed(What.CONTACT, *[contact.id for contact in contacts], store="")


def edited(contact: ContactDetail, verb: Verb, name: str) -> ContactDetail:
    """*contact* as the edit leaves it."""
    status = {entry.name: entry.status for entry in contact.lists}
    tags = set(contact.tags)
    match verb:
        case Verb.ADD_TAG:
            tags.add(name)
        case Verb.REMOVE_TAG:
            tags.discard(name)
        case Verb.ADD_TO_LIST:
            status.setdefault(name, "active")
        case Verb.UNSUBSCRIBE if status.get(name) == "active":
            status[name] = "unsubscribed"
        case Verb.REMOVE_FROM_LIST if status.get(name) == "active":
            del status[name]
    lists = [ListMembership(name=one, status=status[one]) for one in sorted(status)]
    return contact.model_copy(update={"tags": sorted(tags), "lists": lists})


def _unsubscribed(contacts: list[ContactDetail], verb: Verb, name: str) -> int:
    if verb.is_of_tags or verb is Verb.UNSUBSCRIBE:
        return 0
    return sum(ListMembership(name=name, status="unsubscribed") in contact.lists for contact in contacts)
