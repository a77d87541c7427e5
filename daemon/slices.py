"""Long lists taken in bearable pieces."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def slices(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """*values* in their order, at most *size* at a time; nothing when there are none."""
    iterator = iter(values)
    while some := list(islice(iterator, size)):
        yield some
