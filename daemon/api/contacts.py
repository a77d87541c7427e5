"""Contacts and orders: the list, the box, one order."""

from aiohttp import web

from common import routes
from common.contacts import ContactDetail, ContactPage, ContactQuery
from common.emails import normalised_email
from common.orders import OrderDetail
from common.routes import ContactLookup
from daemon.api.binding import Call, route
from daemon.db import box, contact_list
from daemon.db.database import Database

# A page that a person looks at; a longer one is an export and must not hold up the readers.
_SCREENFUL = 1000


class ContactHandlers:
    def __init__(self, database: Database) -> None:
        self._database = database

    def routes(self) -> list[web.RouteDef]:
        return [
            route(routes.CONTACTS, self.page),
            route(routes.CONTACT, self.contact),
            route(routes.ORDER, self.order),
        ]

    async def page(self, call: Call) -> ContactPage:
        query = call.asked_as(ContactQuery)
        lane = self._database.read if query.limit <= _SCREENFUL else self._database.scan
        return await lane(lambda conn: contact_list.contact_page(conn, query))

    async def contact(self, call: Call) -> ContactDetail:
        lookup = call.asked_as(ContactLookup)
        if lookup.id:
            return await self._database.read(lambda conn: box.contact_by_id(conn, lookup.id))
        email = normalised_email(lookup.email) or lookup.email
        return await self._database.read(lambda conn: box.contact_by_email(conn, email))

    async def order(self, call: Call) -> OrderDetail:
        store_hash, number = call.text("hash"), call.number("number")
        return await self._database.read(lambda conn: box.order_in_full(conn, store_hash, number))
