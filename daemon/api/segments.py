"""Rules: how many contacts they hold for, who these are, and why; and rules that are saved as segments."""

from aiohttp import web

from common import routes
from common.segments.answers import (
    Explanation,
    LogQuery,
    MemberPage,
    MemberQuery,
    OverlapQuery,
    PreviewQuery,
    RuleCount,
    RuleLookup,
    RuleOverlap,
    RulePreview,
    RuleQuery,
    SegmentApplied,
    SegmentApply,
    SegmentDeleted,
    SegmentDetail,
    SegmentList,
    SegmentLog,
    SegmentLookup,
    SegmentRename,
    SegmentSave,
    SuggestedSegments,
    Suggestions,
    TallyQuery,
    ValueQuery,
    ValueTally,
)
from common.segments.growth import GrowthQuery, SegmentGrowth
from daemon.api.binding import Call, route
from daemon.segments.desk import RuleDesk
from daemon.segments.saved_desk import SavedDesk


class SegmentHandlers:
    def __init__(self, desk: RuleDesk, saved: SavedDesk) -> None:
        self._desk = desk
        self._saved = saved

    def routes(self) -> list[web.RouteDef]:
        return [
            route(routes.RULE_COUNT, self.count),
            route(routes.RULE_PREVIEW, self.preview),
            route(routes.RULE_OVERLAP, self.overlap),
            route(routes.SUGGESTED_SEGMENTS, self.suggested),
            route(routes.RULE_VALUES, self.values),
            route(routes.RULE_TALLY, self.tally),
            route(routes.RULE_EXPLANATION, self.explanation),
            route(routes.SEGMENTS, self.listed),
            route(routes.SEGMENT, self.shown),
            route(routes.SEGMENT_SAVE, self.save),
            route(routes.SEGMENT_RENAME, self.rename),
            route(routes.SEGMENT_DELETE, self.delete),
            route(routes.SEGMENT_MEMBERS, self.members),
            route(routes.SEGMENT_LOG, self.log),
            route(routes.SEGMENT_GROWTH, self.growth),
            route(routes.SEGMENTS_APPLY, self.apply),
        ]

    async def count(self, call: Call) -> RuleCount:
        return await self._desk.count(call.asked_as(RuleQuery).rule)

    async def preview(self, call: Call) -> RulePreview:
        return await self._desk.preview(call.asked_as(PreviewQuery))

    async def overlap(self, call: Call) -> RuleOverlap:
        return await self._desk.overlap(call.asked_as(OverlapQuery))

    async def suggested(self, call: Call) -> SuggestedSegments:
        del call
        return await self._desk.suggested()

    async def values(self, call: Call) -> Suggestions:
        return await self._desk.suggest(call.asked_as(ValueQuery))

    async def tally(self, call: Call) -> ValueTally:
        return await self._desk.tally(call.asked_as(TallyQuery))

    async def explanation(self, call: Call) -> Explanation:
        asked = call.asked_as(RuleLookup)
        return await self._desk.explain(asked.rule, asked.email)

    async def listed(self, _: Call) -> SegmentList:
        return await self._saved.listed()

    async def shown(self, call: Call) -> SegmentDetail:
        return await self._saved.shown(call.asked_as(SegmentLookup).name)

    async def save(self, call: Call) -> SegmentDetail:
        return await self._saved.save(call.asked_as(SegmentSave))

    async def rename(self, call: Call) -> SegmentDetail:
        asked = call.asked_as(SegmentRename)
        return await self._saved.rename(asked.name, asked.to)

    async def delete(self, call: Call) -> SegmentDeleted:
        return await self._saved.delete(call.asked_as(SegmentLookup).name)

    async def members(self, call: Call) -> MemberPage:
        return await self._saved.members(call.asked_as(MemberQuery))

    async def log(self, call: Call) -> SegmentLog:
        return await self._saved.log(call.asked_as(LogQuery))

    async def growth(self, call: Call) -> SegmentGrowth:
        return await self._saved.growth(call.asked_as(GrowthQuery))

    async def apply(self, call: Call) -> SegmentApplied:
        return await self._saved.apply(call.asked_as(SegmentApply).segments)
