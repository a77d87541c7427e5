"""Rules on the wire: what is asked of one, as text, and what comes back."""

from typing import Literal

from pydantic import Field

from common.contacts import MAX_PAGE, MAX_RULE, ContactRow, ContactSort
from common.wire import Query, Wire


class RuleQuery(Query):
    """*rule* in the language of segments."""

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
    A part of `same order (…)` holds when it does for some order.
    """

    text: str
    joins: Literal["", "all", "any", "not", "orders"]
    holds: bool
    actual: list[str]
    parts: list["ExplainedRule"]


class Explanation(Wire):
    """Why a contact is a member, or is not. `rule` is the tree from its top."""

    member: bool
    email: str
    rule: ExplainedRule
