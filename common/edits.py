"""What an operator changes about contacts, one or many at a time: their tags, their lists, and taking it back."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from common.contacts import MAX_RULE
from common.errors import Invalid
from common.personal import Prose
from common.text import safe
from common.times import Moment
from common.wire import Query, Wire

MAX_LABEL = 100
"""The longest name of a tag or a list that may be given."""

MAX_CHOSEN = 10_000
"""Of so many contacts at most an edit takes the ids or addresses; of more it takes what finds them."""

MAX_EDITS = 200

UNDO_DAYS = 90
"""For so long after its end it is kept whom an edit changed, and how they were before."""

_MAX_SEARCH = 500


class Verb(StrEnum):
    """What is done. Whoever has unsubscribed from a list stays so, whatever is done to the list's members."""

    ADD_TAG = "add_tag"
    REMOVE_TAG = "remove_tag"
    ADD_TO_LIST = "add_to_list"
    UNSUBSCRIBE = "unsubscribe"
    REMOVE_FROM_LIST = "remove_from_list"

    @property
    def is_of_tags(self) -> bool:
        return self in (Verb.ADD_TAG, Verb.REMOVE_TAG)

    @property
    def makes(self) -> bool:
        """Whether a tag or list that is not there yet is made by it."""
        return self in (Verb.ADD_TAG, Verb.ADD_TO_LIST)


class EditState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"

    @property
    def is_over(self) -> bool:
        return self in (EditState.DONE, EditState.UNDONE)


class EditRequest(Query):
    """*name* is the tag's or list's. Whom: by *ids*, by *emails*, whoever *search* and *match* find, or *everybody*."""

    verb: Verb
    name: str = Field(min_length=1, max_length=MAX_LABEL)
    ids: list[Annotated[int, Field(ge=1, lt=2**63)]] = Field(default_factory=list, max_length=MAX_CHOSEN)
    emails: list[str] = Field(default_factory=list, max_length=MAX_CHOSEN)
    search: str = Field(default="", max_length=_MAX_SEARCH)
    match: str = Field(default="", max_length=MAX_RULE)
    everybody: bool = False

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        ways = (bool(self.ids), bool(self.emails), bool(self.search.strip() or self.match.strip()), self.everybody)
        if sum(ways) != 1:
            raise ValueError("say whom in one way: by ids, emails, search and match, or everybody")
        return self

    def subject(self) -> str:
        """Not what was searched for: it may be an address."""
        many = len(self.ids) or len(self.emails)
        whom = "everybody" if self.everybody else f"{many} contacts" if many else "whom a filter finds"
        return f"{self.verb} {self.name}: {whom}"


class EditPlan(Wire):
    """What an edit would do. `name` is spelled as it is here; `contacts` are asked about, `changes` would change.

    `unsubscribed` of them have unsubscribed from the list, and stay so.
    """

    verb: Verb
    name: Prose
    is_new: bool
    contacts: int
    changes: int
    unsubscribed: int


class Edit(Wire):
    """One edit. Of `contacts` it was asked about `looked_at` are done with, and `changed` of those changed.

    `unsubscribed` had unsubscribed and stayed so. Of an edit that is undone `taken_back` were put back as they were;
    the others of those that changed are as something later left them. `error`: why it did not come to its end.
    `undoable_until` is None where there is nothing to take back, or no longer.
    """

    id: int
    verb: Verb
    name: Prose
    state: EditState
    contacts: int
    looked_at: int
    changed: int
    unsubscribed: int
    taken_back: int
    error: Prose
    made_at: Moment
    ended_at: Moment | None
    undone_at: Moment | None
    undoable_until: Moment | None = None


class EditList(Wire):
    """The newest first."""

    edits: list[Edit]


class EditQuery(Query):
    """*undoable*: only those that can be taken back."""

    limit: int = Field(default=20, ge=1, le=MAX_EDITS)
    undoable: bool = False


class EditUndo(Query):
    """*id* 0 = the last one that can be taken back."""

    id: int = Field(default=0, ge=0, lt=2**63)

    def subject(self) -> str:
        return f"edit {self.id}" if self.id else "the last one"


class Tag(Wire):
    name: str
    contacts: int


class Tags(Wire):
    """By name."""

    tags: list[Tag]


class MailingList(Wire):
    """`is_master`: it is the Master Contact List, whatever it is called."""

    name: str
    active: int
    unsubscribed: int
    is_master: bool


class MailingLists(Wire):
    """By name."""

    lists: list[MailingList]


def label_typed(typed: str) -> str:
    """The name of a tag or list in what was typed. Raises Invalid for one that cannot be shown or told from others."""
    name = typed.strip()
    if not 1 <= len(name) <= MAX_LABEL:
        raise Invalid(f"A name has 1 to {MAX_LABEL} characters.")
    if safe(name) != name:
        raise Invalid(
            f"{safe(name)!r} is no name for a tag or a list.",
            remedy="Use letters that show, with single blanks between words.",
        )
    return name


_DEEDS = {
    Verb.ADD_TAG: ("Add", "Added", "{} tag “{}” to {}"),
    Verb.REMOVE_TAG: ("Remove", "Removed", "{} tag “{}” from {}"),
    Verb.ADD_TO_LIST: ("Add", "Added", "{0} {2} to list “{1}”"),
    Verb.UNSUBSCRIBE: ("Unsubscribe", "Unsubscribed", "{0} {2} from list “{1}”"),
    Verb.REMOVE_FROM_LIST: ("Remove", "Removed", "{0} {2} from list “{1}”"),
}


def deed(verb: Verb, name: str, contacts: int, *, is_done: bool = False) -> str:
    """ "Add tag “vip” to 41,207 contacts", or with *is_done* "Added …". *name* must be safe to show already."""
    present, past, sentence = _DEEDS[verb]
    return sentence.format(past if is_done else present, name, people(contacts))


def people(number: int) -> str:
    """ "1 contact", "41,207 contacts"."""
    return f"{number:,} {'contact' if number == 1 else 'contacts'}"
