"""Rows in ascending id order that are made only when somebody looks: a million fit in a few columns."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

R = TypeVar("R")

ROWS_KEPT = 24_000  # made rows kept for the next look; an order is about 3 kB


class Shelf(Generic[R]):
    """Ids and modified times as columns; a row of the seed comes from *make*, a changed row is kept as it was put.

    `make(id)` must give the same row each time it is asked for an id.
    """

    def __init__(self, make: Callable[[int], R], ids: array[int], modified: array[int]) -> None:
        self.ids = ids
        self.modified = modified
        self._make = make
        self._changed: dict[int, R] = {}
        self._made: OrderedDict[int, R] = OrderedDict()
        self.rows_kept = ROWS_KEPT
        self.highest_id = ids[-1] if ids else 0  # ever given out: ids are not used again

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, row_id: int) -> bool:
        place = bisect_left(self.ids, row_id)
        return place < len(self.ids) and self.ids[place] == row_id

    def __iter__(self) -> Iterator[R]:
        """Every row by ascending id; rows made on the way are not kept."""
        for row_id in tuple(self.ids):
            yield self._changed[row_id] if row_id in self._changed else self._make(row_id)

    def __getitem__(self, row_id: int) -> R:
        """The row of *row_id*; KeyError when there is none."""
        if row_id in self._changed:
            return self._changed[row_id]
        if row_id in self._made:
            return self._made[row_id]
        if row_id not in self:
            raise KeyError(row_id)
        row = self._made[row_id] = self._make(row_id)
        if len(self._made) > self.rows_kept:
            self._made.popitem(last=False)
        return row

    def changed_ids(self) -> Iterator[int]:
        """Ids of the rows that are not as the seed made them."""
        return iter(self._changed)

    def find(self, row_id: int) -> R | None:
        try:
            return self[row_id]
        except KeyError:
            return None

    def next_id(self) -> int:
        return self.highest_id + 1

    def put(self, row_id: int, row: R, *, modified: int) -> None:
        """Keep *row* under its id, new or changed; a new id may be anywhere."""
        place = bisect_left(self.ids, row_id)
        if place < len(self.ids) and self.ids[place] == row_id:
            self.modified[place] = modified
        else:
            self.ids.insert(place, row_id)
            self.modified.insert(place, modified)
        self._made.pop(row_id, None)
        self._changed[row_id] = row
        self.highest_id = max(self.highest_id, row_id)

    def remove(self, row_id: int) -> R:
        """Take the row out and give it; KeyError when there is none."""
        row = self[row_id]
        place = bisect_left(self.ids, row_id)
        del self.ids[place], self.modified[place]
        self._made.pop(row_id, None)
        self._changed.pop(row_id, None)
        return row

    def places(self, lowest_id: int | None = None, highest_id: int | None = None) -> range:
        """Positions in `ids` of the rows between both ids, inclusive; None is no bound."""
        first = 0 if lowest_id is None else bisect_left(self.ids, lowest_id)
        last = len(self.ids) if highest_id is None else bisect_right(self.ids, highest_id)
        return range(first, last)
