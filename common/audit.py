"""Who commanded what, when, and what became of it, on the wire."""

from pydantic import Field

from common.personal import Prose
from common.roles import Role
from common.times import Moment
from common.wire import Query, Wire

MAX_AUDIT = 1000
"""Rows of one page."""

BEGUN = "begun"
"""The outcome of a command that has not ended, or that the daemon's end cut off."""

DONE = "done"
"""The outcome of a command that was carried out; any other is the code of the error it met."""


class AuditQuery(Query):
    """Which commands, the newest first; "" filters nothing.

    *search* finds users and commands that contain it; *outcome* is "begun", "done" or an error's code, "failed" stands
    for every one of those. *after* is the `next` of an earlier page; it wins over *offset*.
    """

    search: str = Field(default="", max_length=200)
    outcome: str = Field(default="", max_length=40)
    after: str = Field(default="", pattern=r"^[0-9]{0,18}$")
    offset: int = Field(default=0, ge=0, le=10**12)
    limit: int = Field(default=50, ge=1, le=MAX_AUDIT)


class AuditRow(Wire):
    """`subject` names what the command was about: a store's hash, ids, a segment. It holds nothing about people,
    unless an operator called a tag or a segment after one.
    """

    id: int
    at: Moment
    uid: int
    user: str
    role: Role | None
    command: str
    subject: Prose
    outcome: str


class AuditPage(Wire):
    """`total` counts what matches; `next` is "" on the last page."""

    total: int
    commands: list[AuditRow]
    next: str = ""
