"""Who commanded what, and what became of it, the newest first."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from common.audit import BEGUN, DONE, AuditQuery, AuditRow
from tui.cli.export import command_pages
from tui.export.sheets import COMMANDS, Sheet
from tui.format import cut
from tui.linear.place import Item, Page, Place, Room, Wanted, list_page
from tui.linear.spoken import many, sentences, since

_CELLS = 80
_FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Audit(Place):
    word = "audit"
    line_chars = 110
    query: AuditQuery = AuditQuery()  # noqa: RUF009 - frozen

    async def read(self, room: Room, wanted: Wanted) -> Page:
        page = await room.client.audit(self.query.model_copy(update=wanted.as_query()))
        items = [Item(_told(room.seen(row), room.now())) for row in page.commands]
        return list_page([sentences(self._what(page.total))], items, wanted, total=page.total, after=page.next)

    def rows(self, room: Room) -> tuple[AsyncIterator[Sequence[AuditRow]], Sheet[AuditRow]]:
        return command_pages(room.client, self.query), COMMANDS

    def found(self, asked: str) -> "Audit":
        if asked in (_FAILED, BEGUN, DONE):
            return Audit(AuditQuery(outcome=asked))
        return Audit(AuditQuery(search=asked))

    def _what(self, total: int) -> str:
        told = many(total, "command")
        if self.query.outcome:
            return f"{told} with outcome {self.query.outcome}"
        return f"{told} matching {self.query.search}" if self.query.search else told


def _told(row: AuditRow, now: int) -> str:
    return sentences(
        f"{cut(row.user, _CELLS)}, {row.role or 'no role'}",
        f"Commanded {row.command}",
        f"About {cut(row.subject, _CELLS)}" if row.subject else "",
        f"Outcome {row.outcome.replace('_', ' ')}",
        f"Given {since(row.at, now=now)}",
    )
