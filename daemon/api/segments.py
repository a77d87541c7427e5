"""Rules: how many contacts they hold for, who these are, and why."""

from aiohttp import web

from common import routes
from common.segments.answers import (
    Explanation,
    OverlapQuery,
    PreviewQuery,
    RuleCount,
    RuleLookup,
    RuleOverlap,
    RulePreview,
    RuleQuery,
    SuggestedSegments,
    Suggestions,
    ValueQuery,
)
from daemon.api.binding import Call, route
from daemon.segments.desk import RuleDesk


class SegmentHandlers:
    def __init__(self, desk: RuleDesk) -> None:
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        return [
            route(routes.RULE_COUNT, self.count),
            route(routes.RULE_PREVIEW, self.preview),
            route(routes.RULE_OVERLAP, self.overlap),
            route(routes.SUGGESTED_SEGMENTS, self.suggested),
            route(routes.RULE_VALUES, self.values),
            route(routes.RULE_EXPLANATION, self.explanation),
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

    async def explanation(self, call: Call) -> Explanation:
        asked = call.asked_as(RuleLookup)
        return await self._desk.explain(asked.rule, asked.email)
