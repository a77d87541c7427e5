"""What the store's API gives back: pages of records with where to go on, and single records."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from daemon.records import OrderRecord, Unreadable

T = TypeVar("T")
Next = TypeVar("Next", str, int)


def numbers_of(unreadable: Iterable[Unreadable]) -> set[int]:
    """The store's ids of things that are there but no records; one without a number is left out."""
    return {int(thing.resource_id) for thing in unreadable if thing.resource_id.isdecimal()}


@dataclass(frozen=True, slots=True)
class Page(Generic[T, Next]):
    """*next* asks for the page after this one, None = this is the last.

    *server_time* is the store's own epoch second (None = it did not say), *fetched_at_ms* ours when the request began.
    *total* is how many rows the store counts in all that was asked for, None = it does not count them.
    """

    records: tuple[T, ...]
    unreadable: tuple[Unreadable, ...]
    fetched_at_ms: int
    server_time: int | None
    next: Next | None
    total: int | None = None

    @property
    def is_last(self) -> bool:
        return self.next is None


Unchanged = Callable[[Mapping[int, bytes]], Awaitable[Collection[int]]]
"""Asked with orders as the store sent them, by their number; gives the numbers of those that need not be read."""


async def all_are_news(_: Mapping[int, bytes]) -> Collection[int]:
    """The answer of those who want every order."""
    return ()


@dataclass(frozen=True, slots=True)
class OrderPage:
    """*rows* counts what the store gave, unreadable and *unchanged* orders included; ids are 0 on an empty page.

    Go on below *lowest_id* (newest first) or above *highest_id* unless *is_last*. v2 knows no totals, so a full page is
    never known to be the last.
    """

    records: tuple[OrderRecord, ...]
    unreadable: tuple[Unreadable, ...]
    fetched_at_ms: int
    server_time: int | None
    rows: int
    lowest_id: int
    highest_id: int
    is_last: bool
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Fetched(Generic[T]):
    """One thing, fetched by its id. *record* None: it is not there, or it is *unreadable*."""

    record: T | None
    fetched_at_ms: int
    unreadable: Unreadable | None = None

    @property
    def is_absent(self) -> bool:
        return self.record is None and self.unreadable is None


@dataclass(frozen=True, slots=True)
class OrderCount:
    """*total* as the store counts it; *incomplete* are the ones of status 0, None = it does not count these."""

    total: int
    incomplete: int | None


@dataclass(frozen=True, slots=True)
class ScopeGrant:
    """Whether the token may read what *feeds* says; without a *required* one the store cannot be connected."""

    scope: str
    feeds: str
    required: bool
    granted: bool
