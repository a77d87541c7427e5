"""How the daemon is: what needs somebody first, then what it keeps, its stores and its runs."""

from dataclasses import dataclass

from common.status import HealthItem, Severity, Status
from common.times import duration
from tui.cli.status import status_facts
from tui.linear.place import Item, Page, Place, Room, Wanted, details
from tui.linear.places.stores import run_items, store_items
from tui.linear.spoken import fact, facts, many, sentences

_GRADES = (Severity.ERROR, Severity.WARNING, Severity.INFO)
_WELL = "All is well."


@dataclass(frozen=True, slots=True)
class StatusScreen(Place):
    word = "status"

    async def read(self, room: Room, wanted: Wanted) -> Page:
        status = await room.client.status()
        items = [*health_lines(status.health), *_daemon(status, room.now())]
        items += [*store_items(status.stores, room.now()), *run_items(status.runs, room)]
        return details([sentences("Status")], items, wanted)


def greeting(status: Status) -> list[str]:
    """What somebody wants to know who has just come."""
    whole = ", ".join((many(len(status.stores), "store"), many(status.contacts, "contact")))
    return [sentences(f"Counterfoil {status.version}", whole), *health_lines(status.health)]


def health_lines(items: list[HealthItem]) -> list[str]:
    """The worst first, each with what to do about it."""
    worst_first = sorted(items, key=lambda item: _GRADES.index(item.severity))
    return [sentences(fact(item.severity, item.title), item.fix) for item in worst_first] or [_WELL]


def _daemon(status: Status, now: int) -> list[str | Item]:
    up = fact("running for", f"{duration(now - status.started_at)}, process {status.pid}, version {status.version}")
    return [up, *facts(status_facts(status))]
