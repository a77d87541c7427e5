"""The inbox: deliveries of webhooks, and one of them with what it changed."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from common.events import What
from common.inbox import DeliveryDetail, DeliveryQuery, DeliveryRow, DeliveryState
from tui.cli.export import delivery_pages
from tui.cli.inbox import delivery_facts
from tui.delivery import body_lines
from tui.export.sheets import DELIVERIES, Sheet
from tui.format import count, cut
from tui.linear.place import Facts, Item, Page, Place, Room, Wanted, details, list_page
from tui.linear.spoken import fact, facts, many, sentences, since

_TEXT_CELLS = 100
_ERROR_CELLS = 300


@dataclass(frozen=True, slots=True)
class Inbox(Place):
    word = "inbox"
    line_chars = 110
    query: DeliveryQuery = DeliveryQuery()  # noqa: RUF009 - frozen

    async def read(self, room: Room, wanted: Wanted) -> Page:
        page = await room.client.deliveries(self.query.model_copy(update=wanted.as_query()))
        items = [Item(_told(room.seen(row), room), Delivery(row.id)) for row in page.deliveries]
        whole = f"{count(page.pending)} pending, {count(page.done)} done, {count(page.dead)} dead"
        head = sentences(self._what(page.total), f"The inbox holds {whole}")
        return list_page([head], items, wanted, total=page.total, after=page.next)

    def rows(self, room: Room) -> tuple[AsyncIterator[Sequence[DeliveryRow]], Sheet[DeliveryRow]]:
        return delivery_pages(room.client, self.query), DELIVERIES

    def found(self, asked: str) -> "Inbox":
        if asked in [state.value for state in DeliveryState]:
            return Inbox(DeliveryQuery(state=DeliveryState(asked)))
        return Inbox(DeliveryQuery(search=asked))

    async def changed(self, room: Room, page: Page, facts: Facts) -> str:
        if not facts.touches(What.DELIVERY):
            return ""
        total = (await room.client.deliveries(self.query.model_copy(update={"limit": 1}))).total
        new = total - page.total
        return f"{many(new, 'new delivery', 'new deliveries')}; again shows them." if new > 0 else ""

    def _what(self, total: int) -> str:
        told = many(total, "delivery", "deliveries")
        if self.query.state:
            return f"{told} in state {self.query.state}"
        return f"{told} matching {self.query.search}" if self.query.search else told


@dataclass(frozen=True, slots=True)
class Delivery(Place):
    word = "delivery"
    delivery_id: int

    async def read(self, room: Room, wanted: Wanted) -> Page:
        delivery = room.seen(await room.client.delivery(self.delivery_id))
        head = sentences(f"Delivery {delivery.id}, {delivery.resource or delivery.scope}")
        return details([head], _lines(delivery), wanted)

    def delivery(self) -> int:
        return self.delivery_id


def _told(row: DeliveryRow, room: Room) -> str:
    return sentences(
        cut(row.resource or row.scope, _TEXT_CELLS),
        f"State {row.state}",
        f"Received {since(row.received_at, now=room.now())}",
        f"Store {room.store(row.store)}",
        f"Scope {cut(row.scope, _TEXT_CELLS)}" if row.resource else "",
        f"Failed {many(row.attempts, 'time')}" if row.attempts else "",
        cut(row.error, _ERROR_CELLS),
    )


def _lines(delivery: DeliveryDetail) -> list[str]:
    return [
        fact("state", delivery.state),
        *facts(delivery_facts(delivery)),
        "The body as it came:",
        *body_lines(delivery.body),
    ]
