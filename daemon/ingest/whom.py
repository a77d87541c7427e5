"""Whom an edit is about: the ids behind addresses, a search, a rule."""

import sqlite3
from array import array

from common.contacts import ContactQuery
from common.edits import EditRequest
from common.emails import normalised_email
from daemon.db import box, people
from daemon.db.database import Database
from daemon.segments.desk import RuleDesk


class Whom:
    """Asks on the lanes that only read."""

    def __init__(self, database: Database, rules: RuleDesk) -> None:
        self._database = database
        self._rules = rules

    async def ids(self, request: EditRequest) -> "array[int]":
        """Those contacts, ascending. Raises NotFound for an address nobody has, Invalid for what is no rule."""
        if request.ids:
            return array("q", sorted(set(request.ids)))
        if request.emails:
            return await self._database.read(lambda conn: _with_emails(conn, request.emails))
        return await self._rules.ids(ContactQuery(search=request.search, match=request.match))

    @staticmethod
    def kept(request: EditRequest, ids: "array[int]") -> EditRequest:
        """*request* as it may be kept: without anybody's address."""
        return request.model_copy(update={"emails": [], "ids": ids.tolist()}) if request.emails else request


def _with_emails(conn: sqlite3.Connection, emails: list[str]) -> "array[int]":
    found = set()
    for email in emails:
        address = normalised_email(email) or email
        contact_id = people.contact_with_email(conn, address)
        if contact_id is None:
            raise box.no_contact(f"with the email {address!r}")
        found.add(contact_id)
    return array("q", sorted(found))
