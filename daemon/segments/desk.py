"""What a rule's text is asked: how many it holds for, who they are, and why somebody is one of them."""

import sqlite3
from array import array
from zoneinfo import ZoneInfo

from common.contacts import ContactPage, ContactQuery
from common.emails import normalised_email
from common.errors import Invalid
from common.segments.answers import (
    ExplainedRule,
    Explanation,
    OverlapQuery,
    PreviewQuery,
    RuleCount,
    RuleOverlap,
    RulePreview,
    SuggestedSegment,
    SuggestedSegments,
    Suggestions,
    TallyQuery,
    ValueCount,
    ValueQuery,
    ValueTally,
)
from common.segments.describe import phrase
from common.segments.language import parsed, written
from common.segments.rules import AllOf, AnyOf, Not, Orders, Rule
from daemon.clock import Clock
from daemon.db import box, contact_list, people
from daemon.db.database import Database
from daemon.segments import fits, stores_asked
from daemon.segments.book import book_of
from daemon.segments.compile import Asking
from daemon.segments.count import count
from daemon.segments.explain import Explained, explained
from daemon.segments.page import contact_page, member_ids
from daemon.segments.suggest import suggestions
from daemon.segments.suggested import suggested_segments
from daemon.segments.tally import Counted, tally


class RuleDesk:
    """Asks on the scanner lane; whoever stops waiting for an answer frees it. Texts that are no rule raise Invalid."""

    def __init__(self, database: Database, clock: Clock, zone: ZoneInfo) -> None:
        self._database = database
        self._clock = clock
        self._zone = zone

    async def count(self, rule: str) -> RuleCount:
        tree, asking = await self._asked(rule)
        began_at = self._clock.monotonic()
        found, total = await self._database.scan(
            lambda conn: (count(conn, tree, asking), contact_list.contact_count(conn))
        )
        return RuleCount(count=found, total=total, ms=self._ms_since(began_at))

    async def overlap(self, query: OverlapQuery) -> RuleOverlap:
        (rule, asking), (other, _) = await self._asked(query.rule), await self._asked(query.other)
        began_at = self._clock.monotonic()
        asked = (rule, other, AllOf(of=(rule, other)))
        (one, another, both), total = await self._database.scan(
            lambda conn: ([count(conn, tree, asking) for tree in asked], contact_list.contact_count(conn))
        )
        return RuleOverlap(rule=one, other=another, both=both, total=total, ms=self._ms_since(began_at))

    async def suggested(self) -> SuggestedSegments:
        """Segments that may be of use, as the data is now."""
        asking = Asking(self._now())

        def unit(conn: sqlite3.Connection) -> list[SuggestedSegment]:
            return [
                segment.model_copy(update={"count": count(conn, parsed(segment.rule), asking)})
                for segment in suggested_segments(conn)
            ]

        return SuggestedSegments(segments=await self._database.scan(unit))

    async def preview(self, query: PreviewQuery) -> RulePreview:
        began_at = self._clock.monotonic()
        asked = ContactQuery(sort=query.sort, reverse=query.reverse, after=query.after, limit=query.limit)
        rule, asking = await self._asked(query.rule)
        page, total = await self._database.scan(
            lambda conn: (contact_page(conn, asked, rule, asking), contact_list.contact_count(conn))
        )
        return RulePreview(
            count=page.total, total=total, contacts=page.contacts, next=page.next, ms=self._ms_since(began_at)
        )

    async def page(self, query: ContactQuery) -> ContactPage:
        """Contacts for which `query.match` holds, among those it finds otherwise."""
        rule, asking = await self._asked(query.match)
        return await self._database.scan(lambda conn: contact_page(conn, query, rule, asking))

    async def ids(self, query: ContactQuery) -> "array[int]":
        """Ids of all contacts that *query* finds, ascending."""
        if not query.match:
            return await self._database.scan(lambda conn: contact_list.all_ids(conn, query))
        rule, asking = await self._asked(query.match)
        return await self._database.scan(lambda conn: member_ids(conn, query, rule, asking))

    async def suggest(self, query: ValueQuery) -> Suggestions:
        return Suggestions(
            values=await self._database.scan(
                lambda conn: suggestions(conn, query.condition, query.search, limit=query.limit)
            )
        )

    async def tally(self, query: TallyQuery) -> ValueTally:
        """See `tally.tally`."""
        tree, asking = await self._asked(query.rule)
        began_at = self._clock.monotonic()
        found = await self._database.scan(lambda conn: tally(conn, tree, asking, query.condition, limit=query.limit))
        return ValueTally(
            condition=query.condition,
            contacts=found.contacts,
            without=found.without,
            different=found.different,
            values=list(map(_value_count, found.values)),
            ms=self._ms_since(began_at),
        )

    async def explain(self, rule: str, email: str) -> Explanation:
        """Raises NotFound."""
        tree, asking = await self._asked(rule)
        address = normalised_email(email) or email

        def unit(conn: sqlite3.Connection) -> Explained:
            contact_id = people.contact_with_email(conn, address)
            if contact_id is None:
                raise box.no_contact(f"with the email {address!r}")
            return explained(conn, tree, asking, contact_id)

        why = await self._database.scan(unit)
        return Explanation(member=why.holds, email=address, rule=_on_the_wire(why))

    async def _asked(self, text: str) -> tuple[Rule, Asking]:
        """The rule that *text* says or, where it says none, that of the saved segment it names. Raises Invalid."""
        book, stores = await self._database.read(lambda conn: (book_of(conn), stores_asked.hashes(conn)))
        try:
            rule = parsed(text)
        except Invalid:
            saved = book.rule(text)
            if saved is None:
                raise
            rule = saved
        else:
            stores_asked.demand(rule, text, stores)
        return rule, Asking(self._now(), book.rule)

    def _now(self) -> fits.Clock:
        return fits.Clock(self._clock.now(), self._zone)

    def _ms_since(self, began_at: float) -> int:
        return round((self._clock.monotonic() - began_at) * 1000)


def _value_count(counted: Counted) -> ValueCount:
    rule = written(counted.asked) if counted.asked else ""
    return ValueCount(value=counted.label, contacts=counted.contacts, rule=rule)


def _on_the_wire(part: Explained) -> ExplainedRule:
    return ExplainedRule(
        text=phrase(part.rule),
        joins=part.rule.is_a if isinstance(part.rule, AllOf | AnyOf | Not | Orders) else "",
        holds=part.holds,
        actual=list(part.actual),
        parts=list(map(_on_the_wire, part.parts)),
    )
