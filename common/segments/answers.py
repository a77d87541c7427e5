"""Rules and saved segments on the wire: what is asked of one, as text, and what comes back."""

from typing import Annotated, Literal

from pydantic import Field

from common.contacts import MAX_PAGE, MAX_RULE, ContactRow, ContactSort
from common.personal import Email, Name, Personal
from common.times import Moment
from common.wire import Query, Wire


class RuleQuery(Query):
    """*rule* in the language of segments, or exactly the name of a saved one; what reads as a rule is a rule."""

    rule: str = Field(max_length=MAX_RULE)


class SuggestedSegment(Wire):
    """A segment that may be of use; `why` says where its thresholds come from, `count` how many are in it now."""

    name: str
    rule: str
    why: str
    count: int = 0


class SuggestedSegments(Wire):
    segments: list[SuggestedSegment]


class RuleLookup(RuleQuery):
    """*rule*, and the email of the contact it is asked of."""

    email: str


class PreviewQuery(RuleQuery):
    """A page of those the rule holds for; sort and place as in ContactQuery."""

    sort: ContactSort = ContactSort.LAST_ORDER
    reverse: bool = False
    after: str = ""
    limit: int = Field(default=50, ge=1, le=MAX_PAGE)


class RuleCount(Wire):
    """How many of *total* contacts a rule holds for, and how long the database took to tell."""

    count: int
    total: int
    ms: int


class OverlapQuery(RuleQuery):
    """*rule* and *other*, both as texts."""

    other: str = Field(max_length=MAX_RULE)


class RuleOverlap(Wire):
    """How many of *total* contacts each of two rules holds for, and how many *both* do."""

    rule: int
    other: int
    both: int
    total: int
    ms: int


class RulePreview(RuleCount):
    """A page of the contacts a rule holds for; `next` is "" on the last page."""

    contacts: list[ContactRow]
    next: str = ""


class TallyQuery(RuleQuery):
    """*rule*, and the condition whose values are to be counted; the *limit* most frequent ones are told."""

    condition: str = Field(max_length=200)
    limit: int = Field(default=20, ge=1, le=1000)


class ValueCount(Wire):
    """How many contacts have a value. `rule` holds for those who do, "" where no rule can ask for it."""

    value: str
    contacts: int
    rule: str


class ValueTally(Wire):
    """How many of `contacts`, for whom a rule holds, have each value of a condition; the most frequent first.

    Amounts are counted by ranges, dates by month, times of day by the hour. Who has several values is counted with each
    of them, who has none in `without`. `different` tells how many values there are, told here or not.
    """

    condition: str
    contacts: int
    without: int
    different: int
    values: list[ValueCount]
    ms: int


class ValueQuery(Query):
    """Values of the condition called *condition* in which *search* stands."""

    condition: str
    search: str = Field(default="", max_length=500)
    limit: int = Field(default=20, ge=1, le=1000)


class Suggestion(Wire):
    """A value as a rule may ask for it; `note` says more of it, as a product's name beside its id."""

    value: str
    note: str = ""


class Suggestions(Wire):
    """Empty where any text may do."""

    values: list[Suggestion]


class ExplainedRule(Wire):
    """A part of a rule for one contact: whether it holds, and what the contact's values are, as texts.

    `text` says the part itself in words; `parts` are the rules below it, of which `joins` tells how many have to hold.
    A part of `same order (…)` holds when it does for some order. A segment that is referred to joins nothing, and has
    one part, its rule. `personal` says what of a person its values are, None = nothing.
    """

    text: str
    joins: Literal["", "all", "any", "not", "orders"]
    holds: bool
    actual: list[Annotated[str, Personal.AS_TOLD]]
    parts: list["ExplainedRule"]
    personal: Personal | None = None

    @property
    def has_values(self) -> bool:
        """Whether `actual` tells what is there; of groups and segments it tells nothing."""
        return self.joins == "orders" or not (self.joins or self.parts)


class Explanation(Wire):
    """Why a contact is a member, or is not. `rule` is the tree from its top."""

    member: bool
    email: Email
    rule: ExplainedRule


# Saved segments ----------------------------------------------------------------------------------------------------

MAX_NAME = 200
"""As `in segment "…"` takes it."""


class SegmentLookup(Query):
    """A saved segment by its name, in whatever case."""

    name: str = Field(min_length=1, max_length=MAX_NAME)

    def subject(self) -> str:
        return self.name


class SegmentSave(SegmentLookup):
    """A new segment, or another rule for one that is there.

    *revision* is that of the segment as the caller knows it: 0 = it is not there yet, None = whatever it is now.
    """

    rule: str = Field(max_length=MAX_RULE)
    revision: int | None = Field(default=None, ge=0)


class SegmentRename(SegmentLookup):
    """Segments that refer to it follow."""

    to: str = Field(min_length=1, max_length=MAX_NAME)

    def subject(self) -> str:
        return f"{self.name} to {self.to}"


class SegmentApply(Query):
    """Segments to be saved together, all or none; they may refer to each other in any order."""

    segments: list[SegmentSave] = Field(max_length=1000)

    def subject(self) -> str:
        return ", ".join(segment.name for segment in self.segments)


class MemberQuery(SegmentLookup):
    """A page of members by our id of them: the first *limit* after the one with id *after*."""

    after: int = Field(default=0, ge=0, lt=2**63)
    limit: int = Field(default=50, ge=1, le=MAX_PAGE)


class LogQuery(SegmentLookup):
    """Who entered and left, the latest first: the first *limit* before the entry *before* (0 = the latest)."""

    before: int = Field(default=0, ge=0, lt=2**63)
    limit: int = Field(default=50, ge=1, le=MAX_PAGE)


class Segment(Wire):
    """A saved segment. `rule` is its text, "" where `fault` says why it cannot be read or asked.

    `members` are as of `as_of`, None = they are being computed for the first time since the last edit. `waiting`
    contacts are still to be looked at, touched since or all of them anew; with 0 the members are those of now.
    `warning` says what is odd about one that can be asked, as a store that is not here any more.
    *id* stays when the segment is called otherwise.
    """

    id: int
    name: str
    rule: str
    revision: int
    members: int
    waiting: int
    created_at: Moment
    changed_at: Moment
    as_of: Moment | None
    fault: str = ""
    warning: str = ""


class SegmentDetail(Segment):
    """`document` is the rule as it is stored, JSON with the version of its shape."""

    document: str
    referred_by: list[str]


class SegmentList(Wire):
    segments: list[Segment]


class SegmentApplied(Wire):
    """What became of each segment that was to be saved, by name."""

    created: list[str]
    changed: list[str]
    unchanged: list[str]


class SegmentDeleted(Wire):
    name: str


class Member(Wire):
    """`since` is when it entered."""

    id: int
    email: Email
    first_name: Name
    last_name: Name
    since: Moment


class MemberPage(Wire):
    """`total` counts all members; `next` is 0 on the last page."""

    segment: str
    total: int
    as_of: Moment | None
    contacts: list[Member]
    next: int = 0


class LogEntry(Wire):
    """A contact that entered or left. `cause`: live, manual or historical as the change in a store came here, operator
    as tags or lists were edited here, clock as time passed, edited as the rule changed, rebuilt.
    """

    id: int
    email: Email
    entered: bool
    at: Moment
    cause: str


class SegmentLog(Wire):
    """`next` is 0 on the last page."""

    segment: str
    entries: list[LogEntry]
    next: int = 0
