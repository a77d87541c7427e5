"""An event loop on a thread of its own, so that the main thread can wait for what is typed."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, TypeVar

Result = TypeVar("Result")

# A question that takes longer than this is told of: silence could mean anything.
PATIENCE_S = 3.0


class Background:
    """Use as a context manager: on the way out what still runs is cancelled."""

    def __init__(self, *, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="linear")
        self._started: list[Future[Any]] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(_end_all(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, work: Coroutine[Any, Any, Result], *, slow: Callable[[], None] | None = None) -> Result:
        """What *work* gives. *slow* is called when it takes long; Ctrl+C cancels it and is raised."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            if slow is not None:
                with suppress(TimeoutError):
                    return future.result(timeout=self._patience_s)
                if not future.done():
                    slow()
            return future.result()
        except KeyboardInterrupt:
            future.cancel()
            raise

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Lets *work* go on by itself."""
        self._started.append(asyncio.run_coroutine_threadsafe(work, self._loop))


async def _end_all() -> None:
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
