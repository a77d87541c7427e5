"""Words about saved segments: save a rule under a name, rename or delete one."""

from functools import partial

from common.errors import Invalid
from common.segments.language import parsed
from tui.linear.answer import Answer, Question, yes_or_no
from tui.linear.place import Place, Room
from tui.linear.places.segments import OneSegment
from tui.linear.spoken import many, sentences


async def saved(room: Room, place: Place, rest: str) -> Answer:
    """Keeps a rule: "NAME: RULE", or NAME alone for the rule of the list; one of that name is replaced after a yes."""
    name, _, rule = (part.strip() for part in rest.partition(":"))
    rule = rule or place.rule()
    if not name or not rule:
        raise Invalid("Save which rule?", remedy="Say save NAME: RULE; or find :RULE first, and then save NAME.")
    parsed(rule)
    before = next((one for one in (await room.client.segments()).segments if one.name.lower() == name.lower()), None)
    if before is None:
        return await _save(room, name, rule, 0)
    question = f"Give segment {before.name} this rule in place of {before.rule or 'its own'}?"
    revision = (await room.client.segment(before.name)).revision
    return Answer([], yes_or_no(question, partial(_save, room, before.name, rule, revision)))


async def _save(room: Room, name: str, rule: str, revision: int) -> Answer:
    segment = await room.client.save_segment(name, rule, revision=revision)
    counted = "" if segment.as_of is None else many(segment.members, "member")
    return Answer([sentences(f"Segment {segment.name} is saved", counted)])


async def renamed(room: Room, place: Place) -> Answer:
    """Asks for another name. Raises Invalid for what is no segment."""
    name = _segment(place)

    async def rename(typed: str) -> Answer:
        segment = await room.client.rename_segment(name, typed.strip())
        return Answer([f"Segment {name} is called {segment.name} now."])

    return Answer([], Question(f"What shall segment {name} be called? ", rename))


async def deleted(room: Room, place: Place) -> Answer:
    """After a yes. Raises Invalid for what is no segment."""
    name = _segment(place)

    async def delete() -> Answer:
        await room.client.delete_segment(name)
        return Answer([f"Segment {name} is deleted."])

    return Answer([], yes_or_no(f"Delete segment {name}? Its contacts stay.", delete))


def _segment(place: Place) -> str:
    if not isinstance(place, OneSegment):
        raise Invalid("Which segment?", remedy="Go to segments and say its number, or open it first.")
    return place.name
