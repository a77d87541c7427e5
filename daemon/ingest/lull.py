"""When the interpreter is to be had while a page is being written."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Lull:
    """Whoever reads a page waits for it while the rows of the page before are being made.

    Both need the interpreter, and take as long at the same time as one after the other; SQLite, which sums up and
    commits once the rows are in, does not. A page was through in 82 ms, of which SQLite ran alone for 28; with the next
    one read beside that it takes 65.
    """

    def __init__(self) -> None:
        self._is_open = asyncio.Event()
        self._is_open.set()

    async def wait(self) -> None:
        await self._is_open.wait()

    @contextmanager
    def writing(self) -> Iterator[Callable[[], None]]:
        """A page is being written inside. What is given is to be called, on whatever thread, when its rows are in."""
        loop = asyncio.get_running_loop()

        def on_rows() -> None:
            loop.call_soon_threadsafe(self._is_open.set)

        self._is_open.clear()
        try:
            yield on_rows
        finally:
            self._is_open.set()
