"""How many members a saved segment had day by day, on the wire."""

from pydantic import Field

from common.segments.answers import SegmentLookup
from common.times import Moment
from common.wire import Wire


class GrowthQuery(SegmentLookup):
    """The last *days* days, today included."""

    days: int = Field(default=30, ge=1, le=366)


class GrowthDay(Wire):
    """`members` at the end of the day; who `entered` and `left` in it, the same contact as often as it did.

    How many more (or fewer) an edit of the rule made them is told apart: `by_edit`, the first count included.
    """

    day: str
    members: int
    entered: int
    left: int
    by_edit: int = 0


class SegmentGrowth(Wire):
    """`days` without a gap, the oldest first, today last; none from before `known_since`.

    Told by who is a member now and by the log of who entered and left, which is kept so long; days as in `timezone`.
    Contacts that were erased are not in it, as if they had never been members. `changed_at` is when the segment was
    last edited: a step there is the rule's.
    """

    segment: str
    timezone: str
    known_since: Moment
    changed_at: Moment
    days: list[GrowthDay]
