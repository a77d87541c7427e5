"""Contacts and orders: the list, the box, one order."""

from aiohttp import web

from common import routes
from common.contacts import ContactDetail, ContactPage, ContactQuery
from common.emails import normalised_email
from common.orders import OrderDetail
from common.persons import Erased, PersonErase, PersonExport, PersonLookup, PersonReadmit, Readmitted
from common.routes import ContactLookup
from common.timeline import Timeline, TimelineQuery
from daemon.api.binding import Call, route
from daemon.db import box, contact_list, person, timeline
from daemon.db.database import Database
from daemon.ingest.eraser import Eraser
from daemon.segments.desk import RuleDesk

# A page that a person looks at; a longer one is an export and must not hold up the readers.
_SCREENFUL = 1000


class ContactHandlers:
    def __init__(self, database: Database, eraser: Eraser, rules: RuleDesk) -> None:
        self._database = database
        self._rules = rules
        self._eraser = eraser

    def routes(self) -> list[web.RouteDef]:
        return [
            route(routes.CONTACTS, self.page),
            route(routes.CONTACT, self.contact),
            route(routes.TIMELINE, self.timeline),
            route(routes.ORDER, self.order),
            route(routes.PERSON_EXPORT, self.export),
            route(routes.PERSON_ERASE, self.erase),
            route(routes.PERSON_READMIT, self.readmit),
        ]

    async def page(self, call: Call) -> ContactPage:
        query = call.asked_as(ContactQuery)
        if query.match:
            return await self._rules.page(query)
        lane = self._database.read if query.limit <= _SCREENFUL else self._database.scan
        return await lane(lambda conn: contact_list.contact_page(conn, query))

    async def contact(self, call: Call) -> ContactDetail:
        lookup = call.asked_as(ContactLookup)
        if lookup.id:
            return await self._database.read(lambda conn: box.contact_by_id(conn, lookup.id))
        email = normalised_email(lookup.email) or lookup.email
        return await self._database.read(lambda conn: box.contact_by_email(conn, email))

    async def timeline(self, call: Call) -> Timeline:
        query = call.asked_as(TimelineQuery)
        query = query.model_copy(update={"email": normalised_email(query.email) or query.email})
        return await self._database.read(lambda conn: timeline.timeline(conn, query))

    async def order(self, call: Call) -> OrderDetail:
        store_hash, number = call.text("hash"), call.number("number")
        return await self._database.read(lambda conn: box.order_in_full(conn, store_hash, number))

    async def export(self, call: Call) -> PersonExport:
        asked = call.asked_as(PersonLookup).email
        email = normalised_email(asked) or asked
        return await self._database.scan(lambda conn: person.person_by_email(conn, email))

    async def erase(self, call: Call) -> Erased:
        asked = call.asked_as(PersonErase)
        return await self._eraser.erase(asked.email, confirm=asked.confirm)

    async def readmit(self, call: Call) -> Readmitted:
        return await self._eraser.readmit(call.asked_as(PersonReadmit).email)
