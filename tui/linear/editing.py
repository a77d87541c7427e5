"""Words that change people: their tags and lists, taking that back, and erasing one."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NoReturn

from common.edits import EditQuery, EditRequest, Verb, label_typed
from common.emails import normalised_email
from common.errors import Invalid, Refused
from tui.edits import asked, notes, told, undo_asked
from tui.linear.answer import Answer, Question, yes_or_no
from tui.linear.doing import numbered
from tui.linear.place import Place, Room
from tui.linear.places.contacts import Contacts
from tui.linear.spoken import many, sentences

_ALL = "all"


async def edited(room: Room, verb: Verb, place: Place, leads: Mapping[int, Place], rest: str) -> Answer:
    """Says what it would come to, and does it after a yes. *rest*: numbers or "all", then the tag's or list's name."""
    words = rest.split()
    at = next((at for at, word in enumerate(words) if not _says_whom(word)), len(words))
    name = label_typed(" ".join(words[at:]) or _nameless(verb))
    request = EditRequest(verb=verb, name=name, **_whom(place, leads, words[:at]))
    plan = await room.client.plan_edit(request)
    lines = [sentences(asked(plan)), *filter(None, [notes(plan)])]
    if not plan.changes:
        return Answer([*lines, "Nobody would change."])
    return Answer(lines, yes_or_no(f"Change {many(plan.changes, 'contact')}?", partial(_make, room, request)))


async def _make(room: Room, request: EditRequest) -> Answer:
    return Answer([told(await room.client.make_edit(request)), "undo takes it back."])


def _says_whom(word: str) -> bool:
    return word.rstrip(",").isdecimal() or word.lower() == _ALL


def _nameless(verb: Verb) -> NoReturn:
    thing = "tag" if verb.is_of_tags else "list"
    raise Invalid(
        f"Which {thing}?", remedy=f"Say numbers, or all, and then the {thing}'s name; or open a contact first."
    )


def _whom(place: Place, leads: Mapping[int, Place], words: Sequence[str]) -> dict[str, Any]:
    """The fields of a request that say whom. Raises Invalid, and NotFound for a number that was not told."""
    if [word.lower() for word in words] == [_ALL]:
        return _everyone(place)
    emails = [numbered(leads, word.rstrip(",")).person() for word in words] or [place.person()]
    if not all(emails):
        raise Invalid("Whom?", remedy="Say numbers of contacts, or all of a list of contacts, or open a contact first.")
    return {"emails": emails}


def _everyone(place: Place) -> dict[str, Any]:
    if not isinstance(place, Contacts):
        raise Invalid("All of whom?", remedy="Go to a list of contacts first: contacts, or find.")
    query = place.query
    is_filtered = bool(query.search or query.match)
    return {"search": query.search, "match": query.match} if is_filtered else {"everybody": True}


async def undone(room: Room) -> Answer:
    """Takes back the last edit after a yes."""
    found = (await room.client.edits(EditQuery(limit=1, undoable=True))).edits
    if not found:
        return Answer(["There is nothing to undo: no edit of tags or lists stands."])
    edit_id = found[0].id

    async def take_back() -> Answer:
        return Answer([told(await room.client.undo_edit(edit_id))])

    return Answer([], yes_or_no(f"Take back: {undo_asked(found[0])}?", take_back))


async def erased(room: Room, place: Place) -> Answer:
    """Erases the person it is about, once their address is typed."""
    email = place.person()
    if not email:
        raise Invalid("Erase whom?", remedy="Say a contact's number, or open the contact first.")
    if room.is_masked:
        raise Refused("Whom you erase you have to know.", remedy="Say mask to be told names and addresses again.")

    async def erase(typed: str) -> Answer:
        if normalised_email(typed) != email:
            raise Invalid(f"That is not {email}.", remedy="Nobody is erased.")
        done = await room.client.erase_person(email, confirm=email)
        return Answer([f"Erased. {many(done.orders, 'order')} stay, and no longer say whose."])

    return Answer([f"Everything of {email} will be erased, for good."], Question("Type the address to go on: ", erase))
