"""Saved segments: the list of them, and one with its rule in words, its members and who came and went."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

from common.contacts import ContactQuery
from common.events import What
from common.segments.answers import LogQuery, Member, Segment, SegmentDetail
from common.segments.language import written
from common.segments.rules import InSegment
from tui.cli.export import member_pages
from tui.cli.values import minute
from tui.export.sheets import MEMBERS, Sheet
from tui.format import count, cut
from tui.linear.place import Facts, Item, Page, Place, Room, Wanted, details
from tui.linear.places.contacts import Contacts
from tui.linear.spoken import fact, many, moment, sentences, since

_NAME_CELLS = 80
_RULE_CELLS = 300
_LOG_ENTRIES = 200


@dataclass(frozen=True, slots=True)
class Segments(Place):
    """*asked* stands in the names or rules of those that are told, "" = all."""

    word = "segments"
    asked: str = ""

    async def read(self, room: Room, wanted: Wanted) -> Page:
        everyone = (await room.client.segments()).segments
        saved = [one for one in everyone if self.asked.casefold() in f"{one.name} {one.rule}".casefold()]
        hint = [] if everyone else ["Save one: save NAME: RULE."]
        items = [Item(_told(one, room.now()), OneSegment(one.name)) for one in saved]
        which = f"{many(len(saved), 'segment')}{f' matching {self.asked}' if self.asked else ''}"
        return details([sentences(which), *hint], items, wanted)

    def found(self, asked: str) -> "Segments | None":
        return None if asked.startswith(":") else Segments(asked)

    async def changed(self, room: Room, page: Page, facts: Facts) -> str:
        return "Segments changed; again shows them." if facts.touches(What.SEGMENT) else ""


@dataclass(frozen=True, slots=True)
class OneSegment(Place):
    word = "segment"
    name: str

    async def read(self, room: Room, wanted: Wanted) -> Page:
        segment = await room.client.segment(self.name)
        head = sentences(f"Segment {segment.name}")
        return details([head], list(_items(segment, room.now())), wanted)

    def rule(self) -> str:
        return _members_rule(self.name)

    def rows(self, room: Room) -> tuple[AsyncIterator[Sequence[Member]], Sheet[Member]]:
        return member_pages(room.client, self.name), MEMBERS


@dataclass(frozen=True, slots=True)
class Comings(Place):
    """Who entered and left, the latest first."""

    word = "log"
    name: str

    async def read(self, room: Room, wanted: Wanted) -> Page:
        log = room.seen(await room.client.segment_log(LogQuery(name=self.name, limit=_LOG_ENTRIES)))
        lines = [
            sentences(
                f"{minute(one.at)} {one.email} {'entered' if one.entered else 'left'}",
                f"Cause {one.cause}",
            )
            for one in log.entries
        ]
        more = f"The latest {count(_LOG_ENTRIES)}" if log.next else many(len(lines), "change")
        return details([sentences(f"{more} of segment {self.name}")], lines, wanted)


def _told(segment: Segment, now: int) -> str:
    return sentences(
        cut(segment.name, _NAME_CELLS),
        _members(segment),
        "" if segment.as_of is None else f"As of {since(segment.as_of, now=now)}",
        f"Cannot be asked: {segment.fault}" if segment.fault else "",
        cut(segment.warning, _RULE_CELLS),
        f"Rule {cut(segment.rule, _RULE_CELLS)}" if segment.rule else "",
    )


def _members(segment: Segment) -> str:
    if segment.as_of is None:
        return "Members are being computed"
    waiting = f", {many(segment.waiting, 'contact')} still to look at" if segment.waiting else ""
    return f"Members {count(segment.members)}{waiting}"


def _items(segment: SegmentDetail, now: int) -> Iterator[Item | str]:
    yield fact("rule", segment.rule or "cannot be read")
    if segment.fault:
        yield fact("cannot be asked", segment.fault)
    if segment.warning:
        yield fact("warning", segment.warning)
    if segment.as_of is not None:
        yield fact("as of", moment(segment.as_of, now=now))
    yield fact("changed", f"{moment(segment.changed_at, now=now)}, revision {segment.revision}")
    if segment.referred_by:
        yield fact("referred to by", ", ".join(segment.referred_by))
    query = ContactQuery(match=_members_rule(segment.name))
    yield Item(_members(segment), Contacts(query, title=f"in segment {segment.name}"))
    yield Item("Who entered and left", Comings(segment.name))


def _members_rule(name: str) -> str:
    return written(InSegment(segment=name))
