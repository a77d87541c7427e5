"""Several calls to a store at once."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import TypeVar

T = TypeVar("T")


async def all_of(calls: Iterable[Coroutine[object, object, T]]) -> list[T]:
    """Their results, in order. The first error cancels the others and is raised as it is, not in a group.

    How many run at the same moment is the budget's business.
    """
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(call) for call in calls]
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]
