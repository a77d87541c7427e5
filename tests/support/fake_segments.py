"""The saved segments of the fake daemon: names, texts and revisions; nobody is counted."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from common import routes
from common.errors import NotFound, Refused
from common.routes import Endpoint
from common.segments.answers import (
    LogEntry,
    LogQuery,
    Member,
    MemberPage,
    MemberQuery,
    Segment,
    SegmentApplied,
    SegmentApply,
    SegmentDeleted,
    SegmentDetail,
    SegmentList,
    SegmentLog,
    SegmentLookup,
    SegmentRename,
    SegmentSave,
)
from common.segments.checks import to_json
from common.segments.growth import GrowthQuery, SegmentGrowth
from common.segments.language import parsed, written
from common.wire import Wire
from tests.support.fake_data import NOW, segment_growth

_Answer = Callable[[web.Request], Awaitable[Wire]]


class FakeSegments:
    """`segments` by folded name; `members` and `entries` are those of every segment."""

    def __init__(self) -> None:
        self.segments: dict[str, SegmentDetail] = {}
        self.members: list[Member] = []
        self.entries: list[LogEntry] = []

    def answers(self) -> dict[Endpoint[Any], _Answer]:
        return {
            routes.SEGMENTS: self._list,
            routes.SEGMENT: self._show,
            routes.SEGMENT_SAVE: self._save,
            routes.SEGMENT_RENAME: self._rename,
            routes.SEGMENT_DELETE: self._delete,
            routes.SEGMENT_MEMBERS: self._members,
            routes.SEGMENT_LOG: self._log,
            routes.SEGMENT_GROWTH: self._growth,
            routes.SEGMENTS_APPLY: self._apply,
        }

    def put(self, name: str, rule: str) -> SegmentDetail:
        tree = parsed(rule)
        before = self.segments.get(name.casefold())
        self.segments[name.casefold()] = SegmentDetail(
            id=before.id if before else max((one.id for one in self.segments.values()), default=0) + 1,
            name=name,
            rule=written(tree),
            revision=before.revision + 1 if before else 1,
            members=1204,
            waiting=0,
            created_at=NOW,
            changed_at=NOW,
            as_of=NOW,
            document=to_json(tree),
            referred_by=[],
        )
        return self.segments[name.casefold()]

    def _named(self, name: str) -> SegmentDetail:
        if name.casefold() not in self.segments:
            raise NotFound(f"There is no segment “{name}”.")
        return self.segments[name.casefold()]

    async def _list(self, _: web.Request) -> SegmentList:
        return SegmentList(segments=[Segment.model_validate(one.model_dump()) for one in self.segments.values()])

    async def _show(self, request: web.Request) -> SegmentDetail:
        return self._named(SegmentLookup.model_validate(dict(request.query)).name)

    async def _save(self, request: web.Request) -> SegmentDetail:
        wanted = SegmentSave.model_validate_json(await request.read())
        known = self.segments.get(wanted.name.casefold())
        if wanted.revision is not None and wanted.revision != (known.revision if known else 0):
            if known and wanted.revision == 0:
                raise Refused(f"There is a segment “{known.name}” already.", remedy="Choose another name.")
            raise Refused(f"The segment “{wanted.name}” was changed meanwhile.")
        return self.put(wanted.name, wanted.rule)

    async def _rename(self, request: web.Request) -> SegmentDetail:
        asked = SegmentRename.model_validate_json(await request.read())
        known, there = self._named(asked.name), self.segments.get(asked.to.casefold())
        if there is not None and there.id != known.id:
            raise Refused(f"There is a segment “{there.name}” already.", remedy="Choose another name.")
        del self.segments[known.name.casefold()]
        after = known.model_copy(update={"name": asked.to, "revision": known.revision + 1})
        self.segments[asked.to.casefold()] = after
        return after

    async def _delete(self, request: web.Request) -> SegmentDeleted:
        gone = self._named(SegmentLookup.model_validate_json(await request.read()).name)
        del self.segments[gone.name.casefold()]
        return SegmentDeleted(name=gone.name)

    async def _members(self, request: web.Request) -> MemberPage:
        asked = MemberQuery.model_validate_strings(dict(request.query))
        there = [one for one in self.members if one.id > asked.after]
        page = there[: asked.limit]
        following = page[-1].id if len(there) > asked.limit else 0
        name = self._named(asked.name).name
        return MemberPage(segment=name, total=len(self.members), as_of=NOW, contacts=page, next=following)

    async def _log(self, request: web.Request) -> SegmentLog:
        asked = LogQuery.model_validate_strings(dict(request.query))
        return SegmentLog(segment=self._named(asked.name).name, entries=self.entries[: asked.limit])

    async def _growth(self, request: web.Request) -> SegmentGrowth:
        asked = GrowthQuery.model_validate_strings(dict(request.query))
        return segment_growth(self._named(asked.name).name, days=asked.days)

    async def _apply(self, request: web.Request) -> SegmentApplied:
        created: list[str] = []
        changed: list[str] = []
        unchanged: list[str] = []
        for one in SegmentApply.model_validate_json(await request.read()).segments:
            known = self.segments.get(one.name.casefold())
            if known is not None and known.rule == written(parsed(one.rule)):
                unchanged.append(known.name)
                continue
            (changed if known else created).append(self.put(one.name, one.rule).name)
        return SegmentApplied(created=created, changed=changed, unchanged=unchanged)
